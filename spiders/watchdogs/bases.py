"""What watchdogs and media on systems of their own share; those on WordPress and Wix have the bases of these."""

from __future__ import annotations

from spiders.site import SiteSpider


class OtherSpider(SiteSpider, abstract=True):
    """A site whose content management system is its own, or not known."""

    every_hours = 24
    quiet_days = 30
    empty_is_normal = False
    delay = 6
    licence = None


class FeedOnlySpider(OtherSpider, abstract=True):
    """A site of which no more than its feed is read: its articles are paid for, or may not be asked for."""

    feed_only = True

"""Blogs on Wix: lists may come empty from the server, so they are read by feed and sitemap; class names change with
every build, the names under ``data-hook`` do not."""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import urljoin

from spiders.declared import ListForm, Rules, Section
from spiders.site import SiteSpider


class WixSpider(SiteSpider, abstract=True):
    """A blog on Wix; a row without lists is read by ``/blog-feed.xml``, which holds the twenty newest posts at most.
    All posts stand in ``/blog-posts-sitemap.xml``."""

    article_paths = (re.compile(r"^/(?:single-post|post)/[^/?]"),)
    rewrites: ClassVar[tuple[tuple[re.Pattern[str], str], ...]] = ((re.compile(r"(?<=.)/$"), ""),)
    rules: ClassVar[tuple[Rules, ...]] = (
        Rules(
            titles=('h1[data-hook="post-title"]',),
            bodies=('[data-hook="post-description"] [data-id="rich-content-viewer"]', '[data-hook="post-description"]'),
        ),
    )
    every_hours = 24
    quiet_days = 60
    empty_is_normal = False
    delay = 6
    licence = None

    @classmethod
    def usual_sections(cls, home: str) -> tuple[Section, ...]:
        return (
            Section(urljoin(home, "/blog-feed.xml"), "Newest posts", form=ListForm.FEED),
            Section(urljoin(home, "/blog-posts-sitemap.xml"), "All posts", form=ListForm.SITEMAP, history=True),
        )

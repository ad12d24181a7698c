"""E-papers: an issue's front leads to its pages, each of which lists its articles; older issues by their days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from spiders import general
from spiders.declared import ListReading, Section
from spiders.lists import links
from spiders.markup import Html

if TYPE_CHECKING:
    from spiders.site import SiteSpider

_DAYS_BACK = 3
"""Issues before the newest that are looked at again: pages are put in late."""


def read(page: Html, site: type[SiteSpider], section: Section) -> ListReading:
    """The articles of one page of an issue; from the section's own address also the pages of the newest issue, and
    the first pages of the issues before it."""
    found = links.read(page, site, section)
    is_front = not site.leads_on(page.url, section)
    days = map(issue_day, [page.url, *found.further, *(one.url for one in found.listed)])
    day = next((day for day in days if day is not None), None)
    further = [address for address in found.further if issue_day(address) == day]
    if is_front and day is not None and section.day:
        further += [(day - timedelta(days=back)).strftime(section.day) for back in range(1, _DAYS_BACK + 1)]
    return replace(found, further=tuple(further))


def issue_day(url: str) -> date | None:
    """The day of the issue that an address belongs to."""
    dated = general.url_day(url)
    return dated[0] if dated else None

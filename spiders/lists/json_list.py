"""Lists as JSON, as JSONP, and as a JavaScript array in a page; which field holds what is declared by the site."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from pipeline.words import Listed
from spiders.declared import Keys, ListReading, Section
from spiders.lists import items
from spiders.lists.feed import plain
from spiders.lists.script import NotAValue, value_in
from spiders.markup import Html, first_day, fragment

if TYPE_CHECKING:
    from spiders.site import SiteSpider

_BEIJING = timezone(timedelta(hours=8))
_SECONDS = re.compile(r"\d{10}")
_MILLISECONDS = re.compile(r"\d{13}")


def read(page: Html, site: type[SiteSpider], section: Section) -> ListReading:
    """The entries of a JSON list that lead to documents of the site."""
    keys = section.keys or Keys()
    try:
        found = value_in(page.text, keys.variable)
    except NotAValue as error:
        return ListReading(broken=str(error))
    for name in filter(None, keys.at.split(".")):
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, list):
        return ListReading(broken="no_json_list")
    entries = [_entry(entry, page, site, keys) for entry in found if isinstance(entry, dict)]
    return items.reading([entry for entry in entries if entry], site, section, "json")


def _entry(entry: dict[str, Any], page: Html, site: type[SiteSpider], keys: Keys) -> items.Entry | None:
    link = entry.get(keys.url)
    if not isinstance(link, str | int) or not str(link):
        return None
    try:
        address = urljoin(page.url, keys.address.replace("{}", str(link)) if keys.address else str(link).strip())
    except ValueError:
        return None
    url = site.canonical(address)
    if url is None:
        return None
    day = day_of_time(entry.get(keys.published)) if keys.published else None
    summary = entry.get(keys.summary) if keys.summary else None
    lines = fragment(summary) if isinstance(summary, str) and summary else []
    title = plain(str(entry.get(keys.title) or ""))
    return items.Entry(Listed(url, address, title or None, day or site.day_of(url)), lines)


def day_of_time(value: object) -> date | None:
    """The day of a printed time, or of the seconds or milliseconds since 1970, then in Beijing."""
    text = str(value or "").strip()
    if _SECONDS.fullmatch(text) or _MILLISECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC).astimezone(_BEIJING).date()
    return first_day(text)

"""International Studies Quarterly: its articles as the open index of Crossref tells of them, since the publisher's
pages refuse crawlers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar
from urllib.parse import quote

from pipeline.words import Listed, SiteKind
from spiders.declared import ListForm, ListReading, Section
from spiders.lists import items
from spiders.lists.feed import plain
from spiders.lists.script import NotAValue, value_in
from spiders.markup import Html, fragment
from spiders.watchdogs.bases import FeedOnlySpider

_API = "https://api.crossref.org/"
# abstracts are JATS: <jats:title>Abstract</jats:title><jats:p>…</jats:p>
_JATS = re.compile(r"(</?)jats:")
_HEADING = re.compile(r"<jats:title>.*?</jats:title>", re.DOTALL)


class Isq(FeedOnlySpider):
    """Titles, abstracts and days of articles by their DOI, and no more. The day is that of the first publication,
    online or in print; one that tells only month or year counts as none."""

    name = "isq"
    title = "International Studies Quarterly"
    kind = SiteKind.WATCHDOG
    language = "en"
    family = "academic"
    hosts = ("doi.org", "api.crossref.org", "dx.doi.org", "academic.oup.com")
    one_host = False
    mirrors: ClassVar[Mapping[str, str]] = {"dx.doi.org": "doi.org"}
    home = "https://academic.oup.com/isq"
    home_titles = frozenset({"International Studies Quarterly"})
    sections = (
        Section(
            f"{_API}works?filter=issn:0020-8833,issn:1468-2478&query=International+Department+Communist+Party+of+China"
            "&select=DOI,URL,title,author,published,abstract&sort=published&order=desc&rows=20",
            "Articles",
            form=ListForm.JSON,
        ),
    )
    article_paths = (re.compile(r"^/10\.\d{4,9}/\S+$"),)
    general = True
    every_hours = 168
    quiet_days = 365
    terms = "Crossref's metadata are free to use; articles are never asked for"
    verified = "fields and journal number known, no answer seen; on a copy of our own making"

    @classmethod
    def read_list(cls, page: Html, section: Section) -> ListReading:
        try:
            answer = value_in(page.text)
        except NotAValue as error:
            return ListReading(broken=str(error))
        message = answer.get("message") if isinstance(answer, dict) else None
        works = message.get("items") if isinstance(message, dict) else None
        if not isinstance(works, list):
            return ListReading(broken="no_json_list")
        entries = [found for work in works if isinstance(work, dict) and (found := _entry(work))]
        return items.reading(entries, cls, section, "crossref")


def _entry(work: dict[str, Any]) -> items.Entry | None:
    doi = work.get("DOI")
    url = Isq.canonical(f"https://doi.org/{quote(doi.lower(), safe='/()._-:')}") if isinstance(doi, str) else None
    if url is None:
        return None
    titles = work.get("title")
    title = plain(str(titles[0])) if isinstance(titles, list) and titles else None
    abstract = work.get("abstract")
    lines = fragment(_JATS.sub(r"\1", _HEADING.sub("", abstract))) if isinstance(abstract, str) else []
    return items.Entry(Listed(url, url, title or None, _day(work)), lines)


def _day(work: dict[str, Any]) -> date | None:
    """The earliest full day that a work was published on."""
    found = []
    for name in ("published", "published-online", "published-print"):
        parts = (work.get(name) or {}).get("date-parts") if isinstance(work.get(name), dict) else None
        first = parts[0] if isinstance(parts, list) and parts else None
        if isinstance(first, list) and len(first) == 3 and all(isinstance(part, int) for part in first):
            try:
                found.append(date(*first))
            except (ValueError, OverflowError):
                continue
    return min(found, default=None)

"""One document with everything the rules look things up in: folded text, layout, gazetteer hits, page date."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property

from pipeline.extract.department_en import departments
from pipeline.extract.department_zh import ours
from pipeline.extract.draft import Counterpart, Official
from pipeline.extract.folded import Folded, folded
from pipeline.extract.layout import Layout, layout
from pipeline.extract.when import Anchor, anchor, page_day, url_day
from pipeline.extract.wordlist import words
from pipeline.gazetteer import Gazetteer, Hit, Kind, load
from pipeline.words import Document, Finding, Organisation

# The department's two hosts: what these pages print without saying who acts is the department's.
_OWN_SITE = re.compile(r"^https?://(?:[\w.-]+\.)?idcpc\.(?:org|gov)\.cn(?:[:/]|$)")
_CHRONICLE = re.compile(
    r"(?:中国共产党|中共|党的)(?:对外交往|对外工作|党际交往|外事)(?:工作)?(?:简讯|大事记?|十大|纪事|回顾)"
)
_DOMAIN = re.compile(r"https?://[^/:?#]+\.([a-z]{2})(?=[/:?#]|$)", re.IGNORECASE)
# domains that are sold to everybody
_SOLD = frozenset({"CO", "TV", "CC", "ME", "IO", "AI", "LY", "FM", "WS", "TO"})
CHINA = "CHN"
# What a page tells of events stands at its front; a megabyte of anything is no article.
LONGEST_TEXT = 200_000
# Areas that are China's own in the department's pages; contacts with them are out of scope (codebook §13).
_CHINESE_AREAS = frozenset({"CHN", "HKG", "MAC", "TWN"})


@dataclass
class Page:
    """The context of all rules. ``hits`` are in folded characters, in order of their start."""

    document: Document
    text: Folded
    layout: Layout
    anchor: Anchor
    gazetteer: Gazetteer
    hits: list[Hit]
    findings: list[Finding] = field(default_factory=list)
    # what the page's own acronyms mean; None until asked for
    acronyms: dict[str, Organisation] | None = None
    # titles printed before a known person's name, by id: the page does not repeat them
    titled: dict[str, str] = field(default_factory=dict)
    # Chinese people whom no gazetteer knows, introduced with a title: later by name alone
    introduced: dict[str, Official] = field(default_factory=dict)
    # and what the page may call them then (高副局长); None where that may be either of two
    called: dict[str, Official | None] = field(default_factory=dict)
    # the Chinese side of the trip told last: whom 代表团 means
    travellers: list[Official] = field(default_factory=list)
    # the Chinese side of the event told last in this paragraph: who acts where a sentence names nobody
    actors: list[Official] = field(default_factory=list)
    # whom a pronoun of a later paragraph means, where that paragraph names nobody
    spoken_of: list[Official] = field(default_factory=list)
    # the foreign side that the department met last: whose visit 代表团 tells of
    guests: Counterpart | None = None
    _starts: list[int] = field(default_factory=list)
    _longest: int = 0

    @property
    def language(self) -> str:
        return self.document.language

    @cached_property
    def names_department(self) -> bool:
        """Whether the page names the department anywhere."""
        return any(hit.kind is Kind.DEPARTMENT for hit in self.hits)

    @cached_property
    def affiliates(self) -> list[Hit]:
        """Where the page names bodies that the department runs."""
        ours = words(self.language, "affiliate")
        return [hit for hit in self.hits if hit.kind is Kind.ORGANISATION and hit.ids[0] in ours]

    @cached_property
    def own_site(self) -> bool:
        """The department's own site, or a chronicle of the party's contacts abroad that another site carries."""
        return bool(_OWN_SITE.match(self.document.url) or _CHRONICLE.search(self.text.text[:400]))

    @cached_property
    def home(self) -> list[str]:
        """The country whose domain the address is under; none for China's own areas and for general domains."""
        domain = _DOMAIN.match(self.document.url)
        code = domain.group(1).upper() if domain else ""
        if code in _SOLD:
            return []
        return [
            iso3 for iso3, one in self.gazetteer.countries.items() if one.iso2 == code and iso3 not in _CHINESE_AREAS
        ]

    @property
    def day(self) -> date | None:
        """A day near the page's events, to look up who held which post."""
        told = page_day(self.anchor)
        return told.start if told else url_day(self.document.url)

    def hits_in(self, start: int, end: int, *kinds: Kind) -> list[Hit]:
        """The hits of these kinds (all, where none is named) that lie wholly in a span."""
        low = bisect_left(self._starts, start)
        high = bisect_left(self._starts, end, low)
        if low == high:
            return []
        return [hit for hit in self.hits[low:high] if hit.end <= end and (not kinds or hit.kind in kinds)]

    def covering(self, start: int, end: int, *kinds: Kind) -> Hit | None:
        """A hit of these kinds that covers a span, the longest first."""
        low = bisect_left(self._starts, start - self._longest)
        high = bisect_left(self._starts, start + 1)
        covering = [hit for hit in self.hits[low:high] if hit.end >= end and hit.kind in kinds]
        return max(covering, key=lambda hit: hit.end - hit.start, default=None)

    def foreign_countries(self, start: int, end: int) -> list[tuple[str, Hit]]:
        """The foreign countries named in a span by name or adjective, with their hits.

        A form that several share is left out, and so is one inside a longer hit of another kind
        (São Paulo Forum, Nepal as a family name).
        """
        found = []
        for hit in self.hits_in(start, end, Kind.COUNTRY, Kind.ADJECTIVE):
            if len(hit.ids) == 1 and hit.ids[0] not in _CHINESE_AREAS and not self._inside_name(hit):
                found.append((hit.ids[0], hit))
        return found

    def is_foreign(self, hit: Hit) -> bool:
        """True for a country, party or organisation that is not Chinese."""
        ids = hit.ids
        return bool(ids) and all(
            self.gazetteer.country_of(hit.kind, identity) not in _CHINESE_AREAS for identity in ids
        )

    def note(self, kind: str, start: int, end: int) -> None:
        """Record something met and not known."""
        at, to = self.text.span(start, end)
        finding = Finding(kind, self.text.printed(start, end)[:200], at, to)
        if finding not in self.findings:
            self.findings.append(finding)

    def _inside_name(self, hit: Hit) -> bool:
        cover = self.covering(hit.start, hit.end, Kind.PERSON, Kind.FORUM)
        return cover is not None and (cover.end - cover.start) > (hit.end - hit.start)


def page(document: Document) -> Page:
    """Read a document: fold it, split it, find the known names in it."""
    gazetteer = _gazetteer()
    text = folded(document.text[:LONGEST_TEXT], document.language)
    parts = layout(document, text)
    hits = gazetteer.find(text.text, document.language)
    if document.language != "zh":
        people = (gazetteer.people[hit.ids[0]] for hit in hits if hit.kind is Kind.PERSON)
        hits = departments(text.text, hits, chinese=any(one.country == CHINA for one in people))
    else:
        hits = ours(text.text, hits)
    found = Page(document, text, parts, anchor(document, parts), gazetteer, hits)
    found._starts = [hit.start for hit in hits]
    found._longest = max((hit.end - hit.start for hit in hits), default=0)
    return found


def countries_of(reads: Iterable[str]) -> list[str]:
    """Distinct values in order."""
    return list(dict.fromkeys(reads))


@cache
def _gazetteer() -> Gazetteer:
    return load()

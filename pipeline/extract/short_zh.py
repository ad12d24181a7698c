"""Countries that a Chinese page writes with one character: 访加期间, 乌、哈、土三国 (corpus/chinese.md §5).

The character alone says too little (加 is Canada, Ghana or Gabon): a country that the page names in full is meant, else
one of the region of the others in the list.
"""

from __future__ import annotations

import re

from pipeline.extract.draft import Read
from pipeline.extract.folded import HAN
from pipeline.extract.named_events import meanings
from pipeline.extract.page import Page

_LISTED = re.compile(rf"(?<![{HAN}])?(?P<chars>[{HAN}](?:[、和与][{HAN}]){{1,5}})(?:[两三四五六]国|等国)")
_DURING = re.compile(rf"(?:访|在)(?P<char>[{HAN}])期间")


def listed(page: Page, start: int, end: int) -> list[Read[str]]:
    """The countries of `访问乌、哈、土三国`; none where the page names no country for one of them."""
    match = _LISTED.search(page.text.text, start, end)
    if match is None:
        return []
    at = match.start("chars")
    found = [
        Read(iso3, at + place, at + place + 1, "short_country_zh", 0.75)
        for place, char in enumerate(match.group("chars"))
        if (iso3 := _meant(page, char)) is not None
    ]
    near = {page.gazetteer.countries[read.value].preg for read in found}
    for place, char in enumerate(match.group("chars")):
        if near and char not in "、和与" and all(read.at != at + place for read in found):
            # not named, but of the region of the others: the 土 of 乌、哈、土三国 is no Türkiye
            fitting = [iso3 for iso3 in meanings(char) if page.gazetteer.countries[iso3].preg in near]
            found += [Read(iso3, at + place, at + place + 1, "short_country_zh", 0.6) for iso3 in fitting[:1]]
    return found


def during(page: Page, start: int, end: int) -> list[Read[str]]:
    """The country of `访加期间`."""
    match = _DURING.search(page.text.text, start, end)
    iso3 = _meant(page, match.group("char")) if match is not None else None
    return [Read(iso3, *match.span("char"), "short_country_zh", 0.75)] if match is not None and iso3 is not None else []


def visited(page: Page, at: int) -> list[Read[str]]:
    """The country of `率团访突`."""
    iso3 = _meant(page, page.text.text[at])
    return [Read(iso3, at, at + 1, "short_country_zh", 0.75)] if iso3 is not None else []


def _meant(page: Page, char: str) -> str | None:
    named = {
        iso3
        for iso3, hit in page.foreign_countries(0, len(page.text.text))
        if page.text.text[hit.start : hit.start + 1] == char
    }
    return next(iter(named)) if len(named) == 1 else None

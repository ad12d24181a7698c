"""Weekly digests (CCP Watch, Party Watch): items that begin with their day, `9.23 …`, `People's Daily 4.19-22: …`.

What stands between the items are headings and a summary that tells the same again (sites/watchdogs.md §17): only the
paragraphs of items tell events.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.extract import when
from pipeline.extract.layout import Sentence
from pipeline.extract.page import Page
from pipeline.extract.when import When

_ITEM = re.compile(
    r"(?:[A-Z][\w'.]*(?: (?:and )?[A-Z][\w'.]*){0,4},? )?(?P<month>1[0-2]|[1-9])\.(?P<day>[0-3]?\d)"
    r"(?:-(?:(?P<month2>1[0-2]|[1-9])\.)?(?P<day2>[0-3]?\d))?:?\s+(?=[\"'A-Z])"
)
_FEWEST = 2


# `will visit Lebanon from 8.21 to 8.24`
_SPAN = re.compile(r"\b(1[0-2]|[1-9])\.([0-3]?\d)(?: to | and |-)(?:(1[0-2]|[1-9])\.)?([0-3]?\d)\b")


@dataclass(frozen=True, slots=True)
class Item:
    """An item's days (None where no year fits) and where its text begins (characters of the sentence)."""

    when: When | None
    end: int


def is_digest(page: Page) -> bool:
    """Whether at least two paragraphs of a page are items."""
    firsts: dict[int, Sentence] = {}
    for sentence in page.layout.sentences:
        firsts.setdefault(sentence.paragraph, sentence)
    return sum(_ITEM.match(sentence.text) is not None for sentence in firsts.values()) >= _FEWEST


def spans(page: Page, sentence: Sentence) -> list[When]:
    """The days that an item writes in figures behind its own."""
    found = []
    for match in _SPAN.finditer(sentence.text, 1):
        month, day, month2, day2 = match.groups()
        days = when.span(
            (None, int(month), int(day)), (None, int(month2 or month), int(day2)), page.anchor, planned=True
        )
        if days and match.start() > 8:
            found.append(
                when.of_span(days, sentence.start + match.start(), sentence.start + match.end(), "digest_range_en")
            )
    return found


def item(page: Page, sentence: Sentence) -> Item | None:
    """The item that a sentence begins; None for one that begins none."""
    match = _ITEM.match(sentence.text)
    if match is None:
        return None
    month, day = int(match.group("month")), int(match.group("day"))
    last = (int(match.group("month2") or month), int(match.group("day2") or day))
    days = when.span((None, month, day), (None, *last), page.anchor, planned=False)
    at, to = sentence.start + match.start("month"), sentence.start + match.end(match.lastgroup or "day")
    return Item(when.of_span(days, at, to, "digest_item_en") if days else None, match.end())

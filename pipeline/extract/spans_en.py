"""How long a trip, a class or a forum lasted, where English pages tell it in pieces: `a three-day workshop … began on
Tuesday`, `The delegation arrived on July 8`, `is in Kenya until Friday` (corpus/english.md §2.3)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from pipeline.extract import when_en
from pipeline.extract.draft import Draft, Read
from pipeline.extract.page import Page
from pipeline.extract.when import When, page_day
from pipeline.words import DatePrecision

_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_DAYS = re.compile(rf"\b({'|'.join(_NUMBERS)}|\d{{1,2}})[- ]day\b", re.IGNORECASE)
_THE_DAYS = re.compile(
    rf"\b(?:[Tt]he|[Tt]his) (?:{'|'.join(_NUMBERS)}|\d{{1,2}})[- ]day (?:meeting|forum|event|seminar|workshop|"
    rf"conference|visit|"
    r"course|programme|program|symposium|trip|tour)"
)
_BEGAN = re.compile(
    r"\b(?:began|begins?|opened|opens|kicked off|started|starts|launched|arrived?|arrives|"
    r"(?:left|leaves?|departed|departs?)(?= (?:[\w\-]+ ){0,3}?for (?!home\b)))\b",
    re.IGNORECASE,
)
_ENDED = re.compile(
    r"\b(?:concluded?s?|closed|closes|ended|ends?|wrapped up|(?:left|leaves?|departed|departs?)"
    r"(?! (?:[\w\-]+ ){0,3}?for (?!home\b))|return(?:s|ed)?|complet\w+)\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(r"\b(?:until|till)\s+")
# `The delegation arrived in …`, `The workshop ends on …`: of the event told before, nobody is named
_OF_BEFORE = re.compile(
    r"(?:The|This|It|They|He|She|His|Her|Their)\b(?: (?:[\w\-]+ ){0,2}?"
    r"(?:delegation|team|group|visit|tour|trip|workshop|seminar|course|class|programme|program|forum|conference|"
    r"meeting|"
    r"event|symposium|training|dialogue))?\s"
)
_RUNS = re.compile(
    r"(?:The|This|It|Their)\b[^;.]{0,160}? (?:runs?|ran|lasts?|lasted|takes place|took place|was held|will be held|"
    r"will run) (?:in (?:[A-Z][\w\-]+,? ){1,3})?(?=from\b)"
)
_LASTING = ("VISIT", "TRAIN", "CONF")
LONGEST = timedelta(days=31)


def lasts(draft: Draft) -> bool:
    """Whether an event of this type may take days."""
    return draft.type.value.startswith(_LASTING)


def in_sentence(draft: Draft, text: str, told: list[When]) -> When | None:
    """The days of an event from its own sentence: ranges that follow each other are one, `three-day` counts."""
    ranges = [entry for entry in told if entry.start != entry.end and entry.precision is not DatePrecision.MONTH]
    if ranges and draft.series:
        whole = ranges[0]
        for entry in ranges[1:]:
            if whole.start <= entry.start <= whole.end + timedelta(days=2) and entry.end >= whole.end:
                whole = replace(whole, end=entry.end)
        return whole
    return _both_ends(draft.when, text, draft, told) or (counted(draft.when, text) if draft.when else None)


def _both_ends(days: When | None, text: str, draft: Draft, told: list[When]) -> When | None:
    """`arrived on Sunday and would conclude its visit on Wednesday`."""
    began, ended = _BEGAN.search(text), _ENDED.search(text)
    if days is None or not draft.series or began is None or ended is None or ended.start() < began.end():
        return None
    offset = draft.sentence.start
    first = next((one for one in told if one.at and began.end() <= one.at - offset < ended.start()), None)
    last = next((one for one in told if one.at and one.at - offset >= ended.end()), None)
    if first is None or last is None:
        return None
    end = last.end if last.end >= first.start else last.end + timedelta(days=7)
    return replace(first, end=end, precision=DatePrecision.DAY_RANGE) if end - first.start <= LONGEST else None


def counted(days: When, text: str) -> When | None:
    """The days that `a three-day workshop began on Tuesday` tells; None where nothing is counted."""
    match = _DAYS.search(text)
    if match is None or days.start != days.end or days.at is None:
        return None
    word = match.group(1).lower()
    number = int(word) if word.isdecimal() else _NUMBERS.index(word) + 2
    more = timedelta(days=number - 1)
    if not timedelta() < more <= LONGEST:
        return None
    if _ENDED.search(text):
        return replace(days, start=days.start - more, precision=DatePrecision.DAY_RANGE, confidence=0.75)
    if _BEGAN.search(text):
        return replace(days, end=days.end + more, precision=DatePrecision.DAY_RANGE, confidence=0.75)
    return None


def until(page: Page, draft: Draft, text: str, offset: int) -> None:
    """`is in Kenya until Friday`: the last day."""
    match = _UNTIL.search(text)
    days = draft.when or page_day(page.anchor)
    if match is None or days is None:
        return
    to = min(len(text), match.end() + 30)
    ends = when_en.dates(text[match.end() : to], offset + match.end(), page.anchor, draft.when, planned=True)
    if ends and days.start <= ends[0].end <= days.start + LONGEST:
        draft.when = replace(
            days, end=ends[0].end, precision=DatePrecision.DAY_RANGE, at=ends[0].at, to=ends[0].to, rule="until_en"
        )


def told_later(page: Page, draft: Draft | None, text: str, offset: int, told: list[When]) -> bool:
    """Take the first or last day of the event told before from a sentence about it; whether it was such a sentence."""
    if draft is None or not lasts(draft):
        return False
    days = counted(draft.when, f"{draft.sentence.text} {text}") if draft.when and _THE_DAYS.search(text) else None
    if days is not None:
        draft.when = days  # `… closed on Sunday. … attended the three-day meeting.`
    if _OF_BEFORE.match(text) is None:
        return False
    used = False
    runs = _RUNS.match(text)
    whole = next((one for one in told if runs and one.at is not None and one.at - offset >= runs.end() - 1), None)
    if runs is not None and whole is not None and whole.start != whole.end:
        # `The course ran from May 20 to May 31`, of those who came home or leave for it on a day of their own
        draft.when = whole
        today = page_day(page.anchor)
        if today is not None and whole.start > today.end and draft.planned is None:
            draft.planned = Read(True, whole.at, whole.to, "later_than_page", 0.8)
        return True
    for pattern, first in ((_BEGAN, True), (_ENDED, False)):
        verb = pattern.search(text)
        entry = next((one for one in told if verb and one.at is not None and one.at - offset >= verb.end()), None)
        if entry is None or entry.start != entry.end:
            continue
        used = True
        draft.when = _mended(draft.when, entry, first=first)
    return used


def _mended(days: When | None, entry: When, *, first: bool) -> When:
    if days is None:
        return entry
    mended = replace(days, start=entry.start) if first else replace(days, end=entry.end)
    if mended.start > mended.end or mended.end - mended.start > LONGEST:
        return days
    precision = DatePrecision.DAY if mended.start == mended.end else DatePrecision.DAY_RANGE
    return replace(mended, precision=precision)


def around(draft: Draft | None, told: list[When]) -> None:
    """`From June 7th to 14th, experts gave six lectures`: a range around a class's or forum's only day."""
    if draft is None or draft.when is None or not draft.type.value.startswith(("TRAIN", "CONF")):
        return
    for entry in told:
        day, end = draft.when.start, draft.when.end
        if day == end and entry.precision is DatePrecision.DAY_RANGE and entry.start <= day <= entry.end:
            draft.when = entry
            return

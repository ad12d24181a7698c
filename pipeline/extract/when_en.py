"""English date expressions and the datelines of the department and the agencies."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipeline.extract import when
from pipeline.extract.layout import month_number
from pipeline.extract.when import Anchor, When
from pipeline.words import DateBasis, DatePrecision

_MONTH = (
    r"(January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.?"
)
_D = r"(\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,? (20\d\d)(?!\d))?"
_TO = r"\s*(?:to|-{1,2}|until|till|through|and)\s*"
_WEEKDAY = r"(Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_AGENCY = r"(?P<agency>\([A-Za-z/'. ]{2,40}\))?"
_DATELINE = re.compile(
    rf"(?:\(\d{{6}}\)\s*-{{1,2}}\s*)?(?P<place>[A-Z][A-Za-z'.\- ]{{1,40}}?)(?:,\s?D\.?C\.?)?\s*,"
    rf"\s*{_MONTH}\s*{_D}(?P<year>,? 20\d\d)?\s*{_AGENCY}\s*(?:-{{1,3}}|:|$|(?<=\))(?= [A-Z]))\s*"
)
_DATELINE_DM = re.compile(
    rf"(?P<place>[A-Z][A-Za-z'.\- ]{{1,40}}?)\s*,\s*{_D} {_MONTH}(?P<year>,? 20\d\d)?\s*{_AGENCY}\s*(?:-{{1,3}}|:|$)\s*"
)
# `SKOPJE -- A delegation`, `Kathmandu: Chief of`, `Dodoma. CCM vice chairman`: a place alone
_PLACE_ALONE = re.compile(
    rf"(?:By (?:[A-Z][\w.\-]+ ){{1,3}}?)?(?P<place>[A-Z][A-Z'.\- ]{{2,30}}?|[A-Z][a-z]+(?: [A-Z][a-z]+)?)\s*{_AGENCY}"
    r"(?P<mark>\s*-{2,3}|\s+-|-(?=\s)|\s*:|\s*\.|(?<=\))(?=\s)|(?= [A-Z][a-z]|\s+A ))\s*(?:(?=[A-Z])|$)"
)
_RANGE_MD = re.compile(rf"\b{_MONTH}\s*{_D}{_YEAR}{_TO}(?:{_MONTH}\s*)?{_D}{_YEAR}(?![\d:])")
_RANGE_DM = re.compile(rf"\b{_D}(?: {_MONTH})?{_TO}{_D} {_MONTH}{_YEAR}")
_MD = re.compile(rf"\b{_MONTH}\s*{_D}(?![\d:]){_YEAR}")
_DM = re.compile(rf"\b{_D}(?: of)? {_MONTH}{_YEAR}")
_MONTH_ALONE = re.compile(rf"\b[Ii]n (?:early |mid-|late )?{_MONTH},? (?:of )?(20\d\d)\b")
_WEEKDAY_RANGE = re.compile(rf"\bfrom (?:last )?{_WEEKDAY} to {_WEEKDAY}")
# `runs from next Tuesday to July 6`
_FROM_WEEKDAY = re.compile(
    rf"\bfrom (?:next |this |last )?{_WEEKDAY} (?:to|until|till|through) {_MONTH}\s*{_D}(?![\d:])"
)
_ON_WEEKDAY = re.compile(rf"\b(?:(?:on|last|this) )?{_WEEKDAY}\b")
_WORD = re.compile(
    r"\b(?:here today|today|recently|in recent days|the same day|this morning|this afternoon|this evening)\b",
    re.IGNORECASE,
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# the days of other things: previous meetings, anniversaries, the next round
_ELSEWHERE = re.compile(
    r"\b(?:previous\w*|since|founded|established|born|until|as of|(?:previous|earlier|last)\b[^.]{0,40}\bheld|"
    r"last|next|by)"
    r"\s*(?:on|in)?\s*$",
    re.IGNORECASE,
)


_YESTERDAY = re.compile(r"\b[Yy]esterday\b")
# `is on a visit from Monday to Thursday`: its last day may be to come
_RUNNING = re.compile(r"\b(?:is|are) (?:currently |now )?(?:on|in|visiting|leading|here)\b[^.;]*$")
# a page without a dateline is filed on its own day, unless what it tells is older news
_SAME_WEEKS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Dateline:
    """A dateline's place, day and the folded characters it takes; ``agency`` files days later than the event."""

    place: str
    place_at: int
    when: When | None
    end: int
    agency: bool


def dateline(text: str, offset: int, found: Anchor) -> Dateline | None:
    """The dateline a paragraph begins with (`Beijing, April 22nd-`, `NAIROBI, Jan. 24 (Xinhua) --`)."""
    match = _DATELINE.match(text)
    month_group, day_group = 2, 3
    if match is None:
        match, month_group, day_group = _DATELINE_DM.match(text), 3, 2
    if match is None:
        return None
    month, day_number = month_number(match.group(month_group)), int(match.group(day_group))
    if month is None:
        return None
    year = int(match.group("year").strip(", ")) if match.group("year") else None
    told = when.span((year, month, day_number), (year, month, day_number), found, planned=False)
    at, to = sorted((match.span(2), match.span(3)))[0][0] + offset, max(match.end(2), match.end(3)) + offset
    stands = when.of_span(told, at, to, "dateline_en", DateBasis.DATELINE) if told else None
    return Dateline(
        match.group("place"), offset + match.start("place"), stands, match.end(), bool(match.group("agency"))
    )


def place_alone(text: str, offset: int, is_place: Callable[[int, int], bool]) -> Dateline | None:
    """A dateline without a day. ``is_place`` says whether a span is a place that the gazetteer knows."""
    match = _PLACE_ALONE.match(text)
    if match is None:
        return None
    at, to = offset + match.start("place"), offset + match.end("place")
    sure = match.group("place").isupper() and match.group("mark").strip() not in ("", ".")
    shown = match.group("mark") or match.group("agency") or match.group("place").isupper()
    if not (sure or is_place(at, to)) or not shown:
        return None
    return Dateline(match.group("place"), at, None, match.end(), bool(match.group("agency")))


def names_day(text: str) -> bool:
    """Whether the text prints a month and day, also one that no year fits."""
    return bool(_MD.search(text) or _DM.search(text))


def dates(
    text: str,
    offset: int,
    found: Anchor,
    before: When | None,
    *,
    planned: bool = False,
    skip: int = 0,
    filed: When | None = None,
) -> list[When]:
    """Every date expression of a sentence behind character ``skip``, in order of place.

    ``before`` is the dateline's day or the last event's: "today" counts from it. Weekdays and "yesterday" count from
    the day the page was ``filed``: after `on Monday`, `on Tuesday` is no day of the week before.
    """
    if filed is None and before is not None:
        near = found.day is not None and found.day - before.end <= _SAME_WEEKS
        filed = (when.page_day(found) if near else None) or before
    told: list[When] = []
    taken = bytearray(len(text))
    taken[:skip] = b"\1" * min(skip, len(text))
    for read in (_ranges, _fulls, _months, _weekdays, _yesterday, _words):
        reference = filed if read in (_weekdays, _yesterday) and before is not None else before
        for entry in read(text, offset, found, reference, planned):
            at, to = (entry.at or 0) - offset, (entry.to or 0) - offset
            first = text[:at] in ("By ", "As of ", "Until ")  # counted up to that day
            if not any(taken[at:to]) and (first or not _ELSEWHERE.search(text[max(0, at - 64) : at])):
                taken[at:to] = b"\1" * (to - at)
                told.append(entry)
    told.sort(key=lambda entry: entry.at or 0)
    return [_of_dateline(entry, before) for entry in told]


def _of_dateline(entry: When, before: When | None) -> When:
    """`here today` is dated by the dateline: its words are the evidence."""
    if before is not None and entry.rule.endswith("+today"):
        return replace(entry, at=before.at, to=before.to)
    return entry


def _ranges(text: str, offset: int, found: Anchor, _before: When | None, planned: bool) -> list[When]:
    told = []
    for match in _RANGE_MD.finditer(text):
        month, first, year, month2, last, year2 = match.groups()
        entry = _range((year, month, first), (year2, month2 or month, last), match, offset, found, planned)
        told += [entry] if entry else []
    for match in _RANGE_DM.finditer(text):
        first, month, last, month2, year2 = match.groups()
        entry = _range((None, month or month2, first), (year2, month2, last), match, offset, found, planned)
        told += [entry] if entry else []
    for match in _FROM_WEEKDAY.finditer(text) if found.day is not None else ():
        weekday, month, last = match.groups()
        entry = _range((None, month, last), (None, month, last), match, offset, found, planned)
        if entry is None or found.day is None:
            continue
        first = _near(found.day, weekday, entry.end > found.day)
        if timedelta() < entry.end - first <= timedelta(days=31):
            told.append(replace(entry, start=first, precision=DatePrecision.DAY_RANGE))
    return told


def _range(
    first: tuple[str | None, str, str],
    last: tuple[str | None, str, str],
    match: re.Match[str],
    offset: int,
    found: Anchor,
    planned: bool,
) -> When | None:
    start, end = _parts(first), _parts(last)
    if start is None or end is None:
        return None
    days = when.span(start, end, found, planned=planned)
    return when.of_span(days, offset + match.start(), offset + match.end(), "range_en") if days else None


def _parts(printed: tuple[str | None, str, str]) -> tuple[int | None, int, int] | None:
    year, month_name, day_number = printed
    month = month_number(month_name)
    return (int(year) if year else None, month, int(day_number)) if month else None


def _fulls(text: str, offset: int, found: Anchor, _before: When | None, planned: bool) -> list[When]:
    told = []
    for pattern, (month_group, day_group) in ((_MD, (1, 2)), (_DM, (2, 1))):
        for match in pattern.finditer(text):
            parts = _parts((match.group(3), match.group(month_group), match.group(day_group)))
            days = when.span(parts, parts, found, planned=planned) if parts else None
            if days:
                told.append(when.of_span(days, offset + match.start(), offset + match.end(), "day_en"))
    return told


def _months(text: str, offset: int, _found: Anchor, _before: When | None, _planned: bool) -> list[When]:
    told = []
    for match in _MONTH_ALONE.finditer(text):
        month = month_number(match.group(1))
        first = when.make(int(match.group(2)), month, 1) if month else None
        if first is not None:
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            at, to = offset + match.start(), offset + match.end()
            told.append(When(first, last, DatePrecision.MONTH, DateBasis.EXPLICIT_FULL, at, to, "month_en", 0.7))
    return told


def _weekdays(text: str, offset: int, found: Anchor, before: When | None, planned: bool) -> list[When]:
    reference = before.end if before else found.day
    if reference is None:
        return []
    told = []
    # `Monday, March 3rd` of a year that the page does not tell is no day of this week
    alone = before is not None or not names_day(text)
    for match in _WEEKDAY_RANGE.finditer(text):
        if not alone and re.search(r"\d", text[max(0, match.start() - 12) : match.end() + 12]):
            continue
        more = timedelta(days=(_WEEKDAYS.index(match.group(2)) - _WEEKDAYS.index(match.group(1))) % 7)
        running = _RUNNING.search(text[: match.start()])
        first = (
            _near(reference, match.group(1), planned) if running else _near(reference, match.group(2), planned) - more
        )
        last = first + more
        at, to = offset + match.start(), offset + match.end()
        told.append(
            When(first, last, DatePrecision.DAY_RANGE, DateBasis.WEEKDAY_OR_TODAY, at, to, "weekday_range_en", 0.8)
        )
    for match in _ON_WEEKDAY.finditer(text):
        if not alone and re.search(r"\d", text[max(0, match.start() - 12) : match.end() + 12]):
            continue
        made = _near(reference, match.group(1), planned)
        at, to = offset + match.start(), offset + match.end()
        told.append(when.day(made, at, to, "weekday_en", DateBasis.WEEKDAY_OR_TODAY, 0.85))
    return told


def _near(reference: date, weekday: str, planned: bool) -> date:
    """The weekday in the week up to the reference; of an announcement, in the week after it."""
    number = _WEEKDAYS.index(weekday)
    if planned:
        return reference + timedelta(days=(number - reference.weekday()) % 7)
    return reference - timedelta(days=(reference.weekday() - number) % 7)


def _yesterday(text: str, offset: int, found: Anchor, before: When | None, _planned: bool) -> list[When]:
    if (first := _YESTERDAY.search(text)) is None:
        return []
    reference = before.end if before else found.day
    if reference is None or (before is None and names_day(text)):
        return []
    return [
        when.day(
            reference - timedelta(days=1),
            offset + match.start(),
            offset + match.end(),
            "relative_en",
            DateBasis.WEEKDAY_OR_TODAY,
            0.65,
        )
        for match in _YESTERDAY.finditer(text, first.start())
    ]


def _words(text: str, offset: int, found: Anchor, before: When | None, _planned: bool) -> list[When]:
    told: list[When] = []
    for match in _WORD.finditer(text):
        at, to, word = offset + match.start(), offset + match.end(), match.group().lower()
        if word in ("recently", "in recent days"):
            entry = when.window(found, at, to, "lately_en")
        elif before is not None:
            entry = before.shifted(
                f"{before.rule}+today" if "same" not in word else "same_day_en", at, to, before.confidence
            )
        elif found.day is not None and not names_day(text):
            entry = when.day(found.day, at, to, "relative_en", DateBasis.WEEKDAY_OR_TODAY, 0.65)
        else:
            entry = None
        told += [entry] if entry else []
    return told

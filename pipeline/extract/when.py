"""The day of an event: what a date expression and the page's own dates give together (codebook §8)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipeline.extract.layout import Layout, month_number
from pipeline.words import DateBasis, DatePrecision, Document

_URL_DAY = re.compile(r"(?:/t|[/_\-])(20\d\d)[-/_]?(0[1-9]|1[0-2])[-/_]?([0-3]\d)(?=[_/.\-a-z]|\d{6,12}\.|$)")
# the headline of a year's review: 2024年党的对外工作十大新闻
_REVIEW = re.compile(r"(20\d\d)年[^。]{0,24}(?:十大|大事|回顾|综述|纪事)")
_FOLDER_YEAR = re.compile(r"/AnnualReports/(\d{4})/", re.IGNORECASE)
# The whole site was moved in these days of December 2019: pages of 2016 carry t20191216 in their address.
_MIGRATION = (date(2019, 12, 10), date(2019, 12, 20))
# What a page without any date of its own still tells of its year: a month told with its year, a congress of last year.
_MONTH_YEAR = re.compile(r"\b([A-Z][a-z]{2,8})\.? (?:\d{1,2}(?:st|nd|rd|th)?, )?(20\d\d)\b")
# `2024 marks the 20th anniversary`, `since the beginning of 2025`: the year that the page speaks in
_THIS_YEAR = re.compile(
    r"\b(20\d\d) (?:marks|is|has been|will be|witnesses)\b|\b(?:[Bb]eginning|[Ss]tart) of (20\d\d)\b|"
    r"\b[Tt]his year,? (20\d\d)\b"
)
_CONGRESS = re.compile(r"\b(\d\d)th (?:CPC )?National Congress[^.;]{0,60}?\b(this|last) year")
# How long after an event its page still appears: the address alone bears a year no farther than this.
_UPLOAD_DAYS = {"zh": 15, "en": 60}


@dataclass(frozen=True, slots=True)
class Anchor:
    """The page's own date, from which years are inferred. ``source``: published, stamp, url, folder, text or none.

    ``after``: a page without a date (an item of a result list) tells of a month not long before its events.
    """

    day: date | None
    source: str
    language: str
    folder_year: int | None = None
    after: date | None = None


@dataclass(frozen=True, slots=True)
class When:
    """A day or a span of days and where it was read; ``at``/``to`` are folded characters, None for a page date."""

    start: date
    end: date
    precision: DatePrecision
    basis: DateBasis
    at: int | None
    to: int | None
    rule: str
    confidence: float

    def shifted(self, rule: str, at: int, to: int, confidence: float) -> When:
        """The same days read again elsewhere (同日, "on the same day")."""
        return replace(self, rule=rule, at=at, to=to, confidence=confidence)


def anchor(document: Document, layout: Layout) -> Anchor:
    """What the page says about its own date, best source first; the migration's address dates are no source."""
    language = document.language if document.language in _UPLOAD_DAYS else "en"
    folder = _FOLDER_YEAR.search(document.url)
    if folder is None and layout.title is not None:
        folder = _REVIEW.search(layout.title.text)
    if folder:
        return Anchor(None, "folder", language, int(folder.group(1)))
    address = url_day(document.url)
    migrated = address is not None and _MIGRATION[0] <= address <= _MIGRATION[1]
    stamps = [day for day in layout.stamps if not (migrated and day == address)]
    published = None if migrated and document.published == address else document.published
    if published is not None and published != address:
        return Anchor(published, "published", language)
    if layout.issue is not None:
        return Anchor(layout.issue, "issue", language)
    if layout.bulleted and (published or address) is not None and not migrated:
        # a chronicle tells the months before its issue; its address bears the issue's year
        return Anchor(published or address, "issue", language)
    if stamps:
        return Anchor(stamps[0], "stamp", language)
    if published is not None or (address is not None and not migrated):
        return Anchor(published or address, "url", language)
    after = _told_month(layout) if language == "en" else None
    return Anchor(None, "text", language, after=after) if after else Anchor(None, "none", language)


def _told_month(layout: Layout) -> date | None:
    """The latest month that the sentences name with its year, or the year that a congress of last year tells."""
    told: list[date] = []
    for sentence in layout.sentences:
        for match in _THIS_YEAR.finditer(sentence.text):
            told += [date(int(next(year for year in match.groups() if year)), 1, 1)]
        for match in _MONTH_YEAR.finditer(sentence.text):
            month = month_number(match.group(1))
            told += [date(int(match.group(2)), month, 1)] if month else []
        for match in _CONGRESS.finditer(sentence.text):
            # the 20th met in 2022, and one meets every five years
            year = 2022 + (int(match.group(1)) - 20) * 5
            told.append(date(year + (match.group(2) == "last"), 1, 1))
    return max(told, default=None)


def url_day(url: str) -> date | None:
    """The day in an address (``t20250726_167400``, ``/2025/0613/``); with a month alone, None."""
    for match in reversed(list(_URL_DAY.finditer(url))):
        try:
            return date(*(int(part) for part in match.groups()))
        except ValueError:
            continue
    return None


def page_day(found: Anchor) -> When | None:
    """The last resort: the page's own date, marked as such and little trusted."""
    if found.day is None:
        return None
    basis = DateBasis.URL_DATE if found.source == "url" else DateBasis.PUBLISH_DATE
    return When(found.day, found.day, DatePrecision.DAY, basis, None, None, f"page_date:{found.source}", 0.4)


def with_year(month: int, day: int, found: Anchor, *, planned: bool) -> tuple[date, float] | None:
    """The full date of a month and day on this page, with its confidence; None where no year can be told."""
    if found.folder_year is not None:
        only = make(found.folder_year, month, day)
        return (only, 0.9) if only else None
    page = found.day
    if page is None and found.after is not None:
        later = (made for year in (found.after.year, found.after.year + 1) if (made := make(year, month, day)))
        first = next((made for made in later if made >= found.after), None)
        return (first, 0.6) if first else None
    if page is None:
        return None
    candidates = [made for year in (page.year + 1, page.year, page.year - 1) if (made := make(year, month, day))]
    if planned:
        # an announcement is made before, and its page may still be read while the visit runs
        best = min(candidates, key=lambda made: abs((made - page).days - 15), default=None)
        return (best, 0.85) if best and abs((best - page).days) <= 200 else None
    # two days ahead: the page is stamped in Beijing, or the event's place is a day ahead of it
    past = [made for made in candidates if made <= page + timedelta(days=2)]
    if not past:
        return None
    latest = max(past)
    lag = (page - latest).days
    coming = min((made for made in candidates if made > latest), default=None)
    if lag > 180 and coming is not None and (coming - page).days <= 45:
        # told on its first day, or shortly before, without a word of announcement
        return coming, 0.8
    if found.source == "url" and lag > _UPLOAD_DAYS[found.language]:
        return None
    return latest, 0.95 if lag <= 60 else 0.6


def span(
    start: tuple[int | None, int, int],
    end: tuple[int | None, int, int],
    found: Anchor,
    *,
    planned: bool,
) -> tuple[date, date, float, bool] | None:
    """The days from one (year, month, day) to another: start, end, confidence, whether the text gives the year."""
    (year, month, day), (year2, month2, day2) = start, end
    if year is not None or year2 is not None:
        last_year = year2 if year2 is not None else year
        first_year = year if year is not None else year2
        if first_year is None or last_year is None:
            return None
        if year2 is None and (month2, day2) < (month, day):
            last_year += 1
        first, last = make(first_year, month, day), make(last_year, month2, day2)
        return (first, last, 0.99, True) if first and last and first <= last else None
    told = with_year(month2, day2, found, planned=planned)
    if told is None:
        return None
    last = told[0]
    first = make(last.year - 1 if (month, day) > (month2, day2) else last.year, month, day)
    if first is None or (last - first).days > 120:
        return None
    return first, last, told[1], False


def make(year: int, month: int, day: int) -> date | None:
    """The date, None where there is no such day (729日 is a typo, not a day)."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def of_span(told: tuple[date, date, float, bool], at: int, to: int, rule: str, basis: DateBasis | None = None) -> When:
    """A ``When`` from what ``span`` gives."""
    first, last, confidence, full = told
    precision = DatePrecision.DAY if first == last else DatePrecision.DAY_RANGE
    told_basis = basis or (DateBasis.EXPLICIT_FULL if full else DateBasis.EXPLICIT_MD)
    return When(first, last, precision, told_basis, at, to, rule, confidence)


def window(found: Anchor, at: int, to: int, rule: str) -> When | None:
    """日前, 近日, recently: the week before the page's date."""
    if found.day is None:
        return None
    return When(
        found.day - timedelta(days=7), found.day, DatePrecision.WINDOW, DateBasis.WEEKDAY_OR_TODAY, at, to, rule, 0.6
    )


def day(made: date, at: int, to: int, rule: str, basis: DateBasis, confidence: float) -> When:
    """One day."""
    return When(made, made, DatePrecision.DAY, basis, at, to, rule, confidence)

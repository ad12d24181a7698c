"""What changed, what was told wrong and what could not be read, as the templates of an edition are given it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from digests.languages import count, say
from digests.periods import Month, PeriodError, Week, parse_period
from digests.rows import Corrected, Edited, EditionRows, Facts, Gap, Name, Removed
from digests.telling import capped, mean_text
from digests.texts import is_chinese
from digests.wording import day, days, month, signs, word, wording_of, words

BEFORE = "before"
"""The kind of a gap that lies before the watch of a site began."""


@dataclass(frozen=True, slots=True)
class ShownEdit:
    title: Name
    url: str | None
    site: Name
    seen: str
    before: str
    after: str
    taken_out: tuple[Name, ...]
    put_in: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class ShownRemoval:
    title: Name
    url: str | None
    site: Name
    label: str
    what: str
    copy: str | None


@dataclass(frozen=True, slots=True)
class ShownGap:
    site: Name
    what: str
    cause: str | None
    expected: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    field: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class ShownCorrection:
    what: str
    why: str
    differences: tuple[Difference, ...]
    copy: str | None
    event_id: str


@dataclass(frozen=True, slots=True)
class Corrections:
    """What one earlier edition told wrong; shown to those who had it."""

    period: str
    title: str
    entries: tuple[ShownCorrection, ...]
    rest: str | None


def named(text: str) -> Name:
    """A text with the language it is in."""
    return Name(text, "zh" if is_chinese(text) else "en")


def period_name(name: str, language: str) -> str:
    """``week 30 of 2025``, ``July 2025``; an event sent at once is told as such."""
    try:
        period = parse_period(name)
    except PeriodError:
        return say(language, "a single event sent at once")
    if isinstance(period, Month):
        return month(period.first, language)
    assert isinstance(period, Week)
    return say(language, "week %(week)s of %(year)s", week=period.number, year=period.name[:4])


def edits(rows: EditionRows) -> list[ShownEdit]:
    return [_edited(page, rows.last_day.year, rows.language) for page in rows.edited]


def removals(rows: EditionRows) -> list[ShownRemoval]:
    """Pages that no longer answer, then those taken off their lists."""
    pages = (*rows.removed, *rows.delisted)
    return [_removed(page, rows.last_day.year, rows.language) for page in pages]


def _edited(page: Edited, year: int, language: str) -> ShownEdit:
    fields = dict.fromkeys(word("fields", field.partition("[")[0], language) for field in page.fields)
    seen = say(language, "Seen on %(day)s", day=day(page.seen, year, language))
    touching = say(language, ", touching %(fields)s", fields=signs(language)["list"].join(fields)) if fields else ""
    taken_out, put_in = (tuple(named(text) for text in lines) for lines in (page.taken_out, page.put_in))
    return ShownEdit(
        page.title, page.url, named(page.site), seen + touching, page.before, page.after, taken_out, put_in
    )


def _removed(page: Removed, year: int, language: str) -> ShownRemoval:
    since = say(language, "Since %(day)s: ", day=day(page.since, year, language))
    label = word("lost", page.state, language)
    what = since + word("page_state", page.state, language)
    return ShownRemoval(page.title, page.url, named(page.site), label, what, page.copy)


# --- sites that could not be read ------------------------------------------------------------------


def gaps(rows: EditionRows) -> list[ShownGap]:
    return [_gap(gap, rows.last_day.year, rows.language) for gap in rows.gaps]


def _gap(gap: Gap, year: int, language: str) -> ShownGap:
    what = word("gaps", gap.kind, language) % {"day": day(gap.since, year, language) if gap.since else ""}
    expected = None
    if gap.expected is not None:
        expected = say(
            language, "normally %(mean)s events (mean of %(periods)s)", mean=mean_text(gap.expected),
            periods=count(language, "%(number)s period", "%(number)s periods", gap.counted),
        )  # fmt: skip
    return ShownGap(named(gap.site), what, gap.cause, expected)


def gaps_title(rows: EditionRows) -> str:
    """In one line whether all was read. That the watch had not begun is told apart from sites that failed."""
    language = rows.language
    if not rows.gaps:
        return count(language, "The one site was read.", "All %(number)s sites were read.", rows.sites)
    if unwatched(rows):
        return say(language, "The watch had not begun when this period ended: what is known of it was read later.")
    sites = count(language, "%(number)s site", "%(number)s sites", rows.sites)
    return say(language, "Not everything could be read: %(missing)s of %(sites)s.", missing=len(rows.gaps), sites=sites)


def gaps_expected(rows: EditionRows) -> str | None:
    """How many events a normal period would have brought from the sites that could not be read."""
    known = [gap.expected for gap in rows.gaps if gap.expected is not None and gap.kind != BEFORE]
    if not known:
        return None
    return say(
        rows.language, "A normal period would have brought about %(mean)s events from these sites.",
        mean=mean_text(sum(known)),
    )  # fmt: skip


def unwatched(rows: EditionRows) -> bool:
    """True where the period ended before any site was watched."""
    kinds = {gap.kind for gap in rows.gaps}
    return len(rows.gaps) == rows.sites and BEFORE in kinds and kinds <= {BEFORE, "never"}


# --- corrections -----------------------------------------------------------------------------------


def corrections(rows: EditionRows, most: int) -> list[Corrections]:
    """Corrections by the edition that was wrong, the newest first, of each at most so many."""
    by_period: dict[str, list[Corrected]] = {}
    for one in rows.corrections:
        by_period.setdefault(one.period, []).append(one)
    told = []
    for period in sorted(by_period, reverse=True):
        shown, rest = capped(by_period[period], most, rows.language)
        title = say(rows.language, "Correction to %(edition)s", edition=period_name(period, rows.language))
        entries = tuple(_correction(one, rows.last_day.year, rows.language) for one in shown)
        told.append(Corrections(period, title, entries, rest))
    return told


def _correction(one: Corrected, year: int, language: str) -> ShownCorrection:
    parts = [
        wording_of(one.was.type, language).label,
        _days(one.was.first_day, one.was.last_day, year, language),
        _names(dict.fromkeys(one.was.countries), language),
    ]
    differences = []
    if one.now is not None:
        known = [name for name in one.fields if name in words()["facts"]]
        pairs = [(name, _fact(one.was, name, year, language), _fact(one.now, name, year, language)) for name in known]
        differences = [Difference(word("facts", name, language), was, now) for name, was, now in pairs if was != now]
    what = " · ".join(part for part in parts if part)
    return ShownCorrection(what, word("corrected", one.why, language), tuple(differences), one.copy, one.now_id)


def _fact(facts: Facts, name: str, year: int, language: str) -> str:
    """One of the facts in words; a dash where it is empty."""
    value = getattr(facts, name)
    if name == "type":
        return wording_of(value, language).label
    if name in ("realis", "standing"):
        return word(name, value, language)
    if isinstance(value, date):
        return day(value, year, language)
    if isinstance(value, Mapping):
        value = dict.fromkeys(value.values())
    return _names(dict.fromkeys(value or ()), language) or "–"


def _names(values: Mapping[str, object], language: str) -> str:
    return signs(language)["list"].join(values)


def _days(first: date | None, last: date | None, year: int, language: str) -> str:
    return days(first, last, year, language) if first is not None and last is not None else ""

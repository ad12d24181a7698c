"""What was told wrong, as the templates of an edition are given it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from digests.languages import say
from digests.periods import Month, PeriodError, Week, parse_period
from digests.rows import Corrected, EditionRows, Facts
from digests.sendings import name_of
from digests.telling import capped, reason_text
from digests.wording import dated, month, signs, word, wording_of, words

_NOTHING = "–"


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
    """What one earlier edition told wrong; shown to ``readers`` (see ``digests.sendings``)."""

    readers: str
    title: str
    entries: tuple[ShownCorrection, ...]
    rest: str | None


def corrections(rows: EditionRows, most: int) -> list[Corrections]:
    """Corrections by the edition that was wrong, the newest first, of each at most so many; those of readers who have
    left another slice apart."""
    sendings: dict[tuple[str, bool, int], list[Corrected]] = {}
    for one in rows.corrections:
        sendings.setdefault((one.period, not one.left, one.slice_id), []).append(one)
    told = []
    for (period, own, slice_id), some in sorted(sendings.items(), reverse=True):
        shown, rest = capped(some, most, rows.language)
        title = say(rows.language, "Correction to %(edition)s", edition=period_name(period, rows.language))
        entries = tuple(_correction(one, rows.last_day.year, rows.language) for one in shown)
        told.append(Corrections(name_of(period, slice_id, left=not own), title, entries, rest))
    return told


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


def _correction(one: Corrected, year: int, language: str) -> ShownCorrection:
    parts = [
        wording_of(one.was.type, language).label,
        dated(one.was.first_day, one.was.last_day, one.was.precision, year, language),
        _listed(one.was.countries, language),
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
    if name == "days":
        told = dated(facts.first_day, facts.last_day, facts.precision, year, language)
        return told or say(language, "no day known")
    if name == "firsts":
        told = _listed((reason_text(first, "marks", language) for first in facts.firsts), language)
        return told or say(language, "no: something earlier is known")
    value = getattr(facts, name)
    if name == "type":
        return wording_of(value, language).label
    if name in ("realis", "standing"):
        return word(name, value, language)
    return _listed(value if name == "countries" else value.values(), language) or _NOTHING


def _listed(values: Iterable[str], language: str) -> str:
    return signs(language)["list"].join(dict.fromkeys(values))

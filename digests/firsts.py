"""First contacts and first training: "first in this database since YYYY", and never more than that.

What a backfill brings is no first: see docs/digest.md, Firsts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from digests.entries import country_name
from digests.known import Fact, Known
from digests.rows import Reason
from digests.rules import rules
from digests.texts import clean
from pipeline.words import DatePrecision, Standing

COUNTRY, PARTY, TRAINING = "first_country", "first_party", "first_training"
CONTACTS = (COUNTRY, PARTY)
"""The rules that make a first contact, which is sent at once to who asked for that."""
TOO_WIDE = {DatePrecision.MONTH.value, DatePrecision.YEAR.value}
"""Days too uncertain for the order that a first needs."""


@dataclass(frozen=True, slots=True)
class First:
    """One event is the first with a country or party; ``since`` is the first year that is covered."""

    rule: str
    subject: str
    since: int


def firsts(known: Known) -> dict[str, tuple[First, ...]]:
    """The firsts among known events, by event id.

    A first is an actual contact that stands undisputed, was seen soon after its day, and before which nothing with
    the country or party is known, of whatever type; the year before it must be covered.
    """
    covered = covered_years(known.facts.values())
    found: dict[str, list[First]] = defaultdict(list)
    subjects: dict[str, Callable[[Fact], tuple[str, ...]]] = {
        COUNTRY: lambda fact: fact.iso3,
        PARTY: lambda fact: fact.parties,
        TRAINING: lambda fact: fact.iso3 if fact.family == "TRAIN" else (),
    }
    for rule, of in subjects.items():
        for subject, fact in _earliest(known, of):
            since = covered(fact.first_day) if fact.first_day is not None else None
            if since is not None and _can_be_first(fact):
                found[fact.id].append(First(rule, subject, since))
    return {event_id: tuple(some) for event_id, some in found.items()}


def reasons(some: Iterable[First], known: Known, language: str) -> tuple[Reason, ...]:
    """Firsts as an edition tells them, the names in its language."""
    return tuple(Reason(one.rule, _values(one, known, language)) for one in some)


def covered_years(facts: Iterable[Fact]) -> Callable[[date], int | None]:
    """For a day, the first of the unbroken covered years before its own; None where the year before is not covered.

    A year is covered where enough of its months hold an event: so a database that began in one December, or the odd
    old page of a watchdog, does not pass for a record of the year.
    """
    months: dict[int, set[int]] = defaultdict(set)
    for fact in facts:
        if fact.actual and fact.last_day is not None:
            months[fact.last_day.year].add(fact.last_day.month)
    enough = rules().months_of_a_year
    covered = {year for year, some in months.items() if len(some) >= enough}

    def since(day: date) -> int | None:
        year = day.year
        while year - 1 in covered:
            year -= 1
        return year if year < day.year else None

    return since


def _earliest(known: Known, of: Callable[[Fact], tuple[str, ...]]) -> Iterable[tuple[str, Fact]]:
    """The earliest event of each subject. A trip is not before the events on it; an undated event is before all."""
    seen: set[str] = set()
    actual = [fact for fact in known.facts.values() if fact.actual]
    for fact in sorted(actual, key=lambda one: (one.first_day or date.min, one.is_series, one.id)):
        if fact.is_series and known.children.get(fact.id):
            continue
        for subject in of(fact):
            if subject not in seen:
                seen.add(subject)
                yield subject, fact


def _can_be_first(fact: Fact) -> bool:
    if fact.last_day is None or fact.precision in TOO_WIDE or fact.standing == Standing.DISPUTED.value:
        return False
    soon = fact.first_seen - fact.last_day <= timedelta(days=rules().seen_within_days)
    return soon and (fact.is_contact or fact.family == "VISIT")


def _values(one: First, known: Known, language: str) -> Mapping[str, str | int | float]:
    if one.rule == PARTY:
        row = known.parties[one.subject]
        named = (row.name_zh, row.name_en) if language == "zh" else (row.name_en, row.name_zh)
        party = next((text for name in named if (text := clean(name, 120))), row.id)
        return {"party": party, "party_id": row.id, "since": one.since}
    return {
        "country": country_name(known.countries[one.subject], language),
        "iso3": one.subject,
        "since": one.since,
    }

"""First contacts and first training: "first in this database since YYYY", and never more than that.

What a backfill brings is no first: see docs/digest.md, Firsts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from digests.entries import country_name
from digests.known import TOO_WIDE, Fact, Known
from digests.rows import Reason
from digests.rules import rules
from digests.texts import clean
from pipeline.words import DatePrecision, Standing

COUNTRY, PARTY, TRAINING = "first_country", "first_party", "first_training"
CONTACTS = (COUNTRY, PARTY)
"""The rules that make a first contact, which is sent at once to who asked for that."""
EXACT = {DatePrecision.DAY.value, DatePrecision.DAY_RANGE.value}
"""Days that are those of the happening itself, from its first to its last."""

Subjects = Callable[[Fact], tuple[str, ...]]
SUBJECTS: Mapping[str, Subjects] = {
    COUNTRY: lambda fact: fact.iso3,
    PARTY: lambda fact: fact.parties,
    TRAINING: lambda fact: fact.iso3 if fact.family == "TRAIN" else (),
}
"""Whom an event can be the first with, by rule."""


@dataclass(frozen=True, slots=True)
class First:
    """One event is the first with a country or party; ``since`` is the first year that is covered."""

    rule: str
    subject: str
    since: int


def firsts(known: Known) -> dict[str, tuple[First, ...]]:
    """The firsts among known events, by event id.

    A first is an actual contact that stands undisputed, was seen soon after its day, and before which nothing with
    the country or party is known, of whatever type, told or not; the year before it must be covered.
    """
    covered = covered_years(known.facts.values())
    found: dict[str, list[First]] = defaultdict(list)
    for rule, of in SUBJECTS.items():
        for subject, fact in _earliest(known, of):
            since = covered(fact.first_day) if fact.first_day is not None else None
            if since is not None and fact.id in known.facts and _can_be_first(fact):
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


def happenings(known: Known, facts: Iterable[Fact], of: Subjects) -> Iterator[tuple[str, Fact]]:
    """Each fact under each of its subjects.

    A trip gives way to what took place on it, but only there: of a trip to Kenya and Hungary often the meeting in
    Hungary alone is described, and the stop in Kenya is a contact all the same.
    """
    for fact in facts:
        children = known.children.get(fact.id, ()) if fact.is_series else ()
        held = {subject for child in children if child.actual for subject in of(child)}
        for subject in of(fact):
            if subject not in held:
                yield subject, fact


def _earliest(known: Known, of: Subjects) -> Iterator[tuple[str, Fact]]:
    """The earliest event of each subject; an undated one is before all. Of those that begin on one day an event
    that can be told is the first, and no trip."""
    seen: set[str] = set()
    ordered = sorted(
        known.took_place, key=lambda one: (one.first_day or date.min, one.id not in known.facts, one.is_series, one.id)
    )
    for subject, fact in happenings(known, ordered, of):
        if subject not in seen:
            seen.add(subject)
            yield subject, fact


class Earlier:
    """Whether something is known that came before what was told as a first.

    Only what can be told itself proves that; of a trip and what took place on it neither came before the other.
    """

    def __init__(self, known: Known) -> None:
        self._known = known

    def known(self, told: Reason, fact: Fact) -> bool:
        """Whether a told first is none, ``fact`` being the event as it is known now."""
        if fact.first_day is None:
            return False
        subject = str(told.values["party_id" if told.rule == PARTY else "iso3"])
        for day, one in self._begun.get((told.rule, subject), ()):
            if day >= fact.first_day:
                return False
            if fact.id not in (one.id, one.parent_id) and one.id != fact.parent_id:
                return True
        return False

    @cached_property
    def _begun(self) -> Mapping[tuple[str, str], list[tuple[date, Fact]]]:
        """By rule and subject the events, each with a day on which it had begun for sure; the earliest first."""
        found: dict[tuple[str, str], list[tuple[date, Fact]]] = defaultdict(list)
        actual = [fact for fact in self._known.facts.values() if fact.actual]
        for rule, of in SUBJECTS.items():
            for subject, fact in happenings(self._known, actual, of):
                day = fact.first_day if fact.precision in EXACT else fact.last_day
                if day is not None:
                    found[rule, subject].append((day, fact))
        return {key: sorted(some, key=lambda one: (one[0], one[1].id)) for key, some in found.items()}


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

"""What an edition tells a slice: chosen from what is known by the ledger of what the slice was told before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from digests.firsts import CONTACTS, First
from digests.known import TOO_WIDE, Fact, Known, by_day, spills
from digests.periods import Period
from digests.rows import Rest
from digests.wishes import Wishes

LATE_LISTED = 30
"""Late events listed one by one, the newest; a backfill can bring thousands, which are told by their number."""

Ledger = Collection[tuple[str, str]]
"""What a slice was told: pairs of event and realis, also of the events that took over a told one."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which events an edition tells a slice, by the place they get.

    ``rest`` are told by their number alone: late ones past those listed, or what was known before the slice's first
    edition (``begins``). ``waiting`` ones are left for their own period. ``before`` is what all readers of the slice
    were told before they chose it (see ``digests.moved``).
    """

    period: tuple[Fact, ...]
    late: tuple[Fact, ...]
    planned: tuple[Fact, ...]
    rest: tuple[Fact, ...]
    waiting: tuple[Fact, ...] = ()
    begins: bool = False
    before: frozenset[tuple[str, str]] = frozenset()

    @property
    def listed(self) -> tuple[Fact, ...]:
        """Those that are told one by one."""
        return (*self.period, *self.late, *self.planned)


def choose(facts: Iterable[Fact], period: Period, ledger: Ledger, wishes: Wishes, *, begins: bool) -> Chosen:
    """What an edition of a period tells a slice: of the facts it asks for, those it was not told yet.

    What took place after the period waits for its own. An event without a day, or of a month or year that the period
    does not hold ("in July"), has no period of its own: it is told once it was first seen by the period's end. What is
    only announced (or called off) for the period or later days, or without a day, stands under planned. ``begins``:
    the slice's first edition, whose ledger it begins: what was known of earlier periods is counted there and told,
    never listed as late.
    """
    places: dict[str, list[Fact]] = {"period": [], "late": [], "planned": [], "waiting": []}
    for fact in facts:
        if (fact.id, fact.realis) not in ledger and wishes.match(fact):
            places[_place_of(fact, period, begins)].append(fact)
    newest_first = sorted(places["late"], key=lambda one: (one.last_day or one.first_seen, one.id), reverse=True)
    listed = 0 if begins else LATE_LISTED
    return Chosen(
        period=tuple(places["period"]),
        late=tuple(newest_first[:listed]),
        planned=tuple(sorted(places["planned"], key=by_day)),
        rest=tuple(newest_first[listed:]),
        waiting=tuple(places["waiting"]),
        begins=begins,
    )


def _place_of(fact: Fact, period: Period, begins: bool) -> str:
    if fact.last_day is not None and fact.last_day < period.first:
        return "late"
    if fact.last_day is None or (fact.actual and spills(fact, period.first, period.last)):
        if fact.first_seen > period.last:
            return "waiting"
        if begins and fact.first_seen < period.first:  # else a first edition lists what is undated of all the years
            return "late"
        return "planned" if not fact.actual else "late" if fact.last_day is None else "period"
    if not fact.actual:
        return "planned"
    return "period" if fact.last_day <= period.last else "waiting"


def with_survivors(pairs: Iterable[tuple[str, str]], known: Known) -> set[tuple[str, str]]:
    """A ledger's pairs, and those of the events that took over a told one: it is the same happening."""
    told = set(pairs)
    return told | {(known.merged[event_id], realis) for event_id, realis in told if event_id in known.merged}


def first_contacts(known: Known, firsts: dict[str, tuple[First, ...]], since: date) -> list[Fact]:
    """The first contacts that were first seen on a day or later, in their order."""
    found = (known.facts[event_id] for event_id, some in firsts.items() if any(one.rule in CONTACTS for one in some))
    return sorted((fact for fact in found if fact.first_seen >= since), key=by_day)


def rest_of(facts: Sequence[Fact]) -> Rest:
    """Facts as a number and the days they span; "in 2025" spans none."""
    exact = [one for one in facts if one.precision not in TOO_WIDE]
    days = sorted(day for one in exact for day in (one.first_day, one.last_day) if day is not None)
    return Rest(len(facts), days[0] if days else None, days[-1] if days else None)

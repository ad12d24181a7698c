"""Trips: a visit with what is known of it, and of one abroad its legs, a country each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from digests.entries import country_name
from digests.known import Fact, Known
from digests.rows import Leg, Trip

ABROAD = ("VISIT.OUT", "VISIT.TRANSIT")
HOME = "CHN"


def trips(facts: Iterable[Fact], known: Known, language: str) -> tuple[Trip, ...]:
    """The trips among facts, in their order. Events on a trip are those of its realis that name it as parent, told or
    not: a meeting that was called off is no part of a trip that took place."""
    found: list[Trip] = []
    for fact in facts:
        if fact.family == "VISIT" and fact.is_series:
            children = [child for child in known.children.get(fact.id, ()) if child.realis == fact.realis]
            legs = _legs(fact, children, known, language) if fact.type in ABROAD else ()
            found.append(Trip(fact.id, tuple(child.id for child in children), legs))
    return tuple(found)


def _legs(trip: Fact, children: Sequence[Fact], known: Known, language: str) -> tuple[Leg, ...]:
    """A leg for each country of the trip or of an event on it, by its first day; those without a day at the end."""
    named = dict.fromkeys(iso3 for fact in (*children, trip) for iso3 in fact.iso3 if iso3 != HOME)
    legs: list[Leg] = []
    for iso3 in named:
        here = [child for child in children if iso3 in child.iso3]
        first = min((child.first_day for child in here if child.first_day is not None), default=None)
        last = max((child.last_day for child in here if child.last_day is not None), default=None)
        country = country_name(known.countries[iso3], language)
        legs.append(Leg(iso3, country, first, last, tuple(child.id for child in here)))
    dated = [leg for leg in legs if leg.first_day is not None]
    dated.sort(key=lambda leg: (leg.first_day, leg.last_day))
    return (*dated, *(leg for leg in legs if leg.first_day is None))

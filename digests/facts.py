"""The facts of an event that an edition told, and which of them no longer hold. See docs/digest.md, Corrections."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from digests.firsts import Earlier
from digests.known import Fact
from digests.rows import Body, Event, Facts, Person, Reason, canonical
from pipeline.resolve.names import compare, name
from pipeline.resolve.people import ONE
from pipeline.words import Realis, Standing

NAMED = ("chinese", "foreign", "bodies")
"""Fields of facts that hold names by id."""
DOUBTED = {Standing.DISPUTED.value, Standing.RETRACTED.value}
_FAR = {Realis.PLANNED.value: 0, Realis.CANCELLED.value: 1, Realis.DENIED.value: 1, Realis.ACTUAL.value: 2}
"""How far a happening has come: what goes on from there is told anew, what goes back was told wrong."""


def facts_of(event: Event) -> Facts:
    """What an edition says of an event that can turn out wrong."""
    sides = (event.chinese, event.foreign)
    acting = [person for cast in sides for person in cast.people]
    present = [person for cast in sides for person in cast.present]
    bodies = [*(body for cast in sides for body in cast.bodies), *_behind(acting)]
    there: list[Person | Body] = [*acting, *present, *bodies, *_behind(present)]
    return Facts(
        type=event.type,
        realis=event.realis,
        first_day=event.first_day,
        last_day=event.last_day,
        iso3=event.iso3,
        countries=event.countries,
        chinese={person.id: person.name.text for person in event.chinese.people},
        foreign={person.id: person.name.text for person in event.foreign.people},
        bodies={body.id: body.name.text for body in bodies},
        standing=event.standing,
        precision=event.precision,
        names={one.id: one.names for one in there},
        firsts=event.firsts,
    )


def _behind(people: Iterable[Person]) -> list[Body]:
    return [person.body for person in people if person.body is not None]


def as_text(facts: Facts) -> str:
    """Facts as the ledger keeps them."""
    return canonical(asdict(facts))


def as_facts(text: str) -> Facts:
    """Facts from their canonical JSON, also of a ledger that older code wrote."""
    values: dict[str, Any] = json.loads(text)
    for day in ("first_day", "last_day"):
        values[day] = date.fromisoformat(values[day]) if values[day] else None
    values |= {field: tuple(values[field]) for field in ("iso3", "countries")}
    values["names"] = {one: tuple(names) for one, names in values.get("names", {}).items()}
    values["firsts"] = tuple(Reason(**one) for one in values.get("firsts", ()))
    return Facts(**values)


def differing(was: Facts, now: Fact, earlier: Earlier) -> tuple[str, ...]:
    """The material fields in which told facts are not those that hold, people and parties by their ids alone.

    A happening that has come further than it was told is told anew, not corrected.
    """
    if was.realis != now.realis:
        return ("realis",) if _FAR[was.realis] > _FAR[now.realis] else ()
    tests = {
        "type": was.type != now.type,
        "days": was.first_day is not None and not _within(was, now),
        "countries": bool(was.iso3) and set(was.iso3) != set(now.iso3),
        "chinese": not set(was.chinese) <= set(now.person_ids),
        "foreign": not set(was.foreign) <= set(now.person_ids),
        "bodies": not set(was.bodies) <= set(now.body_ids),
        "standing": (was.standing in DOUBTED) != (now.standing in DOUBTED),
        "firsts": any(earlier.known(first, now) for first in was.firsts),
    }
    return tuple(field for field, wrong in tests.items() if wrong)


def _within(was: Facts, now: Fact) -> bool:
    """Whether the days that hold lie in those that were told: a day that became known inside a span was not wrong."""
    if was.first_day is None or was.last_day is None or now.first_day is None or now.last_day is None:
        return False
    return was.first_day <= now.first_day and now.last_day <= was.last_day


# --- names -----------------------------------------------------------------------------------------


def only_respelt(field: str, was: Facts, now: Facts) -> bool:
    """Whether all whom facts named in a field still take part, by another id or name.

    The department's Chinese page comes first: 恩科纳 is Moses Nkona on the English one, who has another id.
    """
    there = _named(now)
    country = "CHN" if field == "chinese" else was.iso3[0] if len(was.iso3) == 1 else ""
    people = field != "bodies"
    others = [names for one, names in there.items() if not people or one not in now.bodies]
    return all(
        told in there or any(_one(names, their, country, people) for their in others)
        for told, names in _named(was).items()
        if told in getattr(was, field)
    )


def _named(facts: Facts) -> Mapping[str, Collection[str]]:
    """All names of who took part, by id."""
    shown = {one: {text} for field in NAMED for one, text in getattr(facts, field).items()}
    return {one: {*shown.get(one, ()), *facts.names.get(one, ())} for one in shown.keys() | facts.names.keys()}


def _one(mine: Collection[str], theirs: Collection[str], country: str, people: bool) -> bool:
    """Whether two sets of names are of one person or body; a person's may be spelt, or written, otherwise."""
    if set(mine) & set(theirs):
        return True
    return people and any(compare(name(a, country), name(b, country)) in ONE for a in mine for b in theirs)

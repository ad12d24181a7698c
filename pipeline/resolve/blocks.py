"""Which mentions are compared at all (codebook §10, step B).

A block is a text that mentions share: a country and a week with somebody or something in common. Two mentions whose
windows lie within three days of one another have a common week, since each stands in the weeks of its days and of the
two around them. Blocks are a function of one mention alone, so that a database finds by them what a new one meets.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from pipeline.resolve.names import heard
from pipeline.resolve.normal import Normal, normal
from pipeline.words import KeptMention

WEEK = 8
AROUND, AROUND_CLASS, AROUND_LOOSE = 2, 16, 34
"""Days added on each side of a mention's own: with the other's they make 3, between two pages on a class 31 (one on its
opening, one on its end), and 35 where one is a bulletin, a round-up or a plan, which may be put off."""
LONGEST = 100
MOST = 8
"""Countries, people or bodies of one mention that block: a list of more is a forum's or a campaign's."""
YEARS = range(2000, 2041)
"""A mention without a day may be of any of these years."""
YEARLY = "~"
"""Begins the blocks of a year, which hold too many to compare them all: they bring together what tells no day with
what does. Sorted behind all others."""
GATHERINGS = frozenset({"CONF", "TRAIN", "BRIEF", "DOC", "AID", "MSG", "VISIT", "CULT", "MEDIA", "STMT", "OTHER"})
"""Kinds that are often told without naming anybody: blocked by kind and country or place as well."""
OCCASIONS = frozenset({"CONF", "TRAIN", "BRIEF", "DOC", "AID"})
"""Of these a day holds few, so that a day alone blocks."""


def blocks(kept: KeptMention) -> frozenset[str]:
    """The blocks a mention stands in."""
    return frozenset(of(normal(kept)))


def of(x: Normal) -> set[str]:
    """The blocks of a mention in normal form."""
    found: set[str] = set()
    if x.opening:
        found.add("text|" + hashlib.sha256(x.opening.encode()).hexdigest()[:16])
    years = YEARS if x.first is None else (date.fromordinal(x.first).year,)
    met = [*(f"party:{i}" for i in sorted(x.parties | x.bodies)[:MOST]), *_people(x)]
    found.update(f"{YEARLY}{year}|{official}|{whom}" for year in years for official in x.officials[:2] for whom in met)
    if x.first is None or x.last is None:
        return found
    around = _around(x)
    last = min(x.last, x.first + LONGEST)
    countries = sorted(x.lands) if len(x.lands) <= MOST else []
    shared = list(_shared(x))
    for week in range((x.first - around) // WEEK, (last + around) // WEEK + 1):
        for country in countries:
            found.update(f"{country}|{week}|{what}" for what in shared)
        if x.kind in GATHERINGS or not shared:
            found.add(f"{x.kind}|{week}|{x.city or x.place or x.mode}")
            found.update(f"{x.kind}|{week}|{country}" for country in countries)
        if x.city and (x.kind == "CONF" or x.type == "MEET.SIDE"):
            found.add(f"side|{week}|{x.city}")
        found.update(f"-|{week}|{party}" for party in sorted(x.parties)[:MOST])
    if x.kind in OCCASIONS:
        found.update(f"{x.kind}|{day}" for day in (x.first, x.first + 1))
    # an official's days bring together what tells no country with what does
    if last - x.first < WEEK:
        for day in range(x.first, last + 2):
            found.update(f"day|{day}|{official}" for official in x.officials[:MOST])
    return found


def _shared(x: Normal) -> Iterator[str]:
    """What two mentions of one country and week must have in common, one of them."""
    yield from (f"cn:{official}" for official in x.officials[:MOST])
    yield from (f"party:{party}" for party in sorted(x.parties)[:MOST])
    yield from _people(x)


def _people(x: Normal) -> Iterator[str]:
    for person in x.people[:MOST]:
        if person.id:
            yield f"person:{person.id}"
        for name in (person.name, *person.known):
            yield from (f"heard:{beginning}" for beginning in heard(name))


def near(x: Normal, y: Normal) -> bool:
    """Whether the windows of two mentions lie near enough to be compared; a day that is not told may be any."""
    if x.first is None or x.last is None or y.first is None or y.last is None:
        return True
    gap = max(x.first, y.first) - min(x.last, y.last)
    return gap < min(_around(x) + _around(y), AROUND + AROUND_LOOSE)


def _around(x: Normal) -> int:
    if x.wide or x.realis == "planned":
        return AROUND_LOOSE
    return AROUND_CLASS if x.kind == "TRAIN" else AROUND


def pairs(normals: Sequence[Normal]) -> Iterator[tuple[int, int]]:
    """The places of every two mentions that share a block and are near: each pair once, the smaller first; in no order
    to rely on."""
    # hashes take a third of the texts' room; two blocks of one hash would only bring some more pairs together
    keys = [[hash(block) for block in of(x) if not block.startswith(YEARLY)] for x in normals]
    members: dict[int, list[int]] = defaultdict(list)
    for place, blocks_of in enumerate(keys):
        for block in blocks_of:
            members[block].append(place)
    for place, x in enumerate(normals):
        met: set[int] = set()
        for block in keys[place]:
            group = members[block]
            if len(group) > 1:
                met.update(group[bisect_right(group, place) :])
        for other in met:
            if near(x, normals[other]):
                yield place, other
    yield from _undated(normals)


def _undated(normals: Sequence[Normal]) -> Iterator[tuple[int, int]]:
    """The pairs of mentions without a day that share a block of a year, and no other."""
    without = [place for place, x in enumerate(normals) if x.first is None]
    yearly: dict[str, list[int]] = defaultdict(list)
    for place, x in enumerate(normals) if without else ():
        for block in of(x):
            if block.startswith(YEARLY):
                yearly[block].append(place)
    for place in without:
        met = {other for block in of(normals[place]) for other in yearly.get(block, ())}
        for other in met:
            x, y = normals[place], normals[other]
            if x.opening and x.opening == y.opening:  # the text has brought them together
                continue
            if place < other or (place > other and y.first is not None):  # two without a day are met twice
                yield min(place, other), max(place, other)


def candidates(mentions: Sequence[KeptMention]) -> list[tuple[KeptMention, KeptMention]]:
    """Every two mentions that share a block and are near, once, in the order of their keys."""
    kept = sorted({one.key: one for one in mentions}.values(), key=lambda one: one.key)
    return [(kept[a], kept[b]) for a, b in sorted(pairs([normal(one) for one in kept]))]

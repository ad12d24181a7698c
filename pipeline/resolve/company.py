"""Who met: how the people of two mentions agree, and whether they are one company that met in one way."""

from __future__ import annotations

from pipeline.resolve import names, people
from pipeline.resolve.bodies import akin
from pipeline.resolve.names import telling
from pipeline.resolve.normal import IN_PERSON, REMOTE, Normal, one_city
from pipeline.resolve.veto import conflict, many, one_trip


def foreign_person(x: Normal, y: Normal) -> str | None:
    """The first of each foreign side against everybody of the other: another source may name another member first.

    Where many came, each source names those of its own country, and that they differ says nothing.
    """
    if not x.people or not y.people:
        return None
    if x.series and y.series:  # of all whom a delegation met each source names first whom it likes
        best = min((people.agreement(one, other) for one in x.people for other in y.people), key=people.rank)
        return None if best not in people.ONE and one_trip(x, y) else best
    level = people.agreement(x.people[0], y.people[0])
    if level in people.ONE:
        return level
    others = [(x.people[0], other) for other in y.people[1:]] + [(one, y.people[0]) for one in x.people[1:]]
    if any(people.agreement(one, other) in people.ONE for one, other in others):
        return AMONG
    return None if many(x, y) else level


AMONG = "first of one among the other's"


def foreign_others(x: Normal, y: Normal) -> str | None:
    """Those behind the first."""
    if len(x.people) < 2 or len(y.people) < 2 or many(x, y):
        return None
    met = sum(any(people.agreement(one, other) in people.ONE for other in y.people) for one in x.people[1:])
    return "none" if not met else "all" if met >= min(len(x.people), len(y.people)) - 1 else "some"


def office(x: Normal, y: Normal) -> str | None:
    """The offices of the first foreign person, where the names do not tell whether they are one."""
    if not x.people or not y.people or many(x, y):
        return None
    one, other = x.people[0], y.people[0]
    if not one.offices or not other.offices or people.agreement(one, other) in people.SURE:
        return None
    if foreign_person(x, y) == AMONG:  # they name different people of one delegation first
        return None
    if one.offices & other.offices:
        return "same offices" if one.offices == other.offices else "shared office"
    return "same rank" if one.rank and one.rank == other.rank else "another office"


def chinese_person(x: Normal, y: Normal) -> str | None:
    if not x.officials or not y.officials:
        return None
    first = x.officials[0], y.officials[0]
    if first[0] == first[1]:
        return "same first"
    exact = x.exact and y.exact
    if x.officials[0] in y.officials or y.officials[0] in x.officials:
        return "among them" if exact else "among them, by a loose source"
    if names.misspelt(*first) if exact else names.abroad(*first):
        return "spelt alike"
    if exact:
        return "another"
    return None if many(x, y) else "another, by a loose source"  # a paper names the leader who spoke


def chinese_others(x: Normal, y: Normal) -> str | None:
    mine, theirs = set(x.officials[1:]), set(y.officials[1:])
    if not mine or not theirs:
        return None
    return "some" if mine & theirs else "none"


def is_one(x: Normal, y: Normal) -> bool:
    """Whether one company met in one way: somebody of the foreign side is on both, the official is one or not told by
    both, and no type, mode, city or party speaks against it.

    Of such a company two pages may differ in a day, name two of three guests, or stand on one site as article and list;
    a second sitting shows in a type, a host or a place of its own (codebook §9.10), or in its own Chinese page.
    """
    if one_trip(x, y):
        return True
    if x.type != y.type and (x.kind != y.kind or (x.exact and y.exact)):
        return False
    if not _same_people(x, y):
        return False
    if (x.mode in REMOTE and y.mode in IN_PERSON) or (y.mode in REMOTE and x.mode in IN_PERSON):
        return False
    if x.city is not None and y.city is not None and not one_city(x.city, y.city):
        return False
    return _same_party(x, y)


def is_line_of(x: Normal, y: Normal) -> bool:
    """Whether the one may be a line that names nobody (a party's delegation) of what the other tells: the official, the
    days, the type and a party are one."""
    if bool(x.people) == bool(y.people) or x.type != y.type or x.wide or y.wide:
        return False
    if (x.first, x.last) != (y.first, y.last) or not x.parties & y.parties:
        return False
    return x.officials[:1] == y.officials[:1] != ()


def on_one_day(x: Normal, y: Normal) -> bool:
    """Whether both tell the same people on the same days, in whatever way they met. Whom another party sent is another,
    though one part of the name be heard in both: 伊斯拉姆 of one party is no Mirza Fakhrul Islam Alamgir."""
    if (x.first, x.last) != (y.first, y.last) or x.first is None:
        return False
    return _same_people(x, y) and _same_party(x, y)


def _same_party(x: Normal, y: Normal) -> bool:
    """Whether a party is on both, or one side tells none."""
    return not (x.parties and y.parties) or bool(x.parties & y.parties) or akin(x.parties, y.parties)


def named_in_part(x: Normal, y: Normal) -> bool:
    """Whether the names of two guests may be all that parts two mentions: no conflict but theirs, days, official and
    office the same or not told.

    Of a compound name each page takes its own part (阿拉姆吉尔 and 法赫鲁尔 are both Mirza Fakhrul Islam Alamgir), and
    writes it in its own way (阿莱穆 and 梅莱塞·阿莱姆): that such names differ is no proof of two persons.
    """
    if not x.people or not y.people or people.agreement(x.people[0], y.people[0]) in people.ONE:
        return False
    if x.series != y.series or x.kind != y.kind or conflict(x, y) not in (None, "people"):
        return False
    if (x.first, x.last) != (y.first, y.last) and x.first is not None and y.first is not None:
        return False
    if chinese_person(x, y) not in (None, "same first", "spelt alike"):
        return False
    mine, theirs = x.people[0].offices, y.people[0].offices
    return bool(mine & theirs) or not (mine and theirs)


def holds_both(full: Normal, x: Normal, y: Normal) -> bool:
    """Whether the first guest's name is the fuller one of which those of both others are parts, or the same."""
    if not full.people:
        return False
    words = telling(full.people[0].name)
    return all(
        words >= telling(one.people[0].name) and names.compare(full.people[0].name, one.people[0].name) in people.ONE
        for one in (x, y)
    ) and words > min(telling(one.people[0].name) for one in (x, y))


def _same_people(x: Normal, y: Normal) -> bool:
    """Whether somebody of the foreign side is on both, and the first official is one or not told by both."""
    if chinese_person(x, y) not in (None, "same first", "spelt alike"):
        return False
    return any(people.agreement(one, other) in people.ONE for one in x.people for other in y.people)

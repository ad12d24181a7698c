"""Hard conflicts: what no score may join (codebook §10, step C). Analysts may, by an override.

A vetoed pair may still belong together in another way: a meeting to the trip it was held on, a planned visit to the
one that took place. ``relations`` finds those.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pipeline.resolve import people
from pipeline.resolve.bodies import akin
from pipeline.resolve.normal import IN_PERSON, REMOTE, Normal, normal, one_city
from pipeline.words import KeptMention

NEAR_WINDOW = 35
"""Days by which a bulletin may miss what it reports."""
COURSE = 31
"""Days within which a class opens and closes: a page on its opening and one on its end tell one event."""
LOCAL = frozenset({"MEET", "DOC", "AID", "VISIT.IN"})
"""Types whose foreign side is of the countries told. Of a forum, a briefing, a class or a trip through several
countries each source tells its own country's part."""


@dataclass(frozen=True, slots=True)
class Veto:
    """A hard conflict: the rule's id, and both sides' values in words."""

    rule: str
    told: str


def veto(a: KeptMention, b: KeptMention) -> Veto | None:
    """The first hard conflict of two mentions, None where there is none."""
    return between(normal(a), normal(b))


def between(x: Normal, y: Normal) -> Veto | None:
    """``veto`` of two mentions in normal form."""
    rule = conflict(x, y)
    return Veto(rule, f"{_told(rule, x)} / {_told(rule, y)}") if rule else None


def conflict(x: Normal, y: Normal) -> str | None:
    """The id of the first rule that forbids one event."""
    for rule, broken in RULES:
        if broken(x, y):
            return rule
    return None


def _one_page(x: Normal, y: Normal) -> bool:
    """Two mentions of one page: its extractor told them apart."""
    return x.key.page == y.key.page


def _series(x: Normal, y: Normal) -> bool:
    """A trip or campaign and what belongs to it: parent and child.

    A stop-over of a day is told as a visit or as its one meeting, a study tour as a visit or as what it is.
    """
    if x.series == y.series:
        return False
    trip, other = (x, y) if x.series else (y, x)
    if trip.type == "VISIT.TRANSIT" and not _stretch(trip):
        return False
    return not (trip.type == "VISIT.IN" and other.type == "TRAIN.STUDY" and _stretch(trip) and _stretch(other))


def _kind(x: Normal, y: Normal) -> bool:
    """Kinds read from the verb differ. A briefing inside talks is told as either, and so is a dialogue of parties."""
    return x.kind != y.kind and x.type_told and y.type_told and not near_kinds(x, y)


def near_kinds(x: Normal, y: Normal) -> bool:
    """Two kinds by which one happening is told."""
    if {x.kind, y.kind} == {"CONF", "MEET"}:
        return "MEET.MECH" in (x.type, y.type)
    return "VISIT" in (x.kind, y.kind) or {x.kind, y.kind} == {"BRIEF", "MEET"}


def _days(x: Normal, y: Normal) -> bool:
    """Days more than one apart, and no stretch covers both."""
    if x.first is None or x.last is None or y.first is None or y.last is None:
        return False
    gap = max(x.first, y.first) - min(x.last, y.last)
    if gap <= 1:
        return False
    if x.wide or y.wide:
        return gap > NEAR_WINDOW
    if x.loose or y.loose:
        return gap > 3
    return not (x.kind == y.kind == "TRAIN" and gap <= COURSE)


def _realis(x: Normal, y: Normal) -> bool:
    """What was announced for other days than it took place on. Of a trip a page may tell one day alone."""
    if x.realis == y.realis or "planned" not in (x.realis, y.realis) or x.wide or y.wide:
        return False
    if x.first is None or x.last is None or y.first is None or y.last is None:
        return False
    return not (x.first <= y.first <= y.last <= x.last or y.first <= x.first <= x.last <= y.last)


def _mode(x: Normal, y: Normal) -> bool:
    return (x.mode in REMOTE and y.mode in IN_PERSON) or (y.mode in REMOTE and x.mode in IN_PERSON)


def _cities(x: Normal, y: Normal) -> bool:
    """Two cities on one day, of a meeting at which nobody sat elsewhere before a screen."""
    if x.kind != "MEET" or y.kind != "MEET" or x.city is None or y.city is None or one_city(x.city, y.city):
        return False
    if "hybrid" in (x.mode, y.mode):
        return False
    return not (_stretch(x) or _stretch(y))


def _countries(x: Normal, y: Normal) -> bool:
    if not x.countries or not y.countries or x.countries & y.countries or own_part(x, y):
        return False
    return _local(x) and _local(y)


def _parties(x: Normal, y: Normal) -> bool:
    """Other parties; two of one country on one day are common. A person who is on both sides stands for one party."""
    if not x.parties or not y.parties or x.parties & y.parties:
        return False
    if x.people and y.people and people.agreement(x.people[0], y.people[0]) in people.ONE:
        return False
    if akin(x.parties, y.parties):
        return False
    return all(_local(one) or (one.kind == "TRAIN" and not many(one, one)) for one in (x, y))


def _people(x: Normal, y: Normal) -> bool:
    """Nobody of the one side is on the other, and the first of each have one rank or are both known by id.

    Where many delegations came, each source names its own country's.
    """
    if not x.people or not y.people or many(x, y) or one_trip(x, y):
        return False
    first, second = x.people[0], y.people[0]
    if not (first.id and second.id) and not (first.rank and first.rank == second.rank):
        return False
    return all(people.apart(one, other) for one in x.people for other in y.people)


def many(x: Normal, y: Normal) -> bool:
    """Whether both tell of an occasion to which many delegations came, or of a campaign; a class, a lecture and a
    message are mostly one party's."""
    return all(
        (one.kind in ("CONF", "BRIEF") and one.type != "BRIEF.LECTURE")
        or one.type in ("MEET.MULTI", "TRAIN.SCHOOL", "MSG.CAMPAIGN")
        or (one.kind == "TRAIN" and len(one.countries) > 1)
        for one in (x, y)
    )


def one_trip(x: Normal, y: Normal) -> bool:
    """Whether both tell a trip abroad of one official, whose days meet: he is on one at a time, and each page names its
    own of the legs and hosts (a paper in Fiji the two days there, the department Australia and New Zealand too)."""
    if not (x.series and y.series and x.type == y.type == "VISIT.OUT") or x.officials[:1] != y.officials[:1]:
        return False
    if not x.officials or x.wide or y.wide or x.first is None or x.last is None or y.first is None or y.last is None:
        return False
    return max(x.first, y.first) - min(x.last, y.last) <= 1


def own_part(x: Normal, y: Normal) -> bool:
    """Whether each side may name its own country's part of many delegations, as papers do, and reports on a forum too:
    of a meeting the department and the agencies name all."""
    return many(x, y) and not (x.exact and y.exact and _local(x) and _local(y))


def _local(x: Normal) -> bool:
    return x.kind in LOCAL or x.type in LOCAL


def _stretch(x: Normal) -> bool:
    return x.first != x.last


RULES: tuple[tuple[str, Callable[[Normal, Normal], bool]], ...] = (
    ("one_page", _one_page),
    ("series", _series),
    ("days", _days),
    ("kind", _kind),
    ("mode", _mode),
    ("realis", _realis),
    ("countries", _countries),
    ("parties", _parties),
    ("cities", _cities),
    ("people", _people),
)
"""The rules in the order they are asked, the cheap and telling ones first."""


def _told(rule: str, x: Normal) -> str:
    """One side's value of what a rule is about."""
    days = "" if x.first is None or x.last is None else _span(x.first, x.last)
    return {
        "one_page": f"{x.key.page} #{x.key.number}",
        "series": f"{x.type}{' (series)' if x.series else ''}",
        "days": days,
        "kind": x.type,
        "mode": x.mode,
        "realis": f"{x.realis} {days}",
        "countries": ", ".join(sorted(x.countries)),
        "parties": ", ".join(sorted(x.parties)),
        "cities": x.city or "",
        "people": ", ".join(person.name.text for person in x.people),
    }[rule]


def _span(first: int, last: int) -> str:
    start, end = date.fromordinal(first).isoformat(), date.fromordinal(last).isoformat()
    return start if first == last else f"{start} to {end}"

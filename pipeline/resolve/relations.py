"""What events have to do with one another across pages: parents, plans that took place, round-ups (codebook §9).

    a trip      ⊃ what the delegation did on it: same official abroad, or same guests in China, within its days
    a forum     ⊃ meetings on its margins: same place, official and days
    a campaign  ⊃ messages sent in its days
    planned     → what took place on other days
    a round-up  → the events of single days that it tells of

All is a function of the clusters that ``links`` ties together, so that taking these beside the edges when components
are sought keeps incremental and batch equal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.resolve import blocks, compare, people, weights
from pipeline.resolve.normal import REMOTE, Normal, normal
from pipeline.resolve.veto import conflict
from pipeline.words import Cluster, KeptMention, MentionKey

AT_HOME = frozenset({"inperson_beijing", "inperson_china_other"})
BEIJING = "chn-beijing"
PUT_OFF = 35
"""Days by which what was announced may be put off and still be the same plan."""
CAMPAIGN = 3
"""Days around a campaign in which a message is one of it."""


@dataclass(frozen=True, slots=True)
class Relations:
    """Relations of some clusters, each by its place in their list: child to parent, what took place to its plan, and a
    round-up to the events it tells of. A round-up that points is no event of its own."""

    parents: Mapping[int, int]
    realises: Mapping[int, int]
    points: Mapping[int, tuple[int, ...]]


@dataclass(frozen=True)
class _Event:
    """A cluster as its mentions together tell it."""

    members: tuple[Normal, ...]

    @cached_property
    def days(self) -> tuple[int, int] | None:
        """First and last day told, of windows only where nothing else is."""
        told = [x for x in self.members if x.first is not None and not x.wide]
        told = told or [x for x in self.members if x.first is not None]
        if not told:
            return None
        return min(x.first or 0 for x in told), max(x.last or 0 for x in told)

    @cached_property
    def types(self) -> frozenset[str]:
        return frozenset(x.type for x in self.members)

    @cached_property
    def officials(self) -> frozenset[str]:
        return frozenset(official for x in self.members for official in x.officials)

    @cached_property
    def countries(self) -> frozenset[str]:
        return frozenset(country for x in self.members for country in x.countries)

    @cached_property
    def parties(self) -> frozenset[str]:
        return frozenset(party for x in self.members for party in x.parties | x.bodies)

    @cached_property
    def cities(self) -> frozenset[str]:
        return frozenset(x.city for x in self.members if x.city)

    @cached_property
    def modes(self) -> frozenset[str]:
        return frozenset(x.mode for x in self.members) - {"unknown"}

    @property
    def series(self) -> bool:
        return self.members[0].series

    @property
    def wide(self) -> bool:
        return all(x.wide for x in self.members)

    @property
    def planned(self) -> bool:
        return all(x.realis == "planned" for x in self.members)

    def of(self, *kinds: str) -> bool:
        """Whether a source gives it one of these kinds or types."""
        return any(one.startswith(kinds) for one in self.types)

    def has_guest_of(self, other: _Event) -> bool:
        """Whether somebody of the foreign side is on the other's too."""
        return any(
            people.agreement(one, their) in people.ONE
            for x in self.members
            for y in other.members
            for one in x.people
            for their in y.people
        )


def links(mentions: Sequence[KeptMention]) -> list[tuple[MentionKey, MentionKey]]:
    """The pairs of mentions that a relation may tie, the smaller key first; in order."""
    ordered = sorted((normal(kept) for kept in mentions), key=lambda x: x.key)
    return sorted((ordered[a].key, ordered[b].key) for a, b in _tied(ordered))


def relations(clusters: Sequence[Cluster], mentions: Iterable[KeptMention]) -> Relations:
    """The relations of clusters whose mentions are given."""
    home = {key: number for number, cluster in enumerate(clusters) for key in cluster.members}
    ordered = sorted((normal(kept) for kept in mentions if kept.key in home), key=lambda x: x.key)
    members: dict[int, list[Normal]] = defaultdict(list)
    for x in ordered:
        members[home[x.key]].append(x)
    events = {number: _Event(tuple(group)) for number, group in members.items()}
    met = {(home[ordered[a].key], home[ordered[b].key]) for a, b in _tied(ordered)}
    pairs = sorted({pair for a, b in met if a != b for pair in ((a, b), (b, a))})
    return Relations(_parents(events, pairs, home), _realises(events, pairs), _points(events, pairs))


def _tied(ordered: Sequence[Normal]) -> Iterable[tuple[int, int]]:
    """The places of mentions that share a block or a page, of which one may stand above the other."""
    page: dict[str, int] = {}
    for place, x in enumerate(ordered):
        if x.key.page in page:
            yield page[x.key.page], place
        page[x.key.page] = place
    for a, b in blocks.pairs(ordered):
        x, y = ordered[a], ordered[b]
        above = x.series != y.series or x.wide != y.wide or (x.realis == "planned") != (y.realis == "planned")
        if above or _hosts(x) != _hosts(y):
            yield a, b


def _hosts(x: Normal) -> bool:
    return x.kind == "CONF" or x.type in ("MEET.MECH", "TRAIN.STUDY")


# --- parents ----------------------------------------------------------------------------------------


def _parents(
    events: Mapping[int, _Event], pairs: Iterable[tuple[int, int]], home: Mapping[MentionKey, int]
) -> dict[int, int]:
    """The parent of each event: what its pages name, else the narrowest that holds it."""
    found = _named(events, home)
    fitting: dict[int, list[tuple[int, MentionKey, int]]] = defaultdict(list)
    for child, parent in pairs:
        if child not in found and _part_of(events[child], events[parent]):
            first, last = events[parent].days or (0, 0)
            fitting[child].append((last - first, events[parent].members[0].key, parent))
    found |= {child: min(several)[2] for child, several in fitting.items()}
    return {child: parent for child, parent in found.items() if found.get(parent) != child}


def _named(events: Mapping[int, _Event], home: Mapping[MentionKey, int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for number, event in events.items():
        for x in event.members:
            parent = home.get(MentionKey(x.key.page, x.parent)) if x.parent is not None else None
            if parent is not None and parent != number:
                found.setdefault(number, parent)
    return found


def _part_of(child: _Event, parent: _Event) -> bool:
    if child.series or child.planned != parent.planned or not _within(child, parent):
        return False
    if parent.series:
        if parent.of("MSG"):
            return child.of("MSG")
        return _on_trip_in(child, parent) if parent.of("VISIT.IN") else _on_trip_out(child, parent)
    if parent.of("TRAIN.STUDY") and parent.days is not None and parent.days[0] < parent.days[1]:
        return not child.of("TRAIN") and _on_trip_in(child, parent)
    return parent.of("CONF", "MEET.MECH") and _on_margins(child, parent)


def _within(child: _Event, parent: _Event) -> bool:
    if child.days is None or parent.days is None:
        return False
    slack = CAMPAIGN if parent.of("MSG") else int(parent.series and any(x.far for x in parent.members))
    return parent.days[0] - slack <= child.days[0] and child.days[1] <= parent.days[1] + slack


def _on_trip_out(child: _Event, parent: _Event) -> bool:
    """What the official did abroad on the trip's days; calls and messages home are no part of it."""
    if child.modes & (AT_HOME | REMOTE | {"written"}) or child.of("VISIT", "MSG", "TRAIN.ONLINE"):
        return False
    return bool(child.officials & parent.officials) and _meet(child.countries, parent.countries)


def _on_trip_in(child: _Event, parent: _Event) -> bool:
    """What the guests did in China, whoever received them."""
    if "inperson_abroad" in child.modes or child.modes & (REMOTE | {"written"}) or child.of("VISIT", "MSG"):
        return False
    if not _meet(child.countries, parent.countries):
        return False
    if parent.parties and child.parties:
        return bool(parent.parties & child.parties) or child.has_guest_of(parent)
    return child.has_guest_of(parent) or bool(child.officials & parent.officials)


def _on_margins(child: _Event, parent: _Event) -> bool:
    """A meeting at a forum: told as such, or in its city, which is not where the department sits, by its officials.

    Of the two sides of a dialogue, also what one of its parties had there.
    """
    if not child.of("MEET") or child.of("MEET.MECH") or child.modes & REMOTE:
        return False
    official, city = bool(child.officials & parent.officials), bool(child.cities & parent.cities)
    if not parent.of("CONF"):
        return official and city and bool(child.parties) and child.parties <= parent.parties
    if child.of("MEET.SIDE"):
        return official or city
    return official and city and BEIJING not in child.cities


def _meet(one: frozenset[str], other: frozenset[str]) -> bool:
    return not one or not other or bool(one & other)


# --- plans and round-ups ----------------------------------------------------------------------------


def _realises(events: Mapping[int, _Event], pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Which plan an event carries out: the nearest in time. Each plan is carried out once."""
    fitting = []
    for number, plan in pairs:
        event, planned = events[number], events[plan]
        if event.planned or not planned.planned or event.days is None or planned.days is None:
            continue
        gap = max(event.days[0], planned.days[0]) - min(event.days[1], planned.days[1])
        if gap <= PUT_OFF and event.series == planned.series and _same_plan(event, planned):
            fitting.append((gap, event.members[0].key, planned.members[0].key, number, plan))
    found: dict[int, int] = {}
    for _, _, _, number, plan in sorted(fitting):
        if number not in found and plan not in found.values():
            found[number] = plan
    return found


def _same_plan(event: _Event, planned: _Event) -> bool:
    if not event.types & planned.types or not _meet(event.countries, planned.countries):
        return False
    if event.officials and planned.officials and not event.of("VISIT.IN"):
        return bool(event.officials & planned.officials)
    return bool(event.parties & planned.parties) or event.has_guest_of(planned)


def _points(events: Mapping[int, _Event], pairs: Iterable[tuple[int, int]]) -> dict[int, tuple[int, ...]]:
    """The events of single days that a round-up, which tells a stretch alone, may mean."""
    found: dict[int, list[int]] = defaultdict(list)
    for roundup, number in pairs:
        if events[roundup].wide and not events[number].wide and _may_mean(events[roundup], events[number]):
            found[roundup].append(number)
    return {roundup: tuple(numbers) for roundup, numbers in found.items()}


def _may_mean(roundup: _Event, event: _Event) -> bool:
    return any(
        conflict(x, y) is None and compare.bits(*sorted((x, y), key=lambda one: one.key)) >= weights.JOIN
        for x in roundup.members
        for y in event.members
    )

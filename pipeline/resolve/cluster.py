"""Mentions to clusters: a pure function of mentions and rulings, the same for every order they come in.

Edges are the pairs without a hard conflict whose bits reach a doubt. What edges connect is a component; no rule looks
beyond it, so that resolving only the components a new mention touches gives what resolving all would.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from pipeline.resolve import blocks, company, compare, weights
from pipeline.resolve.best import DEPARTMENT
from pipeline.resolve.compare import Compared
from pipeline.resolve.normal import Normal, normal
from pipeline.resolve.veto import conflict
from pipeline.words import NO_RULINGS, Cluster, KeptMention, MentionKey, Rulings

WIDEST = 500
"""Mentions of one component from which a block must be too wide."""
MARGIN = 1.0
"""Bits by which the better of two rival events must fit a mention: with less, neither is guessed."""

Group = frozenset[int]
"""Mentions by their places in the order of the keys."""


class TooWide(UserWarning):
    """A component of more than ``WIDEST`` mentions: computed, but some block is too wide."""


@dataclass(frozen=True, slots=True)
class _Edge:
    """A pair that may join, ``a`` before ``b``; the mentions by their places in the order of the keys."""

    ruled: bool
    bits: float
    a: int
    b: int

    @property
    def order(self) -> tuple[bool, float, int, int]:
        """The one total order: rulings first, then bits, then the two keys."""
        return not self.ruled, -self.bits, self.a, self.b


def edges(mentions: Sequence[KeptMention], rulings: Rulings = NO_RULINGS) -> list[Compared]:
    """The pairs that may join or are a doubt, and the ruled ones, in the order in which they are taken."""
    normals = _normals(mentions, rulings)
    return [compare.of(normals[edge.a], normals[edge.b]) for edge in _edges(normals, rulings)]


def components(
    mentions: Iterable[KeptMention],
    edges: Iterable[Compared],
    links: Iterable[tuple[MentionKey, MentionKey]] = (),
) -> list[tuple[MentionKey, ...]]:
    """The connected components of some edges, each in the order of its keys; a mention without an edge is its own.

    Clusters are a function of the components of edges alone, relations of those of edges and ``relations.links``.
    """
    keys = sorted({kept.key for kept in mentions})
    place = {key: number for number, key in enumerate(keys)}
    pairs = chain(((edge.a, edge.b) for edge in edges), links)
    found = _components(len(keys), ((place[a], place[b]) for a, b in pairs))
    return [tuple(keys[number] for number in component) for component in found]


def cluster(mentions: Sequence[KeptMention], rulings: Rulings = NO_RULINGS) -> list[Cluster]:
    """The mentions that tell one event, in the order of their founding mentions.

    Edges are taken in one total order; an edge joins two clusters unless a vetoed pair would stand in the result, the
    rest of the two clusters speaks against it, or a rival fits as well. Rejected mentions stand in no cluster. Warns
    TooWide of a component of more than ``WIDEST`` mentions.
    """
    normals = _normals(mentions, rulings)
    found = _edges(normals, rulings)
    members = _components(len(normals), ((edge.a, edge.b) for edge in found))
    home = {place: number for number, component in enumerate(members) for place in component}
    parts: dict[int, list[_Edge]] = defaultdict(list)
    for edge in found:
        parts[home[edge.a]].append(edge)
    seen = {kept.key: kept.first_seen_at for kept in mentions}
    clusters = []
    for number, component in enumerate(members):
        if len(component) > WIDEST:
            key = normals[component[0]].key
            warnings.warn(TooWide(f"{len(component)} mentions hang together, among them {key}"), stacklevel=2)
        for group in _Joining(component, parts[number], normals, rulings).groups():
            keys = [normals[place].key for place in group]
            clusters.append(Cluster(tuple(sorted(keys, key=lambda key: (seen[key], key)))))
    return sorted(clusters, key=lambda cluster: (seen[cluster.members[0]], cluster.members[0]))


def _normals(mentions: Iterable[KeptMention], rulings: Rulings) -> list[Normal]:
    """The mentions that count, in normal form and in the order of their keys."""
    kept = {one.key: one for one in mentions if one.key not in rulings.rejected}
    return [normal(kept[key]) for key in sorted(kept)]


def _edges(normals: Sequence[Normal], rulings: Rulings) -> list[_Edge]:
    same, different = _places(normals, rulings.same), _places(normals, rulings.different)
    found = [_Edge(True, weights.NEVER, *pair) for pair in same - different]
    for a, b in blocks.pairs(normals):
        x, y = normals[a], normals[b]
        if conflict(x, y) is None and (a, b) not in same and (a, b) not in different:
            worth = compare.bits(x, y)
            if worth >= weights.DOUBT:
                found.append(_Edge(False, worth, a, b))
    return sorted(found, key=lambda edge: edge.order)


def _places(normals: Sequence[Normal], pairs: Iterable[tuple[MentionKey, MentionKey]]) -> set[tuple[int, int]]:
    ruled = {key for pair in pairs for key in pair}
    place = {x.key: number for number, x in enumerate(normals) if x.key in ruled} if ruled else {}
    return {(place[a], place[b]) for a, b in pairs if a in place and b in place}


def _components(count: int, pairs: Iterable[tuple[int, int]]) -> list[tuple[int, ...]]:
    leader = list(range(count))

    def find(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    for a, b in pairs:
        first, second = sorted((find(a), find(b)))
        leader[second] = first
    groups: dict[int, list[int]] = defaultdict(list)
    for place in range(count):
        groups[find(place)].append(place)
    return [tuple(group) for group in groups.values()]


class _Joining:
    """The clusters of one component as its edges are taken."""

    def __init__(
        self, component: Sequence[int], edges: Sequence[_Edge], normals: Sequence[Normal], rulings: Rulings
    ) -> None:
        self._normals, self._edges = normals, edges
        self._group_of: dict[int, Group] = {place: frozenset({place}) for place in component}
        self._bits = {(edge.a, edge.b): edge.bits for edge in edges}
        self._worths: dict[tuple[int, int], float] = {}
        self._parts: dict[tuple[int, int], bool] = {}
        self._met: dict[int, list[int]] = defaultdict(list)
        for edge in edges:
            self._met[edge.a].append(edge.b)
            self._met[edge.b].append(edge.a)
        self._ruled: dict[int, set[int]] = defaultdict(set)
        for edge in edges:
            if edge.ruled:
                self._ruled[edge.a].add(edge.b)
                self._ruled[edge.b].add(edge.a)
        if rulings.different:
            part = {normals[place].key: place for place in component}
            apart = [(part[a], part[b]) for a, b in rulings.different if a in part and b in part]
            self._bits |= dict.fromkeys(apart, -weights.NEVER)

    def groups(self) -> set[Group]:
        """Take every edge in turn."""
        for edge in self._edges:
            left, right = self._group_of[edge.a], self._group_of[edge.b]
            if left is right or (not edge.ruled and edge.bits < weights.JOIN) or self._vetoed(left, right):
                continue
            if edge.ruled or self._fits(left, right):
                joined = left | right
                self._group_of.update(dict.fromkeys(joined, joined))
        return set(self._group_of.values())

    def _vetoed(self, left: Group, right: Group) -> bool:
        return any(self._worth(*pair) == -weights.NEVER for pair in _across(left, right))

    def _fits(self, left: Group, right: Group) -> bool:
        """Whether the clusters agree as wholes, and no rival of the one fits the other as well."""
        if self._mean(left, right) < weights.JOIN or self._at_odds(left, right, left | right):
            return False
        least = self._best(left, right) - MARGIN
        return not any(
            (self._best(one, rival) >= least or self._nearer(one, other, rival)) and self._rivals(other, rival, one)
            for one, other in ((left, right), (right, left))
            for rival in self._around(one)
            if rival is not left and rival is not right
        )

    def _at_odds(self, left: Group, right: Group, among: Group) -> bool:
        """Whether a site tells both, and not as one event: it tells an event once, but for its lists and its reports of
        trips, which repeat what the article says and would join it by themselves."""
        return any(
            self._normals[a].site == self._normals[b].site
            and (
                self._worth(a, b) < weights.JOIN
                or not (self._in_part(a, b) or compare.repeats(self._normals[a], self._normals[b]))
                or self._sat_twice(a, b, among)
            )
            for a, b in _across(left, right)
        )

    def _sat_twice(self, a: int, b: int, among: Group) -> bool:
        """Whether one site's pages of two days tell two sittings. The department's Chinese pages tell every sitting:
        what stands there once was one, though its English pages or a paper date it twice."""
        x, y = self._normals[a], self._normals[b]
        if compare.days_between(x, y) != 1:
            return False
        if x.family == DEPARTMENT and x.language == "zh":
            return True
        return not any(
            self._normals[place].family == DEPARTMENT and self._normals[place].language == "zh" for place in among
        )

    def _rivals(self, one: Group, other: Group, between: Group) -> bool:
        """Whether two clusters are two events of one site."""
        sites = {self._normals[place].site for place in one}
        return any(self._normals[place].site in sites for place in other) and (
            self._mean(one, other) < weights.JOIN or self._at_odds(one, other, one | other | between)
        )

    def _nearer(self, one: Group, other: Group, rival: Group) -> bool:
        """Whether a rival tells the same people on the very day, and the other only a day off: whose talks a page means
        that tells them as a meeting, those of the day before or the dialogue of the day, is not guessed."""
        gaps = [compare.days_between(self._normals[a], self._normals[b]) for a, b in _across(one, other)]
        if min((gap for gap in gaps if gap is not None), default=0) != 1:
            return False
        return any(company.on_one_day(self._normals[a], self._normals[b]) for a, b in _across(one, rival))

    def _around(self, group: Group) -> set[Group]:
        return {self._group_of[place] for member in group for place in self._met[member]}

    def _mean(self, left: Group, right: Group) -> float:
        """The mean bits of the pairs across two clusters."""
        return sum(self._worth(*pair) for pair in _across(left, right)) / (len(left) * len(right))

    def _best(self, left: Group, right: Group) -> float:
        """The most bits of a pair across two clusters that may stand in one."""
        worths = [self._worth(*pair) for pair in _across(left, right)]
        return -weights.NEVER if -weights.NEVER in worths else max(worths)

    def _worth(self, a: int, b: int) -> float:
        """The bits of a pair; those of a ruling or a hard conflict outweigh all evidence."""
        pair = (a, b) if a < b else (b, a)
        if pair not in self._worths:
            self._worths[pair] = self._weighed(*pair)
        return self._worths[pair]

    def _weighed(self, a: int, b: int) -> float:
        known = self._bits.get((a, b))
        if known is not None and (known >= weights.JOIN or known == -weights.NEVER):
            return known
        if self._in_part(a, b):
            return compare.bits_of_one(self._normals[a], self._normals[b])
        if known is not None:
            return known
        if not self._conflict(a, b):
            return compare.bits(self._normals[a], self._normals[b])
        return weights.JOIN if self._crossed(a, b) else -weights.NEVER

    def _in_part(self, a: int, b: int) -> bool:
        """Whether the two may be parted by their guests' names alone, and a page that either may join has the name of
        which both have a part."""
        pair = (a, b) if a < b else (b, a)
        if pair not in self._parts:
            both = [full for full in self._met[a] if self._joins(full, a) and self._joins(full, b)]
            x, y = self._normals[a], self._normals[b]
            self._parts[pair] = (
                bool(both)
                and company.named_in_part(x, y)
                and any(company.holds_both(self._normals[full], x, y) for full in both)
            )
        return self._parts[pair]

    def _joins(self, a: int, b: int) -> bool:
        return self._bits.get((a, b) if a < b else (b, a), -weights.NEVER) >= weights.JOIN

    def _conflict(self, a: int, b: int) -> bool:
        return conflict(self._normals[a], self._normals[b]) is not None

    def _crossed(self, a: int, b: int) -> bool:
        """Whether an analyst ruled one of the two to be of one event with what the other may join: a merge across a
        conflict takes the twins of both sides along."""
        return any(not self._conflict(a, twin) for twin in self._ruled.get(b, ())) or any(
            not self._conflict(twin, b) for twin in self._ruled.get(a, ())
        )


def _across(left: Group, right: Group) -> Iterator[tuple[int, int]]:
    return ((a, b) for a in left for b in right)

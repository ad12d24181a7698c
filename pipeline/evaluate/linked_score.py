"""How well the resolver's events agree with labelled clusters: pairs, hard negatives, parents, and what is worst."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from pipeline.evaluate.as_mentions import mentions_of_labels
from pipeline.evaluate.clusters import Agreement, compare
from pipeline.evaluate.intervals import Ratio, Tally
from pipeline.evaluate.linked import LinkedMention, LinkedSet, load_linked
from pipeline.evaluate.linked_report import linked_report
from pipeline.resolve.cluster import cluster
from pipeline.resolve.relations import Relations, relations
from pipeline.words import Cluster, KeptMention

Resolver = Callable[[Sequence[KeptMention]], Sequence[Cluster]]
Relater = Callable[[Sequence[Cluster], Sequence[KeptMention]], Relations]
Pair = tuple[LinkedMention, LinkedMention]
DEPARTMENT = "idcpc"

GROUPS: Mapping[str, Callable[[KeptMention, KeptMention], bool]] = {
    "zh–en, department": lambda a, b: a.family == b.family == DEPARTMENT and {a.language, b.language} == {"zh", "en"},
    "across families": lambda a, b: a.family != b.family,
    "all pairs": lambda a, b: True,
}
"""The pairs that are counted, each group by itself: of two mentions that tell, or are held to tell, one event."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One predicted event that holds several labelled ones (``merge``), or one labelled event in several parts."""

    merge: bool
    pairs: int
    parts: tuple[tuple[LinkedMention, ...], ...]


@dataclass(frozen=True, slots=True)
class Links:
    """Of labelled links between events how many were found, and of the links found how many are labelled."""

    found: Ratio
    right: Ratio


@dataclass(frozen=True)
class LinkedScore:
    """What the evaluation of labelled clusters found.

    ``hard`` counts, for each kind of hard negative, the events that bear it and were mixed with none that they stand
    against; ``opposed`` the pairs of events that the labels name so and that were kept apart.
    """

    name: str
    mentions: int
    events: int
    pairs: Mapping[str, Tally]
    agreement: Agreement
    hard: Mapping[str, Ratio]
    opposed: Ratio
    links: Mapping[str, Links]
    faults: tuple[Fault, ...]

    def text(self) -> str:
        """The report for a terminal."""
        return linked_report(self)


def evaluate_linked(
    paths: Sequence[Path], *, as_mentions: bool = False, resolver: Resolver = cluster, relater: Relater = relations
) -> LinkedScore:
    """Resolve the labelled mentions of files (each by itself) and compare.

    ``as_mentions`` takes label files of pages, all as one set. Raises LabelError for unusable input.
    """
    sets = [mentions_of_labels(paths)] if as_mentions else load_linked(paths)
    return _score([_World(one, resolver, relater) for one in sets])


def _score(worlds: Sequence[_World]) -> LinkedScore:
    """The figures of sets that were resolved apart, all summed. Names of events may recur between sets."""
    labelled = {(i, one.id): (i, one.event) for i, world in enumerate(worlds) for one in world.labels.mentions}
    predicted = {
        (i, one.id): (i, world.cluster_of[one.id]) for i, world in enumerate(worlds) for one in world.labels.mentions
    }
    faults = [fault for world in worlds for fault in world.faults()]
    hard: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for world in worlds:
        for kind, is_right in world.hard():
            hard[kind] += 1
            right[kind] += is_right
    opposed = [is_apart for world in worlds for is_apart in world.opposed()]
    return LinkedScore(
        name=", ".join(world.labels.name for world in worlds),
        mentions=len(labelled),
        events=len(set(labelled.values())),
        pairs={name: sum((world.tally(name) for world in worlds), Tally()) for name in GROUPS},
        agreement=compare(labelled, predicted),
        hard={kind: Ratio(right[kind], hard[kind]) for kind in sorted(hard)},
        opposed=Ratio(sum(opposed), len(opposed)),
        links={name: links for name in ("parent", "realises") if (links := _links(worlds, name)) is not None},
        faults=tuple(sorted(faults, key=lambda fault: (-fault.pairs, fault.parts[0][0].id))),
    )


class _World:
    """One set with its predicted events."""

    def __init__(self, labels: LinkedSet, resolver: Resolver, relater: Relater) -> None:
        mentions = [one.kept for one in labels.mentions]
        clusters = resolver(mentions)
        self.labels, self.relations = labels, relater(clusters, mentions)
        by_key = {one.kept.key: one for one in labels.mentions}
        self.predicted = [[by_key[key] for key in group.members] for group in clusters]
        self.cluster_of = {one.id: number for number, group in enumerate(self.predicted) for one in group}
        self.events: dict[str, list[LinkedMention]] = defaultdict(list)
        for one in labels.mentions:
            self.events[one.event].append(one)
            # what the resolver leaves out stands alone
            self.cluster_of.setdefault(one.id, -1 - len(self.cluster_of))
        self.event_of = [Counter(one.event for one in group).most_common(1)[0][0] for group in self.predicted]

    def labelled_pairs(self) -> Iterator[Pair]:
        for group in self.events.values():
            yield from combinations(group, 2)

    def predicted_pairs(self) -> Iterator[Pair]:
        for group in self.predicted:
            yield from combinations(group, 2)

    def tally(self, name: str) -> Tally:
        labelled = [pair for pair in self.labelled_pairs() if name in _groups(pair)]
        predicted = [pair for pair in self.predicted_pairs() if name in _groups(pair)]
        return Tally(sum(a.event == b.event for a, b in predicted), len(predicted), len(labelled))

    def main(self, event: str) -> int:
        """The predicted event that holds most of a labelled one."""
        return Counter(self.cluster_of[one.id] for one in self.events[event]).most_common(1)[0][0]

    def mixed_with(self, event: str) -> set[str]:
        """The other events that stand in predicted events with this one."""
        mine = {self.cluster_of[one.id] for one in self.events[event]}
        return {one.event for one in self.labels.mentions if self.cluster_of[one.id] in mine} - {event}

    def hard(self) -> Iterator[tuple[str, bool]]:
        """Each hard event once for each kind that it bears, with whether it was kept apart."""
        for event, group in self.events.items():
            against = {name for one in group for name in one.against} or self.events.keys() - {event}
            is_right = not self.mixed_with(event) & against
            yield from ((kind, is_right) for kind in sorted({kind for one in group for kind in one.hard}))

    def opposed(self) -> Iterator[bool]:
        pairs = {frozenset({one.event, other}) for one in self.labels.mentions for other in one.against}
        for pair in pairs:
            one, other = pair
            yield other not in self.mixed_with(one)

    def links(self, name: str) -> tuple[dict[str, str], Mapping[int, int]]:
        """The labelled links between events, and the found ones between predicted events."""
        if name == "parent":
            return {one.event: one.parent for one in self.labels.mentions if one.parent}, self.relations.parents
        return {one.event: one.realises for one in self.labels.mentions if one.realises}, self.relations.realises

    def faults(self) -> Iterator[Fault]:
        for group in self.predicted:
            yield from _fault(True, group, lambda one: one.event)
        for group in self.events.values():
            yield from _fault(False, group, lambda one: str(self.cluster_of[one.id]))


def _links(worlds: Sequence[_World], name: str) -> Links | None:
    found = wanted = right = said = 0
    for world in worlds:
        labelled, predicted = world.links(name)
        wanted += len(labelled)
        found += sum(predicted.get(world.main(event)) == world.main(other) for event, other in labelled.items())
        said += len(predicted)
        right += sum(labelled.get(world.event_of[one]) == world.event_of[other] for one, other in predicted.items())
    return Links(Ratio(found, wanted), Ratio(right, said)) if wanted else None


def _fault(merge: bool, group: Sequence[LinkedMention], part_of: Callable[[LinkedMention], str]) -> Iterator[Fault]:
    parts: dict[str, list[LinkedMention]] = defaultdict(list)
    for one in group:
        parts[part_of(one)].append(one)
    if len(parts) > 1:
        pairs = sum(len(one) * len(other) for one, other in combinations(parts.values(), 2))
        ordered = sorted(parts.values(), key=lambda part: (-len(part), part[0].id))
        yield Fault(merge, pairs, tuple(tuple(part) for part in ordered))


def _groups(pair: Pair) -> list[str]:
    return [name for name, is_of in GROUPS.items() if is_of(pair[0].kept, pair[1].kept)]

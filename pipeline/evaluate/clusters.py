"""How well one partition agrees with another: pairs, MUC, B³, CEAF-e and the CoNLL mean.

A partition is a mapping from item to the name of its cluster; both partitions must hold the same items.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import TypeVar

from pipeline.evaluate.assignment import assign
from pipeline.evaluate.intervals import Ratio

_Item = TypeVar("_Item", bound=Hashable)
Partition = Mapping[_Item, Hashable]
_EXACT = 10**9


@dataclass(frozen=True, slots=True)
class Measure:
    """Precision and recall. Where nothing was asked (no pair on either side) nothing was missed: 1."""

    precision: Ratio
    recall: Ratio

    @property
    def f1(self) -> float:
        precision, recall = _or_one(self.precision.value), _or_one(self.recall.value)
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@dataclass(frozen=True, slots=True)
class Agreement:
    """All measures of one predicted partition by the labelled one; ``items`` is how many were compared."""

    items: int
    pairwise: Measure
    muc: Measure
    b_cubed: Measure
    ceaf_e: Measure

    @property
    def conll(self) -> float:
        """The mean of the F1 of MUC, B³ and CEAF-e."""
        return (self.muc.f1 + self.b_cubed.f1 + self.ceaf_e.f1) / 3


def compare(labelled: Partition[_Item], predicted: Partition[_Item]) -> Agreement:
    """Measure a predicted partition. Raises ValueError where the two do not hold the same items."""
    if labelled.keys() != predicted.keys():
        raise ValueError("the two partitions hold different items")
    key, answer = _groups(labelled), _groups(predicted)
    in_key = {item: place for place, group in enumerate(key) for item in group}
    in_answer = {item: place for place, group in enumerate(answer) for item in group}
    shared = Counter((in_key[item], in_answer[item]) for item in labelled)
    together = sum(comb(number, 2) for number in shared.values())
    pairwise = Measure(
        Ratio(together, sum(comb(len(group), 2) for group in answer)),
        Ratio(together, sum(comb(len(group), 2) for group in key)),
    )
    items = len(labelled)
    b_cubed = Measure(
        Ratio(sum(number**2 / len(answer[b]) for (_, b), number in shared.items()), items),
        Ratio(sum(number**2 / len(key[a]) for (a, _), number in shared.items()), items),
    )
    return Agreement(items, pairwise, _muc(key, answer, shared), b_cubed, _ceaf(key, answer, shared))


def _groups(partition: Partition[_Item]) -> list[set[_Item]]:
    found: dict[Hashable, set[_Item]] = defaultdict(set)
    for item, name in partition.items():
        found[name].add(item)
    return list(found.values())


def _muc(key: list[set[_Item]], answer: list[set[_Item]], shared: Mapping[tuple[int, int], int]) -> Measure:
    """The links a cluster of n needs (n - 1), less those that the other partition cuts."""
    parts_of_key = [sum(a == place for a, _ in shared) for place in range(len(key))]
    parts_of_answer = [sum(b == place for _, b in shared) for place in range(len(answer))]

    def links(groups: list[set[_Item]], parts: list[int]) -> Ratio:
        kept = sum(len(group) - number for group, number in zip(groups, parts, strict=True))
        return Ratio(kept, sum(len(group) - 1 for group in groups))

    return Measure(links(answer, parts_of_answer), links(key, parts_of_key))


def _ceaf(key: list[set[_Item]], answer: list[set[_Item]], shared: Mapping[tuple[int, int], int]) -> Measure:
    """Clusters paired one to one for the greatest likeness, 2·|common| / (|one| + |other|) each."""
    likeness = {(a, b): 2 * number / (len(key[a]) + len(answer[b])) for (a, b), number in shared.items()}
    # clusters that are equal in both take no part in the search, which keeps it small
    whole = {(a, b) for (a, b), value in likeness.items() if value == 1}
    rows = [a for a in range(len(key)) if a not in {one for one, _ in whole}]
    columns = [b for b in range(len(answer)) if b not in {other for _, other in whole}]
    weights = [[round(likeness.get((a, b), 0) * _EXACT) for b in columns] for a in rows]
    found = [(rows[row], columns[column]) for row, column in assign(weights)]
    like = len(whole) + sum(likeness[pair] for pair in found)
    return Measure(Ratio(like, len(answer)), Ratio(like, len(key)))


def _or_one(value: float | None) -> float:
    return 1.0 if value is None else value


def pairs_apart(labelled: Partition[_Item], predicted: Partition[_Item]) -> list[tuple[_Item, _Item, bool]]:
    """Every two items that one partition alone joins, with whether that is the labelled one."""
    return [
        (one, other, labelled[one] == labelled[other])
        for one, other in combinations(labelled, 2)
        if (labelled[one] == labelled[other]) != (predicted[one] == predicted[other])
    ]

"""The resolver on each labelled set, by weights that were fitted on the others: what it does on a set not fitted on.

Soak: six fits; `make test` holds the floors of what is fitted on all sets.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.evaluate.linked_cross import crossed
from pipeline.evaluate.linked_score import LinkedScore

SETS = sorted((Path(__file__).parent / "clusters").glob("dev.*.jsonl"))


@pytest.fixture(scope="module")
def scores() -> list[LinkedScore]:
    return list(crossed(SETS))


@pytest.mark.soak
@pytest.mark.parametrize(
    ("pairs", "precision", "recall"), [("zh–en, department", 0.995, 0.98), ("across families", 0.98, 0.94)]
)
def test_pairs(scores: list[LinkedScore], pairs: str, precision: float, recall: float) -> None:
    for score in scores:
        found = score.pairs[pairs]
        assert (found.precision.value or 0) >= precision, f"{score.name}: {found.precision}"
        assert (found.recall.value or 0) >= recall, f"{score.name}: {found.recall}"


@pytest.mark.soak
def test_clusters_and_look_alikes(scores: list[LinkedScore]) -> None:
    for score in scores:
        assert score.agreement.b_cubed.f1 >= 0.97, score.name
        assert score.opposed.right == score.opposed.total, score.name

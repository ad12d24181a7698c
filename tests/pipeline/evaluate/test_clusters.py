"""The measures of clusters, on the example of Bagga and Baldwin (1998) and on every partition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluate.clusters import compare, pairs_apart


def partition(*groups: str) -> dict[str, int]:
    return {item: number for number, group in enumerate(groups) for item in group}


KEY = partition("12345", "67", "89ABC")


def test_the_published_example_with_the_small_fault() -> None:
    found = compare(KEY, partition("12345", "6789ABC"))
    assert (found.b_cubed.precision.value, found.b_cubed.recall.value) == (pytest.approx(16 / 21), 1)
    assert (found.muc.precision.right, found.muc.precision.total) == (9, 10)
    assert (found.muc.recall.right, found.muc.recall.total) == (9, 9)
    assert (found.pairwise.precision.right, found.pairwise.precision.total) == (21, 31)
    assert (found.pairwise.recall.right, found.pairwise.recall.total) == (21, 21)
    # 12345 with itself, 89ABC with 6789ABC: 1 + 2·5/12
    assert found.ceaf_e.precision.value == pytest.approx((1 + 10 / 12) / 2)
    assert found.ceaf_e.recall.value == pytest.approx((1 + 10 / 12) / 3)
    assert found.conll == pytest.approx((found.muc.f1 + found.b_cubed.f1 + found.ceaf_e.f1) / 3)


def test_the_published_example_with_the_large_fault() -> None:
    found = compare(KEY, partition("1234589ABC", "67"))
    assert (found.b_cubed.precision.value, found.b_cubed.recall.value) == (pytest.approx(7 / 12), 1)
    assert found.muc.precision.value == pytest.approx(9 / 10)


def test_what_is_torn_apart_lowers_recall() -> None:
    found = compare(KEY, partition("123", "45", "67", "89ABC"))
    assert (found.muc.recall.right, found.muc.recall.total) == (8, 9)
    assert (found.muc.precision.value, found.b_cubed.precision.value) == (1, 1)
    assert found.b_cubed.recall.value == pytest.approx((3 * 3 / 5 + 2 * 2 / 5 + 2 + 5) / 12)


def test_where_no_two_belong_together_nothing_is_missed() -> None:
    found = compare(partition("1", "2", "3"), partition("1", "2", "3"))
    assert (found.conll, found.pairwise.f1) == (1, 1)
    joined = compare(partition("1", "2", "3"), partition("12", "3"))
    assert (joined.pairwise.f1, joined.muc.f1) == (0, 0)


def test_nothing_at_all_is_no_fault() -> None:
    assert compare({}, {}).conll == 1


def test_the_pairs_that_one_side_alone_joins_are_named() -> None:
    assert pairs_apart(partition("12", "3"), partition("1", "23")) == [("1", "2", True), ("2", "3", False)]


def test_partitions_of_different_items_are_no_pair() -> None:
    with pytest.raises(ValueError, match="different items"):
        compare(partition("1"), partition("2"))


partitions = st.integers(1, 9).flatmap(
    lambda size: st.tuples(*(st.lists(st.integers(0, 4), min_size=size, max_size=size) for _ in range(2)))
)


@given(partitions)
def test_precision_is_recall_the_other_way_round(both: tuple[list[int], list[int]]) -> None:
    one, other = (dict(enumerate(names)) for names in both)
    found, turned = compare(one, other), compare(other, one)
    for name in ("pairwise", "muc", "b_cubed", "ceaf_e"):
        measure, back = getattr(found, name), getattr(turned, name)
        assert 0 <= measure.f1 <= 1
        assert (measure.precision.right, measure.precision.total) == pytest.approx(
            (back.recall.right, back.recall.total)
        )
    assert (found.b_cubed.f1 == pytest.approx(1)) == (not pairs_apart(one, other))


@given(st.lists(st.integers(0, 4), max_size=12))
def test_an_equal_partition_scores_one_whatever_its_names(names: list[int]) -> None:
    labelled = dict(enumerate(names))
    found = compare(labelled, {item: f"cluster {name}" for item, name in labelled.items()})
    assert (found.pairwise.f1, found.muc.f1, found.b_cubed.f1, found.ceaf_e.f1, found.conll) == (1,) * 5

"""The assignment is the best there is, by trying all."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluate.assignment import assign

matrices = st.tuples(st.integers(1, 5), st.integers(1, 5)).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 9), min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)


def best(weights: list[list[int]]) -> int:
    wide = weights if len(weights) <= len(weights[0]) else [list(column) for column in zip(*weights, strict=True)]
    orders = permutations(range(len(wide[0])), len(wide))
    return max(sum(wide[row][column] for row, column in enumerate(order)) for order in orders)


@given(matrices)
def test_no_assignment_weighs_more(weights: list[list[int]]) -> None:
    pairs = assign(weights)
    assert sum(weights[row][column] for row, column in pairs) == best(weights)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    assert all(weights[row][column] > 0 for row, column in pairs)


def test_the_best_single_pair_is_given_up_for_the_best_total() -> None:
    assert assign([[10, 9], [9, 0]]) == [(0, 1), (1, 0)]


def test_hundreds_are_assigned() -> None:
    size = 150
    weights = [
        [(row * 7 + column * 11) % 97 + (1000 if row == column else 0) for column in range(size)] for row in range(size)
    ]
    assert assign(weights) == [(number, number) for number in range(size)]


def test_nothing_is_assigned_to_nothing() -> None:
    assert assign([]) == assign([[], []]) == []


def test_a_negative_weight_is_an_error() -> None:
    with pytest.raises(ValueError, match="negative"):
        assign([[1, -1]])

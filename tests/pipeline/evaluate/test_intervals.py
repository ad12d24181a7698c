"""Shares, their intervals, and how they are printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluate.intervals import Ratio, Tally, wilson


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [(9, 10, 0.596, 0.982), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (1, 2, 0.095, 0.905), (0, 0, 0.0, 1.0)],
)
def test_wilson_gives_the_published_bounds(right: int, total: int, low: float, high: float) -> None:
    assert wilson(right, total) == (pytest.approx(low, abs=5e-4), pytest.approx(high, abs=5e-4))


def test_more_right_than_asked_is_an_error() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        wilson(3, 2)


@given(st.integers(0, 300), st.integers(1, 300))
def test_the_interval_holds_the_share_and_narrows(right: int, total: int) -> None:
    right = min(right, total)
    low, high = wilson(right, total)
    assert 0 <= low <= right / total <= high <= 1
    wider_low, wider_high = wilson(right * 4, total * 4)
    assert wider_high - wider_low < high - low


def test_f1_counts_each_value_on_both_sides_but_trusts_them_once() -> None:
    tally = Tally(2, 3, 2) + Tally(0, 0, 1)
    assert (tally.precision.value, tally.recall.value, tally.f1.value) == (pytest.approx(2 / 3),) * 3
    assert str(tally.f1) == "0.667 4/6 [0.208-0.939]"
    assert tally.f1.interval == tally.precision.interval
    assert not tally.is_right
    assert Tally(2, 2, 2).is_right


def test_what_was_not_asked_has_no_figure() -> None:
    assert (str(Ratio(0, 0)), Ratio(0, 0).value) == ("-", None)

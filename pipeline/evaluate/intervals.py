"""Shares as right/total with their 95 % Wilson interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z95 = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""


def wilson(right: float, total: float, z: float = Z95) -> tuple[float, float]:
    """The Wilson score interval of ``right`` out of ``total``; (0, 1) where nothing was asked.

    Neither need be whole: B³ sums fractions. Raises ValueError where ``right`` is not between 0 and ``total``.
    """
    if not 0 <= right <= total + 1e-9:
        raise ValueError(f"{right} of {total} is no share")
    if total == 0:
        return 0.0, 1.0
    share = min(1.0, right / total)
    middle = share + z * z / (2 * total)
    spread = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    low, high = (middle - spread) / scale, (middle + spread) / scale
    # at the ends the bound is exact, which rounding spoils
    return (0.0 if right == 0 else max(0.0, low)), (1.0 if share == 1.0 else min(1.0, high))


@dataclass(frozen=True, slots=True)
class Ratio:
    """``right`` of ``total``. ``weight`` is the number of independent trials, where that is not ``total``."""

    right: float
    total: float
    weight: float | None = None

    @property
    def value(self) -> float | None:
        """The share; None where nothing was asked."""
        return self.right / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        trials = self.total if self.weight is None else self.weight
        return wilson(trials * min(1.0, self.right / self.total), trials) if self.total else (0.0, 1.0)

    def __str__(self) -> str:
        """``0.952 20/21 [0.773-0.992]``, or ``-`` where nothing was asked."""
        if self.value is None:
            return "-"
        low, high = self.interval
        return f"{self.value:.3f} {_count(self.right)}/{_count(self.total)} [{low:.3f}-{high:.3f}]"


@dataclass(frozen=True, slots=True)
class Tally:
    """What was predicted, what was labelled, and how much of both agrees."""

    right: float = 0
    predicted: float = 0
    labelled: float = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.right + other.right, self.predicted + other.predicted, self.labelled + other.labelled)

    @property
    def precision(self) -> Ratio:
        return Ratio(self.right, self.predicted)

    @property
    def recall(self) -> Ratio:
        return Ratio(self.right, self.labelled)

    @property
    def f1(self) -> Ratio:
        """2·right / (predicted + labelled). Each value is counted on both sides, so the interval's trials are half."""
        asked = self.predicted + self.labelled
        return Ratio(2 * self.right, asked, asked / 2)

    @property
    def is_right(self) -> bool:
        """Nothing missed and nothing invented."""
        return self.right == self.predicted == self.labelled


def _count(number: float) -> str:
    return str(int(number)) if number == int(number) else f"{number:.1f}"

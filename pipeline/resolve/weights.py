"""What each agreement is worth, in bits: read from the reviewed files of ``data/``, never from the live table.

``weights.csv`` holds for every comparison and level how many labelled pairs of one event (m) and of two events (u) are
at that level, as right/total, and the bits that follow; its rows ``prior``, ``join`` and ``doubt`` stand apart.
``frequencies.csv`` holds how often a value is met, since to have a common one in common says less.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from math import log2
from pathlib import Path

DATA = Path(__file__).parent / "data"
WEIGHTS, FREQUENCIES = DATA / "weights.csv", DATA / "frequencies.csv"
WEIGHT_COLUMNS = ("comparison", "level", "m_right", "m_total", "u_right", "u_total", "bits")
FREQUENCY_COLUMNS = ("comparison", "value", "met", "of")
NEVER = 1000.0
"""More bits than any evidence: what an analyst ruled, or with a minus a hard conflict."""
CLIP = 1.0
"""Most bits that a rare value adds or a common one takes."""


class WeightError(ValueError):
    """A line of a weights file cannot be used; the message names the file, the line and the reason."""


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if tuple(reader.fieldnames or ()) != columns:
            raise WeightError(f"{path.name}, line 1: the columns must be {','.join(columns)}")
        for line, row in enumerate(reader, 2):
            if None in row or None in row.values():
                raise WeightError(f"{path.name}, line {line}: needs {len(columns)} cells")
            yield line, row


@cache
def bits() -> dict[tuple[str, str], float]:
    """The bits of every (comparison, level). Raises WeightError for an unusable line."""
    found: dict[tuple[str, str], float] = {}
    for line, row in _rows(WEIGHTS, WEIGHT_COLUMNS):
        try:
            found[row["comparison"], row["level"]] = float(row["bits"])
        except ValueError as error:
            raise WeightError(f"{WEIGHTS.name}, line {line}: bits {row['bits']!r} is no number") from error
    return found


@cache
def _rarity() -> dict[tuple[str, str], float]:
    met: dict[str, dict[str, int]] = {}
    for line, row in _rows(FREQUENCIES, FREQUENCY_COLUMNS):
        try:
            met.setdefault(row["comparison"], {})[row["value"]] = int(row["met"])
        except ValueError as error:
            raise WeightError(f"{FREQUENCIES.name}, line {line}: met {row['met']!r} is no number") from error
    found = {}
    for comparison, values in met.items():
        whole = sum(values.values())
        usual = sum((count / whole) ** 2 for count in values.values())
        for value, count in values.items():
            found[comparison, value] = _clipped(log2(usual * whole / count))
        found[comparison, ""] = _clipped(log2(usual * whole / 0.5))
    return found


def rarity(comparison: str, values: frozenset[str]) -> float:
    """The bits that the rarest of the values two mentions have in common adds to their agreement, or takes."""
    table = _rarity()
    unseen = table.get((comparison, ""), 0.0)
    return max((table.get((comparison, value), unseen) for value in values), default=0.0)


@contextmanager
def read_from(folder: Path) -> Iterator[None]:
    """Weigh by the files of another folder: what weights gain on the labels they were fitted on is to be measured."""
    global WEIGHTS, FREQUENCIES
    before = WEIGHTS, FREQUENCIES
    WEIGHTS, FREQUENCIES = folder / WEIGHTS.name, folder / FREQUENCIES.name
    _forget()
    try:
        yield
    finally:
        WEIGHTS, FREQUENCIES = before
        _forget()


def _forget() -> None:
    bits.cache_clear()
    _rarity.cache_clear()


def _clipped(value: float) -> float:
    return max(-CLIP, min(CLIP, value))


def prior() -> float:
    """The bits of a pair that shares a block and of which nothing else is known."""
    return bits()["prior", ""]


JOIN, DOUBT = bits()["join", ""], bits()["doubt", ""]
"""Bits from which a pair joins, and from which one that does not is a doubt for review."""

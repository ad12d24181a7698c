"""Bodies of which one is part of the other or stands for it: the CDU and the CDU/CSU, a party and its youth league or
its group in a parliament (``data/bodies.csv``). One page names the one, another the other."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pipeline.gazetteer import load

DATA = Path(__file__).parent / "data" / "bodies.csv"
COLUMNS = ("body", "of", "how", "source")


class BodyError(ValueError):
    """A line of the bodies file cannot be used; the message names the line and the reason."""


def akin(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether a body of the one side is part of a body of the other. Raises BodyError for an unusable line."""
    pairs = _pairs()
    theirs = tuple(others)
    return any((one, other) in pairs for one in some for other in theirs)


@cache
def _pairs() -> frozenset[tuple[str, str]]:
    """Every two bodies that are akin, both ways."""
    found = set()
    known = load().parties.keys() | load().organisations.keys()
    with DATA.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise BodyError(f"{DATA.name}, line 1: the columns must be {','.join(COLUMNS)}")
        for line, row in enumerate(reader, 2):
            pair = row["body"], row["of"]
            if not known.issuperset(pair):
                raise BodyError(f"{DATA.name}, line {line}: {' or '.join(pair)} is no body of the gazetteer")
            found |= {pair, pair[::-1]}
    return frozenset(found)

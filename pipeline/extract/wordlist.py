"""The grammar words of both languages, from ``data/words.csv``: titles, groups, bodies, and their regexes."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


class WordError(ValueError):
    """A line of a data file of the extractor cannot be used; the message names file, line and reason."""


def rows(file: str, columns: Iterable[str]) -> list[dict[str, str]]:
    """The rows of a data file. Raises WordError for a missing column or an empty cell in the first two."""
    wanted = list(columns)
    with (DATA / file).open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if reader.fieldnames != wanted:
            raise WordError(f"{file}, line 1: columns must be {','.join(wanted)}")
        found = list(reader)
    for line, row in enumerate(found, 2):
        if None in row or any(row[column] is None for column in wanted) or not row[wanted[0]] or not row[wanted[1]]:
            raise WordError(f"{file}, line {line}: needs {len(wanted)} cells, the first two filled")
    return found


@cache
def words(language: str, role: str) -> tuple[str, ...]:
    """The words of a role, longest first."""
    found = {
        word
        for row in rows("words.csv", ("language", "role", "words"))
        if row["language"] == language and row["role"] == role
        for word in row["words"].split(" ")
    }
    return tuple(sorted((word.replace("_", " ") for word in found if word), key=lambda word: (-len(word), word)))


@cache
def pattern(language: str, role: str) -> str:
    """An alternation of a role's words, longest first, as a group that captures nothing."""
    return "(?:" + "|".join(re.escape(word) for word in words(language, role)) + ")"

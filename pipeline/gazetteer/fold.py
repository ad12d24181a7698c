"""Fold a text for matching, character by character, so that every span still counts the original's characters.

Traditional script becomes simplified, wide letters narrow, accents fall, and the many quotes, dashes, blanks
and middle dots become one each. Whole-phrase conversion (OpenCC's usual way) would change lengths and spans.
"""

from __future__ import annotations

import csv
import unicodedata
from functools import cache
from pathlib import Path

import opencc

from pipeline.gazetteer.model import GazetteerError

CHARACTERS = Path(__file__).parent / "data" / "characters.csv"

_HAN = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00))
_COMPATIBLE = (
    range(0xA0, 0x250),
    range(0x1E00, 0x1F00),
    range(0x2000, 0x2070),
    range(0x3000, 0x3040),
    range(0xFF00, 0xFFF0),
)


def fold(text: str) -> str:
    """The text with every character replaced by its folded one; the length never changes, case is kept."""
    return text.translate(_table())


def key(text: str) -> str:
    """``fold`` and lower case: what the matcher compares."""
    return fold(text).lower()


@cache
def _table() -> dict[int, str]:
    table = {code: folded for area in _COMPATIBLE for code in area if (folded := _plain(chr(code))) != chr(code)}
    table |= _simplified()
    table |= {ord(before): after for before, after in _own_characters(CHARACTERS)}
    # lone surrogates cannot be handed to the matcher, which is written in Rust
    table |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
    return table


def _plain(char: str) -> str:
    """The letter without accents, the narrow form of a wide one; itself where that is no single character."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    return plain if len(plain) == 1 else char


def _simplified() -> dict[int, str]:
    han = [unicodedata.normalize("NFKC", chr(code)) for area in _HAN for code in area]
    codes = [code for area in _HAN for code in area]
    converted = opencc.OpenCC("t2s").convert("\n".join(han)).split("\n")
    return {
        code: simple for code, simple in zip(codes, converted, strict=True) if len(simple) == 1 and simple != chr(code)
    }


def _own_characters(path: Path) -> list[tuple[str, str]]:
    """Pairs that the tables above miss: punctuation, Japanese characters, letters that are no accented base."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    pairs = []
    for line, row in enumerate(rows, 2):
        for before in (row["from"] or "").split(" "):
            if len(before) != 1 or len(row["to"] or "") != 1:
                raise GazetteerError(path.name, line, "`from` and `to` must be single characters")
            pairs.append((before, row["to"]))
    return pairs

"""Names that share their characters with Chinese: how Vietnamese, Koreans, Japanese and the Chinese of the south read
them (``data/readings.csv``), and how far a Latin name is what they read.

Readings are compared in a plain form in which the many romanisations of a language are one: Chung, Jeong and Jung;
Ohno, Ono and Oono; Lee and Li.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import product

from rapidfuzz import fuzz

from pipeline.pinyin import syllables
from pipeline.resolve.printed import Name
from pipeline.resolve.sounds import rows

READINGS = {
    "VNM": "vietnamese", "KOR": "korean", "PRK": "korean", "JPN": "japanese", "SGP": "southern", "MYS": "southern",
    "IDN": "southern", "THA": "southern", "PHL": "southern", "KHM": "southern", "HKG": "southern", "MAC": "southern",
    "TWN": "southern",
}  # fmt: skip
"""Countries whose people, or many of them, have names in characters, and how those are read there."""
COLUMNS = ("vietnamese", "korean", "japanese", "southern")
_UNREAD = 0.3
"""What a character counts that the table does not read."""
_HALF = 0.84
"""How far a Japanese family name, and the given one, must be what is read."""

_SAME: Mapping[str, Sequence[tuple[str, str]]] = {
    "vietnamese": (),
    "korean": (
        (r"(?<=[ptk])h", ""), (r"ck", "k"), (r"ie", "i"), (r"r(?![aeiouyh])", ""), (r"rh|r", "l"), (r"wh", "hw"),
        (r"(?<=[aeiou])h(?![aeiouy])", ""), (r"sh|sy", "s"), (r"ch|j", "c"),
        (r"g", "k"), (r"d", "t"), (r"b", "p"), (r"oi", "oe"), (r"ae|ai|ay", "e"), (r"eui|ui|ee|(?<=[^aeiou])y$", "i"),
        (r"eo|eu|oo|ou|u", "o"), (r"wo", "o"),
    ),
    "japanese": (
        (r"ou|oh(?![aeiou])|oo", "o"), (r"uu", "u"), (r"m(?=[bpm])", "n"), (r"j", "sh"), (r"[bpf]", "h"), (r"g", "k"),
        (r"d", "t"), (r"ts|z", "s"), (r"(.)\1", r"\1"),
    ),
    "southern": (
        (r"(?<=[ptk])h", ""), (r"ee|ie(?!n)", "i"), (r"oo|ou", "u"), (r"ck", "k"), (r"(.)\1", r"\1"), (r"(?<=.)h$", ""),
    ),
}  # fmt: skip
"""Spellings that are one in a language, in this order."""


@lru_cache(maxsize=50_000)
def plain(word: str, column: str) -> str:
    """A word in the plain form of a column: kyung, gyeong and kyong are one."""
    for spelling, instead in _SAME[column]:
        word = re.sub(spelling, instead, word)
    return word


@lru_cache(maxsize=50_000)
def readings(characters: str, column: str) -> tuple[tuple[str, ...], ...]:
    """For each character the ways it is read, in plain form; pinyin too, where it is a name of the south."""
    table = _readings()
    found = []
    for character in characters:
        known = table.get((character, column), ())
        if column == "southern":
            known += tuple(syllables(character))
        found.append(tuple(dict.fromkeys(plain(way, column) for way in known)))
    return tuple(found)


def by_reading(characters: str, latin: Name, column: str) -> float:
    """How far a name in characters, as a column reads them, is a Latin name: 1 where every character is met."""
    words = [plain(word, column) for word in latin.parts]
    return _BY.get(column, _in_order)(readings(characters, column), words)


def _in_order(read: Sequence[Sequence[str]], words: Sequence[str]) -> float:
    """A family name of one character, and one word for each other or for both in one."""
    left = list(words)
    met = 0.0
    for place, ways in enumerate(read):
        found = next((word for word in left if word in ways), None)
        if found is None:
            found = next((word for word in left if any(_both(word, way, read[place + 1 :]) for way in ways)), None)
            met += found is not None  # Jaemyung is two characters' one word
        if found is not None:
            left.remove(found)
            met += 1
        elif not ways:
            met += _UNREAD
        elif place == 0:
            met -= 1  # another family
    return min(met / len(read), 1.0)


def _both(word: str, way: str, behind: Sequence[Sequence[str]]) -> bool:
    """Whether a word is two characters' readings in one."""
    return bool(behind) and word.startswith(way) and word[len(way) :] in behind[0]


def _japanese(read: Sequence[Sequence[str]], words: Sequence[str]) -> float:
    """A family name of one to three characters and a given name, in either order; an unread character is any."""
    if len(read) < 2:
        return max((_spoken(_run(read), word) for word in words), default=0.0)
    best = 0.0
    for cut in range(1, min(4, len(read))):
        family, given = _run(read[:cut]), _run(read[cut:])
        if len(words) < 2:  # Kishida
            best = max(best, *(_spoken(family, word) for word in words), 0.0)
        for first, last in ((words[0], words[-1]), (words[-1], words[0])) if len(words) > 1 else ():
            halves = _spoken(family, first), _spoken(given, last)
            best = max(best, 0.6 * halves[0] + 0.4 * halves[1] if min(halves) >= _HALF else 0.9 * min(halves))
    return best


_BY: Mapping[str, Callable[[Sequence[Sequence[str]], Sequence[str]], float]] = {"japanese": _japanese}


def _run(read: Sequence[Sequence[str]]) -> list[str]:
    return ["".join(ways) for ways in product(*(way or ("",) for way in read))][:400]


def _spoken(ways: Sequence[str], word: str) -> float:
    return max(fuzz.ratio(way, word) for way in ways) / 100


@cache
def _readings() -> dict[tuple[str, str], tuple[str, ...]]:
    return {
        (row["character"], column): tuple(row[column].split("|"))
        for row in rows("readings.csv", ("character", *COLUMNS))
        for column in COLUMNS
        if row[column]
    }

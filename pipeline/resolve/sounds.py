"""How foreign names sound when Chinese writes them: characters and Latin letters as one row of sounds.

A transliteration keeps the consonants of a name and colours the vowels, so both scripts are brought to coarse
classes (b and p are one, l and r are one, f, v and w are one) and aligned. What a character stands for in foreign
names is in ``data/sounds.csv``, since its pinyin misleads (尔 is r or l, 斯 s, 杰 je, de or ge); a character that is
not there has its pinyin. Names that share their characters with Chinese (Vietnamese, Korean, Japanese, and those of
the Chinese of the south) are read by ``data/readings.csv``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from pipeline.pinyin import syllables

DATA = Path(__file__).parent / "data"

Sound = tuple[tuple[int, float], ...]
"""A row of sounds: for each the classes it may be (bits), and what it costs to be missed."""

P, T, K, S, M, N, L, F, H, Y, AH, EH, IH, OH, UH = (1 << bit for bit in range(15))
VOWELS = AH | EH | IH | OH | UH

_LETTERS = {
    "b": P, "p": P, "d": T, "t": T, "k": K, "q": K, "f": F, "v": F, "w": F, "s": S, "z": S, "m": M, "n": N,
    "l": L, "r": L, "h": H, "a": AH, "e": EH, "i": IH, "o": OH, "u": UH, "y": Y | IH, "g": K, "j": S | Y | H,
}  # fmt: skip
# spellings of one sound in the orthographies of the world, the longest first; c, g, h and x are in `_letter`
_GROUPS: dict[str, list[tuple[int, float]]] = {
    spelling: [(mask, 0.3 if mask & VOWELS else 1.0) for mask in masks]
    for spelling, masks in {
        "tsch": [S], "sch": [S], "tch": [S], "dzh": [S], "zh": [S], "sh": [S], "ch": [S | K | H], "kh": [H | K],
        "gh": [K | H], "ph": [F], "th": [T], "ts": [S], "tz": [S], "dz": [S], "dj": [S], "cz": [S], "sz": [S],
        "ck": [K], "qu": [K, UH | F], "ng": [N], "ll": [L | Y], "rh": [L], "wh": [F], "bh": [P], "dh": [T],
    }.items()
}  # fmt: skip
_SPELLING = re.compile("|".join([*_GROUPS, "."]))
_INITIALS = {"sh": S, "zh": S, "ch": S, "ts": S, "j": S | Y, "y": Y | IH, "ng": N, "g": K}
_SYLLABLE = re.compile(r"(ng|sh|zh|ch|ts|[bpdtgkvfwzsjhmnlry])?y?([aeiou]*)([nmc])?")

_CONSONANT, _VOWEL, _CLOSING, _SILENT = 1.0, 0.3, 0.6, 0.1
# classes that one language's ear takes for another's: Bolívar 玻利瓦尔, Kim 金, Hashmi 哈什米 and Khashmi
_NEAR = {
    (M, N): 0.4, (P, F): 0.4, (K, H): 0.3, (F, H): 0.5, (T, S): 0.6, (N, L): 0.7, (H, Y): 0.4,
}  # fmt: skip
_APART = 1.3


@lru_cache(maxsize=50_000)
def latin(word: str) -> Sound:
    """The sounds of a word in small plain Latin letters."""
    found: list[tuple[int, float]] = []
    for match in _SPELLING.finditer(word):
        spelling = match[0]
        if spelling in _GROUPS:
            found += _GROUPS[spelling]
        else:
            found += _letter(spelling, word[match.end() : match.end() + 1], len(word))
    doubled = {at for at, (one, other) in enumerate(pairwise(found)) if one[0] == other[0] and not one[0] & VOWELS}
    return tuple(sound for at, sound in enumerate(found) if at not in doubled) if doubled else tuple(found)


@cache
def _letter(letter: str, behind: str, length: int) -> list[tuple[int, float]]:
    if letter == "c":
        return [(S if behind and behind in "eiy" else K if behind else K | S, _CONSONANT)]
    if letter == "x":
        return [(K | S | H, _CONSONANT), (S, _VOWEL)]
    mask = _LETTERS.get(letter, 0)
    if letter == "g" and behind and behind in "eiy":
        mask |= S | H
    if not mask:
        return []
    weight = _VOWEL if mask & VOWELS else _CONSONANT
    if letter == "h":
        weight = 0.35
    elif letter == "e" and not behind and length > 3:
        weight = _SILENT
    elif letter == "r" and behind not in tuple("aeiouy"):
        weight = 0.5  # Carter 卡特, Parker 帕克
    elif letter == "l" and behind not in tuple("aeiouy"):
        weight = 0.8
    elif letter in "stxdkp" and not behind:
        weight = 0.6
    return [(mask, weight)]


@lru_cache(maxsize=50_000)
def chinese(part: str) -> Sound:
    """The sounds of a transliterated name, or of one part of it between two dots."""
    return tuple(sound for character in part for sound in _character(character))


@cache
def _character(character: str) -> Sound:
    """One character as (consonant, vowel, closing consonant); where its readings differ each stands for all."""
    readings = [_syllable(reading) for reading in _sounds().get(character) or _pinyin(character)]
    found = []
    for place, (always, sometimes) in enumerate(((_CONSONANT, 0.4), (_VOWEL, 0.08), (_CLOSING, 0.2))):
        masks = [reading[place] for reading in readings]
        whole = 0
        for mask in masks:
            whole |= mask
        if whole:
            found.append((whole, always if all(masks) else sometimes))
    return ((found[0][0], 0.6),) if character in "尔耳" else tuple(found)  # often unheard: 巴尔奇 and 巴奇


def _syllable(reading: str) -> tuple[int, int, int]:
    match = _SYLLABLE.fullmatch(reading)
    if match is None:
        return 0, 0, 0
    initial, vowels, closing = match.groups(default="")
    mask = 0
    for vowel in vowels:
        mask |= _LETTERS[vowel]
    return _INITIALS.get(initial) or _LETTERS.get(initial, 0), mask, {"n": N, "m": M, "c": K}.get(closing, 0)


def _pinyin(character: str) -> list[str]:
    plain = syllables(character)[0].replace("ong", "on").replace("ng", "n")
    for pinyin, sound in (("x", "sh"), ("q", "ch")):
        plain = re.sub(f"^{pinyin}", sound, plain)
    return [re.sub("^c(?!h)", "ts", plain).replace("v", "u")]


def likeness(one: Sound, other: Sound) -> float:
    """How far two rows of sounds agree, 1 where every sound of each meets one of the other; below 0 is possible."""
    return _likeness(one, other)


@lru_cache(maxsize=100_000)
def _likeness(one: Sound, other: Sound) -> float:
    before = [0.0]
    for _, weight in other:
        before.append(before[-1] + weight)
    whole = before[-1]
    for mask, weight in one:
        whole += weight
        row = [before[0] + weight]
        for place, (their_mask, their_weight) in enumerate(other):
            met = before[place] if mask & their_mask else before[place] + _apart(mask, their_mask)
            row.append(min(met, before[place + 1] + weight, row[place] + their_weight))
        before = row
    return 1 - 2 * before[-1] / whole if whole else 0.0


@cache
def _apart(one: int, other: int) -> float:
    """What it costs that two sounds of no common class stand for each other."""
    vowel, other_vowel = one & VOWELS, other & VOWELS
    if vowel and other_vowel:
        return 0.2
    if vowel or other_vowel:
        sound, consonant = (one, other) if vowel else (other, one)
        near = ((F, UH | OH, 0.2), (Y, IH | EH, 0.1), (H, VOWELS, 0.5))
        return min((cost for mask, of, cost in near if consonant & mask and sound & of), default=_APART)
    return min(
        (cost for (a, b), cost in _NEAR.items() if (one & a and other & b) or (one & b and other & a)), default=_APART
    )


@lru_cache(maxsize=50_000)
def skeleton(sound: Sound) -> str:
    """The consonants that must be heard, one letter each: for ranking and for blocks."""
    found = []
    for mask, weight in sound:
        if not mask & VOWELS and weight > 0.35:
            found.append("ptksmnlfhy"[(mask & -mask).bit_length() - 1])
    return "".join(found)


# --- names written in characters of their own country -----------------------------------------------

READINGS = {
    "VNM": "vietnamese", "KOR": "korean", "PRK": "korean", "JPN": "japanese", "SGP": "southern", "MYS": "southern",
    "IDN": "southern", "THA": "southern", "PHL": "southern", "KHM": "southern", "HKG": "southern", "MAC": "southern",
    "TWN": "southern",
}  # fmt: skip
"""Countries whose people, or many of them, have names in characters, and how those are read there."""


def readings(part: str, country: str) -> list[tuple[str, ...]]:
    """For each character of a name the ways a country reads it; pinyin too, where it is a name of the south."""
    column = READINGS[country]
    table = _readings()
    found = []
    for character in part:
        known = table.get((character, column), ())
        found.append(known + tuple(syllables(character)) if column == "southern" else known)
    return found


@cache
def _sounds() -> dict[str, tuple[str, ...]]:
    return {row["character"]: tuple(row["sounds"].split("|")) for row in _rows("sounds.csv", ("character", "sounds"))}


@cache
def _readings() -> dict[tuple[str, str], tuple[str, ...]]:
    columns = ("character", "vietnamese", "korean", "japanese", "southern")
    return {
        (row["character"], column): tuple(row[column].split("|"))
        for row in _rows("readings.csv", columns)
        for column in columns[1:]
        if row[column]
    }


def _rows(file: str, columns: Iterable[str]) -> Iterator[dict[str, str]]:
    """The lines of a data file of this package. Raises ValueError where a line is none, with file and line."""
    with (DATA / file).open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if reader.fieldnames != list(columns):
            raise ValueError(f"{file}, line 1: the columns must be {','.join(columns)}")
        for line, row in enumerate(reader, 2):
            if None in row or None in row.values() or len(row["character"]) != 1:
                raise ValueError(f"{file}, line {line}: needs one character and {len(reader.fieldnames)} cells")
            yield row

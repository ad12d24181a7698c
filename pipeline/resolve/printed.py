"""A printed name prepared for comparison: its words, and how each sounds in either script."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.gazetteer import fold
from pipeline.resolve import sounds

Heard = tuple[sounds.Sound, str, float]
"""A row of sounds with its skeleton and its weight."""
Run = tuple[Heard, bool]
"""The sounds of neighbouring words in one, and whether they stand inside the name: neither first nor last."""

PARTICLES = frozenset({"al", "el", "bin", "bint", "ibn", "ul", "ur", "da", "de", "di", "do", "dos", "del", "der", "la",
                       "van", "von", "den", "le", "and", "e", "y"})  # fmt: skip
_NUMBERED = re.compile(r"(?<=.{2})[一二三四五六]世$")
"""阿基利诺·皮门特尔三世: the third of the name, whom other pages call 皮门特尔."""
_WORDS = re.compile(r"[\W\d_]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_DOTS = re.compile(r"[·・•.\-—–\s]+")
_INITIALS = re.compile(r"(?!ng$)[^aeiouy]{2,3}")
"""A word without a vowel: KP Oli, and no Ng."""
LONGEST_RUN, WHOLE = 3, 5
"""How many words are heard as one at most; a whole name may be longer: 昂山素季 is Aung San Suu Kyi."""


def is_chinese(text: str) -> bool:
    """Whether a text has Chinese characters."""
    return bool(_HAN.search(text))


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A printed name prepared for comparison. ``parts`` are its words: of a Chinese name what the dots part.

    Two of the same text and country are one object, so that pairs of names can be remembered.
    """

    text: str
    country: str
    chinese: bool
    parts: tuple[str, ...]
    whole: str
    sounds: tuple[Heard, ...]
    """The sounds of each part that is more than an initial."""


@lru_cache(maxsize=200_000)
def name(printed: str, country: str = "") -> Name:
    """A name prepared; ``country`` (ISO3) tells how it is spelt, how its characters are read and which word is the
    family name."""
    text = fold(unicodedata.normalize("NFC", printed)).strip()
    chinese = is_chinese(text)
    if chinese:
        parts = tuple(part for part in _DOTS.split(_NUMBERED.sub("", text)) if part)
        heard = [_heard(sounds.chinese(part, country)) for part in parts]
    else:
        said = [word for word in _WORDS.split(re.sub(r"['’`]", "", text.casefold())) if word]
        parts = tuple(letter for word in said if word not in _honorifics() for letter in _apart(word)) or tuple(said)
        heard = [hear(part, country) for part in parts if len(part) > 1]
    return Name(text, country, chinese, parts, "".join(parts), tuple(one for one in heard if one[0]))


def in_full(one: Name) -> tuple[Name, ...]:
    """A Latin name with what a short form in it stands for: Liz Rowley is Elizabeth Rowley, Panos Rigas Panagiotis."""
    if one.chinese or len(one.parts) < 2:
        return ()
    found = ((at, full) for at, part in enumerate(one.parts) for full in _short_forms().get(part, ()))
    return tuple(name(" ".join((*one.parts[:at], full, *one.parts[at + 1 :])), one.country) for at, full in found)


def _apart(word: str) -> Iterator[str]:
    if _INITIALS.fullmatch(word):
        yield from word
    else:
        yield word


def hear(word: str, country: str = "") -> Heard:
    """How a word in small plain Latin letters sounds."""
    return _heard(sounds.latin(word, country))


def _heard(row: sounds.Sound) -> Heard:
    return row, sounds.skeleton(row), sum(weight for _, weight in row)


@lru_cache(maxsize=200_000)
def runs(latin: Name) -> tuple[Run, ...]:
    """The sounds of every word and every run of up to three: 迪吕波 is Di Rupo, and 哈迪德 Alhaded."""
    parts, last = latin.parts, len(latin.parts)
    spans = [(at, at + many) for many in range(1, LONGEST_RUN + 1) for at in range(last - many + 1)]
    spans += [(0, last)] * (LONGEST_RUN < last <= WHOLE)
    said: dict[str, bool] = {}
    for at, to in spans:
        run = "".join(parts[at:to])
        said[run] = said.get(run, True) and at > 0 and to < last
    said |= {part[2:]: False for part in parts if len(part) > 5 and part.startswith(("al", "el"))}
    heard = ((hear(run, latin.country), inside) for run, inside in said.items() if len(run) > 1)
    return tuple(one for one in heard if one[0][0])


@cache
def _short_forms() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    with (sounds.DATA / "short_forms.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found[row["short"]] = (*found.get(row["short"], ()), row["full"])
    return found


@cache
def _honorifics() -> frozenset[str]:
    with (sounds.DATA / "honorifics.csv").open(encoding="utf-8", newline="") as stream:
        return frozenset(word for row in csv.DictReader(stream) for word in row["words"].split())

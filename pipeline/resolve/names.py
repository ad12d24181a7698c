"""Are two printed names the same person? A level, never a bare yes or no.

    compare(name("比拉瓦尔", "PAK"), name("Bilawal Bhutto Zardari", "PAK")) is Level.SAME_SOUND

Names of one script are compared by their words. A Chinese transliteration gives often only a family name or one
part, and is compared by sound (``sounds``). Some Chinese names are no transliterations at all (ambassadors choose
their own: 白玉堂 is Bertrand Lortholary; 李智陞 is Desmond Lee): where one may be such a name, sound tells nothing.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from itertools import product

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from pipeline.extract.wordlist import words
from pipeline.gazetteer import fold
from pipeline.pinyin import syllables
from pipeline.resolve import sounds


class Level(StrEnum):
    """How two names agree, the best first."""

    SAME_NAME = "same name"
    PART_OF_NAME = "part of the name"
    SPELT_ALIKE = "spelt alike"
    SAME_SOUND = "same sound"
    LIKE_SOUND = "like sound"
    UNTOLD = "no sound to tell by"
    OTHER_SOUND = "another sound"
    OTHER_NAME = "another name"


Heard = tuple[sounds.Sound, str, float]
"""A row of sounds with its skeleton and its weight."""

_WORDS = re.compile(r"[\W\d_]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_DOTS = re.compile(r"[·・•.\-—–\s]+")
_ALIKE = 84.0
"""Least ratio of two Latin words that are spellings of one: Mohammed and Muhammad."""
_SAME, _LIKE = 0.80, 0.64
"""Least likeness of sound. Of the gazetteer's people SAME holds for 3 in 4, and for 1 in 200 pairs of other people of
one country, most of whom share a family name; LIKE for 17 in 20 and 1 in 60."""
_WORTH_ALIGNING, ALIGNED = 0.34, 3
"""Least likeness of skeletons that is worth an alignment, and how many runs of words are aligned with one part."""
_PARTICLES = frozenset({"al", "el", "bin", "bint", "ibn", "ul", "ur", "da", "de", "di", "do", "dos", "del", "der", "la",
                        "van", "von", "den", "le", "and", "e", "y"})  # fmt: skip
_FAMILY_FIRST = frozenset({"CHN", "HKG", "KHM", "KOR", "MAC", "PRK", "TWN", "VNM"})


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
    """The sounds of each part."""


@lru_cache(maxsize=50_000)
def name(printed: str, country: str = "") -> Name:
    """A name prepared; ``country`` (ISO3) tells how its characters are read and which word is the family name."""
    text = fold(printed).strip()
    chinese = is_chinese(text)
    if chinese:
        parts = tuple(part for part in _DOTS.split(text) if part)
        heard = [_heard(sounds.chinese(part)) for part in parts]
    else:
        said = [word for word in _WORDS.split(re.sub(r"['’`]", "", text.casefold())) if word]
        parts = tuple(word for word in said if word not in _honorifics()) or tuple(said)
        heard = [_heard(sounds.latin(part)) for part in parts if len(part) > 1]
    return Name(text, country, chinese, parts, "".join(parts), tuple(one for one in heard if one[0]))


def _heard(row: sounds.Sound) -> Heard:
    return row, sounds.skeleton(row), sum(weight for _, weight in row)


@lru_cache(maxsize=50_000)
def _runs(latin: Name) -> tuple[Heard, ...]:
    """The sounds of every run of up to three words: 迪吕波 is Di Rupo, and 哈迪德 Alhaded."""
    parts = latin.parts
    runs = ["".join(parts[at:to]) for at in range(len(parts)) for to in range(at + 2, min(at + 3, len(parts)) + 1)]
    runs += [part[2:] for part in parts if len(part) > 5 and part.startswith(("al", "el"))]
    return latin.sounds + tuple(_heard(sounds.latin(run)) for run in dict.fromkeys(runs))


@lru_cache(maxsize=100_000)
def compare(one: Name, other: Name) -> Level:
    """The level at which two names agree."""
    if one.whole == other.whole:
        return Level.SAME_NAME
    if not (one.sounds and other.sounds):  # of a script that is neither
        return Level.UNTOLD
    if one.chinese != other.chinese:
        return _across(one, other) if one.chinese else _across(other, one)
    if one.chinese:
        return _both_chinese(one, other)
    return _both_latin(one, other)


def heard(one: Name) -> frozenset[str]:
    """How a name begins to the ear, the same in both scripts for most: what blocks by name."""
    skeletons = {re.sub("[hy]", "", skeleton)[:2] for _, skeleton, _ in one.sounds}
    return frozenset(skeleton for skeleton in skeletons if len(skeleton) > 1)


# --- one script -------------------------------------------------------------------------------------


def _both_chinese(one: Name, other: Name) -> Level:
    shorter, longer = sorted((one, other), key=lambda name: (len(name.parts), len(name.whole)))
    if len(shorter.whole) > 1 and (
        (len(shorter.parts) == 1 and shorter.whole in longer.parts)
        or longer.whole.startswith(shorter.whole)
        or longer.whole.endswith(shorter.whole)
    ):
        return Level.PART_OF_NAME
    if _styled(one) or _styled(other) or len(shorter.whole) < 2:
        return Level.OTHER_NAME
    likenesses = [max(_likeness(mine, their) for their in longer.sounds) for mine in shorter.sounds]
    likeness = min(likenesses, default=0.0)
    return Level.SPELT_ALIKE if likeness >= _SAME else Level.LIKE_SOUND if likeness >= 0.5 else Level.OTHER_NAME


def _both_latin(one: Name, other: Name) -> Level:
    mine, theirs = list(one.parts), list(other.parts)
    if sorted(mine) == sorted(theirs):
        return Level.SAME_NAME
    if min(len(one.whole), len(other.whole)) > 5 and fuzz.ratio(one.whole, other.whole) >= 90:
        return Level.SPELT_ALIKE
    shorter, longer = sorted((mine, theirs), key=len)
    free, met, exact = list(longer), [], True
    for word in sorted(shorter, key=lambda word: -len(word)):
        found = next((at for at, their in enumerate(free) if word == their), None)
        if found is None:
            found = next((at for at, their in enumerate(free) if _variant(word, their)), None)
            exact = exact and (found is None or len(word) == 1 or len(free[found]) == 1)
        if found is not None:
            met.append(word)
            del free[found]
    telling = [word for word in met if len(word) > 1 and word not in _PARTICLES]
    missed = [word for word in shorter if word not in met and word not in _PARTICLES]
    if telling and not missed:
        return Level.PART_OF_NAME if exact else Level.SPELT_ALIKE
    family = 0 if {one.country, other.country} & _FAMILY_FIRST else -1
    # José García Ruminot is José Antonio García; Kim Jong Un is not Kim Jong Il
    if family == -1 and len(telling) > 1 and len(missed) == 1 and (mine[-1] in met or theirs[-1] in met):
        return Level.SPELT_ALIKE
    return Level.OTHER_NAME


@lru_cache(maxsize=100_000)
def _variant(one: str, other: str) -> bool:
    """Whether two words are spellings of one, or one is the other's initial."""
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    if fuzz.ratio(one, other) >= _ALIKE:
        return True
    mine, their = sounds.latin(one), sounds.latin(other)
    return len(sounds.skeleton(mine)) > 2 and sounds.likeness(mine, their) >= 0.88


# --- across scripts ---------------------------------------------------------------------------------


def _across(chinese: Name, latin: Name) -> Level:
    country = chinese.country or latin.country
    column = sounds.READINGS.get(country)
    if column is None or len(chinese.parts) > 1 or len(chinese.whole) > 5:
        likeness = by_sound(chinese, latin)
    elif column == "southern":  # half of them are no Chinese: 安华 is Anwar, 普杰立 Puthucheary
        likeness = max(by_reading(chinese.whole, latin, country), by_sound(chinese, latin) - 0.1 * _styled(chinese))
    else:
        likeness = by_reading(chinese.whole, latin, country)
        return Level.SAME_SOUND if likeness >= _SAME else Level.LIKE_SOUND if likeness >= 0.72 else Level.OTHER_SOUND
    if likeness >= _SAME:
        return Level.SAME_SOUND
    if likeness >= _LIKE:
        return Level.LIKE_SOUND
    if not _styled(chinese):
        return Level.OTHER_SOUND
    return _by_family(chinese, latin) if column == "southern" else Level.UNTOLD


def _by_family(chinese: Name, latin: Name) -> Level:
    """What family names tell where the given ones differ: 李智陞 may be Desmond Lee, and is no Chan Chun Sing."""
    known = {word for word in latin.parts if word in _southern_families()}
    if not known:
        return Level.UNTOLD
    (read,) = sounds.readings(chinese.whole[:1], chinese.country or latin.country)
    return Level.LIKE_SOUND if known & set(read) else Level.OTHER_SOUND


def by_sound(chinese: Name, latin: Name) -> float:
    """How far a transliteration sounds like a Latin name: each part like some run of its words, 1 at best."""
    best = [_most_like(mine, _runs(latin)) for mine in chinese.sounds]
    if not best:
        return 0.0
    # where the Latin name has a word for each part, all must be heard: 拉胡尔·甘地 is no Sonia Gandhi
    return min(max(best), sum(best) / len(best) + 0.1) if len(latin.parts) >= len(best) else max(best)


def _most_like(mine: Heard, runs: Sequence[Heard]) -> float:
    """The likeness of a part to the run of words most like it; aligned are those that the skeletons rank first."""
    ranked = [(-_ranked(mine, their), place) for place, their in enumerate(runs)]
    worth = sorted(pair for pair in ranked if pair[0] < -_WORTH_ALIGNING)[:ALIGNED]
    return max((sounds.likeness(mine[0], runs[place][0]) for _, place in worth), default=0.0)


def _ranked(mine: Heard, their: Heard) -> float:
    """How far two skeletons agree: what rapidfuzz does a hundred times quicker than an alignment."""
    if not 0.5 < mine[2] / their[2] < 2:
        return 0.0
    return Levenshtein.normalized_similarity(mine[1], their[1])


def _likeness(mine: Heard, their: Heard) -> float:
    return sounds.likeness(mine[0], their[0]) if _ranked(mine, their) >= _WORTH_ALIGNING else 0.0


def by_reading(characters: str, latin: Name, country: str) -> float:
    """How far a name in characters, as its country reads them, is a Latin name: 1 where every word is met."""
    read = sounds.readings(characters, country)
    if sounds.READINGS[country] == "japanese":
        return _japanese(read, latin.parts)
    left = list(latin.parts)
    met = 0.0
    for place, ways in enumerate(read):
        found = next((word for word in left if word in ways), None)
        if found is None:
            found = next((word for word in left if any(_syllables(word, way, read[place + 1 :]) for way in ways)), None)
            if found is not None:
                met += 1  # Jaemyung is two characters' one word
        if found is not None:
            left.remove(found)
            met += 1
        elif not ways:
            met += 0.7  # not in the table
        elif place == 0:
            met -= 1  # another family
    return min(met / len(read), 1.0)


def _syllables(word: str, way: str, behind: Sequence[tuple[str, ...]]) -> bool:
    """Whether a word is two characters' readings in one."""
    return bool(behind) and word.startswith(way) and word[len(way) :] in behind[0]


def _japanese(read: Sequence[tuple[str, ...]], parts: Sequence[str]) -> float:
    """A family name of one to three characters and a given name, in either order; an unread character is any."""
    best = 0.0
    for cut in range(1, min(4, len(read))):
        halves = [_run(read[:cut]), _run(read[cut:])]
        for family, given in ((0, -1), (-1, 0)) if len(parts) > 1 else ((0, 0),):
            likeness = [_spoken(halves[0], parts[family]), _spoken(halves[1], parts[given])]
            best = max(best, 0.6 * likeness[0] + 0.4 * likeness[1] if len(parts) > 1 else likeness[0])
    return best


def _run(read: Sequence[tuple[str, ...]]) -> list[str]:
    return ["".join(ways) for ways in product(*(way or ("",) for way in read))][:200]


def _spoken(ways: Sequence[str], word: str) -> float:
    return max(fuzz.ratio(_long(way), _long(word)) for way in ways) / 100


def _long(word: str) -> str:
    """Long vowels are written or not: Ono and Ohno, Kono and Kouno."""
    return re.sub(r"ou|oh(?![aeiou])|oo", "o", word).replace("uu", "u")


def _styled(one: Name) -> bool:
    """Whether a Chinese name may be one in the Chinese manner: a family name and one or two characters."""
    return len(one.parts) == 1 and 1 < len(one.whole) < 4 and one.whole.startswith(_families())


@cache
def _families() -> tuple[str, ...]:
    return words("zh", "surname")


@cache
def _southern_families() -> frozenset[str]:
    """The family names of the Chinese of the south, in Latin letters."""
    families = "".join(family for family in _families() if len(family) == 1)
    return frozenset(word for read in sounds.readings(families, "SGP") for word in read)


@cache
def _honorifics() -> frozenset[str]:
    with (sounds.DATA / "honorifics.csv").open(encoding="utf-8", newline="") as stream:
        return frozenset(word for row in csv.DictReader(stream) for word in row["words"].split())


# --- Chinese officials ------------------------------------------------------------------------------


@lru_cache(maxsize=50_000)
def official(printed: str) -> str:
    """A Chinese person's name as one word of pinyin, from either script: 刘建超 and Liu Jianchao are liujianchao."""
    text = fold(printed)
    plain = "".join(syllables(text)) if is_chinese(text) else text
    return re.sub(r"[\W\d_]+", "", plain.casefold()).replace("v", "yu")

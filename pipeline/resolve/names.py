"""Are two printed names the same person? A level, never a bare yes or no.

    compare(name("比拉瓦尔", "PAK"), name("Bilawal Bhutto Zardari", "PAK")) is Level.SAME_SOUND

Names of one script are compared by their words, those of two scripts by sound (``across``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from pipeline.gazetteer import fold
from pipeline.pinyin import syllables
from pipeline.resolve import sounds
from pipeline.resolve.across import across, likeness, styled
from pipeline.resolve.level import Level
from pipeline.resolve.printed import PARTICLES, Name, hear, in_full, is_chinese, name
from pipeline.resolve.reading import READINGS

__all__ = ["Level", "Name", "abroad", "compare", "heard", "is_chinese", "misspelt", "name", "official", "telling"]

_ALIKE = 84.0
"""Least ratio of the letters of two Latin words that are spellings of one."""
_SPELT, _LIKE = 0.82, 0.6
"""Least likeness of the sounds of two Chinese names that are spellings of one, or may be."""
_VARIANT = 0.84
"""Least likeness of the sounds of two Latin words that are spellings of one: Mohammed and Muhammad."""
_MISSPELT, _PART_OF_OFFICIAL = 87, 3
"""Least ratio of the letters of an official's name that is misspelt, and least letters of a part of one: Tao."""
_LEAST_CUT = 4
"""Least letters of a given name that stands for one that begins with it."""
_FAMILY_FIRST = frozenset({"CHN", "HKG", "KHM", "KOR", "MAC", "PRK", "TWN", "VNM"})


@lru_cache(maxsize=200_000)
def compare(one: Name, other: Name) -> Level:
    """The level at which two names agree."""
    if one.whole == other.whole:
        return Level.SAME_NAME
    if not (one.country and other.country) and one.country != other.country:
        country = one.country or other.country  # what one side tells helps to read both
        one, other = name(one.text, country), name(other.text, country)
    if not (one.sounds and other.sounds):  # of a script that is neither
        return Level.UNTOLD
    level = _as_printed(one, other)
    if level not in (Level.LIKE_SOUND, Level.OTHER_SOUND, Level.OTHER_NAME):
        return level
    fuller = [_as_printed(full, other) for full in in_full(one)] + [_as_printed(one, full) for full in in_full(other)]
    return next((found for found in fuller if found in _ONE), level)


_ONE = (Level.SAME_NAME, Level.PART_OF_NAME, Level.SPELT_ALIKE, Level.SAME_SOUND)


def _as_printed(one: Name, other: Name) -> Level:
    if one.chinese != other.chinese:
        return across(one, other) if one.chinese else across(other, one)
    if one.chinese:
        return _both_chinese(one, other)
    return _both_latin(one, other)


def telling(one: Name) -> int:
    """How many words of a name are more than an initial or a particle."""
    return sum(len(part) > 1 and part not in PARTICLES for part in one.parts)


def heard(one: Name) -> frozenset[str]:
    """How a name begins to the ear, the same in both scripts for most: what blocks by name."""
    return frozenset(beginning for row, _, _ in one.sounds for beginning in sounds.beginnings(row))


# --- one script -------------------------------------------------------------------------------------


def _both_chinese(one: Name, other: Name) -> Level:
    shorter, longer = sorted((one, other), key=lambda name: (len(name.parts), len(name.whole)))
    if len(shorter.whole) > 1 and (
        (len(shorter.parts) == 1 and shorter.whole in longer.parts)
        or longer.whole.startswith(shorter.whole)
        or longer.whole.endswith(shorter.whole)
    ):
        return Level.PART_OF_NAME
    chosen = styled(one) or styled(other)
    if len(shorter.whole) < 2 or (chosen and not _written_by_sound(one, other)):
        return Level.OTHER_NAME
    # a name alone is the first or the last of the other's: 普拉昌达 is no 卡德加·普拉萨德·夏尔马·奥利
    whole = longer.sounds if len(shorter.sounds) > 1 else (*longer.sounds[:1], *longer.sounds[-1:])
    alike = min((max(likeness(mine, their) for their in whole) for mine in shorter.sounds), default=0.0)
    if alike >= _SPELT:
        return Level.SPELT_ALIKE
    return Level.LIKE_SOUND if alike >= _LIKE and not chosen else Level.OTHER_NAME


def _written_by_sound(one: Name, other: Name) -> bool:
    """Whether two Chinese names, though they begin like one in the Chinese manner, may be transliterations: 阿莱穆."""
    return not {one.country, other.country} & READINGS.keys() and sounds.transliterates(one.whole + other.whole)


def _both_latin(one: Name, other: Name) -> Level:
    mine, theirs = _as_apart(one.parts, other.parts), _as_apart(other.parts, one.parts)
    if sorted(mine) == sorted(theirs):
        return Level.SAME_NAME
    if min(len(one.whole), len(other.whole)) > 5 and fuzz.ratio(one.whole, other.whole) >= 90:
        return Level.SPELT_ALIKE
    shorter, longer = sorted((mine, theirs), key=len)
    country = one.country or other.country
    free, met, exact = list(longer), [], True
    telling = []
    for word in sorted(shorter, key=lambda word: -len(word)):
        found = next((at for at, their in enumerate(free) if word == their), None)
        if found is None:
            found = next((at for at, their in enumerate(free) if _variant(word, their, country)), None)
            exact = exact and (found is None or len(word) == 1 or len(free[found]) == 1)
        if found is not None:
            met.append(word)
            if len(word) > 1 and len(free[found]) > 1 and word not in PARTICLES:
                telling.append(word)  # an initial alone tells nothing: Prachanda is no K. P. Sharma Oli
            del free[found]
    missed = [word for word in shorter if word not in met and word not in PARTICLES]
    if telling and len(missed) == 1 and any(_cut(missed[0], their) for their in free):
        return Level.SPELT_ALIKE
    if telling and not missed:
        return Level.PART_OF_NAME if exact else Level.SPELT_ALIKE
    family = 0 if {one.country, other.country} & _FAMILY_FIRST else -1
    # José García Ruminot is José Antonio García; Kim Jong Un is not Kim Jong Il
    if family == -1 and len(telling) > 1 and len(missed) == 1 and (mine[-1] in met or theirs[-1] in met):
        return Level.SPELT_ALIKE
    return Level.OTHER_NAME


def _as_apart(mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Words that the other writes in one, joined: Zafar-ul-Haq and Zafarul Haq."""
    found = list(mine)
    for word in theirs:
        spans = ((at, to) for at in range(len(found)) for to in range(at + 2, len(found) + 1))
        span = next((span for span in spans if word not in found and "".join(found[slice(*span)]) == word), None)
        if span is not None:
            found[slice(*span)] = [word]
    return found


def _cut(one: str, other: str) -> bool:
    """Whether one word is the beginning of the other, beside a family name in common: Asis and Asiskumar Gajadien."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= _LEAST_CUT and len(longer) - len(shorter) > 1 and longer.startswith(shorter)


@lru_cache(maxsize=200_000)
def _variant(one: str, other: str, country: str) -> bool:
    """Whether two words are spellings of one in a country (Slimane and Soulaimane), or one is the other's initial."""
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    if fuzz.ratio(one, other) >= _ALIKE:
        return True
    ways = [(hear(one, spoken), hear(other, spoken)) for spoken in ("", country)]
    if len(ways[0][0][1]) < 3 and not _coloured(one, other, country):
        return False
    return any(likeness(mine, their) >= _VARIANT for mine, their in ways)


def _coloured(one: str, other: str, country: str) -> bool:
    """Whether two short words differ in one vowel inside: Adem and Adam, but no Maria and Mario, nor Chan and Chen
    where names have one syllable."""
    if len(one) != len(other) or len(one) < _LEAST_CUT or country in READINGS:
        return False
    differ = [at for at, (mine, their) in enumerate(zip(one, other, strict=True)) if mine != their]
    return len(differ) == 1 and 0 < differ[0] < len(one) - 1 and {one[differ[0]], other[differ[0]]} <= set("aeiou")


# --- Chinese officials ------------------------------------------------------------------------------


@lru_cache(maxsize=200_000)
def official(printed: str) -> str:
    """A Chinese person's name as one word of pinyin, from either script: 刘建超 and Liu Jianchao are liujianchao."""
    text = fold(printed)
    plain = "".join(syllables(text)) if is_chinese(text) else text
    return re.sub(r"[\W\d_]+", "", plain.casefold()).replace("v", "yu")


def misspelt(one: str, other: str) -> bool:
    """Whether two such words are one official, misspelt: Sun Hayan."""
    return fuzz.ratio(one, other) >= _MISSPELT


def abroad(one: str, other: str) -> bool:
    """Whether two such words may be one official where a foreign paper prints one: misspelt, the family name last
    (Mingxiang Li), the given name alone, or the family's with half of it (Haiyan, Li Ming)."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= _PART_OF_OFFICIAL and (longer.startswith(shorter) or longer.endswith(shorter)):
        return True
    return misspelt(one, other) or (len(one) == len(other) and one in other * 2)

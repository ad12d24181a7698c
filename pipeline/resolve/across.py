"""Is a name in Chinese characters the one in Latin letters? By sound, or as its country reads the characters.

A Chinese transliteration gives often only a family name or one part. Some Chinese names are no transliterations at all
(ambassadors choose their own: 白玉堂 is Bertrand Lortholary; 李智陞 is Desmond Lee): where one may be such a name,
sound tells nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from rapidfuzz.distance import Levenshtein

from pipeline.extract.wordlist import words
from pipeline.resolve import sounds
from pipeline.resolve.level import Level
from pipeline.resolve.printed import PARTICLES, Heard, Name, Run, name, runs
from pipeline.resolve.reading import READINGS, by_reading, plain, readings

SAME, LIKE = 0.78, 0.65
"""Least likeness of sound. Of the gazetteer's people SAME holds for 9 in 10, and for 1 in 200 pairs of other people of
one country, most of whom share a family name."""
LIKE_READ = 0.72
"""Least likeness of a name read by its characters: of three, two are met and the third is not in the table."""
_KEPT_ABROAD, _ABROAD = ("korean", "southern", "vietnamese"), 0.95
"""How the names of those who live abroad are read, and how far a Latin name must be what is read."""
_UNLIKE, _BONUS = 0.55, 0.1
"""A part less like than this is another name; where none is, the parts together may be so much less alike."""
_INSIDE, _SURE = 0.05, 0.9
"""What a word inside a long name loses, unless it is so much alike: 卡纳尔 is no Madhav Kumar Nepal."""
_WORTH_ALIGNING, ALIGNED, _SHORT = 0.5, 3, 2
"""Least likeness of skeletons that is worth an alignment, how many runs of words are aligned with one part, and of how
many consonants a skeleton is short."""
_LIGHTEST = 0.55
"""Least ratio of two weights: what is lighter by more misses more than a third of the other's sounds."""


def across(chinese: Name, latin: Name) -> Level:
    """The level at which a Chinese and a Latin name agree."""
    column = READINGS.get(chinese.country or latin.country)
    if len(chinese.parts) > 1:
        likeness = by_sound(chinese, latin)
        if likeness < SAME:  # 本·阿卜杜拉 is Benabdallah
            likeness = max(likeness, by_sound(name(chinese.whole, chinese.country), latin))
        return _level(likeness, LIKE)
    if len(chinese.whole) > 5:
        return _level(by_sound(chinese, latin), LIKE)
    if column is not None and column != "southern":
        return _level(by_reading(chinese.whole, latin, column), LIKE_READ)
    likeness = by_sound(chinese, latin)
    if column == "southern":  # half of them are no Chinese: 安华 is Anwar, 普杰立 Puthucheary
        likeness = max(by_reading(chinese.whole, latin, column), likeness - 0.1 * styled(chinese))
    elif likeness < SAME and styled(chinese) and _abroad(chinese.whole, latin):
        return Level.SAME_SOUND
    level = _level(likeness, LIKE)
    if level is not Level.OTHER_SOUND or not styled(chinese):
        return level
    return _by_family(chinese, latin, here=column == "southern")


def _abroad(characters: str, latin: Name) -> bool:
    """Whether somebody of another country bears a name of the characters' own: 康京和 and 黄英贤 live abroad."""
    return any(by_reading(characters, latin, column) > _ABROAD for column in _KEPT_ABROAD)


def _level(likeness: float, like: float) -> Level:
    return Level.SAME_SOUND if likeness >= SAME else Level.LIKE_SOUND if likeness >= like else Level.OTHER_SOUND


def styled(one: Name) -> bool:
    """Whether a Chinese name may be one in the Chinese manner: a family name and one or two characters, or characters
    that no transliteration has."""
    if len(one.parts) > 1 or not 1 < len(one.whole) < 4:
        return False
    return one.whole.startswith(_families()) or not sounds.transliterates(one.whole)


@cache
def _families() -> tuple[str, ...]:
    return words("zh", "surname")


@cache
def _southern_families() -> frozenset[str]:
    """The family names of the Chinese of the south, as they are read."""
    families = "".join(family for family in _families() if len(family) == 1)
    return frozenset(way for read in readings(families, "southern") for way in read)


def _by_family(chinese: Name, latin: Name, *, here: bool) -> Level:
    """What family names tell where the given ones differ: 李智陞 may be Desmond Lee, and is no Chan Chun Sing.

    ``here`` is whether many of the country have such names; elsewhere another word says nothing.
    """
    known = {plain(word, "southern") for word in latin.parts} & _southern_families()
    if not known:
        return Level.UNTOLD
    (read,) = readings(chinese.whole[:1], "southern")
    return Level.LIKE_SOUND if known & set(read) else Level.OTHER_SOUND if here else Level.UNTOLD


# --- by sound ---------------------------------------------------------------------------------------


def by_sound(chinese: Name, latin: Name) -> float:
    """How far a transliteration sounds like a Latin name: each part like some run of its words, 1 at best."""
    heard = runs(latin)
    if len(chinese.sounds) == 1:
        return _most_like(chinese.sounds[0], heard)
    parts = [_most_like(mine, heard) for mine in chinese.sounds]
    if not parts:
        return 0.0
    said = [word for word in latin.parts if word not in PARTICLES]
    if len(latin.sounds) == 1:  # a name alone is the first or the last: KP Oli, Bilawal
        return max(parts[0], parts[-1])
    if len(said) < len(parts):  # 让-皮埃尔·拉法兰 is no Pierre Laurent
        return _together([_most_like(one, [(mine, False) for mine in chinese.sounds]) for one in latin.sounds])
    return _together(_but_initials(chinese, parts, [word for word in said if len(word) == 1]))


def _together(parts: Sequence[float]) -> float:
    """The likeness of parts that all must be heard: 拉胡尔·甘地 is no Sonia Gandhi."""
    mean = sum(parts) / len(parts)
    return mean if min(parts) < _UNLIKE else min(max(parts), mean + _BONUS)


def _but_initials(chinese: Name, parts: Sequence[float], initials: Sequence[str]) -> list[float]:
    """The likenesses without the parts that only an initial stands for: 米耶贡布·恩赫包勒德 is M.Enkhbold."""
    left, kept = list(initials), []
    for likeness, (row, _, _) in zip(parts, chinese.sounds, strict=True):
        letter = next((one for one in left if likeness < SAME and sounds.begins(row, one)), None)
        if letter is None:
            kept.append(likeness)
        else:
            left.remove(letter)
    return kept or list(parts)


def _most_like(mine: Heard, heard: Sequence[Run]) -> float:
    """The likeness of a part to the run of words most like it; aligned are those that the skeletons rank first."""
    ranked = sorted((-_ranked(mine, their), place) for place, (their, _) in enumerate(heard))
    best = 0.0
    for rank, place in ranked[:ALIGNED]:
        their, inside = heard[place]
        if rank <= -_WORTH_ALIGNING and best < _SURE:
            alike = sounds.likeness(mine[0], their[0])
            best = max(best, alike - _INSIDE * (inside and alike < _SURE))
    return best


def _ranked(mine: Heard, their: Heard) -> float:
    """How far two skeletons agree: what rapidfuzz does a hundred times quicker than an alignment. Short ones agree by
    chance or not at all, and are always worth one where their weights let them be alike."""
    shortest = min(len(mine[1]), len(their[1]))
    if shortest > 1 and not _LIGHTEST < mine[2] / their[2] < 1 / _LIGHTEST:
        return 0.0
    short = shortest < 2 or (shortest <= _SHORT and not set(mine[1]).isdisjoint(their[1]))
    return max(_WORTH_ALIGNING if short else 0.0, Levenshtein.normalized_similarity(mine[1], their[1]))


def likeness(mine: Heard, their: Heard) -> float:
    """How alike two parts sound, 0 where their consonants are not worth a look."""
    return sounds.likeness(mine[0], their[0]) if _ranked(mine, their) >= _WORTH_ALIGNING else 0.0

"""How foreign names sound when Chinese writes them: characters and Latin letters as one row of sounds.

A transliteration keeps the consonants of a name and colours the vowels, so both scripts are brought to coarse
classes (b and p are one, l and r are one, f, v and w are one) and aligned. What a character stands for in foreign
names is in ``data/sounds.csv``, since its pinyin misleads (尔 is r or l, 斯 s, 杰 je, de or ge); a character that is
not there has its pinyin. How Latin letters sound is in ``data/spellings.csv``, by the languages of the name's country
(``data/languages.csv``): the g of Erdoğan is not heard, nor is the t of Hollande's Ayrault.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

from pipeline.pinyin import syllables

DATA = Path(__file__).parent / "data"

Sound = tuple[tuple[int, float], ...]
"""A row of sounds: for each the classes it may be (bits), and what it costs to be missed."""

P, T, K, S, M, N, L, F, H, Y, AH, EH, IH, OH, UH, B, D, G, C = (1 << bit for bit in range(19))
VOWELS = AH | EH | IH | OH | UH

_LETTERS = {
    "b": B, "p": P, "d": D, "t": T, "k": K, "q": K, "f": F, "v": F, "w": F, "s": S, "z": S, "m": M, "n": N,
    "l": L, "r": L, "h": H, "a": AH, "e": EH, "i": IH, "o": OH, "u": UH, "y": Y | IH, "g": G, "j": C | Y | H,
}  # fmt: skip
_INITIALS = {"sh": C, "zh": C, "ch": C, "ts": S, "j": C | Y, "y": Y | IH, "ng": N, "g": G}
_CLASSES = {
    "p": P, "t": T, "k": K, "s": S, "m": M, "n": N, "l": L, "f": F, "h": H, "y": Y,
    "b": B, "d": D, "g": G, "c": C, "a": AH, "e": EH, "i": IH, "o": OH, "u": UH,
}  # fmt: skip
_SILENT: tuple[re.Pattern[str], tuple[Sound, ...]] = re.compile("(?!)"), ()
"""A letter of no language: it is not heard."""
_AROUND = re.compile(r"\(\?<?[=!][^)]*\)|\[[^]]*\]|[$^?]")
"""What in a spelling's expression is no letter of it."""
_SKELETON = (("s", S | C), ("n", N), ("k", K | G), ("t", T | D), ("p", P | B), ("m", M), ("l", L), ("f", F))
"""The letter of a skeleton that stands for a sound which may be several: the first."""
_COARSE = (("k", K | G | S | C), ("n", N | M), ("t", T | D), ("p", P | B | F), ("l", L))
"""The same for ranking, where what may stand for one another is one letter."""
_BEGINNING, _HALF = 2, 0.6
"""How many consonants begin a block, and the weight up to which one may be unheard there."""
_SYLLABLE = re.compile(r"(?:-|(ng|sh|zh|ch|ts|[bpdtgkvfwzsjhmnlry])?)y?([aeiou]*)([nmc])?")

_CONSONANT, _VOWEL, _CLOSING = 1.0, 0.45, 0.9
_OF_CHARACTER = ((_CONSONANT, 0.2), (_VOWEL, 0.12), (_CLOSING, 0.1))
"""What the three sounds of a character cost to be missed: where all its readings have them, and where some have."""
_HEARD = {"?": (0.2, 0.08), "~": (0.75, 0.15)}
"""What a consonant and a vowel cost to be missed that may be unheard, or that is half heard."""
_GLIDE = 0.08
"""What a vowel costs that stands behind another: one character says both, Simeon is 西米恩."""
_TWICE = 0.12
"""What a consonant costs that the next character says again."""
# classes that one language's ear takes for another's: Bolívar 玻利瓦尔, Kim 金, Hashmi 哈什米 and Khashmi
_NEAR = {
    (P, B): 0.2, (T, D): 0.2, (K, G): 0.2, (B, F): 0.6, (G, H): 0.3, (D, S): 0.6, (S, C): 0.15, (T, C): 0.6,
    (D, C): 0.6, (M, N): 0.45, (P, F): 0.4, (K, H): 0.3, (F, H): 0.5, (T, S): 0.6, (N, L): 1.0, (H, Y): 0.4,
}  # fmt: skip
_APART, _OTHER_VOWEL = 1.3, 0.3


@lru_cache(maxsize=200_000)
def latin(word: str, country: str = "") -> Sound:
    """The sounds of a word in small plain Latin letters, as the languages of a country (ISO3) spell them."""
    table = _orthography(_languages().get(country, ()))
    found: list[tuple[int, float]] = []
    place = 0
    while place < len(word):
        spelling, sounds = table.get(word[place], _SILENT)
        match = spelling.match(word, place)
        if match is not None and match.lastindex is not None:
            found += sounds[match.lastindex - 1]
            place = match.end()
        else:
            place += 1
    heard = found[:1]
    for (before, _), (mask, weight) in pairwise(found):
        if before & VOWELS and mask & VOWELS:
            heard.append((mask, min(weight, _GLIDE)))
        elif before != mask:  # a letter written twice is one
            heard.append((mask, weight))
    return tuple(heard)


@cache
def _orthography(languages: tuple[str, ...]) -> dict[str, tuple[re.Pattern[str], tuple[Sound, ...]]]:
    """By first letter one expression of all spellings, a group for each, and their sounds: longer ones first, a
    language's own before the general, what holds in some places before what holds anywhere."""
    spelt = defaultdict(list)
    for row in rows("spellings.csv", ("language", "spelling", "sounds")):
        if row["language"] in ("", *languages):
            letters = _AROUND.sub("", row["spelling"])
            rank = (-len(letters), not row["language"], -len(row["spelling"]), row["spelling"])
            spelt[letters[0]].append((rank, row["spelling"], _spelt(row["sounds"])))
    return {
        letter: (re.compile("|".join(f"({spelling})" for _, spelling, _ in ways)), tuple(way for _, _, way in ways))
        for letter, ways in ((letter, sorted(ways)) for letter, ways in spelt.items())
    }


def _spelt(sounds: str) -> Sound:
    """``k/s h?``: k or s, then an h that may be unheard (``~``: half heard)."""
    return tuple(_one(sound.rstrip("?~"), sound[-1]) for sound in sounds.split())


def _one(letters: str, mark: str) -> tuple[int, float]:
    mask = 0
    for letter in letters.split("/"):
        mask |= _CLASSES[letter]
    consonant, vowel = _HEARD.get(mark, (_CONSONANT, _VOWEL))
    return mask, 0.35 if mask == H and mark not in _HEARD else vowel if mask & VOWELS else consonant


@lru_cache(maxsize=200_000)
def chinese(part: str, country: str = "") -> Sound:
    """The sounds of a transliterated name, or of one part of it between two dots, as names of a country are written."""
    languages = ("", *_languages().get(country, ()))
    found = [sound for character in part for sound in _character(character, languages)]
    for place, ((one, weight), (other, _)) in enumerate(pairwise(found)):
        if one & other and not (one | other) & VOWELS:  # 芬纳 is Finer, 奥尔利奇 Orlić
            found[place] = one, min(weight, _TWICE)
    return tuple(found)


@cache
def _character(character: str, languages: tuple[str, ...]) -> Sound:
    """One character as (consonant, vowel, closing consonant); where its readings differ each stands for all."""
    known = [way for language in languages for way in _sounds().get((character, language), ())]
    readings = [_syllable(reading) for reading in known or _pinyin(character)]
    found = []
    for place, (always, sometimes) in enumerate(_OF_CHARACTER):
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


@lru_cache(maxsize=200_000)
def likeness(one: Sound, other: Sound) -> float:
    """How far two rows of sounds agree, 1 where every sound of each meets one of the other; below 0 is possible."""
    before = [0.0]
    for _, weight in other:
        before.append(before[-1] + weight)
    whole = before[-1]
    for mask, weight in one:  # minima are written out: this is where resolution spends its time
        whole += weight
        over = before[0]
        behind = over + weight
        row = [behind]
        for (their_mask, their_weight), above in zip(other, before[1:], strict=True):
            behind += their_weight
            met = over if mask & their_mask else over + _apart(mask, their_mask)
            if met < behind:
                behind = met
            if above + weight < behind:
                behind = above + weight
            row.append(behind)
            over = above
        before = row
    return 1 - 2 * before[-1] / whole if whole else 0.0


@cache
def _apart(one: int, other: int) -> float:
    """What it costs that two sounds of no common class stand for each other."""
    vowel, other_vowel = one & VOWELS, other & VOWELS
    if vowel and other_vowel:
        return _OTHER_VOWEL
    if vowel or other_vowel:
        sound, consonant = (one, other) if vowel else (other, one)
        near = ((F, UH | OH, 0.35), (Y, IH | EH, 0.1), (H, VOWELS, 0.5))
        return min((cost for mask, of, cost in near if consonant & mask and sound & of), default=_APART)
    return min(
        (cost for (a, b), cost in _NEAR.items() if (one & a and other & b) or (one & b and other & a)), default=_APART
    )


@lru_cache(maxsize=200_000)
def skeleton(sound: Sound) -> str:
    """The consonants that must be heard, one letter each: for ranking."""
    return "".join(_letter(mask) for mask, weight in sound if weight > _HEARD["?"][0] and not mask & VOWELS)


@lru_cache(maxsize=200_000)
def beginnings(sound: Sound) -> frozenset[str]:
    """The first two consonants of a row of sounds, all that they may be, and where one may be unheard those without it
    too: for blocks."""
    found = {""}
    done = set()
    for mask, weight in sound:
        if not found:
            break
        if weight > _TWICE and not mask & VOWELS:
            longer = {beginning + letter for beginning in found for letter in _letters(mask)} or found
            found = longer if weight > _HALF else longer | found
            done |= {beginning for beginning in found if len(beginning) == _BEGINNING}
            found -= done
    return frozenset(done)


@cache
def _letters(mask: int) -> str:
    return "".join(letter for letter, of in _SKELETON if mask & of)


@cache
def _letter(mask: int) -> str:
    return next((letter for letter, of in _COARSE if mask & of), "")


def begins(sound: Sound, letter: str) -> bool:
    """Whether a row of sounds may begin with what a Latin initial stands for."""
    return bool(
        sound
        and (_LETTERS.get(letter, 0) | {"c": K | S | C, "x": K | S | C, "s": S | C, "g": G | C}.get(letter, 0))
        & sound[0][0]
    )


def transliterates(characters: str) -> bool:
    """Whether all characters are such as write foreign names by sound."""
    return all((character, "") in _sounds() for character in characters)


@cache
def _languages() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in rows("languages.csv", ("language", "countries")):
        for country in row["countries"].split():
            found[country] = (*found.get(country, ()), row["language"])
    return found


@cache
def _sounds() -> dict[tuple[str, str], tuple[str, ...]]:
    columns = ("character", "language", "sounds")
    return {(row["character"], row["language"]): tuple(row["sounds"].split("|")) for row in rows("sounds.csv", columns)}


def rows(file: str, columns: Iterable[str]) -> Iterator[dict[str, str]]:
    """The lines of a data file of this package. Raises ValueError where a line is none, with file and line."""
    with (DATA / file).open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if reader.fieldnames != list(columns):
            raise ValueError(f"{file}, line 1: the columns must be {','.join(columns)}")
        for line, row in enumerate(reader, 2):
            if None in row or None in row.values() or len(row.get("character", "-")) != 1:
                raise ValueError(f"{file}, line {line}: needs {len(reader.fieldnames)} cells, a character as one")
            yield row

"""Are two people of the foreign side one? By id, by their printed names, else by what the gazetteer calls them."""

from __future__ import annotations

from pipeline.resolve import names
from pipeline.resolve.names import Level
from pipeline.resolve.normal import Somebody

SAME_PERSON, OTHER_PERSON = "same person", "another person"
LEVELS = (SAME_PERSON, *(level.value for level in Level), OTHER_PERSON)
"""How two people agree, the best first."""
ONE = frozenset({SAME_PERSON, Level.SAME_NAME, Level.PART_OF_NAME, Level.SPELT_ALIKE, Level.SAME_SOUND})
SURE = ONE | {Level.OTHER_NAME, OTHER_PERSON}
"""Levels that tell by themselves whether two people are one."""
_RANK = {level: place for place, level in enumerate(LEVELS)}


def agreement(one: Somebody, other: Somebody) -> str:
    """One of ``LEVELS``.

    An id says less than the printed names do: a family name alone (奥尔特加) is given to the one Ortega that the
    gazetteer knows, while the other page prints the whole name of his son.
    """
    if one.id is not None and one.id == other.id:
        return SAME_PERSON
    printed = names.compare(one.name, other.name)
    if printed in ONE or not (one.known or other.known):
        return printed
    if one.id and other.id:
        return OTHER_PERSON if printed != Level.LIKE_SOUND else printed
    forms = [names.compare(mine, their) for mine in (one.name, *one.known) for their in (other.name, *other.known)]
    return min(forms, key=rank)


def apart(one: Somebody, other: Somebody) -> bool:
    """Whether two people are surely two: by ids or names of one script. Sound alone never tells that."""
    if one.name.chinese == other.name.chinese:
        return agreement(one, other) in (Level.OTHER_NAME, OTHER_PERSON)
    return bool(one.id and other.id) and agreement(one, other) == OTHER_PERSON


def rank(level: str) -> int:
    """The place of a level: 0 is the best."""
    return _RANK[level]

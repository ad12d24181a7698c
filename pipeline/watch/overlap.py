"""Which mention of one reading is which of another: by what they say, so that numbers outlive edits and new rules."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.words import Mention

_SAME = 1000.0
_SAME_DAY = 100.0
_SAME_TYPE = 40.0
"""More than any number of people in common: a trip and a meeting on it have their people in common."""
_OPEN_DAY = 10.0


def pairs(new: Sequence[Mention], old: Sequence[Mention]) -> dict[int, int]:
    """Position in ``new`` to position in ``old``, one to one, the best overlap first.

    Two mentions are taken for one where they share the day and a person or body (failing these on either side, a
    country), then where one is undated and they share these, else where they were read from the same characters.
    """
    scored = sorted(
        (-score, abs(i - j), i, j)
        for i, mine in enumerate(new)
        for j, other in enumerate(old)
        if (score := overlap(mine, other)) > 0
    )
    found: dict[int, int] = {}
    for _, _, i, j in scored:
        if i not in found and j not in found.values():
            found[i] = j
    return found


def overlap(mine: Mention, other: Mention) -> float:
    """How much two mentions are the same; 0 where nothing speaks for it."""
    if says(mine) == says(other):
        return _SAME + _shared_span(mine, other)
    kind = _SAME_TYPE if mine.type == other.type else 0.0
    shared = len(_actors(mine) & _actors(other))
    if not shared and not (_actors(mine) and _actors(other)):
        shared = len(set(mine.countries) & set(other.countries))
    if shared and _days_meet(mine, other):
        return _SAME_DAY + shared + kind
    if shared and None in (mine.date_start, other.date_start):
        # a result list's item has no year, its article has: what it tells is the same
        return _OPEN_DAY + shared + kind
    return _shared_span(mine, other)


def says(mention: Mention) -> tuple[object, ...]:
    """What a mention says, without where it was read and how sure the reading is."""
    return (
        mention.type,
        mention.date_start,
        mention.date_end,
        mention.mode,
        mention.realis,
        mention.scope,
        mention.is_series,
        mention.place,
        mention.countries,
        mention.organisations,
        mention.chinese_people,
        mention.foreign_people,
        mention.themes,
        mention.participants,
    )


def _actors(mention: Mention) -> set[str]:
    chinese = {person.name_zh or person.name for person in mention.chinese_people}
    foreign = {person.id or person.name for person in mention.foreign_people}
    return chinese | foreign | {body.id or body.name for body in mention.organisations}


def _days_meet(mine: Mention, other: Mention) -> bool:
    if mine.date_start is None or other.date_start is None:
        return mine.date_start is other.date_start
    return mine.date_start <= (other.date_end or other.date_start) and other.date_start <= (
        mine.date_end or mine.date_start
    )


def _shared_span(mine: Mention, other: Mention) -> float:
    """Share of the characters that both were read from, 0 to 1."""
    first, second = _characters(mine), _characters(other)
    return len(first & second) / len(first | second) if first and second else 0.0


def _characters(mention: Mention) -> set[int]:
    return {
        position
        for evidence in mention.evidence
        if evidence.start is not None and evidence.end is not None
        for position in range(evidence.start, evidence.end)
    }

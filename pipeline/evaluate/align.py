"""Which predicted event is which labelled one (codebook §18.1, rule 1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from pipeline.evaluate.assignment import assign
from pipeline.evaluate.labels import LabelEvent
from pipeline.evaluate.names import same_body, same_person, same_place
from pipeline.evaluate.vocabulary import mode_of
from pipeline.words import Mention, Realis, Scope

_L = TypeVar("_L")
_P = TypeVar("_P")
WHOLE = 840
"""Full agreement of one field; shares of lists are rounded to such parts."""
A_DAY = timedelta(days=1)
_TIED = 10

# A dateline lends these to every event of its page, so they do not tell where an event begins.
_OF_THE_PAGE = frozenset({"date", "mode", "place"})


def counted(mentions: Sequence[Mention], seen: int | None) -> list[Mention]:
    """The predictions that take part: in scope, no recalled or denied event, told within what the labeller saw."""
    return [
        mention
        for mention in mentions
        if mention.scope is Scope.IN
        and mention.realis not in (Realis.HISTORICAL_REFERENCE, Realis.DENIED)
        and told_within(mention, seen)
    ]


def told_within(mention: Mention, seen: int | None) -> bool:
    """Whether a mention's first evidence starts within the first ``seen`` characters."""
    if seen is None:
        return True
    starts = [
        item.start
        for item in mention.evidence
        if item.start is not None and item.field.partition("[")[0] not in _OF_THE_PAGE
    ] or [item.start for item in mention.evidence if item.start is not None]
    return not starts or min(starts) < seen


def align(labels: Sequence[LabelEvent], mentions: Sequence[Mention]) -> list[tuple[int, int]]:
    """Positions of label and prediction, one to one, of the greatest total agreement; no agreement is no pair.

    The same for every order of the predictions: equal totals are decided by the other fields, then by content.
    """
    order = sorted(range(len(mentions)), key=lambda place: _content(mentions[place]))
    # all ties together never outweigh one part of agreement
    scale = 1 + _TIED * WHOLE * max(1, min(len(labels), len(mentions)))
    weights = [
        [
            agreement(label, mentions[place]) * scale + _tie(label, mentions[place])
            if agreement(label, mentions[place])
            else 0
            for place in order
        ]
        for label in labels
    ]
    return [(row, order[column]) for row, column in assign(weights)]


def agreement(label: LabelEvent, mention: Mention) -> int:
    """How far date, level 1, countries and Chinese people agree, 0 to 4 · WHOLE; 0 also for a visit and no visit."""
    level1 = mention.type.partition(".")[0]
    if label.families and label.is_visit != (level1 == "VISIT"):
        return 0
    near = label.date_start and mention.date_start and abs(label.date_start - mention.date_start) <= A_DAY
    return (
        (WHOLE if near else 0)
        + (WHOLE if level1 in label.families else 0)
        + _shared(label.countries, mention.countries, lambda one, other: one == other)
        + _shared(label.chinese_people, mention.chinese_people, same_person)
    )


def _tie(label: LabelEvent, mention: Mention) -> int:
    """How far the other fields agree, at most _TIED · WHOLE."""
    equal = (
        label.date_start == mention.date_start,
        label.date_end == mention.date_end,
        label.code == mention.type,
        label.mode == mode_of(mention.mode),
        label.realis == mention.realis,
        label.participants == mention.participants,
        same_place(label.places, mention.place, mention.place_zh, mention.place_id),
    )
    return (
        WHOLE * sum(equal)
        + _shared(label.foreign_people, mention.foreign_people, lambda a, b: same_person(a, b, label.countries))
        + _shared(label.organisations, mention.organisations, same_body)
        + _shared(label.themes, mention.themes, lambda one, other: one == other)
    )


def _shared(labelled: Sequence[_L], predicted: Sequence[_P], same: Callable[[_L, _P], bool]) -> int:
    """Twice the common entries as a share of all: 0 to WHOLE."""
    both = len(labelled) + len(predicted)
    return 2 * WHOLE * len(matched(labelled, predicted, same)) // both if both else 0


def matched(labelled: Sequence[_L], predicted: Sequence[_P], same: Callable[[_L, _P], bool]) -> list[tuple[int, int]]:
    """Positions of the entries that two lists have in common, one to one, as many as there can be."""
    return assign([[1 if same(one, other) else 0 for other in predicted] for one in labelled])


def _content(mention: Mention) -> str:
    """What orders predictions: all they say, without their place in the page."""
    return repr(replace(mention, number=0, parent=None))

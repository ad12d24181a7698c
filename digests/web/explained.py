"""Why the mentions of an event are held to be one: what each comparison adds to the odds, as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from digests.texts import clean
from pipeline.extract.serialise import MentionFormatError
from pipeline.resolve import cluster, kept, weights
from pipeline.resolve.compare import Compared
from pipeline.resolve.explain import held_together, odds, verdict
from pipeline.resolve.overrides import OverrideError
from pipeline.review.cases import said
from pipeline.words import Rulings

MOST_MENTIONS = 40
"""Mentions that are compared for a page: pairs grow with their square, and `idwatch explain` has them all."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """One comparison: its name, the level of agreement, both values in words, the bits it adds and their sum so far."""

    name: str
    level: str
    told: str
    bits: float
    total: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pages, by their numbers among the sources, and how their words on the event agree."""

    left: int
    right: int
    verdict: str
    odds: str
    bits: float
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The pairs that hold an event together, and those that agree besides. ``join``: bits from which a pair joins."""

    joining: tuple[Pair, ...]
    others: tuple[Pair, ...]
    join: float
    whole: bool


def explanation(session: Session, archive: Path, event_id: str, numbers: Mapping[str, int]) -> Explanation | None:
    """How an event is held together; ``numbers`` gives its sources by address.

    None where one mention alone tells it, or where mentions or overrides cannot be read: the operator's to hear.
    """
    try:
        rows = kept.of_events(session, [event_id])
        _, ruled = said(session, archive)
    except (OverrideError, MentionFormatError) as error:
        _log.error("not_explained", event_id=event_id, problem=str(error))
        return None
    if len(rows) < 2:
        return None
    shown = [row.kept for row in rows[:MOST_MENTIONS]]
    joining, others = held_together(cluster.edges(shown, ruled.rulings))
    return Explanation(
        _pairs(joining, ruled.rulings, numbers), _pairs(others, ruled.rulings, numbers), weights.JOIN,
        whole=len(rows) <= MOST_MENTIONS,
    )  # fmt: skip


def _pairs(edges: Sequence[Compared], rulings: Rulings, numbers: Mapping[str, int]) -> tuple[Pair, ...]:
    return tuple(
        Pair(
            left=numbers.get(edge.a.page, 0),
            right=numbers.get(edge.b.page, 0),
            verdict=verdict(edge, rulings),
            odds=odds(edge.bits),
            bits=edge.bits,
            steps=_steps(edge),
        )
        for edge in edges
    )


def _steps(edge: Compared) -> tuple[Step, ...]:
    total = weights.prior()
    steps = [Step("prior", "", "two mentions of which nothing else is known", total, total)]
    for one in edge.comparisons:
        total += one.bits
        steps.append(Step(one.name.replace("_", " "), one.level, clean(one.told, 200) or "", one.bits, total))
    return tuple(steps)

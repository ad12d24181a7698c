"""Labels held to be wrong, each with its reason, so that every figure can be given with and without them.

    {"id": "zh093", "event": 2, "field": "events", "reason": "Xi at the embassy: no event of the department"}

``event`` is the label's number in its row; without it the field of the page, or the events that it does not hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.evaluate.checks import Checked
from pipeline.evaluate.labels import LabelRow, label_lines
from pipeline.evaluate.score import FIELDS


@dataclass(frozen=True, slots=True)
class Dispute:
    """One label value held to be wrong."""

    id: str
    event: int | None
    field: str
    reason: str


def load_disputes(path: Path, rows: Sequence[LabelRow]) -> list[Dispute]:
    """The disputes of a JSON-lines file. Raises LabelError for a line without a known row, event, field or reason."""
    by_id = {row.id: row for row in rows}
    found = []
    for where, content in label_lines(path):
        line = Checked(content, where)
        identity = line.require("id", str)
        if identity not in by_id:
            raise line.error(f"there is no label {identity!r}")
        number = line.number("event")
        if number is not None and not 1 <= number <= len(by_id[identity].events):
            raise line.error(f"{identity} has no event {number}")
        field = line.one_of("field", FIELDS)
        if field is None:
            raise line.error("`field` is missing")
        found.append(Dispute(identity, number, field, line.require("reason", str)))
    return found


def with_disputes(rows: Sequence[LabelRow], disputes: Sequence[Dispute]) -> list[LabelRow]:
    """The rows, each with what of it is disputed."""
    held: dict[str, set[tuple[int | None, str]]] = defaultdict(set)
    for dispute in disputes:
        held[dispute.id].add((dispute.event, dispute.field))
    return [replace(row, disputed=frozenset(held[row.id])) for row in rows]

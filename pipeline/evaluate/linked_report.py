"""The figures of labelled clusters as text: pairs, measures, hard negatives, links, and the worst faults by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.console import printable
from pipeline.evaluate.report import cluster_rows
from pipeline.evaluate.score import told

if TYPE_CHECKING:
    from pipeline.evaluate.linked_score import Fault, LinkedScore

WORST = 25


def linked_report(found: LinkedScore) -> str:
    """All of it in lines of text, without control characters."""
    return "\n".join(printable(line) for line in _lines(found)) + "\n"


def _lines(found: LinkedScore) -> Iterator[str]:
    yield f"Clusters of {found.name}: {found.mentions} mentions of {found.events} events"
    yield ""
    yield f"  {'pairs':<20}{'precision':<31}{'recall':<31}F1"
    for name, tally in found.pairs.items():
        yield f"  {name:<20}{tally.precision!s:<31}{tally.recall!s:<31}{tally.f1}".rstrip()
    yield ""
    yield f"  {'clusters':<20}{'precision':<31}{'recall':<31}F1"
    for name, precision, recall, f1 in cluster_rows(found.agreement)[1:]:
        yield f"  {name:<20}{precision!s:<31}{recall!s:<31}{f1:.3f}"
    yield f"  {'CoNLL':<82}{found.agreement.conll:.3f}"
    if found.hard:
        yield ""
        yield "Hard negatives: events of the kind that were mixed with none that they stand against"
        for kind, ratio in found.hard.items():
            yield f"  {kind:<32}{ratio}"
        yield f"  {'pairs of events named so':<32}{found.opposed}"
    for name, links in found.links.items():
        yield ""
        yield f"{name}: of the labelled links found {links.found}; of the links found right {links.right}"
    for heading, merge in (("False merges", True), ("False splits", False)):
        faults = [fault for fault in found.faults if fault.merge is merge]
        yield from _faults(heading, faults)


def _faults(heading: str, faults: list[Fault]) -> Iterator[str]:
    yield ""
    yield f"{heading}: {len(faults)}"
    for fault in faults[:WORST]:
        yield f"  {fault.pairs} pairs"
        for part in fault.parts:
            first = part[0]
            yield f"    {first.event}: {' '.join(one.id for one in part)}  {told(first.kept.mention)}"
    if len(faults) > WORST:
        yield f"  and {len(faults) - WORST} more"

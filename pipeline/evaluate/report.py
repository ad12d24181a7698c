"""The figures as text: right/total with intervals, in tables; confusion, clusters, and the worst pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from textwrap import wrap
from typing import TYPE_CHECKING

from pipeline.console import printable
from pipeline.evaluate.clusters import Agreement, Measure
from pipeline.evaluate.intervals import Ratio, Tally
from pipeline.evaluate.score import Judgement, PageScore, total

if TYPE_CHECKING:
    from pipeline.evaluate.evaluation import Evaluation

WORST = 10
MOST_APART = 20
Figures = Mapping[str, Tally]


def text_report(found: Evaluation) -> str:
    """All of an evaluation in lines of text, without control characters."""
    return "\n".join(_lines(found)) + "\n"


def sections(found: Evaluation) -> Iterator[tuple[str, Figures]]:
    """The tables of a report, each with its heading; the whole first, then every slice."""
    yield f"All: {_size(found.scores)}", found.figures()
    if found.disputes:
        yield f"Without {len(found.disputes)} disputed labels", found.figures(without_disputed=True)
    for heading, groups in (
        ("Language", found.by_page(lambda score: score.language)),
        ("Year", found.by_page(lambda score: score.band)),
        ("Type", found.by_type()),
        ("Outlet", found.by_page(lambda score: score.outlet)),
    ):
        for name, figures in groups.items():
            yield f"{heading}: {name}", figures
    for score in found.borderline:
        yield f"Borderline, in no sum above: {score.row.id}", total(score.judgements)


def cluster_rows(agreement: Agreement) -> list[tuple[str, Ratio, Ratio, float]]:
    """Name, precision, recall and F1 of each measure of the clusters."""
    measures: tuple[tuple[str, Measure], ...] = (
        ("pairwise", agreement.pairwise),
        ("MUC", agreement.muc),
        ("B³", agreement.b_cubed),
        ("CEAF-e", agreement.ceaf_e),
    )
    return [(name, measure.precision, measure.recall, measure.f1) for name, measure in measures]


def disputed_shares(found: Evaluation) -> list[tuple[str, Ratio]]:
    """Of each field with disputed labels: how many of its judged labels they are."""
    judged = [judgement for score in found.scores for judgement in score.judgements]
    fields = dict.fromkeys(judgement.field for judgement in judged if judgement.disputed)
    return [
        (
            field,
            Ratio(sum(one.disputed for one in judged if one.field == field), sum(one.field == field for one in judged)),
        )
        for field in fields
    ]


def confusion_rows(found: Evaluation) -> list[tuple[str, str, int]]:
    """Labelled type, predicted type and how often, for each labelled type the most frequent first."""
    met = found.confusion()
    return sorted(
        ((wanted, got, number) for (wanted, got), number in met.items()), key=lambda row: (row[0], -row[2], row[1])
    )


def missing_lines(found: Evaluation) -> list[str]:
    """Each reason for which pages could not be read, with the names of all these pages."""
    names: dict[str, list[str]] = defaultdict(list)
    for page in found.missing:
        names[page.reason].append(page.id)
    return [printable(f"{reason}: {', '.join(ids)}") for reason, ids in names.items()]


def error_line(error: Judgement) -> str:
    """One fault in words: where, which field, what was wanted, what was said instead."""
    where = f"event {error.event}" if error.event is not None else "page"
    mark = " (label disputed)" if error.disputed else ""
    if error.wanted and error.got:
        said = f"{error.got} for {error.wanted}"
    else:
        said = f"lacks {error.wanted}" if error.wanted else f"invents {error.got}"
    return printable(f"{where}, {error.field}: {said}{mark}")


def _lines(found: Evaluation) -> Iterator[str]:
    yield f"Evaluation of {found.name}"
    yield f"{_size(found.scores)}; {len(found.borderline)} borderline; pages missing: {len(found.missing)}"
    for line in missing_lines(found):
        yield from wrap(line, 118, initial_indent="  ", subsequent_indent="    ")
    tables = list(sections(found))
    overall = 2 if found.disputes else 1
    for heading, figures in tables[:overall]:
        yield from _table(heading, figures)
    if found.disputes:
        yield from ("", "Disputed labels")
        for field, share in disputed_shares(found):
            yield f"  {field}: {share}"
        for dispute in found.disputes:
            event = f" event {dispute.event}" if dispute.event is not None else ""
            yield printable(f"  {dispute.id}{event}, {dispute.field}: {dispute.reason}")
    yield from _clusters(found)
    yield from ("", "Types: labelled, predicted, how often")
    for wanted, got, number in confusion_rows(found):
        yield f"  {wanted:<22}{got:<18}{number:>4}"
    yield from ("", f"Worst pages (of {len(found.worst())} with a fault)")
    for score in found.worst(WORST):
        yield f"  {score.row.id}  {score.badness:g} faults  {printable(score.row.url)}"
        for error in score.errors:
            yield f"    {error_line(error)}"
    for heading, figures in tables[overall:]:
        yield from _table(heading, figures)


def _table(heading: str, figures: Figures) -> Iterator[str]:
    yield ""
    yield printable(heading)
    yield f"  {'':<16}{'precision':<31}{'recall':<31}F1"
    for field, tally in figures.items():
        yield f"  {field:<16}{tally.precision!s:<31}{tally.recall!s:<31}{tally.f1}".rstrip()


def _clusters(found: Evaluation) -> Iterator[str]:
    agreement = found.clustering.agreement
    yield ""
    yield f"Same event, over {agreement.items} paired events: CoNLL {agreement.conll:.3f}"
    yield f"  {'':<16}{'precision':<31}{'recall':<31}F1"
    for name, precision, recall, f1 in cluster_rows(agreement):
        yield f"  {name:<16}{precision!s:<31}{recall!s:<31}{f1:.3f}"
    for one, other, is_labelled in found.clustering.apart[:MOST_APART]:
        said = "not joined" if is_labelled else "wrongly joined"
        yield f"  {said}: {one[0]} event {one[1]}, {other[0]} event {other[1]}"
    if len(found.clustering.apart) > MOST_APART:
        yield f"  and {len(found.clustering.apart) - MOST_APART} more pairs"


def _size(scores: tuple[PageScore, ...]) -> str:
    events = sum(event.counts for score in scores for event in score.row.events)
    return f"{len(scores)} pages with {events} labelled events"

"""Accuracy against labelled pages: each page extracted and scored, the events resolved, the figures summed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from pipeline.evaluate.checks import LabelError
from pipeline.evaluate.clusters import Agreement, compare, pairs_apart
from pipeline.evaluate.disputes import Dispute, load_disputes, with_disputes
from pipeline.evaluate.html_report import html_report
from pipeline.evaluate.intervals import Tally
from pipeline.evaluate.labels import LabelRow, load_labels
from pipeline.evaluate.report import text_report
from pipeline.evaluate.same_event import Item, labelled_partition
from pipeline.evaluate.score import Judgement, PageScore, score_page, total
from pipeline.resolve.cluster import cluster
from pipeline.resolve.kept import opening
from pipeline.words import Document, Extractor, KeptMention, MentionKey, SiteKind

SUFFIXES = (".txt", ".html")
DocumentOf = Callable[[bytes, str, date | None], Document]


@dataclass(frozen=True, slots=True)
class Missing:
    """A labelled page that could not be read, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Clustering:
    """How the resolver's events agree with ``same_event``, over the paired events alone; ``apart`` are the pairs of
    events that one side alone joins, with whether that is the labels'."""

    agreement: Agreement
    apart: tuple[tuple[Item, Item, bool], ...]


@dataclass(frozen=True)
class Evaluation:
    """What an evaluation found. ``scores`` are in the order of the labels; ``borderline`` ones are in no other sum."""

    name: str
    scores: tuple[PageScore, ...]
    borderline: tuple[PageScore, ...]
    missing: tuple[Missing, ...]
    disputes: tuple[Dispute, ...]
    clustering: Clustering

    def figures(
        self, choose: Callable[[PageScore], bool] = lambda score: True, *, without_disputed: bool = False
    ) -> dict[str, Tally]:
        """The sum of each field over the chosen pages; ``without_disputed`` leaves out labels held to be wrong."""
        return total(
            judgement
            for score in self.scores
            if choose(score)
            for judgement in score.judgements
            if not (without_disputed and judgement.disputed)
        )

    def by_page(self, key: Callable[[PageScore], str]) -> dict[str, dict[str, Tally]]:
        """The figures of every group of pages: by language, outlet or year band."""
        groups: dict[str, list[Judgement]] = defaultdict(list)
        for score in self.scores:
            groups[key(score)] += score.judgements
        return {name: total(groups[name]) for name in sorted(groups)}

    def by_type(self) -> dict[str, dict[str, Tally]]:
        """The figures of every level-1 type: labels by theirs, invented events by the predicted one."""
        groups: dict[str, list[Judgement]] = defaultdict(list)
        for score in self.scores:
            for judgement in score.judgements:
                if judgement.family is not None:
                    groups[judgement.family].append(judgement)
        return {name: total(groups[name]) for name in sorted(groups)}

    def confusion(self) -> Counter[tuple[str, str]]:
        """How often a labelled type met a predicted one; ``missed`` and ``none`` stand for what has no counterpart."""
        met: Counter[tuple[str, str]] = Counter()
        for score in self.scores:
            found = dict(score.pairs)
            for label in score.row.events:
                if label.counts:
                    mention = found.get(label.number)
                    met[label.type or "none", mention.type if mention else "missed"] += 1
            paired = {id(mention) for mention in found.values()}
            if score.row.complete:
                met.update(("none", mention.type) for mention in score.mentions if id(mention) not in paired)
        return met

    def worst(self, n: int | None = None) -> list[PageScore]:
        """The pages with the most values missed or invented, at most ``n``; pages without a fault are left out."""
        faulty = [score for score in self.scores if score.badness]
        return sorted(faulty, key=lambda score: (-score.badness, score.row.id))[:n]

    def text(self) -> str:
        """The report for a terminal."""
        return text_report(self)

    def html(self) -> str:
        """The report as one HTML file that needs no other, with the faults marked in the pages' texts."""
        return html_report(self)


def evaluate(
    labels: Path, pages: Path, document_of: DocumentOf, extractor: Extractor, *, disputed: Path | None = None
) -> Evaluation:
    """Extract every labelled page and compare.

    ``labels`` is a file of JSON lines or a folder of such; ``pages`` the folder with ``<id>.txt`` or ``<id>.html``;
    ``document_of`` makes a document of a file's bytes, address and day, as ``extract`` does. ``disputed`` names
    labels held to be wrong. A page without a file is counted and named. Raises LabelError for unusable input.
    """
    if not pages.is_dir():
        raise LabelError(str(pages), "is no folder; the pages are looked for in it as <id>.txt or <id>.html")
    rows = load_labels(labels)
    disputes = load_disputes(disputed, rows) if disputed is not None else []
    scores, missing = [], []
    for row in with_disputes(rows, disputes):
        content = _page(pages, row)
        if isinstance(content, Missing):
            missing.append(content)
            continue
        document = document_of(content, row.url, row.published)
        scores.append(score_page(row, document, extractor(document)))
    return Evaluation(
        labels.name,
        tuple(score for score in scores if not score.row.borderline),
        tuple(score for score in scores if score.row.borderline),
        tuple(missing),
        tuple(disputes),
        clustering(scores),
    )


def _page(pages: Path, row: LabelRow) -> bytes | Missing:
    files = [file for suffix in SUFFIXES if (file := pages / f"{row.id}{suffix}").is_file()]
    if not files:
        return Missing(row.id, "no file")
    if len(files) > 1:
        return Missing(row.id, f"both {files[0].name} and {files[1].name}: which is meant?")
    try:
        return files[0].read_bytes()
    except OSError as error:
        return Missing(row.id, f"cannot be read: {error.strerror}")


def clustering(scores: Sequence[PageScore]) -> Clustering:
    """The resolver's events over all predictions, compared with ``same_event`` on the paired ones."""
    resolved = {key: group.members[0] for group in cluster(_kept(scores)) for key in group.members}
    predicted = {
        (score.row.id, number): resolved[MentionKey(score.row.id, mention.number)]
        for score in scores
        for number, mention in score.pairs
    }
    whole = labelled_partition([score.row for score in scores])
    labelled = {item: whole[item] for item in predicted}
    return Clustering(compare(labelled, predicted), tuple(pairs_apart(labelled, predicted)))


def _kept(scores: Iterable[PageScore]) -> list[KeptMention]:
    """Predictions as the resolver takes them. A page is known by its row: one address may be labelled twice."""
    return [
        KeptMention(
            key=MentionKey(score.row.id, mention.number),
            mention=mention,
            site=score.outlet,
            site_kind=SiteKind.MEDIA,
            family=score.outlet,
            language=score.document.language,
            first_seen_at=datetime.combine(score.row.published or date.max, time(), UTC),
            title=score.document.title,
            opening=opening(score.document.text.partition("\n\n")[2] or score.document.text),
        )
        for score in scores
        for mention in score.mentions
    ]

"""What there is to ask, from the database: the questions in their order, and what one of them looks like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, aliased

from pipeline.analysis.views import COUNTED
from pipeline.resolve import blocks, compare, kept, overrides, weights
from pipeline.resolve.compare import Compared
from pipeline.resolve.normal import normal
from pipeline.resolve.overrides import Override, Ruled
from pipeline.resolve.queue import Kind, Known, Open, Pair, Question, Unread, Where, doubts, unread, vetoed
from pipeline.resolve.veto import conflict
from pipeline.review import answers
from pipeline.review.sights import NoMention, Sight, row_at, sights
from pipeline.store.database import Database
from pipeline.store.models import (
    CandidateEdge,
    EventRow,
    FindingRow,
    MentionPointer,
    MentionRow,
    Page,
    Reading,
    Snapshot,
)
from pipeline.store.rows import batches
from pipeline.words import Evidence, KeptMention, MentionKey


@dataclass(frozen=True, slots=True)
class PairCase:
    """Two mentions side by side, and how they agree."""

    question: Open
    sights: tuple[Sight, Sight]
    compared: Compared


@dataclass(frozen=True, slots=True)
class FindingCase:
    """Words that the extractor does not know, on the newest page that has them; ``sights`` are that page's mentions.

    ``code`` names the snapshot, ``found`` tells where the words stand in ``text``.
    """

    question: Unread
    sights: tuple[Sight, ...]
    url: str
    code: str
    text: str
    found: Evidence


Case = PairCase | FindingCase


def questions(database: Database, folder: Path, kind: Kind) -> list[Question]:
    """The open questions of a kind, the one first whose answer is worth most. ``folder`` is that of the archive.

    Doubts are kept by the resolver. Vetoed pairs are kept nowhere: every mention is compared with those of its blocks.
    Raises OverrideError for a line of the analysts' files that cannot be read.
    """
    with database.reading() as session:
        if kind is Kind.FINDING:
            return list(unread(_findings(session)))
        pairs = list(_doubtful(session) if kind is Kind.DOUBT else _forbidden(session))
        known = _known(session, folder, pairs)
        return list(doubts(pairs, known) if kind is Kind.DOUBT else vetoed(pairs, known))


def case(database: Database, question: Question) -> Case:
    """A question as it is put. Raises NoMention where a mention is gone meanwhile."""
    with database.reading() as session:
        if isinstance(question, Unread):
            return _finding_case(session, question)
        left, right = sights(session, [row_at(session, key) for key in question.pair])
        return PairCase(question, (left, right), compare.compare(left.row.kept, right.row.kept))


def said(session: Session, folder: Path) -> tuple[dict[str, Override], Ruled]:
    """All overrides by id, also those not resolved yet, and what they rule of the mentions there are."""
    made = overrides.read(folder / overrides.FILE_NAME)
    pages = {page for one in made.values() for page in one.pages}
    return made, overrides.ruled(made.values(), [row.kept for row in kept.of_pages(session, pages)])


def _doubtful(session: Session) -> Iterator[Open]:
    one, other = aliased(MentionRow), aliased(MentionRow)
    page, other_page = aliased(Page), aliased(Page)
    query = (
        select(page.url, one.number, other_page.url, other.number, CandidateEdge.bits)
        .join(one, one.id == CandidateEdge.a_id)
        .join(other, other.id == CandidateEdge.b_id)
        .join(page, page.id == one.page_id)
        .join(other_page, other_page.id == other.page_id)
        .where(CandidateEdge.bits >= weights.DOUBT, CandidateEdge.bits < weights.JOIN)
    )
    for url, number, other_url, other_number, bits in session.execute(query):
        a, b = sorted((MentionKey(url, number), MentionKey(other_url, other_number)))
        yield Open(a, b, bits)


def _forbidden(session: Session) -> Iterator[Open]:
    normals = [normal(row.kept) for row in kept.everything(session)]  # in the order of their keys
    for a, b in blocks.pairs(normals):
        x, y = normals[a], normals[b]
        rule = conflict(x, y)
        if rule is not None and (bits := compare.bits(x, y)) >= weights.JOIN:
            yield Open(x.key, y.key, bits, rule)


def _known(session: Session, folder: Path, pairs: Iterable[Open]) -> Known:
    _, ruled = said(session, folder)

    @cache
    def mentions_of(url: str) -> list[KeptMention]:
        return [row.kept for row in kept.of_pages(session, [url])]

    unsure = answers.left(folder, mentions_of)
    asked: set[Pair] = {one.pair for one in pairs} | unsure | ruled.rulings.same | ruled.rulings.different
    return Known(
        event_of=_events_of(session, {key.page for pair in asked for key in pair}),
        counted=frozenset(session.scalars(text(f"SELECT e.id FROM event e WHERE {COUNTED}"))),
        related=frozenset(_related(session)),
        rulings=ruled.rulings,
        unsure=unsure,
    )


def _related(session: Session) -> Iterator[frozenset[Where]]:
    for event, *others in session.execute(select(EventRow.id, EventRow.parent_id, EventRow.realises_id)):
        yield from (frozenset({event, other}) for other in others if other is not None)
    query = (
        select(Page.url, MentionRow.number, MentionPointer.event_id)
        .join(MentionRow, MentionRow.id == MentionPointer.mention_id)
        .join(Page, Page.id == MentionRow.page_id)
    )
    for url, number, event in session.execute(query):
        yield frozenset({MentionKey(url, number), event})


def _events_of(session: Session, urls: Iterable[str]) -> dict[MentionKey, str]:
    found = {}
    for some in batches(sorted(urls)):
        query = (
            select(Page.url, MentionRow.number, MentionRow.event_id)
            .join(MentionRow, MentionRow.page_id == Page.id)
            .where(Page.url.in_(some))
        )
        found.update(
            {MentionKey(url, number): event_id for url, number, event_id in session.execute(query) if event_id}
        )
    return found


def _findings(session: Session) -> Iterator[Unread]:
    query = (
        select(func.max(FindingRow.id), FindingRow.kind, FindingRow.text, func.count(Snapshot.page_id.distinct()))
        .join(Reading, Reading.id == FindingRow.reading_id)
        .join(Snapshot, Snapshot.id == Reading.snapshot_id)
        .group_by(FindingRow.kind, FindingRow.text)
    )
    for finding, what, words, pages in session.execute(query):
        yield Unread(finding, what, words, pages)


def _finding_case(session: Session, question: Unread) -> FindingCase:
    row = session.execute(
        select(FindingRow, Reading, Snapshot.code, Page.url)
        .join(Reading, Reading.id == FindingRow.reading_id)
        .join(Snapshot, Snapshot.id == Reading.snapshot_id)
        .join(Page, Page.id == Snapshot.page_id)
        .where(FindingRow.id == question.finding)
    ).one_or_none()
    if row is None:
        raise NoMention("Its page was read anew meanwhile.")
    finding, reading, code, url = row
    found = Evidence(finding.kind, finding.start, finding.end, "", 0.0)
    return FindingCase(question, tuple(sights(session, kept.of_pages(session, [url]))), url, code, reading.text, found)

"""The queue as text: one question a line, its cells between tabs, for pipes.

A pair: ``doubt`` or ``veto``, the veto's rule or ``-``, the bits, both mentions, what both say. A finding:
``finding``, its kind, the number of pages, a snapshot that has it, the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.console import printable
from pipeline.resolve.queue import Kind, Open, Question, Unread
from pipeline.review.cases import questions
from pipeline.store.database import Database
from pipeline.store.models import FindingRow, MentionRow, Page, Reading, Snapshot
from pipeline.store.rows import batches
from pipeline.words import MentionKey


def listed(database: Database, folder: Path, kind: Kind) -> Iterator[str]:
    """The open questions of a kind as lines. Raises OverrideError as ``questions``."""
    found = questions(database, folder, kind)
    with database.reading() as session:
        told = _mentions(session, {key.page for one in found if isinstance(one, Open) for key in one.pair})
        codes = _codes(session, [one.finding for one in found if isinstance(one, Unread)])
    for one in found:
        yield "\t".join(printable(cell) for cell in _cells(one, told, codes))


def _cells(question: Question, told: dict[MentionKey, tuple[str, str]], codes: dict[int, str]) -> Sequence[str]:
    if isinstance(question, Unread):
        return question.kind, question.what, str(question.pages), codes.get(question.finding, ""), question.text
    (left, says), (right, answers) = (told.get(key, (f"{key.page}#{key.number}", "")) for key in question.pair)
    return question.kind, question.rule or "-", f"{question.bits:+.2f}", left, right, says, answers


def _mentions(session: Session, urls: Iterable[str]) -> dict[MentionKey, tuple[str, str]]:
    """The address of each mention of these pages, and what it says in a few words."""
    found = {}
    for some in batches(sorted(urls)):
        query = (
            select(Page.url, MentionRow.number, Snapshot.code, MentionRow.date_start, MentionRow.type, Reading.title)
            .join(MentionRow, MentionRow.page_id == Page.id)
            .join(Reading, Reading.id == MentionRow.reading_id)
            .join(Snapshot, Snapshot.id == Reading.snapshot_id)
            .where(Page.url.in_(some))
        )
        for url, number, code, day, type_, title in session.execute(query):
            words = " ".join(filter(None, (day.isoformat() if day else None, type_, title)))
            found[MentionKey(url, number)] = f"{code}#{number}", words
    return found


def _codes(session: Session, findings: Iterable[int]) -> dict[int, str]:
    """The snapshot in which each finding was met."""
    found: dict[int, str] = {}
    for some in batches(sorted(findings)):
        query = (
            select(FindingRow.id, Snapshot.code)
            .join(Reading, Reading.id == FindingRow.reading_id)
            .join(Snapshot, Snapshot.id == Reading.snapshot_id)
            .where(FindingRow.id.in_(some))
        )
        found.update(dict(session.execute(query).all()))
    return found

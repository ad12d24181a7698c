"""A mention as somebody sees it: its address, its page, the sentences it was read from; and finding one by its address.

A mention is told as ``sn_0123456789abcd#2``: the code of a snapshot of its page, or the page's address, then its number
on the page.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.console import printable
from pipeline.resolve import kept
from pipeline.resolve.kept import Row
from pipeline.store.models import EvidenceRow, MentionPointer, MentionRow, Page, PageAddress, Reading, Snapshot
from pipeline.store.rows import batches
from pipeline.words import Evidence, MentionKey

_SENTENCE = re.compile(r"[^。！？!?\n]*?(?:[。！？!?]+[”’」』）)\"]*|\.(?=\s)|\n|$)")


class NoMention(LookupError):
    """What was named is no mention of the database; the message says what to give."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One mention: ``address`` names it, ``text`` is that of the reading that bears it, which its evidence counts.

    ``points`` are the events that it only points at, where it is a round-up's and makes none of its own.
    """

    row: Row
    address: str
    points: tuple[str, ...]
    published: date | None
    text: str
    evidence: tuple[Evidence, ...]

    @property
    def key(self) -> MentionKey:
        return self.row.key

    @property
    def stands(self) -> str:
        """Where it stands, in words."""
        if self.row.event_id is None and self.points:
            return f"points at {', '.join(self.points)}"
        return self.row.event_id or "none yet"


def find(session: Session, told: str) -> Row:
    """The mention at an address. Raises NoMention."""
    name, _, number = (part.strip() for part in told.rpartition("#"))
    if not name or not number.isdigit():
        raise NoMention(f"{printable(told)} names no mention: give SNAPSHOT#NUMBER or ADDRESS#NUMBER, as sn_0123…#1")
    page = select(Page.url)
    if name.startswith("sn_"):
        page = page.join(Snapshot, Snapshot.page_id == Page.id).where(Snapshot.code == name)
    else:
        page = page.join(PageAddress, PageAddress.page_id == Page.id, isouter=True).where(
            (Page.url == name) | (PageAddress.address == name)
        )
    url = session.scalars(page).first()
    if url is None:
        raise NoMention(f"No snapshot or page {printable(name)}.")
    rows = kept.of_pages(session, [url])
    found = next((row for row in rows if row.key.number == int(number)), None)
    if found is None:
        there = ", ".join(f"#{row.key.number}" for row in rows) or "none"
        raise NoMention(f"{printable(name)} has no mention {number}; it has: {there}.")
    return found


def row_at(session: Session, key: MentionKey) -> Row:
    """The mention of a key. Raises NoMention."""
    found = next((row for row in kept.of_pages(session, [key.page]) if row.key == key), None)
    if found is None:
        raise NoMention(f"{printable(key.page)} has no mention {key.number} any more.")
    return found


def addresses(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The addresses of mentions, by the numbers of their rows."""
    found = {}
    for some in batches(sorted(ids)):
        query = (
            select(MentionRow.id, Snapshot.code, MentionRow.number)
            .join(Reading, Reading.id == MentionRow.reading_id)
            .join(Snapshot, Snapshot.id == Reading.snapshot_id)
            .where(MentionRow.id.in_(some))
        )
        found.update({i: f"{code}#{number}" for i, code, number in session.execute(query)})
    return found


def sights(session: Session, rows: Sequence[Row]) -> list[Sight]:
    """The mentions of rows as somebody sees them, in the same order."""
    named = addresses(session, [row.id for row in rows])
    found = []
    for row in rows:
        reading = session.scalars(
            select(Reading).join(MentionRow, MentionRow.reading_id == Reading.id).where(MentionRow.id == row.id)
        ).one()
        evidence = session.scalars(
            select(EvidenceRow).where(EvidenceRow.mention_id == row.id).order_by(EvidenceRow.ordinal)
        )
        read = tuple(Evidence(one.field, one.start, one.end, one.rule, one.confidence) for one in evidence)
        points = session.scalars(
            select(MentionPointer.event_id).where(MentionPointer.mention_id == row.id).order_by(MentionPointer.event_id)
        )
        found.append(Sight(row, named[row.id], tuple(points), reading.published, reading.text, read))
    return found


def sentences(text: str, evidence: Sequence[Evidence]) -> list[tuple[str, list[Evidence]]]:
    """The sentences that evidence points into, each with what points into it, counted from its first character."""
    found = []
    for sentence in _SENTENCE.finditer(text):
        inside = [moved for one in evidence if (moved := _moved(one, *sentence.span())) is not None]
        if inside:
            found.append((sentence[0].rstrip("\n"), inside))
    return found


def _moved(one: Evidence, start: int, end: int) -> Evidence | None:
    """Evidence as counted from a sentence's first character; None where it points elsewhere."""
    if one.start is None or one.end is None or not max(one.start, start) < min(one.end, end):
        return None
    return replace(one, start=one.start - start, end=one.end - start)

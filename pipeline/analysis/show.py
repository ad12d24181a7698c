"""A text with its evidence marked, the sources and the copies: what stands behind a line, for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.analysis.marked import marked
from pipeline.console import console, printable
from pipeline.extract.serialise import mention_from_json
from pipeline.store.models import ArchiveRecord, EventRow, EvidenceRow, MentionRow, Page, Reading, Snapshot
from pipeline.words import Document, Evidence, Extraction, Mention

LONGEST_CHAIN = 100
"""Redirects followed from a merged event; more are a circle, which only a broken database has."""


def print_extraction(document: Document, extraction: Extraction) -> None:
    """Print a text with all its evidence marked, then each mention in words."""
    _print_text(document.text, [evidence for mention in extraction.mentions for evidence in mention.evidence])
    _print_mentions(extraction.mentions)
    for finding in extraction.findings:
        console.print(f"not understood  {finding.kind}: {printable(finding.text)}")


def show(session: Session, name: str) -> bool:
    """Print a snapshot (``sn_…``) or an event (``ev_…``) with its evidence; False where there is no such thing."""
    return _show_snapshot(session, name) if name.startswith("sn_") else _show_event(session, name)


def _show_snapshot(session: Session, code: str) -> bool:
    found = session.execute(
        select(Snapshot, Page, ArchiveRecord, Reading)
        .join(Page, Page.id == Snapshot.page_id)
        .join(ArchiveRecord, ArchiveRecord.id == Snapshot.record_id)
        .outerjoin(Reading, Reading.snapshot_id == Snapshot.id)
        .where(Snapshot.code == code)
    ).first()
    if found is None:
        return False
    snapshot, page, record, reading = found
    mentions = list(session.scalars(select(MentionRow).where(MentionRow.reading_id == reading.id))) if reading else []
    evidence = session.scalars(
        select(EvidenceRow)
        .where(EvidenceRow.mention_id.in_([mention.id for mention in mentions]))
        .order_by(EvidenceRow.mention_id, EvidenceRow.ordinal)
    )
    if reading is not None:
        _print_text(reading.text, [Evidence(e.field, e.start, e.end, e.rule, e.confidence) for e in evidence])
    _print_facts(
        ("page", page.url),
        ("state", f"{page.state} since {page.state_since:%Y-%m-%d %H:%M} UTC"),
        ("fetched", f"{snapshot.fetched_at:%Y-%m-%d %H:%M:%S} UTC"),
        ("sha256", snapshot.digest),
        ("archive", f"{record.file} at byte {record.offset}" + (f", item {snapshot.item}" if snapshot.item else "")),
        ("events", ", ".join(sorted({mention.event_id for mention in mentions if mention.event_id})) or "none"),
    )
    return True


def _show_event(session: Session, name: str) -> bool:
    event = session.get(EventRow, name)
    for _ in range(LONGEST_CHAIN):
        if event is None or event.merged_into is None:
            break
        console.print(f"{event.id} was merged into {event.merged_into}")
        event = session.get(EventRow, event.merged_into)
    if event is None:
        return False
    days = sorted({day.isoformat() for day in (event.date_start, event.date_end) if day})
    _print_facts(
        ("event", event.id),
        ("title", " / ".join(title for title in (event.title_zh, event.title_en) if title)),
        ("day", " to ".join(days) + (f" ({event.date_precision})" if event.date_precision else "")),
        ("type", f"{event.type}, {event.realis}, {event.mode}"),
        ("place", " / ".join(place for place in (event.place, event.place_zh) if place)),
        ("standing", event.standing),
    )
    rows = session.execute(
        select(MentionRow, Snapshot.code)
        .join(Reading, Reading.id == MentionRow.reading_id)
        .join(Snapshot, Snapshot.id == Reading.snapshot_id)
        .join(Page, Page.id == MentionRow.page_id)
        .where(MentionRow.event_id == event.id)
        .order_by(Page.url, MentionRow.number)
    ).all()
    for mention, code in rows:
        console.rule(f"mention {code}#{mention.number}", align="left")
        _show_snapshot(session, code)
        _print_mentions([mention_from_json(mention.content)])
    return True


def _print_text(text: str, evidence: Sequence[Evidence]) -> None:
    colour = console.is_terminal and not console.no_color
    console.print(marked(text, evidence, colour=colour))
    console.print()


def _print_mentions(mentions: Iterable[Mention]) -> None:
    for mention in mentions:
        chinese = [" ".join(filter(None, (one.name_zh, one.name))) for one in mention.chinese_people]
        foreign = [f"{one.name} ({one.title})" if one.title else one.name for one in mention.foreign_people]
        days = sorted({day.isoformat() for day in (mention.date_start, mention.date_end) if day})
        _print_facts(
            (f"mention {mention.number}", f"{mention.type}, {mention.realis}, {mention.mode}"),
            ("day", " to ".join(days) or "not stated"),
            ("place", mention.place or "not stated"),
            ("countries", ", ".join(mention.countries)),
            ("Chinese side", ", ".join(chinese)),
            ("foreign side", "; ".join([*foreign, *(one.name for one in mention.organisations)])),
            ("themes", ", ".join(mention.themes)),
        )


def _print_facts(*facts: tuple[str, str]) -> None:
    width = max(len(name) for name, _ in facts)
    for name, value in facts:
        if value:
            console.print(f"{name:<{width}}  {printable(value)}", soft_wrap=True)
    console.print()

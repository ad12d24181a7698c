"""The page of an archived copy: in full only where the site's licence allows, else the sentences that bear an event.

Always with what proves it: the page's address, time of fetch, hash, and where the record stands in the archive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from digests.rendering import render_page
from digests.texts import MARK_END, MARK_START, clean, host_of, web_address
from digests.wording import word, wording_of
from pipeline.analysis.marked import segments
from pipeline.store.models import ArchiveRecord, EvidenceRow, Mark, MentionRow, Page, Reading, Site, Snapshot
from pipeline.words import Evidence

_SENTENCE = re.compile(r"[^。！？!?\n]*?(?:[。！？!?]+[”’」』）)\"]*|\.(?=\s)|\n|$)")
_UNSEEN = re.compile(f"[{MARK_START}{MARK_END}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f]")
TEXT_LIMIT = 200_000
"""Characters of a full text that are shown; the record in the archive has all of it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A run of characters, and the fields read from it, as a tooltip says them; empty where none was."""

    text: str
    fields: str


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    text: str
    url: str | None = None


def render_copies(session: Session, codes: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The copy page of each snapshot code that the database holds, as (code, HTML)."""
    sample = session.get(Mark, "sample") is not None
    for code in codes:
        page = render_copy(session, code, sample=sample)
        if page is not None:
            yield code, page


def render_copy(session: Session, code: str, *, sample: bool = False) -> str | None:
    """The HTML page of one archived copy; None where the database has no such snapshot."""
    found = session.execute(
        select(Snapshot, Page, Site, ArchiveRecord, Reading)
        .join(Page, Page.id == Snapshot.page_id)
        .join(Site, Site.name == Page.site)
        .join(ArchiveRecord, ArchiveRecord.id == Snapshot.record_id)
        .outerjoin(Reading, Reading.snapshot_id == Snapshot.id)
        .where(Snapshot.code == code)
    ).first()
    if found is None:
        return None
    snapshot, page, site, record, reading = found
    mentions = _mentions(session, reading)
    text = reading.text if reading is not None else ""
    evidence = _evidence(session, [mention.id for mention in mentions])
    in_full = site.licence is not None
    parts = [_shown(text[:TEXT_LIMIT], evidence)] if in_full else excerpts(text, evidence)
    return render_page(
        "copy/page.html",
        code=code,
        title=clean(reading.title if reading is not None else None) or host_of(page.url),
        text_language=reading.language if reading is not None else "en",
        sample=sample,
        facts=_facts(snapshot, page, site, record),
        heading="The text, evidence marked" if in_full else "The sentences that bear it",
        lead=_lead(site, bool(parts)),
        parts=parts,
        mentions=[_mention(mention) for mention in mentions],
    )


def excerpts(text: str, evidence: Sequence[Evidence]) -> list[list[Shown]]:
    """The sentences that evidence points into, marked; neighbours stand together."""
    parts: list[list[Shown]] = []
    joined_to = -1
    for found in _SENTENCE.finditer(text):
        start, end = found.span()
        inside = [moved for one in evidence if (moved := _moved(one, start, end)) is not None]
        if not inside:
            continue
        made = _shown(found[0].rstrip("\n"), inside)
        if start == joined_to:
            parts[-1] += made
        else:
            parts.append(made)
        joined_to = -1 if found[0].endswith("\n") else end
    return [part for part in parts if any(piece.text.strip() for piece in part)]


def _moved(one: Evidence, start: int, end: int) -> Evidence | None:
    """Evidence as counted from a sentence's first character; None where it points elsewhere."""
    if one.start is None or one.end is None or not max(one.start, start) < min(one.end, end):
        return None
    return replace(one, start=one.start - start, end=one.end - start)


def _shown(text: str, evidence: Sequence[Evidence]) -> list[Shown]:
    return [
        Shown(_UNSEEN.sub("", piece.text), ", ".join(word("fields", field) for field in piece.fields))
        for piece in segments(text, evidence)
    ]


def _mentions(session: Session, reading: Reading | None) -> list[MentionRow]:
    if reading is None:
        return []
    return list(
        session.scalars(select(MentionRow).where(MentionRow.reading_id == reading.id).order_by(MentionRow.number))
    )


def _evidence(session: Session, mention_ids: Sequence[int]) -> list[Evidence]:
    rows = session.scalars(
        select(EvidenceRow)
        .where(EvidenceRow.mention_id.in_(mention_ids))
        .order_by(EvidenceRow.start, EvidenceRow.end, EvidenceRow.field)
    )
    return [Evidence(row.field, row.start, row.end, row.rule, row.confidence) for row in rows]


def _mention(mention: MentionRow) -> str:
    label = wording_of(mention.type).label
    event = f" · event {mention.event_id}" if mention.event_id else ""
    return f"Mention {mention.number}: {label} ({mention.type}){event}"


def _facts(snapshot: Snapshot, page: Page, site: Site, record: ArchiveRecord) -> list[Fact]:
    url = web_address(page.url)
    item = f", item {snapshot.item + 1}" if snapshot.item is not None else ""
    return [
        Fact("Page", clean(page.url, 500) or "", url),
        Fact("State of the page", page.state.replace("_", " ")),
        Fact("Site", site.title),
        Fact("Fetched", f"{snapshot.fetched_at:%Y-%m-%d %H:%M:%S} UTC"),
        Fact("SHA-256", snapshot.digest),
        Fact("In the archive", f"{record.file}, byte {record.offset:,}{item}; record {record.warc_id}"),
    ]


def _lead(site: Site, marked: bool) -> str:
    if site.licence is not None:
        return f"Shown in full under {site.licence}. Marked is what a value was read from."
    if not marked:
        return "No value is read from this copy now; a newer one may bear it. The text, its publisher’s, is not shown."
    return "The text is its publisher’s; shown are the sentences that a value was read from. The page has the rest."

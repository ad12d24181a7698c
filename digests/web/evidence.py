"""What stands behind an event: its sources with the marked sentences, what they disagree on, and what it belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from digests.copies import Shown, excerpts
from digests.disagreements import in_words
from digests.known import tellable
from digests.texts import clean, host_of, web_address
from digests.wording import word
from pipeline.store.models import Claim, EventRow, EvidenceRow, MentionRow, Page, Reading, Site, Snapshot
from pipeline.words import Evidence

LONGEST_CHAIN = 100
"""Merges followed from an old id; more are a circle, which only a broken database has."""
FACTS = ("date", "type", "mode", "place", "countries", "participants", "themes")
"""Fields whose claims are shown side by side, in this order."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One page that tells of the event, with the sentences that it was read from. ``page`` is its canonical address,
    by which it is known; ``url`` the same where it may be a link."""

    number: int
    page: str
    site: str
    title: str | None
    language: str
    url: str | None
    copy: str
    fetched: str
    state: str
    lost: bool
    parts: Sequence[Sequence[Shown]]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A field on which sources differ: each value with the sites that say it, the best one first."""

    field: str
    values: tuple[tuple[str, tuple[str, ...]], ...]


def standing_id(session: Session, event_id: str) -> str | None:
    """The event that an id stands for now: itself, or the one that took it over; None where there is none."""
    for _ in range(LONGEST_CHAIN):
        row = session.get(EventRow, event_id)
        if row is None:
            return None
        if row.merged_into is None:
            return row.id
        event_id = row.merged_into
    return None


def related(session: Session, event_id: str) -> tuple[list[str], list[str], list[str]]:
    """The ids of what an event belongs to, of what belongs to it, and of the plan it carried out."""
    row = session.get_one(EventRow, event_id)
    order = (EventRow.date_start, EventRow.id)
    of_it = select(EventRow.id).where(EventRow.parent_id == event_id, *tellable())
    parts = session.scalars(of_it.order_by(*order)).all()
    return [row.parent_id] if row.parent_id else [], list(parts), [row.realises_id] if row.realises_id else []


def tellings(session: Session, event_id: str) -> list[Telling]:
    """The pages that tell of an event, Chinese ones first, each once."""
    rows = session.execute(
        select(MentionRow.id, MentionRow.lost_snapshot_id, Page, Site, Snapshot, Reading)
        .join(Page, Page.id == MentionRow.page_id)
        .join(Site, Site.name == Page.site)
        .join(Reading, Reading.id == MentionRow.reading_id)
        .join(Snapshot, Snapshot.id == Reading.snapshot_id)
        .where(MentionRow.event_id == event_id)
        .order_by(Reading.language.desc(), Page.first_seen_at, Page.url, MentionRow.number)
    ).all()
    spans: dict[int, list[Evidence]] = defaultdict(list)
    for row in session.scalars(select(EvidenceRow).where(EvidenceRow.mention_id.in_([row[0] for row in rows]))):
        spans[row.mention_id].append(Evidence(row.field, row.start, row.end, row.rule, row.confidence))
    found: dict[int, Telling] = {}
    for mention_id, lost, page, site, snapshot, reading in rows:
        if page.id not in found:
            found[page.id] = Telling(
                number=len(found) + 1,
                page=page.url,
                site=site.title,
                title=clean(reading.title),
                language=reading.language,
                url=web_address(page.url),
                copy=snapshot.code,
                fetched=f"{snapshot.fetched_at:%Y-%m-%d %H:%M} UTC",
                state=word("page_state", page.state),
                lost=lost is not None,
                parts=excerpts(reading.text, spans[mention_id]),
            )
    return list(found.values())


def disagreements(session: Session, event_id: str) -> list[Disagreement]:
    """The fields on which the sources of an event differ, with who says what."""
    rows = session.execute(
        select(Claim.field, Claim.value, Claim.is_best, Page.url)
        .outerjoin(MentionRow, MentionRow.id == Claim.mention_id)
        .outerjoin(Page, Page.id == MentionRow.page_id)
        .where(Claim.event_id == event_id, Claim.field.in_(FACTS))
        .order_by(Claim.is_best.desc(), Page.url)
    )
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for field, value, _, url in rows:
        text = ", ".join(map(str, value)) if isinstance(value, list) and field != "date" else in_words(field, value)
        said[field][clean(text) or "nothing"].append(host_of(url) if url else "an analyst")
    return [
        Disagreement(word("fields", field), tuple((text, tuple(dict.fromkeys(who))) for text, who in values.items()))
        for field in FACTS
        if len(values := said.get(field, {})) > 1
    ]

"""What lists show, kept from one answer to the next, so that a page that was taken off its list is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Text, cast, delete, insert, select
from sqlalchemy.orm import Session

from pipeline.store.known import CRAWL
from pipeline.store.models import Delisting, Listing, Page, Run
from pipeline.store.rows import batches, storable_address, table, upsert
from pipeline.watch.delisting import Entry, vanished
from pipeline.words import Outcome, Record, Shown

_ONE_WALK = timedelta(minutes=30)
"""Lists asked for within this time show one state of a site: what one of them shows is listed."""


@dataclass(frozen=True, slots=True)
class Absence:
    """From when to when (None: still) a page was not listed any more."""

    since: datetime
    until: datetime | None


def keep_listing(
    session: Session, record: Record, record_id: int, shown: Shown, ids: Mapping[str, int], run_id: int | None
) -> set[int]:
    """Keep what a list of a crawl shows; gives the pages (by id) whose state must be told anew.

    Only lists of crawls are compared: single captures of the past, months apart, show no order of removal. ``ids`` are
    those of the pages listed, by canonical address.
    """
    entries = _entries(session, shown, ids) if _is_list(shown) and _is_crawl(session, run_id) else []
    address = storable_address(record.url)
    known = session.execute(select(Listing.site, Listing.entries).where(Listing.record_id == record_id)).one_or_none()
    if not entries and known is None:
        return set()
    if entries:
        row = {"record_id": record_id, "site": shown.site, "address": address, "at": record.fetched_at}
        upsert(session, Listing, [{**row, "entries": [_plain(entry) for entry in entries]}], ["record_id"])
    else:
        session.execute(delete(Listing).where(Listing.record_id == record_id))
    site = shown.site if shown.site is not None else known.site if known is not None else ""
    before = _neighbour(session, site, address, record.fetched_at, later=False)
    after = _neighbour(session, site, address, record.fetched_at, later=True)
    own = _Answer(record_id, entries) if entries else None
    standing = [one for one in (before, own, after) if one is not None]
    moved: set[int] = set()
    for one, next_ in pairwise(standing):
        moved |= _write(session, next_.record_id, vanished(one.entries, next_.entries))
    listed = {page for page, _ in (*entries, *(known.entries if known is not None else ()))}
    return moved | _ever_delisted(session, listed)


def absences(session: Session, site: str, page_ids: Iterable[int]) -> dict[int, list[Absence]]:
    """When the pages of a site were taken off its lists, and listed again; in order of time, without overlap."""
    left: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    for some in batches(sorted(set(page_ids))):
        query = (
            select(Delisting.page_id, Listing.at, Listing.address)
            .join(Listing, Listing.record_id == Delisting.record_id)
            .where(Delisting.page_id.in_(some), Listing.site == site)
            .order_by(Listing.at, Listing.record_id)
        )
        for page_id, at, address in session.execute(query):
            left[page_id].append((at, address))
    return {page_id: _absences(session, site, page_id, times) for page_id, times in left.items()}


def _absences(session: Session, site: str, page_id: int, left: list[tuple[datetime, str]]) -> list[Absence]:
    listed = session.execute(
        select(Listing.at, Listing.address)
        .where(Listing.site == site, Listing.at >= left[0][0] - _ONE_WALK)
        .where(cast(Listing.entries, Text).like(f"%[{page_id}, %"))
        .order_by(Listing.at)
    ).all()
    found: list[Absence] = []
    for at, address in left:
        if found and (found[-1].until is None or found[-1].until > at):
            continue
        if any(abs(seen - at) <= _ONE_WALK and where != address for seen, where in listed):
            continue  # another list shows it still
        found.append(Absence(at, next((seen for seen, _ in listed if seen > at), None)))
    return found


@dataclass(frozen=True, slots=True)
class _Answer:
    record_id: int
    entries: list[Entry]


def _is_list(shown: Shown) -> bool:
    return shown.site is not None and shown.page_url is None and shown.outcome is Outcome.OK and bool(shown.listed)


def _is_crawl(session: Session, run_id: int | None) -> bool:
    return run_id is not None and session.scalar(select(Run.kind).where(Run.id == run_id)) == CRAWL


def _entries(session: Session, shown: Shown, ids: Mapping[str, int]) -> list[Entry]:
    """Also links of no interest, as far as they were of interest once: what is listed is listed."""
    known = dict(ids)
    for some in batches(link.url for link in shown.off_list):
        known |= dict(session.execute(select(Page.url, Page.id).where(Page.url.in_(some))).all())
    return [(known[link.url], link.published) for link in (*shown.listed, *shown.off_list) if link.url in known]


def _plain(entry: Entry) -> list[Any]:
    page, day = entry
    return [page, day.isoformat() if day is not None else None]


def _neighbour(session: Session, site: str, address: str, at: datetime, *, later: bool) -> _Answer | None:
    query = select(Listing.record_id, Listing.entries).where(Listing.site == site, Listing.address == address)
    query = (
        query.where(Listing.at > at).order_by(Listing.at)
        if later
        else query.where(Listing.at < at).order_by(Listing.at.desc())
    )
    row = session.execute(query.limit(1)).one_or_none()
    if row is None:
        return None
    return _Answer(row.record_id, [(page, date.fromisoformat(day) if day else None) for page, day in row.entries])


def _write(session: Session, record_id: int, page_ids: list[int]) -> set[int]:
    """Bring the delistings of a list's answer to these pages; gives those for which that is new."""
    known = set(session.scalars(select(Delisting.page_id).where(Delisting.record_id == record_id)))
    if gone := known - set(page_ids):
        session.execute(delete(Delisting).where(Delisting.record_id == record_id, Delisting.page_id.in_(gone)))
    new = [{"record_id": record_id, "page_id": page_id} for page_id in page_ids if page_id not in known]
    if new:
        session.connection().execute(insert(table(Delisting)), new)
    return gone | {row["page_id"] for row in new}


def _ever_delisted(session: Session, page_ids: Iterable[int]) -> set[int]:
    found: set[int] = set()
    for some in batches(sorted(set(page_ids))):
        found.update(session.scalars(select(Delisting.page_id).where(Delisting.page_id.in_(some))))
    return found

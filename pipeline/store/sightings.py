"""Pages by their addresses: those a record shows, lists, or answers for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from pipeline.store import stale
from pipeline.store.models import Page, PageAddress
from pipeline.store.rows import batches, insert_new, table
from pipeline.words import PageState


@dataclass(frozen=True, slots=True)
class Sighting:
    """A page as a record names it: canonical address, the address it was seen under, what a list says of it."""

    url: str
    address: str
    title: str | None = None
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Sighted:
    """The ids by canonical address, how many pages are new, and those now known to have been there earlier."""

    ids: dict[str, int] = field(default_factory=dict)
    new: int = 0
    earlier: frozenset[int] = frozenset()


def sight(session: Session, site: str, at: datetime, run_id: int | None, seen: Iterable[Sighting]) -> Sighted:
    """Make or complete the rows of pages and addresses.

    Of what several lists say the fullest title and the earliest day count, so that the order of records does not
    matter: the lists of a section and of the search name one page on the same day, one of them cut.
    """
    sightings = list(seen)
    by_url: dict[str, Sighting] = {}
    for sighting in sightings:
        known = by_url.get(sighting.url, sighting)
        title, published = _fullest(known.title, sighting.title), _earliest(known.published, sighting.published)
        by_url[sighting.url] = Sighting(sighting.url, known.address, title, published)
    rows = _pages(session, by_url)
    missing = sorted(set(by_url) - set(rows))
    if missing:
        insert_new(session, Page, [_new_page(by_url[url], site, at, run_id) for url in missing], ["url"])
        rows |= _pages(session, missing)
    earlier = _complete(session, [(rows[url], by_url[url]) for url in by_url if url not in missing], at)
    ids = {url: row["id"] for url, row in rows.items()}
    _addresses(session, {sighting.address: ids[sighting.url] for sighting in sightings}, at)
    return Sighted(ids, len(missing), earlier)


@cache
def _pages_by_url() -> Any:
    pages = table(Page).c
    columns = (pages.id, pages.url, pages.first_seen_at, pages.listed_title, pages.listed_date)
    # locked on PostgreSQL, so that two processes do not derive one page at the same time
    wanted = pages.url.in_(bindparam("urls", expanding=True))
    return select(*columns).where(wanted).order_by(pages.id).with_for_update()


@cache
def _addresses_known() -> Any:
    addresses = table(PageAddress).c
    wanted = addresses.address.in_(bindparam("addresses", expanding=True))
    return select(addresses.address, addresses.page_id, addresses.first_seen_at).where(wanted)


def _pages(session: Session, urls: Iterable[str]) -> dict[str, dict[str, Any]]:
    return {
        row.url: dict(row._mapping)
        for some in batches(sorted(urls))
        for row in session.connection().execute(_pages_by_url(), {"urls": some})
    }


def _new_page(sighting: Sighting, site: str, at: datetime, run_id: int | None) -> dict[str, Any]:
    return {
        "url": sighting.url,
        "site": site,
        "first_seen_at": at,
        "first_run_id": run_id,
        "listed_title": sighting.title,
        "listed_date": sighting.published,
        "state": PageState.UNKNOWN.value,
        "state_since": at,
        "schedule_from": at,
        "missing_count": 0,
    }


def _complete(session: Session, known: list[tuple[dict[str, Any], Sighting]], at: datetime) -> frozenset[int]:
    changed = []
    for row, sighting in known:
        values = {
            "first_seen_at": min(at, row["first_seen_at"]),
            "listed_title": _fullest(row["listed_title"], sighting.title),
            "listed_date": _earliest(row["listed_date"], sighting.published),
        }
        if any(row[name] != value for name, value in values.items()):
            changed.append({"page": row["id"], **values})
    if changed:
        pages = table(Page)
        statement = update(pages).where(pages.c.id == bindparam("page"))
        values_of: dict[str, Any] = {name: bindparam(name) for name in changed[0] if name != "page"}
        session.connection().execute(statement.values(values_of), changed)
    earlier = frozenset(row["id"] for row, _ in known if at < row["first_seen_at"])
    stale.mark(session, earlier)  # an event begins with the mention that was there first
    return earlier


def _fullest(one: str | None, other: str | None) -> str | None:
    return max(
        (title for title in (one, other) if title is not None), key=lambda title: (len(title), title), default=None
    )


def _earliest(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


def _addresses(session: Session, wanted: dict[str, int], at: datetime) -> None:
    known = {
        row.address: (row.page_id, row.first_seen_at)
        for some in batches(sorted(wanted))
        for row in session.connection().execute(_addresses_known(), {"addresses": some})
    }
    new = [
        {"address": address, "page_id": page_id, "first_seen_at": at}
        for address, page_id in sorted(wanted.items())
        if address not in known
    ]
    insert_new(session, PageAddress, new, ["address"])
    for address, (page_id, first_seen_at) in known.items():
        if page_id != wanted[address] or at < first_seen_at:
            session.execute(
                update(PageAddress)
                .where(PageAddress.address == address)
                .values(page_id=wanted[address], first_seen_at=min(at, first_seen_at))
            )

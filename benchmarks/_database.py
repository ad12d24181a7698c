"""A database that holds the mentions of a made-up world, as crawls would have left them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from _world import SITES
from sqlalchemy import insert
from sqlalchemy.orm import Session

from pipeline.config import ArchiveSettings, DatabaseSettings, Settings
from pipeline.store.database import Database, open_database
from pipeline.store.mentions import Borne, write_mentions
from pipeline.store.models import ArchiveRecord, Base, Page, Reading, Snapshot
from pipeline.store.rows import table
from pipeline.store.sync import SiteDeclaration, sync_gazetteer, sync_sites
from pipeline.words import Form, KeptMention, PageState, snapshot_code

BATCH = 5_000


def empty(folder: Path) -> Database:
    """A new database in a folder, with the sites of the world."""
    settings = Settings(
        database=DatabaseSettings(url=f"sqlite:///{folder / 'idwatch.sqlite'}"),
        archive=ArchiveSettings(folder=folder / "archive"),
        base=folder,
    )
    database = open_database(settings, create=True)
    with database.writing() as session:
        sync_gazetteer(session)
        sync_sites(
            session,
            [
                SiteDeclaration(
                    site.name, site.name, site.kind.value, site.language, site.family,
                    f"https://{site.name}.example.org", (f"{site.name}.example.org",), 24, 7, False, None, False,
                )
                for site in SITES
            ],
        )  # fmt: skip
    return database


def fill(database: Database, mentions: Sequence[KeptMention]) -> None:
    """Add mentions, each on a page of its own."""
    for start in range(0, len(mentions), BATCH):
        with database.writing() as session:
            _add(session, mentions[start : start + BATCH])


def _add(session: Session, mentions: Sequence[KeptMention]) -> None:
    pages = _insert(session, Page, [_page(kept) for kept in mentions])
    records = _insert(session, ArchiveRecord, [_record(kept) for kept in mentions])
    snapshots = _insert(session, Snapshot, [_snapshot(*row) for row in zip(mentions, pages, records, strict=True)])
    readings = _insert(session, Reading, [_reading(*row) for row in zip(mentions, snapshots, strict=True)])
    borne = {
        page: [Borne(kept.mention, reading)] for kept, page, reading in zip(mentions, pages, readings, strict=True)
    }
    write_mentions(session, borne, "benchmark")


def _insert(session: Session, model: type[Base], rows: list[dict[str, Any]]) -> list[int]:
    """The ids of the new rows, in their order."""
    made = table(model)
    statement = insert(made).returning(made.c.id, sort_by_parameter_order=True)
    return list(session.connection().execute(statement, rows).scalars())


def _page(kept: KeptMention) -> dict[str, Any]:
    at = kept.first_seen_at
    return {
        "url": kept.key.page, "site": kept.site, "first_seen_at": at, "state": PageState.LIVE.value, "state_since": at,
        "schedule_from": at, "missing_count": 0, "published": at.date(),
    }  # fmt: skip


def _record(kept: KeptMention) -> dict[str, Any]:
    url, code = kept.key.page, _code(kept.key.page)
    return {"warc_id": code, "url": url, "fetched_at": kept.first_seen_at, "status": 200, "file": code, "offset": 0}


def _snapshot(kept: KeptMention, page: int, record: int) -> dict[str, Any]:
    at: datetime = kept.first_seen_at
    return {
        "code": snapshot_code(kept.key.page, Form.ARTICLE, at), "page_id": page, "record_id": record,
        "form": Form.ARTICLE.value, "fetched_at": at, "digest": _code(kept.key.page),
    }  # fmt: skip


def _reading(kept: KeptMention, snapshot: int) -> dict[str, Any]:
    return {
        "snapshot_id": snapshot, "reader_version": "benchmark", "address": kept.key.page, "title": kept.title,
        "published": kept.first_seen_at.date(), "language": kept.language, "body": "", "routes": {},
        "text_hash": _code(kept.key.page),
    }  # fmt: skip


def _code(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

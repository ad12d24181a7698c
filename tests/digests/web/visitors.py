"""A visitor before the readers' pages: what is sent, what is shown, what stands in the database then."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from typing import Any

from lxml import html
from sqlalchemy import select
from starlette.testclient import TestClient

from digests.letters import letter, open_letters
from digests.links import Purpose, signer
from digests.subscribers import Choice, choice_of, find
from pipeline.config import DigestSettings, Settings, WebSettings
from pipeline.store.database import Database
from pipeline.store.models import (
    PRIVATE_TABLES,
    Base,
    Delivery,
    Edition,
    Subscription,
)

NOW = datetime(2025, 7, 28, 4, tzinfo=UTC)
ROOT = "https://idwatch.example"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def page(answer: Any) -> Any:
    return html.fromstring(answer.text)


def shown(answer: Any) -> str:
    return " ".join(page(answer).find(".//main").text_content().split())


def token(visitor: TestClient, path: str = "/subscribe") -> str:
    return str(page(visitor.get(path)).xpath("//input[@name='form']/@value")[0])


def ask(visitor: TestClient, email: str, **fields: Any) -> Any:
    return visitor.post("/subscribe", data={"form": token(visitor), "email": email, "do": "ask", **fields})


def link(database: Database, email: str, purpose: Purpose, now: datetime = NOW) -> str:
    with database.reading() as session:
        reader = find(session, email)
        assert reader is not None
        return f"/{purpose.value}/{signer(database).sign(reader, purpose, now)}"


def choice(database: Database, email: str) -> Choice:
    with database.reading() as session:
        reader = find(session, email)
        assert reader is not None
        return choice_of(session, reader)


def state(database: Database, email: str) -> str | None:
    with database.reading() as session:
        reader = find(session, email)
        return reader.state if reader else None


def everything(database: Database) -> dict[str, list[Any]]:
    """All rows of the private tables and of the slices."""
    with database.reading() as session:
        names = sorted({*PRIVATE_TABLES, "slice"})
        return {name: list(session.execute(select(Base.metadata.tables[name]))) for name in names}


def letters(database: Database, settings: Settings, now: datetime = NOW) -> list[Any]:
    configured = settings.model_copy(update={"digest": DigestSettings(public_url=ROOT)})
    with database.reading() as session:
        ids = open_letters(session)
    return [letter(database, configured, one, now) for one in ids]


def free_port(settings: Settings) -> Settings:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return settings.model_copy(update={"web": WebSettings(port=probe.getsockname()[1])})


def queued(database: Database, email: str) -> None:
    """An edition that waits to be sent to a reader."""
    with database.writing() as session:
        reader = find(session, email)
        assert reader is not None
        edition = Edition(period="2025-W30", cut_off=NOW, rows="{}", sha256="0" * 64)
        session.add(edition)
        session.flush()
        wishes = session.scalars(select(Subscription.slice_id).where(Subscription.subscriber_id == reader.id)).one()
        own = {"edition_id": edition.id, "subscriber_id": reader.id, "slice_id": wishes}
        session.add(Delivery(**own, message_id="2025-W30.1", state="queued", attempts=0, changed_at=NOW))

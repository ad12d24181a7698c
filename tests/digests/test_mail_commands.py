"""`idwatch mail`: the doctor's findings, and doubtful mails settled."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner

from digests.commands import app
from digests.delivery import send_edition
from digests.mail_doctor import CLIPPED, Finding, Level, examine
from digests.message import SenderError
from digests.periods import parse_period
from digests.sink import Sink
from digests.subscribers import Wanted, add
from pipeline.config import MailSettings, Settings
from pipeline.store.database import Database
from pipeline.store.models import Delivery, EditionSlice

WEEK = parse_period("2025-W30")
NOW = datetime(2025, 7, 28, 4, tzinfo=UTC)


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


@pytest.fixture
def week(database: Database, settings: Settings, fill: Any) -> None:
    settings.digest.public_url = "https://idwatch.example.org"
    fill(lambda f: f.event(WEEK.first))
    add(database, [Wanted("ana@example.org")], NOW)


def at(settings: Settings, port: int) -> Settings:
    sender, bounces = "idwatch <idwatch@example.org>", "bounces@example.org"
    mail = MailSettings(host="127.0.0.1", port=port, security="none", sender=sender, bounces=bounces, timeout=5)
    return settings.model_copy(update={"mail": mail})


def found(database: Database, settings: Settings, to: str | None = None) -> dict[str, Finding]:
    return {one.what: one for one in examine(database, settings, NOW, to=to)}


class Refusing(Sink):
    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        return "550 5.7.1 relaying denied"


def test_the_doctor_finds_a_sound_mail_sound_and_sends_none(database: Database, settings: Settings, week: None) -> None:
    with Sink() as sink:
        service = at(settings, sink.port)
        send_edition(database, service, WEEK, NOW)
        sink.received.clear()
        findings = found(database, service)
        assert sink.received == []
    assert {what for what, one in findings.items() if one.level is not Level.OK} == {"dkim"}
    assert findings["unsubscribe"].words == "one click (RFC 8058)"
    assert all(one.remedy for one in findings.values() if one.level is not Level.OK)
    assert "bounces+" in findings["relay"].words


def test_with_an_address_the_operator_is_sent_one(database: Database, settings: Settings, week: None) -> None:
    with Sink() as sink:
        findings = found(database, at(settings, sink.port), "operator@example.org")  # a draft: nothing was sent yet
        ((recipient, raw),) = sink.received
    assert findings["mail"].level is Level.OK
    assert recipient == "operator@example.org"
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail["To"] == "operator@example.org"
    assert "Week 31" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_what_is_wrong_is_told_with_its_remedy(database: Database, settings: Settings, week: None) -> None:
    settings.digest.public_url = None
    findings = found(database, settings)
    assert {what: one.level for what, one in findings.items()} == {
        "headers": Level.OK, "sender": Level.FAIL, "bounces": Level.WARN, "unsubscribe": Level.WARN,
        "parts": Level.OK, "size": Level.OK, "dkim": Level.WARN, "relay": Level.WARN,
    }  # fmt: skip
    assert all(one.remedy for one in findings.values() if one.level is not Level.OK)
    with Refusing() as sink:
        assert "relaying denied" in found(database, at(settings, sink.port))["relay"].words
    assert "cannot be used" in found(database, at(settings, sink.port))["relay"].words
    settings.mail.sender = "nobody"
    with pytest.raises(SenderError):
        found(database, settings)


def test_a_mail_that_gmail_would_cut_off_is_told(database: Database, settings: Settings, week: None) -> None:
    big = "<p>" + "x" * CLIPPED + "</p>"
    send_edition(database, settings, WEEK, NOW)
    from digests.editions import frozen_slice
    from digests.rendering import Rendered

    with database.reading() as session:
        frozen = frozen_slice(session, WEEK.name)
        assert frozen is not None
        made = frozen.rendered
    sha256 = Rendered(made.subject, big, made.text, made.images).sha256
    with database.writing() as session:
        session.execute(update(EditionSlice).values(html=big, sha256=sha256))
    assert found(database, settings)["size"].level is Level.FAIL


def run(config: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(words), obj=config)
    return result.exit_code, result.output


def test_doubtful_mails_are_listed_and_settled(
    database: Database, settings: Settings, week: None, tmp_path: Path
) -> None:
    config = tmp_path / "idwatch.toml"
    config.write_text(f'[database]\nurl = "{settings.database.url}"\n')
    send_edition(database, settings, WEEK, NOW)
    with database.writing() as session:
        session.execute(update(Delivery).values(state="uncertain", detail="no answer"))
    code, told = run(config, "mail", "uncertain")
    assert code == 0
    assert "ana@example.org" in told
    assert "1 uncertain" in told
    assert run(config, "mail", "uncertain", "--sent", "--resend")[0] == 2
    assert run(config, "mail", "uncertain", "--sent", "2025-W30.nonsense")[0] == 2
    assert "1 queued again" in run(config, "mail", "uncertain", "--resend")[1]
    assert "0 uncertain" in run(config, "mail", "uncertain")[1]
    code, told = run(config, "mail", "doctor")
    assert code == 1  # idwatch@localhost is no sender
    assert "mail.sender" in told


def test_refused_mails_are_listed_with_the_servers_words_and_queued_again(
    database: Database, settings: Settings, week: None, tmp_path: Path
) -> None:
    config = tmp_path / "idwatch.toml"
    config.write_text(f'[database]\nurl = "{settings.database.url}"\n[clock]\nnow = "{NOW.isoformat()}"\n')
    send_edition(database, settings, WEEK, NOW)
    words = "554 5.7.1 Relay access denied"
    with database.writing() as session:
        session.execute(update(Delivery).values(state="failed", attempts=10, detail=words, changed_at=NOW))
        name = session.scalars(select(Delivery.message_id)).one()
    code, told = run(config, "mail", "failed")
    assert code == 0
    assert all(word in told for word in (f"{name}\n", "ana@example.org", words))
    assert "1 failed, 0 deferred" in told
    assert run(config, "mail", "failed", "--again", "2025-W30.nonsense")[0] == 2
    assert "1 queued again" in run(config, "mail", "failed", "--again", name)[1]
    assert "0 failed, 0 deferred" in run(config, "mail", "failed")[1]
    with database.reading() as session:
        row = session.scalars(select(Delivery)).one()
        assert (row.state, row.attempts, row.message_id) == ("queued", 0, name)

"""The commands: what they print, write and answer."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from digests.commands import app
from digests.slices import slice_of
from digests.wishes import Wishes
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.models import Subscriber, Subscription


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


@pytest.fixture
def run(database: Database, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """``run("digest", "preview")`` in the folder of a configuration with a fixed clock."""
    lines = ["[database]", f'url = "{settings.database.url}"', "[clock]", 'now = "2025-07-28T04:00:00Z"']
    (tmp_path / "idwatch.toml").write_text("\n".join(lines))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(typer, "launch", lambda *_: pytest.fail("opened a browser without a terminal"))
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


def add_readers(f: Any, *emails: str) -> None:
    one = slice_of(f.session, Wishes(), "weekly", "en")
    for email in emails:
        reader = Subscriber(email=email, name=None, added_at=datetime(2025, 7, 1, tzinfo=UTC))
        f.session.add(reader)
        f.session.flush()
        f.session.add(Subscription(subscriber_id=reader.id, slice_id=one.id))


def test_preview_writes_the_folder_and_prints_its_path(run: Any, fill: Any, tmp_path: Path) -> None:
    fill(lambda f: f.event(date(2025, 7, 22)))
    result = run("digest", "preview", "--week", "2025-W30")
    assert result.exit_code == 0, result.output
    index = tmp_path / "data" / "editions" / "2025-W30" / "index.html"
    assert result.stdout.strip() == str(index)
    assert index.is_file()
    assert "Draft: IDCPC, week 30: 1 contact with 1 country" in result.stderr
    assert run("digest", "preview").stdout.strip().endswith("2025-W31/index.html")


def test_send_tells_the_states_and_where_the_mails_are(run: Any, fill: Any, tmp_path: Path) -> None:
    assert run("digest", "send").exit_code == 1
    fill(lambda f: add_readers(f, "a@example.org", "b@example.org"))
    result = run("digest", "send")
    assert result.exit_code == 0, result.output
    assert "2025-W30: 2 sent" in result.stdout
    assert str(tmp_path / "data" / "outbox") in result.stdout
    assert len(list((tmp_path / "data" / "outbox").iterdir())) == 2
    assert "Frozen edition" in run("digest", "preview", "--week", "2025-W30").stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("digest", "preview", "--week", "W30"), 2, "2026-W47"),
        (("digest", "send", "--week", "2025-W31"), 1, "has not ended"),
        (("digest", "send", "--month", "2025-07"), 1, "2025-07 has not ended"),
        (("digest", "preview", "--month", "2025-13"), 2, "a month as 2026-11"),
        (("digest", "preview", "--week", "2025-W30", "--month", "2025-07"), 2, "exclude each other"),
        (("digest", "check", "2025-W30"), 1, "There is no frozen edition 2025-W30."),
        (("digest", "send", "--week", "2024-W01"), 1, "The first week that can be sent is 2025-W30."),
    ],
)
def test_what_goes_wrong_is_told_in_one_line(
    run: Any, fill: Any, arguments: tuple[str, ...], code: int, said: str
) -> None:
    fill(lambda f: add_readers(f, "reader@example.org"))
    result = run(*arguments)
    assert result.exit_code == code, result.output
    assert "[Errno" not in result.stderr
    assert said in " ".join(result.stderr.split())
    assert "Traceback" not in result.output


def test_a_month_is_previewed_like_a_week(run: Any, fill: Any, tmp_path: Path) -> None:
    fill(lambda f: f.event(date(2025, 7, 2)))
    result = run("digest", "preview", "--month", "2025-07")
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == str(tmp_path / "data" / "editions" / "2025-07" / "index.html")


def test_check_says_how_much_it_looked_at(run: Any) -> None:
    result = run("digest", "check")
    assert result.exit_code == 0, result.output
    assert "0 editions, 0 slices, 0 sentences, 0 links: 0 failures" in result.stderr


@pytest.mark.parametrize("command", ["digest preview", "digest send", "digest check"])
def test_every_command_has_help_with_an_example(run: Any, command: str) -> None:
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    assert f"idwatch {command}" in " ".join(result.stdout.split())


def test_a_folder_that_cannot_be_written_is_told_with_its_key(run: Any, fill: Any, tmp_path: Path) -> None:
    fill(lambda f: add_readers(f, "reader@example.org"))
    (tmp_path / "data").mkdir(exist_ok=True)
    (tmp_path / "data" / "outbox").write_text("a file stands in its place")
    result = run("digest", "send")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{tmp_path / 'data' / 'outbox'} cannot be written (File exists)")
    assert "digest.outbox" in result.stderr
    (tmp_path / "data" / "outbox").unlink()
    (tmp_path / "data" / "editions").write_text("here too")
    result = run("digest", "send")
    assert result.exit_code == 1
    assert "1 sent" in result.stdout  # what was done is told nevertheless
    assert f"{tmp_path / 'data' / 'editions' / '2025-W30'} cannot be written" in result.stderr
    assert "digest.editions" in result.stderr
    assert "cannot be written" in run("digest", "preview", "--week", "2025-W29").stderr

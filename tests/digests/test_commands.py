"""The commands: what they print, write and answer."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from digests.commands import app
from pipeline.config import Settings
from pipeline.store.database import Database


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


def test_preview_writes_the_folder_and_prints_its_path(run: Any, fill: Any, tmp_path: Path) -> None:
    fill(lambda f: f.event(date(2025, 7, 22)))
    result = run("digest", "preview", "--week", "2025-W30")
    assert result.exit_code == 0, result.output
    index = tmp_path / "data" / "editions" / "2025-W30" / "index.html"
    assert result.stdout.strip() == str(index)
    assert index.is_file()
    assert "Draft: IDCPC, week 30: 1 contact with 1 country" in result.stderr
    assert run("digest", "preview").stdout.strip().endswith("2025-W31/index.html")


def test_send_tells_the_states_and_where_the_mails_are(run: Any, tmp_path: Path) -> None:
    assert run("digest", "send").exit_code == 1
    assert run("subscribers", "add", "a@example.org", "b@example.org").exit_code == 0
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
        (("subscribers", "add", "nobody"), 2, "not an e-mail address"),
        (("subscribers", "add", "--name", "X", "a@example.org", "b@example.org"), 2, "one address"),
        (("subscribers", "import", "absent.csv"), 2, "absent.csv cannot be read: No such file or directory"),
        (("subscribers", "import", "."), 2, ". cannot be read: Is a directory"),
        (("subscribers", "export", "--out", "absent/out.csv"), 1, "absent/out.csv cannot be written: No such file"),
        (("digest", "send", "--week", "2024-W01"), 1, "The first week that can be sent is 2025-W30."),
        (("subscribers", "remove", "a@example.org"), 1, "not subscribed"),
    ],
)
def test_what_goes_wrong_is_told_in_one_line(run: Any, arguments: tuple[str, ...], code: int, said: str) -> None:
    if arguments[-1] == "2024-W01":
        run("subscribers", "add", "reader@example.org")
    result = run(*arguments)
    assert result.exit_code == code, result.output
    assert "[Errno" not in result.stderr
    assert said in " ".join(result.stderr.split())
    assert "Traceback" not in result.output


def test_subscribers_round(run: Any, tmp_path: Path) -> None:
    Path("readers.csv").write_text("email,name\na@example.org,Ann\nb@example.org,\n")
    assert "2 added, 0 known" in run("subscribers", "import", "readers.csv").stdout
    listed = run("subscribers", "list").stdout
    assert "a@example.org" in listed
    assert "2 subscribers\n" in listed
    exported = run("subscribers", "export").stdout
    assert exported.startswith("email,name,added_at,rhythm,language\na@example.org,Ann,")
    assert run("subscribers", "export", "--out", "out.csv").exit_code == 0
    assert Path("out.csv").read_text() == exported
    assert run("subscribers", "remove", "a@example.org").exit_code == 0
    assert "1 subscriber\n" in run("subscribers", "list").stdout


@pytest.mark.parametrize(
    "command",
    [
        "digest preview", "digest send", "subscribers add", "subscribers list", "subscribers import",
        "subscribers export", "subscribers remove",
    ],
)  # fmt: skip
def test_every_command_has_help_with_an_example(run: Any, command: str) -> None:
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    assert f"idwatch {command}" in " ".join(result.stdout.split())


def test_a_folder_that_cannot_be_written_is_told_with_its_key(run: Any, tmp_path: Path) -> None:
    run("subscribers", "add", "reader@example.org")
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

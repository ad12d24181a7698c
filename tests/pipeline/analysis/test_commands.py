"""The commands query, export, browse and db, as the door mounts them; and the examples of docs/analysts.md."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from pipeline.analysis.query import run_query
from pipeline.analysis.saved import saved_queries
from pipeline.analysis.views import VIEWS
from pipeline.commands import app
from pipeline.store.database import Database

ROOT = Path(__file__).parents[3]

door = typer.Typer()


@door.callback()
def _door(ctx: typer.Context, config: Path | None = None) -> None:
    ctx.obj = config


door.add_typer(app)


@pytest.fixture
def config(sqlite_database: Database, tmp_path: Path) -> Path:
    """The configuration of a filled SQLite database: enough where only the printing is looked at."""
    return configuration(tmp_path, sqlite_database.settings.database_url)


@pytest.fixture
def either(database: Database, tmp_path: Path) -> Path:
    """The configuration of a filled database, once SQLite, once PostgreSQL."""
    return configuration(tmp_path, database.settings.database_url)


def configuration(folder: Path, url: str) -> Path:
    file = folder / "mine.toml"
    file.write_text(f'[database]\nurl = "{url}"\n', encoding="utf-8")
    return file


def idwatch(config: Path, *arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(door, ["--config", str(config), *arguments], env={"COLUMNS": "200"})
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


# query


def test_a_query_prints_a_table(config: Path) -> None:
    result = idwatch(config, "query", "SELECT event_id, title_en FROM events_flat WHERE event_id = 'ev_meet'")
    assert "event_id" in result.stdout
    assert "-5: [bold]Song[/]" in result.stdout
    assert "1 row" in result.stderr


def test_many_columns_become_lines(config: Path) -> None:
    lines = idwatch(config, "query", "SELECT * FROM events_flat").stdout.splitlines()
    assert "countries: KEN;GHA;JPN" in lines


def test_a_query_prints_csv_and_json(config: Path) -> None:
    statement = "SELECT event_id, participants, title_en FROM events_flat WHERE event_id = 'ev_forum'"
    table = list(csv.reader(io.StringIO(idwatch(config, "query", statement, "--csv").stdout)))
    assert table == [
        ["event_id", "participants", "title_en"],
        ["ev_forum", "400", "'+cmd|' /C calc'!A0; said the chair"],
    ]
    assert json.loads(idwatch(config, "query", statement, "--json").stdout) == [
        {"event_id": "ev_forum", "participants": 400, "title_en": "+cmd|' /C calc'!A0; said the chair"}
    ]


def test_control_characters_do_not_reach_the_terminal(config: Path) -> None:
    printed = idwatch(config, "query", "SELECT char(27) || '[2J' AS title").stdout
    assert "\x1b" not in printed
    assert "[2J" in printed


def test_saved_queries_are_listed_and_run_by_name(config: Path) -> None:
    listed = idwatch(config, "query").stdout
    assert all(name in listed for name in saved_queries())
    assert "Ghana" in idwatch(config, "query", "contacts_by_country_month").stdout
    assert "There are: changes, contacts_by_country_month" in idwatch(config, "query", "contacts", code=2).stderr


def test_every_column_is_described(config: Path) -> None:
    described = re.sub(r"\s+", " ", idwatch(config, "query", "--describe").stdout)
    for view in VIEWS:
        for column in view.columns:
            assert f" {column} " in described


def test_what_goes_wrong_is_told_with_its_exit_code(either: Path) -> None:
    assert "never the private tables" in idwatch(either, "query", "SELECT * FROM subscriber", code=1).stderr
    assert "nowhere" in idwatch(either, "query", "SELECT * FROM nowhere", code=1).stderr
    assert "not both" in idwatch(either, "query", "SELECT 1", "--csv", "--json", code=2).stderr


@pytest.mark.parametrize("arguments", [("query", "SELECT 1"), ("export", "csv"), ("browse",), ("db", "check")])
def test_a_missing_database_is_told_and_not_made(arguments: tuple[str, ...], tmp_path: Path) -> None:
    config = configuration(tmp_path, "sqlite:///nowhere.sqlite")
    told = idwatch(config, *arguments, code=1).stderr
    assert str(tmp_path / "nowhere.sqlite") in told
    assert "idwatch db upgrade" in told
    assert list(tmp_path.iterdir()) == [config]


def test_a_broken_configuration_is_a_wrong_use(tmp_path: Path) -> None:
    config = tmp_path / "mine.toml"
    config.write_text("[database]\nulr = 1\n", encoding="utf-8")
    assert "line 2" in idwatch(config, "query", "SELECT 1", code=2).stderr


# export


def test_an_export_names_its_files(either: Path, tmp_path: Path) -> None:
    result = idwatch(either, "export", "csv", "--out", str(tmp_path / "out"))
    assert f"{tmp_path / 'out' / 'events_flat.csv'}  (9 rows)" in result.stdout
    assert result.stderr == ""
    idwatch(either, "export", "xlsx", code=2)


def test_an_export_of_sample_data_warns(sample_database: Database, tmp_path: Path) -> None:
    config = configuration(tmp_path, sample_database.settings.database_url)
    result = idwatch(config, "export", "jsonl", "--out", str(tmp_path / "out"))
    assert "Sample data" in result.stderr
    assert "sample-events_flat.jsonl" in result.stdout


# db


def test_the_database_is_made_checked_and_left_alone(database_url: str, tmp_path: Path) -> None:
    config = configuration(tmp_path, database_url)
    assert "created" in idwatch(config, "db", "upgrade").stdout
    assert "sound" in idwatch(config, "db", "check").stdout
    assert "up to date" in idwatch(config, "db", "upgrade").stdout
    assert json.loads(idwatch(config, "query", "SELECT 1 AS one", "--json").stdout) == [{"one": 1}]


def test_a_lost_view_is_made_anew(database: Database, either: Path) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP VIEW participations_flat")
    idwatch(either, "db", "upgrade")
    idwatch(either, "query", "SELECT * FROM participations_flat")


def test_a_faulty_database_is_told(sqlite_database: Database, tmp_path: Path) -> None:
    with sqlite_database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE notice")
    config = configuration(tmp_path, sqlite_database.settings.database_url)
    assert "notice" in idwatch(config, "db", "check", code=1).stderr


# browse


def test_browse_serves_until_it_is_interrupted(config: Path, secret: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); from pipeline.commands import app; app(prog_name='idwatch')"
    )
    environment = {**os.environ, "IDWATCH_CONFIG": str(config)}
    command = [sys.executable, "-c", program, str(ROOT), "browse", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert "ev_forum" in fetch(f"http://127.0.0.1:{port}/idwatch/events_flat")
            assert "Port" in idwatch(config, "browse", "--port", str(port), code=1).stderr
        finally:
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=20)
    assert f"http://127.0.0.1:{port}/" in told
    assert secret not in told


def fetch(url: str) -> str:
    end = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                body: bytes = answer.read()
                return body.decode()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


@pytest.mark.postgres
def test_browse_on_postgresql_says_what_to_use(postgres_database: Database, tmp_path: Path) -> None:
    config = configuration(tmp_path, postgres_database.settings.database_url)
    assert "idwatch query" in idwatch(config, "browse", code=1).stderr


# docs


def blocks(kind: str) -> list[str]:
    text = (ROOT / "docs" / "analysts.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_the_examples_of_the_guide_run(either: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    commands = [line for block in blocks("console") for line in block.splitlines()]
    assert len(commands) >= 5
    for command in commands:
        program, *arguments = shlex.split(command.removeprefix("$ "))
        assert program == "idwatch"
        assert idwatch(either, *arguments).stdout
    assert (tmp_path / "exported" / "events_flat.jsonl").is_file()


def test_the_statements_of_the_guide_give_rows(database: Database) -> None:
    statements = blocks("sql")
    assert statements
    for statement in statements:
        assert run_query(database, statement).rows

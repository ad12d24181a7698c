"""`idwatch subscribers`: what the commands print, write and answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from digests.commands import app
from pipeline.config import Settings
from pipeline.console import console
from pipeline.store.database import Database


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


@pytest.fixture
def run(database: Database, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """``run("add", "a@example.org")`` in the folder of a configuration with a fixed clock."""
    lines = ["[database]", f'url = "{settings.database.url}"', "[clock]", 'now = "2025-07-28T04:00:00Z"']
    (tmp_path / "idwatch.toml").write_text("\n".join(lines))
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(app, ["subscribers", *arguments])


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("add", "nobody"), 2, "not an e-mail address"),
        (("add", "--name", "X", "a@example.org", "b@example.org"), 2, "one address"),
        (("add", "a@example.org", "--country", "Atlantis"), 2, "no country is called 'Atlantis'"),
        (("add", "a@example.org", "--region", "Mordor"), 2, "011 West Africa"),
        (("add", "a@example.org", "--party", "zaf-none"), 2, "parties: zaf-none"),
        (("add", "a@example.org", "--type", "MEAT", "--theme", "bro"), 2, "types: MEAT; themes: bro"),
        (("add", "a@example.org", "--language", "xx"), 2, "there are en, zh"),
        (("add", "a@example.org", "--rhythm", "hourly"), 2, "hourly"),
        (("import", "absent.csv"), 2, "absent.csv cannot be read: No such file or directory"),
        (("import", "."), 2, ". cannot be read: Is a directory"),
        (("export", "--out", "absent/out.csv"), 1, "absent/out.csv cannot be written: No such file"),
        (("remove", "a@example.org"), 1, "not subscribed"),
        (("unsuppress", "a@example.org"), 1, "not suppressed"),
        (("suppress", "nobody"), 2, "not an e-mail address"),
    ],
)
def test_what_goes_wrong_is_told_in_one_line(run: Any, arguments: tuple[str, ...], code: int, said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == code, result.output
    assert "[Errno" not in result.stderr
    assert said in " ".join(result.stderr.replace("│", " ").split())
    assert "Traceback" not in result.output
    assert "0 subscribers" in run("list").stdout


def test_wishes_as_options(run: Any, fill: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "width", 200)

    def work(f: Any) -> None:
        f.body(f.event(), "zaf-anc", "African National Congress")

    fill(work)
    options = [
        "--country", "south africa", "--country", "HUN", "--region", "SEA", "--party", "zaf-anc", "--type", "train",
        "--theme", "bri", "--language", "zh", "--rhythm", "monthly", "--at-once", "--skip-empty",
    ]  # fmt: skip
    assert "1 added, 0 known" in run("add", "A@example.org", *options).stdout
    assert "0 added, 1 known" in run("add", "a@EXAMPLE.org").stdout
    (line,) = run("export").stdout.splitlines()[1:]
    assert line == (
        "A@example.org,,active,2025-07-28T04:00:00+00:00,,zh,monthly,yes,no,HUN|VNM|ZAF,zaf-anc,,TRAIN,bri,,,,"
    )
    listed = " ".join(run("list").stdout.split())
    for word in ("monthly, at once", "Southeast Asia", "African National Congress", "Training"):
        assert word in listed, word


def test_who_asked_and_did_not_confirm_is_added_by_the_operators_word(run: Any) -> None:
    Path("readers.csv").write_text("email,state\na@example.org,pending\n")
    assert "1 added, 0 known" in run("import", "readers.csv").stdout
    assert "pending" in run("list").stdout
    assert "1 added, 0 known" in run("add", "a@example.org").stdout
    assert "pending" not in run("list").stdout


def test_a_list_goes_out_and_comes_back(run: Any) -> None:
    Path("readers.csv").write_text("email,name\na@example.org,Ann\nb@example.org,\n")
    assert "2 added, 0 known" in run("import", "readers.csv").stdout
    listed = run("list").stdout
    assert "everything" in listed
    assert "2 subscribers\n" in listed
    exported = run("export").stdout
    assert run("export", "--out", "out.csv").exit_code == 0
    assert Path("out.csv").read_text() == exported
    assert run("remove", "A@example.org").exit_code == 0
    assert "1 subscriber\n" in run("list").stdout
    assert "1 added, 1 known" in run("import", "out.csv").stdout
    assert run("export").stdout == exported


def test_a_banned_address_comes_back_only_when_the_operator_says_so(run: Any) -> None:
    run("add", "a@example.org")
    assert "removed and suppressed" in run("suppress", "A@example.org").stdout
    assert "it was not subscribed" in run("suppress", "a@example.org").stdout
    refused = run("add", "b@example.org", "a@EXAMPLE.org")
    assert refused.exit_code == 2
    assert "a@example.org (operator)" in refused.stderr
    assert "unsuppress" in refused.stderr
    assert "0 subscribers" in run("list").stdout, "all or none"
    assert run("unsuppress", "a@example.org").exit_code == 0
    assert "2 added" in run("add", "b@example.org", "a@EXAMPLE.org").stdout


@pytest.mark.parametrize("command", ["add", "list", "import", "export", "remove", "suppress", "unsuppress"])
def test_every_command_has_help_with_an_example(run: Any, command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"idwatch subscribers {command}" in " ".join(result.stdout.split())

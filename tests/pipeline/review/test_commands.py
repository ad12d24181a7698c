"""`idwatch explain` and `idwatch review --list`: what they print, and what they say of wrong names."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from pipeline.resolve import kept, overrides, veto, weights
from pipeline.resolve.anchor import seen
from pipeline.resolve.edits import FIELDS
from pipeline.resolve.overrides import OverrideKind
from pipeline.store.database import Database
from pipeline.words import MentionKey

Run = Callable[..., Any]
MADE_AT = datetime(2026, 11, 20, tzinfo=UTC)


def say(database: Database, kind: OverrideKind, *names: str, **change: Any) -> str:
    """Enter an override of the first mentions of some pages into its file; gives its id."""
    with database.reading() as session:
        urls = [f"https://www.idcpc.gov.cn/{name}.html" for name in names]
        rows = {row.key: row.kept for row in kept.of_pages(session, urls)}
    sides = [[seen(rows[MentionKey(url, 1)])] for url in urls]
    made = overrides.make(kind, "Bo", MADE_AT, "because of it", sides, change or None)
    overrides.append(database.settings.archive_folder / overrides.FILE_NAME, [made])
    return made.id


# explain


def test_a_pair_is_explained_at_80_columns_without_colour(idwatch: Run) -> None:
    printed = idwatch("explain", "sn_zh1#1", "https://www.idcpc.gov.cn/en1.html#1").stdout
    assert "\x1b" not in printed
    lines = printed.splitlines()
    assert lines[0] == "sn_zh1#1  idcpc_zh, zh, 2026-11-02"
    assert "  刘海星会见老挝客人" in lines
    steps = [
        float(found[1])
        for line in lines
        if "joins from" not in line and (found := re.search(r" ([+-]\d+\.\d\d)(?:  [ :|*+-]*)?$", line))
    ]
    assert steps[-1] == pytest.approx(sum(steps[:-1]), abs=0.05)  # each is rounded
    assert any(line.startswith("date           same day") for line in lines)
    assert "2026-11-02 ~ 2026-11-02" in printed
    assert f"joins from {weights.JOIN:+.2f}, in doubt from {weights.DOUBT:+.2f}" in printed
    assert "two events, ev_a and ev_b" in printed
    assert all(cell_len(line) <= 80 for line in lines)


def test_the_order_of_two_mentions_tells_nothing(idwatch: Run) -> None:
    one, other = (idwatch("explain", *names).stdout for names in (("sn_zh1#1", "sn_en1#1"), ("sn_en1#1", "sn_zh1#1")))
    assert one[one.index("prior") :].replace("ev_a and ev_b", "") == other[other.index("prior") :].replace(
        "ev_b and ev_a", ""
    )


def test_a_veto_is_told_with_its_rule_and_an_override_that_crosses_it(idwatch: Run, database: Database) -> None:
    assert "veto           one_page: " in idwatch("explain", "sn_zh5#1", "sn_zh5#2").stdout
    made = say(database, OverrideKind.MERGE, "zh1", "en2")
    printed = idwatch("explain", "sn_zh1#1", "sn_en2#1").stdout
    assert "joined by an analyst" in printed
    assert f"merge {made} by Bo (2026-11-20): because of it" in printed
    assert made not in idwatch("explain", "sn_zh5#1", "sn_zh5#2").stdout


def test_an_event_is_explained_with_its_history(idwatch: Run, database: Database) -> None:
    made = say(database, OverrideKind.EDIT, "zh7", field="place", value="Tianjin")
    result = idwatch("explain", "ev_older")
    printed = result.stdout
    assert "\x1b" not in printed
    assert "ev_older was merged into ev_old\n" in printed
    assert "ev_old was merged into ev_m: an analyst's \ufffd]0;owned\ufffdword" in printed
    assert "split from  ev_f" in printed
    assert "id given    2026-11-02 to https://www.idcpc.gov.cn/en7.html#1" in printed
    assert re.search(r"^1 and [23]: they agree enough to be joined", printed, re.M)
    assert printed.count("\nsum ") == 2  # three mentions are held together by two edges; the third is told in a line
    assert re.search(r"^also ─", printed, re.M)
    assert "near, but other events" in printed
    assert re.search(r"^\+\d+\.\d\d +ev_n, ", printed, re.M)
    assert re.search(r"since sn_zh7#2 and \d are|since \d and sn_zh7#2 are kept apart by the rule one_page", printed)
    assert f"edit {made} by Bo (2026-11-20) place = Tianjin: because of it" in printed


@pytest.mark.parametrize(
    ("names", "code", "told"),
    [
        (["ev_nowhere"], 2, "No event ev_nowhere"),
        (["sn_zh1#1"], 2, "two mentions"),
        (["sn_zh1#1", "sn_zh1"], 1, "names no mention: give SNAPSHOT#NUMBER"),
        (["sn_zh1#1", "sn_zh5#7"], 1, "sn_zh5 has no mention 7; it has: #1, #2."),
        (["sn_zh1#1", "http://nowhere.example/#1"], 1, "No snapshot or page http://nowhere.example/."),
        (["sn_zh1#1", "\x1b[2J#1"], 1, "\ufffd[2J"),
    ],
)
def test_wrong_names_are_told(idwatch: Run, names: list[str], code: int, told: str) -> None:
    result = idwatch("explain", *names, code=code)
    assert told in result.stderr
    assert "\x1b" not in result.stderr


def test_a_page_is_also_known_by_its_other_addresses(idwatch: Run) -> None:
    assert "sn_zh1#1" in idwatch("explain", "http://www.idcpc.gov.cn/zh1.html#1", "sn_en1#1").stdout


def test_every_veto_and_field_is_documented() -> None:
    documented = (Path(__file__).parents[3] / "docs" / "corrections.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \| (?:stand|are|took|were)", documented, re.M) == [rule for rule, _ in veto.RULES]
    fields = documented[documented.index("Fields that can be edited:") :].partition(".")[0]
    assert re.findall(r"`(\w+)`", fields) == list(FIELDS)


# review --list


def test_the_queue_is_printed_a_question_a_line(idwatch: Run) -> None:
    lines = [line.split("\t") for line in idwatch("review", "--list").stdout.splitlines()]
    assert [line[:2] for line in lines] == [
        *[["doubt", "-"]] * 3,
        ["veto", "one_page"],
        ["finding", "unknown_title"],
        ["finding", "unknown_organisation"],
    ]
    assert [line[3:5] for line in lines[:4]] == [
        ["sn_en1#1", "sn_zh1#1"],
        ["sn_en2#1", "sn_zh1#1"],
        ["sn_zh3#1", "sn_zh4#1"],  # nearest to the middle, but of no event that counts
        ["sn_zh5#1", "sn_zh5#2"],
    ]
    assert lines[0][5] == "2026-11-02 MEET.BILAT Liu Haixing Meets with a Lao Guest"
    assert lines[4][2:] == ["2", "sn_zh6", "首席新星官"]


def test_what_was_said_is_not_asked_again(idwatch: Run, database: Database) -> None:
    say(database, OverrideKind.SPLIT, "zh1", "en1")
    say(database, OverrideKind.REJECT, "zh3")
    asked = [line.split("\t")[3:5] for line in idwatch("review", "--list", "--only", "doubt").stdout.splitlines()]
    assert asked == [["sn_en2#1", "sn_zh1#1"]]


def test_a_bad_line_of_a_file_is_told_with_its_place(idwatch: Run, database: Database) -> None:
    folder = database.settings.archive_folder
    folder.mkdir()
    (folder / "unsure.jsonl").write_text(json.dumps({"seen": [{"page": "a", "number": 1}]}) + "\n", encoding="utf-8")
    told = idwatch("review", "--list", code=1).stderr
    assert "unsure.jsonl, line 1" in told
    (folder / "unsure.jsonl").unlink()
    (folder / "overrides.jsonl").write_text('{"kind": "marry"}\n', encoding="utf-8")
    for arguments in (["review", "--list"], ["explain", "ev_a"], ["explain", "sn_zh1#1", "sn_en1#1"]):
        assert "overrides.jsonl, line 1" in idwatch(*arguments, code=1).stderr


def test_a_review_needs_a_terminal(idwatch: Run) -> None:
    assert "--list" in idwatch("review", code=2).stderr


@pytest.mark.parametrize("arguments", [["review", "--list"], ["explain", "ev_a"]])
def test_a_missing_database_is_told(idwatch: Run, config: Path, arguments: list[str]) -> None:
    (config.parent / "idwatch.sqlite").unlink()
    assert "idwatch db upgrade" in idwatch(*arguments, code=1).stderr

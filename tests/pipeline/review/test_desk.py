"""The screen, on a real terminal: what the keys do, what is kept, and that nothing given is lost."""

from __future__ import annotations

import signal
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.resolve import resolver
from pipeline.store.database import Database
from pipeline.store.models import MentionRow, Page

Made = Callable[..., list[dict[str, Any]]]
FIRST = "doubt 1 of 3: one event?"


def named(side: list[dict[str, Any]]) -> str:
    """The page and number of the one thing seen on a side."""
    assert len(side) == 1
    return side[0]["page"].rsplit("/", 1)[1].removesuffix(".html") + f"#{side[0]['number']}"


def test_every_answer_becomes_an_override(review: Callable[..., Any], made: Made) -> None:
    desk = review()
    desk.expect(FIRST)
    desk.key("s")
    desk.expect("Why same? ")
    desk.line("同一次会见")
    desk.expect("doubt 2 of 3")
    desk.expect("Kept: same.")
    assert [one["kind"] for one in made()] == ["merge"]  # before anything else is asked
    desk.key("d")
    desk.expect("Why different? ")
    desk.line("another guest")
    desk.expect("doubt 3 of 3")
    desk.expect("Kept: different.")
    desk.key("n")
    desk.expect("against the rule one_page?")
    desk.key("s")
    desk.expect("Why same? ")
    desk.line("told twice on one page")
    desk.expect("unknown title, on 2 pages")
    desk.key("q")
    desk.expect("3 overrides made, 0 left unsure.")
    desk.expect("run `idwatch resolve`")
    assert desk.ended() == 0
    merge, split, crossed = made()
    assert [named(side) for side in merge["seen"]] == ["en1#1", "zh1#1"]
    assert (merge["author"], merge["made_at"], merge["reason"]) == ("Ana Li", "2026-11-21T04:00:00+00:00", "同一次会见")
    assert merge["seen"][0][0] == {
        "page": "https://www.idcpc.gov.cn/en1.html",
        "number": 1,
        "day": "2026-11-02",
        "principal": "liu-haixing",
        "party": "lao-lprp",
        "kind": "MEET.BILAT",
        "people": ["Bounthong"],
    }
    assert (split["kind"], [named(side) for side in split["seen"]]) == ("split", ["en2#1", "zh1#1"])
    assert (crossed["kind"], [named(side) for side in crossed["seen"]]) == ("merge", ["zh5#1", "zh5#2"])


def test_what_was_answered_rules_the_next_resolution(
    review: Callable[..., Any], database: Database, idwatch: Callable[..., Any]
) -> None:
    desk = review("--only", "doubt")
    desk.expect(FIRST)
    desk.key("s")
    desk.expect("Why same? ")
    desk.line("one and the same")
    desk.expect("Kept: same.")
    desk.key("q")
    assert desk.ended() == 0
    assert "+0.1" not in idwatch("review", "--list", "--only", "doubt").stdout
    resolver.resolve(database, database.settings.archive_folder, datetime(2026, 11, 22, tzinfo=UTC), everything=True)
    with database.reading() as session:
        events = session.execute(select(Page.url, MentionRow.event_id).join(Page, Page.id == MentionRow.page_id)).all()
    event_of = {url.rsplit("/", 1)[1]: event_id for url, event_id in events}
    assert event_of["zh1.html"] == event_of["en1.html"] is not None


def test_an_answer_without_a_reason_is_none_but_unsure_is_one(review: Callable[..., Any], made: Made) -> None:
    desk = review("--only", "doubt")
    desk.expect(FIRST)
    desk.key("s")
    desk.expect("Why same? ")
    desk.line("  ")
    desk.expect(FIRST)
    desk.expect("Nothing was kept.")
    desk.key("u")
    desk.expect("Why unsure? (may be empty) ")
    desk.send("\x04")  # Ctrl-D takes back, also here
    desk.expect("Nothing was kept.")
    desk.key("u")
    desk.expect("Why unsure? (may be empty) ")
    desk.line("")
    desk.expect("Kept: unsure.")
    desk.key("p")
    desk.expect(FIRST)
    desk.expect("Answered: unsure.")
    desk.key("p")
    desk.expect("There is nothing before this.")
    desk.key("q")
    desk.expect("0 overrides made, 1 left unsure.")
    desk.ended()
    assert made() == []
    (left,) = made("unsure.jsonl")
    assert (left["author"], left["reason"], [one["number"] for one in left["seen"]]) == ("Ana Li", "", [1, 1])


def test_a_field_is_edited_and_a_mention_rejected(review: Callable[..., Any], made: Made) -> None:
    desk = review("--only", "doubt")
    desk.expect(FIRST)
    desk.key("e")
    desk.expect("Whose event, 1 to 2? ")
    desk.line("2")
    desk.expect("Field (")
    desk.line("countries")
    desk.expect("countries: ")
    desk.line("LAO, nowhere")
    desk.expect("is no countries")
    desk.key("e")
    desk.expect("Whose event, 1 to 2? ")
    desk.line("2")
    desk.expect("Field (")
    desk.line("countries")
    desk.expect("countries: ")
    desk.line("LAO, VNM")
    desk.expect("Why countries LAO, VNM? ")
    desk.line("both were there")
    desk.expect("Kept: countries LAO, VNM.")
    desk.key("r")
    desk.expect("Which one tells no event, 1 to 2? ")
    desk.line("2")
    desk.expect("Why reject it? ")
    desk.line("an advertisement")
    # the second doubt was about the rejected mention as well, and is passed over
    desk.expect("doubt 3 of 3")
    desk.expect("Kept: rejected.")
    desk.key("q")
    desk.ended()
    edit, reject = made()
    assert (edit["kind"], edit["change"]) == ("edit", {"field": "countries", "value": ["LAO", "VNM"]})
    assert [named(side) for side in edit["seen"]] == ["zh1#1"]
    assert (reject["kind"], [named(side) for side in reject["seen"]]) == ("reject", ["zh1#1"])


def test_the_evidence_is_marked_and_nothing_of_a_page_steers_the_terminal(review: Callable[..., Any]) -> None:
    desk = review()
    desk.expect(FIRST)
    desk.expect("q quit")
    desk.key("o")
    shown = desk.expect("q quit")
    assert "https://www.idcpc.gov.cn/en1.html" in shown
    assert "11月2日，刘海星在京会见老挝人民革命党代表团。" in shown
    assert "双方交换了意见" not in shown  # nothing was read there
    desk.key("n")
    assert "<STEERED>" not in desk.expect("doubt 2 of 3")
    shown = desk.expect("q quit")
    assert "<STEERED>" not in shown
    assert "owned" in shown
    desk.key("?")
    assert "Nobody can tell" in desk.expect("Any key goes back.")
    desk.key("x")
    desk.expect("doubt 2 of 3")
    desk.key("x")
    desk.expect("No such key")
    desk.key("ｎ")  # an input method set to full-width letters
    desk.expect("doubt 3 of 3")
    desk.key("\x04")
    assert desk.ended() == 0


@pytest.mark.parametrize("columns", [100, 50])
def test_a_narrow_terminal_stacks_and_what_does_not_fit_is_reached(review: Callable[..., Any], columns: int) -> None:
    desk = review(columns=columns, lines=16)
    shown = desk.expect("↓ space for")
    together = any("sn_en1#1" in line and "sn_zh1#1" in line for line in shown.splitlines())
    assert together == (columns == 100)
    assert all(len(line) <= columns for line in shown.splitlines())
    desk.expect("quit")
    for _ in range(4):
        desk.key(" ")
        shown += desk.expect("quit")
    assert "joins from" in shown
    desk.key("q")
    assert desk.ended() == 0


def test_findings_come_last_by_their_pages(review: Callable[..., Any], made: Made) -> None:
    desk = review("--only", "finding")
    desk.expect("finding 1 of 2: unknown title, on 2 pages")
    shown = desk.expect("q quit")
    assert "[unknown_title:首席新星官]出席" in shown or "首席新星官" in shown
    assert "titles.csv" in shown
    desk.key("s")
    desk.expect("no two mentions to compare")
    desk.key("r")
    desk.expect("There is no mention here.")
    desk.key("n")
    desk.expect("finding 2 of 2: unknown organisation, on 1 page")
    desk.key("r")  # of its page's one mention
    desk.expect("Why reject it? ")
    desk.line("a profile")
    desk.expect("There is nothing more to ask.")
    desk.key("q")
    desk.ended()
    assert [named(side) for side in made()[0]["seen"]] == ["en1#1"]


@pytest.mark.parametrize("where", ["at a question", "with other keys", "while a reason is typed"])
def test_ctrl_c_loses_no_given_answer(review: Callable[..., Any], made: Made, where: str) -> None:
    desk = review()
    desk.expect(FIRST)
    desk.key("s")
    desk.expect("Why same? ")
    desk.line("the same")
    desk.expect("Kept: same.")
    if where == "while a reason is typed":
        desk.key("d")
        desk.expect("Why different? ")
        desk.send("not yet given")
        desk.expect("not yet given")
        desk.interrupt("1 override made, 0 left unsure.")
    else:
        desk.key("\x03" if where == "at a question" else "z\x03")
        desk.expect("1 override made, 0 left unsure.")
    assert desk.ended() == 0
    assert [one["kind"] for one in made()] == ["merge"]


def test_a_closed_terminal_loses_no_given_answer(review: Callable[..., Any], made: Made) -> None:
    desk = review()
    desk.expect(FIRST)
    desk.key("s")
    desk.expect("Why same? ")
    desk.line("the same")
    desk.expect("Kept: same.")
    assert desk.hang_up() in (0, -signal.SIGHUP)
    assert [one["kind"] for one in made()] == ["merge"]


def test_an_answer_that_cannot_be_kept_is_told(review: Callable[..., Any], database: Database) -> None:
    folder = database.settings.archive_folder
    folder.mkdir()
    (folder / "unsure.jsonl").mkdir()
    desk = review()
    desk.expect("unsure.jsonl")
    assert desk.ended() != 0

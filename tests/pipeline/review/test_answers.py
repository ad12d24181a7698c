"""Who answers, what a typed value means, and how long "unsure" holds."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.resolve import kept
from pipeline.review import answers
from pipeline.review.answers import Answers, author, left, value_of
from pipeline.store.database import Database
from pipeline.store.models import MentionRow, Page

PAGES = ("https://www.idcpc.gov.cn/en1.html", "https://www.idcpc.gov.cn/zh1.html")


def test_the_author_is_who_is_named_else_gits_else_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    said = subprocess.CompletedProcess([], 0, stdout="李安娜\n")
    monkeypatch.setattr(answers.subprocess, "run", lambda *_, **__: said)
    monkeypatch.setattr(answers.getpass, "getuser", lambda: "ana")
    assert author(" Bo ") == "Bo"
    assert author("  ") == "李安娜"

    def absent(*_: Any, **__: Any) -> None:
        raise FileNotFoundError("git")

    monkeypatch.setattr(answers.subprocess, "run", absent)
    assert author(None) == "ana"

    def nameless() -> str:
        raise OSError("no user name")

    monkeypatch.setattr(answers.getpass, "getuser", nameless)
    assert author(None) is None


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("type", "MEET.BILAT", "MEET.BILAT"),
        ("date", "2026", "2026"),
        ("date", "2026-11-02/2026-11-05", "2026-11-02/2026-11-05"),
        ("place", "万象", "万象"),
        ("place", "null", None),
        ("participants", "40", 40),
        ("is_series", "true", True),
        ("countries", "LAO", ["LAO"]),
        ("countries", "LAO, VNM", ["LAO", "VNM"]),
        ("countries", '["LAO"]', ["LAO"]),
        ("foreign_people", '[{"name": "Bounthong"}]', [{"name": "Bounthong"}]),
    ],
)
def test_a_typed_value_is_read_as_its_field_asks(field: str, typed: str, value: object) -> None:
    assert value_of(field, typed) == value


@pytest.mark.parametrize(("field", "typed"), [("type", "MEETING"), ("mood", "good"), ("countries", "Laos")])
def test_a_value_that_does_not_fit_is_told(field: str, typed: str) -> None:
    with pytest.raises(ValueError, match=typed if field != "mood" else "cannot be edited"):
        value_of(field, typed)


def test_unsure_holds_until_the_pair_says_something_else(database: Database, idwatch: Callable[..., Any]) -> None:
    def listed() -> bool:
        return "sn_en1#1\tsn_zh1#1" in idwatch("review", "--list", "--only", "doubt").stdout

    assert listed()
    folder = database.settings.archive_folder
    with database.reading() as session:
        english, chinese = (row.kept for row in kept.of_pages(session, PAGES))
    Answers(folder, "Ana Li", lambda: database.settings.clock.now).leave(english, chinese, "")
    assert not listed()
    # another number on the page is no news
    with database.writing() as session:
        row = session.scalars(select(MentionRow).join(Page).where(Page.url == PAGES[1])).one()
        row.number, row.content = 4, {**row.content, "number": 4}
    with database.reading() as session:
        pages = kept.by_page(row.kept for row in kept.of_pages(session, PAGES))
        assert [[key.number for key in pair] for pair in left(folder, lambda url: pages[url])] == [[1, 4]]
    with database.writing() as session:
        row = session.scalars(select(MentionRow).join(Page).where(Page.url == PAGES[1])).one()
        row.number = 1
        guest = {"name": "本通", "title": None, "organisation": None, "country": "LAO", "id": None, "office": None}
        row.content = {**row.content, "number": 1, "foreign_people": [{**guest, "role": "guest", "is_leader": True}]}
    assert listed()


def test_a_pair_left_unsure_whose_page_is_gone_is_no_pair(database: Database) -> None:
    folder = database.settings.archive_folder
    with database.reading() as session:
        english, chinese = (row.kept for row in kept.of_pages(session, PAGES))
    Answers(folder, "Ana Li", lambda: database.settings.clock.now).leave(english, chinese, "?")
    assert left(folder, lambda _: []) == frozenset()

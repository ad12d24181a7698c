"""The real list titles in the shared folder, as documents that have nothing but a title.

Coverage says in how many of them each thing was found; the floors stand a little below what was measured. What a title
does not say (a forum names no official, a group of ambassadors no person or body) keeps the shares under one: of the
titles that name an official, all are found.
"""

from __future__ import annotations

import csv
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.words import Scope

SHARED = Path(os.environ.get("IDWATCH_SHARED") or Path(__file__).parents[4] / "shared")
TITLES = SHARED / "pages" / "official" / "idcpc" / "bzhd_wshd_list_2022-04_2025-07.csv"

# Of all titles; measured 0.918, 0.892, 0.779, 0.998 when they were set.
FLOORS = {"official": 0.91, "country": 0.885, "counterpart": 0.77, "type": 0.99}

pytestmark = pytest.mark.skipif(not TITLES.is_file(), reason=f"no list titles at {TITLES} (set IDWATCH_SHARED)")


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, str, date]]:
    with TITLES.open(encoding="utf-8", newline="") as file:
        return [
            (
                row["list_title"],
                row["href_relative_to_/bzhd/wshd/"].removeprefix("./"),
                date.fromisoformat(row["list_date"]),
            )
            for row in csv.DictReader(file)
        ]


def test_coverage_of_the_list_titles(
    read: Any, rows: list[tuple[str, str, date]], capsys: pytest.CaptureFixture[str]
) -> None:
    found = dict.fromkeys(FLOORS, 0)
    for title, path, day in rows:
        mentions = read("", "zh", title=title, url=f"https://www.idcpc.org.cn/bzhd/wshd/{path}", published=day).mentions
        found["official"] += any(mention.chinese_people for mention in mentions)
        found["country"] += any(mention.countries for mention in mentions)
        found["counterpart"] += any(mention.foreign_people or mention.organisations for mention in mentions)
        found["type"] += bool(mentions) and all(mention.type != "OTHER.UNCLEAR" for mention in mentions)
    with capsys.disabled():
        shares = ", ".join(f"{name} {count}/{len(rows)} = {count / len(rows):.3f}" for name, count in found.items())
        print(f"\nlist titles: {shares}")
    assert {name: count / len(rows) >= FLOORS[name] for name, count in found.items()} == dict.fromkeys(FLOORS, True)


def test_an_official_who_is_named_is_found(read: Any, rows: list[tuple[str, str, date]]) -> None:
    for title, path, day in rows:
        named = next((name for name in ("刘建超", "宋涛") if name in title), None)
        if named:
            mentions = read(
                "", "zh", title=title, url=f"https://www.idcpc.org.cn/bzhd/wshd/{path}", published=day
            ).mentions
            assert all([person.name_zh for person in mention.chinese_people] == [named] for mention in mentions), title


def test_every_title_of_the_department_is_in_scope_and_dated(read: Any, rows: list[tuple[str, str, date]]) -> None:
    for title, path, day in rows:
        mentions = read("", "zh", title=title, url=f"https://www.idcpc.org.cn/bzhd/wshd/{path}", published=day).mentions
        assert mentions, title
        assert all(mention.scope is Scope.IN and mention.date_start == day for mention in mentions), title

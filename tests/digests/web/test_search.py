"""Search finds an event by its countries and by names however they are typed, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select

from digests.web.search import folded, plain
from pipeline.store.database import Database
from pipeline.store.models import PersonRow

MONDAY = date(2025, 7, 21)
NAMES = (
    "Miguel Díaz-Canel",
    "Espen Barth Eide",
    "Đỗ Mười",
    "Łukasz Ørsted",
    "Doğu Perinçek",
    "İsmail Kaşıkçı",
    "ÉMILE",
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "sqlite":
        yield request.getfixturevalue("begun_copy")
        return
    with request.getfixturevalue("new_postgres")(request.getfixturevalue("begun_postgres")) as url:
        yield url


@pytest.fixture
def found(get: Any, fill: Any) -> Any:
    """``found("Kenya")``: whether a search finds the meeting with a guest from Kenya."""

    def work(f: Any) -> None:
        meeting = f.event(MONDAY, id="ev_1", countries=("KEN",), title_zh="刘建超会见客人", title_en="A Café")
        f.body(meeting, "ken-oda", "Partido Nación", name_zh="民族党", country="KEN")
        for name in NAMES:
            f.person(meeting, name, country="KEN")
        f.event(MONDAY, id="ev_2", countries=("VNM",), title_zh="别的")

    fill(work)
    return lambda text: "/events/ev_1" in get(f"/events?q={quote(text)}").text


FOUND = (
    "Kenya", "kenya", "肯尼亚", "Kenya 刘建超", "Diaz", "díaz", "DÍAZ", "Díaz-Canel", "canel diaz", "Do Muoi", "đỗ",
    "lukasz orsted", "Dogu Perincek", "ismail KASIKCI", "émile", "EMILE", "cafe", "nacion", "民族党", "客人", "Beijing",
)  # fmt: skip
MISSED = ("Vietnam", "越南", "Diaz Vietnam", "%", "_", "\\", "D_az", "nobody")


def test_an_event_is_found_by_its_countries_and_by_names_without_their_accents(found: Any) -> None:
    assert [text for text in FOUND if not found(text)] == []
    assert [text for text in MISSED if found(text)] == []


def test_a_control_character_is_refused(get: Any, fill: Any) -> None:
    """A NUL ended the pattern on SQLite, which then matched everything; PostgreSQL refuses it."""
    fill(lambda f: f.event(MONDAY, id="ev_1"))
    for field in ("q", "country", "person"):
        for sign in ("%00", "a%00b", "%1B"):
            answer = get(f"/events?{field}={sign}")
            assert answer.status == 400
            assert field in answer.shown


def test_both_databases_fold_as_the_word_is_folded(database: Database, found: Any) -> None:
    assert not found("nobody")
    with database.reading() as session:
        rows = session.execute(select(PersonRow.name_en, folded(PersonRow.name_en))).all()
    assert {name: there for name, there in rows if name} == {name: plain(name) for name in NAMES}


def test_an_address_with_a_nul_is_none_of_ours(get: Any) -> None:
    for path in ("/events/%00", "/countries/%00", "/parties/a%00", "/officials/%00", "/copies/%00", "/confirm/%00",
                 "/preferences/%00", "/unsubscribe/%00", "/less/%00"):  # fmt: skip
        assert get(path).status in (400, 404), path

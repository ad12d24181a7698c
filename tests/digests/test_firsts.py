"""First contacts: true of the database, and never more than "first in this database since YYYY"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from digests.firsts import First, covered_years, firsts, reasons
from digests.known import Fact, Known, read_known
from pipeline.store.database import Database

DAY = date(2025, 7, 22)
NEWS = "ev_news"


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


def fact(event_id: str = NEWS, day: date | None = DAY, **values: Any) -> Fact:
    """A meeting with Kenya, seen on the day after it."""
    seen = (day or DAY) + timedelta(days=1)
    known: dict[str, Any] = {
        "id": event_id, "type": "MEET.BILAT", "realis": "actual", "is_series": False, "parent_id": None,
        "first_day": day, "last_day": day, "precision": "day", "first_seen": seen, "standing": "single_source",
        "iso3": ("KEN",),
    }  # fmt: skip
    return Fact(**known | values)


def a_year(year: int, months: int = 12) -> list[Fact]:
    """Meetings with South Africa, one a month."""
    return [fact(f"ev_{year}_{month}", date(year, month, 5), iso3=("ZAF",)) for month in range(1, months + 1)]


def found(facts: Sequence[Fact]) -> dict[str, tuple[First, ...]]:
    known = {one.id: one for one in facts}
    children: dict[str, tuple[Fact, ...]] = {}
    for one in facts:
        if one.parent_id is not None:
            children[one.parent_id] = (*children.get(one.parent_id, ()), one)
    return firsts(Known(known, {}, {}, {}, children))


PAST = [*a_year(2023), *a_year(2024)]


def test_the_first_contact_says_since_when_the_database_covers() -> None:
    assert found([*PAST, fact()])[NEWS] == (First("first_country", "KEN", 2023),)
    # a hole in the record ends what is covered; a year begun late is not covered
    assert found([*a_year(2021), *a_year(2022, 4), *PAST, fact()])[NEWS][0].since == 2023


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ([], "nothing is covered before it"),
        (a_year(2025, 6), "its own year is no past"),
        (a_year(2024, 8), "eight months are no year"),
        ([*PAST, fact("ev_before", DAY - timedelta(days=30))], "there was a contact before"),
        ([*PAST, fact("ev_before", date(2004, 1, 1), type="MSG.CONGRAT")], "any contact at all, however old"),
        ([*PAST, fact("ev_before", None)], "an undated contact may have been before"),
        ([*PAST, fact("ev_a", DAY)], "the other one of that day is told first"),
    ],
)
def test_no_first_where_it_cannot_be_known(facts: list[Fact], why: str) -> None:
    assert NEWS not in found([*facts, fact()]), why


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"first_seen": DAY + timedelta(days=61)}, "a backfill brought it"),
        ({"standing": "disputed"}, "sources contradict one another"),
        ({"realis": "planned"}, "it did not take place yet"),
        ({"precision": "month"}, "nobody knows the day"),
        ({"type": "MSG.CONGRAT"}, "a letter is no contact"),
    ],
)
def test_some_events_are_never_a_first(values: dict[str, Any], why: str) -> None:
    assert NEWS not in found([*PAST, fact(**values)]), why


def test_a_backfill_makes_no_first_and_unmakes_those_that_were_none() -> None:
    old = [replace(one, first_seen=DAY) for one in a_year(2010)]
    backfilled = [*old, fact("ev_old", date(2010, 3, 1), first_seen=DAY)]
    assert NEWS in found([*PAST, fact()])
    assert found([*PAST, fact(), *backfilled]) == found([*PAST, *backfilled])  # Kenya was met in 2010


def test_a_trip_is_no_contact_before_the_meeting_on_it() -> None:
    trip = fact("ev_trip", DAY - timedelta(days=2), type="VISIT.IN", is_series=True)
    assert NEWS in found([*PAST, trip, fact(parent_id="ev_trip")])
    alone = found([*PAST, trip, fact()])
    assert ("ev_trip" in alone, NEWS in alone) == (True, False)


def test_first_with_a_party_and_first_training() -> None:
    party = ("ken-uda",)
    met = fact("ev_met", date(2024, 3, 1), parties=party)
    course = fact(type="TRAIN.COURSE", parties=("ken-odm",))
    assert found([*PAST, met, course])[NEWS] == (
        First("first_party", "ken-odm", 2023),
        First("first_training", "KEN", 2023),
    )
    assert [one.rule for one in found([*PAST, met, replace(course, parties=party)])[NEWS]] == ["first_training"]


def test_covered_years() -> None:
    since = covered_years([*a_year(2022, 12), *a_year(2024, 9)])
    assert [since(date(year, 6, 1)) for year in (2022, 2023, 2024, 2025, 2026)] == [None, 2022, None, 2024, None]


def test_only_parties_of_the_gazetteer_count_and_names_are_in_the_language(database: Database, fill: Any) -> None:
    """A party's name in a spelling nobody has seen yet makes an organisation of its own, and would be a false first."""

    def work(f: Any) -> None:
        from pipeline.store.models import OrganisationRow

        for year in (2023, 2024):
            for month in range(1, 13):
                f.event(date(year, month, 5), countries=("KEN",))
        event = f.event(DAY, countries=("KEN",), id=NEWS)
        f.body(event, "ken-odm", "Orange Democratic Movement", name_zh="橙色民主运动", country="KEN")
        f.body(event, "ken-odn", "Orange Democratic Movment", country="KEN")
        f.session.get(OrganisationRow, "ken-odn").source = "page"

    fill(work)
    with database.reading() as session:
        known = read_known(session)
    (first,) = firsts(known)[NEWS]
    assert first == First("first_party", "ken-odm", 2023)
    for language, name in (("en", "Orange Democratic Movement"), ("zh", "橙色民主运动")):
        (reason,) = reasons([first], known, language)
        assert reason.values == {"party": name, "party_id": "ken-odm", "since": 2023}

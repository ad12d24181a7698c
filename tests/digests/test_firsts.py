"""First contacts: true of the database, and never more than "first in this database since YYYY"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from digests.firsts import Earlier, First, covered_years, firsts, reasons
from digests.known import Fact, Known, read_known
from digests.rows import Reason
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


def known_of(facts: Sequence[Fact], untold: Sequence[Fact] = ()) -> Known:
    known = {one.id: one for one in facts}
    children: dict[str, tuple[Fact, ...]] = {}
    for one in facts:
        if one.parent_id is not None:
            children[one.parent_id] = (*children.get(one.parent_id, ()), one)
    return Known(known, {}, {}, {}, children, {one.id: one for one in untold})


def found(facts: Sequence[Fact], untold: Sequence[Fact] = ()) -> dict[str, tuple[First, ...]]:
    return firsts(known_of(facts, untold))


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


def trip_of(*countries: str, day: date = date(2024, 10, 1), **values: Any) -> Fact:
    return fact("ev_trip", day, type="VISIT.OUT", is_series=True, iso3=countries, **values)


def test_a_stop_of_which_no_meeting_is_described_is_a_contact() -> None:
    """Codebook §9.6: of a trip to Kenya and Hungary the meeting in Hungary alone is an event of its own."""
    trip = trip_of("KEN", "HUN")
    held = fact("ev_held", date(2024, 10, 7), parent_id="ev_trip", iso3=("HUN",))
    told = found([*PAST, trip, held, fact()])
    assert NEWS not in told
    assert told["ev_trip"] == (First("first_country", "KEN", 2023),)
    assert told["ev_held"] == (First("first_country", "HUN", 2023),)


def test_a_meeting_that_was_called_off_covers_no_stop() -> None:
    off = fact("ev_off", date(2024, 10, 7), parent_id="ev_trip", realis="cancelled")
    assert NEWS not in found([*PAST, trip_of("KEN"), off, fact()])


def test_what_editions_do_not_tell_came_earlier_all_the_same() -> None:
    for values in ({"type": "OTHER.UNCLEAR"}, {"type": "MEET.BILAT"}, {"realis": "historical_reference"}):
        assert NEWS not in found([*PAST, fact()], [fact("ev_untold", date(2024, 5, 5), **values)]), values
    assert found([*PAST], [fact()]) == {one: some for one, some in found(PAST).items() if one != NEWS}
    # on the same day nobody knows which came first
    assert NEWS in found([*PAST, fact()], [fact("ev_a", DAY)])


def test_the_database_keeps_what_is_not_told_apart(database: Database, fill: Any) -> None:
    def work(f: Any) -> None:
        f.event(DAY, id="ev_told")
        f.event(DAY, id="ev_plan", realis="planned")
        for number, values in enumerate(
            [{"scope": "context"}, {"type": "OTHER.UNCLEAR"}, {"realis": "historical_reference"}]
        ):
            f.event(DAY, id=f"ev_{number}", countries=("KEN",), **values)
        for number, values in enumerate(
            [{"standing": "retracted"}, {"merged_into": "ev_told"}, {"scope": "context", "realis": "planned"}]
        ):
            f.event(DAY, id=f"ev_not_{number}", **values)

    fill(work)
    with database.reading() as session:
        known = read_known(session)
    assert set(known.facts) == {"ev_told", "ev_plan"}
    assert {event_id: one.iso3 for event_id, one in known.untold.items()} == {f"ev_{n}": ("KEN",) for n in range(3)}
    assert {one.id for one in known.took_place} == {"ev_told", "ev_0", "ev_1", "ev_2"}


@pytest.mark.parametrize(
    ("other", "disproved"),
    [
        (fact("ev_other", date(2024, 11, 5)), True),
        (fact("ev_other", date(2024, 11, 5), type="MSG.CONGRAT"), True),
        (fact("ev_other", date(2025, 6, 1), last_day=DAY, precision="day_range", type="TRAIN.COURSE"), True),
        (fact("ev_other", date(2025, 7, 1), last_day=date(2025, 7, 31), precision="month"), False),  # perhaps after it
        (fact("ev_other", date(2025, 6, 1), last_day=date(2025, 6, 30), precision="month"), True),
        (fact("ev_other", None), False),  # would have kept it from being told, and proves nothing
        (fact("ev_other", DAY), False),
        (fact("ev_other", date(2024, 11, 5), realis="planned"), False),
        (fact("ev_other", date(2024, 11, 5), iso3=("VNM",)), False),
        (trip_of("KEN", day=DAY - timedelta(days=2)), False),  # the trip it belongs to
    ],
)
def test_a_told_first_is_disproved_by_what_surely_came_earlier(other: Fact, disproved: bool) -> None:
    news = fact(parent_id="ev_trip")
    told = Reason("first_country", {"country": "Kenya", "iso3": "KEN", "since": 2023})
    assert Earlier(known_of([*PAST, news, other])).known(told, news) is disproved


def test_a_first_with_a_party_is_disproved_by_its_party_alone() -> None:
    told = Reason("first_party", {"party": "UDA", "party_id": "ken-uda", "since": 2023})
    news, before = fact(parties=("ken-uda",)), fact("ev_before", date(2024, 3, 1), parties=("ken-odm",))
    assert not Earlier(known_of([news, before])).known(told, news)
    assert Earlier(known_of([news, replace(before, parties=("ken-uda",))])).known(told, news)


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

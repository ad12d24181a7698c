"""Trips: what is on them has the realis of the trip, so that no leg counts what did not take place."""

from __future__ import annotations

from datetime import date
from typing import Any

from digests.known import Fact, Known
from digests.rows import Leg, Trip
from digests.trips import trips
from pipeline.store.models import Country

KENYA = Country(iso3="KEN", m49=None, name_en="Kenya", name_zh="肯尼亚", preg="SSA")
BRAZIL = Country(iso3="BRA", m49=None, name_en="Brazil", name_zh="巴西", preg="LAC")


def fact(event_id: str, day: date, **values: Any) -> Fact:
    known: dict[str, Any] = {
        "id": event_id, "type": "MEET.BILAT", "realis": "actual", "is_series": False, "parent_id": "ev_trip",
        "first_day": day, "last_day": day, "precision": "day", "first_seen": day, "standing": "single_source",
        "iso3": ("KEN",),
    }  # fmt: skip
    return Fact(**known | values)


def told(trip: Fact, *children: Fact) -> tuple[Trip, ...]:
    facts = {one.id: one for one in (trip, *children)}
    return trips([trip], Known(facts, {}, {"KEN": KENYA, "BRA": BRAZIL}, {}, {trip.id: children}), "en")


def trip(realis: str) -> Fact:
    values = {"type": "VISIT.OUT", "is_series": True, "parent_id": None, "iso3": ("KEN", "BRA"), "realis": realis}
    return fact("ev_trip", date(2025, 7, 21), **values)


MET = fact("ev_met", date(2025, 7, 22))
CALLED_OFF = fact("ev_off", date(2025, 7, 23), realis="cancelled")
DENIED = fact("ev_denied", date(2025, 7, 24), realis="denied", iso3=("BRA",))
PLANNED = fact("ev_planned", date(2025, 7, 25), realis="planned", iso3=("BRA",))


def test_a_leg_counts_what_took_place() -> None:
    kenya = Leg("KEN", "Kenya", date(2025, 7, 22), date(2025, 7, 22), ("ev_met",))
    brazil = Leg("BRA", "Brazil", None, None, ())
    (one,) = told(trip("actual"), MET, CALLED_OFF, DENIED, PLANNED)
    assert one == Trip("ev_trip", ("ev_met",), (kenya, brazil))


def test_a_planned_trip_has_what_is_planned_on_it() -> None:
    (one,) = told(trip("planned"), CALLED_OFF, PLANNED)
    assert one.event_ids == ("ev_planned",)
    assert [leg.event_ids for leg in one.legs] == [("ev_planned",), ()]

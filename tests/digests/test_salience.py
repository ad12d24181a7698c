"""The things that matter: each rule holds where it should and not a step beyond; at most five, in one order."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from digests.contents import contents
from digests.known import Fact, Known
from digests.periods import parse_period
from digests.rows import Cast, EditionRows, Event, Reason
from digests.salience import Pattern, Silence, country_patterns, event_reasons, highlights, silences
from digests.slices import whole_slice
from pipeline.store.database import Database

WEEK = parse_period("2025-W30")
MONDAY = WEEK.first
AFTER = datetime(2025, 7, 28, 4, tzinfo=UTC)
NAMES = {"KEN": "Kenya", "ZAF": "South Africa", "VNM": "Vietnam"}
NONE = Pattern([Counter()] * 13, [True] * 13, True, NAMES)


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


def event(event_id: str = "ev_1", **values: Any) -> Event:
    known: dict[str, Any] = {
        "id": event_id, "type": "MEET.BILAT", "mode": "inperson_beijing", "realis": "actual", "is_series": False,
        "first_day": MONDAY, "last_day": MONDAY, "precision": "day", "place": None, "countries": ("Kenya",),
        "iso3": ("KEN",), "region": "SSA", "chinese": Cast(), "foreign": Cast(), "themes": (), "participants": None,
        "title_zh": None, "title_en": None, "standing": "single_source", "source_lost": False, "sources": (),
    }  # fmt: skip
    return Event(**known | values)


def rules_of(one: Event, silence: Reason | None = None) -> list[str]:
    return [reason.rule for _, reason in event_reasons(one, silence)]


FIRST = Reason("first_country", {"country": "Kenya", "iso3": "KEN", "since": 2023})
SILENCE = Reason("pattern_silence", {"country": "Kenya", "iso3": "KEN", "months": 14, "since": "2024-05-01"})


@pytest.mark.parametrize(
    ("values", "rules"),
    [
        ({}, []),
        ({"rank": 1}, ["highest_rank"]),
        ({"rank": 2}, ["highest_rank"]),
        ({"rank": 3}, []),
        ({"document": True}, ["document_signed"]),
        ({"document": True, "realis": "planned"}, []),
        ({"rank": 1, "realis": "cancelled"}, []),
        ({"firsts": (FIRST,), "rank": 2, "document": True}, ["first_country", "document_signed", "highest_rank"]),
    ],
)
def test_the_rules_that_hold_for_an_event(values: dict[str, Any], rules: list[str]) -> None:
    assert rules_of(event(**values)) == rules


def test_a_first_contact_breaks_no_silence() -> None:
    assert rules_of(event(), SILENCE) == ["pattern_silence"]
    assert rules_of(event(firsts=(FIRST,)), SILENCE) == ["first_country"]


def test_five_at_most_the_weightiest_first_whatever_the_order() -> None:
    events = [event(f"ev_{number}", rank=1 + number % 2, parent_id=None) for number in range(7)]
    events.append(event("ev_first", firsts=(FIRST,), rank=3))
    events.append(event("ev_nothing"))
    told = highlights(events, NONE, {})
    assert [one.event_id for one in told] == ["ev_first", "ev_0", "ev_2", "ev_4", "ev_6"]
    for _ in range(5):
        random.shuffle(events)
        assert highlights(events, NONE, {}) == told


def test_one_of_a_trip_and_none_where_no_rule_holds() -> None:
    trip = event("ev_trip", rank=2, type="VISIT.IN", is_series=True)
    meetings = [event("ev_a", rank=1, parent_id="ev_trip"), event("ev_b", rank=1, parent_id="ev_trip")]
    assert [one.event_id for one in highlights([trip, *meetings], NONE, {})] == ["ev_a"]
    assert highlights([event(), event("ev_2", rank=4)], NONE, {}) == ()


def pattern(before: list[int], now: int, **values: Any) -> Pattern:
    """Contacts with Kenya in the periods before and in this one."""
    counts = [Counter({"KEN": number}) for number in (*before, now)]
    known: dict[str, Any] = {"watched": [True] * 13, "whole": True, "names": NAMES, "asked": frozenset({"KEN"})}
    return Pattern(counts, **known | values)


@pytest.mark.parametrize(
    ("pattern", "rule"),
    [
        (pattern([1] * 12, 4), "pattern_more"),
        (pattern([1] * 12, 3), None),  # only two more than the mean
        (pattern([4] * 12, 7), None),  # not twice the mean
        (pattern([0] * 12, 3), "pattern_more"),
        (pattern([3] * 12, 0), "pattern_fewer"),
        (pattern([3] * 12, 1), None),
        (pattern([2] * 12, 0), None),
        (pattern([3] * 12, 0, whole=False), None),  # no data is no change of pattern
        (pattern([1] * 12, 4, watched=[False] * 5 + [True] * 8), None),  # seven periods are no pattern
        (pattern([1] * 12, 4, watched=[False] * 4 + [True] * 9), "pattern_more"),
        (pattern([1] * 12, 4, asked=frozenset({"ZAF"})), None),
    ],
)
def test_a_change_of_pattern(pattern: Pattern, rule: str | None) -> None:
    told = [(iso3, reason.rule) for iso3, reason in country_patterns(pattern)]
    assert told == ([("KEN", rule)] if rule else [])


def test_an_edition_names_the_silence_in_its_language() -> None:
    (told,) = highlights([event()], NONE, {"ev_1": Silence("KEN", date(2024, 5, 1), 14)})
    assert told.reasons == (SILENCE,)


def test_a_pattern_tells_its_figures_and_gives_way_to_an_event_of_the_country() -> None:
    more = pattern([1] * 6 + [2] * 6, 6)
    (told,) = highlights([], more, {})
    assert (told.event_id, told.iso3, told.country) == (None, "KEN", "Kenya")
    values: dict[str, str | int | float] = {"country": "Kenya", "iso3": "KEN", "now": 6, "mean": 1.5, "periods": 12}
    assert told.reasons == (Reason("pattern_more", values),)
    assert [one.event_id for one in highlights([event(rank=1)], more, {})] == ["ev_1"]


def fact(event_id: str, day: date, **values: Any) -> Fact:
    known: dict[str, Any] = {
        "id": event_id, "type": "MEET.BILAT", "realis": "actual", "is_series": False, "parent_id": None,
        "first_day": day, "last_day": day, "precision": "day", "first_seen": day, "standing": "single_source",
        "iso3": ("KEN",),
    }  # fmt: skip
    return Fact(**known | values)


def silence(*before: Fact, untold: Fact | None = None, **values: Any) -> Silence | None:
    news = fact("ev_news", MONDAY, **values)
    facts = {one.id: one for one in (*before, news)}
    children = {"ev_trip": (news,)} if news.parent_id else {}
    known = Known(facts, {}, {}, {}, children, {untold.id: untold} if untold else {})
    return silences(known, [news]).get("ev_news")


def test_a_silence_is_broken_after_its_months_and_only_in_covered_years() -> None:
    covered = [fact(f"ev_{month}", date(2024, month, 1), iso3=("ZAF",)) for month in range(1, 13)]
    long, short = date(2024, 7, 21), date(2024, 7, 22)
    told = silence(*covered, fact("ev_long", long))
    assert told == Silence("KEN", long, 12)
    assert told.reason(NAMES).values == {"country": "Kenya", "iso3": "KEN", "since": "2024-07-21", "months": 12}
    assert silence(*covered, fact("ev_short", short)) is None
    assert silence(*covered, fact("ev_long", long), fact("ev_letter", short, type="MSG.CONGRAT")) is None
    assert silence(*covered, fact("ev_old", date(2019, 5, 1))) is None  # the years between are not covered
    assert silence(fact("ev_long", long)) is None
    assert silence(*covered) is None  # never met before is no silence


COVERED = [
    *(fact(f"ev_{month}", date(2024, month, 1), iso3=("ZAF",)) for month in range(1, 13)),
    fact("ev_long", date(2024, 3, 5)),
]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"last_day": MONDAY + timedelta(days=1), "first_day": date(2025, 6, 1)}, "a course is still going on"),
        ({"last_day": date(2025, 12, 31), "first_day": date(2025, 1, 1), "precision": "year"}, "one was in 2025"),
        ({"first_day": None, "last_day": None}, "one has no day"),
        ({"last_day": date(2024, 6, 30), "first_day": date(2024, 6, 1), "precision": "month"}, "no day of its own"),
        ({"is_series": True, "first_day": MONDAY - timedelta(days=1), "last_day": MONDAY}, "a visit had begun"),
    ],
)
def test_a_silence_gives_way_to_what_may_have_come_before(values: dict[str, Any], why: str) -> None:
    assert silence(*COVERED) is not None
    assert silence(*COVERED, fact("ev_other", MONDAY, **values)) is None, why


def test_a_silence_is_neither_told_of_what_is_not_told_nor_past_it() -> None:
    assert silence(*COVERED, untold=fact("ev_unclear", date(2024, 5, 5), type="OTHER.UNCLEAR")) is None
    assert silence(*COVERED, untold=fact("ev_unclear", date(2024, 2, 5), type="OTHER.UNCLEAR")) is not None


def test_the_trip_on_which_a_silence_is_broken_does_not_keep_it() -> None:
    trip = fact("ev_trip", MONDAY - timedelta(days=1), last_day=MONDAY, is_series=True, type="VISIT.IN")
    assert silence(*COVERED, trip, parent_id="ev_trip") is not None
    assert silence(*COVERED, replace(trip, iso3=("KEN", "HUN")), parent_id="ev_trip", iso3=("HUN",)) is None


def test_a_meeting_of_some_day_in_a_month_breaks_no_silence() -> None:
    assert silence(*COVERED, last_day=date(2025, 7, 31), precision="month") is None


def rows_of(database: Database, cut_off: datetime = AFTER) -> EditionRows:
    with database.reading() as session:
        return contents(session, WEEK, [whole_slice(session, "weekly")], cut_off)[0].rows


def test_an_edition_tells_whose_rank_it_is_and_what_was_signed(database: Database, fill: Any) -> None:
    def work(f: Any) -> None:
        received = f.event(MONDAY, countries=("KEN",), id="ev_pm")
        f.person(received, "William Ruto", country="KEN", title="President of Kenya")
        f.person(received, "Aide", country="KEN", title="Minister of Foreign Affairs", role="attendee")
        f.event(MONDAY, countries=("VNM",), id="ev_mou", type="DOC.MOU")
        f.event(MONDAY, countries=("HUN",), id="ev_plain")
        recalled = f.event(MONDAY, countries=("BRA",), id="ev_named")
        f.person(recalled, "Lula", country="BRA", title="President of Brazil", role="mentioned")
        late = f.event(MONDAY - timedelta(days=200), countries=("BRA",), id="ev_late")
        f.person(late, "Lula", country="BRA", title="President of Brazil")

    fill(work)
    first, second = rows_of(database).highlights
    assert first.event_id == "ev_pm"
    values: dict[str, str | int | float] = {"rank": 1, "name": "William Ruto", "title": "President of Kenya"}
    assert first.reasons == (Reason("highest_rank", values),)
    assert (second.event_id, second.reasons) == ("ev_mou", (Reason("document_signed", {"type": "DOC.MOU"}),))


def test_a_running_week_is_not_yet_fewer_than_usual(database: Database, fill: Any) -> None:
    """A draft of Monday morning told "far fewer than usual" of a week that had just begun."""

    def work(f: Any) -> None:
        for site in ("idcpc_zh", "idcpc_en"):
            f.run(site, datetime(2025, 4, 1, 1, tzinfo=UTC))
            f.run(site, datetime(2025, 7, 21, 1, tzinfo=UTC))
        for weeks in range(1, 13):
            for day in range(3):
                f.event(MONDAY - timedelta(weeks=weeks, days=-day), countries=("VNM",))

    fill(work)
    assert patterns(rows_of(database, datetime(2025, 7, 21, 2, tzinfo=UTC))) == []
    assert patterns(rows_of(database)) == ["pattern_fewer"]


def patterns(rows: EditionRows) -> list[str]:
    return [reason.rule for one in rows.highlights if one.event_id is None for reason in one.reasons]

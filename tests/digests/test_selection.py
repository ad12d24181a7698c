"""What an edition tells: by week and ledger; nothing twice, nothing too early, nothing hidden."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.delivery import send_edition
from digests.periods import Week, parse_period
from digests.rows import EditionRows
from digests.selection import LATE_LISTED, Candidate, choose, sort_candidates
from digests.slices import default_slice_id
from digests.subscribers import Wanted, add
from pipeline.config import Settings
from pipeline.store.database import Database

WEEK = parse_period("2025-W30")
NEXT = parse_period("2025-W31")
MONDAY = WEEK.first
AFTER = datetime(2025, 7, 28, 4, tzinfo=UTC)
AFTER_NEXT = AFTER + timedelta(days=7)


@pytest.fixture
def database_url(begun_copy: str) -> str:
    """SQLite alone: the same statements run on PostgreSQL in the tests of editions and delivery."""
    return begun_copy


def rows_of(database: Database, week: Week = WEEK, cut_off: datetime = AFTER) -> EditionRows:
    with database.reading() as session:
        return choose(session, week, default_slice_id(session), cut_off).rows


def ids(events: Any) -> set[str]:
    return {event.id for event in events}


@pytest.fixture
def sent(database: Database, settings: Settings) -> Any:
    """``sent(week, now)``: send a week's edition to the one reader, into the outbox."""
    add(database, [Wanted("reader@example.org")], AFTER - timedelta(days=30))
    return lambda week, now: send_edition(database, settings, week, now)


def test_this_week_is_what_ended_in_it(database: Database, fill: Any) -> None:
    sunday = fill(lambda f: f.event(MONDAY - timedelta(days=3), end=MONDAY + timedelta(days=6))).id
    monday = fill(lambda f: f.event(MONDAY)).id
    before = fill(lambda f: f.event(MONDAY - timedelta(days=1))).id
    after = fill(lambda f: f.event(MONDAY + timedelta(days=6), end=MONDAY + timedelta(days=7))).id
    rows = rows_of(database)
    assert ids(rows.events) == {sunday, monday}
    assert before not in ids(rows.late)  # known before the slice's first edition: counted, not listed
    assert rows.known_before.count == 1
    assert after not in ids((*rows.events, *rows.late, *rows.planned))


@pytest.mark.parametrize(
    "values",
    [
        {"scope": "context"},
        {"realis": "historical_reference"},
        {"standing": "retracted"},
        {"type": "OTHER.UNCLEAR"},
        {"merged_into": "ev_other"},
    ],
)
def test_what_is_out_of_scope_doubtful_or_taken_over_is_not_told(
    database: Database, fill: Any, values: dict[str, Any]
) -> None:
    fill(lambda f: f.event(MONDAY, **values))
    told = fill(lambda f: f.event(MONDAY)).id
    assert ids(rows_of(database).events) == {told}


def test_a_late_event_comes_once_and_never_again(database: Database, fill: Any, sent: Any) -> None:
    first = fill(lambda f: f.event(MONDAY)).id
    sent(WEEK, AFTER)
    late = fill(lambda f: f.event(MONDAY + timedelta(days=1), first_seen_at=AFTER + timedelta(days=1))).id
    own = fill(lambda f: f.event(NEXT.first)).id
    rows = rows_of(database, NEXT, AFTER_NEXT)
    assert (ids(rows.events), ids(rows.late)) == ({own}, {late})
    assert first not in ids((*rows.events, *rows.late))
    sent(NEXT, AFTER_NEXT)
    rows = rows_of(database, Week.holding(NEXT.first + timedelta(days=7)), AFTER_NEXT + timedelta(days=7))
    assert (rows.events, rows.late, rows.known_before.count) == ((), (), 0)


def test_a_planned_visit_is_told_again_when_it_takes_place(database: Database, fill: Any, sent: Any) -> None:
    visit = fill(lambda f: f.event(NEXT.first, end=NEXT.last, type="VISIT.IN", is_series=True, realis="planned")).id
    assert ids(rows_of(database).planned) == {visit}
    sent(WEEK, AFTER)
    assert rows_of(database, NEXT, AFTER_NEXT).planned == ()

    def takes_place(f: Any) -> None:
        from pipeline.store.models import EventRow

        f.session.get(EventRow, visit).realis = "actual"

    fill(takes_place)
    assert ids(rows_of(database, NEXT, AFTER_NEXT).events) == {visit}
    sent(NEXT, AFTER_NEXT)
    rows = rows_of(database, NEXT, AFTER_NEXT)
    assert visit not in ids((*rows.events, *rows.late, *rows.planned))


def test_an_event_that_took_over_a_told_one_is_not_told_again(database: Database, fill: Any, sent: Any) -> None:
    told = fill(lambda f: f.event(MONDAY)).id
    sent(WEEK, AFTER)

    def merge(f: Any) -> str:
        from pipeline.store.models import EventRow

        survivor = f.event(MONDAY, first_seen_at=AFTER + timedelta(days=1))
        f.session.get(EventRow, told).merged_into = survivor.id
        survivor_id: str = survivor.id
        return survivor_id

    survivor = fill(merge)
    assert survivor not in ids(rows_of(database, NEXT, AFTER_NEXT).late)


def test_a_draft_uses_up_nothing(database: Database, settings: Settings, fill: Any, sent: Any) -> None:
    from digests.editions import make_edition

    event = fill(lambda f: f.event(MONDAY)).id
    make_edition(database, settings, WEEK, AFTER)
    assert ids(rows_of(database).events) == {event}


def test_after_a_backfill_the_newest_late_events_are_listed_and_the_rest_counted(
    database: Database, fill: Any, sent: Any
) -> None:
    fill(lambda f: f.event(MONDAY))
    sent(WEEK, AFTER)

    def backfill(f: Any) -> None:
        for number in range(LATE_LISTED + 5):
            f.event(date(2012, 1, 1) + timedelta(days=number))

    fill(backfill)
    rows = rows_of(database, NEXT, AFTER_NEXT)
    assert len(rows.late) == LATE_LISTED
    assert rows.late_rest.count == 5
    assert rows.late_rest.first_day == date(2012, 1, 1)
    assert min(event.last_day for event in rows.late if event.last_day) > date(2012, 1, 5)
    sent(NEXT, AFTER_NEXT)
    rows = rows_of(database, Week.holding(NEXT.first + timedelta(days=7)), AFTER_NEXT + timedelta(days=7))
    assert (len(rows.late), rows.late_rest.count) == (0, 0)


def test_figures_count_contacts_beside_the_week_before(database: Database, fill: Any) -> None:
    def week(f: Any) -> None:
        meeting = f.event(MONDAY, countries=("ZAF", "KEN"))
        f.person(meeting, "Liu Jianchao", side="chinese")
        f.person(meeting, "Ma Hui", side="chinese", role="mentioned")
        call = f.event(MONDAY, countries=("VNM",), type="MEET.REMOTE")
        f.person(call, "Liu Jianchao", side="chinese")
        f.event(MONDAY, countries=("VNM",), type="VISIT.IN", is_series=True)
        f.event(MONDAY, countries=("BRA",), type="MSG.CONGRAT")
        f.event(MONDAY, countries=(), type="DOC.MECH")
        f.event(MONDAY, countries=("HUN",), realis="planned")
        f.event(MONDAY, countries=("HUN",), scope="context")
        f.event(MONDAY - timedelta(days=7), countries=("KEN",))
        f.event(MONDAY - timedelta(days=8), countries=("HUN",))

    fill(week)
    figures = rows_of(database).figures
    assert (figures.contacts.now, figures.contacts.before) == (3, 1)
    assert (figures.visits.now, figures.visits.before) == (1, 0)
    assert (figures.countries.now, figures.countries.before) == (3, 1)
    assert figures.officials.now == 1
    assert {row.name: row.now for row in figures.regions} == {"SSA": 1, "SEA": 1, "none": 1}
    assert {row.name: row.now for row in figures.types} == {"MEET": 2, "VISIT": 1, "MSG": 1, "DOC": 1}
    assert [(row.name, row.now, row.before) for row in figures.named] == [
        ("Kenya", 1, 1), ("South Africa", 1, 0), ("Vietnam", 1, 0),
    ]  # fmt: skip


def test_the_rows_hold_people_bodies_titles_and_sources(database: Database, fill: Any) -> None:
    def work(f: Any) -> None:
        zh, en = f.page("idcpc_zh"), f.page("idcpc_en", url="https://www.idcpc.gov.cn/english/t20250722_000009.html")
        event = f.event(MONDAY, pages=[en, zh], themes=("bri",))
        f.body(None, "anc", "African National Congress")
        f.person(event, "Aide", side="chinese", role="attendee")
        f.person(event, "Liu Jianchao", side="chinese", title="Minister", title_zh="部长", is_leader=True)
        f.person(event, "Cyril Ramaphosa", role="mentioned")
        f.person(event, "Fikile Mbalula", body="anc", title="Secretary-General")
        f.body(event, "anc", None)

    fill(work)
    (event,) = rows_of(database).events
    assert [person.name.text for person in event.chinese.people] == ["Liu Jianchao"]
    assert [person.name.text for person in event.chinese.present] == ["Aide"]
    assert [person.name.text for person in event.foreign.people] == ["Fikile Mbalula"]
    assert event.foreign.bodies == ()  # it stands behind Mbalula and is not listed a second time
    assert [source.language for source in event.sources] == ["zh", "en"]
    assert all(source.copy.startswith("sn_") for source in event.sources)
    assert event.region == "SSA"


@given(
    st.lists(
        st.builds(
            lambda number, realis, first, length, seen: Candidate(
                f"ev_{number}", realis, first, first and first + timedelta(days=length), seen
            ),
            st.integers(),
            st.sampled_from(["actual", "planned", "cancelled"]),
            st.none() | st.dates(date(2025, 6, 1), date(2025, 9, 1)),
            st.integers(0, 40),
            st.dates(date(2025, 6, 1), date(2025, 9, 1)),
        )
    )
)
def test_every_candidate_gets_one_place_and_nothing_later_is_told(candidates: list[Candidate]) -> None:
    placed = sort_candidates(candidates, WEEK)
    everywhere = [*placed.week, *placed.late, *placed.planned, *placed.waiting]
    assert sorted(map(repr, everywhere)) == sorted(map(repr, candidates))
    for one in (*placed.week, *placed.late):
        assert one.last_day is None or one.last_day <= WEEK.last
    for one in placed.planned:
        assert one.realis != "actual"
    for one in placed.week:
        assert one.realis == "actual"
        assert one.last_day is not None
        assert WEEK.first <= one.last_day <= WEEK.last

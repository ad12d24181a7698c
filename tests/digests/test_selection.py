"""What an edition tells: by week and ledger; nothing twice, nothing too early, nothing hidden."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from digests.contents import contents
from digests.editions import freeze
from digests.periods import Month, Period, Week, parse_period
from digests.rows import EditionRows
from digests.selection import LATE_LISTED
from digests.slices import whole_slice
from digests.subscribers import Wanted, add
from digests.wishes import Wishes
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.models import Loss, Slice

WEEK = parse_period("2025-W30")
NEXT = parse_period("2025-W31")
MONDAY = WEEK.first
AFTER = datetime(2025, 7, 28, 4, tzinfo=UTC)
AFTER_NEXT = AFTER + timedelta(days=7)


@pytest.fixture
def database_url(begun_copy: str) -> str:
    """SQLite alone: the same statements run on PostgreSQL in the tests of editions and delivery."""
    return begun_copy


def rows_of(database: Database, period: Period = WEEK, cut_off: datetime = AFTER, wishes: Any = None) -> EditionRows:
    """What the edition of a period tells who asks for everything, or a new slice of these wishes."""
    with database.reading() as session:
        one = whole_slice(session, period.rhythm)
        if wishes is not None:
            one = Slice(key="new", language="en", rhythm=period.rhythm, wishes=wishes.plain())
        (content,) = contents(session, period, [one], cut_off)
        return content.rows


def ids(events: Any) -> set[str]:
    return {event.id for event in events}


@pytest.fixture
def sent(database: Database, settings: Settings) -> Any:
    """``sent(week, now)``: freeze a week's edition for the one reader, as the first sending does."""
    add(database, [Wanted("reader@example.org")], AFTER - timedelta(days=30))
    return lambda week, now: freeze(database, week, now)


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


def wide(precision: str = "month", **values: Any) -> Any:
    """An event of some day in July, or in 2025."""
    first, last = (date(2025, 7, 1), date(2025, 7, 31))
    if precision == "year":
        first, last = date(2025, 1, 1), date(2025, 12, 31)
    return lambda f: f.event(first, end=last, date_precision=precision, **values)


@pytest.mark.parametrize("precision", ["month", "year"])
def test_what_has_no_day_but_a_month_or_year_is_told_when_it_becomes_known(
    database: Database, fill: Any, sent: Any, precision: str
) -> None:
    fill(lambda f: f.event(MONDAY, id="ev_day"))
    event = fill(wide(precision)).id
    rows = rows_of(database)
    assert ids(rows.events) == {event, "ev_day"}
    assert (rows.figures.contacts.now, rows.trends.figures[0].values[-1]) == (1, 1)  # of which week nobody knows
    sent(WEEK, AFTER)
    last = parse_period("2025-W31" if precision == "month" else "2026-W01")
    rows = rows_of(database, last, last.ends_at)
    assert (rows.events, rows.late, rows.figures.contacts.now) == ((), (), 0)


def test_a_month_that_ended_is_late_and_one_of_later_news_waits(database: Database, fill: Any, sent: Any) -> None:
    fill(lambda f: f.event(MONDAY))
    sent(WEEK, AFTER)
    later = parse_period("2025-W32")
    event = fill(wide(first_seen_at=later.starts_at + timedelta(days=2))).id
    assert rows_of(database, NEXT, AFTER_NEXT).events == ()
    assert ids(rows_of(database, later, later.ends_at).late) == {event}


def test_the_edition_of_a_month_counts_what_took_place_in_it(database: Database, fill: Any, sent: Any) -> None:
    fill(wide(id="ev_month"))
    fill(wide("year", id="ev_year"))
    rows = rows_of(database, parse_period("2025-07"), datetime(2025, 8, 1, 4, tzinfo=UTC))
    assert (ids(rows.events), rows.figures.contacts.now) == ({"ev_month", "ev_year"}, 1)


@pytest.mark.parametrize("realis", ["planned", "cancelled"])
def test_a_plan_without_a_day_stands_under_planned(database: Database, fill: Any, sent: Any, realis: str) -> None:
    old = fill(lambda f: f.event(None, realis=realis, first_seen_at=datetime(2025, 7, 20, tzinfo=UTC))).id
    new = fill(lambda f: f.event(None, realis=realis)).id
    rows = rows_of(database)
    assert (ids(rows.planned), rows.late, rows.known_before.count) == ({new}, (), 1)
    sent(WEEK, AFTER)
    another = fill(lambda f: f.event(None, realis=realis)).id  # heard of in a week whose edition had gone
    rows = rows_of(database, NEXT, AFTER_NEXT)
    assert (ids(rows.planned), old in ids(rows.late)) == ({another}, False)


def test_two_slices_have_a_ledger_each(database: Database, settings: Settings, fill: Any, sent: Any) -> None:
    event = fill(lambda f: f.event(MONDAY, countries=("KEN",))).id
    sent(WEEK, AFTER)
    assert event not in ids(rows_of(database).events)
    assert ids(rows_of(database, wishes=Wishes(countries=("KEN",))).events) == {event}


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


def test_a_slice_gets_what_it_asks_for_and_its_own_figures(database: Database, fill: Any) -> None:
    def work(f: Any) -> None:
        f.event(MONDAY, countries=("KEN",), id="ev_ken", themes=("bri",))
        f.event(MONDAY, countries=("KEN",), id="ev_class", type="TRAIN.COURSE")
        f.event(MONDAY, countries=("VNM",), id="ev_vnm")
        party = f.event(MONDAY, countries=("VNM",), id="ev_party")
        f.body(party, "vnm-cpv", "Communist Party of Vietnam", country="VNM")
        f.person(party, "Liu Jianchao", side="chinese")

    fill(work)
    for wishes, wanted in (
        (Wishes(), {"ev_ken", "ev_class", "ev_vnm", "ev_party"}),
        (Wishes(countries=("KEN",)), {"ev_ken", "ev_class"}),
        (Wishes(countries=("KEN",), themes=("bri",)), {"ev_ken"}),
        (Wishes(types=("TRAIN",)), {"ev_class"}),
        (Wishes(parties=("vnm-cpv",)), {"ev_party"}),
        (Wishes(officials=("chn-liu-jianchao",)), {"ev_party"}),
        (Wishes().with_less(countries=("KEN",), types=("MEET.MULTI",)), {"ev_vnm", "ev_party"}),
    ):
        rows = rows_of(database, wishes=wishes)
        assert ids(rows.events) == wanted, wishes
        assert rows.figures.contacts.now == len(wanted)
        assert rows.trends.figures[0].values[-1] == len(wanted)
        assert rows.wishes == wishes.plain()


def test_a_page_that_changed_is_told_to_who_asks_for_its_events(database: Database, fill: Any) -> None:
    def work(f: Any) -> None:
        page = f.page()
        f.event(MONDAY, countries=("KEN",), pages=[page])
        f.change(page, f.reading(page), f.reading(page))
        other = f.page()
        f.change(other, f.reading(other), f.reading(other), material=False)
        gone, listed = f.page(), f.page()
        since = datetime(2025, 7, 24, tzinfo=UTC)
        f.session.add(Loss(page_id=gone.id, kind="removed", since=since))
        f.session.add(Loss(page_id=listed.id, kind="delisted", since=since, confirmed_at=since))
        f.event(MONDAY, countries=("VNM",), pages=[listed])

    fill(work)
    rows = rows_of(database)
    assert (len(rows.edited), rows.small_edits, len(rows.removed), len(rows.delisted)) == (1, 1, 1, 1)
    assert rows.delisted[0].state == "delisted"
    kenya, vietnam = (rows_of(database, wishes=Wishes(countries=(one,))) for one in ("KEN", "VNM"))
    assert (len(kenya.edited), kenya.small_edits, len(kenya.removed), len(kenya.delisted)) == (1, 0, 0, 0)
    assert (len(vietnam.edited), len(vietnam.delisted)) == (0, 1)


def test_a_month_tells_what_ended_in_it_with_a_ledger_of_its_own(database: Database, fill: Any, sent: Any) -> None:
    first, last = date(2025, 7, 1), date(2025, 7, 31)
    told = {fill(lambda f: f.event(day)).id for day in (first, last)}  # noqa: B023
    fill(lambda f: f.event(first - timedelta(days=1)))
    fill(lambda f: f.event(last + timedelta(days=1)))
    sent(WEEK, AFTER)
    month = parse_period("2025-07")
    rows = rows_of(database, month, datetime(2025, 8, 1, 4, tzinfo=UTC))
    assert (ids(rows.events), rows.kind, rows.known_before.count) == (told, "month", 1)
    assert [one.name for one in rows.trends.periods][-2:] == ["2025-06", "2025-07"]
    assert isinstance(month, Month)


def test_trips_have_their_legs_training_and_documents_their_lists(database: Database, fill: Any) -> None:
    def work(f: Any) -> None:
        trip = f.event(
            MONDAY, end=MONDAY + timedelta(days=5), id="ev_trip", type="VISIT.OUT", is_series=True,
            countries=("KEN", "ZAF", "HUN"),
        )  # fmt: skip
        f.event(MONDAY + timedelta(days=3), id="ev_zaf", countries=("ZAF",), parent_id=trip.id)
        f.event(MONDAY, id="ev_ken", countries=("KEN",), parent_id=trip.id)
        f.event(MONDAY + timedelta(days=1), id="ev_paper", countries=("KEN",), parent_id="ev_ken", type="DOC.MOU")
        f.event(MONDAY, id="ev_class", type="TRAIN.COURSE")
        f.event(NEXT.first, end=NEXT.last, id="ev_plan", type="VISIT.IN", is_series=True, realis="planned")

    fill(work)
    rows = rows_of(database)
    trip, planned = rows.trips
    assert (trip.event_id, trip.event_ids) == ("ev_trip", ("ev_ken", "ev_zaf"))
    assert [(leg.iso3, leg.first_day, leg.event_ids) for leg in trip.legs] == [
        ("KEN", MONDAY, ("ev_ken",)), ("ZAF", MONDAY + timedelta(days=3), ("ev_zaf",)), ("HUN", None, ()),
    ]  # fmt: skip
    assert (planned.event_id, planned.legs) == ("ev_plan", ())
    assert rows.training == ("ev_class",)
    assert set(rows.documents) == {"ev_paper", "ev_ken"}  # the paper, and the meeting it was signed at


def test_a_gap_says_how_many_events_a_normal_week_brought_from_the_site(database: Database, fill: Any) -> None:
    def work(f: Any) -> None:
        f.site("blog_en")
        f.run("blog_en", datetime(2025, 5, 5, tzinfo=UTC))  # read for the weeks from 2025-W18 on
        f.run("blog_en", datetime(2025, 7, 7, 1, tzinfo=UTC))
        f.run("blog_en", datetime(2025, 7, 16, 1, tzinfo=UTC), "unreachable", cause="no answer")
        page = f.page("blog_en", url="https://blog.example/1")
        for number, day in enumerate((date(2025, 5, 6), date(2025, 5, 7), date(2025, 6, 3), date(2025, 7, 14))):
            event = f.event(day, countries=("KEN",) if number else ("VNM",))
            f.mention(event, page, number=number + 1)
        f.event(date(2025, 6, 4))  # told by another site alone

    fill(work)
    (gap,) = [gap for gap in rows_of(database).gaps if gap.since == date(2025, 7, 7)]
    # W18, which ended the day before, to W27; W28 was not read to its end and W29 not at all
    assert (gap.kind, gap.counted, gap.expected) == ("unread", 10, 0.3)
    (gap,) = [one for one in rows_of(database, wishes=Wishes(countries=("VNM",))).gaps if one.kind == "unread"]
    assert gap.expected == 0.1


def test_a_trend_has_no_figure_where_nothing_was_watched(database: Database, fill: Any) -> None:
    fill(lambda f: f.event(MONDAY))
    trends = rows_of(database).trends
    contacts = trends.figures[0]
    assert contacts.values == (None,) * 12 + (1,)  # the watch began on the morning after 2025-W30
    assert contacts.mean is None
    assert [one.missing for one in trends.periods] == [2] * 12 + [0]

    def watched_before(f: Any) -> None:
        f.run("idcpc_zh", datetime(2025, 7, 8, 1, tzinfo=UTC))
        f.event(MONDAY - timedelta(days=14))
        f.event(MONDAY - timedelta(days=14))

    fill(watched_before)
    trends = rows_of(database).trends
    assert trends.figures[0].values[-4:] == (None, 2, 0, 1)
    assert trends.figures[0].mean == 1.0

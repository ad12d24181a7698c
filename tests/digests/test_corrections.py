"""Corrections: what was told wrong is put right once, for those who were told it, and nothing else is touched."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from digests.corrections import told_corrections
from digests.editions import freeze, frozen_slice
from digests.facts import as_facts
from digests.periods import Week, parse_period
from digests.rows import canonical
from digests.slices import slice_of
from digests.subscribers import Choice, Wanted, add
from digests.wishes import Wishes
from pipeline.store.database import Database
from pipeline.store.models import (
    Correction,
    EventCountry,
    EventRow,
    Participation,
    PersonRow,
    Subscriber,
    Subscription,
    Told,
)  # fmt: skip

pytestmark = pytest.mark.usefixtures("unrendered")

WEEK = parse_period("2025-W30")
AFTER = datetime(2025, 7, 28, 4, tzinfo=UTC)
MONDAY = WEEK.first
EVENT = "ev_told"


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


@pytest.fixture
def told(database: Database, fill: Any) -> None:
    """An event with people and a party, told to the one reader in the edition of 2025-W30."""

    def work(f: Any) -> None:
        event = f.event(MONDAY, end=MONDAY + timedelta(days=3), countries=("ZAF",), id=EVENT)
        f.body(None, "zaf-anc", "African National Congress")
        f.person(event, "Liu Jianchao", side="chinese")
        f.person(event, "Ma Hui", side="chinese", role="attendee")
        f.person(event, "Fikile Mbalula", body="zaf-anc")

    fill(work)
    add(database, [Wanted("reader@example.org")], AFTER)
    freeze(database, WEEK, AFTER)


def week_after(number: int) -> tuple[Week, datetime]:
    return Week.holding(MONDAY + timedelta(days=7 * number)), AFTER + timedelta(days=7 * number)


def corrections(database: Database, number: int = 1) -> list[dict[str, Any]]:
    """Those that the edition so many weeks later tells the whole slice."""
    week, now = week_after(number)
    freeze(database, week, now)
    with database.reading() as session:
        frozen = frozen_slice(session, week.name)
    assert frozen is not None
    found: list[dict[str, Any]] = json.loads(frozen.rows)["corrections"]
    return found


def change(**values: Any) -> Callable[[Any], None]:
    def work(f: Any) -> None:
        row = f.session.get(EventRow, EVENT)
        for name, value in values.items():
            setattr(row, name, value)

    return work


def replaced(f: Any) -> None:
    """The guest was somebody else."""
    event = f.session.get(EventRow, EVENT)
    guest = select(Participation).where(Participation.person_id == "zaf-fikile-mbalula")
    f.session.delete(f.session.scalars(guest).one())
    f.person(event, "Gwen Ramokgopa", body="zaf-anc")


def replaced_by_id(f: Any) -> None:
    guest = select(Participation).where(Participation.person_id == "mbalula")
    f.session.delete(f.session.scalars(guest).one())
    f.person(f.session.get(EventRow, EVENT), "Gwen Ramokgopa", body="zaf-anc")


def party_gone(f: Any) -> None:
    f.session.scalars(
        select(Participation).where(Participation.organisation_id == "zaf-anc")
    ).one().organisation_id = None


def another_country(f: Any) -> None:
    f.session.scalars(select(EventCountry).where(EventCountry.event_id == EVENT)).one().iso3 = "KEN"


@pytest.mark.parametrize(
    ("work", "fields"),
    [
        (change(type="MEET.REMOTE"), ["type"]),
        (change(date_start=MONDAY - timedelta(days=1)), ["days"]),
        (change(date_start=None, date_end=None), ["days"]),
        (change(standing="disputed"), ["standing"]),
        (another_country, ["countries"]),
        (replaced, ["foreign"]),
        (party_gone, ["bodies"]),
    ],
)
def test_what_was_told_wrong_is_put_right_once(
    database: Database, fill: Any, told: None, work: Any, fields: Any
) -> None:
    fill(work)
    (one,) = corrections(database)
    assert (one["why"], one["fields"], one["period"]) == ("changed", fields, "2025-W30")
    assert one["was"] != one["now"]
    assert one["copy"].startswith("sn_")
    assert corrections(database, 2) == []
    with database.reading() as session:
        (row,) = session.scalars(select(Correction))
        (feed,) = told_corrections(session, 10)
        assert as_facts(row.was).type == "MEET.BILAT"
        assert (feed.period, feed.corrected, feed.why, feed.event_id) == ("2025-W31", "2025-W30", "changed", EVENT)
        assert feed.told_at == AFTER + timedelta(days=7)


def added(f: Any) -> None:
    event = f.session.get(EventRow, EVENT)
    f.person(event, "Sun Haiyan", side="chinese", role="attendee")
    f.person(event, "Nomvula Mokonyane")
    f.body(event, "zaf-sacp", "South African Communist Party")


def moved(f: Any) -> None:
    """Who acted is now one of those present, who was present acts."""
    for row in f.session.scalars(select(Participation).where(Participation.side == "chinese")):
        row.role = "attendee" if row.role == "host" else "host"


def another_id(f: Any) -> None:
    """The same name under the gazetteer's id."""
    f.session.add(PersonRow(id="mbalula", name_en="Fikile Mbalula", country="ZAF", source="gazetteer"))
    f.session.flush()
    f.session.scalars(
        select(Participation).where(Participation.person_id == "zaf-fikile-mbalula")
    ).one().person_id = "mbalula"


@pytest.mark.parametrize(
    "work",
    [
        change(title_zh="另一个标题", place="Shanghai", participants=12, source_lost=True, mode="video"),
        change(standing="confirmed"),
        change(date_start=MONDAY + timedelta(days=1), date_end=MONDAY + timedelta(days=1)),
        added,
        moved,
        another_id,
    ],
)
def test_what_is_not_material_is_no_correction(database: Database, fill: Any, told: None, work: Any) -> None:
    fill(work)
    assert corrections(database) == []


def guest(f: Any, name: str | None, name_zh: str | None = "恩科纳") -> None:
    """The guest of the event as the resolver knows them now: under the id that the name gives."""
    event = f.session.get(EventRow, EVENT)
    for row in f.session.scalars(select(Participation).where(Participation.side == "foreign")):
        f.session.delete(row)
    f.session.flush()
    f.person(event, name, name_zh=name_zh)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((None, "恩科纳"), ("Moses Nkona", "恩科纳")),  # the English page follows the Chinese one
        (("Moses Nkona", "恩科纳"), (None, "恩科纳")),  # and goes
        (("Moses Nkona", "恩科纳"), ("Moses P. Nkonna", "摩西·恩科纳")),
        ((None, "恩科纳"), ("Moses Nkona", None)),
    ],
)
def test_another_page_that_names_the_guest_otherwise_is_no_correction(
    database: Database, fill: Any, told: None, language: str, before: Any, after: Any
) -> None:
    fill(lambda f: guest(f, *before))
    add(database, [Wanted("zh@example.org", choice=Choice(language=language))], AFTER)
    corrections(database)  # from here on it is told so
    fill(lambda f: guest(f, *after))
    week, now = week_after(2)
    freeze(database, week, now)
    with database.reading() as session:
        frozen = frozen_slice(session, week.name, language=language)
    assert frozen is not None
    assert json.loads(frozen.rows)["corrections"] == []


def test_another_guest_is_a_correction_however_the_page_names_them(database: Database, fill: Any, told: None) -> None:
    fill(lambda f: guest(f, None, "恩科纳"))
    corrections(database)
    fill(lambda f: guest(f, "Kgosi Mwansa", "姆万萨"))
    (one,) = corrections(database, 2)
    assert [list(one[when]["foreign"].values()) for when in ("was", "now")] == [["恩科纳"], ["Kgosi Mwansa"]]


def test_a_party_known_only_in_characters_gets_its_english_name_without_a_correction(
    database: Database, fill: Any, told: None
) -> None:
    def party(body_id: str, name: str | None) -> Callable[[Any], None]:
        def work(f: Any) -> None:
            event = f.session.get(EventRow, EVENT)
            for row in f.session.scalars(select(Participation).where(Participation.side == "foreign")):
                f.session.delete(row)
            f.session.flush()
            f.body(event, body_id, name, name_zh="纳米比亚人组党")

        return work

    fill(party("nam-zu-dang-3facbd", None))
    corrections(database)
    fill(party("nam-swapo-party", "SWAPO Party"))
    assert corrections(database, 2) == []


def test_a_ledger_of_the_code_before_is_still_read(database: Database, fill: Any, told: None) -> None:
    def older(f: Any) -> None:
        for row in f.session.scalars(select(Told)):
            facts = json.loads(row.facts)
            row.facts = canonical({name: facts[name] for name in facts if name not in ("names", "firsts", "precision")})

    fill(older)
    fill(another_id)
    assert corrections(database) == []
    fill(replaced_by_id)
    (one,) = corrections(database, 2)
    assert one["fields"] == ["foreign"]


@pytest.mark.parametrize(
    "values", [{"standing": "retracted"}, {"scope": "context"}, {"realis": "historical_reference"}]
)
def test_a_retracted_event_is_corrected_once_and_again_when_it_comes_back(
    database: Database, fill: Any, told: None, values: dict[str, str]
) -> None:
    fill(change(**values))
    (one,) = corrections(database)
    assert (one["why"], one["now"], one["copy"] is not None) == ("retracted", None, True)
    assert corrections(database, 2) == []
    fill(change(standing="single_source", scope="in", realis="actual"))
    (back,) = corrections(database, 3)
    assert (back["why"], back["fields"]) == ("changed", ["standing"])
    assert corrections(database, 4) == []


def test_a_plan_put_off_is_corrected(database: Database, fill: Any) -> None:
    fill(lambda f: f.event(MONDAY + timedelta(days=8), id=EVENT, realis="planned"))
    add(database, [Wanted("reader@example.org")], AFTER)
    freeze(database, WEEK, AFTER)
    later = MONDAY + timedelta(days=30)
    fill(change(date_start=later, date_end=later))
    (one,) = corrections(database)
    assert (one["fields"], one["realis"], one["now"]["first_day"]) == (["days"], "planned", later.isoformat())


def test_two_events_told_that_were_one_are_merged_once(database: Database, fill: Any, told: None) -> None:
    fill(lambda f: f.event(MONDAY + timedelta(days=8), id="ev_other", countries=("ZAF",)))
    assert corrections(database) == []  # told in W31 as another event
    fill(change(merged_into="ev_other"))
    (one,) = corrections(database, 2)
    assert (one["why"], one["event_id"], one["now_id"], one["period"]) == ("merged", EVENT, "ev_other", "2025-W30")
    assert corrections(database, 3) == []


def test_an_event_taken_over_by_one_never_told_is_corrected_only_where_it_differs(
    database: Database, fill: Any, told: None
) -> None:
    def merge(f: Any) -> None:
        f.event(MONDAY, id="ev_other", countries=("ZAF",), type="MEET.REMOTE", first_seen_at=AFTER)
        f.session.get(EventRow, EVENT).merged_into = "ev_other"

    fill(merge)
    (one,) = corrections(database)
    assert (one["why"], one["now_id"]) == ("changed", "ev_other")
    assert set(one["fields"]) == {"type", "chinese", "foreign", "bodies"}  # its day lies in those told
    assert corrections(database, 2) == []


def test_only_the_slices_that_were_told_get_a_correction(database: Database, fill: Any, told: None) -> None:
    def readers(f: Any) -> None:
        for number, wishes in enumerate((Wishes(countries=("ZAF",)), Wishes(countries=("KEN",)))):
            reader = Subscriber(email=f"{number}@example.org", name=None, added_at=AFTER)
            f.session.add(reader)
            f.session.flush()
            one = slice_of(f.session, wishes, "weekly", "en")
            f.session.add(Subscription(subscriber_id=reader.id, slice_id=one.id))

    fill(readers)
    fill(change(type="MEET.REMOTE"))
    assert len(corrections(database)) == 1
    with database.reading() as session:
        assert len({row.slice_id for row in session.scalars(select(Correction))}) == 1


def test_what_was_only_counted_is_not_corrected(database: Database, fill: Any) -> None:
    fill(lambda f: f.event(date(2024, 1, 1), id=EVENT))
    add(database, [Wanted("reader@example.org")], AFTER)
    freeze(database, WEEK, AFTER)  # known before the first edition: a number
    with database.reading() as session:
        assert session.scalars(select(Told.facts)).one() is None
    fill(change(type="MEET.REMOTE"))
    assert corrections(database) == []

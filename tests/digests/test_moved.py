"""Readers who change what they ask for: owed the corrections of what they were sent, and told nothing twice."""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from digests.delivery import deliver
from digests.editions import freeze, frozen_slice, make_edition
from digests.periods import Month, Period, Week, parse_period
from digests.sendings import is_left, name_of, sending_of
from digests.slices import slice_of
from digests.subscribers import Choice, Wanted, add, choose, find
from digests.wishes import Wishes
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.models import Correction, EventRow, Told

WEEK = parse_period("2025-W30")
AFTER = datetime(2025, 7, 28, 4, tzinfo=UTC)
JULY = parse_period("2025-07")
MOVER, KENYAN = "mover@example.org", "kenyan@example.org"
KENYA = Wishes(countries=("KEN",))


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


@pytest.fixture
def send(database: Database, settings: Settings) -> Callable[[Period, datetime], dict[str, str]]:
    """``send(period, now)``: the text of each mail, by reader."""

    def sent(period: Period, now: datetime) -> dict[str, str]:
        edition = freeze(database, period, now)
        assert edition is not None
        outbox = settings.path(settings.digest.outbox)
        before = set(outbox.glob("*.eml")) if outbox.exists() else set()
        assert deliver(database, settings, edition, now).trouble is None
        mails = [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in set(outbox.glob("*.eml")) - before
        ]
        texts = {}
        for mail in mails:
            plain = mail.get_body(("plain",))
            assert plain is not None
            texts[mail["To"].addresses[0].addr_spec] = " ".join(plain.get_content().split())
        return texts

    return sent


@pytest.fixture
def told(database: Database, fill: Any, send: Any) -> None:
    """Two events told: to the mover, who asks for everything, and of one country to who asks for that."""

    def work(f: Any) -> None:
        for name in ("idcpc_zh", "idcpc_en"):
            for number in range(1, 8):
                f.run(name, AFTER + timedelta(days=7 * number))
        f.event(WEEK.first, id="ev_ken", countries=("KEN",))
        f.event(WEEK.first, id="ev_bra", countries=("BRA",))

    fill(work)
    add(database, [Wanted(MOVER), Wanted(KENYAN, choice=Choice(KENYA))], AFTER)
    send(WEEK, AFTER)


def week(number: int) -> tuple[Week, datetime]:
    return Week.holding(WEEK.first + timedelta(days=7 * number)), AFTER + timedelta(days=7 * number)


def moves(database: Database, to: Choice, address: str = MOVER) -> None:
    with database.writing() as session:
        reader = find(session, address)
        assert reader is not None
        choose(session, reader, to)


def retract(fill: Any, event_id: str = "ev_bra") -> None:
    fill(lambda f: setattr(f.session.get(EventRow, event_id), "standing", "retracted"))


NARROWER = Choice(Wishes().with_less(types=("MSG",)))
TAKEN_BACK = "This event does not hold any more"


@pytest.mark.parametrize(
    "to",
    [NARROWER, Choice(KENYA), Choice(language="zh"), Choice(at_once=True)],
    ids=["less", "a shared one", "another language", "the same and more"],
)
def test_who_changed_wishes_is_owed_what_was_told_wrong(
    database: Database, fill: Any, send: Any, told: None, to: Choice
) -> None:
    moves(database, to)
    retract(fill)
    texts = send(*week(1))
    words = TAKEN_BACK if to.language == "en" else "不再成立"
    assert texts[MOVER].count(words) == 1
    assert "Brazil" not in texts[KENYAN]  # nothing of it was told there, whoever reads that slice now
    assert words not in send(*week(2))[MOVER]


def test_who_was_there_before_sees_what_that_slice_told_wrong_and_who_came_later_does_not(
    database: Database, fill: Any, send: Any, told: None
) -> None:
    """The newcomer had the same week, but never read of Kenya in it."""
    add(database, [Wanted("newcomer@example.org", choice=Choice(Wishes(countries=("BRA",))))], AFTER)
    send(*week(1))
    moves(database, Choice(KENYA), "newcomer@example.org")
    retract(fill, "ev_ken")
    texts = send(*week(2))
    assert [TAKEN_BACK in texts[one] for one in (MOVER, KENYAN, "newcomer@example.org")] == [True, True, False]


def test_a_mail_is_the_same_again_where_nobody_moved(database: Database, fill: Any, send: Any, told: None) -> None:
    retract(fill)
    texts = send(*week(1))
    assert (TAKEN_BACK in texts[MOVER], TAKEN_BACK in texts[KENYAN]) == (True, False)


def test_what_was_told_through_another_slice_is_not_told_anew(
    database: Database, fill: Any, send: Any, told: None
) -> None:
    moves(database, NARROWER)
    fill(lambda f: f.event(WEEK.first + timedelta(days=7), id="ev_news", countries=("KEN",)))
    later, now = week(1)
    text = send(later, now)[MOVER]
    assert "known before this first edition" not in text
    with database.reading() as session:
        one = slice_of(session, NARROWER.wishes, "weekly", "en")
        frozen = frozen_slice(session, later.name, one.id)
        assert frozen is not None
        rows = json.loads(frozen.rows)
        lines = session.scalars(select(Told).where(Told.slice_id == one.id))
        ledger = {row.event_id: row.facts is None for row in lines}
    assert [one["id"] for name in ("events", "late", "planned") for one in rows[name]] == ["ev_news"]
    assert ledger == {"ev_ken": True, "ev_bra": True, "ev_news": False}
    # who joins now does not make it late
    add(database, [Wanted("new@example.org", choice=NARROWER)], now)
    assert "ev_ken" not in send(*week(2))["new@example.org"]


def test_who_reads_monthly_now_is_told_the_whole_month(database: Database, send: Any, told: None) -> None:
    moves(database, Choice(rhythm="monthly"))
    send(JULY, datetime(2025, 8, 4, 5, tzinfo=UTC))
    with database.reading() as session:
        frozen = frozen_slice(session, JULY.name)
    assert frozen is not None
    assert {one["id"] for one in json.loads(frozen.rows)["events"]} == {"ev_ken", "ev_bra"}


def test_who_asks_for_more_is_told_of_the_rest_as_known_before(
    database: Database, fill: Any, send: Any, told: None
) -> None:
    more = Choice(Wishes(countries=("KEN", "BRA")))
    moves(database, more, KENYAN)
    assert "1 earlier event was known before this first edition" in send(*week(1))[KENYAN]


@pytest.mark.parametrize("weekly_first", [True, False])
def test_who_reads_monthly_now_is_told_as_well_as_who_still_reads_weekly(
    database: Database, fill: Any, send: Any, told: None, weekly_first: bool
) -> None:
    add(database, [Wanted("weekly@example.org")], AFTER)
    moves(database, Choice(rhythm="monthly"))
    moves(database, Choice(KENYA), KENYAN)
    retract(fill)
    weekly, now = week(1)
    first_of_august = datetime(2025, 8, 4, 5, tzinfo=UTC)
    if weekly_first:
        send(weekly, now)
        monthly = send(JULY, first_of_august)
    else:
        monthly = send(JULY, first_of_august)
        send(weekly, first_of_august + timedelta(hours=1))
    assert monthly[MOVER].count(TAKEN_BACK) == 1
    with database.reading() as session:
        lines = [(row.event_id, row.edition_id) for row in session.scalars(select(Correction))]
    assert len(lines) == 2  # in the week's for those who read it, in the month's
    august = Month.holding(JULY.last + timedelta(days=1))
    assert TAKEN_BACK not in send(august, datetime(2025, 9, 1, 4, tzinfo=UTC))[MOVER]


def test_who_moves_again_is_not_told_again(database: Database, fill: Any, send: Any, told: None) -> None:
    moves(database, NARROWER)
    retract(fill)
    assert TAKEN_BACK in send(*week(1))[MOVER]
    moves(database, Choice(Wishes().with_less(types=("MSG", "AID"))))
    assert TAKEN_BACK not in send(*week(2))[MOVER]
    fill(lambda f: setattr(f.session.get(EventRow, "ev_bra"), "standing", "single_source"))
    assert "What was told has changed" in send(*week(3))[MOVER]  # it holds after all


def test_the_public_edition_shows_nothing_twice_and_its_links_hold(
    database: Database, settings: Settings, fill: Any, send: Any, told: None
) -> None:
    moves(database, Choice(), KENYAN)
    retract(fill, "ev_ken")
    later, now = week(1)
    texts = send(later, now)
    assert [texts[one].count(TAKEN_BACK) for one in (MOVER, KENYAN)] == [1, 1]
    page = make_edition(database, settings, later, now).path / "index.txt"
    assert " ".join(page.read_text().split()).count(TAKEN_BACK) == 1


def test_names_of_readers() -> None:
    for period in ("2025-W30", "2025-07", "ev_00000000000004", "ev_a-via-b"):
        for left in (True, False):
            name = name_of(period, 12, left=left)
            assert (sending_of(name), is_left(name)) == ((period, 12), left)
        assert (sending_of(period), is_left(period)) == ((period, None), False)  # as frozen before

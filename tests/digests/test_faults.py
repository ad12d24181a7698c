"""Whatever the server does: each subscriber once, each state the truth."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from digests.delivery import send_edition
from digests.periods import parse_period
from digests.scheduler import Sending
from digests.smtp import FOR_THE_ANSWER
from digests.states import MOST_ATTEMPTS, MOST_RESENT, RETRY_AFTER
from digests.subscribers import Wanted, add, remove
from digests.suppression import hasher, is_suppressed
from digests.uncertain import NotUnsettled, settle_uncertain, uncertain_mails
from pipeline.config import ClockSettings, Settings
from pipeline.store.database import Database
from pipeline.store.models import Delivery
from tests.digests.scripted import AFTER, READERS, WEEK, at, row, scripted, states


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


@pytest.fixture
def week(database: Database, fill: Any) -> None:
    fill(lambda f: f.event(WEEK.first))
    add(database, [Wanted(address) for address in READERS], AFTER)


ACTS = {
    "later": "deferred", "full": "deferred", "never": "suppressed", "no such user": "suppressed", "policy": "failed",
    "says little": "failed", "drop at DATA": "deferred", "drop after DATA": "uncertain", "refuse DATA": "deferred",
    "spam": "failed", "unknown at last": "failed", "later at last": "deferred", "closing at last": "deferred",
    "": "sent",
}  # fmt: skip


def test_whatever_the_server_does_the_state_is_the_truth(database: Database, settings: Settings, fill: Any) -> None:
    fill(lambda f: f.event(WEEK.first))
    readers = {f"reader{number}@example.org": act for number, act in enumerate(ACTS)}
    add(database, [Wanted(address) for address in readers], AFTER)
    with scripted(dict(readers)) as server:
        report = send_edition(database, at(settings, server), WEEK, AFTER)
        assert not report.whole
        assert states(database) == {address: ACTS[act] for address, act in readers.items()}
        arrived = {address for address, act in readers.items() if ACTS[act] in ("sent", "uncertain")}
        assert Counter(server.accepted) == Counter(arrived)
        server.script = {}
        report = send_edition(database, at(settings, server), WEEK, AFTER)
        # what was deferred is tried again; the uncertain one may have arrived (it did) and is left alone
        assert max(Counter(server.accepted).values()) == 1
    assert report.states == Counter({"sent": 7, "failed": 4, "suppressed": 2, "uncertain": 1})
    with database.reading() as session:
        hash_ = hasher(database)
        gone = {address for address in readers if is_suppressed(session, hash_(address))}
    assert gone == {address for address, act in readers.items() if act in ("never", "no such user")}


def test_a_cut_within_the_mail_is_never_called_sent(database: Database, settings: Settings, week: None) -> None:
    with scripted({READERS[0]: "drop in DATA"}) as server:
        send_edition(database, at(settings, server), WEEK, AFTER)
        # the server's hanging up may be seen before our closing dot (then it surely has no whole mail) or not
        assert states(database)[READERS[0]] in ("deferred", "uncertain")
        assert sorted(server.accepted) == READERS[1:]


def test_one_connection_is_kept_and_a_closed_one_is_opened_again(
    database: Database, settings: Settings, week: None
) -> None:
    with scripted({}) as server:
        send_edition(database, at(settings, server), WEEK, AFTER)
        assert server.connections == 1
    assert set(states(database).values()) == {"sent"}


def test_a_server_that_takes_two_mails_a_connection_gets_all(
    database: Database, settings: Settings, week: None
) -> None:
    with scripted({"*": "two a line"}) as server:
        assert send_edition(database, at(settings, server), WEEK, AFTER).whole
        assert server.connections == 3
        assert sorted(server.accepted) == READERS


@pytest.mark.parametrize("answer", ["553 5.7.1 not you: <bounces+d1-00ff@example.org>", "451 4.3.0 the queue is full"])
def test_a_refused_sender_fails_nobody(database: Database, settings: Settings, week: None, answer: str) -> None:
    with scripted({}, answer) as server:
        report = send_edition(database, at(settings, server), WEEK, AFTER)
    assert "mail.sender" in (report.trouble or "")
    assert answer.partition("<")[0] in (report.trouble or "")
    assert "+d1" not in (report.trouble or ""), "who reads the log could end somebody's mails"
    assert set(states(database).values()) == {"queued"}


def test_an_absent_server_fails_nobody(database: Database, settings: Settings, week: None) -> None:
    with scripted({}) as server:
        pass
    report = send_edition(database, at(settings, server), WEEK, AFTER)
    assert f"127.0.0.1:{server.server_address[1]}" in (report.trouble or "")
    assert set(states(database).values()) == {"queued"}


def test_a_reader_the_server_hangs_at_is_deferred_and_a_server_that_always_does_is_left(
    database: Database, settings: Settings, week: None
) -> None:
    with scripted({READERS[1]: "hang"}) as server:
        report = send_edition(database, at(settings, server, timeout=0.3), WEEK, AFTER)
        assert report.trouble is None
        assert report.states == Counter({"sent": 4, "deferred": 1})
    with scripted(dict.fromkeys(READERS, "closing")) as server:
        with database.writing() as session:
            session.execute(update(Delivery).values(state="queued"))
        report = send_edition(database, at(settings, server), WEEK, AFTER)
        assert server.connections == 3
    assert "3 times in a row the connection broke before the mail: 421 4.7.0" in (report.trouble or "")
    assert "too many" not in (report.trouble or ""), "its words may name a reader, and this goes into logs"
    assert report.states == Counter({"deferred": 3, "queued": 2})


@pytest.mark.parametrize(("act", "state"), [("drop at DATA", "deferred"), ("drop after DATA", "uncertain")])
def test_a_server_that_breaks_every_mail_is_left_at_the_third(
    database: Database, settings: Settings, week: None, act: str, state: str
) -> None:
    with scripted(dict.fromkeys(READERS, act)) as server:
        report = send_edition(database, at(settings, server), WEEK, AFTER)
        assert "3 times in a row" in (report.trouble or "")
        assert report.states == Counter({state: 3, "queued": 2})
        assert {row(database, address).attempts for address in READERS[:3]} == {1}
        assert len(server.accepted) == (3 if state == "uncertain" else 0)
        server.script = {}
        report = send_edition(database, at(settings, server), WEEK, AFTER)
        assert Counter(server.accepted) == Counter(READERS), "nobody twice, nobody forgotten"
    assert report.trouble is None
    assert report.states == Counter({"sent": 2, state: 3} if state == "uncertain" else {"sent": 5})


def test_an_uncertain_mail_now_and_then_stops_nothing(database: Database, settings: Settings, week: None) -> None:
    with scripted({READERS[number]: "drop after DATA" for number in (0, 1, 3, 4)}) as server:
        report = send_edition(database, at(settings, server), WEEK, AFTER)
    assert report.trouble is None
    assert report.states == Counter({"uncertain": 4, "sent": 1})


def test_a_silent_server_holds_the_end_up_no_longer_than_one_answer(
    database: Database, settings: Settings, week: None
) -> None:
    stop, over = threading.Event(), threading.Event()
    with scripted({}) as server:

        def silent(_: str) -> None:
            stop.set()
            over.wait(60)

        server.at_dot = silent
        began = time.monotonic()
        report = send_edition(database, at(settings, server, timeout=1), WEEK, AFTER, stop=stop)
        took = time.monotonic() - began
        over.set()
    assert took < FOR_THE_ANSWER / 2
    assert report.states == Counter({"uncertain": 1, "queued": 4})


def test_a_slow_answer_to_a_whole_mail_is_waited_for(database: Database, settings: Settings, week: None) -> None:
    with scripted({READERS[0]: "slow"}) as server:
        assert send_edition(database, at(settings, server, timeout=0.3), WEEK, AFTER).whole


def test_greylisting_works_with_the_service(database: Database, settings: Settings, week: None) -> None:
    now = AFTER + timedelta(minutes=30)
    with scripted(dict.fromkeys(READERS, "later")) as server:

        def tick(at_: datetime) -> None:
            service = at(settings, server).model_copy(update={"clock": ClockSettings(now=at_)})
            Sending(database, service, threading.Event())()

        tick(now)
        assert set(states(database).values()) == {"deferred"}
        server.script = {READERS[0]: "later"}
        tick(now + RETRY_AFTER / 2)
        assert server.accepted == []
        tick(now + RETRY_AFTER)
        assert sorted(server.accepted) == READERS[1:]
        tick(now + 2 * RETRY_AFTER)
        assert row(database, READERS[0]).attempts == 2  # the second pause is twice as long
        server.script = {}
        tick(now + 3 * RETRY_AFTER)
        assert sorted(server.accepted) == READERS


def test_what_is_deferred_for_days_has_failed(database: Database, settings: Settings, week: None) -> None:
    with scripted({READERS[0]: "full"}) as server:
        for _ in range(MOST_ATTEMPTS):
            send_edition(database, at(settings, server), WEEK, AFTER)
    found = row(database, READERS[0])
    assert (found.state, found.attempts) == ("failed", MOST_ATTEMPTS)
    assert found.detail == "given up after 8 tries: 452 4.2.2 mailbox full"


def test_who_leaves_while_mails_go_out_gets_none(database: Database, settings: Settings, week: None) -> None:
    with scripted({}) as server:

        def leave(recipient: str) -> None:
            if recipient == READERS[2]:
                remove(database, recipient)

        server.at_rcpt = leave
        assert send_edition(database, at(settings, server), WEEK, AFTER).whole
        assert sorted(server.accepted) == [one for one in READERS if one != READERS[2]]


def test_a_bounce_quicker_than_the_answer_is_not_overwritten(
    database: Database, settings: Settings, week: None
) -> None:
    with scripted({}) as server:

        def bounce(recipient: str) -> None:
            if recipient == READERS[1]:
                with database.writing() as session:
                    session.execute(update(Delivery).where(Delivery.state == "sending").values(state="bounced"))

        server.at_dot = bounce
        send_edition(database, at(settings, server), WEEK, AFTER)
    assert states(database) == dict.fromkeys(READERS, "sent") | {READERS[1]: "bounced"}


def test_at_most_so_many_a_second(database: Database, settings: Settings, week: None) -> None:
    with scripted({}) as server:
        began = time.monotonic()
        assert send_edition(database, at(settings, server, rate=20), WEEK, AFTER).whole
        assert time.monotonic() - began >= 4 / 20


def test_an_uncertain_mail_is_settled_by_the_operator(database: Database, settings: Settings, week: None) -> None:
    with scripted({READERS[0]: "drop after DATA", READERS[1]: "drop after DATA"}) as server:
        send_edition(database, at(settings, server), WEEK, AFTER)
        first, second = uncertain_mails(database)
        assert {first.email, second.email} == set(READERS[:2])
        with pytest.raises(NotUnsettled, match="nonsense"):
            settle_uncertain(database, [first.message_id, "nonsense"], AFTER, resend=False)
        assert len(uncertain_mails(database)) == 2
        assert settle_uncertain(database, [f"<{first.message_id}@example.org>"], AFTER, resend=False) == 1
        assert settle_uncertain(database, [], AFTER, resend=True) == 1
        server.script = {}
        assert send_edition(database, at(settings, server), WEEK, AFTER).whole
        counted = Counter(server.ids)
    assert sorted(counted.values()) == [1, 1, 1, 1, 2]  # sent again, with the same Message-ID
    assert second.message_id.encode() in counted.most_common(1)[0][0]


def test_or_by_the_key_and_not_for_ever(database: Database, settings: Settings, week: None) -> None:
    with scripted(dict.fromkeys(READERS[:1], "drop after DATA")) as server:
        now = AFTER
        for _ in range(20):
            service = at(settings, server, uncertain="resend").model_copy(update={"clock": ClockSettings(now=now)})
            Sending(database, service, threading.Event())()
            now += RETRY_AFTER
        assert Counter(server.accepted)[READERS[0]] == MOST_RESENT
        assert len(set(server.ids)) == len(READERS)
    assert states(database)[READERS[0]] == "uncertain"


def test_a_suppressed_address_is_left_out(database: Database, settings: Settings, week: None) -> None:
    with scripted({READERS[0]: "never"}) as server:
        send_edition(database, at(settings, server), WEEK, AFTER)
        later = AFTER + timedelta(days=7)
        server.script = {}
        report = send_edition(database, at(settings, server), parse_period("2025-W31"), later)
        assert report.whole
        assert report.states == Counter({"sent": 4, "suppressed": 1})
        assert READERS[0] not in server.accepted

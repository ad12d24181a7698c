"""Refusals that may be about us: nobody is given up for them while the server takes no mail of ours."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from digests.delivery import DeliveryError, Report, send_edition, send_letters
from digests.doubts import MOST_REFUSED
from digests.letters import PREFERENCES, put_down
from digests.states import MOST_ATTEMPTS, MOST_IN_DOUBT
from digests.subscribers import Wanted, add, find, readers
from digests.uncertain import NotUnsettled, send_again, untaken_mails
from pipeline.config import Settings
from pipeline.store.database import Database
from tests.digests.scripted import AFTER, REFUSALS, WEEK, Scripted, at, row, scripted, states

MANY = [f"reader{number:02}@example.org" for number in range(12)]
HOUR = timedelta(hours=1)


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


@pytest.fixture
def week(database: Database, fill: Any) -> None:
    fill(lambda f: f.event(WEEK.first))
    add(database, [Wanted(address) for address in MANY], AFTER)


def sent(database: Database, settings: Settings, server: Scripted, now: datetime = AFTER, hand: bool = True) -> Report:
    return send_edition(database, at(settings, server), WEEK, now, by_hand=hand)


@pytest.mark.parametrize("act", ["relay", "relay for now", "policy", "spam", "says little", "callout"])
def test_a_server_that_refuses_everybody_is_left_and_nobody_is_given_up(
    database: Database, settings: Settings, week: None, act: str
) -> None:
    with scripted(dict.fromkeys(MANY, act)) as server, capture_logs() as logs:
        report = sent(database, settings, server)
        assert f"refused {MOST_REFUSED} mails in a row" in (report.trouble or "")
        assert report.states == Counter({"deferred": MOST_REFUSED, "queued": len(MANY) - MOST_REFUSED})
        replies = [entry["reply"] for entry in logs if entry["event"] == "not_delivered"]
        told = (REFUSALS.get(act) or "554 5.7.1 it is spam").split()
        assert set(replies) == {" ".join(told[:2]) if "." in told[1] else told[0][:3]}
        assert "reader" not in str(logs), "words of a server name its reader"
        # a weekend of it, at every hour: the service goes on to others, and ends nobody
        for hours in range(1, 60):
            sent(database, settings, server, AFTER + HOUR * hours, hand=False)
        assert set(states(database).values()) <= {"queued", "deferred"}
        assert server.accepted == []
        server.script = {}
        assert sent(database, settings, server, AFTER + HOUR * 60).whole
        assert sorted(server.accepted) == MANY


def test_a_server_that_defers_everybody_for_days_fails_nobody(
    database: Database, settings: Settings, week: None
) -> None:
    with scripted(dict.fromkeys(MANY, "local error")) as server:
        for _ in range(MOST_ATTEMPTS - 1):
            assert sent(database, settings, server).trouble is None, "it may be greylisting"
        assert "the last with 451 4.3.0" in (sent(database, settings, server).trouble or "")
        assert set(states(database).values()) == {"deferred"}
        server.script = {}
        assert sent(database, settings, server).whole


def test_a_refusal_is_final_once_the_server_has_taken_another_mail(
    database: Database, settings: Settings, week: None
) -> None:
    script = {MANY[0]: "policy", MANY[1]: "spam", MANY[2]: "never", MANY[3]: "relay", MANY[11]: "policy"}
    with scripted(dict(script)) as server:
        report = sent(database, settings, server)
        assert report.trouble is None
        assert report.states == Counter({"sent": 7, "failed": 3, "suppressed": 1, "deferred": 1})
        assert states(database)[MANY[11]] == "deferred", "nothing was taken behind it"
        assert {row(database, address).attempts for address in MANY} == {1}
        assert row(database, MANY[1]).detail == "554 5.7.1 it is spam"
        # and it ends all the same, though no other mail ever goes with it
        for _ in range(MOST_IN_DOUBT - 1):
            assert states(database)[MANY[11]] == "deferred"
            sent(database, settings, server)
        assert states(database)[MANY[11]] == "failed"


def test_refusals_of_mailboxes_say_nothing_of_the_server(database: Database, settings: Settings, week: None) -> None:
    with scripted(dict.fromkeys(MANY[:6], "never") | dict.fromkeys(MANY[6:], "full")) as server:
        report = sent(database, settings, server)
    assert report.trouble is None
    assert report.states == Counter({"suppressed": 6, "deferred": 6})


def test_a_failed_call_out_suppresses_nobody(database: Database, settings: Settings, week: None) -> None:
    with scripted({MANY[0]: "callout"}) as server:
        assert sent(database, settings, server).states == Counter({"sent": 11, "failed": 1})
    assert [one.email for one in readers(database) if one.suppressed] == []


def test_letters_wait_as_editions_do(database: Database, settings: Settings, week: None) -> None:
    settings.digest.public_url = "https://idwatch.example.org"
    with database.writing() as session:
        for address in MANY:
            reader = find(session, address)
            assert reader is not None
            put_down(session, reader, PREFERENCES, AFTER)
    with scripted(dict.fromkeys(MANY, "relay")) as server:
        with pytest.raises(DeliveryError, match="mails in a row"):
            send_letters(database, at(settings, server), AFTER)
        server.script = {}
        send_letters(database, at(settings, server), AFTER + HOUR)
        assert sorted(server.accepted) == MANY


def test_what_has_failed_is_sent_again_when_the_operator_says_so(
    database: Database, settings: Settings, week: None
) -> None:
    with scripted({MANY[0]: "policy", MANY[1]: "full", MANY[2]: "never"}) as server:
        for _ in range(MOST_ATTEMPTS):
            sent(database, settings, server)
        first, second = sorted(untaken_mails(database, AFTER), key=lambda one: one.email)
        assert (first.email, first.state, first.detail) == (MANY[0], "failed", "550 5.7.1 message refused by policy")
        assert (second.email, second.attempts) == (MANY[1], MOST_ATTEMPTS)
        with pytest.raises(NotUnsettled, match=row(database, MANY[2]).message_id):
            send_again(database, [first.message_id, row(database, MANY[2]).message_id], AFTER)
        assert send_again(database, [f"<{first.message_id}@example.org>"], AFTER) == 1
        assert send_again(database, [], AFTER) == 1, "the first one is queued by now"
        server.script = {MANY[1]: "full"}
        assert sent(database, settings, server).states == Counter({"sent": 10, "deferred": 1, "suppressed": 1})
        assert row(database, MANY[1]).attempts == 1, "as if it had never been tried"
        assert len(set(server.ids)) == len(server.ids) == 10
        assert len(untaken_mails(database, AFTER + timedelta(days=13))) == 1
        assert untaken_mails(database, AFTER + timedelta(days=15)) == [], "nobody wants a digest that old"

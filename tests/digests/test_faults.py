"""Whatever the server does: each subscriber once, each state the truth."""

from __future__ import annotations

import socketserver
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from digests.delivery import send_edition
from digests.periods import parse_period
from digests.scheduler import Sending
from digests.states import MOST_ATTEMPTS, MOST_RESENT, RETRY_AFTER
from digests.subscribers import Wanted, add, remove
from digests.suppression import hasher, is_suppressed
from digests.uncertain import NotUncertain, settle_uncertain, uncertain_mails
from pipeline.config import ClockSettings, MailSettings, Settings
from pipeline.store.database import Database
from pipeline.store.models import Delivery, Subscriber

WEEK = parse_period("2025-W30")
AFTER = datetime(2025, 7, 28, 4, tzinfo=UTC)
READERS = [f"reader{number}@example.org" for number in range(5)]
REFUSALS = {
    "later": "450 4.2.0 greylisted, try again",
    "full": "452 4.2.2 mailbox full",
    "never": "550 5.1.1 <r>: Recipient address rejected: User unknown in local recipient table",
    "no such user": "550 no such user here",
    "policy": "550 5.7.1 message refused by policy",
    "says little": "550 mailbox unavailable",
    "closing": "421 4.7.0 too many mails in this connection",
}
"""What the server may say to RCPT."""


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


class Scripted(socketserver.ThreadingTCPServer):
    """An SMTP server that follows a script: recipient → where it misbehaves. ``accepted`` holds the recipients of whole
    mails, ``ids`` their Message-IDs. ``at_rcpt`` and ``at_dot`` are called with the recipient before the answer."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, script: dict[str, str], sender: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.script = script
        self.sender = sender
        self.accepted: list[str] = []
        self.ids: list[bytes] = []
        self.connections = 0
        self.at_rcpt: Callable[[str], None] = lambda _: None
        self.at_dot: Callable[[str], None] = lambda _: None


class _Talk(socketserver.StreamRequestHandler):
    server: Scripted

    def handle(self) -> None:
        self.server.connections += 1
        self.say("220 ready")
        recipient, act, mails = "", "", 0
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
                act = self.server.script.get(recipient, "")
                self.server.at_rcpt(recipient)
                if act == "hang":
                    time.sleep(0.6)
                    return
                closing = (act == "closing" and mails == 0) or (
                    self.server.script.get("*") == "two a line" and mails == 2
                )
                self.say(
                    REFUSALS["closing"] if closing else "250 ok" if act == "closing" else REFUSALS.get(act, "250 ok")
                )
            elif verb == b"MAIL":
                self.say(self.server.sender or "250 ok")
            elif verb == b"DATA":
                mails += 1
                if not self.data(recipient, act):
                    return
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def data(self, recipient: str, act: str) -> bool:
        """False where the connection is dropped."""
        if act == "drop at DATA":
            return False
        if act == "refuse DATA":
            self.say("451 not now")
            return True
        self.say("354 go ahead")
        if act == "drop in DATA":
            self.rfile.readline()
            return False
        identity = b""
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            if line.startswith(b"Message-ID:"):
                identity = line
        refusals = {
            "spam": "554 5.7.1 it is spam", "unknown at last": "550 5.1.1 user unknown", "later at last": "451 later",
            "closing at last": "421 closing",
        }  # fmt: skip
        if act in refusals:
            self.say(refusals[act])
            return not act.startswith("closing")
        self.server.accepted.append(recipient)
        self.server.ids.append(identity)
        self.server.at_dot(recipient)
        if act == "drop after DATA":
            return False
        if act == "slow":
            time.sleep(0.6)
        self.say("250 accepted")
        return True

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


@contextmanager
def scripted(script: dict[str, str], sender: str | None = None) -> Iterator[Scripted]:
    with Scripted(script, sender) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()


def at(settings: Settings, server: Scripted, **values: Any) -> Settings:
    defaults: dict[str, Any] = {
        "host": "127.0.0.1", "port": server.server_address[1], "security": "none",
        "sender": "idwatch <idwatch@example.org>", "timeout": 5,
    }  # fmt: skip
    return settings.model_copy(update={"mail": MailSettings(**(defaults | values))})


def states(database: Database) -> dict[str, str]:
    with database.reading() as session:
        rows = session.execute(select(Subscriber.email, Delivery.state).join(Delivery)).all()
    return {row.email: row.state for row in rows}


def row(database: Database, email: str) -> Delivery:
    with database.reading() as session:
        return session.scalars(select(Delivery).join(Subscriber).where(Subscriber.email == email)).one()


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


@pytest.mark.parametrize("answer", ["553 5.7.1 not you", "451 4.3.0 the queue is full"])
def test_a_refused_sender_fails_nobody(database: Database, settings: Settings, week: None, answer: str) -> None:
    with scripted({}, answer) as server:
        report = send_edition(database, at(settings, server), WEEK, AFTER)
    assert "mail.sender" in (report.trouble or "")
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
    assert "3 times in a row" in (report.trouble or "")
    assert report.states == Counter({"deferred": 2, "queued": 3})


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
        with pytest.raises(NotUncertain, match="nonsense"):
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

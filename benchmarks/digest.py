"""An edition for 10,000 subscribers with 200 different slices: frozen, then delivered to a sink in another process,
beside plain smtplib sending the same finished bytes over one kept connection to the same sink. Two sinks: a real
server, and one faster than any real server (see _sink.py).

    python benchmarks/digest.py [--subscribers 10000] [--slices 200]

The two take turns of some mails each, since a machine is not equally busy all the time; what plain smtplib sends
idwatch finished before, which is not counted, and what idwatch sends it finishes itself, which is. Ratios are of the
seconds, by the clock and by the sender's processor (goal: 0.8 and more, to the real server). A mail of idwatch's costs
one commit, as durable as the disk makes it, which plain smtplib does not have. Memory is the most that the delivering
process ever held.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import smtplib
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from _database import empty, fill
from _sink import sink
from _world import SITES, world
from rich.console import Console
from rich.table import Table
from sqlalchemy import event, func, select, update

from digests.editions import freeze
from digests.mails import edition_mails
from digests.periods import Week
from digests.posting import post
from digests.record import Record
from digests.slices import WEEKLY, slice_of
from digests.wishes import Wishes
from pipeline.config import DatabaseSettings, DigestSettings, MailSettings, Settings
from pipeline.resolve.resolver import resolve
from pipeline.store.database import Database, open_database
from pipeline.store.models import Delivery, Edition, EventCountry, EventRow, Run, Subscriber, Subscription

SUBSCRIBERS, SLICES = 10_000, 200
MENTIONS = 4_000
A_TURN = 50
SINKS = ("aiosmtpd", "bare")
UNIT = 1024 if sys.platform == "linux" else 1024 * 1024
"""Of what the system counts memory in, how many make a megabyte."""


def settings_of(folder: Path, port: int = 25) -> Settings:
    return Settings(
        database=DatabaseSettings(url=f"sqlite:///{folder / 'idwatch.sqlite'}"),
        digest=DigestSettings(public_url="https://idwatch.example.org"),
        mail=MailSettings(
            host="127.0.0.1", port=port, security="none", sender="idwatch <idwatch@example.org>",
            bounces="bounces@example.org",
        ),
        base=folder,
    )  # fmt: skip


def prepare(folder: Path, subscribers: int, slices: int) -> datetime:
    """A database with a year of events, and readers with so many slices; the instant at which its last week is sent."""
    (folder / "archive").mkdir()
    database = empty(folder)
    mentions, _ = world(MENTIONS)
    fill(database, mentions)
    last = max(kept.first_seen_at for kept in mentions)
    resolve(database, folder / "archive", last)
    week = Week.ended(last - timedelta(days=7))
    now = week.ends_at + timedelta(hours=12)
    with database.writing() as session:
        for site in SITES:
            days = (now - timedelta(days=number) for number in range(100))
            session.add_all(Run(site=site.name, started_at=at, ended_at=at, health="ok", counts={}) for at in days)
        countries = session.scalars(
            select(EventCountry.iso3)
            .join(EventRow, EventRow.id == EventCountry.event_id)
            .group_by(EventCountry.iso3)
            .order_by(func.count().desc())
        ).all()
        draw = random.Random(1)
        wishes = {Wishes()}
        while len(wishes) < slices:
            wishes.add(Wishes(countries=tuple(sorted(draw.sample(countries, draw.randint(5, 40))))))
        ids = [slice_of(session, one, WEEKLY, "en").id for one in sorted(wishes, key=str)]
        for number in range(subscribers):
            reader = Subscriber(email=f"reader{number}@example.org", added_at=now - timedelta(days=30))
            session.add(reader)
            session.flush()
            session.add(Subscription(subscriber_id=reader.id, slice_id=ids[number % len(ids)]))
    database.close()
    return now


def render(database: Database, settings: Settings, now: datetime) -> dict[str, Any]:
    """Freeze the edition; how often events were read meanwhile."""
    read: Counter[str] = Counter()

    def asked(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if "FROM event " in statement.replace("\n", " "):
            read["events"] += 1

    event.listen(database.engine, "before_cursor_execute", asked)
    watch = Stopwatch()
    with watch:
        freeze(database, Week.ended(now), now)
    return {**watch.read(), "memory": [peak()], "read": read["events"]}


def send(database: Database, settings: Settings, now: datetime) -> dict[str, Any]:
    """All mails, in turns of some: the finished bytes by plain smtplib, then by idwatch what it finishes itself."""
    edition = edition_of(database)
    with database.writing() as session:
        session.execute(update(Delivery).values(state="queued", attempts=0))
    finished = edition_mails(database, settings, edition, now, due_only=False)
    own = edition_mails(database, settings, edition, now, due_only=False)
    plain, ours = Stopwatch(), Stopwatch()
    mails = size = 0
    memory: list[float] = []
    with smtplib.SMTP("127.0.0.1", settings.mail.port) as smtp:
        while turn := list(islice(finished, A_TURN)):
            with plain:
                for mail in turn:
                    smtp.sendmail(mail.sender, [mail.recipient], mail.content)
            with ours:
                trouble = post(islice(own, A_TURN), Record(database, Delivery, now), settings.mail, threading.Event())
            assert trouble is None, trouble
            mails, size = mails + len(turn), size + sum(len(mail.content) for mail in turn)
            memory.append(peak())
    with database.reading() as session:
        sent = session.scalar(select(func.count()).select_from(Delivery).where(Delivery.state == "sent"))
    assert sent == mails, (sent, mails)
    return {
        "smtplib": plain.read(), "idwatch": ours.read(), "memory": [memory[len(memory) // 10], memory[-1]],
        "mails": mails, "bytes": size // mails,
    }  # fmt: skip


def edition_of(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(Edition.id)).one()


class Stopwatch:
    """Seconds of the clock and of the processor spent inside."""

    def __init__(self) -> None:
        self.clock = self.processor = 0.0

    def __enter__(self) -> None:
        self.began = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        self.clock += time.perf_counter() - self.began[0]
        self.processor += time.process_time() - self.began[1]

    def read(self) -> dict[str, float]:
        return {"clock": self.clock, "processor": self.processor}


def peak() -> float:
    """The most memory that this process ever held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / UNIT


JOBS = {"render": render, "send": send}


def child(job: str, folder: Path, port: int, now: datetime) -> dict[str, Any]:
    """A job in a process of its own."""
    command = [sys.executable, __file__, "--job", job, "--folder", str(folder), "--port", str(port)]
    done = subprocess.run(
        [*command, "--now", now.isoformat()], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(subscribers: int, slices: int) -> None:
    console = Console(width=140)
    with TemporaryDirectory() as name:
        folder = Path(name)
        now = prepare(folder, subscribers, slices)
        rendered = child("render", folder, 25, now)
        console.print(
            f"{slices} slices rendered and frozen in {rendered['clock']:.1f} s (processor {rendered['processor']:.1f} "
            f"s), {rendered['memory'][0]:.0f} MB; statements that read events: {rendered['read']}"
        )
        for kind in SINKS:
            with sink(kind) as port:
                tell(console, kind, child("send", folder, port, now))


def tell(console: Console, kind: str, found: dict[str, Any]) -> None:
    table = Table("sender", "clock, s", "processor, s", "mails/s", "mails/s of processor", box=None)
    for job in ("smtplib", "idwatch"):
        one = found[job]
        speeds = (f"{found['mails'] / one[key]:.0f}" for key in ("clock", "processor"))
        table.add_row(job, f"{one['clock']:.1f}", f"{one['processor']:.1f}", *speeds)
    console.print(f"\nTo the sink {kind}, {found['mails']:,} mails of {found['bytes']:,} bytes:")
    console.print(table)
    ratios = (f"{found['smtplib'][key] / found['idwatch'][key]:.2f} by the {key}" for key in ("clock", "processor"))
    console.print(f"idwatch's mails per second over smtplib's: {', '.join(ratios)}")
    tenth, whole = found["memory"]
    console.print(f"Memory when a tenth and when all were sent: {tenth:.0f} and {whole:.0f} MB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subscribers", type=int, default=SUBSCRIBERS)
    parser.add_argument("--slices", type=int, default=SLICES)
    parser.add_argument("--job", choices=list(JOBS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--now", type=datetime.fromisoformat, help=argparse.SUPPRESS)
    options, _ = parser.parse_known_args()  # `make bench` hands all of them the same
    if options.job:
        given = settings_of(options.folder, options.port)
        print(json.dumps(JOBS[options.job](open_database(given), given, options.now)))
    else:
        main(options.subscribers, options.slices)

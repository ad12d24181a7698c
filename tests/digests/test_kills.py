"""Killed at any instant: nobody is mailed twice, nobody forgotten, every state is true to the raw count of the sink."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from digests.periods import parse_period
from digests.sink import Sink
from digests.subscribers import Wanted, add
from digests.uncertain import uncertain_mails
from pipeline.config import Settings
from pipeline.store.database import Database, open_database
from pipeline.store.models import Delivery, Subscriber

WEEK = parse_period("2025-W30")
AFTER = datetime(2025, 7, 28, 4, tzinfo=UTC)


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


SENDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from digests.delivery import send_edition
from pipeline.config import load
from pipeline.store.database import open_database
settings = load(Path(sys.argv[1]))
send_edition(open_database(settings), settings, None, datetime(2025, 7, 28, 4, tzinfo=UTC))
"""


class Busy(Sink):
    """Takes some time over each mail, so that a kill finds one under way."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(0.004)
        return answer


def killed(database: Database, settings: Settings, folder: Path, forked: Any, kills: int, readers: int) -> None:
    """Deliver to so many readers, killed so many times at instants drawn by lot."""
    seed = int(os.environ.get("IDWATCH_TEST_SEED", random.randrange(10**6)))
    print(f"IDWATCH_TEST_SEED={seed}")
    draw = random.Random(seed)
    (folder / "sender.py").write_text(SENDER, encoding="utf-8")
    addresses = [f"reader{number:03}@example.org" for number in range(readers)]
    add(database, [Wanted(address) for address in addresses], AFTER)
    with Busy() as sink:
        config = folder / "idwatch.toml"
        lines = ["[database]", f'url = "{settings.database.url}"']
        lines += ["[mail]", 'host = "127.0.0.1"', f"port = {sink.port}", 'security = "none"']
        config.write_text("\n".join(lines))
        for wanted in sorted(draw.sample(range(readers), kills)):
            child = forked(str(folder / "sender.py"), str(config), folder=folder)
            until = time.monotonic() + 60
            while len(sink.received) < wanted and child.poll() is None and time.monotonic() < until:
                time.sleep(0.001)
            time.sleep(draw.random() * 0.02)
            child.kill()
            child.wait()
            # at no instant is more than one mail under way
            with database.reading() as session:
                assert len(session.scalars(select(Delivery).where(Delivery.state == "sending")).all()) <= 1
        assert forked(str(folder / "sender.py"), str(config), folder=folder).wait(300) == 0
        counted = Counter(recipient for recipient, _ in sink.received)
    with database.reading() as session:
        rows = session.execute(select(Subscriber.email, Delivery.state).join(Delivery)).all()
    found = {row.email: row.state for row in rows}
    assert set(found) == set(addresses)
    assert max(counted.values()) == 1
    assert set(found.values()) <= {"sent", "uncertain"}
    assert Counter(found.values())["uncertain"] <= kills
    assert [address for address in addresses if found[address] == "sent" and counted[address] != 1] == []
    listed = {one.email for one in uncertain_mails(database)}
    assert listed == {address for address in addresses if found[address] == "uncertain"}


def test_kill_9_in_the_middle_doubles_and_forgets_nobody(
    database: Database, settings: Settings, fill: Any, tmp_path: Path, forked: Any
) -> None:
    fill(lambda f: f.event(WEEK.first))
    killed(database, settings, tmp_path, forked, kills=3, readers=60)


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["begun_copy", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_kill_9_at_50_random_instants(kind: str, request: pytest.FixtureRequest, tmp_path: Path, forked: Any) -> None:
    def run(url: str) -> None:
        settings = Settings(database={"url": url}, base=tmp_path)  # type: ignore[arg-type]
        database = open_database(settings)
        killed(database, settings, tmp_path, forked, kills=50, readers=500)
        database.close()

    if kind == "begun_copy":
        run(request.getfixturevalue("begun_copy"))
        return
    with request.getfixturevalue("new_postgres")(request.getfixturevalue("begun_postgres")) as url:
        run(url)

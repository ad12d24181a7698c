"""kill -9 at instants drawn from a printed seed: the re-run ends where an undisturbed run does.

Three kills here, twenty under ``-m soak``. A kill of the group takes parent and children; a kill of the parent
alone must end the children by themselves within five seconds.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

FIRST = "2025-07-27T07:00:00+08:00"
SECOND = "2025-07-28T07:00:00+08:00"
SENDING = "2025-07-28T12:00:00+08:00"
WEEK = "2025-W30"
SUBSCRIBERS = [f"reader{number}@example.org" for number in range(5)]

pytestmark = pytest.mark.xdist_group("door")

Stage = tuple[str, tuple[str, ...], str]
STAGES: list[Stage] = [
    ("first", ("run",), FIRST),
    ("second", ("run",), SECOND),
    ("second", ("digest", "send", "--week", WEEK), SENDING),
]
SEED = int(os.environ.get("IDWATCH_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)


@dataclass
class Undisturbed:
    """A run through all stages that nobody kills: its tables after each stage, its seconds, a copy from before each."""

    world: Any
    tables: list[dict[str, Any]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def before(self, stage: int) -> Path:
        return Path(f"{self.world.folder} before {stage}")


def add_subscribers(world: Any) -> Any:
    assert world.run("subscribers", "add", *SUBSCRIBERS, now=FIRST).returncode == 0
    return world


@pytest.fixture
def undisturbed(world_in: Any, crawled_in: Any, crawled_once: Any, sink: Any) -> Undisturbed:
    run = Undisturbed(add_subscribers(crawled_in("undisturbed")))
    run.seconds.append(crawled_once.first_pass_seconds)
    run.tables.append(run.world.natural())
    empty = world_in(run.before(0).name)
    assert empty.run("db", "upgrade", now=FIRST).returncode == 0
    add_subscribers(empty)
    for stage, (state, words, now) in enumerate(STAGES[1:], 1):
        shutil.copytree(run.world.folder, run.before(stage))
        run.world.server.state = state
        start = time.monotonic()
        done = run.world.run(*words, now=now)
        assert done.returncode == 0, done.stderr
        run.seconds.append(time.monotonic() - start)
        run.tables.append(run.world.natural())
    assert Counter(recipient for recipient, _ in sink.received) == Counter(SUBSCRIBERS)
    return run


def kill_and_run_again(world: Any, stage: int, after: float, *, whole_group: bool, group_is_gone: Any) -> None:
    """Kill a stage after some seconds, then run it to its end."""
    state, words, now = STAGES[stage]
    world.server.state = state
    process = world.start(*words, now=now)
    time.sleep(after)
    with suppress(ProcessLookupError):  # it may have been quicker than the one that nobody killed
        (os.killpg if whole_group else os.kill)(process.pid, signal.SIGKILL)
    process.wait()
    assert group_is_gone(process.pid, 5.0), "a child outlived its parent by 5 s"
    run_whole(world, stage)


def run_whole(world: Any, stage: int) -> None:
    state, words, now = STAGES[stage]
    world.server.state = state
    done = world.run(*words, now=now)
    # a mail cut between DATA and its answer is listed for the operator, and the exit code says so
    assert done.returncode == 0 or "uncertain" in done.stdout + done.stderr, done.stderr


def check(world: Any, expected: dict[str, Any]) -> None:
    found = world.natural()
    for table, rows in expected.items():
        assert found[table] == rows, f"{table} differs after a kill (seed {SEED})"
    for file in (world.folder / "data" / "archive").glob("*.warc.gz"):
        with file.open("rb") as stream:
            assert sum(1 for _ in ArchiveIterator(stream)) > 0


def check_mails(world: Any, messages: list[tuple[str, bytes]]) -> None:
    raw = Counter(recipient for recipient, _ in messages)
    assert max(raw.values(), default=0) <= 1, "mailed twice"
    states = dict(world.rows("SELECT s.email, d.state FROM delivery d JOIN subscriber s ON s.id = d.subscriber_id"))
    assert set(states) == set(SUBSCRIBERS)
    for address, state in states.items():
        assert state in ("sent", "uncertain"), (address, state)
        if state == "sent":
            assert raw[address] == 1


def kill_at(
    name: str,
    stage: int,
    after: float,
    whole_group: bool,
    undisturbed: Undisturbed,
    world_in: Any,
    sink: Any,
    group_gone: Any,
) -> Any:
    print(f"{name}: stage {stage} after {after:.2f} s, {'the group' if whole_group else 'the parent alone'}")
    world = world_in(name)
    shutil.copytree(undisturbed.before(stage), world.folder, dirs_exist_ok=True)
    sink.received.clear()
    kill_and_run_again(world, stage, after, whole_group=whole_group, group_is_gone=group_gone)
    check(world, undisturbed.tables[stage])
    return world


def test_three_kills(world_in: Any, sink: Any, undisturbed: Undisturbed, group_gone: Any) -> None:
    """One in each stage; after each the tables are compared at once."""
    draw = random.Random(SEED)
    print(f"seed {SEED} (IDWATCH_TEST_SEED repeats it)")
    for stage, whole_group in enumerate((False, True, draw.random() < 0.5)):
        after = draw.uniform(0.1, 0.8 * undisturbed.seconds[stage])
        world = kill_at(f"kill {stage}", stage, after, whole_group, undisturbed, world_in, sink, group_gone)
    check_mails(world, sink.received)


@pytest.mark.soak
def test_twenty_kills(world_in: Any, sink: Any, undisturbed: Undisturbed, group_gone: Any) -> None:
    """After each the later stages run too, to the mails."""
    draw = random.Random(SEED)
    print(f"seed {SEED} (IDWATCH_TEST_SEED repeats it)")
    for number in range(20):
        stage = draw.choices(range(len(STAGES)), weights=undisturbed.seconds)[0]
        after = draw.uniform(0.0, undisturbed.seconds[stage])
        whole_group = draw.random() < 0.5
        world = kill_at(f"kill {number}", stage, after, whole_group, undisturbed, world_in, sink, group_gone)
        for later in range(stage + 1, len(STAGES)):
            run_whole(world, later)
        check(world, undisturbed.tables[-1])
        check_mails(world, sink.received)

"""Two crawls and the resolver writing at once on SQLite: nobody is locked out, nothing is doubled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("door")

FIRST = "2025-07-27T07:00:00+08:00"


def test_two_crawls_and_the_resolver_at_once(world_in: Callable[[str], Any], crawled: Any) -> None:
    world = world_in("together")
    assert world.run("db", "upgrade", now=FIRST).returncode == 0
    crawls = [world.start("crawl", name, now=FIRST) for name in ("idcpc_zh", "idcpc_en")]
    resolutions = 0
    while any(process.poll() is None for process in crawls):
        done = world.run("resolve", now=FIRST)
        assert done.returncode == 0, done.stderr
        resolutions += 1
    output = "".join(process.stdout + process.stderr for process in crawls)
    assert [process.returncode for process in crawls] == [0, 0], output
    assert resolutions >= 2
    assert "locked" not in output
    together, alone = world.natural(), crawled.natural()
    for table in ("page", "address", "snapshot", "reading", "evidence"):
        assert together[table] == alone[table], table
    # an id comes from the mention that was there first, which differs where the resolver ran meanwhile
    for table in ("event", "participation"):
        assert sorted((row[1:] for row in together[table]), key=repr) == sorted(
            (row[1:] for row in alone[table]), key=repr
        ), table
    assert sorted(row[:3] for row in together["mention"]) == sorted(row[:3] for row in alone["mention"])

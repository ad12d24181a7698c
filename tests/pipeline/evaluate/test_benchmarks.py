"""The benchmarks in short form: the made-up world and mirror are the same each time, and what is in them is found."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "benchmarks"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("resolve")


def test_the_world_is_the_same_for_every_run_and_holds_what_was_asked(bench: ModuleType) -> None:
    mentions, truth = bench.world(300)
    assert (len(mentions), len(truth)) == (300, 300)
    assert {kept.key for kept in mentions} == truth.keys()
    assert bench.world(300) == (mentions, truth)
    assert bench.world(300, seed=2)[0] != mentions
    assert {kept.language for kept in mentions} == {"zh", "en"}
    assert 1 < len(truth) / len(set(truth.values())) < 5


def test_pairs_are_counted_against_the_truth(bench: ModuleType) -> None:
    truth = {"a": 1, "b": 1, "c": 1, "d": 2}
    assert bench.pairs([("a", "b", "d"), ("c",)], truth) == {"right": 1, "predicted": 3, "true": 3}


def test_the_power_of_growth_is_the_slope_of_the_logarithms(bench: ModuleType) -> None:
    assert bench.exponent({10: 1.0, 100: 10.0, 1000: 100.0}) == pytest.approx(1)
    assert bench.exponent({10: 1.0, 100: 100.0}) == pytest.approx(2)


def test_the_resolver_finds_the_events_of_the_world(bench: ModuleType) -> None:
    found = bench.job("idwatch", 1500)
    assert found["right"] / found["predicted"] > 0.97
    assert found["right"] / found["true"] > 0.93


@pytest.fixture
def crawl_bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("crawl")


def test_the_mirror_has_as_many_pages_as_asked_and_its_lists_name_each_once(crawl_bench: ModuleType) -> None:
    mirror = importlib.import_module("_mirror")
    count = 45
    lists = [mirror.answer(f"/lldt/{name}", count) for name in ("", "index_1.html", "index_2.html")]
    assert mirror.answer("/lldt/index_3.html", count) is None
    named = [
        path for path in (mirror.path_of(number, count) for number in range(count)) if "".join(lists).count(path) == 1
    ]
    assert len(set(named)) == count
    assert mirror.answer(named[7], count) == mirror.page_of(7, count) != mirror.page_of(8, count)


@pytest.mark.slow
def test_the_whole_chain_over_a_small_mirror(forked: Callable[..., Any], crawl_bench: ModuleType) -> None:
    with importlib.import_module("_mirror").mirror(25) as address:
        child = forked(
            str(FOLDER / "crawl.py"), "--job", "idwatch", "--pages", "25", "--address", address, folder=FOLDER.parent
        )
        assert child.wait() == 0, child.stderr
    found = json.loads(child.stdout.splitlines()[-1])
    assert (found["pages"], found["readings"], found["mentions"]) == (25, 25, 25)
    assert len(found["memory"]) == 4
    assert found["memory"] == sorted(found["memory"])
    assert found["processor"] > found["crawled"]["processor"] > 0

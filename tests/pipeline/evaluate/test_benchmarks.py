"""The benchmarks in short form: the made-up world is the same each time, and the resolver finds its events."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

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

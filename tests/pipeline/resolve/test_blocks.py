"""Blocks: what is compared at all, that nothing labelled is missed, and that days far apart never meet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.evaluate.linked import load_linked
from pipeline.resolve.blocks import blocks, candidates
from pipeline.words import KeptMention

Tell = Callable[..., KeptMention]
LABELS = Path(__file__).parents[2] / "evaluation" / "clusters"


def meet(one: KeptMention, other: KeptMention) -> bool:
    return bool(candidates([one, other]))


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ({}, {"day": "2025-07-28"}, True),
        ({}, {"day": "2025-07-29"}, False),
        ({}, {"day": "2025-08-26", "precision": "window", "until": "2025-08-29"}, True),
        ({}, {"day": "2025-09-10", "precision": "window", "until": "2025-09-12"}, False),
        ({"realis": "planned"}, {"day": "2025-08-20"}, True),
        ({"type_": "TRAIN.COURSE"}, {"type_": "TRAIN.COURSE", "day": "2025-08-20"}, True),
        ({}, {"official": "sun-haiyan", "party": None}, False),
        ({}, {"official": "sun-haiyan"}, True),
        ({}, {"official": None, "country": None}, True),
        ({}, {"country": None, "party": None}, True),
        ({"person": "比拉瓦尔"}, {"person": "Bilawal", "official": None, "party": None, "site": "dawn_en"}, True),
        ({"type_": "CONF.REGION", "country": None}, {"type_": "CONF.REGION", "official": None, "party": None}, True),
        ({"day": "2025-07-10", "until": "2025-07-30"}, {}, True),
    ],
)
def test_who_meets_whom(tell: Tell, one: dict[str, Any], other: dict[str, Any], together: bool) -> None:
    assert meet(tell("a", **one), tell("b", **other)) is together


def test_what_tells_no_day_meets_what_the_official_did_with_the_same_people_in_any_year(tell: Tell) -> None:
    item = tell("list", day=None, person="Desmond Lee")
    assert meet(item, tell("a", day="2012-03-01"))
    assert not meet(item, tell("a", official="sun-haiyan"))
    assert not meet(item, tell("a", party="sgp-wp"))


def test_one_text_meets_itself_though_nothing_else_is_told(tell: Tell) -> None:
    bare: dict[str, Any] = {"day": None, "official": None, "country": None, "party": None, "place": None}
    assert meet(tell("a", opening="Oslo,June12th", **bare), tell("b", opening="Oslo,June12th", **bare))
    assert not meet(tell("a", opening="Oslo,June12th", **bare), tell("b", opening="Rome,June12th", **bare))


def test_each_pair_comes_once_in_the_order_of_the_keys(tell: Tell) -> None:
    several = [tell(page, day=day, opening="same") for page, day in (("c", None), ("a", "2025-07-25"), ("b", None))]
    found = [(a.key.page[-1], b.key.page[-1]) for a, b in candidates(several)]
    assert found == [("a", "b"), ("a", "c"), ("b", "c")]


def test_blocks_are_a_function_of_one_mention_and_few(tell: Tell) -> None:
    """They stand in the database: the same text after every start, whatever the seed of Python's hashes."""
    mention = tell("a", person="比拉瓦尔", official="song-tao", country="PAK", party="pak-ppp")
    assert blocks(mention) == blocks(mention)
    assert "PAK|92402|cn:songtao" in blocks(tell("a", day="2024-12-01", official="song-tao", country="PAK", party=None))
    assert len(blocks(mention)) < 30


@pytest.mark.parametrize("name", ["dev.a.jsonl", "dev.b.jsonl", "dev.c.jsonl", "dev.d.jsonl"])
def test_labelled_pairs_of_one_event_share_a_block(name: str) -> None:
    (labelled,) = load_linked([LABELS / name])
    event = {one.kept.key: one.event for one in labelled.mentions}
    met = {(a.key, b.key) for a, b in candidates([one.kept for one in labelled.mentions])}
    keys = sorted(event)
    true = {(a, b) for place, a in enumerate(keys) for b in keys[place + 1 :] if event[a] == event[b]}
    assert len(true & met) >= 0.998 * len(true), f"{len(true & met)}/{len(true)}"

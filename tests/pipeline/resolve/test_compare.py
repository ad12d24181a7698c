"""Comparisons: what each level means, that silence weighs nothing, and that the weights are what the labels give."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.evaluate.linked import load_linked
from pipeline.resolve import compare, fit, weights
from pipeline.resolve.normal import normal
from pipeline.words import KeptMention

Tell = Callable[..., KeptMention]
LABELS = Path(__file__).parents[2] / "evaluation" / "clusters"


def levels(one: KeptMention, other: KeptMention) -> dict[str, str]:
    return {found.name: found.level for found in compare.compare(one, other).comparisons}


SILENT: dict[str, Any] = {
    "day": None, "official": None, "country": None, "party": None, "place": None, "mode": "unknown",
}  # fmt: skip


def test_what_one_side_does_not_tell_is_no_comparison(tell: Tell) -> None:
    told = tell("a", person="Desmond Lee", office="education_minister", themes=("bri",), participants=60)
    assert set(levels(told, tell("b", **SILENT))) == {"type", "sources"}


def test_the_bits_are_the_prior_and_the_sum_of_what_is_told(tell: Tell) -> None:
    a, b = tell("a", person="黄循财"), tell("b", site="idcpc_en", person="Desmond Lee", day="2025-07-26")
    found = compare.compare(a, b)
    assert (found.a, found.b) == (b.key, a.key), "the smaller key first"
    assert found == compare.compare(b, a)
    assert found.bits == pytest.approx(weights.prior() + sum(one.bits for one in found.comparisons))
    assert found.bits == pytest.approx(compare.bits(normal(b), normal(a)))
    person = next(one for one in found.comparisons if one.name == "foreign_person")
    assert person.told == "Desmond Lee ~ 黄循财"
    assert next(one for one in found.comparisons if one.name == "date").told == "2025-07-26 ~ 2025-07-25"


@pytest.mark.parametrize(
    ("comparison", "level", "one", "other"),
    [
        ("foreign_person", "same person", {"person": "黄循财", "person_id": "sgp-lawrence-wong"},
         {"person": "Lawrence Wong", "person_id": "sgp-lawrence-wong"}),
        ("foreign_person", "same sound", {"person": "比拉瓦尔"}, {"person": "Bilawal Bhutto Zardari"}),
        ("foreign_person", "first of one among the other's", {"person": "Ann", "others": ("Bob Doe",)},
         {"person": "Bob Doe"}),
        ("foreign_person", "same sound", {"person": "劳雷亚诺·奥尔特加", "person_id": "nic-daniel-ortega"},
         {"person": "Laureano Ortega Murillo"}),
        ("office", "same offices", {"person": "黄循财", "office": "education_minister"},
         {"person": "Desmond Lee", "office": "education_minister"}),
        ("office", "same offices", {"person": "黄循财", "office": "general_secretary"},
         {"person": "Desmond Lee", "office": "secretary_general"}),
        ("office", "shared office", {"person": "黄循财", "title": "秘书长、教育部长"},
         {"person": "Desmond Lee", "office": "education_minister"}),
        ("chinese_person", "same first", {}, {"attending": ("sun-haiyan",)}),
        ("chinese_person", "among them", {"official": "sun-haiyan"}, {"attending": ("sun-haiyan",)}),
        ("chinese_person", "spelt alike", {"official": "Sun Hayan"}, {"official": "sun-haiyan"}),
        ("chinese_person", "another", {"official": "sun-haiyan"}, {}),
        ("chinese_person", "another, by a loose source", {"official": "sun-haiyan"}, {"site": "nation_en"}),
        ("chinese_person", "spelt alike", {"official": "Mingxiang Li", "site": "nation_en"},
         {"official": "Li Mingxiang"}),
        ("chinese_person", "among them, by a loose source", {"official": "sun-haiyan", "site": "nation_en"},
         {"attending": ("sun-haiyan",)}),
        ("date", "same day", {}, {}),
        ("date", "same days", {"until": "2025-07-27"}, {"until": "2025-07-27"}),
        ("date", "day within", {"until": "2025-07-27"}, {"day": "2025-07-26"}),
        ("date", "days overlap", {"until": "2025-07-27"}, {"day": "2025-07-26", "until": "2025-07-29"}),
        ("date", "next day", {}, {"day": "2025-07-26"}),
        ("date", "next day, by a loose source", {}, {"day": "2025-07-26", "site": "nation_en"}),
        ("date", "next day", {"site": "nation_en"}, {"day": "2025-07-26"}),
        ("date", "next day, far zone", {"country": "USA", "place": None}, {"day": "2025-07-26", "country": "USA"}),
        ("date", "in the window", {"day": "2025-07-20", "until": "2025-07-27", "precision": "window"}, {}),
        ("date", "near the window", {"day": "2025-08-01", "until": "2025-08-29", "precision": "month"}, {}),
        ("party", "same parties", {}, {}),
        ("party", "shared party", {"party": ("sgp-pap", "sgp-wp")}, {}),
        ("party", "another party", {"party": "sgp-wp"}, {}),
        ("party", "part of the other", {"party": "deu-csu"}, {"party": "deu-union"}),
        ("country", "another country", {"type_": "MEET.MULTI"}, {"type_": "MEET.MULTI", "country": "RUS"}),
        ("party", "same body", {"party": "hd-centre"}, {"party": ("hd-centre", "sgp-pap")}),
        ("party", "same name", {"party": "Nordic Institute of Peace"}, {"party": "Nordic Institute of Peace"}),
        ("place", "another city", {"place": "chn-beijing"}, {}),
        ("mode", "alike", {"mode": "video"}, {"mode": "hybrid"}),
        ("type", "same telling type", {"type_": "MEET.MECH"}, {"type_": "MEET.MECH"}),
        ("type", "dialogue or forum", {"type_": "MEET.MECH"}, {"type_": "CONF.REGION"}),
        ("type", "near kind", {"type_": "BRIEF.CONGRESS"}, {}),
        ("themes", "some", {"themes": ("bri", "health", "women")}, {"themes": ("bri", "youth")}),
        ("participants", "about the same", {"participants": 60}, {"participants": 65}),
        ("text", "same opening", {"opening": "x" * 200}, {"opening": "x" * 200}),
        ("text", "same title", {"headline": "刘建超会见新加坡总理黄循财"}, {"headline": "刘建超会见新加坡总理黄循财"}),
        ("sources", "one site", {}, {}),
    ],
)  # fmt: skip
def test_levels(tell: Tell, comparison: str, level: str, one: dict[str, Any], other: dict[str, Any]) -> None:
    a, b = tell("a", **one), tell("b", **other)
    assert levels(a, b)[comparison] == level
    assert level in compare.LEVELS[comparison]


def test_offices_tell_only_where_names_do_not(tell: Tell) -> None:
    """One person has many offices: that two pages name two of them is no evidence against the name."""
    a = tell("a", person="Anwar Ibrahim", office="prime_minister", site="idcpc_en")
    b = tell("b", person="Anwar Ibrahim", office="party_chair", site="xinhua_en")
    assert "office" not in levels(a, b)


def test_of_a_forum_each_source_tells_its_own_country_s_part(tell: Tell) -> None:
    forum: dict[str, Any] = {"type_": "CONF.GLOBAL", "party": None}
    found = levels(tell("a", country="NPL", **forum), tell("b", country=("NAM", "KEN"), site="nam_en", **forum))
    assert "country" not in found


def test_an_official_told_by_post_alone_is_who_held_it_that_day(tell: Tell) -> None:
    from dataclasses import replace

    from pipeline.words import ChinesePerson

    bare = tell("b", day="2018-10-15", country="PAK", party=None)
    post = ChinesePerson("", None, "Minister of the International Department", None)
    bare = replace(bare, mention=replace(bare.mention, chinese_people=(post,)))
    named = tell("a", day="2018-10-15", official="song-tao", country="PAK", party=None)
    assert levels(named, bare)["chinese_person"] == "same first"
    later = tell("a", day="2018-10-15", official="liu-jianchao", country="PAK", party=None)
    assert levels(later, bare)["chinese_person"] == "another"


def test_a_rare_value_in_common_says_more_than_a_common_one_but_agreeing_never_speaks_against() -> None:
    table = weights._rarity()
    for comparison in ("chinese_person", "country", "party"):
        assert table[comparison, ""] == max(bits for (name, _), bits in table.items() if name == comparison)
    met = {value: bits for (name, value), bits in table.items() if name == "chinese_person"}
    assert met["liujianchao"] < met[""]


def test_a_better_level_never_weighs_less() -> None:
    for name, ordered in compare.LEVELS.items():
        worth = [weights.bits()[name, level] for level in ordered]
        if name not in compare.UNORDERED:
            assert worth == sorted(worth, reverse=True), name
    assert weights.DOUBT < weights.JOIN


def test_the_weights_are_those_that_the_labels_give(tmp_path: Path) -> None:
    """Within a bit: the gazetteer grows, and ids with it. Fitted anew where this fails."""
    sets = [[(one.kept, one.event) for one in found.mentions] for found in load_linked(sorted(LABELS.glob("dev.*")))]
    fit.write(sets, tmp_path)
    with (tmp_path / "weights.csv").open(encoding="utf-8", newline="") as stream:
        fresh = {(row["comparison"], row["level"]): float(row["bits"]) for row in csv.DictReader(stream)}
    assert fresh.keys() == weights.bits().keys()
    off = {key: (value, weights.bits()[key]) for key, value in fresh.items() if abs(value - weights.bits()[key]) > 1}
    assert not off, "run `python -m pipeline.resolve.fit tests/evaluation/clusters/dev.*.jsonl`"
    again = [list(reversed(found)) for found in reversed(sets)]
    before = (tmp_path / "weights.csv").read_bytes(), (tmp_path / "frequencies.csv").read_bytes()
    fit.write(again, tmp_path)
    assert before == ((tmp_path / "weights.csv").read_bytes(), (tmp_path / "frequencies.csv").read_bytes())


def test_weights_of_another_folder_hold_while_they_are_asked_for(tmp_path: Path) -> None:
    (labelled,) = load_linked([LABELS / "dev.b.jsonl"])
    fit.write([[(one.kept, one.event) for one in labelled.mentions]], tmp_path)
    before = weights.bits()
    with weights.read_from(tmp_path):
        assert weights.bits().keys() == before.keys()
        assert weights.bits() != before
    assert weights.bits() == before


def test_a_broken_line_of_the_weights_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "weights.csv"
    broken.write_text(",".join(weights.WEIGHT_COLUMNS) + "\ndate,same day,1,2,3,4,many\n", encoding="utf-8")
    monkeypatch.setattr(weights, "WEIGHTS", broken)
    weights.bits.cache_clear()
    with pytest.raises(weights.WeightError, match=r"weights\.csv, line 2: bits 'many' is no number"):
        weights.bits()
    monkeypatch.undo()
    weights.bits.cache_clear()

"""Hard conflicts and all their exceptions (codebook §10, step C)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.resolve.veto import RULES, veto
from pipeline.words import DateBasis, Evidence, KeptMention

Tell = Callable[..., KeptMention]

CONFLICTS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("series", {"type_": "VISIT.OUT", "is_series": True}, {}),
    ("days", {}, {"day": "2025-07-27"}),
    ("days", {"basis": DateBasis.URL_DATE}, {"day": "2025-07-29"}),
    ("days", {"precision": "window", "until": "2025-08-01"}, {"day": "2025-09-15"}),
    ("days", {"type_": "TRAIN.COURSE"}, {"type_": "TRAIN.COURSE", "day": "2025-08-30"}),
    ("kind", {}, {"type_": "TRAIN.COURSE"}),
    ("kind", {"type_": "CONF.REGION"}, {}),
    ("mode", {"mode": "video", "place": None}, {}),
    ("mode", {"mode": "phone", "place": None}, {"mode": "inperson_beijing", "place": "chn-beijing"}),
    ("realis", {"realis": "planned"}, {"day": "2025-07-26"}),
    ("countries", {"country": "MYS", "party": None}, {}),
    (
        "countries",
        {"type_": "MEET.MULTI", "country": ("KAZ", "UZB"), "party": None},
        {"type_": "MEET.MULTI", "country": "RUS", "party": None, "site": "xinhua_zh"},
    ),
    ("parties", {"party": "sgp-wp"}, {}),
    ("parties", {"type_": "TRAIN.COURSE", "party": "sgp-wp"}, {"type_": "TRAIN.COURSE"}),
    ("cities", {"place": "chn-beijing"}, {"place": "chn-urumqi"}),
    (
        "people",
        {"person": "Desmond Lee", "office": "education_minister", "site": "idcpc_en"},
        {"person": "Chan Chun Sing", "office": "defence_minister", "site": "idcpc_en"},
    ),
    (
        "people",
        {"person": "安瓦尔", "person_id": "mys-anwar-ibrahim"},
        {"person": "Mahathir Mohamad", "person_id": "mys-mahathir-mohamad", "site": "idcpc_en"},
    ),
]


@pytest.mark.parametrize(("rule", "one", "other"), CONFLICTS)
def test_what_may_never_be_one(tell: Tell, rule: str, one: dict[str, Any], other: dict[str, Any]) -> None:
    a, b = tell("a", **one), tell("b", **other)
    found = veto(a, b)
    assert found is not None
    assert found.rule == rule
    assert " / " in found.told
    again = veto(b, a)
    assert again is not None
    assert again.rule == rule, "a conflict has no direction"


ALLOWED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("nothing told differently", {}, {}),
    ("a day is not told", {"day": None}, {}),
    ("one day apart is a matter of weight", {}, {"day": "2025-07-26"}),
    ("a range covers the day", {"day": "2025-07-22", "until": "2025-07-28"}, {}),
    ("recently may have been that day", {"day": "2025-07-18", "precision": "window"}, {}),
    ("a bulletin of a month later", {"day": "2025-08-01", "until": "2025-08-29", "precision": "window"}, {}),
    ("the page's day is not the event's", {"basis": DateBasis.PUBLISH_DATE}, {"day": "2025-07-28"}),
    (
        "a class opens and ends",
        {"type_": "TRAIN.COURSE"},
        {"type_": "TRAIN.COURSE", "day": "2025-08-05"},
    ),
    ("briefing inside talks", {"type_": "BRIEF.CONGRESS"}, {}),
    ("a numbered dialogue is told as a forum", {"type_": "MEET.MECH"}, {"type_": "CONF.REGION"}),
    ("a host's paper calls a class talks", {"type_": "TRAIN.COURSE"}, {"site": "nation_en"}),
    ("hybrid is both", {"mode": "hybrid", "place": None}, {"mode": "video", "place": None}),
    ("a mode is not told", {"mode": "unknown"}, {"mode": "video", "place": None}),
    ("announced for the day on which it took place", {"realis": "planned"}, {}),
    (
        "announced for a trip, told of one of its days",
        {"type_": "VISIT.OUT", "is_series": True, "realis": "planned", "until": "2025-07-29"},
        {"type_": "VISIT.OUT", "is_series": True, "day": "2025-07-26"},
    ),
    (
        "of a forum each tells its own country",
        {"type_": "CONF.REGION", "country": "KEN", "party": None},
        {"type_": "CONF.REGION", "country": "NPL", "party": None},
    ),
    (
        "of a meeting with many envoys each host's paper tells its own",
        {"type_": "MEET.MULTI", "country": "FJI", "party": None, "site": "fiji_en"},
        {"type_": "MEET.MULTI", "country": "WSM", "party": None, "site": "samoa_en"},
    ),
    (
        "a party and its youth league",
        {"party": "vnm-youth-union", "country": "VNM"},
        {"party": "vnm-cpv", "country": "VNM"},
    ),
    ("some sat in one city, some in another", {"mode": "hybrid"}, {"place": "chn-beijing", "mode": "hybrid"}),
    (
        "of a trip each host tells its own part",
        {"type_": "VISIT.OUT", "is_series": True, "country": "NOR", "party": None},
        {"type_": "VISIT.OUT", "is_series": True, "country": "DNK", "party": None},
    ),
    ("one party of several", {"party": ("sgp-pap", "sgp-wp")}, {}),
    (
        "a party has two ids, its chair one name",
        {"party": "mng-dp", "country": "MNG", "person": "巴特包勒德"},
        {"party": "mng-mpp", "country": "MNG", "person": "Sukhbaatar Batbold", "site": "idcpc_en"},
    ),
    ("a city and its building", {"place": "sgp-istana"}, {}),
    ("two places of one name", {"place": "Georgetown"}, {"place": None}),
    (
        "other people of another rank: one page names the head, one the ambassador",
        {"person": "Desmond Lee", "office": "education_minister", "site": "idcpc_en"},
        {"person": "Peter Tan", "office": "ambassador", "site": "xinhua_en"},
    ),
    (
        "an ambassador's own Chinese name",
        {"person": "安思捷", "office": "ambassador", "country": "AUS", "party": None},
        {"person": "Jan Adams", "office": "ambassador", "country": "AUS", "party": None, "site": "idcpc_en"},
    ),
    (
        "the same two, another first",
        {"person": "Desmond Lee", "office": "education_minister", "others": ("Sim Ann",), "site": "idcpc_en"},
        {"person": "Sim Ann", "office": "minister_of_state", "site": "xinhua_en"},
    ),
    (
        "many came, each paper names its own",
        {"type_": "CONF.GLOBAL", "person": "KP Oli", "office": "party_chair", "country": "NPL", "site": "nepal_en"},
        {"type_": "CONF.GLOBAL", "person": "H Geingob", "office": "party_chair", "country": "NAM", "site": "nam_en"},
    ),
    (
        "a stop-over of a day and its one meeting",
        {"type_": "VISIT.TRANSIT", "is_series": True},
        {"site": "mauritius_en"},
    ),
    (
        "a study tour told as a visit",
        {"type_": "VISIT.IN", "is_series": True, "until": "2025-07-31", "mode": "inperson_china_other", "place": None},
        {"type_": "TRAIN.STUDY", "until": "2025-07-31", "mode": "inperson_china_other", "place": None},
    ),
]


@pytest.mark.parametrize(("why", "one", "other"), ALLOWED, ids=[why for why, _, _ in ALLOWED])
def test_what_only_looks_like_a_conflict(tell: Tell, why: str, one: dict[str, Any], other: dict[str, Any]) -> None:
    assert veto(tell("a", **one), tell("b", **other)) is None, why


def test_two_mentions_of_one_page_were_told_apart(tell: Tell) -> None:
    found = veto(tell("a"), tell("a", number=2))
    assert found is not None
    assert found.rule == "one_page"


def test_a_type_from_a_headline_alone_is_no_conflict(tell: Tell) -> None:
    from dataclasses import replace

    headline = tell("a", type_="BRIEF.LECTURE")
    evidence = (Evidence("type", 0, 9, "headline_untyped_zh", 0.3),)
    guessed = replace(headline, mention=replace(headline.mention, type="CONF.THEME", evidence=evidence))
    assert veto(guessed, tell("b")) is None
    certain = replace(headline, mention=replace(headline.mention, type="CONF.THEME"))
    assert veto(certain, tell("b")) is not None


def test_every_rule_can_forbid() -> None:
    assert {rule for rule, _, _ in CONFLICTS} | {"one_page"} == {rule for rule, _ in RULES}

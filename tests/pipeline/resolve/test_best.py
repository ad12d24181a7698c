"""Best values by source order, all claims, contradictions, and families counted once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pipeline.resolve.best import Facts, facts, families, foreign_order, source_order, standing
from pipeline.words import KeptMention, SiteKind, Standing

Tell = Callable[..., KeptMention]
WATCHDOG: dict[str, Any] = {"site": "ccp_watch_en", "family": "watchdog", "kind": SiteKind.WATCHDOG}
HOST: dict[str, Any] = {"site": "party_en", "family": "foreign_party", "kind": SiteKind.OFFICIAL}


def of(*members: KeptMention) -> Facts:
    return facts(sorted(members, key=source_order))


def claimed(found: Facts, field: str) -> list[tuple[str, Any, bool]]:
    return [
        (claim.mention.page.rsplit("/", 1)[1], claim.value, claim.is_best)
        for claim in found.claims
        if claim.field == field
    ]


def test_sources_in_their_order(tell: Tell) -> None:
    told = [
        tell("zh"),
        tell("en", site="idcpc_en"),
        tell("copy", site="thepaper_zh", family="idcpc", kind=SiteKind.MEDIA),
        tell("host", **HOST),
        tell("xinhua", site="xinhua_zh"),
        tell("embassy", site="embassy_en", family="prc_state", kind=SiteKind.OFFICIAL),
        tell("paper", site="nation_en"),
        tell("watch", **WATCHDOG),
    ]
    told.reverse()
    assert sorted(told, key=source_order) == told[::-1]
    assert min(told, key=foreign_order) is told[-4], "foreign names and posts are the host's to know"


def test_the_best_source_that_tells_a_field_gives_it_and_all_are_claimed(tell: Tell) -> None:
    found = of(
        tell("watch", **WATCHDOG, participants=50, place="sgp-singapore"),
        tell("zh", participants=None, place=None, mode="unknown"),
        tell("en", site="idcpc_en", participants=48, place=None, mode="inperson_abroad"),
    )
    assert found.values["participants"] == 48
    assert found.values["mode"] == "inperson_abroad"
    assert found.values["place"] == "sgp-singapore"
    assert claimed(found, "participants") == [("en", 48, True), ("watch", 50, False)]
    assert found.disputed == (), "a rounded number is no contradiction"


def test_an_exact_day_of_a_lesser_source_is_better_than_recently_of_the_best(tell: Tell) -> None:
    found = of(
        tell("zh", day="2025-07-20", until="2025-07-27", precision="window"),
        tell("paper", site="nation_en", day="2025-07-25"),
    )
    assert (found.values["date_start"].isoformat(), found.values["date_precision"]) == ("2025-07-25", "day")
    assert claimed(found, "date")[0][2] is True


def test_foreign_people_are_shown_as_the_host_prints_them(tell: Tell) -> None:
    found = of(
        tell("zh", person="李智陞", title="教育部长"), tell("host", **HOST, person="Desmond Lee", title="Minister")
    )
    assert claimed(found, "foreign_people") == [
        ("host", [["Desmond Lee", "Minister"]], True),
        ("zh", [["李智陞", "教育部长"]], False),
    ]


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("date", {}, {"day": "2025-07-26"}),
        ("participants", {"participants": 40}, {"participants": 60}),
        (
            "title",
            {"person": "比拉瓦尔", "office": "speaker"},
            {"person": "Bilawal Bhutto", "office": "deputy_speaker"},
        ),
        (
            "title",
            {"person": "Tan", "title": "Chairman"},
            {"person": "Tan", "title": "Vice Chairman"},
        ),
    ],
)
def test_contradictions_on_a_main_field_are_a_dispute(
    tell: Tell, field: str, one: dict[str, Any], other: dict[str, Any]
) -> None:
    found = of(tell("zh", **one), tell("paper", site="nation_en", **other))
    assert found.disputed == (field,)
    assert found.values["standing"] == "disputed"


@pytest.mark.parametrize(
    ("why", "one", "other"),
    [
        ("themes only in Chinese", {"themes": ("taiwan", "bri")}, {"themes": ("bri",)}),
        ("a shorter list of people", {"person": "李智陞", "others": ("沈颖",)}, {"person": "Desmond Lee"}),
        (
            "one of somebody's two offices",
            {"person": "Oli", "office": "party_chair"},
            {"person": "Oli", "office": "prime_minister"},
        ),
        (
            "both offices told by one",
            {"person": "Tan", "title": "Chairman"},
            {"person": "Tan", "title": "Vice Chairman and Chairman"},
        ),
        ("a day within a range", {"until": "2025-07-28"}, {"day": "2025-07-27"}),
        ("recently", {}, {"day": "2025-07-26", "until": "2025-08-02", "precision": "window"}),
        ("a far zone", {"country": "USA", "place": None}, {"country": "USA", "place": None, "day": "2025-07-26"}),
        ("a number not told", {"participants": 40}, {}),
        ("what was announced", {"realis": "planned", "day": "2025-07-26"}, {}),
        (
            "the opening and the end of a class",
            {"type_": "TRAIN.COURSE"},
            {"type_": "TRAIN.COURSE", "day": "2025-08-01"},
        ),
    ],
)
def test_what_is_no_contradiction(tell: Tell, why: str, one: dict[str, Any], other: dict[str, Any]) -> None:
    assert of(tell("zh", **one), tell("paper", site="nation_en", **other)).disputed == (), why


def test_one_page_does_not_contradict_itself(tell: Tell) -> None:
    twice = [tell("a", number=number, participants=count) for number, count in ((1, 10), (2, 90))]
    assert of(*twice).disputed == ()


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([{}, {"site": "idcpc_en"}], Standing.SINGLE_SOURCE),
        ([{}, {"site": "xinhua_zh"}], Standing.CORROBORATED),
        ([{}, {"site": "nation_en"}], Standing.CONFIRMED),
        ([{}, WATCHDOG], Standing.CONFIRMED),
        ([{"opening": "x"}, {"site": "xinhua_zh", "opening": "x"}], Standing.SINGLE_SOURCE),
        ([{"site": "xinhua_en", "opening": "x"}, {"site": "nation_en", "opening": "x"}], Standing.SINGLE_SOURCE),
    ],
)
def test_standing_counts_families_and_copies_of_a_text_once(
    tell: Tell, members: list[dict[str, Any]], expected: Standing
) -> None:
    told = [tell(f"p{number}", **one) for number, one in enumerate(members)]
    assert standing(told) is expected
    assert of(*told).values["standing"] == expected.value


def test_a_copy_counts_as_the_family_of_the_best_source_of_its_text(tell: Tell) -> None:
    own, copy = tell("own", opening="x"), tell("copy", site="nation_zh", opening="x")
    other = tell("other", site="nation_zh")
    assert families([copy, other, own]) == {own.key: "idcpc", copy.key: "idcpc", other.key: "local_media"}


def test_what_took_place_outweighs_what_was_planned_and_a_live_page_a_lost_one(tell: Tell) -> None:
    plan, held = tell("plan", realis="planned", lost=True), tell("held", site="xinhua_zh")
    found = of(plan, held)
    assert found.values["realis"] == "actual"
    assert found.values["source_lost"] is False
    assert of(replace(held, lost=True), plan).values["source_lost"] is True


def test_t14_all_claims_of_a_sum_are_kept_none_is_averaged(tell: Tell) -> None:
    found = of(*(tell(f"p{n}", site=f"s{n}_en", participants=n) for n in (40, 45, 100)))
    assert sorted(value for _, value, _ in claimed(found, "participants")) == [40, 45, 100]
    assert found.values["participants"] in (40, 45, 100)

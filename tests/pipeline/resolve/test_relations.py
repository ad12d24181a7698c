"""What events have to do with one another across pages: trips, forums, campaigns, plans, round-ups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.evaluate.linked import load_linked
from pipeline.resolve.cluster import cluster
from pipeline.resolve.relations import Relations, relations
from pipeline.words import Cluster, KeptMention

Tell = Callable[..., KeptMention]
LABELS = Path(__file__).parents[2] / "evaluation" / "clusters"
TRIP: dict[str, Any] = {
    "type_": "VISIT.OUT", "is_series": True, "day": "2025-07-23", "until": "2025-07-27", "party": None, "place": None,
}  # fmt: skip


def related(*mentions: KeptMention) -> tuple[list[str], Relations]:
    """The founding pages of the clusters, and what relates them."""
    clusters = cluster(mentions)
    pages = [found.members[0].page.rsplit("/", 1)[1] for found in clusters]
    return pages, relations(clusters, mentions)


def parents(*mentions: KeptMention) -> dict[str, str]:
    pages, found = related(*mentions)
    return {pages[child]: pages[parent] for child, parent in found.parents.items()}


def test_a_trip_holds_what_the_official_did_there_in_its_days(tell: Tell) -> None:
    told = [
        tell("trip", **TRIP),
        tell("met", person="李智陞"),
        tell("before", day="2025-07-21"),
        tell("home", mode="inperson_beijing", place="chn-beijing"),
        tell("called", mode="video", place=None, person="某某"),
        tell("another", official="sun-haiyan", person="尚达曼"),
        tell("elsewhere", country="MYS", party=None, place=None, site="xinhua_zh"),
    ]
    assert parents(*told) == {"met": "trip"}


def test_a_trip_whose_start_alone_one_paper_tells_has_the_days_of_the_others(tell: Tell) -> None:
    start = tell("paper", **{**TRIP, "until": None}, site="straits_en")
    assert parents(tell("trip", **TRIP), start, tell("met", day="2025-07-26", person="李智陞")) == {"met": "trip"}
    assert parents(start, tell("met", day="2025-07-26", person="李智陞")) == {}


def test_guests_in_china_are_on_their_visit_whoever_receives_them(tell: Tell) -> None:
    visit: dict[str, Any] = {**TRIP, "type_": "VISIT.IN", "party": "sgp-pap", "mode": "inperson_china_other"}
    china: dict[str, Any] = {"place": "chn-beijing", "mode": "inperson_beijing"}
    told = [
        tell("visit", official="liu-jianchao", **visit),
        tell("minister", **china),
        tell("host", official="chen-zhou", **china, person="徐芳达"),
        tell("others", party="sgp-wp", **china),
        tell("abroad", official="sun-haiyan", person="尚达曼"),
    ]
    assert parents(*told) == {"minister": "visit", "host": "visit"}


def test_what_a_page_names_as_parent_is_the_parent(tell: Tell) -> None:
    forum = tell("page", type_="CONF.REGION", country=None, party=None, place=None)
    side = tell("page", number=2, type_="MEET.BILAT", person="李智陞", parent=1, place=None)
    english = tell("english", site="idcpc_en", person="Desmond Lee", place=None)
    pages, found = related(forum, side, english)
    assert sorted(pages) == ["english", "page"], "the English page is on the side meeting"
    assert {pages[child] for child in found.parents} == {"english"}


def test_t3_meetings_in_the_forum_s_city_are_its_children(tell: Tell) -> None:
    urumqi: dict[str, Any] = {
        "place": "chn-urumqi", "mode": "inperson_china_other", "official": "sun-haiyan", "party": None,
    }  # fmt: skip
    told = [
        tell("forum", type_="CONF.REGION", day="2025-04-22", until="2025-04-24", country=None, **urumqi),
        tell("central-asia", type_="MEET.MULTI", day="2025-04-22", country=("KAZ", "KGZ"), **urumqi),
        tell("russia", type_="MEET.MULTI", day="2025-04-23", country="RUS", **urumqi),
        tell("komeito", day="2025-04-22", country="JPN", party="jpn-komeito", place="chn-beijing"),
        tell("later", day="2025-04-26", country="RUS", **urumqi),
    ]
    assert parents(*told) == {"central-asia": "forum", "russia": "forum"}


def test_in_beijing_only_what_is_told_as_a_side_meeting_is_one(tell: Tell) -> None:
    beijing: dict[str, Any] = {"place": "chn-beijing", "mode": "inperson_beijing"}
    forum = tell("forum", type_="CONF.GLOBAL", country=None, party=None, **beijing)
    assert parents(forum, tell("side", type_="MEET.SIDE", **beijing)) == {"side": "forum"}
    assert parents(forum, tell("met", **beijing)) == {}


def test_the_narrower_of_two_that_hold_it_is_the_parent(tell: Tell) -> None:
    trip, forum = tell("trip", **TRIP), tell("forum", type_="CONF.EXT", party=None)
    side = tell("side", type_="MEET.SIDE", person="李智陞")
    assert parents(trip, forum, side) == {"forum": "trip", "side": "forum"}


def test_t13_messages_of_a_campaign(tell: Tell) -> None:
    written: dict[str, Any] = {"mode": "written", "place": None, "official": None, "day": "2021-07-01"}
    told = [
        tell("campaign", type_="MSG.CAMPAIGN", is_series=True, country="RUS", party=None, participants=100, **written),
        tell("message", type_="MSG.CONGRAT", country="RUS", party="rus-ur", **written),
        tell("meeting", country="RUS", party="rus-ur", day="2021-07-01", place=None),
    ]
    assert parents(*told) == {"message": "campaign"}


def test_what_was_announced_for_other_days_is_carried_out_once(tell: Tell) -> None:
    plan = tell("plan", **{**TRIP, "realis": "planned"})
    held = tell("held", **{**TRIP, "day": "2025-08-05", "until": "2025-08-08"})
    again = tell("again", **{**TRIP, "day": "2025-08-20", "until": "2025-08-22"})
    other = tell("other", **{**TRIP, "day": "2025-08-05", "until": "2025-08-08", "official": "sun-haiyan"})
    pages, found = related(plan, held, again, other)
    assert {pages[event]: pages[planned] for event, planned in found.realises.items()} == {"held": "plan"}


def test_a_round_up_that_fits_several_days_points_at_them_and_one_that_fits_one_is_its_mention(tell: Tell) -> None:
    month: dict[str, Any] = {"day": "2025-07-01", "until": "2025-07-31", "precision": "month", "place": None}
    lines = tell("bulletin", **month, site="contemporary_world_zh", family="contemporary_world")
    first, second = tell("first", day="2025-07-03", person="李智陞"), tell("second", day="2025-07-20", person="尚达曼")
    pages, found = related(lines, first)
    assert len(pages) == 1
    pages, found = related(lines, first, second)
    assert {pages[up]: sorted(pages[n] for n in at) for up, at in found.points.items()} == {
        "bulletin": ["first", "second"]
    }


def test_nothing_is_its_own_parent_and_no_two_are_each_other_s(tell: Tell) -> None:
    one, other = tell("a", number=1, parent=2), tell("a", number=2, parent=1, person="李智陞")
    _, found = related(one, other)
    assert not any(found.parents.get(parent) == child or parent == child for child, parent in found.parents.items())


@pytest.mark.parametrize(("name", "right"), [("dev.a.jsonl", 45), ("dev.b.jsonl", 18)])
def test_the_parents_of_the_labels(name: str, right: int) -> None:
    """Over the labelled events themselves, so that clustering adds no fault of its own."""
    (labelled,) = load_linked([LABELS / name])
    names = list(dict.fromkeys(one.event for one in labelled.mentions))
    clusters = [Cluster(tuple(one.kept.key for one in labelled.mentions if one.event == event)) for event in names]
    found = relations(clusters, [one.kept for one in labelled.mentions])
    parent = {one.event: one.parent for one in labelled.mentions}
    got = {names[child]: names[above] for child, above in found.parents.items()}
    counts = Counter(
        "right" if got.get(event) == parent[event] else "wrong"
        for event in names
        if parent[event] is not None or event in got
    )
    assert counts["right"] >= right, counts
    assert counts["wrong"] <= 4, counts
    realises = {one.event: one.realises for one in labelled.mentions if one.realises}
    assert {names[event]: names[plan] for event, plan in found.realises.items()} == realises

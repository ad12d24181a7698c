"""Pages scored by hand: what each field must count is written beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from pipeline.evaluate import Evaluation
from pipeline.words import ChinesePerson, DatePrecision, ForeignPerson, Mention, Realis

Told = Callable[..., Mention]
Bench = Any

MEETING = {
    "date": "2025-07-25", "type": "meeting", "mode": "in_person", "place": "Beijing", "countries": ["NOR"],
    "organisations": [], "chinese_people": ["Lin Yue", "Zhou Yun"], "foreign_people": ["Kari Berg"],
    "themes": ["trade"], "participants": None,
}  # fmt: skip
VISIT = {
    "date": "2025-07-20", "end_date": "2025-07-24", "type": "visit_abroad", "mode": "in_person", "place": "Norway",
    "countries": ["NOR", "SWE"], "organisations": ["Labour Party"], "chinese_people": ["Lin Yue"],
    "foreign_people": [], "themes": [], "participants": None,
}  # fmt: skip


def counts(found: Evaluation, **keys: Any) -> dict[str, tuple[float, float, float]]:
    """Right, predicted, labelled of every field."""
    return {field: (tally.right, tally.predicted, tally.labelled) for field, tally in found.figures(**keys).items()}


def test_a_page_in_the_older_words(bench: Bench, told: Told) -> None:
    predicted = [
        # the day after, a country and a guest too many, an official too few
        told(day="2025-07-26", chinese=["Lin Yue"], countries=["NOR", "DNK"], foreign=["Berg", "Ola Dal"]),
        # the end and a country lacking, and the party that the other said
        told("VISIT.OUT", "2025-07-20", date_end=None, countries=["NOR"], bodies=["Centre Party"], mode="unknown"),
        told("CONF.THEME", "2025-07-25", chinese=[], mode="video"),
    ]
    found = bench.run([{"id": "p", "query": "words", "events": [MEETING, VISIT]}], {"p": predicted})
    assert counts(found) == {
        "relevance": (1, 1, 1),
        "events": (2, 3, 2),
        "date": (1, 2, 2),
        "end_date": (0, 0, 1),
        "type": (2, 2, 2),
        "mode": (2, 2, 2),
        "realis": (2, 2, 2),
        "place": (0, 0, 1),  # Norway is no city
        "countries": (2, 3, 3),
        "organisations": (0, 1, 1),  # the meeting's are not scored
        "chinese_people": (2, 2, 3),
        "foreign_people": (1, 2, 1),
    }
    assert found.confusion() == {
        ("meeting", "MEET.BILAT"): 1,
        ("visit_abroad", "VISIT.OUT"): 1,
        ("none", "CONF.THEME"): 1,
    }
    assert {name: figures["events"].predicted for name, figures in found.by_type().items()} == {
        "MEET": 1,
        "VISIT": 1,
        "CONF": 1,
    }


def test_a_page_in_the_codebook_s_codes(bench: Bench, told: Told) -> None:
    forum = {
        "date": "2025-07-25", "end_date": "2025-07-26", "date_precision": "day_range", "type": "CONF.REGION",
        "mode": "hybrid", "realis": "actual", "scope": "in", "is_series": False, "parent": None, "place": "Kunming",
        "countries": ["NOR"], "organisations": [{"name": "Labour Party", "id": "nor-labour"}],
        "chinese_people": [{"name": "Lin Yue", "name_zh": "林岳", "title": "Minister of the IDCPC"}],
        "foreign_people": [{"name": "Kari Berg", "title": "Party Secretary", "country": "NOR"}],
        "themes": ["bri", "youth"], "participants": 120,
    }  # fmt: skip
    aside = {
        **forum, "type": "MEET.SIDE", "mode": "inperson_china_other", "date_precision": "day", "end_date": None,
        "parent": 1, "themes": [], "participants": None, "realis": "planned",
    }  # fmt: skip
    recalled = {**forum, "realis": "historical_reference", "date": "2019-01-01", "end_date": None}
    background = {**forum, "scope": "context", "date": "2025-07-24"}
    predicted = [
        told(
            "CONF.THEME",
            "2025-07-25",
            number=1,
            chinese=[],
            chinese_people=(ChinesePerson("Lin Yue", "林岳", "Vice-minister of the IDCPC"),),
            foreign_people=(ForeignPerson("Kari Berg", "party secretary", None, "NOR"),),
            date_end=date(2025, 7, 26),
            date_precision=DatePrecision.DAY_RANGE,
            mode="video",
            place="Kunming",
            place_zh="昆明",
            countries=["NOR"],
            bodies=["Labour Party (Ap)"],
            themes=("youth", "green"),
            participants=12,
        ),
        told(
            "MEET.SIDE",
            "2025-07-25",
            number=2,
            parent=1,
            mode="inperson_china_other",
            countries=["NOR"],
            realis=Realis.ACTUAL,
            foreign=[],
            chinese_people=(ChinesePerson("Lin Yue", "林岳", None),),
        ),
    ]
    found = bench.run([{"id": "p", "events": [forum, aside, recalled, background]}], {"p": predicted})
    assert counts(found) == {
        "relevance": (1, 1, 1),
        "events": (2, 2, 2),
        "date": (2, 2, 2),
        "end_date": (1, 1, 1),
        "date_precision": (2, 2, 2),
        "type": (2, 2, 2),
        "type_code": (1, 2, 2),
        "mode": (1, 2, 2),
        "mode_code": (1, 2, 2),
        "realis": (1, 2, 2),
        "is_series": (2, 2, 2),
        "parent": (1, 1, 1),
        "place": (1, 1, 2),
        "countries": (2, 2, 2),
        "organisations": (0, 1, 2),  # (Ap) is no acronym in capitals, and no id says so
        "chinese_people": (2, 2, 2),
        "chinese_titles": (0, 1, 2),
        "foreign_people": (1, 1, 2),
        "foreign_titles": (1, 1, 1),
        "themes": (1, 2, 2),
        "participants": (0, 1, 1),
    }


def test_null_and_empty_are_not_scored_either_way(bench: Bench, told: Told) -> None:
    empty = {
        "date": None, "type": "meeting", "mode": None, "place": None, "countries": [], "organisations": [],
        "chinese_people": ["Lin Yue"], "foreign_people": [], "themes": [], "participants": None,
    }  # fmt: skip
    rich = told(countries=["NOR"], bodies=["Labour Party"], foreign=["Kari Berg"], place="Oslo", participants=9)
    found = bench.run([{"id": "p", "events": [empty]}], {"p": [rich]})
    assert set(counts(found)) == {"relevance", "events", "type", "realis", "chinese_people"}


@pytest.mark.parametrize(
    ("labelled", "predicted", "right"),
    [
        ("online", "video", True),
        ("online", "phone", False),
        ("phone", "phone", True),
        ("hybrid", "hybrid", True),
        ("hybrid", "video", False),
        ("in_person", "unknown", True),
        ("in_person", "inperson_abroad", True),
        ("in_person", "video", False),
        ("in_person", "written", False),
    ],
)
def test_modes(bench: Bench, told: Told, labelled: str, predicted: str, right: bool) -> None:
    event = {"type": "meeting", "mode": labelled, "date": "2025-07-25"}
    found = bench.run([{"id": "p", "events": [event]}], {"p": [told(mode=predicted)]})
    assert counts(found)["mode"] == (int(right), 1, 1)


def test_remote_events_have_no_place(bench: Bench, told: Told) -> None:
    event = {"type": "video_call", "mode": "online", "place": "Beijing", "date": "2025-07-25"}
    found = bench.run([{"id": "p", "events": [event]}], {"p": [told("MEET.REMOTE", mode="video")]})
    assert "place" not in counts(found)


def test_upcoming_is_planned(bench: Bench, told: Told) -> None:
    event = {"type": "visit_abroad", "date": "2025-07-25", "status": "upcoming"}
    planned, actual = told("VISIT.OUT", realis=Realis.PLANNED), told("VISIT.OUT")
    assert counts(bench.run([{"id": "p", "events": [event]}], {"p": [planned]}))["realis"] == (1, 1, 1)
    assert counts(bench.run([{"id": "p", "events": [event]}], {"p": [actual]}))["realis"] == (0, 1, 1)


def test_a_type_that_no_rule_maps_is_not_scored(bench: Bench, told: Told) -> None:
    event = {"type": "competition_award", "date": "2025-07-25"}
    found = counts(bench.run([{"id": "p", "events": [event]}], {"p": [told("CULT.FRIEND")]}))
    assert found["events"] == (1, 1, 1)
    assert "type" not in found


def test_a_negative_page_and_one_that_was_not_recognised(bench: Bench, told: Told) -> None:
    labels: Sequence[dict[str, Any]] = [{"id": "a"}, {"id": "b"}, {"id": "c", "events": [MEETING]}]
    found = counts(bench.run(labels, {"a": [], "b": [told()], "c": []}))
    assert found == {"relevance": (0, 1, 1), "events": (0, 1, 1)}


def test_what_the_labeller_did_not_see_makes_no_page_relevant(bench: Bench, told: Told) -> None:
    assert counts(bench.run([{"id": "zh1", "query": "words"}], {"zh1": [told(at=801)]})) == {}
    assert counts(bench.run([{"id": "en1", "query": "words"}], {"en1": [told(at=801)]}))["events"] == (0, 1, 0)


def test_an_incomplete_label_row_holds_nothing_invented(bench: Bench, told: Told) -> None:
    label = {"id": "p", "events": [MEETING], "events_complete": False}
    predicted = [told(chinese=["Lin Yue"], countries=["NOR"]), told("CONF.THEME", "2020-01-01", chinese=[])]
    assert counts(bench.run([label], {"p": predicted}))["events"] == (1, 1, 1)


def test_borderline_rows_are_apart(bench: Bench, told: Told) -> None:
    found = bench.run([{"id": "p", "events": [MEETING], "borderline": True}, {"id": "q"}], {"p": [], "q": []})
    assert counts(found) == {}
    assert [score.row.id for score in found.borderline] == ["p"]
    assert "Borderline, in no sum above: p" in found.text()


def test_disputed_labels_are_left_out_of_the_second_figure(bench: Bench, told: Told) -> None:
    label = {"id": "p", "events": [MEETING, {**MEETING, "date": "2025-07-01", "chinese_people": ["Ma Hui"]}]}
    disputed = [
        {"id": "p", "event": 1, "field": "date", "reason": "the page says the 26th"},
        {"id": "p", "event": 2, "field": "events", "reason": "not the department"},
        {"id": "p", "event": None, "field": "events", "reason": "there is a forum too"},
    ]
    predicted = [told(day="2025-07-26", countries=["NOR"]), told("CONF.THEME", "2024-01-01", chinese=[])]
    found = bench.run([label], {"p": predicted}, disputed=disputed)
    assert (counts(found)["date"], counts(found)["events"]) == ((0, 1, 1), (1, 2, 2))
    without = counts(found, without_disputed=True)
    assert "date" not in without
    assert without["events"] == (1, 1, 1)
    assert "date: 1.000 1/1" in found.text()
    assert "p event 1, date: the page says the 26th" in found.text()

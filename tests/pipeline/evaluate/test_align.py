"""Rule 1: what takes part, and which prediction is which label."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import permutations

import pytest

from pipeline.evaluate.align import align, counted
from pipeline.evaluate.labels import LabelEvent, LabelPerson
from pipeline.words import Mention, Realis, Scope

Told = Callable[..., Mention]


def label(
    number: int, type_: str = "MEET", day: str | None = "2025-07-25", *, chinese: str = "", countries: str = ""
) -> LabelEvent:
    return LabelEvent(
        number,
        type_,
        frozenset({type_} if type_ else ()),
        date_start=date.fromisoformat(day) if day else None,
        chinese_people=tuple(LabelPerson((name,)) for name in chinese.split(", ") if name),
        countries=tuple(countries.split()),
    )


def test_context_recalled_and_denied_events_are_left_out(told: Told) -> None:
    kept = [told(), told(realis=Realis.PLANNED), told(realis=Realis.CANCELLED)]
    left_out = [
        told(scope=Scope.CONTEXT),
        told(realis=Realis.HISTORICAL_REFERENCE),
        told(realis=Realis.DENIED),
    ]
    assert counted([*kept, *left_out], None) == kept


@pytest.mark.parametrize(
    ("evidence", "is_counted"),
    [
        ([("type", 799, 803)], True),
        ([("type", 800, 804)], False),
        ([("type", 900, 904), ("foreign_people[0]", 700, 710)], True),
        # the dateline at the head of the page serves every event in it
        ([("date", 0, 9), ("place", 10, 17), ("mode", 10, 17), ("type", 900, 904)], False),
        ([("date", 0, 9)], True),
        ([], True),
    ],
)
def test_what_begins_after_what_the_labeller_saw_is_left_out(
    told: Told, evidence: list[tuple[str, int, int]], is_counted: bool
) -> None:
    assert bool(counted([told(evidence=evidence)], 800)) is is_counted
    assert counted([told(evidence=evidence)], None)


def test_the_greatest_total_is_taken_not_the_best_single_pair(told: Told) -> None:
    labels = [
        label(1, day="2025-07-25", chinese="Lin Yue", countries="NOR"),
        label(2, day="2025-07-27", chinese="Lin Yue", countries="NOR"),
    ]
    # the first prediction fits both labels whole, the second only the first one's day: 3 + 4 against 4 + 2
    predicted = [told(day="2025-07-26", countries=["NOR"]), told(day="2025-07-24")]
    assert align(labels, predicted) == [(0, 1), (1, 0)]


def test_a_day_s_difference_still_agrees_and_two_do_not(told: Told) -> None:
    labels = [label(1, "MEET"), label(2, "MEET", "2025-07-20")]
    predicted = [told(day="2025-07-22", chinese=[]), told(day="2025-07-24", chinese=[])]
    assert (0, 1) in align(labels, predicted)


def test_a_visit_pairs_with_a_visit_alone(told: Told) -> None:
    visit, meeting = label(1, "VISIT", chinese="Lin Yue"), label(1, "MEET", chinese="Lin Yue")
    assert align([visit], [told("MEET.BILAT")]) == []
    assert align([visit], [told("CONF.THEME"), told("VISIT.OUT", "2024-01-01")]) == [(0, 1)]
    assert align([meeting], [told("VISIT.IN")]) == []
    assert align([label(1, "", chinese="Lin Yue")], [told("VISIT.IN")]) == [(0, 0)]


def test_what_agrees_in_nothing_is_no_pair(told: Told) -> None:
    assert align([label(1, "MEET", None)], [told("CONF.THEME")]) == []
    assert align([label(1, "MEET", None)], [told("MEET.MECH", None, chinese=[])]) == [(0, 0)]


def test_the_order_of_predictions_does_not_matter(told: Told) -> None:
    labels = [label(1, chinese="Lin Yue"), label(2, chinese="Lin Yue"), label(3, chinese="Lin Yue", countries="NOR")]
    predicted = [
        told(chinese=["Lin Yue"], foreign=["Kari Berg"]),
        told(chinese=["Lin Yue"], foreign=["Ola Dal"]),
        told(chinese=["Lin Yue"], foreign=["Ola Dal"], countries=["NOR"]),
        told(chinese=["Lin Yue"], foreign=["Per Lund"]),
    ]
    found = {
        frozenset((row, order[column]) for row, column in align(labels, [predicted[place] for place in order]))
        for order in permutations(range(4))
    }
    assert len(found) == 1


def test_equal_totals_are_decided_by_the_other_fields(told: Told) -> None:
    two = [
        LabelEvent(number, "MEET", frozenset({"MEET"}), foreign_people=(LabelPerson((name,)),))
        for number, name in enumerate(("Kari Berg", "Ola Dal"), 1)
    ]
    assert align(two, [told(foreign=["Ola Dal"]), told(foreign=["Kari Berg"])]) == [(0, 1), (1, 0)]

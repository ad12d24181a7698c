"""Which mention of one reading is which of another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from pipeline.watch.overlap import pairs
from pipeline.words import ChinesePerson, ForeignPerson, Mention, Realis, Scope

DATED = Mention(
    number=1,
    type="VISIT.OUT",
    date_start=date(2025, 7, 23),
    date_end=date(2025, 7, 24),
    date_precision=None,
    date_basis=None,
    mode="inperson_abroad",
    realis=Realis.ACTUAL,
    scope=Scope.IN,
    chinese_people=(ChinesePerson("Liu Jianchao", "刘建超", None, "liu-jianchao"),),
)
UNDATED = replace(DATED, date_start=None, date_end=None)
OTHER_DAY = replace(DATED, date_start=date(2025, 7, 25), date_end=date(2025, 7, 25))


def test_an_item_without_a_year_is_the_mention_of_its_article() -> None:
    assert pairs([DATED], [UNDATED]) == {0: 0}
    assert pairs([UNDATED], [DATED]) == {0: 0}


def test_a_mention_of_the_same_day_goes_before_an_undated_one() -> None:
    assert pairs([DATED], [UNDATED, replace(DATED, mode="unknown")]) == {0: 1}


def test_a_trip_is_not_taken_for_the_meeting_on_it_that_names_more_of_its_people() -> None:
    guest = ForeignPerson("Lawrence Wong", None, None, "SGP", "sgp-lawrence-wong")
    trip = replace(DATED, foreign_people=(guest,))
    meeting = replace(trip, type="MEET.BILAT")
    assert pairs([trip], [DATED, meeting]) == {0: 0}


def test_another_day_is_another_mention() -> None:
    assert pairs([DATED], [OTHER_DAY]) == {}

"""What changed between two readings, whether it matters, and which mention is which."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pipeline.watch.diff import Difference, Version, compare
from pipeline.watch.overlap import pairs
from pipeline.words import ChinesePerson, Evidence, Mention, Organisation, Realis, Scope

BODY = (
    "北京7月21日电 中联部部长刘海星会见老挝人民革命党代表团。双方就两党关系交换意见。\n"
    "发布时间：2025-07-22 10:00\n阅读：12次"
)
ENGLISH = "Liu Haixing met with a delegation of 12 from Laos on July 21. They spoke of party relations.\nViews: 3"


def version(body: str, title: str = "会见", published: date | None = None, *mentions: Mention) -> Version:
    return Version(title, published, f"{title}\n\n{body}", "zh" if body > "一" else "en", mentions)


def changed(old: str, new: str, body: str = BODY) -> Difference:
    assert old in body
    found = compare(version(body), version(body.replace(old, new)))
    assert found is not None
    return found


def test_equal_readings_differ_in_nothing() -> None:
    assert compare(version(BODY), version(BODY)) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("刘海星", "刘建超"),
        ("老挝人民革命党", "越南共产党"),
        ("7月21日", "7月22日"),
        ("双方", "越南驻华大使在座。双方"),
    ],
)
def test_a_change_of_person_party_number_or_telling_sentence_matters(old: str, new: str) -> None:
    found = changed(old, new)
    assert found.material
    assert found.fields == ("body",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("阅读：12次", "阅读：4,513次"),
        ("2025-07-22 10:00", "2025-07-23 09:15"),
        ("双方就", "双方 就"),
        ("交换意见。", "交换意见！"),
        ("双方就", "双方就就"),
        ("代表团。双方", "代表团。\n双方"),
        ("双方就两党关系交换意见。", ""),
    ],
)
def test_counters_stamps_blanks_and_slips_do_not(old: str, new: str) -> None:
    assert not changed(old, new).material


@pytest.mark.parametrize(
    ("old", "new", "material"),
    [
        ("12", "14", True),
        ("from Laos", "from Vietnam", True),
        ("with a", "with Bounnhang of a", True),
        ("spoke of", "talked about", False),
        ("Views: 3", "Views: 99", False),
    ],
)
def test_english_alike(old: str, new: str, material: bool) -> None:
    assert changed(old, new, ENGLISH).material is material


def test_title_and_date_are_fields_and_the_diff_shows_the_lines() -> None:
    found = compare(version(BODY, "会见"), version(BODY, "会谈", date(2025, 7, 22)))
    assert found is not None
    assert found.fields == ("title", "published")
    assert found.diff.split("\n")[:2] == ["--- before", "+++ after"]
    assert "-会见" in found.diff
    assert "+会谈" in found.diff


def test_a_hostile_number_of_lines_is_not_compared() -> None:
    found = compare(version("x\n" * 100_000), version("y\n" * 100_000))
    assert found is not None
    assert "too long to compare" in found.diff


MENTION = Mention(
    number=1,
    type="MEET.MEETING",
    date_start=date(2025, 7, 21),
    date_end=date(2025, 7, 21),
    date_precision=None,
    date_basis=None,
    mode="in_person",
    realis=Realis.ACTUAL,
    scope=Scope.IN,
    countries=("LAO",),
    chinese_people=(ChinesePerson("Liu Haixing", "刘海星", None),),
    organisations=(Organisation("LPRP", "lao.lprp", "LAO", "party"),),
    evidence=(Evidence("date", 10, 20, "r", 1.0),),
)


def test_what_a_mention_says_matters_and_names_its_fields() -> None:
    later = replace(MENTION, date_start=date(2025, 7, 22), participants=9, confidence=0.1)
    found = compare(version("a", "t", None, MENTION), version("b", "t", None, later))
    assert found is not None
    assert found.material
    assert found.fields == ("body", "date_start", "participants")


def test_a_mention_added_or_lost_matters() -> None:
    for before, after in (((MENTION,), ()), ((), (MENTION,))):
        found = compare(version("a", "t", None, *before), version("b", "t", None, *after))
        assert found is not None
        assert found.material
        assert found.fields == ("body", "mentions")


# Which mention is which

OTHER = replace(
    MENTION,
    number=2,
    countries=("VNM",),
    chinese_people=(ChinesePerson("Wang", "王", None),),
    organisations=(),
    evidence=(Evidence("date", 50, 60, "r", 1.0),),
)


def test_mentions_are_paired_by_day_and_actor_not_by_place_in_the_text() -> None:
    moved = replace(OTHER, evidence=MENTION.evidence, themes=("x",))
    assert pairs([moved, replace(MENTION, evidence=OTHER.evidence, themes=("x",))], [MENTION, OTHER]) == {0: 1, 1: 0}


def test_without_shared_actors_the_span_decides() -> None:
    corrected = replace(MENTION, date_start=date(2025, 7, 25), date_end=date(2025, 7, 25))
    assert pairs([corrected], [OTHER, MENTION]) == {0: 1}


def test_countries_speak_where_nobody_is_named() -> None:
    nobody = replace(MENTION, chinese_people=(), organisations=(), evidence=())
    assert pairs([replace(nobody, themes=("x",))], [nobody]) == {0: 0}
    assert pairs([replace(nobody, countries=("VNM",))], [nobody]) == {}


def test_what_shares_nothing_is_paired_with_nothing() -> None:
    assert pairs([replace(OTHER, date_start=None, date_end=None, evidence=())], [MENTION]) == {}


def test_two_that_say_the_same_are_paired_in_order() -> None:
    assert pairs([MENTION, MENTION], [MENTION, MENTION]) == {0: 0, 1: 1}

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
        ("交换意见。", "交换意见！"),
        ("双方就", "双方就就"),
        ("双方就两党关系交换意见。", ""),
    ],
)
def test_slips_and_wording_do_not(old: str, new: str) -> None:
    assert not changed(old, new).material


@pytest.mark.parametrize(
    ("old", "new", "material"),
    [
        ("12", "14", True),
        ("from Laos", "from Vietnam", True),
        ("with a", "with Bounnhang of a", True),
        ("spoke of", "talked about", False),
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


# What is named, and what is furniture


def touched(found: Difference) -> set[tuple[str, str | None, str | None]]:
    return {(one.field, one.before, one.after) for one in found.touched}


def test_a_material_change_names_field_words_and_sentences() -> None:
    found = changed("刘海星", "刘建超")
    (one,) = found.touched
    assert (one.field, one.before, one.after) == ("person", "刘海星", "刘建超")
    assert one.sentence_before == "北京7月21日电 中联部部长刘海星会见老挝人民革命党代表团。"
    assert one.sentence_after == "北京7月21日电 中联部部长刘建超会见老挝人民革命党代表团。"
    assert touched(changed("7月21日", "7月22日")) == {("date", "7月21日", "7月22日")}
    assert touched(changed("老挝人民革命党", "越南共产党")) >= {("organisation", "老挝人民革命党", "越南共产党")}
    assert touched(changed("部长刘", "副部长刘")) == {("title", "中联部部长", "中联部副部长")}
    assert not changed("交换意见。", "交换意见！").touched


def test_a_sentence_put_in_or_taken_out_is_named_with_its_facts() -> None:
    (one,) = changed("双方", "越南驻华大使在座。双方").touched
    assert (one.field, one.before, one.sentence_before) == ("sentence", None, None)
    assert "越南" in (one.after or "")
    assert one.sentence_after == "越南驻华大使在座。"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("交换意见", "就三项议题交换意见", "number"),
        ("老挝人民革命党", "阿卜杜拉·阿尔纳赛里率领的老挝人民革命党", "name"),
        ("两党关系", "“一带一路”", "theme"),
        ("北京7月", "万象7月", "place"),
    ],
)
def test_each_kind_of_fact(old: str, new: str, field: str) -> None:
    assert field in {one.field for one in changed(old, new).touched}


def test_a_changed_mention_is_named_by_its_field_where_no_word_tells() -> None:
    found = compare(version("a b.", "t", None, MENTION), version("a c.", "t", None, replace(MENTION, mode="video")))
    assert found is not None
    assert touched(found) == {("mode", None, None)}


def test_a_capital_is_no_fact() -> None:
    assert not changed("party relations", "Party relations", ENGLISH).material


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("来源：中联部 2025-07-22 10:00 阅读：12次", "来源：新华社 2025-07-23 11:30 阅读：9万次"),
        ("【大 中 小】 【打印】 【关闭】", ""),
        ("责任编辑：王某", "责任编辑：李某某 校对：陈某"),
        ("Last updated: 22 July 2025", "Last updated: 23 July 2025"),
        ("1,204 views", "99 views"),
        ("Views: 3", "Views: 99"),
        ("双方 就此交换意见。", "双方  就此交换意见。\n"),
    ],
)
def test_stamps_counters_and_buttons_are_no_edit(before: str, after: str) -> None:
    body = "刘海星会见老挝客人。\n"
    assert compare(version(body + before), version(body + after)) is None


def test_a_line_that_begins_like_a_stamp_is_still_text() -> None:
    body = "时间：2025年7月21日，中联部部长刘海星会见老挝客人。"
    found = compare(version(body), version(body.replace("老挝", "越南")))
    assert found is not None
    assert found.material


def test_a_new_layout_is_no_edit() -> None:
    text = "刘海星7月21日会见老挝客人。双方就两党关系交换意见。\n在座的有12人。"
    column = "中越两党关系会议举行\n孙海燕会见南非客人\n3月5日研讨会"

    def laid_out(body: str, layout: str) -> Version:
        return replace(version(body), layout=layout)

    site, general = laid_out(text, "site:TRS_Editor"), laid_out(f"首页 > 2025年要闻\n{text}\n{column}", "trafilatura")
    assert compare(site, general) is None
    # an edit under the new layout is one all the same
    edited = compare(site, replace(general, text=general.text.replace("12人", "14人").replace("7月21日", "7月22日")))
    assert edited is not None
    assert edited.material
    # and columns beside a text that general rules read change every day
    assert compare(general, replace(general, text=general.text.replace("南非", "古巴"))) is None


@pytest.mark.parametrize("char", [" ", "2", ":", "年", "阅读 ", "来源：", "【", ". ", "A ", "十"])
def test_hostile_lines_cost_no_more_than_their_length(char: str) -> None:
    # with patterns that backtrack this takes hours, not moments
    found = compare(version(char * 20_000 + "x", "t"), version(char * 20_000 + "y", "t"))
    assert found is None or found.fields == ("body",)

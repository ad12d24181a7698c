"""Sentences say what the row states, well put, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.phrases import Piece, plain
from digests.rows import Body, Cast, Event, Name, Person
from digests.sentences import sentence
from digests.wording import sentence_forms, words


def en(text: str) -> Name:
    return Name(text, "en")


DEPARTMENT = Body(
    en("International Department of the CPC Central Committee"), "中共中央对外联络部", "China", "CHN", "cpc_dept"
)
ANC = Body(en("African National Congress"), None, "South Africa", "ZAF", "party")
CPV = Body(en("Communist Party of Vietnam"), None, "Vietnam", "VNM", "party")
LIU = Person(en("Liu Jianchao"), en("Minister of the International Department"), DEPARTMENT, "China", "CHN")
MBALULA = Person(en("Fikile Mbalula"), en("Secretary-General"), ANC, "South Africa", "ZAF")

MEETING = Event(
    id="ev_1", type="MEET.BILAT", mode="inperson_beijing", realis="actual", is_series=False,
    first_day=date(2025, 7, 25), last_day=date(2025, 7, 25), precision="day", place=en("Beijing"),
    countries=("South Africa",), iso3=("ZAF",), region="SSA", chinese=Cast((LIU,)), foreign=Cast((MBALULA,)),
    themes=(), participants=None, title_zh=None, title_en=None, standing="single_source", source_lost=False, sources=(),
)  # fmt: skip


def said(event: Event = MEETING, **changes: object) -> str:
    return plain(sentence(replace(event, **changes), 2025))  # type: ignore[arg-type]


def test_a_meeting() -> None:
    assert said() == (
        "Liu Jianchao, Minister of the International Department, met Fikile Mbalula, Secretary-General of the African "
        "National Congress (South Africa), in Beijing on 25 July."
    )


def test_missing_values_take_their_words_with_them() -> None:
    assert said(place=None, mode="unknown").endswith("(South Africa), on 25 July.")
    assert said(first_day=None, last_day=None).endswith("(South Africa), in Beijing.")
    assert said(foreign=Cast()) == (
        "Liu Jianchao, Minister of the International Department, met counterparts from South Africa in Beijing on 25 "
        "July."
    )
    nothing = {"countries": (), "iso3": (), "place": None, "mode": "unknown", "first_day": None, "last_day": None}
    assert said(chinese=Cast(), foreign=Cast(), **nothing) == "A meeting took place."


def test_the_department_acts_where_nobody_is_named() -> None:
    text = said(chinese=Cast(bodies=(DEPARTMENT,)), foreign=Cast(bodies=(ANC,)))
    assert text == (
        "The International Department met the African National Congress (South Africa) in Beijing on 25 July."
    )


def test_names_known_only_in_chinese_stand_in_characters_and_are_marked() -> None:
    guest = Person(Name("恩科纳", "zh"), Name("总书记", "zh"), ANC, "South Africa", "ZAF")
    pieces = sentence(replace(MEETING, foreign=Cast((guest,))), 2025)
    assert Piece("恩科纳", "zh") in pieces
    assert "met 恩科纳 of the African National Congress (South Africa) in Beijing" in plain(pieces)


def test_a_title_known_only_in_chinese_stays_out_of_the_english_sentence() -> None:
    pinda = replace(MBALULA, name=en("Mizengo Pinda"), title=Name("中央委员、前总理", "zh"))
    assert said(foreign=Cast((pinda,))) == (
        "Liu Jianchao, Minister of the International Department, met Mizengo Pinda of the African National Congress "
        "(South Africa) in Beijing on 25 July."
    )
    assert "met Mizengo Pinda (South Africa) in Beijing" in said(foreign=Cast((replace(pinda, body=None),)))
    mixed = said(foreign=Cast((pinda, MBALULA)))
    assert "Mizengo Pinda and Fikile Mbalula, Secretary-General of the African National Congress (South" in mixed


def test_a_title_that_names_the_body_or_the_country_is_not_doubled() -> None:
    full = replace(MBALULA, title=en("Secretary-General of the African National Congress"))
    assert said(foreign=Cast((full,))).count("African National Congress") == 1
    short = replace(MBALULA, title=en("Secretary-General of the ANC"))
    assert "Secretary-General of the ANC (African National Congress, South Africa)," in said(foreign=Cast((short,)))
    lam = Person(en("To Lam"), en("General Secretary"), CPV, "Vietnam", "VNM")
    assert said(foreign=Cast((lam,))).count("Vietnam") == 1
    long = replace(LIU, title=en("Minister of the International Department of the CPC Central Committee"))
    assert said(chinese=Cast((long,))) == said()
    chinese = replace(LIU, title=Name("中共中央对外联络部部长", "zh"))
    assert said(chinese=Cast((chinese,))).startswith("Liu Jianchao of the International Department met")


def test_people_of_one_body_share_it_and_others_are_counted() -> None:
    deputy = replace(MBALULA, name=en("Nomvula Mokonyane"), title=en("First Deputy Secretary-General"))
    assert (
        "met Fikile Mbalula, Secretary-General, and Nomvula Mokonyane, First Deputy Secretary-General of the African "
        "National Congress (South Africa), in Beijing"
    ) in said(foreign=Cast((MBALULA, deputy)))
    crowd = tuple(replace(MBALULA, name=en(f"Person {letter}")) for letter in "ABCDEFG")
    assert "and 3 other people in Beijing" in said(foreign=Cast(crowd))


def test_those_who_were_only_there_stand_behind() -> None:
    aide = replace(LIU, name=en("Li Mingxiang"), title=None)
    text = said(chinese=Cast((LIU,), present=(aide,)))
    assert text.endswith("on 25 July; also present on the Chinese side: Li Mingxiang.")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"mode": "video"}, "held a video call with Fikile Mbalula"),
        ({"mode": "phone"}, "spoke by phone with Fikile Mbalula"),
        ({"mode": "unknown"}, "held a call with Fikile Mbalula"),
    ],
)
def test_calls(changes: dict[str, object], expected: str) -> None:
    assert expected in said(type="MEET.REMOTE", place=None, **changes)


def test_visits_take_their_days_as_a_range() -> None:
    days = {"first_day": date(2025, 7, 28), "last_day": date(2025, 8, 2), "precision": "day_range"}
    assert said(type="VISIT.IN", chinese=Cast(bodies=(DEPARTMENT,)), **days) == (
        "Fikile Mbalula, Secretary-General of the African National Congress (South Africa), visited China from 28 July "
        "to 2 August."
    )
    assert "visited South Africa and the United States from 28 July to 2 August" in said(
        type="VISIT.OUT", foreign=Cast(), countries=("South Africa", "United States"), iso3=("ZAF", "USA"), **days
    )


def test_a_meeting_within_a_range_is_between_its_days() -> None:
    assert "between 18 and 25 July" in said(first_day=date(2025, 7, 18), precision="window")
    assert "in July" in said(first_day=date(2025, 7, 1), last_day=date(2025, 7, 31), precision="month")
    assert "in July 2023" in said(first_day=date(2023, 7, 1), last_day=date(2023, 7, 31), precision="month")
    assert "on 25 July 2024" in said(first_day=date(2024, 7, 25), last_day=date(2024, 7, 25))


def test_training_states_its_cohort() -> None:
    text = said(
        type="TRAIN.COURSE",
        foreign=Cast(bodies=(ANC,)),
        participants=25,
        first_day=date(2025, 7, 21),
        precision="day_range",
    )
    assert text == (
        "A training programme for the African National Congress (South Africa) was held in Beijing from 21 to 25 July, "
        "with Liu Jianchao, Minister of the International Department, taking part (25 participants stated)."
    )


def test_forums_name_some_countries_and_count_the_others() -> None:
    names = tuple(f"Country{number}" for number in range(9))
    text = said(type="CONF.REGION", foreign=Cast(), countries=names, iso3=names, participants=1200)
    assert "participants from Country0, Country1, Country2, Country3, Country4, Country5 and 3 other countries" in text
    assert "(1,200 participants stated)" in text


def test_what_is_announced_is_not_told_as_done() -> None:
    text = said(realis="planned", type="VISIT.IN", chinese=Cast())
    assert text == (
        "Announced: a visit to China by Fikile Mbalula, Secretary-General of the African National Congress (South "
        "Africa), on 25 July."
    )
    assert said(realis="cancelled").startswith("Called off: a meeting of Liu Jianchao")


def test_messages_go_from_the_sender_to_the_other_side() -> None:
    text = said(type="MSG.CONGRAT", chinese=Cast(bodies=(DEPARTMENT,), sends=True), place=None)
    assert text.startswith("The International Department congratulated Fikile Mbalula")
    text = said(type="MSG.CONGRAT", chinese=Cast(bodies=(DEPARTMENT,)), foreign=Cast((MBALULA,), sends=True))
    assert "(South Africa), congratulated the International Department" in text
    assert "congratulated" not in said(type="MSG.CONGRAT")


def test_themes_are_topics_and_bodies_get_their_article() -> None:
    assert said(themes=("bri", "party_building")).endswith("; topics: the Belt and Road and party building.")
    frelimo = replace(ANC, name=en("FRELIMO"), country="Mozambique")
    assert " met FRELIMO (Mozambique) in" in said(foreign=Cast(bodies=(frelimo,)))


TYPES = [*sentence_forms("en")["types"], "OTHER.UNCLEAR", "NEW.TYPE"]


@given(
    st.sampled_from(TYPES),
    st.sampled_from(["actual", "planned", "cancelled", "denied"]),
    st.sampled_from(["video", "phone", "unknown", "inperson_abroad", "hybrid"]),
    st.sampled_from([Cast(), Cast((LIU,)), Cast(bodies=(DEPARTMENT,)), Cast((LIU,), bodies=(DEPARTMENT,), sends=True)]),
    st.sampled_from([Cast(), Cast((MBALULA,)), Cast(bodies=(ANC, CPV)), Cast((MBALULA,), bodies=(CPV,))]),
    st.sampled_from([(), ("South Africa",), ("South Africa", "Kenya")]),
    st.sampled_from([None, date(2025, 7, 21), date(2024, 12, 30)]),
    st.sampled_from([None, en("Beijing"), Name("北京", "zh")]),
    st.sampled_from([None, 25]),
)
def test_every_type_makes_a_whole_sentence_of_whatever_is_known(
    type_: str,
    realis: str,
    mode: str,
    chinese: Cast,
    foreign: Cast,
    countries: tuple[str, ...],
    first: date | None,
    place: Name | None,
    participants: int | None,
) -> None:
    text = said(
        type=type_, realis=realis, mode=mode, chinese=chinese, foreign=foreign, countries=countries, iso3=countries,
        first_day=first, last_day=first and date(2025, 7, 25), place=place, participants=participants,
    )  # fmt: skip
    assert text.endswith(".")
    assert text[0].isupper()
    for wrong in ("{", "}", "[", "]", "  ", " ,", " .", ",,", "..", "None", "; ;", ": ;", " ;"):
        assert wrong not in text, text


def test_all_codes_of_the_codebook_have_words() -> None:
    assert set(words()["standing"]) == {"confirmed", "corroborated", "single_source", "disputed"}
    regions = {"NEA", "SEA", "SAS", "CAS", "EEU", "CEE", "WEU", "WANA", "SSA", "LAC", "NAM", "OCE"}
    assert regions <= set(words()["regions"])


# --- Chinese ---------------------------------------------------------------------------------------


def zh(text: str) -> Name:
    return Name(text, "zh")


ZH_DEPARTMENT = replace(DEPARTMENT, name=zh("中共中央对外联络部"), country="中国")
ZH_ANC = replace(ANC, name=zh("南非非洲人国民大会"), country="南非")
ZH_LIU = Person(zh("刘建超"), zh("中共中央对外联络部部长"), ZH_DEPARTMENT, "中国", "CHN")
ZH_MBALULA = Person(zh("姆巴卢拉"), zh("总书记"), ZH_ANC, "南非", "ZAF")
ZH_MEETING = replace(
    MEETING, place=zh("北京"), countries=("南非",), chinese=Cast((ZH_LIU,)), foreign=Cast((ZH_MBALULA,))
)


def told(**changes: object) -> str:
    return plain(sentence(replace(ZH_MEETING, **changes), 2025, "zh"))  # type: ignore[arg-type]


def test_the_chinese_sentence_is_that_of_the_press() -> None:
    assert told() == "7月25日，中联部部长刘建超在北京会见南非非洲人国民大会总书记姆巴卢拉。"
    led = told(foreign=Cast((replace(ZH_MBALULA, leads=True),)))
    assert led == "7月25日，中联部部长刘建超在北京会见南非非洲人国民大会总书记姆巴卢拉率领的代表团。"
    assert told(mode="video", type="MEET.REMOTE", place=None).startswith("7月25日，中联部部长刘建超同南非非洲人")
    days = {"first_day": date(2025, 7, 28), "last_day": date(2025, 8, 2), "precision": "day_range"}
    assert told(type="VISIT.IN", **days) == (
        "7月28日至8月2日，南非非洲人国民大会总书记姆巴卢拉访问中国；中方：中联部部长刘建超。"
    )
    assert told(first_day=date(2024, 7, 25), last_day=date(2024, 7, 25)).startswith("2024年7月25日，")
    assert told(realis="planned").startswith("预告：7月25日在北京举行会见，中方为中联部部长刘建超，外方为")


def test_a_chinese_title_does_not_repeat_the_end_of_its_body() -> None:
    party = Body(zh("印尼民主斗争党"), None, "印尼", "IDN", "party")
    megawati = Person(zh("梅加瓦蒂"), zh("民主斗争党总主席、前总统"), party, "印尼", "IDN")
    assert "会见印尼民主斗争党总主席、前总统梅加瓦蒂。" in told(foreign=Cast((megawati,)))
    hatoyama = Person(zh("鸠山由纪夫"), zh("前首相"), None, "日本", "JPN")
    assert "会见日本前首相鸠山由纪夫。" in told(foreign=Cast((hatoyama,)))
    foundation = Body(zh("艾伯特基金会"), None, "德国", "DEU", "party_foundation")
    assert "会见德国艾伯特基金会。" in told(foreign=Cast(bodies=(foundation,)))


def test_chinese_lists_and_numbers() -> None:
    deputy = replace(ZH_MBALULA, name=zh("莫科尼亚内"), title=zh("第一副总书记"))
    assert "南非非洲人国民大会总书记姆巴卢拉和第一副总书记莫科尼亚内。" in told(foreign=Cast((ZH_MBALULA, deputy)))
    untitled = tuple(replace(person, title=None) for person in (ZH_MBALULA, deputy))
    assert "南非非洲人国民大会的姆巴卢拉和莫科尼亚内。" in told(foreign=Cast(untitled))
    names = tuple(f"国{number}" for number in range(9))
    text = told(type="CONF.REGION", foreign=Cast(), countries=names, iso3=names, participants=1200)
    assert "国0、国1、国2、国3、国4、国5等9国与会者" in text
    assert "（公布与会者1,200人）" in text
    assert told(themes=("bri", "youth")).endswith("；议题：共建“一带一路”和青年。")


def test_a_name_known_only_in_english_is_marked_in_the_chinese_sentence() -> None:
    eide = Person(en("Espen Barth Eide"), en("Minister of Foreign Affairs"), None, "挪威", "NOR")
    pieces = sentence(replace(ZH_MEETING, foreign=Cast((eide,))), 2025, "zh")
    assert Piece("Espen Barth Eide", "en") in pieces
    assert plain(pieces).endswith("会见挪威的Espen Barth Eide。")


@given(
    st.sampled_from(TYPES),
    st.sampled_from(["actual", "planned", "cancelled", "denied"]),
    st.sampled_from(["video", "unknown", "inperson_abroad"]),
    st.sampled_from([Cast(), Cast((ZH_LIU,)), Cast((ZH_LIU,), bodies=(ZH_DEPARTMENT,), sends=True)]),
    st.sampled_from([Cast(), Cast((ZH_MBALULA,)), Cast((replace(ZH_MBALULA, leads=True),), bodies=(ZH_ANC,))]),
    st.sampled_from([(), ("南非",), ("南非", "肯尼亚")]),
    st.sampled_from([None, date(2025, 7, 21), date(2024, 12, 30)]),
    st.booleans(),
)
def test_every_type_makes_a_whole_chinese_sentence(
    type_: str, realis: str, mode: str, chinese: Cast, foreign: Cast, countries: tuple[str, ...], first: date | None,
    ends: bool,
) -> None:  # fmt: skip
    event = replace(
        ZH_MEETING, type=type_, realis=realis, mode=mode, chinese=chinese, foreign=foreign, countries=countries,
        iso3=countries, first_day=first, last_day=first and date(2025, 7, 25), themes=("bri",), participants=25,
    )  # fmt: skip
    text = plain(sentence(event, 2025, "zh", ends=ends))
    assert text.endswith("。")
    for wrong in (
        "{",
        "}",
        "[",
        "]",
        " ",
        "，，",
        "。。",
        "，。",
        "None",
        "；；",
        "：；",
        "的的",
        "、、",
        "（）",
        ",",
        ";",
    ):
        assert wrong not in text.replace("1,200", ""), text

"""Whose an event is, who was at it and how many: what a sentence puts together of the two sides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from digests.rows import Body, Cast, Person
from digests.wording import sentence_forms, wording_of
from tests.digests.test_sentences import (
    ANC,
    CPV,
    LIU,
    MBALULA,
    MEETING,
    ZH_LIU,
    ZH_MBALULA,
    ZH_MEETING,
    en,
    said,
    told,
    zh,
)


def test_a_congress_is_that_of_a_body_never_of_a_person_or_a_country() -> None:
    assert said(type="CONF.EXT") == (
        "Liu Jianchao, Minister of the International Department, attended a congress or conference of the African "
        "National Congress (South Africa) in Beijing on 25 July; on the foreign side: Fikile Mbalula, "
        "Secretary-General of the African National Congress (South Africa)."
    )
    assert "congress or conference of the African National Congress (South Africa) in" in said(
        type="CONF.EXT", foreign=Cast(bodies=(ANC,))
    )
    assert "attended a congress or conference with participants from South Africa in Beijing" in said(
        type="CONF.EXT", foreign=Cast()
    )
    alone = replace(MBALULA, body=None)
    assert "attended a congress or conference with Fikile Mbalula, Secretary-General (South Africa), in" in said(
        type="CONF.EXT", foreign=Cast((alone,))
    )
    # whose it is, of two, nobody knows
    assert "attended a congress or conference with the African National Congress (South Africa) and the" in said(
        type="CONF.EXT", foreign=Cast(bodies=(ANC, CPV))
    )
    planned = said(type="CONF.EXT", realis="planned")
    assert "attendance of Liu Jianchao, Minister of the International Department, at a congress or" in planned
    assert "conference of the African National Congress (South Africa) in Beijing" in planned
    assert told(type="CONF.EXT") == (
        "7月25日，中联部部长刘建超在北京出席南非非洲人国民大会的代表大会或会议；外方：南非非洲人国民大会总书记姆巴卢拉。"
    )
    assert told(type="CONF.EXT", foreign=Cast()) == "7月25日，中联部部长刘建超和南非与会者在北京出席代表大会或会议。"


def test_training_is_for_bodies_and_their_people_take_part() -> None:
    perincek = Person(en("Doğu Perinçek"), en("Chairman"), None, "Türkiye", "TUR")
    patriotic = Body(en("Patriotic Party"), None, "Türkiye", "TUR", "party")
    text = said(type="TRAIN.ONLINE", foreign=Cast((perincek,), bodies=(patriotic,)), chinese=Cast(), mode="video")
    assert text == (
        "An online training programme for the Patriotic Party (Türkiye) was held on 25 July, with Doğu Perinçek, "
        "Chairman (Türkiye), taking part."
    )
    text = said(type="TRAIN.COURSE")
    assert "programme for the African National Congress (South Africa) was held" in text
    assert text.endswith(
        "with Liu Jianchao, Minister of the International Department, and Fikile Mbalula, Secretary-General of the "
        "African National Congress (South Africa), taking part."
    )
    assert "for participants from South Africa was" in said(type="TRAIN.COURSE", foreign=Cast((perincek,)))
    assert "Announced: a training programme for the African National Congress" in said(
        type="TRAIN.COURSE", realis="planned"
    )
    assert told(type="TRAIN.COURSE") == (
        "7月25日，面向南非非洲人国民大会的研修班在北京举办，中联部部长刘建超和南非非洲人国民大会总书记姆巴卢拉参加。"
    )


@pytest.mark.parametrize("type_", sentence_forms("en")["types"])
def test_one_is_one(type_: str) -> None:
    one, many = (wording_of(type_).stated_as(number) for number in (1, 2))
    assert one != many
    assert "2" in many
    for plural in ("people", "participants", "messages"):
        assert plural not in one, one


def test_stated_numbers_of_one() -> None:
    assert said(participants=1).endswith("(1 person stated for the foreign side).")
    assert said(type="TRAIN.COURSE", participants=1).endswith("(1 participant stated).")
    assert said(type="VISIT.IN", participants=1).endswith("(a delegation of one person, as stated).")
    assert said(type="MSG.CAMPAIGN", participants=1).endswith("(1 message stated).")
    assert told(participants=1).endswith("（公布外方人数为1人）。")


@pytest.mark.parametrize(
    ("type_", "english", "chinese"),
    [
        ("MSG.CONGRAT", "congratulated each other", "互致祝贺"), ("MSG.CONDOL", "exchanged condolences", "互致慰问"),
        ("MSG.LETTER", "exchanged letters", "互致信函"), ("MSG.CAMPAIGN", "exchanged messages", "互致函电"),
    ],
)  # fmt: skip
def test_messages_that_both_send_go_both_ways(type_: str, english: str, chinese: str) -> None:
    text = said(type=type_, chinese=Cast((LIU,), sends=True), foreign=Cast((MBALULA,), sends=True))
    assert text == (
        "Liu Jianchao, Minister of the International Department, and Fikile Mbalula, Secretary-General of the African "
        f"National Congress (South Africa), {english} on 25 July."
    )
    both = {"chinese": Cast((ZH_LIU,), sends=True), "foreign": Cast((ZH_MBALULA,), sends=True)}
    assert told(type=type_, **both) == f"7月25日，中联部部长刘建超和南非非洲人国民大会总书记姆巴卢拉{chinese}。"
    unnamed = said(type=type_, chinese=Cast((LIU,), sends=True), foreign=Cast(sends=True), countries=(), iso3=())
    assert "each other" not in unnamed
    assert "exchanged" not in unnamed


@pytest.mark.parametrize("type_", ["DOC", "DOC.MOU", "DOC.JOINT", "DOC.MECH"])
def test_a_document_without_a_counterpart_belongs_to_nobody(type_: str) -> None:
    text = said(type=type_, foreign=Cast(), countries=(), iso3=())
    assert text.startswith("Liu Jianchao, Minister of the International Department, ")
    assert " of Liu Jianchao" not in text
    assert said(type=type_, chinese=Cast(), foreign=Cast(), countries=(), iso3=()).startswith("A ")


def test_a_cooperation_paper_of_one_side_alone() -> None:
    assert said(type="DOC.MOU", foreign=Cast(), countries=(), iso3=()) == (
        "Liu Jianchao, Minister of the International Department, signed a cooperation paper in Beijing on 25 July."
    )


def test_a_planned_statement_of_the_foreign_side_names_it() -> None:
    assert "; foreign side: Fikile Mbalula" in said(type="STMT.PARTY", chinese=Cast(), realis="planned")


def test_inviters_are_sides_and_not_things() -> None:
    inviters = tuple(zh(f"邀{number}") for number in range(5))
    assert told(foreign=replace(ZH_MEETING.foreign, inviters=inviters)).endswith("；邀请方：邀0、邀1、邀2等5方。")
    assert "; invited by A0, A1, A2 and 2 others." in said(
        foreign=replace(MEETING.foreign, inviters=tuple(en(f"A{number}") for number in range(5)))
    )

"""Who came, where a sentence of its own lists them: guests, chairs, leaders of Chinese provinces."""

from __future__ import annotations

from typing import Any

import pytest

BRIEFING = "3月14日,中联部在武汉举行“中国共产党的故事”宣介会。中联部部长刘建超、湖北省委书记王蒙徽出席并致辞。"
HELD = (
    "Wuhan, March 14th—The briefing on the spirit of the plenary session was held here today. "
    "Liu Jianchao, Minister of the IDCPC, attended the briefing. "
)


def foreign(mention: Any) -> list[tuple[str, str | None, str]]:
    return [(person.name, person.country, person.role) for person in mention.foreign_people]


def chinese(mention: Any) -> list[str]:
    return [person.name_zh or person.name for person in mention.chinese_people]


@pytest.mark.parametrize(
    "told",
    [
        "来自20国的近200名代表参会,其中包括老挝人民革命党中央委员坎葆、肯尼亚朱比利党总书记图朱等。",
        "近200名外方代表参加。出席宣介会的有老挝人民革命党中央委员坎葆、肯尼亚朱比利党总书记图朱等。",
        "老挝人民革命党中央委员坎葆以及肯尼亚朱比利党总书记图朱等近200人出席。",
    ],
)
def test_guests_listed_in_chinese(read: Any, told: str) -> None:
    (briefing,) = read(BRIEFING + told, "zh").mentions
    assert foreign(briefing) == [("坎葆", "LAO", "attendee"), ("图朱", "KEN", "attendee")]
    assert {"LAO", "KEN"} <= set(briefing.countries)
    assert chinese(briefing) == ["刘建超", "王蒙徽"]
    assert briefing.participants == 200


def test_the_way_they_took_part_is_no_guest(read: Any) -> None:
    (briefing,) = read(BRIEFING + "来自多国的政党代表和专家学者以线上线下相结合方式参加。", "zh").mentions
    assert briefing.foreign_people == ()


def test_countries_named_before_the_list(read: Any) -> None:
    (briefing,) = read(BRIEFING + "巴基斯坦、埃及等国使节参加,其中包括埃及驻华大使哈奈菲等。", "zh").mentions
    assert set(briefing.countries) == {"PAK", "EGY"}
    assert foreign(briefing) == [("哈奈菲", "EGY", "attendee")]


def test_both_sides_come_in_one_sentence(read: Any) -> None:
    text = (
        "3月14日,金砖国家政党对话会以视频方式举行。中联部部长刘建超出席并作主旨讲话,统一俄罗斯党最高委员会主席梅德韦杰夫出席。"
        "中联部副部长陈洲主持开幕式。"
    )
    (dialogue,) = read(text, "zh").mentions
    assert chinese(dialogue) == ["刘建超", "陈洲"]
    assert [(person.name, person.title) for person in dialogue.foreign_people] == [
        ("梅德韦杰夫", "统一俄罗斯党最高委员会主席")
    ]


def test_who_took_the_chair(read: Any) -> None:
    text = "当地时间3月14日,刘建超在多哈论坛发表演讲。论坛由多哈对话中心执行主任哈兰主持。"
    (lecture,) = read(text, "zh").mentions
    assert [person.name for person in lecture.foreign_people] == ["哈兰"]


def test_an_opening_attended_is_the_class_told_before(read: Any) -> None:
    text = "3月14日,老挝人民革命党干部网络研修班开班。中联部副部长陈洲出席开班式。"
    (training,) = read(text, "zh").mentions
    assert (training.type, chinese(training)) == ("TRAIN.ONLINE", ["陈洲"])
    # with a name of its own it is another occasion
    assert len(read(text[:-5] + "出席中非智库论坛开幕式。", "zh").mentions) == 2


def test_who_was_beside_a_meeting_without_a_chinese_name(read: Any) -> None:
    text = "3月14日,中联部部长刘建超在京会见朝鲜劳动党书记金成男。朝鲜驻华大使池在龙参加会见。"
    (meeting,) = read(text, "zh").mentions
    assert [person.name for person in meeting.foreign_people] == ["金成男", "池在龙"]


def test_a_character_of_a_name_does_not_end_it(read: Any) -> None:
    text = "3月14日,中联部部长刘建超同朝鲜驻华大使池在龙在京举行会谈。"
    (meeting,) = read(text, "zh").mentions
    assert [person.name for person in meeting.foreign_people] == ["池在龙"]


TUJU = "Raphael Tuju, Secretary-General of the Jubilee Party of Kenya"
SILVA = "Ana Silva, Member of the Central Committee of the Workers' Party of Brazil"


@pytest.mark.parametrize(
    "told",
    [
        f"More than 160 leaders took part, including {TUJU}, and {SILVA}.",
        f"{TUJU}, and {SILVA}, were among the participants. More than 160 people were present.",
    ],
)
def test_guests_listed_in_english(read: Any, told: str) -> None:
    (briefing,) = read(HELD + told, "en").mentions
    assert foreign(briefing) == [("Raphael Tuju", "KEN", "attendee"), ("Ana Silva", "BRA", "attendee")]
    assert briefing.participants == 160


@pytest.mark.parametrize(
    "told",
    [
        f"{TUJU}, and others attended the event.",
        f"{TUJU}, also spoke at the ceremony.",
        f"The session was moderated by {TUJU}.",
        f"About 100 people attended the event, including {TUJU}.",
    ],
)
def test_a_guest_told_apart_in_english(read: Any, told: str) -> None:
    (briefing,) = read(HELD + told, "en").mentions
    assert foreign(briefing) == [("Raphael Tuju", "KEN", "attendee")]


def test_what_a_talk_included_is_no_guest(read: Any) -> None:
    told = "Both sides exchanged views on issues of common interest, including Party building and poverty alleviation."
    (briefing,) = read(HELD + told, "en").mentions
    assert briefing.foreign_people == ()


def test_leaders_of_chinese_provinces_are_chinese(read: Any) -> None:
    text = (
        "On March 14th, Liu Jianchao, Minister of the IDCPC, and Zhou Wenbo, Secretary of the CPC Fujian Provincial "
        "Committee, attended the opening ceremony of the webinar for cadres of the Lao People's Revolutionary Party. "
        "Lin Yue, Governor of Fujian Province, was present."
    )
    (training,) = read(text, "en").mentions
    assert chinese(training) == ["刘建超", "Zhou Wenbo", "Lin Yue"]
    assert training.foreign_people == ()
    # a governor abroad with a name like a Chinese one is none
    (meeting,) = read(
        "Beijing, March 14th—Liu Jianchao, Minister of the IDCPC, met here today with Lin Wong, Governor of Penang of "
        "Malaysia.",
        "en",
    ).mentions
    assert [person.name for person in meeting.foreign_people] == ["Lin Wong"]


def test_a_school_of_several_parties_counts_their_countries(read: Any) -> None:
    text = "3月14日,尼雷尔领导力学院落成仪式在坦桑尼亚举行。中联部部长刘建超出席。"
    joint = "学院由坦桑尼亚革命党、莫桑比克解放阵线党和纳米比亚人组党联合建设。"
    assert set(read(text + joint, "zh").mentions[0].countries) == {"TZA", "MOZ", "NAM"}
    recalled = "刘建超说,中国同莫桑比克、纳米比亚传统友好。"
    assert read(text + recalled, "zh").mentions[0].countries == ("TZA",)


def test_a_guests_party_came_and_what_was_talked_about_did_not(read: Any) -> None:
    text = (
        "Nicosia, March 14th—Liu Jianchao, Minister of the IDCPC, delivered a speech here today on China-Cyprus and "
        "China-EU relations. About 100 people attended the event, including Ana Stavrou, President of the Democratic "
        "Party of Cyprus."
    )
    (speech,) = read(text, "en").mentions
    assert [body.id for body in speech.organisations] == ["cyp-diko"]
    assert speech.countries == ("CYP",)

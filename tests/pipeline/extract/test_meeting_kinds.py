"""Which kind of meeting a sentence tells, and when one sentence or paragraph tells two (codebook §2, §9)."""

from __future__ import annotations

from typing import Any

import pytest

ZH = "3月14日,中联部部长刘建超{}。"
EN = "Beijing, March 14th—Liu Jianchao, Minister of the IDCPC, {}."


def types(mentions: Any) -> list[str]:
    return [mention.type for mention in mentions]


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("在京会见希腊多党议员代表团", "MEET.MULTI"),
        ("在京会见北欧国家政党政要代表团", "MEET.MULTI"),
        ("在京会见中亚国家政党代表团", "MEET.MULTI"),
        ("在京会见由巴西劳工党主席霍夫曼率领的拉美多国左翼政党考察团", "MEET.MULTI"),
        ("在京会见日本自民党、公明党联合代表团", "MEET.MULTI"),
        ("在京会见印度驻华大使罗国栋和巴基斯坦驻华大使哈希米", "MEET.MULTI"),
        # one person of an office for many, one delegation, one ambassador: no group
        ("在京会见阿拉伯国家联盟秘书长盖特", "MEET.BILAT"),
        ("在京会见由加纳全国民主大会党总书记门萨率领的该党干部考察团", "MEET.BILAT"),
        ("在京会见老挝人民革命党中央委员、老挝驻华大使坎葆", "MEET.DIPLO"),
        ("在多哈出席多哈论坛期间会见卡塔尔首相穆罕默德", "MEET.SIDE"),
        # the guest came for the forum, or the host travels: no meeting on the margins
        ("在京会见来华出席博鳌亚洲论坛年会的马来西亚前总理马哈蒂尔", "MEET.BILAT"),
        ("在访问期间会见卡塔尔首相穆罕默德", "MEET.BILAT"),
    ],
)
def test_kinds_in_chinese(read: Any, told: str, kind: str) -> None:
    assert types(read(ZH.format(told), "zh").mentions) == [kind]


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("met here today with a multi-party delegation of Mexico", "MEET.MULTI"),
        ("met here today with representatives of major political parties of Serbia", "MEET.MULTI"),
        ("met here today with political leaders from North America and Oceania", "MEET.MULTI"),
        ("held a group meeting here today with ambassadors of Egypt, Jordan and Iraq to China", "MEET.MULTI"),
        (
            "met here today with Erlan Koshanov, Chairman of the International Conference of Asian Political Parties",
            "MEET.BILAT",
        ),
        ("met here today with Kurt Tong, former Ambassador of the United States to Laos", "MEET.BILAT"),
        ("met with Omar Ali, Foreign Minister of Qatar, on the sidelines of the Doha Forum", "MEET.SIDE"),
        ("met with Omar Ali, Foreign Minister of Qatar, during the Doha Global Summit", "MEET.SIDE"),
        ("met with Omar Ali, Foreign Minister of Qatar, during his visit to China", "MEET.BILAT"),
    ],
)
def test_kinds_in_english(read: Any, told: str, kind: str) -> None:
    assert types(read(EN.format(told), "en").mentions) == [kind]


def test_the_clause_of_an_occasion_is_no_event(read: Any) -> None:
    (meeting,) = read(
        ZH.format("在约翰内斯堡出席解放运动峰会期间会见坦桑尼亚革命党总书记恩钦比")
        + "\n恩钦比对中国共产党代表团前来出席峰会表示热烈欢迎。",
        "zh",
    ).mentions
    assert (meeting.type, meeting.place, meeting.countries) == ("MEET.SIDE", "Johannesburg", ("TZA",))


def test_an_occasion_attended_before_a_meeting_is_one(read: Any) -> None:
    mentions = read(ZH.format("出席第六届中非智库论坛开幕式,并会见肯尼亚联合民主同盟总书记奥马尔"), "zh").mentions
    assert types(mentions) == ["MEET.BILAT", "CONF.REGION"]


def test_said_to_be_another_meeting_is_another(read: Any) -> None:
    text = ZH.format("在河内会见越南外交学院院长范某") + "同日,刘建超还会见了越南共产党青年团有关负责人。"
    first, second = read(text, "zh").mentions
    assert [person.name for person in first.foreign_people] == ["范某"]
    # the second has no place of its own: the same day's city
    assert (second.foreign_people, second.place, second.mode) == ((), "Hanoi", "inperson_abroad")
    # without `还` the same group told again is the same meeting
    again = ZH.format("在河内会见越南共产党代表团") + "刘建超会见越南共产党代表团时,双方就党建交换意见。"
    assert len(read(again, "zh").mentions) == 1


def test_met_separately_is_a_meeting_each(read: Any) -> None:
    two = "Lars Klein, Chairman of the SPD of Germany, and Olivier Blanc, Secretary of the Socialist Party of France"
    german, french = read(EN.format(f"met here today respectively with {two}"), "en").mentions
    assert (german.countries, [person.name for person in german.foreign_people]) == (("DEU",), ["Lars Klein"])
    assert (french.countries, [person.name for person in french.foreign_people]) == (("FRA",), ["Olivier Blanc"])
    (together,) = read(EN.format(f"met here today with {two}"), "en").mentions
    assert (together.type, len(together.foreign_people)) == ("MEET.MULTI", 2)


@pytest.mark.parametrize(
    ("told", "mode"),
    [
        ("以视频方式同巴拿马民主革命党总书记冈萨雷斯通话", "video"),
        ("同巴拿马民主革命党总书记冈萨雷斯视频通话", "video"),
        ("应约同巴拿马民主革命党总书记冈萨雷斯通话", "phone"),
        ("应约同巴拿马民主革命党总书记冈萨雷斯通电话", "phone"),
    ],
)
def test_a_video_call_is_no_telephone_call(read: Any, told: str, mode: str) -> None:
    (call,) = read(ZH.format(told), "zh").mentions
    assert (call.type, call.mode) == ("MEET.REMOTE", mode)


def test_two_calls_in_english(read: Any) -> None:
    text = (
        EN.format("had a phone call today with A. B. Rao, No. 2 leader of the Bharatiya Janata Party of India")
        + " Liu also held a video call with K. P. Oli, Chairman of the CPN-UML of Nepal."
    )
    first, second = read(text, "en").mentions
    assert (first.mode, first.countries) == ("phone", ("IND",))
    assert (second.mode, second.countries) == ("video", ("NPL",))


@pytest.mark.parametrize(
    "told",
    [
        "会晤后双方还一同出席了该党干部网络研修班开班式",
        "并为该党干部网络研修班开班",
        "并为该党干部网络研修班开班式致辞",
    ],
)
def test_t2_a_meeting_and_a_class_in_one_sentence(read: Any, told: str) -> None:
    meeting, training = read(ZH.format(f"以视频方式会晤土耳其爱国党主席佩林切克,{told}"), "zh").mentions
    assert (meeting.type, training.type) == ("MEET.REMOTE", "TRAIN.ONLINE")
    assert meeting.countries == training.countries == ("TUR",)
    assert [person.name for person in training.foreign_people] == (["佩林切克"] if "双方" in told else [])


def test_a_class_only_talked_about_is_no_class(read: Any) -> None:
    text = ZH.format("视频会晤土耳其爱国党主席佩林切克,就举办干部研修班等交换意见")
    assert types(read(text, "zh").mentions) == ["MEET.REMOTE"]


def test_t4_a_mechanism_founded_meets_and_another_call(read: Any) -> None:
    text = (
        "3月14日,中菲政党共商机制成立暨首次会议以视频方式举行。中联部部长刘建超出席。"
        "中联部副部长陈洲同巴拿马民主革命党总书记冈萨雷斯通电话。"
    )
    founding, meeting, call = read(text, "zh").mentions
    assert (founding.type, meeting.type, call.type) == ("DOC.MECH", "MEET.MECH", "MEET.REMOTE")
    assert founding.countries == meeting.countries == ("PHL",)
    assert call.countries == ("PAN",)
    english = (
        "Beijing, March 14th—The consultation mechanism of political parties of China and the Philippines was "
        "established and held its first meeting today by video link. Liu Jianchao, Minister of the IDCPC, attended it."
    )
    assert types(read(english, "en").mentions) == ["DOC.MECH", "MEET.MECH"]
    # its third meeting founds nothing
    assert types(read("3月14日,中菲政党共商机制第三次会议以视频方式举行。刘建超出席。", "zh").mentions) == ["MEET.MECH"]


def test_a_paper_signed_behind_talks_is_of_the_same_sides(read: Any) -> None:
    text = ZH.format("在杜尚别同塔吉克斯坦人民民主党第一副主席祖哈尔举行会谈") + "会谈后,双方签署两党合作备忘录。"
    talks, paper = read(text, "zh").mentions
    assert (paper.type, paper.countries, paper.place) == ("DOC.MOU", talks.countries, talks.place)
    assert paper.chinese_people == talks.chinese_people

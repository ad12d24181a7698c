"""Where a sentence ends, what it announces, whose day it tells, and which of its verbs is the event's."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

EN = "Beijing, March 14th—Liu Jianchao, Minister of the IDCPC, met here today with {}."


@pytest.mark.parametrize(
    ("told", "name", "country"),
    [
        ("S. Jaishankar, External Affairs Minister of India, who was in China for a meeting", "S. Jaishankar", "IND"),
        ("H.E. Dr. John B. Smith, President of the U.S. Chamber of Commerce", "John B. Smith", "USA"),
        ("Philip J. Pierre, Prime Minister of St. Lucia", "Philip J. Pierre", "LCA"),
        ("Mr. A. P. J. Rao, No. 2 leader of the Bharatiya Janata Party of India", "A. P. J. Rao", "IND"),
    ],
)
def test_an_initial_ends_no_sentence(read: Any, told: str, name: str, country: str) -> None:
    (meeting,) = read(EN.format(told), "en").mentions
    assert [person.name for person in meeting.foreign_people] == [name]
    assert (meeting.countries, meeting.date_start) == ((country,), date(2025, 3, 14))


def test_letters_with_stops_may_end_a_sentence(read: Any) -> None:
    text = EN.format("Kurt Tong, former Ambassador of the U.S") + " The two sides exchanged views on party building."
    (meeting,) = read(text, "en").mentions
    (person,) = meeting.foreign_people
    assert person.country == "USA"
    assert "sides" not in (person.title or "")


@pytest.mark.parametrize(
    ("text", "realis"),
    [
        (
            "From March 10th to 12th, Liu Jianchao, Minister of the IDCPC, led a CPC delegation to visit Singapore.",
            "actual",
        ),
        ("Liu Jianchao, Minister of the IDCPC, is to visit Singapore from March 20th to 22nd.", "planned"),
        ("Liu Jianchao, Minister of the IDCPC, will lead a delegation to visit Singapore on March 20th.", "planned"),
    ],
)
def test_to_visit_announces_only_without_a_verb_before(read: Any, text: str, realis: str) -> None:
    (visit,) = read(text, "en").mentions
    assert (visit.type, visit.realis.value) == ("VISIT.OUT", realis)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("3月14日,中联部部长刘建超在多哈论坛“中国专场”发表演讲,并与现场听众互动交流。", "BRIEF.LECTURE"),
        ("3月14日,中联部部长刘建超在卡塔尔举行的第三届智库论坛上发表主旨演讲。", "BRIEF.LECTURE"),
        ("3月14日,中联部部长刘建超应邀在牛津大学发表演讲并同师生交流。", "BRIEF.LECTURE"),
        # who attends a forum and speaks there attends it; students met without a speech are met
        ("3月14日,中联部部长刘建超出席第三届中非智库论坛并发表主旨演讲。", "CONF.REGION"),
        ("3月14日,中联部部长刘建超同牛津大学师生座谈。", "MEET.BILAT"),
    ],
)
def test_a_speech_is_the_event_where_it_is_the_verb(read: Any, text: str, kind: str) -> None:
    (mention,) = read(text, "zh").mentions
    assert mention.type == kind
    assert all("听众" not in person.name for person in mention.foreign_people)


def test_a_speech_at_a_forum_in_english(read: Any) -> None:
    start = "Doha, March 14th—Liu Jianchao, Minister of the IDCPC, "
    (lecture,) = read(start + "delivered here today a keynote speech at a session of the Doha Forum.", "en").mentions
    assert (lecture.type, lecture.place) == ("BRIEF.LECTURE", "Doha")
    (forum,) = read(start + "attended the opening ceremony of the Forum on Global South Think Tanks.", "en").mentions
    assert forum.type == "CONF.THEME"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("3月14日,全球文明对话部长级会议分论坛在北京举行。中联部部长刘建超出席。", "CONF.THEME"),
        ("3月14日,第二十二届奥斯陆论坛在挪威举行。中联部部长刘建超出席。", "CONF.EXT"),
        ("3月14日,中国共产党与世界政党高层对话会非洲专题会在达累斯萨拉姆举行。刘建超出席。", "CONF.REGION"),
        ("3月14日,中国共产党与世界政党高层对话会在北京举行。刘建超出席。", "CONF.GLOBAL"),
    ],
)
def test_whose_forum_it_is(read: Any, text: str, kind: str) -> None:
    (forum,) = read(text, "zh").mentions
    assert forum.type == kind


def test_local_time_is_told_only_abroad(read: Any) -> None:
    (abroad,) = read("当地时间3月14日,刘建超会见德国社民党主席克林贝尔。", "zh").mentions
    assert abroad.mode == "inperson_abroad"
    (call,) = read("当地时间3月14日,刘建超同德国社民党主席克林贝尔通电话。", "zh").mentions
    assert call.mode == "phone"
    (somewhere,) = read("3月14日,刘建超会见德国社民党主席克林贝尔。", "zh").mentions
    assert somewhere.mode == "unknown"


def test_a_headline_without_a_verb_is_no_event(read: Any) -> None:
    assert read("刘建超,男,汉族。", "zh", title="刘建超同志简历").mentions == ()
    assert [mention.type for mention in read("", "zh", title="刘建超考察孟加拉帕德玛大桥").mentions] == [
        "OTHER.UNCLEAR"
    ]


def test_the_days_over_the_bullets_of_a_chronicle(read: Any) -> None:
    text = (
        "3月4日\n▲ 中联部部长刘建超会见智利外长范克拉韦伦。\n■ 刘建超会见马来西亚总理安瓦尔。\n"
        "2025年3月6日(星期四)\n▲ 刘建超会见泰国为泰党党首佩通坦。\n■ 3月7日,刘建超会见日本自民党干事长森山裕。"
    )
    days = [mention.date_start for mention in read(text, "zh").mentions]
    assert days == [date(2025, 3, 4), date(2025, 3, 4), date(2025, 3, 6), date(2025, 3, 7)]
    english = (
        "March 4\n■ Liu Jianchao, Minister of the IDCPC, met with Anwar Ibrahim, Prime Minister of Malaysia.\n"
        "March 6th\n■ Liu Jianchao met with Bob Carr, former Foreign Minister of Australia."
    )
    assert [mention.date_start for mention in read(english, "en").mentions] == [date(2025, 3, 4), date(2025, 3, 6)]


@pytest.mark.parametrize(
    ("told", "day"),
    [  # the page is of Saturday, 15 March 2025
        ("周四,刘建超会见", date(2025, 3, 13)),
        ("上周四,刘建超会见", date(2025, 3, 6)),
        ("本周一,刘建超会见", date(2025, 3, 10)),
        ("周四,刘建超将会见", date(2025, 3, 20)),
        # a weekday beside a printed day only repeats it
        ("3月6日(周四),刘建超会见", date(2025, 3, 6)),
    ],
)
def test_weekdays_in_chinese(read: Any, told: str, day: date) -> None:
    (meeting,) = read(f"{told}日本自民党干事长森山裕。", "zh").mentions
    assert meeting.date_start == day


def test_a_secretary_for_international_affairs_is_of_the_party(read: Any) -> None:
    (meeting,) = read("3月14日,刘建超会见法国社会党国际书记鲁塞尔。", "zh").mentions
    assert [body.id for body in meeting.organisations] == ["fra-ps"]
    (other,) = read("3月14日,刘建超会见社会党国际主席桑切斯。", "zh").mentions
    assert [body.id for body in other.organisations] == ["socialist-international"]

"""English events told in pieces and in passing: classes by who came home, trips by their noun, messages by their words.

All people, bodies and acts are invented. Beside each construction that is read stands one like it that tells nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipeline.words import Mention

PRESS = "https://www.example.org/news/2025/03/15/story"
DAY = date(2025, 3, 15)  # a Saturday
SUN = "Sun Haiyan, Vice-minister of the International Department of the CPC Central Committee"
THE_ID = "the International Department of the Communist Party of China"
MET = f"Beijing, March 14th—{SUN}, met here today with Jone Waqa, President of the Unity Party of Fiji. "
BRIEFED = "Beijing, March 14th—The IDCPC held here today a briefing for ambassadors. "
FORUM = "Beijing, March 14th—The Third China-Fiji Political Parties Forum was held here today. "


def told(read: Any, text: str) -> list[Mention]:
    """What an English newspaper's page of 15 March 2025 tells of the department."""
    return [one for one in read(text, "en", url=PRESS, published=DAY).mentions if one.scope.value == "in"]


def own(read: Any, text: str) -> list[Mention]:
    """What a page of the department's own tells."""
    return list(read(text, "en", day="20250314").mentions)


def foreign(mention: Mention) -> list[tuple[str, str | None]]:
    return [(one.name, one.title) for one in mention.foreign_people]


def chinese(mention: Mention) -> list[str]:
    return [one.name for one in mention.chinese_people]


@pytest.mark.parametrize(
    ("text", "type_", "country", "days", "number"),
    [
        (
            (
                "Twenty officials of the Unity Party of Fiji have returned from a two-week seminar in China. The "
                f"seminar, hosted by {THE_ID}, was held in Shanghai from March 3 to March 12."
            ),
            "TRAIN.COURSE",
            "FJI",
            (3, 12),
            20,
        ),
        (
            (
                "Forty leaders of the Front of Kenya left for Beijing on Monday for a training course organised by "
                f"{THE_ID}. The course runs from next Wednesday to March 28."
            ),
            "TRAIN.COURSE",
            "KEN",
            (19, 28),
            40,
        ),
        (
            (
                "A ten-day workshop for SWAPO cadres began in Windhoek on Monday. The workshop is organised by "
                f"the party together with {THE_ID}."
            ),
            "TRAIN.COURSE",
            "NAM",
            (10, 19),
            None,
        ),
        (
            f"Ten MPs of the Front of Kenya are in China for a study tour. The tour was arranged by {THE_ID}.",
            "TRAIN.STUDY",
            "KEN",
            (15, 15),
            None,
        ),
    ],
)
def test_whose_class_it_was_the_next_sentence_tells(
    read: Any, text: str, type_: str, country: str, days: tuple[int, int], number: int | None
) -> None:
    (course,) = told(read, text)
    assert (course.type, course.countries) == (type_, (country,))
    assert (course.date_start, course.date_end) == tuple(date(2025, 3, day) for day in days)
    assert number is None or course.participants == number


def test_a_class_of_somebody_else_is_none_of_the_departments(read: Any) -> None:
    assert told(read, f"Ten cadres completed a course at the party school. The clinic was paid for by {THE_ID}.") == []
    assert told(read, "Ten cadres returned from a seminar in China. The seminar was hosted by Fudan University.") == []


def test_who_led_the_class_speaks_of_it(read: Any) -> None:
    course = (
        f"Ten cadres of the Front of Kenya completed a course. The course, sponsored by {THE_ID}, ended on Friday. "
    )
    (led,) = told(read, course + "Team leader Akinyi Odhiambo said they learnt a lot.")
    assert foreign(led) == [("Akinyi Odhiambo", "Team leader")]
    (led,) = told(read, course + "Leader of the Nairobi group Akinyi Odhiambo said they learnt a lot.")
    assert foreign(led) == [("Akinyi Odhiambo", "Leader of the Nairobi group")]
    (other,) = told(read, course + "Opposition spokesman Akinyi Odhiambo said it was a waste.")
    assert foreign(other) == []


def test_where_those_present_come_from(read: Any) -> None:
    course = f"Ninety cadres began a course in Kibaha on Monday. The course, run by {THE_ID}, was opened by video. "
    (course_of_all,) = told(read, course + "The participants come from CCM, SWAPO and Frelimo.")
    assert {"TZA", "NAM", "MOZ"} <= set(course_of_all.countries)
    (alone,) = told(read, course + "Such schools remind people of SWAPO and Frelimo.")
    assert not {"NAM", "MOZ"} & set(alone.countries)


@pytest.mark.parametrize(
    ("text", "country", "realis"),
    [
        (f"The visit to Nepal by a CPC delegation led by {SUN}, due on March 20, was postponed.", "NPL", "cancelled"),
        (f"A trip to Laos by {SUN}, has been called off.", "LAO", "cancelled"),
        (f"The visit to Kenya by {SUN}, concluded on Friday.", "KEN", "actual"),
        (
            (
                "The visit to Samoa by a delegation of the Communist Party of China has been cancelled. The team was "
                f"to be led by {SUN}."
            ),
            "WSM",
            "cancelled",
        ),
    ],
)
def test_trips_told_by_their_noun(read: Any, text: str, country: str, realis: str) -> None:
    (trip,) = told(read, text)
    assert (trip.type, trip.countries, trip.realis.value) == ("VISIT.OUT", (country,), realis)
    assert chinese(trip) == ["Sun Haiyan"]


@pytest.mark.parametrize(
    "text",
    [
        f"The visit to Kenya by {SUN}, showed how close the parties are.",
        f"The visit to China by a delegation of the Unity Party was cancelled, {THE_ID} said.",
        f"The visit to Kenya by the pop group was called off, said {SUN}.",
    ],
)
def test_visits_that_are_no_trips(read: Any, text: str) -> None:
    assert [one for one in told(read, text) if one.type == "VISIT.OUT"] == []


def test_a_trip_of_which_the_guest_speaks(read: Any) -> None:
    abroad = f"Chairman of the Unity Party of Laos Kham Sisavath received in Vientiane on Friday {SUN}. "
    meeting, trip = told(read, abroad + "Sun said her visit from March 12 to 16 aims to deepen ties.")
    assert (meeting.type, trip.type, trip.countries) == ("MEET.BILAT", "VISIT.OUT", ("LAO",))
    assert (trip.date_start, trip.date_end) == (date(2025, 3, 12), date(2025, 3, 16))
    assert len(told(read, abroad + "Sun said her visit was fruitful.")) == 1
    assert len(told(read, abroad + "Kham said his visit from March 2 to 6 was fruitful.")) == 1


def test_the_visit_of_those_met(read: Any) -> None:
    both = own(read, MET + "At the invitation of the IDCPC, the delegation visited China from March 10th to 17th.")
    assert [one.type for one in both] == ["MEET.BILAT", "VISIT.IN"]
    assert foreign(both[1]) == foreign(both[0])
    assert len(own(read, MET + "The museum visited by many was closed.")) == 1


def test_a_message_by_its_words(read: Any) -> None:
    (message,) = told(read, f"In a congratulatory message dated March 12, {SUN}, wished the Unity Front of Samoa well.")
    assert (message.type, message.countries, message.date_start) == ("MSG.CONGRAT", ("WSM",), date(2025, 3, 12))
    (message,) = told(read, f"In a message of condolences to the Unity Front of Samoa, {SUN}, expressed sympathy.")
    assert message.type == "MSG.CONDOL"
    text = f"In a congratulatory letter to the Front, its chairman Jone Waqa said it would win. {SUN}, was absent."
    assert told(read, text) == []


def test_ambassadors_to_a_country_and_speakers_of_a_house(read: Any) -> None:
    (meeting,) = told(read, f"{SUN}, met with Omani Ambassador to China Nasser bin Said al-Kindi on Friday.")
    assert foreign(meeting) == [("Nasser bin Said al-Kindi", "Omani Ambassador to China")]
    (meeting,) = told(read, f"{SUN}, met with Speaker of the House Carla Vella on Friday.")
    assert foreign(meeting) == [("Carla Vella", "Speaker of the House")]
    (meeting,) = told(read, f"{SUN}, met with the President of the Senate Paul Lamont on Friday.")
    assert meeting.organisations == ()
    (meeting,) = told(read, f"{SUN}, met with the Ambassador to China of Oman on Friday.")
    assert foreign(meeting) == []


@pytest.mark.parametrize(
    ("phrase", "title"),
    [
        ("Oleg Rudenko, then chairman of the Unity Party,", "chairman of the Unity Party"),
        ("Oleg Rudenko, the party's first deputy chairman,", "first deputy chairman"),
        ("Unity Party (团结党) of Fiji Deputy Leader Jone Waqa", "Deputy Leader"),
        ("Oleg Rudenko, leader of the Front, and around 20 branch officers", "leader of the Front"),
        ("Oleg Rudenko, leader of the Front, and lawmakers from the Union", "leader of the Front"),
        ("Oleg Rudenko, leader of the Front, and the delegation led by him", "leader of the Front"),
        # as printed
        (
            "Oleg Rudenko, leader of the Front and head of the Institute",
            "leader of the Front and head of the Institute",
        ),
        ("Oleg Rudenko, Party Secretary of Minsk", "Party Secretary of Minsk"),
    ],
)
def test_where_a_title_begins_and_ends(read: Any, phrase: str, title: str) -> None:
    (meeting,) = told(read, f"{SUN}, met on Friday with {phrase}.")
    assert foreign(meeting)[0][1] == title


def test_both_sides_before_the_verb(read: Any) -> None:
    talks = "The Unity Party of Fiji and the Communist Party of China on Thursday held online talks on training. "
    (call,) = told(
        read,
        f"{talks}The Unity Party team at Freedom House was led by Jone Waqa, its chairman, while the Chinese side was "
        f"headed by {SUN}.",
    )
    assert (call.type, call.countries) == ("MEET.REMOTE", ("FJI",))
    assert [name for name, _ in foreign(call)] == ["Jone Waqa"]
    assert chinese(call) == ["Sun Haiyan"]
    assert told(read, f"The Unity Party and the Labour Party held online talks. {SUN}, was in Beijing.") == []


def test_the_ambassador_was_at_all_of_it(read: Any) -> None:
    two = MET + "On the afternoon, Sun held talks with Ana Seru, Speaker of the Parliament of Fiji. "
    for behind in ("was present at the above activities", "attended all the above meetings"):
        first, second = own(read, f"{two}Zhou Jian, Chinese Ambassador to Fiji, {behind}.")
        assert chinese(first) == chinese(second) == ["Sun Haiyan", "Zhou Jian"]
    first, second = own(read, f"{two}Zhou Jian, Chinese Ambassador to Fiji, was present.")
    assert (chinese(first), chinese(second)) == (["Sun Haiyan"], ["Sun Haiyan", "Zhou Jian"])


def test_a_sentence_about_the_occasion_is_no_second_event(read: Any) -> None:
    (briefing,) = own(read, f"{BRIEFED}{SUN}, met with the envoys and answered their questions.")
    assert chinese(briefing) == ["Sun Haiyan"]
    two = own(read, f"{BRIEFED}{SUN}, met with the delegates of the Front of Kenya led by Akinyi Odhiambo.")
    assert len(two) == 2
    for behind in (
        "The second forum was held in Suva in 2023.",
        "The Fijian delegation visited Zunyi before the forum opened.",
        "Its first edition took place in Xiamen in June 2021.",
    ):
        assert len(own(read, FORUM + behind)) == 1, behind
    assert len(own(read, f"{FORUM}A briefing on the plenary session was held on March 15th.")) == 2


def test_what_a_guest_recalls_is_no_news(read: Any) -> None:
    assert len(own(read, f"{MET}Waqa said that his party attended the CPC and World Political Parties Summit.")) == 1
    spoken = f"The embassy said on Friday that Jone Waqa, leader of the Unity Party of Fiji, had met with {SUN}."
    assert len(told(read, spoken)) == 1


def test_told_by_whom_is_no_speech(read: Any) -> None:
    text = f"The parties' forum will be held in Kunming on March 20, a spokesperson for {THE_ID} announced on Friday. "
    behind = "Around 120 people from Laos and Thailand are expected to attend the event, said the spokesperson."
    (forum, *_) = [one for one in told(read, text + behind) if one.type.startswith("CONF")]
    assert (forum.participants, set(forum.countries)) == (120, {"LAO", "THA"})
    praise = "He welcomed the 120 people from Laos and Thailand who attended, said the spokesperson."
    (forum, *_) = [one for one in told(read, text + praise) if one.type.startswith("CONF")]
    assert forum.participants is None


def test_a_partys_own_seminar_abroad(read: Any) -> None:
    (seminar,) = told(read, f"{SUN}, attended a symposium hosted by the African National Congress in Durban on Friday.")
    assert seminar.type == "CONF.EXT"
    (seminar,) = told(
        read, f"{SUN}, attended a symposium hosted by the IDCPC with the SWAPO Party in Windhoek on Friday."
    )
    assert seminar.type == "CONF.THEME"


def test_an_office_of_a_province_is_not_the_department(read: Any) -> None:
    guests = "received a delegation of the Unity Party of Fiji on Friday."
    assert told(read, f"The Foreign Affairs Office of the CPC Hunan Provincial Committee {guests}") == []
    assert len(told(read, f"The Foreign Affairs Office of the CPC Central Committee {guests}")) == 1


def test_towns_that_no_gazetteer_knows(read: Any) -> None:
    (meeting,) = told(read, f"{SUN}, met with Jone Waqa, leader of the Front, in Nadroga, Fiji, on Friday.")
    assert (meeting.place, meeting.mode, meeting.countries) == ("Nadroga", "inperson_abroad", ("FJI",))
    (meeting,) = told(read, f"{SUN}, met with Jone Waqa, leader of the Front, in March, Fiji said.")
    assert meeting.place is None


def test_what_is_quoted_is_no_body(read: Any) -> None:
    titled = f'{SUN}, delivered a speech titled "A New Party Front in the New Era" at the University of Suva on Friday.'
    assert [one.name for one in told(read, titled)[0].organisations] == ["University of Suva"]
    plain = f"{SUN}, delivered a speech at a meeting of the New Party Front on Friday."
    assert [one.name for one in told(read, plain)[0].organisations] == ["New Party Front"]


def test_a_picture_tells_who_stands_where(read: Any) -> None:
    caption = "Sun Haiyan (R) meets with Ana Seru, Speaker of the Parliament of Fiji, in Suva on March 13, 2025."
    both = told(read, f"{SUN}, met with Jone Waqa, leader of the Front, on Friday.\n\n{caption}")
    assert [one.chinese_people[0].title for one in both] == [SUN.partition(", ")[2]] * 2
    former = f"Guo Yezhou, former vice-minister {SUN.partition('minister ')[2]}, spoke on Friday.\n\n{caption}"
    assert told(read, former.replace("Sun Haiyan", "Guo Yezhou")) == []


def test_goods_are_of_what_is_handed_over(read: Any) -> None:
    start = f"On Friday, a handover ceremony was held at the party headquarters in St. John's. On behalf of {THE_ID}, "
    (gift,) = told(read, start + "ZHENG Kai, Charge d'affaires of the Chinese Embassy, handed over 30 laptops to it.")
    assert (gift.type, chinese(gift)) == ("AID.EQUIP", ["Zheng Kai"])
    own_gift = start.replace(f"On behalf of {THE_ID}, ", "")
    assert told(read, own_gift + "ZHENG Kai, Charge d'affaires of the Chinese Embassy, handed over 30 laptops.") == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"Unity Party president Jone Waqa told visiting Chinese official {SUN}, in Suva that ties grow.", "Jone Waqa"),
        (f"Unity Party leader Jone Waqa thanked China for its support during talks with {SUN}.", "Jone Waqa"),
        (f"President of Fiji Jone Waqa yesterday granted an audience to {SUN}.", "Jone Waqa"),
        (f"Chairman of the Front's international affairs committee Jone Waqa met with {SUN}, on Friday.", "Jone Waqa"),
    ],
)
def test_further_verbs_that_meet(read: Any, text: str, name: str) -> None:
    (meeting,) = told(read, text)
    assert meeting.type == "MEET.BILAT"
    assert [one for one, _ in foreign(meeting)] == [name]


@pytest.mark.parametrize(
    "text",
    [
        f"Unity Party president Jone Waqa told reporters that {SUN}, is welcome.",
        f"{SUN}, was granted a visa on Friday, Jone Waqa said.",
        f"Jone Waqa, leader of the Front, thanked {SUN}, for a letter.",
    ],
)
def test_verbs_like_them_that_meet_nobody(read: Any, text: str) -> None:
    assert [one for one in told(read, text) if one.type.startswith("MEET")] == []


def test_who_travels_to_learn_and_who_to_visit(read: Any) -> None:
    (visit,) = told(
        read,
        f"A delegation of the Unity Party of Kenya will travel to China on March 20 at the invitation of {THE_ID}.",
    )
    assert (visit.type, visit.realis.value, visit.date_start) == ("VISIT.IN", "planned", date(2025, 3, 20))
    (course,) = told(
        read,
        f"Some 25 members of the Front left on Friday for China to undergo a training course organised by {THE_ID}.",
    )
    assert (course.type, course.participants) == ("TRAIN.COURSE", 25)
    (trip,) = told(read, f"The embassy said that {SUN}, would visit Suva from March 20 to 22.")
    assert (trip.type, trip.realis.value) == ("VISIT.OUT", "planned")

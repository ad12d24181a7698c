"""English sentences by how they are built: verbs that meet, guests and trips told in passing, unknown bodies, days.

All people, bodies and acts are invented. Beside each construction that is read stands one like it that tells nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipeline.words import Mention

PRESS = "https://www.example.org/news/2025/03/15/story"
DAY = date(2025, 3, 15)  # a Saturday
LIU = "Liu Jianchao, Minister of the International Department of the CPC Central Committee (IDCPC)"
HEAD = "Liu Jianchao, head of the International Department of the Communist Party of China (CPC) Central Committee"
THE_ID = "the International Department of the CPC"
CHAIRED = (
    "The third round of the China-Fiji dialogue mechanism convened in Suva on Friday. It was co-chaired by IDCPC Vice "
    "Minister Sun Haiyan and Fiji Unity Party president Jone Waqa."
)
PRESENT = (
    "Premier Li Qiang met with Prime Minister Joseph Malu on Friday. Liu Jianchao, head of the International "
    "Department of the CPC Central Committee, was present."
)
SUN = "Sun Haiyan, Vice-minister of the International Department of the CPC Central Committee"


def told(read: Any, text: str) -> list[Mention]:
    """What an English newspaper's page of 15 March 2025 tells of the department."""
    found = read(text, "en", url=PRESS, published=DAY).mentions
    return [one for one in found if one.scope.value == "in"]


def short(mention: Mention) -> tuple[str, list[str], list[str]]:
    """Level 1 of the type, the countries and the foreign people."""
    return mention.type.split(".")[0], list(mention.countries), [one.name for one in mention.foreign_people]


@pytest.mark.parametrize(
    ("text", "country", "name"),
    [
        (f"{SUN}, talked yesterday over the phone with Amara Kallon, Chairman of the Front.", None, "Amara Kallon"),
        (f"{SUN}, spoke by telephone with Ana Belo, Minister for Health of Timor-Leste.", "TLS", "Ana Belo"),
        (f"Deputy Prime Minister Kham Sisavath received a courtesy call from {SUN}, on Friday.", None, "Kham Sisavath"),
        (f"{SUN}, paid a courtesy call on President of Seychelles Marie Larue at State House.", "SYC", "Marie Larue"),
        (f"{HEAD} (L), shakes hands with Ahmed Haidar, leader of the Unity Rally, in Aden.", "YEM", "Ahmed Haidar"),
        (
            f"The meeting between Prime Minister Edi Hoxha of Albania and {SUN}, took place in Tirana.",
            "ALB",
            "Edi Hoxha",
        ),
        (f"Chairman of the People's Bloc Oleg Rudenko and {SUN}, discussed ties at a meeting in Minsk.", None, "Oleg"),
        (f"Prime Minister Manasseh Talo on Friday welcomed to his office {SUN}.", None, "Manasseh Talo"),
        (f"Karim Benali, leader of the Party of Dignity, held talks, Friday in Rabat, with {SUN}.", "MAR", "Karim"),
        (
            f"{HEAD}, praised the ties on Friday when meeting with Karl Zammit, leader of the Union.",
            None,
            "Karl Zammit",
        ),
        (f"Reza Moradi, head of the Front, in a meeting with {SUN}, on Friday stressed ties.", None, "Reza Moradi"),
        (f"The Front said on Friday that Milan Petrovic, its leader, had met in Belgrade with {SUN}.", "SRB", "Milan"),
    ],
)
def test_verbs_that_meet(read: Any, text: str, country: str | None, name: str) -> None:
    (meeting,) = told(read, text)
    kind, countries, people = short(meeting)
    assert kind == "MEET"
    assert name in people[0]
    assert country is None or countries == [country]


@pytest.mark.parametrize(
    "text",
    [
        f"{SUN}, received a donation from the Unity Front on Friday.",
        f"{SUN}, recalled the meeting with Ana Belo, Minister for Health of Timor-Leste.",
        f"{HEAD}, then a vice foreign minister, met with ASEAN diplomats in 2015.",
        "Senior CPC official Wang Huning spoke at the anniversary of the International Department of the CPC.",
        PRESENT,
    ],
)
def test_what_meets_nobody(read: Any, text: str) -> None:
    assert [one for one in told(read, text) if one.type.startswith("MEET")] == []


def test_separate_meetings_are_two(read: Any) -> None:
    text = f"{SUN}, met separately with Tomas Novak, Ambassador of Slovakia, and Irena Kos, Ambassador of Slovenia."
    assert [one.countries for one in told(read, text)] == [("SVK",), ("SVN",)]


VISITED = (
    "At the invitation of the International Department of the CPC, a delegation of the Green Alliance of Latvia led by "
    "Inese Kalnina, its secretary general, visited China from March 3 to 9. "
)


@pytest.mark.parametrize(
    "text",
    [
        "Sun Haiyan, vice-minister of the department, met with the delegation on March 5.",
        "The delegation held talks with Vice Minister Sun Haiyan in Beijing on March 5.",
        "In Beijing she held talks with Vice Minister Sun Haiyan on March 5.",
    ],
)
def test_the_guests_of_the_visit_told_before(read: Any, text: str) -> None:
    visit, meeting = told(read, VISITED + text)
    assert (visit.type, visit.date_end) == ("VISIT.IN", date(2025, 3, 9))
    assert short(meeting) == ("MEET", ["LVA"], ["Inese Kalnina"])
    assert meeting.date_start == date(2025, 3, 5)
    assert [one.title for one in meeting.foreign_people] == ["secretary general"]


def test_who_saw_the_guests_off_met_nobody(read: Any) -> None:
    (visit,) = told(read, VISITED + "Officials of the department saw off the delegation.")
    assert visit.type == "VISIT.IN"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        (f"{SUN}, who is on a visit to Angola from Wednesday to Sunday, met with Paulo Neto of the MPLA.", 12, 16),
        (
            f"President Paulo Neto received a call from {SUN}, on the occasion of her visit to Angola from 9-12 March.",
            9,
            12,
        ),
    ],
)
def test_a_trip_told_in_passing(read: Any, text: str, first: int, last: int) -> None:
    trip = next(one for one in told(read, text) if one.is_series)
    assert (trip.type, trip.countries) == ("VISIT.OUT", ("AGO",))
    assert (trip.date_start, trip.date_end) == (date(2025, 3, first), date(2025, 3, last))


def test_a_trip_in_passing_without_its_days_is_none(read: Any) -> None:
    text = f"{SUN}, who is on a visit to Angola, met with Paulo Neto, Secretary of the MPLA, on Friday."
    assert [one.type for one in told(read, text)] == ["MEET.BILAT"]


def test_a_meeting_with_a_day_of_its_own_on_a_trip(read: Any) -> None:
    text = (
        f"From March 3 to 6, {SUN}, led a delegation to Gabon and met with Alain Mba, Secretary of the Bloc, in {{}}."
    )
    trip, meeting = told(read, text.format("Libreville on March 4"))
    assert (trip.foreign_people, meeting.countries, meeting.date_start) == ((), ("GAB",), date(2025, 3, 4))
    (trip,) = told(read, text.format("Libreville"))
    assert [one.name for one in trip.foreign_people] == ["Alain Mba"]


def test_who_invited_is_told_behind(read: Any) -> None:
    text = (
        f"{SUN}, left Beijing on Friday for a visit to Togo. The delegation was invited by the Republican Bloc of Togo."
    )
    (trip,) = told(read, text)
    assert [one.name for one in trip.organisations] == ["Republican Bloc"]
    (trip,) = told(read, text.replace("was invited by", "knows nothing of"))
    assert trip.organisations == ()


@pytest.mark.parametrize(
    ("text", "kind", "country"),
    [
        (CHAIRED, "MEET.MECH", "FJI"),
        (f"{THE_ID} ran a course for 40 cadres of Uganda's National Resistance Movement.", "TRAIN.COURSE", "UGA"),
        (f"Forty members of the UPND of Zambia completed a course organised by {THE_ID}.", "TRAIN.COURSE", "ZMB"),
        (f"{SUN}, declared open the online class for cadres of the Congolese Party of Labour.", "TRAIN.ONLINE", "COG"),
        (
            f"Officials of the Unity Alliance of Kenya are in China for a study tour run by {THE_ID}.",
            "TRAIN.STUDY",
            "KEN",
        ),
        (f"{SUN}, told the Eurasian Party Forum in Kazan on Friday that parties matter.", "CONF.THEME", "RUS"),
        (f"The CPC has donated 20 laptops to SWAPO of Namibia, {THE_ID} said.", "AID.EQUIP", "NAM"),
        (f"{SUN}, held a press conference in Beijing on Friday.", "STMT.SPOKES", None),
    ],
)
def test_occasions(read: Any, text: str, kind: str, country: str | None) -> None:
    (one,) = told(read, text)
    assert one.type == kind
    assert country is None or country in one.countries


@pytest.mark.parametrize(
    "text",
    [
        "The Organization Department of the CPC Central Committee ran a course for cadres of the Lao party in Kunming.",
        f"Members of the UPND completed a course organised by the German embassy. It has ties with {THE_ID}.",
        "The International Department of the CPC is not involved. The department of trade met with donors on Friday.",
    ],
)
def test_occasions_of_others(read: Any, text: str) -> None:
    assert told(read, text) == []


@pytest.mark.parametrize(
    ("whose", "name", "country"),
    [
        ("leader of the Popular Dawn in Peru", "Popular Dawn", "PER"),
        ("chairman of the Charter National Party of Jordan", "Charter National Party of Jordan", "JOR"),
        ("convener of the Young Scholars Circle", "Young Scholars Circle", None),
        ("vice president of the Danish Rural Party", "Danish Rural Party", "DNK"),
        ("president of the Pacific Council of the U.S.", "Pacific Council of the U.S", "USA"),
    ],
)
def test_bodies_that_nobody_knows(read: Any, whose: str, name: str, country: str | None) -> None:
    (meeting,) = told(read, f"{SUN}, met on Friday with Paul Holm, {whose}.")
    assert [one.name for one in meeting.organisations] == [name]
    assert country is None or meeting.countries == (country,)


@pytest.mark.parametrize(
    "whose", ["Minister of Foreign Affairs of Peru", "President of Peru", "Director of the Institute"]
)
def test_an_office_is_no_body(read: Any, whose: str) -> None:
    (meeting,) = told(read, f"{SUN}, met on Friday with Paul Holm, {whose}.")
    assert meeting.organisations == ()


def test_letters_of_several_parties(read: Any) -> None:
    text = f"{SUN}, will arrive in Sri Lanka on Friday. The delegation is to meet leaders of the ABQ, DEZ and GHX."
    (trip,) = told(read, text)
    assert [one.name for one in trip.organisations] == ["ABQ", "DEZ", "GHX"]


def test_weekdays_count_from_the_day_of_filing(read: Any) -> None:
    text = (
        f"BEIJING, March 13 (Xinhua) -- {HEAD}, met with Lars Holm, leader of the Rural Party of Denmark, on Tuesday. "
        "Liu also met with Rosa Alves, vice president of the Unity Party of Brazil, on Thursday."
    )
    assert [one.date_start for one in told(read, text)] == [date(2025, 3, 11), date(2025, 3, 13)]


def test_how_earlier_meetings_were_held(read: Any) -> None:
    seminar = (
        f"HANOI, March 13 (Xinhua) -- {SUN}, attended here a seminar with the Communist Party of Vietnam on Friday. "
    )
    (told_one,) = told(read, seminar + "Earlier seminars took place in Da Lat in 2019 and online in 2021.")
    assert told_one.mode == "inperson_abroad"
    (told_one,) = told(read, seminar + "The participants took part online.")
    assert told_one.mode == "video"


def test_the_department_named_again(read: Any) -> None:
    text = "The International Department of the CPC briefed 40 diplomats on Friday. Ai Wenping, {}, spoke."
    (briefing,) = told(read, text.format("vice-minister of the department"))
    assert [(one.name, one.title) for one in briefing.chinese_people] == [
        ("Ai Wenping", "vice-minister of the department")
    ]
    (briefing,) = told(read, text.format("professor at the Ministry of Health, vice-minister of the department"))
    assert [one.title for one in briefing.chinese_people if one.title == "vice-minister of the department"] == []


@pytest.mark.parametrize(
    ("behind", "title"),
    [
        ("Chairman of the Unity Front (UF) of Togo", "Chairman of the Unity Front"),
        ("Chairman of the Unity Front, and opened an exhibition", "Chairman of the Unity Front"),
        ("Chairman of the Unity Front, and his delegation", "Chairman of the Unity Front"),
        ("Member of the Unity Front (UF) Central Committee", "Member of the Unity Front (UF) Central Committee"),
        ("Secretary for Work and Trade", "Secretary for Work and Trade"),
    ],
)
def test_where_a_title_ends(read: Any, behind: str, title: str) -> None:
    (meeting,) = [one for one in told(read, f"{SUN}, met on Friday with Koffi Adjovi, {behind}.") if one.foreign_people]
    assert meeting.foreign_people[0].title == title


def test_a_family_name_is_no_honorific(read: Any) -> None:
    (meeting,) = told(read, f"{SUN}, met with Tan Wei Ming, Ambassador of Singapore to China, on Friday.")
    assert [one.name for one in meeting.foreign_people] == ["Tan Wei Ming"]
    (meeting,) = told(read, f"{SUN}, met with Tan Sri Musa Hitam, Speaker of the Senate of Malaysia, on Friday.")
    assert [one.name for one in meeting.foreign_people] == ["Musa Hitam"]


def test_chinese_envoys_by_their_post(read: Any) -> None:
    text = f"{LIU}, met with Karl Zammit, Speaker of the Parliament of Malta. {{}}, was present."
    (meeting,) = told(read, text.format("Xu Shaowen, Chinese Charge d'affaires in Malta"))
    assert [one.name for one in meeting.chinese_people] == ["Liu Jianchao", "Xu Shaowen"]
    (meeting,) = told(read, text.format("Han Do-hyun, Charge d'affaires of Korea in Malta"))
    assert [one.name for one in meeting.chinese_people] == ["Liu Jianchao"]


def test_messages_counted_together(read: Any) -> None:
    text = "By March 5, more than 900 messages had been sent to the CPC by over 400 parties, "
    (campaign,) = told(read, text + "the CPC's International Department said.")
    assert (campaign.type, campaign.date_start) == ("MSG.CAMPAIGN", date(2025, 3, 5))
    assert told(read, "Messages had been sent to the CPC by parties, the CPC's International Department said.") == []


def test_the_day_before_a_verb(read: Any) -> None:
    text = f"{SUN}, is here. On Monday she called on Karl Zammit, Mayor of Perth, and on Tuesday she met {{}}."
    first, second = told(read, text.format("Ana Belo, Minister for Health of Fiji"))
    assert (first.date_start, second.date_start) == (date(2025, 3, 10), date(2025, 3, 11))
    (only,) = told(read, text.format("nobody"))
    assert only.date_start == date(2025, 3, 10)


def test_who_hosted_beside_the_department(read: Any) -> None:
    text = "A seminar on farming was co-hosted by the IDCPC and the United Front for Change of Botswana{} in Gaborone."
    (seminar,) = told(read, text.format(""))
    assert ([one.name for one in seminar.organisations], seminar.countries) == (
        ["United Front for Change of Botswana"],
        ("BWA",),
    )
    (seminar,) = told(read, text.replace(" and the United Front for Change of Botswana", "").format(""))
    assert seminar.organisations == ()


def test_where_she_was_received_is_the_same_meeting(read: Any) -> None:
    text = f"{SUN}, paid a visit to the Liberty Party of Liberia on Friday, where she {{}} its chairman Musa Kollie."
    (meeting,) = told(read, text.format("was received by"))
    assert [one.name for one in meeting.foreign_people] == ["Musa Kollie"]
    (meeting,) = told(read, text.format("quoted"))
    assert meeting.foreign_people == ()


@pytest.mark.parametrize(("opening", "number"), [("The Savanna Forum was held in Accra on Friday.", 1), ("", 0)])
def test_who_speaks_at_an_occasion_of_others(read: Any, opening: str, number: int) -> None:
    found = told(read, f"{opening} {SUN}, said that parties of Ghana should work together.")
    assert [(one.type, [who.name for who in one.chinese_people]) for one in found] == [
        ("CONF.THEME", ["Sun Haiyan"])
    ] * number


@pytest.mark.parametrize("verb", ["talked", "held", "attended"])
def test_words_of_time_without_end_are_read_once(read: Any, verb: str) -> None:
    """Two ways to read each blank between them took longer than anybody waits."""
    assert told(read, f"{SUN}, {verb} {'here today on Monday ' * 50}.") == []

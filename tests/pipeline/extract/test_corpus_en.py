"""The examples that corpus/english.md §15 invents, those within reach of the first cut."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

NEWS = "https://news.example.org/world/c.html"
GAO = "Gao Yifan, Minister of the International Department of the CPC Central Committee (IDCPC)"
MET = f"Beijing, March 3rd--{GAO}, met here today with Oskar Lind, Speaker of the Parliament of Iceland.\n"

# number in the corpus, text, day of the address, what the last mention must say (None: no mention)
CASES: list[tuple[str, str, str, dict[str, Any] | None]] = [
    (
        "1",
        (
            f"Beijing, May 7th--{GAO}, met here today on the morning with Mateus Bravo, Secretary General of the "
            "Workers' Renewal Party (WRP) of Angola."
        ),
        "20190510",
        {
            "type": "MEET.BILAT",
            "days": (date(2019, 5, 7),) * 2,
            "place": "Beijing",
            "countries": ("AGO",),
            "chinese": ["Gao Yifan"],
            "foreign": ["Mateus Bravo"],
            "organisations": ["Workers' Renewal Party (WRP)"],
        },
    ),
    (
        "2",
        (
            "Beijing, December 30th—Liang Shuhua, Vice-minister of the International Department of the CPC Central "
            "Committee, met here today with a delegation of the Maltese Civic Union led by Karmenu Zahra."
        ),
        "20250106",
        {"days": (date(2024, 12, 30),) * 2, "countries": ("MLT",), "foreign": ["Karmenu Zahra"]},
    ),
    (
        "3",
        (
            "Lusaka, March 3rd-Emmanuel Tembo, Chairman of the National Unity Front and Vice President of Zambia, met "
            "here today with Gao Yifan, Minister of the IDCPC."
        ),
        "20250306",
        {"place": "Lusaka", "foreign": ["Emmanuel Tembo"], "chinese": ["Gao Yifan"], "mode": "inperson_abroad"},
    ),
    (
        "4",
        (
            "On June 11th—Liang Shuhua, Vice-minister of the International Department of the CPC Central Committee met "
            "with the study group of young politicians of the Alliance of European Reformers headed by Inga Dahl, AER "
            "Vice Chair."
        ),
        "20250615",
        {
            "days": (date(2025, 6, 11),) * 2,
            "place": None,
            "countries": (),
            "organisations": ["Alliance of European Reformers"],
            "foreign": ["Inga Dahl"],
        },
    ),
    (
        "5",
        (
            "BEIJING, Feb 9 – Gao Yifan, minister of the International Department of the CPC Central "
            "Committee met with "
            "a delegation of the Danish Rural Party led by Søren Juhl"
        ),
        "20160212",
        {"days": (date(2016, 2, 9),) * 2, "countries": ("DNK",), "foreign": ["Søren Juhl"], "place": "Beijing"},
    ),
    (
        "6",
        (
            "Beijing, July 4th—Shi Qiming, Assistant-minister of the International Department of the CPC Central "
            "Committee, met here today at request with Lady Ashcombe, former Minister for the Regions of the United "
            "Kingdom (UK). Both sides exchanged in-depth views on China-UK relations and other topics of common "
            "interest. Enditem"
        ),
        "20180706",
        {"countries": ("GBR",), "foreign": ["Lady Ashcombe"], "chinese": ["Shi Qiming"]},
    ),
    (
        "7",
        MET + "Gao welcomed Okello to attend the meeting after his party's 9th congress, and handed over General "
        "Secretary Xi Jinping's congratulatory letter to Grace Achan, the newly-elected party chair.",
        "20250306",
        {"count": 1, "chinese": ["Gao Yifan"], "foreign": ["Oskar Lind"]},
    ),
    (
        "8",
        MET + "Zhou Wenbo, Vice-minister of the IDCPC, and others were present.",
        "20250306",
        {"count": 1, "chinese": ["Gao Yifan", "Zhou Wenbo"]},
    ),
    (
        "9",
        (
            "At the invitation of the Green Coast Party, Shi Qiming, Assistant-minister of the "
            "International Department "
            "of the CPC Central Committee, visited Uruguay from October 2nd to 5th. During his stay, Shi met "
            "respectively with Ana Ferrari, President of the party; Luis Bonomi, Speaker of the House; and Carla "
            "Mieres, Director-General for Asia of the Foreign Ministry."
        ),
        "20191008",
        {
            "type": "VISIT.OUT",
            "count": 1,
            "days": (date(2019, 10, 2), date(2019, 10, 5)),
            "countries": ("URY",),
            "foreign": ["Ana Ferrari", "Luis Bonomi", "Carla Mieres"],
        },
    ),
    (
        "11",
        (
            "At the invitation of the CPC, the cadre study group of the Democratic Pole of Benin led by "
            "Rachidi Adjovi, "
            "National Secretary for Training, will visit China from May 3rd to 13th."
        ),
        "20180428",
        {
            "type": "VISIT.IN",
            "realis": "planned",
            "countries": ("BEN",),
            "chinese": [],
            "days": (date(2018, 5, 3), date(2018, 5, 13)),
        },
    ),
    (
        "12",
        (
            "Liang Shuhua to lead CPC Delegation to visit Fiji and Samoa and attend the Conference of the "
            "Fiji Progress "
            "Party"
        ),
        "20181214",
        {"type": "VISIT.OUT", "realis": "planned", "countries": ("FJI", "WSM"), "days": (None, None)},
    ),
    (
        "13",
        (
            "Beijing, April 14th—Shi Qiming, Assistant-minister of the International Department of the CPC Central "
            "Committee (IDCPC), attended and addressed here today on the evening the opening ceremony of the webinar "
            "for cadres of the People's Liberation Movement of South Sudan. Thirty-five mid-level cadres attended the "
            "event via video link."
        ),
        "20210416",
        {"type": "TRAIN.ONLINE", "mode": "video", "countries": ("SSD",), "participants": 35, "place": None},
    ),
    (
        "14",
        (
            "The closing ceremony of the webinar for the cadres of the Sandino Workers' Front was held. Liang Shuhua, "
            "Vice-minister of the IDCPC, and Pilar Ortega, Deputy Speaker of the National Assembly of Nicaragua, made "
            "concluding remarks respectively."
        ),
        "20210416",
        {"type": "TRAIN.ONLINE", "mode": "video", "countries": ("NIC",), "foreign": ["Pilar Ortega"]},
    ),
    (
        "16",
        (
            "Beijing, November 20th—The International Department of the CPC Central Committee (IDCPC) held "
            "here today a "
            "briefing on the spirit of the plenary session for political parties of Central Asian countries via video "
            "link. Gao Yifan, Minister of the IDCPC, comprehensively briefed on the plenary session."
        ),
        "20201123",
        {"type": "BRIEF.CONGRESS", "count": 1, "mode": "video", "chinese": ["Gao Yifan"]},
    ),
    ("17", MET + "The participants observed a minute of silence for the late chairman.", "20250306", {"count": 1}),
    (
        "18",
        (
            "Guilin, September 2nd—The Mekong-China Party Leaders Dialogue co-organized by the IDCPC and "
            "the CPC Guangxi "
            'Zhuang Autonomous Regional Committee is held here today. Themed on "shared rivers, shared future", the '
            "event was attended by over 180 people via video link, and nearly 20 envoys to China were present at the "
            "event."
        ),
        "20210905",
        {"type": "CONF.REGION", "mode": "hybrid", "place": "Guilin", "participants": 180},
    ),
    (
        "19",
        (
            'On the morning of June 5th, political parties of several countries held a video conference themed "food '
            'security". The conference was initiated by the Steppe Party. Guests included political heavyweights from '
            "over ten countries including Kazakhstan, Serbia and Egypt. Gao Yifan, Minister of the IDCPC, attended the "
            "conference upon invitation."
        ),
        "20200608",
        {"type": "CONF.THEME", "mode": "video", "countries": ("KAZ", "SRB", "EGY"), "chinese": ["Gao Yifan"]},
    ),
    (
        "20",
        (
            "Beijing, March 9th—Zhou Wenbo, Vice-minister of the IDCPC and Co-Chairman of the Maritime Think Tank "
            "League, held talks here on the afternoon with Hélène Marchand, former French Minister of Culture, via "
            "videolink."
        ),
        "20210312",
        {"type": "MEET.REMOTE", "mode": "video", "foreign": ["Hélène Marchand"], "countries": ("FRA",)},
    ),
    (
        "21",
        (
            f"Perth, May 22nd—{GAO}, delivered a speech here today upon invitation at the Indian Ocean Policy "
            "Institute. More than 300 representatives attended the event both online and offline."
        ),
        "20190525",
        {"type": "BRIEF.LECTURE", "mode": "hybrid", "place": "Perth", "participants": 300},
    ),
    (
        "22",
        MET + "Gao met with Prime Minister Tupou and signed a five-point memorandum of understanding with Siaosi "
        "Vea, general secretary of the Tonga Commons Party.",
        "20250306",
        {"type": "DOC.MOU", "countries": ("TON",), "foreign": ["Siaosi Vea"], "count": 3},
    ),
    (
        "33",
        MET + "He recalled that the leaders of the two countries met in Lima last November.",
        "20250306",
        {"count": 1},
    ),
    (
        "34",
        MET + "The department has links with more than 600 parties in over 160 countries.",
        "20250306",
        {"count": 1, "participants": None},
    ),
    (
        "43",
        MET + "Gao held a group meeting here today with diplomatic envoys of Pacific island countries to China.",
        "20250306",
        {"type": "MEET.MULTI", "countries": (), "foreign": [], "count": 2},
    ),
]

ELSEWHERE: list[tuple[str, str, date, dict[str, Any] | None]] = [
    (
        "24",
        (
            "NAIROBI, Jan. 24 (Xinhua) -- Zhou Wenbo, deputy head of the International Department of the "
            "Communist Party "
            "of China (CPC) Central Committee, led a delegation on a visit to Kenya from Tuesday to Friday."
        ),
        date(2025, 1, 25),
        {"type": "VISIT.OUT", "days": (date(2025, 1, 21), date(2025, 1, 24)), "countries": ("KEN",)},
    ),
    (
        "25",
        (
            "BEIJING, Oct. 14 (Xinhua) -- Gao Yifan, head of the International Department of the CPC "
            "Central Committee, "
            "met with a delegation led by Pavel Horak, chairman of the Moravian Left, in Beijing on Monday. Gao met "
            "separately with Nadia Toumi, secretary-general of the Tunisian Labor Bloc, on the same day."
        ),
        date(2024, 10, 15),
        {"count": 2, "days": (date(2024, 10, 14),) * 2, "countries": ("TUN",), "foreign": ["Nadia Toumi"]},
    ),
    (
        "27",
        (
            "Pyongyang, July 9 (KCNA) -- Kim Jong Hwa met Gao Yifan, head of the International Liaison "
            "Department of the "
            "CPC Central Committee, at the Diaoyutai State Guesthouse in Beijing on Tuesday. Present there were Deputy "
            "Head Zhou Wenbo and DPRK Ambassador Ri Chol."
        ),
        date(2024, 7, 10),
        {
            "place": "Beijing",
            "chinese": ["Gao Yifan", "Zhou Wenbo"],
            "foreign": ["Kim Jong Hwa", "Ri Chol"],
            "countries": ("PRK",),
            "days": (date(2024, 7, 9),) * 2,
        },
    ),
    (
        "35",
        (
            "Zhou Wenbo, former vice-minister of the IDCPC and vice president of the Peace Association, met "
            "students in "
            "Multan."
        ),
        date(2024, 7, 10),
        None,
    ),
    (
        "36",
        (
            "A CPC delegation led by Han Rui, deputy head of the Publicity Department of the CPC Central Committee, "
            "wrapped up a visit to Chile."
        ),
        date(2024, 7, 10),
        None,
    ),
    (
        "37",
        "Party general secretary Bounmy received Han Rui, head of the CPC Organization Department, on Tuesday.",
        date(2024, 7, 10),
        None,
    ),
    (
        "38",
        (
            "The Communist Party of Vietnam's external commission head sent condolences to Gao Yifan, head of the CPC "
            "Central Committee's International Department, on the passing of the former Chinese premier."
        ),
        date(2024, 7, 10),
        {"type": "MSG.CONDOL", "countries": ("VNM",), "chinese": ["Gao Yifan"]},
    ),
    (
        "44",
        "Observers say the department's quiet network of party schools tells us more than any communiqué.",
        date(2024, 7, 10),
        None,
    ),
]


@pytest.mark.parametrize(("text", "day", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_departments_own_page(read: Any, text: str, day: str, expected: dict[str, Any]) -> None:
    _check(read(text, "en", day=day), expected)


@pytest.mark.parametrize(
    ("text", "published", "expected"), [case[1:] for case in ELSEWHERE], ids=[case[0] for case in ELSEWHERE]
)
def test_a_page_elsewhere(read: Any, text: str, published: date, expected: dict[str, Any] | None) -> None:
    _check(read(text, "en", url=NEWS, published=published), expected)


def test_a_bulk_moved_page_takes_the_year_of_its_folder(read: Any) -> None:
    """§15 case 10: uploaded in July 2023, of 2014."""
    text = (
        "WINDHOEK, August 19 – At the invitation of the ruling party of Namibia, a CPC goodwill delegation headed by "
        "Zhou Wenbo, vice-minister of the International Department of the CPC Central Committee, visited Namibia "
        "from August 16 to 19."
    )
    url = "https://www.idcpc.gov.cn/english2023/HistoricalData/AnnualReports/2014/202307/t20230728_161000.html"
    (mention,) = read(text, "en", url=url).mentions
    assert (mention.date_start, mention.date_end) == (date(2014, 8, 16), date(2014, 8, 19))
    assert mention.countries == ("NAM",)


def test_ambassadors_of_both_sides_in_one_sentence(read: Any) -> None:
    """§15 case 32: the one in Bissau is Chinese, the one in Beijing foreign, and Guinea is another country."""
    text = (
        MET + "Li Wen, Chinese Ambassador to Guinea-Bissau, and Domingos Cá, Bissau-Guinean Ambassador to China, "
        "were present."
    )
    (mention,) = read(text, "en", day="20250306").mentions
    assert [person.name for person in mention.chinese_people] == ["Gao Yifan", "Li Wen"]
    assert ("Domingos Cá", "GNB") in [(person.name, person.country) for person in mention.foreign_people]
    assert "GIN" not in mention.countries


def _check(extraction: Any, expected: dict[str, Any] | None) -> None:
    if expected is None:
        assert extraction.mentions == ()
        return
    assert extraction.mentions
    mention = extraction.mentions[-1]
    found = {
        "type": mention.type,
        "countries": mention.countries,
        "foreign": [person.name for person in mention.foreign_people],
        "chinese": [person.name for person in mention.chinese_people],
        "organisations": [body.name for body in mention.organisations],
        "place": mention.place,
        "mode": mention.mode,
        "realis": mention.realis.value,
        "participants": mention.participants,
        "days": (mention.date_start, mention.date_end),
        "count": len(extraction.mentions),
    }
    assert {key: found[key] for key in expected} == expected

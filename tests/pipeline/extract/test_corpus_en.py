"""The examples that corpus/english.md §15 invents, those within reach of the first cut."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipeline.extract.page import page
from pipeline.gazetteer import Kind
from pipeline.words import Document

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


HEAD = "Gao Yifan, head of the International Department of the Communist Party of China (CPC) Central Committee"
FRIDAY = date(2024, 3, 15)

# how the press and the hosts write it: name of the rule's case, text of a page of that Friday, the last mention
PRESS: list[tuple[str, str, dict[str, Any] | None]] = [
    (
        "a department by description, a place alone as dateline",
        (
            "PRAIA: Chief of the CPC's foreign relations department Gao Yifan met Ana Tavares, Prime Minister of Cape "
            "Verde, on Monday."
        ),
        {"chinese": ["Gao Yifan"], "foreign": ["Ana Tavares"], "place": "Praia", "days": (date(2024, 3, 11),) * 2},
    ),
    (
        "`its` department is that of the party named last",
        (
            "A team of the Chinese Communist Party led by chief of its international department Gao Yifan met "
            "Ram Thapa, "
            "aide of the Prime Minister of Nepal, on Monday."
        ),
        {"chinese": ["Gao Yifan"], "foreign": ["Ram Thapa"], "countries": ("NPL",)},
    ),
    (
        "another party's International Department, by what follows",
        (
            "Kim Chol, head of the International Department of the Workers' Party of Korea, met Sato Ken of the "
            "Communist "
            "Party of Japan on Monday."
        ),
        None,
    ),
    (
        "another party's International Department, by its owner",
        (
            "Hana Mori, director of the Green Party's International Department, met officials of the Communist "
            "Party of "
            "China on Monday."
        ),
        None,
    ),
    (
        "a delegation of the department that its leader's post does not name",
        (
            "WINDHOEK A three-member delegation of the International Department of the Communist Party of China "
            "(IDCPC), "
            "led by Mou Lan, Division Director in the Bureau of African Affairs, on Tuesday began a three-day "
            "workshop for "
            "members of Swapo. Swapo Secretary for Information Hilda Naka officiated."
        ),
        {
            "type": "TRAIN.COURSE",
            "chinese": ["Mou Lan"],
            "foreign": ["Hilda Naka"],
            "days": (date(2024, 3, 12), date(2024, 3, 14)),
            "place": "Windhoek",
        },
    ),
    (
        "the delegation met: a coreference, and a list is of the trip",
        (
            f"LUSAKA, March 12 (Xinhua) -- {HEAD}, led a delegation on a visit to Zambia from Saturday to Tuesday.\n"
            "During the visit, the delegation met respectively with Moses Phiri, secretary general of the "
            "United Party for "
            "National Development, and Grace Zulu, clerk of the National Assembly."
        ),
        {"type": "VISIT.OUT", "count": 1, "foreign": ["Moses Phiri", "Grace Zulu"]},
    ),
    (
        "a visit told in pieces, a name turned about",
        (
            "A team of the Communist Party of China (CPC) led by deputy minister Fan Gao of the party's international "
            "department is in Kenya until Friday. The team arrived on Tuesday."
        ),
        {"type": "VISIT.OUT", "days": (date(2024, 3, 12), date(2024, 3, 15)), "chinese": ["Fan Gao"], "count": 1},
    ),
    (
        "an embassy is no destination",
        (
            f"{HEAD}, visited the Embassy of Cuba to China on Monday to express condolences. Gao signed the condolence "
            "book."
        ),
        {"type": "MSG.CONDOL", "count": 1, "countries": ("CUB",)},
    ),
    (
        "met separately with another one",
        (
            f"BEIJING, March 12 (Xinhua) -- {HEAD}, met in Kunming with Green Party Deputy Leader Nimal Silva of Sri "
            "Lanka, and separately with Blue Party Deputy Leader Anong Chai of Thailand on the same day."
        ),
        {"count": 2, "foreign": ["Anong Chai"], "countries": ("THA",), "place": "Kunming"},
    ),
    (
        "talks between two delegations, both sides in one list",
        (
            "Pyongyang, March 13 (KCNA) -- Talks between the delegation of the Workers' Party of Korea (WPK) and the "
            "delegation of the Communist Party of China (CPC) were held on March 12.\nPresent at the talks from "
            "the WPK "
            "side were Kim Chol, vice department director of the Central Committee of the WPK, and from the CPC "
            "side Gao "
            "Yifan, assistant to the head of the International Liaison Department of the Central Committee of the CPC."
        ),
        {
            "type": "MEET.BILAT",
            "chinese": ["Gao Yifan"],
            "foreign": ["Kim Chol"],
            "days": (date(2024, 3, 12),) * 2,
            "count": 1,
        },
    ),
    (
        "a paper of two parties that somebody of the department signed",
        (
            "The Swapo Party and the Communist Party of China (CPC) on Tuesday inked an inter-party cooperation "
            "protocol. "
            "It was signed by Swapo deputy secretary general Laina Meku and Vice Minister Yezhou of the CPC's "
            "international department."
        ),
        {"type": "DOC.MOU", "chinese": ["Yezhou"], "foreign": ["Laina Meku"], "countries": ("NAM",)},
    ),
    (
        "the same without anybody of the department",
        (
            "The Swapo Party and the Communist Party of China (CPC) on Tuesday inked an inter-party cooperation "
            "protocol. "
            "It was signed by Swapo deputy secretary general Laina Meku."
        ),
        None,
    ),
    (
        "a conference of others that the head presided over, its days, its paper",
        (
            "The Fifth International Conference of Asian Political Parties, hosted by the CPC, closed in "
            "Beijing on Sunday "
            "with the adoption of the Beijing Declaration 2024. More than 350 delegates attended the three-day "
            "meeting. "
            f"{HEAD}, presided over the closing session."
        ),
        {"type": "DOC.JOINT", "count": 2, "days": (date(2024, 3, 10),) * 2},
    ),
    (
        "a press conference and what it announces",
        (
            "The forum is scheduled for March 25 to 26 in Wuxi, Hu Lan, spokesperson of the International "
            "Department of "
            "the CPC Central Committee, told a press briefing in Beijing on Thursday."
        ),
        {
            "type": "STMT.SPOKES",
            "realis": "actual",
            "days": (date(2024, 3, 14),) * 2,
            "place": "Beijing",
            "count": 2,
            "chinese": ["Hu Lan"],
        },
    ),
    (
        "goods handed over on behalf of the department",
        (
            "On March 12, WANG Kefei, counsellor of the Chinese Embassy, on behalf of the International "
            "Department of the "
            "CPC Central Committee, presented a set of books and 20 computers to the New Zealand Labour Party "
            "library in "
            "Wellington. Mere Smith, General Secretary of the Labour Party, expressed her thanks."
        ),
        {"type": "AID.EQUIP", "countries": ("NZL",), "chinese": ["Wang Kefei"], "foreign": ["Mere Smith"]},
    ),
    (
        "a campaign of messages",
        (
            "More than 80 political parties of Africa have sent messages of congratulation to the CPC's International "
            "Department on the Chinese New Year, a spokesperson said on Tuesday."
        ),
        {"type": "MSG.CAMPAIGN", "count": 1},
    ),
    (
        "a school whose foundation others laid, with the head there",
        (
            "DAR ES SALAAM, March 11 (Xinhua) -- Party leaders from three African countries laid the foundation "
            "stone for a "
            "leadership school in Tanzania on Monday.\nThe three parties are the African National Congress of South "
            "Africa, the SWAPO Party of Namibia and Chama Cha Mapinduzi of Tanzania.\nThe groundbreaking ceremony was "
            f"attended by high level officials including {HEAD} and Tanzanian President John Moses."
        ),
        {"type": "TRAIN.SCHOOL", "countries": ("TZA", "ZAF", "NAM"), "foreign": ["John Moses"], "count": 1},
    ),
    (
        "an office before, a comma, the name: `The first secretary of …, X, received`",
        (
            "HAVANA, March 13 (PL) The first secretary of the Central Committee of the Communist Party of Cuba, Mario "
            "Diaz, received on Wednesday Gao Yifan, minister of the International Department of the CPC."
        ),
        {"foreign": ["Mario Diaz"], "countries": ("CUB",), "mode": "inperson_abroad"},
    ),
    (
        "a call upon others to do something is no visit to them",
        f"{HEAD}, called on parties of Zambia and Kenya to strengthen solidarity on Monday.",
        None,
    ),
    (
        "a photo's line of numbers before the dateline",
        (
            f"(240314) -- WASHINGTON, D.C., March 14, 2024 (Xinhua) -- {HEAD}, meets with U.S. Secretary of "
            f"Commerce Gina "
            "Moore in Washington, D.C., the United States, March 12, 2024."
        ),
        {"foreign": ["Gina Moore"], "days": (date(2024, 3, 12),) * 2, "countries": ("USA",)},
    ),
    (
        "an abbreviation of the page, and a country that only the place tells",
        (
            f"LUSAKA, March 12 (Xinhua) -- {HEAD}, met in Lusaka on Tuesday with Grace Zulu, chair of the River Reform "
            "Union (RRU). Gao also met with Moses Phiri, treasurer of the RRU."
        ),
        {"organisations": ["River Reform Union (RRU)"], "foreign": ["Moses Phiri"], "count": 2},
    ),
    (
        "people with a name alone are those of the gazetteer; houses of parliament are no people",
        (
            f"BEIJING, March 12 (Xinhua) -- {HEAD}, met on Tuesday with Kari Berg, former speaker of the House of "
            "Representatives of Belgium and member of the Chamber of Deputies."
        ),
        {"foreign": ["Kari Berg"], "countries": ("BEL",)},
    ),
]


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in PRESS], ids=[case[0] for case in PRESS])
def test_how_the_press_writes(read: Any, text: str, expected: dict[str, Any] | None) -> None:
    _check(read(text, "en", url=NEWS, published=FRIDAY), expected)


def test_a_weekly_digest_tells_in_its_dated_items_alone(read: Any) -> None:
    """sites/watchdogs.md §17: a summary first, headings between, the days in figures."""
    text = (
        "Weekly Report 5|32 3.8.24-3.14.24\nHighlights\nGao Yifan met with CCP friends from Kenya and Spain by video.\n"
        "International Department\nGao Yifan Holds Video Talks\n"
        "3.9 International Department head Gao Yifan held a video call with Jubilee Party of Kenya Deputy Leader Naomi "
        "Karua.\nLin Yue Visits Myanmar and Laos\n"
        "People's Daily 3.11-14: ID Vice Minister Lin Yue visited Myanmar and Laos. In Vientiane she met Lao People's "
        "Revolutionary Party official Kham Sisa on 13 March.\n"
        "3.14 Vice Minister Lin Yue will visit Lebanon from 3.20 to 3.24, the department announced.\n"
        "Organization Department\n3.12 Organization Department head Chen Rui met with a Vietnamese delegation."
    )
    found = read(text, "en", url=NEWS, published=date(2024, 3, 18)).mentions
    assert [(one.type, one.date_start, one.date_end, one.realis.value, one.countries) for one in found] == [
        ("MEET.REMOTE", date(2024, 3, 9), date(2024, 3, 9), "actual", ("KEN",)),
        ("VISIT.OUT", date(2024, 3, 11), date(2024, 3, 14), "actual", ("MMR", "LAO")),
        ("MEET.BILAT", date(2024, 3, 13), date(2024, 3, 13), "actual", ("LAO",)),
        ("VISIT.OUT", date(2024, 3, 20), date(2024, 3, 24), "planned", ("LBN",)),
    ]


@pytest.mark.parametrize(
    ("told", "days"),
    [
        ("the leaders of the two countries met in August 2023", [date(2023, 9, 3), date(2023, 9, 1)]),
        ("the 20th CPC National Congress was held in October last year", [date(2023, 9, 3), date(2023, 9, 1)]),
        ("the two peoples are friends", [None, None]),
    ],
)
def test_the_year_of_a_result_list_is_in_its_text(read: Any, told: str, days: list[date | None]) -> None:
    """Corpus §2.2: an item of a result list has no address date."""
    text = (
        f"Beijing, September 3rd--{GAO}, met here today with Oskar Lind, Speaker of the Parliament of Iceland.\n"
        f"Gao said {told}...\n"
        f"Beijing, September 1st--{GAO}, met here today with Kari Berg, Leader of the Labour Party of Norway."
    )
    url = "https://www.idcpc.gov.cn/was5/web/search?page=5&channelid=237734"
    assert [mention.date_start for mention in read(text, "en", url=url).mentions] == days


def test_a_result_list_goes_back_over_new_year(read: Any) -> None:
    text = (
        f"Beijing, January 9th--{GAO}, met here today with Oskar Lind, Speaker of the Parliament of Iceland.\n"
        "Gao said the 20th CPC National Congress was held in October last year...\n"
        f"Beijing, December 30th--{GAO}, met here today with Kari Berg, Leader of the Labour Party of Norway."
    )
    url = "https://www.idcpc.gov.cn/was5/web/search?page=5&channelid=237734"
    found = [mention.date_start for mention in read(text, "en", url=url).mentions]
    assert found == [date(2023, 1, 9), date(2022, 12, 30)]


def test_here_today_is_dated_by_the_words_of_the_dateline(read: Any) -> None:
    (mention,) = read(MET, "en", day="20250306").mentions
    spans = [MET[item.start : item.end] for item in mention.evidence if item.field == "date" and item.start is not None]
    assert spans == ["March 3"]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Dott. Lorenzo Batti, Deputy Leader of the Labour Party of Norway", "Lorenzo Batti"),
        ("its Secretary-General Arturo Barrios Soto", "Arturo Barrios Soto"),
        ("Dato' Sri Azhar Kamar, Vice President of the Labour Party of Norway", "Azhar Kamar"),
        ("former federal minister Sher Khan Marwat", "Sher Khan Marwat"),
        ("Norwegian Minister of Small Business Philippe Gaut-Lam", "Philippe Gaut-Lam"),
        ("Singapore's Foreign Minister Vivian Tan", "Vivian Tan"),
        ("Germán Espinosa, Vice President of the National Assembly of Ecuador", "Germán Espinosa"),
        ("Mr. Bhim Nepal, deputy general secretary of the party", "Bhim Nepal"),
        ("Secretary for Europe Inmaculada Ferrer", "Inmaculada Ferrer"),
        ("central member Rukmini Gautam-Lama", "Rukmini Gautam-Lama"),
        ("Yacine Bou al-Haddad, member of the Political Bureau of the FLN", "Yacine Bou al-Haddad"),
        ("Ivanov Sergei Petrovich, Deputy Chairman of the State Duma", "Ivanov Sergei Petrovich"),
    ],
)
def test_names_with_what_stands_before_them(read: Any, words: str, name: str) -> None:
    text = f"Beijing, March 3rd--{GAO}, met here today with {words}."
    (mention,) = read(text, "en", day="20250306").mentions
    assert [person.name for person in mention.foreign_people] == [name]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("head of foreign relations department of the Communist Party of China", [("foreign relations "
         "department of the "
         "Communist Party of China")]),
        ("A Chinese Communist Party team led by the chief of its foreign wing", ["foreign wing"]),
        ("4.19 ID head Gao Yifan led a CCP delegation", ["ID"]),
        ("the ID-CPC and the CCP/ID", ["ID-CPC", "CCP/ID"]),
        ("CPC guests met the International Department of the Workers' Party of Korea", []),
        ("CPC guests met the LDP's International Department", []),
        ("The International Department of the CPSU Central Committee and the Communist Party of China", []),
        ("CPC guests; the Left Party of Sweden and its foreign department", []),
    ],
)  # fmt: skip
def test_where_the_department_is_named(text: str, names: list[str]) -> None:
    """Corpus §6, §16.1: by description, by `its`; an International Department of another party is none."""
    found = page(Document(text, NEWS, "en"))
    assert [found.text.text[hit.start : hit.end] for hit in found.hits if hit.kind is Kind.DEPARTMENT] == names


# what only a rule of its own reads: text, address day, the last mention
APART: list[tuple[str, str, dict[str, Any]]] = [
    (
        "a place alone is the dateline",
        f"MASERU -- Thabo Moloi, Prime Minister of Lesotho, received here on Monday {HEAD}.",
        {"place": "Maseru", "mode": "inperson_abroad"},
    ),
    (
        "a place alone behind the reporter's name",
        (
            f"By Thabo Moloi MASERU A workshop for cadres of the Congress Party of Lesotho opened here on "
            f"Monday. {HEAD}, "
            "attended the workshop."
        ),
        {"place": "Maseru"},
    ),
    (
        "T2: met, and attended with him",
        (
            f"Beijing, March 12th--{GAO}, held a video meeting here today with Deniz Kara, Vice Chair of the "
            f"Felicity Party "
            "of Türkiye, and attended together with him the opening ceremony of the online training class for "
            "cadres of "
            "the party."
        ),
        {"type": "TRAIN.ONLINE", "count": 2, "foreign": ["Deniz Kara"], "countries": ("TUR",)},
    ),
    (
        "inviters up to the comma before our delegation",
        (
            "At the invitation of the Vargas Foundation of Brazil, the Center for Strategic Studies of Uruguay and the "
            f"Institute for International Affairs of Argentina, {GAO}, visited Brazil, Uruguay and Argentina "
            f"from March "
            "3rd to 11th."
        ),
        {
            "organisations": [
                "Vargas Foundation of Brazil",
                "Center for Strategic Studies of Uruguay",
                "Institute for International Affairs of Argentina",
            ]
        },
    ),
    (
        "two legs, each with its days",
        f"{GAO}, visited Kenya from March 3rd to 5th and Uganda from March 6th to 8th.",
        {"countries": ("KEN", "UGA"), "days": (date(2024, 3, 3), date(2024, 3, 8))},
    ),
    (
        "arrived to visit",
        f"PYONGYANG, March 11 (KCNA) -- A delegation headed by {HEAD}, arrived here on Monday to visit the DPRK.",
        {"type": "VISIT.OUT", "countries": ("PRK",)},
    ),
    (
        "from the arrival to the last day in one sentence",
        (f"A CPC delegation headed by {HEAD}, arrived in Zambia on Sunday and would conclude its visit on Wednesday."),
        {"type": "VISIT.OUT", "days": (date(2024, 3, 10), date(2024, 3, 13)), "count": 1},
    ),
    (
        "a range around the closing day",
        (
            f"The closing ceremony of the webinar for cadres of the Sandinista National Liberation Front was held "
            f"on March "
            f"12th. {GAO}, made concluding remarks. From March 5th to 12th, experts gave six lectures online."
        ),
        {"type": "TRAIN.ONLINE", "days": (date(2024, 3, 5), date(2024, 3, 12))},
    ),
    (
        "an organ of a party is an office, no body that came",
        (
            f"{GAO}, met here today with Hoshi Ken, Deputy Leader of Komeito and Chairperson of its International "
            "Commission."
        ),
        {"organisations": ["Komeito"]},
    ),
    (
        "a rank before a name on a page that names the department",
        (
            "The CPC's International Department was busy. Vice Minister Guo Yezhou met with Kari Berg, Leader of the "
            "Labour Party of Norway, in Oslo on Monday."
        ),
        {"chinese": ["Guo Yezhou"], "foreign": ["Kari Berg"]},
    ),
    (
        "a month is all that is told",
        "In February 2024, vice-minister of the CPC's International Department Gao Yifan visited Vilnius.",
        {"type": "VISIT.OUT", "countries": ("LTU",), "days": (date(2024, 2, 1), date(2024, 2, 29))},
    ),
]


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in APART], ids=[case[0] for case in APART])
def test_what_a_rule_of_its_own_reads(read: Any, text: str, expected: dict[str, Any]) -> None:
    _check(read(text, "en", url=NEWS, published=FRIDAY), expected)


def test_countries_of_the_guests_beside_the_hosts(read: Any) -> None:
    text = (
        "On March 12th, political parties of several countries held a video conference. Guests included members of "
        "parties of over ten countries including Kazakhstan, Serbia and Egypt. "
        f"Asel Bek, Deputy Chairwoman of the Amanat Party, presided over the conference. {GAO}, attended the "
        f"conference."
    )
    (mention,) = read(text, "en", day="20240315").mentions
    assert set(mention.countries) == {"KAZ", "SRB", "EGY"}


def test_t18_a_congress_and_a_trip_in_one_english_sentence(read: Any) -> None:
    text = (
        f"From March 3rd to 11th, {GAO}, attended the 5th National Congress of the Patriotic Front of Zambia held in "
        "Lusaka from March 3rd to 5th and visited Malawi afterwards."
    )
    congress, trip = read(text, "en", url=NEWS, published=FRIDAY).mentions
    assert (congress.type, congress.date_end, congress.place) == ("CONF.EXT", date(2024, 3, 5), "Lusaka")
    assert (trip.type, trip.date_end, set(trip.countries)) == ("VISIT.OUT", date(2024, 3, 11), {"MWI", "ZMB"})


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

"""The examples that corpus/chinese.md §11 invents, those within reach of the first cut."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

OTHER = "https://news.example.org/a/1.html"
INTRODUCED = "3月13日,中共中央对外联络部部长林岳在北京会见冰岛议长奥尔曼松。\n"

# number in the corpus, text, what the last mention must say (None: no mention)
CASES: list[tuple[str, str, dict[str, Any] | None]] = [
    (
        "1",
        "3月14日,中共中央对外联络部部长林岳在北京会见东帝汶大会党副主席、政府旅游部长科斯塔。",
        {"type": "MEET.BILAT", "countries": ("TLS",), "foreign": ["科斯塔"], "mode": "inperson_beijing"},
    ),
    (
        "2",
        "当地时间3月2日,中共中央对外联络部部长林岳在维也纳会见奥地利人民党总书记格鲁伯、议会党团副主席施泰纳。",
        {"countries": ("AUT",), "foreign": ["格鲁伯", "施泰纳"], "place_zh": "维也纳", "mode": "inperson_abroad"},
    ),
    (
        "3",
        "3月9日上午,中共中央对外联络部副部长周蕴在京会见由加纳全国民主大会党总书记门萨率领的该党干部考察团。",
        {"countries": ("GHA",), "foreign": ["门萨"], "chinese": ["周蕴"], "place_zh": "北京"},
    ),
    (
        "4",
        "3月11日,佛得角独立党主席、政府总理塔瓦雷斯在普拉亚会见中共中央对外联络部部长林岳。",
        {"countries": ("CPV",), "foreign": ["塔瓦雷斯"], "chinese": ["林岳"], "mode": "inperson_abroad"},
    ),
    (
        "5",
        "3月3日下午,中共中央对外联络部副部长何松在京会见多哥新任驻华大使阿梅瓦。",
        {"type": "MEET.DIPLO", "countries": ("TGO",), "foreign": ["阿梅瓦"], "organisations": []},
    ),
    (
        "6",
        "3月1日至4日,应博茨瓦纳民主党邀请,中共中央对外联络部副部长周蕴率中共友好代表团访问博茨瓦纳。",
        {"type": "VISIT.OUT", "countries": ("BWA",), "days": (date(2025, 3, 1), date(2025, 3, 4)), "series": True},
    ),
    ("7", "访问期间,周蕴分别会见总统凯莱、民主党总书记莫西,并同反对党领导人座谈。", {"type": "MEET.BILAT", "count": 2}),
    (
        "8",
        INTRODUCED + "会见前,林岳还会见了当地企业家协会会长王大伟。",
        {"type": "MEET.BILAT", "foreign": ["王大伟"], "count": 2},
    ),
    (
        "9",
        "3月6—13日,应中共中央对外联络部邀请,萨摩亚信德党总书记利奥率该党干部考察团访华。周蕴会见。",
        {
            # the reception is an event of its own (codebook §16, T6)
            "type": "MEET.BILAT",
            "countries": ("WSM",),
            "days": (date(2025, 3, 6), date(2025, 3, 13)),
            "foreign": ["利奥"],
            "chinese": ["周蕴"],
            "count": 2,
        },
    ),
    (
        "12",
        "3月11日,中共中央对外联络部部长助理何松出席洪都拉斯自由与重建党干部网络研修班开班式并致辞。",
        {"type": "TRAIN.ONLINE", "countries": ("HND",), "mode": "video"},
    ),
    (
        "13",
        "3月4日,林岳应约同塞浦路斯劳进党总书记视频通话。",
        {"type": "MEET.REMOTE", "countries": ("CYP",), "foreign": [], "mode": "video"},
    ),
    (
        "14",
        "林岳同马其顿社民盟国际书记亚内夫通电话。",
        {"type": "MEET.REMOTE", "countries": ("MKD",), "foreign": ["亚内夫"], "mode": "phone"},
    ),
    ("15", INTRODUCED + "双方通过视频连线举行会谈。", {"mode": "video", "count": 1}),
    (
        "16",
        (
            "由中共中央对外联络部和中共云南省委共同主办的第三届某论坛在大理举行,主题为“绿色发展与政党责任”。"
            "来自29个国家的70余个政党的180名代表参加。"
        ),
        {"type": "CONF.THEME", "participants": 180, "place_zh": "大理", "mode": "inperson_china_other"},
    ),
    ("18", "林岳向与会使节通报中共二十届某中全会主要精神。", {"type": "BRIEF.CONGRESS", "chinese": ["林岳"]}),
    (
        "19",
        "12日,宣介团在内罗毕举行专题宣介会,近百名朝野政党代表出席。",
        {"type": "BRIEF.CONGRESS", "countries": ("KEN",), "participants": 100},
    ),
    ("20", "14日,林岳赴某国驻华使馆吊唁该国前总统逝世,并在吊唁簿上留言。", {"type": "MSG.CONDOL", "chinese": ["林岳"]}),
    ("21", "林岳应邀出席某国驻华使馆国庆招待会并致辞。", {"type": "CULT.RECEPTION"}),
    (
        "22",
        "中共中央向尼加拉瓜桑地诺民族解放阵线致贺信,祝贺其成立五十周年。",
        {"type": "MSG.CONGRAT", "countries": ("NIC",), "mode": "written", "chinese": []},
    ),
    ("23", INTRODUCED + "林岳宣读贺信并致辞。", {"type": "MEET.BILAT", "count": 1}),
    ("24", "双方签署两党2027至2030年交流合作谅解备忘录。", {"type": "DOC.MOU", "days": (date(2025, 3, 15),) * 2}),
    (
        "25",
        "12日,两党共建的干部学院在卢萨卡揭牌启用,林岳致贺信。",
        {"type": "TRAIN.SCHOOL", "place_zh": "卢萨卡"},
    ),
    ("26", "林岳表示,明年是两国建交50周年,去年11月两国元首成功会晤。", None),
    (
        "27",
        INTRODUCED + "中联部副部长周蕴、驻圭亚那大使何某参加会见。",
        {"chinese": ["林岳", "周蕴", "何某"], "count": 1},
    ),
    (
        "29",
        "云南省委书记王宁率中国共产党代表团于3月1日至8日访问了秘鲁和玻利维亚,中联部有关负责同志陪同。",
        {"type": "VISIT.OUT", "countries": ("PER", "BOL"), "chinese": ["王宁"]},
    ),
    ("35", "林岳将于下月访问牙买加。", {"type": "VISIT.OUT", "realis": "planned", "days": (None, None)}),
    (
        "40",
        "中巴两党第五届理论研讨会4日在巴西利亚举行。",
        {"type": "MEET.MECH", "countries": ("BRA",), "days": (date(2025, 3, 4),) * 2},
    ),
    ("42", "3月1日,法国共产党全国书记鲁塞尔同林岳举行会谈。", {"foreign": ["鲁塞尔"], "countries": ("FRA",)}),
    ("42b", "林岳同鲁塞尔会谈", {"foreign": ["鲁塞尔"]}),
]

ELSEWHERE: list[tuple[str, str, dict[str, Any] | None]] = [
    (
        "30",
        "据该国外交部网站消息,总统在官邸接见了到访的中联部六局局长赵某一行。",
        {"type": "MEET.BILAT", "chinese": ["赵某"]},
    ),
    (
        "34",
        "中聯(lián)部部長(zhǎng)林嶽率團(tuán)訪問辛巴威",
        {"type": "VISIT.OUT", "countries": ("ZWE",), "chinese": ["林岳"]},
    ),
    ("36", "林岳曾任中联部四局局长,2019年起任驻某国大使。", None),
    ("37", "香港中联办主任某某会见某省政协副主席一行。", None),
    ("38", "民革中央联络部部长某某率调研组赴闽。", None),
    ("39", "商务部主办、某干部学院承办的某国议员研修班开班。", None),
]


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_departments_own_page(read: Any, text: str, expected: dict[str, Any] | None) -> None:
    _check(read(text, "zh"), expected)


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in ELSEWHERE], ids=[case[0] for case in ELSEWHERE])
def test_a_page_elsewhere(read: Any, text: str, expected: dict[str, Any] | None) -> None:
    _check(read(text, "zh", url=OTHER, published=date(2025, 3, 15)), expected)


def test_chronicle_over_new_year(read: Any) -> None:
    """§11 cases 10 and 11: the issue of January tells November and December of the year before."""
    text = (
        "■ 11月28日至12月5日,应中国共产党邀请,乌拉圭广泛阵线副主席佩雷斯率代表团访华。\n"
        "■ 12月29日至1月3日,应中国共产党邀请,智利社会党副主席罗哈斯率代表团访华。"
    )
    first, second = read(text, "zh", url="http://journal.example.org/2022/0120/1.shtml").mentions
    assert (first.date_start, first.date_end) == (date(2021, 11, 28), date(2021, 12, 5))
    assert (second.date_start, second.date_end) == (date(2021, 12, 29), date(2022, 1, 3))


def test_an_official_of_a_foreign_department_of_the_same_name(read: Any) -> None:
    """§11 case 33 and T-Laos: the party of Laos has a department of the same name."""
    text = "刘建超同老挝人革党中联部部长通沙万举行会谈"
    (mention,) = read("", "zh", title=text).mentions
    assert [person.name for person in mention.foreign_people] == ["通沙万"]
    assert [person.name_zh for person in mention.chinese_people] == ["刘建超"]
    assert mention.countries == ("LAO",)


def test_two_parties_in_one_elliptical_phrase_stay_one_country(read: Any) -> None:
    """§11 case 41."""
    (mention,) = read("3月4日,中联部副部长周蕴会见美国共和、民主两党议员助手代表团。", "zh").mentions
    assert mention.countries == ("USA",)


def _check(extraction: Any, expected: dict[str, Any] | None) -> None:
    if expected is None:
        assert extraction.mentions == ()
        return
    assert len(extraction.mentions) == expected.get("count", len(extraction.mentions)) > 0
    mention = extraction.mentions[-1]
    found = {
        "type": mention.type,
        "countries": mention.countries,
        "foreign": [person.name for person in mention.foreign_people],
        "chinese": [person.name_zh for person in mention.chinese_people],
        "organisations": [body.name for body in mention.organisations],
        "place_zh": mention.place_zh,
        "mode": mention.mode,
        "realis": mention.realis.value,
        "participants": mention.participants,
        "days": (mention.date_start, mention.date_end),
        "series": mention.is_series,
        "count": len(extraction.mentions),
    }
    assert {key: found[key] for key in expected} == expected


def test_attendees_of_both_sides(read: Any) -> None:
    """Frame 9: who takes part in a meeting is named in a sentence of its own, the foreign ambassador too."""
    text = INTRODUCED + "中联部副部长马辉、冰岛驻华大使约恩松参加会见。"
    (mention,) = read(text, "zh").mentions
    assert [(person.name_zh, person.role) for person in mention.chinese_people][-1] == ("马辉", "attendee")
    assert [(person.name, person.country) for person in mention.foreign_people] == [
        ("奥尔曼松", "ISL"),
        ("约恩松", "ISL"),
    ]

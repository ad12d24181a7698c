"""The rank that a title tells: of one who holds the office itself, of a whole country, of a party, of a parliament."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from digests.entries import load_events
from digests.ranks import best_rank, rank_of
from digests.salience import event_reasons
from pipeline.store.database import Database
from pipeline.store.models import EventRow


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


HEADS = [  # of a state or a government: rank 1
    "President of South Africa",
    "President of the Republic",
    "President of the Republic of Kenya",
    "President, Republic of Kenya",
    "South Africa's President",
    "South African President",
    "President Cyril Ramaphosa of South Africa",
    "Acting President of South Africa",
    "Interim President of Burkina Faso",
    "State President of the Socialist Republic of Vietnam",
    "President of Trinidad and Tobago",
    "President of the Swiss Confederation",
    "President of the Council of Ministers of Peru",
    "Chairman of the Council of Ministers of Bosnia and Herzegovina",
    "General Secretary of the Central Committee and President of Laos",
    "Chairman of the CPN-UML and Prime Minister",
    "Prime Minister",
    "Prime Minister of the Democratic Socialist Republic of Sri Lanka",
    "Prime Minister of the Mongolian People's Revolutionary Party",
    "caretaker Prime Minister",
    "Prime Minister and Minister of Foreign Affairs",
    "Federal Chancellor of Austria",
    "Premier of Samoa",
    "Chief Adviser of Bangladesh",
    "King",
    "King of Tonga",
    "Supreme Leader of Iran",
    "总统",
    "南非总统",
    "代总统",
    "国家主席",
    "越共中央总书记、国家主席",
    "老挝人民革命党中央总书记、国家主席",
    "非国大主席、总统",
    "新加坡人民行动党秘书长、政府总理",
    "巴总理、民主工党领袖",
    "柬埔寨首相",
    "看守政府总理",
    "过渡总统",
    "瑞典国王",
    "古巴部长会议主席",
    "朝鲜国务委员会委员长",
]
LEADERS = [  # of a party or a parliament, or of nobody knows what: rank 2
    "President",
    "President of the African National Congress",
    "President of the ruling party of Kenya",
    "Secretary-General",
    "Chairman of the Social Democratic Party of Germany (SPD)",
    "Chair of the Central Committee of the Communist Party of the Russian Federation",
    "Leader of the Nobody Knows It Party",
    "ANC Secretary-General",
    "General Secretary",
    "Left Party chair",
    "Secretary General of the Party of Progress and Socialism",
    "President of the National Council of the Justicialist Party",
    "Chairman and former Prime Minister of the Bulgarian Socialist Party (BSP)",
    "Speaker of the National Assembly",
    "Speaker of the Grand National Assembly of Türkiye",
    "Speaker of the Verkhovna Rada of Ukraine",
    "President of the Senate of Romania",
    "President of Parliament",
    "Chairman of the Pakistani Senate",
    "National Assembly President",
    "党主席",
    "总书记",
    "肯尼亚橙色民主运动总书记",
    "巴西共主席",
    "前进党主席",
    "社会党主席、前总理",
    "议长",
    "塞尔维亚国民议会议长",
    "罗马尼亚参议院主席",
]
OTHERS = {
    # of another body
    "President of the Kenya-China Friendship Association": None,
    "President of the Kenya Chamber of Commerce": None,
    "President of the Malaysia-China Chamber of Commerce": None,
    "President of the University of Nairobi": None,
    "President of the National Committee on U.S.-China Relations": None,
    "President of the Executive Committee of Kenya": None,
    "President of the Great Britain China Centre": None,
    "President, Kenya Red Cross": None,
    "Chairman of Kenya Commercial Bank": None,
    "President of the Supreme Court of Vietnam": None,
    "President of the Football League of Kenya": None,
    "President of the Asian Infrastructure Investment Bank": None,
    "Secretary-General of ASEAN": None,
    "Secretary-General of the United Nations": None,
    "Secretary-General of the Ministry of Foreign Affairs": None,
    "肯尼亚红十字会主席": None,
    "肯中友协主席": 5,
    "肯尼亚全国商会主席": 6,
    "非洲足球联合会主席": None,
    "亚洲协会联席主席": None,
    "东盟秘书长": None,
    "联合国秘书长": None,
    "澳大利亚外交贸易部秘书长": None,
    # of a part of a country, of a party or of a parliament
    "Premier of the Western Cape of South Africa": None,
    "Premier of Western Australia": None,
    "Premier": None,
    "Prime Minister of the Kurdistan Regional Government": None,
    "Chief Minister of Sindh": 3,
    "Governor of Lagos State": 3,
    "Speaker of the Gauteng Provincial Legislature": None,
    "Chairman of the Foreign Affairs Committee of the National Assembly": 4,
    "Chairman of the Committee on Trade of the House of Representatives": None,
    "President of the ANC Youth League": None,
    "Secretary-General of the youth wing of the People's Action Party": None,
    "Chairman of the Policy Forum of the People's Action Party (PAP)": None,
    "Provincial Chairman of the African National Congress": 4,
    "Gauteng Chairman of the African National Congress": None,
    "桑给巴尔总统": None,
    "安大略省总理": None,
    "老挝沙拉湾省委副书记、省人民议会主席": 4,
    "越南共产党中央政治局委员、中央理论委员会主席": 3,
    "越南共产主义青年团中央第一书记": None,
    "德国社会民主党国际政治委员会主席": None,
    # not in office
    "Prime Minister-designate": None,
    "President-elect of Kenya": None,
    "former Prime Minister": 6,
    "ex-President of Kenya": 6,
    "late President": None,
    "former President and Prime Minister of Sri Lanka": 6,
    "Former Chairman of the Conservative Party": None,
    "Honorary President": None,
    "候任总统": None,
    "当选总统": None,
    "前总统": 6,
    "印尼第五任总统": None,
    "保守党前主席": None,
    "名誉主席": None,
    "总统候选人": None,
    # beside one in office
    "Vice President": 3,
    "Deputy Prime Minister": 3,
    "Deputy President of the African National Congress (ANC) and Deputy President of South Africa": 3,
    "First Lady": 6,
    "Wife of the President": 6,
    "spokesman of the Prime Minister": 4,
    "Special Envoy of the President": 3,
    "President's special envoy": 3,
    "Chief of Staff to the Prime Minister": 3,
    "Permanent Secretary, Office of the Prime Minister": 3,
    "Director of the Office of the President": 5,
    "Prime Minister's Office": None,
    "副总统": 3,
    "副总理兼财政部长": 3,
    "执政党副主席": 3,
    "总统夫人": 6,
    "总统特使": 3,
    "朝鲜劳动党第一书记金正恩特使": 3,
    "总统顾问": 3,
    "总统特别助理": None,
    "总统府秘书长": None,
    # of any other kind
    "Minister of Foreign Affairs": 3,
    "Ambassador to China": 4,
    "Crown Prince": 4,
    "奉辛比克党亲王": None,
    "farmer": None,
}


@pytest.mark.parametrize("title", HEADS)
def test_heads_of_state_and_government(title: str) -> None:
    assert rank_of(title) == 1


@pytest.mark.parametrize("title", LEADERS)
def test_leaders_of_parties_and_parliaments(title: str) -> None:
    assert rank_of(title) == 2


@pytest.mark.parametrize(("title", "rank"), OTHERS.items())
def test_who_is_neither(title: str, rank: int | None) -> None:
    assert rank_of(title) == rank


@pytest.mark.parametrize(
    ("title", "kind", "rank"),
    [
        ("President", "party", 2), ("President", "executive", 2), ("Chairman", "legislature", 2),
        ("President", "university", None), ("主席", "business", None), ("Secretary-General", "igo", None),
        ("Secretary-General", "party_youth", None), ("Prime Minister", "ministry", 1),
        ("President of Kenya", "ngo", 1),
    ],
)  # fmt: skip
def test_a_title_alone_is_that_of_its_body(title: str, kind: str, rank: int | None) -> None:
    assert rank_of(title, kind) == rank


def test_the_best_rank() -> None:
    titles = [("Ambassador to China", None), ("Minister of Foreign Affairs", "ministry"), (None, "party")]
    assert best_rank(titles) == 3
    assert best_rank([]) is None


def test_an_edition_calls_no_friend_of_china_a_head_of_state(database: Database, fill: Any) -> None:
    def work(f: Any) -> None:
        f.body(None, "ken-uon", "University of Nairobi", country="KEN", kind="university")
        for name, title, body in (
            ("Jane Doe", "President of the Kenya-China Friendship Association", None),
            ("Mary Roe", "Wife of the President", None),
            ("Jack Poe", "President", "ken-uon"),
            ("William Ruto", "President of Kenya", None),
        ):
            f.person(f.event(date(2025, 7, 21), countries=("KEN",)), name, country="KEN", title=title, body=body)

    fill(work)
    with database.reading() as session:
        found = load_events(session, list(session.scalars(select(EventRow.id).order_by(EventRow.id))))
    assert [one.rank for one in found.values()] == [None, 6, None, 1]
    told = [reason.values["name"] for one in found.values() for _, reason in event_reasons(one)]
    assert told == ["William Ruto"]

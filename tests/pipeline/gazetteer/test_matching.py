"""Finding forms in texts, and choosing among what an ambiguous form may mean."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gazetteer import Gazetteer, Hit, Kind, load
from pipeline.gazetteer.fold import key

PIECES = [
    "刘建超", "會見", "南非非国大", "寮國", "工党", "印度洋", "Niger", "Nigeria", "Guinea-Bissau", "US", "us", "IDCPC",
    "Labour Party", "Côte d’Ivoire", " ", "\u00a0", "—", "’", "（", "İ", "ß", "\ud800", "😀", "、", "\n",
]  # fmt: skip


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load()


def found(gazetteer: Gazetteer, text: str, language: str, kind: Kind) -> list[tuple[str, tuple[str, ...]]]:
    return [(text[hit.start : hit.end], hit.ids) for hit in gazetteer.find(text, language) if hit.kind is kind]


def only(gazetteer: Gazetteer, text: str, language: str, kind: Kind) -> Hit:
    (hit,) = [hit for hit in gazetteer.find(text, language) if hit.kind is kind]
    return hit


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("a visit to Nigeria", [("Nigeria", ("NGA",))]),
        ("a visit to Niger", [("Niger", ("NER",))]),
        ("Ambassador to Guinea-Bissau", [("Guinea-Bissau", ("GNB",))]),
        ("Ambassador to Guinea", [("Guinea", ("GIN",))]),
        ("Papua New Guinea and Equatorial Guinea", [("Papua New Guinea", ("PNG",)), ("Equatorial Guinea", ("GNQ",))]),
        ("parties of Latin America", []),
        ("the US side told us", [("US", ("USA",))]),
        ("Côte d’Ivoire", [("Côte d’Ivoire", ("CIV",))]),
        ("Cote d'Ivoire", [("Cote d'Ivoire", ("CIV",))]),
        ("Sri\u00a0Lanka", [("Sri\u00a0Lanka", ("LKA",))]),
        ("Guinea‑Bissau", [("Guinea‑Bissau", ("GNB",))]),
        ("headed byKenya", [("Kenya", ("KEN",))]),
        ("South Sudan", [("South Sudan", ("SSD",))]),
        ("the Dominican Republic and Dominica", [("Dominican Republic", ("DOM",)), ("Dominica", ("DMA",))]),
    ],
)
def test_english_countries(gazetteer: Gazetteer, text: str, countries: list[tuple[str, tuple[str, ...]]]) -> None:
    assert found(gazetteer, text, "en", Kind.COUNTRY) == countries


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("几内亚比绍和几内亚", [("几内亚比绍", ("GNB",)), ("几内亚", ("GIN",))]),
        ("印度洋和印度", [("印度", ("IND",))]),
        ("內蒙古與蒙古", [("蒙古", ("MNG",))]),
        ("西南非洲人民组织", []),
        ("朝野政党", []),
        ("會見寮國外長", [("寮國", ("LAO",))]),
    ],
)
def test_chinese_countries(gazetteer: Gazetteer, text: str, countries: list[tuple[str, tuple[str, ...]]]) -> None:
    assert found(gazetteer, text, "zh", Kind.COUNTRY) == countries


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("南非非国大总书记", "zaf-anc"),
        ("新加坡人民行动党主席", "sgp-pap"),
        ("俄罗斯统一俄罗斯党最高委员会", "rus-ur"),
        ("老挝老挝人民革命党", "lao-lprp"),
        ("南苏丹苏丹人民解放运动主席", "ssd-splm"),
        ("英国工党前领袖", "gbr-labour"),
        ("柬埔寨人民党主席", "khm-cpp"),
        ("哈萨克斯坦“阿玛纳特”党", "kaz-amanat"),
        ("格鲁吉亚“格鲁吉亚梦想—民主格鲁吉亚”党代表团", "geo-gd"),
        ("巴基斯坦穆盟（谢）代表团", "pak-pmln"),
        ("尼泊爾共產黨(聯合馬列)", "npl-cpnuml"),
        ("共产党（意大利）", "ita-pc"),
        ("尼共（毛中心）第一副主席", "npl-cpnmc"),
        ("越共中央总书记", "vnm-cpv"),
        ("南非非国大妇女联盟主席", "zaf-anc-women"),
        ("巫统青年团团长", "mys-umno-youth"),
        ("津巴布韦非洲民族联盟行政书记", "zwe-zanupf"),
        ("委内瑞拉统社党青年团", "ven-psuv-youth"),
    ],
)
def test_chinese_parties_that_need_no_country(gazetteer: Gazetteer, text: str, party: str) -> None:
    hit = only(gazetteer, text, "zh", Kind.PARTY)
    assert hit.start == 0
    assert gazetteer.resolve(hit, []) == party


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("the Norwegian Labour Party", "nor-ap"),
        ("Labour Party of Malta", "mlt-pl"),
        ("Chama cha Mapinduzi", "tza-ccm"),
        ("the MPLA delegation", "ago-mpla"),
        ("PML(N)", "pak-pmln"),
        ("the CPN (Unified Marxist-Leninist)", "npl-cpnuml"),
        ("Sri Lanka Podujana Peramuna (SLPP)", "lka-slpp"),
    ],
)
def test_english_parties_that_need_no_country(gazetteer: Gazetteer, text: str, party: str) -> None:
    hits = [hit for hit in gazetteer.find(text, "en") if hit.kind is Kind.PARTY]
    assert gazetteer.resolve(hits[0], []) == party


@pytest.mark.parametrize(
    ("text", "language", "country", "party"),
    [
        ("工党领袖", "zh", "GBR", "gbr-labour"),
        ("工党领袖", "zh", "NZL", "nzl-labour"),
        ("人民党主席", "zh", "KHM", "khm-cpp"),
        ("人民党主席", "zh", "PAK", "pak-ppp"),
        ("the Labour Party", "en", "NOR", "nor-ap"),
        ("the NCP", "en", "SDN", "sdn-ncp"),
        ("the PCC", "en", "CUB", "cub-pcc"),
        ("繁荣党", "zh", "ETH", "eth-pp"),
        ("the Liberal Party", "en", "CAN", "can-lpc"),
        ("民族解放阵线", "zh", "AGO", "ago-fnla"),
        ("the Labour Party", "en", "LCA", "lca-slp"),
        ("统一工人党", "zh", "DMA", "dma-uwp"),
    ],
)
def test_generic_names_need_their_country(
    gazetteer: Gazetteer, text: str, language: str, country: str, party: str
) -> None:
    hit = only(gazetteer, text, language, Kind.PARTY)
    assert gazetteer.resolve(hit, [country]) == party
    assert gazetteer.resolve(hit, []) is None
    assert gazetteer.resolve(hit, ["ISL"]) is None


def test_two_countries_with_such_a_party_leave_it_open(gazetteer: Gazetteer) -> None:
    hit = only(gazetteer, "工党", "zh", Kind.PARTY)
    assert gazetteer.resolve(hit, ["GBR", "AUS"]) is None


def test_the_day_decides_between_parties_of_one_country(gazetteer: Gazetteer) -> None:
    hit = only(gazetteer, "the People's Party", "en", Kind.PARTY)
    assert gazetteer.resolve(hit, ["THA"]) == "tha-people"
    hit = only(gazetteer, "前进党", "zh", Kind.PARTY)
    assert set(hit.ids) >= {"tha-moveforward", "srb-sns"}
    assert gazetteer.resolve(hit, ["THA", "SRB"], date(2025, 1, 1)) == "srb-sns"
    hit = only(gazetteer, "尼泊尔共产党", "zh", Kind.PARTY)
    assert gazetteer.resolve(hit, ["NPL"], date(2019, 10, 13)) == "npl-ncp"
    assert gazetteer.resolve(hit, ["NPL"], date(2026, 1, 13)) == "npl-ncp2025"
    assert gazetteer.resolve(hit, ["NPL"], date(2010, 1, 13)) is None


def test_congo_and_the_congolese_are_never_guessed(gazetteer: Gazetteer) -> None:
    hit = only(gazetteer, "刚果代表团", "zh", Kind.COUNTRY)
    assert set(hit.ids) == {"COG", "COD"}
    assert gazetteer.resolve(hit, []) is None
    assert gazetteer.resolve(hit, ["COG"]) == "COG"
    assert set(only(gazetteer, "a Congolese party", "en", Kind.ADJECTIVE).ids) == {"COG", "COD"}


def test_lower_case_words_are_no_names(gazetteer: Gazetteer) -> None:
    text = "We polish the text, tell us, split it, and reading it is nice."
    kinds = (Kind.COUNTRY, Kind.ADJECTIVE, Kind.PLACE, Kind.PARTY, Kind.PERSON)
    assert [hit for hit in gazetteer.find(text, "en") if hit.kind in kinds] == []


def test_capitals_throughout_still_match(gazetteer: Gazetteer) -> None:
    assert found(gazetteer, "BEIJING, Feb 9 – LIU JIANCHAO", "en", Kind.PERSON) == [("LIU JIANCHAO", ("liu-jianchao",))]


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        ("中越共同努力", []),
        ("中美共建", []),
        ("各民主党派", []),
        ("其中共有20人", []),
        ("社会党国际主席", []),
        ("八个参政党", []),
        ("弘扬优良党风", []),
        ("深化改革党的建设", []),
        ("越共举行大会", ["越共"]),
    ],
)
def test_words_that_only_look_like_parties(gazetteer: Gazetteer, text: str, parties: list[str]) -> None:
    assert [printed for printed, _ in found(gazetteer, text, "zh", Kind.PARTY)] == parties


@pytest.mark.parametrize(
    "text", ["聚焦作决策", "各位来宾", "不忘初心、长治久安", "穆斯林武装", "会议联合宣言", "马凯硕教授"]
)
def test_words_that_only_look_like_places_people_or_bodies(gazetteer: Gazetteer, text: str) -> None:
    kinds = (Kind.PLACE, Kind.PERSON, Kind.ORGANISATION)
    assert [hit for hit in gazetteer.find(text, "zh") if hit.kind in kinds] == []


@pytest.mark.parametrize("text", ["中联部", "中共中央對外聯絡部", "中国共产党中央对外联络部", "劉建超率中聯部代表團"])
def test_the_department_in_chinese(gazetteer: Gazetteer, text: str) -> None:
    assert only(gazetteer, text, "zh", Kind.DEPARTMENT).ids == ("idcpc",)


@pytest.mark.parametrize("text", ["香港中联办主任", "民革中央联络部部长", "老挝人革党中联部部长通沙万"])
def test_its_neighbours_and_twins_are_not_the_department(gazetteer: Gazetteer, text: str) -> None:
    assert found(gazetteer, text, "zh", Kind.DEPARTMENT) == []


def test_bare_names_of_the_department_are_generic(gazetteer: Gazetteer) -> None:
    assert only(gazetteer, "the party's International Department", "en", Kind.DEPARTMENT).generic
    assert not only(gazetteer, "the IDCPC", "en", Kind.DEPARTMENT).generic


def test_kinds_overlap_and_hits_are_ordered(gazetteer: Gazetteer) -> None:
    hits = gazetteer.find("新加坡人民行动党秘书长、政府总理黄循财", "zh")
    assert {Kind.COUNTRY, Kind.PARTY, Kind.PLACE, Kind.TITLE, Kind.PERSON} == {hit.kind for hit in hits}
    assert [hit.start for hit in hits] == sorted(hit.start for hit in hits)


def check_hits(gazetteer: Gazetteer, text: str, language: str) -> None:
    last_end: dict[Kind, int] = {}
    for hit in gazetteer.find(text, language):
        assert 0 <= hit.start < hit.end <= len(text)
        assert key(text[hit.start : hit.end]) == key(hit.form)
        assert hit.ids
        assert hit.start >= last_end.get(hit.kind, 0), "hits of one kind never overlap"
        last_end[hit.kind] = hit.end
        gazetteer.resolve(hit, ["GBR", "CHN"], date(2024, 1, 1))


@given(st.text(), st.sampled_from(["zh", "en", "zh-Hant", "", "ja"]))
def test_any_text_is_survived(text: str, language: str) -> None:
    check_hits(load(), text, language)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), st.sampled_from(["zh", "en"]))
def test_texts_full_of_forms_are_survived(text: str, language: str) -> None:
    check_hits(load(), text, language)

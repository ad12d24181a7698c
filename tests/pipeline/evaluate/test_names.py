"""Rules 3 and 7: which names of people, bodies and places are one."""

from __future__ import annotations

import pytest

from pipeline.evaluate.labels import LabelBody, LabelPerson
from pipeline.evaluate.names import cities, same_body, same_person, same_place
from pipeline.words import ChinesePerson, ForeignPerson, Organisation


@pytest.mark.parametrize(
    ("label", "name", "name_zh", "same"),
    [
        ("Song Tao", "宋涛", "宋涛", True),
        ("宋涛", "Song Tao", None, True),
        ("宋濤", "Song Tao", "宋涛", True),
        ("LIU Jianchao", "Liu Jian-chao", None, True),
        ("Zhou Yun", "Zhou Yun", "周蕴", True),
        ("周蘊", "Zhou Yun", "周蕴", True),
        ("Liu Jianchao", "Liu Haixing", "刘海星", False),
        ("Liu Jianchao", "Jianchao", None, False),
        ("林岳", "Lin Yue", "林越", False),
    ],
)
def test_chinese_people(label: str, name: str, name_zh: str | None, same: bool) -> None:
    assert same_person(LabelPerson((label,)), ChinesePerson(name, name_zh, None)) is same


@pytest.mark.parametrize(
    ("label", "predicted", "country", "same"),
    [
        ("Jonas Gahr Støre", "Jonas Gahr Store", "NOR", True),
        ("Ay", "Massimiliano Ay", "CHE", True),
        ("Winston Peters", "Peters", "NZL", True),
        ("Winston Peters", "Winston", "NZL", False),
        ("Phil Goff", "Phil Twyford", "NZL", False),
        ("KP Sharma Oli", "K.P. Sharma Oli", "NPL", True),
        ("Hossein Amirabdollahian", "Hossein Amir-Abdollahian", "IRN", True),
        ("Eoin O’Leary", "Eoin O'Leary", "IRL", True),
        ("Choe Ryong Hae", "Choe Ryong-hae", "PRK", True),
        ("Choe Ryong Hae", "Choe", "PRK", True),
        ("Choe Ryong Hae", "Ryong Hae", "PRK", False),
        ("Antonio Guterres", "古特雷斯", None, True),
        ("諾羅敦·阿倫·拉斯梅", "诺罗敦•阿伦•拉斯梅", "KHM", True),
        ("諾羅敦·阿倫·拉斯梅", "拉斯梅", "KHM", False),
        ("Ferdinand Marcos Jr.", "Marcos", "PHL", True),
    ],
)
def test_foreign_people(label: str, predicted: str, country: str | None, same: bool) -> None:
    assert same_person(LabelPerson((label,)), ForeignPerson(predicted, None, None, country), ("USA",)) is same


def test_a_name_that_several_share_links_only_within_a_country() -> None:
    known = ForeignPerson("Anura Kumara Dissanayake", None, None, "LKA", id="lka-anura-kumara-dissanayake")
    assert same_person(LabelPerson(("迪萨纳亚克",), country="LKA"), known)
    elsewhere = ForeignPerson("Anura Kumara Dissanayake", None, None, "NZL", id="lka-anura-kumara-dissanayake")
    assert not same_person(LabelPerson(("迪萨纳亚克",), country="NZL"), elsewhere)


@pytest.mark.parametrize(
    ("label", "name", "identity", "same"),
    [
        ("United Socialist Party of Venezuela (PSUV)", "United Socialist Party of Venezuela", None, True),
        ("People's Action Party", "The People’s Action Party (PAP)", None, True),
        ("European United Left/Nordic Green Left (GUE/NGL)", "European United Left / Nordic Green Left", None, True),
        ("CPN (UML)", "CPN", None, False),
        ("尼泊尔共产党(联合马列)", "尼泊尔共产党", None, False),
        ("巴西勞工黨(PT)", "巴西劳工党", None, True),
        ("新加坡人民行動黨", "People's Action Party", "sgp-pap", True),
        ("PAP", "人民行动党", "sgp-pap", True),
        ("人民行动党", "People's Action Party", None, False),
        ("Workers' Party", "People's Action Party", "sgp-pap", False),
        ("“祖國之光”黨", "祖国之光党", None, True),
    ],
)
def test_bodies(label: str, name: str, identity: str | None, same: bool) -> None:
    assert same_body(LabelBody(label), Organisation(name, identity, None, "party")) is same


def test_a_label_s_own_id_is_enough() -> None:
    assert same_body(LabelBody("the ruling party", "sgp-pap"), Organisation("PAP", "sgp-pap", "SGP", "party"))


@pytest.mark.parametrize(
    ("label", "place", "place_zh", "identity", "same"),
    [
        ("Beijing", None, "北京", None, True),
        ("伊斯兰堡", "Islamabad", None, None, True),
        ("海參崴", "Vladivostok", None, None, True),
        ("Baluwatar", "Kathmandu", "加德满都", None, True),
        ("Balakot, Bhaktapur", "Bhaktapur", None, None, True),
        ("Oslo", "Bergen", None, None, False),
        ("Oslo", None, None, None, False),
        ("Songjiang Campus", "songjiang campus", None, None, True),
    ],
)
def test_places(label: str, place: str | None, place_zh: str | None, identity: str | None, same: bool) -> None:
    assert same_place([label], place, place_zh, identity) is same


def test_a_country_is_no_city() -> None:
    assert cities(["南非"]) == cities(["New Zealand"]) == frozenset()
    assert cities(["Singapore"])

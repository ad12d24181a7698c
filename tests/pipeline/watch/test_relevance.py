"""The relevance filter: what is ours, and its false friends (constructed texts in the manner of real ones)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.watch.relevance import RelevanceError, is_relevant, may_be_relevant, words

TODAY = date(2025, 11, 20)

OURS = [
    ("中联部部长某某在京会见某国客人。", "zh", TODAY),
    ("中聯部部長某某會見日本客人。", "zh", TODAY),
    ("应中共中央对外联络部邀请，某国政治家考察团访华。", "zh", TODAY),
    ("习近平同越共中央总书记会谈，双方重申中国共产党和越南共产党的传统友谊。", "zh", TODAY),
    ("双方就加强党际交往交换意见。", "zh", TODAY),
    ("中共代表团出席会议并讲话。", "zh", TODAY),
    ("The minister of the International Department of the CPC Central Committee met the guests.", "en", TODAY),
    ("He is head of the Chinese Communist Party's International Liaison Department.", "en", TODAY),
    ("Officials of the ILD of the CPC trained cadres.", "en", TODAY),
    ("A delegation of the Workers' Party of Korea arrived for talks with the Communist Party of China.", "en", TODAY),
    ("Both sides praised inter-party exchanges.", "en", TODAY),
    ("A note on party to party relations.", "en", TODAY),
    ("The CPC/ID is busy.", "en", TODAY),
    ("Staff of the ID-CPC came.", "en", TODAY),
    ("The Liaison Department under the Central Committee sent him.", "en", TODAY),
    ("El Departamento Internacional del Partido Comunista de China invitó a los líderes.", "es", TODAY),
    ("Departamento de Enlace Internacional y sus visitas.", "es", None),
    # people by the days of their posts
    ("宋涛部长同某国左翼党主席通话。", "zh", date(2021, 8, 20)),
    ("Minister Song Tao talked with the leader of the party.", "en", date(2021, 8, 20)),
    ("Minister Liu Haixing received the delegation.", "en", TODAY),
]

NOT_OURS = [
    # the same man in another office; the liaison offices; other bodies' departments
    ("中共中央台办主任宋涛在京会见中国国民党前主席。", "zh", date(2024, 8, 20)),
    ("Minister Song Tao, head of the Taiwan Affairs Office, met the Kuomintang chairman.", "en", date(2024, 8, 20)),
    ("Wang Yajun, Chinese ambassador in Pyongyang, visited the party's farm.", "en", date(2024, 4, 20)),
    ("Minister Liu Haixing received the delegation.", "en", date(2020, 1, 1)),
    ("Minister Liu Haixing received the delegation.", "en", None),
    ("香港中联办主任表示支持特区发展。", "zh", TODAY),
    ("中聯辦表示，堅決支持特區政府。", "zh", TODAY),
    ("各地集中联部署推进项目。", "zh", TODAY),
    ("某公司对外联络部负责人介绍了新产品。", "zh", TODAY),
    ("The International Department of the Workers' Party of Korea sent its director to Moscow.", "en", TODAY),
    ("The Nepali Congress International Department said the party would meet on Sunday.", "en", TODAY),
    ("The International Department of the CPSU paid foreign parties in the 1970s.", "en", TODAY),
    ("The ILD sensor was installed at the city's ID office.", "en", TODAY),
    # parties without contact
    ("Republicans in Congress accuse the CCP of spying.", "en", TODAY),
    ("The Chinese economy grew. Political parties in Germany are debating.", "en", TODAY),
    ("The Democratic Progressive Party said the CCP had invited the Kuomintang for talks.", "en", TODAY),
    # the Party's own house (codebook, scope test: purely domestic work is out)
    ("某市委书记为机关党员讲党课，学习贯彻习近平总书记重要讲话精神。", "zh", TODAY),
    ("", "en", TODAY),
]


@pytest.mark.parametrize(("text", "language", "day"), OURS)
def test_ours(text: str, language: str, day: date | None) -> None:
    assert is_relevant(None, text, language, day)
    assert is_relevant(text, "", language, day)
    assert may_be_relevant(None, text), "what is ours must be chosen from a list"


@pytest.mark.parametrize(("text", "language", "day"), NOT_OURS)
def test_not_ours(text: str, language: str, day: date | None) -> None:
    assert not is_relevant("A title", text, language, day)


def test_words_of_two_sentences_do_not_add_up() -> None:
    apart = "The CPC held a congress. The Labour Party of Norway lost a meeting."
    assert not is_relevant(None, apart, "en", TODAY)
    assert is_relevant(None, "The CPC held a meeting with the Labour Party of Norway.", "en", TODAY)


@pytest.mark.parametrize(
    "title",
    [
        "刘海兴会见古巴客人",
        "李希会见古巴共产党代表团",
        "Senior CPC official meets Lao delegation",
        "Chinese delegation visits Kathmandu",
        "How China trains foreign politicians",
        "Xi holds talks with Vietnamese party chief",
    ],
)
def test_titles_worth_a_look(title: str) -> None:
    assert may_be_relevant(title)


@pytest.mark.parametrize(
    "title",
    [
        "PM inaugurates bridge",
        "China trade surplus grows",
        "全国党建工作座谈推进",
        "我省粮食产量创新高",
        "",
        "学习习近平总书记讲话",
    ],
)
def test_titles_that_are_not(title: str) -> None:
    assert not may_be_relevant(title)


def test_who_has_left_the_department_speaks_against_a_title() -> None:
    title = "Taiwan affairs chief Song Tao meets visitors in Beijing"
    assert not may_be_relevant(title, "", date(2026, 3, 1))
    assert may_be_relevant(title, "", date(2021, 3, 1))
    assert may_be_relevant(f"{title}, says the CPC", "", date(2026, 3, 1))


def test_a_summary_counts() -> None:
    assert may_be_relevant("Leaders return home", "They had been guests of the Communist Party of China.")
    assert not may_be_relevant("Leaders return home", "They had been on holiday.")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[en]\nown = ["("]', r"words\.toml, \[en\] own: '\(' is no regular expression"),
        ('[en]\nowm = ["x"]', r"words\.toml, \[en\]: 'owm' is not known; there are: own"),
        ("[en", r"words\.toml: "),
    ],
)
def test_a_wrong_entry_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "words.toml"
    file.write_text(text)
    with pytest.raises(RelevanceError, match=told):
        words(file)

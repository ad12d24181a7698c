"""The extractor on any text at all: no exception, sound spans, the same answer twice, bounded work."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.extractor import EXTRACTOR_VERSION, extract
from pipeline.extract.layout import LONGEST_SENTENCE
from pipeline.extract.page import LONGEST_TEXT
from pipeline.words import Document, Extraction

ZH = (
    "刘建超会见加纳全国民主大会党干部考察团\n\n时间: 2025-03-14\n来源:\n\n"
    "　　3月14日，中共中央对外联络部部长刘建超在京会见由加纳全国民主大会党总书记门萨、“贝”率领的该党干部考察团。\n"
    "　　刘建超表示，中加两党友谊源远流长。会见前，刘建超还会见了智利外长范克拉韦伦。中联部副部长陈洲参加会见。\n"
    "■ 11月28日至12月5日,应中国共产党邀请,乌拉圭广泛阵线副主席佩雷斯率代表团访华。(完)"
)
EN = (
    "Liu Jianchao Meets with a Delegation of the NDC\n ( 2025.03.16 )\n\n"
    "Beijing, March 14th—Liu Jianchao, Minister of the International Department of the CPC Central Committee (IDCPC), "
    "met here today with a delegation of the National Democratic Congress (NDC) of Ghana led by Ama Mensah, General "
    "Secretary of the NDC, and Yaw Owusu, Mayor of Tema. Both sides exchanged views on party building via video link.\n"
    "From March 15th to 18th, Liu led a CPC delegation to visit Togo and attend the forum. More than 60 leaders were "
    "present. Chen Zhou, Vice-minister of the IDCPC, and others were present. Enditem"
)
URLS = (
    "https://www.idcpc.gov.cn/lldt/202503/t20250316_1.html",
    "https://news.example.org/2025-03-16/a.html",
    "",
)
# pieces that meet the grammars' edges: titles, joints, quotes, brackets, dates, joined at random
PIECES = st.sampled_from(
    [
        "刘建超",
        "会见",
        "同",
        "举行会谈",
        "主席",
        "总书记",
        "、",
        ",",
        "。",
        "和",
        "由",
        "率领的",
        "代表团",
        "应",
        "邀请",
        "访华",
        "3月14日",
        "至",
        "在京",
        '"',
        "(",
        ")",
        "·",
        "中共中央对外联络部部长",
        "加纳",
        "工党",
        "研修班",
        "出席",
        "等",
        "的",
        "Liu",
        "met",
        "with",
        "led",
        "by",
        ",",
        "and",
        ";",
        "of",
        "the",
        "Minister",
        "IDCPC",
        "Party",
        "Ghana",
        "President",
        "March",
        "14th",
        "—",
        "to",
        "from",
        "Beijing,",
        "webinar",
        "(",
        ")",
        '"',
        ".",
    ]
)


def sound(document: Document, extraction: Extraction) -> None:
    for number, mention in enumerate(extraction.mentions, 1):
        assert mention.number == number
        assert mention.parent is None or 1 <= mention.parent <= len(extraction.mentions)
        assert 0.0 <= mention.confidence <= 1.0
        assert mention.date_start is None or mention.date_end is None or mention.date_start <= mention.date_end
        assert len(set(mention.countries)) == len(mention.countries)
        for item in mention.evidence:
            assert (item.start is None) == (item.end is None)
            if item.start is not None and item.end is not None:
                assert 0 <= item.start < item.end <= len(document.text)
                assert document.text[item.start : item.end].strip()
    for finding in extraction.findings:
        assert finding.kind in ("unknown_title", "unknown_organisation", "untyped_verb")
        assert finding.start is not None
        assert finding.end is not None
        assert 0 <= finding.start < finding.end <= len(document.text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400), st.sampled_from(URLS), st.sampled_from(["zh", "en"]))
def test_any_text(text: str, url: str, language: str) -> None:
    document = Document(text, url, language, date(2025, 3, 16))
    sound(document, extract(document))


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=60), st.sampled_from(URLS), st.sampled_from(["zh", "en"]))
def test_any_order_of_the_grammars_words(pieces: list[str], url: str, language: str) -> None:
    document = Document((" " if language == "en" else "").join(pieces), url, language, None)
    sound(document, extract(document))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([(ZH, "zh"), (EN, "en")]), st.data())
def test_any_stretch_of_a_page(page: tuple[str, str], data: st.DataObject) -> None:
    text, language = page
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    document = Document(text[start:end], URLS[0], language, date(2025, 3, 16))
    first, second = extract(document), extract(document)
    sound(document, first)
    assert first == second


@pytest.mark.parametrize(("text", "language"), [(ZH, "zh"), (EN, "en")])
def test_a_whole_page_has_evidence_for_every_value(text: str, language: str) -> None:
    extraction = extract(Document(text, URLS[0], language, date(2025, 3, 16)))
    assert extraction.relevant
    for mention in extraction.mentions:
        fields = [item.field for item in mention.evidence]
        assert "type" in fields
        assert "date" in fields
        for field in ("countries", "organisations", "chinese_people", "foreign_people", "themes"):
            values = getattr(mention, field)
            assert [f"{field}[{number}]" for number in range(len(values))] == [
                name for name in fields if name.startswith(f"{field}[")
            ]


@pytest.mark.parametrize(
    ("unit", "language"),
    [
        ("中共中央对外联络部部长刘建超在北京会见由加纳全国民主大会党总书记门萨率领的该党干部考察团、副主席李四,", "zh"),
        (
            (
                "Liu Jianchao, Minister of the IDCPC, met with Mateus Bravo, Secretary General of the Party of "
                "Angola, and "
            ),
            "en",
        ),
        ("President of the ", "en"),
        ("、", "zh"),
        ("A", "en"),
        ('"(', "zh"),
        (" \t", "en"),
    ],
)
def test_a_sentence_without_a_stop_is_read_to_a_bound(unit: str, language: str) -> None:
    """Only a sentence's first characters are read: what stands behind them changes nothing, however long it is."""
    long = (unit * (100_000 // len(unit) + 1))[:100_000]
    whole = extract(Document(long, URLS[0], language))
    sound(Document(long, URLS[0], language), whole)
    assert all(
        item.end is None or item.end <= 2 * LONGEST_SENTENCE for mention in whole.mentions for item in mention.evidence
    )


def test_what_stands_behind_the_bound_of_a_page_is_not_read() -> None:
    extraction = extract(Document("。\n" * LONGEST_TEXT + ZH, URLS[0], "zh"))
    assert extraction == Extraction()


def test_nothing_in_nothing() -> None:
    assert extract(Document("", URLS[0], "zh")) == Extraction()
    assert extract(Document(" \n\u3000", URLS[0], "en")) == Extraction()


def test_the_version_is_a_word() -> None:
    assert EXTRACTOR_VERSION.strip() == EXTRACTOR_VERSION != ""


def test_unknown_things_are_findings_never_silent() -> None:
    extraction = extract(Document("刘建超考察某国港口项目", URLS[0], "zh", date(2025, 3, 16), "刘建超考察某国港口项目"))
    assert [finding.kind for finding in extraction.findings] == ["untyped_verb"]
    extraction = extract(Document("3月14日,中联部部长刘建超会见冰岛极光党主席约恩松。", URLS[0], "zh"))
    assert [(finding.kind, finding.text) for finding in extraction.findings] == [("unknown_organisation", "极光党")]

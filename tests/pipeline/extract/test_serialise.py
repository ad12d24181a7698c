"""The page contract of DESIGN.md, and that what the store keeps comes back whole."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extract.extractor import extract
from pipeline.extract.serialise import MentionFormatError, as_json, mention_from_json, mention_to_json
from pipeline.words import (
    ChinesePerson,
    DateBasis,
    DatePrecision,
    Document,
    Evidence,
    ForeignPerson,
    Mention,
    Organisation,
    Realis,
    Scope,
)

TEXT = "3月14日,中共中央对外联络部部长刘建超在北京会见加纳全国民主大会党总书记门萨。"
WORDS = st.text(max_size=8)
MAYBE = st.none() | WORDS
DAYS = st.none() | st.dates()
MENTIONS = st.builds(
    Mention,
    number=st.integers(1, 99),
    type=WORDS,
    date_start=DAYS,
    date_end=DAYS,
    date_precision=st.none() | st.sampled_from(DatePrecision),
    date_basis=st.none() | st.sampled_from(DateBasis),
    mode=WORDS,
    realis=st.sampled_from(Realis),
    scope=st.sampled_from(Scope),
    is_series=st.booleans(),
    parent=st.none() | st.integers(1, 9),
    place=MAYBE,
    place_zh=MAYBE,
    place_id=MAYBE,
    countries=st.lists(WORDS, max_size=3).map(tuple),
    organisations=st.lists(st.builds(Organisation, WORDS, MAYBE, MAYBE, MAYBE), max_size=2).map(tuple),
    chinese_people=st.lists(st.builds(ChinesePerson, WORDS, MAYBE, MAYBE, MAYBE), max_size=2).map(tuple),
    foreign_people=st.lists(st.builds(ForeignPerson, WORDS, MAYBE, MAYBE, MAYBE), max_size=2).map(tuple),
    themes=st.lists(WORDS, max_size=3).map(tuple),
    participants=st.none() | st.integers(0, 10**6),
    confidence=st.floats(0, 1),
    evidence=st.lists(
        st.builds(
            Evidence, WORDS, st.none() | st.integers(0, 99), st.none() | st.integers(0, 99), WORDS, st.floats(0, 1)
        ),
        max_size=3,
    ).map(tuple),
)


def test_the_page_contract() -> None:
    document = Document(TEXT, "https://www.idcpc.org.cn/lldt/202503/t20250316_1.html", "zh")
    page = as_json(document, extract(document))
    assert list(page) == ["url", "language", "relevant", "events"]
    (event,) = page["events"]
    assert list(event) == [
        "date",
            "end_date", "date_precision", "type", "mode", "realis", "scope", "is_series", "parent", "place", "place_zh",
        "countries",
            "organisations", "chinese_people", "foreign_people", "themes", "participants", "confidence", "evidence",
    ]  # fmt: skip
    assert (event["date"], event["end_date"], event["date_precision"]) == ("2025-03-14", "2025-03-14", "day")
    assert event["organisations"] == [
        {"name": "加纳全国民主大会党", "id": "gha-ndc", "country": "GHA", "kind": "party"}
    ]
    assert event["chinese_people"] == [{"name": "Liu Jianchao", "name_zh": "刘建超", "title": "中共中央对外联络部部长"}]
    assert event["foreign_people"] == [
        {"name": "门萨", "title": "全国民主大会党总书记", "organisation": "加纳全国民主大会党", "country": "GHA"}
    ]
    assert list(event["evidence"][0]) == ["field", "start", "end", "rule"]
    assert (page["relevant"], event["parent"]) == (True, None)
    json.dumps(page, allow_nan=False)


def test_a_page_without_events() -> None:
    document = Document("Nothing here.", "", "en")
    assert as_json(document, extract(document)) == {"url": "", "language": "en", "relevant": False, "events": []}


@settings(max_examples=100, deadline=None)
@given(MENTIONS)
def test_a_kept_mention_comes_back_whole(mention: Mention) -> None:
    assert mention_from_json(json.loads(json.dumps(mention_to_json(mention)))) == mention


def test_a_real_mention_comes_back_whole() -> None:
    for mention in extract(Document(TEXT, "", "zh", date(2025, 3, 16))).mentions:
        assert mention_from_json(json.loads(json.dumps(mention_to_json(mention)))) == mention


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"type": None}, None),
        ({"date_start": "soon"}, "soon"),
        ({"scope": "out"}, "out"),
        ({"evidence": [{"x": 1}]}, "x"),
    ],
)
def test_a_broken_one_is_refused_with_its_reason(change: dict[str, object], word: str | None) -> None:
    (mention,) = extract(Document(TEXT, "", "zh", date(2025, 3, 16))).mentions
    content = mention_to_json(mention)
    if word is None:
        del content["type"]
        word = "type"
    else:
        content |= change
    with pytest.raises(MentionFormatError, match=word):
        mention_from_json(content)

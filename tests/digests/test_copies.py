"""A copy's page shows the whole text only under a licence, else the sentences that bear something."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from digests.copies import excerpts, render_copy
from pipeline.store.database import Database
from pipeline.store.models import Site, Snapshot
from pipeline.words import Evidence

BODY = "7月22日，刘建超在京会见南非客人。双方就党的建设交换意见。会见后举行了招待会。"
TITLE = "刘建超会见南非客人"


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


@pytest.fixture
def code(fill: Any) -> str:
    def work(f: Any) -> str:
        page = f.page()
        reading = f.reading(page, title=TITLE, body=BODY)
        event = f.event(date(2025, 7, 22), pages=[f.page()])
        mention = f.mention(event, page, reading)
        start = reading.text.index("刘建超在京")
        f.evidence(mention, "chinese_people[0]", start, start + 3)
        f.evidence(mention, "date", start - 6, start - 1)
        found: str = f.session.get_one(Snapshot, reading.snapshot_id).code
        return found

    result: str = fill(work)
    return result


def test_without_a_licence_only_the_marked_sentence_is_shown(database: Database, code: str) -> None:
    with database.reading() as session:
        html = render_copy(session, code) or ""
        digest = session.scalars(select(Snapshot.digest).where(Snapshot.code == code)).one()
    assert "在京会见南非客人" in html
    assert "招待会" not in html
    assert "党的建设" not in html
    assert ">刘建超</mark>" in html
    assert 'title="Chinese side"' in html
    assert digest in html
    assert "2025-07-22 03:00:" in html
    assert ".warc.gz, byte" in html
    assert 'href="https://www.idcpc.gov.cn/' in html


def test_with_a_licence_the_whole_text_is_shown(database: Database, code: str, fill: Any) -> None:
    def licensed(f: Any) -> None:
        f.session.get_one(Site, "idcpc_zh").licence = "CC BY 4.0"

    fill(licensed)
    with database.reading() as session:
        html = render_copy(session, code) or ""
    assert "招待会" in html
    assert "CC BY 4.0" in html
    assert ">刘建超</mark>" in html


def test_an_unknown_code_has_no_page(database: Database) -> None:
    with database.reading() as session:
        assert render_copy(session, "sn_nothing") is None


TEXTS = st.text(st.sampled_from("ab。！. \n中文"), max_size=60)
SPANS = st.lists(
    st.builds(
        lambda start, end, field: Evidence(field, start, end, "test", 1.0),
        st.none() | st.integers(0, 70),
        st.integers(0, 70),
        st.sampled_from(["date", "foreign_people[1]"]),
    ),
    max_size=4,
)


@given(TEXTS, SPANS)
def test_excerpts_hold_every_marked_character_and_only_sentences_with_one(text: str, spans: list[Evidence]) -> None:
    parts = excerpts(text, spans)
    marked = "".join(segment.text for part in parts for segment in part if segment.fields)
    ranges = [range(one.start, one.end or 0) for one in spans if one.start is not None]
    wanted = [letter for index, letter in enumerate(text) if any(index in inside for inside in ranges)]
    assert marked.replace("\n", "").strip() == "".join(wanted).replace("\n", "").strip()
    if not spans:
        assert parts == []

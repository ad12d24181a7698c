"""What stored pages do to a text, and that spans still point at the right characters (corpus/chinese.md §1)."""

from __future__ import annotations

from datetime import date
from typing import Any

from pipeline.extract.folded import folded

PLAIN = "3月14日,中共中央对外联络部部长刘建超在北京会见加纳全国民主大会党总书记门萨。"


def quoted(extraction: Any, text: str, field: str) -> list[str]:
    (mention,) = extraction.mentions
    return [
        text[item.start : item.end]
        for item in mention.evidence
        if item.field.partition("[")[0] == field and item.start is not None
    ]


def test_folding_keeps_the_way_back() -> None:
    source = "中聯(lián)部部長(zhǎng)  劉建超 , 中亚五 国"
    text = folded(source, "zh")
    assert text.text == "中联部部长 刘建超 ,中亚五国"
    at = text.text.index("刘建超")
    assert source[slice(*text.span(at, at + 3))] == "劉建超"
    assert text.printed(0, 5) == "中聯部部長"


def test_a_name_in_latin_letters_is_no_gloss() -> None:
    assert "(Vivian)" in folded("外长维文(Vivian)與(yǔ)", "zh").text


def test_a_cloaked_traditional_copy_reads_as_the_page(read: Any) -> None:
    text = (
        "3月14日,中共中央對(duì)外聯(lián)絡(luò)部部長(zhǎng)劉建超在北京會(huì)見加納全國民主大會(huì)黨總書記門薩。"
    )
    extraction = read(text, "zh")
    (mention,) = extraction.mentions
    assert mention.countries == ("GHA",)
    # as printed, without the glosses, in the page's own script
    assert [person.name for person in mention.foreign_people] == ["門薩"]
    assert [(person.name, person.name_zh) for person in mention.chinese_people] == [("Liu Jianchao", "刘建超")]
    assert quoted(extraction, text, "chinese_people") == ["劉建超"]
    assert quoted(extraction, text, "type") == ["會(huì)見"]


def test_full_width_marks_and_blanks(read: Any) -> None:
    text = "　　３月１４日，中共中央对外联络部部长刘建超 在北京会见加纳全国民主大会党总书记门萨。"
    extraction = read(text, "zh")
    assert extraction.mentions[0].date_start == date(2025, 3, 14)
    assert quoted(extraction, text, "date") == ["３月１４日"]


def test_headline_and_label_lines_come_twice(read: Any) -> None:
    text = (
        "外事会见\n\n刘建超会见加纳全国民主大会党总书记门萨\n\n时间: 2025-03-14\n作者:\n来源:\n\n"
        "刘建超会见加纳全国民主大会党总书记门萨\n\n2025-03-14\n来源:\n\n　　" + PLAIN + "\n\n作者:\n责任编辑:"
    )
    (mention,) = read(text, "zh").mentions
    assert mention.date_basis is not None
    assert mention.date_basis.value == "explicit_md"
    assert mention.place_zh == "北京"


def test_a_page_without_headline_and_date(read: Any) -> None:
    extraction = read("外事会见\n外事会见\n作者:\n责任编辑:\n" + PLAIN, "zh")
    assert extraction.mentions[0].date_start == date(2025, 3, 14)


def test_headlines_of_other_stories_behind_the_end_are_cut(read: Any) -> None:
    text = PLAIN + "(完)\n\n相关链接\n刘建超会见智利外长范克拉韦伦\n· 刘建超会见冰岛议长奥尔曼松"
    assert len(read(text, "zh").mentions) == 1


def test_copyright_years_are_no_date(read: Any) -> None:
    text = PLAIN + "\n\n版权所有:中共中央对外联络部 Copyright © 2000-2018 IDCPC"
    assert read(text, "zh").mentions[0].date_start == date(2025, 3, 14)


def test_a_title_cut_with_dots(read: Any) -> None:
    title = "刘建超分别会见新加坡教育部高级政务部长普杰立和新人行党议员、政府数码发展及..."
    mentions = read("", "zh", title=title).mentions
    assert mentions[0].countries == ("SGP",)
    assert [person.name for person in mentions[0].foreign_people] == ["普杰立"]


def test_curly_quotes_double_blanks_and_missing_blanks(read: Any) -> None:
    text = (
        "Beijing, March 14th—Liu Jianchao, Minister of the International Department of the CPC Central Committee,  "
        "met here today with a delegation of the Polish People’s Party  (PSL) headed byÁlvaro Ruiz, Vice Chairman."
    )
    (mention,) = read(text, "en").mentions
    assert mention.countries == ("POL",)
    assert mention.organisations[0].id == "pol-psl"

"""Which year a day has, and what is no day (codebook §8, corpus/chinese.md §2, corpus/english.md §2)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipeline.words import DateBasis, DatePrecision

MET = "中共中央对外联络部部长刘建超在北京会见智利外长范克拉韦伦。"


@pytest.mark.parametrize(
    ("printed", "address", "start", "end"),
    [
        ("2025年3月14日,", "20250316", date(2025, 3, 14), date(2025, 3, 14)),
        ("3月14日下午,", "20250316", date(2025, 3, 14), date(2025, 3, 14)),
        ("12月30日,", "20250102", date(2024, 12, 30), date(2024, 12, 30)),
        ("三月十四日,", "20250316", date(2025, 3, 14), date(2025, 3, 14)),
        ("二〇二五年三月十四日,", "20250316", date(2025, 3, 14), date(2025, 3, 14)),
        ("新华社北京3月15日电 (记者某某)14日,", "20250316", date(2025, 3, 14), date(2025, 3, 14)),
        ("3月13日至14日,", "20250316", date(2025, 3, 13), date(2025, 3, 14)),
        ("3月13—14日,", "20250316", date(2025, 3, 13), date(2025, 3, 14)),
        ("12月29日至1月3日,", "20250105", date(2024, 12, 29), date(2025, 1, 3)),
        ("日前,", "20250316", date(2025, 3, 9), date(2025, 3, 16)),
        # no such day, and a day too far from the address to bear its year: nothing rather than a guess
        ("3月32日,", "20250316", None, None),
        ("9月14日,", "20250316", None, None),
        # the site was moved in these days: the address says nothing
        ("9月14日,", "20191216", None, None),
    ],
)
def test_chinese_days(read: Any, printed: str, address: str, start: date | None, end: date | None) -> None:
    (mention,) = read(printed + MET, "zh", day=address).mentions
    assert (mention.date_start, mention.date_end) == (start, end)


def test_a_label_line_gives_the_year_of_a_moved_page(read: Any) -> None:
    text = (
        "外事会见\n\n时间: 2016-09-15\n作者:\n来源:\n\n9月14日,中共中央对外联络部部长宋涛在北京会见智利外长穆尼奥斯。"
    )
    (mention,) = read(text, "zh", day="20191216").mentions
    assert mention.date_start == date(2016, 9, 14)


def test_the_foot_of_the_printed_paper_overrules_a_copys_own_stamp(read: Any) -> None:
    text = (
        "刘建超访问澳大利亚\n\n发布时间:2024-11-22 04:39:43 来源: sp20241122\n\n"
        "本报堪培拉11月30日电 (记者某某)11月27日至30日,中共中央对外联络部部长刘建超率中共代表团访问澳大利亚。\n\n"
        "《 人民日报 》( 2023年12月01日 02 版)"
    )
    (mention,) = read(text, "zh", url="http://mirror.example.org/building/a.html").mentions
    assert (mention.date_start, mention.date_end) == (date(2023, 11, 27), date(2023, 11, 30))


def test_window_and_page_date_say_what_they_are(read: Any) -> None:
    (lately,) = read("近日," + MET, "zh").mentions
    assert (lately.date_precision, lately.date_basis) == (DatePrecision.WINDOW, DateBasis.WEEKDAY_OR_TODAY)
    (undated,) = read("", "zh", title="刘建超会见智利外长范克拉韦伦").mentions
    assert undated.date_basis is DateBasis.URL_DATE
    outside = [item for item in undated.evidence if item.field == "date"]
    assert [(item.start, item.rule) for item in outside] == [(None, "page_date:url")]


def test_an_inferred_year_names_its_source_in_the_evidence(read: Any) -> None:
    (mention,) = read("3月14日," + MET, "zh").mentions
    assert [item.rule for item in mention.evidence if item.field == "date"] == ["day_zh", "year_from:url"]


@pytest.mark.parametrize(
    ("printed", "published", "start", "end"),
    [
        ("BEIJING, May 8 (Xinhua) -- {met} on Monday.", date(2023, 5, 9), date(2023, 5, 8), date(2023, 5, 8)),
        ("BEIJING, May 10 (Xinhua) -- {met} on Monday.", date(2023, 5, 11), date(2023, 5, 8), date(2023, 5, 8)),
        ("Beijing, December 29th—{met}.", date(2025, 1, 6), date(2024, 12, 29), date(2024, 12, 29)),
        ("On March 4th, {met}.", date(2025, 3, 6), date(2025, 3, 4), date(2025, 3, 4)),
    ],
)
def test_english_days(read: Any, printed: str, published: date, start: date, end: date) -> None:
    met = (
        "Liu Jianchao, Minister of the International Department of the CPC Central Committee, met with Oskar Lind, "
        "Speaker of the Parliament of Iceland"
    )
    (mention,) = read(printed.format(met=met), "en", url="https://n.example.org/a.html", published=published).mentions
    assert (mention.date_start, mention.date_end) == (start, end)

"""Paragraphs, days and language out of markup."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.markup import Html, days, first_day, fragment, language_of, stamped_day, tidy


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<p>中<span>联</span>部<font color=red>部长</font></p>", ["中联部部长"]),
        ("<p>一</p><div>二<br>三</div>四", ["一", "二", "三", "四"]),
        ("<p>　　中亚五\n国</p>", ["中亚五国"]),
        ("<p>met with\n  a delegation</p>", ["met with a delegation"]),
        ("<p>词 语</p>", ["词 语"]),
        ("<p>文<script>var a=1</script><style>p{}</style><noscript>no</noscript>字</p>", ["文字"]),
        ("<table><tr><td>甲</td><td>乙</td></tr></table>", ["甲", "乙"]),
        ("<p>一<!-- 注 --></p><p> &nbsp; </p>", ["一"]),
        ("<p>一<!-- 注 -->二</p><!-- 注 -->三", ["一二", "三"]),
        ("甲<p>乙</p>丙<br>丁<script>x</script>戊", ["甲", "乙", "丙", "丁戊"]),
        ("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", ["<script>alert(1)</script>"]),
    ],
)
def test_paragraphs(markup: str, lines: list[str]) -> None:
    assert fragment(markup) == lines


def test_a_container_is_read_with_what_is_nested_in_it() -> None:
    page = Html('<div class="TRS_Editor"><div class="TRS_Editor"><p>一</p></div><p>二</p></div><p>三</p>', "http://x/")
    assert page.container('[class*="TRS_Editor"]') == ["一", "二"]


def test_an_empty_container_gives_way_to_the_next() -> None:
    page = Html('<div class="content"><img></div><div class="content other"><p>文</p></div>', "http://x/")
    assert page.container("div.content") == ["文"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("时间：2020-12-02 10:00", date(2020, 12, 2)),
        ("2024年3月6日", date(2024, 3, 6)),
        ("2024.09.20 / Source: /", date(2024, 9, 20)),
        ("( 2021.04.02 )", date(2021, 4, 2)),
        ("20250730", date(2025, 7, 30)),
        ("Updated: February 20, 2025 13:49", date(2025, 2, 20)),
        ("16:46, 13-Sep-2021", date(2021, 9, 13)),
        ("3rd May 2023", date(2023, 5, 3)),
        ("2025-13-45 then 2025-01-02", date(2025, 1, 2)),
        ("11010502043294", None),
        ("3月6日", None),
    ],
)
def test_days(text: str, day: date | None) -> None:
    assert first_day(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Tue, 17 Sep 2024 20:00:07 +0000", date(2024, 9, 18)),
        ("2024-09-17T20:00:07Z", date(2024, 9, 18)),
        ("Tue, 17 Sep 2024 20:00:07 GMT", date(2024, 9, 18)),
        # an offset of its own: the site's local time already
        ("Tue, 17 Sep 2024 20:00:07 -0400", date(2024, 9, 17)),
        ("2024-09-17T20:00:07", date(2024, 9, 17)),
        # midnight is no hour
        ("2024-09-17T00:00:00Z", date(2024, 9, 17)),
        ("Sept. 17, 2024", date(2024, 9, 17)),
        ("0001-01-01T00:00:00+00:00", None),
        ("9999-12-31T23:59:59+00:00", None),
    ],
)
def test_a_time_in_utc_is_told_on_the_sites_day(text: str, day: date | None) -> None:
    assert stamped_day(text, "Australia/Sydney") == day


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        ('guests<a href="#n1"><sup>[1]</sup></a>.', "guests."),
        ('guests<sup id="r1"><a href="#n1">1</a></sup>, who', "guests, who"),
        ('guests<a class="see-footnote" href="#n1"><span><sup>12</sup></span></a> came', "guests came"),
        ('the <a href="/x/">20<sup>th</sup> Congress</a>', "the 20th Congress"),
        ("2,000 km<sup>2</sup>", "2,000 km2"),
    ],
)
def test_marks_of_footnotes_are_no_text(markup: str, line: str) -> None:
    page = Html(f"<article><p>{markup}</p></article>", "http://x/")
    assert page.container("article") == [line]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("刘海星会见 Lawrence Wong 一行", "zh"),
        ("Liu Haixing (刘海星) met with the delegation of the Party", "en"),
        ("2026 — 1", "und"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert language_of(text) == language


@given(st.text())
def test_tidied_text_stays_as_it_is(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.text())
def test_days_never_fail(text: str) -> None:
    assert all(isinstance(day, date) for day in days(text))


HOSTILE = {
    "nothing": "",
    "broken": "<",
    "NUL": "\x00<p>\x00",
    "one long line": "<p>" + "一" * 100_000,
    "many containers": '<div class="TRS_Editor"></div>' * 5_000,
    "nested as far as the parser goes": "<div>" * 300,
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_markup_is_read_without_failing(source: str) -> None:
    page = Html(source, "http://x/")
    assert isinstance(page.container("p, div"), list)
    assert isinstance(page.visible, list)
    assert page.metas == {}
    assert not page.is_too_deep


def test_nesting_without_end_is_noticed() -> None:
    assert Html("<div>" * 20_000, "http://x/").is_too_deep


def test_broken_json_ld_is_passed_over() -> None:
    broken = '<script type="application/ld+json">{"a": </script>'
    good = '<script type="application/ld+json">[{"@graph": [{"headline": "x"}]}]</script>'
    assert {"headline": "x"} in Html(f"<html>{broken}{good}</html>", "http://x/").json_ld


@pytest.mark.parametrize("name", ["na\x02me", "1=a", '"x', "a\x00b"])
def test_a_broken_attribute_does_not_hide_the_other_metas(name: str) -> None:
    # bytes read in a wrong charset leave such names; lxml raises ValueError where all attributes are asked for
    page = Html(f'<meta {name}="z" name="a" content="b"><meta name="c" content="d">', "http://x/")
    assert page.metas["c"] == "d"


def test_a_source_beyond_all_measure_is_read_at_its_beginning() -> None:
    page = Html("<p>一</p>" + "<p>二</p>" * 200_000, "http://x/")
    assert page.is_cut
    assert page.visible[0] == "一"
    assert not Html("<p>一</p>", "http://x/").is_cut

"""The general route."""

from __future__ import annotations

import logging
from datetime import date

import pytest

from spiders.general import body_of, issue_day, published_of, title_of
from spiders.markup import Html


@pytest.mark.parametrize("text", ["", " \n", "\x00\x00\x00", "%PDF-1.4 \ufffd\ufffd", "<html></html>"])
def test_a_document_without_text_is_no_error_in_the_operators_log(text: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert body_of(Html(text, "https://site.test/")) is None
    assert caplog.records == []


PROSE = "<p>The delegation met the party's leaders, saw the port, and left on Friday.</p>"
TEXT = PROSE + "<p>It was the third visit of the year, said the embassy, and the longest.</p>"


def lines(source: str) -> list[str]:
    found = body_of(Html(source, "https://site.test/a/b.html"))
    return [line[:9] for line in found[0]] if found else []


@pytest.mark.parametrize(
    "beside",
    [
        '<div class="shareBar__list"><p>Share it, please, with all whom you know well.</p></div>',
        '<div id="comments"><p>Well said, thank you for this, and for the other one.</p></div>',
        '<div style="display: none"><p>Not to be seen, by anybody, under any circumstances.</p></div>',
        '<p align="center"><img src="1.jpg"></p><p align="center">The hall, seen from the street, on a Friday.</p>',
        '<div class="pic"><img src="1.jpg"><span>The hall, seen from the street, on a Friday.</span></div>',
    ],
)
def test_what_says_or_shows_that_it_is_no_text_is_none(beside: str) -> None:
    assert lines(f"<h1>A visit ends</h1><div>{PROSE}{beside}{TEXT}</div>") == ["The deleg", "The deleg", "It was th"]


def test_a_name_proves_nothing_of_what_holds_the_headline_or_most_of_the_prose() -> None:
    assert lines(f'<div class="share-page"><h1>A visit ends</h1><div class="next">{TEXT}</div></div>') != []


def test_headings_and_lists_belong_to_a_text_however_they_are_wrapped() -> None:
    block = '<div class="b"><div>{}</div></div>'
    items = "".join(f'<div class="i"><i>{word}</i></div>' for word in ("one", "two"))
    source = block.format(PROSE) + '<div class="h"><h3 class="x">Whom they met</h3></div>' + items + block.format(PROSE)
    assert lines(f"<h1>A visit ends</h1><div>{source}</div>") == ["The deleg", "Whom they", "one", "two", "The deleg"]


@pytest.mark.parametrize(
    ("source", "title"),
    [
        (
            "<title>News - Site</title><a href='/n/'>News</a><h1>News</h1><h3>A visit ends well</h3>",
            "A visit ends well",
        ),
        ("<title>A visit ends … - Site</title><h2>A visit ends well for all</h2>", "A visit ends well for all"),
        ("<meta property='og:title' content='News'><a href='/n/'>News</a><h2>A visit ends</h2>", "A visit ends"),
    ],
)
def test_a_columns_name_is_no_title(source: str, title: str) -> None:
    found = title_of(Html(f"{source}<div>{TEXT}</div>", "https://site.test/a/b.html"))
    assert found is not None
    assert found[0] == title


@pytest.mark.parametrize(
    "told",
    [
        "<p>Joined: 2011-05-04</p><p>Published: 12 March 2026</p>",
        "<p>12 March 2026</p><p>Updated: 14 March 2026</p>",
        "<dl><dt>Last updated</dt><dd>14 March 2026</dd><dt>Published</dt><dd>12 March 2026</dd></dl>",
        "<time datetime='2026-03-12T08:00:00Z'>3 days ago</time>",
        "<div><b>12</b></div><div>Mar 2026</div>",
    ],
)
def test_the_day_of_publication_is_told_from_others(told: str) -> None:
    page = Html(f"<h1>A visit ends</h1>{told}<div>{TEXT}</div>", "https://site.test/a/b.html")
    body = body_of(page)
    assert body is not None
    assert published_of(page, "A visit ends", body[0]) == (date(2026, 3, 12), "shown")


def test_the_day_above_all_is_the_issues_and_not_a_clocks() -> None:
    page = Html(f"<p>Thursday, March 12, 2026</p><h1>A visit ends</h1><div>{TEXT}</div>", "https://site.test/a/b.html")
    assert issue_day(page, "A visit ends", date(2026, 4, 1)) == (date(2026, 3, 12), "shown")
    assert issue_day(page, "A visit ends", date(2026, 3, 12)) is None

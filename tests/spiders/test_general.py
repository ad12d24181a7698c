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
    return [line[:9].strip() for line in found[0]] if found else []


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


def test_a_text_goes_on_after_a_box_put_into_it_and_ends_at_a_row_of_links() -> None:
    box = '<div class="b"><p>Read also</p><a href="/x">Another story of the day</a></div>'
    row = (
        '<div class="b">' + "".join(f'<p><a href="/{n}">Another story of the day</a></p>' for n in range(4)) + "</div>"
    )
    assert lines(f"<h1>A visit ends</h1><div>{PROSE}{box}{TEXT}</div>") == ["The deleg", "The deleg", "It was th"]
    assert lines(f"<h1>A visit ends</h1><div>{TEXT}<h3>Related stories</h3>{row}{PROSE}</div>") == [
        "The deleg",
        "It was th",
    ]


@pytest.mark.parametrize(
    "beside",
    [
        '<blockquote class="pull"><p>saw the port, and left on Friday</p></blockquote>',
        "<p>###</p>",
        "<hr><p><small>Harbour Street 1, second floor</small></p>",
        '<h4 class="x">Documents</h4>',
    ],
)
def test_what_repeats_or_follows_a_text_is_none_of_it(beside: str) -> None:
    assert lines(f"<h1>A visit ends</h1><div>{TEXT}{beside}</div>") == ["The deleg", "It was th"]


LEAD = "The port of the delegation's choice, said the mayor, was a surprise to all."


@pytest.mark.parametrize(
    ("lead", "begins"),
    [
        (f'<div class="lead"><p>{LEAD}</p></div><p>By Jane Miller</p>', "The port"),
        (f"<h2>{LEAD}</h2><p>12 March 2026</p>", "The port"),
        (f'<div data-role="standfirst">{LEAD * 5}</div><p>By Jane Miller</p>', "The port"),
        (
            f'<div class="teaser"><p>{LEAD}</p></div><div class="offer"><p>Read on, from one a month.</p></div>',
            "The port",
        ),
        ("<h2>Of ports, people and parties: an essay by the mayor of the town</h2>", "The deleg"),
        ('<div class="lead"><p>The delegation met the party\'s leaders, saw the port …</p></div>', "The deleg"),
        (f'<div class="teaser"><p>{LEAD} <a href="/x/">More</a></p></div>', "The deleg"),
    ],
)
def test_a_lead_set_by_itself_begins_the_text(lead: str, begins: str) -> None:
    head = f"<title>A visit ends</title><div><h1>A visit ends</h1>{lead}</div>"
    found = lines(f'{head}<div class="text">{TEXT}</div>')
    assert found == ["The port"] * (begins == "The port") + ["The deleg", "It was th"]


def test_a_lead_is_followed_by_short_sentences_and_by_no_other_stories() -> None:
    lead = f'<div><h1>A visit ends</h1><div class="lead"><p>{LEAD}</p></div></div>'
    others = f'<h3>Related stories</h3><div class="b">{PROSE}</div>'
    assert lines(f"{lead}<div><p>They left on Friday.</p></div>{others}") == ["The port", "They left"]
    assert lines(f"{lead}{others}") == ["The port"]


def test_a_text_goes_on_in_the_next_component_like_its_first() -> None:
    component = '<div class="grid"><div class="text">{}</div></div>'
    box = f'<div class="grid-box"><p>Read also</p><h2><a href="/x">Another story</a></h2><p>{LEAD}</p></div>'
    source = component.format(PROSE) + box + component.format(TEXT)
    assert lines(f"<h1>A visit ends</h1><div>{source}</div>") == ["The deleg", "The deleg", "It was th"]


@pytest.mark.parametrize(
    ("style", "between", "count"),
    [
        ("white-space: pre-line", "\n", 2),
        ("white-space:pre-wrap", "\n\n", 2),
        ("", "\n \n", 2),
        ("", "\n", 1),
        ("white-space: nowrap", "\n", 1),
    ],
)
def test_breaks_in_a_text_part_paragraphs_where_they_are_shown(style: str, between: str, count: int) -> None:
    text = f"The delegation met the party's leaders, saw the port, and left.{between}{LEAD}"
    assert len(lines(f'<h1>A visit ends</h1><div><div style="{style}">{text}</div></div>')) == count


def test_a_caption_does_not_run_into_the_text_about_it() -> None:
    picture = '<span class="photo"><div><img src="1.jpg"></div><em>The hall, seen from the street.</em></span>'
    text = f"{PROSE[3:-4]}<br><br>{picture}{LEAD}<br><br>{PROSE[3:-4]}"
    assert lines(f"<h1>A visit ends</h1><div>{text}</div>") == ["The deleg", "The port", "The deleg"]


def test_what_stands_in_a_marked_text_and_is_none_is_left_out() -> None:
    within = (
        "<figure><img src='1.jpg'><figcaption>The hall</figcaption></figure>"
        + PROSE
        + "<div class='box'><a href='/x'>Another story of the day</a> <span>Read also</span></div>"
        + "<p>They left on Friday.</p>"
    )
    source = f"<h1>A visit ends</h1><h2>{LEAD}</h2><div itemprop='articleBody'>{within}</div>"
    assert lines(source) == ["The port", "The deleg", "They left"]


def test_a_text_goes_on_after_asterisks() -> None:
    assert lines(f"<h1>A visit ends</h1><div>{PROSE}<p>* * *</p>{TEXT}</div>") == [
        "The deleg",
        "The deleg",
        "It was th",
    ]


def test_a_headings_marks_are_none_of_it() -> None:
    marks = '<a class="edit-link" href="/edit">[edit]</a><a href="#met">¶</a><i aria-hidden="true">link</i>'
    source = f'<h1>A visit ends</h1><div>{PROSE}<h3 id="met">Whom they met{marks}</h3>{TEXT}</div>'
    assert body_of(Html(source, "https://site.test/a/b.html"))[0][1] == "Whom they met"  # type: ignore[index]


def test_components_and_styled_elements_part_lines_but_not_amid_words() -> None:
    first = "The <x-term>delegation</x-term> met <b>all</b> the leaders, saw the port, and left."
    second = "It was the third visit of the year, said the embassy, and the longest."
    source = f"<story-text><s-p>{first}</s-p><span style='display: block'>{second}</span></story-text>"
    found = body_of(Html(f"<s-title>A visit ends</s-title>{source}", "https://site.test/a/b.html"))
    assert found == (["The delegation met all the leaders, saw the port, and left.", second], "shape")


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
            "<title>General</title><b>General</b><br><font size=5><b>A visit ends, all well</b></font>",
            "A visit ends, all well",
        ),
        (
            "<title>Site : A visit...</title><meta property='og:title' content='Site'><p><b>A visit ends well</b></p>",
            "A visit ends well",
        ),
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


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("<p>14/05/2024</p>", date(2024, 5, 14)),
        ("<p>Posted on 05.14.2024 by Jane Miller</p>", date(2024, 5, 14)),
        ("<dl><dt>Published</dt><dd>14-05-2024</dd><dt>Updated</dt><dd>16-05-2024</dd></dl>", date(2024, 5, 14)),
        ("<p>05/04/2024</p>", None),
        ("<p>31/02/2024</p>", None),
        ("<p>Updated: 14/05/2024</p>", None),
        ("<p>14/05/2024</p><p>16/05/2024</p>", None),
    ],
)
def test_a_day_in_figures_is_read_where_there_is_no_doubt(told: str, day: date | None) -> None:
    page = Html(f"<h1>A visit ends</h1>{told}<div>{TEXT}</div>", "https://site.test/a/b.html")
    body = body_of(page)
    assert body is not None
    assert [line[:9] for line in body[0]] == ["The deleg", "It was th"]
    assert published_of(page, "A visit ends", body[0]) == (day and (day, "shown"))


def test_a_day_in_figures_that_the_page_tells_elsewhere_is_without_doubt() -> None:
    meta = '<meta name="modified" content="2024-04-05">'
    page = Html(f"{meta}<h1>A visit ends</h1><p>05/04/2024</p><div>{TEXT}</div>", "https://site.test/a/b.html")
    assert published_of(page, "A visit ends", []) == (date(2024, 4, 5), "shown")


def test_the_day_above_all_is_the_issues_and_not_a_clocks() -> None:
    page = Html(f"<p>Thursday, March 12, 2026</p><h1>A visit ends</h1><div>{TEXT}</div>", "https://site.test/a/b.html")
    assert issue_day(page, "A visit ends", date(2026, 4, 1)) == (date(2026, 3, 12), "shown")
    assert issue_day(page, "A visit ends", date(2026, 3, 12)) is None

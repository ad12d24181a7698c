"""Hostile texts stay texts, mails stay small, the text part stands alone, Chromium is content."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.contents import contents
from digests.editions import EditionFolder, make_edition
from digests.periods import parse_period
from digests.rendering import Links, fill, mark, render
from digests.rows import EditionRows
from digests.slices import whole_slice
from digests.texts import MARK_END, MARK_START, clean, web_address
from pipeline.config import Settings
from pipeline.store.database import Database

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WEEK = parse_period("2025-W30")
AFTER = datetime(2025, 7, 28, 4, tzinfo=UTC)

HOSTILE = [
    "<script>alert(1)</script>会见",
    '"><img src=x onerror=alert(1)>',
    "'); alert(1); //",
    "</style><svg/onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}${7*7}",
    "标题\r\nBcc: everybody@example.org\r\n\r\nbody",
    "\u202egnp.exe\u202c\u2066\u200b\ufeff",
    f"{mark('unsubscribe')}{mark('reader')}{mark('copy:sn_00000000000000')}{mark('had:2025-W29')}{mark('/had')}",
    "{% trans %}x{% endtrans %}%(name)s%s{0}{chinese}[{when}]",
    '"cid:trend" src="cid:trend"',
    "Z̴̡̢̛͔̗̦̱̠̲̤̥̦͕̜̺̼̗͚̓̈́̀͊͂̇̽̾͆͐͒̏̑̍̀͂̃̽̎̋͑̕͠͝a̶l̵g̴o",
    "长" * 50_000,
    "\x00\x1b[31m\x7f",
]


class Seen(HTMLParser):
    """What a browser would make of it: tags, attributes, text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


@pytest.fixture
def database_url(begun_copy: str) -> str:
    """What is drawn does not depend on the kind of database."""
    return begun_copy


def rows_of(database: Database, language: str = "en") -> EditionRows:
    with database.reading() as session:
        return contents(session, WEEK, [whole_slice(session, "weekly", language)], AFTER)[0].rows


def hostile_week(f: Any) -> None:
    """Every hostile text in every place that a page can fill."""
    for number, text in enumerate(HOSTILE):
        site = f.site(f"site{number}_zh", title=f"Site {number}")
        f.run(site.name, AFTER, "blocked", cause=text)
        page = f.page(site.name, url=f"https://example.org/{number}", listed_title=text)
        event = f.event(date(2025, 7, 22), pages=[page], title_zh=text, title_en=text, place=text)
        f.person(event, text, title=text)
        f.person(event, "Liu Jianchao", side="chinese", title_zh=text)
        f.body(event, f"body-{number}", text)
        before, after = f.reading(page, title=text, body=text), f.reading(page, title=text, body=text + "。")
        f.change(page, before, after, diff=f"--- a\n+++ b\n@@ -1 +1 @@\n-{text}\n+{text}。", fields=[text[:40]])
    f.event(date(2025, 7, 22), pages=[f.page(url="javascript:alert(1)")])
    f.event(date(2025, 7, 22), pages=[f.page(url='https://example.org/"onmouseover="alert(1)')])


def check_inert(html: str) -> None:
    """Nothing but links to the web, to copies and to the chart; no element or attribute that acts, no mark left."""
    seen = Seen(html)
    assert not {"script", "svg", "iframe", "object", "form"} & set(seen.tags)
    assert seen.tags.count("img") <= 1
    assert not [name for name, _ in seen.attributes if name.startswith("on")]
    links = [value or "" for name, value in seen.attributes if name in ("href", "src")]
    assert all(re.match(r"https?://|copies/sn_|images/trend\.png$", link) for link in links), links
    assert not re.search(f"[{MARK_START}{MARK_END}\u202e\u2066\u200b\ufeff\x00\x1b]", html)


def test_hostile_texts_never_become_markup_links_or_headers(database: Database, drawn_edition: EditionFolder) -> None:
    pages = [drawn_edition.index, *(drawn_edition.path / "copies").iterdir()]
    assert len(pages) > len(HOSTILE)
    for path in pages:
        check_inert(path.read_text())
    assert "{{ 7 * 7 }}" in drawn_edition.index.read_text()
    text = (drawn_edition.path / "index.txt").read_text()
    assert not re.search(f"[{MARK_START}{MARK_END}\u202e\u2066\u200b\ufeff\x00\x1b\r]", text)
    raw = (drawn_edition.path / "2025-W30.eml").read_bytes()
    head, _, _ = raw.partition(b"\r\n\r\n")
    assert b"Bcc" not in head
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    for language in ("en", "zh"):
        public = Links("https://idwatch.example/copies/{}".format, "https://idwatch.example/events/{}".format)
        check_inert(fill(render(rows_of(database, language), draft=False), public).html)


@pytest.fixture
def fill_week(fill: Any) -> None:
    def week(f: Any) -> None:
        for number in range(12):
            event = f.event(date(2025, 7, 21 + number % 7), countries=(("ZAF", "VNM", "BRA")[number % 3],))
            f.body(event, "chn-idcpc", "International Department of the CPC Central Committee", country="CHN",
                   kind="cpc_dept", side="chinese")  # fmt: skip
            f.person(event, "Liu Jianchao", side="chinese", title="Minister", body="chn-idcpc")
        f.event(date(2025, 8, 4), realis="planned", type="VISIT.IN")

    fill(week)


def test_every_event_is_told_in_html_and_in_text(database: Database, fill_week: None) -> None:
    rows = rows_of(database)
    rendered = render(rows, draft=False)
    for event in (*rows.events, *rows.planned):
        for source in event.sources:
            assert mark(f"copy:{source.copy}") in rendered.html
            assert mark(f"copy:{source.copy}") in rendered.text
            assert f'href="{source.url}"' in rendered.html
            assert str(source.url) in rendered.text
    assert rendered.text.count("刘建超会见南非客人") == 13


def test_the_text_part_stands_alone(database: Database, fill_week: None) -> None:
    filled = fill(
        render(rows_of(database), draft=False),
        Links(lambda code: f"https://x.example/{code}", unsubscribe="mailto:a@b.c"),
    )
    text = filled.text
    assert "<" not in text.replace("<mailto", "")
    assert "&amp;" not in text
    assert "12 CONTACTS WITH 3 COUNTRIES" in text
    assert "Preferences" not in text
    assert "SUB-SAHARAN AFRICA\n" in text
    assert "Unsubscribe: mailto:a@b.c" in text
    assert "https://x.example/sn_" in text
    assert "\n\n\n" not in text
    assert all(len(line) <= 72 for line in text.splitlines() if "http" not in line)


def test_without_a_public_address_a_mail_names_the_id_of_the_copy(database: Database, fill_week: None) -> None:
    rows = rows_of(database)
    filled = fill(render(rows, draft=False), Links(lambda code: None, unsubscribe="mailto:a@example.org"))
    code = rows.events[0].sources[0].copy
    assert f"copy {code}" in filled.html
    assert f"copy: {code}" in filled.text
    assert MARK_START not in filled.html + filled.text


@given(st.text())
def test_cleaned_texts_are_one_visible_line(text: str) -> None:
    cleaned = clean(text, 40)
    if cleaned is not None:
        assert len(cleaned) <= 40
        assert cleaned == cleaned.strip()
        assert not re.search("[\r\n\t\u202a-\u202e\u2066-\u2069\u200b-\u200f\ue000-\uf8ff\x00-\x1f]", cleaned)
        assert clean(cleaned, 40) == cleaned


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://www.idcpc.gov.cn/lldt/t1.html?a=1&b=2", True),
        ("http://例子.中国/页", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("https:///no-host", False),
        ("https://a b.example/", False),
        ("https://a.example/\u202e", False),
        ("http://[broken", False),
        ("//a.example/", False),
    ],
)
def test_only_web_addresses_become_links(url: str, kept: bool) -> None:
    assert web_address(url) == (url if kept else None)


@pytest.mark.chromium
def test_hostile_texts_do_nothing_in_chromium_and_every_copy_opens_from_disk(
    browser: Browser, drawn_edition: EditionFolder
) -> None:
    page = browser.new_page()
    troubles: list[str] = []
    page.on("console", lambda said: troubles.append(said.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("dialog", lambda dialog: troubles.append(dialog.message))
    page.goto(drawn_edition.index.as_uri())
    for width in (320, 360, 600, 700):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    copies = {link for link in links if link.startswith("file:")}
    assert copies
    page.set_viewport_size({"width": 320, "height": 800})
    for link in copies:
        page.goto(link)
        assert page.locator("text=SHA-256").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert troubles == []
    page.close()


@pytest.fixture
def drawn_edition(database: Database, settings: Settings, request: pytest.FixtureRequest) -> EditionFolder:
    request.getfixturevalue("fill")(hostile_week)
    return make_edition(database, settings, WEEK, AFTER)

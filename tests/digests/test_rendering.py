"""Hostile texts stay texts, mails stay small, the text part stands alone, Chromium is content."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.editions import EditionFolder, make_edition
from digests.message import MailFacts, as_bytes, message
from digests.periods import parse_period
from digests.rendering import MAIL_LIMIT, Links, fill, mark, render
from digests.rows import EditionRows
from digests.selection import choose
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
    f"{mark('unsubscribe')}{mark('reader')}{mark('copy:sn_00000000000000')}",
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


def rows_of(database: Database) -> EditionRows:
    with database.reading() as session:
        return choose(session, WEEK, None, AFTER).rows


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


@pytest.mark.parametrize("public_url", [None, "https://idwatch.example"])
def test_hostile_texts_never_become_markup_links_or_headers(
    database: Database, settings: Settings, fill: Any, public_url: str | None
) -> None:
    settings.digest.public_url = public_url
    fill(hostile_week)
    edition = make_edition(database, settings, WEEK, AFTER)
    pages = [edition.index, *(edition.path / "copies").iterdir()]
    assert len(pages) > len(HOSTILE)
    for path in pages:
        html = path.read_text()
        seen = Seen(html)
        assert not {"script", "img", "svg", "iframe", "object", "form"} & set(seen.tags)
        assert not [name for name, _ in seen.attributes if name.startswith("on")]
        links = [value or "" for name, value in seen.attributes if name in ("href", "src")]
        assert all(re.match(r"https?://|copies/sn_", link) for link in links), links
        assert not re.search(f"[{MARK_START}{MARK_END}\u202e\u2066\u200b\ufeff\x00\x1b]", html)
    assert "{{ 7 * 7 }}" in edition.index.read_text()
    text = (edition.path / "index.txt").read_text()
    assert not re.search(f"[{MARK_START}{MARK_END}\u202e\u2066\u200b\ufeff\x00\x1b\r]", text)
    raw = (edition.path / "2025-W30.eml").read_bytes()
    head, _, _ = raw.partition(b"\r\n\r\n")
    assert b"Bcc" not in head
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


def test_names_of_subscribers_cannot_break_a_header(database: Database) -> None:
    filled = fill(render(rows_of(database), draft=False), Links(lambda code: None, "mailto:a@example.org"))
    facts = MailFacts("idwatch <idwatch@example.org>", "2025-W30", AFTER)
    mail = message(filled, facts, to="r@example.org", name="X\r\nBcc: all@example.org", message_id="1")
    head = as_bytes(mail).partition(b"\r\n\r\n")[0]
    assert b"\r\nBcc" not in head
    assert mail["To"].addresses[0].addr_spec == "r@example.org"


def test_a_mail_is_the_same_bytes_again_and_has_its_headers(database: Database, fill_week: None) -> None:
    filled = fill(render(rows_of(database), draft=False), Links(lambda code: None, "mailto:a@example.org"))
    facts = MailFacts("idwatch <idwatch@example.org>", "2025-W30", AFTER)
    mails = [as_bytes(message(filled, facts, to="r@example.org", name=None, message_id="id1")) for _ in range(2)]
    assert mails[0] == mails[1]
    for header in (
        b"Date: Mon, 28 Jul 2025 04:00:00 +0000",
        b"Message-ID: <id1@example.org>",
        b"List-Id:",
        b"<mailto:idwatch@example.org?subject=unsubscribe",
        b"Content-Type: multipart/alternative",
    ):
        assert header in mails[0]
    assert mails[0].index(b"text/plain") < mails[0].index(b"text/html")


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
        render(rows_of(database), draft=False), Links(lambda code: f"https://x.example/{code}", "mailto:a@b.c")
    )
    text = filled.text
    assert "<" not in text.replace("<mailto", "")
    assert "&amp;" not in text
    assert "12 CONTACTS WITH 3 COUNTRIES" in text
    assert "SUB-SAHARAN AFRICA\n" in text
    assert "Unsubscribe: mailto:a@b.c" in text
    assert "https://x.example/sn_" in text
    assert "\n\n\n" not in text
    assert all(len(line) <= 72 for line in text.splitlines() if "http" not in line)


def test_a_week_of_hundreds_of_events_stays_below_what_gmail_shows(database: Database, fill: Any) -> None:
    def crowded(f: Any) -> None:
        for number in range(260):
            event = f.event(date(2025, 7, 21 + number % 7), themes=("bri", "poverty"), title_zh="题" * 60)
            f.person(event, "Somebody With A Long Name", title="Secretary-General of a Party with a Long Name")

    fill(crowded)
    rows = rows_of(database)
    html = render(rows, draft=False).html
    assert len(html.encode()) <= MAIL_LIMIT
    told = html.count("on 21 July") + html.count("on 22 July")
    left = re.search(r"(\d+) more events? not listed", html)
    assert told
    assert left
    assert int(left[1]) + html.count("copy:sn_") == 260


def test_without_a_public_address_a_mail_names_the_id_of_the_copy(database: Database, fill_week: None) -> None:
    rows = rows_of(database)
    filled = fill(render(rows, draft=False), Links(lambda code: None, "mailto:a@example.org"))
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
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 600, 700])
def test_it_fits_in_chromium(browser: Browser, drawn_edition: EditionFolder, width: int, scheme: Any) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    troubles: list[str] = []
    page.on("console", lambda said: troubles.append(said.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("dialog", lambda dialog: troubles.append(dialog.message))
    for path in [drawn_edition.index, next((drawn_edition.path / "copies").iterdir())]:
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert not page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") or page.evaluate(
            "getComputedStyle(document.querySelector('.sheet')).backgroundColor"
        ) == "rgb(25, 28, 31)"  # fmt: skip
    assert troubles == []
    context.close()


@pytest.mark.chromium
def test_every_link_to_a_copy_opens_from_disk(browser: Browser, drawn_edition: EditionFolder) -> None:
    page = browser.new_page()
    page.goto(drawn_edition.index.as_uri())
    links = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    copies = [link for link in links if link.startswith("file:")]
    assert copies
    for link in copies:
        page.goto(link)
        assert page.locator("text=SHA-256").count() == 1
    page.close()


@pytest.fixture
def drawn_edition(database: Database, settings: Settings, fill: Any) -> EditionFolder:
    fill(hostile_week)
    return make_edition(database, settings, WEEK, AFTER)

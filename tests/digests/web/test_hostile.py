"""What pages of sites may hold, through every page and feed: nothing executes, nothing breaks out, layout holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from digests.web.server import serving

SCRIPTS = [
    "<script>alert(1)</script>", "</title><script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>", "<body onload=alert(1)>", "\"><svg onload=alert(1)>", "' onmouseover='alert(1)",
    "javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "<iframe src=javascript:alert(1)>",
    "<a href=\"java\nscript:alert(1)\">x</a>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<style>@import'//evil.example/x.css';</style>",
    "]]><script xmlns='http://www.w3.org/1999/xhtml'>alert(1)</script>", "<!--><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;", "\x00<script>alert(1)</script>",
    "＜script＞alert(1)＜/script＞",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>", "<base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/x.css>", "<form action=https://evil.example/><button>",
]  # fmt: skip
"""After OWASP's cheat sheet on filter evasion."""
TEMPLATES = [
    "{{ 7*7 }}",
    "{% for a in b %}",
    "${7*7}",
    "#{7*7}",
    "{{''.__class__.__mro__}}",
    "%(name)s {0}",
    "<%= 7*7 %>",
]
LINES = ["Title\r\nSet-Cookie: a=b", "Subject\nBcc: all@example.org", "a\u2028b\u2029c\x0b\x0c\x85"]
DIRECTIONS = [
    "\u202eevil\u202c",
    "\u2066\u2067abc",
    "ze\u200bro\u200d\ufeffwidth",
    "مرحبا بالعالم",
    "e" + "\u0301" * 400,
]
LONG = ["A" * 50_000, "长" * 50_000, "word " * 10_000]
CORPUS = [*SCRIPTS, *TEMPLATES, *LINES, *DIRECTIONS, *LONG]
HIDDEN = "\u202e\u202c\u2066\u2067\u200b\u200d\ufeff\x00\x0b\x0c"
Get = Callable[..., Any]


@pytest.fixture
def ids(everything: Any, fill: Any, corrected: Any) -> dict[str, str]:
    """Every string of the corpus as title, place, name, title of a person, name of a party, title of a page."""

    def work(f: Any) -> None:
        for number, text in enumerate(CORPUS):
            page = f.page(url=f"https://www.idcpc.gov.cn/x/{number}.html", listed_title=text)
            event = f.event(pages=[], title_zh=text, title_en=text, place=text, place_zh=text)
            f.mention(event, page, f.reading(page, title=text, body=text[:400]))
            f.person(event, text[:90] + str(number), title=text, title_zh=text)
            f.body(event, f"zaf-{number}", text, name_zh=text)

    found: dict[str, str] = everything(SCRIPTS[1])
    corrected(found["meeting"], SCRIPTS[2])
    fill(work)
    return found


def test_texts_stay_texts_on_every_page(get: Get, ids: Any, addresses: Any, feeds: tuple[str, ...]) -> None:
    for path in addresses(ids):
        answer = get(path)
        assert answer.status in (200, 400, 404), path
        tree = answer.page
        assert not list(tree.iter("script", "iframe", "base", "svg", "math", "object")), path
        assert all(one.get("src", "").startswith("/charts/") for one in tree.iter("img")), path
        assert not [name for one in tree.iter() if isinstance(one.tag, str) for name in one.attrib if name[:2] == "on"]
        links = [one.get("href") or "" for one in tree.iter("a")]
        assert not [one for one in links if not one.startswith(("/", "https://", "http://", "#", "?"))], path
        assert not set(HIDDEN) & set(answer.text), path
        assert "Set-Cookie" not in answer.headers
    for template in TEMPLATES:
        assert template in get("/events").shown, "as it was written"
    for path in feeds:
        etree.fromstring(get(path).text.encode())


@pytest.mark.parametrize("width", [360])
def test_nothing_executes_and_the_layout_holds(
    width: int, get: Get, ids: Any, addresses: Any, database: Any, on_a_port: Any, browser: Any
) -> None:
    walked(addresses(ids, 1), database, on_a_port, browser, width, "light")


@pytest.mark.soak
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 700, 1100])
def test_nothing_executes_at_any_width(
    width: int, scheme: str, get: Get, ids: Any, addresses: Any, database: Any, on_a_port: Any, browser: Any
) -> None:
    walked(addresses(ids), database, on_a_port, browser, width, scheme)


def walked(paths: list[str], database: Any, settings: Any, browser: Any, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    dialogs, complaints, elsewhere = [], [], []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda one: elsewhere.append(one.url) if "127.0.0.1" not in one.url else None)
    with serving(database, settings) as address:
        for path in paths:
            page.goto(f"{address}{path.removeprefix('/')}", wait_until="load")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            complaints[:] = [one for one in complaints if "status of 40" not in one]  # a refusal that was asked for
            assert (dialogs, complaints, elsewhere) == ([], [], []), path
    page.close()

"""`idwatch record`: one polite question, its exchange as a WARC fixture, what the reader makes of it beside it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipeline.archive import iterate

HOST = "www.recorded.example"
SITES = {"recorded": HOST}
BODY = "The delegation met the deputy head of the department and spoke of exchanges between the two parties — twice."
ARTICLE = (
    "<html><title>A delegation | Site</title><h1 class='title'>A delegation</h1><p class='date'>2026-03-12</p>"
    f"<div class='text'><p>{BODY}</p></div></html>"
)
LIST = "<ul><li><a href='/news/1'>A delegation met somebody</a> 2026-03-12</li></ul>"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    return folder


@pytest.fixture
def record(tool: Callable[..., Any], internet: Any, pages: Path) -> Callable[..., Any]:
    """Runs ``idwatch record`` into the folder ``pages``."""
    internet.say(HOST, "/news/1", ARTICLE)
    internet.say(HOST, "/news/", LIST)
    internet.say(HOST, "/news/2", "", 301, Location="/news/1")
    internet.say(HOST, "/news/3", "no", 403)
    internet.say(HOST, "/robots.txt", "User-agent: idwatch\nDisallow: /news/4", Content_Type="text/plain")

    def run(*words: str) -> Any:
        command = ("record", *words, "--pages", str(pages))
        return tool(*command, connect_to={HOST: internet.address, "elsewhere.example": internet.address}, sites=SITES)

    return run


def test_an_article_is_recorded_as_it_came_with_what_is_read_of_it(
    record: Callable[..., Any], internet: Any, pages: Path
) -> None:
    child = record(f"https://{HOST}/news/1")
    assert child.returncode == 0, child.stderr
    assert internet.paths(HOST) == ["/robots.txt", "/news/1"]
    folder = pages / "recorded"
    assert sorted(path.name for path in folder.iterdir()) == ["article_news_1.json", "article_news_1.warc.gz"]
    values = json.loads((folder / "article_news_1.json").read_text(encoding="utf-8"))
    assert values == {
        "checked": False,
        "url": f"https://{HOST}/news/1",
        "title": "A delegation",
        "published": "2026-03-12",
        "language": "en",
        "body": BODY,
        "routes": {"title": "site:h1.title", "published": "site:p.date", "body": "site:div.text"},
        "findings": [],
    }
    assert 'take out the line "checked"' in child.stdout
    assert "declares no licence" in child.stderr
    # as another tool reads it
    with (folder / "article_news_1.warc.gz").open("rb") as stream:
        records = [
            (one.rec_type, one.content_stream().read()) for one in ArchiveIterator(stream, check_digests="raise")
        ]
    assert [kind for kind, _ in records] == ["warcinfo", "response", "request"]
    assert records[1][1] == ARTICLE.encode()
    # and as the tests do
    (exchange,) = iterate(folder, "article_news_1.warc.gz")
    assert exchange.header("Content-Type") == "text/html; charset=utf-8"
    assert exchange.fetched_at.isoformat() == "2026-03-13T00:00:00+00:00"


def test_a_list_is_recorded_under_the_name_that_is_given(record: Callable[..., Any], pages: Path) -> None:
    child = record(f"https://{HOST}/news/", "--site", "recorded", "--name", "list_first")
    assert child.returncode == 0, child.stderr
    values = json.loads((pages / "recorded" / "list_first.json").read_text(encoding="utf-8"))
    assert values == {
        "checked": False,
        "listed": [[f"https://{HOST}/news/1", "A delegation met somebody", "2026-03-12"]],
        "list_pages": None,
        "items": [],
        "findings": [],
    }


def test_the_answer_at_the_end_of_redirects_is_recorded(record: Callable[..., Any], pages: Path) -> None:
    child = record(f"https://{HOST}/news/2")
    assert child.returncode == 0, child.stderr
    (exchange,) = iterate(pages / "recorded", "article_news_1.warc.gz")
    assert (exchange.url, exchange.status) == (f"https://{HOST}/news/1", 200)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ((f"https://{HOST}/news/3",), 1, "blocked (status_403): the site refuses us"),
        ((f"https://{HOST}/news/4",), 1, "forbidden by robots.txt"),
        ((f"https://{HOST}/about",), 2, "is an address of no site"),
        ((f"https://{HOST}/about", "--site", "recorded"), 2, r"articles have paths such as ^/news/\d+$, lists are"),
        ((f"https://{HOST}/news/1", "--site", "nosuch"), 2, "no site is called 'nosuch'"),
        ((f"https://{HOST}/news/1", "--name", "list_one"), 2, "the name of this fixture is article_"),
        (("https://127.0.0.1/news/1", "--site", "recorded"), 2, "is no address of recorded"),
    ],
    ids=["refused", "forbidden", "nobody's", "no-page", "no-site", "name", "private"],
)  # fmt: skip
def test_what_cannot_be_recorded_leaves_nothing(
    record: Callable[..., Any], pages: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    child = record(*words)
    assert (child.returncode, told in child.stderr) == (code, True), child.stderr
    assert list(pages.rglob("*.*")) == []


def test_a_fixture_is_not_written_over(record: Callable[..., Any], internet: Any, pages: Path) -> None:
    (pages / "recorded").mkdir()
    (pages / "recorded" / "article_news_1.http").write_text("mine")
    child = record(f"https://{HOST}/news/1")
    assert child.returncode == 2
    assert "article_news_1.http exists already: give another name with --name, or take it away" in child.stderr
    assert internet.asked == []

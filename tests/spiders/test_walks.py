"""How the forms of lists are walked: real crawls, in child processes, of loopback copies of some declared sites."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

NOW = "2026-03-12T20:00:00+08:00"
NEXT_DAY = "2026-03-13T20:00:00+08:00"
PAPER = "paper.people.com.cn"
OURS = "中联部部长某某在京会见老挝人民革命党代表团，双方就加强两党交流深入交换意见。"
OTHER = "应某国总统邀请，某部长率政府经济代表团出席贸易博览会开幕式并参观展馆。"


class Internet:
    """One loopback server for all hosts: what ``pages`` has of host and path; everything else is missing."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.asked: list[str] = []
        internet = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                place = f"{self.headers['Host']}{self.path}"
                text = internet.pages.get(place)
                if not self.path.endswith("/robots.txt"):
                    internet.asked.append(place)
                body = (text or "missing").encode()
                self.send_response(404 if text is None else 200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def connect(self, *hosts: str) -> dict[str, str]:
        return dict.fromkeys(hosts, f"127.0.0.1:{self.server.server_port}")

    def since(self, begin: int) -> list[str]:
        return sorted(self.asked[begin:])


@pytest.fixture
def internet() -> Iterator[Internet]:
    internet = Internet()
    yield internet
    internet.server.shutdown()
    internet.server.server_close()


def rows(crawler: Any, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(crawler.folder / "data" / "idwatch.sqlite")) as connection:
        return connection.execute(query).fetchall()


def links(*addresses: str, title: str = "中联部部长会见老挝客人") -> str:
    return "".join(f'<ul><li><a href="{address}">{title}</a></li></ul>' for address in addresses)


def article(text: str) -> str:
    return f'<html><div class="article"><h1>标题</h1><div id="ozoom"><p>{text}</p></div></div></html>'


def test_an_epaper_is_walked_page_by_page_and_three_days_back(crawler: Any, internet: Internet) -> None:
    day, before = f"{PAPER}/rmrb/pc/layout/202603/12", f"{PAPER}/rmrb/pc/layout/202603/11"
    content = f"{PAPER}/rmrb/pc/content/202603"
    nodes = links("../../layout/202603/12/node_02.html", "../../layout/202603/10/node_01.html", title="版")
    internet.pages = {
        f"{PAPER}/rmrb/pc/layout/index.html": links("202603/12/node_01.html", "202603/12/node_02.html", title="版")
        + links("../content/202603/12/content_1.html")
        + links("../content/202603/12/content_2.html", title="春耕时节"),
        f"{day}/node_01.html": nodes,
        f"{day}/node_02.html": links("../../../content/202603/12/content_3.html"),
        f"{before}/node_01.html": links("../../../content/202603/11/content_4.html"),
        **{f"{content}/{name}.html": article(OURS) for name in ("12/content_1", "12/content_3", "11/content_4")},
    }
    (report,) = crawler("people_paper", connect_to=internet.connect(PAPER), now=NOW).values()
    assert (report["health"], report["cause"]) == ("ok", None)
    lists = {place for place in internet.asked if "/layout/" in place}
    assert lists == {
        f"{PAPER}/rmrb/pc/layout/index.html",
        *(f"{day}/node_0{number}.html" for number in (1, 2)),
        # a link of its own to an older issue is not followed, its address of three days before is
        *(f"{PAPER}/rmrb/pc/layout/202603/{number:02}/node_01.html" for number in (11, 10, 9)),
    }
    assert sorted(place for place in internet.asked if "/content/" in place) == [
        f"{content}/11/content_4.html",
        f"{content}/12/content_1.html",
        f"{content}/12/content_3.html",
    ]
    assert report["counts"]["off_list"] == 1
    assert rows(crawler, "SELECT count(*) FROM page") == [(3,)], "what is passed over is no page"
    assert rows(crawler, "SELECT count(*) FROM section WHERE walked_run_id IS NOT NULL") == [(1,)]


def test_what_is_off_topic_is_archived_counted_and_never_asked_again(crawler: Any, internet: Internet) -> None:
    content = f"{PAPER}/rmrb/pc/content/202603/12"
    internet.pages = {
        f"{PAPER}/rmrb/pc/layout/index.html": links(
            *(f"../content/202603/12/content_{number}.html" for number in (1, 2))
        ),
        f"{content}/content_1.html": article(OURS),
        f"{content}/content_2.html": article(OTHER).replace("标题", "某部长率代表团出席博览会"),
    }
    connect_to = internet.connect(PAPER)
    (report,) = crawler("people_paper", connect_to=connect_to, now=NOW).values()
    assert report["counts"]["off_topic"] == 1
    assert rows(crawler, "SELECT count(*) FROM snapshot") == [(1,)]
    archived = rows(crawler, "SELECT url FROM record WHERE url LIKE '%/content_2.html'")
    assert len(archived) == 1, "archived all the same"
    begin = len(internet.asked)
    (report,) = crawler("people_paper", connect_to=connect_to, now=NEXT_DAY).values()
    assert report["health"] == "ok"
    again = [place for place in internet.since(begin) if "/content/" in place]
    assert again == [f"{content}/content_1.html"], "due after a day; the other one never"


def test_of_a_feed_only_site_nothing_but_the_feed_is_asked(crawler: Any, internet: Internet) -> None:
    host = "www.scmp.com"
    entry = "<item><title>{0}</title><link>https://www.scmp.com/news/china/politics/article/{1}/x</link></item>"
    feed = entry.format("China's party diplomacy chief meets leaders of the Communist Party of China", 1)
    internet.pages = {f"{host}/rss/4/feed/": f"<rss><channel>{feed}{entry.format('Rain', 2)}</channel></rss>"}
    for now in (NOW, NEXT_DAY):
        (report,) = crawler("scmp", connect_to=internet.connect(host), now=now).values()
        assert (report["health"], report["cause"]) == ("ok", None)
    assert internet.asked == [f"{host}/rss/4/feed/"] * 2
    assert rows(crawler, "SELECT form, count(*) FROM snapshot GROUP BY form") == [("item", 1)]
    assert (report["counts"]["items"], report["counts"]["off_list"]) == (1, 1)


def test_a_general_sites_list_is_turned_to_what_is_known_and_no_deeper_than_declared(
    crawler: Any, internet: Internet
) -> None:
    host = "english.www.gov.cn"
    front, second = f"{host}/news/", f"{host}/news/page_2.html"
    story = "/news/202603/12/content_WS{0}.html"
    relevant = "International Department of the CPC Central Committee hosts party leaders"
    text = (
        f"<html><div class='Artical_Title'>{relevant}</div><div class='Artical_Content'><p>{relevant}.</p></div></html>"
    )
    internet.pages = {
        front: links(story.format("a1"), title="Spring festival in the villages"),
        second: links(story.format("b2"), title=relevant) + links(story.format("b3"), title="Tea harvest begins"),
        f"{host}/news/page_3.html": links(story.format("c3"), title=relevant),
        f"{host}/news/topnews/": links(story.format("a1"), title="Spring festival in the villages"),
        **{f"{host}{story.format(name)}": text for name in ("b2", "c3", "d4")},
    }
    crawler("govcn_en", connect_to=internet.connect(host), now=NOW)
    # two pages, as declared, of each list; a list that has no second one ends there
    assert internet.since(0) == sorted(
        [front, second, f"{host}/news/topnews/", f"{host}/news/topnews/page_2.html", f"{host}{story.format('b2')}"]
    )
    begin = len(internet.asked)
    internet.pages[front] = links(story.format("d4"), title=relevant) + links(story.format("b2"), title=relevant)
    crawler("govcn_en", connect_to=internet.connect(host), now="2026-03-12T21:00:00+08:00")
    assert second not in internet.since(begin), "the first page shows what is known"
    assert f"{host}{story.format('d4')}" in internet.since(begin)


def test_the_feeds_that_a_hub_names_are_read_and_news_of_another_edition_is_left(
    crawler: Any, internet: Internet
) -> None:
    host = "english.news.cn"
    number, key = "0123456789abcdef" * 2, "fedcba9876543210" * 2
    story = f"/20260312/{key}/c.html"
    title = "Senior CPC official meets Lao party delegation"
    text = f"<div class='conTop'><h1>{title}</h1></div><div id='detailContent'><p>The CPC delegation.</p></div>"
    entries = f'{{"title": "{title}", "publishUrl": "{{0}}", "publishTime": "2026-03-12 10:00:00"}}'
    urls = (story, f"https://www.news.cn/politics/20260312/{key}/c.html")
    internet.pages = {
        f"{host}/": f'<ul class="list" data="datasource:{number}"></ul>',
        f"{host}/list/latestnews.htm": f'<ul data="datasource:{number}"></ul>',
        f"{host}/ds_{number}.json": f'{{"datasource": [{", ".join(entries.replace("{0}", url) for url in urls)}]}}',
        f"{host}/list/ds_{number}.json": '{"datasource": []}',
        f"{host}{story}": text,
    }
    (report,) = crawler("xinhua_en", connect_to=internet.connect(host, "www.news.cn"), now=NOW).values()
    assert (report["health"], report["cause"]) == ("ok", None)
    assert internet.since(0) == sorted(internet.pages)
    assert rows(crawler, "SELECT title, published FROM reading") == [(title, "2026-03-12")]

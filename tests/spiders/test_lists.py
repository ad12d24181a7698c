"""The forms of lists: broken feeds, indexes of sitemaps, JSON in scripts, pagers; by sites of the tests' own."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pipeline.words import Outcome, Record, SiteKind
from spiders import reading, registry
from spiders.lists.pagers import page_address, page_number
from spiders.lists.script import NotAValue, value_in
from spiders.markup import Html
from spiders.site import Keys, ListForm, ListReading, Pager, Section, SiteSpider

ROOT = "https://news.example"
ATOM = "http://www.w3.org/2005/Atom"


def site(*sections: Section, **more: Any) -> Any:
    declared: dict[str, Any] = {
        "name": "test_site",
        "title": "News",
        "kind": SiteKind.MEDIA,
        "language": "en",
        "family": "local_media",
        "hosts": ("news.example", "www.news.example"),
        "home": f"{ROOT}/",
        "home_titles": frozenset({"News"}),
        "sections": sections,
        "article_paths": (re.compile(r"^/a/[\w-]+$"),),
        "every_hours": 24,
        "quiet_days": 7,
        "empty_is_normal": False,
        "licence": None,
        "verified": "a test's own site",
    }
    return type("TestSite", (SiteSpider,), declared | more)


FEED = Section(f"{ROOT}/feed/", "feed", form=ListForm.FEED)
SITEMAP = Section(f"{ROOT}/sitemap.xml", "map", form=ListForm.SITEMAP, further=re.compile(r"^/part-\d+\.xml$"))
LINKS = Section(f"{ROOT}/list/", "list")


def listed(found: ListReading) -> list[tuple[str, str | None, date | None]]:
    return [(one.url.removeprefix(ROOT), one.title, one.published) for one in found.listed]


def read(section: Section, text: str, url: str | None = None, **more: Any) -> ListReading:
    found: ListReading = site(section, **more).read_list(Html(text, url or section.url), section)
    return found


def rss(*items: str) -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{"".join(items)}</channel></rss>'


def item(name: str, title: str, more: str = "") -> str:
    return f"<item><title>{title}</title><link>{ROOT}/a/{name}</link>{more}</item>"


# Feeds


def test_a_feed_in_every_dialect() -> None:
    day = "<pubDate>Thu, 12 Mar 2026 23:30:00 +0000</pubDate>"
    atom = f"""<feed xmlns="{ATOM}"><entry><title type="html">One &amp;amp; two</title>
        <link rel="self" href="/feed/1"/><link href="/a/one?utm_source=rss&amp;id=7"/>
        <published>2026-03-12T23:30:00Z</published></entry></feed>"""
    rdf = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel/><item><title>One &amp; two</title>
        <link>{ROOT}/a/one</link><dc:date>2026-03-12</dc:date></item></rdf:RDF>"""
    for text in (rss(item("one", "One &amp; two", day)), atom, rdf):
        assert listed(read(FEED, text)) == [("/a/one", "One & two", date(2026, 3, 12))]
    (one,) = read(FEED, atom).listed
    assert one.address == f"{ROOT}/a/one?id=7", "what counts readers is not asked along"


def test_a_feeds_days_are_told_in_the_sites_zone_where_it_names_one() -> None:
    text = rss(item("one", "One", "<pubDate>Thu, 12 Mar 2026 23:30:00 GMT</pubDate>"))
    assert read(FEED, text).listed[0].published == date(2026, 3, 12)
    assert read(FEED, text, zone="Asia/Shanghai").listed[0].published == date(2026, 3, 13)


@pytest.mark.parametrize(
    "text",
    [
        f"\n junk {rss(item('one', 'A & B&nbsp;C'))}",
        rss(item("one", "<![CDATA[A & B&nbsp;C]]>")),
        rss(item("one", "A &amp; B&#160;C")).replace("</channel></rss>", ""),
        rss(item("one", "A & B C").replace("</title>", "</title><pubDate>no day</pubDate>")),
        rss(item("one", "A & <b>B</b> C")),
        rss("<item><title>A & B C</title><guid>https://news.example/a/one</guid></item>"),
        rss(item("one", "A & B\x08 C")),
    ],
    ids=["junk before it", "cdata", "cut off", "no day", "markup", "guid alone", "control character"],
)
def test_broken_feeds_are_read(text: str) -> None:
    assert listed(read(FEED, text)) == [("/a/one", "A & B C", None)]


def test_an_entity_bomb_is_refused_and_an_outer_entity_is_not_fetched(tmp_path: Any) -> None:
    bomb = '<!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + rss(item("one", "&b;"))
    secret = tmp_path / "secret"
    secret.write_text("secret")
    outer = f'<!DOCTYPE b [<!ENTITY a SYSTEM "file://{secret}">]>' + rss(item("one", "&a;"))
    for text in (bomb, outer):
        assert read(FEED, text) == ListReading(broken="xml_entities")


@pytest.mark.parametrize(
    ("text", "word"),
    [("", "not_xml"), ("no markup", "not_xml"), ("<html><p>Gone</p></html>", "not_xml"), ("<a><b/></a>", "not_a_feed")],
)
def test_what_is_no_feed_is_told(text: str, word: str) -> None:
    assert read(FEED, text).broken == word


def test_a_paywalled_sites_entries_are_its_pages() -> None:
    body = "<description>Short.</description><encoded>&lt;p&gt;First.&lt;/p&gt;&lt;p&gt;Second one.&lt;/p&gt;</encoded>"
    text = rss(item("one", "One", body), item("one", "One again"), item("two", "Two"))
    found = read(FEED, text, feed_only=True)
    assert [(page.title, page.body, page.item, page.form.value) for page in found.pages] == [
        ("One", "First.\nSecond one.", 0, "item"),
        ("Two", "", 1, "item"),
    ]
    assert len(found.listed) == 2


# Sitemaps


def test_a_sitemap_and_an_index_of_sitemaps() -> None:
    urlset = f"""<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
        <url><loc> {ROOT}/a/one </loc><lastmod>2026-03-20</lastmod><news:news><news:title>One</news:title>
        <news:publication_date>2026-03-12T08:00:00+08:00</news:publication_date></news:news></url>
        <url><loc>{ROOT}/about</loc></url><url><loc>{ROOT}/a/two</loc><lastmod>2026-03-20</lastmod></url></urlset>"""
    assert listed(read(SITEMAP, urlset)) == [("/a/one", "One", date(2026, 3, 12)), ("/a/two", None, None)]
    index = f"""<sitemapindex><sitemap><loc>{ROOT}/part-1.xml</loc><lastmod>2025-01-01</lastmod></sitemap>
        <sitemap><loc>{ROOT}/part-2.xml</loc><lastmod>2026-01-01</lastmod></sitemap></sitemapindex>"""
    assert read(SITEMAP, index).further == (f"{ROOT}/part-2.xml", f"{ROOT}/part-1.xml"), "the newest part first"
    assert read(SITEMAP, rss()).broken == "not_a_sitemap"


# Links


def test_of_several_links_to_one_document_the_best_title_and_the_day_beside_it() -> None:
    text = """<ul>
        <li><a href="/a/one"><img></a><a href="/a/one" title="A title in full">A title in …</a><i>2026-03-12</i></li>
        <li><h3><a href="/a/two?utm_source=x">Two</a></h3><p>A teaser that is longer than the title.
        <a href="/a/two">Read the whole of this story</a></p><span>March 11, 2026</span></li>
        <li><a href="/a/three" title="Three"><i>00:59</i> Three</a></li>
        <li><a href="/a/four">Four（2026-03-10）</a></li></ul><a href="/about">About us 2020-01-01</a>"""
    assert listed(read(LINKS, text)) == [
        ("/a/one", "A title in full", date(2026, 3, 12)),
        ("/a/two", "Two", date(2026, 3, 11)),
        ("/a/three", "Three", None),
        ("/a/four", "Four", date(2026, 3, 10)),
    ]


def test_a_document_in_two_sections_is_one_entry_by_its_key() -> None:
    text = '<p><a href="/a/x-77">One</a></p><p><a href="/a/y-77">The same, in another section</a></p>'
    assert len(read(LINKS, text).listed) == 2
    assert listed(read(LINKS, text, key=re.compile(r"-(\d+)$"))) == [("/a/x-77", "One", None)]
    assert listed(read(LINKS, text, no_titles=re.compile("^The same"))) == [("/a/x-77", "One", None)]


def test_the_pages_of_a_list_are_counted_by_its_links() -> None:
    pages = ("/list/page/2/", "/list/page/31/", "/x/page/99/")
    text = '<a href="/a/one">One</a>' + "".join(f'<a href="{page}">more</a>' for page in pages)
    folder = Section(f"{ROOT}/list/", "list", pager=Pager.FOLDER)
    assert read(folder, text).list_pages == 31
    assert read(LINKS, text).list_pages is None


# JSON and scripts


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ('{"data": {"list": [{"url": "/a/one", "title": "One", "day": "2026-03-12 10:00"}]}}', Keys(at="data.list")),
        ('cb({"data": {"list": [{"url": "/a/one", "title": "One", "day": "2026-03-12"}]}});', Keys(at="data.list")),
        ('[{"url": "/a/one", "title": "<b>One</b>", "day": 1773288000000}, {"url": "/about"}, 7]', Keys()),
        ('[{"url": "one", "title": "One", "day": "1773288000"}]', Keys(address=f"{ROOT}/a/{{}}")),
        ("<script>var item=[{url:'/a/one', 'title':'One', day:'2026-03-12',},];f();</script>", Keys(variable="item")),
    ],
)
def test_json_lists(text: str, keys: Keys) -> None:
    whole = Keys(keys.at, published="day", address=keys.address, variable=keys.variable)
    section = Section(f"{ROOT}/list.json", "list", form=ListForm.JSON, keys=whole)
    assert listed(read(section, text)) == [("/a/one", "One", date(2026, 3, 12))]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("<html>", "not_json"),
        ("{}", "no_json_list"),
        ('{"data": 1}', "no_json_list"),
        ("[{", "script_breaks_off"),
        ("[" * 100_000, "script_too_deep"),
        ("[alert(1)]", "not_a_literal"),
    ],
)
def test_what_is_no_json_list_is_told(text: str, word: str) -> None:
    section = Section(f"{ROOT}/list.json", "list", form=ListForm.JSON, keys=Keys(at="data"))
    assert read(section, text).broken == word


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            r"""x = {'a': "it\'s", b: [1, -2.5, 1e3], /* c */ c: null}; // d""",
            {"a": "it's", "b": [1, -2.5, 1000.0], "c": None},
        ),
        (r"x = '\u4e2d\x41\n\ud83d\ude00\ud83d'", "中A\n😀\ufffd"),
        ("var y = {x: [true, undefined]}", [True, None]),
    ],
)
def test_values_of_scripts(text: str, value: Any) -> None:
    assert value_in(text, "x") == value


def test_nothing_of_a_script_is_run() -> None:
    for text in ("x = f([1])", "x = [f([1])]", "y = 1", "x = [new Date()]"):
        with pytest.raises(NotAValue):
            value_in(text, "x")


# Whole answers


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Any:
    def declare(*sections: Section, **more: Any) -> None:
        monkeypatch.setitem(registry.spiders(), "test_site", site(*sections, **more))

    return declare


def answer(url: str, body: bytes, content_type: str = "text/html", status: int = 200) -> Any:
    headers = (("Content-Type", content_type),)
    return reading.read(Record("r", url, datetime(2026, 3, 13, tzinfo=UTC), status, headers, body, "f", 0))


@pytest.mark.parametrize("content_type", ["text/html", "application/rss+xml", "application/octet-stream", ""])
def test_a_feed_is_read_whatever_it_is_called(known: Any, content_type: str) -> None:
    known(FEED)
    shown = answer(FEED.url, rss(item("one", "One")).encode(), content_type)
    assert (shown.outcome, [one.title for one in shown.listed]) == (Outcome.OK, ["One"])


def test_the_charset_of_an_xml_declaration_counts(known: Any) -> None:
    known(FEED)
    text = rss(item("one", "中联部")).replace('version="1.0"?', 'version="1.0" encoding="gb2312"?')
    assert answer(FEED.url, text.encode("gb18030"), "text/xml").listed[0].title == "中联部"


def test_a_packed_sitemap_is_unpacked_within_bounds(known: Any) -> None:
    known(SITEMAP)
    body = f"<urlset><url><loc>{ROOT}/a/one</loc></url></urlset>".encode()
    assert len(answer(SITEMAP.url, gzip.compress(body), "application/gzip").listed) == 1
    shown = answer(SITEMAP.url, gzip.compress(b" " * 20_000_000), "application/gzip")
    assert (shown.outcome, shown.findings) == (Outcome.ERROR, ("too_large",))


def test_what_stands_in_a_lists_place_is_told_from_an_empty_list(known: Any) -> None:
    known(FEED)
    assert answer(FEED.url, rss().encode()).findings == ("empty_list",)
    shown = answer(FEED.url, b"<html><h1>Moved</h1><p>Please go on to our new pages.</p></html>")
    assert (shown.outcome, shown.findings) == (Outcome.ERROR, ("not_xml",))
    challenge = b"<html><script>document.cookie='x=1';location.reload()</script></html>"
    assert answer(FEED.url, challenge).outcome is Outcome.CHALLENGED


def test_of_a_general_site_what_may_be_relevant_is_listed_and_the_rest_is_told(known: Any) -> None:
    known(FEED, general=True)
    text = rss(
        item("one", "CPC delegation meets party leaders"),
        item("two", "Rain expected"),
        item("three", "Leaders return", "<description>They were guests of the Communist Party of China.</description>"),
    )
    shown = answer(FEED.url, text.encode())
    assert [one.title for one in shown.listed] == ["CPC delegation meets party leaders", "Leaders return"]
    assert [one.title for one in shown.off_list] == ["Rain expected"]


def test_a_sitemap_without_titles_is_judged_by_the_addresses(known: Any) -> None:
    known(SITEMAP, general=True)
    names = ("cpc-delegation-meets-party-leaders", "rain-expected")
    body = "".join(f"<url><loc>{ROOT}/a/{name}</loc></url>" for name in names)
    shown = answer(SITEMAP.url, f"<urlset>{body}</urlset>".encode())
    assert [one.url for one in shown.listed] == [f"{ROOT}/a/cpc-delegation-meets-party-leaders"]


def test_an_article_of_a_general_site_is_judged_by_its_text(known: Any) -> None:
    known(FEED, general=True)
    page = "<html><head><title>{0}</title></head><body><h1>{0}</h1><p>{1}</p></body></html>"
    ours = page.format(
        "Visit", "The International Department of the CPC Central Committee met the guests of the party."
    )
    other = page.format("Rain", "It is going to rain in the whole of the valley on Thursday and on Friday, it is said.")
    assert not answer(f"{ROOT}/a/one", ours.encode()).off_topic
    shown = answer(f"{ROOT}/a/one", other.encode())
    assert shown.off_topic
    assert "off_topic" in shown.findings
    assert shown.pages, "what has been held before is kept all the same"
    assert not answer(f"{ROOT}/a/one", page.format("Rain", "").encode()).off_topic, "no text proves nothing"


# Pagers


@pytest.mark.parametrize(
    ("first", "pager", "second", "third"),
    [
        (f"{ROOT}/l/", Pager.TRS, f"{ROOT}/l/index_1.html", f"{ROOT}/l/index_2.html"),
        (f"{ROOT}/l/index.shtml", Pager.TRS, f"{ROOT}/l/index_1.shtml", f"{ROOT}/l/index_2.shtml"),
        (f"{ROOT}/l/index.html", Pager.INDEX_2, f"{ROOT}/l/index2.html", f"{ROOT}/l/index3.html"),
        (f"{ROOT}/l/", Pager.INDEX_UNDER_2, f"{ROOT}/l/index_2.html", f"{ROOT}/l/index_3.html"),
        (f"{ROOT}/l", Pager.PAGE_2, f"{ROOT}/l/page_2.html", f"{ROOT}/l/page_3.html"),
        (f"{ROOT}/l/", Pager.FOLDER, f"{ROOT}/l/page/2/", f"{ROOT}/l/page/3/"),
        (f"{ROOT}/l/n1.jsonp?cb=n", Pager.NUMBERED, f"{ROOT}/l/n2.jsonp?cb=n", f"{ROOT}/l/n3.jsonp?cb=n"),
        (f"{ROOT}/l/node_9.htm", Pager.NAME_2, f"{ROOT}/l/node_9_2.htm", f"{ROOT}/l/node_9_3.htm"),
        (f"{ROOT}/feed/", Pager.PAGED, f"{ROOT}/feed/?paged=2", f"{ROOT}/feed/?paged=3"),
        (f"{ROOT}/s?page=1&c=5", Pager.QUERY, f"{ROOT}/s?page=2&c=5", f"{ROOT}/s?page=3&c=5"),
        (f"{ROOT}/s?q=a", Pager.QUERY_FROM_0, f"{ROOT}/s?q=a&page=1", f"{ROOT}/s?q=a&page=2"),
        (f"{ROOT}/s?offset=0&limit=24", Pager.OFFSET, f"{ROOT}/s?offset=24&limit=24", f"{ROOT}/s?offset=48&limit=24"),
    ],
)
def test_pagers_lead_there_and_back(first: str, pager: Pager, second: str, third: str) -> None:
    assert [page_address(first, pager, number) for number in (1, 2, 3)] == [first, second, third]
    assert [page_number(first, pager, url) for url in (first, second, third)] == [1, 2, 3]
    for other in (
        f"{ROOT}/other/",
        f"{ROOT}/l/deeper/index.html",
        f"{ROOT}/s?c=6&page=2",
        f"{ROOT}/s?offset=7&limit=24",
    ):
        assert page_number(first, pager, other) is None


def test_a_list_without_a_pager_has_one_page() -> None:
    assert page_number(f"{ROOT}/l/", Pager.NONE, f"{ROOT}/l/index.html") == 1
    assert page_number(f"{ROOT}/l/", Pager.NONE, f"{ROOT}/l/index_2.html") is None
    with pytest.raises(ValueError, match="has no page 2"):
        page_address(f"{ROOT}/l/", Pager.NONE, 2)


def test_the_size_of_a_search_page_is_not_which_search_it_is() -> None:
    first = f"{ROOT}/s?page=1&channelid=5&perpage=10"
    assert page_number(first, Pager.QUERY, f"{ROOT}/s?channelid=5&page=4&perpage=20") == 4
    assert page_number(first, Pager.QUERY, f"{ROOT}/s?channelid=6&page=4&perpage=10") is None

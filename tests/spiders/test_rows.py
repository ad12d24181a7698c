"""Sites as rows of a table: a row is a site, and a wrong one says where it is wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.words import SiteKind
from spiders import rows
from spiders.site import DeclarationError, ListForm, Pager, SiteSpider
from spiders.wix import WixSpider
from spiders.wordpress import WordPressSpider

ROW = """
[bulletin]
title = "The Bulletin"
kind = "watchdog"
language = "en"
hosts = ["bulletin.example", "www.bulletin.example"]
articles = ['^/\\d{4}/[\\w-]+/$']
verified = "a test's own site"
"""


def made(tmp_path: Path, text: str, base: type[SiteSpider] = WordPressSpider) -> Any:
    file = tmp_path / "papers.toml"
    file.write_text(text, encoding="utf-8")
    return rows.classes(file, base, "tests")["bulletin"]


def test_a_wordpress_site_is_seven_lines(tmp_path: Path) -> None:
    site = made(tmp_path, ROW)
    assert (site.name, site.kind, site.family, site.home) == (
        "bulletin",
        SiteKind.WATCHDOG,
        "watchdog",
        "https://bulletin.example/",
    )
    (section,) = site.sections
    assert (section.url, section.form, section.most_pages) == ("https://bulletin.example/feed/", ListForm.FEED, 3)
    assert site.list_page(section, 2) == "https://bulletin.example/feed/?paged=2"
    for address in ("/2026/a-post", "/2026/a-post/?utm_source=rss", "/2026/a-post/#comments"):
        assert site.canonical(f"http://www.bulletin.example{address}") == "https://bulletin.example/2026/a-post/"
    assert site.canonical("https://bulletin.example/2026/image.jpg") is None
    assert site.home_titles == {"The Bulletin"}


def test_a_wix_site_has_its_feed_and_for_a_backfill_its_sitemap(tmp_path: Path) -> None:
    site = made(tmp_path, ROW.replace("articles", "labels").replace("'^/\\d{4}/[\\w-]+/$'", "'News'"), WixSpider)
    assert [(section.form.value, section.history) for section in site.sections] == [("feed", False), ("sitemap", True)]
    assert site.canonical("https://bulletin.example/single-post/2018/06/04/a/") == (
        "https://bulletin.example/single-post/2018/06/04/a"
    )


def test_all_that_a_row_can_declare(tmp_path: Path) -> None:
    site = made(
        tmp_path,
        ROW
        + """
        home = "https://bulletin.example/en/"
        family = "academic"
        feeds = { "feed/" = "English" }
        lists = { "/column/" = "Column" }
        most_pages = 2
        general = true
        delay = 9
        notes = "What is to be known."
        [[bulletin.rules]]
        bodies = [".old"]
        until = 2024-12-31
        [[bulletin.rules]]
        titles = ["h1"]
        bodies = [".new"]
        furniture = "^Share"
        [[bulletin.sections]]
        url = "/all.json"
        title = "All"
        form = "json"
        pager = "?page=1"
        keys = { url = "link" }
        """,
    )
    assert [(one.url, one.form.value, one.most_pages) for one in site.sections] == [
        ("https://bulletin.example/en/feed/", "feed", 2),
        ("https://bulletin.example/column/", "links", 2),
        ("https://bulletin.example/all.json", "json", 2),
    ]
    assert [site.pager_of(one) for one in site.sections] == [Pager.PAGED, Pager.FOLDER, Pager.QUERY_FROM_0]
    assert [rule.until for rule in site.rules] == [date(2024, 12, 31), None]
    assert (site.family, site.general, site.delay, site.__doc__) == ("academic", True, 9.0, "What is to be known.")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('title = "The Bulletin"\n', "", r"papers\.toml, row \[bulletin\], key 'title': is missing"),
        ('hosts = ["bulletin.example", "www.bulletin.example"]\n', "", r"row \[bulletin\], key 'hosts': is missing"),
        ("verified", "verifed", r"key 'verifed': is not known; there are: articles, delay"),
        ("watchdog", "dog", r"key 'kind': is 'dog'; there are: official, watchdog, media"),
        ('"en"', "7", r"key 'language': is 7, and must be a text"),
        ("articles = ['^", "articles = ['(", r"key 'articles': is no regular expression: '\(/"),
        ('"watchdog"\n', '"watchdog"\nfamily = "x"\n', r"key 'family': is 'x'; there are: academic"),
        (
            '"watchdog"\n',
            '"watchdog"\nevery_hours = 0\n',
            r"key 'every_hours': is 0, and must be a whole number above 0",
        ),
        ('"watchdog"\n', '"watchdog"\ngeneral = "yes"\n', r"key 'general': is 'yes', and must be true or false"),
        ('"watchdog"\n', '"watchdog"\nfeeds = ["/feed/"]\n', r"key 'feeds': is a table of addresses and titles"),
        ('"watchdog"\n', '"watchdog"\nrules = { body = ["p"] }\n', r"key 'rules\.body': is not known"),
        ('"watchdog"\n', '"watchdog"\nsections = [{ url = "/" }]\n', r"key 'sections\.title': is missing"),
        (
            '"watchdog"\n',
            '"watchdog"\nsections = [{ url = "/", title = "x", pager = "next" }]\n',
            r"key 'sections\.pager': is 'next'; there are: none, index_1\.html",
        ),
        (
            '"watchdog"\n',
            '"watchdog"\nfeeds = { "https://other/" = "x" }\n',
            r"row \[bulletin\]: .*not recognised",
        ),
        ('kind = "watchdog"\n', "", r"row \[bulletin\]: .*declare 'kind'"),
        ("[bulletin]", "[bulletin", r"papers\.toml: "),
        ("[bulletin]", "stray = 1\n[bulletin]", r"papers\.toml, row \[stray\]: is no table"),
    ],
)
def test_a_wrong_row_names_file_row_and_key(tmp_path: Path, before: str, after: str, told: str) -> None:
    assert before in ROW
    with pytest.raises(DeclarationError, match=told):
        made(tmp_path, ROW.replace(before, after, 1))


def test_a_general_sites_lists_must_have_an_end(tmp_path: Path) -> None:
    text = ROW + '[[bulletin.sections]]\nurl = "/feed/"\ntitle = "x"\nform = "feed"\n'
    site = made(tmp_path, text)
    assert site.sections[0].most_pages == 3
    endless = type("Endless", (WordPressSpider,), {"most_pages": None}, abstract=True)
    with pytest.raises(DeclarationError, match="declare 'most_pages'"):
        made(tmp_path, text.replace("verified", "general = true\nverified"), endless)

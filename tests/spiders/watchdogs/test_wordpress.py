"""What holds for every site on WordPress."""

from __future__ import annotations

from datetime import date

import pytest

from spiders import registry
from spiders.markup import Html


@pytest.mark.parametrize(
    ("site", "address"),
    [
        ("namibian", "https://www.namibian.com.na/feed/"),
        ("namibian", "https://www.namibian.com.na/about-us/"),
        ("aspi", "https://www.aspistrategist.org.au/privacy-policy/"),
        ("mapinfluence", "https://mapinfluence.eu/en/category/"),
        ("sinopsis", "https://sinopsis.cz/en/page/2/"),
        ("sinopsis", "https://sinopsis.cz/en/about/"),
        ("jamestown", "https://jamestown.org/program/china-brief/"),
        ("choice", "https://chinaobservers.eu/wp-json/"),
    ],
)
def test_lists_and_standing_pages_are_no_documents(site: str, address: str) -> None:
    assert registry.spider(site).canonical(address) is None


@pytest.mark.parametrize(
    ("site", "address", "canonical"),
    [
        ("chinascope", "http://www.chinascope.org/archives/37925", "https://chinascope.org/archives/37925/"),
        ("jamestown", "https://jamestown.org/program/party-channels/", "https://jamestown.org/party-channels/"),
        ("jamestown", "https://jamestown.org/party-channels?utm_source=x", "https://jamestown.org/party-channels/"),
        ("sinopsis", "https://sinopsis.cz/en/workshop4?utm_source=rssfeed", "https://sinopsis.cz/en/workshop4/"),
        (
            "party_watch",
            "http://partywatchblog.wordpress.com/2016/04/21/275/",
            "https://partywatch.org/2016/04/21/275/",
        ),
    ],
)
def test_a_document_has_one_address(site: str, address: str, canonical: str) -> None:
    assert registry.spider(site).canonical(address) == canonical


def test_what_plugins_put_into_a_text_is_none_of_it() -> None:
    source = """<article class="entry-content"><p>One.</p><aside><p>More</p></aside>
        <figure class="wp-block-pullquote"><blockquote><p>One!</p></blockquote></figure>
        <div class="sharedaddy"><h3>Share this:</h3></div><p>– Advertisement –</p><p>Also read: Other</p>
        <p>Two: advertisements were read also.</p><div class="the-newsletter-box"><p>Sign up</p></div></article>"""
    site = registry.spider("choice")
    found = site.read_article(Html(source, "https://chinaobservers.eu/x/"), date(2026, 1, 1))
    assert found.body == (["One.", "Two: advertisements were read also."], "site:.entry-content")


def test_a_day_in_the_address_goes_before_the_metadata_in_utc() -> None:
    source = '<meta property="article:published_time" content="2019-09-22T20:15:00+00:00"><p>Text.</p>'
    page = Html(source, "https://partywatch.org/2019/09/23/x/")
    assert registry.spider("party_watch").read_article(page, date(2026, 1, 1)).published == (date(2019, 9, 23), "url")


def test_metadata_in_utc_are_told_on_the_sites_day() -> None:
    source = '<meta property="article:published_time" content="2025-02-10T22:30:00+00:00"><p>Text.</p>'
    page = Html(source, "https://www.namibian.com.na/x/")
    assert registry.spider("namibian").read_article(page, date(2026, 1, 1)).published == (date(2025, 2, 11), "metadata")

"""Atom feeds, checked against RFC 4287 element by element: what must be there, how often, and in which form."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree

from pipeline.config import DigestSettings, Settings

ATOM = "{http://www.w3.org/2005/Atom}"
OURS = {
    "feed": {"title", "id", "link", "updated", "author", "rights", "entry"},
    "entry": {"title", "id", "link", "updated", "summary"},
}
"""The elements we write (4.1.1 and 4.1.2 allow more); another one would be a mistake."""
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
Get = Callable[..., Any]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"digest": DigestSettings(public_url="https://idwatch.example/")})


def problems(text: str, address: str) -> list[str]:
    """What RFC 4287 forbids in a feed that stands at an address, by section."""
    feed = etree.fromstring(text.encode())
    found = [] if feed.tag == f"{ATOM}feed" else [f"4.1.1: the root is {feed.tag}"]
    found += contained(feed, "feed")
    authors = feed.findall(f"{ATOM}author")
    if len(authors) != 1 or not authors[0].findtext(f"{ATOM}name"):
        found.append("4.1.1: no author with a name")
    own = [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    if own != [address]:
        found.append(f"4.1.1: the link rel=self is {own}, not {address}")
    entries = feed.findall(f"{ATOM}entry")
    found += [problem for entry in entries for problem in contained(entry, "entry")]
    told = [(entry.findtext(f"{ATOM}id"), entry.findtext(f"{ATOM}updated")) for entry in entries]
    if len(set(told)) != len(told):
        found.append("4.1.1: two entries with the same id and updated")
    if (feed.findtext(f"{ATOM}updated") or "") < max((instant or "" for _, instant in told), default=""):
        found.append("4.2.15: the feed is older than an entry")
    return found


def contained(element: Any, kind: str) -> list[str]:
    """What is wrong in the children of a feed or an entry."""
    found = [f"{kind} holds {one.tag}" for one in element if one.tag not in {ATOM + name for name in OURS[kind]}]
    for name in ("id", "title", "updated"):
        if len(element.findall(ATOM + name)) != 1:
            found.append(f"4.1: {kind} has {len(element.findall(ATOM + name))} of {name}")
    for one in element.findall(f"{ATOM}id"):
        if not urlsplit(one.text or "").netloc or one.text != one.text.strip():
            found.append(f"4.2.6: the id {one.text!r} is no absolute IRI")
    for one in element.findall(f"{ATOM}updated"):
        if not INSTANT.fullmatch(one.text or "") or not datetime.fromisoformat(one.text):
            found.append(f"3.3: updated {one.text!r}")
    for one in (*element.findall(f"{ATOM}title"), *element.findall(f"{ATOM}summary")):
        if len(one) or one.get("type", "text") != "text":
            found.append(f"3.1.1.1: {one.tag} holds elements")
    if len(element.findall(f"{ATOM}summary")) > 1:
        found.append("4.1.2: more than one summary")
    links = element.findall(f"{ATOM}link")
    found += [f"4.2.7.1: href {one.get('href')!r}" for one in links if not urlsplit(one.get("href") or "").netloc]
    alternates = [(one.get("type"), one.get("hreflang")) for one in links if one.get("rel", "alternate") == "alternate"]
    if len(set(alternates)) != len(alternates) or not alternates:
        found.append("4.1.1, 4.1.2: no alternate, or two of one type and language")
    return found


@pytest.mark.parametrize("query", ["", "?country=ZAF", "?since=2025-01-01&q=%3Cb%3E"])
def test_every_feed_is_atom(get: Get, everything: Any, corrected: Any, feeds: tuple[str, ...], query: str) -> None:
    ids = everything("Text & <b>more</b> ]]> \u202e\u0007")
    corrected(ids["meeting"], "<i>")
    for path in feeds:
        answer = get(path + query)
        assert answer.headers["Content-Type"].startswith("application/atom+xml")
        assert problems(answer.text, f"https://idwatch.example{path}{query}") == [], path
        if not query:
            assert "<entry>" in answer.text, path


def test_an_empty_feed_is_atom_and_the_same_each_time(get: Get, feeds: tuple[str, ...]) -> None:
    for path in feeds:
        assert problems(get(path).text, f"https://idwatch.example{path}") == []
        assert get(path).text == get(path).text


def test_the_checker_finds_what_is_wrong(get: Get, meeting: str) -> None:
    good, address = get("/feeds/events.atom").text, "https://idwatch.example/feeds/events.atom"
    assert problems(good, address) == []
    for old, new, section in (
        ("<author><name>idwatch</name></author>", "", "4.1.1"),
        ("<updated>", "<updated>on ", "3.3"),
        ('rel="self"', 'rel="other"', "rel=self"),
        ("<id>https://", "<id>", "4.2.6"),
        ("<summary", "<mystery/><summary", "entry holds"),
    ):
        found = problems(good.replace(old, new), address)
        assert any(section in problem for problem in found), (old, found)


def test_an_entry_keeps_its_id_and_names_the_event(get: Get, meeting: str) -> None:
    feed = etree.fromstring(get("/feeds/events.atom").text.encode())
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == f"https://idwatch.example/events/{meeting}"
    assert entry.findtext(f"{ATOM}updated") == "2025-07-22T03:00:00Z"
    assert feed.findtext(f"{ATOM}updated") == "2025-07-22T03:00:00Z"

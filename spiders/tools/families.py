"""Which content management system made a page, and what else of a site's declarations a page tells."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from pipeline.words import SiteKind
from spiders import general
from spiders.lists.links import addresses
from spiders.markup import Html, language_of, texts, tidy

_FILE = Path(__file__).with_name("families.toml")
_ENOUGH = 2
_LONG_TITLE = {"zh": 9, "en": 24}
"""Characters of a link's text from which on it is an article's title rather than a section's name."""
_NO_ARTICLE = re.compile(
    r"/(?:category|tag|tags|topics?|author|authors|page|search|feed|about|contact|privacy|wp-\w+)/", re.IGNORECASE
)
# t20250730_167430, c_1125597921, 37925: a number, perhaps with a letter or two before it
_NUMBERED = re.compile(r"[A-Za-z]{0,2}[-_]?\d+(?:[-_]\d+)*")
_BETWEEN_NAMES = re.compile(r"\s+[|–—-]\s+|[|｜_]|-{2,}|—{2,}|-(?=[^-]{1,8}网$)")
_EDITION = re.compile(r"(https?://[^/]+/(?:[a-z]{2}/)?)feed/?$")
_DATED, _DAY = frozenset({2, 4, 6, 8}), frozenset({8})


@dataclass(frozen=True, slots=True)
class Family:
    """A content management system: the table of its sites (below ``spiders/``), the class of its rows, and the marks
    that its pages bear. ``articles``: what the paths of its articles look like on every site."""

    name: str
    title: str
    table: str
    base: str
    kind: str | None = None
    articles: str | None = None
    slash: bool = False
    sure: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()

    def score(self, source: str) -> int:
        """How many of its marks a page's source bears, a sure one counted twice."""
        return sum(
            weight
            for patterns, weight in ((self.sure, _ENOUGH), (self.marks, 1))
            for pattern in patterns
            if re.search(pattern, source, re.IGNORECASE)
        )


@cache
def families() -> dict[str, Family]:
    """All families by name."""
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {name: _family(name, table) for name, table in tables.items()}


def _family(name: str, table: dict[str, Any]) -> Family:
    marks = {key: tuple(table.pop(key, ())) for key in ("sure", "marks")}
    return Family(name, sure=marks["sure"], marks=marks["marks"], **table)


def recognise(source: str, kind: SiteKind | None) -> Family:
    """The family that a page's source shows; else the table of sites on systems of their own, of that kind."""
    scores = {family.name: family.score(source) for family in families().values()}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] >= _ENOUGH:
        return families()[best]
    return families()["press" if kind is SiteKind.OFFICIAL else "others"]


@dataclass(frozen=True, slots=True)
class Told:
    """What a page tells of its site: its title, language, home, feeds, and what its articles' paths look like, with the
    number of links that do (0: taken from the page's own address, which is an article's; no pattern: none was found).
    """

    title: str
    language: str
    home: str
    feeds: tuple[str, ...]
    articles: str | None
    links: int
    is_article: bool


def told(page: Html, slash: bool) -> Told:
    """What a page tells of its site. ``slash``: the family's article paths end in a slash."""
    language = _language(page)
    feeds = tuple(dict.fromkeys(_feeds(page)))
    home = _home(page, feeds)
    counts = Counter(_article_patterns(page, language, slash))
    pattern, links = counts.most_common(1)[0] if counts else (None, 0)
    is_article = _is_article(page)
    if is_article:
        pattern, links = pattern_of(urlsplit(page.url).path, slash), 0
    elif links < _ENOUGH:
        pattern = None
    return Told(_title(page), language, home, feeds, pattern, links, is_article)


def pattern_of(path: str, slash: bool) -> str:
    """A pattern for paths like this one: numbers stand for numbers, the last name for any name."""
    folders, _, name = path.rstrip("/").rpartition("/")
    parts = [_numbers(folder, _DATED) if folder.isdigit() else _literal(folder) for folder in folders.split("/")[1:]]
    stem, dot, suffix = name.partition(".")
    any_name = "[^/.]+" if dot else "[^/]+"
    last = _numbers(stem, _DAY) if _NUMBERED.fullmatch(stem) else any_name
    return "/".join(["^", *parts, last]) + ("/" if slash and not dot else _literal(dot + suffix)) + "$"


def _numbers(text: str, lengths: frozenset[int]) -> str:
    """A text whose numbers are made into patterns, of these lengths exactly."""
    pieces = [piece for piece in re.split(r"(\d+)", text) if piece]
    exact = {piece: rf"\d{{{len(piece)}}}" if len(piece) in lengths else r"\d+" for piece in pieces if piece.isdigit()}
    return "".join(exact.get(piece) or _literal(piece) for piece in pieces)


def _literal(text: str) -> str:
    return re.escape(text).replace("\\-", "-")


def _language(page: Html) -> str:
    named = page.selector.xpath("string(/html/@lang)").get() or ""
    return named[:2].lower() or language_of(" ".join(page.visible))


def _title(page: Html) -> str:
    for name in ("og:site_name", "sitename", "application-name"):
        if value := page.metas.get(name):
            return value
    parts = [tidy(part) for part in _BETWEEN_NAMES.split(page.title_tag) if tidy(part)]
    # the site's name stands first or last beside a longer text
    return min(parts[:1] + parts[-1:], key=len, default=urlsplit(page.url).netloc)


def _feeds(page: Html) -> Iterator[str]:
    for link in page.selector.xpath(
        "//link[@rel='alternate'][contains(@type, 'rss') or contains(@type, 'atom')]/@href"
    ):
        address = urljoin(page.url, link.get().strip())
        if urlsplit(address).hostname == urlsplit(page.url).hostname and "/comments/" not in address:
            yield address


def _home(page: Html, feeds: tuple[str, ...]) -> str:
    """The site's root, or an edition's where its feed stands under it (``/en/feed/``)."""
    editions = (_EDITION.match(feed) for feed in feeds)
    return next((edition[1] for edition in editions if edition), urljoin(page.url, "/"))


def _is_article(page: Html) -> bool:
    types = {str(item.get("@type")) for item in page.json_ld}
    signs = (
        general.url_day(page.url) is not None,
        page.metas.get("og:type") == "article",
        not page.metas.keys().isdisjoint({"article:published_time", "articletitle"}),
        any(one.endswith(("Article", "BlogPosting")) for one in types),
    )
    return urlsplit(page.url).path.strip("/") != "" and any(signs)


def _article_patterns(page: Html, language: str, slash: bool) -> Iterator[str]:
    """The patterns of the paths to which a page's longer links lead, on its own host."""
    host = urlsplit(page.url).hostname
    seen = set()
    for element, address in addresses(page):
        parts = urlsplit(address)
        text = tidy("".join(texts(element)))
        if parts.hostname != host or parts.path in seen or len(text) < _LONG_TITLE.get(language, 24):
            continue
        seen.add(parts.path)
        if parts.path.strip("/") and not _NO_ARTICLE.search(f"{parts.path}/"):
            yield pattern_of(parts.path, slash)

"""What an element's own attributes say of it: the words of its class and id, its role, its style.

Site builders name the parts of a page for themselves and for screen readers, and do so alike everywhere. A name proves
nothing by itself (``share-box`` may be the whole page's), so that readers hold it against what stands in the element.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from lxml.html import HtmlElement

from spiders.markup import is_component


class Part(Enum):
    """What a part of a page is by its name. ``ASIDE``: it stands beside the article; ``TEASER``: it is the beginning of
    another story, or of this one; ``META``: it tells of the article, as its day and author; ``CAPTION``: it tells of a
    picture."""

    ASIDE = "aside"
    TEASER = "teaser"
    META = "meta"
    CAPTION = "caption"


# Beginnings of words of a class or an id, as regular expressions.
_ASIDE = (
    # to be shared, to be spoken of
    r"shar(?:e(?!hold)|ing)",
    r"soci(?:al(?!is)|able)",
    r"add(?:this|toany)|a2a|bdshare|jiathis|sns\b|fenxiang",
    r"comment(?!ar)|discussions?\b|disqus|respond\b|repl(?:y|ies)\b|cmts?\b|pinglun|liuyan",
    r"likes?\b|votes?\b|ratings?\b|reactions?\b|claps?\b|poll\b|counter\b|hits\b",
    # other stories
    r"relate[ds]?|recirc|recommend|similar|promos?\b|promotion|trending|most-?(?:read|popular|viewed)|popular",
    r"latest|recent|hot-?(?:news|list|rank)|rank(?:ing)?\b|(?:up|read)-?next|also-?(?:read|like)|xiangguan|tuijian",
    r"more-?(?:stories|news|posts?|articles?|from|topics|on|link)\b",
    # the way through the site
    r"side-?(?:bar|col|nav|menu)|rail\b|nav(?!al|el|i[^g])|menu|breadcrumb|crumbs?\b|pag(?:er|ination|enav|ing)\b",
    r"prev(?:ious)?\b|next\b|skip-?(?:link|to|nav)|toc\b|table-?of-?contents|tabs\b",
    r"tags?$|tag-?(?:list|cloud|links?)|keywords?|cat-?links|categor(?:y|ies)$|topics?$|taxonomy",
    r"[a-z]*(?:footer|sidebar|navbar|nav|menu|breadcrumbs?|toolbar|sharebar|comments)\b|foot(?!note)|copyright|colophon|disclaim|declar(?:e|ation)\b|statement\b|shengming|banner|masthead",
    # to be bought, joined, agreed with
    r"newsletter|subscri(?:be|ption)|sign-?up|log-?in\b|donat(?:e|ion)|(?:pay|reg)-?wall|membership|offers?\b",
    r"cookies?\b|consent|gdpr|onetrust|popup|modal\b|overlay\b|toast|lightbox",
    r"ads?\b|advert|adsense|adsbygoogle|sponsor|taboola|outbrain|guanggao",
    # tools
    r"tool-?(?:bar|s|box)\b|print-?(?:er|btn|button|link|icon|action)|qr-?code|erweima|ewm\b|font-?size|zihao",
    r"about-?author|author-?(?:box|bio|card|profile|about|desc)|bio\b|zebian",
    r"edit-?(?:section|link|button|btn)|permalink|header-?link|heading-?(?:link|anchor)|anchor-?(?:link|icon)",
    r"pull-?quote|sr-only|visually-?hidden|screen-?reader|element-(?:invisible|hidden)|noprint",
)
_TEASER = (r"teasers?",)
_META = (
    r"meta(?:data)?\b|byline|by-line|date(?:line|time)?\b|times?\b|timestamp|pub-?(?:date|time)|published?\b|posted-?on",
    r"publish-?(?:date|time|ed)|submitted|authors?\b|source\b|laiyuan|shijian|info\b",
)
_CAPTION = (
    r"caption|credits?\b|fig-?caption",
    r"(?:img|image|pic|picture|photo)s?-?(?:caption|credit|descr?|description|words|info|text|note|title)",
)
_LEAD = re.compile(
    r"(?:^|-)(?:leads?|lede|lead-?(?:in|text|paragraph)|stand-?first|de[ck]k?|sapo|intro(?:duction|text)?|summary"
    r"|excerpt|descri?(?:ption)?|teaser|preview|sub-?(?:title|head(?:line|ing)?|hed)|synopsis|strap-?line|tag-?line"
    r"|entradilla|bajada|copete|sommario|catenaccio|vorspann|chapo|chapeau|ingress|daodu|daoyu)\b"
)
# How a place stands to others, and what an article is filed under: `has-sidebar`, `content-with-ads`, `tag-asia`.
_RELATION = re.compile(r"(?:^|-)(?:has|have|no|not|with|without|hide)-|^(?:tag|category)-")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|_+|-{2,}")
_HEADLINE = re.compile(r"title|headline|heading|biaoti|\bhed\b|\bbt\b|\btit\b|\bp-name\b")
_NO_HEADLINE = re.compile(r"sub-?(?:title|head)|(?:column|section|block|site|list|module|page)-title|kicker")
_LONGEST_NAMES = 200
_UNSEEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
PARTS = frozenset(("nav", "footer", "aside", "button", "figure", "label", "dialog", "svg", "address"))
_ROLES = frozenset(
    ("navigation", "contentinfo", "complementary", "search", "dialog", "alertdialog", "banner", "menu", "toolbar")
)


def _compiled(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:^|-)(?:{'|'.join(words)})")


_PATTERNS = {
    Part.ASIDE: _compiled(_ASIDE),
    Part.TEASER: _compiled(_TEASER),
    Part.CAPTION: _compiled(_CAPTION),
    Part.META: _compiled(_META),
}


def is_outside(element: HtmlElement) -> bool:
    """Whether an element's tag or role says that it holds no article's text; a headline may stand in a header, so
    that is none."""
    return element.tag in PARTS or element.get("role") in _ROLES


def part_of(element: HtmlElement) -> Part | None:
    """What an element is by its class, id, microdata and style; None where they say nothing."""
    names, name = element.get("class"), element.get("id")
    if is_component(element):  # `<story-meta>`
        names = f"{names or ''} {element.tag!s}"
    if names or name:
        part = _part(names or "", name or "")
        if part is not None:
            return part
    if element.get("itemprop") == "comment":
        return Part.ASIDE
    style = element.get("style")
    return Part.ASIDE if style and _UNSEEN.search(style) else None


def is_named_headline(element: HtmlElement) -> bool:
    """Whether a class, or a component's tag, says that an element is a headline."""
    names = element.get("class")
    return (names is not None and _is_named_headline(names)) or (
        is_component(element) and _is_named_headline(str(element.tag))
    )


def is_named_lead(element: HtmlElement) -> bool:
    """Whether an element's class, microdata or data says that it is the beginning of a text, set by itself."""
    told = [value for name, value in element.items() if name in ("class", "itemprop") or name.startswith("data-")]
    return any(_is_named_lead(value) for value in told if len(value) <= _LONGEST_NAMES)


@lru_cache(maxsize=4096)
def _is_named_lead(names: str) -> bool:
    return any(_LEAD.search(word) and not _RELATION.search(word) for word in _words(names))


@lru_cache(maxsize=4096)
def _part(names: str, name: str) -> Part | None:
    words = [word for word in (*_words(names), *_words(name)) if not _RELATION.search(word)]
    return next((part for part, pattern in _PATTERNS.items() if any(map(pattern.search, words))), None)


@lru_cache(maxsize=4096)
def _is_named_headline(names: str) -> bool:
    return any(_HEADLINE.search(word) and not _NO_HEADLINE.search(word) for word in _words(names))


def _words(names: str) -> list[str]:
    """Class names in one way of writing: ``shareBar_top`` is ``share-bar-top``."""
    return [_CAMEL.sub("-", name).lower() for name in names.split()]

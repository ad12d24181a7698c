"""A page as its reader sees it: lines of text in order, each with its place and how much of it leads elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from spiders.markup import BLOCKS, SILENT, tidy

# Elements whose text is not the article's, whatever it says; a headline may stand in a header, so that is none.
_OUTSIDE = frozenset(("nav", "footer", "aside", "button", "figure", "label", "dialog", "svg", "address"))
_OUTSIDE_ROLES = frozenset(("navigation", "contentinfo", "complementary", "search", "dialog", "banner", "menu"))
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]")
_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")
_TAIL = re.compile(r"\.\w{2,5}$|/$")


@dataclass(slots=True, eq=False)
class Line:
    """One line of a page. ``element``: the lowest that holds all of it; ``linked``: the share of its text that leads
    to other pages; ``is_outside``: it stands in an element such as ``nav``, which holds no article's text."""

    number: int
    text: str
    element: HtmlElement
    linked: float
    is_outside: bool
    width: int
    """In columns: a Han character is as wide as two letters, and says as much."""


def width_of(text: str) -> int:
    return len(text) + len(_WIDE.findall(text))


def lines_of(root: HtmlElement, url: str) -> list[Line]:
    """The lines under an element. ``url``: the page's own address; a link to it leads nowhere else."""
    found: list[Line] = []
    for pieces in _broken(root, _Own(url)):
        text = tidy("".join(piece.text for piece in pieces))
        if not text:
            continue
        told = [piece for piece in pieces if piece.text.strip()]
        letters = sum(len(piece.text.strip()) for piece in told)
        away = sum(len(piece.text.strip()) for piece in told if piece.is_away)
        element = _common([piece.element for piece in told])
        outside = all(piece.is_outside for piece in told)
        found.append(Line(len(found), text, element, away / letters, outside, width_of(text)))
    return found


@dataclass(slots=True)
class _Piece:
    text: str
    element: HtmlElement
    is_away: bool
    is_outside: bool


class _Own:
    """Whether a link leads to another page than the one it stands on."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.path = _TAIL.sub("", urlsplit(url).path)

    def leads_away(self, href: str | None) -> bool:
        if href is None or href.startswith("#"):
            return False
        try:
            parts = urlsplit(urldefrag(urljoin(self.url, href.strip()))[0])
        except ValueError:
            return True
        return _TAIL.sub("", parts.path) != self.path or not self.path.strip("/")


def _broken(root: HtmlElement, own: _Own) -> Iterator[list[_Piece]]:
    """The pieces of text under an element, line by line."""
    pieces: list[_Piece] = []
    outside = away = preformatted = 0
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, node in walker:
        if event in ("comment", "pi"):
            text, inside = node.tail, False
        elif event == "start":
            if node.tag in SILENT or node.get("hidden") is not None:
                walker.skip_subtree()
                # its end is reported all the same, and what follows it there
                outside += _is_outside(node)
                away += node.tag == "a" and own.leads_away(node.get("href"))
                preformatted += node.tag == "pre"
                continue
            if node.tag in BLOCKS and pieces:
                yield pieces
                pieces = []
            outside += _is_outside(node)
            away += node.tag == "a" and own.leads_away(node.get("href"))
            preformatted += node.tag == "pre"
            text, inside = node.text, True
        else:
            outside -= _is_outside(node)
            away -= node.tag == "a" and own.leads_away(node.get("href"))
            preformatted -= node.tag == "pre"
            if node.tag in BLOCKS and pieces:
                yield pieces
                pieces = []
            text, inside = (node.tail if node is not root else None), False
        if not text:
            continue
        above = node.getparent()
        holder = node if inside or above is None else above
        parts = _EMPTY_LINE.split(text) if preformatted else [text]
        for number, part in enumerate(parts):
            if number and pieces:
                yield pieces
                pieces = []
            pieces.append(_Piece(part, holder, away > 0, outside > 0))
    if pieces:
        yield pieces


def _is_outside(node: HtmlElement) -> bool:
    return node.tag in _OUTSIDE or node.get("role") in _OUTSIDE_ROLES


def _common(elements: list[HtmlElement]) -> HtmlElement:
    """The lowest element that is one of these or holds them all."""
    first = elements[0]
    if all(one is first for one in elements):
        return first
    above = [first, *first.iterancestors()]
    for other in elements[1:]:
        chain = {other, *other.iterancestors()}
        above = [one for one in above if one in chain]
    return above[0]

"""A page as its reader sees it: lines of text in order, each with its place and how much of it leads elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from spiders.markup import BLOCKS, SILENT, tidy
from spiders.named import Part, is_outside, part_of

_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]")
_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")
_TAIL = re.compile(r"\.\w{2,5}$|/$")
SIZES = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


@dataclass(slots=True, eq=False)
class Line:
    """One line of a page. ``element``: the lowest that holds all of it; ``linked``: the share of its text that leads
    to other pages or works the page; ``is_outside``: it stands in an element such as ``nav``, which holds no article's
    text; ``parts``: the elements about it whose names say that they are no text either."""

    number: int
    text: str
    element: HtmlElement
    linked: float
    is_outside: bool
    width: int
    """In columns: a Han character is as wide as two letters, and says as much."""
    parts: tuple[tuple[HtmlElement, Part], ...] = ()
    known: dict[str, bool] = field(default_factory=dict)
    """What has been asked of it (``spiders.prose``)."""


def width_of(text: str) -> int:
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))


def lines_of(root: HtmlElement, url: str) -> list[Line]:
    """The lines under an element. ``url``: the page's own address; a link to it leads nowhere else."""
    return _Walk(url).lines(root)


class Own:
    """Whether a link leads to another page than the one it stands on."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.path = _TAIL.sub("", urlsplit(url).path)
        self.known: dict[str, bool] = {}

    def leads_away(self, href: str) -> bool:
        """Whether a link leads to another page, or to a place of this one (a table of contents, a button)."""
        found = self.known.get(href)
        if found is None:
            found = self.known[href] = self._leads_away(href.strip())
        return found

    def _leads_away(self, href: str) -> bool:
        page, mark, _ = href.partition("#")
        if mark or not page:
            return bool(mark)
        try:
            parts = urlsplit(urljoin(self.url, page))
        except ValueError:
            return True
        return _TAIL.sub("", parts.path) != self.path or not self.path.strip("/")


@dataclass(slots=True)
class _State:
    """What holds within an element."""

    is_away: bool
    is_outside: bool
    is_preformatted: bool
    is_heading: bool
    parts: tuple[tuple[HtmlElement, Part], ...]


class _Walk:
    """One walk through a page, which gathers the line that it is at."""

    def __init__(self, url: str) -> None:
        self.own = Own(url)
        self.found: list[Line] = []
        self._begin()

    def _begin(self) -> None:
        self.texts: list[str] = []
        self.told: list[HtmlElement] = []
        self.letters = self.away = 0
        self.is_outside = True
        self.parts: tuple[tuple[HtmlElement, Part], ...] | None = None

    def lines(self, root: HtmlElement) -> list[Line]:
        """The lines under an element."""
        state = _State(False, False, False, False, ())
        states: list[_State] = []
        walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, node in walker:
            if event == "start":
                states.append(state)
                tag = node.tag
                if tag in SILENT or node.get("hidden") is not None:
                    walker.skip_subtree()
                    continue  # its end is reported all the same, and what follows it there
                if tag in BLOCKS and self.texts:
                    self._end()
                state = self._entered(node, state)
                if text := node.text:
                    self._add(text, node, state)
            elif event == "end":
                state = states.pop()
                if node.tag in BLOCKS and self.texts:
                    self._end()
                if node is not root and (text := node.tail) and (above := node.getparent()) is not None:
                    self._add(text, above, state)
            elif (text := node.tail) and (above := node.getparent()) is not None:
                self._add(text, above, state)
        self._end()
        return self.found

    def _entered(self, node: HtmlElement, state: _State) -> _State:
        """What holds within an element, given what holds about it."""
        tag = node.tag
        href = node.get("href") if tag == "a" else None
        if href is not None and state.is_heading:
            href = href.partition("#")[0]  # a text's heading may be an anchor to itself
        is_link = href is not None and self.own.leads_away(href)
        outside = is_outside(node)
        part = part_of(node) if tag != "body" else None
        if not (is_link or outside or part or tag == "pre" or tag in SIZES):
            return state
        return _State(
            state.is_away or is_link,
            state.is_outside or outside,
            state.is_preformatted or tag == "pre",
            state.is_heading or tag in SIZES,
            (*state.parts, (node, part)) if part else state.parts,
        )

    def _add(self, text: str, holder: HtmlElement, state: _State) -> None:
        if state.is_preformatted:
            first, *others = _EMPTY_LINE.split(text)
            self._piece(first, holder, state)
            for other in others:
                self._end()
                self._piece(other, holder, state)
        else:
            self._piece(text, holder, state)

    def _piece(self, text: str, holder: HtmlElement, state: _State) -> None:
        self.texts.append(text)
        if not (letters := len(text.strip())):
            return
        self.letters += letters
        self.away += letters * state.is_away
        self.is_outside = self.is_outside and state.is_outside
        self.parts = state.parts if self.parts is None else tuple(one for one in self.parts if one in state.parts)
        if not self.told or self.told[-1] is not holder:
            self.told.append(holder)

    def _end(self) -> None:
        """The line is over."""
        if self.told and (text := tidy("".join(self.texts))):
            element, linked = _common(self.told), self.away / self.letters
            self.found.append(
                Line(len(self.found), text, element, linked, self.is_outside, width_of(text), self.parts or ())
            )
        self._begin()


def _common(elements: list[HtmlElement]) -> HtmlElement:
    """The lowest element that is one of these or holds them all."""
    first = elements[0]
    if len(elements) == 1:
        return first
    above = [first, *first.iterancestors()]
    for other in elements[1:]:
        chain = {other, *other.iterancestors()}
        above = [one for one in above if one in chain]
    return above[0]

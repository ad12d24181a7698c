"""A page as its reader sees it: lines of text in order, each with its place and how much of it leads elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from spiders.markup import BLOCKS, SILENT, is_block, tidy
from spiders.named import PARTS, Part, is_outside, part_of

_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]")
_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n")
_LINE_BREAK = re.compile(r"\n")
_KEEPS_BREAKS = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_SENTENCE_ENDS = frozenset('。！？.!?…”"’）)')
_TAIL = re.compile(r"\.\w{2,5}$|/$")
_PARAGRAPH = 40
_LONG_NAME = 12
_LONGEST_MARK = 24
_DEEPEST_PICTURE = 5
_ICONS = re.compile(r"\bmaterial-(?:icons|symbols)")
_IN_BRACKETS = re.compile(r"\W*[\[【(（［].*[\]】)）］]\W*")
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
    pieces: tuple[str, ...] = ()
    """The texts it is made of: what stands apart on the screen may touch in the source (`JaneMay 14, 2024`)."""
    top: HtmlElement | None = None
    """The highest block that holds nothing else."""
    rules: int = 0
    """How many rules (``hr``) are drawn above it."""
    known: dict[str, Any] = field(default_factory=dict)
    """What has been asked of it (``spiders.prose``)."""

    def anew(self, number: int) -> Line:
        """The same line under another number, of which nothing has been asked."""
        return Line(
            number,
            self.text,
            self.element,
            self.linked,
            self.is_outside,
            self.width,
            self.parts,
            self.pieces,
            self.top,
            self.rules,
        )


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
        self.name = self.path.rpartition("/")[2]
        self.known: dict[str, Any] = {}

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
        path = _TAIL.sub("", parts.path)
        if len(self.name) >= _LONG_NAME and path.endswith("/" + self.name):
            return False  # the same page at another of its addresses
        return path != self.path or not self.path.strip("/")


@dataclass(slots=True)
class _State:
    """What holds within an element. ``breaks``: what parts lines of its text by itself."""

    is_away: bool
    is_outside: bool
    breaks: re.Pattern[str] | None
    is_heading: bool
    is_small: bool
    parts: tuple[tuple[HtmlElement, Part], ...]


_TELLING = SIZES | PARTS | {"a", "pre", "small"}
"""Tags that say something of the text in them; other elements do so by their attributes."""


class _Walk:
    """One walk through a page, which gathers the line that it is at."""

    def __init__(self, url: str) -> None:
        self.own = Own(url)
        self.found: list[Line] = []
        self.rules = 0
        self.pictured: set[HtmlElement] = set()
        """The inline elements about pictures."""
        self._begin()

    def _begin(self) -> None:
        self.pieces: list[tuple[str, HtmlElement, _State]] = []

    def lines(self, root: HtmlElement) -> list[Line]:
        """The lines under an element."""
        state = _State(False, False, None, False, False, ())
        above: list[tuple[_State, bool, tuple[int, int]]] = []
        holders: list[HtmlElement] = []
        walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, node in walker:
            if event == "start":
                parts_lines = is_block(node)
                if parts_lines and self.pieces:
                    self._end()
                above.append((state, parts_lines, (len(self.found), len(self.pieces))))
                holders.append(node)
                if node.tag in SILENT or (node.attrib and _is_no_text(node)):
                    walker.skip_subtree()
                    continue  # its end is reported all the same, and what follows it there
                self.rules += node.tag == "hr"
                if node.tag == "img":
                    self._picture(holders)
                state = self._entered(node, state)
                if text := node.text:
                    self._add(text, node, state)
                continue
            if event == "end":
                state, parts_lines, before = above.pop()
                holders.pop()
                if parts_lines:
                    if self.pieces:
                        self._end()
                    if len(self.found) == before[0] + 1:
                        self.found[-1].top = node
                elif node in self.pictured:
                    self._end_picture(before)
            if holders and (text := node.tail):
                self._add(text, holders[-1], state)
        self._end()
        return self.found

    def _entered(self, node: HtmlElement, state: _State) -> _State:
        """What holds within an element, given what holds about it."""
        tag = node.tag
        if not node.attrib and tag not in _TELLING:
            return state
        href = node.get("href") if tag == "a" else None
        if href is not None and state.is_heading:
            href = href.partition("#")[0]  # a text's heading may be an anchor to itself
        is_link = href is not None and self.own.leads_away(href)
        outside = is_outside(node)
        part = part_of(node) if tag != "body" else None
        breaks = _breaks(node, state)
        if not (is_link or outside or part or tag in _TELLING or breaks is not state.breaks):
            return state
        return _State(
            state.is_away or is_link,
            state.is_outside or outside,
            breaks,
            state.is_heading or tag in SIZES,
            state.is_small or tag == "small",
            (*state.parts, (node, part)) if part else state.parts,
        )

    def _add(self, text: str, holder: HtmlElement, state: _State) -> None:
        breaks = state.breaks or (_EMPTY_LINE if len(text) > _PARAGRAPH and _has_paragraphs(text) else None)
        if breaks is None:
            self.pieces.append((text, holder, state))
            return
        first, *others = breaks.split(text)
        self.pieces.append((first, holder, state))
        for other in others:
            self._end()
            self.pieces.append((other, holder, state))

    def _picture(self, holders: Sequence[HtmlElement]) -> None:
        self.pictured.update(one for one in holders[-_DEEPEST_PICTURE:-1] if one.tag == "span")

    def _end_picture(self, begin: tuple[int, int]) -> None:
        """A picture in an inline element has its caption there; it does not run into the text about it."""
        found, at = begin
        if found < len(self.found):
            self._end()
            return
        caption = self.pieces[at:]
        if any(not text.isspace() for text, _, _ in caption):
            del self.pieces[at:]
            self._end()
            self.pieces = caption
            self._end()

    def _end(self) -> None:
        """The line is over."""
        told = [one for one in self.pieces if not one[0].isspace()]
        if told:
            pieces = self.pieces
            if told[0][2].is_heading and len(told) > 1:
                pieces = _without_marks(pieces, told)
                told = [one for one in pieces if not one[0].isspace()]
            texts = tuple(text for text, _, _ in pieces)
            if text := tidy("".join(texts)):
                self._found(text, texts, told)
        self._begin()

    def _found(self, text: str, texts: tuple[str, ...], told: list[tuple[str, HtmlElement, _State]]) -> None:
        lengths = [len(one.strip()) for one, _, _ in told]
        away = sum(length for length, (_, _, state) in zip(lengths, told, strict=True) if state.is_away)
        outside = all(state.is_outside for _, _, state in told)
        parts = _shared_parts(told)
        element = _common(list(dict.fromkeys(holder for _, holder, _ in told)))
        number = len(self.found)
        linked = away / sum(lengths)
        line = Line(number, text, element, linked, outside, width_of(text), parts, texts, rules=self.rules)
        self.found.append(line)


def _breaks(node: HtmlElement, state: _State) -> re.Pattern[str] | None:
    """What parts lines of an element's text. Typists wrap what they set in ``pre``; where a style keeps the breaks of a
    text typed into a form, each of them is meant."""
    if node.tag == "pre":
        return _EMPTY_LINE
    style = node.get("style")
    if state.breaks is None and style and _KEEPS_BREAKS.search(style):
        return _LINE_BREAK
    return state.breaks


def _has_paragraphs(text: str) -> bool:
    """Whether empty lines part sentences in a text: a style sheet that we do not read shows them as paragraphs."""
    if "\n" not in text:
        return False
    parts = [part.strip() for part in _EMPTY_LINE.split(text)[:-1]]
    return any(len(part) >= _PARAGRAPH and part[-1] in _SENTENCE_ENDS for part in parts)


def _shared_parts(told: list[tuple[str, HtmlElement, _State]]) -> tuple[tuple[HtmlElement, Part], ...]:
    """The elements about all pieces of a line whose names say that they are no text."""
    shared = told[0][2].parts
    for _, _, state in told[1:]:
        if shared and state.parts is not shared:
            shared = tuple(one for one in shared if one in state.parts)
    return shared


def _without_marks(
    pieces: list[tuple[str, HtmlElement, _State]], told: list[tuple[str, HtmlElement, _State]]
) -> list[tuple[str, HtmlElement, _State]]:
    """A heading's pieces without what stands in it and is none of it: a button to edit it, a kind before it
    (`[News] Title`), a day in small print behind it."""
    shared = _shared_parts(told)
    marks = [
        one
        for one in told
        if any(part not in shared for part in one[2].parts)
        or one[2].is_small
        or (one[2].is_away and _IN_BRACKETS.fullmatch(one[0]))
    ]
    return [one for one in pieces if one not in marks] if len(marks) < len(told) else pieces


def _is_no_text(element: HtmlElement) -> bool:
    """Whether an element is unseen, or a mark: an icon that a font draws from its name, an anchor (`#`, `¶`)."""
    if element.get("hidden") is not None:
        return True
    if element.get("aria-hidden") != "true":
        names = element.get("class")
        is_icon = names is not None and "material-" in names and _ICONS.search(names) is not None
        if not is_icon and (element.tag != "a" or not (element.get("href") or "").startswith("#")):
            return False
        text = "".join(element.itertext())
        return is_icon or (bool(text.strip()) and not any(map(str.isalnum, text)))
    if element.tag in BLOCKS:
        return False
    text = "".join(element.itertext())
    return len(text.strip()) <= _LONGEST_MARK and not any(map(str.isdigit, text))


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

"""A document's text with its evidence marked: segments that every outlet shares, the terminal's form, and HTML."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from rich.text import Text

from pipeline.words import Evidence

# What a terminal shows each field in; a list's entries share their field's.
COLOURS = {
    "date": "cyan",
    "type": "yellow",
    "mode": "yellow",
    "realis": "yellow",
    "place": "green",
    "countries": "green",
    "organisations": "blue",
    "chinese_people": "red",
    "foreign_people": "magenta",
    "themes": "bright_black",
    "participants": "cyan",
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text that the same evidence covers; ``fields`` are the fields read from it, without numbers."""

    text: str
    fields: tuple[str, ...]


def segments(text: str, evidence: Iterable[Evidence]) -> Iterator[Segment]:
    """Cut a text where evidence begins and ends. The segments' texts together are the text; none is empty.

    Spans outside the text are clipped: a text may have been shortened since (a quotation of one sentence).
    """
    spans = [
        (max(0, item.start), min(len(text), item.end), item.field.partition("[")[0])
        for item in evidence
        if item.start is not None and item.end is not None and item.start < len(text) and item.end > max(0, item.start)
    ]
    edges = sorted({0, len(text), *(start for start, _, _ in spans), *(end for _, end, _ in spans)})
    for start, end in pairwise(edges):
        covering = (field for low, high, field in spans if low <= start and end <= high)
        yield Segment(text[start:end], tuple(dict.fromkeys(covering)))


def marked(text: str, evidence: Iterable[Evidence], *, colour: bool = True) -> Text:
    """The text for a terminal: a colour for each field, or without colours brackets, ``[type:会见]``.

    A ``rich.text.Text`` is no markup: whatever brackets a page holds, it cannot speak to the terminal.
    """
    shown = Text()
    for segment in segments(text, evidence):
        plain = _printable(segment.text)
        if not segment.fields:
            shown.append(plain)
        elif colour:
            shown.append(plain, style=f"underline {COLOURS.get(segment.fields[0], 'bold')}")
        else:
            shown.append(f"[{','.join(segment.fields)}:{plain}]")
    return shown


def html_marked(text: str, evidence: Iterable[Evidence]) -> str:
    """The text as HTML, escaped, evidence in ``<mark>`` with its fields as class and title."""
    parts = []
    for segment in segments(text, evidence):
        shown = html.escape(_printable(segment.text))
        if segment.fields:
            names = " ".join(segment.fields)
            shown = f'<mark class="{names}" title="{", ".join(segment.fields)}">{shown}</mark>'
        parts.append(shown)
    return "".join(parts)


def _printable(text: str) -> str:
    """Without control characters (an escape sequence in a title must not reach the terminal)."""
    return "".join(
        char if char in "\n\t" or char.isprintable() or char in "\u3000\u00a0" else "\ufffd" for char in text
    )

"""A text encoded once for all its readers, with gaps for what is a reader's own.

The text is cut at its marks and each piece made quoted-printable by itself, a soft line break after it: so that filling
the gaps of one mail joins a few strings, where encoding a mail of 90 KB anew takes longer than handing it over.
"""

from __future__ import annotations

import re
from binascii import b2a_qp
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from html import escape

from digests.texts import MARK_END, MARK_START

LINKS = ("unsubscribe", "preferences", "less")
"""Marks that become an address of the reader's own; ``less:EVENT`` asks that address about one event."""
_SOFT_BREAK = b"=\r\n"
_MARK = re.compile(f"{MARK_START}([^{MARK_START}{MARK_END}]*){MARK_END}")


class MarkError(ValueError):
    """A frozen text holds a mark that no mail fills; the message names it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Where an address of the reader's own goes."""

    link: str


@dataclass(frozen=True, slots=True)
class Block:
    """What only those read who were sent the edition of a period: its corrections."""

    period: str
    pieces: tuple[bytes | Gap, ...]


Piece = bytes | Gap | Block


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text ready to be filled."""

    pieces: tuple[Piece, ...]
    html: bool

    @property
    def periods(self) -> frozenset[str]:
        """The periods whose readers get more."""
        return frozenset(one.period for one in self.pieces if isinstance(one, Block))

    def filled(self, links: Mapping[str, str], had: Collection[str]) -> bytes:
        """The quoted-printable text for one reader: their links by name, the periods they were sent."""
        values = {name: quoted(escape(link) if self.html else link) for name, link in links.items()}
        return _SOFT_BREAK.join(_filled(self.pieces, values, had))


def _filled(pieces: tuple[Piece, ...], values: Mapping[str, bytes], had: Collection[str]) -> Iterator[bytes]:
    for piece in pieces:
        if isinstance(piece, bytes):
            yield piece
        elif isinstance(piece, Gap):
            yield values[piece.link]
        elif piece.period in had:
            yield from _filled(piece.pieces, values, had)


def cut(text: str, *, html: bool) -> Pieces:
    """A text cut at its marks and encoded. Raises MarkError for a mark that is none."""
    made: list[Piece] = []
    block: list[bytes | Gap] | None = None
    period = ""
    before = ""
    words = _MARK.split(text.replace("\r\n", "\n").replace("\r", "\n"))
    for number, word in enumerate(words):
        into = made if block is None else block
        if number % 2 == 0:
            if before + word:
                into.append(quoted(before + word))
            before = ""
        elif (name := word.partition(":")[0]) in LINKS:
            into.append(Gap(name))
            before = f"?event={word.partition(':')[2]}" if name == "less" else ""
        elif name == "had" and block is None:
            block, period = [], word.partition(":")[2]
        elif word == "/had" and block is not None:
            made.append(Block(period, tuple(block)))
            block = None
        else:
            raise MarkError(f"the edition holds a mark that no mail fills: {word!r}")
    if block is not None:
        raise MarkError(f"the edition holds a mark without an end: 'had:{period}'")
    return Pieces(tuple(made), html)


def quoted(text: str) -> bytes:
    """Text as quoted-printable, CRLF: the last line has at most 75 bytes, so that a soft line break fits behind."""
    return b2a_qp(text.encode()).replace(b"\n", b"\r\n")

"""Phrases: pieces of text with their languages, put together into lists and sentences."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from digests.wording import sentence_forms

_SLOT = re.compile(r"\{(\w+)\}")
_OPTIONAL = re.compile(r"\[([^\]]*)\]")

_HAN = re.compile("([\u3400-\u9fff\U00020000-\U0003134f][\u3400-\u9fff\U00020000-\U0003134f\u3000-\u303f·—（）“”]*)")
_LATIN = re.compile(r"([A-Za-z\u00c0-\u024f](?:[A-Za-z\u00c0-\u024f .,’'&-]*[A-Za-z\u00c0-\u024f.])?)")

OWN = ""
"""The language of the sentence itself, before it is finished."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of a sentence in one language (``en`` or ``zh``)."""

    text: str
    language: str = OWN


@dataclass(frozen=True, slots=True)
class Phrase:
    """What fills a slot. ``open``: it ends in an apposition, which a comma closes where words follow."""

    pieces: tuple[Piece, ...]
    open: bool = False

    def __bool__(self) -> bool:
        return any(piece.text for piece in self.pieces)


Sentence = tuple[Piece, ...]
NOTHING = Phrase(())


def text(words: str) -> Phrase:
    return Phrase((Piece(words),)) if words else NOTHING


def plain(pieces: Sequence[Piece]) -> str:
    """A sentence as plain text."""
    return "".join(piece.text for piece in pieces)


def runs(words: str, language: str) -> Sentence:
    """A text as pieces: what is written in the other script is in the other language."""
    other, pattern = ("en", _LATIN) if language == "zh" else ("zh", _HAN)
    parts = pattern.split(words)
    return tuple(Piece(part, other if index % 2 else language) for index, part in enumerate(parts) if part)


def grammar(language: str) -> Mapping[str, Any]:
    """How a language puts lists and people together (see data/sentences/en.toml)."""
    found: Mapping[str, Any] = sentence_forms(language)["grammar"]
    return found


def joined(phrases: Sequence[Phrase], between: str = "") -> Phrase:
    pieces: list[Piece] = []
    for index, phrase in enumerate(phrases):
        pieces += ([Piece(between)] if index and between else []) + list(phrase.pieces)
    return Phrase(tuple(pieces), open=phrases[-1].open) if phrases else NOTHING


def listed(phrases: Sequence[Phrase], language: str) -> Phrase:
    """``A, B and C``; with appositions inside ``A, …; B, …; and C, …``."""
    if len(phrases) < 2:
        return phrases[0] if phrases else NOTHING
    words = grammar(language)
    if len(phrases) == 2:
        return joined(phrases, words["pair_open" if phrases[0].open else "pair"])
    kind = "_open" if any(phrase.open for phrase in phrases) else ""
    return joined([joined(phrases[:-1], words[f"between{kind}"]), phrases[-1]], words[f"last{kind}"])


def shortened(shown: Sequence[Phrase], left: int, kind: str, language: str, total: int | None = None) -> list[Phrase]:
    """What is shown of a row, and how many are ``left`` (a ``kind`` of ``counted``), of a ``total``."""
    if left <= 0:
        return list(shown)
    form = sentence_forms(language)["counted"][kind]
    if isinstance(form, str):  # it stands behind the names: 南非、越南等9国
        named = joined(shown, grammar(language)["between"])
        return [joined([named, text(form.format(total=total or len(shown) + left))])]
    return [*shown, text(form[left > 1].format(number=left))]


def first_of(phrases: Sequence[Phrase], limit: int, kind: str, language: str) -> Phrase:
    """The first of a row as a list, and how many others there are."""
    return listed(shortened(phrases[:limit], len(phrases) - limit, kind, language), language)


def serves(form: str, slots: Mapping[str, Phrase]) -> bool:
    """True where all slots of a form outside brackets are filled."""
    return all(slots[name] for name in _SLOT.findall(_OPTIONAL.sub("", form)))


def filled(form: str, slots: Mapping[str, Phrase], language: str) -> Phrase:
    """A form with its slots filled and its unfilled brackets gone."""

    def kept(found: re.Match[str]) -> str:
        return found[1] if all(slots[name] for name in _SLOT.findall(found[1])) else ""

    parts = _SLOT.split(_OPTIONAL.sub(kept, form))
    comma = grammar(language)["comma"]
    pieces: list[Piece] = []
    for index, part in enumerate(parts):
        if index % 2 == 0:
            pieces += [Piece(part)] if part else []
            continue
        pieces += slots[part].pieces
        rest = "".join(parts[index + 1 :])
        if comma and slots[part].open and rest and rest[0] not in ",;.:":
            pieces.append(Piece(comma))
    ends_open = len(parts) > 1 and not parts[-1] and slots[parts[-2]].open
    return Phrase(tuple(pieces), open=ends_open)


def finished(pieces: Sequence[Piece], language: str) -> Sentence:
    """Neighbours of one language joined, a capital at the start, one full stop at the end."""
    run: list[Piece] = []
    for piece in pieces:
        spoken = piece.language or language
        if run and run[-1].language == spoken:
            run[-1] = Piece(run[-1].text + piece.text, spoken)
        elif piece.text:
            run.append(Piece(piece.text, spoken))
    first = run[0]
    run[0] = Piece(first.text[:1].upper() + first.text[1:], first.language)
    stop: str = grammar(language)["stop"]
    last = run[-1]
    if last.language != language:
        run.append(Piece(stop, language))
    elif not last.text.endswith(stop):
        run[-1] = Piece(last.text + stop, language)
    return tuple(run)

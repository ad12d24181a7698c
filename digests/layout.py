"""Lines of the text part: wrapped, padded and underlined by the width that letters have, Chinese ones two columns."""

from __future__ import annotations

import re
import unicodedata

TEXT_WIDTH = 72

_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f"
# a run of other letters is one word, a Han letter is one with the closing signs behind it
_WORD = re.compile(rf"\s+|[{_WIDE}][，。；：、）》”？！]*|[^\s{_WIDE}]+")


def width(text: str) -> int:
    """Columns a text takes in a terminal or plain mail."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def wrapped(text: str, columns: int = TEXT_WIDTH) -> str:
    """Lines of at most 72 columns; words (addresses) stay whole, Chinese breaks between any two letters."""
    lines: list[str] = []
    line = ""
    for word in _WORD.findall(text):
        if word.isspace():
            word = " "
        if line and width(line) + width(word.rstrip()) > columns:
            lines.append(line.rstrip())
            line = ""
        line += word.lstrip() if not line else word
    return "\n".join([*lines, line.rstrip()])


def padded(text: str, columns: int) -> str:
    """A text with blanks up to so many columns."""
    return text + " " * max(1, columns - width(text))


def heading(text: str) -> str:
    return f"{text.upper()}\n{'-' * width(text)}"


def tidy(text: str) -> str:
    """No blanks at line ends, never two empty lines in a row."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"

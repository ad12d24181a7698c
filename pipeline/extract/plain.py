"""A plain text file as a document, for ``extract`` and ``evaluate`` alike."""

from __future__ import annotations

import re
from datetime import date

from pipeline.extract.folded import HAN
from pipeline.words import Document

_ADDRESS = re.compile(r"\s*https?://\S+\s*")
_HAN = re.compile(f"[{HAN}]")
_LETTER = re.compile(r"[A-Za-z]")


def document(
    text: str,
    *,
    url: str | None = None,
    published: date | None = None,
    language: str | None = None,
    title: str | None = None,
) -> Document:
    """A document from the text of a file.

    A first line that is only an address is not part of the text; it names the page where ``url`` is not given.
    The language is that of the script, where not given; a byte order mark and Windows line ends are taken out.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    first, _, rest = text.partition("\n")
    if _ADDRESS.fullmatch(first):
        text, url = rest, url or first.strip()
    return Document(text, url or "", language or language_of(text), published, title)


def language_of(text: str) -> str:
    """``zh`` where Han characters are a fair share of the letters, else ``en``: the script decides."""
    sample = text[:20_000]
    han = len(_HAN.findall(sample))
    return "zh" if han * 4 > len(_LETTER.findall(sample)) and han > 0 else "en"

"""Texts from pages, made fit to be shown: hostile characters out, length bounded, links only where they are links."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

MARK_START, MARK_END = "\ue000", "\ue001"
"""Around the marks of a frozen edition (see rendering.fill). Private-use characters, which ``clean`` takes out of every
text from a page, so that no title can forge a mark."""

_SPACES = re.compile(r"\s+")
# Controls (line breaks are blanks by then), direction overrides, zero width, private use, surrogates, unassigned.
_HIDDEN_CATEGORIES = {"Cc", "Cf", "Co", "Cs", "Cn"}
_STACKED_MARKS = re.compile(r"([\u0300-\u036f]{3})[\u0300-\u036f]+")


def clean(text: str | None, limit: int = 300) -> str | None:
    """One line of visible characters of at most ``limit``, cut with an ellipsis; None where nothing is left.

    Takes out what would break out of its place in a mail: line breaks, direction overrides and zero-width
    characters, control and private-use characters, towers of combining marks.
    """
    if not text:
        return None
    text = _SPACES.sub(" ", text[: 20 * limit])
    text = "".join(letter for letter in text if unicodedata.category(letter) not in _HIDDEN_CATEGORIES)
    text = unicodedata.normalize("NFC", _SPACES.sub(" ", text))
    text = _STACKED_MARKS.sub(r"\1", text).strip()
    if len(text) > limit:
        text = text[: limit - 1].rstrip() + "…"
    return text or None


def is_chinese(text: str) -> bool:
    """True where a text holds Han characters, so that it must be marked as Chinese for fonts and screen readers."""
    return re.search(r"[\u3400-\u9fff\U00020000-\U0003134f]", text) is not None


def web_address(url: str) -> str | None:
    """The address as a link may carry it: http or https with a host; None for anything else (javascript:, data:)."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return None if clean(url, 2000) != url or " " in url else url


def host_of(url: str) -> str:
    """The host of an address without ``www.``, for a link's text."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""

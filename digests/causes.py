"""Why a site could not be read, in words that readers understand; the technical cause is told to operators."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from digests.wording import word

OTHER = "other"
_ADDRESS = re.compile(r"https?://\S+")


def in_words(cause: str, language: str) -> str:
    """A cause as a run wrote it, in the words of a language; nothing of its own text gets through."""
    return word("causes", code_of(cause), language)


def code_of(cause: str) -> str:
    """The code of data/causes.toml that a cause falls under."""
    told = _ADDRESS.sub("", cause).casefold()
    return next((code for code, marks in _codes().items() if any(mark in told for mark in marks)), OTHER)


@cache
def _codes() -> Mapping[str, list[str]]:
    return tomllib.loads(resources.files("digests").joinpath("data", "causes.toml").read_text(encoding="utf-8"))

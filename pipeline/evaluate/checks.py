"""Reading a JSON object that people wrote: every fault names the line, the key and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from pipeline.gazetteer import load

_T = TypeVar("_T")
_IDENTITY = re.compile(r"\w[\w.-]*")
_NAMES = {str: "text", bool: "true or false", int: "a number", list: "a list", dict: "an object"}


class LabelError(ValueError):
    """A line of a label file cannot be used; the message names the file, the line and the reason."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where, self.reason = where, reason


@dataclass(frozen=True, slots=True)
class Checked:
    """A JSON object with where it stands. Every method raises LabelError for a value of another kind.

    A key that is absent has the value ``null``.
    """

    content: Mapping[str, Any]
    where: str
    inside: str = ""

    def error(self, reason: str) -> LabelError:
        return LabelError(self.where, f"{self.inside}: {reason}" if self.inside else reason)

    def child(self, content: Any, name: str) -> Checked:
        """An object within this one."""
        if not isinstance(content, dict):
            raise self.error(f"{name} is no object but {_shown(content)}")
        return Checked(content, self.where, f"{self.inside}, {name}" if self.inside else name)

    def require(self, key: str, kind: type[_T]) -> _T:
        """The value of a key that must be there."""
        value = self._optional(key, kind)
        if value is None:
            raise self.error(f"`{key}` is missing")
        return value

    def identity(self, key: str) -> str:
        """A name that is the stem of a file as well: letters, digits, ``.``, ``_`` and ``-``."""
        value = self.require(key, str)
        if not _IDENTITY.fullmatch(value):
            raise self.error(f"`{key}` names a page's file: letters, digits, `.`, `_` and `-`, not {_shown(value)}")
        return value

    def text(self, key: str) -> str | None:
        value = self._optional(key, str)
        return value.strip() or None if value is not None else None

    def flag(self, key: str) -> bool | None:
        return self._optional(key, bool)

    def number(self, key: str) -> int | None:
        value = self._optional(key, int)
        if value is not None and (isinstance(value, bool) or value < 0):
            raise self.error(f"`{key}` must be a number from 0, not {_shown(value)}")
        return value

    def day(self, key: str) -> date | None:
        value = self._optional(key, str)
        if value is None:
            return None
        try:
            if len(value) != 10:
                raise ValueError
            return date.fromisoformat(value)
        except ValueError as error:
            raise self.error(f"`{key}` must be a day such as 2025-07-25, not {value!r}") from error

    def one_of(self, key: str, known: Collection[str]) -> str | None:
        value = self._optional(key, str)
        if value is not None and value not in known:
            raise self.error(f"`{key}` {value!r} is not known; known are {', '.join(sorted(known))}")
        return value

    def names(self, key: str) -> tuple[str | None, ...]:
        """A text or a list of texts and nulls, as a tuple."""
        value = self.content.get(key)
        if value is None:
            return ()
        entries = value if isinstance(value, list) else [value]
        if not all(entry is None or isinstance(entry, str) for entry in entries):
            raise self.error(f"`{key}` must be text or a list of texts, not {_shown(value)}")
        return tuple(entries)

    def names_only(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        entries = self._optional(key, list) or []
        if not all(isinstance(entry, str) for entry in entries):
            raise self.error(f"`{key}` must be a list of texts, not {_shown(entries)}")
        return tuple(entries)

    def countries(self, key: str) -> tuple[str, ...]:
        """A list of ISO 3166 codes of three letters that the gazetteer knows."""
        codes = self.names_only(key)
        unknown = [code for code in codes if code not in load().countries]
        if unknown:
            raise self.error(f"`{key}` names no country or area by {unknown[0]!r}; three letters of ISO 3166 are meant")
        return codes

    def named(self, key: str) -> list[tuple[Checked, tuple[str, ...]]]:
        """A list of names, or of objects with ``name`` (and ``name_zh``): each as an object, with its names."""
        found = []
        for number, entry in enumerate(self._optional(key, list) or [], 1):
            whole = self.child({"name": entry} if isinstance(entry, str) else entry, f"`{key}` {number}")
            names = tuple(name for part in ("name", "name_zh") if (name := whole.text(part)))
            if not names:
                raise whole.error("has no name")
            found.append((whole, names))
        return found

    def _optional(self, key: str, kind: type[_T]) -> _T | None:
        value = self.content.get(key)
        if value is None:
            return None
        if not isinstance(value, kind):
            raise self.error(f"`{key}` must be {_NAMES[kind]}, not {_shown(value)}")
        return value


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."

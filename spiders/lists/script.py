"""Values in scripts: JSON, JSONP, and JavaScript's own literals (single quotes, bare names, commas at the end).

Nothing is ever run: what is no literal (a call, an expression) is no value.
"""

from __future__ import annotations

import json
import re
from typing import Any

MOST_DEPTH = 40

_TOKEN = re.compile(
    r"""\s*(?://[^\n]*\n\s*|/\*.*?\*/\s*)*(?:
      (?P<mark>[\[\]{},:])
    | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    | (?P<name>[A-Za-z_$][\w$]*)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_CALL = re.compile(r"^\s*(?:/\*\*/)?\s*[A-Za-z_$][\w$.]*\s*\(\s*(?=[\[{])")
_NAMES = {"true": True, "false": False, "null": None, "undefined": None}


class NotAValue(ValueError):
    """The text holds no such value; the message says in one word why."""


def value_in(text: str, variable: str | None = None) -> Any:
    """The value of a JSON text, of a JSONP call's argument, or of what a script gives to a variable. Raises
    NotAValue."""
    if variable is None:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            pass
        if call := _CALL.match(text):
            return literal(text, call.end())
        if not re.match(r"\s*[\[{]", text):
            raise NotAValue("not_json")
        return literal(text, 0)
    given = re.search(rf"(?<![\w$.]){re.escape(variable)}\s*[=:]\s*(?=[\[{{'\"])", text)
    if given is None:
        raise NotAValue("no_such_variable")
    return literal(text, given.end())


def literal(text: str, begin: int) -> Any:
    """The JavaScript literal that begins at a place of a text. Raises NotAValue where it is none, breaks off, or is
    nested as no list is."""
    return _value(text, begin, 0)[0]


def _value(text: str, place: int, depth: int) -> tuple[Any, int]:
    if depth > MOST_DEPTH:
        raise NotAValue("script_too_deep")
    token = _next(text, place)
    if token["mark"] == "[":
        return _array(text, token.end(), depth)
    if token["mark"] == "{":
        return _object(text, token.end(), depth)
    if token["text"]:
        return _unescaped(token["text"]), token.end()
    if token["number"]:
        number = token["number"]
        return (float(number) if re.search(r"[.eE]", number) else int(number[:300])), token.end()
    if token["name"] in _NAMES:
        return _NAMES[token["name"]], token.end()
    raise NotAValue("not_a_literal")


def _array(text: str, place: int, depth: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    while True:
        token = _next(text, place)
        if token["mark"] == "]":
            return found, token.end()
        if token["mark"] == ",":
            place = token.end()
            continue
        value, place = _value(text, place, depth + 1)
        found.append(value)


def _object(text: str, place: int, depth: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    while True:
        token = _next(text, place)
        if token["mark"] == "}":
            return found, token.end()
        if token["mark"] == ",":
            place = token.end()
            continue
        key = token["name"] or token["number"] or (_unescaped(token["text"]) if token["text"] else None)
        colon = _next(text, token.end())
        if key is None or colon["mark"] != ":":
            raise NotAValue("not_a_literal")
        found[key], place = _value(text, colon.end(), depth + 1)


def _next(text: str, place: int) -> re.Match[str]:
    token = _TOKEN.match(text, place)
    if token is None:
        raise NotAValue("script_breaks_off" if not text[place:].strip() else "not_a_literal")
    return token


def _unescaped(quoted: str) -> str:
    def one(match: re.Match[str]) -> str:
        code = match[1]
        return chr(int(code[1:], 16)) if len(code) > 1 else _ESCAPES.get(code, code)

    text = _ESCAPE.sub(one, quoted[1:-1])
    # pairs of surrogates become the one character they mean; a lone one, which nothing can store, a mark
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

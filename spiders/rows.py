"""Sites as rows of a table: one TOML table for each, made into one class on the base of its family.

    [chinascope]
    title = "ChinaScope"
    kind = "watchdog"
    language = "en"
    hosts = ["chinascope.org", "www.chinascope.org"]
    articles = ['^/archives/\\d+/$']
    verified = "addresses seen"

The row's name is the site's. What a base declares may be left out. The keys are the declarations of ``SiteSpider``,
``Section`` and ``Rules``; besides, ``articles`` are the patterns of its article paths, and ``feeds``, ``lists`` and
``sitemaps`` are short forms of sections: address (relative to the home page) to title, each ``most_pages`` deep.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from pipeline.words import SiteKind
from spiders.declared import DeclarationError, Keys, ListForm, Pager, Rules, Section
from spiders.site import SiteSpider

FAMILIES = frozenset(
    {
        "idcpc",
        "prc_media",
        "prc_state",
        "contemporary_world",
        "foreign_party",
        "foreign_state",
        "local_media",
        "watchdog",
        "academic",
    }
)
"""The source families of codebook §10."""

_FAMILY_OF = {SiteKind.WATCHDOG: "watchdog", SiteKind.MEDIA: "local_media"}
_SHORT_FORMS = {"feeds": ListForm.FEED, "lists": ListForm.LINKS, "sitemaps": ListForm.SITEMAP}


class _Fault(ValueError):
    """What is wrong with a value, and the key it stands under."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(why)
        self.key = key


def classes(file: Path, base: type[SiteSpider], module: str) -> dict[str, type[SiteSpider]]:
    """The classes of a file's rows by their names, as of the module ``module``. Raises DeclarationError naming file,
    row and key for the first that is wrong."""
    try:
        rows = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DeclarationError(f"{file.name}: {error}") from None
    return {name: _class(file, name, row, base, module) for name, row in rows.items()}


def _class(file: Path, name: str, row: Any, base: type[SiteSpider], module: str) -> type[SiteSpider]:
    where = f"{file.name}, row [{name}]"
    if not isinstance(row, dict):
        raise DeclarationError(f"{where}: is no table")
    try:
        declared = _declared(name, row, base)
    except _Fault as fault:
        raise DeclarationError(f"{where}, key {fault.key!r}: {fault}") from None
    notes = declared.pop("notes", None)
    try:
        return type(name, (base,), {"__module__": module, "__doc__": notes, **declared})
    except DeclarationError as error:
        raise DeclarationError(f"{where}: {error}") from None


def _declared(name: str, row: dict[str, Any], base: type[SiteSpider]) -> dict[str, Any]:
    if unknown := sorted(row.keys() - _KEYS.keys() - _SHORT_FORMS.keys() - {"sections", "most_pages", "articles"}):
        raise _Fault(unknown[0], f"is not known; there are: {', '.join(sorted(_ALL_KEYS))}")
    found: dict[str, Any] = {"name": name}
    for key, read in _KEYS.items():
        if key in row:
            found[key] = read(key, row[key])
    for key in ("title", "hosts"):
        if key not in found:
            raise _Fault(key, "is missing")
    if "family" not in found and not hasattr(base, "family") and found.get("kind") in _FAMILY_OF:
        found["family"] = _FAMILY_OF[found["kind"]]
    found.setdefault("home", f"https://{found['hosts'][0]}/")
    found.setdefault("home_titles", frozenset({found["title"]}))
    if "articles" in row:
        found["article_paths"] = tuple(_pattern("articles", text) for text in _texts("articles", row["articles"]))
    found["sections"] = _sections(row, found["home"], base) or base.usual_sections(found["home"])
    if not found["sections"]:
        raise _Fault("sections", "is missing; declare sections, feeds, lists or sitemaps")
    return found


def _sections(row: dict[str, Any], home: str, base: type[SiteSpider]) -> tuple[Section, ...]:
    most = _number("most_pages", row["most_pages"]) if "most_pages" in row else base.most_pages
    short = {key: row[key] for key in _SHORT_FORMS if key in row}
    found: list[Section] = []
    for key, entries in short.items():
        if not isinstance(entries, Mapping):
            raise _Fault(key, "is a table of addresses and titles, such as { '/feed/' = 'All posts' }")
        for path, title in entries.items():
            found.append(Section(urljoin(home, path), _text(key, title), form=_SHORT_FORMS[key], most_pages=most))
    tables = row.get("sections", [])
    if not isinstance(tables, list):
        raise _Fault("sections", "is a list of tables ([[row.sections]])")
    return (*found, *(_section(table, home, most) for table in tables))


def _section(table: Any, home: str, most: int | None) -> Section:
    if not isinstance(table, dict):
        raise _Fault("sections", "is a list of tables ([[row.sections]])")
    for key in ("url", "title"):
        if key not in table:
            raise _Fault(f"sections.{key}", "is missing")
    values: dict[str, Any] = {"most_pages": most}
    for key, value in table.items():
        if key not in _SECTION_KEYS:
            raise _Fault(f"sections.{key}", f"is not known; there are: {', '.join(sorted(_SECTION_KEYS))}")
        values[key] = _SECTION_KEYS[key](f"sections.{key}", value)
    values["url"] = urljoin(home, values["url"])
    return Section(**values)


def _rules(key: str, value: Any) -> tuple[Rules, ...]:
    tables = value if isinstance(value, list) else [value]
    found = []
    for table in tables:
        if not isinstance(table, dict):
            raise _Fault(key, "is a table, or a list of dated tables")
        for name in table:
            if name not in _RULE_KEYS:
                raise _Fault(f"{key}.{name}", f"is not known; there are: {', '.join(sorted(_RULE_KEYS))}")
        found.append(Rules(**{name: _RULE_KEYS[name](f"{key}.{name}", entry) for name, entry in table.items()}))
    return tuple(found)


def _keys(key: str, value: Any) -> Keys:
    if not isinstance(value, dict) or not all(isinstance(entry, str) for entry in value.values()):
        raise _Fault(key, "is a table of field names")
    try:
        return Keys(**value)
    except TypeError:
        raise _Fault(key, f"knows only {', '.join(Keys.__slots__)}") from None


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise _Fault(key, f"is {value!r}, and must be a text")
    return value


def _texts(key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise _Fault(key, f"is {value!r}, and must be a list of texts")
    return tuple(_text(key, one) for one in value)


def _number(key: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise _Fault(key, f"is {value!r}, and must be a whole number above 0")
    return value


def _seconds(key: str, value: Any) -> float:
    return float(_number(key, value))


def _flag(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Fault(key, f"is {value!r}, and must be true or false")
    return value


def _day(key: str, value: Any) -> date:
    if type(value) is not date:
        raise _Fault(key, f"is {value!r}, and must be a day such as 2024-11-30")
    return value


def _pattern(key: str, value: Any) -> re.Pattern[str]:
    try:
        return re.compile(_text(key, value))
    except re.error as error:
        raise _Fault(key, f"is no regular expression: {value!r}: {error}") from None


def _patterns_to(key: str, value: Any) -> tuple[tuple[re.Pattern[str], str], ...]:
    if not isinstance(value, Mapping):
        raise _Fault(key, "is a table of patterns and what they become")
    return tuple((_pattern(key, pattern), str(becomes)) for pattern, becomes in value.items())


def _family(key: str, value: Any) -> str:
    if value not in FAMILIES:
        raise _Fault(key, f"is {value!r}; there are: {', '.join(sorted(FAMILIES))}")
    return _text(key, value)


def _one_of(kinds: type[SiteKind] | type[ListForm] | type[Pager]) -> Callable[[str, Any], Any]:
    def read(key: str, value: Any) -> Any:
        try:
            return kinds(value)
        except ValueError:
            raise _Fault(key, f"is {value!r}; there are: {', '.join(kinds)}") from None

    return read


def _mapping(key: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise _Fault(key, f"is {value!r}, and must be a table of texts")
    return value


def _set(key: str, value: Any) -> frozenset[str]:
    return frozenset(_texts(key, value))


_KEYS: dict[str, Callable[[str, Any], Any]] = {
    "title": _text,
    "kind": _one_of(SiteKind),
    "language": _text,
    "family": _family,
    "hosts": _texts,
    "one_host": _flag,
    "home": _text,
    "home_titles": _set,
    "labels": _set,
    "mirrors": _mapping,
    "key": _pattern,
    "no_titles": _pattern,
    "zone": _text,
    "rewrites": _patterns_to,
    "rules": _rules,
    "every_hours": _number,
    "delay": _seconds,
    "quiet_days": _number,
    "empty_is_normal": _flag,
    "feed_only": _flag,
    "needs_browser": _flag,
    "general": _flag,
    "licence": _text,
    "terms": _text,
    "verified": _text,
    "tried_live": _day,
    "notes": _text,
}
_SECTION_KEYS: dict[str, Callable[[str, Any], Any]] = {
    "url": _text,
    "title": _text,
    "form": _one_of(ListForm),
    "pager": _one_of(Pager),
    "items_are_pages": _flag,
    "optional": _flag,
    "closed": _flag,
    "history": _flag,
    "most_pages": _number,
    "further": _pattern,
    "further_form": _one_of(ListForm),
    "keys": _keys,
    "day": _text,
}
_RULE_KEYS: dict[str, Callable[[str, Any], Any]] = {
    "titles": _texts,
    "bodies": _texts,
    "dates": _texts,
    "strips": _texts,
    "furniture": _pattern,
    "end": _pattern,
    "until": _day,
}
_ALL_KEYS = {*_KEYS, *_SHORT_FORMS, "sections", "most_pages", "articles"}

"""The words of an edition, from its data files: names of codes, forms of sentences, days."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wording:
    """How one type of event is put into words (see data/sentences.toml)."""

    label: str
    lasting: bool
    verb: str
    verbs: Mapping[str, str]
    noun: str
    forms: tuple[str, ...]
    planned: str
    stated: str
    unnamed: str


@cache
def words() -> Mapping[str, Mapping[str, Any]]:
    """The tables of data/words.toml."""
    return _read("words.toml")


@cache
def _sentences() -> Mapping[str, Any]:
    return _read("sentences.toml")


@cache
def wording_of(type_: str) -> Wording:
    """The wording of a type: its own values over those of its level 1, over the default."""
    tables = _sentences()
    merged: dict[str, Any] = {"verbs": {}, "noun": "", **tables["default"]}
    for name in (type_.partition(".")[0], type_):
        merged |= tables["types"].get(name, {})
    return Wording(**{**merged, "forms": tuple(merged["forms"])})


def modes() -> Mapping[str, str]:
    """Phrases that stand for the place where a row names none, by mode."""
    table: Mapping[str, str] = _sentences()["modes"]
    return table


def announcement(realis: str) -> str | None:
    """What stands before an event that did not take place (yet); None for one that did."""
    announced: Mapping[str, str] = _sentences()["announced"]
    return announced.get(realis)


def word(table: str, code: str) -> str:
    """What a code of a table is called; a code without a word is shown as it is, its underscores as blanks."""
    found: str = words()[table].get(code, code.replace("_", " "))
    return found


def region_rank(code: str) -> int:
    """The place of a practical region in an edition; one we have no word for stands last."""
    regions = list(words()["regions"])
    return regions.index(code) if code in regions else len(regions)


def figure_rank(family: str) -> int:
    families = list(words()["figures"])
    return families.index(family) if family in families else len(families)


def day(value: date, year: int | None = None) -> str:
    """``25 July``, with the year where it is not ``year``."""
    text = f"{value.day} {MONTHS[value.month - 1]}"
    return text if value.year == year else f"{text} {value.year}"


def days(first: date, last: date, year: int | None = None) -> str:
    """``21–27 July 2025``, ``28 July – 3 August 2025``: a span as a heading gives it."""
    if first == last:
        return day(first, year)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day(last, year)}"
    return f"{day(first, year if first.year != last.year else first.year)} – {day(last, year)}"


def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads(resources.files("digests").joinpath("data", name).read_text(encoding="utf-8"))

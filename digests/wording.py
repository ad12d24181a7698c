"""The words of an edition, from its data files: names of codes, forms of sentences, days.

Names of codes stand in data/words.toml in English and are translated by the catalogue, their table as the context.
Sentences have a file for each language, data/sentences/LANGUAGE.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from digests.languages import SOURCE, translations


@dataclass(frozen=True, slots=True)
class Wording:
    """How one type of event is put into words (see data/sentences/en.toml)."""

    label: str
    lasting: bool
    verb: str
    verbs: Mapping[str, str]
    noun: str
    forms: tuple[str, ...]
    planned: str
    stated: tuple[str, ...]
    unnamed: str
    exchanged: str

    def stated_as(self, number: int) -> str:
        """A number of people as sources state it: by the first form where it is one, else by the last."""
        return self.stated[0 if number == 1 else -1].format(number=f"{number:,}")


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """The tables of data/words.toml."""
    return _read("words.toml")


@cache
def sentence_forms(language: str) -> Mapping[str, Any]:
    """The tables of a language's file of sentences."""
    return _read("sentences", f"{language}.toml")


def signs(language: str) -> Mapping[str, str]:
    """What stands between sentences, in lists and around an aside (table ``signs``)."""
    found: Mapping[str, str] = sentence_forms(language)["signs"]
    return found


@cache
def wording_of(type_: str, language: str = SOURCE) -> Wording:
    """The wording of a type: its own values over those of its level 1, over the default."""
    tables = sentence_forms(language)
    merged: dict[str, Any] = {"verbs": {}, "noun": "", "exchanged": "", **tables["default"]}
    for name in (type_.partition(".")[0], type_):
        merged |= tables["types"].get(name, {})
    return Wording(**{**merged, "forms": tuple(merged["forms"]), "stated": tuple(merged["stated"])})


def word(table: str, code: str, language: str = SOURCE) -> str:
    """What a code of a table is called; a code without a word is shown as it is, its underscores as blanks."""
    found = words()[table].get(code)
    return translations(language).pgettext(table, found) if found else code.replace("_", " ")


def region_rank(code: str) -> int:
    """The place of a practical region in an edition; one we have no word for stands last."""
    regions = list(words()["regions"])
    return regions.index(code) if code in regions else len(regions)


def figure_rank(family: str) -> int:
    families = list(words()["figures"])
    return families.index(family) if family in families else len(families)


# --- days ------------------------------------------------------------------------------------------


def day(value: date, year: int | None = None, language: str = SOURCE) -> str:
    """``25 July``, with the year where it is not ``year``."""
    forms = sentence_forms(language)["days"]
    form: str = forms["day"] if value.year == year else forms["day_year"]
    return form.format(d=value.day, month=_month(value, language), year=value.year)


def days(first: date, last: date, year: int | None = None, language: str = SOURCE) -> str:
    """``21–27 July 2025``, ``28 July – 3 August 2025``: a span as a heading gives it."""
    if first == last:
        return day(first, year, language)
    form: str = sentence_forms(language)["days"][f"span{_within(first, last)}"]
    return form.format(**_ends(first, last, year, language))


def month(value: date, language: str = SOURCE) -> str:
    """``July 2025``."""
    form: str = sentence_forms(language)["days"]["month"]
    return form.format(month=_month(value, language), year=value.year)


def dated(
    first: date | None, last: date | None, precision: str | None, year: int | None = None, language: str = SOURCE
) -> str:
    """The days of an event as a heading gives them, no finer than they are known: ``21 July``, ``July 2025``,
    ``2025``; empty where none is known."""
    if first is None or last is None:
        return ""
    if precision == "year":
        form: str = sentence_forms(language)["days"]["year"]
        return form.format(year=first.year)
    return month(first, language) if precision == "month" else days(first, last, year, language)


def when(first: date, last: date, precision: str | None, *, lasting: bool, year: int, language: str) -> str:
    """The days of an event as a sentence tells them. ``lasting``: it went on all the while."""
    forms = sentence_forms(language)["when"]
    if precision == "year":
        name = "year"
    elif precision == "month":
        name = "month" if first.year == year else "month_year"
    elif first == last:
        name = "day"
    else:
        lasts = lasting and precision in ("day_range", "day", None)
        name = ("lasting" if lasts else "within") + _within(first, last)
    form: str = forms[name]
    return form.format(year=first.year, month=_month(first, language), **_ends(first, last, year, language))


def _within(first: date, last: date) -> str:
    if first.year != last.year:
        return ""
    return "_in_month" if first.month == last.month else "_in_year"


def _ends(first: date, last: date, year: int | None, language: str) -> dict[str, object]:
    return {
        "d1": first.day,
        "d2": last.day,
        "first": day(first, year, language),
        "last": day(last, year, language),
        "first_short": day(first, first.year, language),
        "last_short": day(last, last.year, language),
    }


def _month(value: date, language: str) -> str:
    name: str = sentence_forms(language)["days"]["months"][value.month - 1]
    return name


def _read(*path: str) -> Mapping[str, Any]:
    return tomllib.loads(resources.files("digests").joinpath("data", *path).read_text(encoding="utf-8"))

"""Regions as lists of countries: those of the gazetteer (codebook §7) and the subregions of M49.

A wish for a region is kept as its countries, so that nothing else need know of regions.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from sqlalchemy import select
from sqlalchemy.orm import Session

from digests.wording import region_rank, word
from pipeline.store.models import Country


class RegionError(ValueError):
    """No region, or more than one, is called that; the message says which there are."""


@dataclass(frozen=True, slots=True)
class Region:
    """A region. ``code``: three digits of M49, or a practical region as ``SSA``."""

    code: str
    name_en: str
    name_zh: str
    countries: frozenset[str]

    @property
    def practical(self) -> bool:
        return not self.code.isdigit()

    def name(self, language: str) -> str:
        return self.name_zh if language == "zh" else self.name_en


@cache
def subregions() -> tuple[Region, ...]:
    """The subregions of M49, from data/regions.toml."""
    text = resources.files("digests").joinpath("data", "regions.toml").read_text(encoding="utf-8")
    return tuple(
        Region(code, values["en"], values["zh"], frozenset(values["countries"]))
        for code, values in tomllib.loads(text).items()
    )


def regions(session: Session) -> list[Region]:
    """All regions: the practical ones in the order of an edition, then those of M49."""
    members: dict[str, set[str]] = {}
    for iso3, preg in session.execute(select(Country.iso3, Country.preg)):
        if preg is not None:
            members.setdefault(preg, set()).add(iso3)
    practical = [
        Region(code, word("regions", code, "en"), word("regions", code, "zh"), frozenset(members[code]))
        for code in sorted(members, key=region_rank)
    ]
    return [*practical, *subregions()]


def region_named(found: Iterable[Region], text: str) -> Region:
    """The region of a code or name, in either language. Raises RegionError."""
    found = list(found)
    wanted = text.strip().casefold()
    named = [one for one in found if one.code.casefold() == wanted] or [
        one for one in found if wanted in (one.name_en.casefold(), one.name_zh)
    ]
    if len(named) == 1:
        return named[0]
    known = ", ".join(f"{one.code} {one.name_en}" for one in (named or found))
    problem = f"more than one region is called {text!r}" if named else f"no region is called {text!r}"
    raise RegionError(f"{problem}; there are {known}")


def within(found: Sequence[Region], countries: Collection[str]) -> tuple[list[Region], set[str]]:
    """Wished countries as whole regions, the largest first, and what is left of them as single countries."""
    left = set(countries)
    whole: list[Region] = []
    for region in sorted(found, key=lambda one: -len(one.countries)):
        if region.countries <= set(countries) and region.countries & left:
            whole.append(region)
            left -= region.countries
    return [one for one in found if one in whole], left

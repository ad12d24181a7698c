"""The figures of a period beside those of the period before and of the last twelve: of what is known, told or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from digests.entries import country_name
from digests.known import Fact
from digests.rows import Before, Compared, Figures, Trend, Trends
from pipeline.store.models import Country

TREND = 12
"""Periods before the one told whose mean it is compared with."""


@dataclass(frozen=True, slots=True)
class Count:
    """What the events of one period come to. An event of several countries counts once in each, once in the total."""

    contacts: int
    visits: int
    officials: int
    types: Counter[str]
    countries: Counter[str]
    regions: Counter[str]

    def figure(self, name: str) -> int:
        """A headline figure: ``contacts``, ``countries``, ``officials`` or ``visits``."""
        values = {"contacts": self.contacts, "countries": len(self.countries)}
        return (values | {"officials": self.officials, "visits": self.visits})[name]


HEADLINE = ("contacts", "countries", "officials", "visits")


def count(facts: Iterable[Fact], countries: Mapping[str, Country]) -> Count:
    """Count the actual events among facts of one period."""
    actual = [fact for fact in facts if fact.actual]
    contacts = [fact for fact in actual if fact.is_contact]
    regions: Counter[str] = Counter()
    for fact in contacts:
        regions.update({countries[iso3].preg or "none" for iso3 in fact.iso3} or {"none"})
    return Count(
        contacts=len(contacts),
        visits=sum(fact.family == "VISIT" for fact in actual),
        officials=len({person for fact in contacts for person in fact.officials}),
        types=Counter(fact.family for fact in actual),
        countries=Counter(iso3 for fact in contacts for iso3 in fact.iso3),
        regions=regions,
    )


def figures(now: Count, before: Count, countries: Mapping[str, Country], language: str) -> Figures:
    """Headline figures, and by type, region and country, beside those of the period before."""
    names = {iso3: country_name(countries[iso3], language) for iso3 in now.countries}
    return Figures(
        **{name: Compared(name, now.figure(name), before.figure(name)) for name in HEADLINE},
        types=_compared(now.types, before.types),
        regions=_compared(now.regions, before.regions),
        named=tuple(
            Compared(names[iso3], now.countries[iso3], before.countries[iso3])
            for iso3 in sorted(now.countries, key=lambda iso3: (-now.countries[iso3], names[iso3]))
        ),
    )


def trends(counts: Sequence[Count], periods: Sequence[Before]) -> Trends:
    """The headline figures over periods, this one last; a period for which no site was read has none."""
    watched = [period.missing < period.sites for period in periods]
    shown: list[Trend] = []
    for name in HEADLINE:
        values = [one.figure(name) if seen else None for one, seen in zip(counts, watched, strict=True)]
        shown.append(Trend(name, tuple(values), mean(values[:-1])))
    return Trends(tuple(periods), tuple(shown))


def mean(values: Sequence[int | None]) -> float | None:
    """The mean of the values there are, to a hundredth; None where there are none."""
    there = [value for value in values if value is not None]
    return round(sum(there) / len(there), 2) if there else None


def _compared(now: Counter[str], before: Counter[str]) -> tuple[Compared, ...]:
    return tuple(Compared(name, now[name], before[name]) for name in sorted(now.keys() | before.keys()))

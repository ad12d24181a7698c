"""Headline figures of a week beside those of the week before, computed from the database and not from what was told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from digests.entries import ABSENT_ROLES
from digests.periods import Period
from digests.rows import Compared, Figures
from pipeline.store.models import Country, EventCountry, EventRow, Participation
from pipeline.words import Realis, Scope, Side, Standing

CONTACT_FAMILIES = {"MEET", "TRAIN", "CONF", "BRIEF"}
CONTACT_TYPES = {"DOC.MECH"}
"""The contact count of codebook §2: these, actual, in scope; visits are series and counted on their own."""


@dataclass(slots=True)
class _Week:
    contacts: set[str] = field(default_factory=set)
    visits: int = 0
    types: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    regions: Counter[str] = field(default_factory=Counter)
    officials: int = 0


def is_contact(type_: str) -> bool:
    """True where events of this type enter the contact count."""
    return type_ in CONTACT_TYPES or type_.partition(".")[0] in CONTACT_FAMILIES


def figures(session: Session, week: Period) -> Figures:
    """The figures of a week. An event of several countries counts once in each and once in the total."""
    countries = {row.iso3: row for row in session.scalars(select(Country))}
    now, before = _count(session, week, countries), _count(session, week.before, countries)
    named = sorted(now.countries, key=lambda iso3: (-now.countries[iso3], countries[iso3].name_en))
    return Figures(
        contacts=Compared("contacts", len(now.contacts), len(before.contacts)),
        visits=Compared("visits", now.visits, before.visits),
        countries=Compared("countries", len(now.countries), len(before.countries)),
        officials=Compared("officials", now.officials, before.officials),
        types=_compared(now.types, before.types),
        regions=_compared(now.regions, before.regions),
        named=tuple(Compared(countries[iso3].name_en, now.countries[iso3], before.countries[iso3]) for iso3 in named),
    )


def _count(session: Session, week: Period, countries: dict[str, Country]) -> _Week:
    last_day = func.coalesce(EventRow.date_end, EventRow.date_start)
    in_week = (
        EventRow.scope == Scope.IN.value,
        EventRow.realis == Realis.ACTUAL.value,
        EventRow.merged_into.is_(None),
        EventRow.standing != Standing.RETRACTED.value,
        last_day.between(week.first, week.last),
    )
    count = _Week()
    rows = session.execute(select(EventRow.id, EventRow.type, EventRow.is_series).where(*in_week)).all()
    for event_id, type_, is_series in rows:
        family = type_.partition(".")[0]
        count.types[family] += 1
        if family == "VISIT":
            count.visits += 1
        elif is_contact(type_) and not is_series:
            count.contacts.add(event_id)
    met = select(EventCountry.event_id, EventCountry.iso3).join(EventRow).where(*in_week)
    regions: set[tuple[str, str]] = set()
    for event_id, iso3 in session.execute(met):
        if event_id in count.contacts:
            count.countries[iso3] += 1
            regions.add((event_id, countries[iso3].preg or "none"))
    with_country = {event_id for event_id, _ in regions}
    regions |= {(event_id, "none") for event_id in count.contacts - with_country}
    count.regions = Counter(region for _, region in regions)
    officials = (
        select(Participation.event_id, Participation.person_id)
        .join(EventRow)
        .where(*in_week, Participation.side == Side.CHINESE.value, Participation.person_id.is_not(None))
        .where(Participation.role.not_in(ABSENT_ROLES))
    )
    count.officials = len({who for event_id, who in session.execute(officials) if event_id in count.contacts})
    return count


def _compared(now: Counter[str], before: Counter[str]) -> tuple[Compared, ...]:
    return tuple(Compared(name, now[name], before[name]) for name in _sorted(now.keys() | before.keys()))


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(names)

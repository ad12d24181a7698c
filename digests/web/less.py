"""What an event is about, as things a reader can want less of."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from digests.describing import country_names, party_names, type_name
from digests.languages import say
from digests.subscribers import Choice
from digests.web.evidence import standing_id
from digests.web.lists import loaded
from digests.web.told import Told, told
from digests.wording import word
from pipeline.store.models import EventCountry, EventRow, EventTheme, Participation
from pipeline.words import Side


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing to want less of: ``field`` of the wishes and the code there."""

    field: str
    code: str
    label: str

    @property
    def value(self) -> str:
        return f"{self.field}:{self.code}"


@dataclass(frozen=True, slots=True)
class LessOf:
    """An event and what it is about."""

    event: Told
    things: Sequence[Thing]

    def ticked(self, values: Collection[str]) -> tuple[Thing, ...]:
        return tuple(one for one in self.things if one.value in values)


def less_of(session: Session, event_id: str, language: str) -> LessOf | None:
    """The things of an event (of the one that took it over, where one did); None where there is no such event."""
    stands = standing_id(session, event_id) if event_id else None
    if stands is None:
        return None
    row = session.get_one(EventRow, stands)
    (event,) = loaded(session, [stands])
    countries = session.scalars(
        select(EventCountry.iso3).where(EventCountry.event_id == stands).order_by(EventCountry.ordinal)
    ).all()
    parties = session.scalars(
        select(Participation.organisation_id)
        .where(Participation.event_id == stands, Participation.side == Side.FOREIGN)
        .where(Participation.organisation_id.is_not(None))
        .distinct()
    ).all()
    themes = session.scalars(select(EventTheme.theme).where(EventTheme.event_id == stands)).all()
    family = row.type.partition(".")[0]
    things = [
        Thing("types", row.type, say(language, "only “%(type)s”", type=type_name(row.type, language))),
        Thing("types", family, say(language, "all “%(types)s”", types=type_name(family, language))),
        *(Thing("countries", code, name) for code, name in country_names(session, countries, language).items()),
        *(
            Thing("parties", code, name)
            for code, name in party_names(session, [one for one in parties if one], language).items()
        ),
        *(Thing("themes", one, word("themes", one, language)) for one in sorted(themes)),
    ]
    return LessOf(told(event), things)


def with_less(choice: Choice, things: Collection[Thing]) -> Choice:
    """A choice with more left out."""
    more: dict[str, list[str]] = {}
    for one in things:
        more.setdefault(one.field, []).append(one.code)
    return replace(choice, wishes=choice.wishes.with_less(**more))

"""Mentions made of a few facts, for the tests of resolution."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pipeline.gazetteer import load
from pipeline.words import (
    ChinesePerson,
    DateBasis,
    DatePrecision,
    ForeignPerson,
    KeptMention,
    Mention,
    MentionKey,
    Organisation,
    Realis,
    Scope,
    SiteKind,
)

Tell = Callable[..., KeptMention]
FAMILIES = {"idcpc_zh": "idcpc", "idcpc_en": "idcpc", "xinhua_zh": "prc_media", "xinhua_en": "prc_media"}


def _tell(
    page: str,
    *,
    site: str = "idcpc_zh",
    number: int = 1,
    day: str | None = "2025-07-25",
    until: str | None = None,
    precision: str | None = None,
    basis: DateBasis | None = DateBasis.DATELINE,
    type_: str = "MEET.BILAT",
    mode: str = "inperson_abroad",
    realis: str = "actual",
    official: str | None = "liu-jianchao",
    attending: tuple[str, ...] = (),
    country: str | tuple[str, ...] | None = "SGP",
    party: str | tuple[str, ...] | None = "sgp-pap",
    person: str | None = None,
    title: str | None = None,
    office: str | None = None,
    person_id: str | None = None,
    others: tuple[str, ...] = (),
    place: str | None = "sgp-singapore",
    is_series: bool = False,
    parent: int | None = None,
    participants: int | None = None,
    themes: tuple[str, ...] = (),
    headline: str | None = None,
    opening: str = "",
    kind: SiteKind | None = None,
    family: str | None = None,
    lost: bool = False,
) -> KeptMention:
    """A mention of a page. The language is the site's last two letters, ids stand for names, days are ISO text."""
    countries = (country,) if isinstance(country, str) else country or ()
    parties = (party,) if isinstance(party, str) else party or ()
    first, last = (date.fromisoformat(d) if d else None for d in (day, until or day))
    told = precision or ("day" if first == last else "day_range")
    home = countries[0] if len(countries) == 1 else None
    people = [ForeignPerson(person, title, None, home, id=person_id, office=office)] if person else []
    people += [ForeignPerson(name, None, None, home) for name in others]
    return KeptMention(
        key=MentionKey(f"https://{site}.example/{page}", number),
        mention=Mention(
            number=number,
            type=type_,
            date_start=first,
            date_end=last,
            date_precision=DatePrecision(told) if first else None,
            date_basis=basis if first else None,
            mode=mode,
            realis=Realis(realis),
            scope=Scope.IN,
            is_series=is_series,
            parent=parent,
            place_id=place if place in load().places else None,
            place=place,
            countries=countries,
            organisations=tuple(Organisation(one, None if " " in one else one, None, "party") for one in parties),
            chinese_people=tuple(
                ChinesePerson(one.replace("-", " ").title(), None, None, one if one in load().people else None)
                for one in ((official,) if official else ()) + attending
            ),
            foreign_people=tuple(people),
            themes=themes,
            participants=participants,
        ),
        site=site,
        site_kind=kind or (SiteKind.OFFICIAL if site.startswith("idcpc") else SiteKind.MEDIA),
        family=family or FAMILIES.get(site, "local_media"),
        language=site[-2:],
        first_seen_at=datetime(2025, 7, 27, tzinfo=UTC),
        title=headline,
        opening=opening,
        lost=lost,
    )


@pytest.fixture
def tell() -> Tell:
    return _tell


@pytest.fixture
def groups() -> Callable[..., set[frozenset[str]]]:
    """The clusters of mentions by page, ``#2`` and more for the later mentions of one."""
    from pipeline.resolve.cluster import cluster

    def found(*mentions: KeptMention, **more: Any) -> set[frozenset[str]]:
        return {
            frozenset(key.page.rsplit("/", 1)[1] + (f"#{key.number}" if key.number > 1 else "") for key in one.members)
            for one in cluster(mentions, **more)
        }

    return found

"""What the code declares, written into the database: sites from the spiders, names from the gazetteer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.gazetteer import load
from pipeline.store import stale
from pipeline.store.models import Country, OrganisationRow, Page, PersonRow, Site
from pipeline.store.rows import upsert

GAZETTEER = "gazetteer"


@dataclass(frozen=True, slots=True)
class SiteDeclaration:
    """A site as its spider declares it; the fields are the columns of the table ``site``."""

    name: str
    title: str
    kind: str
    language: str
    family: str
    home: str
    hosts: tuple[str, ...]
    every_hours: int
    quiet_days: int
    empty_is_normal: bool
    licence: str | None
    items_are_pages: bool


def sync_sites(session: Session, declarations: Iterable[SiteDeclaration], only: Collection[str] = ()) -> None:
    """Bring the table ``site`` to the declarations. A site no longer declared stays, for its pages do.

    ``only`` names those that are watched; empty for all.
    """
    rows = [
        asdict(declaration) | {"hosts": list(declaration.hosts), "watched": not only or declaration.name in only}
        for declaration in declarations
    ]
    before = {name: (kind, family) for name, kind, family in session.execute(select(Site.name, Site.kind, Site.family))}
    other = [row["name"] for row in rows if before.get(row["name"]) not in (None, (row["kind"], row["family"]))]
    stale.mark(session, session.scalars(select(Page.id).where(Page.site.in_(other))))
    upsert(session, Site, rows, ["name"])


def sync_gazetteer(session: Session) -> None:
    """Bring countries, organisations and people to the gazetteer; what pages brought in under the same id yields."""
    gazetteer = load()
    upsert(
        session,
        Country,
        [_row(country, "iso3", "m49", "name_en", "name_zh", "preg") for country in gazetteer.countries.values()],
        ["iso3"],
    )
    parties = [
        _row(party, "id", "name_en", "name_zh", "country", "kind", "pf_id", "qid")
        for party in gazetteer.parties.values()
    ]
    others = [
        _row(body, "id", "name_en", "name_zh", "country", "kind") | {"pf_id": None, "qid": None}
        for body in gazetteer.organisations.values()
    ]
    department = _row(gazetteer.department, "id", "name_en", "name_zh") | {"country": "CHN", "kind": "cpc_dept"}
    bodies = [*parties, *others, department | {"pf_id": None, "qid": None}]
    upsert(session, OrganisationRow, [row | {"source": GAZETTEER} for row in bodies], ["id"])
    people = [_row(person, "id", "name_en", "name_zh", "country", "qid") for person in gazetteer.people.values()]
    upsert(session, PersonRow, [row | {"source": GAZETTEER} for row in people], ["id"])


def _row(entry: object, *names: str) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in names}

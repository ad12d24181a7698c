"""What the code declares, in the database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import func, insert, select

from pipeline.gazetteer import load
from pipeline.store.models import Country, OrganisationRow, PersonRow, Site
from pipeline.store.sync import sync_gazetteer, sync_sites


def test_declarations_are_written_and_changed(house: Any) -> None:
    more = replace(house.declaration, name="other", hosts=("a", "b"))
    with house.database.writing() as session:
        sync_sites(session, [more, replace(house.declaration, every_hours=6)])
        sync_sites(session, [])
    assert house.one(Site, Site.name == "site").every_hours == 6
    assert house.one(Site, Site.name == "other").hosts == ["a", "b"]


def test_the_gazetteer_is_written_once_and_rules_over_what_pages_brought(house: Any) -> None:
    party = next(party for party in load().parties.values() if party.qid)
    brought = {"id": party.id, "name_en": "As printed somewhere", "source": "page"}
    with house.database.writing() as session:
        session.execute(insert(OrganisationRow).values(**brought))
        sync_gazetteer(session)
        sync_gazetteer(session)
    row = house.one(OrganisationRow, OrganisationRow.id == party.id)
    assert (row.name_en, row.country, row.qid, row.source) == (party.name_en, party.country, party.qid, "gazetteer")
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Country)) == len(load().countries)
        assert session.scalar(select(func.count()).select_from(PersonRow)) == len(load().people)

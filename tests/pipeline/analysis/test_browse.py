"""Browsing: a real Datasette over the file, and clear words where there can be none."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import pytest

from pipeline.analysis.browse import NAME, BrowseError, datasette_over
from pipeline.store.database import Database


def ask(database: Database, path: str, **parameters: str) -> Any:
    return asyncio.run(datasette_over(database).client.get(path, params=parameters))


def test_tables_views_and_saved_queries_are_there(sqlite_database: Database) -> None:
    answer = ask(sqlite_database, f"/{NAME}.json").json()
    assert {"event", "page", "country"} <= {table["name"] for table in answer["tables"]}
    assert {view["name"] for view in answer["views"]} == {"events_flat", "page_changes", "participations_flat"}
    assert "first_contacts" in {query["name"] for query in answer["queries"]}


def test_a_view_shows_its_rows_and_the_meaning_of_its_columns(sqlite_database: Database) -> None:
    page = ask(sqlite_database, f"/{NAME}/events_flat").text
    assert "ev_forum" in page
    assert "Stable id of the event" in page
    assert "[bold]Song[/]" in page


def test_a_row_with_private_children_opens(sqlite_database: Database) -> None:
    answer = ask(sqlite_database, f"/{NAME}/edition/1")
    assert answer.status_code == 200
    assert "2025-W30" in answer.text


def test_a_saved_query_and_a_free_one_answer(sqlite_database: Database) -> None:
    found = ask(sqlite_database, f"/{NAME}/contacts_by_country_month.json", _shape="array").json()
    assert found[0] == {"month": "2024-12", "country": "GHA", "country_name": "Ghana", "type_l1": "CONF", "contacts": 1}
    free = ask(sqlite_database, f"/{NAME}.json", sql="SELECT count(*) AS n FROM event", _shape="array").json()
    assert free == [{"n": 10}]


def test_what_is_not_open_is_the_askers_fault(sqlite_database: Database) -> None:
    answer = ask(sqlite_database, f"/{NAME}", sql="SELECT email FROM subscriber")
    assert answer.status_code == 400
    assert "not open to analysts" in answer.text


def test_changes_are_seen_while_it_runs(sqlite_database: Database) -> None:
    datasette = datasette_over(sqlite_database)

    async def count() -> int:
        answer = await datasette.client.get(f"/{NAME}.json?sql=SELECT+count(*)+AS+n+FROM+country&_shape=array")
        found: int = answer.json()[0]["n"]
        return found

    assert asyncio.run(count()) == 4
    with sqlite_database.writing() as session:
        session.connection().exec_driver_sql("INSERT INTO country (iso3, name_en, name_zh) VALUES ('TON', 'T', 'T')")
    assert asyncio.run(count()) == 5


def test_sample_data_is_called_so(sample_database: Database) -> None:
    assert "sample data" in ask(sample_database, "/").text


@pytest.mark.postgres
def test_postgresql_cannot_be_browsed(postgres_database: Database) -> None:
    with pytest.raises(BrowseError, match="idwatch query"):
        datasette_over(postgres_database)


def test_without_the_extra_the_word_is_clear(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasette.app", None)
    with pytest.raises(BrowseError, match="pip install 'datasette<1'"):
        datasette_over(sqlite_database)

"""The database in Datasette (extra ``browse``), behind the same guard as every analyst's statement.

Datasette's own ``allow: false`` on a table does not stop ``?sql=``, so the guard sits on every connection that
Datasette opens. On top of it the private tables are left out of its pages. The schema of the file, which is in the
source code as well, can be read; a row of a private table cannot.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from pipeline.analysis import guard
from pipeline.analysis.roles import READABLE
from pipeline.analysis.saved import saved_queries
from pipeline.analysis.views import VIEWS
from pipeline.store.database import Database

if TYPE_CHECKING:
    from datasette.app import Datasette

NAME = "idwatch"
_SETTINGS = {"allow_download": False, "sql_time_limit_ms": 10_000, "num_sql_threads": 3}


class BrowseError(Exception):
    """The database cannot be browsed; the message says why, and what to do instead."""


def datasette_over(database: Database) -> Datasette:
    """A Datasette over the SQLite file. Raises BrowseError where the extra is absent or the database is no file."""
    path = database.settings.database_file
    if path is None:
        raise BrowseError(
            f"`idwatch browse` shows an SQLite file; the database is {database.place}."
            ' Use `idwatch query "SELECT …"`, or any client of that database.'
        )
    try:
        from datasette.app import Datasette
    except ImportError as error:
        raise BrowseError(
            f"`idwatch browse` needs Datasette, which is not installed ({error}): "
            "pip install 'datasette<1' into idwatch's environment"
        ) from error

    # Only once the app is loaded: it loads its own plugins, and the handler of errors is one of them.
    from datasette import database as datasette_database
    from datasette import handle_exception
    from datasette.utils import get_all_foreign_keys
    from datasette.utils.asgi import NotFound

    # Where rich is installed, Datasette prints a page of traceback to the terminal for every mistyped address.
    handle_exception.rich = None
    file = path

    class Guarded(datasette_database.Database):  # type: ignore[misc]  # Datasette carries no types
        """Every connection read-only and with the authorizer; only what an analyst may read is listed."""

        def connect(self, write: bool = False) -> Any:
            return guard.connect(file, schema=True)

        async def execute(self, *arguments: Any, **named: Any) -> Any:
            try:
                return await super().execute(*arguments, **named)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError as error:
                # Datasette shows this kind as a fault of the query, the other as a fault of its own.
                raise sqlite3.OperationalError(f"not open to analysts: {error}") from error

        async def table_names(self) -> list[str]:
            return [name for name in await super().table_names() if name in READABLE]

        async def view_names(self) -> list[str]:
            return [name for name in await super().view_names() if name in READABLE]

        async def table_exists(self, table: str) -> bool:
            return table in await self.table_names()

        async def primary_keys(self, table: str) -> list[str]:
            if table not in READABLE:  # the page of a single row asks for no more than this
                raise NotFound(f"Table not found: {table}")
            keys: list[str] = await super().primary_keys(table)
            return keys

        async def get_all_foreign_keys(self) -> dict[str, Any]:
            keys: dict[str, Any] = await self.execute_fn(get_all_foreign_keys)
            return {
                table: {way: [key for key in listed if key["other_table"] in READABLE] for way, listed in ways.items()}
                for table, ways in keys.items()
                if table in READABLE
            }

    datasette = Datasette([], settings=_SETTINGS, metadata=_metadata(database))
    datasette.remove_database("_memory")  # it comes with a Datasette that was given no file
    datasette.add_database(Guarded(datasette, path=str(path), is_mutable=True), name=NAME)
    return datasette


def serve(database: Database, port: int) -> None:
    """Serve the database on loopback until interrupted. Raises BrowseError as ``datasette_over``."""
    datasette = datasette_over(database)
    from datasette import cli

    # Datasette brings its own web server and knows how to run it.
    cli.uvicorn.run(datasette.app(), host="127.0.0.1", port=port, log_level="warning", lifespan="on")


def _metadata(database: Database) -> dict[str, Any]:
    title = "idwatch" + (" (sample data, not a record of real events)" if database.is_sample else "")
    return {
        "title": title,
        "description": "Published record, not all activity.",
        "license": "CC BY 4.0",
        "license_url": "https://creativecommons.org/licenses/by/4.0/",
        "databases": {
            NAME: {
                "tables": {view.name: {"description": view.comment, "columns": view.columns} for view in VIEWS},
                "queries": {
                    query.name: {"title": query.title, "description": query.text, "sql": query.statement}
                    for query in saved_queries().values()
                },
            }
        },
    }

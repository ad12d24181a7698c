"""The operator's view from the command line: ``idwatch status``."""

from __future__ import annotations

import typer
from rich.table import Table

from pipeline import clock
from pipeline.console import SOME_FAILED, console, err, printable, settings_of
from pipeline.store.database import open_database
from pipeline.store.faults import standing
from pipeline.watch.overview import HEALTHY, overview

app = typer.Typer()


@app.command()
def status(ctx: typer.Context) -> None:
    """Each site's last run, its health, and what is held of it.

    Example: idwatch status
    """
    settings = settings_of(ctx)
    database = open_database(settings)
    table = Table(
        "site", "health", "last run (UTC)", "pages", "due", "last new page", "cause", box=None, pad_edge=False
    )
    with database.reading() as session:
        rows = overview(session, clock.now(settings), settings.archive_folder)
        faults = standing(session)
    for row in rows:
        table.add_row(
            row.site,
            row.health or "never run",
            f"{row.last_run:%Y-%m-%d %H:%M}" if row.last_run else "",
            str(row.pages),
            str(row.due),
            row.newest.isoformat() if row.newest else "",
            row.cause or "",
        )
    console.print(table)
    console.print(f"Database: {settings.database_file or settings.database.url.split('@')[-1]}")
    for fault in faults:
        err.print(printable(fault.text), style="red")
    if faults or any(row.health not in HEALTHY for row in rows):
        raise typer.Exit(SOME_FAILED)

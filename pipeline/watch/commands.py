"""The operator's view from the command line: ``idwatch status``."""

from __future__ import annotations

import csv
import sys
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.table import Table

from pipeline import clock
from pipeline.analysis.export import safe_cell
from pipeline.config import Settings
from pipeline.console import SOME_FAILED, USAGE, console, err, fail, printable, settings_of, warn
from pipeline.store.database import Database, open_database
from pipeline.store.faults import standing
from pipeline.watch.access import COLUMNS, access_log, row_of
from pipeline.watch.holidays import holidays
from pipeline.watch.overview import HEALTHY, SiteOverview, notices, overview

app = typer.Typer()


@app.command()
def status(
    ctx: typer.Context,
    access: Annotated[bool, typer.Option("--access", help="What was asked of whom, by site and day.")] = False,
    days: Annotated[int, typer.Option(min=1, help="How many days of requests, or of changes of health.")] = 7,
    as_csv: Annotated[bool, typer.Option("--csv", help="With --access: print CSV, to be published.")] = False,
) -> None:
    """Each site's health with its cause and since when, its next crawl, and what is held of it.

    Exit code 1 where a site is not well, a crawl is more than a day overdue, or a fault stands. With --access the log
    of requests: outcomes, bytes, robots.txt, and the pauses between requests. Examples:

    idwatch status

    idwatch status --access --days 30 --csv
    """
    settings = settings_of(ctx)
    if as_csv and not access:
        fail("--csv goes with --access.", USAGE)
    database = open_database(settings)
    since = clock.now(settings) - timedelta(days=days)
    if access:
        _print_access(database, since, as_csv)
    elif not _print_health(database, settings, since):
        raise typer.Exit(SOME_FAILED)


def _print_health(database: Database, settings: Settings, since: datetime) -> bool:
    """True where nothing asks for the operator."""
    now = clock.now(settings)
    with database.reading() as session:
        rows = overview(session, now, settings.archive_folder)
        changed = [(one.at, one.site, one.before, one.after, one.text) for one in notices(session, since)]
        faults = standing(session)
    table = Table("site", "health", "since", "last crawl (UTC)", "next", "lag", "pages", "due", "newest", "cause")
    table.box, table.pad_edge = None, False
    for row in rows:
        table.add_row(*map(printable, _cells(row, now)), style=None if _is_well(row, now) else "red")
    console.print(table)
    if changed:
        console.print(f"\nChanges of health since {since:%Y-%m-%d}:")
    for at, site, before, after, text in changed:
        line = f"{at:%Y-%m-%d %H:%M}  {site}: {before or 'new'} -> {after}: {text}"
        console.print(printable(line), soft_wrap=True)
    console.print(f"Database: {settings.database_file or settings.database.url.split('@')[-1]}")
    if lack := holidays().lack(clock.beijing_day(now)):
        warn(lack)
    for fault in faults:
        err.print(printable(fault.text), style="red")
    return not faults and all(_is_well(row, now) for row in rows)


def _is_well(row: SiteOverview, now: datetime) -> bool:
    return row.health in HEALTHY and not row.is_overdue(now)


def _cells(row: SiteOverview, now: datetime) -> tuple[str, ...]:
    last = f"{row.last_run:%Y-%m-%d %H:%M}" if row.last_run else ""
    return (
        row.site,
        row.health or "never run",
        f"{row.since:%Y-%m-%d}" if row.since else "",
        f"{last} {row.last_word}" if row.last_word and row.last_word != row.health else last,
        _until(row, now),
        f"{row.lag:g} d" if row.lag is not None else "",
        str(row.pages),
        str(row.due),
        row.newest.isoformat() if row.newest else "",
        row.cause or "",
    )


def _until(row: SiteOverview, now: datetime) -> str:
    if row.next_crawl is None:
        return "now"
    if row.next_crawl > now:
        return f"{row.next_crawl.astimezone(UTC):%m-%d %H:%M}"
    return "now" if not row.is_overdue(now) else f"overdue {(now - row.next_crawl).days} d"


def _print_access(database: Database, since: datetime, as_csv: bool) -> None:
    with database.reading() as session:
        rows = [row_of(entry) for entry in access_log(session, since)]
    if as_csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(COLUMNS)
        writer.writerows([safe_cell(value) for value in row] for row in rows)
        return
    table = Table(*COLUMNS, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(printable, row))
    console.print(table)

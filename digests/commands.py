"""The commands of this wing: `idwatch digest` and `idwatch subscribers`. No logic here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from digests import subscribers
from digests.delivery import DeliveryError, Report, send_edition
from digests.editions import EditionError, make_edition
from digests.message import SenderError
from digests.periods import Period, PeriodError, parse_period
from digests.subscribers import SubscriberError, Wanted
from pipeline import clock
from pipeline.config import Settings
from pipeline.console import SOME_FAILED, USAGE, console, err, fail, settings_of
from pipeline.store.database import Database, DatabaseError, open_database
from pipeline.store.locks import LockHeld

app = typer.Typer(no_args_is_help=True, help="Editions and their readers.")
digest = typer.Typer(no_args_is_help=True, help="The weekly digest: look at it, send it.")
readers = typer.Typer(no_args_is_help=True, help="Who gets the digest.")
app.add_typer(digest, name="digest")
app.add_typer(readers, name="subscribers")

WeekOption = Annotated[
    str | None, typer.Option("--week", metavar="2026-W47", help="A week, Monday to Sunday by Beijing dates.")
]


@digest.command(
    epilog="Examples: idwatch digest preview · idwatch digest preview --week 2026-W47 --no-open",
)
def preview(
    ctx: typer.Context,
    week: WeekOption = None,
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Open it in a browser (only in a terminal).")] = True,
) -> None:
    """Write the edition of a week (the running one unless named) as a folder, print its path, open it.

    Freezes nothing and sends nothing. Of a week that was sent it shows what was sent.
    """
    with _database(ctx) as (database, settings):
        edition = make_edition(database, settings, _week(week), clock.now(settings))
    console.print(str(edition.index), soft_wrap=True)
    err.print(f"{'Frozen edition' if edition.frozen else 'Draft'}: {edition.subject}")
    if open_ and sys.stdout.isatty() and sys.stdin.isatty():
        typer.launch(edition.index.as_uri())


@digest.command(epilog="Examples: idwatch digest send · idwatch digest send --week 2026-W47")
def send(ctx: typer.Context, week: WeekOption = None) -> None:
    """Send the edition of a week (the newest that has ended unless named) to its subscribers.

    The first sending freezes it. Sent again, it goes to nobody who has it; what was deferred is tried again.
    Without mail.host the mails are written as .eml files into the outbox.
    """
    with _database(ctx) as (database, settings):
        now = clock.now(settings)
        report = send_edition(database, settings, _week(week), now)
        _tell(report)
        make_edition(database, settings, report.week, now)
    if not report.whole:
        raise typer.Exit(SOME_FAILED)


def _tell(report: Report) -> None:
    counts = ", ".join(f"{count} {state}" for state, count in sorted(report.states.items()))
    console.print(f"{report.week}: {counts or 'no deliveries'}", soft_wrap=True)
    if report.outbox is not None:
        console.print(f"No mail.host is set: the mails are files in {report.outbox}", soft_wrap=True)
    if report.trouble is not None:
        err.print(f"Not all was sent: {report.trouble}", style="red")
    if report.states["uncertain"]:
        err.print(
            f"{report.states['uncertain']} uncertain: the line broke before the server's answer. They may have arrived "
            "and are not sent again by themselves.",
            style="yellow",
        )


@readers.command(epilog="Example: idwatch subscribers add reader@example.org --name 'A Reader'")
def add(
    ctx: typer.Context,
    emails: Annotated[list[str], typer.Argument(metavar="EMAIL…", help="One or more addresses.")],
    name: Annotated[str | None, typer.Option("--name", help="The reader's name, for one address.")] = None,
) -> None:
    """Subscribe addresses to the weekly digest."""
    if name is not None and len(emails) > 1:
        fail("--name goes with one address", USAGE)
    with _database(ctx) as (database, settings):
        new = subscribers.add(database, [Wanted(email, name) for email in emails], clock.now(settings))
    console.print(f"{new} added, {len(emails) - new} known already")


@readers.command("list", epilog="Example: idwatch subscribers list")
def list_(ctx: typer.Context) -> None:
    """Show all subscribers."""
    with _database(ctx) as (database, _):
        rows = subscribers.readers(database)
    table = Table("address", "name", "since", "rhythm", "language")
    for one in rows:
        table.add_row(one.email, one.name or "", f"{one.added_at:%Y-%m-%d}", one.rhythm, one.language)
    console.print(table)
    console.print(f"{len(rows)} subscriber{'' if len(rows) == 1 else 's'}")


@readers.command("import", epilog="Example: idwatch subscribers import readers.csv")
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV with a column email (and name), or one address a line.")],
) -> None:
    """Subscribe the addresses of a CSV file: all of them, or none where a line is wrong."""
    with _database(ctx) as (database, settings):
        wanted = subscribers.read_csv(file)
        new = subscribers.add(database, wanted, clock.now(settings))
    console.print(f"{new} added, {len(wanted) - new} known already")


@readers.command(epilog="Example: idwatch subscribers export > readers.csv")
def export(
    ctx: typer.Context,
    out: Annotated[Path | None, typer.Option("--out", help="File to write; else standard output.")] = None,
) -> None:
    """Write all subscribers as CSV."""
    with _database(ctx) as (database, _):
        text = subscribers.to_csv(subscribers.readers(database))
        if out is not None:
            try:
                out.write_text(text, encoding="utf-8")
            except OSError as error:
                fail(f"{out} cannot be written: {error.strerror or error}")
    if out is None:
        typer.echo(text, nl=False)


@readers.command(epilog="Example: idwatch subscribers remove reader@example.org")
def remove(ctx: typer.Context, email: Annotated[str, typer.Argument(metavar="EMAIL")]) -> None:
    """Take an address off, with all that is stored of it."""
    with _database(ctx) as (database, _):
        found = subscribers.remove(database, email)
    if not found:
        fail(f"{email} is not subscribed")
    console.print("removed")


def _week(name: str | None) -> Period | None:
    return parse_period(name) if name is not None else None


@contextmanager
def _database(ctx: typer.Context) -> Iterator[tuple[Database, Settings]]:
    """The open database; what goes wrong inside is told in one line, with the exit code it deserves."""
    settings = settings_of(ctx)
    try:
        database = open_database(settings)
        try:
            yield database, settings
        finally:
            database.close()
    except (PeriodError, SubscriberError, SenderError) as error:
        fail(str(error), USAGE)
    except (DatabaseError, DeliveryError, EditionError, LockHeld, OSError) as error:
        fail(str(error), SOME_FAILED)

"""The analyst's commands and the database's: resolve, overrides, show, query, … db. The door mounts ``app``."""

from __future__ import annotations

import csv
import json
import re
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from pipeline import clock
from pipeline.analysis.export import Format, safe_cell
from pipeline.analysis.show import show
from pipeline.console import SOME_FAILED, USAGE, console, err, fail, printable, settings_of, warn
from pipeline.resolve import overrides as overrides_file
from pipeline.resolve import resolver
from pipeline.resolve.resolution import notices
from pipeline.store import beside
from pipeline.store.database import Database, DatabaseError, open_database, place

app = typer.Typer(no_args_is_help=True)
db = typer.Typer(no_args_is_help=True, help="The database: make it, bring it up to date, check it.")
app.add_typer(db, name="db")
overrides = typer.Typer(no_args_is_help=True, help="Analysts' corrections: data with author, date and reason.")
app.add_typer(overrides, name="overrides")

_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")
_NARROWEST: Final = 9  # of a table's column, in characters, its margin included

# Control characters of a page's title must not steer the terminal.
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@contextmanager
def _opened(ctx: typer.Context) -> Iterator[Database]:
    """The database that the configuration names; a missing, older or newer one ends the command with exit code 1."""
    try:
        database = open_database(settings_of(ctx))
    except DatabaseError as error:
        fail(str(error))
    try:
        yield database
    finally:
        database.close()


# resolve


@app.command()
def resolve(
    ctx: typer.Context,
    all_: Annotated[bool, typer.Option("--all", help="Everything anew, not only what pages told since.")] = False,
) -> None:
    """Join what the pages say into events: which mentions tell the same happening. Every crawl does this at its end.

    Only what new or changed pages touch is looked at; with --all everything, which gives the same events. Examples:

    idwatch resolve

    idwatch resolve --all
    """
    settings = settings_of(ctx)
    with _opened(ctx) as database:
        done = resolver.resolve(database, settings.archive_folder, clock.now(settings), everything=all_)
    console.print(done.told)
    for fault in done.faults:
        err.print(printable(fault), style="red")
    if done.faults:
        raise typer.Exit(SOME_FAILED)


# overrides


@overrides.command("list")
def list_overrides(ctx: typer.Context) -> None:
    """All overrides, and those that no longer apply or contradict another; exit code 1 where there are such.

    Example: idwatch overrides list
    """
    with _opened(ctx) as database, database.reading() as session:
        made = beside.every_override(session)
        found = notices(session, made)
    for one in made:
        console.print(f"{one.id}  {one.kind:<7}  {one.made_at:%Y-%m-%d}  {printable(f'{one.author}: {one.reason}')}")
        for side in one.seen:
            console.print("    " + printable(", ".join(f"{what.page} #{what.number}" for what in side)), soft_wrap=True)
        if one.change:
            value = json.dumps(one.change["value"], ensure_ascii=False)
            console.print(printable(f"    {one.change['field']} = {value}"), soft_wrap=True)
        for text in found.get(one.id, []):
            err.print(f"    {printable(text)}", style="red")
    if found:
        raise typer.Exit(SOME_FAILED)


@overrides.command("export")
def export_overrides(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="Default: standard output.", dir_okay=False)] = None,
) -> None:
    """The overrides as JSON lines, for review or for another database.

    Example: idwatch overrides export reviewed.jsonl
    """
    settings = settings_of(ctx)
    with _opened(ctx) as database, database.writing() as session:
        beside.adopt_overrides(session, settings.archive_folder)
        lines = [overrides_file.as_line(override) + "\n" for override in beside.every_override(session)]
    if file is None:
        sys.stdout.writelines(lines)
    else:
        file.write_text("".join(lines), encoding="utf-8")


@overrides.command("import")
def import_overrides(
    ctx: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="Default: the one beside the archive, after it was edited.", dir_okay=False)
    ] = None,
) -> None:
    """Take overrides in from a file of JSON lines. They take effect with the next `idwatch resolve`.

    The file beside the archive (overrides.jsonl) and the database are kept in step: what was taken out of it by hand is
    taken back by an import without FILE. Examples:

    idwatch overrides import

    idwatch overrides import reviewed.jsonl
    """
    settings = settings_of(ctx)
    if file is not None and not file.is_file():
        fail(f"{file}: there is no such file", USAGE)
    with _opened(ctx) as database, database.writing() as session:
        made = overrides_file.read(file).values() if file is not None else ()
        new = beside.add_overrides(session, settings.archive_folder, made)
        count = len(beside.every_override(session))
    console.print(f"{new} new, {count} in all. `idwatch resolve` applies them.")


# show


@app.command("show")
def show_evidence(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="SNAPSHOT|EVENT", help="An id such as sn_… or ev_….")],
) -> None:
    """A text with its evidence marked, the sources, and where the copies lie.

    Example: idwatch show ev_0123456789abcd
    """
    with _opened(ctx) as database, database.reading() as session:
        if not show(session, name):
            fail(f"No snapshot or event {printable(name)}. They stand in events_flat, as event_id and copies.")


# query


@app.command()
def query(
    ctx: typer.Context,
    statement: Annotated[
        str | None, typer.Argument(metavar="SQL|NAME", help="One SELECT, or the name of a saved query.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list of objects.")] = False,
    describe: Annotated[bool, typer.Option("--describe", help="Explain every column of the flat views.")] = False,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds after which the query is stopped.")] = 60.0,
) -> None:
    """Ask the database: one statement that reads, or a saved query by name. Without either, lists the saved ones.

    Private tables (subscribers and what they got) cannot be read here. Examples:

    idwatch query

    idwatch query --describe

    idwatch query contacts_by_country_month --csv

    idwatch query "SELECT date_start, type, countries, title_en FROM events_flat WHERE counted = 1"
    """
    from pipeline.analysis.query import QueryError, run_query

    if as_csv and as_json:
        fail("Give --csv or --json, not both.", USAGE)
    if describe:
        _describe()
        return
    if statement is None:
        _list_saved()
        return
    with _opened(ctx) as database:
        try:
            result = run_query(database, _statement(statement), timeout=timeout)
        except QueryError as error:
            fail(str(error))
    if as_csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(result.columns)
        writer.writerows([safe_cell(value) for value in row] for row in result.rows)
    elif as_json:
        rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        _print_rows(result.columns, result.rows)
        err.print(f"{len(result.rows)} row{'' if len(result.rows) == 1 else 's'}", style="dim")


def _statement(given: str) -> str:
    """The statement given, or that of the saved query named."""
    from pipeline.analysis.saved import saved_queries

    name = given.strip()
    if not _NAME.fullmatch(name):
        return given
    saved = saved_queries()
    if name not in saved:
        fail(f"No saved query {name!r}. There are: {', '.join(saved)}.", USAGE)
    return saved[name].statement


def _list_saved() -> None:
    from pipeline.analysis.saved import saved_queries

    _print_rows(("saved query", "what it gives"), [(name, query.title) for name, query in saved_queries().items()])


def _describe() -> None:
    from pipeline.analysis.views import VIEWS

    for view in VIEWS:
        console.print(f"{view.name}: {view.comment}", style="bold")
        rows = [(column, view.types.get(column, "string"), comment) for column, comment in view.columns.items()]
        _print_rows(("column", "type", "meaning"), rows)


def _print_rows(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table; where its columns would be too narrow to read, one block of lines for each row."""
    if len(columns) * _NARROWEST > console.width:
        for number, row in enumerate(rows, 1):
            console.rule(f"row {number}", align="left", style="dim")
            for column, value in zip(columns, row, strict=True):
                console.print(f"{_printable(column)}: {_printable(value)}", soft_wrap=True)
        return
    table = Table(box=SIMPLE_HEAD)
    for index, column in enumerate(columns):
        is_number = bool(rows) and all(isinstance(row[index], int | float | None) for row in rows)
        table.add_column(_printable(column), justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_printable(value) for value in row))
    console.print(table)


def _printable(value: object) -> str:
    return "" if value is None else _CONTROL.sub(" ", str(value))


# export, browse


@app.command()
def export(
    ctx: typer.Context,
    kind: Annotated[Format, typer.Argument(metavar="csv|jsonl", help="csv for spreadsheets, jsonl for programs.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the files.")] = Path("export"),
) -> None:
    """Write the flat views as files, with a datapackage.json that explains every column.

    Personal data of subscribers is never part of it. Examples:

    idwatch export csv

    idwatch export jsonl --out /tmp/idwatch
    """
    from pipeline.analysis.export import SAMPLE_WORD, ExportError, export

    with _opened(ctx) as database:
        if database.is_sample:
            warn(SAMPLE_WORD)
        try:
            files = export(database, kind, out)
        except ExportError as error:
            fail(str(error))
    for file in files:
        console.print(f"{file.path}" + (f"  ({file.rows} rows)" if file.rows is not None else ""), soft_wrap=True)


@app.command()
def browse(
    ctx: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 8001,
) -> None:
    """Look through the database in a web browser (Datasette; SQLite only), without the private tables.

    Examples:

    idwatch browse

    idwatch browse --port 9000
    """
    from pipeline.analysis.browse import BrowseError, serve

    with _opened(ctx) as database:
        try:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
        except OSError as error:
            fail(f"Port {port} cannot be used ({error.strerror}); name another one with --port.")
        err.print(f"The database is at http://127.0.0.1:{port}/ until you press Ctrl-C.")
        try:
            serve(database, port)
        except BrowseError as error:
            fail(str(error))


# db


@db.command()
def upgrade(ctx: typer.Context) -> None:
    """Make the database if there is none, and bring an older one up to date, after a copy of an SQLite file.

    Example:

    idwatch db upgrade
    """
    from pipeline.store import migrate

    settings = settings_of(ctx)
    try:
        done = migrate.bring_up(settings)
        # Also where nothing was to be done: it makes the views anew, and the rights that an administrator has since
        # allowed us to give.
        words = done.words if done.created else migrate.upgrade(settings)
    except DatabaseError as error:
        fail(str(error))
    if done.copied_to is not None:
        console.print(f"The database as it was: {done.copied_to}", soft_wrap=True)
    for word in words:
        warn(word)
    state = "created" if done.created else "up to date"
    console.print(f"The database at {place(settings)} is {state}.", soft_wrap=True)


@db.command()
def check(ctx: typer.Context) -> None:
    """Compare the database with what this idwatch expects, and look for rows whose parent is missing.

    Example:

    idwatch db check
    """
    from pipeline.store import migrate

    settings = settings_of(ctx)
    try:
        faults = migrate.check(settings)
    except DatabaseError as error:
        fail(str(error))
    for fault in faults:
        err.print(fault, style="red")
    if faults:
        fail(f"{len(faults)} fault{'' if len(faults) == 1 else 's'} in the database at {place(settings)}.")
    console.print(f"The database at {place(settings)} is sound.", soft_wrap=True)

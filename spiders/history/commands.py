"""The commands for the past: pages out of other people's WARC files, and a site's own past. The door mounts ``app``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from pipeline import clock
from pipeline.console import SOME_FAILED, USAGE, console, err, fail, printable, settings_of
from pipeline.resolve.resolver import resolve
from pipeline.store.database import open_database
from spiders.history.span import Source, Span

app = typer.Typer(no_args_is_help=True)


@app.command("import-warc")
def import_warc(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="WARC (.warc, .warc.gz) or WACZ files.")],
) -> None:
    """Take in the pages of watched sites from anybody's WARC or WACZ files, then resolve what they tell.

    Example: idwatch import-warc CC-MAIN-20241201.warc.gz party-watch.wacz
    """
    from pipeline.extract.extractor import EXTRACTOR_VERSION, extract
    from spiders.history.importing import import_files

    settings = settings_of(ctx)
    database = open_database(settings)
    size = sum(file.stat().st_size for file in files if file.is_file())
    with Progress(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), console=err) as bar:
        task = bar.add_task("Reading", total=size)
        done = import_files(
            settings,
            database,
            files,
            extractor=extract,
            extractor_version=EXTRACTOR_VERSION,
            progress=lambda step: bar.advance(task, step),
        )
        bar.update(task, completed=size)
    for line in done.lines():
        console.print(printable(line), soft_wrap=True)
    faults = list(done.told.faults)
    if not done.stopped:
        resolved = resolve(database, settings.archive_folder, clock.now(settings))
        err.print(resolved.told)
        faults += resolved.faults
    for fault in faults:
        err.print(printable(fault), style="red")
    if faults:
        raise typer.Exit(SOME_FAILED)


@app.command()
def backfill(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="SPIDER", help="The site; see `idwatch sites list`.")],
    since: Annotated[str, typer.Option("--from", help="First year, month or day: 2016, 2016-05, 2016-05-17.")],
    until: Annotated[str | None, typer.Option("--to", help="Last year, month or day; default today.")] = None,
    via: Annotated[Source, typer.Option(help="Its own lists, or the Internet Archive.")] = Source.LISTS,
    again: Annotated[bool, typer.Option("--again", help="Walk anew what was walked to its end.")] = False,
) -> None:
    """Ask for a site's past, from its own lists or out of the Internet Archive; killed, it goes on when given again.

    Example: idwatch backfill party_watch --from 2016 --to 2024 --via wayback
    """
    from pipeline.extract.extractor import EXTRACTOR_VERSION, extract
    from spiders.history.backfill import backfill as ask
    from spiders.registry import UnknownSite

    settings = settings_of(ctx)
    database = open_database(settings)
    try:
        span = Span.of(since, until)
    except ValueError as error:
        fail(str(error), USAGE)
    try:
        done = ask(
            settings,
            database,
            name,
            span,
            source=via,
            again=again,
            extractor=extract,
            extractor_version=EXTRACTOR_VERSION,
        )
    except UnknownSite as error:
        fail(str(error), USAGE)
    for line in done.lines():
        console.print(line, soft_wrap=True)
    faults = [f"{done.run.health}: {done.run.cause}"] if done.run is not None and done.run.cause else []
    if done.run is None or done.run.health != "interrupted":
        resolved = resolve(database, settings.archive_folder, clock.now(settings))
        err.print(resolved.told)
        faults += resolved.faults
    for fault in faults:
        err.print(printable(fault), style="red")
    if faults or not done.is_complete:
        raise typer.Exit(SOME_FAILED)

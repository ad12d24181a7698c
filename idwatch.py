"""The front door: mounts the wings' commands and holds those that need two wings.

Nothing is decided here: the door opens the database, hands the spiders' reader and the extractor to the
pipeline, and starts children for what must not share a process (a crawl's reactor starts only once). Scrapy, the
reader and the extractor take two seconds to load, so they are imported by the commands that use them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import threading
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from sqlalchemy.exc import DBAPIError

import digests.commands
import pipeline.commands
import pipeline.review.commands
import pipeline.watch.commands
import spiders.commands
import spiders.history.commands
import spiders.tools.commands
from digests.children import run_child
from digests.delivery import send_edition
from digests.editions import EditionFolder, make_edition
from digests.scheduler import serve_schedule
from digests.sink import Sink
from digests.subscribers import Wanted
from digests.subscribers import add as add_readers
from pipeline import clock, logs
from pipeline.analysis.show import print_extraction
from pipeline.archive.ledger import LedgerError
from pipeline.archive.reader import BrokenArchive
from pipeline.config import FILE_NAME, Settings, as_toml, load
from pipeline.console import SOME_FAILED, USAGE, console, err, fail, printable, settings_of
from pipeline.process import die_with_parent
from pipeline.resolve.overrides import OverrideError
from pipeline.resolve.report import remember, report
from pipeline.resolve.resolver import Resolved, resolve
from pipeline.resolve.write import MentionsMoved
from pipeline.store.database import Database, DatabaseError, open_database
from pipeline.store.locks import LockHeld
from pipeline.store.sync import sync_sites
from pipeline.watch.overview import holdings
from pipeline.words import Document
from spiders.sample.server import SITE_NAMES, SampleServer

app = typer.Typer(
    name="idwatch",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Watch the party diplomacy of the International Department of the CPC (中联部): crawl, read, resolve, report.",
)
app.add_typer(spiders.commands.app, name="sites")
for wing in (pipeline, pipeline.review, pipeline.watch, digests, spiders.history, spiders.tools):
    app.add_typer(wing.commands.app)

FAULTS = (DatabaseError, LockHeld, LedgerError, OverrideError, BrokenArchive, MentionsMoved, DBAPIError, OSError)
"""What goes wrong outside of us (disks, servers, files) and is told in a line; all else is a fault of ours."""


@app.callback()
def _door(
    ctx: typer.Context,
    config: Annotated[
        Path | None, typer.Option(help="Configuration file; else idwatch.toml here or in the user's folder.")
    ] = None,
) -> None:
    die_with_parent()
    logs.configure()
    ctx.obj = config


def main() -> None:
    """Run the command line. Faults that have a remedy end in one line and exit code 1, not in a traceback."""
    try:
        app()
    except FAULTS as error:
        told = error.orig if isinstance(error, DBAPIError) else error
        err.print(
            f"{type(told).__name__}: {told}" if isinstance(error, (DBAPIError, OSError)) else str(told), style="red"
        )
        sys.exit(SOME_FAILED)


def child_command(config: Path | None, *words: str) -> list[str]:
    """The command line of a child idwatch with the same configuration."""
    named = ["--config", str(config)] if config is not None else []
    return [sys.executable, "-m", "idwatch", *named, *words]


def prepare(settings: Settings) -> Database:
    """Open the database, made or upgraded where needed, with the spiders' declarations in it."""
    from spiders.catalogue import declarations

    database = open_database(settings, create=True)
    if database.created:
        err.print(f"New database: {settings.database_file or 'as configured'} (configuration: {settings.source})")
    with database.writing() as session:
        sync_sites(session, declarations(), settings.crawl.sites)
    return database


def resolve_now(settings: Settings, database: Database) -> Resolved:
    return resolve(database, settings.archive_folder, clock.now(settings))


@app.command()
def crawl(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[SPIDER]...", help="Spiders to run; default: crawl.sites, or all.")
    ] = None,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Walk lists back to this day.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask each site for at most this many articles.")] = None,
) -> None:
    """Crawl sites, then resolve what they told.

    Example: idwatch crawl idcpc_zh --since 2026-01-01 --limit 50
    """
    from pipeline.extract.extractor import EXTRACTOR_VERSION, extract
    from spiders.catalogue import declarations
    from spiders.crawl import crawl as crawl_sites

    settings = settings_of(ctx)
    known = [declaration.name for declaration in declarations()]
    wanted = names or settings.crawl.sites or known
    if unknown := sorted(set(wanted) - set(known)):
        where = "" if names else f" (crawl.sites in {settings.source})"
        fail(f"No such spider: {', '.join(unknown)}{where}. Known: {', '.join(known)}", USAGE)
    database = open_database(settings)
    reports = crawl_sites(
        settings,
        database,
        wanted,
        extractor=extract,
        extractor_version=EXTRACTOR_VERSION,
        since=since.date() if since else None,
        limit=limit,
    )
    table = Table("site", "health", "asked", "new", "cause", box=None, pad_edge=False)
    for one in reports:
        numbers = (str(one.counts.get(name, 0)) for name in ("asked", "snapshots"))
        table.add_row(one.site, one.health, *numbers, one.cause or "")
    err.print(table)
    faults: tuple[str, ...] = ()
    if all(one.health != "interrupted" for one in reports):  # else half a pass would found the events' ids
        done = resolve_now(settings, database)
        err.print(done.told)
        faults = done.faults
    for fault in faults:
        err.print(printable(fault), style="red")
    if faults or any(one.health != "ok" for one in reports):
        raise typer.Exit(SOME_FAILED)


@app.command()
def run(ctx: typer.Context) -> None:
    """One real pass: crawl all sites, resolve, and a draft of this week's digest as files.

    Example: idwatch run
    """
    settings = settings_of(ctx)
    database = prepare(settings)
    crawled = run_child(child_command(ctx.obj, "crawl"), threading.Event())
    edition = make_edition(database, settings, None, clock.now(settings))
    console.print(f"Digest of {edition.period.name}: {edition.index}")
    raise typer.Exit(crawled)


@app.command()
def reprocess(
    ctx: typer.Context,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only records fetched since.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="All records (the default without --since).")] = False,
) -> None:
    """Rebuild every reading, mention and event from the archive, without network, and tell what became of the events.

    Example: idwatch reprocess --all
    """
    from pipeline.extract.extractor import EXTRACTOR_VERSION, extract
    from pipeline.store.reprocess import reprocess as rebuild
    from spiders.reading import READER_VERSION, declarations, read

    if all_ and since:
        fail("Give --all or --since, not both.", USAGE)
    settings = settings_of(ctx)
    database = open_database(settings)
    with database.writing() as session:
        sync_sites(session, declarations(), settings.crawl.sites)
    before = remember(database, settings.archive_folder)
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=err) as bar:
        task = bar.add_task("Reading the archive again", total=None)
        rebuilt = rebuild(
            database,
            settings.archive_folder,
            lambda record: read(record, most_bytes=settings.crawl.max_bytes),
            extract,
            reader_version=READER_VERSION,
            extractor_version=EXTRACTOR_VERSION,
            since=since,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    resolved = resolve_now(settings, database)
    console.print(f"{rebuilt.records} records read again; {resolved.told}")
    for line in report(database, before).lines():
        console.print(printable(line), soft_wrap=True)
    for fault in (*rebuilt.faults, *resolved.faults):
        err.print(printable(fault), style="red")
    if rebuilt.faults or resolved.faults:
        raise typer.Exit(SOME_FAILED)


@app.command()
def serve(ctx: typer.Context) -> None:
    """Crawl by each site's rhythm, send the digest when it is due, show the web pages, until SIGTERM or Ctrl-C.

    Example: idwatch --config /etc/idwatch/idwatch.toml serve
    """
    from digests.web.server import serving

    settings = settings_of(ctx)
    database = prepare(settings)
    with serving(database, settings):
        code = serve_schedule(database, settings, crawl_command=child_command(ctx.obj, "crawl"))
    raise typer.Exit(code)


@app.command("extract")
def extract_page(
    file: Annotated[Path, typer.Argument(help="HTML or plain text; - for standard input.", allow_dash=True)],
    url: Annotated[str, typer.Option(help="The page's address.")] = "",
    published: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The page's own date.")] = None,
    json_: Annotated[bool, typer.Option("--json", help="The mentions as JSON.")] = False,
    text: Annotated[bool, typer.Option("--text", help="Only the text that evidence spans count.")] = False,
) -> None:
    """The mentions in one page, with the words each value was read from.

    Example: idwatch extract page.html --url https://www.idcpc.gov.cn/bzhd/wshd/202507/t20250726_167398.html --json
    """
    from pipeline.extract.extractor import extract
    from pipeline.extract.serialise import as_json

    if json_ and text:
        fail("Give --json or --text, not both.", USAGE)
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        fail(f"{file}: cannot be read: {error.strerror}", USAGE)
    document = document_of(content, url, published.date() if published else None)
    if text:
        sys.stdout.write(document.text + "\n")
    elif json_:
        sys.stdout.write(json.dumps(as_json(document, extract(document)), ensure_ascii=False, indent=2) + "\n")
    else:
        print_extraction(document, extract(document))


def document_of(content: bytes, url: str, published: date | None) -> Document:
    """What the extractor reads of a file: a page's reading where it is HTML, else its plain text."""
    from pipeline.extract.plain import document as plain_document
    from spiders.charset import decode
    from spiders.reading import read_page

    if b"<" in content[:2000] and re.search(rb"<(!doctype|html|head|body|div|p|meta)\b", content[:20_000], re.I):
        page = read_page(content, url)
        return Document(page.text, url or page.url, page.language, published or page.published, page.title)
    text, _ = decode(content)
    return plain_document(text, url=url or None, published=published)


@app.command("evaluate")
def evaluate_labels(
    labels: Annotated[
        list[Path], typer.Argument(metavar="LABELS...", help="Labels as JSON lines, or a folder of such files.")
    ],
    pages: Annotated[Path | None, typer.Option(help="Folder with the pages as ID.txt or ID.html.")] = None,
    html: Annotated[Path | None, typer.Option(help="Also write a report with the errors marked in the text.")] = None,
    disputed: Annotated[
        Path | None, typer.Option(help="Labels held wrong, with reasons; both figures are given.")
    ] = None,
    as_mentions: Annotated[
        bool, typer.Option("--as-mentions", help="Resolve the labels' own facts, without any page.")
    ] = False,
) -> None:
    """Accuracy against labelled pages, by field, language, outlet, year band and type; or of events against clusters.

    Examples:
      idwatch evaluate tests/evaluation/en/dev.jsonl --pages tests/evaluation/en/dev
      idwatch evaluate tests/evaluation/clusters/dev.*.jsonl
    """
    from pipeline.evaluate import LabelError, evaluate, evaluate_linked, is_linked
    from pipeline.extract.extractor import extract

    try:
        if as_mentions or is_linked(labels[0]):
            if pages or html or disputed:
                fail("Clusters are resolved from facts: --pages, --html and --disputed go with labelled pages.", USAGE)
            sys.stdout.write(evaluate_linked(labels, as_mentions=as_mentions).text())
            return
        if pages is None or len(labels) > 1:
            fail("Labelled pages are evaluated from one file or folder, with --pages DIR.", USAGE)
        evaluation = evaluate(labels[0], pages, document_of, extract, disputed=disputed)
    except LabelError as error:
        fail(str(error), USAGE)
    sys.stdout.write(evaluation.text() + "\n")
    if html is not None:
        html.write_text(evaluation.html(), encoding="utf-8")
    if evaluation.missing:
        raise typer.Exit(SOME_FAILED)


DEMO_FOLDER = Path("data/demo")
DEMO_MARK = "# Written by `idwatch demo`; the folder is made anew by each."
DEMO_PASSES = (("first", "2025-07-27T07:00:00+08:00"), ("second", "2025-07-28T07:00:00+08:00"))
"""States of the sample sites, and the fixed instants at which they are crawled: the end of their busy week."""

DEMO_SENDING = "2025-07-28T12:00:00+08:00"
DEMO_READERS = ("ana@example.org", "bo@example.org", "chidi@example.org")


@app.command()
def demo() -> None:
    """All of it in a minute, offline: crawl the sample sites, resolve, and deliver a digest on loopback.

    Example: idwatch demo
    """
    folder = DEMO_FOLDER.resolve()
    config = folder / FILE_NAME
    if folder.exists() and any(folder.iterdir()):
        if not config.is_file() or not config.read_text(encoding="utf-8").startswith(DEMO_MARK):
            fail(f"{folder} exists and was not made by `idwatch demo`: move it away and run again.")
        for entry in sorted(folder.iterdir(), key=lambda entry: entry == config):  # the mark goes last
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    config.write_text(f"{DEMO_MARK}\n", encoding="utf-8")
    for name in [name for name in os.environ if name.startswith("IDWATCH_")]:
        del os.environ[name]  # the demo is the same on every machine and every day
    with SampleServer() as sites, Sink() as sink:
        sections: dict[str, dict[str, object]] = {
            "database": {"url": "sqlite:///idwatch.sqlite", "sample": True},
            "archive": {"folder": "archive"},
            "crawl": {"sites": list(SITE_NAMES), "connect_to": sites.connect_to, "delay": 0.0},
            "clock": {"now": DEMO_SENDING},
            "digest": {"outbox": "outbox", "editions": "editions"},
            "mail": {"host": "127.0.0.1", "port": sink.port, "security": "none"},
        }
        config.write_text(f"{DEMO_MARK}\n{as_toml(sections)}", encoding="utf-8")
        settings = load(config)
        database = prepare(settings)
        for number, (state, now) in enumerate(DEMO_PASSES, 1):
            err.rule(f"Pass {number} of {len(DEMO_PASSES)} over the sample sites, on {now[:10]}")
            sites.state = state
            os.environ["IDWATCH_CLOCK__NOW"] = now
            if run_child(child_command(config, "crawl"), threading.Event()) != 0:
                fail("The demo's crawl failed; see above.")
        err.rule("The digest")
        del os.environ["IDWATCH_CLOCK__NOW"]
        instant = clock.now(settings)
        add_readers(database, [Wanted(address) for address in DEMO_READERS], instant)
        report = send_edition(database, settings, None, instant)
        edition = make_edition(database, settings, report.period, instant)
        received = list(sink.received)
    print_demo(database, edition, received)
    if sorted(recipient for recipient, _ in received) != sorted(DEMO_READERS):
        fail("The SMTP server did not get one mail for each reader.")


def print_demo(database: Database, edition: EditionFolder, received: list[tuple[str, bytes]]) -> None:
    """What the demo found and where to look."""
    table = Table("found", "number", "look at", box=None, pad_edge=False)
    with database.reading() as session:
        for row in holdings(session):
            table.add_row(row.what, str(row.number), row.where)
    table.add_row("mails delivered", str(len(received)), f"subject: {edition.subject}")
    console.print(table)
    program = f"{os.path.relpath(sys.argv[0])} --config {DEMO_FOLDER / FILE_NAME}"
    console.print(f"\nThe digest:    {os.path.relpath(edition.index)}", soft_wrap=True)
    console.print(f"The database:  {program} query", soft_wrap=True)
    console.print(f"The evidence:  {program} show EVENT  (ids: the column event_id of events_flat)", soft_wrap=True)
    console.print("These are sample pages written for idwatch about real events; nothing was sent anywhere.")


if __name__ == "__main__":
    main()

"""The commands of this wing: `idwatch digest`, `idwatch subscribers`, `idwatch mail`. No logic here."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from digests.checking import check_editions
from digests.console import opened
from digests.delivery import Report, send_edition
from digests.editions import make_edition
from digests.mail_commands import mail
from digests.periods import Period, parse_period
from digests.reader_commands import readers
from pipeline import clock
from pipeline.console import SOME_FAILED, USAGE, console, err, fail

app = typer.Typer(no_args_is_help=True, help="Editions and their readers.")
digest = typer.Typer(no_args_is_help=True, help="The digest of a week or month: look at it, send it, check it.")
app.add_typer(digest, name="digest")
app.add_typer(readers, name="subscribers")
app.add_typer(mail, name="mail")

WeekOption = Annotated[
    str | None, typer.Option("--week", metavar="2026-W47", help="A week, Monday to Sunday by Beijing dates.")
]
MonthOption = Annotated[str | None, typer.Option("--month", metavar="2026-11", help="A month by Beijing dates.")]


@digest.command(
    epilog="Examples: idwatch digest preview · idwatch digest preview --week 2026-W47 --no-open · "
    "idwatch digest preview --month 2026-11",
)
def preview(
    ctx: typer.Context,
    week: WeekOption = None,
    month: MonthOption = None,
    open_: Annotated[bool, typer.Option("--open/--no-open", help="Open it in a browser (only in a terminal).")] = True,
) -> None:
    """Write the edition of a week (the running one unless named) or a month as a folder, print its path, open it.

    Freezes nothing and sends nothing. Of a period that was sent it shows what was sent.
    """
    with opened(ctx) as (database, settings):
        edition = make_edition(database, settings, _period(week, month), clock.now(settings))
    console.print(str(edition.index), soft_wrap=True)
    err.print(f"{'Frozen edition' if edition.frozen else 'Draft'}: {edition.subject}")
    if open_ and sys.stdout.isatty() and sys.stdin.isatty():
        typer.launch(edition.index.as_uri())


@digest.command(
    epilog="Examples: idwatch digest send · idwatch digest send --week 2026-W47 · idwatch digest send --month 2026-11"
)
def send(ctx: typer.Context, week: WeekOption = None, month: MonthOption = None) -> None:
    """Send the edition of a week (the newest that has ended unless named) or a month to its subscribers.

    The first sending freezes it. Sent again, it goes to nobody who has it; what was deferred is tried again.
    Without mail.host the mails are written as .eml files into the outbox.
    """
    with opened(ctx) as (database, settings):
        now = clock.now(settings)
        report = send_edition(database, settings, _period(week, month), now)
        _tell(report)
        make_edition(database, settings, report.period, now)
    if not report.whole:
        raise typer.Exit(SOME_FAILED)


@digest.command(epilog="Examples: idwatch digest check · idwatch digest check 2026-W47")
def check(
    ctx: typer.Context,
    edition: Annotated[
        str | None, typer.Argument(metavar="PERIOD", help="2026-W47, 2026-11 or an event's id; else all editions.")
    ] = None,
) -> None:
    """Check frozen editions: checksums, the event and the archived copy behind every sentence, and all inner links.

    Asks the database and the archive, never the network. Prints what fails; exit code 1 where something does.
    """
    with opened(ctx) as (database, settings):
        report = check_editions(database, settings, edition)
    for failure in report.failures:
        console.print(failure, soft_wrap=True, markup=False)
    err.print(
        f"{report.editions} editions, {report.slices} slices, {report.sentences} sentences, {report.links} links: "
        f"{len(report.failures)} failures"
    )
    if report.failures:
        raise typer.Exit(SOME_FAILED)


def _tell(report: Report) -> None:
    counts = ", ".join(f"{count} {state}" for state, count in sorted(report.states.items()))
    console.print(f"{report.edition}: {counts or 'no deliveries'}", soft_wrap=True)
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


def _period(week: str | None, month: str | None) -> Period | None:
    if week is not None and month is not None:
        fail("--week and --month exclude each other", USAGE)
    name = week if week is not None else month
    return parse_period(name) if name is not None else None

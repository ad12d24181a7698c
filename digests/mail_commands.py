"""The commands `idwatch mail`: what the operator does about mails. No logic here."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import structlog
import typer
from sqlalchemy.exc import DBAPIError

from digests import bounces, uncertain
from digests.console import opened
from digests.dkim import DkimError
from digests.mail_doctor import Level, examine
from digests.message import SenderError
from pipeline import clock
from pipeline.config import ConfigError, load
from pipeline.console import SOME_FAILED, USAGE, console, err, fail, printable
from pipeline.store.database import DatabaseError, open_database

TEMPORARY = 75
"""EX_TEMPFAIL of sysexits.h: an MTA keeps the mail and tries again. Any other failure would make it bounce a bounce."""
COLOURS = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red"}
_log = structlog.get_logger(__name__)

mail = typer.Typer(no_args_is_help=True, help="Mails: look at them, settle doubtful ones, take in what comes back.")


@mail.command(epilog="Examples: idwatch mail doctor · idwatch mail doctor --to me@example.org")
def doctor(
    ctx: typer.Context,
    to: Annotated[
        str | None, typer.Option("--to", metavar="ADDRESS", help="Really send one mail, to this address.")
    ] = None,
) -> None:
    """Examine the finished mail of the newest edition and the relay, without sending anything (but with --to).

    Exit code 1 where something fails.
    """
    failed = False
    with opened(ctx) as (database, settings):
        try:
            for one in examine(database, settings, clock.now(settings), to=to):
                failed |= one.level is Level.FAIL
                console.print(
                    f"{one.level.value:<5} {one.what}: {printable(one.words)}", style=COLOURS[one.level], soft_wrap=True
                )
                if one.remedy:
                    console.print(f"      {one.remedy}", soft_wrap=True)
        except DkimError as error:
            fail(str(error), USAGE)
    if failed:
        raise typer.Exit(SOME_FAILED)


@mail.command("uncertain", epilog="Examples: idwatch mail uncertain · idwatch mail uncertain --sent 2026-W47.0f3a…")
def uncertain_(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="MESSAGE-ID…", help="These; all where none is named.")
    ] = None,
    sent: Annotated[bool, typer.Option("--sent", help="They arrived.")] = False,
    resend: Annotated[bool, typer.Option("--resend", help="Send them again, with the same Message-ID.")] = False,
) -> None:
    """List the mails that were handed over whole and got no answer, or settle them.

    The relay's log knows: search it for the Message-ID.
    """
    if sent and resend:
        fail("--sent or --resend, not both", USAGE)
    with opened(ctx) as (database, settings):
        if sent or resend:
            try:
                count = uncertain.settle_uncertain(database, names or [], clock.now(settings), resend=resend)
            except uncertain.NotUnsettled as error:
                fail(str(error), USAGE)
            console.print(f"{count} {'queued again' if resend else 'settled as sent'}")
            return
        found = _named(uncertain.uncertain_mails(database), names)
    _show(found)
    console.print(f"{len(found)} uncertain")


@mail.command("failed", epilog="Examples: idwatch mail failed · idwatch mail failed --again 2026-W47.0f3a…")
def failed_(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="MESSAGE-ID…", help="These; all where none is named.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Queue them again, with the same Message-ID.")] = False,
) -> None:
    """List the mails of the last two weeks that the server refused for good or for now, with its words, or queue them
    again.

    Mend first what it says; `idwatch digest send` or `idwatch serve` then sends them.
    """
    with opened(ctx) as (database, settings):
        now = clock.now(settings)
        if again:
            try:
                count = uncertain.send_again(database, names or [], now)
            except uncertain.NotUnsettled as error:
                fail(str(error), USAGE)
            console.print(f"{count} queued again")
            return
        found = _named(uncertain.untaken_mails(database, now), names)
    _show(found)
    told = Counter(one.state for one in found)
    console.print(f"{told['failed']} failed, {told['deferred']} deferred")


def _named(found: list[uncertain.Unsettled], names: list[str] | None) -> list[uncertain.Unsettled]:
    return [one for one in found if not names or one.message_id in names]


def _show(found: list[uncertain.Unsettled]) -> None:
    """In lines, not as a table: a Message-ID has to be copied whole."""
    for one in found:
        since = f"{one.state} since {one.changed_at:%Y-%m-%d %H:%M} UTC, tries: {one.attempts}"
        console.print(one.message_id, style="bold", soft_wrap=True)
        console.print(f"  {one.email}, {since}\n  {printable(one.detail)}", soft_wrap=True, markup=False)


@mail.command(epilog="Example: an MTA pipes into it what comes back to mail.bounces; see docs/operation.md")
def bounce(ctx: typer.Context) -> None:
    """Read one mail that came back from standard input and act on it.

    Exit code 0: done or ignored; 75: the MTA is to try again later.
    """
    raw = sys.stdin.buffer.read(bounces.MOST_BYTES)
    while sys.stdin.buffer.read(1 << 16):  # an MTA whose pipe closes early takes it for a failure
        pass
    try:
        settings = load(ctx.find_object(Path))
        database = open_database(settings)
        try:
            told = bounces.take(database, settings, raw, clock.now(settings))
        finally:
            database.close()
    except (ConfigError, DatabaseError, DBAPIError, SenderError, OSError) as error:
        _log.error("bounce_not_read", why=str(error))
        err.print(f"Try again later: {error}", style="red")
        raise typer.Exit(TEMPORARY) from error
    _log.info("bounce", done=told)
    console.print(told, soft_wrap=True)

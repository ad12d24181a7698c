"""Commands of whoever corrects events: explain, review. The door mounts ``app``."""

from __future__ import annotations

import sys
from contextlib import closing, suppress
from typing import Annotated

import typer

from pipeline import clock
from pipeline.console import USAGE, console, fail, settings_of
from pipeline.resolve.overrides import OverrideError
from pipeline.resolve.queue import Kind
from pipeline.review import story
from pipeline.review.answers import Answers, author
from pipeline.review.desk import Desk
from pipeline.review.listing import listed
from pipeline.review.sights import NoMention
from pipeline.store.database import Database, DatabaseError, open_database

app = typer.Typer(no_args_is_help=True)


@app.command()
def explain(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="EVENT|MENTION", help="ev_…, or a mention as sn_…#1.")],
    other: Annotated[str | None, typer.Argument(metavar="[MENTION]", help="The mention to compare it with.")] = None,
) -> None:
    """Why these mentions are one event, or two: each comparison with its weight in bits, vetoes, overrides, history.

    A mention is named by a snapshot or an address of its page, and its number there, as `idwatch show` prints it.
    Examples:

    idwatch explain ev_0123456789abcd

    idwatch explain sn_0123456789abcd#1 sn_abcdef01234567#2
    """
    settings = settings_of(ctx)
    with closing(_opened(ctx)) as database, database.reading() as session:
        try:
            if other is not None:
                story.of_pair(session, settings.archive_folder, name, other)
            elif not story.of_event(session, settings.archive_folder, name):
                fail(f"No event {name}. Give an event, ev_…, or two mentions, sn_…#1 sn_…#1.", USAGE)
        except (NoMention, OverrideError) as error:
            fail(str(error))


@app.command()
def review(
    ctx: typer.Context,
    author_: Annotated[
        str | None, typer.Option("--author", help="Who answers; default: the user name of Git, else of this machine.")
    ] = None,
    only: Annotated[Kind | None, typer.Option(help="Ask questions of one kind alone.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="Print the questions, one a line, cells between tabs.")] = False,
) -> None:
    """Decide what resolution left open: pairs in doubt, pairs that a rule keeps apart, words that nobody knows.

    Answers become overrides (see `idwatch overrides`); events change with the next `idwatch resolve`. Examples:

    idwatch review

    idwatch review --only doubt --author "Ana Li"

    idwatch review --list | head
    """
    kinds = [only] if only is not None else list(Kind)
    settings = settings_of(ctx)
    with closing(_opened(ctx)) as database:
        try:
            if list_:
                for kind in kinds:
                    for line in listed(database, settings.archive_folder, kind):
                        sys.stdout.write(line + "\n")
                return
            if not (sys.stdin.isatty() and console.is_terminal):
                fail("A review needs a terminal; `idwatch review --list` prints what it would ask.", USAGE)
            answering = author(author_)
            if answering is None:
                fail("Whose answers are these? Give --author.", USAGE)
            answers = Answers(settings.archive_folder, answering, lambda: clock.now(settings))
            try:
                with suppress(KeyboardInterrupt):
                    Desk(database, answers, kinds, console).sit()
            finally:
                _sum_up(answers)
        except OverrideError as error:
            fail(str(error))


def _sum_up(answers: Answers) -> None:
    number = len(answers.made)
    console.print(f"{number} override{'' if number == 1 else 's'} made, {answers.unsure} left unsure.")
    if number:
        console.print("To have them in the events, run `idwatch resolve`.")


def _opened(ctx: typer.Context) -> Database:
    try:
        return open_database(settings_of(ctx))
    except DatabaseError as error:
        fail(str(error))

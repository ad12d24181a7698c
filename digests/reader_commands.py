"""`idwatch subscribers`: who gets the digest, and what of it. No logic here."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from digests import subscribers
from digests.console import opened
from digests.describing import described, known_only
from digests.languages import SOURCE, languages
from digests.reader_csv import read_csv, to_csv
from digests.regions import region_named, regions
from digests.slices import MONTHLY, WEEKLY
from digests.subscribers import Choice, SubscriberError, Wanted
from digests.wishes import Wishes
from pipeline import clock
from pipeline.console import SOME_FAILED, USAGE, console, fail
from pipeline.store.models import Country

readers = typer.Typer(no_args_is_help=True, help="Who gets the digest.")


class Rhythm(StrEnum):
    weekly = WEEKLY
    monthly = MONTHLY


Several = list[str] | None


@readers.command(
    epilog="Examples: idwatch subscribers add reader@example.org --name 'A Reader' · "
    "idwatch subscribers add desk@example.org --region 'West Africa' --country ZAF --type TRAIN --rhythm monthly"
)
def add(
    ctx: typer.Context,
    emails: Annotated[list[str], typer.Argument(metavar="EMAIL…", help="One or more addresses.")],
    name: Annotated[str | None, typer.Option("--name", help="The reader's name, for one address.")] = None,
    country: Annotated[Several, typer.Option("--country", help="ISO 3166 code or name; may be repeated.")] = None,
    region: Annotated[Several, typer.Option("--region", help="Code or name, as 011 or 'West Africa'.")] = None,
    party: Annotated[Several, typer.Option("--party", help="Id of a party or other body, as zaf-anc.")] = None,
    official: Annotated[Several, typer.Option("--official", help="Id of a person, of either side.")] = None,
    type_: Annotated[Several, typer.Option("--type", help="Type of event or its first level, as TRAIN.")] = None,
    theme: Annotated[Several, typer.Option("--theme", help="Theme of the codebook, as bri.")] = None,
    language: Annotated[str, typer.Option("--language", help="Language of the digest: en, zh.")] = SOURCE,
    rhythm: Annotated[Rhythm, typer.Option("--rhythm", help="How often.")] = Rhythm.weekly,
    at_once: Annotated[bool, typer.Option("--at-once", help="And a mail for each first contact.")] = False,
    skip_empty: Annotated[bool, typer.Option("--skip-empty", help="No mail when there is nothing to tell.")] = False,
) -> None:
    """Subscribe addresses: to everything, weekly, in English, but for what the options say.

    Who has asked and not confirmed reads by your word. Who reads already is left as they are; to change what they
    get, remove and add them, or send them to their preferences page. Ids of parties and officials stand in the
    addresses of their web pages.
    """
    if name is not None and len(emails) > 1:
        fail("--name goes with one address", USAGE)
    if language not in languages():
        fail(f"--language is {language!r}; there are {', '.join(languages())}", USAGE)
    with opened(ctx) as (database, settings):
        with database.reading() as session:
            wishes = Wishes(
                countries=_countries(session, country or (), region or ()),
                parties=tuple(sorted(set(party or ()))),
                officials=tuple(sorted(set(official or ()))),
                types=tuple(sorted({one.upper() for one in type_ or ()})),
                themes=tuple(sorted(set(theme or ()))),
                say_when_empty=not skip_empty,
            )
            choice = Choice(wishes, rhythm.value, at_once, language)
            wanted = [Wanted(email, name, choice) for email in emails]
            _check(session, wanted)
        new = subscribers.add(database, wanted, clock.now(settings))
    console.print(f"{new} added, {len(emails) - new} known already")


@readers.command("list", epilog="Example: idwatch subscribers list")
def list_(ctx: typer.Context) -> None:
    """Show all subscribers and what they asked for."""
    with opened(ctx) as (database, _), database.reading() as session:
        rows = subscribers.readers(database)
        words = {one.choice: _in_words(session, one.choice) for one in rows}
    table = Table("address", "name", "since", "state", "rhythm", "language", "wishes")
    for one in rows:
        state = f"suppressed ({one.suppressed})" if one.suppressed else one.state
        rhythms = ", ".join(rhythm.replace("_", " ") for rhythm in one.choice.rhythms)
        table.add_row(
            one.email, one.name or "", f"{one.added_at:%Y-%m-%d}", state, rhythms, one.choice.language,
            words[one.choice],
        )  # fmt: skip
    console.print(table)
    console.print(f"{len(rows)} subscriber{'' if len(rows) == 1 else 's'}")


@readers.command("import", epilog="Example: idwatch subscribers import readers.csv")
def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV with the columns of an export, email at least; or addresses.")],
) -> None:
    """Subscribe the readers of a CSV file: all of them, or none where a line is wrong."""
    with opened(ctx) as (database, settings):
        wanted = read_csv(file)
        with database.reading() as session:
            _check(session, wanted)
        new = subscribers.add(database, wanted, clock.now(settings))
    console.print(f"{new} added, {len(wanted) - new} known already")


@readers.command(epilog="Example: idwatch subscribers export > readers.csv")
def export(
    ctx: typer.Context,
    out: Annotated[Path | None, typer.Option("--out", help="File to write; else standard output.")] = None,
) -> None:
    """Write all subscribers as CSV, with all they asked for."""
    with opened(ctx) as (database, _):
        text = to_csv(subscribers.readers(database))
        if out is not None:
            try:
                out.write_text(text, encoding="utf-8")
            except OSError as error:
                fail(f"{out} cannot be written: {error.strerror or error}")
    if out is None:
        typer.echo(text, nl=False)


Email = Annotated[str, typer.Argument(metavar="EMAIL")]


@readers.command(epilog="Example: idwatch subscribers remove reader@example.org")
def remove(ctx: typer.Context, email: Email) -> None:
    """Take an address off, with all that is stored of it."""
    with opened(ctx) as (database, _):
        found = subscribers.remove(database, email)
    if not found:
        fail(f"{email} is not subscribed", SOME_FAILED)
    console.print("removed")


@readers.command(epilog="Example: idwatch subscribers suppress reader@example.org")
def suppress(ctx: typer.Context, email: Email) -> None:
    """Take an address off, and never write to it again: of it only a salted hash is kept."""
    with opened(ctx) as (database, settings):
        found = subscribers.ban(database, email, clock.now(settings))
    console.print("removed and suppressed" if found else "suppressed; it was not subscribed")


@readers.command(epilog="Example: idwatch subscribers unsuppress reader@example.org")
def unsuppress(ctx: typer.Context, email: Email) -> None:
    """Let an address be written to again, when its reader asks to come back."""
    with opened(ctx) as (database, _):
        found = subscribers.lift_ban(database, email)
    if not found:
        fail(f"{email} is not suppressed", SOME_FAILED)
    console.print("may be written to again; add it with `idwatch subscribers add`")


def _countries(session: Session, named: Iterable[str], wanted: Iterable[str]) -> tuple[str, ...]:
    """The countries that options name one by one and by regions. Raises SubscriberError, RegionError."""
    known = regions(session)
    found = set().union(*(region_named(known, one).countries for one in wanted))
    for text in named:
        row = session.scalar(
            select(Country.iso3).where(
                or_(Country.iso3 == text.upper(), func.lower(Country.name_en) == text.lower(), Country.name_zh == text)
            )
        )
        if row is None:
            raise SubscriberError(
                f"no country is called {text!r}; give its ISO 3166 code of three letters, or its name"
            )
        found.add(row)
    return tuple(sorted(found))


def _check(session: Session, wanted: Iterable[Wanted]) -> None:
    """Raise SubscriberError where somebody asks for what there is not."""
    for wishes in dict.fromkeys(one.choice.wishes for one in wanted):
        _, strange = known_only(session, wishes)
        if strange:
            told = "; ".join(f"{name}: {', '.join(values)}" for name, values in strange.items())
            raise SubscriberError(f"asked for, but not known here: {told}")


def _in_words(session: Session, choice: Choice) -> str:
    """What somebody wants in particular; how often and in which language stand in columns of their own."""
    told = described(session, choice, "en")[2:-1]
    return "; ".join(f"{one.label}: {', '.join(one.values)}" for one in told) or "everything"

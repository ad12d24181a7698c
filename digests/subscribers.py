"""Who reads: adding, listing, taking off, and CSV in and out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select
from sqlalchemy.orm import Session

from digests.slices import default_slice
from digests.texts import clean
from pipeline.store.database import Database
from pipeline.store.models import Slice, Subscriber, Subscription

COLUMNS = ("email", "name", "added_at", "rhythm", "language")


class SubscriberError(ValueError):
    """An address or a list cannot be used; the message says which one, where, and what is wrong."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A subscriber as a command shows one."""

    email: str
    name: str | None
    added_at: datetime
    rhythm: str
    language: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """An address to add, with the line of the list it came from."""

    email: str
    name: str | None = None


def normalised(email: str) -> str:
    """The one form in which an address is kept: its domain in lower case and ASCII. Raises SubscriberError.

    The part before the @ keeps its case, as its server alone knows whether that matters. Addresses that need
    SMTPUTF8 are refused, since not every server takes them.
    """
    try:
        result = validate_email(email.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise SubscriberError(f"{email!r} is not an e-mail address: {error}") from error
    return f"{result.local_part}@{result.ascii_domain}"


def add(database: Database, wanted: Iterable[Wanted], now: datetime) -> int:
    """Subscribe addresses to everything, weekly, in English; how many are new. All or none. Raises SubscriberError.

    An address that differs from a known one only in case is the same reader and is left as it is.
    """
    entries = [(normalised(one.email), clean(one.name, 120)) for one in wanted]
    with database.writing() as session:
        wishes = default_slice(session)
        known = {email.casefold() for email in session.scalars(select(Subscriber.email))}
        new = 0
        for email, name in entries:
            if email.casefold() in known:
                continue
            known.add(email.casefold())
            subscriber = Subscriber(email=email, name=name, added_at=now)
            session.add(subscriber)
            session.flush()
            session.add(Subscription(subscriber_id=subscriber.id, slice_id=wishes.id))
            new += 1
    return new


def remove(database: Database, email: str) -> bool:
    """Take an address off with all that is stored of it, at once; False where it was not there."""
    wanted = normalised(email).casefold()
    with database.writing() as session:
        found = _find(session, wanted)
        if found is not None:
            session.delete(found)
    return found is not None


def readers(database: Database) -> list[Reader]:
    """All subscribers, by address."""
    with database.reading() as session:
        rows = session.execute(
            select(Subscriber, Slice)
            .join(Subscription, Subscription.subscriber_id == Subscriber.id)
            .join(Slice, Slice.id == Subscription.slice_id)
            .order_by(Subscriber.email)
        )
        return [Reader(one.email, one.name, one.added_at, wish.rhythm, wish.language) for one, wish in rows]


def read_csv(path: Path) -> list[Wanted]:
    """The addresses of a CSV file: a column ``email`` and, where there is one, ``name``; or one address a line.

    Raises SubscriberError naming file and line, or the file and why it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SubscriberError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise SubscriberError(f"{path}: not UTF-8 ({error.reason} at byte {error.start}); save it as UTF-8") from error
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    wanted: list[Wanted] = []
    columns = {"email": 0, "name": 1}
    try:
        for row in rows:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if not wanted and "email" in (headings := [cell.lower() for cell in cells]):
                columns = {heading: index for index, heading in enumerate(headings)}
                continue
            wanted.append(_entry(cells, columns))
    except (SubscriberError, csv.Error) as error:
        raise SubscriberError(f"{path}, line {rows.line_num}: {error}") from error
    return wanted


def to_csv(rows: Iterable[Reader]) -> str:
    """Subscribers as CSV; ``read_csv`` reads it back. Cells that a spreadsheet would run as formulas are defused."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in rows:
        cells = (one.email, one.name or "", one.added_at.isoformat(), one.rhythm, one.language)
        writer.writerow([_defused(cell) for cell in cells])
    return out.getvalue()


def _entry(cells: list[str], columns: dict[str, int]) -> Wanted:
    def cell(name: str) -> str:
        index = columns.get(name, len(cells))
        return cells[index].removeprefix("'") if index < len(cells) else ""

    return Wanted(normalised(cell("email")), cell("name") or None)


def _defused(cell: str) -> str:
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _find(session: Session, wanted: str) -> Subscriber | None:
    return next((one for one in session.scalars(select(Subscriber)) if one.email.casefold() == wanted), None)

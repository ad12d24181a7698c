"""Lists of readers as CSV: all that was asked for, out and in again."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from digests.languages import languages
from digests.slices import MONTHLY, WEEKLY
from digests.subscribers import ACTIVE, PENDING, Choice, Reader, SubscriberError, Wanted, normalised
from digests.wishes import LESS, Less, Wishes

WISHES = ("countries", "parties", "officials", "types", "themes")
COLUMNS = (
    "email", "name", "state", "added_at", "confirmed_at", "language", "rhythm", "at_once", "say_when_empty",
    *WISHES, *(f"less_{name}" for name in LESS),
)  # fmt: skip
_BETWEEN = "|"

T = TypeVar("T")


def to_csv(rows: Iterable[Reader]) -> str:
    """Subscribers as CSV; ``read_csv`` reads it back. Cells that a spreadsheet would run as formulas are defused."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in rows:
        wishes = one.choice.wishes
        cells = [
            one.email,
            one.name or "",
            one.state,
            one.added_at.isoformat(),
            one.confirmed_at.isoformat() if one.confirmed_at else "",
            one.choice.language,
            one.choice.rhythm,
            _YES_NO[one.choice.at_once],
            _YES_NO[wishes.say_when_empty],
            *(_BETWEEN.join(getattr(wishes, name)) for name in WISHES),
            *(_BETWEEN.join(getattr(wishes.less, name)) for name in LESS),
        ]
        writer.writerow([_defused(cell) for cell in cells])
    return out.getvalue()


def read_csv(path: Path) -> list[Wanted]:
    """The readers of a CSV file: its column ``email`` and what it has of the others; or one address a line.

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
    columns = ["email", "name"]
    try:
        for row in rows:
            cells = [_as_was(cell.strip()) for cell in row]
            if not any(cells):
                continue
            if not wanted and "email" in (headings := [cell.lower() for cell in cells]):
                columns = headings
                continue
            wanted.append(_wanted({name: cell for name, cell in zip(columns, cells, strict=False) if cell}))
    except (SubscriberError, csv.Error) as error:
        raise SubscriberError(f"{path}, line {rows.line_num}: {error}") from error
    return wanted


def _wanted(cells: Mapping[str, str]) -> Wanted:
    def several(name: str) -> tuple[str, ...]:
        values = (one.strip() for one in cells.get(name, "").split(_BETWEEN))
        return tuple(sorted({one for one in values if one}))

    def one_of(name: str, known: Mapping[str, T]) -> T:
        value = cells.get(name, next(iter(known)))
        if value not in known:
            raise SubscriberError(f"{name} is {value!r}; it may be {', '.join(known)}")
        return known[value]

    wishes = Wishes(
        **{name: several(name) for name in WISHES},
        less=Less(**{name: several(f"less_{name}") for name in LESS}),
        say_when_empty=one_of("say_when_empty", _YES_FIRST),
    )
    choice = Choice(
        wishes,
        rhythm=one_of("rhythm", {WEEKLY: WEEKLY, MONTHLY: MONTHLY}),
        at_once=one_of("at_once", _NO_FIRST),
        language=one_of("language", {one: one for one in languages()}),
    )
    return Wanted(
        normalised(cells.get("email", "")),
        cells.get("name"),
        choice,
        state=one_of("state", {ACTIVE: ACTIVE, PENDING: PENDING}),
        added_at=_instant(cells, "added_at"),
        confirmed_at=_instant(cells, "confirmed_at"),
    )


def _instant(cells: Mapping[str, str], name: str) -> datetime | None:
    text = cells.get(name)
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise SubscriberError(f"{name} is {text!r}; it may be a time such as 2026-11-22T08:00:00+00:00") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _defused(cell: str) -> str:
    return "'" + cell if _FORMULA.match(cell) else cell


def _as_was(cell: str) -> str:
    """A cell as it was before it was defused: o'…@ and 'o@ are addresses, whose quote stays."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell, 1) else cell


_FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""What a spreadsheet would run; behind quotes too, so that one can be taken off again."""
_YES_NO = {True: "yes", False: "no"}
_YES_FIRST = {"yes": True, "no": False}
_NO_FIRST = {"no": False, "yes": True}

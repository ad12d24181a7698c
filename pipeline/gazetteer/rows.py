"""One line of a data file and the reading of its cells: every fault names file, line and reason."""

from __future__ import annotations

import calendar
import csv
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.gazetteer.model import GazetteerError, Name

_DATE = re.compile(r"(~?)(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one line by column name, blanks stripped."""

    file: str
    line: int
    cells: dict[str, str]

    def fault(self, reason: str) -> GazetteerError:
        return GazetteerError(self.file, self.line, reason)

    def get(self, column: str) -> str | None:
        return self.cells[column] or None

    def need(self, column: str) -> str:
        value = self.cells[column]
        if not value:
            raise self.fault(f"{column} is missing")
        return value

    def one_of(self, column: str, allowed: Collection[str]) -> str:
        value = self.need(column)
        if value not in allowed:
            raise self.fault(f"unknown {column} {value!r}")
        return value

    def pattern(self, column: str, expression: str, what: str) -> str | None:
        """The cell where it matches as a whole, None where it is empty."""
        value = self.get(column)
        if value is not None and not re.fullmatch(expression, value):
            raise self.fault(f"{column} {value!r} is not {what}")
        return value

    def names(self, *columns: str, exact: bool = False) -> tuple[Name, ...]:
        """The forms of several cells in order, each once. ``|`` parts them, ``*`` behind one marks it generic.

        A form in capitals throughout (US, ANC) must be met in capitals.
        """
        names: dict[str, Name] = {}
        for column in columns:
            for part in self.cells[column].split("|") if self.cells[column] else ():
                text = part.strip().removesuffix("*").strip()
                if not text:
                    raise self.fault(f"{column} holds an empty form")
                if text in names:
                    raise self.fault(f"{column} holds the form {text!r} twice")
                in_capitals = text.isascii() and text.isupper()
                names[text] = Name(text, part.strip().endswith("*"), exact or in_capitals)
        return tuple(names.values())

    def plain(self, column: str) -> str | None:
        """The first form of a cell without its mark, as a name to show."""
        value = self.cells[column].split("|")[0].strip().removesuffix("*").strip()
        return value or None

    def span(self, first: str, last: str) -> tuple[date | None, date | None, bool]:
        """Two date cells (``2015``, ``2015-11``, ``2015-11-30``, ``~`` before an unsure one) as the widest span."""
        start, end = self._days(first), self._days(last)
        if start and end and start[0] > end[1]:
            raise self.fault(f"{first} {self.cells[first]} lies after {last} {self.cells[last]}")
        unsure = self.cells[first].startswith("~") or self.cells[last].startswith("~")
        return (start[0] if start else None), (end[1] if end else None), unsure

    def _days(self, column: str) -> tuple[date, date] | None:
        value = self.get(column)
        if value is None:
            return None
        match = _DATE.fullmatch(value)
        if match is None:
            raise self.fault(f"{column} {value!r} is not a date such as 2015, 2015-11, 2015-11-30 or ~2015")
        year, month, day = int(match[2]), int(match[3] or 0), int(match[4] or 0)
        try:
            first = date(year, month or 1, day or 1)
            last_month = month or 12
            last = date(year, last_month, day or calendar.monthrange(year, last_month)[1])
        except (ValueError, calendar.IllegalMonthError) as error:
            raise self.fault(f"{column} {value!r} is an impossible date") from error
        return first, last


def words(text: str) -> frozenset[str]:
    """The words of a text, as the set of values a cell may have."""
    return frozenset(text.split())


def read(path: Path, columns: str, *, unique: bool = True) -> Iterator[Row]:
    """The lines of a data file.

    Raises GazetteerError where the header is not exactly ``columns`` (parted by blanks), a line has another
    number of cells, an id is doubled, badly written or out of order, or ``source`` is missing.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = next(reader, [])
            if header != columns.split():
                raise GazetteerError(path.name, 1, f"the columns must be {columns.replace(' ', ',')}")
            before = ""
            for cells in reader:
                if len(cells) != len(header):
                    raise GazetteerError(path.name, reader.line_num, f"{len(cells)} cells, {len(header)} expected")
                row = Row(path.name, reader.line_num, {k: v.strip() for k, v in zip(header, cells, strict=True)})
                identity = row.need(header[0])
                if not _ID.fullmatch(identity):
                    raise row.fault(f"{header[0]} {identity!r} may hold letters, digits, and . _ - only")
                if identity < before:
                    raise row.fault(f"{identity} stands behind {before}: lines are sorted by {header[0]}")
                if unique and identity == before:
                    raise row.fault(f"{header[0]} {identity!r} is doubled")
                before = identity
                row.need("source")
                yield row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise GazetteerError(path.name, 0, f"cannot be read: {error}") from error

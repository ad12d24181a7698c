"""The flat views as files: CSV for spreadsheets, JSON Lines for programs, with a Data Package beside them."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import Connection

from pipeline import clock
from pipeline.analysis.views import VIEWS, View
from pipeline.store.database import Database


class Format(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"


SAMPLE_PREFIX: Final = "sample-"
SAMPLE_WORD: Final = "Sample data made by `idwatch demo`: not a record of real events; do not publish."
PACKAGE: Final = "datapackage.json"

# What makes a spreadsheet take a text for a formula, at the start of a cell. Where the list separator of the system is
# the semicolon, a spreadsheet cuts our lines there as well, and an address in a title could begin a cell of its own.
_FORMULA: Final = re.compile(r"(^|[;\r\n])(?=[=+\-@\t\r\n＝＋－＠])")


@dataclass(frozen=True, slots=True)
class Exported:
    """A file written; the number of its rows, None of the package."""

    path: Path
    rows: int | None = None


class ExportError(Exception):
    """The files cannot be written; the message says which and why."""


def export(database: Database, kind: Format, folder: Path) -> list[Exported]:
    """Write every flat view and ``datapackage.json`` to a folder, each file whole or not at all.

    All files show one state of the database, in an order that is the same on every database. Where the database is
    marked as sample, the names of the files and the package say so. Raises ExportError.
    """
    prefix = SAMPLE_PREFIX if database.is_sample else ""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with database.reading() as session:
            connection = session.connection()
            done = [_export_view(connection, view, kind, folder / f"{prefix}{view.name}.{kind}") for view in VIEWS]
            versions = connection.exec_driver_sql("SELECT DISTINCT codebook_version FROM events_flat ORDER BY 1")
            package = _package(database, kind, done, [str(version) for version in versions.scalars()])
        with _whole(folder / f"{prefix}{PACKAGE}") as file:
            json.dump(package, file, ensure_ascii=False, indent=2)
            file.write("\n")
    except OSError as error:
        raise ExportError(f"{error.filename or folder}: cannot be written: {error.strerror or error}") from error
    return [*done, Exported(folder / f"{prefix}{PACKAGE}")]


def safe_cell(value: Any) -> Any:
    """A value for a CSV cell: text that a spreadsheet would run as a formula gets an apostrophe; numbers stay."""
    if isinstance(value, str):
        return _FORMULA.sub(r"\1'", value)
    return value


def _export_view(connection: Connection, view: View, kind: Format, path: Path) -> Exported:
    rows = connection.exec_driver_sql(
        view.select_all(connection.dialect.name), execution_options={"no_parameters": True, "stream_results": True}
    )
    write = _WRITERS[kind]
    # Excel takes a CSV file for the system's old character set unless it begins with a byte order mark.
    with _whole(path, encoding="utf-8-sig" if kind is Format.CSV else "utf-8") as file:
        count = write(file, list(view.columns), (tuple(map(_plain, row)) for row in rows))
    return Exported(path, count)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _write_csv(file: IO[str], columns: list[str], rows: Iterator[tuple[Any, ...]]) -> int:
    writer = csv.writer(file)
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow([safe_cell(value) for value in row])
        count += 1
    return count


def _write_jsonl(file: IO[str], columns: list[str], rows: Iterator[tuple[Any, ...]]) -> int:
    count = 0
    for row in rows:
        file.write(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) + "\n")
        count += 1
    return count


_WRITERS: Final[dict[Format, Callable[[IO[str], list[str], Iterator[tuple[Any, ...]]], int]]] = {
    Format.CSV: _write_csv,
    Format.JSONL: _write_jsonl,
}


@contextmanager
def _whole(path: Path, encoding: str = "utf-8") -> Iterator[IO[str]]:
    """A file that appears under its name only once it is complete and on the disk."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding=encoding, newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes files that nobody else may read; these are made to be handed on.
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _package(database: Database, kind: Format, done: Sequence[Exported], versions: list[str]) -> dict[str, Any]:
    package: dict[str, Any] = {
        "profile": "data-package",
        "name": "idwatch-events",
        "title": "Events of the International Department of the Communist Party of China",
        "description": "Published record, not all activity.",
        "created": clock.now(database.settings).isoformat(timespec="seconds"),
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "title": "Creative Commons Attribution 4.0",
                "path": "https://creativecommons.org/licenses/by/4.0/",
            }
        ],
        "codebook_versions": versions,
        "resources": [_resource(view, kind, file) for view, file in zip(VIEWS, done, strict=True)],
    }
    if database.is_sample:
        package["sample"] = True
        package["description"] = SAMPLE_WORD
    return package


def _resource(view: View, kind: Format, file: Exported) -> dict[str, Any]:
    content = file.path.read_bytes()
    spreadsheet = {
        "description": f"{view.comment} Text that a spreadsheet would run as a formula begins with an apostrophe.",
        "mediatype": "text/csv",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
    }
    lines = {"description": view.comment, "mediatype": "application/x-ndjson"}
    return {
        "name": view.name.replace("_", "-"),
        "path": file.path.name,
        "format": kind.value,
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        **(spreadsheet if kind is Format.CSV else lines),
        "schema": {
            "fields": [
                {"name": column, "type": view.types.get(column, "string"), "description": comment}
                for column, comment in view.columns.items()
            ],
            "primaryKey": list(view.key),
            "missingValues": [""],
        },
    }

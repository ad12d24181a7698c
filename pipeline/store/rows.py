"""Small tools for writing many rows at once, alike on SQLite and PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from pipeline.store.models import Base

_T = TypeVar("_T")

BATCH = 400
"""Values in one IN list: SQLite takes at most 999 variables in its older builds."""
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_LONGEST_ADDRESS = 2_000


def table(model: type[Base]) -> Table:
    """The table of a model, for statements that make no objects."""
    return cast(Table, model.__table__)


def insert_new(session: Session, model: type[Base], rows: Sequence[dict[str, Any]], keys: Sequence[str]) -> None:
    """Insert the rows; one whose ``keys`` are there already is passed over."""
    if rows:
        session.connection().execute(_inserting(dialect_of(session), model, tuple(keys)), rows)


def upsert(session: Session, model: type[Base], rows: Sequence[dict[str, Any]], keys: Sequence[str]) -> None:
    """Insert the rows; one whose ``keys`` are there already gets the other values."""
    if rows:
        statement = _upserting(dialect_of(session), model, tuple(keys), tuple(rows[0]))
        session.connection().execute(statement, rows)


@cache
def _inserting(dialect: Any, model: type[Base], keys: tuple[str, ...]) -> Any:
    # made once: to make a statement takes longer than to execute it
    return dialect.insert(table(model)).on_conflict_do_nothing(index_elements=list(keys))


@cache
def _upserting(dialect: Any, model: type[Base], keys: tuple[str, ...], names: tuple[str, ...]) -> Any:
    statement = dialect.insert(table(model))
    values = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=list(keys), set_=values)


def batches(values: Iterable[_T]) -> Iterator[list[_T]]:
    """The values in lists short enough for one statement."""
    found = list(values)
    for start in range(0, len(found), BATCH):
        yield found[start : start + BATCH]


def storable(text: str) -> str:
    """The text, as long as before, without the characters that a database refuses (NUL, lone surrogates)."""
    return _UNSTORABLE.sub("\ufffd", text)


def storable_address(url: str) -> str:
    """The address, cut where an index of PostgreSQL could not hold it; the archive has it whole."""
    text = storable(url)
    return text if len(text) * 4 <= _LONGEST_ADDRESS else text.encode()[:_LONGEST_ADDRESS].decode(errors="ignore")


def dialect_of(session: Session) -> Any:
    """The dialect's own module, which has the INSERT that knows of conflicts."""
    return postgresql if session.get_bind().dialect.name == "postgresql" else sqlite

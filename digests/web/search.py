"""Words as they are searched for: small and without accents, so that Diaz finds Díaz.

SQLite folds by a function of ours, PostgreSQL by its own; both as ``plain`` does.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, Engine, String, event, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.expression import FunctionElement

from pipeline.store.models import Country, EventCountry, EventRow, OrganisationRow, Participation, PersonRow

_MARKS = "[\u0300-\u036f]"
"""The combining accents."""
_LETTERS = str.maketrans("đĐøØłŁı", "dDoOlLi")
"""Letters that are no accented ones: Lê Đức, Ørsted, Łukasz."""


def plain(text: str) -> str:
    """A text small and without accents."""
    if text.isascii():
        return text.lower()
    return re.sub(_MARKS, "", unicodedata.normalize("NFD", text)).translate(_LETTERS).lower()


class folded(FunctionElement[str]):
    """A column as ``plain`` has it. On SQLite its engine must have been given ``fold_on``."""

    name = "folded"
    type = String()
    inherit_cache = True


@compiles(folded, "sqlite")
def _on_sqlite(element: folded, compiler: Any, **values: Any) -> str:
    return f"idwatch_folded({compiler.process(element.clauses, **values)})"


@compiles(folded, "postgresql")
def _on_postgresql(element: folded, compiler: Any, **values: Any) -> str:
    column = compiler.process(element.clauses, **values)
    bare = f"regexp_replace(normalize({column}, NFD), '{_MARKS}', '', 'g')"
    letters = "".join(chr(code) for code in _LETTERS)
    return f"lower(translate({bare}, '{letters}', '{''.join(chr(code) for code in _LETTERS.values())}'))"


def fold_on(engine: Engine) -> None:
    """Teach the connections of an engine to fold. PostgreSQL can."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "checkout", _taught)  # those that wait in the pool already, too


def _taught(connection: Any, _record: Any, _proxy: Any) -> None:
    connection.create_function("idwatch_folded", 1, lambda text: text and plain(text), deterministic=True)


def says(word: str) -> ColumnElement[bool]:
    """Whether an event's titles, place, countries, or the names of those who took part hold a word."""

    def like(*columns: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        return or_(*(folded(column).contains(plain(word), autoescape=True) for column in columns))

    people = select(PersonRow.id).where(like(PersonRow.name_en, PersonRow.name_zh))
    bodies = select(OrganisationRow.id).where(like(OrganisationRow.name_en, OrganisationRow.name_zh))
    named = or_(Participation.person_id.in_(people), Participation.organisation_id.in_(bodies))
    countries = select(Country.iso3).where(like(Country.name_en, Country.name_zh))
    return or_(
        like(EventRow.title_zh, EventRow.title_en, EventRow.place, EventRow.place_zh),
        EventRow.id.in_(select(Participation.event_id).where(named)),
        EventRow.id.in_(select(EventCountry.event_id).where(EventCountry.iso3.in_(countries))),
    )

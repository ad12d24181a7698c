"""What an analyst's edit may say of an event, and how it wins over what the sources claim."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final

from pipeline.gazetteer import load
from pipeline.resolve.best import Facts, standing
from pipeline.words import ChinesePerson, DatePrecision, ForeignPerson, KeptMention, Organisation, Realis, Scope

MODES: Final = (
    "inperson_beijing", "inperson_china_other", "inperson_abroad", "inperson_third",
    "video", "phone", "hybrid", "written", "recorded", "unknown",
)  # fmt: skip
"""Modes of codebook §3."""


_SETTLED_BY: Final = {"title": "foreign_people"}
"""The field whose edit settles a dispute of another name."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One field of an event and the value that an analyst gives it; ``override`` is the id of the analyst's word."""

    override: str
    field: str
    value: Any


def check(field: str, value: Any) -> None:
    """Raises ValueError with what is wrong, where there is no such field or the value cannot be one of it."""
    if field not in _CHECKS:
        raise ValueError(f"{field!r} cannot be edited; there are: {', '.join(_CHECKS)}")
    allowed, words = _CHECKS[field]
    try:
        fits = allowed(value)
    except (AttributeError, KeyError, TypeError, ValueError):
        fits = False
    if not fits:
        raise ValueError(f"{value!r} is no {field}: give {words}")


def edited_members(members: Sequence[KeptMention], edits: Sequence[Edit]) -> list[KeptMention]:
    """The mentions of an event with the people and bodies that an analyst named in place of those printed."""
    given: dict[str, Any] = {edit.field: _PARTIES[edit.field](edit.value) for edit in edits if edit.field in _PARTIES}
    if not given:
        return list(members)
    return [replace(kept, mention=replace(kept.mention, **given)) for kept in members]


def edited(facts: Facts, edits: Sequence[Edit], members: Sequence[KeptMention]) -> Facts:
    """What an event shows once the analyst's values are in it.

    The sources' claims stay, and are the best no more; what the analyst says is no longer disputed.
    """
    if not edits:
        return facts
    values, countries, themes = dict(facts.values), facts.countries, facts.themes
    for edit in edits:
        if edit.field == "date":
            start, end, precision = _days(edit.value)
            values |= {"date_start": start, "date_end": end, "date_precision": precision.value, "date_basis": None}
        elif edit.field == "countries":
            countries = tuple(edit.value)
        elif edit.field == "themes":
            themes = tuple(sorted(edit.value))
        elif edit.field not in _PARTIES:
            values[edit.field] = edit.value
    named = {edit.field for edit in edits}
    disputed = tuple(field for field in facts.disputed if _SETTLED_BY.get(field, field) not in named)
    if facts.disputed and not disputed:
        values["standing"] = standing(members).value
    claims = tuple(replace(claim, is_best=claim.is_best and claim.field not in named) for claim in facts.claims)
    return replace(facts, values=values, countries=countries, themes=themes, claims=claims, disputed=disputed)


def _days(value: str) -> tuple[date, date, DatePrecision]:
    """``2026``, ``2026-11``, ``2026-11-02`` or ``2026-11-02/2026-11-05``. Raises ValueError for anything else."""
    first, slash, last = value.partition("/")
    if slash:
        start, end = date.fromisoformat(first), date.fromisoformat(last)
        if end < start:
            raise ValueError(value)
        return start, end, DatePrecision.DAY_RANGE
    parts = [int(part) for part in value.split("-")]
    if len(parts) == 3:
        return (day := date.fromisoformat(value)), day, DatePrecision.DAY
    year, month = parts[0], parts[1] if len(parts) == 2 else None
    if month is None:
        return date(year, 1, 1), date(year, 12, 31), DatePrecision.YEAR
    return date(year, month, 1), date(year, month, monthrange(year, month)[1]), DatePrecision.MONTH


def _entries(make: Callable[..., Any], value: Any) -> tuple[Any, ...]:
    """People or bodies as `idwatch extract --json` prints them; what an entry leaves out is not known."""
    names = {field.name for field in fields(make)}  # type: ignore[arg-type]  # always one of our dataclasses
    optional = dict.fromkeys(names - {"name", "role", "is_leader"})
    found = []
    for entry in value:
        texts = [value for key, value in entry.items() if key != "is_leader" and value is not None]
        if not entry["name"] or not set(entry) <= names or not all(isinstance(value, str) for value in texts):
            raise ValueError(entry)
        found.append(make(**{**optional, **entry}))
    return tuple(found)


_PARTIES: Final[dict[str, Callable[[Any], tuple[Any, ...]]]] = {
    "organisations": lambda value: _entries(Organisation, value),
    "chinese_people": lambda value: _entries(ChinesePerson, value),
    "foreign_people": lambda value: _entries(ForeignPerson, value),
}


def _codes() -> frozenset[str]:
    from pipeline.evaluate.vocabulary import CODES  # only now: evaluation imports the resolver

    return CODES


def _is_text(value: Any) -> bool:
    return value is None or (isinstance(value, str) and bool(value.strip()))


def _in_list(value: Any, known: Mapping[str, object]) -> bool:
    return isinstance(value, list) and len(set(value)) == len(value) and all(one in known for one in value)


_LIST = 'a list of {"name": …} as `idwatch extract --json` prints them'
_CHECKS: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "type": (lambda value: value in _codes(), "a type of codebook §2, as MEET.BILAT"),
    "mode": (lambda value: value in MODES, f"one of {', '.join(MODES)}"),
    "realis": (lambda value: value in set(Realis), f"one of {', '.join(Realis)}"),
    "scope": (lambda value: value in set(Scope), "in or context"),
    "is_series": (lambda value: isinstance(value, bool), "true or false"),
    "date": (lambda value: bool(_days(value)), "2026-11-02, 2026-11-02/2026-11-05, 2026-11 or 2026"),
    "place": (_is_text, "a text, or null"),
    "place_zh": (_is_text, "a text, or null"),
    "participants": (
        lambda value: value is None or (type(value) is int and value >= 0),
        "a number from 0, or null",
    ),
    "countries": (lambda value: _in_list(value, load().countries), "a list of ISO 3166 codes, as LAO"),
    "themes": (lambda value: _in_list(value, load().themes), "a list of theme codes of codebook §6"),
    "organisations": (lambda value: bool(_entries(Organisation, value)) or value == [], _LIST),
    "chinese_people": (lambda value: bool(_entries(ChinesePerson, value)) or value == [], _LIST),
    "foreign_people": (lambda value: bool(_entries(ForeignPerson, value)) or value == [], _LIST),
}

FIELDS: Final = tuple(_CHECKS)
"""The fields of an event that an analyst can edit."""

"""What editions told wrong, as it was put right: for the page and the feed of corrections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from digests.corrections import ToldCorrection, told_corrections
from digests.facts import NAMED, only_respelt
from digests.rows import Facts
from digests.telling import reason_text
from digests.texts import clean
from digests.web.evidence import standing_id
from digests.web.lists import Filter, matching
from digests.wording import dated, word, wording_of
from pipeline.store.models import EventRow

MOST = 200
"""Corrections that are looked at; older ones stand in their editions."""
WHY = {
    "changed": "Other facts hold now",
    "retracted": "Taken back",
    "merged": "One event told as two",
}
_NOTHING = "nothing"
_NO_FIRST = "no: something earlier is known"


@dataclass(frozen=True, slots=True)
class Part:
    """One field that was told otherwise than it holds."""

    field: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction: told in the edition ``period`` of the edition ``corrected``. ``key`` stays the same."""

    key: str
    at: datetime
    period: str
    corrected: str
    why: str
    event_id: str
    parts: tuple[Part, ...]


def corrections(session: Session, wanted: Filter) -> list[Correction]:
    """The newest corrections of events of a filter, the newest first."""
    told = told_corrections(session, MOST)
    if wanted.query:
        ids = {one.event_id: standing_id(session, one.event_id) or one.event_id for one in told}
        among = {*ids, *ids.values()}
        fit = set(session.scalars(matching(select(EventRow.id).where(EventRow.id.in_(among)), wanted)))
        told = [one for one in told if one.event_id in fit or ids[one.event_id] in fit]
    return [_correction(one) for one in told]


def _correction(one: ToldCorrection) -> Correction:
    parts = []
    for name, (field, in_words) in _FIELDS.items():
        was, now = in_words(one.was), in_words(one.now) if one.now is not None else _NOTHING
        respelt = one.now is not None and name in NAMED and only_respelt(name, one.was, one.now)
        if was != now and not respelt:
            parts.append(Part(field, was, now))
    if one.now is None:
        parts = [part for part in parts if part.field in ("Day", "Type")]
    key = f"{one.period}-{one.corrected}-{one.event_id}-{one.was.realis}"
    return Correction(key, one.told_at, one.period, one.corrected, WHY[one.why], one.event_id, tuple(parts))


def _day(facts: Facts) -> str:
    return dated(facts.first_day, facts.last_day, facts.precision) or "no day known"


def _names(names: Mapping[str, str]) -> str:
    return ", ".join(clean(name) or "" for name in names.values()) or _NOTHING


def _firsts(facts: Facts) -> str:
    return ", ".join(reason_text(one, "marks", "en") for one in facts.firsts) or _NO_FIRST


_FIELDS: Mapping[str, tuple[str, Callable[[Facts], str]]] = {
    "days": ("Day", _day),
    "type": ("Type", lambda facts: wording_of(facts.type).label),
    "realis": ("Status", lambda facts: word("realis", facts.realis)),
    "countries": ("Countries", lambda facts: ", ".join(facts.countries) or _NOTHING),
    "chinese": ("Chinese side", lambda facts: _names(facts.chinese)),
    "foreign": ("Foreign side", lambda facts: _names(facts.foreign)),
    "bodies": ("Parties", lambda facts: _names(facts.bodies)),
    "standing": ("Standing", lambda facts: word("standing", facts.standing)),
    "firsts": ("Told as a first", _firsts),
}

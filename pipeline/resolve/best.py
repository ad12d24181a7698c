"""The best value of each field of an event, all claims, and where sources contradict each other (codebook §10, §11)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from pipeline.resolve import people
from pipeline.resolve.normal import Normal, normal
from pipeline.words import KeptMention, MentionKey, Realis, SiteKind, Standing

_REALIS_ORDER = (
    Realis.ACTUAL,
    Realis.CANCELLED,
    Realis.PLANNED,
    Realis.DENIED,
    Realis.HISTORICAL_REFERENCE,
)
DEPARTMENT = "idcpc"
HOSTS = frozenset({"foreign_party", "foreign_state"})
_FAMILY_ORDER = {
    "foreign_party": 1, "foreign_state": 1, "prc_media": 2, "prc_state": 3, "contemporary_world": 4, "local_media": 5,
    "academic": 6, "watchdog": 7,
}  # fmt: skip
"""Families behind the department's own pages, in the order in which their values are believed."""
_CHINESE_FAMILIES = frozenset({DEPARTMENT, "prc_media", "prc_state", "contemporary_world"})
ROUNDED = 0.2
"""Share by which two numbers may differ and be one, rounded: 60 cadres and 61."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One source's value for one field; ``is_best`` marks what the event shows."""

    mention: MentionKey
    field: str
    value: Any
    is_best: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """The fields of an event, where they were claimed, and the fields that sources contradict each other in."""

    values: dict[str, Any]
    countries: tuple[str, ...]
    themes: tuple[str, ...]
    claims: tuple[Claimed, ...]
    disputed: tuple[str, ...] = ()


def source_order(kept: KeptMention) -> tuple[object, ...]:
    """Sort key of sources: the department's own page in Chinese, its English one, copies of them; the host's page;
    Xinhua and People's Daily; local press; watchdogs."""
    if kept.family == DEPARTMENT:
        return 0, kept.site_kind is not SiteKind.OFFICIAL, kept.language != "zh", kept.key
    return _FAMILY_ORDER.get(kept.family, 6), kept.site_kind is not SiteKind.OFFICIAL, kept.language != "zh", kept.key


def foreign_order(kept: KeptMention) -> tuple[object, ...]:
    """Sort key of sources for foreign names and posts, which the host knows best."""
    return kept.family not in HOSTS, source_order(kept)


def facts(members: Sequence[KeptMention]) -> Facts:
    """What an event shows. ``members`` are its mentions, the best source first."""
    first = members[0].mention
    told = {kept.key: normal(kept) for kept in members}
    claims: list[Claimed] = []

    def best(
        field: str, value_of: Callable[[KeptMention], Any], order: Callable[[KeptMention], Any] | None = None
    ) -> Any:
        held = [(kept, value_of(kept)) for kept in (members if order is None else sorted(members, key=order))]
        held = [(kept, value) for kept, value in held if value not in (None, "", (), [], "unknown")]
        for index, (kept, value) in enumerate(held):
            claims.append(Claimed(kept.key, field, _plain(value), index == 0))
        return held[0][1] if held else None

    days = best("date", _days, lambda kept: (told[kept.key].wide, told[kept.key].loose, source_order(kept)))
    best("foreign_people", _foreign_people, foreign_order)
    contradictions = tuple(disputed(list(told.values())))
    values = {
        "type": best("type", lambda kept: kept.mention.type),
        "mode": best("mode", lambda kept: kept.mention.mode) or "unknown",
        "realis": min((kept.mention.realis for kept in members), key=_REALIS_ORDER.index).value,
        "scope": "in" if any(kept.mention.scope == "in" for kept in members) else "context",
        "is_series": first.is_series,
        "date_start": days[0] if days else None,
        "date_end": days[1] if days else None,
        "date_precision": days[2] if days else None,
        "date_basis": days[3] if days else None,
        "place": best("place", lambda kept: kept.mention.place),
        "place_zh": best("place_zh", lambda kept: kept.mention.place_zh),
        "participants": best("participants", lambda kept: kept.mention.participants),
        "title_zh": next((kept.title for kept in members if kept.language == "zh" and kept.title), None),
        "title_en": next((kept.title for kept in members if kept.language == "en" and kept.title), None),
        "standing": (Standing.DISPUTED if contradictions else standing(members)).value,
        "confidence": max(kept.mention.confidence for kept in members),
        "source_lost": all(kept.lost for kept in members),
        "first_seen_at": min(kept.first_seen_at for kept in members),
    }
    countries = best("countries", lambda kept: kept.mention.countries) or ()
    themes = sorted({theme for kept in members for theme in kept.mention.themes})
    return Facts(values, tuple(countries), tuple(themes), tuple(claims), contradictions)


def families(members: Sequence[KeptMention]) -> dict[MentionKey, str]:
    """The family that each mention counts for: what copies a text counts as the text's best source does."""
    ranked = sorted(members, key=source_order)
    first: dict[tuple[str, str], str] = {}
    for kept in ranked:
        if kept.opening:
            first.setdefault((kept.language, kept.opening), kept.family)
    return {kept.key: first.get((kept.language, kept.opening), kept.family) for kept in ranked}


def standing(members: Sequence[KeptMention]) -> Standing:
    """How well an event is attested: counted by source families, never by pages (codebook §11)."""
    found = set(families(members).values())
    if len(found) < 2:
        return Standing.SINGLE_SOURCE
    return Standing.CORROBORATED if found <= _CHINESE_FAMILIES else Standing.CONFIRMED


# --- contradictions ---------------------------------------------------------------------------------


def disputed(members: Sequence[Normal]) -> Iterator[str]:
    """The main fields in which pages contradict each other.

    A field told by some alone, a shorter list, another of somebody's offices, a rounded number are no contradiction.
    """
    pairs = [(x, y) for x, y in combinations(members, 2) if x.key.page != y.key.page]
    for field, contradict in (("date", _other_days), ("title", _other_ranks), ("participants", _other_numbers)):
        if any(contradict(x, y) for x, y in pairs):
            yield field


def _other_days(x: Normal, y: Normal) -> bool:
    """Days told for sure that nothing covers, but for those a far zone parts; a plan is no contradiction."""
    if x.first is None or x.last is None or y.first is None or y.last is None:
        return False
    if x.wide or y.wide or x.loose or y.loose or x.realis != y.realis or x.kind == "TRAIN":
        return False
    gap = max(x.first, y.first) - min(x.last, y.last)
    return gap > (1 if x.far or y.far else 0)


def _other_ranks(x: Normal, y: Normal) -> bool:
    """One person as head to the one and as deputy to the other, where neither tells of both offices."""
    return any(
        (_deputy(one.offices, other.offices) or _deputy(other.offices, one.offices))
        and people.agreement(one, other) in people.ONE
        for one in x.people
        for other in y.people
    )


def _deputy(heads: frozenset[str], deputies: frozenset[str]) -> bool:
    return any(
        {f"vice_{office}", f"deputy_{office}"} & (deputies - heads) and office not in deputies for office in heads
    )


def _other_numbers(x: Normal, y: Normal) -> bool:
    if x.participants is None or y.participants is None:
        return False
    return abs(x.participants - y.participants) > ROUNDED * max(x.participants, y.participants)


# --- values -----------------------------------------------------------------------------------------


def _days(kept: KeptMention) -> tuple[date, date, str | None, str | None] | None:
    mention = kept.mention
    if mention.date_start is None:
        return None
    precision = mention.date_precision.value if mention.date_precision else None
    basis = mention.date_basis.value if mention.date_basis else None
    return mention.date_start, mention.date_end or mention.date_start, precision, basis


def _foreign_people(kept: KeptMention) -> tuple[tuple[str, str | None], ...]:
    return tuple((person.name, person.title) for person in kept.mention.foreign_people)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value

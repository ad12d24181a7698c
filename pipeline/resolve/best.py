"""The best value of each field of an event, and all claims (codebook §10, source order)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.words import KeptMention, MentionKey, Realis, SiteKind, Standing

_REALIS_ORDER = (
    Realis.ACTUAL,
    Realis.CANCELLED,
    Realis.PLANNED,
    Realis.DENIED,
    Realis.HISTORICAL_REFERENCE,
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """One source's value for one field; ``is_best`` marks what the event shows."""

    mention: MentionKey
    field: str
    value: Any
    is_best: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """The fields of an event, and where they were claimed."""

    values: dict[str, Any]
    countries: tuple[str, ...]
    themes: tuple[str, ...]
    claims: tuple[Claimed, ...]


def source_order(kept: KeptMention) -> tuple[object, ...]:
    """Sort key of sources: the department's own page in Chinese, its English one, then the others."""
    kind = {SiteKind.OFFICIAL: 0, SiteKind.MEDIA: 1, SiteKind.WATCHDOG: 2}[kept.site_kind]
    return kept.family != "idcpc", kind, kept.language != "zh", kept.key


def facts(members: Sequence[KeptMention]) -> Facts:
    """What an event shows. ``members`` are its mentions, the best source first."""
    first = members[0].mention
    claims: list[Claimed] = []

    def best(field: str, value_of: Callable[[KeptMention], Any]) -> Any:
        held = [(kept, value_of(kept)) for kept in members]
        held = [(kept, value) for kept, value in held if value not in (None, "", (), [], "unknown")]
        for index, (kept, value) in enumerate(held):
            claims.append(Claimed(kept.key, field, _plain(value), index == 0))
        return held[0][1] if held else None

    days = best("date", lambda kept: _days(kept))
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
        "standing": standing(members).value,
        "confidence": max(kept.mention.confidence for kept in members),
        "source_lost": all(kept.lost for kept in members),
        "first_seen_at": min(kept.first_seen_at for kept in members),
    }
    countries = best("countries", lambda kept: kept.mention.countries) or ()
    themes = sorted({theme for kept in members for theme in kept.mention.themes})
    return Facts(values, tuple(countries), tuple(themes), tuple(claims))


def standing(members: Sequence[KeptMention]) -> Standing:
    """How well an event is attested: counted by source families, never by pages (codebook §11)."""
    families = {kept.family for kept in members}
    if len(families) < 2:
        return Standing.SINGLE_SOURCE
    if any(kept.site_kind is not SiteKind.OFFICIAL for kept in members):
        return Standing.CONFIRMED
    return Standing.CORROBORATED


def _days(kept: KeptMention) -> tuple[date, date, str | None, str | None] | None:
    mention = kept.mention
    if mention.date_start is None:
        return None
    precision = mention.date_precision.value if mention.date_precision else None
    basis = mention.date_basis.value if mention.date_basis else None
    return mention.date_start, mention.date_end or mention.date_start, precision, basis


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value

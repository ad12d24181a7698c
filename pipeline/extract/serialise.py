"""Mentions as JSON: the page contract of ``idwatch extract --json``, and the form the store keeps and reads back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from pipeline.words import (
    ChinesePerson,
    DateBasis,
    DatePrecision,
    Document,
    Evidence,
    Extraction,
    ForeignPerson,
    Mention,
    Organisation,
    Realis,
    Scope,
)


class MentionFormatError(ValueError):
    """A stored mention cannot be read back; the message names the key and what is wrong."""


def as_json(document: Document, extraction: Extraction) -> dict[str, Any]:
    """The page contract of DESIGN.md: ``events`` in the order of telling; ``parent`` is an event's number in this list.

    Spans of ``evidence`` count characters of ``document.text``, numbers start at 1, dates are ISO text.
    """
    return {
        "url": document.url,
        "language": document.language,
        "relevant": extraction.relevant,
        "events": [event_json(mention) for mention in extraction.mentions],
    }


def event_json(mention: Mention) -> dict[str, Any]:
    """One event of the page contract."""
    return {
        "date": _iso(mention.date_start),
        "end_date": _iso(mention.date_end),
        "date_precision": mention.date_precision.value if mention.date_precision else None,
        "type": mention.type,
        "mode": mention.mode,
        "realis": mention.realis.value,
        "scope": mention.scope.value,
        "is_series": mention.is_series,
        "parent": mention.parent,
        "place": mention.place,
        "place_zh": mention.place_zh,
        "countries": list(mention.countries),
        "organisations": [
            {"name": body.name, "id": body.id, "country": body.country, "kind": body.kind}
            for body in mention.organisations
        ],
        "chinese_people": [
            {"name": person.name, "name_zh": person.name_zh, "title": person.title} for person in mention.chinese_people
        ],
        "foreign_people": [
            {"name": person.name, "title": person.title, "organisation": person.organisation, "country": person.country}
            for person in mention.foreign_people
        ],
        "themes": list(mention.themes),
        "participants": mention.participants,
        "confidence": mention.confidence,
        "evidence": [
            {"field": item.field, "start": item.start, "end": item.end, "rule": item.rule} for item in mention.evidence
        ],
    }


def mention_to_json(mention: Mention) -> dict[str, Any]:
    """Everything a mention holds, as the store keeps it; ``mention_from_json`` gives the equal mention back."""
    whole = {field.name: getattr(mention, field.name) for field in fields(Mention)}
    for name in ("date_start", "date_end"):
        whole[name] = _iso(whole[name])
    for name in ("date_precision", "date_basis", "realis", "scope"):
        whole[name] = whole[name].value if whole[name] is not None else None
    for name in ("organisations", "chinese_people", "foreign_people", "evidence"):
        whole[name] = [{field.name: getattr(entry, field.name) for field in fields(entry)} for entry in whole[name]]
    whole["countries"], whole["themes"] = list(mention.countries), list(mention.themes)
    return whole


def mention_from_json(content: Mapping[str, Any]) -> Mention:
    """A mention from what ``mention_to_json`` made. Raises MentionFormatError for a missing key or a bad value."""
    try:
        return Mention(
            number=int(content["number"]),
            type=str(content["type"]),
            date_start=_day(content["date_start"]),
            date_end=_day(content["date_end"]),
            date_precision=DatePrecision(content["date_precision"]) if content["date_precision"] else None,
            date_basis=DateBasis(content["date_basis"]) if content["date_basis"] else None,
            mode=str(content["mode"]),
            realis=Realis(content["realis"]),
            scope=Scope(content["scope"]),
            is_series=bool(content["is_series"]),
            parent=content["parent"],
            place=content["place"],
            place_zh=content["place_zh"],
            place_id=content["place_id"],
            countries=tuple(content["countries"]),
            organisations=tuple(Organisation(**entry) for entry in content["organisations"]),
            chinese_people=tuple(ChinesePerson(**entry) for entry in content["chinese_people"]),
            foreign_people=tuple(ForeignPerson(**entry) for entry in content["foreign_people"]),
            themes=tuple(content["themes"]),
            participants=content["participants"],
            confidence=float(content["confidence"]),
            evidence=tuple(Evidence(**entry) for entry in content["evidence"]),
        )
    except KeyError as error:
        raise MentionFormatError(
            f"a stored mention lacks the key {error}; `idwatch reprocess` derives it anew"
        ) from error
    except (TypeError, ValueError) as error:
        raise MentionFormatError(
            f"a stored mention is not readable: {error}; `idwatch reprocess` derives it anew"
        ) from error


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _day(printed: str | None) -> date | None:
    return date.fromisoformat(printed) if printed else None

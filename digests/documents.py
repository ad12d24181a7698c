"""The canonical JSON of a frozen edition: the rows of all its slices, each event held once a language.

With 200 slices every event would else stand there 200 times. Editions frozen before there were slices to speak of hold
their events whole, and are read for ever.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from digests.rows import EditionRows, as_plain, canonical

LISTS = ("events", "late", "planned")
"""Where rows hold whole events; the document holds their ids there."""


def document(slices: Iterable[tuple[str, EditionRows]]) -> str:
    """The document of pairs of a slice's key and its rows."""
    events: dict[str, dict[str, Any]] = {}
    told: list[dict[str, Any]] = []
    for key, rows in slices:
        plain = as_plain(rows)
        for name in LISTS:
            for event in plain[name]:
                events.setdefault(rows.language, {})[event["id"]] = event
            plain[name] = [event["id"] for event in plain[name]]
        told.append({"slice": key, "rows": plain})
    return canonical({"events": events, "slices": told})


def rows_in(text: str, key: str) -> str:
    """The canonical JSON of one slice's rows, its events whole. Raises KeyError where there is no such slice."""
    values = json.loads(text)
    rows = next((one["rows"] for one in values["slices"] if one["slice"] == key), None)
    if rows is None:
        raise KeyError(key)
    if "events" not in values:
        return canonical(rows)
    events = values["events"].get(rows["language"], {})
    return canonical(rows | {name: [events[event_id] for event_id in rows[name]] for name in LISTS})

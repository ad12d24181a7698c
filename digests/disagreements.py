"""In what the sources of a disputed event contradict one another, and who says what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from digests.rows import Disagreement, Stated
from digests.texts import clean, host_of
from pipeline.store.models import Claim, MentionRow, Page

VALUES_SHOWN = 4
LIMIT = 160
CLAIMED_AS = {"title": "foreign_people"}
"""Under which field the claims of a disputed one are kept: titles stand with the people who hold them."""


def disagreements(session: Session, disputed: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[Disagreement, ...]]:
    """What sources say in the disputed fields of events, by event id."""
    fields = {CLAIMED_AS.get(name, name) for names in disputed.values() for name in names}
    said: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    rows = session.execute(
        select(Claim.event_id, Claim.field, Claim.value, Page.url)
        .join(MentionRow, MentionRow.id == Claim.mention_id)
        .join(Page, Page.id == MentionRow.page_id)
        .where(Claim.event_id.in_(disputed), Claim.field.in_(fields))
        .order_by(Claim.event_id, Claim.field, Page.url)
    )
    for event_id, field, value, url in rows:
        if text := clean(in_words(field, value), LIMIT):
            said[event_id, field][text].add(host_of(url))
    found: dict[str, tuple[Disagreement, ...]] = {}
    for event_id, names in disputed.items():
        told = [(name, said.get((event_id, CLAIMED_AS.get(name, name)), {})) for name in names]
        found[event_id] = tuple(
            Disagreement(name, tuple(Stated(text, tuple(sorted(by))) for text, by in values.items())[:VALUES_SHOWN])
            for name, values in told
            if len(values) > 1
        )
    return found


def in_words(field: str, value: Any) -> str:
    """A claimed value as one line: days in ISO form, people with the titles they are given."""
    if field == "date" and isinstance(value, list):
        return "/".join(dict.fromkeys(str(day) for day in value[:2] if day))
    if field == "foreign_people" and isinstance(value, list):
        return "; ".join(", ".join(one) for one in value if isinstance(one, list) and len(one) == 2 and all(one))
    return str(value)

"""The archive of editions: what was sent to everybody who asked for nothing in particular, as it was sent.

What some reader asked for is private, so that only the whole slices are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from digests.editions import FrozenSlice, frozen_slice
from digests.languages import languages
from digests.periods import PeriodError, Week, parse_period
from digests.rendering import Links, fill
from digests.slices import RHYTHMS
from digests.web.lists import BadFilter
from digests.wishes import Wishes, slice_key
from pipeline.store.models import Edition, EditionSlice, Slice


@dataclass(frozen=True, slots=True)
class Kept:
    """A frozen edition: its name, of what kind, its days, when it was sent, and its subject by language."""

    period: str
    kind: str
    first: date | None
    last: date | None
    sent: datetime
    subjects: Mapping[str, str]

    @property
    def subject(self) -> str:
        return self.subjects.get("en") or next(iter(self.subjects.values()))


def editions(session: Session, size: int | None) -> list[Kept]:
    """The editions that were sent, the newest first."""
    rows = session.execute(
        select(Edition.period, Edition.cut_off, Slice.language, EditionSlice.subject)
        .join(EditionSlice, EditionSlice.edition_id == Edition.id)
        .join(Slice, Slice.id == EditionSlice.slice_id)
        .where(Slice.key.in_(_whole()))
        .order_by(Edition.cut_off.desc(), Edition.id.desc(), Slice.language)
        .limit(size * len(languages()) if size else None)
    )
    found: dict[str, tuple[datetime, dict[str, str]]] = {}
    for period, sent, language, subject in rows:
        found.setdefault(period, (sent, {}))[1][language] = subject
    return [_kept(period, sent, subjects) for period, (sent, subjects) in list(found.items())[:size]]


def edition(session: Session, period: str, language: str) -> FrozenSlice | None:
    """A frozen edition in a language; None where none was sent in it. Raises EditionError, BadFilter."""
    if language not in languages():
        raise BadFilter(f"language is one of {', '.join(languages())}")
    key = select(Slice.id).where(Slice.key.in_(_whole(language)))
    sent = (
        select(EditionSlice.slice_id)
        .join(Edition, Edition.id == EditionSlice.edition_id)
        .where(Edition.period == period, EditionSlice.slice_id.in_(key))
    )
    slice_id = session.scalar(sent.limit(1))
    return frozen_slice(session, period, slice_id) if slice_id is not None else None


def page(frozen: FrozenSlice, period: str, language: str) -> str:
    """The HTML of an edition with the links of this site put in."""
    links = Links(
        copy=lambda code: f"/copies/{code}",
        event=lambda event: f"/events/{event}",
        image=lambda name: f"/editions/{period}/images/{name}.png?language={language}",
    )
    return fill(frozen.rendered, links).html


def _whole(language: str | None = None) -> list[str]:
    return [slice_key(Wishes(), rhythm, one) for rhythm in RHYTHMS for one in languages() if language in (None, one)]


def _kept(period: str, sent: datetime, subjects: Mapping[str, str]) -> Kept:
    try:
        days = parse_period(period)
    except PeriodError:  # sent at once: its name is that of its event
        return Kept(period, "event", None, None, sent, subjects)
    return Kept(period, "week" if isinstance(days, Week) else "month", days.first, days.last, sent, subjects)

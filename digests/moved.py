"""What readers were sent through slices that they have left, by other wishes, another rhythm or another language.

They are owed the corrections of that, and it is not told to them anew. A ledger is that of a slice: what it holds of a
reader who left is looked up by what the reader was sent, and what was put right for the reader since is in the
corrections of the editions that the reader was sent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from digests.facts import as_facts
from digests.rows import Facts
from pipeline.store.models import Correction, Delivery, Edition, Slice, Subscriber, Subscription, Told
from pipeline.store.rows import batches
from pipeline.words import Standing

Sending = tuple[int, int]
"""A slice and the edition that was sent through it."""
Sent = Mapping[int, Mapping[int, set[Sending]]]
"""By slice and by reader of it, what the reader was sent through slices left since."""
UNREAD = ("failed", "bounced", "suppressed")
"""States of a delivery that was not read and will not be; one that is queued still may be."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a slice was told of an event in an edition."""

    slice_id: int
    event_id: str
    realis: str
    edition_id: int
    period: str
    was: Facts


def sent_before(session: Session, slices: Sequence[int]) -> Sent:
    """What the readers of slices were sent through others that they have left. Reads only."""
    found: dict[int, dict[int, set[Sending]]] = defaultdict(lambda: defaultdict(set))
    kept = aliased(Subscription)
    still = select(kept.slice_id).where(
        kept.subscriber_id == Delivery.subscriber_id, kept.slice_id == Delivery.slice_id
    )
    sent = (
        select(Subscription.slice_id, Delivery.subscriber_id, Delivery.slice_id, Delivery.edition_id)
        .join(Subscriber, Subscriber.id == Subscription.subscriber_id)
        .join(Delivery, Delivery.subscriber_id == Subscriber.id)
        .where(Subscriber.state == "active", Delivery.state.not_in(UNREAD), ~still.exists())
    )
    for some in batches(slices):
        for slice_id, reader, left, edition in session.execute(sent.where(Subscription.slice_id.in_(some))):
            found[slice_id][reader].add((left, edition))
    return found


def told_before(session: Session, one: Slice, readers: Mapping[int, set[Sending]]) -> set[tuple[str, str]]:
    """The events, by realis, that all readers of a slice were told through others of its rhythm: a month is told whole
    to who read weeks of it. Reads only."""
    active = select(func.count()).select_from(Subscription).join(Subscriber)
    if session.scalar(active.where(Subscription.slice_id == one.id, Subscriber.state == "active")) != len(readers):
        return set()
    alike = set(session.scalars(select(Slice.id).where(Slice.rhythm == one.rhythm)))
    told: dict[Sending, set[tuple[str, str]]] = defaultdict(set)
    for row in _told(session, {sending for some in readers.values() for sending in some if sending[0] in alike}):
        told[row.slice_id, row.edition_id].add((row.event_id, row.realis))
    each = [set[tuple[str, str]]().union(*(told[sending] for sending in some)) for some in readers.values()]
    return set.intersection(*each) if each else set()


def lines_before(session: Session, sent: Sent, merged: Mapping[str, str]) -> dict[int, list[Line]]:
    """By slice the lines, in words, of what its readers were sent through others, each as they know it. Reads only.

    What they know is what they were last told in a correction, else what they were sent before any was told. Readers
    who left one slice for another are taken for one.
    """
    sendings = {sending for readers in sent.values() for some in readers.values() for sending in some}
    if not sendings:
        return {}
    editions = dict(session.execute(select(Edition.id, Edition.period)).all())
    corrected: dict[tuple[int, str, str, int], list[Correction]] = defaultdict(list)
    for one in _corrected(session, sendings):
        corrected[one.slice_id, one.event_id, one.realis, one.corrected_id].append(one)
    facts = {
        (row.slice_id, row.event_id, row.realis, row.edition_id): row.facts
        for row in _told(session, sendings)
        if row.facts is not None
    }
    found: dict[int, list[Line]] = {}
    for slice_id, readers in sent.items():
        own = {sending for some in readers.values() for sending in some}
        had = _editions(session, readers)
        found[slice_id] = []
        for key in sorted(corrected.keys() | facts.keys()):
            left, event_id, realis, edition = key
            if (left, edition) in own:
                was = _as_known(corrected.get(key, ()), had, facts.get(key), merged)
                found[slice_id].append(Line(left, event_id, realis, edition, editions[edition], was))
    return found


def _as_known(told: Sequence[Correction], had: set[int], facts: str | None, merged: Mapping[str, str]) -> Facts:
    read = [one for one in told if one.edition_id in had]
    if not read:
        return as_facts(told[0].was if told else facts or "")
    newest = read[-1]
    if newest.now is None:
        return replace(as_facts(newest.was), standing=Standing.RETRACTED.value)
    return replace(as_facts(newest.now), merged_into=merged.get(newest.event_id))


def _told(session: Session, sendings: set[Sending]) -> Iterator[Told]:
    slices = {slice_id for slice_id, _ in sendings}
    for some in batches(sorted({edition for _, edition in sendings})):
        for row in session.scalars(select(Told).where(Told.slice_id.in_(slices), Told.edition_id.in_(some))):
            if (row.slice_id, row.edition_id) in sendings:
                yield row


def _corrected(session: Session, sendings: set[Sending]) -> Iterator[Correction]:
    """Corrections of what was sent, in the order in which they were told."""
    slices = {slice_id for slice_id, _ in sendings}
    for row in session.scalars(select(Correction).where(Correction.slice_id.in_(slices)).order_by(Correction.id)):
        if (row.slice_id, row.corrected_id) in sendings:
            yield row


def _editions(session: Session, readers: Mapping[int, object]) -> set[int]:
    sent = select(Delivery.edition_id).where(Delivery.state.not_in(UNREAD)).distinct()
    return {
        edition
        for some in batches(sorted(readers))
        for edition in session.scalars(sent.where(Delivery.subscriber_id.in_(some)))
    }

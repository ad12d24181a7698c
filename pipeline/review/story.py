"""Why mentions are one event or two, printed: the edges with their waterfalls, vetoes, overrides, the id's history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import product
from pathlib import Path

from rich.text import Text
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from pipeline.console import console, printable
from pipeline.resolve import cluster, kept, weights
from pipeline.resolve.compare import Compared, compare
from pipeline.resolve.explain import Waterfall, folded, held_together, verdict
from pipeline.resolve.kept import Row
from pipeline.resolve.overrides import Override, Ruled
from pipeline.review.cases import said
from pipeline.review.screen import facts
from pipeline.review.sights import Sight, addresses, find, sights
from pipeline.store.models import EventLedger, EventRow, MentionBlock, MentionPointer
from pipeline.store.rows import batches
from pipeline.words import MentionKey

LONGEST_CHAIN = 100
"""Redirects followed from a merged event; more are a circle, which only a broken database has."""
MOST_NEAR = 10
"""Other events of which a mention came near, that are told."""


def of_pair(session: Session, folder: Path, one: str, other: str) -> None:
    """Print how two mentions agree and what became of them. Raises NoMention, OverrideError."""
    left, right = sights(session, [find(session, one), find(session, other)])
    made, ruled = said(session, folder)
    found = compare(left.row.kept, right.row.kept)
    for sight in (left, right):
        _mention(sight)
    console.print()
    console.print(Waterfall(found))
    _line("alone", verdict(found, ruled.rulings))
    events = {sight.row.event_id for sight in (left, right)}
    if None in events:
        for sight in (left, right):
            _line(sight.address, sight.stands)
    elif len(events) == 1:
        _line("together", f"one event, {left.row.event_id}")
    else:
        _line("together", f"two events, {left.row.event_id} and {right.row.event_id}")
        if found.bits >= weights.JOIN and not _apart(found, ruled):
            _line("", _between(session, left.row, right.row, ruled))
    _overrides(made, ruled, {left.key, right.key})


def of_event(session: Session, folder: Path, name: str) -> bool:
    """Print what holds an event together and what is kept out of it; False where there is no such event."""
    event = _followed(session, name)
    if event is None:
        return False
    rows = kept.of_events(session, [event.id])
    made, ruled = said(session, folder)
    _header(session, event)
    seen = sights(session, rows)
    number = {sight.key: place for place, sight in enumerate(seen, 1)}
    for place, sight in enumerate(seen, 1):
        console.rule(f"mention {place}", align="left", style="dim")
        _mention(sight)
    pointing = session.scalars(select(MentionPointer.mention_id).where(MentionPointer.event_id == event.id)).all()
    for sight in sights(session, kept.of_ids(session, pointing)):
        console.rule("pointed at by a round-up", align="left", style="dim")
        _mention(sight)
    joining, others = held_together(cluster.edges([row.kept for row in rows], ruled.rulings))
    for edge in joining:
        console.rule(f"{number[edge.a]} and {number[edge.b]}: {verdict(edge, ruled.rulings)}", align="left")
        console.print(Waterfall(edge))
    if others:
        console.rule("also", align="left")
    for edge in others:
        _line(f"{edge.bits:+.2f}", f"{number[edge.a]} and {number[edge.b]}: {verdict(edge, ruled.rulings)}")
    _near(session, rows, ruled, number)
    _overrides(made, ruled, set(number))
    return True


def _followed(session: Session, name: str) -> EventRow | None:
    """The event of an id, or the one that took it over; each step is told."""
    event = session.get(EventRow, name)
    for _ in range(LONGEST_CHAIN):
        if event is None or event.merged_into is None:
            return event
        reason = f": {printable(event.merged_reason)}" if event.merged_reason else ""
        console.print(f"{event.id} was merged into {event.merged_into}{reason}")
        event = session.get(EventRow, event.merged_into)
    return None


def _header(session: Session, event: EventRow) -> None:
    days = " to ".join(sorted({day.isoformat() for day in (event.date_start, event.date_end) if day}))
    _line("event", f"{event.id}, {event.standing}")
    _line("title", " / ".join(title for title in (event.title_zh, event.title_en) if title))
    _line("day", days)
    _line("type", f"{event.type}{', series' if event.is_series else ''}, {event.realis}, {event.mode}")
    _line("disputed", event.disputed or "")
    _line("part of", event.parent_id or "")
    _line("carries out", event.realises_id or "")
    given = session.get(EventLedger, event.id)
    if given is not None:
        _line("id given", f"{given.given_at:%Y-%m-%d} to {given.page}#{given.number}")
    _line("split from", event.split_from or "")
    merged = select(EventRow.id, EventRow.merged_reason).where(EventRow.merged_into == event.id).order_by(EventRow.id)
    for event_id, reason in session.execute(merged):
        _line("took over", event_id + (f": {reason}" if reason else ""))
    console.print()


def _mention(sight: Sight) -> None:
    told = facts(sight)
    console.print(f"{sight.address}  {told['page']}")
    _line("", ", ".join(told[name] for name in ("day", "type")))
    _line("", told["title"])
    _line("", sight.key.page)


def _near(session: Session, rows: Sequence[Row], ruled: Ruled, number: Mapping[MentionKey, int]) -> None:
    """The other events that came near, each by the mention that agrees most, and what keeps them apart."""
    mates = kept.of_ids(session, _block_mates(session, [row.id for row in rows]))
    pairs: dict[str, list[Compared]] = defaultdict(list)
    for row, mate in product(rows, mates):
        if mate.event_id is not None:
            pairs[mate.event_id].append(compare(row.kept, mate.kept))
    nearest = {event_id: max(found, key=lambda one: one.bits) for event_id, found in pairs.items()}
    near = sorted(
        (one.bits, event_id)
        for event_id, one in nearest.items()
        if one.bits >= (weights.DOUBT if one.veto is None else weights.JOIN)
    )
    if near:
        console.rule("near, but other events", align="left")
    address = dict(zip([mate.key for mate in mates], _addresses(session, mates), strict=True))
    told = {**address, **{key: str(place) for key, place in number.items()}}
    for bits, event_id in near[: -MOST_NEAR - 1 : -1]:
        found = nearest[event_id]
        _line(f"{bits:+.2f}", f"{event_id}, {told[found.a]} and {told[found.b]}: {verdict(found, ruled.rulings)}")
        if bits >= weights.JOIN and not _apart(found, ruled):
            _line("", _since(pairs[event_id], ruled, told))
    if len(near) > MOST_NEAR:
        _line("", f"and {len(near) - MOST_NEAR} more")


def _between(session: Session, left: Row, right: Row, ruled: Ruled) -> str:
    mine, theirs = (kept.of_events(session, [row.event_id]) for row in (left, right) if row.event_id)
    both = [*mine, *theirs]
    told = dict(zip([row.key for row in both], _addresses(session, both), strict=True))
    return _since([compare(one.kept, other.kept) for one, other in product(mine, theirs)], ruled, told)


def _since(pairs: Sequence[Compared], ruled: Ruled, told: Mapping[MentionKey, str]) -> str:
    """Why two events stay two though two of their mentions agree; ``pairs`` are all between the two."""
    for found in pairs:
        if _apart(found, ruled):
            return f"since {told[found.a]} and {told[found.b]} are {verdict(found, ruled.rulings)}"
    return "since their other mentions speak against it, or a third event fits as well; or nobody has resolved since"


def _apart(found: Compared, ruled: Ruled) -> bool:
    pair = (found.a, found.b)
    return pair in ruled.rulings.different or (found.veto is not None and pair not in ruled.rulings.same)


def _addresses(session: Session, rows: Sequence[Row]) -> list[str]:
    named = addresses(session, [row.id for row in rows])
    return [named[row.id] for row in rows]


def _block_mates(session: Session, ids: Sequence[int]) -> set[int]:
    """The mentions that share a block with some, without these."""
    mine, theirs = aliased(MentionBlock), aliased(MentionBlock)
    found: set[int] = set()
    for some in batches(ids):
        query = select(theirs.mention_id).join(mine, mine.block == theirs.block).where(mine.mention_id.in_(some))
        found.update(session.scalars(query.distinct()))
    return found - set(ids)


def _overrides(made: Mapping[str, Override], ruled: Ruled, keys: Collection[MentionKey]) -> None:
    """The analysts' words that name some of the mentions, and what is to be told of them."""
    acting = [one for one in made.values() if {key for side in ruled.anchors[one.id] for key in side} & set(keys)]
    if acting:
        console.rule("overrides", align="left")
    for one in acting:
        change = f" {one.change['field']} = {one.change['value']}" if one.change else ""
        _line("", f"{one.told}{change}: {one.reason}")
        for notice in ruled.notices:
            if notice.override == one.id:
                _line("", f"  {notice.text}")


def _line(name: str, told: str) -> None:
    """A value under its name; nothing where there is none. An address is not broken: it would be copied in two."""
    indent = len(f"{name:<11} ") if name else 2
    if "://" in told:
        console.print(name.ljust(indent) + printable(told), soft_wrap=True)
    elif told:
        first, *rest = folded(Text(printable(told)), console, console.width, indent=indent)
        console.print(Text(name).append_text(first[len(name) :]), *rest, sep="\n")

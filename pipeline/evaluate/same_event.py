"""``same_event`` in all its forms folded to one partition over (row, event number) (codebook §18.1, rule 8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from pipeline.evaluate.assignment import assign
from pipeline.evaluate.labels import LabelEvent, LabelRow

Item = tuple[str, int]
"""A row's id and the number of an event in it."""


def labelled_partition(rows: Sequence[LabelRow]) -> dict[Item, Item]:
    """Each labelled event with the first event of its cluster; an event that names no other is its own.

    Names join what bears them: an event's own; a page's own where it has one entry an event, and otherwise (one
    entry, no event of the page bears it) its first event. Rows named by ``same_event_rows`` and ``duplicate_of``
    are joined to the event there whose type can be the same, the nearest in time; where none can be, to none.
    """
    by_id = {row.id: row for row in rows}
    leader: dict[Item, Item] = {(row.id, event.number): (row.id, event.number) for row in rows for event in row.events}

    def find(item: Item) -> Item:
        while leader[item] != item:
            item = leader[item]
        return item

    def join(one: Item, other: Item) -> None:
        first, second = find(one), find(other)
        leader[second] = first

    bearers: dict[str, Item] = {}
    for row in rows:
        for event in row.events:
            item = (row.id, event.number)
            for name in _names(row, event):
                join(bearers.setdefault(name, item), item)
    for row in rows:
        for one, other in _named_rows(row, by_id):
            join(one, other)
    return {item: find(item) for item in leader}


def _names(row: LabelRow, event: LabelEvent) -> Iterator[str]:
    yield from event.same_event
    borne = {name for one in row.events for name in one.same_event}
    if len(row.same_event) == len(row.events) > 1:
        name = row.same_event[event.number - 1]
        if name and not event.same_event:
            yield name
    elif event.number == 1:
        yield from (name for name in row.same_event if name and name not in borne)


def _named_rows(row: LabelRow, by_id: dict[str, LabelRow]) -> Iterator[tuple[Item, Item]]:
    for event in row.events:
        for name in event.same_event_rows:
            if name in by_id:
                for _, number in _alike([event], by_id[name].events):
                    yield (row.id, event.number), (name, number)
    if row.duplicate_of in by_id:
        for number, other in _alike(row.events, by_id[row.duplicate_of].events):
            yield (row.id, number), (row.duplicate_of, other)


def _alike(events: Sequence[LabelEvent], others: Sequence[LabelEvent]) -> list[tuple[int, int]]:
    """The numbers of the events of two rows that can be the same, one to one."""
    pairs = assign([[_likeness(one, other) for other in others] for one in events])
    return [(events[one].number, others[other].number) for one, other in pairs]


def _likeness(one: LabelEvent, other: LabelEvent) -> int:
    if not one.families & other.families:
        return 0
    days = _days_apart(one.date_start, other.date_start)
    return 1 + (10 if days == 0 else 5 if days == 1 else 0) + len(set(one.countries) & set(other.countries))


def _days_apart(one: date | None, other: date | None) -> int | None:
    return abs((one - other).days) if one and other else None

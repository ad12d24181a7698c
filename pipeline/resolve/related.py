"""What the events touched have to do with others: which round-ups only point, parents, plans carried out.

A relation is a function of the events that links tie to one another. So the events beside those touched are loaded from
the database, and theirs beside these, and what comes out counts for the former alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from pipeline.resolve import kept
from pipeline.resolve.kept import Row
from pipeline.resolve.overrides import Ruled
from pipeline.resolve.relations import Relations, relations
from pipeline.resolve.touched import Edge, Touched, is_wide, stored
from pipeline.store.models import MentionLink
from pipeline.words import Cluster, MentionKey, Realis


@dataclass(frozen=True, slots=True)
class Points:
    """Which clusters make events, and the mentions of those that only point: at clusters (by place) or event ids."""

    clusters: list[Cluster]
    pointing: dict[MentionKey, tuple[int | str, ...]]


@dataclass(frozen=True, slots=True)
class Related:
    """Parents and plans carried out, for every event that was looked at."""

    parents: dict[str, str | None]
    realises: dict[str, str | None]


class Neighbours:
    """Mentions beside those touched, and the events they stand in, as the database holds them."""

    def __init__(self, session: Session, found: Touched, *, everything: bool) -> None:
        self._session, self._found, self._everything = session, found, everything
        self.rows: dict[int, Row] = {row.id: row for row in found.rows.values()}
        self.keys: dict[MentionKey, int] = {row.key: row.id for row in found.rows.values()}

    def links(self, ids: Collection[int]) -> set[Edge]:
        """The links of these mentions; who is at their ends is loaded."""
        own = set(ids)
        found = {link for link in self._found.links if own & set(link)}
        if not self._everything:
            links = stored(self._session, MentionLink, own)
            found |= {link for link in links if not self._found.fresh.keys() & set(link)}
        self.load({i for link in found for i in link})
        return found

    def of(self, ids: Collection[int]) -> set[int]:
        """The mentions that links tie to these; loaded."""
        return {i for link in self.links(ids) for i in link} - set(ids)

    def load(self, ids: Iterable[int]) -> None:
        """Load mentions by their rows."""
        self._take(kept.of_ids(self._session, [i for i in ids if i not in self.rows]))

    def load_pages(self, keys: Iterable[MentionKey]) -> None:
        """Load the pages of mentions that are not loaded."""
        self._take(kept.of_pages(self._session, {key.page for key in keys if key not in self.keys}))

    def clusters(self, event_ids: Collection[str]) -> dict[str, Cluster]:
        """Events that were not touched, with all their mentions."""
        members: dict[str, list[Row]] = defaultdict(list)
        for row in kept.of_events(self._session, event_ids):
            members[row.event_id or ""].append(row)
            self._take([row])
        return {event_id: _cluster(rows) for event_id, rows in members.items()}

    def _take(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.rows.setdefault(row.id, row)
            self.keys.setdefault(row.key, row.id)


def points(near: Neighbours, clusters: Sequence[Cluster], settled: Collection[MentionKey], ruled: Ruled) -> Points:
    """Tell the clusters that make events from the round-ups that only tell of others.

    One that an analyst confirmed makes an event; one that an analyst keeps apart from an event does not point at it.
    """
    wide = [n for n, one in enumerate(clusters) if all(is_wide(near.rows[near.keys[key]]) for key in one.members)]
    wide = [n for n in wide if not ruled.confirmed & set(clusters[n].members)]
    if not wide:
        return Points(list(clusters), {})
    beside = near.of([near.keys[key] for n in wide for key in clusters[n].members])
    others = _untouched(near, beside, settled)
    region: dict[int | str, Cluster] = {n: clusters[n] for n in wide} | dict(others.items())
    region |= {n: one for n, one in enumerate(clusters) if beside & {near.keys[key] for key in one.members}}
    names = list(region)
    found: dict[int | str, list[int | str]] = {}
    for pointer, at in _relations(near, list(region.values())).points.items():
        own = region[names[pointer]].members
        targets = [names[n] for n in at if not _kept_apart(own, region[names[n]].members, ruled)]
        if names[pointer] in wide and targets:
            found[names[pointer]] = targets
    stay = [n for n in range(len(clusters)) if n not in found]
    place: dict[int | str, int] = {n: position for position, n in enumerate(stay)}
    pointing = {
        key: tuple(place.get(target, target) for target in targets)
        for n, targets in found.items()
        for key in region[n].members
    }
    return Points([clusters[n] for n in stay], pointing)


def related(
    near: Neighbours, events: Mapping[str, Cluster], settled: Collection[MentionKey], were_linked: Collection[int]
) -> Related:
    """The parents and plans of the events, and of those beside them, whose own may be others now.

    ``settled`` are all mentions of which is known by now where they stand; the others stand where they stood.
    """
    ids = {near.keys[key] for key in settled}
    beside = near.of(ids) | set(were_linked)
    near.load(beside)
    beside |= {i for i, row in near.rows.items() if _names_parent(row, settled)}
    asked = {**events, **_untouched(near, beside, settled)}
    planned = _carried_out(near, asked, settled)
    region = {**asked, **planned}
    members = [key for one in asked.values() for key in one.members]
    named = [MentionKey(key.page, n) for key in members if (n := near.rows[near.keys[key]].kept.mention.parent)]
    near.load_pages(named)
    further = near.of([near.keys[key] for key in members]) | {near.keys[key] for key in named if key in near.keys}
    region |= _untouched(near, further, settled)
    order = sorted(region)
    found = _relations(near, [region[event_id] for event_id in order])
    parents = {order[child]: order[parent] for child, parent in found.parents.items()}
    realises = {order[event]: order[plan] for event, plan in found.realises.items()}
    return Related(
        {event_id: parents.get(event_id) for event_id in asked},
        {event_id: realises.get(event_id) for event_id in (*asked, *planned)},
    )


def _carried_out(near: Neighbours, asked: Mapping[str, Cluster], settled: Collection[MentionKey]) -> dict[str, Cluster]:
    """The events that plans tie to these, and further ones to those: each plan is carried out once."""
    found: dict[str, Cluster] = {}
    seen = {near.keys[key] for one in asked.values() for key in one.members}
    frontier = seen
    while frontier:
        links = near.links(frontier)
        tied = {i for a, b in links if _is_planned(near.rows[a]) != _is_planned(near.rows[b]) for i in (a, b)} - seen
        new = _untouched(near, tied, settled)
        found |= {event_id: one for event_id, one in new.items() if event_id not in asked}
        frontier = {near.keys[key] for one in new.values() for key in one.members} - seen
        seen |= frontier | tied
    return found


def _untouched(near: Neighbours, ids: Iterable[int], settled: Collection[MentionKey]) -> dict[str, Cluster]:
    event_ids = {
        event_id
        for i in ids
        if i in near.rows and near.rows[i].key not in settled and (event_id := near.rows[i].event_id)
    }
    return near.clusters(event_ids)


def _kept_apart(one: Iterable[MentionKey], other: Collection[MentionKey], ruled: Ruled) -> bool:
    return any((min(a, b), max(a, b)) in ruled.rulings.different for a in one for b in other)


def _names_parent(row: Row, settled: Collection[MentionKey]) -> bool:
    number = row.kept.mention.parent
    return number is not None and row.key not in settled and MentionKey(row.key.page, number) in settled


def _is_planned(row: Row) -> bool:
    return row.kept.mention.realis is Realis.PLANNED


def _relations(near: Neighbours, clusters: Sequence[Cluster]) -> Relations:
    return relations(clusters, [near.rows[near.keys[key]].kept for one in clusters for key in one.members])


def _cluster(rows: Sequence[Row]) -> Cluster:
    return Cluster(tuple(row.key for row in sorted(rows, key=lambda row: (row.kept.first_seen_at, row.key))))

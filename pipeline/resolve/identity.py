"""Stable event ids: who keeps an id when clusters change, which ids redirect, and where a new one was taken from.

An id is given for a founding mention and entered in the ledger; afterwards it follows the cluster with the largest
share of its former mentions (DESIGN.md, idempotent rebuilds). An id that was merged or whose pages went away stays in
the ledger, and comes back when its mentions stand alone again.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from pipeline.archive.ledger import LedgerEntry
from pipeline.resolve.anchor import Seen
from pipeline.words import Cluster, MentionKey

ROUND_UP = "it was told by a round-up, of an event that others tell the day of"

Why = Callable[[frozenset[MentionKey], Cluster], str]
"""Why an event, by the mentions it had, was merged into a cluster."""


@dataclass(frozen=True, slots=True)
class Identified:
    """The clusters with their ids, and what became of the other ids that were asked about.

    ``gone`` are ids that no page bears any more, ``retracted`` those whose mentions were all rejected. ``entries`` are
    the ledger's news: the lines to append before anybody shows these ids; ``ledger`` is what it then holds of the ids
    at hand.
    """

    events: Mapping[str, Cluster]
    ledger: Mapping[str, LedgerEntry]
    gone: frozenset[str]
    retracted: Mapping[str, Cluster]
    entries: tuple[LedgerEntry, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """The ids given out for the mentions at hand.

    ``held`` are the mentions that each had, as they are found now; ``seen`` is what there is to see of every mention.
    ``is_used`` says of any id whether it was ever given out.
    """

    ledger: Mapping[str, LedgerEntry]
    held: Mapping[str, frozenset[MentionKey]]
    seen: Mapping[MentionKey, Seen]
    is_used: Callable[[str], bool]


def identify(
    clusters: Sequence[Cluster],
    known: Known,
    now: datetime,
    *,
    why: Why = lambda _own, _into: "resolution",
    rejected: Collection[MentionKey] = (),
    reserved: Collection[str] = (),
    pointing: Mapping[MentionKey, Collection[int | str]] | None = None,
) -> Identified:
    """Give every cluster its id: the one that held most of its mentions before, else a new one.

    Ids that live go before those that were merged or went away. ``reserved`` ids are held by events that are left as
    they are; what is taken from such a one counts as split from it. ``pointing`` are mentions that make no event, with
    the events that they tell of (a cluster by its place, an event left alone by its id): an id that had no others is
    merged into the one event that all point at, if it is one.
    """
    claims = _claims(clusters, known)
    id_of: dict[int, str] = {}
    taken = set(reserved)
    for _, event_id, index in claims:
        if event_id not in taken and index not in id_of:
            id_of[index] = event_id
            taken.add(event_id)
    made: set[str] = set()
    for index, cluster in enumerate(clusters):
        if index not in id_of:
            id_of[index] = _new_id(cluster.members[0], lambda one: one in made or known.is_used(one))
            made.add(id_of[index])
    entries: dict[str, LedgerEntry] = {}
    for index, cluster in enumerate(clusters):
        entries[id_of[index]] = _entry(id_of[index], cluster, index, claims, taken, known, now)
    merged: dict[str, LedgerEntry] = {}
    for _, event_id, index in claims:
        if event_id not in taken and event_id not in merged:
            entry, into = known.ledger[event_id], id_of[index]
            reason = entry.reason or why(known.held[event_id], clusters[index])
            merged[event_id] = replace(entry, merged_into=into, reason=reason, gone=False)
    for event_id, target in _pointed(known, pointing or {}).items():
        if event_id not in taken and event_id not in merged:
            into = id_of[target] if isinstance(target, int) else target
            merged[event_id] = replace(known.ledger[event_id], merged_into=into, reason=ROUND_UP, gone=False)
    left = {event_id for event_id in known.ledger if event_id not in taken and event_id not in merged}
    retracted = {
        event_id: Cluster(tuple(sorted(own)))
        for event_id in sorted(left)
        if known.ledger[event_id].merged_into is None and (own := known.held.get(event_id, frozenset()) & set(rejected))
    }
    for event_id, cluster in retracted.items():
        seen = tuple(known.seen[key] for key in cluster.members)
        entries[event_id] = replace(known.ledger[event_id], members=seen, gone=False)
    gone = frozenset(one for one in left - set(retracted) if known.ledger[one].merged_into is None)
    entries |= merged | {event_id: replace(known.ledger[event_id], gone=True) for event_id in gone}
    news = tuple(entry for _, entry in sorted(entries.items()) if known.ledger.get(entry.event_id) != entry)
    events = {id_of[index]: cluster for index, cluster in enumerate(clusters)}
    return Identified(events, {**known.ledger, **entries}, gone, retracted, news)


def _pointed(known: Known, pointing: Mapping[MentionKey, Collection[int | str]]) -> dict[str, int | str]:
    """The ids whose mentions all point, and at one event only, with that event."""
    found: dict[str, int | str] = {}
    for event_id, own in known.held.items():
        targets = {target for key in own for target in pointing.get(key, ())}
        if len(targets) == 1 and own <= pointing.keys():
            found[event_id] = targets.pop()
    return found


_Claim = tuple[tuple[bool, int, bool, datetime], str, int]
"""What orders it, the event, and the number of the cluster. What was split off goes after what it was split from."""


def _claims(clusters: Sequence[Cluster], known: Known) -> list[_Claim]:
    cluster_of = {key: index for index, cluster in enumerate(clusters) for key in cluster.members}
    claims: list[_Claim] = []
    for event_id, entry in known.ledger.items():
        shares = Counter(cluster_of[key] for key in known.held.get(event_id, ()) if key in cluster_of)
        was_split = entry.split_from is not None
        claims += [
            ((not entry.lives, -share, was_split, entry.given_at), event_id, index) for index, share in shares.items()
        ]
    return sorted(claims)


def _entry(
    event_id: str,
    cluster: Cluster,
    index: int,
    claims: Sequence[_Claim],
    taken: Collection[str],
    known: Known,
    now: datetime,
) -> LedgerEntry:
    members = tuple(known.seen[key] for key in sorted(cluster.members))
    before = known.ledger.get(event_id)
    if before is not None and before.lives:
        return replace(before, members=members)
    source = next((other for _, other, at in claims if at == index and other != event_id and other in taken), None)
    if before is not None:
        split_from = source or before.split_from
        return replace(before, members=members, merged_into=None, reason=None, gone=False, split_from=split_from)
    founding = cluster.members[0]
    return LedgerEntry(event_id, founding.page, founding.number, members, now, split_from=source)


def first_id(founding: MentionKey, salt: int = 0) -> str:
    """The id that a founding mention gives; further ones by ``salt``, where it was given out already."""
    digest = hashlib.sha256(f"{founding.page}|{founding.number}|{salt}".encode()).hexdigest()
    return f"ev_{digest[:14]}"


def _new_id(founding: MentionKey, is_used: Callable[[str], bool]) -> str:
    return next(one for salt in count() if not is_used(one := first_id(founding, salt)))

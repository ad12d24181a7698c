"""From what was touched to what is to be written: clusters, ids, best values, casts, parents, and the faults met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.resolve import anchor, compare, kept, overrides
from pipeline.resolve.actors import Actor, actors
from pipeline.resolve.best import facts, source_order
from pipeline.resolve.cluster import WIDEST, cluster
from pipeline.resolve.edits import Edit, edited, edited_members
from pipeline.resolve.identity import Identified, Known, first_id, identify
from pipeline.resolve.kept import Row
from pipeline.resolve.overrides import Notice, Override
from pipeline.resolve.related import Neighbours, Points, points, related
from pipeline.resolve.touched import Touched
from pipeline.resolve.write import Change
from pipeline.store import beside, stale
from pipeline.store.faults import Fault
from pipeline.words import NO_RULINGS, Cluster, KeptMention, MentionKey, Rulings


@dataclass(frozen=True, slots=True)
class Resolution:
    """A change to be written, the ids to enter in the ledger before it; the faults met, and what was looked for."""

    change: Change
    identified: Identified
    faults: tuple[Fault, ...]
    looked_at: frozenset[str]


def resolution(session: Session, found: Touched, now: datetime, *, everything: bool) -> Resolution:
    """Resolve what was touched. The session only reads."""
    near = Neighbours(session, found, everything=everything)
    rejected = _rejected(found)
    settled = rejected | {key for component in found.components for key in component}
    made = points(near, clusters(found), settled, found.ruled)
    identified = _identify(session, made, rejected, found, now)
    event_of: dict[MentionKey, str | None] = dict.fromkeys((*rejected, *made.pointing))
    event_of |= {key: event_id for event_id, group in identified.events.items() for key in group.members}
    holder = {key: row.event_id for key, row in found.rows.items()} | event_of
    holder |= {key: event_id for event_id, group in identified.retracted.items() for key in group.members}
    edits, told = overrides.edits(found.overrides.values(), found.ruled, holder)
    ranked = {
        event_id: ranking(found.rows[key].kept for key in group.members)
        for event_id, group in (*identified.events.items(), *identified.retracted.items())
    }
    own = {event_id: edits.get(event_id, []) for event_id in ranked}
    id_of = [event_of[one.members[0]] for one in made.clusters]
    change = Change(
        events=identified.events,
        retracted=identified.retracted,
        gone=identified.gone | (_unknown(session, identified) if everything else set()),
        ledger=identified.ledger,
        facts={event_id: edited(facts(members), own[event_id], members) for event_id, members in ranked.items()},
        casts={event_id: cast(members, own[event_id]) for event_id, members in ranked.items()},
        edits=own,
        related=related(near, identified.events, settled, found.were_linked),
        pointers={
            key: {target if isinstance(target, str) else id_of[target] or "" for target in targets}
            for key, targets in made.pointing.items()
        },
        ids={key: found.rows[key].id for key in event_of},
        beside=frozenset(found.fresh) | {i for edge in (*found.edges, *found.links) for i in edge},
        event_of=event_of,
        everything=everything,
    )
    told += [*found.ruled.notices, *overrides.unheard(found.ruled, holder)]
    return Resolution(change, identified, tuple(_faults(found, told)), _looked_at(found))


def ranking(members: Iterable[KeptMention]) -> list[KeptMention]:
    """The mentions of an event, the best source first."""
    return sorted(members, key=source_order)


def cast(members: Sequence[KeptMention], edits: Sequence[Edit]) -> list[Actor]:
    """Who took part in an event, its mentions ranked."""
    return actors(edited_members(members, edits))


def cast_again(session: Session, event_ids: Collection[str]) -> dict[str, list[Actor]]:
    """The casts of events that were not touched, from what the database holds of them."""
    members: dict[str, list[Row]] = defaultdict(list)
    for row in kept.of_events(session, event_ids):
        members[row.event_id or ""].append(row)
    rejected = beside.entries_of(session, set(event_ids) - set(members))
    for event_id, entry in rejected.items():  # it holds no mention any more, but shows what they said
        rows = kept.of_pages(session, {what.page for what in entry.members})
        pages = kept.by_page(row.kept for row in rows)
        anchors = anchor.Anchors(lambda page, pages=pages: pages.get(page, ()))  # type: ignore[misc]
        keys = {anchors.find(what) for what in entry.members}
        members[event_id] = [row for row in rows if row.key in keys]
    edits = _edits(session, members)
    return {
        event_id: cast(ranking(row.kept for row in rows), edits.get(event_id, [])) for event_id, rows in members.items()
    }


def clusters(found: Touched) -> list[Cluster]:
    """The clusters of the components touched, in the order of their founding mentions."""
    ruled: dict[MentionKey, Rulings] = {}
    rulings = found.ruled.rulings
    for pair in rulings.same | rulings.different:
        for key in pair:
            ruled[key] = rulings
    made: list[Cluster] = []
    for component in found.components:
        if len(component) == 1:
            made.append(Cluster(component))
            continue
        own = next((ruled[key] for key in component if key in ruled), NO_RULINGS)
        made += cluster([found.rows[key].kept for key in component], own)
    return sorted(made, key=lambda one: (found.rows[one.members[0]].kept.first_seen_at, one.members[0]))


def _rejected(found: Touched) -> set[MentionKey]:
    """The mentions that tell no event, of those that were touched."""
    touched = {key for keys in found.held.values() for key in keys}
    touched |= {key for key, row in found.rows.items() if row.id in found.fresh}
    return touched & found.ruled.rulings.rejected


def _identify(
    session: Session, made: Points, rejected: Collection[MentionKey], found: Touched, now: datetime
) -> Identified:
    keys = {key for one in made.clusters for key in one.members} | set(rejected)
    likely = {first_id(one.members[0]) for one in made.clusters}  # all but never is another asked for
    given = set(beside.entries_of(session, likely))
    known = Known(
        ledger=found.ledger,
        held=found.held,
        seen={key: anchor.seen(found.rows[key].kept) for key in keys},
        is_used=lambda one: one in given or (one not in likely and beside.is_given(session, one)),
    )
    return identify(
        made.clusters,
        known,
        now,
        why=lambda own, into: _why(found, own, into),
        rejected=rejected,
        reserved={event_id for part in found.too_wide for key in part if (event_id := found.rows[key].event_id)},
        pointing=made.pointing,
    )


def _why(found: Touched, own: frozenset[MentionKey], into: Cluster) -> str:
    """Why an event was merged: the override that says so, else the two mentions that agree best."""
    pairs = sorted((min(a, b), max(a, b)) for a in own & set(into.members) for b in into.members if b not in own)
    for pair in pairs:
        if pair in found.ruled.by and pair in found.ruled.rulings.same:
            override = found.ruled.by[pair]
            return f"{override.told}: {override.reason}"
    compared = [compare.compare(*(found.rows[key].kept for key in pair)) for pair in pairs]
    best = max(compared, key=lambda one: (one.bits, one.a, one.b), default=None)
    if best is None:
        return "both were read from one mention"
    return f"{best.bits:.1f} bits between {_named(best.a)} and {_named(best.b)}"


def _unknown(session: Session, identified: Identified) -> set[str]:
    """Events of the database that the ledger knows nothing of: none of ours, unless somebody lost it."""
    return beside.event_ids(session) - set(identified.ledger) - set(identified.events)


def _edits(session: Session, members: Mapping[str, Sequence[Row]]) -> dict[str, list[Edit]]:
    pages = {row.key.page for rows in members.values() for row in rows}
    found = beside.overrides_of_pages(session, pages)
    if not found:
        return {}
    named = {page for override in found.values() for page in override.pages}
    rows = kept.of_pages(session, named)
    holder = {row.key: row.event_id for row in rows}
    holder |= {row.key: event_id for event_id, own in members.items() for row in own}
    ruled = overrides.ruled(found.values(), [row.kept for row in rows])
    return overrides.edits(found.values(), ruled, holder)[0]


# faults


def notices(session: Session, made: Iterable[Override]) -> dict[str, list[str]]:
    """What is to be told of overrides, by their ids, as the database stands: none of one that does what it says."""
    known = {override.id: override for override in made}
    rows = kept.of_pages(session, {page for override in known.values() for page in override.pages})
    holder = {row.key: row.event_id for row in rows}
    ruled = overrides.ruled(known.values(), [row.kept for row in rows])
    marks = stale.marked(session).keys()
    waiting = {override.id for override in known.values() if override.pages & marks}
    told = [*ruled.notices, *overrides.edits(known.values(), ruled, holder)[1]]
    told += [notice for notice in overrides.unheard(ruled, holder) if notice.override not in waiting]
    found: dict[str, list[str]] = defaultdict(list)
    for notice in told:
        found[notice.override].append(notice.text)
    return dict(found)


def _faults(found: Touched, told: Sequence[Notice]) -> list[Fault]:
    texts: dict[str, list[str]] = defaultdict(list)
    for notice in sorted(told, key=lambda one: (one.override, one.text)):
        override = found.overrides[notice.override]
        texts[override.fault].append(notice.text)
    made = [
        Fault(override.fault, f"{override.told}: {'; '.join(texts[override.fault])}")
        for override in found.overrides.values()
        if override.fault in texts
    ]
    for part in found.too_wide:
        text = (
            f"more than {WIDEST} mentions hang together, among them {_named(part[0])}: some block is too wide."
            " They were left as they are."
        )
        made.append(Fault(f"component {_named(part[0])}", text))
    return made


def _looked_at(found: Touched) -> frozenset[str]:
    """What faults may be about that were looked for."""
    sound = (f"component {_named(key)}" for component in found.components for key in component)
    return frozenset([*(override.fault for override in found.overrides.values()), *sound])


def _named(key: MentionKey) -> str:
    return f"{key.page} #{key.number}"

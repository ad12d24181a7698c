"""What a change touches: the components of candidate edges, the ids given out for them, the overrides that name them.

Resolution is a function of the mentions of a component. So it is enough to run it over the components that hold a
mention of a stale page, or did, over those that share an event with them, and over round-ups that may tell of them.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.archive.ledger import LedgerEntry
from pipeline.resolve import blocks, compare, kept, overrides, relations, weights
from pipeline.resolve.anchor import Anchors
from pipeline.resolve.cluster import WIDEST
from pipeline.resolve.kept import Row
from pipeline.resolve.normal import WIDE, Normal, normal
from pipeline.resolve.overrides import Override, Ruled
from pipeline.resolve.veto import conflict
from pipeline.store import beside
from pipeline.store.models import CandidateEdge, MentionBlock, MentionLink, MentionRow, Page
from pipeline.store.rows import batches
from pipeline.words import KeptMention, MentionKey, Rulings

Edge: TypeAlias = tuple[int, int]
"""Two mentions by their rows, the smaller first."""


@dataclass(frozen=True, slots=True)
class Touched:
    """All that has to be looked at, and what is new about it.

    ``rows`` are the mentions touched and all others of their pages; ``components`` hold those to be resolved.
    ``too_wide`` are components of more than ``WIDEST`` mentions, as far as they were followed: they stay as they are.
    ``fresh`` are the mentions of stale pages with their blocks, ``edges`` and ``links`` those that they have now, and
    ``were_linked`` those that they had links to. ``held`` are the mentions of each id in ``ledger`` as found now.
    """

    rows: dict[MentionKey, Row]
    components: list[tuple[MentionKey, ...]]
    too_wide: list[tuple[MentionKey, ...]]
    fresh: dict[int, frozenset[int]]
    edges: dict[Edge, float]
    links: set[Edge]
    were_linked: set[int]
    ledger: dict[str, LedgerEntry]
    held: dict[str, frozenset[MentionKey]]
    overrides: dict[str, Override]
    ruled: Ruled


def touched(session: Session, stale: Collection[str] | None) -> Touched:
    """What changes on these pages touch; with None everything there is."""
    gathering = _Gathering(session, stale)
    gathering.compare()
    gathering.follow()
    return gathering.done()


def stored(session: Session, table: type[CandidateEdge | MentionLink], ids: Iterable[int]) -> set[Edge]:
    """The edges or links that the database has with these mentions."""
    found: set[Edge] = set()
    for some in batches(sorted(ids)):
        for end in (table.a_id, table.b_id):
            found.update(
                (row.a_id, row.b_id) for row in session.execute(select(table.a_id, table.b_id).where(end.in_(some)))
            )
    return found


def is_wide(row: Row) -> bool:
    """Whether a mention tells a stretch of time in which the day lies, as a round-up does."""
    return row.kept.mention.date_precision in WIDE


def worth(x: Normal, y: Normal, rulings: Rulings) -> float | None:
    """The bits of a candidate edge (``x`` has the smaller key), None where the two cannot be one event."""
    pair = (x.key, y.key)
    if pair in rulings.same:
        return weights.NEVER
    if pair in rulings.different or conflict(x, y) is not None:
        return None
    found = compare.bits(x, y)
    return found if found >= weights.DOUBT else None


class _Gathering:
    def __init__(self, session: Session, stale: Collection[str] | None) -> None:
        self.session = session
        self.all = stale is None
        self.rows: dict[MentionKey, Row] = {}
        self.by_id: dict[int, Row] = {}
        self.of_page: dict[str, list[KeptMention]] = {}
        self.anchors = Anchors(lambda page: self.of_page.get(page, ()))
        self.overrides: dict[str, Override] = {}
        self.candidates: dict[str, LedgerEntry] = {}
        self.ledger: dict[str, LedgerEntry] = {}
        self.held: dict[str, frozenset[MentionKey]] = {}
        self.blocks: dict[int, frozenset[int]] = {}
        self.edges: dict[Edge, float] = {}
        self.links: set[Edge] = set()
        self.partners: dict[int, set[int]] = defaultdict(set)
        self.linked: dict[int, set[int]] = defaultdict(set)
        self.wide: dict[int, bool] = {}
        self.leader: dict[int, int] = {}
        self.size: dict[int, int] = {}
        self.looked_up: set[str] = set()
        if stale is None:
            self._take(kept.everything(session))
            self.stale = set(self.of_page)
        else:
            self.stale = set(stale)
            self._load_pages(self.stale)
        self.fresh = {row.id: row for row in self.rows.values()}
        self.were_partners = self._stored(CandidateEdge, self.fresh)
        self.were_linked = {i for link in self._stored(MentionLink, self.fresh) for i in link}

    # the mentions of stale pages against all they share a block with

    def compare(self) -> None:
        """Find the edges and the links that fresh mentions have now."""
        self._look_up(self.stale)
        found = self._ruled().rulings
        fresh = {i: normal(row.kept) for i, row in self.fresh.items()}
        self.blocks = {i: frozenset(map(_number, blocks.of(x))) for i, x in fresh.items()}
        rows = [row for row in self.fresh.values() if row.key not in found.rejected] + self._others(fresh)
        named = {key for pair in found.same for key in pair}
        rows += [self.rows[key] for key in named if self.rows[key].id not in self.fresh]
        rows = sorted({row.id: row for row in rows}.values(), key=lambda row: row.key)
        normals = [fresh.get(row.id) or normal(row.kept) for row in rows]
        place = {x.key: number for number, x in enumerate(normals)}
        ruled = {(place[a], place[b]) for a, b in found.same if a in place and b in place}
        for a, b in {*blocks.pairs(normals), *ruled}:
            if rows[a].id in fresh or rows[b].id in fresh:
                bits = worth(normals[a], normals[b], found)
                if bits is not None:
                    self.edges[_edge(rows[a], rows[b])] = bits
        for first, second in relations.links([row.kept for row in rows]):
            one, other = rows[place[first]], rows[place[second]]
            if one.id in fresh or other.id in fresh:
                self.links.add(_edge(one, other))
        self.wide |= {row.id: is_wide(row) for row in rows}
        _both_ways(self.edges, self.partners)
        _both_ways(self.links, self.linked)

    def _others(self, fresh: dict[int, Normal]) -> list[Row]:
        """The mentions of other pages that share a block with a fresh one.

        The blocks of a year hold many: by them what tells a day meets only what tells none.
        """
        if self.all:
            return []
        words: dict[bool, set[int]] = {False: set(), True: set()}
        for x in fresh.values():
            for word in blocks.of(x):
                words[word.startswith(blocks.YEARLY) and x.first is not None].add(_number(word))
        ids: set[int] = set()
        query = select(MentionBlock.mention_id).distinct()
        undated = query.join(MentionRow, MentionRow.id == MentionBlock.mention_id).where(
            MentionRow.date_start.is_(None)
        )
        for asked, numbers in ((query, words[False]), (undated, words[True] - words[False])):
            for some in batches(sorted(numbers)):
                ids.update(self.session.scalars(asked.where(MentionBlock.block.in_(some))))
        return kept.of_ids(self.session, ids - set(fresh))

    # what hangs together with them, or did

    def follow(self) -> None:
        """Follow edges, ids, overrides and links until nothing more is touched."""
        start = set(self.fresh) | {i for edge in self.were_partners for i in edge} | set(self.partners)
        start |= self._wide_ones(self.were_linked)
        more = True  # also where no mention is left: the ids that stale pages had are
        while more:
            self._spread(start)
            whole = {i for i in self.leader if not self._is_too_wide(i)}
            self._load_ids(whole)
            self._look_up({self.by_id[i].key.page for i in whole if i in self.by_id})
            start = ({self.rows[key].id for key in self._own()} | self._round_ups(whole)) - set(self.leader)
            more = bool(start)

    def _spread(self, start: set[int]) -> None:
        """Reach all that edges connect with these mentions; a component that is too wide is followed no further."""
        frontier = start
        while frontier:
            for i in frontier:
                self.leader.setdefault(i, i)
                self.size.setdefault(i, 1)
            reached = {(i, other) for i in frontier for other in self.partners.get(i, ())}
            reached |= self._still(CandidateEdge, frontier)
            new = {i for edge in reached for i in edge} - set(self.leader)
            for i in new:
                self.leader[i], self.size[i] = i, 1
            for a_id, b_id in reached:
                self._join(a_id, b_id)
            frontier = {i for i in new if not self._is_too_wide(i)}

    def _round_ups(self, ids: Collection[int]) -> set[int]:
        """Round-ups that may tell of what is touched, and point at it."""
        days = {i for i in ids if i in self.by_id and not is_wide(self.by_id[i])}
        linked = {other for i in days for other in self.linked.get(i, ())}
        linked |= {i for link in self._still(MentionLink, days) for i in link}
        return self._wide_ones(linked - set(self.leader))

    def _wide_ones(self, ids: Collection[int]) -> set[int]:
        for row in kept.of_ids(self.session, [i for i in ids if i not in self.wide]):
            self.wide[row.id] = is_wide(row)
        return {i for i in ids if self.wide.get(i)}

    def _still(self, table: type[CandidateEdge | MentionLink], ids: Iterable[int]) -> set[Edge]:
        """Edges or links of the database that hold: of a fresh mention those just found count, not those it had."""
        return {edge for edge in self._stored(table, ids) if not self.fresh.keys() & set(edge)}

    def _stored(self, table: type[CandidateEdge | MentionLink], ids: Iterable[int]) -> set[Edge]:
        return set() if self.all else stored(self.session, table, ids)

    def _find(self, i: int) -> int:
        while self.leader[i] != i:
            self.leader[i] = self.leader[self.leader[i]]
            i = self.leader[i]
        return i

    def _join(self, a_id: int, b_id: int) -> None:
        a, b = sorted((self._find(a_id), self._find(b_id)))
        if a != b:
            self.leader[b] = a
            self.size[a] += self.size[b]

    def _is_too_wide(self, i: int) -> bool:
        return self.size[self._find(i)] > WIDEST

    # ids given out and overrides, by the pages they name

    def _look_up(self, pages: Iterable[str]) -> None:
        new = set(pages) - self.looked_up
        if self.all:
            if not self.looked_up:
                self.candidates = beside.every_entry(self.session)
                self.overrides = {one.id: one for one in beside.every_override(self.session)}
        elif new:
            found = beside.entries_of_pages(self.session, new)
            self.candidates |= {event_id: entry for event_id, entry in found.items() if event_id not in self.ledger}
            self.overrides |= beside.overrides_of_pages(self.session, new)
            self._load_pages({page for override in self.overrides.values() for page in override.pages})
        self.looked_up |= new

    def _own(self) -> set[MentionKey]:
        """Ids that had a mention touched, or one of a stale page, with whatever else they had."""
        reached = {self.by_id[i].key for i in self.leader if i in self.by_id}
        owned = {
            event_id: entry
            for event_id, entry in self.candidates.items()
            if self.all
            or any(
                member.page in self.stale or (member.page in self.of_page and self.anchors.find(member) in reached)
                for member in entry.members
            )
        }
        self._load_pages({member.page for entry in owned.values() for member in entry.members})
        for event_id, entry in owned.items():
            del self.candidates[event_id]
            self.ledger[event_id] = entry
            found = {self.anchors.find(member) for member in entry.members}
            self.held[event_id] = frozenset(key for key in found if key is not None)
        return {key for event_id in owned for key in self.held[event_id]}

    def _ruled(self) -> Ruled:
        named = {page for override in self.overrides.values() for page in override.pages}
        return overrides.ruled(
            self.overrides.values(), [one for page in sorted(named) for one in self.of_page.get(page, ())]
        )

    # loading

    def _load_ids(self, ids: Iterable[int]) -> None:
        missing = [i for i in ids if i not in self.by_id]
        urls: set[str] = set()
        for some in batches(sorted(missing)):
            query = select(Page.url).join(MentionRow, MentionRow.page_id == Page.id).where(MentionRow.id.in_(some))
            urls.update(self.session.scalars(query))
        self._load_pages(urls)

    def _load_pages(self, urls: Collection[str]) -> None:
        new = set(urls) - set(self.of_page)
        if not new or self.all:
            return
        for url in new:
            self.of_page[url] = []
        self._take(kept.of_pages(self.session, new))

    def _take(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self.rows[row.key] = row
            self.by_id[row.id] = row
            self.of_page.setdefault(row.key.page, []).append(row.kept)

    def done(self) -> Touched:
        """What was found."""
        ruled = self._ruled()
        groups: dict[int, list[int]] = defaultdict(list)
        for i in self.leader:
            groups[self._find(i)].append(i)
        parts: dict[bool, list[tuple[MentionKey, ...]]] = {True: [], False: []}
        for group in groups.values():
            keys = {self.by_id[i].key for i in group if i in self.by_id} - ruled.rulings.rejected
            if keys:
                parts[len(group) > WIDEST].append(tuple(sorted(keys)))
        return Touched(
            rows=self.rows,
            components=parts[False],
            too_wide=parts[True],
            fresh=self.blocks,
            edges=self.edges,
            links=self.links,
            were_linked=self.were_linked,
            ledger=self.ledger,
            held=self.held,
            overrides=self.overrides,
            ruled=ruled,
        )


def _number(block: str) -> int:
    """A block as the database keeps it."""
    return int.from_bytes(hashlib.sha256(block.encode()).digest()[:8], "big", signed=True)


def _edge(one: Row, other: Row) -> Edge:
    return min(one.id, other.id), max(one.id, other.id)


def _both_ways(edges: Iterable[Edge], into: dict[int, set[int]]) -> None:
    for a_id, b_id in edges:
        into[a_id].add(b_id)
        into[b_id].add(a_id)

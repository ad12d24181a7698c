"""Mentions to clusters: a pure function of the mentions, the same for every order they come in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pipeline.resolve.compare import NOTHING, SAME_PERSON, agreement, candidates, veto
from pipeline.words import Cluster, KeptMention, MentionKey


def cluster(mentions: Sequence[KeptMention]) -> list[Cluster]:
    """Group the mentions that tell one event, in the order of their founding mentions.

    Candidate pairs are taken in one total order (agreement, then the two keys); a pair joins two clusters
    unless a vetoed pair would stand in the result. A pair whose counterparts do not name the same person is
    joined only where it is the one such pair between the two sites: of two meetings with one party on one
    day neither is guessed.
    """
    by_key = {kept.key: kept for kept in mentions}
    edges = [(agreement(a, b), a.key, b.key) for a, b in candidates(mentions) if veto(a, b) is None]
    edges = [edge for edge in edges if edge[0] > NOTHING]
    edges.sort(key=lambda edge: (-edge[0], edge[1], edge[2]))
    edges_of: dict[MentionKey, list[tuple[int, MentionKey]]] = defaultdict(list)
    for score, a, b in edges:
        edges_of[a].append((score, b))
        edges_of[b].append((score, a))
    group_of: dict[MentionKey, frozenset[MentionKey]] = {key: frozenset({key}) for key in by_key}
    for score, a, b in edges:
        left, right = group_of[a], group_of[b]
        if left is right or (score < SAME_PERSON and not _only_pair(a, b, score, edges_of, group_of, by_key)):
            continue
        if any(veto(by_key[x], by_key[y]) for x in left for y in right):
            continue
        joined = left | right
        group_of.update(dict.fromkeys(joined, joined))

    def founding(key: MentionKey) -> tuple[object, ...]:
        return by_key[key].first_seen_at, key

    groups = {frozenset(group) for group in group_of.values()}
    clusters = [Cluster(tuple(sorted(group, key=founding))) for group in groups]
    return sorted(clusters, key=lambda cluster: founding(cluster.members[0]))


def _only_pair(
    a: MentionKey,
    b: MentionKey,
    score: int,
    edges_of: Mapping[MentionKey, Sequence[tuple[int, MentionKey]]],
    group_of: dict[MentionKey, frozenset[MentionKey]],
    by_key: dict[MentionKey, KeptMention],
) -> bool:
    """True where the two clusters hold no site in common and no other cluster of the one's site rivals it."""
    if {by_key[key].site for key in group_of[a]} & {by_key[key].site for key in group_of[b]}:
        return False

    def rivals(one: MentionKey, other: MentionKey) -> set[frozenset[MentionKey]]:
        """Clusters that the one's could join as well, on the other's site."""
        return {
            group_of[key]
            for member in group_of[one]
            for other_score, key in edges_of[member]
            if other_score >= score and by_key[key].site == by_key[other].site
        }

    return rivals(a, b) <= {group_of[a], group_of[b]} and rivals(b, a) <= {group_of[a], group_of[b]}

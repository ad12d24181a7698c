"""Event ids: new ones, kept ones, merges and splits."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.archive.ledger import LedgerEntry
from pipeline.resolve.identity import Identified, identify
from pipeline.words import Cluster, MentionKey

NOW = datetime(2026, 1, 1, tzinfo=UTC)
A, B, C, D = (MentionKey(f"https://example.org/{name}", 1) for name in "abcd")


def ledger_of(*identified: Identified) -> dict[str, LedgerEntry]:
    return {entry.event_id: entry for found in identified for entry in found.entries}


def test_a_new_id_comes_from_the_founding_mention_alone() -> None:
    one = identify([Cluster((A, B))], {}, NOW)
    other = identify([Cluster((A,))], {}, NOW)
    assert list(one.events) == list(other.events)
    assert one.entries[0].page == A.page


def test_an_id_is_kept_when_a_mention_joins_and_the_ledger_learns_of_it() -> None:
    before = identify([Cluster((A,))], {}, NOW)
    after = identify([Cluster((B, A))], ledger_of(before), NOW)
    assert list(after.events) == list(before.events)
    assert after.entries[0].members == ((A.page, 1), (B.page, 1))
    assert after.entries[0].page == A.page, "the founding mention stays the one it was given for"


def test_nothing_new_gives_no_ledger_line() -> None:
    before = identify([Cluster((A, B)), Cluster((C,))], {}, NOW)
    assert identify([Cluster((A, B)), Cluster((C,))], ledger_of(before), NOW).entries == ()


def test_merged_events_leave_a_redirect() -> None:
    before = identify([Cluster((A, B)), Cluster((C,))], {}, NOW)
    kept, gone = list(before.events)
    after = identify([Cluster((A, B, C))], ledger_of(before), NOW)
    assert list(after.events) == [kept]
    assert after.merged == {gone: kept}


def test_after_a_split_the_larger_part_keeps_the_id_and_the_smaller_gets_a_new_one() -> None:
    before = identify([Cluster((A, B, C))], {}, NOW)
    (kept,) = before.events
    after = identify([Cluster((A,)), Cluster((B, C))], ledger_of(before), NOW)
    assert after.events[kept].members == (B, C)
    (new,) = set(after.events) - {kept}
    assert new != kept
    assert after.merged == {}


def test_ids_do_not_depend_on_the_order_of_clusters() -> None:
    clusters = [Cluster((A, B)), Cluster((C,)), Cluster((D,))]
    assert identify(clusters, {}, NOW).events == identify(clusters[::-1], {}, NOW).events

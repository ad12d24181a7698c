"""Event ids: new ones, kept ones, merges and splits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from pipeline.archive.ledger import LedgerEntry
from pipeline.resolve.anchor import Seen
from pipeline.resolve.identity import Identified, Known, identify
from pipeline.words import Cluster, MentionKey

NOW = datetime(2026, 1, 1, tzinfo=UTC)
A, B, C, D = (MentionKey(f"https://example.org/{name}", 1) for name in "abcd")


def known(ledger: Mapping[str, LedgerEntry]) -> Known:
    held = {event_id: frozenset(what.key for what in entry.members) for event_id, entry in ledger.items()}
    return Known(ledger, held, {key: Seen(key.page, key.number) for key in (A, B, C, D)}, ledger.__contains__)


def identified(
    clusters: Sequence[Cluster],
    *before: Identified,
    rejected: Collection[MentionKey] = (),
    reserved: Collection[str] = (),
) -> Identified:
    """The clusters after these were identified, one upon the other."""
    ledger = {event_id: entry for found in before for event_id, entry in found.ledger.items()}
    return identify(clusters, known(ledger), NOW, rejected=rejected, reserved=reserved)


def test_a_new_id_comes_from_the_founding_mention_alone() -> None:
    one = identified([Cluster((A, B))])
    other = identified([Cluster((A,))])
    assert list(one.events) == list(other.events)
    assert one.entries[0].page == A.page


def test_an_id_is_kept_when_a_mention_joins_and_the_ledger_learns_of_it() -> None:
    before = identified([Cluster((A,))])
    after = identified([Cluster((B, A))], before)
    assert list(after.events) == list(before.events)
    assert after.entries[0].members == (Seen(A.page, 1), Seen(B.page, 1))
    assert after.entries[0].page == A.page, "the founding mention stays the one it was given for"


def test_nothing_new_gives_no_ledger_line() -> None:
    clusters = [Cluster((A, B)), Cluster((C,))]
    assert identified(clusters, identified(clusters)).entries == ()


def test_merged_events_leave_a_redirect_with_its_reason() -> None:
    before = identified([Cluster((A, B)), Cluster((C,))])
    kept, gone = list(before.events)
    after = identified([Cluster((A, B, C))], before)
    assert list(after.events) == [kept]
    assert (after.ledger[gone].merged_into, after.ledger[gone].reason) == (kept, "resolution")
    assert identified([Cluster((A, B, C))], before, after).entries == (), "told once"


def test_a_merge_undone_gives_the_id_back_and_says_from_where() -> None:
    before = identified([Cluster((A, B)), Cluster((C,))])
    kept, other = list(before.events)
    merged = identified([Cluster((A, B, C))], before)
    again = identified([Cluster((A, B)), Cluster((C,))], before, merged)
    assert again.events == before.events
    assert (again.ledger[other].merged_into, again.ledger[other].split_from) == (None, kept)


def test_after_a_split_the_larger_part_keeps_the_id_and_the_smaller_says_from_where() -> None:
    before = identified([Cluster((A, B, C))])
    (kept,) = before.events
    after = identified([Cluster((A,)), Cluster((B, C))], before)
    assert after.events[kept].members == (B, C)
    (new,) = set(after.events) - {kept}
    assert after.ledger[new].split_from == kept
    assert after.ledger[kept].split_from is None


def test_an_id_whose_pages_went_away_is_gone_and_comes_back_with_them() -> None:
    before = identified([Cluster((A,)), Cluster((B,))])
    first, second = list(before.events)
    after = identified([Cluster((A,))], before)
    assert after.gone == {second}
    assert after.ledger[second].gone
    assert identified([Cluster((A,))], before, after).gone == {second}, "however often it is asked"
    back = identified([Cluster((A,)), Cluster((B,))], before, after)
    assert set(back.events) == {first, second}
    assert back.ledger[second].lives


def test_an_id_that_lives_goes_before_one_that_went_away() -> None:
    before = identified([Cluster((A,)), Cluster((B,))])
    _, second = list(before.events)
    gone = identified([Cluster((A,))], before)
    after = identified([Cluster((A, B))], before, gone)
    assert list(after.events) == [next(iter(before.events))]
    assert after.ledger[second].merged_into == next(iter(before.events))


def test_an_event_whose_mentions_are_all_rejected_is_retracted_under_its_id() -> None:
    before = identified([Cluster((A,)), Cluster((B,))])
    _first, second = list(before.events)
    after = identified([Cluster((A,))], before, rejected={B})
    assert after.retracted == {second: Cluster((B,))}
    assert after.gone == frozenset()
    assert after.ledger[second].lives
    assert identified([Cluster((A,)), Cluster((B,))], before, after).events == before.events


def test_what_is_taken_from_an_event_that_is_left_as_it_is_gets_an_id_of_its_own() -> None:
    before = identified([Cluster((A, B))])
    (held,) = before.events
    after = identified([Cluster((B,))], before, reserved={held})
    (new,) = after.events
    assert new != held
    assert after.ledger[new].split_from == held
    assert after.gone == frozenset()


def test_a_split_undone_gives_the_mentions_back_to_the_id_they_were_taken_from() -> None:
    before = identified([Cluster((B, A))])
    (held,) = before.events
    split = identified([Cluster((A,)), Cluster((B,))], before)
    again = identified([Cluster((A, B))], before, split)
    assert list(again.events) == [held]


def test_ids_do_not_depend_on_the_order_of_clusters() -> None:
    clusters = [Cluster((A, B)), Cluster((C,)), Cluster((D,))]
    assert identified(clusters).events == identified(clusters[::-1]).events

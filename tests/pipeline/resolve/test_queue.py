"""The order of the questions, and what is not asked (again)."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.resolve import weights
from pipeline.resolve.anchor import Seen
from pipeline.resolve.queue import Kind, Known, Open, Unread, doubts, is_unchanged, unread, vetoed
from pipeline.words import MentionKey, Rulings


@pytest.fixture(autouse=True)
def _thresholds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights that a refit does not move: the middle is 0."""
    monkeypatch.setattr(weights, "JOIN", 3.0)
    monkeypatch.setattr(weights, "DOUBT", -3.0)


def key(name: str) -> MentionKey:
    return MentionKey(name, 1)


def pair(one: str, other: str, bits: float, rule: str | None = None) -> Open:
    return Open(key(one), key(other), bits, rule)


def asked(found: list[Open]) -> list[str]:
    return [one.a.page + one.b.page for one in found]


def events(**event_of: str) -> dict[MentionKey, str]:
    return {key(name): event for name, event in event_of.items()}


def test_counted_events_go_first_then_what_is_nearest_to_the_middle() -> None:
    known = Known(events(a="1", b="2", c="3", d="4", e="5"), counted={"5"})
    found = doubts([pair("a", "b", 0.5), pair("a", "c", -0.1), pair("d", "e", 2.9), pair("b", "e", -2.5)], known)
    assert asked(found) == ["be", "de", "ac", "ab"]
    assert [one.counted for one in found] == [True, True, False, False]


def test_only_what_lies_between_the_thresholds_is_a_doubt() -> None:
    found = doubts([pair("a", "b", 3.0), pair("c", "d", 2.99), pair("e", "f", -3.0), pair("g", "h", -3.01)], Known({}))
    assert asked(found) == ["cd", "ef"]


def test_two_events_are_asked_about_once() -> None:
    known = Known(events(a="1", b="2", c="1", d="2", e="3"))
    found = doubts([pair("a", "b", 2.0), pair("c", "d", 0.5), pair("a", "d", 1.0), pair("a", "e", 1.5)], known)
    assert asked(found) == ["cd", "ae"]
    assert [one.alike for one in found] == [2, 0]


def test_a_doubt_inside_an_event_comes_last() -> None:
    known = Known(events(a="1", b="1", c="2"), counted={"1"})
    assert asked(doubts([pair("a", "b", 0.0), pair("b", "c", 2.0)], known)) == ["bc", "ab"]


@pytest.mark.parametrize(
    ("known", "left"),
    [
        (Known(events(a="1", b="2", c="1", d="2")), ["ab"]),
        (Known(events(a="1", b="2", c="1", d="2"), rulings=Rulings(same=frozenset({(key("c"), key("d"))}))), []),
        (Known(events(a="1", b="2", c="1", d="2"), rulings=Rulings(different=frozenset({(key("a"), key("b"))}))), []),
        (Known(events(a="1", b="2", c="1", d="2"), unsure=frozenset({(key("c"), key("d"))})), []),
        (Known(events(a="1", b="2"), related={frozenset({"1", "2"})}), []),
        (Known(events(b="2"), related={frozenset({key("a"), "2"})}), []),  # a round-up that points at it
        (Known(events(a="1", b="2", c="1", d="2"), rulings=Rulings(rejected=frozenset({key("a")}))), []),
        # what was said inside one event says nothing of another pair in it
        (Known(events(a="1", b="1", c="1", d="1"), rulings=Rulings(same=frozenset({(key("c"), key("d"))}))), ["ab"]),
        # mentions without an event stand for themselves
        (Known({}, unsure=frozenset({(key("c"), key("d"))})), ["ab"]),
    ],
)
def test_what_was_said_is_not_asked_again(known: Known, left: list[str]) -> None:
    assert asked(doubts([pair("a", "b", 0.0)], known)) == left


def test_vetoed_pairs_are_asked_by_their_agreement() -> None:
    known = Known(events(a="1", b="2", c="3", d="4"), counted={"1"}, related={frozenset({"3", "4"})})
    pairs = [
        pair("a", "b", 4.0, "people"),
        pair("b", "c", 9.0, "mode"),
        pair("c", "d", 8.0, "series"),  # parent and child
        pair("b", "d", 2.9, "mode"),  # they would not have been joined
    ]
    found = vetoed(pairs, known)
    assert asked(found) == ["ab", "bc"]
    assert {one.kind for one in found} == {Kind.VETO}


def test_a_vetoed_pair_that_stands_in_one_event_is_not_asked() -> None:
    assert vetoed([pair("a", "b", 4.0, "people")], Known(events(a="1", b="1"))) == []


def test_findings_are_asked_by_their_pages() -> None:
    found = [Unread(1, "unknown_title", "b", 2), Unread(2, "untyped_verb", "c", 9), Unread(3, "unknown_title", "a", 2)]
    assert [one.finding for one in unread(found)] == [2, 3, 1]


def test_a_mention_is_unchanged_while_it_says_the_same() -> None:
    then = Seen("https://site.test/a", 1, date(2026, 11, 2), "liu-haixing", "lao-lprp", "MEET.BILAT", ("本通",))
    moved = Seen("https://site.test/a", 3, date(2026, 11, 2), "liu-haixing", "lao-lprp", "MEET.BILAT", ("本通",))
    other = Seen("https://site.test/a", 1, date(2026, 11, 3), "liu-haixing", "lao-lprp", "MEET.BILAT", ("本通",))
    assert is_unchanged(then, moved)
    assert not is_unchanged(then, other)

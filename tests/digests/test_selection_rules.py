"""Choosing from any facts in any order: each gets one place, and over many editions nothing is told twice."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from digests.known import Fact, Known
from digests.periods import Week, parse_period
from digests.selection import choose, with_survivors
from digests.wishes import Wishes

WEEK = parse_period("2025-W30")
DAYS = st.dates(date(2025, 6, 1), date(2025, 9, 1))


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    first = draw(st.none() | DAYS)
    return Fact(
        id=f"ev_{draw(st.integers(0, 30))}", type=draw(st.sampled_from(["MEET.BILAT", "VISIT.IN", "TRAIN.COURSE"])),
        realis=draw(st.sampled_from(["actual", "planned", "cancelled", "denied"])), is_series=False, parent_id=None,
        first_day=first, last_day=first and first + timedelta(days=draw(st.integers(0, 40))),
        precision=draw(st.sampled_from(["day_range", "month"])),
        first_seen=draw(DAYS), standing="single_source", iso3=tuple(draw(st.sets(st.sampled_from(["KEN", "VNM"])))),
    )  # fmt: skip


@tried(max_examples=40)
@given(st.lists(facts()), st.booleans())
def test_every_fact_gets_one_place_and_nothing_later_is_told(some: list[Fact], begins: bool) -> None:
    chosen = choose(some, WEEK, set(), Wishes(), begins=begins)
    everywhere = [*chosen.listed, *chosen.rest, *chosen.waiting]
    assert sorted(map(repr, everywhere)) == sorted(map(repr, some))
    for one in (*chosen.period, *chosen.late, *chosen.rest):
        if one.precision == "month":
            assert one.first_seen <= WEEK.last or (one.last_day is not None and one.last_day <= WEEK.last)
        else:
            assert one.last_day is None or one.last_day <= WEEK.last
    assert all(one.realis != "actual" for one in chosen.planned)
    for one in chosen.period:
        assert one.realis == "actual"
        assert one.last_day is not None
        assert WEEK.first <= one.last_day
    assert not (begins and chosen.late)


WEEKS = [Week(date(2025, 6, 2) + timedelta(days=7 * number)) for number in range(16)]


@tried(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(WEEKS), st.lists(facts(), max_size=8)), max_size=12), st.data())
def test_over_any_freezes_no_event_is_told_twice_in_a_realis_and_late_ones_are_told(
    rounds: list[tuple[Week, list[Fact]]], data: st.DataObject
) -> None:
    """Weeks in any order, facts that come and change between them, events that take others over."""
    known: dict[str, Fact] = {}
    merged: dict[str, str] = {}
    ledger: set[tuple[str, str]] = set()
    told: list[tuple[str, str]] = []
    wishes = data.draw(st.sampled_from([Wishes(), Wishes(countries=("KEN",))]))
    for number, (week, news) in enumerate(rounds):
        known |= {fact.id: fact for fact in news if fact.id not in merged}
        if len(known) > 1 and data.draw(st.booleans()):
            gone, into = data.draw(st.permutations(sorted(known)))[:2]
            del known[gone]
            merged = {event: into if end == gone else end for event, end in merged.items()} | {gone: into}
        all_known = Known(known, merged, {}, {}, {})
        told_with = with_survivors(ledger, all_known)
        chosen = choose(known.values(), week, told_with, wishes, begins=number == 0)
        new = [(one.id, one.realis) for one in (*chosen.listed, *chosen.rest)]
        assert not set(new) & told_with
        told += new
        ledger |= set(new)
        untold = {(one.id, one.realis) for one in known.values() if wishes.match(one)} - with_survivors(
            ledger, all_known
        )
        for event, realis in untold:
            fact = known[event]
            known_on = fact.first_seen if fact.precision == "month" or fact.last_day is None else fact.last_day
            assert max(known_on, fact.last_day or known_on) > week.last, (fact, realis)
    assert len(told) == len(set(told))

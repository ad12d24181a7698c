"""Rule 8: every form of ``same_event`` makes one partition."""

from __future__ import annotations

from datetime import date

from pipeline.evaluate.labels import LabelEvent, LabelRow
from pipeline.evaluate.same_event import Item, labelled_partition

DAY = date(2024, 1, 12)


def event(number: int, family: str = "MEET", *, day: date | None = DAY, **keys: tuple[str, ...]) -> LabelEvent:
    return LabelEvent(number, family, frozenset({family}), date_start=day, **keys)  # type: ignore[arg-type]  # tuples only


def row(
    identity: str, *events: LabelEvent, same: tuple[str | None, ...] = (), duplicate: str | None = None
) -> LabelRow:
    return LabelRow(identity, "", None, bool(events), events, identity, same_event=same, duplicate_of=duplicate)


def groups(*rows: LabelRow) -> set[frozenset[Item]]:
    found: dict[Item, set[Item]] = {}
    for item, name in labelled_partition(rows).items():
        found.setdefault(name, set()).add(item)
    return {frozenset(group) for group in found.values()}


def test_an_event_that_names_nothing_stands_alone() -> None:
    assert groups(row("a", event(1), event(2)), row("b", event(1))) == {
        frozenset({("a", 1)}),
        frozenset({("a", 2)}),
        frozenset({("b", 1)}),
    }


def test_names_of_events_join_across_pages_and_within() -> None:
    rows = (
        row("a", event(1, same_event=("x",)), event(2)),
        row("b", event(1), event(2, same_event=("x", "y"))),
        row("c", event(1, same_event=("y",))),
    )
    assert frozenset({("a", 1), ("b", 2), ("c", 1)}) in groups(*rows)
    assert len(groups(*rows)) == 3


def test_a_page_s_name_is_its_first_event_s_unless_an_event_bears_it() -> None:
    rows = (
        row("a", event(1), same=("x",)),
        row("b", event(1), event(2), same=("x",)),
        row("c", event(1), event(2, same_event=("x",)), same=("x",)),
    )
    assert frozenset({("a", 1), ("b", 1), ("c", 2)}) in groups(*rows)


def test_a_page_s_list_has_one_entry_an_event() -> None:
    rows = (
        row("a", event(1), event(2), same=(None, "x")),
        row("b", event(1, same_event=("x",)), event(2), same=("x", "y")),
        row("c", event(1), same=("y",)),
    )
    found = groups(*rows)
    assert {frozenset({("a", 2), ("b", 1)}), frozenset({("b", 2), ("c", 1)}), frozenset({("a", 1)})} == found


def test_named_rows_are_joined_to_the_event_of_the_same_type_and_day() -> None:
    rows = (
        row("zh", event(1, same_event_rows=("en", "absent"))),
        row("en", event(1, "VISIT"), event(2, day=date(2024, 1, 9)), event(3)),
    )
    assert frozenset({("zh", 1), ("en", 3)}) in groups(*rows)
    other = row("zh", event(1, "TRAIN", same_event_rows=("en",)))
    assert frozenset({("zh", 1)}) in groups(other, rows[1])


def test_a_duplicate_s_events_are_joined_one_to_one() -> None:
    rows = (
        row("zh", event(1), event(2, "VISIT"), duplicate="en"),
        row("en", event(1, "VISIT", day=None), event(2)),
    )
    assert groups(*rows) == {frozenset({("zh", 1), ("en", 2)}), frozenset({("zh", 2), ("en", 1)})}

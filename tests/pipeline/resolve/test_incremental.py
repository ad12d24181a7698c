"""Resolving what is new gives what resolving everything gives, in whatever order pages come."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from pipeline.archive import ledger
from pipeline.resolve import resolution, resolver, rules, touched
from pipeline.resolve.write import MentionsMoved
from pipeline.store import faults, stale
from pipeline.words import Extraction, Realis


def test_one_after_the_other(newsroom: Any) -> None:
    newsroom.tell("zh/a", newsroom.told(people=[("李智陞", "education_minister")]))
    first = newsroom.resolve()
    assert (first.mentions, first.events, first.new) == (1, 1, 1)
    newsroom.tell("en/a", newsroom.told(people=[("Desmond Lee", "education_minister")]), day=1)
    second = newsroom.resolve()
    assert (second.mentions, second.events, second.new, second.changed) == (2, 1, 0, 1)
    assert newsroom.groups() == {frozenset({"zh/a#1", "en/a#1"})}
    third = newsroom.resolve()
    assert (third.mentions, third.events) == (0, 0)
    before = newsroom.state()
    again = newsroom.resolve(everything=True)
    assert (again.mentions, again.new, again.changed, again.gone) == (2, 0, 0, 0)
    assert newsroom.state() == before


NAMES = [("李智陞", "Desmond Lee"), ("姆巴卢拉", "Fikile Mbalula"), ("阿里", "Ali Hassan"), ("阿里", "Ali Mohamed")]
OFFICES = ("education_minister", "party_secretary_general", None)


def world(newsroom: Any, draw: random.Random) -> dict[str, list[tuple[Any, ...]]]:
    """Pages, each with the states that it has over time."""
    pages: dict[str, list[tuple[Any, ...]]] = {}
    for number in range(14):
        host = draw.choice(("zh", "zh", "en", "en", "paper", "watch"))
        states = [
            tuple(mention(newsroom, draw, host, place) for place in range(1, draw.choice((2, 2, 2, 3, 4))))
            for _ in range(draw.choice((1, 1, 2)))
        ]
        pages[f"{host}/{number}"] = states
    return pages


def mention(newsroom: Any, draw: random.Random, host: str, number: int) -> Any:
    zh, en = draw.choice(NAMES)
    people = [(zh if host == "zh" else en, draw.choice(OFFICES))] if draw.random() < 0.8 else []
    if draw.random() < 0.15:
        people.append(("王五", None) if host == "zh" else ("WANG Wu", None))
    shape = draw.choice(("meeting", "meeting", "meeting", "meeting", "lecture", "trip", "round-up", "plan"))
    more: dict[str, Any] = {"day": draw.choice((24, 25, 25, 25, 26, None))}
    if shape == "trip":
        more = {"day": 23, "last": 27, "type_": "VISIT.OUT", "is_series": True}
    elif shape == "round-up":
        more = {"day": draw.choice((18, 20)), "last": 28, "wide": True}
    elif shape == "plan":
        more["realis"] = Realis.PLANNED
    elif shape == "lecture":
        more["type_"] = "BRIEF.LECTURE"
    return newsroom.told(
        number,
        who=draw.choice(("liu", "liu", "sun", None)),
        party=draw.choice(("pap", "pap", "anc", "wp", None)),
        people=people,
        parent=1 if number > 1 and draw.random() < 0.5 else None,
        **more,
    )


def tell(newsroom: Any, pages: dict[str, list[tuple[Any, ...]]], draw: random.Random, *, resolving: bool) -> None:
    """Tell all states of all pages in any order, those of one page in theirs, and resolve now and then."""
    waiting = {page: list(enumerate(states)) for page, states in pages.items()}
    while waiting:
        page = draw.choice(sorted(waiting))
        day, mentions = waiting[page].pop(0)
        newsroom.tell(page, *mentions, day=day + int(page.split("/")[1]) / 100, title=f"{page} {day}")
        if not waiting[page]:
            del waiting[page]
        if resolving and draw.random() < 0.4:
            newsroom.resolve()


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_arrival_gives_what_the_batch_gives(sqlite_newsroom: Any, seed: int) -> None:
    same_as_the_batch(sqlite_newsroom, seed)


def test_the_same_on_both_databases(newsroom: Any) -> None:
    same_as_the_batch(newsroom, 99)


def same_as_the_batch(newsroom: Any, seed: int) -> None:
    draw = random.Random(seed)
    pages = world(newsroom, draw)
    tell(newsroom, pages, draw, resolving=True)
    newsroom.lose(draw.choice(sorted(pages)), 9)
    newsroom.resolve()
    grown = newsroom.state()
    newsroom.resolve(everything=True)
    assert newsroom.state() == grown, "everything anew changes nothing"

    newsroom.empty(forget_ids=True)
    newsroom.reprocess()
    newsroom.resolve(everything=True)
    batch = newsroom.state()
    for table, rows in batch.items():
        assert grown[table] == rows, table
    assert len(newsroom.groups()) < len(newsroom.events()), "nothing was joined: this tests nothing"


# What one mention costs


def test_one_mention_more_reads_no_table_whole(sqlite_newsroom: Any) -> None:
    """The plan of every statement, on a database of some pages: nothing but the marks of what is new is scanned."""
    newsroom = sqlite_newsroom
    tell_some(newsroom)
    newsroom.resolve()
    newsroom.tell("en/new", newsroom.told(people=[("Desmond Lee", "education_minister")]), day=5)
    with statements(newsroom.database.engine) as made:
        newsroom.resolve()
    scanned = set()
    with newsroom.database.reading() as session:
        for statement, parameters in made:
            if statement.split()[0] in ("SELECT", "UPDATE", "DELETE", "INSERT"):
                plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                scanned |= {(row[3], statement) for row in plan if row[3].startswith("SCAN")}
    few = ("SCAN stale_page", "SCAN override", "SCAN CONSTANT ROW")  # marks of what is new, and what analysts said
    assert [what for what in scanned if what[0] not in few] == []


def test_the_work_does_not_grow_with_what_has_nothing_to_do_with_it(sqlite_newsroom: Any) -> None:
    newsroom = sqlite_newsroom
    counts = []
    for size in (5, 60):
        for number in range(size):
            told = newsroom.told(day=1 + number % 9, who="sun", party="anc", people=[(f"Guest{number} Nobody", None)])
            newsroom.tell(f"watch/{size}-{number}", told)
        newsroom.tell(f"zh/{size}", newsroom.told(people=[("李智陞", "education_minister")]))
        newsroom.resolve()
        newsroom.tell(f"en/{size}", newsroom.told(people=[("Desmond Lee", "education_minister")]), day=5)
        with statements(newsroom.database.engine) as made:
            done = newsroom.resolve()
        counts.append(len(made))
        assert done.mentions <= 4
    assert counts[1] <= counts[0] * 1.2


def tell_some(newsroom: Any) -> None:
    draw = random.Random(5)
    tell(newsroom, world(newsroom, draw), draw, resolving=False)


@contextmanager
def statements(engine: Any) -> Iterator[list[tuple[str, Any]]]:
    """All statements that the engine sends meanwhile, each with its (first) parameters."""
    made: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        made.append((statement, parameters[0] if many else parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield made
    finally:
        event.remove(engine, "before_cursor_execute", note)


# What may come between


def test_a_mention_that_better_rules_do_not_find_frees_what_it_kept_apart(newsroom: Any) -> None:
    """Two English pages rival for a Chinese one, until one of them turns out to tell nothing."""
    newsroom.tell("zh/a", newsroom.told())
    newsroom.tell("en/a", newsroom.told(people=[("Desmond Lee", "education_minister")]))
    newsroom.tell("en/b", newsroom.told(people=[("Vivian Balakrishnan", "foreign_minister")]))
    newsroom.resolve()
    apart = newsroom.groups()
    newsroom.reprocess(lambda one: newsroom.extract(one) if "en.test/b" not in one.url else Extraction())
    newsroom.resolve()
    grown, together = newsroom.state(), newsroom.groups()
    newsroom.empty(forget_ids=True)
    newsroom.reprocess()
    newsroom.resolve()
    assert (newsroom.state(), newsroom.groups()) == (grown, together)
    assert apart == {frozenset({"zh/a#1"}), frozenset({"en/a#1"}), frozenset({"en/b#1"})}
    assert together == {frozenset({"zh/a#1", "en/a#1"})}


def test_an_event_without_pages_is_deleted_unless_it_was_told(newsroom: Any) -> None:
    newsroom.tell("zh/a", newsroom.told())
    newsroom.tell("zh/b", newsroom.told(day=2))
    newsroom.resolve()
    before = newsroom.events()
    with newsroom.database.writing() as session:
        session.execute(
            text("INSERT INTO slice (id, key, language, rhythm, wishes) VALUES (1, '', 'en', 'week', '{}')")
        )
        session.execute(
            text(
                "INSERT INTO edition (id, period, cut_off, rows, sha256) VALUES (1, 'w', '2025-07-28 00:00', '[]', '')"
            )
        )
        session.execute(
            text("INSERT INTO told (slice_id, event_id, realis, edition_id) VALUES (1, :event, 'actual', 1)"),
            {"event": before["zh/b#1"]},
        )
    newsroom.reprocess(lambda _: Extraction())
    assert newsroom.resolve().gone == 1
    assert newsroom.rows("SELECT id, standing FROM event") == [(before["zh/b#1"], "retracted")]
    newsroom.reprocess(newsroom.extract, "3")
    newsroom.resolve()
    assert newsroom.events() == before, "their ids come back with their pages"
    assert {standing for _, standing in newsroom.rows("SELECT id, standing FROM event")} == {"single_source"}


def test_what_changes_while_it_is_resolved_is_resolved_again(
    sqlite_newsroom: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom = sqlite_newsroom
    newsroom.tell("zh/a", newsroom.told())
    write = resolver.write_events

    def told_meanwhile(*arguments: Any) -> Any:
        monkeypatch.setattr(resolver, "write_events", write)
        done = write(*arguments)
        stale.mark_addresses(arguments[0], [newsroom.url("zh/a")])
        return done

    monkeypatch.setattr(resolver, "write_events", told_meanwhile)
    newsroom.resolve()
    assert newsroom.resolve().mentions == 1
    assert newsroom.resolve().mentions == 0


def test_mentions_that_move_are_tried_again_and_no_id_is_given_twice(
    sqlite_newsroom: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom = sqlite_newsroom
    newsroom.tell("zh/a", newsroom.told())
    write, attempts = resolver.write_events, []

    def moved(*arguments: Any) -> Any:
        attempts.append(arguments)
        if len(attempts) < 3:
            raise MentionsMoved("gone")
        return write(*arguments)

    monkeypatch.setattr(resolver, "write_events", moved)
    newsroom.resolve()
    (event_id,) = newsroom.events().values()
    assert [line["event_id"] for line in ledger_lines(newsroom)] == [event_id]
    monkeypatch.setattr(resolver, "write_events", killed)
    newsroom.tell("zh/b", newsroom.told(day=2))
    with pytest.raises(KeyboardInterrupt):  # between the ledger and the database
        newsroom.resolve()
    monkeypatch.setattr(resolver, "write_events", write)
    newsroom.resolve()
    assert [line["event_id"] for line in ledger_lines(newsroom)] == [event_id, newsroom.events()["zh/b#1"]]


def killed(*_: Any) -> None:
    raise KeyboardInterrupt


def test_a_ledger_that_was_lost_is_written_again(sqlite_newsroom: Any) -> None:
    newsroom = sqlite_newsroom
    newsroom.tell("zh/a", newsroom.told())
    newsroom.resolve()
    before = ledger_lines(newsroom)
    (newsroom.folder / ledger.FILE_NAME).unlink()
    newsroom.tell("zh/b", newsroom.told(day=2))
    newsroom.resolve()
    assert ledger_lines(newsroom)[0] == before[0]
    assert len(ledger_lines(newsroom)) == 2


def test_other_rules_resolve_everything_anew(sqlite_newsroom: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    newsroom = sqlite_newsroom
    newsroom.tell("zh/a", newsroom.told())
    newsroom.resolve()
    assert newsroom.resolve().mentions == 0
    monkeypatch.setattr(rules, "version", lambda: "other")
    assert newsroom.resolve().mentions == 1
    assert newsroom.resolve().mentions == 0


def ledger_lines(newsroom: Any) -> list[Any]:
    return [json.loads(line) for line in (newsroom.folder / ledger.FILE_NAME).read_text(encoding="utf-8").splitlines()]


# A block that is too wide


@pytest.mark.parametrize("everything", [False, True])
def test_a_component_that_is_too_wide_is_told_and_left_as_it_is(
    newsroom: Any, monkeypatch: pytest.MonkeyPatch, everything: bool
) -> None:
    newsroom.tell("zh/a", newsroom.told(people=[("李智陞", None)]))
    newsroom.tell("zh/z", newsroom.told(day=1, who="sun", party="anc"))
    newsroom.resolve()
    before = newsroom.events()
    monkeypatch.setattr(touched, "WIDEST", 2)
    monkeypatch.setattr(resolution, "WIDEST", 2)
    for page in ("en/b", "paper/c", "watch/d"):
        newsroom.tell(page, newsroom.told(people=[("Desmond Lee", None)]))
    newsroom.tell("en/z", newsroom.told(day=1, who="sun", party="anc"))
    done = newsroom.resolve(everything=everything)
    (told,) = done.faults
    assert told.startswith(
        "more than 2 mentions hang together, among them https://en.test/b #1: some block is too wide"
    )
    after = newsroom.events()
    assert {page: event for page, event in after.items() if event} == {**before, "en/z#1": before["zh/z#1"]}
    with newsroom.database.reading() as session:
        assert [fault.id for fault in faults.standing(session)] == ["component https://en.test/b #1"]
    monkeypatch.setattr(touched, "WIDEST", 500)
    newsroom.tell("zh/a", newsroom.told(people=[("李智陞", None)]), day=1, title="Corrected")
    assert newsroom.resolve().faults == ()
    assert all(newsroom.events().values())
    with newsroom.database.reading() as session:
        assert faults.standing(session) == []

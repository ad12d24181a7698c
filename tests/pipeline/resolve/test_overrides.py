"""Overrides: said once, they hold through every re-run, whatever the extractor does; and are told where they cannot."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pipeline.commands import app
from pipeline.resolve import anchor, kept, overrides
from pipeline.resolve.anchor import Seen
from pipeline.resolve.overrides import (
    Notice,
    Override,
    OverrideError,
    OverrideKind,
    edits,
    make,
    ruled,
    rulings,
    unheard,
)
from pipeline.resolve.resolution import notices
from pipeline.store import faults
from pipeline.words import Document, Extraction, KeptMention, Mention, MentionKey, Realis, Scope, SiteKind

MADE = datetime(2026, 11, 20, 9, tzinfo=UTC)


def seen(newsroom: Any, *names: str) -> list[Seen]:
    """What an analyst sees of mentions named as ``zh/a#1``."""
    with newsroom.database.reading() as session:
        rows = {f"{newsroom.short(row.key.page)}#{row.key.number}": row for row in kept.everything(session)}
    return [anchor.seen(rows[name].kept) for name in names]


def word(kind: str, *sides: Iterable[Seen], minute: int = 0, reason: str = "I know it", **change: Any) -> Override:
    return make(OverrideKind(kind), "ana", MADE.replace(minute=minute), reason, [list(side) for side in sides], change)


# The whole way: through the database, the archive and an extractor that changed


def shaken(newsroom: Any) -> Any:
    """An extractor that tells the same in another order, from other characters, and with other scores."""

    def extract(document: Document) -> Extraction:
        found = newsroom.extract(document).mentions
        count = len(found)
        return Extraction(
            tuple(
                replace(
                    mention,
                    number=count - position,
                    parent=count + 1 - mention.parent if mention.parent else None,
                    confidence=mention.confidence / 2,
                    evidence=tuple(replace(one, start=7, end=9, rule="test:other") for one in mention.evidence),
                )
                for position, mention in enumerate(found)
            )[::-1]
        )

    return extract


def tell_everything(newsroom: Any) -> None:
    told = newsroom.told
    lee, wong = [("Desmond Lee", "education_minister")], [("Lawrence Wong", "prime_minister")]
    newsroom.tell("zh/a", told(1, participants=11, people=lee), told(2, participants=12, who="sun", party="anc"))
    newsroom.tell(
        "en/a", told(1, participants=21, people=lee), told(2, participants=22, day=28, who="sun", party="anc")
    )
    newsroom.tell("zh/b", told(1, participants=31, people=wong), told(2, participants=32, day=27, party="wp"))
    newsroom.tell(
        "en/b", told(1, participants=41, people=wong), told(2, participants=42, day=24, who="sun", party="wp")
    )


def by_marker(newsroom: Any) -> dict[int, str | None]:
    """The event of each mention by the number of participants it tells, which nothing changes."""
    rows = newsroom.rows("SELECT content, event_id FROM mention")
    loaded = [(json.loads(one) if isinstance(one, str) else one, event_id) for one, event_id in rows]
    return {content["participants"]: event_id for content, event_id in loaded}


def test_merge_split_edit_and_reject_outlive_every_rederivation(newsroom: Any) -> None:
    tell_everything(newsroom)
    newsroom.resolve()
    before = by_marker(newsroom)
    assert before[11] == before[21]
    assert before[31] == before[41]
    assert before[12] != before[22], "days too far apart"
    newsroom.override(
        word("merge", seen(newsroom, "zh/a#2"), seen(newsroom, "en/a#2")),
        word("split", seen(newsroom, "zh/a#1"), seen(newsroom, "en/a#1")),
        word("edit", seen(newsroom, "zh/b#1", "en/b#1"), field="place", value="Malacca"),
        word("edit", seen(newsroom, "zh/b#1", "en/b#1"), field="date", value="2025-07-20/2025-07-21"),
        word("edit", seen(newsroom, "en/b#1"), field="foreign_people", value=[{"name": "Ong Ye Kung"}]),
        word("reject", seen(newsroom, "zh/b#2")),
        word("confirm", seen(newsroom, "en/b#2")),
    )

    def check() -> None:
        after = by_marker(newsroom)
        assert after[12] == after[22] == before[12], "merged across a veto"
        assert after[21] == before[21] != after[11], "split, one part keeps the id"
        assert after[31] == after[41] == before[31]
        assert after[32] is None, "rejected"
        assert after[42] == before[42]
        events = {
            row[0]: row[1:] for row in newsroom.rows("SELECT id, merged_into, merged_reason, split_from FROM event")
        }
        (merged,) = (event_id for event_id, (into, _, _) in events.items() if into)
        assert events[merged][0] == before[12]
        assert merged == before[22]
        assert "by ana (2026-11-20): I know it" in str(events[merged][1])
        assert events[str(after[11])][2] == before[21]
        standing = dict(newsroom.rows("SELECT id, standing FROM event WHERE merged_into IS NULL"))
        assert standing[str(before[32])] == "retracted"
        assert list(standing.values()).count("retracted") == 1
        ((place, start, end),) = newsroom.rows(
            f"SELECT place, CAST(date_start AS TEXT), CAST(date_end AS TEXT) FROM event WHERE id = '{before[31]}'"
        )
        assert (place, start, end) == ("Malacca", "2025-07-20", "2025-07-21")
        claims = newsroom.rows(
            "SELECT field, override_id IS NOT NULL, is_best, CAST(value AS TEXT) FROM claim"
            f" WHERE event_id = '{before[31]}' AND field = 'place'"
        )
        assert sorted((bool(analyst), bool(best), value) for _, analyst, best, value in claims) == [
            (False, False, '"Singapore"'), (False, False, '"Singapore"'), (True, True, '"Malacca"')
        ]  # fmt: skip
        people = newsroom.rows(
            f"SELECT person_id FROM participation WHERE event_id = '{before[31]}' AND side = 'foreign'"
            " AND person_id IS NOT NULL"
        )
        assert people == [("int-ong-ye-kung",)]
        with newsroom.database.reading() as session:
            assert faults.standing(session) == []

    newsroom.resolve()
    check()
    state, ids = newsroom.state(), by_marker(newsroom)
    newsroom.resolve(everything=True)
    assert newsroom.state() == state
    newsroom.reprocess(shaken(newsroom))
    newsroom.resolve()
    check()
    assert by_marker(newsroom) == ids
    newsroom.empty()
    newsroom.reprocess()
    rows = newsroom.rows("SELECT m.number, m.content FROM mention m JOIN page p ON p.id = m.page_id")
    assert {number for number, content in rows if '"participants": 11' in json.dumps(content) or "11" in content} == {2}
    newsroom.resolve()
    check()
    assert by_marker(newsroom) == ids, "from an emptied database"


def test_an_override_taken_out_of_the_file_is_taken_back(newsroom: Any) -> None:
    tell_everything(newsroom)
    newsroom.resolve()
    before, state = by_marker(newsroom), newsroom.state()
    newsroom.override(
        word("reject", seen(newsroom, "zh/b#2")),
        word("edit", seen(newsroom, "zh/b#1"), field="place", value="Malacca"),
        word("split", seen(newsroom, "zh/a#1"), seen(newsroom, "en/a#1")),
    )
    newsroom.resolve()
    assert by_marker(newsroom) != before
    (newsroom.folder / overrides.FILE_NAME).write_text("")
    newsroom.resolve()
    assert by_marker(newsroom) == before
    assert newsroom.state() == state


def test_what_is_rejected_is_nobodys_parent_or_plan(newsroom: Any) -> None:
    lee = [("Desmond Lee", "education_minister")]
    newsroom.tell("en/plan", newsroom.told(day=20, people=lee, realis=Realis.PLANNED))
    newsroom.tell("en/trip", newsroom.told(day=24, last=28, type_="VISIT.OUT", is_series=True))
    newsroom.tell("en/met", newsroom.told(people=lee))
    newsroom.resolve()
    events = newsroom.events()

    def stands() -> list[tuple[Any, ...]]:
        return newsroom.rows(f"SELECT parent_id, realises_id FROM event WHERE id = '{events['en/met#1']}'")

    assert stands() == [(events["en/trip#1"], events["en/plan#1"])]
    newsroom.override(word("reject", seen(newsroom, "en/plan#1")), word("reject", seen(newsroom, "en/trip#1")))
    newsroom.resolve()
    assert stands() == [(None, None)]


def test_a_round_up_points_at_what_others_tell_the_day_of(newsroom: Any) -> None:
    """Unless an analyst confirms that it tells an event of its own."""
    lee, wong = ("Desmond Lee", "education_minister"), ("Vivian Balakrishnan", "foreign_minister")
    newsroom.tell("paper/month", newsroom.told(day=5, last=28, wide=True))
    newsroom.resolve()
    alone = newsroom.events()["paper/month#1"]
    newsroom.tell("en/a", newsroom.told(day=10, people=[lee]))
    newsroom.tell("en/b", newsroom.told(day=20, people=[wong]))
    newsroom.resolve()
    events = newsroom.events()
    assert events["paper/month#1"] is None
    pointers = newsroom.rows("SELECT event_id FROM mention_pointer")
    assert {event_id for (event_id,) in pointers} == {events["en/a#1"], events["en/b#1"]}
    what = seen(newsroom, "paper/month#1")
    newsroom.override(word("confirm", what))
    newsroom.resolve()
    assert newsroom.events()["paper/month#1"] == alone
    assert newsroom.rows("SELECT event_id FROM mention_pointer") == []
    newsroom.override(word("split", what, seen(newsroom, "en/b#1"), minute=1))
    newsroom.resolve()
    assert frozenset({"paper/month#1", "en/a#1"}) in newsroom.groups(), "now it fits one alone"


def test_file_and_table_are_kept_in_step(newsroom: Any) -> None:
    tell_everything(newsroom)
    path = newsroom.folder / overrides.FILE_NAME
    newsroom.override(word("reject", seen(newsroom, "zh/b#2")), word("reject", seen(newsroom, "zh/b#2")))
    (line,) = path.read_text(encoding="utf-8").splitlines()
    (made,) = newsroom.rows("SELECT id FROM override")
    assert json.loads(line)["id"] == made[0]
    path.unlink()
    newsroom.resolve()
    assert path.read_text(encoding="utf-8") == line + "\n", "made again from the table"
    path.write_text(line.replace("I know it", "I knew it") + "\n", encoding="utf-8")
    with pytest.raises(OverrideError, match=r"overrides.jsonl, line 1: it was changed by hand: .*drop the id"):
        newsroom.resolve()
    assert newsroom.rows("SELECT id FROM override") == [made], "the table stays as it is"


def test_one_that_no_longer_applies_is_told_until_it_does_again(newsroom: Any) -> None:
    newsroom.tell("zh/a", newsroom.told(people=[("李智陞", None)]))
    newsroom.resolve()
    made = word("confirm", seen(newsroom, "zh/a#1"))
    newsroom.override(made)
    assert newsroom.resolve().faults == ()

    def finds_another(document: Document) -> Extraction:
        if "zh.test" not in document.url:
            return newsroom.extract(document)
        return Extraction((newsroom.told(day=1, who="sun", party="anc", people=[("Ali", None)], type_="TRAIN.ONLINE"),))

    def standing() -> list[faults.Fault]:
        with newsroom.database.reading() as session:
            return faults.standing(session)

    newsroom.reprocess(finds_another)
    done = newsroom.resolve()
    assert done.faults == (
        f"confirm {made.id} by ana (2026-11-20): what it names is found no more: https://zh.test/a #1",
    )
    assert [fault.id for fault in standing()] == [f"override {made.id}"]
    with newsroom.database.reading() as session:
        assert list(notices(session, [made])) == [made.id]
    newsroom.tell("en/b", newsroom.told(day=3))
    assert newsroom.resolve().faults == (), "told once"
    assert len(standing()) == 1, "but it stands"
    newsroom.reprocess(newsroom.extract, "3")
    newsroom.resolve()
    assert standing() == []


def test_two_that_contradict_each_other_only_together_are_told(newsroom: Any) -> None:
    told = newsroom.told
    newsroom.tell("zh/a", told(day=20, party="anc"))
    newsroom.tell("en/b", told(day=24, party="wp", who="sun"))
    newsroom.tell("paper/c", told(day=28, party="pap", mode="video", place=None))
    a, b, c = seen(newsroom, "zh/a#1", "en/b#1", "paper/c#1")
    first, second = word("merge", [a], [b]), word("merge", [b], [c], minute=1)
    newsroom.override(first, second)
    assert newsroom.resolve().faults == ()
    assert newsroom.groups() == {frozenset({"zh/a#1", "en/b#1", "paper/c#1"})}, "a is b and b is c: a is c"
    newsroom.override(word("split", [a], [c], minute=2))
    (fault,) = newsroom.resolve().faults
    assert "stay two events: other overrides keep them apart" in fault
    assert len(newsroom.groups()) == 2


# What they rule, without a database


def mention(page: str, number: int, day: int, party: str | None = None) -> KeptMention:
    values = Mention(
        number, "MEET.BILAT", date(2025, 7, day), date(2025, 7, day), None, None, "video", Realis.ACTUAL, Scope.IN
    )
    return KeptMention(
        MentionKey(page, number),
        values,
        "idcpc_zh",
        SiteKind.OFFICIAL,
        "idcpc",
        "zh",
        datetime(2025, 7, 27, tzinfo=UTC),
    )


A, B, C = mention("a", 1, 1), mention("b", 1, 2), mention("c", 1, 3)
SEEN_A, SEEN_B, SEEN_C = (anchor.seen(one) for one in (A, B, C))
AB, AC, BC = (A.key, B.key), (A.key, C.key), (B.key, C.key)


def test_what_each_kind_rules() -> None:
    found, told = rulings([word("merge", [SEEN_A], [SEEN_B])], [A, B, C])
    assert (found.same, found.different, found.rejected, told) == ({AB}, frozenset(), frozenset(), ())
    assert rulings([word("confirm", [SEEN_A, SEEN_C])], [A, B, C])[0].same == {AC}
    assert rulings([word("split", [SEEN_A], [SEEN_B, SEEN_C])], [A, B, C])[0].different == {AB, AC}
    assert rulings([word("reject", [SEEN_B])], [A, B, C])[0].rejected == {B.key}


def test_the_later_of_two_counts_and_the_earlier_is_told() -> None:
    merge, split = word("merge", [SEEN_A], [SEEN_B]), word("split", [SEEN_A], [SEEN_B], minute=1)
    found, told = rulings([split, merge], [A, B])
    assert (found.same, found.different) == (frozenset(), {AB})
    assert told == (Notice(merge.id, f"{split.told} is later, says otherwise, and counts"),)
    reject, confirm = word("reject", [SEEN_A], minute=2), word("confirm", [SEEN_A], minute=3)
    found, told = rulings([merge, reject], [A, B])
    assert (found.same, found.rejected, [one.override for one in told]) == (frozenset(), {A.key}, [merge.id])
    found, told = rulings([reject, confirm], [A, B])
    assert (found.rejected, [one.override for one in told]) == (frozenset(), [reject.id])


def test_merges_that_meet_in_one_mention_are_one_unless_somebody_keeps_two_apart() -> None:
    first, second = word("merge", [SEEN_A], [SEEN_B]), word("merge", [SEEN_B], [SEEN_C])
    assert rulings([first, second], [A, B, C])[0].same == {AB, AC, BC}
    found = ruled([first, second, word("split", [SEEN_A], [SEEN_C])], [A, B, C])
    assert found.rulings.same == {AB, BC}
    (told,) = unheard(found, {A.key: "1", B.key: "1", C.key: "2"})
    assert told.override == second.id


def test_what_is_kept_apart_may_be_one_mention_later() -> None:
    split = word("split", [SEEN_A], [replace(SEEN_A, number=2)])
    (told,) = rulings([split], [A])[1]
    assert told.text == "what it keeps apart is one mention now"


def test_of_two_edits_of_one_field_the_later_counts() -> None:
    first = word("edit", [SEEN_A], field="place", value="Malacca")
    second = word("edit", [SEEN_B], minute=1, field="place", value="Johor")
    other = word("edit", [SEEN_B], minute=2, field="mode", value="video")
    made = [second, other, first]
    found = ruled(made, [A, B])
    by_event, told = edits(made, found, {A.key: "e", B.key: "e"})
    assert {edit.field: edit.value for edit in by_event["e"]} == {"place": "Johor", "mode": "video"}
    assert [one.override for one in told] == [first.id]
    assert edits(made, found, {A.key: "e", B.key: "f"})[1] == []


# The file


def test_it_is_written_and_read_back(tmp_path: Path) -> None:
    made = [
        word("merge", [SEEN_A], [SEEN_B]),
        word("edit", [SEEN_A], field="foreign_people", value=[{"name": "王五", "title": None}]),
    ]
    overrides.append(tmp_path / "o.jsonl", made)
    assert list(overrides.read(tmp_path / "o.jsonl").values()) == made
    by_hand = overrides.to_json(made[0])
    del by_hand["id"]
    assert overrides.from_json(by_hand) == made[0]


LINE = {
    "kind": "merge", "author": "ana", "made_at": "2026-11-20T09:00:00+00:00", "reason": "I know it",
    "seen": [[{"page": "a", "number": 1}], [{"page": "b", "number": 1}]],
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"kind": "join"}, "'join' is no kind of override; there are: merge, split, edit, reject, confirm"),
        ({"author": " "}, "an override needs an author"),
        ({"reason": ""}, "an override needs a reason"),
        ({"made_at": "yesterday"}, "Invalid isoformat"),
        ({"made_at": "2026-11-20T09:00:00"}, "needs a zone"),
        ({"seen": [[{"page": "a", "number": 1}]]}, "a merge names two mentions or more"),
        ({"kind": "split", "seen": [[{"page": "a", "number": 1}]]}, "a split has two sides or more"),
        ({"seen": {}}, "a list of sides"),
        ({"seen": [[{"page": "a"}]]}, "needs a page"),
        ({"kind": "reject", "seen": [[]]}, "names what its author saw"),
        ({"note": "x"}, "unknown key 'note'"),
        ({"change": {"field": "place", "value": "Malacca"}}, "a merge changes no field"),
        ({"kind": "edit"}, "give field and value"),
        (
            {"kind": "edit", "change": {"field": "colour", "value": 1}},
            "'colour' cannot be edited; there are: type, mode",
        ),
        ({"kind": "edit", "change": {"field": "type", "value": "MEET.CLOSE"}}, "'MEET.CLOSE' is no type"),
        ({"kind": "edit", "change": {"field": "date", "value": "2026-13"}}, "is no date: give 2026-11-02,"),
        ({"kind": "edit", "change": {"field": "countries", "value": ["XYZ"]}}, "ISO 3166"),
        ({"kind": "edit", "change": {"field": "participants", "value": True}}, "a number from 0"),
        ({"kind": "edit", "change": {"field": "foreign_people", "value": [{"title": "x"}]}}, "a list of"),
        ({"id": "ov_0"}, "it was changed by hand"),
    ],
)
def test_a_line_that_cannot_be_used_names_file_line_and_what_is_wrong(
    tmp_path: Path, changed: dict[str, Any], wrong: str
) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps(LINE) + "\n" + json.dumps({**LINE, **changed}) + "\n", encoding="utf-8")
    with pytest.raises(OverrideError, match=f"mine.jsonl, line 2: .*{re.escape(wrong)}"):
        overrides.read(path)


# The commands


def test_the_commands(sqlite_newsroom: Any, tmp_path: Path) -> None:
    newsroom = sqlite_newsroom
    tell_everything(newsroom)
    config = tmp_path / "idwatch.toml"
    file = newsroom.house.settings.database_file
    config.write_text(f'[database]\nurl = "sqlite:///{file}"\n[archive]\nfolder = "{newsroom.folder}"\n')

    def idwatch(*words: str) -> Result:
        return CliRunner().invoke(app, list(words), obj=config)

    first = idwatch("resolve")
    assert (first.exit_code, first.stdout) == (0, "8 mentions resolved, 6 events (6 new, 0 changed, 0 gone)\n")
    made = [
        word("reject", seen(newsroom, "zh/b#2"), reason="[bold] no\x1b[31m"),
        word("edit", seen(newsroom, "zh/b#1"), field="place", value="Malacca"),
    ]
    reviewed = tmp_path / "reviewed.jsonl"
    overrides.append(reviewed, made)
    imported = idwatch("overrides", "import", str(reviewed))
    assert imported.stdout == "2 new, 2 in all. `idwatch resolve` applies them.\n"
    assert idwatch("overrides", "import", str(reviewed)).stdout.startswith("0 new, 2 in all.")
    assert idwatch("resolve").exit_code == 0
    listed = idwatch("overrides", "list")
    assert listed.exit_code == 0
    assert "\x1b" not in listed.stdout
    assert 'place = "Malacca"' in listed.stdout
    assert idwatch("overrides", "export").stdout == reviewed.read_text(encoding="utf-8")
    other = word("edit", seen(newsroom, "zh/b#1"), minute=5, field="place", value="Johor")
    overrides.append(newsroom.folder / overrides.FILE_NAME, [other])
    assert idwatch("resolve", "--all").exit_code == 1
    listed = idwatch("overrides", "list")
    assert (listed.exit_code, listed.stderr.count("is later, says otherwise, and counts")) == (1, 1)
    (newsroom.folder / overrides.FILE_NAME).write_text("{}\n")
    bad = idwatch("overrides", "import")
    assert isinstance(bad.exception, OverrideError), "told in a line by the door"
    assert idwatch("overrides", "import", "nowhere.jsonl").exit_code == 2

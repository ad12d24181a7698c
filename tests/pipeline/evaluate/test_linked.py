"""Labelled clusters: loading, linking to the gazetteer, and figures counted by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.evaluate import LabelError, evaluate_linked, is_linked
from pipeline.evaluate.as_mentions import mentions_of_labels
from pipeline.evaluate.linked import load_linked
from pipeline.evaluate.linked_score import LinkedScore
from pipeline.evaluate.linking import chinese_person, foreign_person, organisation, place
from pipeline.resolve.relations import Relations
from pipeline.words import Cluster, KeptMention, MentionKey

MEETING = {"type": "MEET.BILAT", "date_start": "2018-10-15", "mode": "inperson_abroad", "countries": ["PAK"]}


def line(identity: str, event: str, **keys: Any) -> dict[str, Any]:
    """A labelled mention; its page is its id, its family and language the department's in Chinese."""
    told = {**MEETING, **keys.pop("mention", {})}
    row = {"id": identity, "event": event, "page": identity, "site": "s", "family": "idcpc", "language": "zh"}
    return {**row, "published": "2018-10-16", **keys, "mention": told}


def write(folder: Path, rows: Sequence[dict[str, Any]], name: str = "clusters.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def scored(folder: Path, rows: Sequence[dict[str, Any]], *groups: str) -> LinkedScore:
    """The score of a resolver that joins the pages of each group, written as ``"1 2 3"``; the others stand alone."""

    def resolver(mentions: Sequence[KeptMention]) -> list[Cluster]:
        group_of = {page: group for group in groups for page in group.split()}
        found: dict[str, list[MentionKey]] = {}
        for kept in mentions:
            found.setdefault(group_of.get(kept.key.page, str(kept.key)), []).append(kept.key)
        return [Cluster(tuple(members)) for members in found.values()]

    return evaluate_linked([write(folder, rows)], resolver=resolver)


THREE = [
    line("1", "x", hard=["same-day"], against=["y"]),
    line("2", "x", language="en"),
    line("3", "x", family="prc_media"),
    line("4", "y", language="en", hard=["same-day", "parent-child"]),
    line("5", "z", family="prc_media", parent="x"),
]


def test_pairs_are_counted_by_group(tmp_path: Path) -> None:
    """Joined 1, 2 and 4: of the pairs 12, 14 and 24 the first alone is labelled; 13 and 23 are missed."""
    found = scored(tmp_path, THREE, "1 2 4")
    assert (found.mentions, found.events) == (5, 3)
    counts = {name: (tally.right, tally.predicted, tally.labelled) for name, tally in found.pairs.items()}
    assert counts == {
        # 12 and 14 are one in Chinese and one in English; 24 is not
        "zh–en, department": (1, 2, 1),
        "across families": (0, 0, 2),
        "all pairs": (1, 3, 3),
    }
    # 1, 2: 2 of 3 shared on both sides; 3: 1 of 1 and of 3; 4: 1 of 3 and of 1; 5: whole
    b_cubed = found.agreement.b_cubed
    assert b_cubed.precision.right == pytest.approx(2 / 3 + 2 / 3 + 1 + 1 / 3 + 1)
    assert b_cubed.recall.right == pytest.approx(2 / 3 + 2 / 3 + 1 / 3 + 1 + 1)


def test_hard_negatives_are_counted_by_kind(tmp_path: Path) -> None:
    """Event x is mixed with y, which it stands against; y, which names none, stands against all."""
    mixed = scored(tmp_path, THREE, "1 2 4")
    assert {kind: (one.right, one.total) for kind, one in mixed.hard.items()} == {
        "parent-child": (0, 1),
        "same-day": (0, 2),
    }
    assert (mixed.opposed.right, mixed.opposed.total) == (0, 1)
    # x is mixed with z, against which it does not stand
    apart = scored(tmp_path, THREE, "1 2 3 5")
    assert {kind: (one.right, one.total) for kind, one in apart.hard.items()} == {
        "parent-child": (1, 1),
        "same-day": (2, 2),
    }
    assert (apart.opposed.right, apart.opposed.total) == (1, 1)


def test_the_worst_faults_come_first_and_are_named(tmp_path: Path) -> None:
    found = scored(tmp_path, THREE, "1 2 4")
    assert [(fault.merge, fault.pairs) for fault in found.faults] == [(True, 2), (False, 2)]
    assert [[one.id for one in part] for part in found.faults[0].parts] == [["1", "2"], ["4"]]
    assert [[one.id for one in part] for part in found.faults[1].parts] == [["1", "2"], ["3"]]
    text = found.text()
    assert "False merges: 1" in text
    assert "x: 1 2" in text
    assert "1.000 2/2" not in text.split("False merges")[0].split("Hard")[0]


def test_a_resolver_without_fault_has_none(tmp_path: Path) -> None:
    found = scored(tmp_path, THREE, "1 2 3")
    assert found.faults == ()
    assert [tally.f1.value for tally in found.pairs.values()] == [1, 1, 1]
    assert found.agreement.conll == 1


def test_links_are_judged_between_the_events_that_hold_most(tmp_path: Path) -> None:
    """x and y belong to t, and z realises p. Found: x in t, z in t, z realises p."""
    rows = [
        line("1", "t", mention={"type": "VISIT.OUT", "is_series": True}),
        line("2", "x", parent="t"),
        line("3", "y", parent="t"),
        line("4", "z", realises="p"),
        line("5", "p", mention={"realis": "planned"}),
    ]
    found = evaluate_linked(
        [write(tmp_path, rows)],
        resolver=lambda mentions: [Cluster((kept.key,)) for kept in mentions],
        relater=lambda clusters, mentions: Relations({1: 0, 3: 0}, {3: 4}, {}),
    )
    parent, realises = found.links["parent"], found.links["realises"]
    assert [(one.right, one.total) for one in (parent.found, parent.right)] == [(1, 2), (1, 2)]
    assert [(one.right, one.total) for one in (realises.found, realises.right)] == [(1, 1), (1, 1)]


def test_a_parent_told_on_the_same_page_has_its_number(tmp_path: Path) -> None:
    rows = [line("1", "x", page="p", parent="t"), line("2", "t", page="p"), line("3", "y", parent="t")]
    found = load_linked([write(tmp_path, rows)])[0].mentions
    assert [one.kept.mention.parent for one in found] == [2, None, None]


def test_files_are_worlds_of_their_own(tmp_path: Path) -> None:
    """The same event and page names in two files are no pair."""
    first = write(tmp_path, [line("1", "x")], "a.jsonl")
    write(tmp_path, [line("1", "x")], "b.jsonl")
    found = evaluate_linked([tmp_path])
    assert (found.mentions, found.events, found.pairs["all pairs"].labelled) == (2, 2, 0)
    assert evaluate_linked([first]).mentions == 1


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([line("1", "x"), line("1", "y")], "line 2: the id '1' stands already in clusters.jsonl, line 1"),
        ([line("1", "x", parent="y")], "line 1: `parent` names 'y', which is no other event"),
        ([line("1", "x", against=["x"])], "line 1: `against` names 'x', which is no other event"),
        ([line("1", "x", mention={"type": "MEET.TEA"})], "line 1: `mention`: `type` 'MEET.TEA' is not known"),
        ([line("1", "x", mention={"mode": "in_person"})], "`mode` 'in_person' is not known"),
        ([line("1", "x", mention={"date_end": "2018-10-14"})], "is before `date_start`"),
        ([line("1", "x", family=None)], "`family` is missing"),
        ([], "holds no labels"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, rows: list[dict[str, Any]], reason: str) -> None:
    with pytest.raises(LabelError) as caught:
        load_linked([write(tmp_path, rows)])
    assert reason in str(caught.value)


def test_the_form_of_a_file_is_seen_by_its_first_line(tmp_path: Path) -> None:
    assert is_linked(write(tmp_path, [line("1", "x")]))
    assert not is_linked(write(tmp_path, [{"id": "1", "relevant": False, "events": []}], "pages.jsonl"))


def test_mentions_of_a_page_are_numbered_in_the_order_of_the_file(tmp_path: Path) -> None:
    rows = [line("1", "x", page="p"), line("2", "y"), line("3", "z", page="p")]
    found = load_linked([write(tmp_path, rows)])[0].mentions
    assert [one.kept.key for one in found] == [MentionKey("p", 1), MentionKey("2", 1), MentionKey("p", 2)]


def test_chinese_officials_are_linked_in_both_languages_and_have_the_post_of_the_day() -> None:
    zh = chinese_person("刘建超", None, date(2024, 5, 1))
    en = chinese_person("Liu Jianchao", "Minister", date(2024, 5, 1))
    assert zh.id == en.id is not None
    assert (zh.name, zh.name_zh, zh.title) == (en.name, en.name_zh, "部长")
    assert en.title == "Minister"
    unknown = chinese_person("周蕴", None, date(2024, 5, 1))
    assert (unknown.name, unknown.name_zh, unknown.id) == ("Zhou Yun", "周蕴", None)


def test_bodies_are_linked_by_country_and_day() -> None:
    labour = organisation("工党", ("NOR",), date(2025, 6, 12))
    assert (labour.country, labour.kind) == ("NOR", "party")
    assert labour.id == organisation("Labour Party", ("NOR",), date(2025, 6, 12)).id is not None
    unknown = organisation("Party of the Nine Rivers", ("NOR",), None)
    assert (unknown.id, unknown.country, unknown.kind) == (None, "NOR", "party")


def test_offices_and_places_are_linked_and_a_country_is_no_place() -> None:
    leader = foreign_person("Kari Berg", "Leader of the Labour Party", "Labour Party", "NOR")
    assert leader.office is not None
    assert foreign_person("Kari Berg", "former Prime Minister", None, "NOR").office is None
    assert place(None, "伊斯兰堡") == place("Islamabad", None)
    assert place("Islamabad", None)[2] is not None
    assert place("Norway", None) == (None, None, None)
    assert place("Fjordvik", None) == ("Fjordvik", None, None)


def test_page_labels_are_taken_as_mentions(tmp_path: Path) -> None:
    meeting = {
        "date": "2025-07-25", "type": "meeting", "mode": "in_person", "place": "Oslo", "countries": ["NOR"],
        "organisations": ["Labour Party"], "chinese_people": ["Liu Jianchao"], "foreign_people": ["Kari Berg"],
    }  # fmt: skip
    trip = {"date": "2025-07-24", "end_date": "2025-07-26", "type": "visit_abroad", "mode": "in_person"}
    rows = [
        {"id": "en1", "url": "https://www.idcpc.gov.cn/english/1", "published": "2025-07-26", "lang": "en",
         "relevant": True, "events": [{**meeting, "same_event": "oslo", "parent": 2}, trip]},
        {"id": "zh1", "url": "https://www.example.org/1", "published": "2025-07-26", "lang": "zh", "outlet": "Xinhua",
         "relevant": True, "events": [{**meeting, "type": "meeting", "mode": "online", "same_event": "oslo"}]},
    ]  # fmt: skip
    found = mentions_of_labels([write(tmp_path, rows, "labels.jsonl")]).mentions
    assert [one.event == found[0].event for one in found] == [True, False, True]
    assert [one.kept.mention.type for one in found] == ["MEET.BILAT", "VISIT.OUT", "MEET.REMOTE"]
    assert [one.kept.mention.mode for one in found] == ["inperson_abroad", "unknown", "video"]
    assert [one.kept.mention.parent for one in found] == [2, None, None]
    assert [one.kept.family for one in found] == ["idcpc", "idcpc", "Xinhua"]
    assert found[0].kept.mention.organisations[0].id is not None
    score = evaluate_linked([tmp_path / "labels.jsonl"], as_mentions=True, resolver=lambda mentions: [])
    assert (score.pairs["across families"].labelled, score.pairs["all pairs"].predicted) == (1, 0)

"""Both dialects of labels, and what is said of a line that cannot be used."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.evaluate.disputes import load_disputes, with_disputes
from pipeline.evaluate.labels import LabelBody, LabelError, LabelPerson, load_labels

OLD = {
    "id": "en-1", "url": "https://www.example.org/1", "outlet": "Example", "published": "2024-06-20", "query": "words",
    "title": None, "relevant": True, "lang": "en", "same_event": "a-visit",
    "events": [{
        "date": "2024-06-20", "end_date": "2024-06-22", "type": "dialogue_mechanism", "mode": "in_person",
        "place": "Oslo", "countries": ["NOR"], "organisations": ["Labour Party"], "chinese_people": ["Lin Yue"],
        "foreign_people": ["Kari Berg"], "themes": ["trade"], "participants": None, "status": "upcoming",
        "same_event": "a-visit", "part_of": "a-trip",
    }],
}  # fmt: skip
OWN = {
    "id": "own_1", "url": "https://www.idcpc.gov.cn/1", "published": None, "relevant": True, "same_event": None,
    "events": [{
        "date": "2025-07-25", "type": "MEET.BILAT", "mode": "inperson_abroad", "realis": "actual", "scope": "in",
        "is_series": False, "parent": None, "place": "Oslo", "place_zh": "奥斯陆", "countries": ["NOR"],
        "organisations": [{"name": "Labour Party", "id": "nor-labour"}],
        "chinese_people": [{"name": "Lin Yue", "name_zh": "林岳", "title": "Minister"}],
        "foreign_people": [{"name": "Kari Berg", "title": "Leader", "country": "NOR"}], "themes": ["bri"],
        "participants": 40,
    }],
}  # fmt: skip


def written(folder: Path, *rows: Any, name: str = "labels.jsonl") -> Path:
    file = folder / name
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def changed(row: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {**row, **keys}


def event(row: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {**row, "events": [{**row["events"][0], **keys}]}


def test_the_older_words(tmp_path: Path) -> None:
    (row,) = load_labels(written(tmp_path, OLD))
    (found,) = row.events
    assert (row.published, row.language, row.outlet, row.seen, row.complete) == (
        date(2024, 6, 20),
        "en",
        "Example",
        2000,
        True,
    )
    assert (found.families, found.code, found.mode, found.mode_code) == ({"MEET", "CONF"}, None, "in_person", None)
    assert (found.date_start, found.date_end, found.realis) == (date(2024, 6, 20), date(2024, 6, 22), "planned")
    assert found.chinese_people == (LabelPerson(("Lin Yue",)),)
    assert (found.themes, found.participants, found.same_event) == ((), None, ("a-visit",))


def test_the_codebook_s_codes(tmp_path: Path) -> None:
    (row,) = load_labels(written(tmp_path, OWN))
    (found,) = row.events
    assert (found.families, found.code, found.mode, found.mode_code) == (
        {"MEET"}, "MEET.BILAT", "in_person", "inperson_abroad",
    )  # fmt: skip
    assert found.chinese_people == (LabelPerson(("Lin Yue", "林岳"), "Minister"),)
    assert found.organisations == (LabelBody("Labour Party", "nor-labour"),)
    assert (found.places, found.themes, found.is_series) == (("Oslo", "奥斯陆"), ("bri",), False)
    assert row.seen is None


def test_the_labeller_of_the_chinese_file_saw_800_characters(tmp_path: Path) -> None:
    assert load_labels(written(tmp_path, OLD, name="zh.jsonl"))[0].seen == 800
    assert load_labels(written(tmp_path, changed(OLD, id="zhp01")))[0].seen == 800
    assert load_labels(written(tmp_path, changed(OLD, seen=1500)))[0].seen == 1500
    assert load_labels(written(tmp_path, changed(OLD, seen=None)))[0].seen is None


def test_a_folder_of_labels_is_read_whole(tmp_path: Path) -> None:
    written(tmp_path, OLD, name="b.jsonl")
    written(tmp_path, "", OWN, name="a.jsonl")
    assert [(row.id, row.where) for row in load_labels(tmp_path)] == [
        ("own_1", "a.jsonl, line 2"),
        ("en-1", "b.jsonl, line 1"),
    ]


def test_the_shared_kinds_of_same_event_are_taken(tmp_path: Path) -> None:
    rows = load_labels(
        written(
            tmp_path,
            changed(OLD, id="a", same_event=["x", None], duplicate_of="b"),
            event(changed(OLD, id="b"), same_event=None, same_event_rows=["a"]),
        )
    )
    assert (rows[0].same_event, rows[0].duplicate_of) == (("x", None), "b")
    assert (rows[1].events[0].same_event, rows[1].events[0].same_event_rows) == ((), ("a",))


BAD = [
    ("{", "is no JSON"),
    ("[]", "is no JSON object"),
    ("[" * 100_000, "is no JSON"),
    (changed(OLD, id="../up"), "`id` names a page's file"),
    ({key: value for key, value in OLD.items() if key != "relevant"}, "`relevant` is missing"),
    (changed(OLD, relevant="yes"), "`relevant` must be true or false, not 'yes'"),
    (changed(OLD, relevant=False), "`relevant` is false, but there is an event in scope"),
    (changed(OLD, published="20.06.2024"), "`published` must be a day such as 2025-07-25"),
    (changed(OLD, events={}), "`events` must be a list, not {}"),
    (changed(OLD, events=["x"]), "event 1 is no object but 'x'"),
    (changed(OLD, same_event=7), "`same_event` must be text or a list of texts, not 7"),
    (event(OLD, type="meting"), "event 1: `type` 'meting' is not known; known are"),
    (event(OLD, type="MEET.BILATERAL"), "`type` 'MEET.BILATERAL' is not known"),
    (event(OLD, mode="live"), "event 1: `mode` 'live' is not known"),
    (event(OLD, status="soon"), "`status` 'soon' is not known; known are upcoming"),
    (event(OLD, date="2024-02-30"), "event 1: `date` must be a day"),
    (event(OLD, end_date="2024-06-19"), "`end_date` 2024-06-19 is before `date` 2024-06-20"),
    (event(OLD, countries=["Norway"]), "`countries` names no country or area by 'Norway'"),
    (event(OLD, countries="NOR"), "`countries` must be a list, not 'NOR'"),
    (event(OLD, organisations=[3]), "event 1: `organisations` 1 is no object but 3"),
    (event(OLD, foreign_people=[{"title": "Leader"}]), "event 1, `foreign_people` 1: has no name"),
    (event(OLD, foreign_people=[{"name": ["Kari"]}]), "`foreign_people` 1: `name` must be text"),
    (event(OLD, participants=-1), "`participants` must be a number from 0, not -1"),
    (event(OLD, participants=True), "`participants` must be a number from 0, not True"),
    (event(OWN, parent=1), "event 1: `parent` is 1, which is no other event of this line"),
    (event(OWN, realis="real"), "`realis` 'real' is not known"),
]


@pytest.mark.parametrize(("line", "reason"), BAD, ids=[reason for _, reason in BAD])
def test_a_bad_line_is_named_with_its_file_and_fault(tmp_path: Path, line: Any, reason: str) -> None:
    with pytest.raises(LabelError) as raised:
        load_labels(written(tmp_path, changed(OLD, id="good"), line))
    assert str(raised.value).startswith("labels.jsonl, line 2: ")
    assert reason in str(raised.value)


def test_an_id_that_stands_twice_names_both_lines(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match=r"labels.jsonl, line 3: the id 'en-1' stands already in labels.jsonl, line 1"):
        load_labels(written(tmp_path, OLD, OWN, OLD))


def test_a_file_without_labels_or_unreadable_is_named(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="holds no labels"):
        load_labels(written(tmp_path, ""))
    with pytest.raises(LabelError, match=r"nowhere.jsonl: cannot be read"):
        load_labels(tmp_path / "nowhere.jsonl")
    (tmp_path / "wide.jsonl").write_bytes(b"\xff\xfe{\x00")
    with pytest.raises(LabelError, match=r"wide.jsonl: cannot be read"):
        load_labels(tmp_path / "wide.jsonl")


def test_a_recalled_event_may_stand_on_a_page_that_is_not_relevant(tmp_path: Path) -> None:
    row = event(changed(OWN, relevant=False), realis="historical_reference")
    assert not load_labels(written(tmp_path, row))[0].events[0].counts


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"id": "en-2", "field": "date", "reason": "r"}, "there is no label 'en-2'"),
        ({"id": "en-1", "event": 2, "field": "date", "reason": "r"}, "en-1 has no event 2"),
        ({"id": "en-1", "event": 1, "field": "day", "reason": "r"}, "`field` 'day' is not known"),
        ({"id": "en-1", "event": 1, "reason": "r"}, "`field` is missing"),
        ({"id": "en-1", "event": 1, "field": "date"}, "`reason` is missing"),
    ],
)
def test_a_dispute_must_name_a_label_a_field_and_a_reason(tmp_path: Path, line: Any, reason: str) -> None:
    rows = load_labels(written(tmp_path, OLD))
    with pytest.raises(LabelError) as raised:
        load_disputes(written(tmp_path, line, name="disputed.jsonl"), rows)
    assert str(raised.value).startswith(f"disputed.jsonl, line 1: {reason}")


def test_disputes_are_kept_with_their_rows(tmp_path: Path) -> None:
    rows = load_labels(written(tmp_path, OLD, OWN))
    line = {"id": "own_1", "event": 1, "field": "date", "reason": "the page says the 26th"}
    disputes = load_disputes(written(tmp_path, line, name="disputed.jsonl"), rows)
    assert [row.disputed for row in with_disputes(rows, disputes)] == [frozenset(), {(1, "date")}]

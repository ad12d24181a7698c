"""Exports: whole files, safe for spreadsheets, the same from every database, marked where they are samples."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.analysis import export as module
from pipeline.analysis.export import ExportError, Format, export, safe_cell
from pipeline.analysis.views import EVENTS_FLAT, VIEWS
from pipeline.store.database import Database

DANGEROUS = tuple("=+-@\t\r＝＋－＠")


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_jsonl(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_csv_holds_every_event_in_order_and_opens_in_excel(database: Database, tmp_path: Path) -> None:
    export(database, Format.CSV, tmp_path / "out")
    file = tmp_path / "out" / "events_flat.csv"
    assert file.read_bytes().startswith(b"\xef\xbb\xbfevent_id,type,")
    rows = read_csv(file)
    assert list(rows[0]) == list(EVENTS_FLAT.columns)
    assert [row["event_id"] for row in rows] == [
        "ev_aside", "ev_forum", "ev_mech", "ev_meet", "ev_memo", "ev_plan", "ev_train", "ev_trip", "ev_wrong"
    ]  # fmt: skip
    forum = rows[1]
    assert forum["title_zh"] == "中非政党对话会在京举行"
    assert forum["title_en"] == "'+cmd|' /C calc'!A0; said the chair"
    assert forum["organisations"] == 'Jubilee Party;\'=HYPERLINK("https://evil.example")'
    assert (forum["date_start"], forum["participants"], forum["confidence"]) == ("2024-12-29", "400", "0.75")
    assert rows[2]["date_start"] == ""


def test_jsonl_holds_the_values_as_they_are(database: Database, tmp_path: Path) -> None:
    export(database, Format.JSONL, tmp_path)
    forum = read_jsonl(tmp_path / "events_flat.jsonl")[1]
    assert forum["title_en"] == "+cmd|' /C calc'!A0; said the chair"
    assert forum["participants"] == 400
    assert forum["parent_id"] is None
    assert len(read_jsonl(tmp_path / "participations_flat.jsonl")) == 9


@pytest.mark.postgres
@pytest.mark.parametrize("kind", list(Format))
def test_both_databases_give_the_same_files(
    kind: Format, sqlite_database: Database, postgres_database: Database, tmp_path: Path
) -> None:
    for name, database in (("here", sqlite_database), ("there", postgres_database)):
        export(database, kind, tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "here").iterdir())
    assert files == ["datapackage.json", f"events_flat.{kind}", f"page_changes.{kind}", f"participations_flat.{kind}"]
    for file in files:
        assert (tmp_path / "here" / file).read_bytes() == (tmp_path / "there" / file).read_bytes()


@pytest.mark.parametrize("kind", list(Format))
def test_the_package_describes_the_files(sqlite_database: Database, kind: Format, tmp_path: Path) -> None:
    files = export(sqlite_database, kind, tmp_path)
    assert [file.rows for file in files] == [9, 9, 3, None]
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    assert package["codebook_versions"] == ["0.1"]
    assert package["created"] == "2025-07-28T04:00:00+00:00"
    assert "sample" not in package
    for view, resource in zip(VIEWS, package["resources"], strict=True):
        content = (tmp_path / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert resource["bytes"] == len(content)
        assert {field["name"]: field["description"] for field in resource["schema"]["fields"]} == view.columns


def test_a_sample_says_so_in_every_name(sample_database: Database, tmp_path: Path) -> None:
    export(sample_database, Format.CSV, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "sample-datapackage.json", "sample-events_flat.csv", "sample-page_changes.csv",
        "sample-participations_flat.csv",
    ]  # fmt: skip
    package = json.loads((tmp_path / "out" / "sample-datapackage.json").read_text(encoding="utf-8"))
    assert package["sample"] is True
    assert "do not publish" in package["description"]


def test_a_broken_export_leaves_the_old_file(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(sqlite_database, Format.CSV, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    def full_disk(value: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "safe_cell", full_disk)
    with pytest.raises(ExportError, match="No space left"):
        export(sqlite_database, Format.CSV, tmp_path / "out")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_a_folder_that_cannot_be_written_is_told(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(ExportError, match="taken"):
        export(sqlite_database, Format.CSV, tmp_path / "taken")


@given(st.text())
def test_no_text_begins_a_formula(text: str) -> None:
    cell = safe_cell(text)
    for separator in (";", "\r", "\n"):
        assert not any(part.startswith(DANGEROUS) for part in cell.split(separator) if part)
    assert cell.replace("'", "") == text.replace("'", "")


@pytest.mark.parametrize("value", [-5, -0.5, 0, None, "plain", "a-b", "Ma Hui; - he said"])
def test_numbers_and_plain_text_stay(value: object) -> None:
    assert safe_cell(value) == value

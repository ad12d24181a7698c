"""The ledger of ids given out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.archive import ledger
from pipeline.archive.ledger import LedgerEntry, LedgerError

ENTRY = LedgerEntry(
    "ev_1",
    "https://site.test/页",
    1,
    (("https://site.test/页", 1), ("https://b", 2)),
    datetime(2026, 11, 2, tzinfo=UTC),
)


def test_the_last_line_for_an_id_counts(tmp_path: Path) -> None:
    ledger.append(tmp_path / "new", [ENTRY, replace(ENTRY, event_id="ev_2")])
    later = replace(ENTRY, members=(("https://c", 3),))
    ledger.append(tmp_path / "new", [later])
    assert ledger.read(tmp_path / "new") == {"ev_1": later, "ev_2": replace(ENTRY, event_id="ev_2")}


def test_there_need_be_no_ledger(tmp_path: Path) -> None:
    ledger.append(tmp_path / "none", [])
    assert ledger.read(tmp_path / "none") == {}
    assert not (tmp_path / "none").exists()


def test_a_line_torn_at_any_byte_is_passed_over_and_cut_by_the_next(tmp_path: Path) -> None:
    ledger.append(tmp_path, [ENTRY])
    path = tmp_path / ledger.FILE_NAME
    first = path.read_bytes()
    second = replace(ENTRY, event_id="ev_2")
    ledger.append(tmp_path, [second])
    whole = path.read_bytes()
    for size in range(len(first), len(whole)):
        path.write_bytes(whole[:size])
        assert ledger.read(tmp_path) == {"ev_1": ENTRY}, size
        ledger.append(tmp_path, [second])
        assert path.read_bytes() == whole


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    ledger.append(tmp_path, [ENTRY])
    with (tmp_path / ledger.FILE_NAME).open("a") as stream:
        stream.write('{"event_id": "ev_2"}\n')
    with pytest.raises(LedgerError, match=r"ledger\.jsonl, line 2: .*'page'"):
        ledger.read(tmp_path)

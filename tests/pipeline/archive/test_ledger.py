"""The ledger of ids given out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.archive import ledger
from pipeline.archive.ledger import LedgerEntry, LedgerError
from pipeline.resolve.anchor import Seen

ENTRY = LedgerEntry(
    "ev_1",
    "https://site.test/页",
    1,
    (
        Seen("https://site.test/页", 1, date(2026, 11, 1), "liu-jianchao", "lao-lprp", "MEET.BILAT", ("Al Hassan",)),
        Seen("https://b", 2),
    ),
    datetime(2026, 11, 2, tzinfo=UTC),
)


def test_the_last_line_for_an_id_counts(tmp_path: Path) -> None:
    ledger.append(tmp_path / "new", [ENTRY, replace(ENTRY, event_id="ev_2")])
    later = replace(ENTRY, members=(Seen("https://c", 3),))
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


def test_what_became_of_an_id_is_written_with_it(tmp_path: Path) -> None:
    merged = replace(ENTRY, merged_into="ev_0", reason="analyst", split_from="ev_9")
    gone = replace(ENTRY, event_id="ev_2", gone=True)
    ledger.append(tmp_path, [merged, gone])
    assert ledger.read(tmp_path) == {"ev_1": merged, "ev_2": gone}
    assert not merged.lives
    assert not gone.lives


def test_lines_of_old_name_page_and_number_only(tmp_path: Path) -> None:
    line = '{"event_id": "ev_1", "page": "https://a", "number": 1, "members": [["https://a", 1], ["https://b", 2]],'
    (tmp_path / ledger.FILE_NAME).write_text(line + ' "given_at": "2026-11-02T00:00:00+00:00"}\n')
    (entry,) = ledger.read(tmp_path).values()
    assert entry.members == (Seen("https://a", 1), Seen("https://b", 2))
    assert entry.lives


def test_only_what_was_added_is_read_again_unless_the_file_was_replaced(tmp_path: Path) -> None:
    ledger.append(tmp_path, [ENTRY])
    first = ledger.news(tmp_path)
    assert (first.entries, first.whole) == ((ENTRY,), True)
    assert ledger.news(tmp_path, first.place).entries == ()
    second = replace(ENTRY, event_id="ev_2")
    ledger.append(tmp_path, [second])
    news = ledger.news(tmp_path, first.place)
    assert (news.entries, news.whole) == ((second,), False)
    with (tmp_path / ledger.FILE_NAME).open("a") as stream:
        stream.write("[]\n")
    with pytest.raises(LedgerError, match="line 3"):
        ledger.news(tmp_path, news.place)

    (tmp_path / ledger.FILE_NAME).unlink()
    ledger.append(tmp_path, [replace(ENTRY, event_id=f"ev_{number}") for number in range(5)])
    other = ledger.news(tmp_path, news.place)
    assert (len(other.entries), other.whole) == (5, True)

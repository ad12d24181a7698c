"""WARC out and in again: what we write, what other tools make of it, what a killed run leaves."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.archive import (
    ArchiveWriter,
    BrokenArchive,
    Exchange,
    cut_torn_tail,
    iterate,
    iterate_all,
    read_record,
    warc_files,
)
from pipeline.archive.repair import left_behind
from pipeline.words import Record

AT = datetime(2026, 11, 2, 8, 30, 15, 250_000, tzinfo=UTC)
PAGE = "会见 met".encode("gb18030")


def exchange(url: str = "https://site.test/a?b=c", body: bytes = PAGE, status: int = 200, **more: str) -> Exchange:
    headers = (("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), *more.items())
    return Exchange(url, "GET", (("User-Agent", "idwatch"),), status, "OK", headers, body, AT)


@pytest.fixture
def written(tmp_path: Path) -> tuple[Path, list[Record]]:
    """A file with an article, an empty error answer, a 304 and a large body."""
    with ArchiveWriter(tmp_path, "site", AT, 10**9) as writer:
        records = [
            writer.write(exchange()),
            writer.write(exchange("https://site.test/gone", b"", 404)),
            writer.write(exchange("https://site.test/a", b"never kept", 304, ETag='"1"')),
            writer.write(exchange("http://site.test/b", os.urandom(100_000))),
        ]
    return tmp_path / writer.file, records


def test_what_is_written_is_read_again(written: tuple[Path, list[Record]]) -> None:
    path, records = written
    assert list(iterate(path.parent, path.name)) == records
    assert [read_record(path.parent, record.file, record.offset) for record in records] == records
    first, _, revisit, large = records
    assert (first.url, first.fetched_at, first.status, first.body) == ("https://site.test/a?b=c", AT, 200, PAGE)
    assert [value for name, value in first.headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert (revisit.status, revisit.body, revisit.header("etag")) == (304, b"", '"1"')
    assert len(large.body) == 100_000
    assert len({record.id for record in records}) == 4
    assert first.id.startswith("urn:uuid:")


def test_other_tools_read_it(written: tuple[Path, list[Record]]) -> None:
    path, records = written
    checked = warcio("check", "-v", str(path))
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count("digest pass") == 8
    index = warcio("index", "-f", "offset,warc-type,warc-target-uri,http:status", str(path)).stdout
    assert index.count('"request"') == 4
    assert [index.count(f'"{record.offset}", "warc-type": "re') for record in records] == [1, 1, 1, 1]

    fastwarc = pytest.importorskip("fastwarc.warc")
    with path.open("rb") as stream:
        seen = [
            (str(record.record_id), record.record_date, record.verify_block_digest())
            for record in fastwarc.ArchiveIterator(stream, parse_http=False)
            if record.record_type in (fastwarc.WarcRecordType.response, fastwarc.WarcRecordType.revisit)
        ]
    assert seen == [(f"<{record.id}>", record.fetched_at, True) for record in records]


def warcio(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "warcio.cli", *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def test_each_record_is_a_gzip_member_of_its_own(written: tuple[Path, list[Record]]) -> None:
    path, records = written
    content = path.read_bytes()
    offsets, members = [], []
    while content:
        offsets.append(path.stat().st_size - len(content))
        inflater = zlib.decompressobj(31)
        members.append(inflater.decompress(content))
        content = inflater.unused_data
    assert len(members) == 9
    assert all(member.startswith(b"WARC/1.1\r\n") and member.endswith(b"\r\n\r\n") for member in members)
    assert {record.offset for record in records} <= set(offsets)
    assert b"WARC-Date: 2026-11-02T08:30:15.250000Z" in members[1]
    concurrent = f"WARC-Concurrent-To: <{records[0].id}>".encode()
    assert concurrent in members[2]
    assert b"GET /a?b=c HTTP/1.1\r\nHost: site.test\r\nUser-Agent: idwatch" in members[2]
    assert b"WARC-Profile: http://netpreserve.org/warc/1.1/revisit/server-not-modified" in members[5]


@given(
    headers=st.lists(st.tuples(st.text(min_size=1, max_size=10), st.text(max_size=20)), max_size=5),
    reason=st.text(max_size=10),
    body=st.binary(max_size=200),
    url=st.text(max_size=20),
)
def test_whatever_a_server_sends_is_read_back_as_it_was_told_live(
    tmp_path_factory: pytest.TempPathFactory, headers: list[tuple[str, str]], reason: str, body: bytes, url: str
) -> None:
    folder = tmp_path_factory.mktemp("archive")
    with ArchiveWriter(folder, "site", AT, 10**9) as writer:
        hostile = Exchange(f"https://site.test/{url}", "GET", (), 200, reason, tuple(headers), body, AT)
        live = writer.write(hostile)
        after = writer.write(exchange())
    assert live.body == body
    assert list(iterate_all(folder)) == [live, after]


def test_transfer_coding_is_undone_in_what_we_keep_and_in_what_others_kept(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "site", AT, 10**9) as writer:
        ours = writer.write(exchange(body=b"whole", **{"Transfer-Encoding": "chunked"}))
    assert ours.body == b"whole"
    foreign(tmp_path / "other.warc.gz", b"5\r\nwhole\r\n0\r\n\r\n", [("Transfer-Encoding", "chunked")])
    assert next(iterate(tmp_path, "other.warc.gz")).body == b"whole"


def foreign(
    path: Path, body: bytes, headers: list[tuple[str, str]], *, kind: str = "response", packed: bool = True
) -> None:
    """A WARC as another tool writes it: version 1.0, with records that are no answers."""
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=packed)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "other"}))
        writer.write_record(
            writer.create_warc_record("dns:site.test", "response", payload=io.BytesIO(b"1.2.3.4"), length=7)
        )
        writer.write_record(
            writer.create_warc_record(
                "https://site.test/a",
                kind,
                payload=io.BytesIO(body),
                length=len(body),
                http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.0"),
                warc_headers_dict={"WARC-Date": "2020-01-02T03:04:05Z"},
            )
        )
        writer.write_record(writer.create_warc_record("urn:x", "metadata", payload=io.BytesIO(b"x: y"), length=4))


@pytest.mark.parametrize("packed", [True, False])
def test_archives_of_other_tools_are_read(tmp_path: Path, packed: bool) -> None:
    name = "other.warc" + (".gz" if packed else "")
    foreign(tmp_path / name, b"text", [("Content-Type", "text/plain")], packed=packed)
    (record,) = iterate(tmp_path, name)
    assert (record.url, record.status, record.body) == ("https://site.test/a", 200, b"text")
    assert record.fetched_at == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert read_record(tmp_path, name, record.offset) == record


def test_a_deduplicated_record_of_another_tool_is_unchanged_not_empty(tmp_path: Path) -> None:
    foreign(tmp_path / "other.warc.gz", b"", [], kind="revisit")
    assert [record.status for record in iterate(tmp_path, "other.warc.gz")] == [304]


def test_a_file_packed_as_a_whole_is_told_with_its_remedy(tmp_path: Path) -> None:
    foreign(tmp_path / "plain.warc", b"text", [], packed=False)
    (tmp_path / "whole.warc.gz").write_bytes(gzip.compress((tmp_path / "plain.warc").read_bytes()))
    with pytest.raises(BrokenArchive, match=r"whole\.warc\.gz, offset 0: .*warcio recompress"):
        list(iterate(tmp_path, "whole.warc.gz"))


def test_no_record_stands_at_a_wrong_offset(written: tuple[Path, list[Record]]) -> None:
    path, records = written
    with pytest.raises(BrokenArchive, match=f"offset {records[0].offset + 1}"):
        read_record(path.parent, path.name, records[0].offset + 1)
    with pytest.raises(BrokenArchive, match="no HTTP response"):
        read_record(path.parent, path.name, 0)
    with pytest.raises(BrokenArchive):
        read_record(path.parent, path.name, path.stat().st_size)


# Files


def test_two_runs_of_one_instant_have_files_of_their_own(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "site", AT, 10**9) as one, ArchiveWriter(tmp_path, "site", AT, 10**9) as other:
        one.write(exchange())
        other.write(exchange())
    assert (one.file, other.file) == ("site-20261102T083015Z-00000.warc.gz", "site-20261102T083015Z-00001.warc.gz")


def test_a_full_file_is_followed_by_another(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "site", AT, 2_000) as writer:
        records = [writer.write(exchange(body=os.urandom(400))) for _ in range(4)]
    assert [record.file[-13:] for record in records] == ["00000.warc.gz"] * 2 + ["00001.warc.gz"] * 2
    assert list(iterate_all(tmp_path)) == records


def test_files_are_sorted_by_the_time_they_tell(tmp_path: Path) -> None:
    for name, days in (("b", 0), ("a", 2), ("c", 1)):
        ArchiveWriter(tmp_path, name, AT + timedelta(days=days), 10**9).close()
    foreign(tmp_path / "unnamed.warc.gz", b"text", [])
    (tmp_path / "ledger.jsonl").write_text("{}\n")
    assert [file[0] for file in warc_files(tmp_path)] == ["u", "b", "c", "a"]


def test_a_failed_write_leaves_only_whole_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ArchiveWriter(tmp_path, "site", AT, 10**9) as writer:
        first = writer.write(exchange())
        really = os.write
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", lambda number, data: half_then_full(really, number, data))
            with pytest.raises(OSError, match="No space left"):
                writer.write(exchange())
        second = writer.write(exchange())
    assert list(iterate_all(tmp_path)) == [first, second]


def half_then_full(really: object, number: int, data: memoryview) -> int:
    if len(data) < 400:
        raise OSError(28, "No space left on device")
    return really(number, data[: len(data) // 2])  # type: ignore[operator,no-any-return]


def test_the_file_of_a_living_writer_is_locked(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "site", AT, 10**9) as writer, left_behind(tmp_path / writer.file) as left:
        assert not left
    with left_behind(tmp_path / writer.file) as left:
        assert left


# Torn tails


def test_a_tail_torn_at_any_byte_is_cut_to_the_last_whole_record(tmp_path: Path) -> None:
    with ArchiveWriter(tmp_path, "site", AT, 10**9) as writer:
        records = [writer.write(exchange()) for _ in range(3)]
    whole = (tmp_path / writer.file).read_bytes()
    last = records[-1].offset
    request = last + len(whole[last:]) - len(_last_member(whole))
    path = tmp_path / "torn-20261102T083015Z.warc.gz"
    for size in range(last, len(whole) + 1):
        path.write_bytes(whole[:size])
        end = len(whole) if size == len(whole) else request if size >= request else last
        assert cut_torn_tail(path) == size - end, size
        assert path.read_bytes() == whole[:end]
        kept = [record.id for record in iterate(tmp_path, path.name)]
        assert kept == [record.id for record in records[: 3 if end > last else 2]]
        assert cut_torn_tail(path) == 0


def _last_member(content: bytes) -> bytes:
    while True:
        inflater = zlib.decompressobj(31)
        inflater.decompress(content)
        if not inflater.unused_data:
            return content
        content = inflater.unused_data


def test_reading_a_torn_file_gives_every_whole_record_first(written: tuple[Path, list[Record]]) -> None:
    path, records = written
    path.write_bytes(path.read_bytes()[: records[-1].offset + 50])
    reader = iterate(path.parent, path.name)
    assert [next(reader) for _ in range(3)] == records[:3]
    with pytest.raises(BrokenArchive, match=f"{path.name}, offset {records[-1].offset}") as caught:
        next(reader)
    assert caught.value.torn


def test_zeros_after_a_power_cut_are_a_torn_tail(written: tuple[Path, list[Record]]) -> None:
    path, _ = written
    whole = path.read_bytes()
    path.write_bytes(whole + bytes(70_000))
    assert cut_torn_tail(path) == 70_000
    assert path.read_bytes() == whole


def test_damage_in_the_middle_is_no_torn_tail(written: tuple[Path, list[Record]]) -> None:
    path, records = written
    content = bytearray(path.read_bytes())
    content[records[1].offset + 30] ^= 0xFF
    path.write_bytes(bytes(content))
    with pytest.raises(BrokenArchive) as caught:
        cut_torn_tail(path)
    assert not caught.value.torn
    assert path.read_bytes() == bytes(content)


def test_a_file_that_is_empty_or_not_packed_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "empty.warc.gz").write_bytes(b"")
    foreign(tmp_path / "plain.warc", b"text", [], packed=False)
    plain = (tmp_path / "plain.warc").read_bytes()
    assert cut_torn_tail(tmp_path / "empty.warc.gz") == 0
    assert cut_torn_tail(tmp_path / "plain.warc") == 0
    assert (tmp_path / "plain.warc").read_bytes() == plain
    assert list(iterate(tmp_path, "empty.warc.gz")) == []

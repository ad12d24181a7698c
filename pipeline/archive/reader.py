"""Records out of WARC files: our own, gzipped or plain, and those of other tools."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParserException

from pipeline.archive.members import GZIP_MAGIC, BrokenArchive, gzip_members
from pipeline.words import Record

__all__ = ["BrokenArchive", "iterate", "iterate_all", "read_record", "warc_files"]

_NAME_STAMP = re.compile(r"(\d{8})T?(\d{6})Z?")
_ANSWERS = {"response", "revisit"}


def read_record(folder: Path, file: str, offset: int) -> Record:
    """The record whose member starts at ``offset`` of a file (relative to the folder).

    Raises BrokenArchive where no whole response or revisit stands there, FileNotFoundError without the file.
    """
    with _entries(folder / file, file, offset) as entries:
        for start, entry in entries:
            record = _record(entry, file, start)
            if record is None:
                break
            return record
    raise BrokenArchive(file, offset, "no HTTP response stands here")


def iterate(folder: Path, file: str, start: int = 0) -> Iterator[Record]:
    """The answers in a file (responses and revisits), in its order, from a record's offset on.

    Raises BrokenArchive behind the last whole record where the file does not end with it.
    """
    with _entries(folder / file, file, start) as entries:
        for offset, entry in entries:
            record = _record(entry, file, offset)
            if record is not None:
                yield record


def warc_files(folder: Path) -> list[str]:
    """The WARC files below the folder, relative to it, sorted by the time they tell (name, else first record)."""
    found = [path for path in folder.rglob("*") if path.name.endswith((".warc", ".warc.gz")) and path.is_file()]
    return sorted((path.relative_to(folder).as_posix() for path in found), key=lambda file: (_time(folder, file), file))


def iterate_all(folder: Path) -> Iterator[Record]:
    """The answers in all files, file by file. Raises BrokenArchive as ``iterate`` does."""
    for file in warc_files(folder):
        yield from iterate(folder, file)


@contextmanager
def _entries(path: Path, file: str, start: int) -> Iterator[Iterator[tuple[int, BinaryIO]]]:
    with path.open("rb") as stream:
        is_gzip = GZIP_MAGIC.startswith(stream.read(2))
        stream.seek(start)
        yield _gzip_entries(stream, file) if is_gzip else _plain_entries(stream)


def _gzip_entries(stream: BinaryIO, file: str) -> Iterator[tuple[int, BinaryIO]]:
    for offset, member in gzip_members(stream, file):
        entry = BytesIO(member)
        yield offset, entry
        if entry.read(64).strip():
            raise BrokenArchive(file, offset, "several records in one gzip member; run `warcio recompress` on the file")


def _plain_entries(stream: BinaryIO) -> Iterator[tuple[int, BinaryIO]]:
    while True:
        offset = stream.tell()
        line = stream.readline()
        if not line:
            return
        if line.strip():
            stream.seek(offset)
            yield offset, stream


def _record(entry: BinaryIO, file: str, offset: int) -> Record | None:
    """The answer that an entry holds, None where it holds something else; reads the entry to its end."""
    try:
        parsed = ArcWarcRecordLoader().parse_record_stream(entry, known_format="warc")
        record = _answer(parsed, file, offset) if parsed.rec_type in _ANSWERS and parsed.http_headers else None
        while parsed.raw_stream.read(1 << 16):
            pass
    except EOFError as error:
        raise BrokenArchive(file, offset, "the file ends within a record", torn=True) from error
    except (ArchiveLoadFailed, StatusAndHeadersParserException, ValueError) as error:
        raise BrokenArchive(file, offset, f"not a WARC record: {error}") from error
    if parsed.length and parsed.raw_stream.limit > 0:
        raise BrokenArchive(file, offset, "the file ends within a record", torn=True)
    return record


def _answer(parsed: Any, file: str, offset: int) -> Record:
    about = parsed.rec_headers
    chunked = (parsed.http_headers.get_header("Transfer-Encoding") or "").strip().lower() == "chunked"
    body = ChunkedDataReader(parsed.raw_stream).read() if chunked else parsed.raw_stream.read()
    # A revisit of another tool may stand for equal bytes seen before (profile identical-payload-digest, printed
    # status 200). It has no body of its own: read as 200 it would be an empty page.
    status = 304 if parsed.rec_type == "revisit" else int(parsed.http_headers.get_statuscode())
    return Record(
        id=_required(about, "WARC-Record-ID").strip("<>"),
        url=_required(about, "WARC-Target-URI"),
        fetched_at=_instant(_required(about, "WARC-Date")),
        status=status,
        headers=tuple((name, value) for name, value in parsed.http_headers.headers),
        body=body,
        file=file,
        offset=offset,
    )


def _required(about: Any, name: str) -> str:
    value = about.get_header(name)
    if not value:
        raise ValueError(f"no {name}")
    return str(value)


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def _time(folder: Path, file: str) -> str:
    stamp = _NAME_STAMP.search(Path(file).name)
    if stamp:
        return stamp[1] + stamp[2]
    try:
        first = next(iterate(folder, file), None)
    except BrokenArchive:
        return ""
    return f"{first.fetched_at:%Y%m%d%H%M%S}" if first else ""

"""Anybody's WARC files, whole or damaged, read capture by capture: what of them can be kept, and what is left out.

Met with: wget (addresses in angle brackets), Common Crawl (bodies unpacked but still called packed, cut at 1 MiB),
recorders inside browsers (heads of HTTP/2, screenshots as resource records), files torn by a killed crawler or a
broken transfer. Our own archive is read by ``pipeline.archive.reader``, which forgives nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from pipeline.archive.answers import head, text_of, whole
from pipeline.archive.copies import Capture, Payload
from pipeline.archive.packages import NotReadable, Torn, opened, segments
from pipeline.archive.record_digest import fits

Fields = dict[str, str]
"""Named fields of a WARC record, the names in small letters."""

_STEP = 1 << 16
_MOST_HEAD = 1 << 18
_RECORD = re.compile(rb"WARC/[01]\.\d+\s*$")
_RECORD_IN_LINE = re.compile(rb"WARC/[01]\.\d+\r?\n\Z")
_SEPARATOR = 2
"""Blank lines that end a record (WARC/1.1, 4)."""
_ANSWERS = ("response", "revisit")
_COUNTED = ("resource", "conversion", "continuation")
_NOT_MODIFIED = 304
# What says something about the page to everybody. A refusal or a failure tells of the visitor or of the hour.
_TELLING = (*range(200, 300), 301, 302, 303, _NOT_MODIFIED, 307, 308, 404, 410)


@dataclass(slots=True)
class Told:
    """What reading some files came to.

    ``left`` counts, by reason, the records that are no captures of wanted addresses, or none that can be kept.
    ``doubts`` are captures whose bytes do not fit their digest; they are kept all the same. ``faults`` are damaged
    places with file, offset and remedy.
    """

    captures: int = 0
    left: Counter[str] = field(default_factory=Counter)
    doubts: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def captures(
    path: Path,
    *,
    wanted: Callable[[str], bool],
    most_bytes: int,
    told: Told,
    progress: Callable[[int], None] = lambda size: None,
) -> Iterator[Capture]:
    """The captures of wanted addresses in a WARC or WACZ file, in its order; fills ``told`` on the way.

    ``most_bytes`` bounds the body of one. ``progress`` is told how many bytes of records were passed since last time.
    Raises NotReadable for a file that is no WARC or WACZ, OSError where it cannot be read; what is damaged inside is
    told and passed over.
    """
    with opened(path) as files:
        for name, stream in files:
            try:
                yield from _File(name, stream, wanted, most_bytes, told, progress).read()
            except NotReadable as error:
                if name == path.name:
                    raise
                told.faults.append(str(error))


class _Damaged(Exception):
    """A record that cannot be read; the message says why."""


@dataclass(slots=True)
class _File:
    """One WARC file being read; ``offset`` is that of the record at hand (gzip: of its member)."""

    name: str
    stream: BinaryIO
    wanted: Callable[[str], bool]
    most_bytes: int
    told: Told
    progress: Callable[[int], None]
    offset: int = 0
    records: int = 0
    software: str | None = None
    damage: str | None = None

    def read(self) -> Iterator[Capture]:
        try:
            for start, part in segments(self.stream):
                self._went_on(start)
                self.progress(start - self.offset)
                self.offset = start
                try:
                    yield from self._records(part)
                except Torn as torn:
                    self._damaged(str(torn))
        except Torn as torn:  # the search for another record met the end of a broken ZIP
            self._damaged(str(torn))
        if not self.records:
            raise NotReadable(f"{self.name}: no WARC record in it; give WARC files (.warc, .warc.gz) or WACZ files")
        if self.damage:
            self.told.faults.append(f"{self.damage}; nothing behind it can be read, fetch the file again")

    def _damaged(self, what: str) -> None:
        self.damage = self.damage or f"{self.name}, offset {self.offset}: {what}"

    def _went_on(self, offset: int) -> None:
        if self.damage:
            self.told.faults.append(
                f"{self.damage}; passed over up to offset {offset}, fetch the file again to have it"
            )
            self.damage = None

    def _records(self, part: BinaryIO) -> Iterator[Capture]:
        is_plain = part.seekable()
        _, line = _blank_lines(part)
        while line:
            if not self.records and line.startswith(b"filedesc:"):
                remedy = "make it a WARC file first: warcio recompress OLD.arc.gz NEW.warc.gz"
                raise NotReadable(f"{self.name}: an ARC file, the form before WARC; {remedy}")
            begin = part.tell() if is_plain else None
            if begin is not None:
                self.progress(begin - len(line) - self.offset)
                self.offset = begin - len(line)
            try:
                capture, line = self._record(part, line)
            except _Damaged as damaged:
                self._damaged(str(damaged))
                if begin is not None:
                    part.seek(begin)  # a length that is too great has swallowed the records behind
                line = _record_within(line) or _next_record(part)
                if line:
                    self._went_on(part.tell() - len(line) if is_plain else self.offset)
                continue
            self.records += 1
            if capture is not None:
                self.told.captures += 1
                yield capture

    def _record(self, part: BinaryIO, line: bytes) -> tuple[Capture | None, bytes]:
        """The capture that a record holds, if it is one that can be kept, and the line behind the record."""
        if not _RECORD.match(line):
            raise _Damaged("no WARC record begins here")
        fields = _fields(part)
        length = _length(fields)
        kind = fields.get("warc-type", "").lower()
        if not kind:
            raise _Damaged("a record without WARC-Type")
        url = fields.get("warc-target-uri", "").strip("<> ")
        reason = self._unwanted(kind, url, fields, length)
        if kind == "warcinfo" and length <= _MOST_HEAD:
            block = _block(part, length)
            self.software = _software(block) or self.software
        elif reason is not None or kind not in _ANSWERS:
            _skip(part, length)
        else:
            block = _block(part, length)
        gap, following = _blank_lines(part)
        if following and gap < _SEPARATOR and not _RECORD.match(following):
            raise _Damaged("the record's Content-Length does not fit")
        if kind not in _ANSWERS or reason is not None:
            if kind not in ("warcinfo", "request", "metadata"):
                self.told.left[reason or kind] += 1
            return None, following
        found = self._capture(kind, url, fields, block)
        if isinstance(found, str):
            self.told.left[found] += 1
            return None, following
        if not fits(fields, block, found.body):
            self.told.doubts.append(f"{self.name}, offset {self.offset}: {url}: the bytes do not fit their digest")
        return found, following

    def _unwanted(self, kind: str, url: str, fields: Fields, length: int) -> str | None:
        if kind not in _ANSWERS:
            return kind if kind in _COUNTED else None
        if not self.wanted(url):
            return "of other sites"
        if fields.get("warc-truncated") or fields.get("warc-segment-number"):
            return "cut off"
        return "too large" if length > self.most_bytes + _MOST_HEAD else None

    def _capture(self, kind: str, url: str, fields: Fields, block: bytes) -> Capture | str:
        """The capture, or in words why it is left out."""
        at = _instant(fields.get("warc-date", ""))
        same_as = _same_as(fields) if kind == "revisit" else None
        told = head(block)
        if at is None:
            return "without a date"
        if told is None and same_as is None:
            return "no HTTP answer"
        version, status, reason, headers, raw = told or ("1.1", 200, "OK", (), b"")
        if kind == "revisit" and same_as is None:
            status = _NOT_MODIFIED
        if status not in _TELLING:
            return "refusals and failures"
        body = whole(headers, raw)
        if body is None:
            return "cut off"
        if not body and same_as is None and 200 <= status < 300:
            return "empty"
        warc_id = fields.get("warc-record-id", "").strip("<> ") or None
        return Capture(url, at, status, reason, version, headers, body, warc_id, self._origin(warc_id), same_as)

    def _origin(self, warc_id: str | None) -> tuple[tuple[str, str], ...]:
        named = (
            ("source-file", self.name),
            ("source-offset", str(self.offset)),
            ("source-record", warc_id),
            ("source-software", self.software),
        )
        return tuple((name, value) for name, value in named if value)


# Records


def _blank_lines(part: BinaryIO) -> tuple[int, bytes]:
    """How many blank lines come next, and the line behind them; that is empty at the end."""
    count = 0
    while line := part.readline(_STEP):
        if line.strip(b"\r\n\0"):
            return count, line
        count += 1
    return count, b""


def _next_record(part: BinaryIO) -> bytes:
    """The line that begins the next record, also where it follows torn bytes on a line; empty where there is none."""
    while line := part.readline(_STEP):
        if found := _RECORD_IN_LINE.search(line):
            return found[0]
    return b""


def _record_within(line: bytes) -> bytes:
    """The beginning of a record behind torn bytes on a line that does not begin with one."""
    found = _RECORD_IN_LINE.search(line)
    return found[0] if found and found.start() else b""


def _fields(part: BinaryIO) -> Fields:
    fields: Fields = {}
    size = 0
    name = ""
    while line := part.readline(_STEP):
        text = text_of(line.rstrip(b"\r\n"))
        size += len(line)
        if size > _MOST_HEAD:
            raise _Damaged("the record's head has no end")
        if not text:
            return fields
        if text[0] in " \t" and name:
            fields[name] += f" {text.strip()}"
            continue
        name, colon, value = text.partition(":")
        name = name.strip().lower()
        if not colon or "\0" in text or _RECORD_IN_LINE.search(line):
            raise _Damaged("the record's head is broken")
        fields.setdefault(name, value.strip())
    raise _Damaged("the file ends within a record's head")


def _length(fields: Fields) -> int:
    length = fields.get("content-length", "")
    if not length.isdecimal():
        raise _Damaged("a record without Content-Length")
    return int(length)


def _block(part: BinaryIO, length: int) -> bytes:
    block = part.read(length)
    if len(block) < length:
        raise _Damaged("the file ends within a record")
    return block


def _skip(part: BinaryIO, length: int) -> None:
    if part.seekable() and length:
        part.seek(length - 1, 1)
        length = 1
    while length:
        data = part.read(min(length, _STEP))
        if not data:
            raise _Damaged("the file ends within a record")
        length -= len(data)


def _software(block: bytes) -> str | None:
    found = re.search(rb"^software:[ \t]*(.+?)\s*$", block, re.MULTILINE | re.IGNORECASE)
    return text_of(found[1]) if found else None


def _same_as(fields: Fields) -> Payload | None:
    """Where a revisit's bytes are; None for a server's "not modified", which has none."""
    if "not-modified" in fields.get("warc-profile", ""):
        return None
    return Payload(
        fields.get("warc-refers-to", "").strip("<> ") or None,
        fields.get("warc-refers-to-target-uri", "").strip("<> ") or None,
        _instant(fields.get("warc-refers-to-date", "")),
    )


def _instant(text: str) -> datetime | None:
    if re.fullmatch(r"\d{14}", text):  # as the Wayback Machine writes it
        text = f"{text[:8]}T{text[8:]}"
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)

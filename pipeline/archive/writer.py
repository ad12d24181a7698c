"""Exchanges as WARC/1.1, one gzip member for each record, on the disk before anybody interprets them."""

from __future__ import annotations

import fcntl
import os
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.archive.reader import read_record
from pipeline.words import Record

NOT_MODIFIED = 304
REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_UNFOLDED = str.maketrans({"\r": " ", "\n": " ", "\0": " "})
_BLANK = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer. ``body`` is free of transfer coding, still in its Content-Encoding.

    A copy of somebody else's capture has an ``origin``: the fields of a WARC metadata record that says where it comes
    from and stands in the place of the request, which is not known; and a ``record_id`` that any other copy of the
    same capture would have too.
    """

    url: str
    method: str
    request_headers: tuple[tuple[str, str], ...]
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    http_version: str = "1.1"
    record_id: str | None = None
    origin: tuple[tuple[str, str], ...] = ()


class ArchiveWriter:
    """Writes the WARC files of one run: ``<name>-<start>-<serial>.warc.gz`` in the archive folder.

    A context manager. The files are locked (flock) until it closes, which tells others that the run lives: close
    it after its last record has been kept, else a second process may adopt that record meanwhile (harmless, but
    double work). ``file`` is the name of the first file, relative to the folder.
    """

    def __init__(self, folder: Path, name: str, started_at: datetime, rotate_bytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._started_at = started_at
        self._stem = f"{name}-{started_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        self._rotate_bytes = rotate_bytes
        self._descriptors: list[int] = []
        self._serial = -1
        self._size = 0
        self._current = ""
        self._open_next()
        self.file = self._current

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the files and give up their locks. Harmless when called twice."""
        while self._descriptors:
            os.close(self._descriptors.pop())

    def write(self, exchange: Exchange) -> Record:
        """Archive one exchange and give the record as any later reader will see it.

        The bytes are on the disk (fsync) when this returns. Raises OSError (a full disk …), after which the file
        ends with its last whole record.
        """
        if self._size >= self._rotate_bytes:
            self._open_next()
        offset = self._size
        self._append(_exchange_members(exchange))
        return read_record(self._folder, self._current, offset)

    def _open_next(self) -> None:
        while True:
            # the clock may be fixed, so that two runs start at one instant: the serial tells them apart
            self._serial += 1
            name = f"{self._stem}-{self._serial:05d}.warc.gz"
            try:
                descriptor = os.open(self._folder / name, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
            except FileExistsError:
                continue
            break
        self._descriptors.append(descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        self._current, self._size = name, 0
        self._append(_warcinfo_member(name, self._started_at))
        _sync_folder(self._folder)

    def _append(self, members: bytes) -> None:
        descriptor = self._descriptors[-1]
        rest = memoryview(members)
        try:
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            os.fsync(descriptor)
        except BaseException:
            os.ftruncate(descriptor, self._size)
            raise
        self._size += len(members)


class _Headers(StatusAndHeaders):  # type: ignore[misc]  # warcio has no types
    """Headers written byte for byte: warcio itself would percent-encode what is not ASCII."""

    def to_ascii_bytes(self, header_filter: Any = None) -> bytes:
        text: str = self.to_str(header_filter) + "\r\n"
        try:
            return text.encode("latin-1")
        except UnicodeEncodeError:
            return text.encode("utf-8", "surrogatepass")


def _exchange_members(exchange: Exchange) -> bytes:
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
    kind = "revisit" if exchange.status == NOT_MODIFIED else "response"
    body = b"" if kind == "revisit" else exchange.body
    url = _address(exchange.url)
    about = {
        "WARC-Record-ID": f"<{exchange.record_id}>" if exchange.record_id else _new_id(),
        "WARC-Target-URI": url,
        "WARC-Date": _warc_date(exchange.fetched_at),
    }
    response = writer.create_warc_record(
        url,
        kind,
        payload=BytesIO(body),
        length=len(body),
        warc_headers_dict=about | ({"WARC-Profile": REVISIT_PROFILE} if kind == "revisit" else {}),
        http_headers=_Headers(
            _line(f"{exchange.status} {exchange.reason}").rstrip(),
            [_header(name, value) for name, value in exchange.headers],
            protocol=f"HTTP/{exchange.http_version}",
        ),
    )
    beside = _origin(writer, exchange, about) if exchange.origin else _request(writer, exchange, about)
    writer.write_record(response)
    writer.write_record(beside)
    return buffer.getvalue()


def _request(writer: WARCWriter, exchange: Exchange, about: dict[str, str]) -> Any:
    url = about["WARC-Target-URI"]
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    request_headers = [(_line(name), _line(value)) for name, value in exchange.request_headers]
    if not any(name.lower() == "host" for name, _ in request_headers):
        request_headers.insert(0, ("Host", parts.netloc))
    return writer.create_warc_record(
        url,
        "request",
        payload=BytesIO(b""),
        length=0,
        warc_headers_dict=about | {"WARC-Record-ID": _new_id(), "WARC-Concurrent-To": about["WARC-Record-ID"]},
        http_headers=_Headers(f"{exchange.method} {target} HTTP/1.1", request_headers, is_http_request=True),
    )


def _origin(writer: WARCWriter, exchange: Exchange, about: dict[str, str]) -> Any:
    fields = "".join(f"{_line(name)}: {_line(value)}\r\n" for name, value in exchange.origin).encode("utf-8", "replace")
    return writer.create_warc_record(
        about["WARC-Target-URI"],
        "metadata",
        payload=BytesIO(fields),
        length=len(fields),
        warc_content_type="application/warc-fields",
        warc_headers_dict=about | {"WARC-Record-ID": _new_id(), "WARC-Refers-To": about["WARC-Record-ID"]},
    )


def _warcinfo_member(name: str, started_at: datetime) -> bytes:
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
    info = {
        "software": "idwatch",
        "format": "WARC File Format 1.1",
        "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    }
    record = writer.create_warcinfo_record(name, info)
    record.rec_headers.replace_header("WARC-Date", _warc_date(started_at))
    writer.write_record(record)
    return buffer.getvalue()


def _header(name: str, value: str) -> tuple[str, str]:
    # The body has no transfer coding any more; left as it is, the header would make every reader look for chunks.
    if name.lower() == "transfer-encoding":
        name = "X-Archive-Orig-Transfer-Encoding"
    return _line(name), _line(value)


def _line(text: str) -> str:
    return text.translate(_UNFOLDED)


def _address(url: str) -> str:
    # a blank or a line's end would end the header that holds the address
    clean = url.encode("utf-8", "replace").decode("utf-8")
    return _BLANK.sub(lambda found: f"%{ord(found[0]):02X}", clean)


def _warc_date(instant: datetime) -> str:
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _new_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

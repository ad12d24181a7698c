"""Copies of others' captures for our archive: the same answer at the same instant, and where it was taken from."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.archive.content import ContentError, decoded
from pipeline.archive.writer import Exchange
from pipeline.words import Record

Pairs = tuple[tuple[str, str], ...]

_CODING = "Content-Encoding"
_MOST_UNPACKED = 1 << 26
_LOOKED_AT = 1024


@dataclass(frozen=True, slots=True)
class Payload:
    """The record that has the bytes a revisit stands for, by its id, or by its address and instant."""

    warc_id: str | None
    url: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Capture:
    """One answer that somebody else archived.

    ``body`` is free of transfer coding, still in its Content-Encoding. ``warc_id`` is the record's there, ``origin``
    says in WARC fields where it was found. ``same_as`` is set for a revisit that stands for bytes archived elsewhere.
    """

    url: str
    at: datetime
    status: int
    reason: str
    http_version: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    warc_id: str | None
    origin: tuple[tuple[str, str], ...]
    same_as: Payload | None = None


def copied(capture: Capture, copied_at: datetime) -> Exchange:
    """The exchange that archives a capture among our own.

    Its record's id is derived from address, instant and bytes: the same capture out of another file, or asked for
    again, is the same record.
    """
    return Exchange(
        url=capture.url,
        method="GET",
        request_headers=(),
        status=capture.status,
        reason=capture.reason,
        headers=honest(capture.headers, capture.body),
        body=capture.body,
        fetched_at=capture.at,
        http_version=capture.http_version,
        record_id=record_id(capture),
        origin=(*capture.origin, ("copied-at", copied_at.astimezone(UTC).isoformat(timespec="seconds"))),
    )


def record_id(capture: Capture) -> str:
    """The id of the record that a copy of a capture has."""
    key = f"{capture.url} {capture.at.astimezone(UTC).isoformat()} {hashlib.sha256(capture.body).hexdigest()}"
    return uuid.uuid5(uuid.NAMESPACE_URL, key).urn


def honest(headers: Pairs, body: bytes) -> Pairs:
    """The headers without a Content-Encoding that the body no longer has.

    Many tools unpack what they archive and leave the header as it was (Common Crawl until 2018, browsers' recorders);
    read by it, the page would be broken.
    """
    if not any(name.lower() == _CODING.lower() for name, _ in headers):
        return headers
    try:
        decoded(Record("", "", datetime.min.replace(tzinfo=UTC), 200, headers, body, "", 0), _MOST_UNPACKED)
    except ContentError:
        if _is_text(body):
            return tuple(
                (f"X-Archive-Orig-{name}" if name.lower() == _CODING.lower() else name, text) for name, text in headers
            )
    return headers


def _is_text(body: bytes) -> bool:
    begin = body[:_LOOKED_AT]
    return b"\0" not in begin and (b"<" in begin or b"{" in begin)

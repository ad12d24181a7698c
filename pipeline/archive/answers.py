"""The HTTP answer inside a WARC record, as tools of all kinds write it down."""

from __future__ import annotations

import re
from io import BytesIO

from warcio.bufferedreaders import ChunkedDataReader

_HTTP = re.compile(rb"HTTP/(\d(?:\.\d)?)[ \t]+(\d{3})\b[ \t]*(.*)")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHUNK = re.compile(rb"[0-9A-Fa-f]+[ \t]*(?:;[^\r\n]*)?\r\n")
_LAST_CHUNK = re.compile(rb"(?:^|\r\n)0+[ \t]*(?:;[^\r\n]*)?\r\n")


def head(block: bytes) -> tuple[str, int, str, tuple[tuple[str, str], ...], bytes] | None:
    """Version, status, reason, headers and body of an HTTP answer; None where the block is none."""
    end = _HEAD_END.search(block)
    begin, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    first, *lines = begin.split(b"\n")
    status = _HTTP.match(first)
    if not status:
        return None
    headers: list[tuple[str, str]] = []
    for line in lines:
        text = text_of(line.rstrip(b"\r"))
        if text[:1] in (" ", "\t") and headers:
            headers[-1] = (headers[-1][0], f"{headers[-1][1]} {text.strip()}")
            continue
        name, colon, value = text.partition(":")
        if colon and name.strip():  # HTTP/2 writes its status as a header ":status"
            headers.append((name.strip(), value.strip()))
    # a head of HTTP/2 or 3 is written as text by whoever archived it; ours, and other readers, know 1.0 and 1.1
    version = "1.0" if status[1] == b"1.0" else "1.1"
    return version, int(status[2]), text_of(status[3]).strip(), tuple(headers), body


def whole(headers: tuple[tuple[str, str], ...], raw: bytes) -> bytes | None:
    """The body without transfer coding; None where it breaks off."""
    named = {name.lower(): value for name, value in headers}
    if "chunked" in named.get("transfer-encoding", "").lower() and _CHUNK.match(raw):
        if not _LAST_CHUNK.search(raw[-1024:]):
            return None
        body: bytes = ChunkedDataReader(BytesIO(raw)).read()
        return body
    announced = named.get("content-length", "")
    # of a body that was unpacked before it was archived the header may tell anything
    cut = announced.isdecimal() and len(raw) < int(announced) and "content-encoding" not in named
    return None if cut and raw else raw


def text_of(data: bytes) -> str:
    """The text of a head's bytes: UTF-8 where they are, else Latin-1, in which all are."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")

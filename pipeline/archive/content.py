"""The body of a record without its Content-Encoding, within a bound."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from pipeline.words import Record

# no dependency of ours, but often there; where it is not, a body packed with it is an unknown coding
brotli: Any = import_module("brotli") if find_spec("brotli") else None

_STEP = 65_536
_GZIP_MAGIC = b"\x1f\x8b"


class ContentError(Exception):
    """The body cannot be decoded; the message says why (``too large``, ``broken gzip``, ``unknown coding``)."""


def decoded(record: Record, limit: int) -> bytes:
    """The payload of a record with its Content-Encoding undone.

    Never more than ``limit`` bytes are unpacked. Raises ContentError where they are exceeded, where the packed
    data is broken or cut off, and for a coding that this system does not know.
    """
    body = record.body
    codings = ",".join(value for name, value in record.headers if name.lower() == "content-encoding")
    for coding in reversed([part.strip().lower() for part in codings.split(",")]):
        body = _undo(coding, body, limit, record.url)
    if len(body) > limit:
        raise ContentError(f"too large: {record.url} has more than {limit} bytes")
    return body


def _undo(coding: str, body: bytes, limit: int, url: str) -> bytes:
    if coding in ("", "identity", "none", "utf-8") or not body:
        # "utf-8" stands in this header on real servers; it packs nothing
        return body
    unpack = _UNPACKERS.get(coding)
    if unpack is None:
        raise ContentError(f"unknown coding {coding!r}: {url}")
    parts: list[bytes] = []
    size = 0
    try:
        for part in unpack(body):
            size += len(part)
            if size > limit:
                raise ContentError(f"too large: {url} unpacks to more than {limit} bytes")
            parts.append(part)
    except (zlib.error, EOFError, _BrotliError) as error:
        raise ContentError(f"broken {coding}: {url}: {error or 'cut off'}") from error
    return b"".join(parts)


def _gzip(body: bytes) -> Iterator[bytes]:
    if not body.startswith(_GZIP_MAGIC):
        # some servers, and tools that unpack before they archive, leave the header on a plain body
        yield body
        return
    while body.startswith(_GZIP_MAGIC):
        inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
        yield from _inflated(inflater, body)
        body = inflater.unused_data


def _deflate(body: bytes) -> Iterator[bytes]:
    # "deflate" means zlib by the standard, and raw deflate on some servers
    is_zlib = len(body) > 1 and body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    yield from _inflated(zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS), body)


def _inflated(inflater: zlib._Decompress, body: bytes) -> Iterator[bytes]:
    while not inflater.eof:
        part = inflater.decompress(body, _STEP)
        body = inflater.unconsumed_tail
        if not part and not body and not inflater.eof:
            raise EOFError("cut off")
        yield part


def _brotli(body: bytes) -> Iterator[bytes]:
    inflater = brotli.Decompressor()
    yield inflater.process(body, output_buffer_limit=_STEP)
    while not inflater.is_finished():
        if inflater.can_accept_more_data():
            raise EOFError("cut off")
        yield inflater.process(b"", output_buffer_limit=_STEP)


_BrotliError: type[Exception] = EOFError if brotli is None else brotli.error
_UNPACKERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
}
if brotli is not None:
    _UNPACKERS["br"] = _brotli

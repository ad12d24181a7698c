"""Whether a record's bytes fit the digests it was given."""

from __future__ import annotations

import hashlib
from base64 import b16encode, b32encode
from collections.abc import Mapping


def fits(fields: Mapping[str, str], block: bytes, body: bytes) -> bool:
    """False where a record (its fields by names in small letters) has a digest that its bytes do not fit.

    The digest of the whole block decides alone. Tools disagree on what a payload is: with or without the transfer
    coding; so either passes. A digest by an unknown function proves nothing.
    """
    told = fields.get("warc-block-digest")
    if told:
        return _is_digest(told, block)
    told = fields.get("warc-payload-digest")
    if not told or fields.get("warc-type") == "revisit":
        return True
    payload = block.partition(b"\r\n\r\n")[2]
    return _is_digest(told, payload) or _is_digest(told, body)


def _is_digest(told: str, data: bytes) -> bool:
    name, _, value = told.partition(":")
    try:
        digest = hashlib.new(name.strip().lower().replace("-", ""), data).digest()
    except (ValueError, TypeError):
        return True
    value = value.strip().upper()
    return value in (b32encode(digest).decode(), b32encode(digest).decode().rstrip("="), b16encode(digest).decode())

"""The gzip members of a WARC file: each holds one record, so that one can be read without those before it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO

GZIP_MAGIC = b"\x1f\x8b"
LARGEST = 1 << 30
_STEP = 1 << 16


class BrokenArchive(Exception):
    """A WARC file cannot be read on; the message names file, offset and what is wrong.

    ``torn`` says that the file merely ends too early, as a killed run leaves it.
    """

    def __init__(self, file: str, offset: int, what: str, *, torn: bool = False) -> None:
        super().__init__(f"{file}, offset {offset}: {what}")
        self.file, self.offset, self.torn = file, offset, torn


def gzip_members(stream: BinaryIO, file: str) -> Iterator[tuple[int, bytes]]:
    """The members from the stream's position on: the offset and the unpacked bytes of each.

    Raises BrokenArchive at the first that is not whole, ``torn`` where the file ends within it.
    """
    offset = stream.tell()
    packed = stream.read(_STEP)
    while packed:
        inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
        start = offset
        parts: list[bytes] = []
        size = 0
        while not inflater.eof:
            if not packed:
                raise BrokenArchive(file, start, "the file ends within a record", torn=True)
            try:
                part = inflater.decompress(packed, LARGEST - size + 1)
            except zlib.error as error:
                zeros = _only_zeros(packed, stream)
                what = "the file ends in zeros" if zeros else f"broken gzip data ({error})"
                raise BrokenArchive(file, start, what, torn=zeros) from error
            size += len(part)
            if size > LARGEST:
                raise BrokenArchive(file, start, f"a record of more than {LARGEST} bytes")
            parts.append(part)
            offset += len(packed) - len(inflater.unused_data)
            packed = inflater.unused_data or stream.read(_STEP)
        yield start, b"".join(parts)


def _only_zeros(packed: bytes, stream: BinaryIO) -> bool:
    # after a power cut a file system may have made a file longer without writing what stands there
    return not packed.strip(b"\0") and all(not part.strip(b"\0") for part in iter(lambda: stream.read(_STEP), b""))

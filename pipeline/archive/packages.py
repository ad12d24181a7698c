"""What anybody's archive file holds as streams: a plain or gzipped WARC file, or a WACZ (a ZIP of WARC files)."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from pipeline.archive.members import GZIP_MAGIC

_STEP = 1 << 16
_ZIP_MAGIC = b"PK\x03\x04"
_ZSTD_MAGICS = (b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18")
_MEMBER_BEGINS = GZIP_MAGIC + b"\x08"
_PLAIN = (b"WARC/", b"filedesc:")
"""What stands near the beginning of a plain file. Where neither does, a gzip file may have lost its first bytes."""
_FIRST_BYTES = 1 << 18
_LOOKED_AT = 4096


class NotReadable(Exception):
    """A file is no archive that can be taken in; the message names it, says why, and what to do."""


class Torn(Exception):
    """A stream breaks off or is broken inside; the message says how."""


@contextmanager
def opened(path: Path) -> Iterator[Iterator[tuple[str, BinaryIO]]]:
    """The WARC files that a file holds, each with its name for people: itself, or those packed in a WACZ.

    Raises NotReadable for a file of another kind, OSError where it cannot be read.
    """
    with path.open("rb") as stream:
        begin = stream.read(4)
        stream.seek(0)
        if not begin:
            raise NotReadable(f"{path}: the file is empty")
        if begin in _ZSTD_MAGICS:
            raise NotReadable(f"{path}: packed with Zstandard; unpack it first: zstd -d {path.name}")
        yield _packed(path, stream) if begin == _ZIP_MAGIC else iter([(path.name, cast(BinaryIO, stream))])


def segments(stream: BinaryIO) -> Iterator[tuple[int, BinaryIO]]:
    """The parts of a WARC file that can be read one without the other: its gzip members, or the whole of a plain file.

    Each with its offset. Reading one raises Torn where it is broken; whoever then goes on gets the next member that
    begins with a WARC record.
    """
    begin = _read(stream, _FIRST_BYTES)
    stream.seek(0)
    if not begin.startswith(GZIP_MAGIC) and any(sign in begin for sign in _PLAIN):
        yield 0, cast(BinaryIO, io.BufferedReader(_Guarded(stream), _STEP))
        return
    packed = _Packed(stream)
    while not packed.is_at_end():
        start = packed.at
        member = _Member(packed)
        yield start, cast(BinaryIO, io.BufferedReader(member, _STEP))
        if not member.run_out() and not packed.go_to_member(start + 1):
            return


def _packed(path: Path, stream: BinaryIO) -> Iterator[tuple[str, BinaryIO]]:
    try:
        package = zipfile.ZipFile(stream)
    except zipfile.BadZipFile as error:
        raise NotReadable(f"{path}: {error}; fetch it again, or try `zip -FF` on a copy") from error
    with package:
        names = [name for name in package.namelist() if name.endswith((".warc", ".warc.gz"))]
        if not names:
            raise NotReadable(f"{path}: a ZIP without WARC files; a WACZ has them in its folder archive/")
        for name in names:
            try:
                entry = package.open(name)
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
                raise NotReadable(f"{path}, {name}: {error}; unpack it with another tool") from error
            with entry:
                # one wrong byte must not cost the whole entry: the records in it have checksums of their own
                entry._expected_crc = None  # type: ignore[attr-defined]  # no other way to switch it off
                yield f"{path.name}!{name}", cast(BinaryIO, entry)


class _Guarded(io.RawIOBase):
    """A stream whose faults are told as Torn: a ZIP tells of a wrong checksum only at an entry's end."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any buffer in typeshed
        data = _read(self._stream, len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _Packed:
    """The packed bytes of a gzip file, read forward."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._ahead = b""
        self.at = 0

    def take(self) -> bytes:
        data, self._ahead = self._ahead or _read(self._stream, _STEP), b""
        self.at += len(data)
        return data

    def give_back(self, data: bytes) -> None:
        self._ahead = data + self._ahead
        self.at -= len(data)

    def is_at_end(self) -> bool:
        self.give_back(self.take())
        return not self._ahead

    def go_to_member(self, offset: int) -> bool:
        """Go to the first member from an offset on that begins with a WARC record; False where there is none."""
        self._ahead, window = b"", b""
        self._stream.seek(offset)
        while data := _read(self._stream, _STEP):
            window += data
            found = window.find(_MEMBER_BEGINS)
            while found >= 0:
                self.at = self._stream.seek(offset + found)
                if _holds_record(_read(self._stream, _LOOKED_AT)):
                    self._stream.seek(self.at)
                    return True
                found = window.find(_MEMBER_BEGINS, found + 1)
            kept = window[1 - len(_MEMBER_BEGINS) :]  # the first bytes of a member may end this step
            offset += len(window) - len(kept)
            window = kept
            self._stream.seek(offset + len(kept))
        return False


class _Member(io.RawIOBase):
    """One gzip member, unpacked as it is read."""

    def __init__(self, packed: _Packed) -> None:
        self._packed = packed
        self._inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._is_broken = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # any buffer in typeshed
        while not self._inflater.eof:
            data = self._inflater.unconsumed_tail or self._packed.take()
            try:
                part = self._inflater.decompress(data, len(buffer))
            except zlib.error as error:
                self._is_broken = True
                raise Torn(f"broken gzip data ({error})") from error
            if self._inflater.eof:
                self._packed.give_back(self._inflater.unused_data)
            if part:
                buffer[: len(part)] = part
                return len(part)
            if not data:
                self._is_broken = True
                raise Torn("the file ends within a record")
        return 0

    def run_out(self) -> bool:
        """Read what is left, so that the next member is reached; False where the member is broken."""
        try:
            while not self._is_broken and self.read(_STEP):
                pass
        except Torn:
            pass
        return not self._is_broken


def _holds_record(data: bytes) -> bool:
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(data, 64).lstrip().startswith(b"WARC/")
    except zlib.error:
        return False


def _read(stream: BinaryIO, size: int) -> bytes:
    try:
        return stream.read(size)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Torn(f"the ZIP is damaged ({error})") from error

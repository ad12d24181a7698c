"""Files of JSON lines that only grow: a line is on the disk before anybody acts on it; a torn one counts as none."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Lines:
    """Whole lines of a file, the number of the first, and the place where they end.

    ``whole`` says that they are all the file has: it was asked for from its start, or is not the file it was.
    """

    lines: tuple[bytes, ...]
    first: int
    place: str
    whole: bool


def append(path: Path, lines: Iterable[str]) -> None:
    """Add lines; they are on the disk (fsync) when this returns. A torn last line is cut first."""
    text = "".join(line + "\n" for line in lines)
    if not text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        stream.truncate(_end_of_lines(stream))
        stream.write(text.encode())
        stream.flush()
        os.fsync(stream.fileno())


def since(path: Path, place: str | None = None) -> Lines:
    """The whole lines that follow a place; all of them without one, or where the file is another than it was.

    A place names how many bytes and lines come before it, and a digest of the last of these bytes, so that a file
    that was replaced meanwhile is not taken for the one that was read.
    """
    if not path.exists():
        return Lines((), 1, "", whole=True)
    with path.open("rb") as stream:
        offset, count, digest = _parts(place)
        whole = not offset or _digest(stream, offset) != digest
        if whole:
            offset, count = 0, 0
        end = _end_of_lines(stream)
        stream.seek(offset)
        lines = tuple(stream.read(max(end - offset, 0)).split(b"\n")[:-1])
        here = f"{end} {count + len(lines)} {_digest(stream, end)}" if end else ""
    return Lines(lines, count + 1, here, whole)


def _parts(place: str | None) -> tuple[int, int, str]:
    if not place:
        return 0, 0, ""
    offset, count, digest = place.split(" ")
    return int(offset), int(count), digest


def _digest(stream: BinaryIO, end: int) -> str:
    start = max(end - _BLOCK, 0)
    stream.seek(start)
    return hashlib.sha256(stream.read(end - start)).hexdigest()[:16]


def _end_of_lines(stream: BinaryIO) -> int:
    """Where the last whole line ends, looked for from the end: these files grow long."""
    position = stream.seek(0, os.SEEK_END)
    while position > 0:
        start = max(position - _BLOCK, 0)
        stream.seek(start)
        found = stream.read(position - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        position = start
    return 0

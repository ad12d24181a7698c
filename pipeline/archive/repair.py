"""A killed run may leave a WARC file whose last gzip member is torn: cut it off, keep every whole one."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.archive.members import GZIP_MAGIC, BrokenArchive, gzip_members


def cut_torn_tail(path: Path, start: int = 0) -> int:
    """Cut the file after its last whole gzip member; give the number of bytes cut, 0 where it was whole.

    ``start`` is the offset of a record known to be whole, from which to look. A file that is not gzip stays as it
    is. Raises BrokenArchive where a member is damaged in the middle of the file: that is no torn tail, and what
    stands behind it must not be lost.
    """
    with path.open("r+b") as stream:
        magic = stream.read(2)
        if magic and not GZIP_MAGIC.startswith(magic) and magic.strip(b"\0"):
            return 0
        stream.seek(start)
        try:
            for _ in gzip_members(stream, path.name):
                pass
        except BrokenArchive as broken:
            if not broken.torn:
                raise
            size = stream.seek(0, os.SEEK_END)
            stream.truncate(broken.offset)
            os.fsync(stream.fileno())
            return size - broken.offset
    return 0


@contextmanager
def left_behind(path: Path) -> Iterator[bool]:
    """True while nobody writes the file, and nobody can begin to; False where a live run has it open.

    The run's writer holds a lock on it (flock), which ends with its process.
    """
    with path.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True

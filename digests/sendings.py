"""The names of who reads a correction: whoever was sent that edition through that slice.

Two readers of one slice may have had an edition through two: a correction is only for who was told it wrong.
"""

from __future__ import annotations

import re

_NAME = re.compile(r"(.+?)(?:-(via|left)-(\d+))?")


def name_of(period: str, slice_id: int, *, left: bool) -> str:
    """``2025-W30-via-7``; ``left``: of those who read another slice now."""
    return f"{period}-{'left' if left else 'via'}-{slice_id}"


def sending_of(name: str) -> tuple[str, int | None]:
    """The edition and slice of a name; no slice where the name was frozen before names told one."""
    found = _parts(name)
    return found[1], int(found[3]) if found[3] else None


def is_left(name: str) -> bool:
    """Whether these are owed it by a slice they have left: that is no part of the edition others are shown."""
    return _parts(name)[2] == "left"


def _parts(name: str) -> re.Match[str]:
    found = _NAME.fullmatch(name)
    assert found is not None
    return found

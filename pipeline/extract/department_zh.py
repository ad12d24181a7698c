"""Chinese names of the department that other bodies' departments bear too: 团中央国际联络部, 民革中央联络部."""

from __future__ import annotations

import re

from pipeline.gazetteer import Hit, Kind

_OTHERS = re.compile(
    r"(?:(?<![表察问议])团|民革|民盟|民建|民进|农工党?|致公党?|九三学社|九三|台盟|妇联|总工会|青联|侨联|工商联|文联|作协|科协)"
    r"(?:中央)?$"
)
# what only this department is called
_OWN = ("中联部", "中共", "中国共产党")
_LONGEST = 8


def ours(text: str, hits: list[Hit]) -> list[Hit]:
    """The hits without those of the department that are the end of another body's name."""
    return [hit for hit in hits if hit.kind is not Kind.DEPARTMENT or not _of_others(text, hit)]


def _of_others(text: str, hit: Hit) -> bool:
    if text.startswith(_OWN, hit.start):
        return False
    return _OTHERS.search(text, max(0, hit.start - _LONGEST), hit.start) is not None

"""The rank of a foreign guest by the printed title (codebook §5.4), as the gazetteer's titles know it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from digests.texts import is_chinese
from pipeline.gazetteer import Kind, load

_OFFICES = re.compile(r"\s+and\s+|\s*[,;、，；&]\s*|兼")
"""Between two offices of one person: General Secretary of the Central Committee and President of Laos."""
_A_PARTY = re.compile(r"\bparty\b|党", re.IGNORECASE)


def best_rank(titles: Iterable[str | None]) -> int | None:
    """The best rank, 1 to 6, among titles; None where none tells one."""
    return min((rank for title in titles if title and (rank := rank_of(title))), default=None)


@lru_cache(maxsize=50_000)
def rank_of(title: str) -> int | None:
    """The rank that a title tells; None where the gazetteer knows no office in it.

    Of each office named the first words count: a spokesman of the Prime Minister is none. President alone may be
    a party's head: it is a country's where the title names the country and no party, else the lower rank holds.
    """
    return min((rank for part in _OFFICES.split(title) if (rank := _rank(part))), default=None)


def _rank(office: str) -> int | None:
    gazetteer = load()
    hits = gazetteer.find(office, "zh" if is_chinese(office) else "en")
    first = next((hit for hit in hits if hit.kind is Kind.TITLE), None)
    if first is None:
        return None
    titles = [gazetteer.titles[one] for one in first.ids]
    kinds = {hit.kind for hit in hits}
    if Kind.COUNTRY in kinds and Kind.PARTY not in kinds and not _A_PARTY.search(office):
        titles = [one for one in titles if one.side == "state"] or titles
    return max(one.rank for one in titles)

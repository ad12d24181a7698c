"""Whether the rules of a site lose their hold: the routes that serve a page's fields have shifted (a redesign)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

FIELDS = ("title", "published", "body")
NONE = "none"
"""What stands for a route where nothing served the field."""

LEAST_RECENT = 5
LEAST_BEFORE = 20
_USUAL = 0.2
_SHIFT = 0.3
_CHANCE = 0.001

Routes = Mapping[str, str]
"""What served each field of a reading."""


def drift(recent: Sequence[Routes], before: Sequence[Routes]) -> list[str]:
    """In words, which fields are served otherwise than before; empty where none, or where too little is known.

    A route that served at least a fifth of the readings before must serve clearly less now, by more than chance
    explains (one in a thousand): a single odd page is no redesign.
    """
    if len(recent) < LEAST_RECENT or len(before) < LEAST_BEFORE:
        return []
    return [words for field in FIELDS if (words := _shift(field, recent, before))]


def _shift(field: str, recent: Sequence[Routes], before: Sequence[Routes]) -> str | None:
    now, then = (Counter(routes.get(field, NONE) for routes in side) for side in (recent, before))
    for route, times in then.most_common():
        share, served = times / len(before), now[route]
        if share < _USUAL:
            return None
        if share - served / len(recent) >= _SHIFT and _chance(served, len(recent), times, len(before)) < _CHANCE:
            others = ", ".join(f"{name} {count}" for name, count in now.most_common() if name != route)
            return f"{field}: {route} served {share:.0%} of {len(before)}, now {served} of {len(recent)} ({others})"
    return None


def _chance(served: int, recent: int, times: int, before: int) -> float:
    """How likely so few are, were the share the same as before."""
    share = (times + 0.5) / (before + 1)
    return sum(math.comb(recent, k) * share**k * (1 - share) ** (recent - k) for k in range(served + 1))

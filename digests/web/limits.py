"""How often one asker may ask: so many at once, and so many again in a time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock


class Limit:
    """``most`` tries at once by one key (a network, an address), and ``most`` more in the course of ``seconds``.

    Two numbers a key, however many tries; of too many keys the one unseen for longest is forgotten, so that no number
    of askers fills the memory. A restart forgets all. Refused tries do not count.
    """

    def __init__(
        self, most: int, seconds: float, keys: int = 20_000, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._rate, self._keys = float(most), most / seconds, keys
        self._monotonic = monotonic
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def allows(self, key: str) -> bool:
        """Count one more try; False where that is one too many."""
        now = self._monotonic()
        with self._lock:
            left, since = self._left.pop(key, (self._most, now))
            left = min(self._most, left + (now - since) * self._rate)
            allowed = left >= 1
            self._left[key] = (left - allowed, now)
            while len(self._left) > self._keys:
                self._left.popitem(last=False)
        return allowed

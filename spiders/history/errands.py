"""How a backfill goes through its errands: few at a time out of the database, and noted there once they are kept.

Nothing is remembered here that a kill would lose. An answer that was archived before a kill and not noted is read in
the archive, not asked for again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import scrapy

from pipeline import clock
from pipeline.archive import read_record
from pipeline.words import Record
from spiders.history.backlog import Errand, Job
from spiders.walk import Walk

_BATCH = 16
"""Errands taken up at a time, and answers kept and noted at a time; after a kill, so many are looked for in the
archive."""


@dataclass(slots=True)
class ErrandWalk(Walk):
    """What the walks of a backfill share. Each says how an errand is asked and what its answer leads to."""

    job: Job = field(kw_only=True)
    at_once: int = field(kw_only=True)
    """How many requests are under way at most."""
    _ready: deque[Errand] = field(default_factory=deque)
    _open: set[int] = field(default_factory=set)
    """Errands taken up in this run whose answers are not noted yet, or were of no use."""
    _answered: list[tuple[Errand, list[Errand]]] = field(default_factory=list)
    _under_way: int = 0

    def first_requests(self) -> Iterator[scrapy.Request]:
        yield from self.more()

    def request(self, errand: Errand) -> scrapy.Request:
        """The request for an errand; its callbacks call ``answered`` or ``came_to_nothing``, then ``more``."""
        raise NotImplementedError

    def others(self, room: int) -> list[scrapy.Request]:
        """Requests that are no errands, as many as there is room for; each adds to what is under way."""
        return []

    def is_had(self, errand: Errand) -> bool:
        """True where there is no need to ask: what the errand is for is held, and has been given to ``answered``."""
        raise NotImplementedError

    def more(self) -> list[scrapy.Request]:
        """Further requests, as far as there is room: there are never more of them in memory.

        A list, no iterator: Scrapy goes through those of several answers at a time, and two would take one errand.
        """
        requests = []
        while room := self._room:
            if not self._ready and not self._take_up():
                requests += self.others(room)
                break
            errand = self._ready.popleft()
            if not self.is_had(errand):
                self._under_way += 1
                requests.append(self.request(errand))
        return requests

    def _take_up(self) -> bool:
        """Note what was answered and take up the next errands; False where there are none, or too much is under way
        for it to be worth the while."""
        if self._under_way > self.at_once // 4:
            return False
        self.keeper.flush()
        self._note()
        self._ready.extend(self.job.pending(_BATCH, self._open))
        self._open |= {errand.id for errand in self._ready}
        return bool(self._ready)

    def answered(self, errand: Errand, further: list[Errand]) -> None:
        """An errand's answer is archived and leads to further ones."""
        self._answered.append((errand, further))

    def archived(self, errand: Errand) -> Record | None:
        """The answer to an errand that an earlier run had archived when it was killed."""
        place = self.job.answer(errand) if errand.is_left else None
        return read_record(self.keeper.settings.archive_folder, *place) if place else None

    @property
    def _room(self) -> int:
        return 0 if self.keeper.stopped else max(self.at_once - self._under_way, 0)

    def _note(self) -> None:
        # only after a flush: an errand is done once what its answer shows is in the database
        answered, self._answered = self._answered, []
        if self.keeper.fault:
            return
        for errand, further in answered:
            self.job.done(errand, clock.now(self.keeper.settings), further)
            self._open.discard(errand.id)

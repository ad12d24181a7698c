"""Events as the web pages and feeds tell them: a sentence, its sources, and where to click."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from digests.phrases import Sentence, plain
from digests.rows import Event, Source
from digests.sentences import sentence
from digests.wording import dated, word, wording_of
from pipeline.words import Standing

# `sentence` tells the year of days that lie in another one; a page of its own has no year.
_NO_YEAR = 0


@dataclass(frozen=True, slots=True)
class Told:
    """An event in words."""

    id: str
    when: str
    label: str
    sentence: Sentence
    plain: str
    title_zh: str | None
    title_en: str | None
    mode: str
    realis: str
    standing: str
    sources: tuple[Source, ...]

    @property
    def path(self) -> str:
        return f"/events/{self.id}"


def told(event: Event) -> Told:
    """An event in words."""
    said = sentence(event, _NO_YEAR)
    return Told(
        id=event.id,
        when=dated(event.first_day, event.last_day, event.precision) or "no day known",
        label=wording_of(event.type).label,
        sentence=said,
        plain=plain(said),
        title_zh=event.title_zh,
        title_en=event.title_en,
        mode=word("mode", event.mode),
        realis=word("realis", event.realis),
        standing="" if event.standing == Standing.CONFIRMED else word("standing", event.standing),
        sources=event.sources,
    )


def all_told(events: Iterable[Event]) -> list[Told]:
    """Events in words, in their order."""
    return [told(event) for event in events]

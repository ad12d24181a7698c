"""The sentence frames of Chinese pages, in the order in which they are tried (corpus/chinese.md §4)."""

from __future__ import annotations

from pipeline.extract.draft import Draft, Official
from pipeline.extract.layout import Sentence
from pipeline.extract.meetings_zh import meetings, talks
from pipeline.extract.named_events import founded
from pipeline.extract.occasions_zh import (
    attended,
    attended_too,
    briefed,
    condolence,
    held,
    letter,
    signed,
    spoken,
    untyped,
)
from pipeline.extract.page import Page
from pipeline.extract.trips_zh import trip


def read(page: Page, sentence: Sentence, people: list[Official], *, title: bool) -> list[Draft]:
    """The events that one sentence tells, in order. Sentences in which the Chinese side has no part give none."""
    journey = trip(page, sentence, people)
    if journey is not None:
        return [*attended_too(page, sentence, people, [journey]), journey]
    for frame in (meetings, talks):
        found = frame(page, sentence, people)
        if found:
            return found + attended_too(page, sentence, people, found)
    for single in (signed, attended, held, spoken, briefed, letter, condolence):
        draft = single(page, sentence, people)
        if draft is not None:
            return [*founded(page, draft, sentence.start, sentence.end), draft]
    return untyped(page, sentence, people) if title else []

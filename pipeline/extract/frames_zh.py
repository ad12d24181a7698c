"""The sentence frames of Chinese pages, in the order in which they are tried (corpus/chinese.md §4)."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extract.draft import Draft, Official
from pipeline.extract.layout import Sentence
from pipeline.extract.meetings_zh import meetings, talks
from pipeline.extract.named_events import founded
from pipeline.extract.occasions_zh import attended, attended_too, briefed, held, spoken, untyped
from pipeline.extract.page import Page
from pipeline.extract.papers_zh import campaign, condolence, letter, media, papers_too, signed
from pipeline.extract.trips_zh import onward, trip


def read(
    page: Page, sentence: Sentence, people: list[Official], *, title: bool, near: Sequence[str] = ()
) -> list[Draft]:
    """The events that one sentence tells, in order. Sentences in which the Chinese side has no part give none.

    ``near`` are countries in reach that the sentence may not name (of the trip told before).
    """
    journey = trip(page, sentence, people)
    if journey is not None:
        return [*attended_too(page, sentence, people, [journey]), journey]
    for frame in (meetings, talks):
        found = frame(page, sentence, people, near)
        if found:
            found += attended_too(page, sentence, people, found)
            return found + papers_too(page, sentence, people, found[:1]) + onward(page, sentence, found)
    for single in (campaign, attended, held, signed, spoken, briefed, letter, condolence, media):
        draft = single(page, sentence, people)
        if draft is not None:
            first = founded(page, draft, sentence.start, sentence.end)
            return [*first, draft, *papers_too(page, sentence, people, [draft])]
    return untyped(page, sentence, people) if title else []

"""The sentence frames of English pages, in the order in which they are tried (corpus/english.md §4)."""

from __future__ import annotations

from pipeline.extract import bodies_en
from pipeline.extract.draft import Draft, Official, Read
from pipeline.extract.layout import Sentence
from pipeline.extract.meetings_en import meetings, talks
from pipeline.extract.named_events import founded
from pipeline.extract.occasions_en import attended, briefed, condolence, held, letter, school, signed, spoken
from pipeline.extract.page import Page
from pipeline.extract.sides_en import acting
from pipeline.extract.trips_en import trip


def read(page: Page, sentence: Sentence, people: list[Official], skip: int, *, title: bool) -> list[Draft]:
    """The events that one sentence tells, in order. ``skip`` is where the text begins behind the dateline (folded)."""
    journey = trip(page, sentence, people, skip)
    if journey is not None:
        return [journey]
    found = meetings(page, sentence, people, skip) or talks(page, sentence, people, skip)
    if found:
        return found + signed(page, sentence, people, skip)
    for frame in (signed, school, attended, held, spoken, briefed, letter, condolence):
        found = frame(page, sentence, people, skip)
        if found:
            return founded(page, found[0], skip, sentence.end) + found
    if title and people and page.own_site:
        page.note("untyped_verb", sentence.start, sentence.end)
        draft = Draft(Read("OTHER.UNCLEAR", sentence.start, sentence.end, "headline_untyped_en", 0.3), sentence)
        draft.foreign = bodies_en.bodies(page, people[0].name_to, sentence.end, note=False)
        return [acting(page, draft, people, sentence)]
    return []

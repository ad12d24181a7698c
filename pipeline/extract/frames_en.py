"""The sentence frames of English pages, in the order in which they are tried (corpus/english.md §4)."""

from __future__ import annotations

from functools import partial

from pipeline.extract import bodies_en
from pipeline.extract.draft import Draft, Official, Read
from pipeline.extract.layout import Sentence
from pipeline.extract.meetings_en import meetings
from pipeline.extract.named_events import founded
from pipeline.extract.occasions_en import also_attended, arranged, attended, briefed, congress, held, school, spoken
from pipeline.extract.officials_en import headline_official
from pipeline.extract.page import Page
from pipeline.extract.papers_en import adopted, condolence, given, letter, press, signed
from pipeline.extract.sides_en import acting
from pipeline.extract.trips_en import aside, met_with_day, own_meetings, trip, visit_by


def read(
    page: Page, sentence: Sentence, people: list[Official], skip: int, last: Draft | None, *, title: bool
) -> list[Draft]:
    """The events that one sentence tells, in order. ``skip`` is where the text begins behind the dateline (folded);
    ``last`` is the event told before.
    """
    found = told_here(page, sentence, people, skip, last)
    called = visit_by(page, sentence, people, skip) if not found else None
    if called is not None:
        return [called]
    beside = aside(page, sentence, people, skip) if all(draft.type.value != "VISIT.OUT" for draft in found) else None
    if beside is not None:
        found = [beside, *found]  # what follows is about what was done on it
    if found or not (title and page.own_site and headline_official(page, skip, sentence.end)):
        return found
    page.note("untyped_verb", sentence.start, sentence.end)
    draft = Draft(Read("OTHER.UNCLEAR", sentence.start, sentence.end, "headline_untyped_en", 0.3), sentence)
    draft.foreign = bodies_en.bodies(page, people[0].name_to if people else skip, sentence.end, note=False)
    return [acting(page, draft, people, sentence)]


def told_here(page: Page, sentence: Sentence, people: list[Official], skip: int, last: Draft | None) -> list[Draft]:
    journey = trip(page, sentence, people, skip, last)
    if journey is not None and journey.type.value == "VISIT.IN":
        # `visited Beijing, where he met with …`; of whose guests nothing is said, the meeting alone is told
        ours = journey.department
        found = meetings(page, sentence, people, skip, journey) if met_with_day(page, sentence, journey) else []
        return found if found and not ours else [journey, *found]
    if journey is not None:
        return [
            *congress(page, sentence, people, skip, journey),
            journey,
            *own_meetings(page, sentence, people, journey),
        ]
    found = meetings(page, sentence, people, skip, last)
    if found:
        return found + also_attended(page, sentence, found[-1]) + signed(page, sentence, people, skip, found[-1])
    found = press(page, sentence, people, skip, last)
    if found:
        return held(page, sentence, people, skip) + found
    found = signed(page, sentence, people, skip, last) or school(page, sentence, people, skip)
    if found:
        return found
    mourned = partial(condolence, last=last)
    for frame in (attended, held, spoken, briefed, letter, mourned, given, arranged):
        found = frame(page, sentence, people, skip)
        if found:
            papers = adopted(page, sentence, skip, found[0])
            return founded(page, found[0], skip, sentence.end) + found + papers
    return adopted(page, sentence, skip, last)

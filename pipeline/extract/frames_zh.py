"""The sentence frames of Chinese pages, in the order in which they are tried (corpus/chinese.md §4)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.extract.draft import Draft, Official
from pipeline.extract.given_zh import gave, given_too
from pipeline.extract.layout import Sentence
from pipeline.extract.listed_zh import seated
from pipeline.extract.meetings_zh import meetings, talks
from pipeline.extract.named_events import founded
from pipeline.extract.occasions_zh import attended, attended_too, briefed, held, spoken, untyped
from pipeline.extract.page import Page
from pipeline.extract.papers_zh import campaign, condolence, letter, media, papers_too, signed
from pipeline.extract.trips_zh import behind, dated_clause, onward, trip, upto

_ALSO = re.compile(
    r"[,、]?(?P<also>并(?:还|又|应约)?)(?=(?:同|与)(?!会|中方|双方|其|师生|现场|学员)[^,。;]{4,60}?(?:举行|进行)?"
    r"[^,。;]{0,6}(?:会谈|会晤|座谈|通话|通电话))"
)


def read(
    page: Page, sentence: Sentence, people: list[Official], *, title: bool, near: Sequence[str] = ()
) -> list[Draft]:
    """The events that one sentence tells, in order. Sentences in which the Chinese side has no part give none.

    ``near`` are countries in reach that the sentence may not name (of the trip told before).
    """
    cut = dated_clause(page, sentence)
    front = sentence if cut is None else upto(sentence, cut)
    journey = trip(page, front, people)
    if journey is not None:
        rest = [] if cut is None else _on_the_way(page, behind(sentence, cut), people, journey)
        return [*attended_too(page, front, people, [journey]), journey, *rest]
    for frame in (meetings, talks):
        found = frame(page, sentence, people, near)
        if found:
            if len(found) == 1:
                seated(page, sentence, found[0], people, near)
            found += _talks_too(page, sentence, people, found) if frame is meetings else []
            found += attended_too(page, sentence, people, found)
            return found + papers_too(page, sentence, people, found[:1]) + onward(page, sentence, found)
    for single in (campaign, attended, held, signed, spoken, briefed, letter, condolence, gave, media):
        draft = single(page, sentence, people)
        if draft is not None:
            first = founded(page, draft, sentence.start, sentence.end)
            return [
                *first,
                draft,
                *papers_too(page, sentence, people, [draft]),
                *given_too(page, sentence, people, draft),
            ]
    return untyped(page, sentence, people) if title else []


def _talks_too(page: Page, sentence: Sentence, people: list[Official], found: list[Draft]) -> list[Draft]:
    """`会见某国议长某某,并同外长某某会谈`: the second predicate of the same people."""
    main = found[-1]
    also = _ALSO.search(page.text.text, main.type.to or sentence.end, sentence.end) if "并" in sentence.text else None
    if also is None or not main.chinese:
        return []
    page.actors = list(main.chinese)
    more = talks(page, behind(sentence, also.start("also")), people, [read.value for read in main.foreign.countries])
    # 并同反对党领导人座谈 names nobody: of the meeting before
    more = [draft for draft in more if draft.foreign.people or draft.foreign.organisations]
    for draft in more:
        draft.department, draft.another, draft.sentence = main.department, True, sentence
    return more


def _on_the_way(page: Page, clause: Sentence, people: list[Official], journey: Draft) -> list[Draft]:
    """`28日至30日访问某国,29日会见某人`: what a trip's own sentence tells with a day of its own."""
    near = [read.value for read in journey.foreign.countries]
    page.travellers = page.actors = list(journey.chinese)
    for frame in (meetings, talks):
        found = frame(page, clause, people, near)
        if found:
            for draft in found:
                draft.department = draft.department or journey.department
            return found
    return []

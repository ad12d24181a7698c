"""English pages: which sentences tell an event, and what they say of it (corpus/english.md §1, §3, §4, §11)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from pipeline.extract import bodies_en, frames_en, place, sides_en, when_en
from pipeline.extract.draft import Draft, Official, Place, Read
from pipeline.extract.layout import DAY_HEADING_EN, Part, Sentence
from pipeline.extract.listed_en import SPEECH, attendees, led, speakers
from pipeline.extract.officials_en import by_pronoun, by_surname, headline_official, officials
from pipeline.extract.page import Page
from pipeline.extract.when import When

_EVENT = re.compile(
    r"\b(?:meets?|met|held|holds?|attend\w*|visit\w*|led|lead|receive[sd]|called on|deliver\w*|brief\w*|sign(?:s|"
    r"ed)?|inked|laid|inaugurat\w+|"
    r"sent|mourn\w*|exchange[sd]?|hosts?|hosted|opened|opens|arrive[sd]?|address\w*|paid|pay|conclude[sd]?|"
    r"organi[sz]e[sd]|co-organi[sz]ed|launche[sd]|was held|is held|participat\w+|"
    r"(?:ha[sd]|conducted) (?:an? |the )?(?:[\w\-]+ ){0,3}?(?:calls?|talks|meetings?|conversation|"
    r"discussions?|exchanges?))\b",
    re.IGNORECASE,
)
_RECALLED = re.compile(
    r"\b(?:previous(?:ly)?|last (?:year|month|week|November|December|October|September)|in the past|had (?:met|"
    r"visited|held)|years ago|earlier this year)\b",
    re.IGNORECASE,
)


@dataclass
class _State:
    """What one sentence hands to the next."""

    before: When | None = None
    place: Read[Place] | None = None
    agency: bool = False
    introduced: list[Official] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)


def drafts(page: Page) -> list[Draft]:
    """The events of a page in order of telling; those of the title first, marked so."""
    state = _State()
    if page.layout.title is not None:
        _title(page, state, page.layout.title)
    for sentence in page.layout.sentences:
        _body(page, state, sentence)
    return state.drafts


def _title(page: Page, state: _State, sentence: Sentence) -> None:
    people = _people(page, state, sentence, sentence.start)
    found = frames_en.read(page, sentence, people, sentence.start, title=True)
    announced = sides_en.planned(sentence.text)
    for draft in found:
        draft.from_title = True
        if announced or "/forenotice/" in page.document.url:
            at = sentence.start + (announced.start() if announced else 0)
            to = sentence.start + announced.end() if announced else sentence.end
            draft.planned = Read(True, at, to, "planned_en", 0.9)
    state.drafts += found


def _body(page: Page, state: _State, sentence: Sentence) -> None:
    line = when_en.dateline(sentence.text, sentence.start, page.anchor)
    skip = sentence.start
    if line is not None:
        state.before = line.when or state.before
        state.agency = line.agency
        state.place = place.printed(page, line.place_at, line.place_at + len(line.place), "dateline_en")
        skip = sentence.start + line.end
    if DAY_HEADING_EN.fullmatch(sentence.text):
        # a chronicle's line `July 4` over its bullets is their day
        state.before = next(iter(when_en.dates(sentence.text, sentence.start, page.anchor, None)), state.before)
        return
    people = _people(page, state, sentence, skip)
    text = page.text.text[skip : sentence.end]
    event = _EVENT.search(text)
    last = state.drafts[-1] if state.drafts and not state.drafts[-1].from_title else None
    if led(page, last, skip, sentence.end):
        return
    if attendees(page, last, skip, sentence.end, people) or speakers(page, last, skip, sentence.end):
        return
    speech = SPEECH.search(text)
    if event is None or (speech and speech.start() < event.start()):
        return
    if _RECALLED.search(text[: event.end() + 40]) and line is None and state.drafts:
        return
    found = frames_en.read(page, sentence, people, skip, title=False)
    announced = sides_en.planned(text)
    told = when_en.dates(
        sentence.text,
        sentence.start,
        page.anchor,
        state.before,
        planned=announced is not None,
        skip=skip - sentence.start,
    )
    for draft in found:
        _finish(page, draft, told, state, sentence, dated=line is not None)
        if announced and draft.type.at is not None and skip + announced.start() <= draft.type.at + 12:
            at = skip + announced.start()
            draft.planned = Read(True, at, skip + announced.end(), "planned_en", 0.9)
        if draft.when and draft.when.at is not None:
            state.before = draft.when if draft.when.start == draft.when.end else state.before or draft.when
    state.drafts += found


def _people(page: Page, state: _State, sentence: Sentence, skip: int) -> list[Official]:
    found = officials(page, skip, sentence.end)
    headline = headline_official(page, skip, sentence.end) if sentence.part is Part.TITLE else None
    if headline and all(official.name_at != headline.name_at for official in found):
        found.insert(0, headline)
    for official in found:
        if all(known.person.name != official.person.name for known in state.introduced):
            state.introduced.append(official)
    named = {official.person.name.split(" ")[0] for official in found}
    if not found:
        found = by_pronoun(page, skip, state.introduced)
    absent = [one for one in state.introduced if one.person.name.split(" ")[0] not in named]
    return sorted([*found, *by_surname(page, skip, sentence.end, absent)], key=lambda one: one.name_at)


def _finish(page: Page, draft: Draft, told: list[When], state: _State, sentence: Sentence, *, dated: bool) -> None:
    """The day and the place that belong to a draft."""
    ranges = [entry for entry in told if entry.start != entry.end]
    if draft.series and ranges:
        draft.when = ranges[0]
    elif told:
        draft.when = told[0]
    elif state.before is None and when_en.names_day(sentence.text):
        draft.undated = True
    elif state.before is not None:
        rule = state.before.rule if dated else f"{state.before.rule}+inherited"
        draft.when = replace(state.before, rule=rule, confidence=min(state.before.confidence, 0.95 if dated else 0.75))
    text = page.text.text[sentence.start : sentence.end]
    here = re.search(r"\bhere\b", text)
    if draft.place is None and state.place is not None and not draft.series and (here or not state.agency):
        draft.place = state.place
    if draft.series and draft.type.value == "VISIT.OUT":
        draft.place = None
    if not draft.foreign.countries and not draft.foreign.organisations and not draft.foreign.people:
        return
    known = [read.value.country for read in draft.foreign.organisations]
    known += [read.value.country for read in draft.foreign.people]
    if not draft.foreign.countries and not any(known):
        following = next((other.end for other in page.layout.sentences if other.start >= sentence.end), sentence.end)
        relation = bodies_en.relation_country(page, sentence.start, following)
        if relation is not None:
            draft.foreign.countries.append(relation)

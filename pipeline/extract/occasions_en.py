"""English sentences about an occasion: attended, held, a speech, a letter, a paper (corpus/english.md §4)."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.extract import amounts, bodies_en, named_events, place
from pipeline.extract.draft import Draft, Official, Read
from pipeline.extract.layout import Sentence
from pipeline.extract.page import Page
from pipeline.extract.people_en import counterpart
from pipeline.extract.sides_en import ADVERB, acting, acts

_ATTEND = re.compile(
    rf"\b(?:attend(?:s|ed|ing)?|address(?:es|ed)|participat\w+ in|took part in|presided over|"
    rf"joined)(?: and (?:addressed|delivered a speech at|chaired))?{ADVERB}\s+(?=(?:the|a|an|and|on|[\"'A-Z0-9]))",
    re.IGNORECASE,
)
_SAME_EVENT = re.compile(r"(?:the )?(?:function|event|meeting|activity|ceremony|talks|occasion)\b", re.IGNORECASE)
_HELD_PASSIVE = re.compile(
    rf"\b(?:was|is|were|being|opened|opens|kicked off|concluded|held)\b(?:\s+(?:successfully|jointly|also|"
    rf"officially|grandly))*(?:\s*held)?{ADVERB}(?=\s|\.|,|$)",
    re.IGNORECASE,
)
_HELD_ACTIVE = re.compile(
    rf"\b(?:holds?|held|hosts?|hosted|organi[sz]e[sd]?|co-organi[sz]ed|launche[sd])\b{ADVERB}\s+(?=(?:an?|the|"
    rf"[\"A-Z]))",
    re.IGNORECASE,
)
_SPEAK = re.compile(
    r"\b(?:deliver(?:s|ed|ing)?|gave|gives|made)\b[^.;]{0,40}?\b(?:speech|lecture|address|keynote)\b", re.IGNORECASE
)
_BRIEF = re.compile(r"\bbrief(?:s|ed)\b", re.IGNORECASE)
_LETTER = re.compile(
    r"\b(?:sent|sends|extended)\b[^.;]{0,30}?\b(?P<what>congratulat\w+|condolences?|message|letter|"
    r"reply letter)\b[^.;]{0,20}?\bto\s+",
    re.IGNORECASE,
)
_CONDOLENCE = re.compile(
    r"\bmourn\w*|condolence book|laid a wreath|offered condolences|pay(?:s|ing)? (?:his |her )?(?:last )?tribute",
    re.IGNORECASE,
)
_SIGN = re.compile(
    r"\b(?:sign(?:s|ed)?|inked)\b[^.;]{0,80}?\b(?:memorandum|mou|agreement|protocol|joint statement)\b", re.IGNORECASE
)
_PARTNER = re.compile(r"\bwith\s+")
_SCHOOL = re.compile(
    r"\b(?:laid|lay|laying|inaugurat\w+|launch\w*|operationali\w+|open\w*|broke ground|"
    r"ground-?breaking)\b[^.;]{0,60}?\b(?:school|academy)\b|\b(?:school|"
    r"academy)\b[^.;]{0,60}?\b(?:ground-?breaking|inaugurat\w+|foundation stone)",
    re.IGNORECASE,
)
_END = re.compile(r",\s+(?:and\s+)?(?=(?:which|both|co-|themed|with the theme|during|where|after|before))|;\s")
_HELD_FIRST = re.compile(r"\b(?:Held|held a|held an)\b")


def _event(page: Page, sentence: Sentence, start: int, end: int, event: Read[str], skip: int) -> Draft:
    """A draft for a named event: its bodies and countries, its place, mode and number of people."""
    side = bodies_en.bodies(page, start, end, note=False, unknown=event.value.startswith(("TRAIN", "BRIEF", "AID")))
    for read in named_events.forum_countries(page, start, end, []):
        if all(read.value != known.value for known in side.countries):
            side.countries.append(read)
    draft = Draft(event, sentence, foreign=side)
    draft.mode = place.remote(page, sentence.start, sentence.end)
    if draft.mode is None and event.value == "TRAIN.ONLINE":
        draft.mode = Read("video", event.at, event.to, "online_class", 0.9)
    draft.place = place.place(page, skip, sentence.end)
    draft.participants = amounts.participants(page, sentence.start, sentence.end)
    return draft


def attended(page: Page, sentence: Sentence, people: list[Official], skip: int) -> list[Draft]:
    """`X attended the opening ceremony of …`: the event that the phrase names."""
    text = page.text.text
    for match in _ATTEND.finditer(text, skip, sentence.end):
        subject = acts(page, skip, match.start(), people)
        if subject is None:
            continue
        stop = _END.search(text, match.end(), sentence.end)
        end = stop.start() if stop else sentence.end
        event = named_events.event_type(page, match.end(), end)
        if event is None:
            if subject and not _SAME_EVENT.match(text, match.end(), end):
                page.note("untyped_verb", match.start(), end)
            continue
        return [acting(page, _event(page, sentence, match.end(), end, event, skip), subject, sentence)]
    return []


def held(page: Page, sentence: Sentence, people: list[Official], skip: int) -> list[Draft]:
    """`X held a briefing`, `the forum was held here`."""
    text = page.text.text
    active = _HELD_ACTIVE.search(text, skip, sentence.end)
    if active is not None:
        subject = acts(page, skip, active.start(), people)
        stop = _END.search(text, active.end(), sentence.end)
        end = stop.start() if stop else sentence.end
        event = named_events.event_type(page, active.end(), end) if subject is not None else None
        if event is not None and subject is not None:
            return [acting(page, _event(page, sentence, active.end(), end, event, skip), subject, sentence)]
    for passive in _HELD_PASSIVE.finditer(text, skip, sentence.end):
        event = named_events.event_type(page, skip, passive.start())
        subject = acts(page, skip, sentence.end, people)
        if event is None or (subject is None and not page.own_site):
            continue
        return [acting(page, _event(page, sentence, skip, passive.start(), event, skip), subject or [], sentence)]
    return _held_headline(page, sentence, people, skip)


def _held_headline(page: Page, sentence: Sentence, people: list[Official], skip: int) -> list[Draft]:
    """`<Forum> Held in <city>`, a conference whose verb stands first (`held a video conference`)."""
    match = _HELD_FIRST.search(page.text.text, skip, sentence.end)
    if match is None or not (page.own_site or acts(page, skip, sentence.end, people) is not None):
        return []
    event = named_events.event_type(page, skip, sentence.end)
    return [acting(page, _event(page, sentence, skip, sentence.end, event, skip), people, sentence)] if event else []


def spoken(page: Page, sentence: Sentence, people: list[Official], skip: int) -> list[Draft]:
    """A speech or lecture, or the forum it was given at."""
    for match in _SPEAK.finditer(page.text.text, skip, sentence.end):
        subject = acts(page, skip, match.start(), people)
        if subject is None:
            continue
        event = Read("BRIEF.LECTURE", match.start(), match.end(), "speech_en", 0.85)
        named = named_events.event_type(page, match.end(), sentence.end)
        if named is not None and named.value.startswith("TRAIN"):
            event = named  # a lecture in a class is the class; a speech at a forum is a speech
        return [acting(page, _event(page, sentence, match.end(), sentence.end, event, skip), subject, sentence)]
    return []


def briefed(page: Page, sentence: Sentence, people: list[Official], skip: int) -> list[Draft]:
    """`X briefed … on the spirit of the congress`, by somebody introduced in full."""
    match = _BRIEF.search(page.text.text, skip, sentence.end)
    subject = acts(page, skip, match.start(), people) if match else None
    if (
        match is None
        or subject is None
        or (subject and subject[0].rule in ("surname_of_introduced", "pronoun_of_introduced"))
    ):
        return []
    event = Read("BRIEF.CONGRESS", match.start(), match.end(), "briefed_en", 0.75)
    return [acting(page, _event(page, sentence, match.end(), sentence.end, event, skip), subject, sentence)]


def signed(page: Page, sentence: Sentence, people: list[Official], skip: int) -> list[Draft]:
    """A paper signed, with its partner."""
    match = _SIGN.search(page.text.text, skip, sentence.end)
    if match is None or acts(page, skip, sentence.end, people) is None:
        return []
    name = "DOC.JOINT" if "joint statement" in match.group().lower() else "DOC.MOU"
    draft = Draft(Read(name, match.start(), match.end(), "signed_en", 0.85), sentence)
    partner = _PARTNER.search(page.text.text, match.end(), sentence.end)
    draft.foreign = counterpart(page, partner.end() if partner else match.end(), sentence.end)
    return [acting(page, draft, acts(page, skip, sentence.end, people) or [], sentence)]


def school(page: Page, sentence: Sentence, people: list[Official], skip: int) -> list[Draft]:
    """A school founded, opened, begun to build."""
    match = _SCHOOL.search(page.text.text, skip, sentence.end)
    subject = acts(page, skip, sentence.end, people) if match else None
    if match is None or subject is None:
        return []
    event = named_events.event_type(page, skip, sentence.end)
    if event is None or not event.value.startswith(("TRAIN", "AID")):
        return []
    return [acting(page, _event(page, sentence, match.start(), sentence.end, event, skip), subject, sentence)]


def letter(page: Page, sentence: Sentence, people: list[Official], skip: int) -> list[Draft]:
    """Congratulations, condolences and letters sent or received."""
    match = _LETTER.search(page.text.text, skip, sentence.end)
    if match is None:
        return []
    subject = acts(page, skip, match.start(), people)
    addressed = acts(page, match.end(), sentence.end, people)
    if subject is None and addressed is None:
        return []
    what = match.group("what").lower()
    name = "MSG.CONDOL" if what.startswith("condol") else "MSG.CONGRAT" if what.startswith("congrat") else "MSG.LETTER"
    draft = Draft(Read(name, match.start(), match.end(), "letter_en", 0.85), sentence)
    draft.foreign = (
        counterpart(page, match.end(), sentence.end) if subject is not None else counterpart(page, skip, match.start())
    )
    draft.mode = Read("written", match.start(), match.end(), "letter_en", 0.9)
    received = [replace(one, person=replace(one.person, role="recipient")) for one in addressed or []]
    return [acting(page, draft, subject if subject is not None else received, sentence)]


def condolence(page: Page, sentence: Sentence, people: list[Official], skip: int) -> list[Draft]:
    """A wreath, an entry in a condolence book."""
    match = _CONDOLENCE.search(page.text.text, skip, sentence.end)
    subject = acts(page, skip, match.start(), people) if match else None
    if match is None or subject is None:
        return []
    draft = Draft(Read("MSG.CONDOL", match.start(), match.end(), "condolence_en", 0.8), sentence)
    draft.foreign = bodies_en.bodies(page, match.end(), sentence.end, note=False)
    return [acting(page, draft, subject, sentence)]

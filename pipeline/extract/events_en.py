"""English pages: which sentences tell an event, and what they say of it (corpus/english.md §1, §3, §4, §11)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from pipeline.extract import amounts, bodies_en, digest_en, frames_en, place, sides_en, spans_en, when_en
from pipeline.extract.draft import Draft, Official, Place, Read
from pipeline.extract.layout import DAY_HEADING_EN, Part, Sentence
from pipeline.extract.listed_en import SPEECH, attendees, guests, led, saying, speakers
from pipeline.extract.meetings_en import remarks
from pipeline.extract.occasions_en import claimed
from pipeline.extract.officials_en import by_delegation, by_pronoun, by_surname, headline_official, officials
from pipeline.extract.page import CHINA, Page
from pipeline.extract.papers_en import goods_told, in_message
from pipeline.extract.sides_en import own_delegation
from pipeline.extract.trips_en import CALLED_OFF, aside, invited, own_visit
from pipeline.extract.when import When, make
from pipeline.gazetteer import Kind

_EVENT = re.compile(
    r"\b(?:meets?|met|held|holds?|attend\w*|visit\w*|led|lead|receive[sd]|called on|deliver\w*|brief\w*|sign(?:s|"
    r"ed)?|inked|laid|inaugurat\w+|announce\w*|gave|donate[sd]|presented|told|briefing|scheduled|closed|began|"
    r"ended|adopt\w+|issued|broke|breaks|wrote|"
    r"sent|mourn\w*|exchange[sd]?|hosts?|hosted|opened|opens|arrive[sd]?|address\w*|paid|pays?|conclude[sd]?|"
    r"organi[sz]e[sd]|co-organi[sz]ed|launch(?:e[sd])?|was held|is held|participat\w+|(?:co-)?chair(?:s|ed)?|"
    r"speakers?(?=:)|(?:is|are) (?:currently |now )?in(?= (?-i:[A-Z])| the country)|"
    r"discuss(?:es|ed)|welcome[sd] to (?:his|her|their|the)|guest|"
    r"talk(?:s|ed)|spoke|speaks|conferred|convene[sd]?|gather(?:s|ed)|r[au]ns?|complete[sd]?|train(?:s|ed)|"
    r"undergo\w*|underwent|hand(?:s|ed|ing) over|trips? to|grant(?:s|ed)|travel\w*|"
    r"declare[sd]|took|takes|graduat\w+|establish\w*|unveil\w*|"
    r"pass(?:ed|es)|endorse[sd]|release[sd]|shakes?|shook|return(?:s|ed)|leaves?|left|depart(?:s|ed|ing)?|leading|"
    r"(?:ha[sd]|conducted) (?:an? |the )?(?:[\w\-]+ ){0,3}?(?:calls?|talks|meetings?|conversation|"
    r"discussions?|exchanges?))\b",
    re.IGNORECASE,
)
_RECALLED = re.compile(
    r"\b(?:previous(?:ly)?|last (?:year|month|week|November|December|October|September)|in the past|had (?:met|"
    r"visited|held)|years ago|earlier this year)\b",
    re.IGNORECASE,
)
_SAID_THAT = re.compile(
    r"[^,;]{3,90}?\b(?:said|announced|confirmed|reported)(?: (?:on \w+day|today|yesterday|in a statement|"
    r"here))* that\s+|[^,;]{3,90}?\bsays(?: that)?\s+"
)
# `The fifth dialogue was held in Durban in June 2022`: an edition before the one told
_EDITION = re.compile(
    r"(?:The|Its|Their) (?:(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:st|nd|rd|th)|"
    r"previous|last|earlier|inaugural) )(?:(?:two|three|four|five) )?[^,;.]{3,80}? (?:was|were|took place|convened)\b"
    r"[^;]*\b((?:19|20)\d\d)\b"
)
# `Y, Ambassador to X, was present at the above activities`
_ALL_OF_THEM = re.compile(
    r"\b(?:the above|these|all (?:of )?(?:the|these|the above))[\w\- ]{0,20} ?(?:activities|events|meetings|talks)\b"
)
_LONG_AGO = re.compile(r"\b[Ii]n ((?:19|20)\d\d)\b")
_UP_TO_VERB = re.compile(r",?\s+(?:(?!and\b)[\w.'\-]+\s+){0,5}")
_RUNS = re.compile(r"\b(?:runs?|lasts?|continues?|goes on) (?:until|till|through|to)\b")
_OF_TRIP = re.compile(
    r"\b(?:who|which)\b[^,;.]*$|\b(?:visit|tour|trip|stay)(?: (?:to|of|in) (?:the )?[A-Z][\w\- ]{2,30})?,? (?:from )?$"
)


@dataclass
class _State:
    """What one sentence hands to the next."""

    before: When | None = None
    filed: When | None = None
    place: Read[Place] | None = None
    agency: bool = False
    delegation: bool = False
    digest: bool = False
    item: int | None = None
    introduced: list[Official] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)


def drafts(page: Page) -> list[Draft]:
    """The events of a page in order of telling; those of the title first, marked so."""
    state = _State(digest=digest_en.is_digest(page))
    if page.layout.title is not None:
        _title(page, state, page.layout.title)
    for sentence in page.layout.sentences:
        _body(page, state, sentence)
    for draft in state.drafts:
        draft.department = draft.department or (draft.result_of is not None and draft.result_of.department)
    # an occasion of others at which nobody of the department showed up is none of its events
    return [draft for draft in state.drafts if draft.department or draft.chinese or page.own_site]


def _title(page: Page, state: _State, sentence: Sentence) -> None:
    people = _people(page, state, sentence, sentence.start)
    found = frames_en.read(page, sentence, people, sentence.start, None, title=True)
    announced = sides_en.planned(sentence.text)
    for draft in found:
        draft.from_title = True
        if announced or "/forenotice/" in page.document.url:
            at = sentence.start + (announced.start() if announced else 0)
            to = sentence.start + announced.end() if announced else sentence.end
            draft.planned = Read(True, at, to, "planned_en", 0.9)
    state.drafts += found


def _body(page: Page, state: _State, sentence: Sentence) -> None:
    skip, told_item = sentence.start, None
    if state.digest:
        told_item = digest_en.item(page, sentence)
        if told_item is not None:
            state.item, state.before, skip = sentence.paragraph, told_item.when, sentence.start + told_item.end
            state.filed = told_item.when
        elif sentence.paragraph != state.item:
            return
    line = _dateline(page, state, sentence) if not state.digest else None
    if line is not None:
        state.before = state.filed = line.when or state.before
        state.agency = line.agency
        state.place = place.printed(page, line.place_at, line.place_at + len(line.place), "dateline_en")
        skip = sentence.start + line.end
    if line is not None and skip >= sentence.end:
        return  # a dateline on a line of its own, over the text
    if DAY_HEADING_EN.fullmatch(sentence.text):
        # a chronicle's line `July 4` over its bullets is their day
        state.before = next(iter(when_en.dates(sentence.text, sentence.start, page.anchor, None)), state.before)
        return
    people = _people(page, state, sentence, skip)
    text = page.text.text[skip : sentence.end]
    event = _EVENT.search(text)
    last = next((draft for draft in reversed(state.drafts) if draft.result_of is None), None)
    last = None if last is not None and last.from_title else last
    if led(page, last, skip, sentence.end, people) or invited(page, last, skip, sentence.end):
        return
    if last is not None and spans_en.lasts(last) and _RUNS.search(text):
        spans_en.until(page, last, sentence.text, sentence.start)
    if written := in_message(page, sentence, people, skip):
        told = when_en.dates(sentence.text, sentence.start, page.anchor, state.before, filed=state.filed)
        _finish(page, written, told, state, sentence, dated=False)
        state.drafts.append(written)
        return
    if claimed(page, sentence, last, skip) and last is not None:
        days = when_en.dates(sentence.text, sentence.start, page.anchor, state.before)
        if last.when is not None and last.when.rule.endswith("+inherited"):
            last.when = None  # of the sentence before, which told none
        spans_en.told_later(page, last, sentence.text, sentence.start, days)
        _where(page, last, skip, sentence.end)
        last.participants = last.participants or amounts.participants(page, skip, sentence.end)
        guests(page, last, skip, sentence.end, people)
        return
    goods_told(page, last, skip, sentence.end)
    if _ALL_OF_THEM.search(text):
        for draft in state.drafts:
            if draft is not last and not draft.from_title and not draft.series and draft.result_of is None:
                attendees(page, draft, skip, sentence.end, people)
    if attendees(page, last, skip, sentence.end, people) or speakers(page, last, skip, sentence.end):
        _where(page, last, skip, sentence.end)
        return
    fresh = line is not None or told_item is not None
    if not fresh and last is not None and spans_en.lasts(last):
        days = when_en.dates(sentence.text, sentence.start, page.anchor, state.before)
        if spans_en.told_later(page, last, sentence.text, sentence.start, days):
            _where(page, last, skip, sentence.end)
            return
        start = sentence.start
        spans_en.around(last, [one for one in days if not _OF_TRIP.search(sentence.text[: (one.at or start) - start])])
    if not fresh and (guests(page, last, skip, sentence.end, people) or saying(page, last, skip, sentence.end, people)):
        _where(page, last, skip, sentence.end)
        _beside(page, state, sentence, people, skip, last)
        return
    speech = SPEECH.search(text)
    said = speech is not None and (event is None or speech.start() < event.start())
    told_by = _SAID_THAT.match(text) if said and not _ours_speak(people, skip, speech) else None
    if told_by is not None and not _guest_recalls(page, state, told_by.group()):
        # `The embassy said on Friday that X had met Y`: what is said is the news
        found = frames_en.read(page, sentence, people, skip + told_by.end(), last, title=False)
    elif (event is None or said) and (last is not None or (found := remarks(page, sentence, people, skip)) == []):
        if last is not None and said and people:
            _beside(page, state, sentence, people, skip, last)
        return
    if event and _RECALLED.search(text[: event.end() + 40]) and line is None and state.drafts:
        return
    if event and _LONG_AGO.search(text) and _long_ago(page, text):
        return
    edition = _EDITION.match(text) if last is not None and last.when is not None else None
    if edition is not None and last is not None and last.when and int(edition.group(1)) < last.when.start.year:
        return
    if not said:
        found = frames_en.read(page, sentence, people, skip, last, title=False)
    announced = sides_en.planned(text)
    before = state.before
    for number, draft in enumerate(found):
        draft.item = state.digest
        off = CALLED_OFF.search(text) if draft.series and announced else None
        if off is not None and draft.cancelled is None:
            draft.cancelled = Read(True, skip + off.start(), skip + off.end(), "cancelled_en", 0.9)
        if announced and _announced(draft, skip + announced.start(), text[: announced.start()]):
            at = skip + announced.start()
            draft.planned = Read(True, at, skip + announced.end(), "planned_en", 0.9)
        told = when_en.dates(
            sentence.text,
            sentence.start,
            page.anchor,
            before,
            planned=draft.planned is not None,
            skip=skip - sentence.start,
            filed=state.filed,
        )
        if state.digest:
            told = [*digest_en.spans(page, sentence), *told]
        _finish(
            page,
            draft,
            _of_draft(told, draft, found[number + 1 :], alone=len(found) == 1),
            state,
            sentence,
            dated=fresh,
        )
        if draft.when and draft.when.at is not None:
            state.before = draft.when if draft.when.start == draft.when.end else state.before or draft.when
    state.drafts += found


def _long_ago(page: Page, text: str) -> bool:
    """`met with diplomats in 2015` on a page of later years: recalled."""
    day, year = page.anchor.day, _LONG_AGO.search(text)
    return day is not None and year is not None and int(year.group(1)) < day.year and not when_en.names_day(text)


def _guest_recalls(page: Page, state: _State, before: str) -> bool:
    """`Rotaru said that his chairman attended the summit in July`: words of a guest of the event told, no news."""
    said = set(before.replace(",", " ").split())
    guests_ = (read for draft in state.drafts for read in draft.foreign.people)
    return any(said & set(page.text.text[read.at or 0 : read.to or 0].split()) for read in guests_)


def _ours_speak(people: list[Official], skip: int, speech: re.Match[str] | None) -> bool:
    """Whether one of ours is who speaks."""
    return speech is not None and any(one.name_at < skip + speech.start() for one in people)


def _beside(
    page: Page, state: _State, sentence: Sentence, people: list[Official], skip: int, last: Draft | None
) -> None:
    """The trip that a sentence about an occasion tells in passing."""
    trip = aside(page, sentence, people, skip) or own_visit(page, sentence, people, skip, last)
    if trip is not None:
        told = when_en.dates(sentence.text, sentence.start, page.anchor, state.before, filed=state.filed)
        _finish(page, trip, told, state, sentence, dated=False)
        state.drafts.append(trip)


def _where(page: Page, last: Draft | None, start: int, end: int) -> None:
    """The place that a sentence about those present tells of an event whose own tells none, and the day."""
    if last is not None and last.when is None and last.planned is None:
        told = when_en.dates(page.text.text[start:end], start, page.anchor, None)
        last.when = told[0] if told and told[0].start == told[0].end else None
    if last is not None and last.place is None and last.mode is None and not last.series:
        last.place = place.place(page, start, end)


def _of_draft(told: list[When], draft: Draft, behind: list[Draft], *, alone: bool) -> list[When]:
    """Of a sentence's days those of one event: what stands between its verb and the next event's goes first."""
    if draft.type.at is None:
        return told
    ends = min((other.type.at for other in behind if other.type.at and other.type.at > draft.type.at), default=None)
    trip: list[When] = []
    if not draft.series:
        # `who is here from Monday to Thursday`, `on his visit from May 5 to 8`: days of the trip
        text, start = draft.sentence.text, draft.sentence.start
        trip = [one for one in told if one.at and _OF_TRIP.search(text[: one.at - start])]
        told = [*(one for one in told if one not in trip), *trip]
    later = [one for other in behind for one in _before_verb(told, other)]
    own = [one for one in told if one.at is not None and one.at >= draft.type.at and (ends is None or one.at < ends)]
    first = _before_verb([one for one in told if one not in trip], draft)
    own = [*first, *(one for one in own if one not in later)]
    return told if alone and draft.type.value[:4] != "STMT" else [*own, *(one for one in told if one not in own)]


def _before_verb(told: list[When], draft: Draft) -> list[When]:
    """`On Monday he called on A, and on Tuesday he met B`: the days that stand right before a verb."""
    text, start, verb = draft.sentence.text, draft.sentence.start, draft.type.at or 0
    near = (one for one in told if one.to is not None and one.to <= verb)
    return [one for one in near if _UP_TO_VERB.fullmatch(text[(one.to or start) - start : verb - start])]


_NEVER_PLANNED = ("STMT", "DOC", "MSG")


def _announced(draft: Draft, at: int, before: str) -> bool:
    """Whether the announcing words at ``at`` go for an event: they stand before its verb, or nothing is told done."""
    if draft.type.at is None or draft.type.value.startswith(_NEVER_PLANNED):
        return False
    return at <= draft.type.at + 12 or not sides_en.DONE.search(before)


def _dateline(page: Page, state: _State, sentence: Sentence) -> when_en.Dateline | None:
    """The dateline of a paragraph. In a list whose items bear no year, one is not after the one before it."""
    line = when_en.dateline(sentence.text, sentence.start, page.anchor)
    if line is None:
        return when_en.place_alone(
            sentence.text,
            sentence.start,
            lambda at, to: any(hit.end - hit.start >= to - at - 1 for hit in page.hits_in(at, to, Kind.PLACE)),
        )
    if line.when is not None and page.anchor.source == "text" and state.before is not None:
        year = line.when.start.year - (line.when.start > state.before.start)
        earlier = make(year, line.when.start.month, line.when.start.day)
        if earlier is not None:
            line = replace(line, when=replace(line.when, start=earlier, end=earlier))
    return line


def _people(page: Page, state: _State, sentence: Sentence, skip: int) -> list[Official]:
    """The officials of a sentence: named in full, by what they were introduced with, by `he` and `the delegation`."""
    found = officials(page, skip, sentence.end)
    headline = headline_official(page, skip, sentence.end) if sentence.part is Part.TITLE else None
    if headline and all(official.name_at != headline.name_at for official in found):
        found.insert(0, headline)
    introduced = list(state.introduced)
    for official in found:
        if all(known.person.name != official.person.name for known in state.introduced):
            state.introduced.append(official)
    named = {official.person.name.split(" ")[0] for official in found}
    absent = [one for one in introduced if one.person.name.split(" ")[0] not in named]
    again = by_surname(page, skip, sentence.end, absent)
    if not found and not again:
        again = by_pronoun(page, skip, sentence.end, introduced)
    if not found and not again:
        abroad = any(draft.type.value == "VISIT.OUT" for draft in state.drafts) or state.delegation
        again = by_delegation(page, skip, sentence.end, introduced, abroad=abroad)
    state.delegation = state.delegation or own_delegation(page, skip, sentence.end) is not None
    return sorted([*found, *again], key=lambda one: one.name_at)


def _finish(page: Page, draft: Draft, told: list[When], state: _State, sentence: Sentence, *, dated: bool) -> None:
    """The day and the place that belong to a draft."""
    if draft.when is not None:
        return  # a transcript's own `Date:` line
    if told:
        draft.when = told[0]
        whole = state.before
        if draft.series and dated and whole and whole.start < whole.end and whole.start <= told[0].start <= whole.end:
            draft.when = whole  # a digest's item `7.19-25`: a day within is a meeting's
    elif state.before is None and when_en.names_day(sentence.text):
        draft.undated = True
    elif state.before is not None:
        rule = state.before.rule if dated else f"{state.before.rule}+inherited"
        draft.when = replace(state.before, rule=rule, confidence=min(state.before.confidence, 0.95 if dated else 0.75))
    if spans_en.lasts(draft):
        draft.when = spans_en.in_sentence(draft, sentence.text, told) or draft.when
        spans_en.until(page, draft, sentence.text, sentence.start)
    text = page.text.text[sentence.start : sentence.end]
    here = re.search(r"\bhere\b", text)
    if draft.place is None and state.place is not None and not draft.series and (here or not state.agency):
        draft.place = state.place
    before = state.drafts[-1] if state.drafts else None
    again = draft.when is not None and draft.when.rule == "same_day_en"
    if (
        draft.place is None
        and before is not None
        and (again or re.search(r"\b(?:in|at) the (?:city|capital|town)\b", text))
    ):
        draft.place = before.place
    if (
        draft.series
        and draft.type.value == "VISIT.OUT"
        and (draft.place is None or draft.place.rule != "destination_place")
    ):
        draft.place = None
    if draft.type.value == "MEET.SIDE" and draft.place is None and before is not None:
        draft.place = before.place
    trip = next((other for other in state.drafts if other.series and other.type.value == "VISIT.OUT"), None)
    where = draft.place
    nowhere = where is None or (where.rule == "town_printed_en" and where.value.country is None)
    if trip is not None and nowhere and draft.mode is None and draft.type.value.startswith(("MEET", "BRIEF")):
        draft.mode = Read("inperson_abroad", draft.type.at, draft.type.to, "on_a_trip", 0.6)
        if draft.type.value.startswith("BRIEF") and not draft.foreign.countries and len(trip.foreign.countries) == 1:
            draft.foreign.countries.append(trip.foreign.countries[0])
    if not draft.foreign.countries and not draft.foreign.organisations and not draft.foreign.people:
        where = draft.place
        if where is not None and where.value.country not in (None, CHINA):
            draft.foreign.countries.append(Read(str(where.value.country), where.at, where.to, "country_of_place", 0.4))
        return
    known = [read.value.country for read in draft.foreign.organisations]
    known += [read.value.country for read in draft.foreign.people]
    if not draft.foreign.countries and not any(known):
        following = next((other.end for other in page.layout.sentences if other.start >= sentence.end), sentence.end)
        relation = bodies_en.relation_country(page, sentence.start, following)
        international = any(read.value.id and read.value.country is None for read in draft.foreign.organisations)
        if relation is not None:
            draft.foreign.countries.append(relation)
        hosted = draft.mode is not None and draft.mode.rule == "foreign_host"
        where = draft.place or (state.place if hosted else None)
        at_home = hosted and where is None and len(page.home) == 1
        if relation is None and where is not None and where.value.country not in (None, CHINA) and not international:
            # the weakest word for it: where they met (corpus/english.md §7)
            draft.foreign.countries.append(Read(str(where.value.country), where.at, where.to, "country_of_place", 0.5))
        elif relation is None and at_home and not international:
            draft.foreign.countries.append(Read(page.home[0], None, None, "country_of_site", 0.4))

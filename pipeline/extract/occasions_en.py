"""English sentences about an occasion: attended, held, a speech, a briefing, a school (corpus/english.md §4)."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.extract import amounts, bodies_en, named_events, place, sides_en
from pipeline.extract.draft import Counterpart, Draft, Official, Read
from pipeline.extract.layout import Sentence
from pipeline.extract.listed_en import foreigners
from pipeline.extract.page import CHINA, Page
from pipeline.extract.people_en import people as named_people
from pipeline.extract.sides_en import ADVERB, acting, acts
from pipeline.gazetteer import Kind

_ATTEND = re.compile(
    rf"\b(?:attend(?:s|ed|ing)?|address(?:es|ed|ing)?|participat\w+ (?:in|at)|(?:took|takes?|taking) part in|"
    rf"presid(?:e|es|ed|ing) over|(?:co-)?chair(?:s|ed|ing)?|join(?:s|ed)|declar(?:e|es|ed|ing) open|sp(?:oke|eaks) at|"
    rf"(?:was|is) (?:the |a )?(?:chief |special )?guest(?: of hono(?:u)?r)? at|"
    rf"moderat(?:es|ed)|graced|told|complet(?:es|ed)|graduated from|returned (?:home )?(?:today |yesterday |"
    rf"at the weekend |on \w+day )?(?:from|after)|(?:began|begun|started)(?=[\w\- ]{{0,16}} an? (?:[\w\-]+ ){{0,3}}?"
    rf"(?:course|class|training|seminar|workshop|programme|program)\b)|underg(?:o|oes|oing|one)|"
    rf"underwent|(?:is|are|were) in China for|(?:left|leaves?|departed) (?:[A-Z]\w+ )?"
    rf"(?:for China (?:(?:on )?\w+day |today |yesterday |tomorrow )?)?for)"
    rf"(?: and (?:addressed|delivered a speech at|chaired))?{ADVERB}(?: with (?P<beside>[^;.]{{8,160}}?),)?\s+"
    rf"(?=(?:the|a|an|and|on|[\"'A-Z0-9]))",
    re.IGNORECASE,
)
# who went to learn or came back tells of a class or forum whose organiser another sentence names
_LEARNT = re.compile(
    r"complet|graduat|return|underg|underwent|left|leaves?|depart|(?:is|are|were) in China|began|begun|started",
    re.IGNORECASE,
)
_CLASS = re.compile(r"seminar|workshop", re.IGNORECASE)
_WHOSE = re.compile(
    r"\b[Tt]he (?:[\w\-]+ ){0,2}?(?:symposium|course|programme|program|training|meeting|seminar|workshop|forum|"
    r"conference|event|dialogue|class|summit|tour|trip)(?:,? which)?,? (?:(?:is|was|are|were) )?(?:also |jointly )?"
    r"(?:run|organi[sz]ed|hosted|sponsored|arranged|offered|funded|conducted|co-hosted|co-organi[sz]ed|initiated)\b"
    r"(?: by (?:[\w\-]+ ){1,6}?(?:and|together with|along with)| by| with) (?:the )?"
)
_ALSO = re.compile(
    rf"(?:,|\band|;) (?:also |then |later |both )?(?:attended|addressed|witnessed|attending|declared open|opened|"
    rf"inaugurated)(?: and addressed)?"
    rf"(?P<with>(?: together| jointly)? with (?:him|her|them))?{ADVERB}\s+(?=(?:the|an?|[\"'A-Z]))"
)
_TRAVELLED = re.compile(r"\band (?:then |later |also )?(?:visited|paid|travell?ed)\b|\bon (?:his|her) visit\b")
_SAME_EVENT = re.compile(r"(?:the )?(?:function|event|meeting|activity|ceremony|talks|occasion)\b", re.IGNORECASE)
_HELD_PASSIVE = re.compile(
    rf"\b(?:(?:is|are) (?:due |set |scheduled |expected )?to (?:open|be|take place|begin|start|kick off|convene)|"
    rf"was|is|are|were|will be|being|opened|opens|closed|closes|kicked off|began|concluded|ended|held|"
    rf"took place|started|convened|gathered|met(?= (?:in|here|on|today|yesterday|for|via|online)\b)|got under ?way|"
    rf"(?<!which )runs|"
    rf"wrapped up)\b"
    rf"(?:\s+(?:successfully|jointly|also|officially|grandly))*"
    rf"(?:\s*(?:held|scheduled|slated|(?:co-)?hosted|(?:co-)?organi[sz]ed|launched|opened|concluded|sponsored|convened|"
    rf"inaugurated|staged|declared open))?"
    rf"{ADVERB}(?=\s|\.|,|$)",
    re.IGNORECASE,
)
_HELD_ACTIVE = re.compile(
    rf"\b(?:holds?|held|(?:co-)?hosts?|(?:co-)?hosted|(?:co-)?organi[sz]e[sd]?|launche[sd]|began|begins|opened|started|"
    rf"kicked off|conduct(?:s|ed)|concluded|ran|runs|(?:is|are) (?:running|holding|hosting|organi[sz]ing)|convene[sd]|"
    rf"wrapped up|staged|establish(?:es|ed)|inaugurated)\b{ADVERB}\s+(?=(?:an?|the|its|[\"A-Z]))",
    re.IGNORECASE,
)
_SPEAK = re.compile(
    r"\b(?:deliver(?:s|ed|ing)?|gave|gives|made)\b[^.;]{0,40}?\b(?:speech|lecture|address|keynote|talk)\b|"
    r"\baddress(?:es|ed)\b[^.;]{0,30}?\b(?:students|faculty|scholars|academics|cadets|lawmakers)\b|"
    r"\b(?:lectured|spoke to (?:students|scholars|faculty))\b",
    re.IGNORECASE,
)
_BRIEF = re.compile(r"\bbrief(?:s|ed)\b", re.IGNORECASE)
_SCHOOL = re.compile(
    r"\b(?:laid|lay|laying|inaugurat\w+|launch\w*|operationali\w+|open\w*|broke ground|"
    r"ground-?breaking)\b[^.;]{0,60}?\b(?:school|academy|college|institute)\b|\b(?:school|college|institute|"
    r"academy)\b[^.;]{0,60}?\b(?:ground-?breaking|inaugurat\w+|foundation stone)",
    re.IGNORECASE,
)
_END = re.compile(
    r"\s+(?=that\b)|,\s+(?:and\s+)?(?=(?:which|both|co-|themed|with the theme|during|where|after|before))|;\s"
)
_MEETING_OF = re.compile(r"\b(?:meeting|conference|congress|assembly|session|summit|convention) of (?:the )?(?=[A-Z])")
_LAID_BY = re.compile(r"\b(?:laid|opened|inaugurated|launched|unveiled)\b[^;]{0,60}? by\s+")
_RUN_BY = re.compile(
    r"\b(?:run|organi[sz]ed|hosted|sponsored|arranged|offered|funded|conducted)(?: jointly)? by (?:the )?"
)
# `The delegation visited Zunyi before the dialogue opened`: when, no event of its own
_MEANWHILE = re.compile(r"\b(?:before|after|since|until|when|once|as soon as) (?:the|its|this) [\w\- ]{0,40}$")
_HELD_BY = re.compile(r"\s*(?:(?:co-)?(?:hosted|organi[sz]ed|sponsored|launched|held) )?(?:jointly )?by (?:the )?")
# `was held at the Labour Party headquarters`
_AT_SEAT = re.compile(
    r"\bat (?:the )?(?P<whose>[A-Z][\w'\-]*(?: [A-Z][\w'\-]*){0,5})(?:'s)? (?:headquarters|head office)\b"
)
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
        named = subject is None and sides_en.ours_in(page, sentence)
        learnt = subject is None and not named and page.names_department and not page.own_site
        learnt = learnt and _LEARNT.match(text, match.start()) is not None
        theirs = named or learnt
        if subject is None and not theirs:
            continue
        stop = _END.search(text, match.end(), sentence.end)
        end = stop.start() if stop else sentence.end
        event = named_events.event_type(page, match.end(), end)
        if event is not None and theirs and event.value.startswith("MEET"):
            continue
        if event is not None and learnt and not event.value.startswith(("TRAIN", "CONF")):
            continue
        if event is None:
            if subject and not _SAME_EVENT.match(text, match.end(), end):
                page.note("untyped_verb", match.start(), end)
            continue
        if event.value == "CONF.THEME" and theirs and _LEARNT.match(text, match.start()):
            # `have returned from a two-week seminar in China`, `completed a workshop`: a class
            event = replace(event, value="TRAIN.COURSE") if _CLASS.search(text, event.at or 0, event.to or 0) else event
        draft = _event(page, sentence, match.end(), end, event, skip)
        if theirs:
            draft.foreign.join(_host(page, skip, match.start()))
            whose = _MEETING_OF.search(text, match.end(), end)
            if whose is not None and not draft.foreign.organisations:
                draft.foreign.join(Counterpart([], bodies_en.bodies(page, whose.end(), end, note=False).organisations))
        elif match.group("beside"):
            draft.foreign.join(named_people(page, *match.span("beside")))
        return [acting(page, draft, subject or [], sentence)]
    return []


def claimed(page: Page, sentence: Sentence, last: Draft | None, skip: int) -> bool:
    """`The course, organised by the department, ran from …`: whose the class or forum told before was."""
    if last is None or last.department or last.series or not last.type.value.startswith(("TRAIN", "CONF", "BRIEF")):
        return False
    match = _WHOSE.search(page.text.text, skip, sentence.end)
    if match is None or not page.hits_in(match.end(), min(sentence.end, match.end() + 110), Kind.DEPARTMENT):
        return False
    last.department = True
    return True


def also_attended(page: Page, sentence: Sentence, meeting: Draft) -> list[Draft]:
    """`met with Y, and attended with him the opening of …`: a second event of the same people (codebook §16, T2)."""
    text = page.text.text
    for match in _ALSO.finditer(text, meeting.type.to or sentence.start, sentence.end):
        event = named_events.event_type(page, match.end(), sentence.end)
        if event is None:
            continue
        draft = _event(page, sentence, match.end(), sentence.end, event, match.end())
        draft.foreign.join(
            Counterpart(meeting.foreign.people if match.group("with") else [], [], meeting.foreign.countries)
        )
        draft.mode = draft.mode or meeting.mode
        draft.place = draft.place or meeting.place
        draft.add_chinese(meeting.chinese)
        draft.department = meeting.department
        return [draft]
    return []


def congress(page: Page, sentence: Sentence, people: list[Official], skip: int, trip: Draft) -> list[Draft]:
    """`attended the congress of P in A and visited B`: the congress beside the trip, A a leg of it (T18)."""
    text = page.text.text
    if sides_en.planned(text[skip : sentence.end]):
        return []
    for match in _ATTEND.finditer(text, skip, sentence.end):
        stop = _TRAVELLED.search(text, match.end(), sentence.end)
        end = stop.start() if stop else sentence.end
        event = named_events.event_type(page, match.end(), end)
        if (
            event is None
            or not event.value.startswith(("CONF", "CULT"))
            or acts(page, skip, match.start(), people) is None
        ):
            continue
        draft = acting(page, _event(page, sentence, match.end(), end, event, match.end()), trip.chinese, sentence)
        draft.place = place.place(page, match.end(), end)
        where = draft.place.value.country if draft.place else None
        if draft.place is not None and where not in (None, CHINA) and not draft.foreign.countries:
            draft.foreign.countries.append(Read(str(where), draft.place.at, draft.place.to, "country_of_place", 0.6))
        trip.foreign.join(Counterpart([], [], draft.foreign.countries))
        for read in draft.foreign.organisations:
            if read.value.country and all(read.value.country != leg.value for leg in trip.foreign.countries):
                trip.foreign.countries.append(Read(read.value.country, read.at, read.to, "country_of_body", 0.8))
        return [draft]
    return []


def held(page: Page, sentence: Sentence, people: list[Official], skip: int) -> list[Draft]:
    """`X held a briefing`, `the forum was held here`."""
    text = page.text.text
    active = _HELD_ACTIVE.search(text, skip, sentence.end)
    if active is not None:
        subject = acts(page, skip, active.start(), people)
        if subject is None:
            subject = _others(page, skip, active.start())
        stop = _END.search(text, active.end(), sentence.end)
        end = stop.start() if stop else sentence.end
        event = named_events.event_type(page, active.end(), end) if subject is not None else None
        if event is not None and subject is not None:
            draft = _event(page, sentence, active.end(), end, event, skip)
            if not subject:
                draft.foreign.join(_host(page, skip, active.start()))
                subject = acts(page, active.end(), sentence.end, people) or []  # `hosted a reception for X`
            return [acting(page, draft, subject, sentence)]
    for passive in _HELD_PASSIVE.finditer(text, skip, sentence.end):
        event = named_events.event_type(page, skip, passive.start())
        subject = acts(page, skip, sentence.end, people)
        if event is None or _MEANWHILE.search(text, skip, passive.start()):
            continue
        draft = _event(page, sentence, skip, passive.start(), event, skip)
        hosts = _HELD_BY.match(text, passive.end(), sentence.end)
        if hosts is not None:
            stop = _END.search(text, hosts.end(), sentence.end)
            draft.foreign.join(bodies_en.bodies(page, hosts.end(), stop.start() if stop else sentence.end, note=False))
        at = _AT_SEAT.search(text, passive.start(), sentence.end)
        if at is not None:
            draft.foreign.join(bodies_en.bodies(page, *at.span("whose"), note=False, unknown=False))
        return [acting(page, draft, subject or [], sentence)]
    return _held_headline(page, sentence, people, skip)


def _others(page: Page, start: int, end: int) -> list[Official] | None:
    """Somebody else's occasion (`SWAPO held a ground-breaking ceremony`): the department's if its people are there."""
    return [] if page.hits_in(start, end, Kind.PARTY) and page.names_department else None


def _host(page: Page, start: int, end: int) -> Counterpart:
    """The foreign side that an occasion's subject names: who held it, who laid the stone."""
    side = named_people(page, start, end)
    side.join(
        bodies_en.bodies(
            page, start, end, note=False, unknown=False, names=[(r.at or 0, r.to or 0) for r in side.people]
        )
    )
    return side


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


def arranged(page: Page, sentence: Sentence, people: list[Official], skip: int) -> list[Draft]:
    """`… cadres of A, for a course run by the department`: a class told in passing, by whom it is run."""
    text = page.text.text
    match = _RUN_BY.search(text, skip, sentence.end)
    if match is None or not page.hits_in(match.end(), min(sentence.end, match.end() + 90), Kind.DEPARTMENT):
        return []
    event = named_events.event_type(page, skip, match.start())
    if event is None or not event.value.startswith("TRAIN"):
        return []
    return [acting(page, _event(page, sentence, skip, match.start(), event, skip), [], sentence)]


def school(page: Page, sentence: Sentence, people: list[Official], skip: int) -> list[Draft]:
    """A school founded, opened, begun to build."""
    match = _SCHOOL.search(page.text.text, skip, sentence.end)
    event = named_events.event_type(page, skip, sentence.end) if match else None
    if match is None or event is None or not event.value.startswith(("TRAIN", "AID")):
        return []
    subject = acts(page, skip, sentence.end, people)
    draft = _event(page, sentence, match.start(), sentence.end, event, skip)
    if not any(one.name_to <= match.start() for one in subject or []):
        draft.foreign.join(_host(page, skip, match.start()))
    by = _LAID_BY.search(page.text.text, match.start(), sentence.end)
    if by is not None:
        draft.foreign.join(foreigners(page, by.end(), sentence.end, people))
    return [acting(page, draft, subject or [], sentence)]

"""English sentences in which two sides meet: met with, held talks, a video call (corpus/english.md §4)."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.extract import named_events, place
from pipeline.extract.bodies_en import bodies
from pipeline.extract.draft import Counterpart, Draft, Official, Read
from pipeline.extract.kinds import apart, kind
from pipeline.extract.layout import Sentence
from pipeline.extract.listed_en import SPEECH, foreigners
from pipeline.extract.page import Page
from pipeline.extract.people_en import counterpart
from pipeline.extract.sides_en import ADVERB, PLANNED, acting, acts, of_the_party

# `talked here today over the phone with`
_CALLED = (
    rf"{ADVERB}(?:(?:\s*,)?\s*(?:(?:over|by|on|via) (?:the )?(?:phone|telephone)|(?:by|via|through) video(?: ?link)?|"
    rf"face[- ]to[- ]face){ADVERB})?"
)
_MEET = re.compile(
    rf"\b(?P<verb>(?:is |are )?(?:meets?|met|(?<!the )(?<!a )(?<!his )(?<!her )meeting(?= with))\b(?: up)?|"
    rf"(?:shakes?|shook|shaking) hands|(?:talk(?:s|ed)|spoke|speaks|conversed|confer(?:s|red))(?={_CALLED}\s+with\b))"
    rf"(?P<adverb>{_CALLED}),?\s+(?P<with>with(?:\s+here today)?(?:\s+with)?\s+)?"
    rf"|\b(?P<verb2>welcome[sd] to (?:his|her|their|the) [\w' ]{{3,40}}?(?= (?-i:[A-Z])| the (?:visiting|vice|deputy))|"
    rf"receive[sd](?! (?:an? |the )?(?:[\w\-]+ ){{0,3}}?(?:donation|gift|letter|message|support|training|"
    rf"assistance|award|"
    rf"consignment|invitation|aid|congratulat))(?: (?:in audience|an? (?:[a-z]+ ){{0,2}}?(?:call|visit) (?:from|by|"
    rf"of)))?|"
    rf"call(?:ed|s) on(?![^.;]{{0,90}}? to [a-z]+ )|"
    rf"(?:paid|pays|made|makes|had|has) an? (?:[a-z]+ )?(?:call|visit)(?= (?:on|to) ){ADVERB} (?:on|to)|"
    rf"hosted(?= (?:an? (?:visiting )?(?:delegation|group)|visiting|(?-i:[A-Z][\w\-]+ [A-Z])))|"
    rf"(?:was|were|is|are) (?:received|hosted){ADVERB} by|calling on|interacted with|"
    rf"(?:grant(?:s|ed)|g[ai]ve[sn]?) an audience to|told(?= (?:the )?visiting )|"
    rf"sat down with)\b(?P<adverb2>{ADVERB})\s+",
    re.IGNORECASE,
)
_TALKS = re.compile(
    rf"\b(?P<verb>(?:met(?: with)? and )?(?:hold|holds|held|had|has|exchange[sd]?|conduct(?:s|ed)?|hosts?|"
    rf"hosted)\b{ADVERB}\s+(?:an?\s+|"
    rf"the\s+)?(?P<noun>(?:[A-Za-z\-]+\s+){{0,4}}?"
    rf"(?:talks?|(?:video|phone|telephone) (?:calls?|conference|meeting|conversation|talks?)|"
    rf"group meeting|meetings?|views|discussions?|conversation|consultations?|negotiations|dialogue|exchanges?|"
    rf"interaction|audience|"
    rf"luncheon|lunch|dinner|banquet|virtual conference)))"
    rf"(?P<adverb>{ADVERB})(?:\s+between (?:the )?(?:two|both) (?:[Pp]arties|sides|countries))?,?\s+(?:with|"
    rf"between|for|in hono(?:u)?r of)\s+",
    re.IGNORECASE,
)
# `Talks between the WPK delegation and the CPC delegation were held`
_BETWEEN = re.compile(
    r"\b(?P<noun>(?:(?:[Tt]he|[Aa]n?) )?(?:[\w\-]+ ){0,2}?(?:[Tt]alks|[Nn]egotiations|[Cc]onsultations|"
    r"[Mm]eeting|[Cc]onversation|(?:phone|video) call)) (?:(?:today|yesterday|here|on \w+day) )?between "
    r"(?P<sides>[^;]{10,300}?),? (?:(?:was|were|is|are|has been|have been) (?:also )?held|(?:took|takes) place)\b"
)
_WHO = re.compile(r"\b(?:who|which|that)\s+(?:is |was |are |were |also |has |have |had )*$|\bto\s*$")
_OBJECT_END = re.compile(
    r"(?<![A-Z])[.]$|,\s+(?:and\s+)?(?:also\s+|then\s+)?(?:met|held|attended|visited|delivered|signed|exchanged|"
    r"discussed)\b|\s+and\s+(?:also\s+|then\s+)?(?:signed|held|attended|visited|delivered|met|addressed)\b|"
    r"\bSenior\b(?= CPC)"
)
# `met in Kunming with A of X, and separately with B of Y`: two meetings of one verb
_NEXT_OBJECT = re.compile(r",?\s+and\s+(?:also\s+)?(?:separately|later|then|on \w+day)\s+(?:also\s+)?with\s+")
_SEPARATE = re.compile(r"\b(?:separately|respectively|individually|separate (?:meetings|talks))\b")
_ANOTHER = re.compile(r"\b(?:also|separately|respectively|individually)\b")
_INTRODUCES = re.compile(r"(?:On|In|During|At|After|Meanwhile|Earlier|Also)\b[^,]{2,60},\s+")
# `met with the delegation`: whose leader and party the sentence before told
_THE_GUESTS = re.compile(
    r"\s*(?:[Tt]he |[Tt]his |[Tt]hey\b)?(?:(?:visiting|\w+-member) )?(?:delegation|group|guests|visitors|team|mission|"
    r"party|them|him|her|he|she|(?<=[Tt]hey))\b(?! (?:of|from|led|headed)\b)"
)
_GUESTS_ACT = re.compile(
    r"\b[Tt]he (?:visiting )?(?:delegation|group|guests|team)(?: also| then| later)?\s*$|"
    r"\b(?:he|she|they)(?: also| then| later)?\s*$",
    re.IGNORECASE,
)
_BOTH = re.compile(
    r"\b(?:met|discuss(?:es|ed)|exchange[sd] views|"
    r"(?:hold|held) (?:(?:an?|virtual|online|bilateral|video|phone|in-depth|friendly|high-level) )*"
    r"(?:talks|meeting|meetings|discussions|conversation|call))\b(?! with)"
)
_WHERE_THEN = re.compile(r"\bwhere (?:he|she|they)(?: (?:was|were))? (?:also )?(?:received|welcomed|met|hosted)")
_WHERE_SAID = re.compile(
    r"\b(?:when|while|as (?:he|she)) (?:meeting(?: with)?|met(?: with)?|receiving|received|holding talks with|"
    r"held talks with)\s+|"
    r"\b(?:[Ii]n|[Dd]uring|[Aa]t) (?:an?|the|his|her|their) (?:[\w\-]+ ){0,3}?"
    r"(?:meeting|talks|conversation|call|phone call|discussions)(?: (?:here|today|yesterday|on \w+day))* with\s+|"
    r"\b[Dd]uring (?:talks|discussions|a[n]? \w+ meeting)(?: (?:here|today|yesterday|on \w+day))* with\s+"
)
# `During the visit, the delegation had exchanges with leaders of A and B`
_ON_TRIP = re.compile(r"(?:During|On) (?:the|its|his|her|their|this) (?:[\w\-]+ ){0,2}?(?:visit|stay|trip|tour)\b")
_INTRODUCES_TALK = re.compile(r"(?:In|During|At|When|While)\b")
_AND = re.compile(r"(?:,\s*and|,|\band)\s+(?:also |then |later )?$")
_MOST = 6


def meetings(
    page: Page,
    sentence: Sentence,
    people: list[Official],
    skip: int,
    last: Draft | None = None,
    *,
    subject: list[Official] | None = None,
) -> list[Draft]:
    """The meetings that a sentence tells, in order: `X met with Y`, either way round; `held talks`, `received`."""
    text = page.text.text
    between = _between(page, sentence, people, skip)
    if between is not None:
        return [between]
    matches = sorted(
        (match for pattern in (_MEET, _TALKS) for match in pattern.finditer(text, skip, sentence.end)),
        key=lambda match: match.start(),
    )
    found: list[Draft] = []
    before = skip
    for number, match in enumerate(matches[:_MOST]):
        if match.start() < before or _aside(text, skip, match):
            continue
        following = next(
            (other.start() for other in matches[number + 1 :] if other.start() > match.end()), sentence.end
        )
        end = min(_object(page, match.end(), sentence), following)
        made, subject = _told(page, sentence, people, match, before, end, subject, last)
        if made and found and _WHERE_THEN.search(text, max(skip, match.start() - 20), match.end()):
            found[-1].foreign.join(made[0].foreign)  # `called at the office, where she was received by X`
            before = end
        elif made:
            found += made
            before = end
    if not found:
        return _together(page, sentence, people, skip)
    return found


def _together(page: Page, sentence: Sentence, people: list[Official], skip: int) -> list[Draft]:
    """`A and B discussed …`, `A and B met in Minsk`: both sides before one verb."""
    match = _BOTH.search(page.text.text, skip, sentence.end)
    ours = acts(page, skip, match.start(), people) if match else None
    if match is not None and ours is None and page.names_department and of_the_party(page, skip, match.start()):
        # `The Unity Party and the CPC held talks`: whose of the CPC, the sentence behind says
        side = bodies(page, skip, match.start(), note=False)
        mode = place.remote(page, match.start(), sentence.end)
        whole = (skip, match.start())
        return [_meeting(page, sentence, match.span(), side, mode, whole)]
    if match is None or not ours or not any(one.department for one in ours):
        return []
    side = foreigners(page, skip, match.start(), people)
    if not side.people or any(read.value.title is None for read in side.people):
        return []
    side.people = [replace(read, value=replace(read.value, role="guest")) for read in side.people]
    mode = place.remote(page, match.start(), sentence.end)
    draft = _meeting(page, sentence, match.span(), side, mode, (skip, match.start()))
    draft.place = place.place(page, skip, sentence.end)
    return [acting(page, draft, ours, sentence)]


def _aside(text: str, skip: int, match: re.Match[str]) -> bool:
    """`who met …`, `came to meet …`: no verb of the sentence's own."""
    meets = (match.groupdict().get("verb") or "").lower().startswith("meet")
    if _WHO.search(text[max(skip, match.start() - 24) : match.start()]) and not meets:
        return True
    infinitive = re.search(r"\bto\s+$", text[max(skip, match.start() - 4) : match.start()])
    return infinitive is not None and not PLANNED.search(text[skip : match.end()])


def _told(
    page: Page,
    sentence: Sentence,
    people: list[Official],
    match: re.Match[str],
    before: int,
    end: int,
    subject: list[Official] | None,
    last: Draft | None,
) -> tuple[list[Draft], list[Official] | None]:
    """The meetings of one verb, and who is its subject where that is ours."""
    text = page.text.text
    talks = match.re is _TALKS
    verb2 = match.groupdict().get("verb2")
    left, right = acts(page, before, match.start(), people), acts(page, match.end(), end, people)
    carried = before == match.start() or _AND.search(text[before : match.start()])
    carried = carried or _WHERE_THEN.search(text, max(before - 20, match.start() - 20), match.end())
    if left is None and subject is not None and carried:
        left = subject  # `X met with A on Monday and met with B on Tuesday`
    ours = left is not None and (
        (talks and bool(left + people))
        or any(one.department or page.own_site for one in left)
        or (left == [] and right is None)
    )
    passive = verb2 is not None and verb2.lower().endswith("received by")
    if ours:
        chinese = left or []
        objects = _objects(page, match.end(), end)
    elif right is not None:
        chinese = right
        objects = [(_subject(page, before, match.start()), match.start())]
    else:
        return [], None
    adverb = " ".join(match.groupdict().get(name) or "" for name in ("adverb", "adverb2", "verb" if talks else "with"))
    told = text[max(before, match.start() - 6) : match.start()] + adverb
    verb = (match.start(), match.end("noun") if talks else match.end("verb2") if verb2 else match.end("verb"))
    mode = place.remote(page, match.start(), min(sentence.end, end + 60) if not talks else sentence.end)
    where = place.place(page, match.start(), end) or place.place(page, before, match.start())
    where = where or (place.place(page, end, sentence.end) if end + 60 > sentence.end else None)
    found: list[Draft] = []
    for number, (at, to) in enumerate(objects):
        side = _again(page, at, to, last) or counterpart(page, at, to)
        if not side:
            continue
        for one in apart(side) if _SEPARATE.search(told) else [side]:
            draft = _meeting(page, sentence, verb, one, mode, (at, to))
            draft.place = where
            if (not ours or passive) and where is None and mode is None:
                draft.mode = Read("inperson_abroad", match.start(), match.end(), "foreign_host", 0.6)
            draft.another = number > 0 or _ANOTHER.search(told) is not None
            nobody = not one.people and _ON_TRIP.match(text, sentence.start, match.start()) is not None
            draft.listed = "respectively" in told or nobody
            if talks:
                _talks_type(page, draft, match)
            found.append(acting(page, draft, chinese, sentence))
    return found, chinese if ours else None


def _again(page: Page, start: int, end: int, last: Draft | None) -> Counterpart | None:
    """`met with the delegation`, `The delegation held talks with`: the guests of the visit told before."""
    text = page.text.text
    if last is None or last.type.value != "VISIT.IN":
        return None
    if not (_THE_GUESTS.match(text, start, end) or _GUESTS_ACT.search(text[start:end])):
        return None
    told, last.department = last.foreign, True
    return Counterpart(list(told.people), list(told.organisations), list(told.countries), told.group)


def remarks(page: Page, sentence: Sentence, people: list[Official], skip: int) -> list[Draft]:
    """`In a meeting with X on Monday, Y praised …`, `Y said … when meeting with X`: the meeting where it was said."""
    text = page.text.text
    match = _WHERE_SAID.search(text, skip, sentence.end)
    said = SPEECH.search(text, skip, sentence.end)
    if match is None or said is None:
        return []
    first = _INTRODUCES_TALK.match(text, skip, sentence.end) is not None
    end = _object(page, match.end(), sentence)
    if not first:
        behind = said.start() if said.start() > match.end() else end  # `X, in a meeting with Y on Monday, stressed`
        spans = [(skip, min(said.start(), match.start())), (match.end(), behind)]
    else:
        cuts = list(re.finditer(r",\s+", text[match.end() : said.start()]))
        spans = next(
            (
                [(match.end() + cut.end(), said.start()), (match.end(), match.end() + cut.start())]
                for cut in reversed(cuts)
                if counterpart(page, match.end() + cut.end(), said.start()).people
                or acts(page, match.end() + cut.end(), said.start(), people)
            ),
            [],
        )
    for ours, theirs in (spans, spans[::-1]) if spans else ():
        chinese = acts(page, *ours, people)
        side = counterpart(page, *theirs) if chinese is not None and acts(page, *theirs, people) is None else None
        if chinese and side and any(one.department for one in chinese):
            mode = place.remote(page, match.start(), sentence.end)
            draft = _meeting(page, sentence, match.span(), side, mode, theirs)
            draft.place = place.place(page, skip, sentence.end)
            return [acting(page, draft, chinese, sentence)]
    return []


def _objects(page: Page, start: int, end: int) -> list[tuple[int, int]]:
    """The objects of one verb: one, save where it is said to have met others separately."""
    spans, at = [], start
    for cut in _NEXT_OBJECT.finditer(page.text.text, start, end):
        spans.append((at, cut.start()))
        at = cut.end()
    return [*spans, (at, end)]


def _talks_type(page: Page, draft: Draft, match: re.Match[str]) -> None:
    noun = match.group("noun").lower()
    if "group meeting" in noun:
        draft.type = Read("MEET.MULTI", match.start(), match.end("noun"), "group_meeting_en", 0.9)
    elif re.search(r"dialogue|consultation", noun) and named_events.event_type(
        page, match.start("noun"), match.end("noun")
    ):
        draft.type = Read("MEET.MECH", match.start(), match.end("noun"), "dialogue_en", 0.7)


def _between(page: Page, sentence: Sentence, people: list[Official], skip: int) -> Draft | None:
    """`Talks between A and B were held`: the side that is not ours is the other."""
    match = _BETWEEN.search(page.text.text, skip, sentence.end) if " between " in sentence.text else None
    if match is None:
        return None
    ours = acts(page, *match.span("sides"), people)
    if ours is None:
        return None
    side = counterpart(page, *match.span("sides"))
    side.people = [read for read in side.people if all(read.at != one.name_at for one in ours)]
    mode = place.remote(page, match.start(), sentence.end)
    draft = _meeting(page, sentence, match.span("noun"), side, mode, match.span("sides"))
    draft.place = place.place(page, match.end(), sentence.end)
    return acting(page, draft, ours, sentence) if side else None


def _meeting(
    page: Page,
    sentence: Sentence,
    verb: tuple[int, int],
    side: Counterpart,
    mode: Read[str] | None,
    whom: tuple[int, int],
) -> Draft:
    name, rule = kind(page, side, whom, (sentence.start, sentence.end), mode)
    return Draft(Read(name, *verb, rule or "meet_verb_en", 0.92), sentence, mode=mode, foreign=side)


def _object(page: Page, start: int, sentence: Sentence) -> int:
    """Where the object of a verb ends."""
    stop = _OBJECT_END.search(page.text.text, start, sentence.end)
    return stop.start() if stop else sentence.end


def _subject(page: Page, start: int, end: int) -> int:
    """Where the subject begins: behind an introducing clause (`On Tuesday, …`)."""
    match = _INTRODUCES.match(page.text.text, start, end)
    return match.end() if match else start

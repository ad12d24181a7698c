"""English sentences in which two sides meet: met with, held talks, a video call (corpus/english.md §4)."""

from __future__ import annotations

import re

from pipeline.extract import named_events, place
from pipeline.extract.draft import Counterpart, Draft, Official, Read
from pipeline.extract.kinds import apart, kind
from pipeline.extract.layout import Sentence
from pipeline.extract.page import Page
from pipeline.extract.people_en import counterpart
from pipeline.extract.sides_en import ADVERB, PLANNED, acting, acts

_MEET = re.compile(
    rf"\b(?P<verb>(?:is |are )?(?:meets?|met|"
    rf"meet)\b(?: up)?)(?P<adverb>{ADVERB})\s+(?P<with>with(?:\s+here today)?(?:\s+with)?\s+)?"
    rf"|\b(?P<verb2>receive[sd]|called on|calls on|paid a courtesy call on|pays a courtesy call on|hosted|"
    rf"was received by|calling on)\b(?P<adverb2>{ADVERB})\s+",
    re.IGNORECASE,
)
_TALKS = re.compile(
    rf"\b(?P<verb>(?:hold|holds|held|had|has|exchange[sd]?|conduct(?:s|ed)?)\b{ADVERB}\s+(?:an?\s+|"
    rf"the\s+)?(?P<noun>(?:[A-Za-z\-]+\s+){{0,4}}?"
    rf"(?:talks?|video (?:call|conference|meeting|conversation)|phone (?:call|conversation)|telephone (?:call|"
    rf"conversation)|group meeting|meetings?|views|discussions?|conversation|consultations?|dialogue|exchanges?|"
    rf"luncheon|dinner|virtual conference)))"
    rf"(?P<adverb>{ADVERB})(?:\s+between (?:the )?(?:two|both) (?:[Pp]arties|sides|countries))?\s+(?:with|between)\s+",
    re.IGNORECASE,
)
_WHO = re.compile(r"\b(?:who|which|that)\s+(?:is |was |are |were |also |has |have |had )*$|\bto\s*$")
_OBJECT_END = re.compile(
    r"(?<![A-Z])[.]$|,\s+(?:and\s+)?(?:also\s+)?(?:met|held|attended|visited|delivered|signed|exchanged|"
    r"discussed)\b|\s+and\s+(?:signed|held|attended|visited|delivered|met)\b|\bSenior\b(?= CPC)"
)
_SEPARATE = re.compile(r"\b(?:separately|respectively|individually)\b")
_ANOTHER = re.compile(r"\b(?:also|separately|respectively|individually)\b")
_INTRODUCES = re.compile(r"(?:On|In|During|At|After|Meanwhile|Earlier|Also)\b[^,]{2,60},\s+")


def meetings(page: Page, sentence: Sentence, people: list[Official], skip: int) -> list[Draft]:
    """`X met with Y`, either way round; `received`, `called on`."""
    found: list[Draft] = []
    text = page.text.text
    for match in _MEET.finditer(text, skip, sentence.end):
        if _WHO.search(text[max(skip, match.start() - 24) : match.start()]) and not (
            match.group("verb") or ""
        ).lower().startswith("meet"):
            continue
        if re.search(r"\bto\s+$", text[max(skip, match.start() - 4) : match.start()]) and not PLANNED.search(
            text[skip : match.end()]
        ):
            continue
        end = _object(page, match.end(), sentence)
        left, right = acts(page, skip, match.start(), people), acts(page, match.end(), end, people)
        passive = (match.group("verb2") or "").lower() == "was received by"
        if (left is not None and any(one.department or page.own_site for one in left)) or (
            left == [] and right is None
        ):
            side, chinese = counterpart(page, match.end(), end), left
        elif right is not None:
            side, chinese = counterpart(page, _subject(page, skip, match.start()), match.start()), right
        else:
            continue
        if not side:
            continue
        mode = place.remote(page, match.start(), min(sentence.end, end + 60))
        verb = (match.start(), match.end("verb") if match.group("verb") else match.end("verb2"))
        whom = (match.end(), end) if chinese is left else (skip, match.start())
        adverb = match.group("adverb") or match.group("adverb2") or ""
        told = text[max(skip, match.start() - 6) : match.start()] + adverb + text[match.end("verb") : match.end()]
        where = place.place(page, match.start(), sentence.end) or place.place(page, skip, match.start())
        for one in apart(side) if _SEPARATE.search(told) else [side]:
            draft = _meeting(page, sentence, verb, one, mode, whom)
            draft.place = where
            if (chinese is right or passive) and draft.place is None and mode is None:
                draft.mode = Read("inperson_abroad", match.start(), match.end(), "foreign_host", 0.6)
            draft.another = _ANOTHER.search(told) is not None
            found.append(acting(page, draft, chinese or [], sentence))
        break
    return found


def talks(page: Page, sentence: Sentence, people: list[Official], skip: int) -> list[Draft]:
    """`X held talks / a video call / exchanged views with Y`, either way round."""
    text = page.text.text
    for match in _TALKS.finditer(text, skip, sentence.end):
        end = _object(page, match.end(), sentence)
        left, right = acts(page, skip, match.start(), people), acts(page, match.end(), end, people)
        if left is not None and left + people:
            side, chinese = counterpart(page, match.end(), end), left
        elif right is not None:
            side, chinese = counterpart(page, _subject(page, skip, match.start()), match.start()), right
        else:
            continue
        if not side:
            continue
        mode = place.remote(page, match.start(), sentence.end)
        whom = (match.end(), end) if chinese is left else (skip, match.start())
        draft = _meeting(page, sentence, (match.start(), match.end("noun")), side, mode, whom)
        noun = match.group("noun").lower()
        if "group meeting" in noun:
            draft.type = Read("MEET.MULTI", match.start(), match.end("noun"), "group_meeting_en", 0.9)
        elif re.search(r"dialogue|consultation", noun) and named_events.event_type(
            page, match.start("noun"), match.end("noun")
        ):
            draft.type = Read("MEET.MECH", match.start(), match.end("noun"), "dialogue_en", 0.7)
        draft.place = place.place(page, match.end(), sentence.end)
        draft.another = _ANOTHER.search(text, max(skip, match.start() - 6), match.end()) is not None
        return [acting(page, draft, chinese, sentence)]
    return []


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

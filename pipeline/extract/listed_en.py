"""English sentences that add people to the event told before: who came, who is listed, who led, chaired or spoke."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.extract import people_en
from pipeline.extract.draft import Counterpart, Draft, Official
from pipeline.extract.page import Page

SPEECH = re.compile(
    r"\b(?:said|says|stressed|noted|expressed|welcomed|thanked|pointed out|congratulated|added|hoped|underlined|"
    r"recalled|emphasi[sz]ed|stated|"
    r"believed|voiced|reiterated|reaffirmed|spoke highly|expounded|told|handed over|conveyed)\b"
)
_OCCASION = (
    r"(?:meeting|event|talks|call|activity|conference|ceremony|briefing|seminar|dialogue|webinar|opening ceremony|"
    r"function|forum|workshop|session|symposium|speech|lecture|reception)"
)
_LED = re.compile(r"The (?:[\w-]+ ){0,2}(?:delegation|group)(?: (?:is|was|were))?,?(?= led by| headed by)(?P<led> )")
# `About 100 people attended, including X, President of …`: the list stands behind
_LISTED = re.compile(
    r"\b(?:attended|took part|participated|present|joined|participants|guests)\b[^;]{0,160}?"
    r"(?:,?\s*\bincluding|,?\s*\bamong (?:them|whom) (?:was|were|are)|\bincluded|,?\s*\bsuch as)\s+|"
    r"\b(?:Participants|Attendees|Guests|Among (?:them|those present|the participants|the guests)) "
    r"(?:included|include|was|were|are)\s+"
)
_CHAIRED = re.compile(rf"\b{_OCCASION} was (?:chaired|moderated|hosted|presided over) by\s+")
# `X, Secretary-General of …, was among them`, `X, head of …, also spoke at the ceremony`: the list stands before
_AMONG = re.compile(
    r",?\s+(?:was|were) (?:also )?among "
    r"(?:them|the (?:participants|guests|attendees|audience|speakers)|those (?:present|who \w+))\b|"
    rf",?\s+(?:also )?(?:spoke|made (?:a )?(?:speech|remarks)|delivered (?:an? )?(?:\w+ )?(?:speech|remarks|address)) "
    rf"at the {_OCCASION}\b"
)
_PRESENT = re.compile(
    r"\b(?:was|were) (?:also )?(?:present|in attendance)\b|\bpresent (?:there |at the \w+ )?were\b|"
    rf"\balso present\b|\b(?:also )?attended the {_OCCASION}\b|\bmade concluding remarks\b",
    re.IGNORECASE,
)
_SURELY = re.compile(r"\bpresent\b|concluding remarks|in attendance")
_OCCASIONS = ("CONF", "TRAIN", "BRIEF", "MEET.MECH", "CULT", "AID")
# fewer names before a verb of speech are a paragraph about one side's words, not a list of guests
_SPEAKERS = 3


def led(page: Page, last: Draft | None, skip: int, end: int) -> bool:
    """`The delegation was led by …`: the leader of the guests told before."""
    match = _LED.match(page.text.text, skip, end)
    if match is None or last is None:
        return False
    last.foreign.join(people_en.counterpart(page, match.start("led"), end))
    return True


def speakers(page: Page, last: Draft | None, skip: int, end: int) -> bool:
    """`Bierer, President of A, Morales, President of B, and Om, Secretary of C congratulated …`: guests who speak."""
    if last is None or not last.type.value.startswith(_OCCASIONS):
        return False
    verb = SPEECH.search(page.text.text, skip, end)
    side = people_en.people(page, skip, verb.start()) if verb else Counterpart()
    if len(side.people) < _SPEAKERS:
        return False
    last.foreign.join(side)
    return True


def attendees(page: Page, last: Draft | None, skip: int, end: int, people: list[Official]) -> bool:
    """`X, Vice-minister of the IDCPC, and others were present.`: people of the event told before, ``last``."""
    if last is None:
        return False
    text = page.text.text
    span = _guest_span(text, skip, end)
    present = _PRESENT.search(text, skip, end) if span is None else None
    if present is not None:
        before = present.start() > skip + 10
        span = (skip, present.start()) if before else (present.end(), end)
    if span is None:
        return False
    side = _side(page, *span, people)
    if not people and not side.people and (present is None or not _SURELY.search(present.group())):
        return False
    last.add_chinese(replace(one, person=replace(one.person, role="attendee")) for one in people)
    last.department = last.department or any(one.department for one in people)
    # of what stands around the names, the bodies of those named came; the rest only where nothing else is known
    theirs = {read.value.organisation for read in side.people}
    bodies = [read for read in side.organisations if read.value.name in theirs or not last.foreign.countries]
    last.foreign.join(Counterpart(side.people, bodies, [] if last.foreign.countries else side.countries))
    return True


def _guest_span(text: str, skip: int, end: int) -> tuple[int, int] | None:
    """Where the list of those who came stands, by its words; None for a sentence without such words."""
    for behind in (_LISTED, _CHAIRED):
        match = behind.search(text, skip, end)
        if match is not None:
            return match.end(), end
    among = _AMONG.search(text, skip, end)
    return (skip, among.start()) if among is not None else None


def _side(page: Page, start: int, end: int, people: list[Official]) -> Counterpart:
    """The foreign people of a list in which Chinese officials may stand too."""
    side = people_en.counterpart(page, start, end)
    chinese = {(one.name_at, one.name_to) for one in people}
    side.people = [
        replace(read, value=replace(read.value, role="attendee"))
        for read in side.people
        if (read.at, read.to) not in chinese and not (read.value.title or "").startswith("Chinese")
    ]
    return side

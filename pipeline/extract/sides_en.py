"""Who acts on the Chinese side of an English sentence, and who is announced."""

from __future__ import annotations

import re

from pipeline.extract.draft import Draft, Official
from pipeline.extract.layout import Sentence
from pipeline.extract.page import Page
from pipeline.extract.wordlist import words
from pipeline.gazetteer import Kind

_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]{0,6}\.?"
_DATE = rf"(?:{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:, 20\d\d)?|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}(?: 20\d\d)?)"
_PLACE = r"[A-Z][\w'.\-]+(?: [A-Z][\w'\-]+)?"
DAY = rf"(?:(?:on|last|this) )?{_WEEKDAY}(?: (?:morning|afternoon|evening|night))?"
ADVERB = (
    rf"(?:(?:\s*,)?\s*(?:here|today|yesterday|separately|respectively|jointly|collectively|individually|also|together|"
    rf"briefly|recently|later|again|on the (?:same )?(?:morning|afternoon|evening|day)|the same day|"
    rf"this (?:morning|afternoon|evening|week)|at (?:his |her |the )?(?:request|invitation)|upon (?:request|"
    rf"invitation)|(?-i:{DAY})|via video ?link|by video|online|with here today|in person|together with (?:him|"
    rf"her|them)|"
    rf"on the (?:sidelines|margins) of (?-i:(?:the )?(?:[A-Z][\w'\-]* ?){{1,6}})|"
    rf"(?-i:(?:in|at) (?:the )?{_PLACE}|(?:on )?{_DATE})|"
    r"and held talks|and exchanged views))*"
)
PLANNED = re.compile(
    r"\b(?:will|is to|are to|is scheduled to|is set to|is due to|to (?:lead|visit|meet|attend|pay|hold|host|"
    r"arrive)|is expected to|scheduled (?:from|for|to|on)|upcoming|"
    r"would (?:visit|lead|hold|meet|attend|arrive|pay|travel))\b",
    re.IGNORECASE,
)
DONE = re.compile(
    r"\b(?:led|leads?|headed|heads?|came|went|left|arrived|travell?ed|flew|sent|invited|met|held|was|were|concluded)\b",
    re.IGNORECASE,
)
_CPC = r"(?:CPC|CCP|Communist Party of China(?: \(CPC\))?|Chinese Communist Party(?: \(\w+\))?)"
_OWN_DELEGATION = re.compile(
    rf"\b{_CPC}(?:'s)? (?:[\w\-]+ ){{0,2}}?(?:delegation|team|mission|representative)s?\b|"
    rf"\b(?:delegation|team|mission|group) (?:of|from) (?:the )?{_CPC}(?! Central Committee)|"
    r"\bChinese (?:[Pp]arty )?(?:delegation|side)\b|\b[Ss]enior (?:CPC|CCP|"
    r"Communist Party of China(?: \(CPC\))?) official",
)
# a delegation of the CPC that another of its departments or a province leads is not the department's
_OTHER_OWN = re.compile(
    r"\b(?:Organi[sz]ation|Publicity|Propaganda|United Front(?: Work)?|Social Work|"
    r"Policy Research)\s+(?:Department|Office)|"
    r"\b(?:Provincial|Municipal) Committee|\bInstitute of Party History|\bCommission for Discipline Inspection"
)


def planned(text: str) -> re.Match[str] | None:
    """The words of an announcement, where the sentence has them before it tells anything done.

    `led a delegation to visit X` tells what was done: a bare infinitive announces only where no verb stands before.
    """
    done = DONE.search(text)
    for match in PLANNED.finditer(text):
        if done is None or match.start() < done.start() or not match.group().lower().startswith("to "):
            return match
    return None


def acts(page: Page, start: int, end: int, people: list[Official]) -> list[Official] | None:
    """The Chinese side in a span: its people.

    [] where only the department or a delegation of the CPC is named, None for nobody.
    """
    named = [one for one in people if start <= one.name_at and one.name_to <= end and not one.former]
    if named:
        return named
    if any(start <= one.name_at and one.name_to <= end for one in people):
        return None  # a former vice-minister: the department is named, but nobody acts for it
    if page.hits_in(start, end, Kind.DEPARTMENT) or _affiliate(page, start, end):
        return []
    return [] if own_delegation(page, start, end) is not None else None


def of_the_party(page: Page, start: int, end: int) -> bool:
    """Whether the CPC is named with another party: what they do is the department's where the page shows it to be."""
    ids = {identity for hit in page.hits_in(start, end, Kind.PARTY) for identity in hit.ids}
    return "chn-cpc" in ids and bool(ids - {"chn-cpc"} or page.foreign_countries(start, end))


def _affiliate(page: Page, start: int, end: int) -> bool:
    """A body that the department runs (codebook §5.3)."""
    return any(set(hit.ids) & set(words("en", "affiliate")) for hit in page.hits_in(start, end, Kind.ORGANISATION))


def ours_in(page: Page, sentence: Sentence) -> bool:
    """Whether a sentence names the department or a body that it runs (`organised by …`)."""
    span = (sentence.start, sentence.end)
    return bool(page.hits_in(*span, Kind.DEPARTMENT)) or _affiliate(page, *span)


def own_delegation(page: Page, start: int, end: int) -> re.Match[str] | None:
    """A delegation of the CPC. Elsewhere it may be another department's: the page must name this one."""
    match = _OWN_DELEGATION.search(page.text.text, start, end)
    if match is None or _OTHER_OWN.search(page.text.text, match.end(), min(len(page.text.text), match.end() + 120)):
        return None
    return match if page.own_site or page.names_department else None


def acting(page: Page, draft: Draft, people: list[Official], sentence: Sentence) -> Draft:
    draft.add_chinese(people)
    own = any(one.department for one in people) or (not people and ours_in(page, sentence))
    draft.department = own
    return draft

"""Who acts on the Chinese side of an English sentence, and who is announced."""

from __future__ import annotations

import re

from pipeline.extract.draft import Draft, Official
from pipeline.extract.layout import Sentence
from pipeline.extract.page import Page
from pipeline.gazetteer import Kind

DAY = r"on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
ADVERB = (
    rf"(?:\s*,?\s*(?:here|today|yesterday|separately|respectively|jointly|collectively|individually|also|"
    rf"on the (?:same )?(?:morning|afternoon|evening|day)|"
    rf"this (?:morning|afternoon|evening)|at (?:his |her |the )?(?:request|invitation)|upon (?:request|"
    rf"invitation)|{DAY}|via video ?link|online|with here today|in person|"
    r"(?-i:in (?:St\. )?[A-Z][\w'\-]+(?: [A-Z][\w'\-]+)?|on [A-Z][a-z]{2,8}\.? \d{1,2}(?:st|nd|rd|th)?)|"
    r"and held talks|and exchanged views))*"
)
PLANNED = re.compile(
    r"\b(?:will|is to|are to|is scheduled to|is set to|is due to|to (?:lead|visit|meet|attend|pay|hold|host|"
    r"arrive)|is expected to|scheduled (?:from|for|to|on)|upcoming)\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:led|leads?|headed|heads?|came|went|left|arrived|travell?ed|flew|sent|invited|met|held|was|were|concluded)\b",
    re.IGNORECASE,
)
_OWN_DELEGATION = re.compile(
    r"\b(?:a |an |the )?(?:\w+ )?(?:CPC|Communist Party of China)(?:'s)? (?:\w+ )?(?:goodwill )?delegation",
    re.IGNORECASE,
)


def planned(text: str) -> re.Match[str] | None:
    """The words of an announcement, where the sentence has them before it tells anything done.

    `led a delegation to visit X` tells what was done: a bare infinitive announces only where no verb stands before.
    """
    done = _DONE.search(text)
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
    delegation = _OWN_DELEGATION.search(page.text.text, start, end)
    # elsewhere a CPC delegation may be another department's: the page must name this one
    ours = delegation is not None and (page.own_site or bool(page.hits_in(0, len(page.text.text), Kind.DEPARTMENT)))
    return [] if ours or page.hits_in(start, end, Kind.DEPARTMENT) else None


def acting(page: Page, draft: Draft, people: list[Official], sentence: Sentence) -> Draft:
    draft.add_chinese(people)
    own = any(one.department for one in people) or (
        not people and bool(page.hits_in(sentence.start, sentence.end, Kind.DEPARTMENT))
    )
    draft.department = own
    return draft

"""Bodies of the foreign side that no gazetteer knows, told by how an English phrase is built.

`the delegation of the Democratic Pole`, `leader of Popular Force`, `leaders of the ABC, DEF and GHI`: what a
delegation, a leader or members are of is a body, however it is named.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from pipeline.extract.draft import Counterpart, Read
from pipeline.extract.page import Page
from pipeline.extract.wordlist import words
from pipeline.gazetteer import Hit, Kind
from pipeline.words import Organisation

RUN = re.compile(
    r"[A-Z][\w'.&/\-]*(?:\s+(?:[A-Z][\w'.&/\-]*|of the|of|for the|for|and the|and|on|in the|de la|de los|de|del|"
    r"do|da|du|\([A-Z][\w&/\- ]{1,14}\)))*"
)
"""Capitalised words with what may stand between those of one name."""
OWN = re.compile(
    r"\b(?:CPC|IDCPC|CCP|CPPCC|NPC|Communist Party of China|Chinese|Central Committee|International Department|"
    r"Belt and Road|Political Bureau|Both)\b"
)
TRAILING = re.compile(r"(?:\s+(?:of the|of|for the|for|and the|and|on|in the|de|del|do|da|du))+$")
_GROUP = re.compile(
    r"\b(?:delegation|group|cadres|representatives|members|leaders|leadership|officials|MPs|lawmakers|youth|wing) "
    r"(?:of|from) (?:the )?(?P<rules>(?:ruling|governing|(?:main )?opposition) )?(?=[A-Z])"
)
# who leads a party, or anything else that has a leader; a minister's office is none
_LEADS = re.compile(
    r"\b(?:[Ll]eader|[Cc]hair(?:man|woman|person)?|[Pp]resident|[Ss]ecretary[- ][Gg]eneral|"
    r"[Gg]eneral[- ][Ss]ecretary|[Cc]o-?[Cc]hair|[Ff]ounder|[Dd]irector|CEO|[Ss]pokes(?:man|woman|person)|[Tt]reasurer)"
    r" of (?:the )?(?:(?:ruling|opposition|governing|main|left-wing|right-wing|centrist)[\w \-]{0,20}? )?(?=[A-Z])"
)
_LETTERS = re.compile(r"[A-Z][A-Z\-]{1,8}(?:\([A-Z]+\))?(?![\w'\-])")
_NEXT = re.compile(r",?\s+(?:and|or)\s+(?:the )?|,\s+(?:the )?")
_WORD_BEFORE = re.compile(r"(?<![\w.])([A-Z][\w\-]+)(?:s')? $")


def longer(page: Page, hit: Hit) -> bool:
    """`Charter National Party` is no National Party: a known common name behind another name of its own."""
    if hit.kind is not Kind.PARTY or not (hit.generic or len(hit.ids) > 1):
        return False
    before = _WORD_BEFORE.search(page.text.text, max(0, hit.start - 24), hit.start)
    if before is None or before.group(1) in _no_part():
        return False
    kinds = (Kind.COUNTRY, Kind.ADJECTIVE, Kind.TITLE, Kind.PARTY, Kind.ORGANISATION, Kind.PLACE, Kind.PERSON)
    at, to = before.span(1)
    sentence = at == 0 or page.text.text[at - 2 : at] in (". ", "\n\n") or page.text.text[at - 1] == "\n"
    return not sentence and page.covering(at, to, *kinds) is None


def with_adjective(page: Page, hit: Hit) -> int:
    """Where the name of a party begins that is known by its common part: `Belarusian Labour Party`."""
    before = next(
        (one for one in page.hits_in(hit.start - 24, hit.start, Kind.ADJECTIVE) if one.end + 1 == hit.start), None
    )
    return before.start if before is not None and before.start >= 0 and hit.kind is Kind.PARTY else hit.start


def by_group(
    page: Page, found: Counterpart, start: int, end: int, names: Collection[tuple[int, int]], *, note: bool
) -> None:
    """What a delegation, its members or a leader are of."""
    text = page.text.text
    group = _GROUP.search(text, start, end)
    if group is not None and _letters(page, found, group.end(), end):
        return
    leads = _LEADS.search(text, start, end) if group is None else None
    told = group or leads
    run = RUN.match(text, told.end(), end) if told else None
    if run is None or OWN.search(run.group()):
        return
    # `President of the Senate Gérard Lamont`: to where the name begins
    upto = min([run.end(), *(at for at, _ in names if run.start() < at < run.end())])
    to = run.start() + len(TRAILING.sub("", text[run.start() : upto]).rstrip(". ").removesuffix("'s"))
    tail = re.search(r" of(?: the)? ", text[run.start() : to])
    if tail and page.foreign_countries(run.start() + tail.end(), to):
        to = run.start() + tail.start()
    name = text[run.start() : to]
    known = page.hits_in(run.start(), to, Kind.COUNTRY, Kind.ADJECTIVE, Kind.PLACE, Kind.TITLE, Kind.FORUM)
    if (group is not None and not group.group("rules") and len(name.split()) < 2) or (
        known and (leads is not None or page.foreign_countries(run.start(), to))
    ):
        return
    if leads is not None and " " not in name and name in words("en", "body"):
        return  # `Director of the Institute`: the one named before
    if leads is not None and any(word.strip(".,") in _no_name() for word in name.split()):
        return
    _add(page, found, run.start(), to, "delegation_of_en" if group else "leader_of_en")
    if note:
        page.note("unknown_organisation", run.start(), to)


def _letters(page: Page, found: Counterpart, start: int, end: int) -> bool:
    """`leaders of the SLPP, UNP and SJB`: every body of a list of letters."""
    at, told = start, False
    while (match := _LETTERS.match(page.text.text, at, end)) is not None and not OWN.fullmatch(match.group()):
        if page.covering(*match.span(), Kind.PARTY, Kind.ORGANISATION, Kind.COUNTRY) is None:
            _add(page, found, *match.span(), "letters_en")
            told = True
        between = _NEXT.match(page.text.text, match.end(), end)
        if between is None:
            break
        at = between.end()
    return told


def _add(page: Page, found: Counterpart, at: int, to: int, rule: str) -> None:
    countries = {read.value for read in found.countries}
    country = next(iter(countries)) if len(countries) == 1 else None
    body = Organisation(page.text.printed(at, to), None, country, None)
    found.organisations.append(Read(body, at, to, rule, 0.5))


@cache
def _no_part() -> frozenset[str]:
    """Words before a party's name that are none of it: offices, groups, articles, `Ruling`."""
    told = (
        word
        for role in ("title", "titled", "group", "honorific")
        for phrase in words("en", role)
        for word in phrase.split(" ")
    )
    return (
        frozenset(word for word in told if word[:1].isupper())
        | (set(words("en", "no_name")) - {"Workers", "Communist", "Socialist", "Democratic", "National", "Republic"})
        | {"Ruling", "Opposition", "Party", "Former"}
    )


@cache
def _no_name() -> frozenset[str]:
    """Words that no body is named by alone: fields of office and what is no name."""
    return frozenset(words("en", "field")) | frozenset(words("en", "no_name")) | frozenset(words("en", "title"))

"""Parties, bodies and countries of the foreign side in an English phrase."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from pipeline.extract import unknown_en
from pipeline.extract.draft import Counterpart, Read
from pipeline.extract.page import CHINA, Page
from pipeline.extract.wordlist import pattern, words
from pipeline.gazetteer import Hit, Kind
from pipeline.words import Organisation

_CHINESE = frozenset({"CHN", "HKG", "MAC", "TWN"})
_KINDS = (
    (
        re.compile(
            r"\b(?:Party|Front|Movement|League|Union|Alliance|Congress|Coalition|Rally|Bloc|Left|Greens|Democrats)\b"
        ),
        "party",
    ),
    (re.compile(r"\b(?:Parliament|Assembly|Senate|Bundestag|Duma|House)\b"), "legislature"),
    (re.compile(r"\bMinistry\b|\bDepartment\b"), "ministry"),
    (re.compile(r"\b(?:University|College|School|Academy)\b"), "university"),
    (re.compile(r"\b(?:Institut\w+|Center|Centre|Think Tank|Society|Council|Forum|Network)\b"), "think_tank"),
    (re.compile(r"\bFoundation\b"), "party_foundation"),
    (re.compile(r"\b(?:Chamber|Bank|Company|Corporation|Group)\b"), "business"),
)
_GROUP_OF = re.compile(
    r"(?:(?:Cadre|Joint|Senior|Young|Political|High-level|Cadres) )*(?:Delegations?|Study Groups?|Groups?|"
    r"Representatives|Cadres|Members|Leaders|Envoys)"
    r" (?:of|from|for) (?:the )?",
    re.IGNORECASE,
)
_RELATION = re.compile(r"(?:China|Sino|Chinese)-$")
_NEAR = 500
_OF = re.compile(r"(?: \([A-Z][\w&/\-]{1,10}\))? of (?:the )?")
_ITEM = re.compile(r"\n[A-Z][A-Za-z' ]{2,30}, [A-Z][a-z]+ \d{1,2}(?:st|nd|rd|th)")
_DEFINED = re.compile(r"\(([A-Z][A-Za-z&/\-]{1,9})\)")
_ACRONYM = re.compile(r"(?<![\w(])[A-Z][A-Za-z]?[A-Z&/\-]{1,8}(?![\w)])")
_ON_DAY = re.compile(
    r"\s+(?:on|in)\s+(?=(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|(?:January|February|March|April|May|June|July|"
    r"August|September|October|November|December)\b)"
)
_MOST_ACRONYMS = 30


@cache
def _grammar() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The end of the titles in a run of capitals, and the word that makes a run a body."""
    titles = re.compile(
        # plural only with what they are of: `Young Scholars Circle` is one name
        rf"^.*\b{pattern('en', 'title')}(?:s?\s+(?:of the|of|for the|for|at the|at|to the|to|in the|in)\b|\b)\s*",
        re.IGNORECASE,
    )
    return titles, re.compile(rf"\b{pattern('en', 'body')}\b")


@cache
def _office_behind() -> re.Pattern[str]:
    return re.compile(rf"\s+(?=(?:[A-Z][\w\-]+ ){{0,2}}{pattern('en', 'title')}\b)")


def bodies(
    page: Page,
    start: int,
    end: int,
    *,
    note: bool = True,
    unknown: bool = True,
    names: Collection[tuple[int, int]] = (),
    near: Collection[str] = (),
) -> Counterpart:
    """Countries and bodies named in a span.

    A body that no gazetteer knows is kept as printed (``unknown``) and noted (``note``). What lies in the ``names`` of
    people is neither (Bhim Nepal, Germán Espinel). ``near``: the countries meant where the span names none.
    """
    found = Counterpart()
    short = _by_acronym(page, start, end)
    known = [
        hit
        for hit in page.hits_in(start, end, Kind.PARTY, Kind.ORGANISATION)
        if not _of_relations(page, hit) and hit.start not in short and not unknown_en.longer(page, hit)
    ]
    named = [
        (iso3, hit)
        for iso3, hit in page.foreign_countries(start, end)
        if not _ambassador_to(page, hit) and not any(at <= hit.start and hit.end <= to for at, to in names)
    ]
    reach = [iso3 for iso3, _ in named] or list(near)
    for iso3, hit in named:
        inside = [
            body
            for body in known
            if body.start < hit.end and hit.start < body.end and body.end - body.start > hit.end - hit.start
        ]
        if any(_elsewhere(page, body, iso3, reach) for body in inside):
            continue
        _country(found, iso3, hit.start, hit.end, f"gazetteer_{hit.kind.value}", 0.95)
    for hit in _outermost(known):
        _known(page, found, hit, reach)
    for read in short.values():
        found.join(Counterpart([], [read]))
        if read.value.country and not found.countries:
            _country(found, read.value.country, read.at or start, read.to or end, "country_of_body", 0.85)
    if unknown:
        _printed(page, found, start, end, known, names, note=note)
        if not found.organisations:
            unknown_en.by_group(page, found, start, end, names, note=note)
    return found


def _by_acronym(page: Page, start: int, end: int) -> dict[int, Read[Organisation]]:
    """Bodies named by letters that the page itself explains (`All Basotho Convention (ABC)`), by where they stand."""
    found: dict[int, Read[Organisation]] = {}
    meant = _acronyms(page)
    for match in _ACRONYM.finditer(page.text.text, start, end) if meant else ():
        body = meant.get(match.group())
        if body is not None and not any(
            hit.end - hit.start > len(match.group())
            for hit in page.hits_in(match.start(), match.end() + 30, Kind.PARTY)
            if hit.start == match.start()
        ):
            found[match.start()] = Read(body, match.start(), match.end(), "acronym_of_page", 0.85)
    return found


def _acronyms(page: Page) -> dict[str, Organisation]:
    if page.acronyms is None:
        page.acronyms = {}
        text, told = page.text.text, {}
        for match in list(_DEFINED.finditer(text))[:_MOST_ACRONYMS]:
            line = max(text.rfind("\n", 0, match.start()) + 1, match.start() - 120)
            named = bodies(
                page,
                line,
                match.end() + 30 if text[match.end() : match.end() + 4] == " of " else match.end(),
                note=False,
            )
            body = next(
                (read.value for read in named.organisations if read.to and match.start() - 1 <= read.to <= match.end()),
                None,
            )
            if body is not None and body.name.strip("()") != match.group(1):
                told[match.group(1)] = body
        page.acronyms = told
    return page.acronyms


def relation_country(page: Page, start: int, end: int) -> Read[str] | None:
    """The country of `China-X relations`, sometimes the only word of it (corpus/english.md §7)."""
    text = page.text.text
    for iso3, hit in page.foreign_countries(start, end):
        if _RELATION.search(text[max(start, hit.start - 8) : hit.start]):
            return Read(iso3, hit.start, hit.end, "relation_en", 0.7)
    return None


def _of_relations(page: Page, hit: Hit) -> bool:
    """`China-EU relations`: what was talked about, no body that was there."""
    return bool(_RELATION.search(page.text.text[max(0, hit.start - 8) : hit.start]))


def _ambassador_to(page: Page, hit: Hit) -> bool:
    """`Chinese Ambassador to V`: V is where a Chinese sits, no country of the other side."""
    before = page.text.text[max(0, hit.start - 40) : hit.start]
    return bool(re.search(r"(?:Chinese|China's) [Aa]mbassador to (?:the )?$", before))


def _elsewhere(page: Page, body: Hit, iso3: str, reach: list[str]) -> bool:
    identity = page.gazetteer.resolve(body, reach, page.day)
    return identity is not None and page.gazetteer.country_of(body.kind, identity) not in (None, iso3)


def _outermost(hits: list[Hit]) -> list[Hit]:
    """Hits inside longer ones fall away, save the party within the name of its department."""
    return [hit for hit in hits if not any(_swallows(other, hit) for other in hits)]


def _swallows(longer: Hit, hit: Hit) -> bool:
    within = longer.start <= hit.start and hit.end <= longer.end and longer.end - longer.start > hit.end - hit.start
    return within and not (hit.kind is Kind.PARTY and longer.kind is Kind.ORGANISATION)


def _known(page: Page, found: Counterpart, hit: Hit, reach: list[str]) -> None:
    countries = {page.gazetteer.country_of(hit.kind, option) for option in hit.ids}
    if countries and countries <= _CHINESE:
        return
    reach = [
        iso3
        for iso3, one in page.foreign_countries(hit.end, hit.end + 40)
        if _OF.fullmatch(page.text.text, hit.end, one.start)
    ] or reach
    if not reach and hit.generic and page.text.text[hit.start : hit.end] in words("en", "body"):
        return  # `League president`: of the league named before
    identity = page.gazetteer.resolve(hit, reach, page.day)
    around: set[str] = set()
    if identity is None and not reach:
        # said in a sentence that names no country: the one around it
        around = {iso3 for iso3, _ in page.foreign_countries(*_around(page, hit))} or _home(page, hit)
        identity = page.gazetteer.resolve(hit, around, page.day)
    end = _with_acronym(page, hit.end)
    name = page.text.printed(hit.start, end)
    if identity is None:
        name = page.text.printed(unknown_en.with_adjective(page, hit), end)
        told = set(reach) or around
        if hit.generic and len(told) != 1:
            return
        country = next(iter(told)) if len(told) == 1 else None
        kind = "party" if hit.kind is Kind.PARTY else None
        found.organisations.append(Read(Organisation(name, None, country, kind), hit.start, end, "shared_form", 0.6))
        return
    country = page.gazetteer.country_of(hit.kind, identity)
    if country == CHINA:
        return
    table = page.gazetteer.parties if hit.kind is Kind.PARTY else page.gazetteer.organisations
    if all(read.value.id != identity for read in found.organisations):
        body = Organisation(name, identity, country, table[identity].kind)
        found.organisations.append(Read(body, hit.start, end, f"gazetteer_{hit.kind.value}", 0.95))
    if country is not None:
        _country(found, country, hit.start, hit.end, "country_of_body", 0.9)


def _home(page: Page, hit: Hit) -> set[str]:
    """Where the page was written, for a short form that several countries have: the city it tells of, its domain."""
    cities = {page.gazetteer.country_of(one.kind, one.ids[0]) for one in page.hits_in(*_around(page, hit), Kind.PLACE)}
    return {iso3 for iso3 in cities if iso3 is not None} - _CHINESE or set(page.home)


def _around(page: Page, hit: Hit) -> tuple[int, int]:
    """The text around a hit, within its item where the page is a list of datelines."""
    start, end = max(0, hit.start - _NEAR), hit.end + _NEAR // 2
    items = [match.start() for match in _ITEM.finditer(page.text.text, start, end)]
    return max([start, *(at for at in items if at <= hit.start)]), min([end, *(at for at in items if at > hit.start)])


def _with_acronym(page: Page, end: int) -> int:
    match = re.compile(r"\s?\([A-Z][\w&/\-]{1,10}\)").match(page.text.text, end)
    return match.end() if match else end


def _printed(
    page: Page,
    found: Counterpart,
    start: int,
    end: int,
    known: list[Hit],
    names: Collection[tuple[int, int]],
    *,
    note: bool,
) -> None:
    text = page.text.text
    titles, body_word = _grammar()
    for at, to in _runs(text, start, end):
        to = min([to, *(name_at for name_at, _ in names if at < name_at < to)])  # `the Unity Front Reza Moradi`
        nouns = list(body_word.finditer(text, at, to))
        if not nouns or _quoted(text, start, at, to):
            continue
        lead = titles.match(text[at : nouns[-1].start()])
        at += lead.end() if lead else 0
        office = _office_behind().search(text, next((noun.end() for noun in nouns if noun.start() >= at), to), to)
        to = office.start() if office else to  # `Green Party Vice President Adem Berg` is no body to its end
        group = _GROUP_OF.match(text, at, to)
        at = group.end() if group else at
        at = _behind_plain_head(text, at, to, body_word)
        name = unknown_en.TRAILING.sub("", text[at:to]).rstrip(". ").removesuffix("'s")
        bracket = re.search(r"\)(?= of\b)", name)
        name = name[: bracket.end()] if bracket else name
        if len(name.split()) < 2 or name == "Communist Party" or unknown_en.OWN.search(name):
            continue
        to = at + len(name)
        adjective = next((hit for hit in page.hits_in(at, to, Kind.ADJECTIVE, Kind.COUNTRY) if hit.start == at), None)
        kind = next((name for ending, name in _KINDS if ending.search(text[at:to])), None)
        if adjective is not None and (kind != "party" or text.startswith("'s", adjective.end)):
            # `Egypt's Nation's Future Party`; a party's own name may begin with the adjective
            possessive = re.compile(r"(?:'s)?\s+").match(text, adjective.end)
            at = possessive.end() if possessive and possessive.end() < to else at
        if any(hit.start < to and at < hit.end for hit in known) or len(text[at:to].split()) < 2:
            continue
        countries = {read.value for read in found.countries}
        country = next(iter(countries)) if len(countries) == 1 else None
        found.organisations.append(
            Read(Organisation(page.text.printed(at, to), None, country, kind), at, to, "printed_body_en", 0.6)
        )
        if note:
            page.note("unknown_organisation", at, to)


def _quoted(text: str, start: int, at: int, to: int) -> bool:
    """`a speech titled "A New Type of Party System"`: a title, no body."""
    return text.count('"', start, at) % 2 == 1 and text.find('"', to) >= 0


def _runs(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Runs of capitalised words, cut where `and` begins another office (`… Front and Vice President of …`)."""
    office = re.compile(rf"\s+and\s+(?:the\s+)?(?=(?:[\w\-]+\s+){{0,2}}{pattern('en', 'title')}\b)")
    found = []
    for run in unknown_en.RUN.finditer(text, start, end):
        at = run.start()
        cuts = [*office.finditer(text, *run.span()), *_two_bodies(text, *run.span())]
        cuts += _ON_DAY.finditer(text, *run.span())  # `at the University of Suva on Friday`
        for cut in sorted(cuts, key=lambda match: match.start()):
            found.append((at, cut.start()))
            at = cut.end()
        found.append((at, run.end()))
    return found


def _two_bodies(text: str, start: int, end: int) -> list[re.Match[str]]:
    """`the Center for Studies of A and the Institute for Affairs of B`: a body on either side of `and the`."""
    body_word = _grammar()[1]
    return [
        cut
        for cut in re.compile(r"\s+and the\s+").finditer(text, start, end)
        if (body_word.search(text, start, cut.start()) or unknown_en.OWN.search(text, start, cut.start()))
        and (body_word.search(text, cut.end(), end) or unknown_en.OWN.search(text, cut.end(), end))
    ]


def _behind_plain_head(text: str, at: int, to: int, body_word: re.Pattern[str]) -> int:
    """`Asia of the Foreign Ministry`, `Conference of the Progress Party`: the body is behind the plain word."""
    for cut in re.finditer(r"\s+(?:of the|of|for the|for|on)\s+", text[at:to]):
        if body_word.search(text, at, at + cut.start()):
            return at
        if body_word.search(text, at + cut.end(), to):
            at += cut.end()
            return _behind_plain_head(text, at, to, body_word)
    return at


def _country(found: Counterpart, iso3: str, at: int, to: int, rule: str, confidence: float) -> None:
    if all(read.value != iso3 for read in found.countries):
        found.countries.append(Read(iso3, at, to, rule, confidence))

"""The foreign side in English: delegations with their leaders, `name, office`, `office name`, and lists of such.

A person's words run from the name to where the next person begins; a single capitalised word is a name only where an
office follows at once, for `Minister of Land, Infrastructure, Transport` lists no people (corpus/english.md §5).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipeline.extract.bodies_en import bodies
from pipeline.extract.draft import Counterpart, Read
from pipeline.extract.page import Page
from pipeline.extract.wordlist import pattern, words
from pipeline.gazetteer import Kind
from pipeline.words import ForeignPerson

_PARTICLE = (
    r"(?:de la|de los|de|da|do|dos|das|del|della|di|van der|van den|van|von|bin|binti|ibn|el|al|le|la|du|ul|ur|y|e|zu)"
)
_TOKEN = r"(?:(?:al|el|ad|as|ar|an|ash)-)?[A-Z][A-Za-z'\-]*\.?"
_NAME = re.compile(rf"{_TOKEN}(?:\s+(?:{_PARTICLE}\s+)?{_TOKEN}){{0,6}}")
_LED = re.compile(
    r",?\s*\b(?:(?:which|that|who) (?:is|was|were) )?(?:led|headed|co-led|chaired) by\s*|"
    r"\bwith (?=[A-Z][\w'\- ]{2,40} as (?:its|the) (?:head|leader))"
)
_INCLUDING = re.compile(r",?\s*\b(?:including|consisting of|composed of|among them|such as)\s+")
_WHO = re.compile(
    r",?\s+(?:who|which|during|at the|while|ahead of|after|as part of|on the sidelines|to discuss|and exchanged|"
    r"and discussed|to exchange|where|when|for talks)\b|"
    r",?\s+in [A-Z][a-z]+ on [A-Z]\w+day\b|,\s+in [A-Z][\w.\-']+(?: [A-Z][\w\-']+)?(?=[.,;]|\s+on\b|$)|"
    r",?\s+(?:on|last|this) (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|"
    r",?\s+(?:from|on) (?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December)\b|,?\s+here (?:today|on)\b|"
    r",?\s+(?:via|through) video|,?\s+(?:on|in) (?:the )?(?:same day|morning|afternoon|evening)\b|, and (?=both|"
    r"they|the two)|,?\s+and (?=attended|delivered|visited|addressed|signed|held|gave)"
)
_JOIN = re.compile(r"\s*;\s*(?:and\s+)?|\s*,\s*(?:and|as well as)\s+|\s*,\s*|\s+and\s+|\s+as well as\s+")
_HONORIFIC = re.compile(
    r"(?:(?:H\.?E\.?|Hon\.?|Dr\.?|Mr\.?|Ms\.?|Mrs\.?|Prof\.?|Comrade|Gen\.?|Sen\.?|Rt\.? Hon\.?|Sir|Dame|Madam|"
    r"Madame)\s+)+"
)
_ARTICLE = re.compile(r"(?:the|a|an|with|by|its|their|his|her|and|as well as|also|Mr\.?|visiting)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Head:
    """The beginning of a person's words: the name's span, and where the words before and behind it run."""

    at: int
    name_at: int
    name_to: int
    title_first: bool


@cache
def _title_near() -> re.Pattern[str]:
    """An office within the first words of what follows a name."""
    return re.compile(rf"(?:[\w'&./\-]+\s+){{0,5}}?{pattern('en', 'title')}\b", re.IGNORECASE)


@cache
def _title_at_once() -> re.Pattern[str]:
    return re.compile(rf"(?:[\w'&./\-]+\s+){{0,3}}?{pattern('en', 'title')}\b", re.IGNORECASE)


@cache
def _titled() -> re.Pattern[str]:
    """`former Prime Minister`, `Zambian President`, `Secretary General of the party`: an office before a name."""
    prefix = rf"(?:(?:{pattern('en', 'prefix')}|[A-Z][\w'\-]*(?:'s)?)\s+){{0,5}}?"
    return re.compile(
        rf"(?:the\s+)?{prefix}{pattern('en', 'titled')}(?:\s+of\s+(?:the\s+)?(?:[A-Z][\w'\-]*\s+){{1,4}}?)?\s*"
    )


@cache
def _no_names() -> frozenset[str]:
    found = {
        word
        for role in ("title", "titled", "body", "group")
        for phrase in words("en", role)
        for word in phrase.split(" ")
    }
    return frozenset(
        found - {"King", "Prince", "Dean", "Chief", "Sultan", "General", "Deputy", "Left"}
        | {
            "The",
            "CPC",
            "IDCPC",
            "China",
            "Chinese",
            "Beijing",
            "Both",
            "International",
            "Department",
            "National",
            "Political",
            "State",
            "Central",
            "Vice",
        }
        | {
            "Affairs",
            "Foreign",
            "Prime",
            "Deputy",
            "General",
            "Parties",
            "Workers",
            "Communist",
            "Socialist",
            "Democratic",
            "Republic",
            "Enditem",
        }
    )


def counterpart(page: Page, start: int, end: int) -> Counterpart:
    """Everything that a noun phrase of the foreign side says. An empty phrase gives an empty counterpart."""
    text = page.text.text
    lead = _ARTICLE.match(text, start, end)
    while lead and text[lead.start() : lead.end()].strip().lower() not in ("a", "the"):
        start = lead.end()
        lead = _ARTICLE.match(text, start, end)
    led = _LED.search(text, start, end)
    who = _WHO.search(text, led.end() if led else start, end)
    end = who.start() if who else end
    if start >= end:
        return Counterpart()
    found = Counterpart()
    if led is not None and led.end() < end:
        group = bodies(page, start, led.start())
        found.join(_people(page, led.end(), end, leader=True, near=group))
        found.join(group)
        found.group = Read(page.text.printed(start, led.start()), start, led.start(), "led_group_en", 0.9)
    else:
        including = _INCLUDING.search(text, start, end)
        group = bodies(page, start, including.start()) if including else Counterpart()
        found.join(_people(page, including.end() if including else start, end, leader=False, near=group))
        found.join(group)
    _given(found)
    found.diplomats = bool(
        re.search(r"\b[Aa]mbassadors?\b|\b(?:diplomatic )?envoys?\b|\bdiplomats\b|[Cc]harg", text[start:end])
    )
    if (
        not found.people
        and found.group is None
        and re.search(rf"\b{pattern('en', 'group')}\b", text[start:end], re.IGNORECASE)
    ):
        found.group = Read(page.text.printed(start, end), start, end, "group_en", 0.8)
    return found


def people(page: Page, start: int, end: int) -> Counterpart:
    """The people of a list, with what stands around them."""
    return _people(page, start, end, leader=False, near=Counterpart())


def _people(page: Page, start: int, end: int, *, leader: bool, near: Counterpart) -> Counterpart:
    found = Counterpart()
    heads = _heads(page, start, end)
    for number, head in enumerate(heads):
        to = heads[number + 1].at if number + 1 < len(heads) else end
        read, side = _described(page, head, to, near)
        if leader and number == 0:
            value = read.value
            read = Read(
                ForeignPerson(
                    value.name, value.title, value.organisation, value.country, value.id, value.office, value.role, True
                ),
                read.at,
                read.to,
                read.rule,
                read.confidence,
            )
        found.people.append(read)
        found.join(Counterpart([], side.organisations, side.countries))
    if not heads:
        found.join(bodies(page, start, end))
    return found


def _heads(page: Page, start: int, end: int) -> list[_Head]:
    text = page.text.text
    places = [start] + [match.end() for match in _JOIN.finditer(text, start, end)]
    found: list[_Head] = []
    for number, at in enumerate(places):
        if found and at < found[-1].name_to:
            continue
        honorific = _HONORIFIC.match(text, at, end)
        head = _head(page, at, honorific.end() if honorific else at, end, first=number == 0)
        if head is not None:
            found.append(head)
    return found


def _head(page: Page, at: int, begin: int, end: int, *, first: bool) -> _Head | None:
    text = page.text.text
    name = _NAME.match(text, begin, end)
    if name is not None and _is_name(page, begin, name.end()):
        to = name.end()
        behind = re.compile(r"\s*(?:\([^)]{1,20}\))?\s*,\s*").match(text, to, end)
        single = " " not in name.group()
        if behind and (_title_at_once() if single else _title_near()).match(text, behind.end(), end):
            return _Head(at, begin, to, False)
        if first and behind is None and not single and text[to:end].strip(" .") == "":
            return _Head(at, begin, to, False)
        if (
            not single
            and text[to : to + 1] in ("", ".", ",", ";", " ")
            and (text[to:end].strip(" .;") == "" or _JOIN.match(text, to, end))
            and not first
        ):
            # a bare name in a list (`A, B and C`): only somebody the gazetteer knows
            return _Head(at, begin, to, False) if _person_known(page, begin, to) else None
        if _person_known(page, begin, to):
            return _Head(at, begin, to, False)
        return None
    titled = _titled().match(text, at, end)
    if titled is None:
        return None
    name = _NAME.match(text, titled.end(), end)
    if name is None or not _is_name(page, titled.end(), name.end()):
        return None
    if page.covering(titled.end(), name.end(), Kind.ORGANISATION, Kind.PARTY, Kind.COUNTRY, Kind.PLACE):
        return None  # `Deputy Chairman of the State Duma` is an office to its end
    return _Head(at, titled.end(), name.end(), True)


def _person_known(page: Page, at: int, to: int) -> bool:
    return any(hit.start == at and hit.end == to and page.is_foreign(hit) for hit in page.hits_in(at, to, Kind.PERSON))


def _is_name(page: Page, at: int, to: int) -> bool:
    tokens = page.text.text[at:to].split()
    if not tokens or any(token.strip(".,'") in _no_names() for token in tokens):
        return False
    if len(tokens) == 1 and (tokens[0].isupper() or len(tokens[0].strip(".")) < 2):
        return False
    covering = [
        hit
        for hit in page.hits_in(at, to, Kind.COUNTRY, Kind.ADJECTIVE, Kind.PARTY, Kind.ORGANISATION, Kind.DEPARTMENT)
        if hit.start == at
        and (hit.end == to or hit.kind in (Kind.PARTY, Kind.DEPARTMENT, Kind.ORGANISATION, Kind.ADJECTIVE))
    ]
    return not covering


def _described(page: Page, head: _Head, to: int, near: Counterpart) -> tuple[Read[ForeignPerson], Counterpart]:
    text = page.text.text
    if head.title_first:
        title_at, title_to = head.at, head.name_at
        side = bodies(page, head.at, to)
    else:
        behind = re.compile(r"\s*(?:\([^)]{1,20}\))?\s*,?\s*").match(text, head.name_to, to)
        title_at, title_to = behind.end() if behind else head.name_to, to
        side = bodies(page, title_at, title_to)
    title = re.sub(
        r"^(?:the|a|an|and)\s+|\s*(?:,|;|\band|\bas well as|\.)*\s*$", "", page.text.printed(title_at, title_to)
    ).strip(" ,;.")
    title = re.split(
        r"(?:,\s*)?(?:\band\s+)?\bothers?\b|,\s*(?:and\s+)?(?:other|representatives|experts|leaders)\b", title
    )[0].strip(" ,;.")
    body = side.organisations[0].value if side.organisations else None
    country = side.countries[0].value if side.countries else (body.country if body else None)
    near_countries = {read.value for read in near.countries}
    if country is None and len(near_countries) == 1:
        country = next(iter(near_countries))
    if body is None and len(near.organisations) == 1 and near.organisations[0].value.country in (None, country):
        body = near.organisations[0].value
    known = next((hit for hit in page.hits_in(head.name_at, head.name_to, Kind.PERSON) if page.is_foreign(hit)), None)
    person = ForeignPerson(
        page.text.printed(head.name_at, head.name_to).rstrip(".,"),
        title[:160] or None,
        body.name if body else None,
        country,
        known.ids[0] if known and len(known.ids) == 1 else None,
        _office(page, title_at, title_to),
    )
    return Read(
        person, head.name_at, head.name_to, "office_name_en" if head.title_first else "name_office_en", 0.9
    ), side


def _office(page: Page, start: int, end: int) -> str | None:
    """The id of the highest office named; a former one is none."""
    if end <= start or re.match(r"\s*(?:the )?former|ex-", page.text.text[start:end], re.IGNORECASE):
        return None
    offices = [identity for hit in page.hits_in(start, end, Kind.TITLE) for identity in hit.ids[:1]]
    return min(offices, key=lambda identity: page.gazetteer.titles[identity].rank, default=None)


def _given(found: Counterpart) -> None:
    """A country that one person of the list tells goes for those who tell none."""
    countries = {read.value for read in found.countries}
    if len(countries) != 1:
        return
    only = next(iter(countries))
    for place, read in enumerate(found.people):
        value = read.value
        if value.country is None:
            found.people[place] = Read(
                ForeignPerson(
                    value.name,
                    value.title,
                    value.organisation,
                    only,
                    value.id,
                    value.office,
                    value.role,
                    value.is_leader,
                ),
                read.at,
                read.to,
                read.rule,
                read.confidence,
            )

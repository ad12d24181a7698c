"""The foreign side in English: delegations with their leaders, `name, office`, `office name`, and lists of such.

A person's words run from the name, or the office before it, to where the next person's begin (corpus/english.md §5).
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from pipeline.extract.bodies_en import bodies
from pipeline.extract.draft import Counterpart, Read
from pipeline.extract.names_en import Named, named
from pipeline.extract.page import Page
from pipeline.extract.wordlist import pattern
from pipeline.gazetteer import Kind
from pipeline.words import ForeignPerson, Organisation

_LED = re.compile(
    r",?\s*\b(?:(?:which|that|who) (?:is|was|were) )?(?:led|headed|co-led|chaired) by(?! (?:him|her|them)\b)\s*|"
    r"\bwith (?=[A-Z][\w'\- ]{2,40} as (?:its|the) (?:head|leader))"
)
_INCLUDING = re.compile(r",?\s*\b(?:including|and included|consisting of|composed of|among them|such as)\s+")
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
_ARTICLE = re.compile(r"(?:the|a|an|with|by|its|their|his|her|and|as well as|also|Mr\.?|visiting)\s+", re.IGNORECASE)


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
    groups = _led_groups(text, start, end)
    for group_at, led_at, people_at, to in groups:
        group = bodies(page, group_at, led_at)
        found.join(_people(page, people_at, to, leader=True, near=group))
        found.join(group)
    found.groups = len(groups)
    if groups:
        found.group = Read(page.text.printed(start, groups[0][1]), start, groups[0][1], "led_group_en", 0.9)
    else:
        including = _INCLUDING.search(text, start, end)
        if including is not None and named(page, start, including.start()):
            including = None  # `… A, mayor of X, and people of sectors including finance`
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


def _led_groups(text: str, start: int, end: int) -> list[tuple[int, int, int, int]]:
    """`a delegation of A led by X, and the B headed by Y`: where each group and its people begin and end."""
    found: list[tuple[int, int, int, int]] = []
    leads = [match for match in _LED.finditer(text, start, end) if match.end() < end]
    for number, match in enumerate(leads):
        at = start if not found else found[-1][3]
        to = end
        if number + 1 < len(leads):
            cut = text.rfind(" and ", match.end(), leads[number + 1].start())
            to = cut if cut > 0 else leads[number + 1].start()
        found.append((at, match.start(), match.end(), to))
    return found


def _people(page: Page, start: int, end: int, *, leader: bool, near: Counterpart) -> Counterpart:
    found = Counterpart()
    heads = named(page, start, end)
    names = [(head.name_at, head.name_to) for head in heads]
    for number, head in enumerate(heads):
        to = heads[number + 1].at if number + 1 < len(heads) else end
        read, side = _described(page, head, to, near, names)
        if leader and number == 0:
            read = replace(read, value=replace(read.value, is_leader=True))
        found.people.append(read)
        found.join(Counterpart([], _represented(page, side.organisations), side.countries))
    if heads and heads[0].at > start:
        # `members of the Liberal Party, Mayor of Calgary Judith Ark`: those without a name stand before
        found.join(bodies(page, start, heads[0].at, names=names))
    if not heads:
        found.join(bodies(page, start, end))
    return found


def _described(
    page: Page, head: Named, to: int, near: Counterpart, names: list[tuple[int, int]]
) -> tuple[Read[ForeignPerson], Counterpart]:
    text = page.text.text
    if head.title_first:
        title_at, title_to = head.at, head.name_at
        side = bodies(page, head.at, to, names=names)
    else:
        behind = re.compile(r"\s*(?:\([^)]{1,20}\))?\s*,?\s*").match(text, head.name_to, to)
        title_at, title_to = behind.end() if behind else head.name_to, to
        side = bodies(page, title_at, title_to, names=names)
    title = re.sub(
        r"^(?:the|a|an|and)\s+|\s*(?:,|;|\band|\bas well as|\.)*\s*$", "", page.text.printed(title_at, title_to)
    ).strip(" ,;.")
    title = re.split(
        r"(?:,\s*)?(?:\band\s+)?\bothers?\b|,\s*(?:and\s+)?(?:other|representatives|experts|leaders|"
        r"officials)\b|,?\s+as well as\b|,?\s+(?:and )?from the \w+ side\b|"
        r",? (?:met|who|which)$|,? (?:met|received|held)(?: and)?$",
        title,
    )[0].strip(" ,;.")
    title = _LETTERS.sub("", _UNTOLD.split(title)[0].strip(" ,;."))
    title = re.sub(
        r"(?:^|,? )(?:Mr|Ms|Mrs|Dr|Prof|Hon|Comrade|Cde|H\.E|Dame|Sir|Baroness|Lord|Lady|Nawabzada)\.?$", "", title
    )
    title = re.sub(
        r"^(?:(?:its|his|her|their|then|(?:the )?party's|party(?= [A-Z]))\s+)+|,?\s+(?:also|too|then)$", "", title
    )
    title = _without_body(page, title, title_at) if head.title_first else title
    body = side.organisations[0].value if side.organisations else None
    country = side.countries[0].value if side.countries else (body.country if body else None)
    near_countries = {read.value for read in near.countries}
    if country is None and len(near_countries) == 1:
        country = next(iter(near_countries))
    if country is None and title_to > title_at:
        country = next(iter(_of_place(page, title_at, title_to)), None)
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


def _of_place(page: Page, start: int, end: int) -> list[str]:
    """The country of a place that somebody is of (`Mayor of Perth`, `California State Assemblyman`)."""
    text = page.text.text
    found = []
    for hit in page.hits_in(start, end, Kind.PLACE):
        country = page.gazetteer.country_of(hit.kind, hit.ids[0])
        of = hit.start == start or re.search(
            r"\b(?:of|from|for)(?: the)? $", text[max(start, hit.start - 10) : hit.start]
        )
        if (
            of
            and len(hit.ids) == 1
            and country is not None
            and not page.covering(hit.start, hit.end, Kind.ORGANISATION)
        ):
            found.append(country)
    return [country for country in found if country not in ("CHN", "HKG", "MAC", "TWN")]


# what follows an office and is none of it: what was done next, who came along, where
_UNTOLD = re.compile(
    r",?\s+and\s+(?:[a-z]+ed\b|(?:his|her|their)\b)|,\s+(?:at|in) (?:the )?[A-Z]|"
    # `…, and around 50 branch officers`, `…, and lawmakers from the Front`
    r",?\s+and\s+(?:(?:the|an?|his|her) (?:[\w\-]+ ){0,2}?(?:delegation|group|team|entourage)\b|"
    r"(?:around|about|some|over|more than|nearly|almost|several|other)\b|\d|(?:[a-z\-]+ )?"
    r"(?:lawmakers|members|leaders|officials|representatives|cadres|delegates|experts|scholars|diplomats|envoys)\b)|"
    r" \([A-Z][A-Za-z&/\-]{1,9}\)(?: (?:of|in) (?:the )?[A-Z][\w\-]+(?: [A-Z][\w\-]+){0,3})?$|"
    r",?\s+(?:is|are|was|were|spoke|said|attended|addressed|signed|received|hosted|welcomed)\b"
)


# `Unity Party (团结党) of Fiji Co-Chairman`: the party with its letters is none of the office
_BODY_WITH_LETTERS = re.compile(r" \([^()]{2,12}\)(?: of (?:the )?[A-Z][\w\-]+(?: [A-Z][\w\-]+)??)?? (?=[A-Z])")


@cache
def _title_word() -> re.Pattern[str]:
    return re.compile(rf"(?:(?:Deputy|Vice|First|Assistant)[ -])*{pattern('en', 'title')}\b")


def _without_body(page: Page, title: str, at: int) -> str:
    for hit in page.hits_in(at, at + 60, Kind.PARTY):
        printed = page.text.printed(at, hit.end)
        told = _BODY_WITH_LETTERS.match(title, len(printed)) if title.startswith(printed) else None
        if told is not None and _title_word().match(title, told.end()):
            return title[told.end() :]
    return title


_LETTERS = re.compile(r" \([A-Z][A-Za-z&/\-]{1,9}\)(?: (?:of|in) (?:the )?[A-Z][\w\-]+(?: [A-Z][\w\-]+){0,3})?$")


def _office(page: Page, start: int, end: int) -> str | None:
    """The id of the highest office named; a former one is none."""
    if end <= start or re.match(r"\s*(?:the )?former|ex-", page.text.text[start:end], re.IGNORECASE):
        return None
    offices = [identity for hit in page.hits_in(start, end, Kind.TITLE) for identity in hit.ids[:1]]
    return min(offices, key=lambda identity: page.gazetteer.titles[identity].rank, default=None)


_ORGAN = re.compile(
    r"(?:Commission|Committee|"
    r"(?:General|National|Central|Executive|Political|Federal|State|Supreme|City|Party|Advisory|Privy|Legislative|"
    r"Municipal|Provincial|Regional|Parliamentary|Presidential|Friendship) (?:[\w\-]+ )?(?:Council|Group)|"
    r"^(?:Council|Group)|^(?:Youth|Women's|Women) (?:League|Wing)$|"
    r"Bureau|Secretariat|Board|Department|Office|Congress|Assembly|Caucus)\b"
)


_OF_PARTY = re.compile(
    r"\b(?:International|External|Foreign) \w+ of\b|^(?:International|External|Foreign) |Commission for"
)


def _represented(page: Page, bodies_: list[Read[Organisation]]) -> list[Read[Organisation]]:
    """The bodies that somebody comes for: a party, an institute; its own organs and a parliament only say an office."""
    return [
        read
        for read in bodies_
        if read.value.kind not in ("legislature", "parl_group")
        and not (read.rule == "printed_body_en" and read.value.kind != "party" and _ORGAN.search(read.value.name))
        and not (read.rule != "printed_body_en" and len(bodies_) > 1 and _OF_PARTY.search(read.value.name))
        and not (
            read.rule == "printed_body_en" and re.search(r"\bof the (?:Movement|Party|Front|Union)$", read.value.name)
        )
    ]


def _given(found: Counterpart) -> None:
    """A country that one person of the list tells goes for those who tell none."""
    countries = {read.value for read in found.countries}
    if len(countries) != 1:
        return
    only = next(iter(countries))
    found.people = [
        read if read.value.country is not None else replace(read, value=replace(read.value, country=only))
        for read in found.people
    ]

"""From drafts to mentions: what follows from the whole page (themes, numbers, scope, parents), evidence, order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.extract import amounts, bodies_en, bodies_zh, place
from pipeline.extract.draft import Counterpart, Draft, Place, Read
from pipeline.extract.layout import Sentence
from pipeline.extract.page import CHINA, Page
from pipeline.extract.when import When, page_day
from pipeline.gazetteer import Kind
from pipeline.words import (
    ChinesePerson,
    DateBasis,
    DatePrecision,
    Evidence,
    ForeignPerson,
    Mention,
    Realis,
    Scope,
)

_SPEECH = {
    "zh": re.compile(r"^[^,。:]{1,16}(?:表示|说|指出|强调|高度评价|积极评价|重申|认为|赞赏|感谢|欢迎|祝贺)"),
    "en": re.compile(
        r"\b(?:said|says|stressed|noted|expressed|welcomed|thanked|pointed out|congratulated|added|hoped|"
        r"underlined|recalled|emphasi[sz]ed|stated)\b"
    ),
}
_TOLD_NEAR = 3
_STOPS = frozenset("。!?;\"')")
_COUNTED_NEAR = 5
_WORKS = ("TRAIN.SCHOOL", "AID", "DOC.MECH", "DOC.JOINT")
# 学院由甲国某党、乙国某党联合建设: a work of several parties counts all their countries
_JOINT = re.compile(
    r"由[^。;]{4,160}(?:联合|共同)(?:建设|兴建|援建|创办|出资|发起|成立)|"
    r"\bjoint (?:project|venture|initiative) (?:of|by|between)\b|"
    r"\bjointly (?:built|founded|established|funded|set up|launched) by\b|"
    r"\bparties (?:would |will |jointly |to )*(?:own|fund|build|share)|\bThe (?:\w+ )?parties are\b"
)
# `leaders of over ten countries including Kazakhstan, Serbia and Egypt`
# and 来自甲国、乙国等六国的学员
_COUNTRIES_CAME = re.compile(
    r"\bcountries,? (?:including|such as|among them)\b|"
    r"来自[^,。;]{3,60}(?:[两二三四五六七八九十]|等\d*个?)国|、[^、,。;]{2,8}等国"
)
_BEFORE_THIS = re.compile(r"(?:The )?(?:[Ee]arlier|[Pp]revious|[Ll]ast|[Pp]ast|[Ff]ormer)\b")
_HOSTED_BY = re.compile(r"(?:host|organi[sz]|sponsor|initiat|h[eo]ld)\w* (?:jointly )?by\b")
_TOLD_BY = re.compile(
    r", (?:said|added|according to) [^,;\"]{2,80}$|"
    r", (?:(?:the|a|an) )?(?:[\w'\-]+ ){1,4}(?:said|added)(?: [^,;\"]{0,30})?$"
)
# who came to an occasion is often told in a sentence of its own
_GUESTS = re.compile(r"出席|参加|来自|与会|\binclud|\battend|\bguests?\b|\bparticipants?\b|\bpresent\b|\bremarks\b")


def mentions(page: Page, drafts: Sequence[Draft]) -> tuple[Mention, ...]:
    """The mentions of a page, numbered from 1, from its joined drafts in order of telling."""
    kept: list[tuple[Draft, Scope]] = []
    for draft in drafts:
        scope = _scope(page, draft)
        if scope is not None:
            kept.append((draft, scope))
    for number, (draft, _) in enumerate(kept):
        # two events of one sentence end where the next sentence's begins
        starts = (later.sentence.start for later, _ in kept[number + 1 :])
        following = next((start for start in starts if start >= draft.sentence.end), None)
        _complete(page, draft, following)
    made = [_mention(page, draft, number, scope) for number, (draft, scope) in enumerate(kept, 1)]
    return tuple(_with_parent(mention, made) for mention in made)


def _scope(page: Page, draft: Draft) -> Scope | None:
    """In scope, context, or (None) nothing of the department's (codebook §1, §9.13)."""
    # on its own site the department publishes what it takes part in; a leader recalled in a speech is no such thing
    told_first = draft.from_title or draft.sentence.paragraph == 0 or not draft.chinese or _in_chronicle(page, draft)
    if draft.department or (page.own_site and told_first):
        return Scope.IN
    return Scope.CONTEXT if any(one.department for one in draft.chinese) else None


def _in_chronicle(page: Page, draft: Draft) -> bool:
    """A bullet of the party's chronicle, also one about a leader: the list holds nothing but contacts."""
    return page.language == "zh" and page.layout.bulleted and not draft.historical


def _complete(page: Page, draft: Draft, following: int | None) -> None:
    """What stands behind an event's sentence: how many came, over which line, what they talked about."""
    if draft.when is None and draft.planned is None and not draft.undated:
        draft.when = page_day(page.anchor)
    # two parts of one sentence (…;25日,会见某人) meet where the first one ends
    end = following if following is not None and following >= draft.sentence.end else None
    behind = [
        sentence
        for sentence in page.layout.sentences
        if sentence.start >= draft.sentence.end
        and (end is None or sentence.start < end)
        and (not draft.item or sentence.paragraph == draft.sentence.paragraph)
    ]
    if draft.from_title:
        behind = list(page.layout.sentences)
    speech = _SPEECH["zh" if page.language == "zh" else "en"]
    plain = [sentence for sentence in behind if not speech.search(sentence.text) or _reported(page, sentence)]
    told = plain[:_TOLD_NEAR]
    if draft.type.value.startswith(_WORKS):
        told = behind[:_TOLD_NEAR]  # whose school it is, a speaker may say
    counted = not draft.type.value.startswith(("MEET.BILAT", "MEET.DIPLO", "MSG", "DOC"))
    for sentence in told:
        # English `met in Beijing`: they sat where the event's sentence says, whatever follows
        sat = page.language != "zh" and draft.place is not None and draft.place.rule == "in_place"
        # a line without a stop is a menu or an advertisement: 视频 in it tells nothing
        menu = page.language == "zh" and sentence.text[-1] not in _STOPS
        both = page.language == "en" and draft.mode is not None and draft.mode.value == "video"
        if (draft.mode is None or both) and not draft.series and not sat and not menu and not _earlier(page, sentence):
            mode = place.remote(page, sentence.start, sentence.end)
            draft.mode = mode if mode is not None and (not both or mode.value == "hybrid") else draft.mode
        if draft.participants is None and counted:
            draft.participants = amounts.participants(page, sentence.start, sentence.end)
        alone = counted and (
            (not draft.foreign.countries and _GUESTS.search(sentence.text)) or _COUNTRIES_CAME.search(sentence.text)
        )
        if alone or (draft.type.value.startswith(_WORKS) and _JOINT.search(sentence.text)):
            _guests(page, draft, sentence)
    for sentence in plain[_TOLD_NEAR:_COUNTED_NEAR] if counted else []:
        if draft.participants is None and _GUESTS.search(sentence.text):
            draft.participants = amounts.participants(page, sentence.start, sentence.end)
    if draft.participants is None:
        draft.participants = amounts.participants(page, draft.sentence.start, draft.sentence.end)
    seen: set[str] = set()
    for sentence in [] if draft.series and following is not None else behind:
        for theme in amounts.themes(page, sentence.start, sentence.end):
            if theme.value not in seen and len(draft.themes) < amounts.MOST_THEMES:
                seen.add(theme.value)
                draft.themes.append(theme)


def _reported(page: Page, sentence: Sentence) -> bool:
    """`Around 120 people are expected to attend, said the spokesperson`: a fact, with who told it."""
    told_by = _TOLD_BY.search(sentence.text) if page.language == "en" else None
    facts = sentence.text[: told_by.start()] if told_by else ""
    return bool(_GUESTS.search(facts)) and not _SPEECH["en"].search(facts)


def _earlier(page: Page, sentence: Sentence) -> bool:
    """`Earlier seminars took place in Da Lat in 2019 and online in 2021`: how the others were held."""
    return page.language == "en" and _BEFORE_THIS.match(sentence.text) is not None


def _guests(page: Page, draft: Draft, sentence: Sentence) -> None:
    read = bodies_zh.bodies if page.language == "zh" else bodies_en.bodies
    side = read(page, sentence.start, sentence.end, note=False, unknown=False)
    draft.foreign.join(Counterpart([], side.organisations, side.countries))


def _same_country(draft: Draft) -> None:
    """Somebody whose country and body the sentence does not tell is of the event's only one."""
    countries, bodies = _countries(draft), draft.foreign.organisations
    if len(countries) != 1:
        return
    body = bodies[0].value if len(bodies) == 1 else None
    for place_, read in enumerate(draft.foreign.people):
        value = read.value
        if value.country is None:
            told = value.organisation or (body.name if body is not None and value.title else None)
            draft.foreign.people[place_] = replace(
                read, value=replace(value, country=countries[0].value, organisation=told)
            )


def _mention(page: Page, draft: Draft, number: int, scope: Scope) -> Mention:
    mode, where = _mode(draft)
    _same_country(draft)
    countries = _countries(draft)
    remote = mode in ("video", "phone", "written")
    chinese = [_chinese_role(official.read(), place_, draft, mode) for place_, official in enumerate(draft.chinese)]
    foreign = [_foreign_role(read, draft, mode) for read in _leader_first(draft.foreign.people)]
    found = None if remote or where is None else where.value
    realis = (
        Realis.CANCELLED
        if draft.cancelled
        else Realis.PLANNED
        if draft.planned
        else Realis.HISTORICAL_REFERENCE
        if draft.historical
        else Realis.ACTUAL
    )
    if _hosted_by_others(page, draft):
        draft.type = replace(draft.type, value="CONF.EXT", rule=f"{draft.type.rule}+of_others")
    if _hosted_in_china(draft):
        draft.type = replace(draft.type, value="CONF.THEME", rule=f"{draft.type.rule}+in_china")
    evidence = list(_evidence(page, draft, countries, chinese, foreign, mode, remote))
    when = draft.when
    return Mention(
        number=number,
        type=draft.type.value,
        date_start=when.start if when else None,
        date_end=when.end if when else None,
        date_precision=when.precision if when else None,
        date_basis=when.basis if when else None,
        mode=mode,
        realis=realis,
        scope=scope,
        is_series=draft.series,
        place=found.name_en if found else None,
        place_zh=found.name_zh if found else None,
        place_id=found.id if found else None,
        countries=tuple(read.value for read in countries),
        organisations=tuple(read.value for read in draft.foreign.organisations),
        chinese_people=tuple(read.value for read in chinese),
        foreign_people=tuple(read.value for read in foreign),
        themes=tuple(read.value for read in draft.themes),
        participants=draft.participants.value if draft.participants else None,
        confidence=_confidence(draft),
        evidence=tuple(evidence),
    )


def _hosted_in_china(draft: Draft) -> bool:
    """A forum held in China with no foreign body in its name is no conference of others (codebook §2, CONF.EXT)."""
    here = draft.place is not None and draft.place.value.country == CHINA
    return draft.type.value == "CONF.EXT" and draft.type.rule == "gazetteer_forum" and here


def _hosted_by_others(page: Page, draft: Draft) -> bool:
    """`attended a seminar hosted by United Russia in Kazan`: a party's own, where the department only came."""
    if page.language != "en" or draft.type.value != "CONF.THEME" or draft.place is None:
        return False
    abroad = draft.place.value.country not in (None, CHINA)
    of_party = any(read.value.kind == "party" for read in draft.foreign.organisations)
    host = _HOSTED_BY.search(draft.sentence.text)
    at = draft.sentence.start + host.end() if host else draft.sentence.end
    return abroad and of_party and not page.hits_in(at, min(draft.sentence.end, at + 90), Kind.DEPARTMENT)


def _mode(draft: Draft) -> tuple[str, Read[Place] | None]:
    if draft.mode is not None and draft.mode.value != "inperson_abroad":
        return draft.mode.value, draft.place
    told = place.in_person(draft.place.value) if draft.place is not None else None
    return told or (draft.mode.value if draft.mode else "unknown"), draft.place


def _countries(draft: Draft) -> list[Read[str]]:
    """The foreign side's countries: named ones, then those of its bodies and people. A trip's are its legs."""
    found = list(draft.foreign.countries)
    if not (draft.series and draft.type.value == "VISIT.OUT"):
        for read in draft.foreign.organisations:
            if read.value.country:
                found.append(Read(read.value.country, read.at, read.to, "country_of_body", 0.85))
        for person in draft.foreign.people:
            if person.value.country:
                found.append(Read(person.value.country, person.at, person.to, "country_of_person", 0.8))
    kept: dict[str, Read[str]] = {}
    for country in found:
        kept.setdefault(country.value, country)
    return list(kept.values())


def _leader_first(people: list[Read[ForeignPerson]]) -> list[Read[ForeignPerson]]:
    return sorted(people, key=lambda read: not read.value.is_leader)


def _chinese_role(read: Read[ChinesePerson], number: int, draft: Draft, mode: str) -> Read[ChinesePerson]:
    person = read.value
    if person.role in ("attendee", "recipient"):
        return read
    leads = draft.type.value == "VISIT.OUT" and number == 0
    if draft.type.value == "VISIT.OUT" or mode == "inperson_abroad":
        role = "guest"
    elif mode in ("video", "phone") and draft.type.value.startswith("MEET"):
        role = "counterpart_a"
    elif draft.type.value.startswith("MSG"):
        role = "sender"
    elif draft.type.value.startswith(("CONF", "TRAIN", "CULT", "AID")):
        role = "attendee"
    elif draft.type.value.startswith("BRIEF"):
        role = "speaker"
    else:
        role = "host"
    return replace(read, value=replace(person, role=role, is_leader=person.is_leader or leads))


def _foreign_role(read: Read[ForeignPerson], draft: Draft, mode: str) -> Read[ForeignPerson]:
    if read.value.role == "attendee":
        return read
    if draft.type.value == "VISIT.OUT" or mode == "inperson_abroad":
        role = "host"
    elif mode in ("video", "phone") and draft.type.value.startswith("MEET"):
        role = "counterpart_b"
    elif draft.type.value.startswith("MSG"):
        role = "recipient"
    elif draft.type.value.startswith(("CONF", "CULT")):
        role = "attendee"
    else:
        role = "guest"
    return replace(read, value=replace(read.value, role=role))


def _evidence(
    page: Page,
    draft: Draft,
    countries: list[Read[str]],
    chinese: list[Read[ChinesePerson]],
    foreign: list[Read[ForeignPerson]],
    mode: str,
    remote: bool,
) -> Iterator[Evidence]:
    yield _one(page, "type", draft.type)
    if draft.when is not None:
        yield from _date_evidence(page, draft.when)
    if draft.mode is not None and draft.mode.value == mode:
        yield _one(page, "mode", draft.mode)
    elif draft.place is not None and mode != "unknown":
        yield _one(page, "mode", draft.place)
    if draft.place is not None and not remote:
        yield _one(page, "place", draft.place)
    realis = draft.cancelled or draft.planned
    if realis is not None:
        yield _one(page, "realis", realis)
    if draft.participants is not None:
        yield _one(page, "participants", draft.participants)
    lists: tuple[tuple[str, Sequence[Read[object]]], ...] = (
        ("countries", countries),
        ("organisations", draft.foreign.organisations),
        ("chinese_people", chinese),
        ("foreign_people", foreign),
        ("themes", draft.themes),
    )
    for field, reads in lists:
        for number, read in enumerate(reads):
            yield _one(page, f"{field}[{number}]", read)


def _date_evidence(page: Page, when: When) -> Iterator[Evidence]:
    at, to = page.text.span(when.at, when.to) if when.at is not None and when.to is not None else (None, None)
    yield Evidence("date", at, to, when.rule, when.confidence)
    if (
        at is not None
        and when.basis in (DateBasis.EXPLICIT_MD, DateBasis.DATELINE)
        and when.precision is not DatePrecision.WINDOW
    ):
        yield Evidence("date", None, None, f"year_from:{page.anchor.source}", when.confidence)


def _one(page: Page, field: str, read: Read[object]) -> Evidence:
    if read.at is None or read.to is None or read.to <= read.at:
        return Evidence(field, None, None, read.rule, read.confidence)
    at, to = page.text.span(read.at, read.to)
    return Evidence(field, at, to, read.rule, read.confidence)


def _confidence(draft: Draft) -> float:
    """The mean of what an event rests on: verb, day, official, counterpart. An absent one counts little."""
    official = max((one.confidence for one in draft.chinese), default=0.4)
    side = [read.confidence for read in (*draft.foreign.people, *draft.foreign.organisations, *draft.foreign.countries)]
    parts = (draft.type.confidence, draft.when.confidence if draft.when else 0.2, official, max(side, default=0.3))
    return round(sum(parts) / len(parts), 3)


def _with_parent(mention: Mention, all_of_them: list[Mention]) -> Mention:
    """The trip or forum of the same page that an event belongs to."""
    if mention.is_series or mention.date_start is None or mention.scope is not Scope.IN:
        return mention
    for other in all_of_them:
        if other is mention or other.date_start is None or other.date_end is None:
            continue
        within = other.date_start <= mention.date_start <= other.date_end
        countries = not mention.countries or not other.countries or set(mention.countries) & set(other.countries)
        trip = other.is_series and countries
        forum = other.type.startswith("CONF") and mention.type.startswith("MEET") and other.number != mention.number
        if within and (trip or forum):
            return replace(mention, parent=other.number)
    return mention

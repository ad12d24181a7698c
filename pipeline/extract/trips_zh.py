"""Chinese sentences in which a delegation travels: 率团访问, 应邀访华 (corpus/chinese.md §4 frames 3, 4)."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.extract import bodies_zh, short_zh
from pipeline.extract.draft import Counterpart, Draft, Official, Read
from pipeline.extract.folded import HAN
from pipeline.extract.layout import Sentence
from pipeline.extract.page import Page, countries_of
from pipeline.extract.people_zh import counterpart
from pipeline.extract.sides_zh import ADVERBS, LEAD_DATE, acts, department, is_department
from pipeline.gazetteer import Kind

_TRIP_VERB = re.compile(
    r"访问|出访|对(?=[^,。]{2,24}(?:进行|开始|作)[^,。]{0,12}访问)|对(?!外)(?=[^,。]{2,24}的访问)|"
    r"(?<=[团行日])访(?=[^华问,。](?:[,。]|并))|(?<!来)到访(?=[^,。的]{2,20}(?:[,。]|$))|(?:赴|前往|转往|转赴)(?=[^,。]{2,20}(?:访问|进行|开展))|抵达(?=[^,。]{2,16}(?:[,。]|访问|开始|$))"
)
_TRIP_IN = re.compile(
    r"访华|来华(?:访问|考察|研修|参访|出席|参加)|(?<![未到])来(?!自|华|访)[^,。]{1,5}?(?:参访|考察|访问|研修)|"
    r"[访来赴抵](?=[京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川蜀黔滇藏陕甘青宁新蒙](?:[,。考参访交]|的[,。]|$))|访问(?:中国|北京|我国)|对(?:中国|我国)(?:进行|"
    r"开始)[^,。]{0,8}访问|来京访问|抵达北京访问|在[^,。;]{1,6}(?:学习)?(?:考察|参访)(?=[,。]|$)|"
    r"在(?:中国|华)(?:展开|进行|开展)[^,。;]{0,8}(?:考察|访问|参访|学习)"
)
# `立宪民主党20日宣布,取消原定24日至27日由代理代表某某率领的代表团访华行程`
_CALLED_OFF = re.compile(
    r"(?:\d{1,2}日)?(?:宣布|决定|表示)?,?(?:取消|推迟)(?:了)?(?:原定)?(?:\d{1,2}日(?:至\d{1,2}日)?)?"
)
_HERE = re.compile(r"在(?:中国|华)")
_BARE_GUESTS = re.compile(
    rf"(?<![{HAN}\"])(?:该|上述)?(?:代表团|考察团|访问团|参访团)(?=一行|成员|于|是|自|将|应|在|[^,。;]{{0,6}}日)"
)
_INVITED = re.compile(r"应([^,。]{2,80}?)(?:的)?邀请,?")
# `率团赴葡萄牙出席葡共代表大会,并访问马耳他`: the congress is abroad, a leg of the trip
_WENT_TO = re.compile(r"赴(?P<where>[^,。]{2,16}?)(?:出席|参加|进行|访问)")
_BESIDE = re.compile(r"(?:等)?陪同")
_MEANWHILE = re.compile(r"[^,。;]{2,16}期间,[^。;]*(?:会见|会谈|拜会|会晤|座谈)")
_BACKGROUND = re.compile(r"[^,。;]{2,16}(?:期间|之?后|时|之?前)")
_VISITS = re.compile(r"访问|出访")
_OWN_DAY = re.compile(
    r"[,;](?=(?:当地时间)?(?:\d{1,2}月)?\d{1,2}日(?!至|到|-|~|转|将)[^,。;]{0,24}(?:会见|会谈|拜会|会晤|座谈|(?:同|与)[^,。;]{2,40}(?:会谈|座谈|交流)))"
)
_MET_BEFORE = re.compile(r"会见|会谈|接见|来华|到访|拜会|会晤|晤|通话|通电话|座谈")
_ENDED = "结束"
_AFTER = re.compile(r"访问(?:之?后|,)")
_ONWARD = re.compile(r"(?<!即)将(?:于[^,。]{2,10})?(?:转往|转赴|前往|续访|赴|访问)(?P<where>[^,。]{2,16})")
_ALONG = re.compile(r"[^,。;]{0,24}(?:全程|一路)?陪同(?!会见|会谈|出席)")
_INVITES = re.compile(r"(?:的)?邀请")
_SAID_BEFORE = re.compile(r"(?:了)?(?:对)?(?:(?:上述|以上|这|该)[两二三四五]?|[两二三四五])国")
_CLAUSE_END = re.compile(r"[,。;]|期间|并(?!购)")
_COMMA = re.compile(r"[,。;]")
_MET = re.compile(rf"(?:{ADVERBS})(?:会见|拜会|会晤|(?<![陪共一会])同(?!志|时)|(?<!参)与(?!会))(?:了)?")
_MET_END = re.compile(r"等?(?:会见|会谈|举行|进行|座谈|交流|会晤|交换)|,(?=出席|发表|参加|并|考察|参观)|。")
_DESCRIBES = re.compile(r"(?:[^,。]{0,14})?的(?=[^,。]{2})")
_DESCRIBES_NOT = re.compile(r"[^,。]{0,14}(?:邀请|进行)")


def trip(page: Page, sentence: Sentence, people: list[Official]) -> Draft | None:
    """A delegation's visit, outward or inward; None where the sentence tells none."""
    text = page.text.text
    inward = _TRIP_IN.search(text, sentence.start, sentence.end)
    if (
        inward
        and not _relative(text, inward.end(), sentence.end)
        and not re.search(r"会见|会谈", text[sentence.start : inward.start()])
        and (not inward.group().startswith("在") or text[inward.start() - 1] in "团行" or _HERE.match(inward.group()))
    ):
        came = _trip_in(page, sentence, inward, people)
        if came is not None or len(inward.group()) > 1:
            return came  # 访新 may be Xinjiang or Singapore
    for verb in _TRIP_VERB.finditer(text, sentence.start, sentence.end):
        if _MET_BEFORE.search(text, sentence.start, verb.start()):
            return None
        if text.startswith(_ENDED, max(sentence.start, verb.start() - 2)) and _AFTER.search(
            text, verb.end(), verb.end() + 24
        ):
            continue  # 结束对亚美尼亚的访问后: the trip before this one
        if not verb.group().startswith("对") and _relative(text, verb.end(), sentence.end):
            return None
        behind_it = _MEANWHILE if text[verb.start() - 1 : verb.start()] != "在" else _BACKGROUND
        if behind_it.match(text, verb.end(), sentence.end):
            continue  # 访问新西兰期间,在惠灵顿会见某人: the meeting is told, not the trip
        subject = acts(page, sentence.start, verb.start(), people)
        if subject is None:
            continue
        stop = _CLAUSE_END.search(text, verb.end(), sentence.end)
        end = stop.start() if stop else sentence.end
        countries = _destinations(page, verb.end(), end) or _named_before(page, sentence, verb, end)
        countries = countries or short_zh.listed(page, verb.end(), end)
        if verb.group() == "访":
            countries = short_zh.visited(page, verb.end())
        if not countries:
            continue
        draft = Draft(Read("VISIT.OUT", verb.start(), verb.end(), "trip_out_zh", 0.92), sentence, series=True)
        draft.add_chinese(_leader_first(subject, text, sentence))
        draft.add_chinese(_beside(text, [one for one in people if one.name_at >= verb.end()]))
        draft.department = is_department(subject)
        draft.foreign.countries += _unlike(_went_to(page, sentence.start, verb.start()) + countries)
        draft.mode = Read("inperson_abroad", verb.start(), verb.end(), "trip_out_zh", 0.9)
        _inviter(page, sentence.start, verb.start(), draft)
        _met_on_trip(page, sentence, verb.end(), draft)
        return draft
    return None


def dated_clause(page: Page, sentence: Sentence) -> int | None:
    """Where behind a trip's verb a clause with a meeting and its own day begins: `访问某国,29日在某地会见某人`."""
    if "访" not in sentence.text or "," not in sentence.text:
        return None
    visit = _VISITS.search(page.text.text, sentence.start, sentence.end)
    clause = _OWN_DAY.search(page.text.text, visit.end(), sentence.end) if visit else None
    return clause.start() + 1 if clause else None


def upto(sentence: Sentence, at: int) -> Sentence:
    """The part of a sentence before a place."""
    return replace(sentence, end=at, text=sentence.text[: at - sentence.start])


def behind(sentence: Sentence, at: int) -> Sentence:
    """The part of a sentence from a place on."""
    return replace(sentence, start=at, text=sentence.text[at - sentence.start :])


def onward(page: Page, sentence: Sentence, found: list[Draft]) -> list[Draft]:
    """`…会见某人,周三将转往瓦努阿图访问`: the trip announced behind the meeting."""
    main = found[0]
    ahead = _ONWARD.search(page.text.text, main.type.to or sentence.end, sentence.end)
    countries = _destinations(page, *ahead.span("where")) if ahead else []
    if ahead is None or not countries or not main.chinese:
        return []
    planned = Read(True, ahead.start(), ahead.end(), "onward_zh", 0.85)
    draft = Draft(Read("VISIT.OUT", *ahead.span(), "onward_zh", 0.8), sentence, series=True, planned=planned)
    draft.add_chinese(main.chinese)
    draft.department = main.department
    draft.foreign.countries += countries
    draft.mode = Read("inperson_abroad", *ahead.span(), "onward_zh", 0.8)
    return [draft]


def _went_to(page: Page, start: int, end: int) -> list[Read[str]]:
    return [
        read
        for match in _WENT_TO.finditer(page.text.text, start, end)
        for read in _destinations(page, *match.span("where"))
    ]


def _unlike(countries: list[Read[str]]) -> list[Read[str]]:
    return list({read.value: read for read in reversed(countries)}.values())[::-1]


def _beside(text: str, people: list[Official]) -> list[Official]:
    """`驻某国大使某某陪同`."""
    return [
        replace(one, person=replace(one.person, role="attendee")) for one in people if _BESIDE.match(text, one.name_to)
    ]


def _trip_in(page: Page, sentence: Sentence, verb: re.Match[str], people: list[Official]) -> Draft | None:
    text = page.text.text
    invited = _INVITED.search(text, sentence.start, verb.start())
    subject_at = invited.end() if invited else sentence.start
    subject_at = max(subject_at, *(one.name_to for one in people if one.name_to <= verb.start()), 0)
    lead = LEAD_DATE.match(text[subject_at : verb.start()])
    subject_at += lead.end() if lead else 0
    named = _CALLED_OFF.search(text, subject_at, verb.start())
    side = counterpart(page, named.end() if named else subject_at, verb.start())
    if named is not None:
        side.join(counterpart(page, subject_at, named.start()))
    host = invited is not None and (
        department(page, invited.start(), invited.end())
        or re.search(r"中国共产党|中共|中方", invited.group()) is not None
    )
    host = host or (invited is None and page_invites(page))
    if invited is not None and not side.countries and not side.organisations:
        # `某党代表团应中联部邀请于3月5日至9日访华`: the guests stand before their inviter
        lead = LEAD_DATE.match(text[sentence.start : invited.start()])
        side = counterpart(page, sentence.start + (lead.end() if lead else 0), invited.start())
    if not side.countries and not side.organisations:
        # `应中联部邀请,考察团于…访华`, behind the meeting with it
        bare = _BARE_GUESTS.search(text, sentence.start, verb.start())
        if bare is None or page.guests is None or not (host or invited is None):
            return None
        met = page.guests
        side = Counterpart(list(met.people), list(met.organisations), list(met.countries), met.group)
        host = True
    # `在广西考察。中联部有关同志全程陪同。`: whose guests they are a later sentence tells
    party = any(read.value.kind == "party" for read in side.organisations)
    if not (host or page.own_site or _goes_along(page) or (party and side.people and page.names_department)):
        return None
    draft = Draft(Read("VISIT.IN", verb.start(), verb.end(), "trip_in_zh", 0.9), sentence, foreign=side, series=True)
    draft.department = host or page.own_site
    stop = _COMMA.search(text, verb.end(), sentence.end)
    if stop:
        draft.add_chinese([one for one in people if one.name_at >= stop.start() and one.department])
    return draft


def _goes_along(page: Page) -> bool:
    return any(_ALONG.match(page.text.text, hit.end) for hit in page.hits_in(0, len(page.text.text), Kind.DEPARTMENT))


def page_invites(page: Page) -> bool:
    """The department is said to have invited, somewhere on the page: `考察团应中联部邀请访华`."""
    return any(_INVITES.match(page.text.text, hit.end) for hit in page.hits_in(0, len(page.text.text), Kind.DEPARTMENT))


def _relative(text: str, at: int, end: int) -> bool:
    """`来华访问的某人`: the verb describes somebody, it is not the sentence's."""
    return bool(_DESCRIBES.match(text, at, end)) and not _DESCRIBES_NOT.match(text, at, end)


def _destinations(page: Page, start: int, end: int) -> list[Read[str]]:
    found = [Read(iso3, hit.start, hit.end, "destination_zh", 0.95) for iso3, hit in page.foreign_countries(start, end)]
    if not found:
        for hit in page.hits_in(start, end, Kind.PLACE):
            country = page.gazetteer.country_of(hit.kind, hit.ids[0])
            if country and country != "CHN":
                found.append(Read(country, hit.start, hit.end, "destination_city_zh", 0.8))
    return [read for number, read in enumerate(found) if read.value not in [other.value for other in found[:number]]]


def _named_before(page: Page, sentence: Sentence, verb: re.Match[str], end: int) -> list[Read[str]]:
    """`应甲国、乙国某所邀请…访问上述两国`: the countries are those of the inviters."""
    if _SAID_BEFORE.match(page.text.text, verb.end(), end) is None:
        return []
    invited = _INVITED.search(page.text.text, sentence.start, verb.start())
    return _destinations(page, invited.start(1), invited.end(1)) if invited else []


def _leader_first(people: list[Official], text: str, sentence: Sentence) -> list[Official]:
    leader = next((one for one in people if text[one.name_to : one.name_to + 1] == "率"), None)
    return people if leader is None else [leader, *(one for one in people if one is not leader)]


def _inviter(page: Page, start: int, end: int, draft: Draft) -> None:
    """The party that invited is a body of the trip's, though its people may not be there."""
    invited = _INVITED.search(page.text.text, start, end)
    if invited:
        side = bodies_zh.bodies(page, invited.start(1), invited.end(1))
        draft.foreign.organisations += [
            read
            for read in side.organisations
            if read.value.country in countries_of(c.value for c in draft.foreign.countries)
            or read.value.country is None
        ]


def _met_on_trip(page: Page, sentence: Sentence, start: int, draft: Draft) -> None:
    text = page.text.text
    verb = _MET.search(text, start, sentence.end)
    if verb is None:
        return
    stop = _MET_END.search(text, verb.end(), sentence.end)
    near = [read.value for read in draft.foreign.countries]
    side = counterpart(page, verb.end(), stop.start() if stop else sentence.end, near)
    draft.foreign.join(side)

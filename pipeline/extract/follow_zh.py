"""What a Chinese sentence takes over from the event told before: guests, place, paper, the countries in reach."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.extract import amounts, place, short_zh, when_zh
from pipeline.extract.draft import Counterpart, Draft, Official, Place, Read
from pipeline.extract.layout import Sentence
from pipeline.extract.listed_zh import NATIONAL
from pipeline.extract.officials_zh import officials
from pipeline.extract.page import CHINA, Page
from pipeline.extract.people_zh import counterpart
from pipeline.extract.sides_zh import LEAD_DATE, acts, is_department
from pipeline.extract.when import When
from pipeline.gazetteer import Kind
from pipeline.words import DatePrecision, ForeignPerson

# `周蕴会见。`, `赵世通会见考察团。`: whom they met is the delegation told before
_RECEIVED = re.compile(
    r"(?:(?:同|与)(?:其|他|她|该?(?:代表团|考察团))(?:一行)?(?:举行|进行)?(?:了)?(?:工作|友好|正式)?(?:会谈|座谈|交流)(?:[,。]|$))|"
    r"(?:会见|接见|会晤|宴请)(?:了)?(?:其|他|她|该|这一|上述|中共|中国共产党)?(?:代表团|考察团|访问团|团组|研修班)?"
    r"(?:一行|主要成员|全体成员|全体学员)*(?:[,。]|$)"
)
_WHERE = re.compile(r"(?:\d{1,2}日,?)?(?:在[^,。]{2,16})?(?:还|也|亲切|友好|分别)*$")
_GOES_ON = re.compile(r"(?:学习|研修|考察|培训|访问|参访)[^。,]{0,14}(?:至|到)(?:\d{1,2}月)?\d{1,2}日")
_BEGAN = re.compile(
    r"(?:研修班|培训班|研讨班|该班|本期班|考察团)(?:[^,。;]{0,6}?|由[^。;]{2,60}?(?:主办|举办|承办),)(?:自|从|于)(?P<day>(?:今年|本月|\d{4}年)?(?:\d{1,2}月)?\d{1,2}日)[^,。;]{0,8}?(?:起|开班|开始|开学)"
)
_AFTER_TALKS = re.compile(r"(?:会谈|会见|会晤|座谈|活动)(?:结束)?后")
_DURING = re.compile(r"(?:在|访问|访)(?P<where>[^,。]{2,14}?)期间")
_HERE = re.compile(r"在(?:这里|此间)")
_ENVOY = re.compile(r"驻(?!华|北京|中国)[^,、]{1,10}(?:大使|总领事|代办)")
_SPEAKER = re.compile(
    r"^(?P<who>[^,。:]{4,60}?)(?:表示|说|指出|强调|高度评价|积极评价|感谢|认为|在致[辞词]中|介绍了|"
    r"代表[^,。]{2,8}(?:致[辞词]|发言|感谢)|(?:等)?(?:先后|分别)?(?:(?:以|通过)视频(?:方式|形式)?)?(?:致[辞词]|发言)(?=,))"
)
_ON_BEHALF = re.compile(r"代表(?!团|大会|处|院|委)(?=[^,。]{3})")
# `中联部部长宋涛在致辞中说`, `甘肃省委书记尹弘介绍了有关情况`: of the Chinese side, speaking at the occasion
_OUR_SPEAKER = re.compile(
    r"在[^,。]{0,8}致[辞词]中|致[辞词](?:时|说|表示)|(?:向[^,。]{2,10})?介绍了|作(?:主旨|专题)|"
    r"在(?:会|会议|论坛|研讨会|宣介会|座谈会|吹风会|[^,。]{0,4}仪式|[^,。]{0,2}[幕班业]式)上"
)
_OCCASIONS = ("CONF", "TRAIN", "BRIEF", "MEET.MECH", "MEET.MULTI", "MSG.CONDOL", "CULT", "AID")
_MANY = ("CONF", "MEET.SIDE", "MEET.MULTI", "MSG")
_MOST_MENTIONS = 8
_REMOTE = ("video", "phone", "written")


def reach(page: Page, sentence: Sentence, trip: Draft | None) -> list[str]:
    """The countries in reach of a sentence that need not name them.

    In this order: that of `在巴西期间`, those of the trip told before, of the sentence's cities, of the headline, of
    the outlet.
    """
    during = [read.value for read in _during(page, sentence)]
    legs = [read.value for read in trip.foreign.countries] if trip is not None else []
    cities = _of_places(page, sentence.start, sentence.end)
    title = page.layout.title
    headline = [iso3 for iso3, _ in page.foreign_countries(title.start, title.end)] if title is not None else []
    return next((found for found in (during, legs, cities, headline) if found), page.home)


def received(page: Page, last: Draft | None, sentence: Sentence, people: list[Official]) -> Draft | None:
    """The meeting with the delegation whose visit was told before: an event of its own (codebook §9.6, §16 T6)."""
    met = _RECEIVED.search(page.text.text, sentence.start, sentence.end)
    if met is None or last is None or not last.type.value.startswith("VISIT"):
        return None
    subject = acts(page, sentence.start, met.start(), people)
    kind = Read("MEET.BILAT", met.start(), met.end(), "received_zh", 0.85)
    where = place.place(page, sentence.start, met.start())
    if last.type.value == "VISIT.IN":
        if subject is None:
            return None
        side = last.foreign
        foreign = Counterpart(list(side.people), list(side.organisations), list(side.countries), side.group)
        draft = Draft(kind, sentence, place=where, foreign=foreign, alone=True)
        draft.add_chinese(subject)
        draft.department = last.department or is_department(subject)
        return draft
    if subject is not None or "团" not in met.group() or met.group()[0] in "同与":
        return None
    lead = LEAD_DATE.match(page.text.text[sentence.start : met.start()])
    start = sentence.start + (lead.end() if lead else 0)
    tail = _WHERE.search(page.text.text, start, met.start())
    host = counterpart(page, start, tail.start() if tail else met.start(), [c.value for c in last.foreign.countries])
    if not host:
        return None
    draft = Draft(kind, sentence, place=where, foreign=host, department=last.department, alone=True)
    draft.add_chinese(last.chinese)
    return draft


def goes_on(page: Page, last: Draft | None, sentence: Sentence, told: list[When]) -> bool:
    """`学员将在京及浙江学习考察至11月9日`: how long, and where, what was told before goes on."""
    if last is None or not last.type.value.startswith(("TRAIN", "VISIT.IN")) or last.when is None:
        return False
    began = _BEGAN.search(page.text.text, sentence.start, sentence.end)
    if began is not None and last.type.value.startswith("TRAIN"):
        # `结业式…。研修班自9月15日起举行`: a class is one event from its first day (codebook §9.7)
        day = when_zh.dates(began.group("day"), began.start("day"), page.anchor, last.when)
        if day and day[0].start <= last.when.start:
            end = max(day[0].end, last.when.end)
            last.when = replace(last.when, start=day[0].start, end=end, precision=DatePrecision.DAY_RANGE)
        last.place = last.place or place.place(page, sentence.start, sentence.end)
        last.participants = last.participants or amounts.participants(page, sentence.start, sentence.end)
        return True
    if not told or _GOES_ON.search(page.text.text, sentence.start, sentence.end) is None:
        return False
    if told[-1].end > last.when.start:
        last.when = replace(last.when, end=told[-1].end, precision=DatePrecision.DAY_RANGE)
    if last.place is None and not last.series:
        last.place = place.place(page, sentence.start, sentence.end)
    return True


def speaker(page: Page, last: Draft | None, sentence: Sentence) -> None:
    """Who is introduced by post and party as speaking at an occasion was there: `某国某党副主席门德斯表示`."""
    if last is None or last.from_title or not last.type.value.startswith(_OCCASIONS):
        return
    said = _SPEAKER.match(sentence.text)
    if said is None:
        return
    # 德福雷代表工党领袖斯凯里特感谢中方: for whom he spoke was not there
    for_whom = _ON_BEHALF.search(said.group("who"))
    start, end = sentence.start, sentence.start + (for_whom.start() if for_whom else said.end("who"))
    ours = officials(page, start, end)
    if ours:
        _our_speaker(page, last, sentence, ours[0])
        return
    if not page.hits_in(start, end, Kind.PARTY) and "驻华" not in page.text.text[start:end]:
        return
    side = counterpart(page, start, end)
    guests = [replace(read, value=replace(read.value, role="attendee")) for read in side.people if read.value.title]
    if guests:
        last.foreign.join(Counterpart(guests, side.organisations, side.countries))


def _our_speaker(page: Page, last: Draft, sentence: Sentence, one: Official) -> None:
    """Who spoke at a briefing or a forum was there; what a leader said elsewhere is only recalled in it."""
    spoke = _OUR_SPEAKER.match(page.text.text, one.name_to, sentence.end)
    if spoke is None or one.former or one.at > sentence.start or NATIONAL.search(one.person.title or ""):
        return
    last.add_chinese([replace(one, person=replace(one.person, role="attendee"))])
    last.department = last.department or one.department


def named_again(page: Page, draft: Draft) -> None:
    """Who is named without a title was introduced before: 莫某 alone is 俄国大使莫某, 霍曼 is 格莱·霍曼."""
    for number, read in enumerate(draft.foreign.people):
        if read.value.title is not None or read.at is None or read.to is None:
            continue
        name = page.text.text[read.at : read.to]
        known = next((one for at in _places(page, name, read.at) if (one := _introduced(page, name, at))), None)
        if known is None:
            continue
        value = replace(known.value, role=read.value.role, is_leader=read.value.is_leader)
        draft.foreign.people[number] = replace(read, value=value, confidence=0.75)
        if value.country and all(value.country != country.value for country in draft.foreign.countries):
            draft.foreign.countries.append(Read(value.country, known.at, known.to, "country_of_introduced", 0.75))


def _places(page: Page, name: str, but: int) -> Iterator[int]:
    at = page.text.text.find(name)
    for _ in range(_MOST_MENTIONS):
        if at < 0:
            return
        if at != but:
            yield at
        at = page.text.text.find(name, at + 1)


def _introduced(page: Page, name: str, at: int) -> Read[ForeignPerson] | None:
    """Somebody of this name with a title, as the words before one of its mentions tell."""
    start = max(page.text.text.rfind(mark, max(0, at - 60), at) for mark in ",。;:\n是") + 1
    side = counterpart(page, max(start, at - 60), at + len(name))
    return next((read for read in side.people if read.value.title and read.value.name.endswith(name)), None)


def take_over(page: Page, draft: Draft, before: Draft | None, dateline: Read[Place] | None) -> None:
    """Give an event what the sentence leaves to those before: a paper's parties, the place, the country."""
    sentence = draft.sentence
    if before is not None:
        _paper_of_talks(draft, before)
    unplaced = draft.place is None and (draft.mode is None or draft.mode.value == "inperson_abroad")
    if unplaced and before is not None and not before.series:
        same_day = before.when and draft.when and before.when.start == draft.when.start
        if before.place is not None and same_day and before.mode is None and draft.another:
            draft.place = Read(before.place.value, before.place.at, before.place.to, "place_of_event_before", 0.7)
    if draft.place is None and dateline is not None and _HERE.search(sentence.text):
        draft.place = dateline
    named_again(page, draft)
    during = _during(page, sentence)
    if draft.place is None and draft.mode is None and not draft.series:
        envoy = next((one for one in draft.chinese if _ENVOY.search(one.person.title or "")), None)
        if during:
            draft.mode = Read("inperson_abroad", during[0].at, during[0].to, "during_trip_zh", 0.8)
        elif envoy is not None and not draft.type.value.startswith(("MSG", "STMT", "DOC")):
            draft.mode = Read("inperson_abroad", envoy.at, envoy.to, "envoy_abroad_zh", 0.7)
    _country(draft, during)


def _paper_of_talks(draft: Draft, before: Draft) -> None:
    """`会谈后,双方签署备忘录`: whose paper it is says the meeting told before."""
    behind = _AFTER_TALKS.match(draft.sentence.text) is not None
    near = (behind or draft.sentence.paragraph - before.sentence.paragraph <= 1) and not before.series
    told = {read.value.id for read in draft.foreign.organisations} <= {
        read.value.id for read in before.foreign.organisations
    }
    if not draft.type.value.startswith("DOC") or draft.chinese or draft.foreign.people or not near or not told:
        return
    draft.foreign.join(before.foreign)
    draft.add_chinese(before.chinese)
    draft.department = before.department
    draft.place = draft.place or before.place
    draft.mode = draft.mode or before.mode


def _country(draft: Draft, during: Sequence[Read[str]]) -> None:
    """An event whose other side is named without a country is of the country where it took place."""
    side = draft.foreign
    known = [person.value.country for person in side.people] + [body.value.country for body in side.organisations]
    if side.countries or draft.type.value.startswith(_MANY) or any(known):
        return
    if during:
        side.countries.append(during[0])
    elif draft.place is not None and (draft.mode is None or draft.mode.value not in _REMOTE):
        country = draft.place.value.country
        if country is not None and country not in (CHINA, "HKG", "MAC", "TWN"):
            side.countries.append(Read(country, draft.place.at, draft.place.to, "country_of_place", 0.6))


def _during(page: Page, sentence: Sentence) -> list[Read[str]]:
    match = _DURING.search(page.text.text, sentence.start, sentence.end)
    if match is None:
        return short_zh.during(page, sentence.start, sentence.end)
    named = page.foreign_countries(*match.span("where"))
    return [Read(iso3, hit.start, hit.end, "during_trip_zh", 0.85) for iso3, hit in named]


def _of_places(page: Page, start: int, end: int) -> list[str]:
    found = [page.gazetteer.country_of(hit.kind, hit.ids[0]) for hit in page.hits_in(start, end, Kind.PLACE)]
    return list(dict.fromkeys(iso3 for iso3 in found if iso3 and iso3 not in (CHINA, "HKG", "MAC", "TWN")))

"""Chinese sentences about an occasion: attended, held, a speech, a letter, a paper (corpus/chinese.md §4)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.extract import amounts, bodies_zh, named_events, place
from pipeline.extract.draft import Counterpart, Draft, Official, Read
from pipeline.extract.layout import Sentence
from pipeline.extract.listed_zh import guests_behind
from pipeline.extract.page import Page
from pipeline.extract.people_zh import counterpart
from pipeline.extract.sides_zh import LEAD_DATE, acts, department, is_department
from pipeline.gazetteer import Kind

_ATTEND = re.compile(r"(?:应邀)?(?:出席|参加)(?:了)?(?!会见|会谈|会晤|代表团|的(?!第))")
_HELD = re.compile(
    r"(?:隆重|正式|成功|今天|同时|在线|共同|以[^,。]{2,8}(?:方式|形式))*(?:举行|开幕|闭幕|召开|举办|开班|结业|"
    r"开讲|启动|成立|揭牌|落成|竣工|奠基|启用|首发|发布)"
)
_SPEAK = re.compile(
    r"(?P<way>在|向|为|应邀在|应邀为|应邀向)(?P<where>[^,。]{2,50}?)(?:发表|作|做|"
    r"进行)?(?:了)?(?:题为[^,。]{2,40}的)?(?:主旨|专题|视频|重要|形势|主题|辅导)?(?P<verb>演讲|宣讲|授课|讲座|宣介|报告(?=[,。;]|$)|辅导)"
)
_BRIEFING = re.compile(r"(?:向|为)(?P<who>[^,。]{1,40}?)(?:通报|宣介|介绍|举办|举行)(?P<what>[^,。]{2,40})")
_VISITED = re.compile(r"(?:实地)?(?:考察|参访|走访|参观)(?!团)(?:了)?(?P<what>[^,。]{2,40})")
_PREDICATE_END = re.compile(r"[,。]|并|期间")
_ATTEND_END = re.compile(r"[,。]|并(?=致|发表|发言|作|讲|主持|会见|宣读|共同|见证|剪彩|揭牌|颁|授|参观)")
_NEXT = re.compile(r"(?:,|并|还|双方)(?:一同|共同|一起|应邀|一道|还|也)*$")
_BOTH = re.compile(r"双方|(?:一同|共同|一起|一道)(?:出席|参加|主持)")
_SAME_PARTY = re.compile(r"(?:该|其|双方|两党)")
# `视频会晤某党主席并为该党干部研修班开班`
_OPENED = re.compile(
    r"(?:并|还|,)(?:一同|共同|一起|还|也)*(?:为|主持|举行|启动)(?:了)?(?P<what>[^,。]{2,40}?(?:研修班|培训班|研讨班))(?:的)?"
    r"(?:开班|结业|揭牌|授课|致[辞词]|作[^,。]{2,10}|$|[,。])"
)
_COMMA = re.compile(r"[,。]")
# `同意适时举行下一届研讨会`: not held yet
_AHEAD = re.compile(r"(?:同意|商定|将|决定|约定|适时|计划|拟|期待|愿)[^,。]{0,8}$")
# `双方商定下次会议将在某地举行`, `致电祝贺某党大会召开`: what is said, agreed or congratulated on
_SAID = re.compile(r"表示|指出|强调|认为|希望|期待|相信|商定|约定|致[电函信]|贺[电信函]")
# `某国成立50周年,其使馆举行招待会`: how old it is, nothing that was held
_ANNIVERSARY = re.compile(r"[^,。;]{1,5}周年")
_NEXT_ONE = re.compile(r"(?:下一?|新一)(?:届|次|轮)|明年")
# whom a guest is told how things stand: a speech at the meeting told before, no briefing
_PARTNER = re.compile(r"(?:客人|外方|对方|来宾|[^,。]{0,6}一行|(?:该)?代表团|考察团)(?:一行)?(?:介绍|$)")
_FOREIGN_HOST = re.compile(r"由(?P<host>[^,。]{2,40}?)(?:主办|举办|承办)")
_INVITED = re.compile(r"应(?P<who>[^,。]{2,60}?)(?:的)?邀请")
_SCHOOLS = ("university", "think_tank", "party_school")
_IN_COUNTRY = re.compile(
    r"在(?P<where>[^,。;的和与同]{2,20}?)(?:正式|隆重)?(?:举行|落成|竣工|奠基|启用|揭牌|开班|开幕)(?!的)"
)
_BARE = re.compile(
    r"[^,。]{0,2}|(?:了)?(?:该|此次|本次|上述|有关|相关)?(?:会议|活动|论坛|大会|对话会|研讨会)?(?:开幕|闭幕|开班|结业|启动|揭牌|颁奖|奠基|发布|成立|交接|移交|捐赠)?(?:仪式|式)?"
)
_DESCRIBES = re.compile(r"的(?=[^,。]{2,40}(?:上)?(?:发表|演讲|作|致[辞词]))")
_HOSTED = re.compile(r"由[^,。]{2,60}?(?:主办|举办|承办|协办)的")


def attended_too(page: Page, sentence: Sentence, people: list[Official], found: list[Draft]) -> list[Draft]:
    """`出席某论坛并会见某人`: the event attended in the same sentence is one of its own."""
    text = page.text.text
    first = min(draft.type.at or sentence.end for draft in found)
    # what a delegation attends on its way is the trip's; only what it attended before it left is not
    trip = found[0].series
    for match in _ATTEND.finditer(text, sentence.start, sentence.end):
        stop = _PREDICATE_END.search(text, match.end(), sentence.end)
        end = stop.start() if stop else sentence.end
        before = match.end() <= first and end <= first
        behind = not trip and match.start() > first and bool(_NEXT.search(text, first, match.start()))
        if not before and not behind:
            continue
        if text[end : end + 1] == "的" or "期间" in text[match.end() : end + 3]:
            continue
        draft = _beside(page, sentence, match.end(), end, found[0])
        if draft is not None:
            return [draft]
    opened = None if trip else _OPENED.search(text, first, sentence.end)
    draft = _beside(page, sentence, *opened.span("what"), found[0]) if opened else None
    return [draft] if draft is not None else []


def _beside(page: Page, sentence: Sentence, start: int, end: int, main: Draft) -> Draft | None:
    """The event that a span names, told beside the sentence's main one: by the same people, with the same party."""
    event = named_events.event_type(page, start, end)
    if event is None:
        return None
    near = [read.value for read in main.foreign.countries]
    draft = _event(page, sentence, start, end, event, near)
    if not draft.foreign and _SAME_PARTY.match(page.text.text, start, end):
        draft.foreign = Counterpart([], list(main.foreign.organisations), list(main.foreign.countries))
    if _BOTH.search(page.text.text, main.type.to or sentence.start, start):
        draft.foreign.join(Counterpart(list(main.foreign.people)))
    draft.add_chinese(main.chinese)
    draft.department = main.department
    return draft


def attended(page: Page, sentence: Sentence, people: list[Official]) -> Draft | None:
    """`甲出席某研修班开班式并致辞`: the event that the phrase names."""
    text = page.text.text
    for match in _ATTEND.finditer(text, sentence.start, sentence.end):
        subject = acts(page, sentence.start, match.start(), people)
        if subject is None:
            continue
        stop = _ATTEND_END.search(text, match.end(), sentence.end)
        end = stop.start() if stop else sentence.end
        if _BARE.fullmatch(text, match.end(), end):
            # the event stands before its guests: `某论坛在某地举行,林岳以及某某等出席开幕式`
            continue
        event = named_events.event_type(page, match.end(), end)
        if event is None:
            page.note("untyped_verb", match.start(), end)
            event = Read("OTHER.UNCLEAR", match.start(), match.end(), "attended_unknown_zh", 0.3)
        draft = _event(page, sentence, match.end(), end, event)
        _invited_by_others(page, sentence, match.start(), draft)
        draft.add_chinese(subject)
        # an ambassador at the handing over of the department's gift: it is the organiser (codebook §16, T17)
        draft.department = is_department(subject) or department(page, match.end(), end)
        return draft
    return None


def _event(page: Page, sentence: Sentence, start: int, end: int, event: Read[str], near: Sequence[str] = ()) -> Draft:
    """A draft for a named event: its bodies and countries, its place, mode and number of people.

    ``near`` are countries in reach that the phrase itself does not name.
    """
    side = bodies_zh.bodies(page, start, end, note=False, unknown=False, near=near)
    for read in named_events.forum_countries(
        page, start, end, [c.value for c in side.countries] + _around(page, sentence)
    ):
        if all(read.value != known.value for known in side.countries):
            side.countries.append(read)
    draft = Draft(event, sentence, foreign=side)
    draft.mode = place.remote(page, sentence.start, sentence.end)
    if draft.mode is not None and draft.mode.value == "video" and event.value == "TRAIN.COURSE":
        draft.type = Read("TRAIN.ONLINE", event.at, event.to, f"{event.rule}+video", event.confidence)
    if draft.mode is None and event.value == "TRAIN.ONLINE":
        draft.mode = Read("video", event.at, event.to, "online_class", 0.9)
    draft.place = place.place(page, sentence.start, sentence.end)
    abroad = None if draft.place or draft.mode else _IN_COUNTRY.search(page.text.text, sentence.start, sentence.end)
    named = page.foreign_countries(*abroad.span("where")) if abroad else []
    if named and abroad is not None and named[0][1].start == abroad.start("where"):
        # 饮水工程在老挝琅南塔省那迈村落成: a village that no gazetteer has, in a country that it has
        draft.mode = Read("inperson_abroad", *abroad.span("where"), "in_country_zh", 0.75)
    draft.participants = amounts.participants(page, sentence.start, sentence.end)
    return draft


def _around(page: Page, sentence: Sentence) -> list[str]:
    near = [iso3 for iso3, _ in page.foreign_countries(sentence.start, sentence.end)]
    for hit in page.hits_in(sentence.start, sentence.end, Kind.PLACE):
        near += [country for identity in hit.ids if (country := page.gazetteer.country_of(hit.kind, identity))]
    return near


def held(page: Page, sentence: Sentence, people: list[Official]) -> Draft | None:
    """`某论坛在某地举行`, where the department has a part or the site is its own."""
    text = page.text.text
    verb = next(
        (
            m
            for m in _HELD.finditer(text, sentence.start, sentence.end)
            # `在奥斯陆举行的论坛发表演讲`: the verb only describes
            if m.start() - sentence.start >= 4
            and not _ANNIVERSARY.match(text, m.end())
            and ("发言人" in sentence.text or not _SAID.search(text, sentence.start, m.start()))
            and not _DESCRIBES.match(text, m.end())
            and not _AHEAD.search(text, sentence.start, m.start())
            and not _NEXT_ONE.match(text, m.end())
        ),
        None,
    )
    if verb is None:
        return None
    lead = LEAD_DATE.match(text[sentence.start : verb.start()])
    start = sentence.start + (lead.end() if lead else 0)
    hosted = _HOSTED.search(text, start, verb.start())
    begin = hosted.end() if hosted else start
    behind = _COMMA.search(text, verb.end(), sentence.end)
    end = behind.start() if behind else sentence.end
    event = named_events.event_type(page, begin, end)
    subject = acts(page, sentence.start, sentence.end, people)
    ours = department(page, 0, len(text))
    if event is None or (subject is None and not page.own_site and not ours):
        return None
    near = [iso3 for iso3, _ in page.foreign_countries(begin, end)]
    draft = _event(page, sentence, begin, end, event)
    if hosted is not None:
        hosts = bodies_zh.bodies(page, *hosted.span(), note=False, unknown=False)
        draft.foreign.join(Counterpart([], hosts.organisations, hosts.countries))
    draft.foreign.join(guests_behind(page, sentence, end, people, near))
    draft.add_chinese(subject or [])
    # elsewhere it is the department's only where a sentence says that it was there
    draft.department = (
        (is_department(subject) or department(page, sentence.start, sentence.end))
        if subject is not None
        else page.own_site
    )
    _hosted_by_others(page, sentence, draft)
    return draft


def _invited_by_others(page: Page, sentence: Sentence, at: int, draft: Draft) -> None:
    """`应某党邀请,某某赴某地出席“政党与发展”国际会议`: the conference is the inviter's."""
    invited = _INVITED.search(page.text.text, sentence.start, at)
    if invited is None or draft.type.value != "CONF.THEME" or department(page, *invited.span()):
        return
    side = bodies_zh.bodies(page, *invited.span("who"), note=False)
    if any(read.value.country for read in side.organisations):
        draft.type = Read("CONF.EXT", *invited.span(), "invited_by_others_zh", 0.8)
        draft.foreign.join(Counterpart([], side.organisations, side.countries))


def _hosted_by_others(page: Page, sentence: Sentence, draft: Draft) -> None:
    """A forum `由某国某党主办` is another's conference (CONF.EXT)."""
    hosted = _FOREIGN_HOST.search(page.text.text, sentence.start, sentence.end)
    if hosted is None or not draft.type.value.startswith("CONF") or department(page, *hosted.span("host")):
        return
    side = bodies_zh.bodies(page, *hosted.span("host"), note=False)
    if side.organisations and "中" not in hosted.group("host")[:2]:
        draft.type = Read("CONF.EXT", *hosted.span(), "hosted_by_others_zh", 0.85)
        draft.foreign.join(Counterpart([], side.organisations, side.countries))


def spoken(page: Page, sentence: Sentence, people: list[Official]) -> Draft | None:
    """A speech or lecture, or the forum it was given at."""
    text = page.text.text
    for match in _SPEAK.finditer(text, sentence.start, sentence.end):
        subject = acts(page, sentence.start, match.start() + 1, people)
        if subject is None:
            continue
        event = named_events.event_type(page, match.start("where"), match.end())
        told = Read("BRIEF.LECTURE", match.start("verb"), match.end("verb"), "speech_zh", 0.85)
        if event is not None and not event.value.startswith("CONF"):
            told = event  # a lecture in a class is the class; a speech at a forum is a speech
        draft = _event(page, sentence, match.start("where"), match.end("where"), told)
        draft.foreign.join(counterpart(page, match.start("where"), match.end("where")))
        school = next((read for read in draft.foreign.organisations if read.value.kind in _SCHOOLS), None)
        if draft.mode is None and draft.place is None and school is not None and match.group("way").endswith("在"):
            # 在南洋理工大学发表演讲: where the school is
            draft.mode = Read("inperson_abroad", school.at, school.to, "school_abroad_zh", 0.7)
        draft.add_chinese(subject)
        draft.department = is_department(subject)
        return draft
    return None


def briefed(page: Page, sentence: Sentence, people: list[Official]) -> Draft | None:
    """`向某方通报大会精神`, `为使节举办宣介会`."""
    match = _BRIEFING.search(page.text.text, sentence.start, sentence.end)
    subject = acts(page, sentence.start, match.start(), people) if match else None
    if match is None or subject is None or _PARTNER.match(page.text.text, *match.span("who")):
        return None
    if _SAID.search(page.text.text, sentence.start, match.start()):
        return None  # 表示愿为峰会成功举办汇聚力量
    event = named_events.event_type(page, match.start(), match.end())
    if event is None or not event.value.startswith(("BRIEF", "TRAIN", "CONF")):
        return None
    draft = _event(page, sentence, match.start("who"), match.end("who"), event)
    draft.add_chinese(subject)
    draft.department = is_department(subject)
    return draft


def untyped(page: Page, sentence: Sentence, people: list[Official]) -> list[Draft]:
    """A headline of the department's own with one of its officials and no verb that any rule knows."""
    subject = acts(page, sentence.start, sentence.end, people)
    event = named_events.event_type(page, sentence.start, sentence.end)
    if event is not None and (subject is not None or page.own_site):
        draft = _event(page, sentence, sentence.start, sentence.end, event)
    elif subject is not None and page.own_site:
        visited = _VISITED.search(page.text.text, sentence.start, sentence.end)
        page.note("untyped_verb", sentence.start, sentence.end)
        if not page.foreign_countries(sentence.start, sentence.end) and visited is None:
            return []  # `刘建超同志简历`: no verb and nobody of another country
        draft = Draft(Read("OTHER.UNCLEAR", sentence.start, sentence.end, "headline_untyped_zh", 0.3), sentence)
        draft.foreign = bodies_zh.bodies(page, visited.start() if visited else sentence.start, sentence.end, note=False)
    else:
        return []
    draft.add_chinese(subject or [])
    draft.department = True
    return [draft]

"""Chinese pages: which sentences tell an event, and what they say of it (corpus/chinese.md §3, §4)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from pipeline.extract import amounts, frames_zh, place, when, when_zh
from pipeline.extract.draft import Counterpart, Draft, Official, Place, Read
from pipeline.extract.follow_zh import goes_on, reach, received, speaker, take_over
from pipeline.extract.layout import DAY_HEADING_ZH, Part, Sentence
from pipeline.extract.listed_zh import NATIONAL, as_attendees, attendees, tells_guests
from pipeline.extract.officials_zh import headline_official, officials, visited_official
from pipeline.extract.page import CHINA, Page
from pipeline.extract.papers_zh import leader_letter, papers_too
from pipeline.extract.sides_zh import department
from pipeline.extract.when import When
from pipeline.gazetteer import Hit, Kind

_SPEECH = re.compile(
    r"(?:表示|(?<!报告)(?<!报道)(?<!公报)(?<!消息)说[,:]|介绍[,:]|指出|强调|介绍说|高度评价|积极评价|重申|认为|赞赏|高度赞赏|感谢(?![信状])|欢迎(?![词辞宴晚仪会])|祝贺(?!活动)|愿同|期待|"
    r"希望(?![^同与和两双该我中,。;]{0,6}(?:联盟|党|阵线|运动|工程|小学))|对此|相信|通报了|介绍了)"
)
_EVENT = re.compile(
    r"会见|接见|会晤|会面|见面|磋商|宴请|拜会|会谈|通话|通电话|座谈|出席|参加|访(?!谈|员|民|学)|来华|举行|举办|开幕|召开|开班|签署|演讲|宣讲|"
    r"宣介|致电|致函|贺信|贺电|函电|电函|慰问电|唁电|吊唁|揭牌|奠基|捐赠|移交|转交|交付|赠送|结业|闭幕|落成|启用|竣工|首发|答记者问|发表谈话|共进|设宴|款待|餐叙|在[^,。;]{1,14}(?:考察|参访)|到访|授课|讲座|专题报告|专题辅导|约见|交流|通报|成立|抵达|抵京|通过(?:了)?《|发表(?:了)?《|签字|采访|专访|署名文章"
)
_PLANNED = re.compile(
    r"将(?:于|在|对|率|赴|访|出席|会见|应|前往|同|与|举行)|拟于|原(?:计划|定)|即将(?!离任|卸任|到任|赴任|履新|离华|召开的|举行的|结束)|将会|定于"
)
_RECALLED = re.compile(r"(?:曾(?:于|在|任|经)?|去年|前年|此前(?![^。]{0,24}还)|当年|历任|简历|出任|履历)")
# `研修班由中联部与学院联合主办`, behind the occasion
_OURS_TOO = re.compile(r"(?:由[^,。;]{2,40})?(?:主办|承办|举办)(?:[,。]|$)")
# `中联部部长是否将访朝?`: asked; `履历:…,曾会见多国政要`, `访问美国后被带走`: of a career; none of them is told
# `书中写道,…的作者陪同某人访华`, `其前任刘某某当时刚结束访问`, `接任后已会见逾20国使节`: remembered or added up
_ASKED = re.compile(
    r"(?:书|文|信|回忆录)[中里][写提记说]|回忆(?:说|道|起|录)|(?:的|本书|[该原])作者|[其的]前任|当时[他她]?(?:刚|正|曾)|"
    r"已(?:累计|先后|陆续)?(?:会见|会晤|接见|访问)(?:了)?(?:逾|超过|近|约)?[\d数几][^,。]{0,6}(?:国|位|名|批|个)|"
    r"是否|能否|会不会|有无|履历|简历|历任|曾(?:多次|先后|经)?(?:会见|访问|出席)|被带走|被查|接受[^,。]{0,6}(?:调查|审查)|失联|落马"
)
_CANCELLED = re.compile(
    r"(?:访问|会见|会议|活动|行程|来访)[^,。]{0,8}(?:取消|推迟|延期)|(?:推迟|取消)(?:了)?[^,。]{0,12}(?:访问|会见|会议)"
)
# `代表团原计划25日在北京会谈`, on a page that tells that the visit is off
_MEANT = re.compile(r"原(?:计划|定)")
_OFF = re.compile(r"取消|推迟|延期")
# `新闻发言人11日宣布:`: what follows is no speech but the announcement
_ANNOUNCED = re.compile(r"发言人[^,。:]{0,16}?(?:宣布|表示|说|介绍)[,:]?")
_ANNOUNCER = re.compile(r"(?:\d{1,2}日)?(?:上午|下午)?(?:宣布|表示|说|介绍|答)")
# `平达对中国共产党代表团前来出席峰会表示欢迎`: a courtesy, whatever verbs stand in it
_COURTESY = re.compile(r"对[^,。;]{2,60}(?:表示|深表)(?:热烈|诚挚|衷心|由衷|的)*(?:欢迎|感谢|祝贺|赞赏|敬意)")
_BARE_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})年(?!\d{1,2}月\d|第)")
_HELD = re.compile(r"举行|举办|召开|开幕")
# `以某某为团长的中国共产党友好代表团…拜会了`
_OUR_COMPANY = re.compile(r"(?:中国共产党|中共|中联部)[^,。;]{0,8}代表团")
_IN_PERSON = ("MEET", "CONF", "BRIEF.LECTURE", "CULT", "DOC")
# the longest chronicle has some fifty bullets
_MOST_EVENTS = 150
_DOMESTIC = re.compile(
    r"党员|党支部|中心组|机关党委|庆祝建党|扶贫|定点帮扶|干部职工|党史|主题教育|我校|校党委|离退休|"
    r"新录用|处级|局级|年轻干部|[春秋]季"
)
_OWN_BODY = re.compile(r"机关党委|机关纪委|机关工会|机关团委|直属机关|党支部|团支部|离退休干部|中心组")
_ABROAD = re.compile(
    r"外国|各国|多国|个国家|国政党|政党|使节|驻华|外宾|外方|海外|世界|拉美|非洲|亚洲|欧洲|阿拉伯|东盟|中亚|太平洋"
)
_LOCAL_TIME = re.compile(r"当地时间")


@dataclass
class _State:
    """What one sentence hands to the next: the last event's day, whether the paragraph is a speech."""

    before: When | None = None
    dateline_place: Read[Place] | None = None
    speech: int = -1
    paragraph: int = -1
    drafts: list[Draft] = field(default_factory=list)


def drafts(page: Page) -> list[Draft]:
    """The events of a page in order of telling; those of the title first, marked so."""
    state = _State()
    if page.layout.title is not None:
        _title(page, state, page.layout.title)
    titled = len(state.drafts)
    for number, sentence in enumerate(page.layout.sentences):
        line = when_zh.dateline(sentence.text, sentence.start, page.anchor)
        if line is not None:
            told, day = line
            at = sentence.start + sentence.text.find(told)
            state.dateline_place = place.printed(page, at, at + len(told), "dateline_zh") if told else None
            state.before = day or state.before
        _body(page, state, sentence, lead=number == 0 or len(state.drafts) == titled)
        if len(state.drafts) >= _MOST_EVENTS:
            break
    _with_their_trip(page, state.drafts)
    return [draft for draft in state.drafts if not _at_home(page, draft)]


def _title(page: Page, state: _State, sentence: Sentence) -> None:
    found = frames_zh.read(page, sentence, _people(page, sentence), title=True)
    planned = _PLANNED.search(sentence.text)
    cancelled = _CANCELLED.search(sentence.text)
    for draft in found:
        draft.from_title = True
        if cancelled:
            draft.cancelled = _read(sentence, cancelled, "cancelled_zh")
        if planned or "/forenotice/" in page.document.url:
            at = sentence.start + (planned.start() if planned else 0)
            draft.planned = Read(True, at, at + 1, "planned_zh", 0.9)
    state.drafts += found


def _body(page: Page, state: _State, sentence: Sentence, *, lead: bool) -> None:
    text = sentence.text
    if sentence.paragraph != state.paragraph:
        state.paragraph, page.actors = sentence.paragraph, []
    # a paper or a letter told beside its meeting has no guests of its own
    last = next((draft for draft in reversed(state.drafts) if "_beside_" not in draft.type.rule), None)
    event = _EVENT.search(text)
    announced = _ANNOUNCED.search(text)
    speech = _SPEECH.search(text, announced.end() if announced else 0)
    if speech and (event is None or speech.start() < event.start()):
        state.speech = sentence.paragraph
        speaker(page, last, sentence)
        if last is not None and last.type.value.startswith("TRAIN") and last.participants is None:
            last.participants = amounts.participants(page, sentence.start, sentence.end)
        return
    courtesy = _COURTESY.search(text)
    if courtesy and event and courtesy.start() < event.start() < courtesy.end():
        return
    if DAY_HEADING_ZH.fullmatch(text):
        # a chronicle's line `7月4日` over its bullets is their day
        state.before = next(iter(when_zh.dates(text, sentence.start, page.anchor, None)), state.before)
        return
    journey = next((draft for draft in reversed(state.drafts) if draft.type.value.startswith("VISIT")), None)
    _accompanied(page, journey, last, sentence)
    if goes_on(page, last, sentence, when_zh.dates(text, sentence.start, page.anchor, state.before)):
        return
    occasion = last is not None and not last.department and last.type.value.startswith(("CONF", "TRAIN", "BRIEF"))
    if last is not None and occasion and _OURS_TOO.search(text):
        last.department = department(page, sentence.start, sentence.end)
    if (event is None and not tells_guests(text)) or _ASKED.search(text):
        return
    named = [hit for hit in officials(page, sentence.start, sentence.end) if hit.department]
    until = event.end() if event else len(text)
    planned = _PLANNED.search(text)
    planned = planned if planned and planned.end() <= until + 2 else None
    ahead = planned is not None or _CANCELLED.search(text) is not None
    told = when_zh.dates(text, sentence.start, page.anchor, state.before, planned=ahead)
    recalled = _RECALLED.search(text[: event.start() if event else len(text)])
    # `此前,孙海燕与某人会谈`: a little earlier, of somebody whom the page tells of
    shortly = recalled is not None and recalled.group() == "此前" and named and state.drafts
    if recalled and not lead and not shortly:
        return
    if state.speech == sentence.paragraph and not named and not told:
        return
    if not told and not page.layout.bulleted and _long_ago(page, text, event.start() if event else 0):
        return
    wrote = leader_letter(page, sentence, last)
    if wrote is not None:
        state.drafts.append(wrote)
    people = _people(page, sentence)
    meeting = received(page, journey, sentence, people)
    # a chronicle's next bullet tells of others, also where its envoy is 在座
    told_here = last is not None and (not page.layout.bulleted or last.sentence.paragraph == sentence.paragraph)
    # `9月9日,某年会举行,某某出席并致辞,来自12国的代表参加`: another day's, with guests of its own
    other_day = last is not None and last.when is not None and told and told[0].start > last.when.end
    told_here = told_here and not (other_day and _HELD.search(text))
    if meeting is None and last is not None and told_here and attendees(page, last, sentence, people):
        beside = [replace(draft, when=last.when) for draft in papers_too(page, sentence, people, [last])]
        if "上述" in sentence.text:
            for draft in state.drafts:
                if draft.type.value.startswith("MEET") and not draft.from_title and draft is not last:
                    draft.add_chinese(as_attendees(people))
        # whose opening the department wrote to took place with its part
        last.department = last.department or any(draft.department for draft in beside)
        state.drafts += beside
        return
    near = reach(page, sentence, journey if journey is not None and journey.type.value == "VISIT.OUT" else None)
    found = [meeting] if meeting is not None else frames_zh.read(page, sentence, people, title=False, near=near)
    abroad = _LOCAL_TIME.search(text)
    cancelled = _CANCELLED.search(text) or (_MEANT.search(text) and _OFF.search(page.text.text))
    ours = announced is not None and department(page, sentence.start, sentence.start + announced.end())
    before = last
    first = all(draft.from_title for draft in state.drafts)
    for draft in found:
        told_by = sentence.start + announced.end() if announced else 0
        floor = max((one.type.to or 0 for one in found if (one.type.at or 0) < (draft.type.at or 0)), default=told_by)
        _date(draft, told, state, sentence, page, floor)
        if draft.place is None and state.dateline_place is not None and not draft.series and first:
            draft.place = state.dateline_place
        take_over(page, draft, before, state.dateline_place)
        if draft.type.value == "VISIT.OUT":
            if not draft.chinese:
                draft.add_chinese(_travellers(page, sentence))
            page.travellers = draft.chinese
        if abroad and draft.place is None and draft.mode is None and draft.type.value.startswith(_IN_PERSON):
            # only what took place abroad is told by local time
            at = sentence.start + abroad.start()
            draft.mode = Read("inperson_abroad", at, at + len(abroad.group()), "local_time_zh", 0.7)
        ahead_here = planned or _planned_here(sentence, draft)
        if ahead_here:
            draft.planned = _read(sentence, ahead_here, "planned_zh")
        if cancelled:
            draft.cancelled = _read(sentence, cancelled, "cancelled_zh")
        # what the department's spokesman announces it publishes (codebook §1, scope c)
        draft.department = draft.department or ours
        draft.historical = _is_history(draft, page, lead)
        if draft.when and draft.when.at is not None and not draft.historical:
            state.before = draft.when
        before = draft
        if draft.chinese:
            page.actors = list(draft.chinese)
            # where a guest was named too, 他 of a later paragraph may be the guest
            page.spoken_of = [] if draft.foreign.people else list(draft.chinese)
        _delegations(page, draft)
    _days_apart(found, told)
    state.drafts += found
    for draft in found:
        _accompanied(page, draft, None, sentence)


def _delegations(page: Page, draft: Draft) -> None:
    """Whom a bare 代表团 of a later sentence means: the guests, or the company that was received abroad."""
    if draft.type.value == "VISIT.IN":
        side = draft.foreign
        page.guests = Counterpart(list(side.people), list(side.organisations), list(side.countries), side.group)
    if not draft.type.value.startswith("MEET") or not draft.department:
        return
    if draft.foreign.people or draft.foreign.group is not None:
        side = draft.foreign
        page.guests = Counterpart(list(side.people), list(side.organisations), list(side.countries), side.group)
    if draft.chinese and _OUR_COMPANY.search(draft.sentence.text):
        page.travellers = page.travellers or list(draft.chinese)


def _planned_here(sentence: Sentence, draft: Draft) -> re.Match[str] | None:
    """`…后于17日抵达,20日将前往某国访问`: what a later clause of a sentence announces."""
    verb = (draft.type.at or sentence.start) - sentence.start
    clause = max(sentence.text.rfind(mark, 0, verb) for mark in ",;") + 1
    return _PLANNED.search(sentence.text, clause, verb + 3) if clause else None


def _read(sentence: Sentence, match: re.Match[str], rule: str) -> Read[bool]:
    return Read(True, sentence.start + match.start(), sentence.start + match.end(), rule, 0.9)


def _days_apart(found: list[Draft], told: list[When]) -> None:
    """`7月16日和28日分别同甲、乙通话`: as many days as meetings, one each."""
    meetings = [draft for draft in found if draft.another and draft.type.value.startswith("MEET")]
    days = [entry for entry in told if entry.start == entry.end]
    if len(meetings) > 1 and len(meetings) == len(days) == len(told):
        for draft, day in zip(meetings, days, strict=True):
            draft.when = day


def _at_home(page: Page, draft: Draft) -> bool:
    """The department's own meeting or class on a page that names nothing foreign: party day, study session."""
    side = draft.foreign
    told = page.text.text if draft.from_title else draft.sentence.text
    if page.own_site and not side and _OWN_BODY.search(told) and not _ABROAD.search(draft.sentence.text):
        # what the department's own Party committee holds is its own, whatever work abroad a speaker recalls
        return draft.type.value.startswith(("CONF", "TRAIN", "BRIEF", "CULT"))
    return (
        (draft.type.value.startswith(("CONF", "TRAIN", "BRIEF", "CULT")) or draft.type.value == "MEET.BILAT")
        and not (side.countries or side.organisations or any(read.value.country for read in side.people))
        and _DOMESTIC.search(page.text.text) is not None
        and (draft.place is None or draft.place.value.country in (None, CHINA))
        and _ABROAD.search(page.text.text) is None
        and not any(_foreign(page, hit) for hit in page.hits if hit.kind in (Kind.COUNTRY, Kind.PARTY, Kind.FORUM))
    )


def _foreign(page: Page, hit: Hit) -> bool:
    """走进中联部 alone names nobody foreign: students come too."""
    ours = hit.kind is Kind.FORUM and page.gazetteer.forums[hit.ids[0]].type.startswith("BRIEF")
    return page.is_foreign(hit) and not ours


def _accompanied(page: Page, journey: Draft | None, last: Draft | None, sentence: Sentence) -> None:
    """`中联部有关同志全程陪同`: the department takes part in a trip that a province's secretary leads."""
    if "陪同" not in sentence.text or not department(page, sentence.start, sentence.end):
        return
    for draft in {id(one): one for one in (journey, last) if one is not None}.values():
        if not any(NATIONAL.search(one.person.title or "") for one in draft.chinese):
            draft.department = True


def _with_their_trip(page: Page, drafts: list[Draft]) -> None:
    """What those on a trip of the department's, or a delegation that it invited, did is its own too."""
    trip = next((draft for draft in drafts if draft.type.value == "VISIT.OUT" and draft.department), None)
    for draft in drafts:
        # `某党代表团访华` with no word of who invited, and nobody met but the department
        if draft.type.value == "VISIT.IN" and not draft.department and "邀请" not in draft.sentence.text:
            met = [one for one in drafts if one.type.value.startswith("MEET") and _shares(draft, one)]
            draft.department = bool(met) and all(one.department for one in met) and not draft.historical
    guests = next((draft for draft in drafts if draft.type.value == "VISIT.IN" and draft.department), None)
    leaders = {one.person.name for one in trip.chinese} if trip is not None else set()
    for draft in drafts:
        # a mechanism founded and its first meeting, a meeting and its paper: told in one sentence, of one body
        draft.department = draft.department or any(one.department and one.sentence is draft.sentence for one in drafts)
        named = {one.person.name for one in draft.chinese}
        shared = (
            guests is not None and _shares(guests, draft) and draft.type.value.startswith(("MEET", "TRAIN", "BRIEF"))
        )
        national = any(NATIONAL.search(one.person.title or "") for one in draft.chinese)
        if named & leaders or (shared and not national):
            draft.department = True
        if trip is not None and named & leaders and _meanwhile(draft, trip):
            draft.mode = Read("inperson_abroad", trip.type.at, trip.type.to, "during_trip_zh", 0.7)


def _meanwhile(draft: Draft, trip: Draft) -> bool:
    """What travellers did within the days of their trip, with no other place told, they did abroad."""
    if draft is trip or draft.mode is not None or draft.place is not None or draft.when is None or trip.when is None:
        return False
    inside = trip.when.start <= draft.when.start <= draft.when.end <= trip.when.end
    return inside and draft.type.value.startswith(("MEET", "BRIEF.LECTURE"))


def _shares(guests: Draft, draft: Draft) -> bool:
    ours = {read.value for read in guests.foreign.countries}
    return bool(ours & {read.value for read in draft.foreign.countries}) or not draft.foreign.countries


def _travellers(page: Page, sentence: Sentence) -> list[Official]:
    """The officials of the department whom the page named before, `某某一行`, where the trip names nobody."""
    text = page.text.text
    named = officials(page, 0, sentence.start)
    return [one for one in named if one.department and text.startswith("一行", one.name_to)][:1]


def _people(page: Page, sentence: Sentence) -> list[Official]:
    found = officials(page, sentence.start, sentence.end)
    headline = headline_official(page, sentence.start, sentence.end)
    if headline and all(official.name_at != headline.name_at for official in found):
        found.insert(0, headline)
    # who only announces it does not take part
    acting = [one for one in found if not _announces(page, one)]
    found = acting or found
    visited = visited_official(page, sentence.start, sentence.end) if not found else None
    return [visited] if visited is not None else found


def _announces(page: Page, official: Official) -> bool:
    behind = _ANNOUNCER.match(page.text.text, official.name_to)
    return "发言人" in (official.person.title or "") and behind is not None


def _date(draft: Draft, told: list[When], state: _State, sentence: Sentence, page: Page, floor: int) -> None:
    """The day that belongs to a draft: the last expression before its verb, else the sentence's, else inherited."""
    verb = draft.type.at if draft.type.at is not None else sentence.end
    meets = draft.type.value.startswith("MEET") and draft.type.value != "MEET.MECH"
    before = [entry for entry in told if (entry.at or 0) < verb or not meets]
    # `…会见某人,周三将转往瓦努阿图访问`: each verb of a sentence has the days behind the one before
    own = [entry for entry in before if verb > (entry.at or 0) >= floor]
    before = own or before
    if draft.series:
        ranges = [entry for entry in told if entry.start != entry.end]
        # `…17日抵达这里,20日他将前往某国访问`: each clause has its day
        clause = sentence.start + max(sentence.text.rfind(mark, 0, verb - sentence.start) for mark in ",;")
        own = [entry for entry in before if (entry.at or 0) > clause]
        draft.when = next(iter([*ranges, *own, *before]), None)
    else:
        draft.when = (before[-1] if meets else before[0]) if before and sentence.part is Part.BODY else None
        if (
            draft.when
            and draft.when.start != draft.when.end
            and draft.type.value.startswith("MEET")
            and len(before) > 1
        ):
            draft.when = before[0]
    draft.undated = draft.when is None and when_zh.names_day(sentence.text)
    if draft.when is None and not draft.undated and state.before is not None:
        at = state.before
        draft.when = when.When(at.start, at.end, at.precision, at.basis, at.at, at.to, f"{at.rule}+inherited", 0.75)


def _long_ago(page: Page, text: str, verb: int) -> bool:
    """`1983年春,时任副部长某某陪同…访华`: a year without a day, before that of the page."""
    year = _BARE_YEAR.search(text, 0, verb)
    return year is not None and page.anchor.day is not None and int(year.group(1)) < page.anchor.day.year - 1


def _is_history(draft: Draft, page: Page, lead: bool) -> bool:
    day = page.anchor.day
    if lead or page.layout.bulleted or draft.when is None or day is None or draft.when.rule != "day_zh":
        return False
    return (day - draft.when.end).days > 120

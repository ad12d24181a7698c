"""Chinese sentences in which two sides meet: 会见, 会谈, 通话, 座谈 (corpus/chinese.md §4 frames 1, 2, 7, 8)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from pipeline.extract import bodies_zh, place
from pipeline.extract.draft import Counterpart, Draft, Official, Read
from pipeline.extract.kinds import apart, kind
from pipeline.extract.layout import Sentence
from pipeline.extract.page import Page
from pipeline.extract.people_zh import counterpart
from pipeline.extract.sides_zh import ADVERBS, LEAD_DATE, acts, department, is_department

_MEET = re.compile(
    rf"(?P<adverbs>{ADVERBS})(?P<verb>会见|接见|会晤|拜会|约见|宴请|设宴(?:款待|欢迎|招待|宴请)|款待|看望|晤(?![谈面])|会面(?=[^,。]))(?:了)?"
    r"(?!前(?![来总首议主副外部任驻财国])|时(?!任)|后|中(?=,|。|双方|两|宾主|$)|机制|在座|期间|结束|活动|厅|室|,|。|\s|$|框架|记者|第(?!一副|一书|二副))"
)
# 会见的首位大使是…, 外事会见是…; 在会见某人后, …: no sentence about a meeting
# a sentence tells of a few; one without a stop may hold thousands of verbs
_MOST_MEETINGS = 6
_NO_OBJECT = re.compile(r"的|是|就|和|与|以来|活动")
_ASIDE = re.compile(r"^[^,。]{2,40}(?:后|时|之前|之际)(?:,|$)")
_NOT_MEET = re.compile(r"(?:参加|陪同|陪|举行|进行|视频|在|次|的)$")
_WITH_VERB = re.compile(
    r"(?:举行|进行|开展)?(?:了)?(?:工作|友好|正式|深入|集体|专题|两党|视频|视讯|线上|电话|坦诚|广泛|富有成效的|"
    r"兄弟般的|亲切|友好的|首次|、|和)*"
    r"(?P<verb>会谈|会晤|会面|视频通话|视频会晤|视频会见|视频交流|视频会谈|视频连线|视频通报会|视频会议|视讯会议|视讯交流|视讯通话|通电话|会见(?=[,。]|$)|"
    r"通话|座谈|交流|见面|磋商|对话(?!会|机制)|战略对话|政治对话|互致[^,。]{1,6}|餐叙|早餐会|共进(?:工作)?[早午晚][餐宴])"
)
_WITH = re.compile(r"(?<![陪共一会等])同(?!志|时|日(?!本)|意(?!大利))|(?<!参)与(?!会)")
_AND = re.compile(r"和")
_OBJECT_END = re.compile(
    r"[,;](?=并|还|就|双方|出席|参加|发表|主持|随后|当天|同日|会见|分别|共同|围绕|访问|中方|举行|参观|考察|同|与|"
    r"以及出席|宾主|将|周[一二三四五六日]|星期|明[天日]|随后|之后|其后|进行|签署|期间|了解|介绍|盼|邀)|"
    r"[。!?]|就(?=[^,。]{2,60}(?:交换意见|交流|深入))| 盼| 就| 强调"
)
_INVITED = re.compile(r"(?:应|由|受)[^,。;]{2,24}邀请")
_BEFORE_IT = re.compile(
    r"^会[前后]|^[其期]间,|^(?:演讲|仪式|活动|宣介会|研讨会|开幕式|开班式)(?:举行|开始|结束)?[前后]|^(?:会议|论坛|对话会)(?:期间|前|后)"
)
_ANOTHER = re.compile(r"(?:还|另|又)(?:应约|应邀|分别|先后|在[^,。]{2,12})*$")
_THE_GUESTS = re.compile(r"(?:该|上述)?(?:代表团|考察团|访问团)(?!长)")
_AUDIENCE = re.compile(r"(?:现场|在场|广大)?(?:的)?(?:听众|观众|网友|读者)|与会|在场")
_GUESTS = re.compile(r"(?:现场|在座)?(?:嘉宾|学员|师生|学生|来宾|各方)")
_TALK = re.compile(r"演讲|授课|讲座|宣讲|宣介|致辞")
_SEPARATE = re.compile(r"分别|先后")
_EACH = re.compile(r"(?:分别|先后)$")
_SAID = re.compile(r"[其他她](?:一行|分别|举行|进行|共同)*$")
_CAME = re.compile(r"率(?:该党)?(?:代表团|考察团|团)|访华|来华|来访|到访|访问")
_LOCAL = re.compile(r"(?:省|市|县|区|镇|村|州)委|党支部|我校|我院|干部职工|贫困|群众|负责同志|我部|扶贫")
_LEAD_ADVERBS = re.compile(
    r"(?:,?(?:[今昨][日天]|[日近]前|[上下]午|\d{1,2}日|(?:星期|周)[一二三四五六日天](?:\([^)]{1,12}\))?))*"
    r"(?:(?:于|在)[^,在。]{1,20}?)?(?:应约|应邀|集体|分别|共同|礼节性|亲切|上午|下午|晚间?|今天|今日|当天|同日|"
    r"此间|官邸|总统府|还|(?<![克达哲直卓拓和郁伸纯铁诚慎真])也|\d+日)*$"
)


def meetings(page: Page, sentence: Sentence, people: list[Official], near: Sequence[str]) -> list[Draft]:
    """`甲会见乙`, either way round; 分别会见 gives one event for each counterpart."""
    found: list[Draft] = []
    text = page.text.text
    for match in islice(_MEET.finditer(text, sentence.start, sentence.end), _MOST_MEETINGS):
        if _NOT_MEET.search(
            text[max(sentence.start, match.start() - 3) : match.start("verb")]
        ) and "视频" not in match.group("adverbs"):
            continue
        stop = _OBJECT_END.search(text, match.end(), sentence.end)
        end = stop.start() if stop else sentence.end
        if _NO_OBJECT.match(text, match.end(), end) or _ASIDE.search(text[match.end() : end]):
            continue
        left = acts(page, sentence.start, match.start(), people)
        lead = LEAD_DATE.match(text[sentence.start : match.start()])
        if left is None and page.travellers and match.start() - sentence.start <= (lead.end() if lead else 0):
            left = list(page.travellers)  # on a trip: `会见总统某某、总理某某。`
        right = acts(page, match.end(), end, people)
        mode = place.remote(page, max(sentence.start, match.start() - 12), match.end("verb"))
        separate = "分别" in match.group("adverbs") or "先后" in match.group("adverbs")
        if left is not None:
            whole = counterpart(page, match.end(), end, near)
        elif right is not None:
            whole = _host(page, sentence.start, match.start(), near)
            if not right and not whole.people:
                continue
        else:
            continue
        for side in apart(whole) if separate else [whole]:
            if not side or _at_home(page, side, sentence):
                continue
            whom = (match.end(), end) if left is not None else (sentence.start, match.start())
            draft = _meeting(page, sentence, match.span("verb"), side, mode, whom)
            draft.add_chinese(left if left is not None else right or [])
            draft.department = is_department(left if left is not None else right) or _our_guests(page, *whom)
            draft.place = place.place(page, sentence.start, match.start()) or place.place(page, end, sentence.end)
            if left is None and draft.place is None and mode is None:
                draft.mode = Read("inperson_abroad", match.start(), match.end("verb"), "foreign_host", 0.6)
            if "集体" in match.group("adverbs") or "共同" in match.group("adverbs"):
                draft.type = Read("MEET.MULTI", match.start(), match.end("verb"), "collective_zh", 0.85)
            apart_from = _ANOTHER.search(text, sentence.start, match.start("verb")) or _BEFORE_IT.match(sentence.text)
            draft.another = separate or apart_from is not None
            found.append(draft)
    return found


def talks(page: Page, sentence: Sentence, people: list[Official], near: Sequence[str]) -> list[Draft]:
    """`甲同乙举行会谈`, 视频通话, 通电话, 座谈, either way round."""
    text = page.text.text
    for verb in _WITH_VERB.finditer(text, sentence.start, sentence.end):
        first = next((one for one in people if one.name_to <= verb.start()), None)
        begin = first.name_to if first else sentence.start
        joined = _WITH.search(text, begin, verb.start()) or _WITH.search(text, sentence.start, verb.start())
        if joined is None and first is not None:
            joined = _AND.match(text, first.name_to, verb.start())
        if joined is None or joined.end() >= verb.start() or _quoted(text, sentence.start, verb.start()):
            continue
        if _audience(text, sentence.start, joined.end()):
            continue
        inside, outside = (
            acts(page, joined.end(), verb.start(), people),
            acts(page, sentence.start, joined.start(), people),
        )
        if outside is not None:
            side, chinese = counterpart(page, joined.end(), verb.start(), near), outside
            said = _SAID.match(text, joined.end(), verb.start())
            if said is not None and (comma := text.find(",", sentence.start, joined.start())) > 0:
                # `某国前总理某某访华,中联部部长刘建超同其会见`
                came = _CAME.search(text, sentence.start, joined.start())
                side = _host(page, sentence.start, came.start() if came else comma, near)
        elif inside is not None:
            side, chinese = _host(page, sentence.start, joined.start(), near), inside
            if not inside and not side.people:
                continue
        else:
            continue
        if inside is not None and not side and page.guests is not None and _THE_GUESTS.match(text, sentence.start):
            guests = page.guests  # 代表团原计划25日与中联部部长某某会谈
            side = Counterpart(list(guests.people), list(guests.organisations), list(guests.countries), guests.group)
        if not side or _at_home(page, side, sentence):
            continue
        if not side.countries and not side.organisations and outside is not None:
            # `参访某国某大学并同师生交流`: the partner's country stands before
            side.join(bodies_zh.bodies(page, begin, joined.start(), note=False))
        # `以视频方式同某人通话`: the way stands before the partner, in the same clause
        clause = max(text.rfind(mark, begin, joined.start()) for mark in ",;。")
        mode = place.remote(page, min(max(begin, clause), joined.start()), verb.end())
        whom = (joined.end(), verb.start()) if outside is not None else (sentence.start, joined.start())
        where = place.place(page, sentence.start, verb.start()) or place.place(page, verb.end(), sentence.end)
        apart_told = _SEPARATE.search(text, begin, joined.start()) or _EACH.search(text, joined.end(), verb.start())
        separate = outside is not None and apart_told is not None
        found = []
        for one in apart(side) if separate else [side]:
            draft = _meeting(page, sentence, verb.span("verb"), one, mode, whom)
            _retype(page, draft, joined.end(), verb, one)
            draft.add_chinese(chinese)
            draft.department = is_department(chinese)
            draft.place = where
            apart_from = _ANOTHER.search(text, sentence.start, joined.start()) or _BEFORE_IT.match(sentence.text)
            draft.another = separate or apart_from is not None
            found.append(draft)
        return found
    return []


def _our_guests(page: Page, start: int, end: int) -> bool:
    """`会见应中联部邀请来华的某党考察团`: guests of the department's, whoever receives them."""
    invited = _INVITED.search(page.text.text, start, end)
    return invited is not None and department(page, *invited.span())


def _at_home(page: Page, side: Counterpart, sentence: Sentence) -> bool:
    """`同县委负责同志座谈`: the other side is Chinese too."""
    if side.countries or side.organisations or any(read.value.country for read in side.people):
        return False
    return bool(_LOCAL.search(page.text.text, sentence.start, sentence.end))


def _meeting(
    page: Page,
    sentence: Sentence,
    verb: tuple[int, int],
    side: Counterpart,
    mode: Read[str] | None,
    whom: tuple[int, int],
) -> Draft:
    name, rule = kind(page, side, whom, (sentence.start, verb[0]), mode)
    return Draft(Read(name, *verb, rule or "meet_verb_zh", 0.92), sentence, mode=mode, foreign=side)


def _host(page: Page, start: int, end: int, near: Sequence[str]) -> Counterpart:
    """The foreign side as the subject before the verb, without the date and the adverbs around it."""
    text = page.text.text
    lead = LEAD_DATE.match(text[start:end])
    start += lead.end() if lead else 0
    comma = [found.end() for found in re.finditer(r"[,。:](?=[^,。:]*$)", text[start:end])]
    tail = _LEAD_ADVERBS.search(text[start:end])
    to = start + tail.start() if tail else end
    if comma and start + comma[-1] < to and not re.search(r"(?:主席|总理|部长|领袖|书记)[,、]", text[start:to]):
        start += comma[-1]
    return counterpart(page, start, to, near)


def _quoted(text: str, start: int, at: int) -> bool:
    """`“中巴治国理政经验交流”研讨会`: the verb is of a name."""
    return text.count('"', start, at) % 2 == 1 or text.count("《", start, at) > text.count("》", start, at)


def _audience(text: str, start: int, at: int) -> bool:
    """`发表演讲并与现场听众互动交流`: whom a speech is given to is no partner of talks."""
    return bool(_AUDIENCE.match(text, at) or (_GUESTS.match(text, at) and _TALK.search(text, start, at)))


def _retype(page: Page, draft: Draft, start: int, verb: re.Match[str], side: Counterpart) -> None:
    """What the noun of the predicate says beside plain talks."""
    at, to = verb.start("verb"), verb.end("verb")
    word = verb.group()
    if "互致" in word:
        draft.type = Read("MSG.CONGRAT", at, to, "mutual_letter_zh", 0.9)
        draft.mode = Read("written", at, to, "mutual_letter_zh", 0.9)
    elif "通报会" in word:
        draft.type = Read("BRIEF.CONGRESS", at, to, "briefing_with_zh", 0.75)
    elif re.search(r"(?:政治|战略)对话|机制", word) or page.text.text.startswith("机制", to):
        draft.type = Read("MEET.MECH", at, to, "dialogue_with_zh", 0.85)
    elif "集体" in word or re.search(r"使节$", page.text.text[start : verb.start()]):
        draft.type = Read("MEET.MULTI" if "集体" in word else draft.type.value, at, to, "collective_zh", 0.8)

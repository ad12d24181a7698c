"""Chinese sentences that add people to the event told before: who came, who is listed, who took the chair."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.extract import bodies_zh
from pipeline.extract.draft import Counterpart, Draft, Official
from pipeline.extract.layout import Sentence
from pipeline.extract.page import Page
from pipeline.extract.people_zh import counterpart

# Sentences that add people to the event before them: 参加会见, 陪同会见, 在座.
_ATTEND = re.compile(
    r"(?:参加|陪同)(?:了)?(?:上述|有关|此次|会见|会谈|会晤|活动|访问|考察)|在座|在场|(?:等)?陪同$|(?:等)?(?:陪同|参加|作陪|陪见)。"
)
# `陪同出席者包括交通部长某某`, `参加会见的有某某`
_SEATED = re.compile(
    r"(?:陪同|在座|参加会见|参加会谈|出席(?:会见)?(?=者|人员|会见|的有)|陪见)[^,。;]{0,6}?(?:包括|还?有(?![关人])|(?:人员|者)为)(?P<who>[^。;]{3,120})"
)
_SAT = re.compile(r"等?在[座场][。]?$")
# `某某、某某等出席并致辞。`, `某某主持开幕式。`: guests of the occasion told before
_CAME = re.compile(
    r"(?:(?:出席|参加|主持|与会)(?:了)?(?:该|此次|本次)?(?:会议|活动|论坛|对话会|对话|研讨会|仪式|宣介会|座谈会|研修班|吹风会|发布会|"
    r"通报会|大会|专题会)?(?:(?:开幕|闭幕|开班|结业|启动|揭牌|颁奖|奠基|发布|成立|交接|移交|捐赠|签约|落成)仪?式)?(?:并(?:致[辞词]|讲话|发言|"
    r"发表[^,。]{2,10}|作[^,。]{2,12}(?:,宣介[^,。]{2,24})?|(?:向|为)[^,。]{2,12}(?:颁发|颁奖|授旗|赠送)[^,。]{0,10}|签署[^,。]{2,12}|剪彩|揭牌|宣读[^,。]{2,8}))?|致[辞词]|讲话|(?:先后)?(?:(?:以|通过)视频)?(?:方式)?发言|共同与会|共同(?:为[^,。]{2,14})?(?:揭牌|剪彩|揭幕|启动)|作(?:主旨|主题|专题)(?:发言|报告|演讲|讲话)|"
    r"[作做](?:了)?(?:专题|政策|情况)?(?:宣介|介绍|通报|辅导|解读)|介绍(?:了)?(?:有关|相关)情况|授课|主讲|"
    r"代表[^,。]{2,8}(?:签[字署]|接收|受赠|接受(?:捐赠|物资|设备)?))[。,]?$"
)
# `…,法国共产党、德国左翼党代表参加`, behind a meeting
_BESIDE = re.compile(
    r",(?!并|还|就|双方|随后|同日|当天|期间)(?P<who>[^;。]{4,120}?)(?:等)?(?:也|一同|共同)?(?:参加|出席|陪同|在座|在场|作陪|与会)"
    r"(?:了)?(?:会见|会谈|会晤|活动|座谈|上述活动|有关活动)?(?:并(?:致[辞词]|发言|讲话))?(?=[。;]|$)"
)
_BESIDE_END = re.compile(r"参加|出席|陪同|在[座场]|作陪|与会")
# `其中包括某某、某某等`, `出席开班式的有某某、某某等`: the list stands behind
_LISTED = re.compile(
    r"其中(?:还)?(?:包括|有)|(?:出席|参加|与会)[^,。;]{0,12}?(?:的|者)[^,。;]{0,6}?(?:包括|有(?![关人]))"
)
_LIST_END = re.compile(r"等(?=[^,。;、]{0,10}(?:[,。;]|$))|[。;]")
_CHAIRED = re.compile(r"由(?P<who>[^,。;]{3,60})主持[。]?$")
# `来自…的代表以线上线下相结合方式参加`: the way they took part is no person
_HOW = re.compile(r"(?:以|通过)[^,。、]{2,14}(?:方式|形式)$")
_TOO = re.compile(r"(?<![克达哲直卓拓和郁伸纯铁诚慎真])(?:也|均|一同|一起|一道|共同|先后)$")
_OTHER_EVENT = re.compile(r"邀请|率|还会见|分别会见")
# the end of what is told of the official before the stretch: `宋涛出席并作主旨讲话,某国某党主席…`
_HE_CAME = re.compile(r"(?:出席|参加|主持|致[辞词]|致[^,。]{0,5}[辞词]|作|发表|宣读)[^,。]{0,24},")
NATIONAL = re.compile(r"政治局|全国政协|国务院|全国人大|委员长|国家副?主席|总书记|中央书记处|国务委员")
_OURS = re.compile(r"[省市区县州]委|我|中方|中国|中共|驻(?!华|北京|中国)|外交部|全国政协|全国人大|[省市]")
_ENVOY = re.compile(r"驻华")
# `…出席并致辞,20多国使节现场出席`: the clause goes on behind the guests
_CAME_IN = re.compile(r"(?:现场|线[上下])?(?:出席|参加|与会|致[辞词])(?=[,。;]|并)")
_OTHER_VERB = re.compile(r"会见|会谈|会晤|访问|签署|访华|通话|通电话|座谈|演讲|举行|举办")
_JOINED = re.compile(r"[,、]?(?:以及|和|与|及|同)")
_OCCASIONS = ("CONF", "TRAIN", "BRIEF", "MEET.MECH", "CULT", "AID", "DOC", "MEDIA")


def tells_guests(text: str) -> bool:
    """Whether a sentence without an event's verb still lists who came (`其中包括…`, `由某某主持`)."""
    return any(told.search(text) for told in (_LISTED, _CHAIRED, _CAME, _SAT, _ATTEND, _SEATED))


def attendees(page: Page, last: Draft | None, sentence: Sentence, people: list[Official]) -> bool:
    """`周蕴、驻某国大使何某参加会见。`, `其中包括某党主席某某等`: people of the event told before, ``last``."""
    if last is None or last.from_title:
        return False
    text = sentence.text
    # `中联部与某党对外部举行磋商。某某、某某出席。`: who sat there
    unnamed = last.type.value.startswith("MEET") and not last.chinese and not last.foreign.people
    if last.type.value.startswith(_OCCASIONS) or last.type.rule.startswith("event_noun") or unnamed:
        span = _guest_span(sentence)
        found = _guests(page, *span, people) if span is not None else Counterpart()
        if span is not None and (people or found.people):
            last.add_chinese(as_attendees([one for one in people if span[0] <= one.name_at < span[1]]))
            last.department = last.department or any(one.department for one in people)
            last.foreign.join(found)
            if _LISTED.search(text):
                # 甲国、乙国等50多国使节参加,其中包括…: those named by country before the list came too
                before = bodies_zh.bodies(page, sentence.start, span[0], note=False, unknown=False)
                last.foreign.join(Counterpart([], before.organisations, before.countries))
            return True
    seated = _SEATED.search(text)
    if seated is not None:
        span = (sentence.start + seated.start("who"), sentence.start + seated.end("who"))
        last.add_chinese(as_attendees([one for one in people if span[0] <= one.name_at < span[1]]))
        last.foreign.join(Counterpart(_guests(page, *span, people).people))
        return True
    told = _ATTEND.search(text)
    if told and (people or text.rstrip("。").endswith(told.group().rstrip("。"))) and not _OTHER_EVENT.search(text):
        # `副领袖威拉、副秘书长巴颂等在座。`: where nobody is Chinese they are of the one foreign side
        theirs = not people and _OURS.search(text) is None and len(last.foreign.countries) == 1
        beside = [
            read
            for read in _guests(page, sentence.start, sentence.start + told.start(), people).people
            if read.value.country or _ENVOY.search(read.value.title or "") or (theirs and read.value.title)
        ]
        # who only accompanies a leader makes no department event of the leader's meeting (codebook §9.13)
        leads = any(NATIONAL.search(one.person.title or "") for one in last.chinese)
        last.department = last.department or (not leads and any(one.department for one in people))
        last.add_chinese(as_attendees(people))
        last.foreign.join(Counterpart(beside))
        return bool(people or beside)
    return False


def _guest_span(sentence: Sentence) -> tuple[int, int] | None:
    """Where the list of those who came stands in a sentence; None where the sentence is none about guests."""
    text = sentence.text
    listed = _LISTED.search(text)
    if listed is not None:
        stop = _LIST_END.search(text, listed.end())
        return sentence.start + listed.end(), sentence.start + (stop.start() if stop else len(text))
    chaired = _CHAIRED.search(text)
    if chaired is not None:
        return sentence.start + chaired.start("who"), sentence.start + chaired.end("who")
    came = _CAME.search(text)
    if came is None and not _OTHER_VERB.search(text):
        came = _CAME_IN.search(text)
    if came is None:
        return None
    how = _HOW.search(text[: came.start()])
    return sentence.start, sentence.start + (how.start() if how else came.start())


def guests_behind(
    page: Page, sentence: Sentence, at: int, people: list[Official], near: Sequence[str] = ()
) -> Counterpart:
    """The guests told in the sentence that says where the occasion was held, behind ``at``."""
    found = Counterpart()
    if at >= sentence.end:
        return found
    rest = page.text.text[at : sentence.end].lstrip(",")
    begin = sentence.end - len(rest)
    came = _CAME.search(rest) or _CAME_IN.search(rest)
    if came is None:
        return found
    how = _HOW.search(rest[: came.start()])
    return _guests(page, begin, begin + (how.start() if how else came.start()), people, near)


def seated(page: Page, sentence: Sentence, draft: Draft, people: list[Official], near: Sequence[str]) -> None:
    """`…会见某某,某部长和某国驻华大使参加会见`: who is told behind the meeting in its own sentence."""
    if _BESIDE_END.search(sentence.text, max(0, len(sentence.text) - 24)) is None:
        return
    behind = _BESIDE.search(page.text.text, draft.type.to or sentence.end, sentence.end)
    if behind is None or _OTHER_EVENT.search(behind.group()):
        return
    span = behind.span("who")
    draft.add_chinese(as_attendees([one for one in people if span[0] <= one.name_at < span[1]]))
    draft.foreign.join(_guests(page, *span, people, near))


def as_attendees(people: list[Official]) -> list[Official]:
    """The same people as present beside those who acted."""
    return [replace(one, person=replace(one.person, role="attendee")) for one in people]


def _guests(page: Page, start: int, end: int, people: list[Official], near: Sequence[str] = ()) -> Counterpart:
    """The foreign guests of a list in which the Chinese side stands too: the stretches between the officials."""
    found = Counterpart()
    also = _TOO.search(page.text.text, start, end)
    at, end = start, also.start() if also else end
    for official in [*people, None]:
        to = min(official.at, end) if official is not None else end
        done = _HE_CAME.match(page.text.text, at, to)
        at = done.end() if done else at
        if at < to:
            joined = _JOINED.match(page.text.text, at, to)
            found.join(counterpart(page, joined.end() if joined else at, to, near))
        at = max(at, official.name_to) if official is not None else end
    found.people = [replace(read, value=replace(read.value, role="attendee")) for read in found.people]
    return found

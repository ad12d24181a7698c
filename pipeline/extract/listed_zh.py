"""Chinese sentences that add people to the event told before: who came, who is listed, who took the chair."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.extract import bodies_zh
from pipeline.extract.draft import Counterpart, Draft, Official
from pipeline.extract.layout import Sentence
from pipeline.extract.page import Page
from pipeline.extract.people_zh import counterpart

# Sentences that add people to the event before them: 参加会见, 陪同会见, 在座.
_ATTEND = re.compile(
    r"(?:参加|陪同)(?:了)?(?:上述|有关|此次|会见|会谈|会晤|活动|访问|考察)|在座|在场|(?:等)?陪同$|(?:等)?陪同。"
)
# `某某、某某等出席并致辞。`, `某某主持开幕式。`: guests of the occasion told before
_CAME = re.compile(
    r"(?:出席|参加|主持)(?:了)?(?:该|此次|本次)?(?:(?:开幕|闭幕|开班|结业|启动|揭牌|颁奖|奠基|发布|成立)仪?式|会议|活动|"
    r"论坛|对话会|对话|研讨会|仪式|宣介会|座谈会|研修班|通报会|大会|专题会)?(?:并(?:致辞|讲话|发言|发表[^,。]{2,10}|"
    r"作[^,。]{2,12}))?[。,]?$"
)
# `其中包括某某、某某等`, `出席开班式的有某某、某某等`: the list stands behind
_LISTED = re.compile(
    r"其中(?:还)?(?:包括|有)|(?:出席|参加|与会)[^,。;]{0,12}?(?:的|者)[^,。;]{0,6}?(?:包括|有(?![关人]))"
)
_LIST_END = re.compile(r"等(?=[^,。;、]{0,10}(?:[,。;]|$))|[。;]")
_CHAIRED = re.compile(r"由(?P<who>[^,。;]{3,60})主持[。]?$")
# `来自…的代表以线上线下相结合方式参加`: the way they took part is no person
_HOW = re.compile(r"(?:以|通过)[^,。、]{2,14}(?:方式|形式)$")
_OTHER_EVENT = re.compile(r"邀请|率|还会见|分别会见")
# the end of what is told of the official before the stretch: `宋涛出席并作主旨讲话,某国某党主席…`
_HE_CAME = re.compile(r"(?:出席|参加|主持|致辞|作|发表)[^,。]{0,24},")
_ENVOY = re.compile(r"驻华")
_OBJECTLESS = re.compile(r"(?:会见|会谈)(?:了(?:代表团|考察团|该团))?[。,]?$")
_OCCASIONS = ("CONF", "TRAIN", "BRIEF", "MEET.MECH", "CULT", "AID")


def tells_guests(text: str) -> bool:
    """Whether a sentence without an event's verb still lists who came (`其中包括…`, `由某某主持`)."""
    return bool(_LISTED.search(text) or _CHAIRED.search(text) or _CAME.search(text))


def attendees(page: Page, last: Draft | None, sentence: Sentence, people: list[Official]) -> bool:
    """`周蕴、驻某国大使何某参加会见。`, `其中包括某党主席某某等`: people of the event told before, ``last``."""
    if last is None or last.from_title:
        return False
    text = sentence.text
    if last.type.value.startswith(_OCCASIONS):
        span = _guest_span(sentence)
        found = _guests(page, *span, people) if span is not None else Counterpart()
        if span is not None and (people or found.people):
            last.add_chinese(_as_attendees([one for one in people if span[0] <= one.name_at < span[1]]))
            last.department = last.department or any(one.department for one in people)
            last.foreign.join(found)
            if _LISTED.search(text):
                # 甲国、乙国等50多国使节参加,其中包括…: those named by country before the list came too
                before = bodies_zh.bodies(page, sentence.start, span[0], note=False, unknown=False)
                last.foreign.join(Counterpart([], before.organisations, before.countries))
            return True
    told = _ATTEND.search(text)
    if told and (people or text.endswith(told.group() + "。")) and not _OTHER_EVENT.search(text):
        beside = [
            read
            for read in _guests(page, sentence.start, sentence.start + told.start(), people).people
            if read.value.country or _ENVOY.search(read.value.title or "")
        ]
        # who only accompanies a leader makes no department event of the leader's meeting (codebook §9.13)
        last.department = last.department or (not last.chinese and any(one.department for one in people))
        last.add_chinese(_as_attendees(people))
        last.foreign.join(Counterpart(beside))
        return bool(people or beside)
    if not people:
        return False
    behind = text[people[-1].name_to - sentence.start :]
    if last.series and _OBJECTLESS.fullmatch(behind.strip()):
        last.add_chinese(people)
        last.department = True
        return True
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
    if came is None:
        return None
    how = _HOW.search(text[: came.start()])
    return sentence.start, sentence.start + (how.start() if how else came.start())


def _as_attendees(people: list[Official]) -> list[Official]:
    return [replace(one, person=replace(one.person, role="attendee")) for one in people]


def _guests(page: Page, start: int, end: int, people: list[Official]) -> Counterpart:
    """The foreign guests of a list in which the Chinese side stands too: the stretches between the officials."""
    found = Counterpart()
    at = start
    for official in [*people, None]:
        to = min(official.at, end) if official is not None else end
        done = _HE_CAME.match(page.text.text, at, to)
        at = done.end() if done else at
        if at < to:
            found.join(counterpart(page, at, to))
        at = max(at, official.name_to) if official is not None else end
    found.people = [replace(read, value=replace(read.value, role="attendee")) for read in found.people]
    return found

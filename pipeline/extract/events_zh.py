"""Chinese pages: which sentences tell an event, and what they say of it (corpus/chinese.md §3, §4)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.extract import frames_zh, place, when, when_zh
from pipeline.extract.draft import Draft, Official, Place, Read
from pipeline.extract.layout import DAY_HEADING_ZH, Part, Sentence
from pipeline.extract.listed_zh import attendees, tells_guests
from pipeline.extract.officials_zh import headline_official, officials, visited_official
from pipeline.extract.page import Page
from pipeline.extract.when import When

_SPEECH = re.compile(
    r"(?:表示|说[,:]|指出|强调|介绍说|高度评价|积极评价|重申|认为|赞赏|高度赞赏|感谢|欢迎|祝贺(?!活动)|愿同|期待|"
    r"希望|对此|相信|通报了|介绍了)"
)
_EVENT = re.compile(
    r"会见|接见|会晤|拜会|会谈|通话|通电话|座谈|出席|参加|访问|访华|来华|举行|举办|开幕|召开|开班|签署|演讲|宣讲|"
    r"宣介|致电|致函|贺信|贺电|吊唁|揭牌|奠基|约见|交流|通报|成立|抵达"
)
_PLANNED = re.compile(r"将(?:于|在|对|率|赴|访|出席|会见|应|前往|同|与|举行)|拟于|即将|将会|定于")
_RECALLED = re.compile(r"(?:曾(?:于|在|任|经)?|去年|前年|此前(?![^。]{0,24}还)|当年|历任|简历|出任|履历)")
# `平达对中国共产党代表团前来出席峰会表示欢迎`: a courtesy, whatever verbs stand in it
_COURTESY = re.compile(r"对[^,。;]{2,60}(?:表示|深表)(?:热烈|诚挚|衷心|由衷|的)*(?:欢迎|感谢|祝贺|赞赏|敬意)")
_IN_PERSON = ("MEET", "CONF", "BRIEF.LECTURE", "CULT", "DOC")
_LOCAL_TIME = re.compile(r"当地时间")


@dataclass
class _State:
    """What one sentence hands to the next: the last event's day, whether the paragraph is a speech."""

    before: When | None = None
    dateline_place: Read[Place] | None = None
    speech: int = -1
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
    return state.drafts


def _title(page: Page, state: _State, sentence: Sentence) -> None:
    found = frames_zh.read(page, sentence, _people(page, sentence), title=True)
    planned = _PLANNED.search(sentence.text)
    for draft in found:
        draft.from_title = True
        if planned or "/forenotice/" in page.document.url:
            at = sentence.start + (planned.start() if planned else 0)
            draft.planned = Read(True, at, at + 1, "planned_zh", 0.9)
    state.drafts += found


def _body(page: Page, state: _State, sentence: Sentence, *, lead: bool) -> None:
    text = sentence.text
    event = _EVENT.search(text)
    speech = _SPEECH.search(text)
    if speech and (event is None or speech.start() < event.start()):
        state.speech = sentence.paragraph
        return
    courtesy = _COURTESY.search(text)
    if courtesy and event and courtesy.start() < event.start() < courtesy.end():
        return
    if DAY_HEADING_ZH.fullmatch(text):
        # a chronicle's line `7月4日` over its bullets is their day
        state.before = next(iter(when_zh.dates(text, sentence.start, page.anchor, None)), state.before)
        return
    if event is None and not tells_guests(text):
        return
    named = [hit for hit in officials(page, sentence.start, sentence.end) if hit.department]
    until = event.end() if event else len(text)
    planned = _PLANNED.search(text[: until + 2])
    told = when_zh.dates(text, sentence.start, page.anchor, state.before, planned=planned is not None)
    recalled = _RECALLED.search(text[: event.start() if event else len(text)])
    if recalled and not lead:
        return
    if state.speech == sentence.paragraph and not named and not told:
        return
    people = _people(page, sentence)
    if attendees(page, state.drafts[-1] if state.drafts else None, sentence, people):
        return
    found = frames_zh.read(page, sentence, people, title=False)
    abroad = _LOCAL_TIME.search(text)
    for draft in found:
        _date(draft, told, state, sentence, page)
        _paper_of_talks(draft, state)
        if draft.place is None and state.dateline_place is not None and not draft.series and len(state.drafts) == 0:
            draft.place = state.dateline_place
        if draft.another and draft.place is None and draft.mode is None:
            draft.place = _same_place(state, draft)
        if abroad and draft.place is None and draft.mode is None and draft.type.value.startswith(_IN_PERSON):
            # only what took place abroad is told by local time
            at = sentence.start + abroad.start()
            draft.mode = Read("inperson_abroad", at, at + len(abroad.group()), "local_time_zh", 0.7)
        if planned:
            at = sentence.start + planned.start()
            draft.planned = Read(True, at, at + len(planned.group()), "planned_zh", 0.9)
        draft.historical = _is_history(draft, page, lead)
        if draft.when and draft.when.at is not None and not draft.historical:
            state.before = draft.when
    state.drafts += found


def _people(page: Page, sentence: Sentence) -> list[Official]:
    found = officials(page, sentence.start, sentence.end)
    headline = headline_official(page, sentence.start, sentence.end)
    if headline and all(official.name_at != headline.name_at for official in found):
        found.insert(0, headline)
    visited = visited_official(page, sentence.start, sentence.end) if not found else None
    return [visited] if visited is not None else found


def _paper_of_talks(draft: Draft, state: _State) -> None:
    """`会谈后,双方签署备忘录`: whose paper it is says the meeting told before in the same paragraph."""
    before = state.drafts[-1] if state.drafts else None
    if before is None or before.series or before.sentence.paragraph != draft.sentence.paragraph:
        return
    if draft.type.value.startswith("DOC") and not draft.foreign and not draft.chinese:
        draft.foreign.join(before.foreign)
        draft.add_chinese(before.chinese)
        draft.department = before.department
        draft.place = draft.place or before.place
        draft.mode = draft.mode or before.mode


def _same_place(state: _State, draft: Draft) -> Read[Place] | None:
    """`同日,刘建超还会见了…`: where the event told before took place, on one day and both in person."""
    before = state.drafts[-1] if state.drafts else None
    if before is None or before.place is None or before.series or before.mode is not None:
        return None
    if before.when is None or draft.when is None or before.when.start != draft.when.start:
        return None
    return Read(before.place.value, before.place.at, before.place.to, "place_of_event_before", 0.7)


def _date(draft: Draft, told: list[When], state: _State, sentence: Sentence, page: Page) -> None:
    """The day that belongs to a draft: the last expression before its verb, else the sentence's, else inherited."""
    verb = draft.type.at if draft.type.at is not None else sentence.end
    meets = draft.type.value.startswith("MEET") and draft.type.value != "MEET.MECH"
    before = [entry for entry in told if (entry.at or 0) < verb or not meets]
    if draft.series:
        ranges = [entry for entry in told if entry.start != entry.end]
        draft.when = ranges[0] if ranges else (before[0] if before else None)
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


def _is_history(draft: Draft, page: Page, lead: bool) -> bool:
    day = page.anchor.day
    if lead or draft.when is None or day is None or draft.when.rule != "day_zh":
        return False
    return (day - draft.when.end).days > 120

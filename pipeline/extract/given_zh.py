"""Chinese sentences in which the department gives something: 捐赠, 移交, 提供援助 (codebook §2, AID)."""

from __future__ import annotations

import re

from pipeline.extract import bodies_zh, place
from pipeline.extract.draft import Counterpart, Draft, Official, Read
from pipeline.extract.layout import Sentence
from pipeline.extract.page import Page
from pipeline.extract.people_zh import counterpart
from pipeline.extract.sides_zh import acts, department, is_department
from pipeline.gazetteer import Kind

_GAVE = re.compile(
    r"(?<!接受)(?:转交|移交|交付|捐赠|捐助|赠送|援助|提供|赠予)(?:了)?(?P<what>(?!仪式|活动|会|的|给予)[^,。;]{2,40})"
)
# 向坦桑尼亚革命党移交, 移交给该党: to whom
_TO = re.compile(r"(?:向|为|给)(?P<whom>[^,。;]{2,40}?)(?:无偿|紧急)?$")
_TO_BEHIND = re.compile(r"(?:给|予)(?P<whom>[^,。;]{2,30})$")
_TO_US = re.compile(r"(?:向|给|为)(?:中联部|中共|中国|我|中方)")
_KINDS = (
    ("AID.HEALTH", re.compile(r"口罩|疫|防护|药|呼吸机|检测|医[疗用]|救护车")),
    ("AID.RELIEF", re.compile(r"救灾|赈灾|人道主义|大米|粮食|帐篷|灾")),
    ("AID.EQUIP", re.compile(r"电脑|打印机|复印机|投影|办公|设备|车辆|[汽摩]托?车|器材|用品|家具")),
    ("AID.BUILD", re.compile(r"大楼|校舍|总部|场馆")),
    ("MEDIA.COOP", re.compile(r"图书|书籍|《")),
)
# `代表中国共产党转交…。这批设备由中联部赠送`: whose gift it is another sentence tells
_FOR_PARTY = re.compile(r"代表(?:中国共产党|中共)|受(?:中国共产党|中共中央)委托")
_GIVES = re.compile(r"(?:无偿)?(?:赠送|捐赠|提供|捐助|援助|委托)")
_PLANNED = re.compile(r"(?:将|拟|承诺|宣布|计划)[^,。]{0,6}$")


def gave(page: Page, sentence: Sentence, people: list[Official]) -> Draft | None:
    """`某参赞受中联部委托向某党移交一批电脑`: the department is the giver, whoever hands it over."""
    return next(iter(_gifts(page, sentence, sentence.start, people)), None)


def _from_us(page: Page, clause: int, verb: re.Match[str]) -> bool:
    """An envoy hands over in the party's name what the department is said, elsewhere on the page, to have given."""
    text = page.text.text
    return _FOR_PARTY.search(text, clause, verb.start()) is not None and any(
        _GIVES.match(text, hit.end) for hit in page.hits_in(0, len(text), Kind.DEPARTMENT)
    )


def given_too(page: Page, sentence: Sentence, people: list[Official], main: Draft) -> list[Draft]:
    """`致慰问电,并提供人道主义援助`: the help told behind a message, for the same party."""
    if not main.type.value.startswith("MSG") or main.type.to is None:
        return []
    found = _gifts(page, sentence, main.type.to, people)[:1]
    for draft in found:
        if not draft.foreign:
            side = main.foreign
            draft.foreign = Counterpart(list(side.people), list(side.organisations), list(side.countries))
        draft.add_chinese(main.chinese)
    return found


def _gifts(page: Page, sentence: Sentence, start: int, people: list[Official]) -> list[Draft]:
    text, found = page.text.text, []
    for verb in _GAVE.finditer(text, start, sentence.end):
        clause = max(sentence.start, *(text.rfind(mark, sentence.start, verb.start()) + 1 for mark in ",;"))
        kind = next((name for name, cue in _KINDS if cue.search(verb.group("what"))), None)
        subject = acts(page, sentence.start, verb.start(), people)
        ours = is_department(subject) or department(page, sentence.start, verb.start()) or _from_us(page, clause, verb)
        if kind is None or not ours or _TO_US.search(text, clause, verb.start()):
            continue
        if _PLANNED.search(text, sentence.start, verb.start()):
            continue
        draft = Draft(Read(kind, verb.start(), verb.end("what"), "gave_zh", 0.8), sentence, department=True)
        to = _TO.search(text, clause, verb.start()) or _TO_BEHIND.search(text, *verb.span("what"))
        if to is not None:
            # 驻乌干达大使代表中联部向全国抵抗运动捐赠: whose party it is the envoy's post tells
            near = [iso3 for iso3, _ in page.foreign_countries(sentence.start, to.start("whom"))]
            draft.foreign = counterpart(page, *to.span("whom"), near)
            draft.foreign.join(bodies_zh.bodies(page, *to.span("whom"), note=False, near=near))
        draft.place = place.place(page, sentence.start, verb.start())
        draft.add_chinese(subject or [])
        found.append(draft)
    return found

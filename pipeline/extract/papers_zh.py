"""Chinese sentences about what is written: letters, condolences, papers signed and passed (corpus/chinese.md §4)."""

from __future__ import annotations

import re

from pipeline.extract import bodies_zh, place
from pipeline.extract.draft import Counterpart, Draft, Official, Read
from pipeline.extract.layout import Sentence
from pipeline.extract.page import CHINA, Page
from pipeline.extract.people_zh import counterpart
from pipeline.extract.sides_zh import LEAD_DATE, acts, is_department
from pipeline.gazetteer import Kind
from pipeline.words import ChinesePerson

_LETTER = re.compile(
    r"(?:向|给)(?P<who>[^,。]{2,60}?)(?:发|致)(?:去|来)?(?P<what>贺电|贺信|贺函|唁电|唁函|慰问电|慰问信|信|函|电)|"
    r"(?:致电|致函|致信)(?P<whom>[^,。]{2,50})|"
    r"收到(?P<from>[^,。]{2,60}?)(?:发来)?的?(?P<got>贺电|贺信|贺函|唁电|唁函|慰问电|慰问信|慰问函)"
)
_CAMPAIGN = re.compile(
    r"(?:纷纷|相继)[^。]{0,12}(?:致电|致函|来电|来函|发来)|(?:函电|电函|贺电|贺函|贺信|唁电)[^。,]{0,10}?\d{2,}(?:余|多)?[封件份]|"
    r"\d{2,}(?:余|多)?[封件份][^,。]{0,6}?(?:贺电|贺函|贺信|函电|电函|唁电)|"
    r"(?:多|[百千余\d])个(?:国家|政党)[^。]{0,40}(?:发来|致)[^。,]{0,6}(?:电函|贺电|贺函|贺信|唁电)"
)
_MEDIA = re.compile(
    r"接受(?:了)?(?P<outlet>[^,。]{2,30}?)(?:采访|专访)|(?:在[^,。]{2,24})?发表(?:题为[^,。]{2,40}的)?署名文章|答(?:[^,。]{0,8})?记者问"
)
_CONDOLENCE = re.compile(r"吊唁|献花圈|遗体告别|悼念")
_MOU = r"(?:备忘录|协议|议定书|合作计划|纪要|协定)"
_JOINT = r"(?:联合声明|联合宣言|共同宣言|宣言|共同倡议|倡议|共同呼吁|呼吁|声明|共识文件)"
_SIGNED = re.compile(
    rf"(?:签署|签订|交换)(?:了)?(?:《[^》]{{0,60}}{_MOU}[^》]{{0,10}}》|[^,。]{{0,50}}?{_MOU})|"
    rf"(?:发表|通过|发布|签署)(?:了)?(?:《[^》]{{0,60}}?(?:{_JOINT}|共识|行动计划)》|[^,。《]{{0,24}}?(?:联合|共同|北京){_JOINT})"
)
_BOTH = re.compile(r"双方|两党|会议|论坛|对话会|研讨会|峰会|大会|与会|各方|部门")
_AHEAD = re.compile(r"(?:将|拟|商定|同意|愿|计划|准备)[^,。]{0,6}$")
# `某学院揭牌,中联部发来贺信`: a letter told beside the occasion
_LETTER_BESIDE = re.compile(
    r"(?:,|并)(?P<who>[^,。]{2,30}?)(?:专门)?(?:发来|发去|致|发)(?:了)?(?P<what>贺信|贺电|贺函)"
)
# `在吊唁簿上留言并向临时代办某某表示慰问`
_CONSOLED = re.compile(r"向(?P<whom>[^,。;]{3,40}?)(?:表示|致以|转达)[^,。;]{0,10}(?:慰问|哀悼|同情)")
_LEADER_WROTE = re.compile(
    r"习近平(?P<post>总书记|主席|同志)?(?:、国家主席|向[^,。;]{2,30}|专门|发来|为[^,。;]{2,20})*(?:致|发)(?:了)?(?P<what>贺信|贺电|贺函)"
)
_OPENED = ("CONF", "TRAIN", "AID", "CULT", "MEET.MECH")
_READ_OUT = re.compile(r"宣读|转交|转达")


def letter(page: Page, sentence: Sentence, people: list[Official]) -> Draft | None:
    """Congratulations, condolences and letters; one only read out is no event of its own."""
    text = page.text.text
    match = _LETTER.search(text, sentence.start, sentence.end)
    if match is None or _READ_OUT.search(text, sentence.start, match.end()):
        return None
    group = next(name for name in ("who", "whom", "from") if match.group(name))
    sender = acts(page, sentence.start, match.start(), people)
    central = re.search(r"中共中央|中国共产党中央", text[sentence.start : match.start()])
    if sender is None and not central:
        return None
    what = (match.group("what") or "") + (match.group("got") or "")
    draft = Draft(
        Read(_kind(match.group(), what + text[match.end() : sentence.end]), *match.span(), "letter_zh", 0.85),
        sentence,
        foreign=counterpart(page, *match.span(group)),
    )
    draft.mode = Read("written", match.start(), match.end(), "letter_zh", 0.9)
    draft.add_chinese(sender or [])
    draft.department = is_department(sender)
    return draft


def _kind(told: str, what: str) -> str:
    if "唁" in told or "慰问" in told:
        return "MSG.CONDOL"
    return "MSG.CONGRAT" if "贺" in what or "祝贺" in told else "MSG.LETTER"


def campaign(page: Page, sentence: Sentence, people: list[Official]) -> Draft | None:
    """`各国政党纷纷致电致函`, `函电达90余件`: many messages are one series (codebook §9.8)."""
    match = _CAMPAIGN.search(page.text.text, sentence.start, sentence.end)
    # 据中联部网站消息: whose count it is
    ours = page.own_site or bool(page.hits_in(sentence.start, sentence.end, Kind.DEPARTMENT))
    if match is None or not ours:
        return None
    draft = Draft(Read("MSG.CAMPAIGN", *match.span(), "campaign_zh", 0.85), sentence, series=True, department=True)
    draft.mode = Read("written", *match.span(), "campaign_zh", 0.9)
    return draft


def media(page: Page, sentence: Sentence, people: list[Official]) -> Draft | None:
    """An interview given, an article signed."""
    match = _MEDIA.search(page.text.text, sentence.start, sentence.end)
    subject = acts(page, sentence.start, match.start(), people) if match else None
    if match is None or not is_department(subject) or not subject:
        return None
    name = "MEDIA.INTERVIEW" if match.group("outlet") else "STMT.SPOKES" if "问" in match.group() else "MEDIA.ARTICLE"
    draft = Draft(Read(name, *match.span(), "media_zh", 0.85), sentence, department=True)
    draft.foreign = bodies_zh.bodies(page, *match.span(), note=False, unknown=False)
    draft.add_chinese(subject)
    return draft


def condolence(page: Page, sentence: Sentence, people: list[Official]) -> Draft | None:
    """吊唁, 献花圈."""
    match = _CONDOLENCE.search(page.text.text, sentence.start, sentence.end)
    subject = acts(page, sentence.start, match.start(), people) if match else None
    if match is None or subject is None:
        return None
    draft = Draft(Read("MSG.CONDOL", match.start(), match.end(), "condolence_zh", 0.85), sentence)
    draft.foreign = bodies_zh.bodies(page, sentence.start, sentence.end, note=False)
    consoled = _CONSOLED.search(page.text.text, match.end(), sentence.end)
    if consoled is not None:
        draft.foreign.people += counterpart(page, *consoled.span("whom"), _of(draft)).people
    draft.add_chinese(subject)
    draft.department = is_department(subject)
    return draft


def _of(draft: Draft) -> list[str]:
    return [read.value for read in draft.foreign.countries]


def signed(page: Page, sentence: Sentence, people: list[Official]) -> Draft | None:
    """A paper signed by the two sides, or passed by a meeting told before."""
    match = _paper(page, sentence.start, sentence.end)
    if match is None:
        return None
    subject = acts(page, sentence.start, match.start(), people)
    if subject is None and _BOTH.search(page.text.text, sentence.start, match.end()) is None:
        return None
    draft = Draft(Read(_paper_type(match), match.start(), match.end(), "signed_zh", 0.85), sentence)
    draft.foreign = _signatories(page, sentence, match.start(), people)
    draft.foreign.join(bodies_zh.bodies(page, sentence.start, sentence.end, note=False))
    draft.place = place.place(page, sentence.start, match.start())
    draft.add_chinese(subject or [])
    draft.department = subject is not None and is_department(subject)
    return draft


_JOINED = re.compile(r"(?:和|与|同|及)")
_SIGNS = re.compile(r"(?:分别|共同|代表|在[^,。]{2,10}|(?:星期|周)[一二三四五六日天]|\d{1,2}日|续|正式)+$")


def _signatories(page: Page, sentence: Sentence, to: int, people: list[Official]) -> Counterpart:
    """`某党总书记某某与中联部部长某某签署`: who signed for the other side, before or behind the official."""
    text, found = page.text.text, Counterpart()
    ours = [one for one in people if one.name_to <= to]
    lead = LEAD_DATE.match(text[sentence.start : to])
    at = sentence.start + (lead.end() if lead else 0)
    for start, end in zip([at, *(one.name_to for one in ours)], [*(one.at for one in ours), to], strict=True):
        joined = _JOINED.match(text, start, end)
        begin = joined.end() if joined else start
        signs = _SIGNS.search(text[begin:end].rstrip("和与同及"))
        stop = begin + signs.start() if signs else end
        if begin < stop and "," not in text[begin:stop]:
            side = counterpart(page, begin, stop)
            found.people += [read for read in side.people if read.value.title]
    return found


def leader_letter(page: Page, sentence: Sentence, occasion: Draft | None) -> Draft | None:
    """`习近平总书记致贺信`, told at an occasion of the department's: the leader wrote, somebody else reads it out."""
    if occasion is None or not occasion.department or not occasion.type.value.startswith(_OPENED):
        return None
    told = _LEADER_WROTE.search(page.text.text, sentence.start, sentence.end)
    if told is None:
        return None
    hit = next((one for one in page.hits_in(*told.span(), Kind.PERSON) if len(one.ids) == 1), None)
    person = page.gazetteer.people[hit.ids[0]] if hit is not None else None
    if hit is None or person is None or person.country != CHINA:
        return None
    draft = _beside(sentence, occasion, Read("MSG.CONGRAT", *told.span("what"), "leader_letter_beside_zh", 0.8))
    name = ChinesePerson(person.name_en, person.name_zh, told.group("post") or None, person.id, role="sender")
    sender = Official(name, hit.start, hit.end, hit.start, hit.end, "gazetteer_person", 0.9, department=False)
    draft.chinese, draft.place, draft.when = [sender], None, occasion.when
    draft.mode = Read("written", *told.span("what"), "leader_letter_beside_zh", 0.9)
    return draft


def papers_too(page: Page, sentence: Sentence, people: list[Official], found: list[Draft]) -> list[Draft]:
    """The named paper and the letter that a sentence tells behind its event."""
    main = found[-1]
    behind = max(sentence.start, *(draft.type.to or sentence.end for draft in found))
    drafts = []
    match = None if main.type.value.startswith("DOC.M") or main.series else _paper(page, behind, sentence.end)
    if match is not None and (_paper_type(match) == "DOC.JOINT" or "《" in match.group()):
        drafts.append(_beside(sentence, main, Read(_paper_type(match), *match.span(), "paper_beside_zh", 0.8)))
    told = None if main.series else _LETTER_BESIDE.search(page.text.text, behind, sentence.end)
    sender = acts(page, told.start("who"), told.end("who"), people) if told else None
    if told is not None and is_department(sender) and not _READ_OUT.search(told.group()):
        letter_beside = _beside(sentence, main, Read("MSG.CONGRAT", *told.span("what"), "letter_beside_zh", 0.8))
        letter_beside.chinese, letter_beside.place = list(sender or []), None
        letter_beside.mode = Read("written", *told.span("what"), "letter_beside_zh", 0.9)
        drafts.append(letter_beside)
    return drafts


def _beside(sentence: Sentence, main: Draft, kind: Read[str]) -> Draft:
    side = main.foreign
    foreign = Counterpart(list(side.people), list(side.organisations), list(side.countries))
    return Draft(
        kind,
        sentence,
        mode=main.mode,
        place=main.place,
        department=True if kind.value.startswith("MSG") else main.department,
        chinese=list(main.chinese),
        foreign=foreign,
    )


def _paper(page: Page, start: int, end: int) -> re.Match[str] | None:
    return next(
        (
            m
            for m in _SIGNED.finditer(page.text.text, start, end)
            if not _AHEAD.search(page.text.text[start : m.start()])
        ),
        None,
    )


def _paper_type(match: re.Match[str]) -> str:
    return "DOC.MOU" if re.search(_MOU, match.group()) else "DOC.JOINT"

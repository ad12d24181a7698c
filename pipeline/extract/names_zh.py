"""Where a foreign person's name begins and ends in Chinese: a run of Han characters behind a title."""

from __future__ import annotations

import re

from pipeline.extract.folded import HAN
from pipeline.extract.page import CHINA, Page
from pipeline.extract.wordlist import pattern
from pipeline.gazetteer import Hit, Kind

# The title words that also begin other words: 委员会, 代表团, 部长级 …
TITLE = re.compile(
    pattern("zh", "title")
    + r"(?!团|会|级|处|府|馆|助手|联盟|助理|峰会|论坛|联席|之家|办公|机制|们|制|大会|委员|国(?!务)|"
    r"单位|党|席(?![尔勒德里]))"
    r"|委员长|(?:主席|总统|总理|部长|国务卿|议长|州长|首相|大使)(?=助理|府秘书长|办公室|办公厅|顾问)"
)
_NAME = re.compile(rf"(?:[A-Z][·.]){{0,3}}[{HAN}][{HAN}·\-]{{0,14}}")
# A name ends before these; 和 与 及 同 only where the rest is another person (checked by the caller's loop).
_NAME_END = re.compile(
    r"等|率|一行|举行|会谈|会见|会晤|为团长|为首|的|并|在|表示|说|通电话|通话|视频|视讯|参加|出席|进行|共同|陪同|以及|"
    r"及其|就|主持|致[辞词]|分别|来华|访华|座谈|深入|交流|签署|互致|时|,|。|\(|:|\"|并肩|"
    r"星期[一二三四五六日天]|周[一二三四五六日]|[今昨当]天|[今昨当同]日|[日近]前|上午|下午|晚间|现场|线上|通过|抵达|拜会|"
    r"代表(?=各自|双方|两党|该党|本党|出席|全体|学员|外方|来宾|代表团|$)|将(?!军)|线下|"
    r"也(?=在座|参加|出席|陪同|致[辞词]|与会)|致(?=贺|函|信|电|欢迎|悼)|作(?=宣介|介绍|主旨|专题|发言|报告|讲)|"
    r"受(?=邀|权|委托)|应(?=邀|约)|随后|转达|领衔|赴(?=京|华|中)|"
    r"(?:大使|夫人|博士|教授|将军|部长|议员|亲王|殿下|王子|勋爵|爵士|酋长)(?=$|一行|等|率|和|与|及)|"
    r"同志|先生|女士|阁下|发表|接受|接见|约见|访问|率团"
)
_INSIDE_NAME = frozenset("在时就并")
# not the 和 of 科斯塔斯·和尼迪斯
JOIN = re.compile(r"以及|(?<!·)(?:和|与|及|同)|、")
_NOT_A_NAME = re.compile(
    rf"^[约近等余数共]$|{pattern('zh', 'title')}|{pattern('zh', 'group')}|"
    r"党|委员会|代表|部门|议会|政府|国家|国会|中央|组织|协会|"
    r"联盟|阵线|方面|双方|一起|本人|"
    r"团|两国|友好|社会|^(?:兼|及|和|与|代理|前|原|之|各|多(?=国|党|名|个|边|位)|有关|主要|先后|其他|若干|级|"
    r"候选|以(?!撒|斯)|用|云端|应邀)"
)
GROUP = re.compile(pattern("zh", "group") + r"(?:一行)?$")


def name_end(page: Page, at: int, to: int) -> int | None:
    """Where the name that begins here ends; None where no name begins here."""
    match = _NAME.match(page.text.text, at, to)
    if match is None:
        return None
    stop = _NAME_END.search(page.text.text, at, match.end())
    if stop and stop.start() == at + 1 and stop.group() in _INSIDE_NAME:
        # 池在龙, 金时宪: no foreign name is one character long
        stop = _NAME_END.search(page.text.text, at + 2, match.end())
    limit = stop.start() if stop else match.end()
    joined = next((j for j in JOIN.finditer(page.text.text, at + 1, limit) if _starts_person(page, j.end(), to)), None)
    limit = joined.start() if joined else limit
    name = page.text.text[at:limit].strip("·-")
    if not 1 <= len(name) <= 12 or _NOT_A_NAME.search(name) or _starts_known(page, at, limit):
        return None
    return at + len(name)


def _starts_person(page: Page, at: int, to: int) -> bool:
    """Whether what follows 和 or 与 is another person or party (else the character belongs to the name)."""
    text = page.text.text
    if at >= to or any(hit.start == at for hit in page.hits_in(at, to, Kind.COUNTRY, Kind.PARTY, Kind.ORGANISATION)):
        return True
    # of two joining words the one right before the title parts: 科斯塔斯和尼迪斯和议员马夫罗斯
    further = JOIN.search(text, at, to)
    near = further.start() if further and further.start() > at else to
    return bool(
        TITLE.search(text, at, near)
        or page.hits_in(at, near, Kind.COUNTRY, Kind.PARTY, Kind.ORGANISATION, Kind.PERSON)
        or GROUP.search(text[at:near])
    )


def _starts_known(page: Page, at: int, to: int) -> bool:
    """A country, party or body in the place of the name: what stands there is no name.

    Only a hit that begins where the name would: names hold many country characters inside.
    """
    hits = page.hits_in(at, to, Kind.COUNTRY, Kind.PARTY, Kind.ORGANISATION, Kind.DEPARTMENT, Kind.PERSON)
    return any(hit.start == at and (_host(page, hit) if hit.kind is Kind.PERSON else _word(hit, to)) for hit in hits)


def _word(hit: Hit, to: int) -> bool:
    return hit.end - hit.start >= 2 and hit.end < to


def _host(page: Page, hit: Hit) -> bool:
    """国务院副总理某某, 中联部部长某某: somebody of the Chinese side is no guest."""
    return page.gazetteer.country_of(hit.kind, hit.ids[0]) == CHINA

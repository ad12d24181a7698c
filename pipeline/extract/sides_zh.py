"""Who acts on the Chinese side of a Chinese sentence."""

from __future__ import annotations

import re

from pipeline.extract.draft import Official
from pipeline.extract.page import Page
from pipeline.extract.wordlist import words
from pipeline.gazetteer import Kind

ADVERBS = r"(?:应约|应邀|约请|集体|分别|共同|视频|视讯|线上|还|也|又|再次|亲切|礼节性|先后|专门|在线|正式)*"
_N = "[0-9〇○零一二三四五六七八九十]"
# what stands over a sentence's subject: who tells it, when, 新华社北京6月7日电(记者某某)
LEAD_DATE = re.compile(
    rf"^(?:据[^,。]{{2,30}},|【[^】]{{2,16}}】|[^,。:、]{{1,3}}[通新]社[^,。:、]{{0,6}}(?:--|:)|当地时间|(?:访问|在|会议|论坛)[^,。]{{0,12}}期间,|其间,|期间,|会[见议]?[前后],|此前,|"
    rf"(?:{_N}{{4}}年)?(?:{_N}{{1,3}}月)?\(?{_N}{{1,3}}\)?日(?:(?:至|到|-)(?:{_N}{{1,3}}月)?{_N}{{1,3}}日)?"
    r"(?:\((?:星期|周)[一二三四五六日天]\))?(?:上午|下午|晚上?|中午)?,?|"
    rf"(?:[^,。:、\d]{{1,3}}[华通新联同斯中]社|新华网|人民网|中新网|央视网|本报|本网)"
    rf"[^,。()]{{0,10}}?(?:{_N}{{1,3}}月)?{_N}{{1,3}}日(?:电|讯|消息)|"
    r"\((?:本报|本网|新华社)?记者[^)]{0,24}\)|\([^)]{2,16}日[电讯]\)|\([^()\d]{2,12}\)|"
    r"(?:今天|今日|同日|当天|当日|次日|翌日)(?:上午|下午|晚上?|中午)?|当晚|随后,?|"
    r"日前|近日|连日来|本周|(?:星期|周)[一二三四五六日天]|前一天(?:\([^)]{2,12}\))?|,|\s|另)+"
)
# `25日,会见某人`, `同日,他还应约同某人通话`, `并同某人会谈`: nobody is named before the verb
_ELIDED = re.compile(
    rf"(?:{LEAD_DATE.pattern.removeprefix('^')})?(?:并|随后|之后)?(?:他|她)?(?:{ADVERBS})(?:在[^,。;]{{2,10}})?(?:{ADVERBS})"
)
# `她前一天会晤某人`
_PRONOUN = re.compile(
    rf"(?:{LEAD_DATE.pattern.removeprefix('^')})?(?:并|随后|之后)?[他她](?:{LEAD_DATE.pattern.removeprefix('^')})?"
    rf"(?:{ADVERBS})(?:在[^,。;]{{2,10}})?(?:{ADVERBS})"
)
_BARE_DELEGATION = re.compile(
    r"(?:中共|访问|(?<=[,。、]))?代表团(?:一行)?(?=[,。]|还|并|分别|先后|在|于|同|与|此行|$|陆续|会见|拜会|抵达|结束)"
)
_DELEGATION = re.compile(r"中国共产党(?:友好|宣介|工作)?代表团|中共(?:友好|中央|宣介|高级别)?代表团|中联部代表团")
# 据中联部新闻办消息, 中联部官网: who tells it does not act
_TELLS = re.compile(r"(?:新闻办|官网|官方网站|网站|微信|公众号|新闻发布|发布的?消息|消息[,:])")


def acts(page: Page, start: int, end: int, people: list[Official]) -> list[Official] | None:
    """The Chinese side in a span: its people.

    [] where only the department or a delegation of the CPC is named, None for nobody.
    """
    named = [one for one in people if start <= one.name_at and one.name_to <= end and not one.former]
    if named:
        return named
    if any(start <= one.name_at and one.name_to <= end for one in people):
        return None  # 中联部前副部长: the department is named, but nobody acts for it
    if page.travellers and _is_theirs(page, start, end):
        return list(page.travellers)
    if page.actors and start < end and _ELIDED.fullmatch(page.text.text, start, end):
        return list(page.actors)
    if not people and len(page.spoken_of) == 1 and start < end and _PRONOUN.fullmatch(page.text.text, start, end):
        return list(page.spoken_of)
    delegation = _DELEGATION.search(page.text.text, start, end)
    # elsewhere a CPC delegation may be another department's: the page must name this one
    ours = delegation is not None and (page.own_site or department(page, 0, len(page.text.text)))
    return [] if ours or department(page, start, end) else None


def _is_theirs(page: Page, start: int, end: int) -> bool:
    """A bare 代表团 of a page that told of a trip before; 某党代表团 is somebody else's."""
    for match in _BARE_DELEGATION.finditer(page.text.text, start, end):
        near = page.hits_in(max(start, match.start() - 8), match.start(), Kind.PARTY, Kind.COUNTRY, Kind.ORGANISATION)
        if not any(page.is_foreign(hit) and "," not in page.text.text[hit.end : match.start()] for hit in near):
            return True
    return False


def department(page: Page, start: int, end: int) -> bool:
    """The department itself or a body that it runs stands in the span, not a foreign party's office of that name."""
    for hit in page.hits_in(start, end, Kind.DEPARTMENT, Kind.ORGANISATION):
        if hit.kind is Kind.ORGANISATION:
            if hit.ids[0] in words("zh", "affiliate"):
                return True
            continue
        if _TELLS.match(page.text.text, hit.end):
            continue
        near = page.hits_in(max(start, hit.start - 16), hit.start, Kind.PARTY, Kind.COUNTRY)
        if not any(page.is_foreign(other) and other.end == hit.start for other in near):
            return True
    return False


def is_department(people: list[Official] | None) -> bool:
    """True where somebody of the department acts, or the department itself with nobody named."""
    return people is not None and (not people or any(one.department for one in people))

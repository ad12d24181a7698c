"""Who acts on the Chinese side of a Chinese sentence."""

from __future__ import annotations

import re

from pipeline.extract.draft import Official
from pipeline.extract.page import Page
from pipeline.gazetteer import Kind

ADVERBS = r"(?:应约|应邀|约请|集体|分别|共同|视频|线上|还|也|又|再次|亲切|礼节性|先后|专门|在线|正式)*"
LEAD_DATE = re.compile(
    r"^(?:据[^,。]{2,30},|当地时间|(?:访问|在|会议|论坛)[^,。]{0,12}期间,|其间,|期间,|会[见议]?[前后],|此前,|"
    r"(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日(?:至\d{1,2}日)?(?:上午|下午|晚上?|中午)?,?|新华社[^)]{0,30}\)|\([^)]{2,14}日[电讯]\)|今天|今日|"
    r"日前|近日|,|\s|另|同日|当天)+"
)
_BARE_DELEGATION = re.compile(
    r"(?:中共|访问|(?<=[,。、]))?代表团(?:一行)?(?=[,。]|还|并|分别|先后|在|同|与|此行|$|陆续|会见|拜会)"
)
_DELEGATION = re.compile(r"中国共产党(?:友好|宣介|工作)?代表团|中共(?:友好|中央|宣介|高级别)?代表团|中联部代表团")


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
    delegation = _DELEGATION.search(page.text.text, start, end)
    # elsewhere a CPC delegation may be another department's: the page must name this one
    ours = delegation is not None and (page.own_site or department(page, 0, len(page.text.text)))
    return [] if ours or department(page, start, end) else None


def _is_theirs(page: Page, start: int, end: int) -> bool:
    """A bare 代表团 of a page that told of a trip before; 某党代表团 is somebody else's."""
    for match in _BARE_DELEGATION.finditer(page.text.text, start, end):
        near = page.hits_in(max(start, match.start() - 16), match.start(), Kind.PARTY, Kind.COUNTRY, Kind.ORGANISATION)
        if not any(page.is_foreign(hit) and hit.end >= match.start() - 1 for hit in near):
            return True
    return False


def department(page: Page, start: int, end: int) -> bool:
    """The department itself stands in the span, not a foreign party's office of the same name."""
    for hit in page.hits_in(start, end, Kind.DEPARTMENT):
        near = page.hits_in(max(start, hit.start - 16), hit.start, Kind.PARTY, Kind.COUNTRY)
        if not any(page.is_foreign(other) and other.end == hit.start for other in near):
            return True
    return False


def is_department(people: list[Official] | None) -> bool:
    """True where somebody of the department acts, or the department itself with nobody named."""
    return people is not None and (not people or any(one.department for one in people))

"""What stands over the text of a Chinese page: which line is the headline, which are menus and crumbs.

A stored page begins with menus (``邮箱登录``, ``首页>党际交往动态``), and mirrors put lines of their own there.
None of these lines ends in a stop; the first that does, or that begins with a day, is the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from pipeline.extract.folded import HAN

_LONGEST_HEADLINE = 60
_MOST_LINES = 40
_DAY = r"(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日)?"
# a line of the text: it ends a sentence, or begins with its day, a bullet or an agency's mark
_PROSE = re.compile(
    rf"[^。;!]*[。;!]|\s*(?:■|▲|●|◆|\d{{1,2}}\.(?=\D)|{_DAY}(?:[^0-9]|$)|(?:新华社|中新社|本报|人民网)[^,。]{{1,12}}日)"
)
_FURNITURE = re.compile(
    r"[|>]|https?://|^(?:邮箱|网站首页|快讯|新华网$|人民网$|小字号|大字体|字号|字体|打印|关闭|分享|订阅|更多|编辑|"
    r"来源|点击|专题)|[/]\s*记者|^\(?[^,。]{2,8}[/]|^\d[\d:\s/年月日.-]*$"
)
_TELLS = re.compile(
    r"会见|会晤|会谈|访|出席|参加|举行|举办|开幕|召开|座谈|通话|通电话|签署|致电|致信|贺|吊唁|捐赠|揭牌|奠基|晤|见|"
    r"率|交流|抵达|研修|培训|宣介|对话|论坛|考察|启动|成立|发布|简讯|十大|大事|交往"
)
_STAMPED = re.compile(r"\(?20\d\d\s*[-/.年].{3,20}")
_NUMBERED = re.compile(r"\(?(?:\d{1,2}|[一二三四五六七八九十]{1,2})[、)](?!\d)")
_HAN_RUN = re.compile(rf"[{HAN}]")


@dataclass(frozen=True, slots=True)
class Front:
    """Where the headline begins (None: none found) and the starts of the lines to pass over."""

    headline: int | None
    passed: frozenset[int]


def front(text: str, lines: list[tuple[int, int]], printed: str, is_label: Callable[[str], bool]) -> Front:
    """Sort the lines before the text. Where no line is one of the text, nothing is passed over.

    ``printed`` is the title that the reader of the page found, without blanks; it is believed where a line has it.
    """
    before: list[tuple[int, str]] = []
    for start, end in lines[:_MOST_LINES]:
        bare = text[start:end].strip()
        if not bare or is_label(bare):
            continue
        if len(bare) > _LONGEST_HEADLINE or _PROSE.match(bare):
            return _sorted(before, printed)
        before.append((start, bare))
    return Front(None, frozenset())


def headings(text: str, lines: list[tuple[int, int]], is_label: Callable[[str], bool]) -> frozenset[int]:
    """The starts of the headlines within a list: a line without a stop, its date or its number, then what it heads."""
    told = [(start, bare) for start, end in lines if (bare := text[start:end].strip())]
    stamped = {
        start
        for (start, head), (_, stamp), (_, body) in zip(told, told[1:], told[2:], strict=False)
        if _STAMPED.fullmatch(stamp) and is_label(stamp) and _PROSE.match(body) and not _PROSE.match(head)
    }
    # `3、宋涛出席某会议` over `9月9日,某会议举行,…。`
    numbered = {
        start
        for (start, head), (_, body) in pairwise(told)
        if _NUMBERED.match(head) and not _PROSE.match(head) and _PROSE.match(body) and not _NUMBERED.match(body)
    }
    return frozenset(stamped | numbered)


def _sorted(before: list[tuple[int, str]], printed: str) -> Front:
    named = [start for start, bare in before if printed and "".join(bare.split()).lower() == printed]
    plain = [
        (start, bare) for start, bare in before if not _FURNITURE.search(bare) and len(_HAN_RUN.findall(bare)) >= 6
    ]
    telling = [start for start, bare in plain if _TELLS.search(bare)]
    headline = next(iter([*named, *telling, *(start for start, _ in plain)]), None)
    return Front(headline, frozenset(start for start, _ in before if start != headline))

"""What kind a line of a page is: prose, furniture, a label, or a word about the article such as its day.

Told by the line's text in both languages, its width and its links; a text may speak of anything, so that furniture is
known by whole lines or their beginnings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import wraps

from lxml.html import HtmlElement

from spiders.blocks import SIZES, Line
from spiders.markup import first_day, is_day_alone
from spiders.named import is_named_headline

_CLAUSES = re.compile(r"[，。；：！？、,.;:!?…—]")
_SENTENCE_ENDS = re.compile(r"[。！？.!?…”\"’）)]\W*$")
_PROSE_WIDTH = 40
_SHORT_LINE = 120
_DAY_AND_LITTLE = 60
_LEADS_AWAY = 0.8
_LONGEST_FURNITURE = 200
_LONGEST_HEADING = 200
_FURNITURE = re.compile(
    r"©|&copy;|^copyright\b|all rights reserved|版权所有|[未非][经經].{0,8}授[权權]|ICP[备證证]|公网安备"
    r"|^\W*(?:纠错\W*)?(?:责任编辑|責任編輯|责编|编\s?辑[:：]|网编|校对[:：]|审核[:：]|(?:web )?editors?\s?[:：])"
    r"|^\W*(?:share (?:this|on|to|via)|分享(?:到|至|给)?(?:$|\W)|扫一扫|扫码|长按.{0,8}二维码"
    r"|点击.{0,6}蓝字|关注我们|返回顶部|back to top)"
    r"|^\W*(?:print|打印(?:本页)?|关闭(?:窗口|本页)?|close(?: window)?|字号|字体|font size|text size)\b.{0,30}$"
    r"|^\W*(?:tags?|标签|标籤|關鍵字|关键词|关键字|keywords?|filed under|posted in|topics?)\s*[:：]"
    r"|^\W*(?:上一篇|下一篇|previous|next)(?: (?:post|article|story|page))?\s*(?:$|[:：»›→>])"
    r"|^\W*(?:浏览次数|访问量|点击数?|阅读次数|views?)\s*[:：]"
    r"|cookies?\b.{0,80}\b(?:consent|agree|use|browser|accept)|\bwe use cookies|使用\s*cookies?"
    r"|^\W*(?:subscribe|sign up|log ?in|登录|订阅|newsletter)\b.{0,40}$",
    re.IGNORECASE,
)
# Lines put between the paragraphs of a text.
_INSERTED = re.compile(
    r"^\W*(?:advertisements?|sponsored|广告|廣告)\W*$"
    r"|^\W*(?:also read|read also|read more|read next|more on|see also|related)\s*[:：]"
    r"|^\W*(?:延伸阅读|相关(?:阅读|报道|新闻)|推荐阅读)\s*[:：]",
    re.IGNORECASE,
)
# Headings over what is not the article.
_OTHER_HEADINGS = re.compile(
    r"^\W*(?:\d+\s*)?(?:相关(?:新闻|报道|阅读|链接|文章|推荐|内容|话题)?|延伸阅读|推荐(?:阅读|新闻)?|热(?:门|点|榜).{0,6}"
    r"|最新(?:消息|文章|新闻|发布)?|猜你喜欢|大家都在看|网友评论|评论(?:区)?|我来说两句|发表评论|更多(?:新闻|内容)?|归档|关于(?:我们|本[网站]|作者)|媒体联系|联系我们"
    r"|related(?: (?:articles?|stor(?:y|ies)|posts?|news|content|links?|reading|topics?))?"
    r"|(?:leave a |post a )?comments?|\d+ comments?|leave a reply|repl(?:y|ies)|most (?:read|popular|viewed)"
    r"|(?:the )?latest(?: news| stories| posts)?|read (?:also|more|next)|also read"
    r"|more (?:from|on|news|stories)\b.{0,40}|you may also like|recommended(?: for you)?"
    r"|recent (?:posts|comments|articles)|archives?|popular|trending|about (?:us|the author)"
    r"|(?:media |press )?contacts?(?: us)?|see also|up next)"
    r"\W*(?:[(（]\d+[)）])?\W*$",
    re.IGNORECASE,
)
_TODAY = re.compile(r"^\W*(?:今天是|今日|现在是|today(?: is)?\b|current time)", re.IGNORECASE)
_LABELS = re.compile(
    r"^\W*(?:正文|标题|標題|内容|日期|来源|來源|作者|时间|text|title|body|date|source|author|print|home|首页|搜索|search)\W*$",
    re.IGNORECASE,
)
_ABOUT_IT = re.compile(
    r"^\W*(?:(?:文章)?来源|來源|作者|文[/／]|记者|信息来源|稿源|发布(?:时间|日期|机构|者|单位)|发文日期|发表(?:时间|于)|"
    r"published|posted|updated|last modified|date|source|author)\s*[:：]"
    r"|^\d+ min(?:utes?)? read$|^阅读需要|\bmin read\b",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"^by [A-Z][\w.'’-]+(?: (?:and )?[A-Z][\w.'’-]*){0,6}$", re.IGNORECASE)
_PUBLISHED = re.compile(r"发布|发表|发文|\b(?:published|posted|updated)(?: (?:on|at))?\b", re.IGNORECASE)
# A calendar's leaf, of which each part stands in a line of its own.
_LEAF = re.compile(
    r"^(?:\d{1,2}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,? (?:19|20)\d\d"
    r"|20\d\d[-./年]\d{1,2}月?)$",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"^\W*(?:sources?)\s*:", re.IGNORECASE)
_SET_LARGE = {
    "h1": 6,
    "h2": 5,
    "h3": 4,
    "h4": 3,
    "h5": 2,
    "h6": 2,
    "th": 3,
    "caption": 2,
    "b": 2,
    "strong": 2,
    "big": 2,
}
_HOLDERS = frozenset(("body", "td", "tr", "table", "article", "section", "main"))


def squeezed(text: str) -> str:
    return "".join(text.split())


def _once(ask: Callable[[Line], bool]) -> Callable[[Line], bool]:
    """A question that is asked of a line once: readers ask it again for each place that the line stands in."""

    @wraps(ask)
    def asked(line: Line) -> bool:
        answer = line.known.get(ask.__name__)
        if answer is None:
            answer = line.known[ask.__name__] = ask(line)
        return answer

    return asked


@_once
def is_prose(line: Line) -> bool:
    """A line that only a text has: long, with clauses, and not a link."""
    return (
        line.width >= _PROSE_WIDTH
        and line.linked < 0.5
        and not line.is_outside
        and _CLAUSES.search(line.text) is not None
        and not is_hard(line)
        and not is_meta(line)
        and not is_heading(line)
    )


@_once
def is_hard(line: Line) -> bool:
    """A line that no text has: furniture, a heading over other things, a link to another page."""
    if is_inserted(line):
        return True
    is_furniture = line.width <= _LONGEST_FURNITURE and _FURNITURE.search(line.text) is not None
    return is_furniture or is_other_heading(line)


@_once
def is_meta(line: Line) -> bool:
    """A line that tells of the article: its day, source, author."""
    if line.width > _SHORT_LINE:
        return False
    if _TODAY.search(line.text) or _ABOUT_IT.search(line.text) or _LEAF.search(line.text):
        return True
    if first_day(line.text) is None:
        return False
    # a day alone, or a day and little besides, but for headlines of weekly reports
    if is_day_alone(line.text) or _PUBLISHED.search(line.text):
        return True
    return line.width <= _DAY_AND_LITTLE and not ends_sentence(line) and not emphasis(line)


def ends_sentence(line: Line) -> bool:
    """Whether a line ends as sentences end."""
    return _SENTENCE_ENDS.search(line.text) is not None


def is_heading(line: Line) -> bool:
    """Whether a line is set as a heading, by tag, role or class."""
    return any(
        element.tag in SIZES
        or (line.width <= _LONGEST_HEADING and is_named_headline(element.get("class")))
        or element.get("role") == "heading"
        for element in around(line)
    )


def emphasis(line: Line) -> int:
    """How large a line is set, as far as its elements tell."""
    most = 0
    for element in around(line):
        size = element.get("size") or ""
        most = max(most, _SET_LARGE.get(str(element.tag), 0), 4 if size.isdigit() and int(size) >= 4 else 0)
        if element.get("role") == "heading" or is_named_headline(element.get("class")):
            most = max(most, 3)
    return most


def is_byline(line: Line) -> bool:
    """A line that names the author alone."""
    return line.width <= _SHORT_LINE and _BYLINE.search(line.text) is not None


def around(line: Line) -> Iterator[HtmlElement]:
    """The elements that a line stands in, up to what holds other lines too, as far as tags tell."""
    for element in (line.element, *line.element.iterancestors()):
        if element.tag in _HOLDERS:
            return
        yield element


@_once
def is_advert(line: Line) -> bool:
    """A mark of an advertisement or of another story between paragraphs."""
    return _INSERTED.search(line.text) is not None


def is_inserted(line: Line) -> bool:
    """A line between paragraphs that is none of them: a mark of something else, or a link."""
    return line.linked >= _LEADS_AWAY or is_advert(line)


def is_source(line: Line, are_before: bool) -> bool:
    """A source named below a text is its last line; above it, it is furniture."""
    return not are_before and _SOURCE.search(line.text) is not None


@_once
def is_other_heading(line: Line) -> bool:
    """A heading over what is not the article: related stories, comments."""
    return _OTHER_HEADINGS.search(line.text) is not None


def is_label(line: Line) -> bool:
    """A word that names a field of a page (标题, Text)."""
    return _LABELS.search(line.text) is not None

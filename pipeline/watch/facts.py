"""The sentences of a page and their facts: persons, parties, posts, dates, numbers, places, themes (codebook §12)."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.gazetteer import Kind, load

_FIELDS = {
    Kind.PERSON: "person",
    Kind.PARTY: "organisation",
    Kind.ORGANISATION: "organisation",
    Kind.DEPARTMENT: "organisation",
    Kind.FORUM: "organisation",
    Kind.TITLE: "title",
    Kind.COUNTRY: "country",
    Kind.ADJECTIVE: "country",
    Kind.PLACE: "place",
    Kind.THEME: "theme",
}

# The lines are folded and their blanks single before these see them, so that no pattern meets a run of blanks.
_CLOCK = r"\d{1,2}:\d\d(?::\d\d)?"
_STAMP = rf"\d{{4}}[ ]?[-/.年][ ]?\d{{1,2}}[ ]?[-/.月][ ]?\d{{1,2}}[ ]?日?(?:[ T]?{_CLOCK})?|{_CLOCK}"
_TOKEN = re.compile(
    rf"""{_STAMP}
    | (?:发布|更新|发表)?(?:时间|日期)\ ?:
    | (?:文章)?(?:来源|出处)\ ?:\ ?\S{{0,40}}
    | (?:责任|本文)?(?:编辑|作者|校对)\ ?:\ ?\S{{0,20}}
    | (?:阅读|浏览|点击|访问|评论)(?:量|数|次数)?\ ?:?\ ?\d[\d,.]*\ ?[万亿]?[次人]?
    | \b\d[\d,]*\ (?:views?|hits|reads?|comments?)\b
    | 字[号体]\ ?: | [【\[]?(?:大\ ?中\ ?小|打印|关闭|分享到?|收藏|纠错|扫一扫)[】\]]? | 微信 | 微博
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?:views?|hits|reads?|(?:last )?updated?|published|posted|source|editor|time|date)(?: on)? ?:.*"
    r"|(?:print|share|close|font size)\W*.{0,30}",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[。！？!?；;])|(?<=[.])\s")
_MONTHS = "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
_MONTHS += "|Nov(?:ember)?|Dec(?:ember)?"
_DATE = re.compile(
    r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月(?:\d{1,2}日)?|\d{1,2}日|\d{4}-\d{1,2}-\d{1,2}"
    rf"|\b(?:{_MONTHS})\.? \d{{1,2}}(?:st|nd|rd|th)?(?:, \d{{4}})?\b|\b\d{{1,2}} (?:{_MONTHS})\b(?: \d{{4}})?"
)
_NUMERALS = "〇零一二两三四五六七八九十百千万亿"
_NUMBER = re.compile(
    r"\d+(?:[.,]\d+)*"
    rf"|(?<![{_NUMERALS}])[{_NUMERALS}]+(?=余?多?[名位人国个家次项届天年月期批场])"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?)\b"
)
_ONE = re.compile("[一〇零]")
"""`一个`, `一次` are articles rather than numbers."""
_NAME = re.compile(r"(?<!^)(?<![.!?。！？] )\b[A-Z][\w'’-]+|[\u4e00-\u9fff]{2}[·•・][\u4e00-\u9fff]{2}")
"""Names that nobody may know: capitals within a sentence, and foreign names in Chinese letters, of which nobody can say
where they begin and end, by the letters around their dot."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a sentence states; two are the same fact where field and key are the same, whatever the words."""

    field: str
    key: str
    text: str = dataclasses.field(compare=False)


def sentences(text: str) -> list[str]:
    """The sentences of a text in their order, folded, without the page's furniture (stamps, counters, buttons)."""
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFKC", text).split("\n"))
    parts = (part.strip() for line in lines if not _is_furniture(line) for part in _SENTENCE_END.split(line))
    return [part for part in parts if part]


def is_closed(sentence: str) -> bool:
    """True for a sentence with an end, False for a headline, a link or a label."""
    return sentence.rstrip("\"'”’)）]】")[-1:] in set("。！？!?.…;；:：")


def facts_of(sentence: str, language: str) -> list[Fact]:
    """The facts of a sentence: what the gazetteer knows, dates, numbers, names. Each number counts once."""
    found = [
        Fact(_FIELDS[hit.kind], "|".join(hit.ids), sentence[hit.start : hit.end])
        for hit in load().find(sentence, language)
    ]
    found += [Fact("date", match[0], match[0]) for match in _DATE.finditer(sentence)]
    rest = _DATE.sub(lambda match: " " * len(match[0]), sentence)
    found += [Fact("number", match[0].replace(",", ""), match[0]) for match in _numbers(rest)]
    found += [Fact("name", match[0], match[0]) for match in _NAME.finditer(rest)]
    return found


def _numbers(text: str) -> Iterator[re.Match[str]]:
    return (match for match in _NUMBER.finditer(text) if not _ONE.fullmatch(match[0]))


def _is_furniture(line: str) -> bool:
    return not re.search(r"\w", _TOKEN.sub("", line)) or _LABELLED.fullmatch(line) is not None

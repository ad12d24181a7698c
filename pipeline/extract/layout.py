"""Which lines of a page are headline, labels, body and foot; and the body's sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pipeline.extract.folded import Folded, folded
from pipeline.extract.front_zh import Front, front, headings
from pipeline.words import Document

# A sentence without a stop may be megabytes long; what an event needs stands in its first thousand characters.
LONGEST_SENTENCE = 1200
_MOST_SENTENCES = 400
_HEAD = 600

_LABEL = re.compile(
    r"(?:时间|发布时间|发布日期|日期|作者|来源|责任编辑|责编|编辑|浏览次数|字体|分享到?|更新时间|新闻归类|source|"
    r"updated|by|author|date)"
    r"\s*:\s*(?:20\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s+\d\d:\d\d(?::\d\d)?)?)?\s*",
    re.IGNORECASE,
)
_STAMP = re.compile(
    r"\(?\s*(20\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?\s*(?:\d\d:\d\d(?::\d\d)?)?\s*\)?"
    r"(?:\s*[|/]?\s*(?:source|来源)\s*:?[^。]{0,30})?",
    re.IGNORECASE,
)
_AGENCY_STAMP = re.compile(
    r"\(?(?:Xinhua|People's Daily[a-z ]*|Global Times|China Daily)?\)?\s*\d\d:\d\d, ([A-Z][a-z]+) (\d{1,2}), (20\d\d)"
)
_PAPER_FOOT = re.compile(r"《\s*[^》]{2,12}\s*》\s*\(\s*(20\d\d)年(\d\d)月(\d\d)日")
# a chronicle's issue line (当代世界2013年第6期) is at times the only place that tells its year
_ISSUE_ZH = re.compile(r"(20\d\d)年\s*第?\s*(1[0-2]|0?[1-9])期")
_SECTION = re.compile(
    r"(?:外事会见|联络动态|部长活动|要闻|会议论坛|专题|通知公告|外事预告|首页|IDCPC News|News|Home>*|Home > .*|"
    r"Forenotice|Speeches|"
    r"您当前的位置.*|当前位置.*|中文|English)",
    re.IGNORECASE,
)
_END = re.compile(
    r"\(完\)|\bEnditem\b|\bEndi\b|■\s*$|相关链接|相关新闻|相关阅读|推荐阅读|延伸阅读|版权所有|\(责编:|\(责任编辑|"
    r"\(Web editor|\bCopyright\b|©|^Links?:|^Related (?:news|articles|stories)|^上一篇|^下一篇"
)
# a Chinese page ends in a list of others, headlines without a stop (a chronicle's ● folds to the same dot, and tells
# sentences); an English page has such bullets in its text
_LIST_ZH = re.compile(r"\s*· ?(?=[^。]*$)", re.MULTILINE)
_TOLD_ZH = re.compile(r"\s*· ?[^\n]*。")
# a name that a mirror broke by a wrong decoding (伊素?!たó) ends no sentence
_STOP_ZH = re.compile(r"[。!?;；]+(?![!?ぁ-ヿa-z])[\"')]*|\n")
_STOP_EN = re.compile(r"(?<=[a-z]{2})\.\d{1,2}(?=\s+[A-Z])|[.!?]+[\"')]*(?=\s+[\"'(]*[A-Z0-9])|\.\.\.|\n")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Dott|Ing|Lic|Engr?|Arch|Dra|Sra|Cde|Mrs|Ms|Dr|Prof|Gen|Sen|Rep|Hon|St|Ste|Lt|Col|Adm|Amb|Gov|Maj|Capt|Brig|Rev|Pres|Mt|Ft|Jr|Sr|No|Nos|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|vs|etc|Inc|Ltd|Corp|Co|Ph)|"
    r"(?<!')\b[A-Za-z])$"  # not the s of `in St. John's.`
)
# behind `U.S.` or `p.m.` these begin the next sentence; no name and no body begins so
_NEW_SENTENCE = re.compile(r"\s+(?:The two|The delegation|Both|He|She|They|It|This|During|In|On|At|After|Also)\s")
_LETTERS = re.compile(r"\b(?:[A-Z]\.[A-Z]|[ap]\.m)$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATELINE_EN = re.compile(r"[A-Z][A-Za-z'. -]{1,40}, [A-Z][a-z]{2,8}\.? \d|(?:On|From) [A-Z][a-z]{2,8} \d")
# the lines over a chronicle's bullets
DAY_HEADING_ZH = re.compile(
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}日(?:\s*(?:至|到|-{1,2}|~)\s*(?:\d{1,2}月)?\d{1,2}日)?\s*(?:\(?(?:星期|周)[一二三四五六日天]\)?)?:?"
)
DAY_HEADING_EN = re.compile(
    r"[A-Z][a-z]{2,8}\.? \d{1,2}(?:st|nd|rd|th)?(?:, 20\d\d)?:?|\d{1,2} [A-Z][a-z]{2,8}(?: 20\d\d)?:?"
)
_BULLETS = ("■", "▲", "●", "◆", "★")
_BULLET = re.compile(r"^\s*(?:■|▲|●|◆|★|·(?= )|\d{1,2}\.(?=\D))\s*")


class Part(StrEnum):
    TITLE = "title"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Sentence:
    """Folded characters ``start`` to ``end``; ``paragraph`` counts body lines from 0."""

    start: int
    end: int
    text: str
    part: Part
    paragraph: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The title (None where the page shows none), the body's sentences, and the dates of label lines in order."""

    title: Sentence | None
    sentences: tuple[Sentence, ...]
    stamps: tuple[date, ...]
    bulleted: bool = False
    issue: date | None = None


def month_number(name: str) -> int | None:
    """The month of an English month name or its abbreviation."""
    key = name.lower()[:3]
    return _MONTHS.index(key) + 1 if key in _MONTHS else None


def layout(document: Document, text: Folded) -> Layout:
    """Split a page. A page read without a title may still print one as its first plain line."""
    stamps = _stamps(text.text)
    title: Sentence | None = None
    sentences: list[Sentence] = []
    paragraph = 0
    printed_title = _key(folded(document.title or "", document.language).text)
    lines = _lines(text.text)
    told = _TOLD_ZH if document.language == "zh" and "·" in text.text else None
    bullets = sum(
        text.text.startswith(_BULLETS, start) or bool(told and told.match(text.text, start, end))
        for start, end in lines
    )
    over, within = Front(None, frozenset()), frozenset[int]()
    if document.language == "zh":
        over = front(text.text, lines, printed_title, _is_label)
        within = headings(text.text, lines, _is_label)
    for start, end in lines:
        if start in over.passed or (start in within and sentences):
            continue
        headline = start == over.headline
        # between bullets a line that is only a date is the heading of a day, not the page's stamp
        if sentences and document.language == "zh" and _LIST_ZH.match(text.text, start, end):
            break
        heading = bullets > 1 and _STAMP.fullmatch(text.text[start:end].strip()) is not None
        start = start if heading else _skip_labels(text.text, start, end)
        line = text.text[start:end]
        if not line.strip() or (not heading and _is_label(line)):
            continue
        stop = _END.search(line)
        if stop:
            end, line = start + stop.start(), line[: stop.start()]
        bare = line.strip()
        if bare:
            offset = start + line.index(bare[0])
            if title is None and not sentences and (headline or _is_title(bare, printed_title, document.language)):
                bare = bare[:LONGEST_SENTENCE]
                title = Sentence(offset, offset + len(bare), bare, Part.TITLE, -1)
            elif title is None or _key(bare) != _key(title.text):
                sentences += _sentences(text.text, offset, end, document.language, paragraph)
                paragraph += 1
        if (stop and sentences) or len(sentences) >= _MOST_SENTENCES:
            break
    issue = _ISSUE_ZH.search(text.text, 0, _HEAD) if bullets > 1 and document.language == "zh" else None
    return Layout(
        title,
        tuple(sentences[:_MOST_SENTENCES]),
        stamps,
        bulleted=bullets > 1,
        issue=date(int(issue.group(1)), int(issue.group(2)), 28) if issue else None,
    )


def _lines(text: str) -> list[tuple[int, int]]:
    found, start = [], 0
    for line in text.split("\n"):
        found.append((start, start + len(line)))
        start += len(line) + 1
    return found


def _skip_labels(text: str, start: int, end: int) -> int:
    """Where the line begins once leading labels, stamps and bullets are passed (pages are often stored on one line)."""
    while start < end:
        while start < end and text[start] in " \t":
            start += 1
        for pattern in (_LABEL, _AGENCY_STAMP, _STAMP, _BULLET):
            match = pattern.match(text, start, end)
            # `2024年3月6日,驻某国大使…` is a sentence with its date, not a stamp
            if (
                match
                and match.end() > start
                and not text[match.end() : match.end() + 1].startswith((",", "上", "下", "至", "-"))
            ):
                if pattern is _STAMP and re.match(r"[^\s]", text[match.end() : match.end() + 1]):
                    continue
                start = match.end()
                break
        else:
            return start
    return start


def _is_label(line: str) -> bool:
    bare = line.strip()
    return bool(_SECTION.fullmatch(bare) or _STAMP.fullmatch(bare)) or len(bare) < 2


def _is_title(line: str, printed: str, language: str) -> bool:
    if printed:
        return _key(line) == printed
    if language == "zh":
        return len(line) <= 60 and not re.search(r"[。;]|\d日", line) and "," not in line[:2]
    if len(line) > 220 or (line.endswith(".") and not line.endswith("...")) or _DATELINE_EN.match(line):
        return False
    return not re.match(r"[^a-z]{0,40}\d", line) and "--" not in line and not DAY_HEADING_EN.fullmatch(line)


def _key(line: str) -> str:
    return re.sub(r"\s+", "", line).lower()


def _sentences(text: str, start: int, end: int, language: str, paragraph: int) -> list[Sentence]:
    stop_pattern = _STOP_ZH if language == "zh" else _STOP_EN
    found, begin = [], start
    stops = [
        match.end() for match in stop_pattern.finditer(text, start, end) if not _inside(text, begin, match, language)
    ]
    for stop in [*stops, end]:
        bare = text[begin:stop].strip()
        if bare:
            offset = begin + len(text[begin:stop]) - len(text[begin:stop].lstrip())
            bare = bare[:LONGEST_SENTENCE]
            found.append(Sentence(offset, offset + len(bare), bare, Part.BODY, paragraph))
        begin = stop
        if len(found) >= _MOST_SENTENCES:
            break
    return found


def _inside(text: str, begin: int, match: re.Match[str], language: str) -> bool:
    """True for the stop of an abbreviation (`Jan. 8`, `U.S. Senator`), which ends no sentence."""
    if language == "zh" or not match.group().startswith(".") or match.group() == "...":
        return False
    start = max(begin, match.start() - 6)
    if _LETTERS.search(text, start, match.start()) and _NEW_SENTENCE.match(text, match.end()):
        return False
    return bool(_ABBREVIATION.search(text, start, match.start()))


def _stamps(text: str) -> tuple[date, ...]:
    found: list[tuple[int, date]] = []
    head = text[:3000]
    for match in re.finditer(
        r"(?:(?:发布|更新)?(?:时间|日期)\s*:\s*|^\s*date\s+|"
        r"^\s*\(?\s*)(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)(?!日?[,上下至\-])",
        head,
        re.MULTILINE,
    ):
        _append(found, match.start(), *(int(part) for part in match.groups()))
    for match in _AGENCY_STAMP.finditer(head):
        month = month_number(match.group(1))
        if month:
            _append(found, match.start(), int(match.group(3)), month, int(match.group(2)))
    for match in _PAPER_FOOT.finditer(text[-3000:]):
        # the foot of the printed paper is right where a copy stamped its own day on top
        _append(found, -1, *(int(part) for part in match.groups()))
    return tuple(day for _, day in sorted(found))


def _append(found: list[tuple[int, date]], place: int, year: int, month: int, day: int) -> None:
    try:
        found.append((place, date(year, month, day)))
    except ValueError:
        return

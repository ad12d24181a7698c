"""Chinese date expressions."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from pipeline.extract import when
from pipeline.extract.when import Anchor, When
from pipeline.words import DateBasis, DatePrecision

_N = r"[0-9〇○零一二三四五六七八九十]"
_YEAR = rf"(?:({_N}{{4}})年)?"
_HALF = r"(?:上午|下午|中午|晚上?|凌晨|清晨)?"
_TO = r"\s*(?:至|到|-{1,2}|~)\s*"
_RANGE = re.compile(rf"{_YEAR}({_N}{{1,3}})月({_N}{{1,3}})日?{_HALF}{_TO}{_YEAR}(?:({_N}{{1,3}})月)?({_N}{{1,3}})日")
_DAY_RANGE = re.compile(rf"(?<![0-9月年{_N[1:-1]}])({_N}{{1,3}})日?{_TO}({_N}{{1,3}})日")
# 为期四天(4-7): the days of a stay in brackets
_STAY = re.compile(r"(?<=[天日])\((\d{1,2})-(\d{1,2})日?\)")
_FULL = re.compile(rf"{_YEAR}({_N}{{1,3}})月({_N}{{1,3}})日")
_DAY = re.compile(rf"(?<![0-9年第届次{_N[1:-1]}])(?<!(?<!本)月)\(?({_N}{{1,3}})\)?日(?![本元程益圆])")
_MONTH = re.compile(rf"(?:\d{{1,2}}[.、](?!\d)|\W)*{_YEAR}({_N}{{1,2}})月(?:份)?(?=,|首届|第|中联部|中国共产党)")
# 3月上旬: a third of a month
_THIRD = re.compile(rf"{_YEAR}({_N}{{1,3}})月([上中下])旬")
_THIRDS = {"上": (1, 10), "中": (11, 20), "下": (21, 31)}
_SLASH = re.compile(r"\((1[0-2]|0?[1-9])/([12]\d|3[01]|0?[1-9])\)")
_WORD = re.compile(
    r"今天|今日|昨天|昨日|日前|近日|同日|当天|当日|当晚|次日|翌日|前一天|[一两二三四五六七八九十]天前|(?:[本上下](?:周|星期)|周|星期|礼拜)[一二三四五六日天]"
)
# (中央社威灵顿22日电): the agency before its place
_AGENCY = r"(?:中央社|法新社|路透社|美联社|联合社|共同社|塔斯社|朝中社|中通社|综合报道)?"
_DATELINE = re.compile(
    rf"(?:新华社|朝中社|中新社|韩联社|越通社|共同社|塔斯社|拉美社|蒙通社|老通社|俄新社|中新网|本报|人民网|新华网|"
    rf"央视网)([^\d\s,。]{{1,8}}?)(?:({_N}{{4}})年)?(?:({_N}{{1,3}})月)?({_N}{{1,3}})日(?:电|讯|消息)"
    rf"|\({_AGENCY}([^\d\s,。()]{{2,8}}?)({_N}{{1,3}})日(?:综合|专)?[电讯]\)"
)
_PRINTED = re.compile(r"》(\d{1,2})月(\d{1,2})日(?:电|讯|消息|报道)")
_DIGITS = dict(zip("〇○零一二三四五六七八九", (0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_WEEKDAYS = {**{char: place for place, char in enumerate("一二三四五六日")}, "天": 6}
_WEEKS = {"上": -1, "本": 0, "下": 1}
# dates behind these words are of something else: 成立于…, 截至…, 自…起, 去年…
_ELSEWHERE = re.compile(r"(?:截至|成立于|建立于|生于|自|去年|明年|前年|历届|将于明年)$")


def number(printed: str) -> int | None:
    """An Arabic or Chinese number below a hundred, or a year written in digits."""
    if printed.isdecimal():
        return int(printed)
    if not printed or any(char not in _DIGITS and char != "十" and not char.isdecimal() for char in printed):
        return None
    if "十" not in printed:
        digits = "".join(char if char.isdecimal() else str(_DIGITS[char]) for char in printed)
        return int(digits)
    tens, _, ones = printed.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return None
    return _single(tens, 1) * 10 + _single(ones, 0)


def _single(printed: str, empty: int) -> int:
    if not printed:
        return empty
    return int(printed) if printed.isdecimal() else _DIGITS[printed]


def _agency(text: str) -> re.Match[str] | None:
    """The dateline of a sentence that may have one."""
    return _DATELINE.search(text) if "电" in text or "讯" in text or "消息" in text else None


def dateline(text: str, offset: int, found: Anchor) -> tuple[str, When | None] | None:
    """The place and day of an agency's dateline (`新华社北京6月7日电`); None where the text has none."""
    match = _agency(text)
    if match is None:
        return None
    place = match.group(1) or match.group(5)
    year, month, day_number = (_number(part) for part in match.groups()[1:4])
    day_number = day_number or _number(match.group(6))
    if day_number is None:
        return place, None
    month = month or (found.day.month if found.day else None)
    if month is None:
        return place, None
    told = when.span((year, month, day_number), (year, month, day_number), found, planned=False)
    if told is None:
        return place, None
    return place, when.of_span(told, offset + match.start(), offset + match.end(), "dateline_zh", DateBasis.DATELINE)


def names_day(text: str) -> bool:
    """Whether the text prints a month and day, also one that no year fits."""
    match = _agency(text)
    bare = text if match is None else text[: match.start()] + text[match.end() :]
    return bool(_FULL.search(bare) or _RANGE.search(bare))


def dates(text: str, offset: int, found: Anchor, before: When | None, *, planned: bool = False) -> list[When]:
    """Every date expression of a sentence in order of place.

    ``before`` is the dateline or the last event's day: a day alone (`24日`) takes its month from it.
    """
    printed = _PRINTED.search(text) if "》" in text else None
    if printed is not None:
        # `《星洲日报》3月12日讯:…今日在吉隆坡`: the paper's day, not that of the page
        day = when.span((None, *_pair(printed)), (None, *_pair(printed)), found, planned=False)
        before = when.of_span(day, offset + printed.start(), offset + printed.end(), "printed_zh") if day else before
    taken = bytearray(len(text))
    told: list[When] = []
    thirds = (_thirds,) if "旬" in text else ()
    for read in (_ranges, _fulls, *thirds, _days, _words, _months):
        for entry in read(text, offset, found, before, planned):
            at, to = (entry.at or 0) - offset, (entry.to or 0) - offset
            if not any(taken[at:to]):
                taken[at:to] = b"\1" * (to - at)
                told.append(entry)
        if read is _fulls:
            # a range that no year fits is no day alone either: the 4日 of 7月1日至4日
            for match in (*_RANGE.finditer(text), *_FULL.finditer(text)):
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    dateline_match = _agency(text)
    kept = [
        entry
        for entry in told
        if not _ELSEWHERE.search(text[max(0, (entry.at or 0) - offset - 6) : (entry.at or 0) - offset])
        and not (dateline_match and dateline_match.start() <= (entry.at or 0) - offset < dateline_match.end())
    ]
    return sorted(kept, key=lambda entry: entry.at or 0)


def _pair(printed: re.Match[str]) -> tuple[int, int]:
    return int(printed.group(1)), int(printed.group(2))


def _ranges(text: str, offset: int, found: Anchor, before: When | None, planned: bool) -> list[When]:
    told = []
    for match in _RANGE.finditer(text):
        year, month, first, year2, month2, last = (_number(part) for part in match.groups())
        if month is None or first is None or last is None:
            continue
        days = when.span((year, month, first), (year2, month2 or month, last), found, planned=planned)
        if days:
            told.append(when.of_span(days, offset + match.start(), offset + match.end(), "range_zh"))
    for match in (*_DAY_RANGE.finditer(text), *(_STAY.finditer(text) if "(" in text else ())):
        first, last = (_number(part) for part in match.groups())
        day_before = before.end if before else found.day
        if first is None or last is None or day_before is None:
            continue
        days = when.span((None, day_before.month, first), (None, day_before.month, last), found, planned=planned)
        if days:
            told.append(when.of_span(days, offset + match.start(), offset + match.end(), "day_range_zh"))
    return told


def _fulls(text: str, offset: int, found: Anchor, _before: When | None, planned: bool) -> list[When]:
    told = []
    for match in _FULL.finditer(text):
        year, month, day_number = (_number(part) for part in match.groups())
        if month is None or day_number is None:
            continue
        days = when.span((year, month, day_number), (year, month, day_number), found, planned=planned)
        if days:
            told.append(when.of_span(days, offset + match.start(), offset + match.end(), "day_zh"))
    for match in _SLASH.finditer(text):
        month, day_number = int(match.group(1)), int(match.group(2))
        days = when.span((None, month, day_number), (None, month, day_number), found, planned=planned)
        if days:
            told.append(when.of_span(days, offset + match.start(), offset + match.end(), "slash_zh"))
    return told


def _days(text: str, offset: int, found: Anchor, before: When | None, planned: bool) -> list[When]:
    told = []
    latest = (found.day or date.max - timedelta(days=2)) + timedelta(days=2)
    reference = before.end if before else found.day
    for match in _DAY.finditer(text):
        day_number = _number(match.group(1))
        if day_number is None or reference is None:
            continue
        if day_number > 100 and match.group(1).isdecimal():
            # 729日 is 7月29日 with its 月 lost; believed only near the page's own day
            lost = when.make(reference.year, day_number // 100, day_number % 100)
            if lost is not None and abs((reference - lost).days) <= 15:
                told.append(
                    when.day(
                        lost, offset + match.start(), offset + match.end(), "month_lost_zh", DateBasis.EXPLICIT_MD, 0.6
                    )
                )
            continue
        made = when.make(reference.year, reference.month, day_number)
        if made and not planned and made > min(latest, date.max if before else reference + timedelta(days=2)):
            # a page of the 2nd that says 30日 speaks of the month before
            earlier = reference.replace(day=1) - timedelta(days=1)
            made = when.make(earlier.year, earlier.month, day_number)
        if made:
            basis = DateBasis.EXPLICIT_MD
            told.append(when.day(made, offset + match.start(), offset + match.end(), "day_alone_zh", basis, 0.85))
    return told


def _words(text: str, offset: int, found: Anchor, before: When | None, planned: bool) -> list[When]:
    told = []
    for match in _WORD.finditer(text):
        if match.group()[-1] in _WEEKDAYS and match.group()[-2] in "周期拜" and names_day(text):
            continue  # 3月13日(周四): the weekday only repeats the day
        entry = _word(match.group(), offset + match.start(), offset + match.end(), found, before, planned)
        if entry:
            told.append(entry)
    return told


def _months(text: str, offset: int, found: Anchor, _before: When | None, planned: bool) -> list[When]:
    """`9月,首届论坛举行`: a month alone, where it opens the sentence."""
    match = _MONTH.match(text)
    month = _number(match.group(2)) if match else None
    if match is None or month is None or not 1 <= month <= 12:
        return []
    year = _number(match.group(1))
    last = monthrange(year or (found.day.year if found.day else 2001), month)[1]
    days = when.span((year, month, 1), (year, month, last), found, planned=planned)
    if days is None:
        return []
    told = when.of_span(days, offset + match.start(2), offset + match.end(), "month_zh")
    return [replace(told, precision=DatePrecision.MONTH)]


def _thirds(text: str, offset: int, found: Anchor, _before: When | None, planned: bool) -> list[When]:
    told: list[When] = []
    for match in _THIRD.finditer(text):
        year, month = _number(match.group(1)), _number(match.group(2))
        if month is None or not 1 <= month <= 12:
            continue
        first, last = _THIRDS[match.group(3)]
        last = min(last, monthrange(year or (found.day.year if found.day else 2001), month)[1])
        days = when.span((year, month, first), (year, month, last), found, planned=planned)
        if days:
            window = when.of_span(days, offset + match.start(), offset + match.end(), "third_of_month_zh")
            told.append(replace(window, precision=DatePrecision.WINDOW))
    return told


def _word(word: str, at: int, to: int, found: Anchor, before: When | None, planned: bool) -> When | None:
    if word in ("日前", "近日"):
        return when.window(found, at, to, "lately_zh")
    if word in ("同日", "当天", "当日", "当晚"):
        return before.shifted("same_day_zh", at, to, 0.85) if before else None
    if word.endswith("前") or word == "前一天":
        days = 1 if word == "前一天" else number(word[0].replace("两", "二"))
        reference = before.end if before else found.day
        if reference is None or days is None:
            return None
        return when.day(reference - timedelta(days=days), at, to, "days_ago_zh", DateBasis.WEEKDAY_OR_TODAY, 0.75)
    if word in ("次日", "翌日"):
        if before is None:
            return None
        return when.day(before.end + timedelta(days=1), at, to, "next_day_zh", DateBasis.WEEKDAY_OR_TODAY, 0.8)
    reference = before.end if before else found.day
    if reference is None:
        return None
    if word in ("今天", "今日"):
        made = reference
    elif word in ("昨天", "昨日"):
        made = reference - timedelta(days=1)
    else:
        made = _weekday(reference, word, planned)
    return when.day(made, at, to, "relative_zh", DateBasis.WEEKDAY_OR_TODAY, 0.7)


def _weekday(reference: date, word: str, planned: bool) -> date:
    """周四: the last one up to the reference, of an announcement the next; 上周四, 本周四, 下周四: of that week."""
    weekday = _WEEKDAYS[word[-1]]
    if word[0] in _WEEKS:
        return reference + timedelta(days=weekday - reference.weekday() + 7 * _WEEKS[word[0]])
    if planned:
        return reference + timedelta(days=(weekday - reference.weekday()) % 7)
    return reference - timedelta(days=(reference.weekday() - weekday) % 7)


def _number(printed: str | None) -> int | None:
    return number(printed) if printed else None

"""Themes and numbers of people."""

from __future__ import annotations

import re

from pipeline.extract import when_zh
from pipeline.extract.draft import Read
from pipeline.extract.page import Page
from pipeline.gazetteer import Kind

MOST_THEMES = 8
_PEOPLE_ZH = re.compile(
    r"(?:近|约|逾|超过|共|共有|共计|等)?\s*(\d{1,3}(?:,\d{3})+|\d{1,6}|[一二三四五六七八九十百两]{1,5})\s*(余|多|"
    r"几)?\s*(?:名|位|人(?!民|大|口|次|均|类|权|士党))(?!.{0,2}(?:国家|亿))"
)
_PEOPLE_EN = re.compile(
    r"\b(?:(?:about|around|nearly|over|more than|some|almost|a total of|at least) )?"
    r"(\d{1,3}(?:,\d{3})+|\d{1,5}|(?:one|two|three|four(?:teen)?|five|six(?:teen)?|seven(?:teen)?|eight(?:een)?|"
    r"nine(?:teen)?|ten|eleven|twelve|thirteen|fifteen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty)"
    r"(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?)(?:-| )"
    r"(?:(?:member|mid-level|middle-level|senior|young|and|party|foreign|chinese|political|key|main|other|major|"
    r"from|key|high-level|cadre|branch|university|county|district|(?-i:[A-Z][\w'\-]+)|"
    r"government|local|international|different|various)[ ,]*){0,5}"
    r"(?:members? (?!of the (?:party|cpc))|people\b|participants\b|guests\b|diplomats\b|leaders\b|cadres\b|"
    r"representatives\b|officials\b|officers\b|teachers\b|coordinators\b|envoys\b|students\b|delegates\b|"
    r"politicians\b|journalists\b|parliamentarians\b|lawmakers\b|women\b|youths?\b|scholars\b|experts\b|persons\b|attendees\b|trainees\b|delegation\b|ambassadors\b)",
    re.IGNORECASE,
)
_NAMED_GROUP = 10
_NAME_WITHIN = re.compile(r" [A-Z]")
_NOT_HERE_EN = re.compile(r"million|billion|parties in over|has links|maintains|party members|years", re.IGNORECASE)
_NOT_HERE_ZH = re.compile(r"亿|万名党员|党员总数|保持着?联系")
_UNITS = dict(
    zip(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ],
        range(1, 20),
        strict=True,
    )
)
_TENS = dict(
    zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True)
)


def themes(page: Page, start: int, end: int) -> list[Read[str]]:
    """The theme codes whose cues stand in a span, in order of first appearance, at most eight."""
    found: dict[str, Read[str]] = {}
    for hit in page.hits_in(start, end, Kind.THEME):
        for code in hit.ids:
            found.setdefault(code, Read(code, hit.start, hit.end, "gazetteer_theme", 0.8))
    return list(found.values())[:MOST_THEMES]


def participants(page: Page, start: int, end: int) -> Read[int] | None:
    """The number of people a span states; of parties and countries none. "Over 100" is 100."""
    text = page.text.text
    pattern = _PEOPLE_ZH if page.language == "zh" else _PEOPLE_EN
    other = _NOT_HERE_ZH if page.language == "zh" else _NOT_HERE_EN
    best: Read[int] | None = None
    for match in pattern.finditer(text, start, end):
        if other.search(text, max(start, match.start() - 30), min(end, match.end() + 24)):
            continue
        count = _count(match.group(1), page.language)
        if page.language == "en" and count is not None and count < _NAMED_GROUP and _NAME_WITHIN.search(match.group()):
            continue  # `three SWAPO leaders` are no audience
        if count is None or count < 2 or (best is not None and count <= best.value):
            continue
        best = Read(count, match.start(), match.end(), "people_counted", 0.85)
    return best


def _count(printed: str, language: str) -> int | None:
    digits = printed.replace(",", "")
    if digits.isdecimal():
        return int(digits)
    return _chinese(printed) if language == "zh" else _english(printed.lower())


def _chinese(printed: str) -> int | None:
    hundreds, mark, rest = printed.replace("两", "二").partition("百")
    if not mark:
        return when_zh.number(hundreds)
    first = when_zh.number(hundreds) if hundreds else 1
    rest_value = when_zh.number(rest.lstrip("零")) if rest else 0
    return None if first is None or rest_value is None else first * 100 + rest_value


def _english(printed: str) -> int | None:
    tens, _, units = printed.replace(" ", "-").partition("-")
    if tens in _TENS:
        return _TENS[tens] + (_UNITS.get(units, 0) if units else 0)
    return _UNITS.get(printed)

"""What kind of event a phrase names: a forum of the gazetteer, else the first cue of ``data/events.csv`` that fits."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from functools import cache

from pipeline.extract.draft import Counterpart, Draft, Read
from pipeline.extract.page import CHINA, Page
from pipeline.extract.wordlist import WordError, rows
from pipeline.gazetteer import Kind

# the world dialogue's session for one region is a forum of that region: 世界政党高层对话会非洲专题会
_SESSION = {
    "zh": re.compile(
        r"[^,。]{0,2}(?:非洲|亚洲|欧洲|拉美|拉丁美洲|阿拉伯|中亚|东南亚|南亚|太平洋岛)[^,。]{0,6}?(?:专题会|专场|分会|分论坛|会议)"
    ),
    "en": re.compile(
        r"[\s,\-:(]{0,4}(?:Africa|Asia|Europe|Latin America|Arab|Central Asia|Southeast Asia)\w*.{0,12}?"
        r"(?:Session|Meeting|Conference)|.{0,12}"
        r"(?:Session|Meeting) (?:for|with|on) (?:Africa|Asia|Europe|Latin America|Arab)",
        re.IGNORECASE,
    ),
}


_FOUNDED = {
    "zh": (
        re.compile(r"机制[^,。]{0,6}?(?:成立|启动|建立)|(?:成立|启动|建立)(?:了)?[^,。]{2,24}?机制"),
        re.compile(r"首次(?:会议|对话|磋商|共商|视频)|第一次(?:会议|对话|磋商)|首届|首场"),
    ),
    "en": (
        re.compile(
            r"\bmechanism\b.{0,80}?\b(?:founded|established|launched|set up)|"
            r"\b(?:founding|launch|establishment) of .{0,60}?mechanism|"
            r"\b(?:founded|established|launched|set up) (?:the|an?) [^.;]{0,80}?\bmechanism",
            re.IGNORECASE,
        ),
        re.compile(r"\b(?:first|inaugural) (?:\w+ )?(?:meeting|session|dialogue|round)\b"),
    ),
}


@cache
def _cues(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    found = []
    for line, row in enumerate(rows("events.csv", ("language", "type", "pattern")), 2):
        try:
            cue = re.compile(row["pattern"], re.IGNORECASE)
        except re.error as error:
            raise WordError(f"events.csv, line {line}: {error}") from error
        if row["language"] == language:
            found.append((row["type"], cue))
    return tuple(found)


def event_type(page: Page, start: int, end: int) -> Read[str] | None:
    """The type of the event that the folded characters ``start`` to ``end`` name, None for no event noun.

    The cues stand in the order of precedence: special before general, the tie-break order of the codebook
    otherwise. A forum that the gazetteer knows decides, except over a training course named beside it.
    """
    text = page.text.text
    forum = next(iter(page.hits_in(start, end, Kind.FORUM)), None)
    for name, cue in _cues("zh" if page.language == "zh" else "en"):
        match = cue.search(text, start, end)
        if match is None:
            continue
        if forum is not None and not name.startswith("TRAIN"):
            break
        return Read(name, match.start(), match.end(), f"event_noun:{name}", 0.85)
    if forum is not None:
        known = page.gazetteer.forums[forum.ids[0]].type
        session = _SESSION["zh" if page.language == "zh" else "en"].match(text, forum.end, end)
        if known == "CONF.GLOBAL" and session:
            return Read("CONF.REGION", forum.start, session.end(), "regional_session", 0.9)
        return Read(known, forum.start, forum.end, "gazetteer_forum", 0.95)
    return None


def founded(page: Page, meeting: Draft, start: int, end: int) -> list[Draft]:
    """The founding of a mechanism that first met in the same sentence: an event of its own (codebook §16, T4)."""
    if meeting.type.value != "MEET.MECH":
        return []
    founding, first = _FOUNDED["zh" if page.language == "zh" else "en"]
    told = founding.search(page.text.text, start, end)
    if told is None or first.search(page.text.text, start, end) is None:
        return []
    side = Counterpart(
        list(meeting.foreign.people), list(meeting.foreign.organisations), list(meeting.foreign.countries)
    )
    found = replace(meeting, type=Read("DOC.MECH", told.start(), told.end(), "mechanism_founded", 0.85), foreign=side)
    found.chinese, found.themes = list(meeting.chinese), []
    return [found]


def forum_countries(page: Page, start: int, end: int, near: Collection[str]) -> list[Read[str]]:
    """Countries that the name of an event tells: of a known forum, of a pair such as 中英, 中巴 (with one in reach)."""
    found = []
    for hit in page.hits_in(start, end, Kind.FORUM):
        for iso3 in page.gazetteer.forums[hit.ids[0]].countries:
            if iso3 != CHINA:
                found.append(Read(iso3, hit.start, hit.end, "forum_country", 0.9))
    if found or page.language != "zh":
        return found
    for pair, options in _pairs():
        at = page.text.text.find(pair, start, end)
        # 中美洲, 中南部, 中西非 hold no pair
        if at < 0 or page.text.text[at + len(pair) : at + len(pair) + 1] in _NO_PAIR:
            continue
        fitting = options if len(options) == 1 else [iso3 for iso3 in options if iso3 in near]
        if len(fitting) == 1:
            found.append(Read(fitting[0], at, at + len(pair), "country_pair_zh", 0.85))
            break
    return found


def meanings(char: str) -> list[str]:
    """The countries that a single character stands for behind 中 (中土: Türkiye, Turkmenistan)."""
    return next((options for pair, options in _pairs() if pair == f"中{char}"), [])


_NO_PAIR = frozenset("洲部非亚欧")


@cache
def _pairs() -> tuple[tuple[str, list[str]], ...]:
    told = [(row["pair"], row["countries"].split(" ")) for row in rows("pairs.csv", ("pair", "countries"))]
    return tuple(sorted(told, key=lambda entry: -len(entry[0])))

"""What changed between two readings of a page, and whether it matters (codebook §12)."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.gazetteer import load
from pipeline.watch.overlap import pairs, says
from pipeline.words import Mention

MENTION_FIELDS = (
    "type",
    "date_start",
    "date_end",
    "mode",
    "realis",
    "scope",
    "is_series",
    "place",
    "countries",
    "organisations",
    "chinese_people",
    "foreign_people",
    "themes",
    "participants",
)
"""The fields of a mention whose change is material, in the order of ``overlap.says``."""

_FURNITURE = re.compile(
    r"""^\s*(?:
      (?:发布|更新|发表)?(?:时间|日期)\s*[:：].* | (?:文章)?来源\s*[:：].* | (?:责任)?编辑\s*[:：].*
    | (?:阅读|浏览|点击|访问)(?:量|数|次数)?\s*[:：]?\s*[\d,]+\s*次?
    | 字[号体].* | 【?(?:大\s*中\s*小|打印|关闭|分享)】?.{0,12}
    | (?:views?|hits|reads?|updated?|published|posted|source|editor|time|date)\s*[:：].*
    | (?:print|share|close|font\s+size|\[?print\]?)\W*
    | [\d\s年月日时分秒:：./-]+
    )\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
"""Lines that belong to the page's furniture: counters, print buttons, its own date stamps."""

_SENTENCE_END = re.compile(r"(?<=[。！？!?；;])|(?<=[.])\s|\n")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_LATIN_NAME = re.compile(r"(?<=[^\s.!?。！？])\s+([A-Z][\w'’-]+)")
_MOST_LINES = 4_000


@dataclass(frozen=True, slots=True)
class Version:
    """One reading of a page, as far as a comparison needs it. ``text`` is what evidence spans count."""

    title: str | None
    published: date | None
    text: str
    language: str
    mentions: Sequence[Mention]


@dataclass(frozen=True, slots=True)
class Difference:
    """``fields`` are those touched: ``title``, ``published``, ``body``, ``mentions``, and fields of mentions."""

    fields: tuple[str, ...]
    material: bool
    diff: str


def compare(before: Version, after: Version) -> Difference | None:
    """The difference between two readings, None where text and date are the same.

    Material is a change of what a mention says, a mention added or lost, and a sentence added, removed or changed
    in its numbers or names. Counters, date stamps of the page, blanks and punctuation are not.
    """
    if before.text == after.text and before.published == after.published:
        return None
    touched = _touched(before.mentions, after.mentions)
    fields = [
        *(["title"] if before.title != after.title else []),
        *(["published"] if before.published != after.published else []),
        *(["body"] if _body(before) != _body(after) else []),
        *touched,
    ]
    material = bool(touched) or _carries_facts(before, after)
    return Difference(tuple(fields), material, _unified(before.text, after.text))


def _body(version: Version) -> str:
    return version.text.removeprefix(f"{version.title}\n\n") if version.title else version.text


def _touched(before: Sequence[Mention], after: Sequence[Mention]) -> list[str]:
    paired = pairs(after, before)
    found = {
        name
        for mine, other in paired.items()
        for name, new, old in zip(MENTION_FIELDS, says(after[mine]), says(before[other]), strict=True)
        if new != old
    }
    lonely = len(paired) < max(len(before), len(after))
    return [*(["mentions"] if lonely else []), *(name for name in MENTION_FIELDS if name in found)]


def _carries_facts(before: Version, after: Version) -> bool:
    old, new = _sentences(before.text), _sentences(after.text)
    return _facts(old - new, before.language) != _facts(new - old, after.language)


def _sentences(text: str) -> Counter[str]:
    lines = (line for line in unicodedata.normalize("NFKC", text).split("\n") if not _FURNITURE.match(line))
    parts = (" ".join(part.split()) for line in lines for part in _SENTENCE_END.split(line) if part)
    return Counter(part for part in parts if part)


def _facts(sentences: Counter[str], language: str) -> Counter[str]:
    facts: Counter[str] = Counter()
    for sentence, times in sentences.items():
        found = [number.replace(",", "") for number in _NUMBER.findall(sentence)]
        found += _LATIN_NAME.findall(sentence)
        found += [f"{hit.kind}:{'|'.join(hit.ids)}" for hit in load().find(sentence, language)]
        for fact in found:
            facts[fact] += times
    return facts


def _unified(before: str, after: str) -> str:
    old, new = before.split("\n"), after.split("\n")
    if len(old) + len(new) > _MOST_LINES:
        # the comparison takes the square of the lines, and a hostile page has as many as it likes
        return f"--- before\n+++ after\n@@ too long to compare: {len(old)} lines before, {len(new)} after @@"
    return "\n".join(difflib.unified_diff(old, new, "before", "after", lineterm="", n=1))

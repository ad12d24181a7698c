"""Where and how: the place named near the verb or in the dateline, and the mode (codebook §3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.extract.draft import Place, Read
from pipeline.extract.page import CHINA, Page
from pipeline.gazetteer import Gazetteer, Hit, Kind

BEIJING = "beijing"
_IN_ZH = re.compile(r"(?:在|于|抵达|飞抵)\s*(?:当地|我国|首都|中国)?$")
_IN_EN = re.compile(
    r"(?:\b(?:in|at|here in|held in|near|city of|capital,?|capital city,?)\s+"
    r"(?:the\s+|downtown\s+|(?-i:[A-Z][\w\-]+), ?)?|^)$",
    re.IGNORECASE,
)
_IN_BEIJING = re.compile(r"在京(?!都)|来京")
_REMOTE = {
    "zh": (
        ("phone", re.compile(r"通电话|电话会谈|电话交流|通电话|电话(?:会晤|交谈)")),
        (
            "hybrid",
            re.compile(
                r"线上线下|线下.{0,6}线上|线上.{0,4}(?:和|与|加|\+|、)线下|(?:线上|视频)[^。;]{0,60}现场(?:出席|参加|参会)|现场.{0,20}(?:线上|视频)(?:方式|"
                r"形式)?(?:出席|参加|参会)"
            ),
        ),
        ("video", re.compile(r"视频(?!短|大奖|片|节目|资料)|线上|网络研|网络培|云会|连线|(?<!国际)(?<!人民)在线|远程")),
        ("phone", re.compile(r"通话")),
    ),
    "en": (
        (
            "phone",
            re.compile(
                r"\b(?:tele)?phone (?:call|conversation|talks?)|\bover the phone|\bby (?:tele)?phone", re.IGNORECASE
            ),
        ),
        (
            "hybrid",
            re.compile(
                r"both online and offline|online and offline|online and in[- ]person|in person (?:or|"
                r"and) (?:online|remotely|via video)|"
                r"either in person or remotely|(?:via|by) video ?link.{0,120}(?:envoys|ambassadors|"
                r"diplomats).{0,60}(?:present|in person|on[- ]site)",
                re.IGNORECASE,
            ),
        ),
        (
            "video",
            re.compile(
                r"\bvideo ?(?:call|conference|link|talks?|meeting|conversation|dialogue|seminar|exchange)|"
                r"\bvia video|\bby video|\bonline\b|\bwebinars?\b|"
                r"\bvirtual(?:ly)?\b|\bvitural\b|\bvideoconference\b|\bteleconference\b|\bon-screen\b|via zoom",
                re.IGNORECASE,
            ),
        ),
    ),
}


def remote(page: Page, start: int, end: int) -> Read[str] | None:
    """Phone, video or hybrid, where the span says so."""
    for mode, cue in _REMOTE["zh" if page.language == "zh" else "en"]:
        match = cue.search(page.text.text, start, end)
        if match:
            return Read(mode, match.start(), match.end(), f"mode_{mode}", 0.95)
    return None


def place(page: Page, start: int, end: int) -> Read[Place] | None:
    """The place that stands behind 在/于 or in/at in a span; a building with its city where that is known."""
    if page.language == "zh":
        short = _IN_BEIJING.search(page.text.text, start, end)
        if short:
            return Read(_gazetteer_place(page, BEIJING), short.start(), short.end(), "in_jing_zh", 0.97)
    preposition = _IN_ZH if page.language == "zh" else _IN_EN
    for hit in page.hits_in(start, end, Kind.PLACE):
        before = next(
            (one for one in page.hits_in(max(start, hit.start - 12), hit.start, Kind.COUNTRY) if one.end == hit.start),
            None,
        )
        at = before.start if before is not None and page.language == "zh" else hit.start  # 在美国华盛顿
        if not preposition.search(page.text.text[max(start, at - 24) : at]):
            continue
        if page.covering(hit.start, hit.end, Kind.FORUM) or _in_body(page, hit):
            continue
        if page.language == "zh" and _in_quotes(page.text.text, start, hit.start):
            continue  # “……在甘肃的实践”专题宣介会在兰州举行
        return known(page, hit, "in_place", 0.93)
    return None


def known(page: Page, hit: Hit, rule: str, confidence: float) -> Read[Place]:
    """A hit of the gazetteer as a place; of several of one name (乔治敦) the one whose country the page names."""
    named = [one.ids[0] for one in page.hits_in(0, len(page.text.text), Kind.COUNTRY)] if len(hit.ids) > 1 else []
    identity = within(page.gazetteer, hit.ids, named)
    sure = len(hit.ids) == 1 or _country_of(page.gazetteer, identity) in named
    return Read(_gazetteer_place(page, identity), hit.start, hit.end, rule, confidence if sure else 0.5)


def within(gazetteer: Gazetteer, places: Sequence[str], countries: Iterable[str]) -> str:
    """The place that lies in the first of the countries that has one, the first place where none has."""
    lying = {_country_of(gazetteer, place): place for place in reversed(places)}
    return next((lying[country] for country in countries if country in lying), places[0])


def _country_of(gazetteer: Gazetteer, place: str) -> str | None:
    entry = gazetteer.places.get(place)
    return entry.country if entry is not None else None


def printed(page: Page, at: int, to: int, rule: str) -> Read[Place]:
    """A dateline's place: the gazetteer's where it knows it, else as printed."""
    hits = [hit for hit in page.hits_in(at, to, Kind.PLACE) if hit.end - hit.start >= (to - at) - 2]
    if hits:
        return known(page, hits[0], rule, 0.95)
    name = page.text.printed(at, to)
    if page.language == "zh":
        return Read(Place(None, name, None, None), at, to, rule, 0.7)
    return Read(Place(name.title() if name.isupper() else name, None, None, None), at, to, rule, 0.7)


def in_person(found: Place) -> str | None:
    """The mode that a stated place gives; None where the country is not known."""
    if found.id == BEIJING or found.name_en == "Beijing":
        return "inperson_beijing"
    if found.country is None:
        return None
    return "inperson_china_other" if found.country == CHINA else "inperson_abroad"


def _gazetteer_place(page: Page, identity: str) -> Place:
    entry = page.gazetteer.places.get(identity)
    if entry is None:
        return Place("Beijing", "北京", None, CHINA)
    city = page.gazetteer.places.get(entry.part_of) if entry.part_of else None
    entry = city or entry
    return Place(entry.name_en, entry.name_zh, entry.id, entry.country)


def _in_quotes(text: str, start: int, at: int) -> bool:
    return text.count('"', start, at) % 2 == 1 or text.count("《", start, at) > text.count("》", start, at)


def _in_body(page: Page, hit: Hit) -> bool:
    """São Paulo Forum, 阿拉木图市分部: the place is part of a body's name."""
    cover = page.covering(hit.start, hit.end, Kind.ORGANISATION, Kind.PARTY)
    return cover is not None and cover.end - cover.start > hit.end - hit.start

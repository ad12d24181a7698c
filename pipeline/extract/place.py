"""Where and how: the place named near the verb or in the dateline, and the mode (codebook §3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.extract.draft import Place, Read
from pipeline.extract.folded import HAN
from pipeline.extract.layout import month_number
from pipeline.extract.page import CHINA, Page
from pipeline.gazetteer import Gazetteer, Hit, Kind

BEIJING = "beijing"
_IN_ZH = re.compile(r"(?:在|于|抵达|飞抵)\s*(?:当地|我国|首都|中国)?$")
_IN_EN = re.compile(
    r"(?:\b(?:in|at|(?:visit|trip) to|here in|held in|near|city of|capital,?|capital city,?)\s+"
    r"(?:the\s+|downtown\s+|(?-i:(?:[A-Z][\w.\-]+ ){0,3}[A-Z][\w\-]+), ?)?|^)$",
    re.IGNORECASE,
)
# 赴阿斯塔纳出席会议; of a trip (赴河内访问) it is a leg
_GONE_TO = re.compile(r"(?:赴|前往|来到)$")
_THERE = re.compile(r"(?:出席|参加|举行|主持)")
# 在坦桑尼亚基巴哈举行, 在下龙市举行: a town that the gazetteer does not know
_TOWN = re.compile(
    rf"[{HAN}·]{{2,6}}?(?<![党部院校馆会团店府厅])"
    r"(?=市|(?:举行|举办|召开|开幕|会见|会晤|拜会|启用|揭牌|落成|竣工|奠基|签署))"
)
_CITY = re.compile(rf"(?<=[在于])(?P<town>[{HAN}·]{{2,6}}?)市(?![委长政区场])")
_AT = ("在", "于")
# 在渝会见, 在沪举行
_SHORT = dict(zip("沪渝津穗蓉", ("上海", "重庆", "天津", "广州", "成都"), strict=True))
_IN_SHORT = re.compile(r"在京(?!都)|来京|在([沪渝津穗蓉])(?=会见|会谈|会晤|举行|举办|召开|出席|参访|考察|访问|同|与|$)")
_ANY_REMOTE_EN = re.compile(r"hone|nline|ideo|irtual|itural|ebinar|erson|emote|eleconf|n-screen|[Zz]oom")
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
        (
            "video",
            re.compile(
                # 宋涛视频致辞, 通过视频发言: one guest of a meeting that others sit in
                r"视频(?!短|大奖|片|节目|资料|(?:方式|形式)?(?:致[辞词]|发言|讲话))|视讯(?!盘|设备)|线上|网络研|网络培|"
                r"云会|连线|(?<!国际)(?<!人民)在线|远程"
            ),
        ),
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
                r"either in person or remotely|\bin person\b[^.]{1,120}\b(?:by|via) video|(?:by|via) video[^.]{1,120}"
                r"\bin person\b|(?:via|through|by) (?:a )?video ?link\b[^.;]{1,80}"
                r"\b(?:in the hall|on[- ]site|at the venue)\b|(?:via|by) video ?link.{0,120}(?:envoys|ambassadors|"
                r"diplomats).{0,60}(?:present|in person|on[- ]site)",
                re.IGNORECASE,
            ),
        ),
        (
            "video",
            re.compile(
                r"\bvideo ?(?:call|conference|link|talks?|meeting|conversation|dialogue|seminar|exchange|symposium|"
                r"workshop|forum|briefing|class|course|session|training|gathering|lecture)|\bremotely\b|"
                r"\bvia video|\bby video|\bonline\b|\bwebinars?\b|"
                r"\bvirtual(?:ly)?\b|\bvitural\b|\bvideoconference\b|\bteleconference\b|\bon-screen\b|via zoom",
                re.IGNORECASE,
            ),
        ),
    ),
}


def remote(page: Page, start: int, end: int) -> Read[str] | None:
    """Phone, video or hybrid, where the span says so."""
    if page.language != "zh" and _ANY_REMOTE_EN.search(page.text.text, start, end) is None:
        return None  # most sentences: one search instead of three
    for mode, cue in _REMOTE["zh" if page.language == "zh" else "en"]:
        match = cue.search(page.text.text, start, end)
        if match:
            return Read(mode, match.start(), match.end(), f"mode_{mode}", 0.95)
    return None


def place(page: Page, start: int, end: int) -> Read[Place] | None:
    """The place that stands behind 在/于 or in/at in a span; a building with its city where that is known."""
    if page.language == "zh":
        short = _IN_SHORT.search(page.text.text, start, end)
        if short and short.group(1):
            hits = page.gazetteer.find(_SHORT[short.group(1)], "zh")
            town = next(hit.ids[0] for hit in hits if hit.kind is Kind.PLACE)
            return Read(_gazetteer_place(page, town), short.start(), short.end(), "in_short_zh", 0.9)
        if short:
            return Read(_gazetteer_place(page, BEIJING), short.start(), short.end(), "in_jing_zh", 0.97)
    zh = page.language == "zh"
    preposition = _IN_ZH if zh else _IN_EN
    for hit in page.hits_in(start, end, Kind.PLACE):
        before = next(
            (one for one in page.hits_in(max(start, hit.start - 12), hit.start, Kind.COUNTRY) if one.end == hit.start),
            None,
        )
        at = before.start if before is not None and zh else hit.start  # 在美国华盛顿
        if not preposition.search(page.text.text[max(start, at - 24) : at]) and not _gone_to(page, start, hit):
            continue
        if page.covering(hit.start, hit.end, Kind.FORUM) or _in_body(page, hit):
            continue
        if not zh and _OF_AREA.match(page.text.text, hit.end):
            continue  # `at the Shandong provincial party school in Jinan`
        if zh and _in_quotes(page.text.text, start, hit.start):
            continue  # “……在甘肃的实践”专题宣介会在兰州举行
        within_it = page.hits_in(hit.end, end, Kind.PLACE) if zh else []
        city = next((one for one in within_it if one.start == hit.end), hit)  # 福建厦门
        return known(page, city, "in_place", 0.93)
    return _town(page, start, end) if zh else _town_en(page, start, end)


_OF_AREA = re.compile(
    r" (?:provincial|municipal|regional) [a-z]+ (?:school|college|academy|committee|government)\b", re.IGNORECASE
)
# `met in Pieta, Malta`, `at the party headquarters in Hamrun.`: a town that the gazetteer does not know
_TOWN_EN = re.compile(
    r"\b(?:in|at) (?P<with>[A-Z][\w'\-]+(?: [A-Z][\w'\-]+)?), (?=[A-Z])|"
    r"\b(?:headquarters|head office|took place|held|convened) in (?P<bare>[A-Z][\w'\-]+)(?=[.,;]| (?:on|from|and|by)\b)"
)


def _town_en(page: Page, start: int, end: int) -> Read[Place] | None:
    for match in _TOWN_EN.finditer(page.text.text, start, end):
        at, to = match.span(match.lastgroup or 0)
        home = next((one for one in page.hits_in(to + 2, end, Kind.COUNTRY) if one.start == to + 2), None)
        if page.hits_in(at, to) or (match.group("with") and home is None) or month_number(page.text.text[at:to]):
            continue
        country = home.ids[0] if home is not None and len(home.ids) == 1 else None
        return Read(Place(page.text.printed(at, to), None, None, country), at, to, "town_printed_en", 0.6)
    return None


def _gone_to(page: Page, start: int, hit: Hit) -> bool:
    text = page.text.text
    return bool(_GONE_TO.search(text[max(start, hit.start - 4) : hit.start]) and _THERE.match(text, hit.end))


def _town(page: Page, start: int, end: int) -> Read[Place] | None:
    """A town as printed: behind 在 and its country, or with its 市."""
    text = page.text.text
    for home in page.hits_in(start, end, Kind.COUNTRY):
        town = _TOWN.match(text, home.end, end) if text[home.start - 1 : home.start] in _AT else None
        if town is not None and not _in_other(page, *town.span()):
            return _as_printed(page, *town.span(), home.ids[0] if len(home.ids) == 1 else None)
    city = _CITY.search(text, start, end)
    if city is None or _in_other(page, *city.span("town")):
        return None
    return _as_printed(page, *city.span("town"), None)


def _in_other(page: Page, start: int, end: int) -> bool:
    return bool(page.hits_in(start, end, Kind.PARTY, Kind.ORGANISATION, Kind.DEPARTMENT, Kind.FORUM))


def _as_printed(page: Page, start: int, end: int, country: str | None) -> Read[Place]:
    return Read(Place(None, page.text.printed(start, end), None, country), start, end, "town_printed_zh", 0.6)


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

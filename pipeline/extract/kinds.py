"""Which kind of meeting it was: a call, with envoys alone, with several parties, on the margins (codebook §2)."""

from __future__ import annotations

import re

from pipeline.extract.draft import Counterpart, Read
from pipeline.extract.page import Page
from pipeline.gazetteer import Kind
from pipeline.gazetteer.fold import fold

_DIPLOMAT = {
    "zh": re.compile(r"(?<!前)驻(?:华|北京|中国)|临时代办|总领事|使团长|^(?:新任|候任)?大使$"),
    "en": re.compile(r"^(?!(?:former|ex-)\b).*?(?:[Aa]mbassador|[Cc]harg|Consul)"),
}
# A group of several: 多党政治家代表团, 西欧国家政党政要, "a multi-party delegation", "political parties of Russia".
_SEVERAL = {
    "zh": re.compile(
        r"多党|多国|跨党派|多个(?:政党|国家)|各(?:国|政党)|朝野(?:各|主要)?政?党|(?:主要|有关|左翼)政党|若干(?:国家|政党)|"
        r"[两二三四五六七八九十]国(?!元首|关系|领导人|两党)|[两三四五六七八九十]党(?!关系)|(?:阿拉伯|非洲|亚洲|亚非|欧洲|西欧|北欧|南欧|"
        r"东欧|中东欧|中亚|南亚|东南亚|西亚|东盟|拉美|加勒比|美洲|北美|大洋洲|太平洋岛|亚太|上合)(?:组织|地区|及[^,。]{2,8})?(?:有关)?"
        r"(?:国家|各国|五国|国(?=政党))(?!元首|联盟|间)"
    ),
    "en": re.compile(
        r"\b(?:multi-?(?:party|country|national)|cross-?party|multiparty)\b|\b(?:political )?parties (?:of|from|in)\b|"
        r"\bpolitical parties\b|\b(?:several|various|major|different|multiple|many) (?:countries|parties)\b|"
        r"\b(?:African|Arab|Asian|European|Latin American|Caribbean|Central Asian|South Asian|ASEAN|SCO|"
        r"Pacific Island) (?:countries|states|parties)\b|\bcountries (?:in|from)\b",
        re.IGNORECASE,
    ),
}
# A region is several countries where no country is named: "leaders from North America and Oceania".
_REGION_EN = re.compile(
    r"\b(?:from|of|in) (?:the )?(?:[A-Z][\w\-]+ ){0,2}(?:Africa|Asia|Europe|Oceania|America|Caribbean|Middle East)\b"
)
_MARGIN = {
    "zh": re.compile(
        r"(?<!来华)(?<!来京)(?:出席|参加)[^,。;]{2,50}?(?:期间|间隙|之际)|(?:会议|论坛|峰会|大会|年会)(?:期间|间隙)|场边"
    ),
    "en": re.compile(
        r"\b[Oo]n (?:the|its) (?:sidelines|margins)\b|\bduring the (?:[\w'\-()]+ ){0,8}?"
        r"(?:Summit|Forum|Conference|Congress|Symposium|Dialogue|Ministerial Meeting)\b"
    ),
}


def kind(
    page: Page, side: Counterpart, object_: tuple[int, int], margin: tuple[int, int], mode: Read[str] | None
) -> tuple[str, str | None]:
    """The meeting's type and, beside plain talks, the rule that told it.

    ``object_`` is the span that names the other side, ``margin`` the one in which an occasion around it would stand
    (both folded); ``mode`` is the mode the verb told.
    """
    language = "zh" if page.language == "zh" else "en"
    if mode and mode.value != "hybrid":
        return "MEET.REMOTE", None
    if _several(page, side, object_, language):
        return "MEET.MULTI", f"several_{language}"
    titles = [fold(person.value.title or "") for person in side.people]
    if all(_DIPLOMAT[language].search(title) for title in titles) if titles else side.diplomats:
        return "MEET.DIPLO", None
    if _MARGIN[language].search(page.text.text, *margin):
        return "MEET.SIDE", f"margins_{language}"
    return "MEET.BILAT", None


def _several(page: Page, side: Counterpart, object_: tuple[int, int], language: str) -> bool:
    """Two countries or two parties in one room (codebook §2), told by people, by names or by a word for it."""
    countries = {read.value.country for read in side.people if read.value.country}
    if len(countries) > 1 or len(side.countries) > 2 or (not side.people and len(side.countries) > 1):
        return True
    if side.groups > 1:
        return True
    if side.people and side.group is None:
        return False
    parties = {read.value.id for read in side.organisations if read.value.id in page.gazetteer.parties}
    if len(parties) > 1 and not side.people:
        return True
    for cue in _SEVERAL[language].finditer(page.text.text, *object_):
        if not page.covering(cue.start(), cue.end(), Kind.ORGANISATION, Kind.FORUM, Kind.PARTY):
            return True
    return language == "en" and not side.countries and bool(_REGION_EN.search(page.text.text, *object_))


def apart(whole: Counterpart) -> list[Counterpart]:
    """分别会见, "met separately with": one counterpart for each person of another body or country.

    Envoys of two countries are two, named or not.
    """
    if len(whole.people) > 1:
        sides: list[Counterpart] = []
        for person in whole.people:
            key = (person.value.organisation, person.value.country)
            known = next(
                (side for side in sides if (side.people[0].value.organisation, side.people[0].value.country) == key),
                None,
            )
            if known is not None and person.value.title is None:
                known.people.append(person)
                continue
            countries = [read for read in whole.countries if read.value == person.value.country]
            bodies = [read for read in whole.organisations if read.value.name == person.value.organisation]
            sides.append(Counterpart([person], bodies, countries, None, whole.diplomats))
        return sides
    if not whole.people and whole.diplomats and len(whole.countries) > 1:
        return [Counterpart([], [], [country], whole.group, True) for country in whole.countries]
    return [whole]

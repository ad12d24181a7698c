"""A mention as comparisons see it: ids instead of names, days as numbers, each name prepared once (codebook §10, A)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from pipeline.gazetteer import Kind, load
from pipeline.resolve import names
from pipeline.words import ChinesePerson, DateBasis, DatePrecision, ForeignPerson, KeptMention, Mention, MentionKey

REMOTE = frozenset({"video", "phone"})
IN_PERSON = frozenset({"inperson_beijing", "inperson_china_other", "inperson_abroad", "inperson_third"})
WIDE = frozenset({DatePrecision.WINDOW, DatePrecision.MONTH, DatePrecision.YEAR, DatePrecision.WEEK})
"""Precisions that tell a stretch in which the day lies, not the days that the event lasted."""
LOOSE = frozenset({DateBasis.URL_DATE, DateBasis.PUBLISH_DATE})
"""Bases that are days of the page, not of the event."""
CHINA = "CHN"
EXACT_FAMILIES = frozenset({"idcpc", "prc_media", "prc_state", "contemporary_world"})
"""Families whose words for a meeting, a class, a briefing are the codebook's cues. A host's paper calls the opening
of an online class video talks, and a lecture a meeting."""
_RANKS = {
    "head_of_department": "minister",
    "deputy_head_of_department": "vice_minister",
    "assistant_minister_of_department": "assistant_minister",
}
FAR = 6
"""Hours from Beijing at which a day there and the day in Beijing may be told for one another (codebook §8)."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person of the foreign side. ``known`` are the names that the gazetteer has beside the printed one; ``offices``
    are the families of all offices that the title names, ``rank`` is that of the first (codebook §5.4; 0: not told)."""

    id: str | None
    name: names.Name
    known: tuple[names.Name, ...]
    offices: frozenset[str]
    rank: int


@dataclass(frozen=True, slots=True, eq=False)
class Normal:
    """One mention in normal form. Days are ordinals; ``first`` is None where no day is told."""

    key: MentionKey
    site: str
    family: str
    exact: bool
    """Whether it is in the words of a Chinese source, whose officials, days and types can be relied on."""
    language: str
    type: str
    kind: str
    type_told: bool
    """Whether the kind was read from the event's own verb, in words that can be relied on."""
    series: bool
    realis: str
    first: int | None
    last: int | None
    wide: bool
    """Whether the days are a stretch in which the event lies."""
    loose: bool
    far: bool
    mode: str
    city: str | None
    place: str | None
    countries: frozenset[str]
    lands: frozenset[str]
    """The countries, or where none is told that of the place or the people: for blocks alone."""
    parent: int | None
    parties: frozenset[str]
    bodies: frozenset[str]
    unknown: tuple[str, ...]
    """Bodies that the gazetteer does not know, by folded name."""
    officials: tuple[str, ...]
    people: tuple[Somebody, ...]
    themes: frozenset[str]
    participants: int | None
    title: str
    opening: str


def normal(kept: KeptMention) -> Normal:
    """A mention in normal form."""
    mention = kept.mention
    day = mention.date_start
    ids = [body.id for body in mention.organisations if body.id]
    return Normal(
        key=kept.key,
        site=kept.site,
        family=kept.family,
        exact=kept.family in EXACT_FAMILIES,
        language=kept.language,
        type=mention.type,
        kind=level1(mention),
        type_told=kept.family in EXACT_FAMILIES and _type_told(mention),
        series=mention.is_series,
        realis=mention.realis.value,
        first=day.toordinal() if day else None,
        last=(mention.date_end or day).toordinal() if day else None,
        wide=mention.date_precision in WIDE,
        loose=mention.date_basis in LOOSE,
        far=_far(mention),
        mode=mention.mode,
        city=_city(mention.place_id),
        place=folded(mention.place_zh if kept.language == "zh" else mention.place) or None,
        countries=_set(mention.countries),
        lands=_set(mention.countries or _lands(mention)),
        parent=mention.parent,
        parties=_set(body for body in ids if body in load().parties),
        bodies=_set(body for body in ids if body not in load().parties),
        unknown=tuple(folded(body.name) for body in mention.organisations if not body.id),
        officials=tuple(dict.fromkeys(key for one in mention.chinese_people if (key := _official(one, day)))),
        people=tuple(_somebody(one, mention) for one in mention.foreign_people if names.name(one.name).whole),
        themes=_set(mention.themes),
        participants=mention.participants,
        title=folded(kept.title),
        opening=kept.opening,
    )


def _set(values: Iterable[str]) -> frozenset[str]:
    """The values but China. Equal sets are one object: of a million mentions most name the same few countries."""
    return _one(frozenset(values) - {CHINA})


@lru_cache(maxsize=50_000)
def _one(values: frozenset[str]) -> frozenset[str]:
    return values


def level1(mention: Mention) -> str:
    """The first level of a type: ``MEET`` of ``MEET.BILAT``."""
    return mention.type.partition(".")[0]


@lru_cache(maxsize=200_000)
def folded(name: str | None) -> str:
    """A Latin or Chinese name without case, accents, punctuation and blanks, for exact comparison."""
    plain = unicodedata.normalize("NFKD", name or "")
    return re.sub(r"[\W_]+", " ", "".join(c for c in plain if not unicodedata.combining(c)).casefold()).strip()


@cache
def office_family(office: str) -> str:
    """What an office is compared by: 总书记 and 秘书长 are both printed Secretary-General in English."""
    title = load().titles.get(office)
    return title.family if title is not None else office


def _type_told(mention: Mention) -> bool:
    """Whether the type was read from the event's verb: not from a headline alone, nor by default."""
    rule = next((item.rule for item in mention.evidence if item.field == "type"), "")
    return mention.type != "OTHER.UNCLEAR" and not rule.startswith(("headline", "title", "default"))


def _somebody(person: ForeignPerson, mention: Mention) -> Somebody:
    country = person.country or (mention.countries[0] if len(mention.countries) == 1 else "")
    known = load().people.get(person.id) if person.id else None
    forms = [form for form in (known.name_en, known.name_zh) if form] if known is not None else []
    offices = ([person.office] if person.office else []) + list(_offices(person.title or ""))
    title = load().titles.get(offices[0]) if offices else None
    return Somebody(
        person.id,
        names.name(person.name, country),
        tuple(names.name(form, country) for form in forms),
        _set(office_family(office) for office in offices),
        title.rank if title is not None else 0,
    )


@lru_cache(maxsize=100_000)
def _offices(title: str) -> tuple[str, ...]:
    """The offices that a printed title names, in its order."""
    hits = load().find(title, _script(title)) if title else ()
    return tuple(hit.ids[0] for hit in hits if hit.kind is Kind.TITLE)


def _official(person: ChinesePerson, day: date | None) -> str | None:
    """Who an official is: the name in pinyin as one word, which also Sun Hai Yan and 孙海燕 have; of one told by post
    alone, who held the post that day."""
    identity = person.id
    if not identity and (name := names.official(person.name_zh or person.name)):
        return name
    identity = identity or (_holder(person.title, day) if person.title and day else None)
    known = load().people.get(identity) if identity else None
    return names.official(known.name_en) if known is not None else identity


@lru_cache(maxsize=10_000)
def _holder(title: str, day: date) -> str | None:
    """The one person who held the department's post of this title on a day."""
    language = _script(title)
    ranks = {_RANKS[i] for hit in load().find(title, language) for i in hit.ids if i in _RANKS}
    held = {
        person
        for person in load().people
        for post in load().posts_on(person, day)
        if post.rank in ranks and post.organisation in load().departments
    }
    return held.pop() if len(held) == 1 else None


def _script(text: str) -> str:
    return "zh" if names.is_chinese(text) else "en"


@cache
def _city(place: str | None) -> str | None:
    """The city of a place: a building's, itself; a province is no city."""
    known = load().places.get(place) if place else None
    if known is None:
        return place
    return known.part_of or (known.id if known.kind != "province" else None)


def _lands(mention: Mention) -> set[str]:
    place = load().places.get(mention.place_id) if mention.place_id else None
    lands = {place.country} if place is not None and place.country != CHINA else set()
    known = (load().people.get(person.id) for person in mention.foreign_people if person.id)
    lands |= {person.country for person in known if person is not None and person.country}
    return lands | {person.country for person in mention.foreign_people if person.country}


@cache
def one_city(one: str, other: str) -> bool:
    """Whether two ids may mean one city: one name may stand for several (Georgetown, 乔治敦)."""
    first, second = load().places.get(one), load().places.get(other)
    if one == other or first is None or second is None:
        return True
    return first.name_zh == second.name_zh or squeezed(first.name_en) == squeezed(second.name_en)


def squeezed(name: str) -> str:
    """A folded name without blanks."""
    return folded(name).replace(" ", "")


def _far(mention: Mention) -> bool:
    if mention.mode in ("inperson_beijing", "inperson_china_other"):
        return False
    place = load().places.get(mention.place_id) if mention.place_id else None
    if place is not None:
        return _hours(place.zone) >= FAR
    countries = load().countries
    zones = [countries[code].zone for code in mention.countries if code in countries]
    return any(_hours(zone) >= FAR for zone in zones if zone)


@cache
def _hours(zone: str) -> float:
    """Hours between a zone and Beijing, in winter."""
    offset = datetime(2024, 1, 1, tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return abs(offset.total_seconds() / 3600 - 8)

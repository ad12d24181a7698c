"""The things the gazetteer knows, as frozen dataclasses: one class for each data file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What a found form names."""

    COUNTRY = "country"
    ADJECTIVE = "adjective"
    PARTY = "party"
    ORGANISATION = "organisation"
    PLACE = "place"
    PERSON = "person"
    TITLE = "title"
    DEPARTMENT = "department"
    THEME = "theme"
    FORUM = "forum"


class GazetteerError(ValueError):
    """A line of a data file cannot be used; the message names the file, the line and the reason."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}, line {line}: {reason}")
        self.file, self.line, self.reason = file, line, reason


@dataclass(frozen=True, slots=True)
class Name:
    """One printed form of something.

    ``generic``: the form says too little by itself (工党, Labour Party) and counts only with the country in
    reach; written with a ``*`` behind it in the data. ``exact``: upper and lower case must be as here (ANC, US).
    """

    text: str
    generic: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A form found in a text: characters ``start`` to ``end`` of the original text.

    ``ids`` has more than one entry where the form is shared (工党); ``form`` is the form as the data write it,
    ``generic`` as in ``Name``. ``Gazetteer.resolve`` picks one id.
    """

    start: int
    end: int
    kind: Kind
    ids: tuple[str, ...]
    form: str
    generic: bool = False


@dataclass(frozen=True, slots=True)
class Country:
    """A country or area. ``m49`` is three digits as text, ``preg`` the practical region of codebook §7.

    ``zone`` is the IANA time zone of the capital; None where the area has no capital.
    """

    iso3: str
    iso2: str
    m49: str | None
    preg: str
    name_en: str
    name_zh: str
    en: tuple[Name, ...]
    zh: tuple[Name, ...]
    adjectives: tuple[Name, ...]
    capital: str | None
    zone: str | None
    source: str

    @property
    def id(self) -> str:
        return self.iso3


@dataclass(frozen=True, slots=True)
class Party:
    """A party, a movement that acts as one, or a body of a party (youth, women, foundation; see ``kind``).

    ``valid_from``/``valid_to`` are the first and last day it existed.
    """

    id: str
    country: str
    kind: str
    name_en: str
    name_zh: str | None
    en: tuple[Name, ...]
    zh: tuple[Name, ...]
    acronym: str | None
    pf_id: str | None
    qid: str | None
    valid_from: date | None
    valid_to: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """Any other body: party internationals, parliaments, think tanks, Chinese bodies beside the department."""

    id: str
    country: str | None
    kind: str
    name_en: str
    name_zh: str | None
    en: tuple[Name, ...]
    zh: tuple[Name, ...]
    acronym: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Place:
    """A city, province or building. ``part_of`` is the id of the city in which a building stands."""

    id: str
    name_en: str
    name_zh: str
    country: str
    zone: str
    kind: str
    part_of: str | None
    en: tuple[Name, ...]
    zh: tuple[Name, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Post:
    """An office held from ``start`` to ``end`` (both included; None: not known, or still held).

    A date the source gives only as a month or year is widened to its first or last day; ``approximate`` says
    that the source is not sure of one of them, so that a day slightly outside may still belong to the post.
    """

    person: str
    organisation: str
    title_zh: str
    title_en: str
    rank: str
    start: date | None
    end: date | None
    approximate: bool
    source: str


@dataclass(frozen=True, slots=True)
class Person:
    """An official of either side. ``posts`` are in order of their start.

    ``country`` is None for those who stand for no country, such as the Secretary-General of the United Nations.
    """

    id: str
    name_en: str
    name_zh: str | None
    country: str | None
    side: str
    en: tuple[Name, ...]
    zh: tuple[Name, ...]
    qid: str | None
    posts: tuple[Post, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Title:
    """An office, whatever the language. ``rank`` is 1 to 6 of codebook §5.4.

    Offices whose names fall together in translation share a ``family``: 总书记 and 秘书长 are both printed
    "Secretary General", so two sources may name one office by either id.
    """

    id: str
    family: str
    rank: int
    side: str
    en: tuple[Name, ...]
    zh: tuple[Name, ...]
    note: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme code of codebook §6 with its cues."""

    id: str
    en: tuple[Name, ...]
    zh: tuple[Name, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Forum:
    """A recurring forum, mechanism or brand; ``type`` is the event type that its sessions have (codebook §2)."""

    id: str
    type: str
    name_en: str
    name_zh: str | None
    countries: tuple[str, ...]
    en: tuple[Name, ...]
    zh: tuple[Name, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Department:
    """The department itself, and every name it is printed under."""

    id: str
    name_en: str
    name_zh: str
    en: tuple[Name, ...]
    zh: tuple[Name, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A longer word that only looks like a form of ``kind``: 印度洋 is no India, 民主党派 no foreign party."""

    id: str
    kind: Kind
    en: tuple[Name, ...]
    zh: tuple[Name, ...]
    source: str

"""Printed names linked to the gazetteer, as the extractor links what it reads: for labels that hold facts alone.

The day decides between parties of one name and which post an official held; the countries of the event decide between
parties that share a form (工党).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from functools import cache

from pipeline.extract import bodies_en, bodies_zh
from pipeline.extract.page import page as read_page
from pipeline.extract.pinyin import pinyin
from pipeline.extract.place import within
from pipeline.gazetteer import Hit, Kind, load
from pipeline.words import ChinesePerson, Document, ForeignPerson, Organisation

CHINA = "CHN"
_FORMER = re.compile(r"前|原|(?:the )?former\b|ex-", re.IGNORECASE)
_MADE_OF_HAN = re.compile(r"[\u3400-\u9fff]")


def chinese_person(name: str, title: str | None, day: date | None) -> ChinesePerson:
    """Somebody of the Chinese side, with both names where the gazetteer has them, and the post of the day as title."""
    zh = is_zh(name)
    found = _whole(name, "zh" if zh else "en", Kind.PERSON)
    person = load().people[found[0]] if len(found) == 1 else None
    if person is None or person.country != CHINA:
        return ChinesePerson(pinyin(name) if zh else name, name if zh else None, title)
    post = load().post(person.id, day) if day is not None and title is None else None
    told = title if post is None else post.title_zh if zh else post.title_en
    return ChinesePerson(person.name_en, person.name_zh, told, person.id)


def foreign_person(name: str, title: str | None, organisation: str | None, country: str | None) -> ForeignPerson:
    """Somebody of the foreign side, with the id that the gazetteer has for the whole name, and the office."""
    found = _whole(name, _language(name), Kind.PERSON)
    known = load().people[found[0]] if len(found) == 1 else None
    identity = known.id if known is not None and known.country != CHINA else None
    return ForeignPerson(name, title, organisation, country, identity, _office(title) if title else None)


@cache
def organisation(name: str, countries: tuple[str, ...], day: date | None) -> Organisation:
    """A body of the foreign side; one that the gazetteer does not know is kept as printed."""
    book, language = load(), _language(name)
    page = read_page(Document(name, "", language, day))
    hits = page.hits_in(0, len(name), Kind.PARTY, Kind.ORGANISATION)
    hit = max(hits, key=lambda hit: hit.end - hit.start, default=None)
    identity = book.resolve(hit, countries, day) if hit is not None else None
    if hit is not None and identity is not None:
        table = book.parties if hit.kind is Kind.PARTY else book.organisations
        return Organisation(name, identity, book.country_of(hit.kind, identity), table[identity].kind)
    read = bodies_zh.bodies if language == "zh" else bodies_en.bodies
    printed = read(page, 0, len(name), note=False).organisations
    kind = printed[0].value.kind if printed else None
    return Organisation(name, None, countries[0] if len(countries) == 1 else None, kind)


def place(
    name: str | None, name_zh: str | None, countries: Collection[str] = ()
) -> tuple[str | None, str | None, str | None]:
    """A place's name in both languages and its id, a building as its city; a country is no place: nothing.

    Of several places of one name (乔治敦) it is the one in the countries of the event.
    """
    for printed in (name_zh, name):
        if not printed:
            continue
        found = _whole(printed, _language(printed), Kind.PLACE)
        if found:
            entry = load().places[within(load(), found, countries)]
            city = load().places.get(entry.part_of) if entry.part_of else None
            entry = city or entry
            return entry.name_en, entry.name_zh, entry.id
        if _whole(printed, _language(printed), Kind.COUNTRY):
            return None, None, None
    return name, name_zh, None


def is_zh(text: str) -> bool:
    """Whether a name is printed in Han characters."""
    return bool(_MADE_OF_HAN.search(text))


def _language(text: str) -> str:
    return "zh" if is_zh(text) else "en"


def _whole(text: str, language: str, kind: Kind) -> tuple[str, ...]:
    """What a whole text can name, of one kind."""
    return next((hit.ids for hit in _hits(text, language, (kind,)) if (hit.start, hit.end) == (0, len(text))), ())


def _office(title: str) -> str | None:
    """The highest office of a title; a former one is none."""
    if _FORMER.match(title):
        return None
    offices = [identity for hit in _hits(title, _language(title), (Kind.TITLE,)) for identity in hit.ids[:1]]
    return min(offices, key=lambda identity: load().titles[identity].rank, default=None)


@cache
def _hits(text: str, language: str, kinds: Collection[Kind]) -> tuple[Hit, ...]:
    return tuple(hit for hit in load().find(text, language) if hit.kind in kinds)

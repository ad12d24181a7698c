"""Who took part in an event, joined over its mentions and languages, each with a stable id.

A person known to the gazetteer keeps its id. Anybody else is known by country and Latin name where some page
gives one, else by country and Chinese name; a Chinese name seen beside a Latin one in one event is an alias
of it everywhere. Who stands beside whom anywhere is kept in a table (``casts``), so that one event more does not ask
all the others.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.gazetteer import load
from pipeline.pinyin import syllables
from pipeline.resolve.best import foreign_order
from pipeline.resolve.names import Level, compare, name
from pipeline.resolve.normal import folded, office_family
from pipeline.resolve.people import ONE, rank
from pipeline.words import ChinesePerson, ForeignPerson, KeptMention, Organisation

Alias = tuple[str | None, str]
"""A country and a Chinese name printed without a Latin one."""

DEPARTMENT = "idcpc"
"""The department's id in the gazetteer."""

LONGEST_ID = 80
"""Characters of an id made from a name; a longer name is cut and told from others by its digest."""


@dataclass(frozen=True, slots=True)
class Actor:
    """One participant of one event. ``organisation`` is the id of the body, or of the one a person stands for."""

    side: str
    role: str
    is_leader: bool
    person: str | None
    organisation: str | None
    name_en: str | None
    name_zh: str | None
    title_en: str | None
    title_zh: str | None
    country: str | None
    kind: str | None = None
    known: bool = False
    office: str | None = None

    @property
    def key(self) -> str:
        return f"person:{self.person}" if self.person else f"organisation:{self.organisation}"


def is_chinese(text: str) -> bool:
    return bool(re.search(r"[\u3400-\u9fff]", text))


def actors(members: Sequence[KeptMention]) -> list[Actor]:
    """The participants of one event: ``members`` are its mentions, the best source first."""
    chinese = _joined([[_chinese(person) for person in kept.mention.chinese_people] for kept in members])
    day = next((kept.mention.date_start for kept in members if kept.mention.date_start), None)
    chinese = [_with_post(actor, day) for actor in chinese]
    hosts_first = sorted(members, key=foreign_order)
    people = _joined([[_foreign(person) for person in kept.mention.foreign_people] for kept in hosts_first])
    bodies = _joined([[_body(organisation) for organisation in kept.mention.organisations] for kept in members])
    by_name = {
        folded(organisation.name): organisation.id
        for kept in members
        for organisation in kept.mention.organisations
        if organisation.id
    }
    people = [replace(actor, organisation=by_name.get(folded(actor.organisation or ""))) for actor in people]
    leader = next((actor.role for actor in chinese if actor.is_leader), "organiser")
    in_scope = any(kept.mention.scope == "in" for kept in members)
    department = Actor("chinese", leader, False, None, DEPARTMENT, None, None, None, None, "CHN", known=True)
    return chinese + ([department] if in_scope else []) + people + bodies


def named(cast: Sequence[Actor]) -> set[tuple[Alias, str]]:
    """Chinese names printed without a gazetteer's id beside a Latin one, each with the id that this gives."""
    return {
        ((actor.country, actor.name_zh), latin)
        for actor in cast
        if actor.name_zh and (latin := latin_id(actor)) is not None
    }


def latin_id(actor: Actor) -> str | None:
    """The id that an actor's Latin name gives; None of one known to the gazetteer, or named in Chinese only."""
    return _slug(actor.country, actor.name_en) if actor.name_en and not actor.known else None


def asked(cast: Sequence[Actor]) -> set[Alias]:
    """Chinese names whose bearers have no other in this event."""
    return {(actor.country, actor.name_zh) for actor in cast if actor.name_zh and not actor.name_en and not actor.known}


def with_id(actor: Actor, aliases: Mapping[Alias, Collection[str]]) -> Actor:
    """The actor given an id, the same for the same person or body in every event.

    ``aliases`` are the ids under which a Chinese name stands beside a Latin one anywhere. 阿里 may be Ali Hassan on one
    page and Ali Mohamed on another: then it is nobody's alias.
    """
    if actor.known:
        return actor
    given = aliases.get((actor.country, actor.name_zh), ()) if actor.name_zh and not actor.name_en else ()
    made = next(iter(given)) if len(given) == 1 else _slug(actor.country, actor.name_en or actor.name_zh or "")
    return replace(actor, organisation=made) if actor.person is None else replace(actor, person=made)


def distinct(cast: Iterable[Actor]) -> list[Actor]:
    """Each actor once in each role of a side."""
    seen: dict[tuple[str, str, str], Actor] = {}
    for actor in cast:
        seen.setdefault((actor.side, actor.role, actor.key), actor)
    return list(seen.values())


def _slug(country: str | None, name: str) -> str:
    """``zaf-fikile-mbalula``; a Chinese name by its pinyin with a digest, since many share one reading."""
    words = folded(" ".join(syllables(name)) if is_chinese(name) else name).split()
    slug = "-".join([(country or "int").lower(), *words])
    if is_chinese(name) or len(slug) > LONGEST_ID:
        slug = f"{slug[: LONGEST_ID - 7]}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"
    return slug


def _joined(lists: Sequence[Sequence[Actor]]) -> list[Actor]:
    """One list of actors from one list a mention: the best source's, completed by the others'."""
    result: list[Actor] = []
    for cast in lists:
        taken: set[int] = set()
        for position, actor in enumerate(cast):
            index = _counterpart(actor, position, len(cast), result, taken)
            if index is None:
                result.append(actor)
                taken.add(len(result) - 1)
            else:
                result[index] = _completed(result[index], actor)
                taken.add(index)
    return result


def _counterpart(actor: Actor, position: int, count: int, known: Sequence[Actor], taken: set[int]) -> int | None:
    """Which of the actors known so far this one is: by id, name, sound, office, or place in equally long lists."""
    free = [index for index in range(len(known)) if index not in taken]
    for index in free:
        if actor.known and known[index].known and actor.key == known[index].key:
            return index
    for index in free:
        other = known[index]
        if (actor.name_en and folded(actor.name_en) == folded(other.name_en or "")) or (
            actor.name_zh and actor.name_zh == other.name_zh
        ):
            return index
    if actor.person is not None:
        alike = {index: level for index in free if (level := _level(actor, known[index])) in ONE}
        best = [index for index, level in alike.items() if level == min(alike.values(), key=rank)]
        if len(best) == 1:
            return best[0]
    open_ = [index for index in free if not _conflict(actor, known[index])]
    by_office = [index for index in open_ if actor.office and known[index].office == actor.office]
    if len(by_office) == 1:
        return by_office[0]
    if position in open_ and count == len(known) and _level(actor, known[position]) != Level.OTHER_SOUND:
        return position
    return None


def _level(actor: Actor, other: Actor) -> str | None:
    """The best level at which two people's names agree; None where ids or countries say that they are two."""
    if (actor.known and other.known) or (actor.country and other.country and actor.country != other.country):
        return None
    country = actor.country or other.country or ""
    first, second = ([name(form, country) for form in (one.name_en, one.name_zh) if form] for one in (actor, other))
    return min((compare(one, their) for one in first for their in second), key=rank, default=None)


def _conflict(a: Actor, b: Actor) -> bool:
    """True where two actors cannot be one: both names in one script differ, or both ids are known and differ."""
    return bool(
        (a.known and b.known and a.key != b.key)
        or (a.name_en and b.name_en and folded(a.name_en) != folded(b.name_en))
        or (a.name_zh and b.name_zh and a.name_zh != b.name_zh)
        or (a.country and b.country and a.country != b.country)
    )


def _completed(a: Actor, b: Actor) -> Actor:
    known = a if a.known or not b.known else b
    return replace(
        a,
        person=known.person,
        organisation=a.organisation or b.organisation if a.person else known.organisation,
        known=known.known,
        is_leader=a.is_leader or b.is_leader,
        name_en=_fuller(a.name_en, b.name_en) if a.person else a.name_en or b.name_en,
        name_zh=a.name_zh or b.name_zh,
        title_en=a.title_en or b.title_en,
        title_zh=a.title_zh or b.title_zh,
        country=a.country or b.country,
        kind=a.kind or b.kind,
        office=a.office or b.office,
    )


def _fuller(one: str | None, other: str | None) -> str | None:
    """The first of two Latin names, unless the second says more of the same: Mbalula, Fikile Mbalula."""
    if (
        one
        and other
        and len(other.split()) > len(one.split())
        and compare(name(one), name(other)) is Level.PART_OF_NAME
    ):
        return other
    return one or other


def _in_language(text: str | None) -> tuple[str | None, str | None]:
    """A printed text as (English, Chinese): which of the two it is tells its script."""
    if not text:
        return None, None
    return (None, text) if is_chinese(text) else (text, None)


def _chinese(person: ChinesePerson) -> Actor:
    title_en, title_zh = _in_language(person.title)
    return Actor(
        "chinese",
        person.role,
        person.is_leader,
        person.id or "?",
        DEPARTMENT if person.id else None,
        person.name,
        person.name_zh,
        title_en,
        title_zh,
        "CHN",
        known=person.id is not None,
    )


def _foreign(person: ForeignPerson) -> Actor:
    name_en, name_zh = _in_language(person.name)
    title_en, title_zh = _in_language(person.title)
    return Actor(
        "foreign",
        person.role,
        person.is_leader,
        person.id or "?",
        person.organisation,
        name_en,
        name_zh,
        title_en,
        title_zh,
        person.country,
        known=person.id is not None,
        office=office_family(person.office) if person.office else None,
    )


def _with_post(actor: Actor, day: date | None) -> Actor:
    """An official whose title no page gives in English has the post that the gazetteer knows for that day."""
    if actor.title_en or not actor.known or actor.person is None or day is None:
        return actor
    post = load().post(actor.person, day)
    if post is None:
        return actor
    department = load().department
    place = f" of the {department.name_en}" if post.organisation == department.id else ""
    return replace(actor, title_en=post.title_en + place)


def _body(organisation: Organisation) -> Actor:
    name_en, name_zh = _in_language(organisation.name)
    side = "chinese" if organisation.country == "CHN" else "foreign"
    return Actor(
        side,
        "guest" if side == "foreign" else "co_organiser",
        False,
        None,
        organisation.id,
        name_en,
        name_zh,
        None,
        None,
        organisation.country,
        organisation.kind,
        known=organisation.id is not None,
    )

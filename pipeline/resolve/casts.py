"""Casts into the database: everybody under one id in all events, whichever of them came first.

Who is whose alias, and how somebody is spelt, is told by all events together. The table ``actor_name`` keeps what each
event has to say of it, so that an event asks only those that share a name with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from pipeline.gazetteer import load
from pipeline.resolve.actors import Actor, Alias, asked, distinct, latin_id, named, with_id
from pipeline.store.models import ActorName, OrganisationRow, PersonRow
from pipeline.store.rows import batches, table, upsert
from pipeline.store.sync import GAZETTEER

Casts = Mapping[str, Sequence[Actor]]
"""The actors of events by the event's id."""

_PERSON, _BODY = "person:", "organisation:"
_NAMES = {_PERSON: ("name_en", "name_zh", "country"), _BODY: ("name_en", "name_zh", "country", "kind")}
_MODELS: dict[str, type[PersonRow | OrganisationRow]] = {_PERSON: PersonRow, _BODY: OrganisationRow}
PAGE = "page"


@dataclass(frozen=True, slots=True)
class Written:
    """The casts written, of more events than were asked for where an alias changed; and whom that concerns."""

    casts: dict[str, list[Actor]]
    concerned: frozenset[str]


def write_casts(
    session: Session, casts: Casts, left: Collection[str], cast_again: Callable[[Collection[str]], Casts]
) -> Written:
    """Write who stands in the events given; ``left`` are events that hold nobody any more.

    ``cast_again`` gives the casts of further events, in which somebody turns out to be somebody else by what these
    say. Bodies and people have their rows afterwards.
    """
    before = _take_out(session, {*casts, *left})
    keys = {key for cast in casts.values() for key, _ in named(cast)}
    keys |= {(row["country"], row["name_zh"]) for row in before if row["latin"] and row["name_zh"]}
    aliases = _aliases(session, keys)
    was = {key: set(latins) for key, latins in aliases.items()}
    for row in before:
        if row["latin"] and row["name_zh"]:
            was.setdefault((row["country"], row["name_zh"]), set()).add(row["latin"])
    for cast in casts.values():
        for key, latin in named(cast):
            aliases.setdefault(key, set()).add(latin)
    others = _users(session, (key for key in keys if _one(was.get(key)) != _one(aliases.get(key))))
    if others:
        before += _take_out(session, others)
        casts = {**casts, **cast_again(others)}
    missing = {key for cast in casts.values() for key in asked(cast)} - keys
    aliases |= _aliases(session, missing)
    for cast in casts.values():
        for key, latin in named(cast):
            if key in missing:
                aliases.setdefault(key, set()).add(latin)
    whole = {event_id: [with_id(actor, aliases) for actor in cast] for event_id, cast in casts.items()}
    rows = [row for event_id, cast in sorted(whole.items()) for row in _rows(event_id, cast)]
    if rows:
        session.connection().execute(insert(table(ActorName)), rows)
    concerned = frozenset(row["actor"] for row in (*before, *rows))
    _write_actors(session, concerned)
    return Written({event_id: distinct(cast) for event_id, cast in whole.items()}, concerned)


def forget_actors(session: Session, concerned: Iterable[str]) -> None:
    """Delete those of these people and bodies that pages brought in and that stand in no event any more."""
    keys = set(concerned)
    for prefix, model in _MODELS.items():
        for some in batches(sorted(key for key in keys if key.startswith(prefix))):
            standing = set(session.scalars(select(ActorName.actor).where(ActorName.actor.in_(some)).distinct()))
            gone = [key.removeprefix(prefix) for key in some if key not in standing]
            if gone:
                session.execute(delete(model).where(model.id.in_(gone), model.source == PAGE))


def page_made(session: Session) -> set[str]:
    """The keys of all people and bodies that pages brought in."""
    return {
        prefix + one
        for prefix, model in _MODELS.items()
        for one in session.scalars(select(model.id).where(model.source == PAGE))
    }


def _take_out(session: Session, event_ids: Collection[str]) -> list[dict[str, Any]]:
    """Take the names of events out of the table; gives them."""
    found: list[dict[str, Any]] = []
    for some in batches(sorted(event_ids)):
        query = select(table(ActorName)).where(ActorName.event_id.in_(some))
        found += [dict(row) for row in session.execute(query).mappings()]
        session.execute(delete(ActorName).where(ActorName.event_id.in_(some)))
    return found


def _aliases(session: Session, keys: Collection[Alias]) -> dict[Alias, set[str]]:
    """The ids of Latin names that stand beside these Chinese ones in any event of the table."""
    found: dict[Alias, set[str]] = defaultdict(set)
    query = select(ActorName.country, ActorName.name_zh, ActorName.latin).where(ActorName.latin.is_not(None)).distinct()
    for some in batches(sorted({name for _, name in keys})):
        for country, name_zh, latin in session.execute(query.where(ActorName.name_zh.in_(some))):
            if name_zh is not None and latin is not None and (country, name_zh) in keys:
                found[country, name_zh].add(latin)
    return dict(found)


def _users(session: Session, keys: Iterable[Alias]) -> set[str]:
    """The events of the table in which somebody has one of these Chinese names and no other."""
    wanted = set(keys)
    found: set[str] = set()
    query = select(ActorName.event_id, ActorName.country, ActorName.name_zh)
    query = query.where(ActorName.latin.is_(None), ActorName.known.is_(False))
    for some in batches(sorted({name for _, name in wanted})):
        for event_id, country, name_zh in session.execute(query.where(ActorName.name_zh.in_(some))):
            if (country, name_zh) in wanted:
                found.add(event_id)
    return found


def _one(latins: Collection[str] | None) -> str | None:
    """The one id among these; None where there is none, or more than one."""
    return next(iter(latins)) if latins and len(latins) == 1 else None


def _rows(event_id: str, cast: Iterable[Actor]) -> list[dict[str, Any]]:
    """What an event says of names: of those whom the gazetteer knows only what it does not say itself."""
    rows = []
    for ordinal, actor in enumerate(cast):
        open_ = _open(actor.key) if actor.known else _NAMES[_BODY]
        said = {name: getattr(actor, name) if name in open_ else None for name in _NAMES[_BODY]}
        if not actor.known or any(said.values()):
            own = {"actor": actor.key, "known": actor.known, "latin": latin_id(actor)}
            rows.append({"event_id": event_id, "ordinal": ordinal, **own, **said})
    return rows


def _open(key: str) -> tuple[str, ...]:
    """The fields of an actor that the gazetteer leaves open, so that pages fill them."""
    gazetteer = load()
    prefix = _PERSON if key.startswith(_PERSON) else _BODY
    name = key.removeprefix(prefix)
    if name == gazetteer.department.id:
        return ()
    entry: object = gazetteer.people.get(name)
    if prefix == _BODY:
        entry = gazetteer.parties.get(name) or gazetteer.organisations.get(name)
    return tuple(field for field in _NAMES[prefix] if not getattr(entry, field, None))


def _write_actors(session: Session, keys: Collection[str]) -> None:
    """Bring the rows of people and bodies to what all events say of them, where the gazetteer says nothing.

    Of several spellings the last in the order of code points counts, which has its accents and no capitals throughout.
    """
    for prefix, model in _MODELS.items():
        own = sorted(key for key in keys if key.startswith(prefix))
        said = _said(session, own, _NAMES[prefix])
        rows: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for key in own:
            open_ = _open(key)
            source = PAGE if open_ == _NAMES[prefix] else GAZETTEER
            if key in said or source == GAZETTEER:
                best = {name: said.get(key, {}).get(name) or None for name in open_}
                rows[open_].append({"id": key.removeprefix(prefix), "source": source, **best})
        for alike in rows.values():
            upsert(session, model, alike, ["id"])


def _said(session: Session, keys: Sequence[str], names: Sequence[str]) -> dict[str, dict[str, str]]:
    """What events say of each of these, the best of every field."""
    said: dict[str, dict[str, str]] = {}
    columns = [getattr(ActorName, name) for name in names]
    for some in batches(keys):
        query = select(ActorName.actor, *columns).where(ActorName.actor.in_(some)).distinct()
        for key, *values in session.execute(query):
            best = said.setdefault(key, {})
            for name, value in zip(names, values, strict=True):
                best[name] = max(best.get(name, ""), value or "")
    return said

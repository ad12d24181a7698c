"""What somebody saw of a mention, and which mention that is after its page was read by other rules.

Numbers, spans and scores are the extractor's and change with it; what is said stays. The ledger of ids and the
analysts' overrides therefore name what was seen, and are anchored anew after each derivation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pipeline.gazetteer.fold import key as folded
from pipeline.words import KeptMention, Mention, MentionKey

_WEIGHTS = {"people": 4, "day": 3, "party": 3, "principal": 2, "kind": 2}
"""What an agreement counts for, and a conflict against; what is not told on one side counts for nothing."""
_WITHIN = 1
"""For a day inside the days told, and for types of one family."""
_NOT_A_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, order=True)
class Seen:
    """A mention as somebody saw it. ``kind`` is the event's type; ``people`` are the foreign names as printed.

    ``principal`` and ``party`` are the gazetteer's id, else the name as printed. Where nothing but page and number is
    given (ledgers of old), the number alone tells.
    """

    page: str
    number: int
    day: date | None = None
    principal: str | None = None
    party: str | None = None
    kind: str | None = None
    people: tuple[str, ...] = ()

    @property
    def key(self) -> MentionKey:
        """The mention as it was numbered when it was seen."""
        return MentionKey(self.page, self.number)


def seen(kept: KeptMention) -> Seen:
    """What there is to see of a mention."""
    mention = kept.mention
    principal = next((one for one in mention.chinese_people if one.is_leader), None) or next(
        iter(mention.chinese_people), None
    )
    party = next(iter(mention.organisations), None)
    return Seen(
        page=kept.key.page,
        number=kept.key.number,
        day=mention.date_start,
        principal=(principal.id or principal.name_zh or principal.name) if principal else None,
        party=(party.id or party.name) if party else None,
        kind=mention.type,
        people=tuple(person.name for person in mention.foreign_people),
    )


def anchor(what: Seen, mentions: Sequence[KeptMention]) -> MentionKey | None:
    """The one mention of the page that agrees best with what was seen; ``mentions`` are all the page has.

    None where none agrees, or where two that say different things agree equally: nothing is guessed. Two that say
    the same are told apart by their number.
    """
    if what == Seen(what.page, what.number):
        return next((kept.key for kept in mentions if kept.key == what.key), None)
    scored = [(_agreement(what, kept), kept) for kept in mentions]
    best = max((score for score, _ in scored), default=0)
    if best <= 0:
        return None
    found = [kept for score, kept in scored if score == best]
    if len(found) > 1:
        alike = {replace(seen(kept), number=0) for kept in found}
        found = [kept for kept in found if kept.key.number == what.number] if len(alike) == 1 else []
    return found[0].key if found else None


class Anchors:
    """Anchors one thing seen after the other; each page is prepared once."""

    def __init__(self, mentions_of: Callable[[str], Sequence[KeptMention]]) -> None:
        """``mentions_of`` gives all mentions of a page, and is asked once for each."""
        self._mentions_of = mentions_of
        self._pages: dict[str, tuple[Sequence[KeptMention], dict[Seen, list[MentionKey]]]] = {}
        self._found: dict[Seen, MentionKey | None] = {}

    def find(self, what: Seen) -> MentionKey | None:
        """As ``anchor``."""
        if what not in self._found:
            self._found[what] = self._find(what)
        return self._found[what]

    def _find(self, what: Seen) -> MentionKey | None:
        if what.page not in self._pages:
            mentions = self._mentions_of(what.page)
            said: dict[Seen, list[MentionKey]] = {}
            for kept in mentions:
                said.setdefault(replace(seen(kept), number=0), []).append(kept.key)
            self._pages[what.page] = mentions, said
        mentions, said = self._pages[what.page]
        # nothing agrees better than what says the very same, and mostly nothing has changed
        alike = said.get(replace(what, number=0), [])
        if what.key in alike:
            return what.key
        return alike[0] if len(alike) == 1 else anchor(what, mentions)


def to_json(what: Seen) -> dict[str, Any]:
    """The form in the ledger and in the overrides; what was not seen is left out."""
    values = {
        "page": what.page,
        "number": what.number,
        "day": what.day.isoformat() if what.day else None,
        "principal": what.principal,
        "party": what.party,
        "kind": what.kind,
        "people": list(what.people),
    }
    return {name: value for name, value in values.items() if value not in (None, [])}


def from_json(values: Any) -> Seen:
    """What ``to_json`` made, or ``[page, number]`` of ledgers of old. Raises ValueError with what is wrong."""
    if isinstance(values, list):
        page, number = values
        return Seen(str(page), int(number))
    if not isinstance(values, dict):
        raise ValueError(f"{values!r} does not say what was seen")
    unknown = sorted(set(values) - {"page", "number", "day", "principal", "party", "kind", "people"})
    if unknown:
        raise ValueError(f"unknown key {unknown[0]!r} in what was seen")
    texts = {name: values.get(name) for name in ("day", "principal", "party", "kind")}
    people = values.get("people", [])
    if not isinstance(values.get("page"), str) or not isinstance(values.get("number"), int):
        raise ValueError("what was seen needs a page (its address) and a number")
    if any(value is not None and not isinstance(value, str) for value in texts.values()):
        raise ValueError("day, principal, party and kind of what was seen are texts")
    if not isinstance(people, list) or not all(isinstance(name, str) for name in people):
        raise ValueError("people of what was seen is a list of names")
    return Seen(
        page=values["page"],
        number=values["number"],
        day=date.fromisoformat(texts["day"]) if texts["day"] else None,
        principal=texts["principal"],
        party=texts["party"],
        kind=texts["kind"],
        people=tuple(people),
    )


def _agreement(what: Seen, kept: KeptMention) -> int:
    mention = kept.mention
    points = _of_day(what.day, mention) + _of_kind(what.kind, mention.type)
    chinese = [name for one in mention.chinese_people for name in (one.id, one.name, one.name_zh)]
    bodies = [name for one in mention.organisations for name in (one.id, one.name)]
    points += _of_names("principal", [what.principal], chinese) + _of_names("party", [what.party], bodies)
    points += _of_names("people", what.people, [person.name for person in mention.foreign_people])
    exact = replace(seen(kept), number=what.number) == what
    return 2 * points + int(exact and points > 0)


def _of_day(day: date | None, mention: Mention) -> int:
    if day is None or mention.date_start is None:
        return 0
    if day == mention.date_start:
        return _WEIGHTS["day"]
    return _WITHIN if mention.date_start <= day <= (mention.date_end or mention.date_start) else -_WEIGHTS["day"]


def _of_kind(kind: str | None, type_: str) -> int:
    if kind is None:
        return 0
    if kind == type_:
        return _WEIGHTS["kind"]
    return _WITHIN if kind.partition(".")[0] == type_.partition(".")[0] else -_WEIGHTS["kind"]


def _of_names(field: str, ours: Iterable[str | None], theirs: Iterable[str | None]) -> int:
    """Agreement where a name of ours is one of theirs, or part of one (姆巴卢拉 of 菲基莱·姆巴卢拉)."""
    first, second = ([_plain(name) for name in names if name] for names in (ours, theirs))
    if not first or not second:
        return 0
    agree = any(a == b or f" {a} " in f" {b} " or f" {b} " in f" {a} " for a in first for b in second)
    return _WEIGHTS[field] if agree else -_WEIGHTS[field]


def _plain(name: str) -> str:
    return _NOT_A_LETTER.sub(" ", folded(name)).strip()

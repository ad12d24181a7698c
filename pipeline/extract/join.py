"""Which drafts of a page are one event: the headline and its lead, a forum held and attended, a trip and its list."""

from __future__ import annotations

from pipeline.extract.draft import Counterpart, Draft
from pipeline.extract.when import When


def joined(drafts: list[Draft]) -> list[Draft]:
    """One draft for each event of the page, in the order of telling."""
    body = _without_lists([draft for draft in drafts if not draft.from_title])
    body = _without_doubles(body)
    left: list[Draft] = []
    for title in (draft for draft in drafts if draft.from_title):
        same = max(body, key=lambda draft: _likeness(title, draft), default=None)
        if same is not None and _likeness(title, same) > 0:
            _absorb(same, title)
        elif not body or not _says_the_same(title, body):
            left.append(title)
    return left + body


def _family(draft: Draft) -> str:
    return draft.type.value.partition(".")[0]


def _likeness(title: Draft, draft: Draft) -> int:
    """How well a headline's event and a sentence's agree; 0 where they are two."""
    if _family(title) != _family(draft) and "OTHER" not in (_family(title), _family(draft)):
        return 0
    names, countries = _shared(title.foreign, draft.foreign)
    told = bool(title.foreign.people) and bool(draft.foreign.people)
    if told and not names and not countries:
        return 0
    officials = {one.person.name for one in title.chinese} & {one.person.name for one in draft.chinese}
    return 1 + 4 * names + 2 * countries + 2 * len(officials)


def _says_the_same(title: Draft, body: list[Draft]) -> bool:
    """A headline of another type than its page's only event: the sentence knows better what it was.

    One that names nobody (`Officials Hold Exchanges with Parties of Several Countries`) stands for what follows.
    """
    if not title.chinese and not title.foreign.people:
        return True
    first = body[0]
    officials = {one.person.name for one in title.chinese} & {one.person.name for one in first.chinese}
    return bool(officials or any(_shared(title.foreign, first.foreign)) or not title.foreign)


def _shared(one: Counterpart, other: Counterpart) -> tuple[int, int]:
    names = {person.value.name for person in one.people} & {person.value.name for person in other.people}
    bodies = {read.value.id or read.value.name for read in one.organisations} & {
        read.value.id or read.value.name for read in other.organisations
    }
    countries = {read.value for read in one.countries} & {read.value for read in other.countries}
    return len(names) + len(bodies), len(countries)


def _absorb(draft: Draft, title: Draft) -> None:
    """Give a sentence's draft what only the headline says."""
    names = {read.value.name for read in draft.foreign.people}
    added = Counterpart(group=title.foreign.group, diplomats=title.foreign.diplomats and not names)
    if not names:
        added.people = title.foreign.people
    if not draft.foreign.organisations:
        added.organisations = title.foreign.organisations
    if not draft.foreign.countries and not any(read.value.country for read in draft.foreign.organisations):
        added.countries = title.foreign.countries
    draft.foreign.join(added)
    if draft.type.value.startswith("OTHER"):
        draft.type = title.type
    draft.add_chinese(title.chinese)
    draft.mode = draft.mode or title.mode
    draft.place = draft.place or title.place
    draft.planned = draft.planned or title.planned
    draft.cancelled = draft.cancelled or title.cancelled
    draft.department = draft.department or title.department
    draft.undated = draft.undated or title.undated
    draft.participants = draft.participants or title.participants


def _without_lists(body: list[Draft]) -> list[Draft]:
    """People who are only listed ("met respectively with A, B and C") are participants of the trip (codebook §9.6)."""
    kept: list[Draft] = []
    for draft in body:
        trip = next((other for other in kept if _family(other) == "VISIT"), None)
        together = [other for other in body if other.sentence is draft.sentence and _family(other) == "MEET"]
        nobody = not draft.foreign.people and (not draft.foreign.organisations or draft.planned is not None)
        listed = nobody or len(together) > 1 or len(draft.foreign.people) > 1 or draft.listed
        if trip is not None and not draft.alone and _family(draft) == "MEET" and listed and not _own_date(draft.when):
            trip.foreign.join(Counterpart(draft.foreign.people, draft.foreign.organisations))
            trip.add_chinese(draft.chinese)
            trip.department = trip.department or draft.department
        else:
            kept.append(draft)
    return kept


def _own_date(told: When | None) -> bool:
    return told is not None and "inherited" not in told.rule


def _without_doubles(body: list[Draft]) -> list[Draft]:
    kept: list[Draft] = []
    for draft in body:
        same = next((other for other in kept if _double(other, draft)), None)
        if same is None:
            kept.append(draft)
            continue
        if (
            _own_date(draft.when)
            and same.when is not None
            and draft.when is not None
            and _within(draft.when, same.when)
        ):
            same.when = draft.when  # the congress of a trip told again with its own day
        same.when = same.when or draft.when
        same.foreign.join(draft.foreign)
        same.add_chinese(draft.chinese)
        same.department = same.department or draft.department
        same.participants = same.participants or draft.participants
        same.place, same.mode = same.place or draft.place, same.mode or draft.mode
    return kept


def _within(day: When, days: When) -> bool:
    return day.start == day.end and days.start != days.end and days.start <= day.start <= days.end


def _double(first: Draft, second: Draft) -> bool:
    if _family(first) != _family(second) or not _same_days(first.when, second.when):
        return False
    if _family(first) == "DOC" and first.type.value != second.type.value:
        return False
    names, countries = _shared(first.foreign, second.foreign)
    if second.another and second.foreign and not names:
        return False
    types = {first.type.value, second.type.value}
    if second.another and "MEET.MECH" in types and len(types) > 1:
        return False  # 会前, before the dialogue, its heads met apart
    if _family(first) in ("CONF", "TRAIN", "BRIEF") or first.type.value == second.type.value == "MEET.MECH":
        return first.type.value == second.type.value or not _own_date(second.when) or bool(names or countries)
    if first.foreign.people and second.foreign.people:
        return bool({p.value.name for p in first.foreign.people} & {p.value.name for p in second.foreign.people})
    return bool(names or countries) or not second.foreign


def _same_days(one: When | None, other: When | None) -> bool:
    if one is None or other is None:
        return True
    return one.start <= other.end and other.start <= one.end

"""The five things that matter: named rules, each with its figures; weights and thresholds in data/salience.toml."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from digests.figures import mean
from digests.firsts import COUNTRY, SUBJECTS, covered_years, happenings
from digests.known import TOO_WIDE, Fact, Known
from digests.ranks import rank_of
from digests.rows import Event, Highlight, Reason
from digests.rules import Rules, rules
from pipeline.words import Realis

RANK, DOCUMENT = "highest_rank", "document_signed"
MORE, FEWER, SILENCE = "pattern_more", "pattern_fewer", "pattern_silence"


@dataclass(frozen=True, slots=True)
class Pattern:
    """What changes of pattern are seen in: the contacts of each country by period, the one told last.

    ``watched`` says of each period whether any site was read for it, ``whole`` that every site was for the last, to its
    end: a draft of the running week has not seen it.
    ``names`` are the countries' in the language of the edition; ``asked`` limits to some countries, empty: to none.
    """

    contacts: Sequence[Counter[str]]
    watched: Sequence[bool]
    whole: bool
    names: Mapping[str, str]
    asked: frozenset[str] = field(default=frozenset())


def highlights(events: Sequence[Event], pattern: Pattern, silent: Mapping[str, Silence]) -> tuple[Highlight, ...]:
    """The things that matter most among events an edition tells and the patterns of countries; none where no rule
    holds.

    Ordered by the sum of their weights, then day, then id. One of an event, one of a trip with all that belongs to
    it, one of a country's pattern where no event of it stands there already.
    """
    known = rules()
    found: list[tuple[int, date, str, Highlight]] = []
    for event in events:
        silence = silent.get(event.id)
        reasons = event_reasons(event, silence.reason(pattern.names) if silence is not None else None)
        if reasons:
            total = sum(weight for weight, _ in reasons)
            told = Highlight(event.id, None, None, tuple(reason for _, reason in reasons))
            found.append((-total, event.first_day or date.max, event.id, told))
    for iso3, reason in country_patterns(pattern):
        told = Highlight(None, iso3, pattern.names[iso3], (reason,))
        found.append((-known.weights[reason.rule], date.max, iso3, told))
    return tuple(_first(found, {event.id: event for event in events}, known.shown))


def event_reasons(event: Event, silence: Reason | None = None) -> list[tuple[int, Reason]]:
    """The rules that hold for an event, each with its weight, the heaviest first. Only what took place is told so."""
    if event.realis != Realis.ACTUAL.value:
        return []
    known = rules()
    reasons = [(known.weights[first.rule], first) for first in event.firsts]
    if (weight := known.rank.get(event.rank or 0)) is not None:
        reasons.append((weight, Reason(RANK, _guest(event))))
    if event.document:
        reasons.append((known.weights[DOCUMENT], Reason(DOCUMENT, {"type": event.type})))
    if silence is not None and not any(first.rule == COUNTRY for first in event.firsts):
        reasons.append((known.weights[SILENCE], silence))
    return sorted(reasons, key=lambda one: (-one[0], one[1].rule))


def _guest(event: Event) -> dict[str, str | int | float]:
    """Whose rank it is: the first on the foreign side whose printed title tells it."""
    values: dict[str, str | int | float] = {"rank": event.rank or 0}
    for one in (*event.foreign.people, *event.foreign.present):
        kind = one.body.kind if one.body is not None else None
        if one.title is not None and rank_of(one.title.text, kind) == event.rank:
            return values | {"name": one.name.text, "title": one.title.text}
    return values


def country_patterns(pattern: Pattern) -> Iterable[tuple[str, Reason]]:
    """Countries with far more contacts than the mean of the periods before, or with far fewer.

    Fewer are told only where every site was read to the end: no data is no change of pattern, nor is Monday morning.
    """
    known = rules()
    if sum(pattern.watched[:-1]) < known.known_periods or not pattern.watched[-1]:
        return
    *before, now = pattern.contacts
    for iso3 in sorted(set(now) | {one for counter in before for one in counter}):
        if iso3 not in pattern.asked:
            continue
        usual = mean([one[iso3] if seen else None for one, seen in zip(before, pattern.watched, strict=False)]) or 0.0
        if rule := _pattern(now[iso3], usual, pattern.whole, known):
            periods = sum(pattern.watched[:-1])
            named = {"country": pattern.names[iso3], "iso3": iso3}
            yield iso3, Reason(rule, {**named, "now": now[iso3], "mean": usual, "periods": periods})


def _pattern(now: int, usual: float, whole: bool, known: Rules) -> str | None:
    if now >= known.more_times * usual and now - usual >= known.more_by:
        return MORE
    if now == 0 and usual >= known.fewer_mean and whole:
        return FEWER
    return None


@dataclass(frozen=True, slots=True)
class Silence:
    """A contact is the first with a country for so many months; ``since`` is the day of the one before."""

    iso3: str
    since: date
    months: int

    def reason(self, names: Mapping[str, str]) -> Reason:
        named = {"country": names[self.iso3], "iso3": self.iso3}
        return Reason(SILENCE, {**named, "since": self.since.isoformat(), "months": self.months})


def silences(known: Known, facts: Iterable[Fact]) -> dict[str, Silence]:
    """The contacts among facts that break a silence with a country, by event id.

    The contact before must lie in the unbroken covered years (see firsts): a hole in the record is no silence.
    """
    others: dict[str, list[Fact]] = defaultdict(list)
    for iso3, fact in happenings(known, known.took_place, SUBJECTS[COUNTRY]):
        others[iso3].append(fact)
    covered = covered_years(known.facts.values())
    found: dict[str, Silence] = {}
    for fact in facts:
        if not fact.is_contact or fact.first_day is None or fact.precision in TOO_WIDE:
            continue
        first_year = covered(fact.first_day)
        for iso3 in fact.iso3:
            last = _last_before(fact.first_day, (one for one in others[iso3] if one.id != fact.id))
            if last is None or first_year is None or last[0].year < first_year:
                continue
            day, one = last
            # the day is told: not where it is the end of "in May", nor of what is not told itself
            sure = one.precision not in TOO_WIDE and one.id in known.facts
            if sure and (silent := _months(day, fact.first_day)) >= rules().silence_months:
                found.setdefault(fact.id, Silence(iso3, day, silent))
    return found


def _last_before(day: date, others: Iterable[Fact]) -> tuple[date, Fact] | None:
    """The newest that ended before a day, and when. None where there is none, or where something may go on still: a
    course, what took place "in 2025", what has no day."""
    ended: list[tuple[date, Fact]] = []
    for one in others:
        if one.first_day is None or one.last_day is None or one.first_day < day <= one.last_day:
            return None
        if one.last_day < day:
            ended.append((one.last_day, one))
    return max(ended, key=lambda pair: (pair[0], pair[1].id), default=None)


def _months(since: date, until: date) -> int:
    """Whole months between two days."""
    return (until.year - since.year) * 12 + until.month - since.month - (until.day < since.day)


def _first(
    found: Sequence[tuple[int, date, str, Highlight]], events: Mapping[str, Event], shown: int
) -> Iterable[Highlight]:
    trips: set[str] = set()
    countries: set[str] = set()
    taken = 0
    for *_, told in sorted(found, key=lambda one: one[:3]):
        if taken == shown:
            return
        if told.event_id is not None:
            event = events[told.event_id]
            trip = event.parent_id or event.id
            if trip in trips:
                continue
            trips.add(trip)
            countries |= set(event.iso3)
        elif told.iso3 in countries:
            continue
        taken += 1
        yield told

"""What an edition tells each of its slices: the events are read once, then each slice's rows are put together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from digests.corrections import Wrong, corrected, find_wrong
from digests.coverage import Coverage, SiteGap, last_periods, read_coverage
from digests.entries import country_name, load_events
from digests.facts import as_text, facts_of
from digests.figures import count, figures, mean, trends
from digests.firsts import First, firsts, reasons
from digests.known import Fact, Known, ended_in, read_known
from digests.moved import Sent, sent_before, told_before
from digests.periods import Period
from digests.rows import Corrected, EditionRows, Event, Highlight, Rest, Trends
from digests.rules import rules
from digests.salience import Pattern, Silence, event_reasons, highlights, silences
from digests.selection import Chosen, choose, rest_of, with_survivors
from digests.trips import trips
from digests.wishes import Wishes, wishes_of
from digests.wording import region_rank
from pipeline.store.models import EditionSlice, Slice, Told

DOCUMENT, TRAINING = "DOC", "TRAIN"
NOTHING = Rest(0, None, None)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger: an event told in a realis, with its facts where it was told in words."""

    event_id: str
    realis: str
    facts: str | None


@dataclass(frozen=True, slots=True)
class Content:
    """An edition's rows for a slice, what the slice has been told once it is sent, and what is put right in it."""

    slice: Slice
    rows: EditionRows
    told: tuple[Entry, ...]
    corrections: tuple[tuple[Wrong, Corrected], ...]

    @property
    def wanted(self) -> bool:
        """Whether it is sent at all: not where nothing is told and the slice does not want to hear of that."""
        return not self.rows.empty or wishes_of(self.slice.wishes).say_when_empty


@dataclass(frozen=True, slots=True)
class _Instant:
    """What all slices of an edition share."""

    known: Known
    firsts: Mapping[str, tuple[First, ...]]
    wrong: Mapping[int, Sequence[Wrong]]
    events: Mapping[str, Mapping[str, Event]]
    cut_off: datetime
    sample: bool


@dataclass(frozen=True, slots=True)
class _Round:
    """And what those of a period share besides: its coverage, the facts of each period of a trend, broken silences."""

    period: Period
    coverage: Coverage
    by_period: Sequence[Sequence[Fact]]
    silences: Mapping[str, Silence]


def contents(
    session: Session, period: Period, slices: Sequence[Slice], cut_off: datetime, *, sample: bool = False
) -> list[Content]:
    """What the edition of a period tells each of these slices at ``cut_off``. Reads only.

    A slice without an id was never told anything. Figures come from what is known; the lists hold what the slice
    was not told yet.
    """
    known, sent = read_known(session), _sent_before(session, slices)
    chosen: list[Chosen] = []
    for one in slices:
        ledger = _ledger(session, one, known, sent)
        picked = choose(known.facts.values(), period, ledger.told, wishes_of(one.wishes), begins=ledger.begins)
        chosen.append(replace(picked, before=ledger.before))
    instant = _instant(session, known, list(zip(slices, chosen, strict=True)), cut_off, sample, sent)
    by_period = [ended_in(known.facts.values(), one.first, one.last) for one in last_periods(period)]
    told_by_any = {fact.id: fact for told in chosen for fact in told.listed}
    silent = silences(known, told_by_any.values())
    shared = _Round(period, read_coverage(session, period, cut_off), by_period, silent)
    return [
        _content(one, told, _period_rows(shared, one, told, instant), instant)
        for one, told in zip(slices, chosen, strict=True)
    ]


def first_contents(
    session: Session, event_id: str, slices: Sequence[Slice], cut_off: datetime, *, sample: bool = False
) -> list[Content]:
    """What the edition of one first contact tells those of the slices that ask for it and were not told. Reads only."""
    known = read_known(session)
    if (fact := known.facts.get(event_id)) is None:  # another event took it over since it was found
        return []
    sent = _sent_before(session, slices)
    asking: list[tuple[Slice, Chosen]] = []
    for one in slices:
        ledger = _ledger(session, one, known, sent)
        if (fact.id, fact.realis) not in ledger.told and wishes_of(one.wishes).match(fact):
            asking.append((one, Chosen((fact,), (), (), (), before=ledger.before)))
    instant = _instant(session, known, asking, cut_off, sample, sent)
    return [_content(one, told, _first_rows(instant, one, fact), instant) for one, told in asking]


# --- what is shared --------------------------------------------------------------------------------


def _instant(
    session: Session,
    known: Known,
    chosen: Sequence[tuple[Slice, Chosen]],
    cut_off: datetime,
    sample: bool,
    sent: Sent,
) -> _Instant:
    ids = [one.id for one, _ in chosen if one.id is not None]
    wrong = find_wrong(session, known, ids, {one: readers for one, readers in sent.items() if one in ids})
    wanted: dict[str, dict[str, None]] = defaultdict(dict)
    for one, told in chosen:
        right = (name for row in wrong.get(one.id, ()) for name in (row.line.event_id, row.now_id) if name)
        wanted[one.language] |= dict.fromkeys((*(fact.id for fact in told.listed), *right))
    found = firsts(known)
    events = {
        language: {
            event_id: _marked(event, known, found, language)
            for event_id, event in load_events(session, list(ids), language).items()
        }
        for language, ids in wanted.items()
    }
    return _Instant(known, found, wrong, events, cut_off, sample)


def _marked(event: Event, known: Known, found: Mapping[str, tuple[First, ...]], language: str) -> Event:
    """An event with its firsts, and whether a paper was signed at it: as itself or as a part of it."""
    parts = (fact.family for fact in known.children.get(event.id, ()) if fact.actual)
    document = event.type.partition(".")[0] == DOCUMENT or DOCUMENT in parts
    return replace(event, firsts=reasons(found.get(event.id, ()), known, language), document=document)


@dataclass(frozen=True, slots=True)
class _Ledger:
    """What a slice was told, and whether its ledger is still to begin. ``before``: what all its readers were told
    through slices of its rhythm that they have left, and is not in it yet."""

    told: set[tuple[str, str]]
    begins: bool
    before: frozenset[tuple[str, str]] = frozenset()


def _sent_before(session: Session, slices: Sequence[Slice]) -> Sent:
    return sent_before(session, [one.id for one in slices if one.id is not None])


def _ledger(session: Session, one: Slice, known: Known, sent: Sent) -> _Ledger:
    if one.id is None:
        return _Ledger(set(), True)
    ledger = select(Told.event_id, Told.realis).where(Told.slice_id == one.id)
    told = {(event_id, realis) for event_id, realis in session.execute(ledger)}
    before = told_before(session, one, sent[one.id]) - told if one.id in sent else set()
    had = session.scalar(select(EditionSlice.id).where(EditionSlice.slice_id == one.id).limit(1))
    return _Ledger(with_survivors(told | before, known), had is None, frozenset(before))


# --- the rows of a slice ---------------------------------------------------------------------------


def _content(one: Slice, chosen: Chosen, rows: EditionRows, instant: _Instant) -> Content:
    events = instant.events.get(one.language, {})
    facts = {fact.id: as_text(facts_of(events[fact.id])) for fact in chosen.listed}
    told = {(fact.id, fact.realis): facts.get(fact.id) for fact in (*chosen.listed, *chosen.rest)}
    told |= dict.fromkeys(chosen.before)
    entries = tuple(Entry(event_id, realis, text) for (event_id, realis), text in sorted(told.items()))
    wrong = instant.wrong.get(one.id, ())
    right = tuple((row, fixed) for row in wrong if (fixed := corrected(row, events, one.id)))
    return Content(one, replace(rows, corrections=tuple(fixed for _, fixed in right)), entries, right)


def _period_rows(shared: _Round, one: Slice, chosen: Chosen, instant: _Instant) -> EditionRows:
    wishes = wishes_of(one.wishes)
    period, coverage, known = shared.period, shared.coverage, instant.known
    events = instant.events.get(one.language, {})
    asked = _asked(wishes, known)
    own = [[fact for fact in facts if wishes.match(fact)] for facts in shared.by_period]
    counts = [count(facts, known.countries) for facts in own]
    told = [events[fact.id] for fact in chosen.listed]
    return EditionRows(
        period=period.name,
        kind=period.kind,
        language=one.language,
        wishes=wishes.plain(),
        first_day=period.first,
        last_day=period.last,
        cut_off=instant.cut_off,
        sample=instant.sample,
        highlights=_highlights(shared, wishes, chosen, instant, one.language),
        events=_in_order(events[fact.id] for fact in chosen.period),
        late=tuple(events[fact.id] for fact in chosen.late),
        late_rest=rest_of(() if chosen.begins else chosen.rest),
        planned=tuple(events[fact.id] for fact in chosen.planned),
        known_before=rest_of(chosen.rest if chosen.begins else ()),
        trips=trips(chosen.listed, known, one.language),
        training=tuple(event.id for event in told if event.type.partition(".")[0] == TRAINING),
        documents=tuple(event.id for event in told if event.document),
        figures=figures(counts[-1], counts[-2], known.countries, one.language),
        trends=trends(counts, coverage.before),
        sites=coverage.sites,
        gaps=tuple(
            replace(some.gap, expected=_normally([some], own), counted=len(some.read)) for some in coverage.gaps
        ),
        expected=_normally(coverage.gaps, own),
        edited=tuple(page for page in coverage.edited if asked(page.event_ids)),
        small_edits=sum(asked(event_ids) for event_ids in coverage.small),
        removed=tuple(page for page in coverage.removed if asked(page.event_ids)),
        delisted=tuple(page for page in coverage.delisted if asked(page.event_ids)),
        corrections=(),
    )


def _first_rows(instant: _Instant, one: Slice, fact: Fact) -> EditionRows:
    """One first contact alone: no lists, no figures but its own."""
    event = instant.events[one.language][fact.id]
    counts = count([fact], instant.known.countries), count([], instant.known.countries)
    day = event.first_day or fact.first_seen
    why = tuple(reason for _, reason in event_reasons(event))
    return EditionRows(
        period=event.id,
        kind="event",
        language=one.language,
        wishes=wishes_of(one.wishes).plain(),
        first_day=day,
        last_day=event.last_day or day,
        cut_off=instant.cut_off,
        sample=instant.sample,
        highlights=(Highlight(event.id, None, None, why),),
        events=(event,),
        late=(),
        late_rest=NOTHING,
        planned=(),
        known_before=NOTHING,
        trips=trips([fact], instant.known, one.language),
        training=(event.id,) if fact.family == TRAINING else (),
        documents=(event.id,) if event.document else (),
        figures=figures(*counts, instant.known.countries, one.language),
        trends=Trends(),
        sites=0,
        gaps=(),
        expected=None,
        edited=(),
        small_edits=0,
        removed=(),
        delisted=(),
        corrections=(),
    )


def _asked(wishes: Wishes, known: Known) -> Callable[[Iterable[str]], bool]:
    """Whether a slice asks for a page, by the events it tells of: who asks for everything gets all pages."""

    def asked(event_ids: Iterable[str]) -> bool:
        facts = (known.facts.get(event_id) for event_id in event_ids)
        return wishes.everything or any(fact is not None and wishes.match(fact) for fact in facts)

    return asked


def _normally(gaps: Sequence[SiteGap], own: Sequence[Sequence[Fact]]) -> float | None:
    """The slice's events that a normal period brought from these sites, one that several told counted once.

    The mean of the periods for which any of them was read; None where there is none.
    """
    read = [{some.name for some in gaps if index in some.read} for index in range(len(own))]
    return mean(
        [
            sum(fact.actual and not sites.isdisjoint(fact.sites) for fact in facts)
            for facts, sites in zip(own, read, strict=True)
            if sites
        ]
    )


def _highlights(
    shared: _Round, wishes: Wishes, chosen: Chosen, instant: _Instant, language: str
) -> tuple[Highlight, ...]:
    known, coverage = instant.known, shared.coverage
    names = {iso3: country_name(row, language) for iso3, row in known.countries.items()}
    fresh = shared.period.first - timedelta(days=rules().seen_within_days)
    candidates = [*chosen.period, *(fact for fact in chosen.late if fact.last_day and fact.last_day >= fresh)]
    pattern = Pattern(
        contacts=[Counter(iso3 for fact in some if fact.is_contact for iso3 in fact.iso3) for some in shared.by_period],
        watched=[one.missing < one.sites for one in coverage.before],
        whole=not coverage.gaps and instant.cut_off >= shared.period.ends_at,
        names=names,
        asked=_countries(wishes, known),
    )
    events = [instant.events[language][fact.id] for fact in candidates]
    return highlights(events, pattern, shared.silences)


def _countries(wishes: Wishes, known: Known) -> frozenset[str]:
    """The countries whose patterns a slice asks for: all, or those it names; none where it asks for something else."""
    if wishes.countries:
        asked = frozenset(wishes.countries)
    else:
        narrowed = wishes.parties or wishes.officials or wishes.types or wishes.themes
        asked = frozenset() if narrowed else frozenset(known.countries)
    return asked - set(wishes.less.countries)


def _in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """This period's events as they are read: by region, then visits and meetings by day."""
    return tuple(sorted(events, key=lambda one: (region_rank(one.region), one.last_day or date.max, one.type, one.id)))

"""Events as the templates of an edition are given them: sentence, sources, what is first and what is disputed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from digests.languages import count, say
from digests.phrases import Sentence, plain
from digests.rows import Disagreement, EditionRows, Event, Highlight, Leg, Name, Reason, Source
from digests.sentences import sentence
from digests.texts import is_chinese
from digests.wording import dated, day, days, signs, word, wording_of
from pipeline.words import Standing

T = TypeVar("T")

COUNTRIES_IN_KICKER = 3
_EMPTY = "–"


@dataclass(frozen=True, slots=True)
class Listing:
    """How many events are told in full, how many at all, and how many entries each of the other lists has."""

    full: int
    shown: int
    others: int


FULL = Listing(1_000_000, 1_000_000, 40)


@dataclass(frozen=True, slots=True)
class ShownSource:
    url: str | None
    host: str
    language: str
    notes: str
    copy: str


@dataclass(frozen=True, slots=True)
class ShownDisagreement:
    field: str
    values: tuple[tuple[Name, str], ...]


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """``brief``: told in one paragraph. ``title``: that of the page, in the language the edition is not in."""

    id: str
    who: str
    label: str
    when: str
    sentence: Sentence
    plain: str
    title: Name | None
    firsts: tuple[str, ...]
    standing: str
    disputed: bool
    source_lost: bool
    sources: tuple[ShownSource, ...]
    disagreements: tuple[ShownDisagreement, ...]
    brief: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The events of a section that belong together: of a country, or all where ``title`` is None."""

    title: str | None
    events: tuple[ShownEvent, ...]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    lead: str | None
    groups: tuple[Group, ...]
    rest: str | None = None


@dataclass(frozen=True, slots=True)
class ShownHighlight:
    """One of the things that matter. ``event_id`` is None for a change of a country's pattern."""

    number: int
    event_id: str | None
    who: str
    label: str
    sentence: Sentence
    plain: str
    reasons: tuple[str, ...]
    sources: tuple[ShownSource, ...]


@dataclass(frozen=True, slots=True)
class ShownTrip:
    event: ShownEvent
    legs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Teller:
    """Puts the events of an edition into words."""

    rows: EditionRows

    @property
    def language(self) -> str:
        return self.rows.language

    @property
    def year(self) -> int:
        return self.rows.last_day.year

    def event(self, event: Event, *, brief: bool = False) -> ShownEvent:
        """An event in words; ``brief`` leaves away who else was there and the topics."""
        said = sentence(event, self.year, self.language, ends=not brief)
        return ShownEvent(
            id=event.id,
            who=self.who(event),
            label=wording_of(event.type, self.language).label,
            when=self._when(event),
            sentence=said,
            plain=plain(said),
            title=self._title(event),
            firsts=tuple(reason_text(first, "marks", self.language) for first in event.firsts),
            standing=word("standing", event.standing, self.language),
            disputed=event.standing == Standing.DISPUTED.value,
            source_lost=event.source_lost,
            sources=tuple(self.source(source) for source in event.sources),
            disagreements=tuple(self._disagreement(one) for one in event.disagreements),
            brief=brief,
        )

    def _title(self, event: Event) -> Name | None:
        """The title of the page in the other language, as the original to compare with."""
        if event.title_zh and self.language != "zh":
            return Name(event.title_zh, "zh")
        return Name(event.title_en, "en") if event.title_en and self.language == "zh" else None

    def _when(self, event: Event) -> str:
        told = dated(event.first_day, event.last_day, event.precision, self.year, self.language)
        return told or say(self.language, "no day known")

    def who(self, event: Event) -> str:
        """The countries of an event as a heading gives them."""
        names = event.countries
        if not names:
            return word("regions", "none", self.language)
        if len(names) <= COUNTRIES_IN_KICKER:
            return signs(self.language)["list"].join(names)
        return count(self.language, "%(number)s country", "%(number)s countries", len(names))

    def source(self, source: Source) -> ShownSource:
        notes = [say(self.language, "no longer says so")] if source.lost else []
        if source.state in ("gone", "gone_candidate"):
            gone = source.state == "gone"
            notes.append(say(self.language, "page gone") if gone else say(self.language, "page missing"))
        language = word("languages", source.language, self.language)
        return ShownSource(source.url, source.host, language, signs(self.language)["comma"].join(notes), source.copy)

    def _disagreement(self, one: Disagreement) -> ShownDisagreement:
        between = signs(self.language)["list"]
        values = tuple((self._value(one.field, value.value), between.join(value.hosts)) for value in one.values)
        return ShownDisagreement(word("fields", one.field, self.language), values)

    def _value(self, field: str, value: str) -> Name:
        if field == "date":
            return Name(self._days(value), self.language)
        return Name(value, "zh" if is_chinese(value) else "en")

    def _days(self, value: str) -> str:
        """Days given as ISO, one or two with a slash between, as days; anything else as it is."""
        try:
            first, *rest = (date.fromisoformat(part) for part in value.split("/"))
        except ValueError:
            return value
        return days(first, rest[0] if rest else first, self.year, self.language)

    # --- what matters, trips -----------------------------------------------------------------------

    def highlights(self, known: Callable[[str], Event]) -> list[ShownHighlight]:
        return [self._highlight(number, one, known) for number, one in enumerate(self.rows.highlights, start=1)]

    def _highlight(self, number: int, one: Highlight, known: Callable[[str], Event]) -> ShownHighlight:
        reasons = tuple(reason_text(reason, "reasons", self.language) for reason in one.reasons)
        if one.event_id is None:
            return ShownHighlight(number, None, one.country or "", say(self.language, "Pattern"), (), "", reasons, ())
        event = known(one.event_id)
        told = self.event(event, brief=True)
        return ShownHighlight(
            number, event.id, told.who, told.label, told.sentence, told.plain, reasons, told.sources[:1]
        )

    def trips(self, known: Callable[[str], Event]) -> list[ShownTrip]:
        return [
            ShownTrip(self.event(known(trip.event_id), brief=True), tuple(self._leg(leg) for leg in trip.legs))
            for trip in self.rows.trips
        ]

    def _leg(self, leg: Leg) -> str:
        """``Singapore, 21–23 July: 7 events``; only what is known of it."""
        known = leg.first_day is not None and leg.last_day is not None
        span = days(leg.first_day, leg.last_day, self.year, self.language) if known else ""  # type: ignore[arg-type]
        events = count(self.language, "%(number)s event", "%(number)s events", len(leg.event_ids))
        told = [text for text in (leg.country, span) if text]
        here = signs(self.language)
        return here["comma"].join(told) + (here["colon"] + events if leg.event_ids else "")

    # --- sections ----------------------------------------------------------------------------------

    def sections(self, listing: Listing) -> list[Section]:
        """Every event by region and country, then the planned and the late ones."""
        rows, sections, told = self.rows, list[Section](), 0
        for region in dict.fromkeys(event.region for event in rows.events):
            here = self._by_country([event for event in rows.events if event.region == region])
            sections.append(self._section(word("regions", region, self.language), None, here, listing, told))
            told += sum(len(events) for _, events in here)
        if rows.planned:
            lead = say(self.language, "Announced or called off, for this period or later.")
            planned = say(self.language, "Planned")
            sections.append(self._section(planned, lead, [(None, rows.planned)], listing, told))
            told += len(rows.planned)
        if rows.late or rows.late_rest.count:
            sections.append(self._late(listing, told))
        return sections

    def _late(self, listing: Listing, told: int) -> Section:
        lead = say(self.language, "Events of earlier periods that became known only now.")
        late = self._section(say(self.language, "Late"), lead, [(None, self.rows.late)], listing, told)
        left = self.rows.late_rest
        if not left.count:
            return late
        span = span_of(left.first_day, left.last_day, self.language)
        more = count(
            self.language, "%(number)s more late event, %(span)s.", "%(number)s more late events, %(span)s.",
            left.count, span=span,
        )  # fmt: skip
        rest = signs(self.language)["blank"].join(text for text in (late.rest, more) if text)
        return replace(late, rest=rest)

    def _by_country(self, events: Sequence[Event]) -> list[tuple[str | None, Sequence[Event]]]:
        """Events under the names of their countries, the one with the most events first."""
        groups: dict[str, list[Event]] = {}
        for event in events:
            groups.setdefault(self.who(event), []).append(event)
        return sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))

    def _section(
        self,
        title: str,
        lead: str | None,
        groups: Iterable[tuple[str | None, Sequence[Event]]],
        listing: Listing,
        told: int,
    ) -> Section:
        shown: list[Group] = []
        left = 0
        for name, events in groups:
            here = events[: max(0, listing.shown - told)]
            left += len(events) - len(here)
            if here:
                entries = [self.event(event, brief=told + index >= listing.full) for index, event in enumerate(here)]
                shown.append(Group(name, tuple(entries)))
            told += len(events)
        rest = None
        if left:
            rest = count(
                self.language, "%(number)s more event not listed here for the length of a mail.",
                "%(number)s more events not listed here for the length of a mail.", left,
            )  # fmt: skip
        return Section(title, lead, tuple(shown), rest)


def reason_text(reason: Reason, table: str, language: str) -> str:
    """A reason in words: from ``reasons`` as a sentence, from ``marks`` as a mark beside an event."""
    values: dict[str, object] = dict(reason.values)
    if "rank" in values:
        values["rank"] = word("ranks", str(values["rank"]), language)
    if "mean" in values:
        values["mean"] = mean_text(float(str(values["mean"])))
    if "periods" in values:
        number = int(str(values["periods"]))
        values["periods"] = count(language, "%(number)s period", "%(number)s periods", number)
    if "months" in values:
        values["months"] = count(language, "%(number)s month", "%(number)s months", int(str(values["months"])))
    if table == "reasons" and reason.rule == "pattern_silence":
        values["since"] = day(date.fromisoformat(str(values["since"])), None, language)
    return word(table, reason.rule, language) % values


def capped(values: Sequence[T], most: int, language: str) -> tuple[Sequence[T], str | None]:
    """The first of a list, and how many more there are in words."""
    left = len(values) - most
    if left <= 0:
        return values, None
    rest = count(
        language, "%(number)s more is not listed here for the length of a mail.",
        "%(number)s more are not listed here for the length of a mail.", left,
    )  # fmt: skip
    return values[:most], rest


def mean_text(mean: float | None) -> str:
    """A mean with one decimal, none where it is whole."""
    return _EMPTY if mean is None else f"{mean:.1f}".removesuffix(".0")


def span_of(first: date | None, last: date | None, language: str) -> str:
    """From when to when, or that no day is known."""
    if first is None or last is None:
        return say(language, "of unknown days")
    return say(language, "from %(first)s to %(last)s", first=day(first, None, language), last=day(last, None, language))

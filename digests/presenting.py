"""What the templates of an edition are given: headings, notices, figures, sections, all words chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from digests.changes import edits, gaps, gaps_expected, gaps_title, removals, unwatched
from digests.correcting import corrections
from digests.languages import count, say
from digests.periods import Week, parse_period
from digests.rows import Compared, EditionRows, Event, Rest, Trend
from digests.telling import FULL, Listing, ShownEvent, Teller, capped, mean_text, reason_text, span_of
from digests.texts import clean
from digests.wording import day, days, figure_rank, month, region_rank, signs, word
from pipeline.clock import BEIJING

PREHEADER = 110
"""Characters of the line that mail programs show behind the subject."""
COLUMN_HEIGHT = 44
"""Pixels of the highest column in the chart that needs no image."""


@dataclass(frozen=True, slots=True)
class Notice:
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A headline figure; bars are shares of the larger of this period's and the mean, none where no mean is known."""

    name: str
    now: int
    mean: str | None
    share: int
    mean_share: int


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    now: int
    before: int
    share: int
    before_share: int


@dataclass(frozen=True, slots=True)
class Column:
    """One period of the trend. ``value`` is a dash where nothing was known, ``missing`` marks one not wholly read."""

    label: str
    value: str
    height: int
    known: bool
    missing: bool
    now: bool


@dataclass(frozen=True, slots=True)
class ShownTrend:
    """Contacts over the periods before and this one: columns, the same in a line of text, and what a chart says."""

    title: str
    columns: tuple[Column, ...]
    line: str
    alt: str


def present(rows: EditionRows, *, draft: bool, listing: Listing = FULL) -> dict[str, Any]:
    """The values of the edition's templates."""
    teller = Teller(rows)
    events = {event.id: event for event in (*rows.events, *rows.late, *rows.planned)}
    known = events.__getitem__
    headline = _headline(rows)

    def brief(event_id: str) -> ShownEvent:
        return teller.event(known(event_id), brief=True)

    return {
        "language": rows.language,
        "signs": signs(rows.language),
        "kind": rows.kind,
        "masthead": _masthead(rows),
        "subject": _subject(rows, headline),
        "headline": headline[:1].upper() + headline[1:],
        "lead": _lead(rows),
        "preheader": _preheader(rows, teller, known),
        "notices": _notices(rows, draft),
        "highlights_title": _highlights_title(len(rows.highlights), rows.language),
        "highlights": teller.highlights(known),
        "corrections": corrections(rows, listing.others),
        "figures": _figures(rows),
        "figures_note": _figures_note(rows),
        "before_title": word("period_before", rows.kind, rows.language),
        "now_title": word("this_period", rows.kind, rows.language),
        "regions": _bars(rows.figures.regions, "regions", region_rank, rows.language),
        "types": _bars(rows.figures.types, "figures", figure_rank, rows.language),
        "countries": rows.figures.named,
        "trend": trend(rows),
        "trips": capped(teller.trips(known), listing.others, rows.language),
        "training": capped([brief(one) for one in rows.training], listing.others, rows.language),
        "documents": capped([brief(one) for one in rows.documents], listing.others, rows.language),
        "sections": teller.sections(listing),
        "edited": capped(edits(rows), listing.others, rows.language),
        "removed": capped(removals(rows), listing.others, rows.language),
        "gaps": gaps(rows),
        "gaps_title": gaps_title(rows),
        "gaps_expected": gaps_expected(rows),
        "about": _about(rows),
    }


# --- the head --------------------------------------------------------------------------------------


def _masthead(rows: EditionRows) -> str:
    language = rows.language
    if rows.kind == "event":
        return day(rows.cut_off.astimezone(BEIJING).date(), None, language)
    period = parse_period(rows.period)
    if isinstance(period, Week):
        span = days(rows.first_day, rows.last_day, None, language)
        return say(language, "Week %(week)s · %(span)s", week=period.number, span=span)
    return month(rows.first_day, language)


def _subject(rows: EditionRows, headline: str) -> str:
    language = rows.language
    if rows.kind == "event":
        return say(language, "IDCPC: %(headline)s", headline=headline)
    period = parse_period(rows.period)
    if isinstance(period, Week):
        return say(language, "IDCPC, week %(week)s: %(headline)s", week=period.number, headline=headline)
    return say(language, "IDCPC, %(month)s: %(headline)s", month=month(rows.first_day, language), headline=headline)


def _headline(rows: EditionRows) -> str:
    """The period in one line. That nothing was read never looks like nothing that happened."""
    language = rows.language
    if rows.kind == "event":
        return _first(rows)
    contacts, countries = rows.figures.contacts.now, rows.figures.countries.now
    if contacts and countries:
        with_countries = count(language, "%(number)s country", "%(number)s countries", countries)
        return count(
            language, "%(number)s contact with %(countries)s", "%(number)s contacts with %(countries)s", contacts,
            countries=with_countries,
        )  # fmt: skip
    if contacts:
        return count(language, "%(number)s contact", "%(number)s contacts", contacts)
    if unwatched(rows):
        return say(language, "the watch had not begun")
    if rows.sites and len(rows.gaps) == rows.sites:
        return say(language, "no site could be read in full")
    if not rows.sites:
        return say(language, "no site is known yet")
    return say(language, "no contact published")


def _first(rows: EditionRows) -> str:
    """What is new about the one event that is sent at once."""
    firsts = [first for event in rows.events for first in event.firsts]
    if not firsts:
        return say(rows.language, "a new contact")
    return reason_text(firsts[0], "marks", rows.language)


def _lead(rows: EditionRows) -> str:
    if rows.kind == "event":
        return say(rows.language, "Sent at once because you asked for first contacts.")
    if rows.wishes:
        return say(
            rows.language,
            "What the International Department of the Communist Party of China did with foreign political parties: "
            "what you asked for of it, as published and archived.",
        )
    return say(
        rows.language,
        "What the International Department of the Communist Party of China did with foreign political parties, as "
        "published and archived.",
    )


def _preheader(rows: EditionRows, teller: Teller, known: Callable[[str], Event]) -> str:
    first = next((known(one.event_id) for one in rows.highlights if one.event_id), next(iter(rows.events), None))
    told = teller.event(first, brief=True).plain if first else gaps_title(rows)
    return clean(told, PREHEADER) or ""


def _highlights_title(number: int, language: str) -> str:
    numbers = {
        2: say(language, "Two things that matter"),
        3: say(language, "Three things that matter"),
        4: say(language, "Four things that matter"),
        5: say(language, "Five things that matter"),
    }
    return numbers.get(number, say(language, "What matters most"))


def _notices(rows: EditionRows, draft: bool) -> list[Notice]:
    language = rows.language
    notices = []
    if rows.sample:
        text = say(
            language, "Everything here comes from pages written for idwatch. It must not be quoted as news."
        )  # fmt: skip
        notices.append(Notice(say(language, "Sample data."), text))
    if draft:
        running = rows.cut_off.astimezone(BEIJING).date() <= rows.last_day
        why = say(language, "The period is still running") if running else say(language, "Not sent to anybody")
        known = say(language, "%(why)s; as known on %(instant)s.", why=why, instant=_instant(rows))
        notices.append(Notice(say(language, "Draft."), known))
    if rows.empty and rows.kind != "event":
        text = say(
            language,
            "No event that was not told before became known, and no page was seen to change. What could not be read "
            "is said below.",
        )
        notices.append(Notice(say(language, "Nothing to tell."), text))
    return notices


def _instant(rows: EditionRows) -> str:
    local = rows.cut_off.astimezone(BEIJING)
    return say(
        rows.language, "%(day)s, %(time)s Beijing time", day=day(local.date(), None, rows.language),
        time=f"{local:%H:%M}",
    )  # fmt: skip


# --- figures ---------------------------------------------------------------------------------------


def _figures(rows: EditionRows) -> list[Figure]:
    means = {one.name: one.mean for one in rows.trends.figures}
    now = rows.figures
    shown = (now.contacts, now.countries, now.officials, now.visits)
    return [_figure(one, means.get(one.name), rows) for one in shown]


def _figure(one: Compared, mean: float | None, rows: EditionRows) -> Figure:
    name = word("figure_names", one.name, rows.language)
    if mean is None:
        return Figure(name, one.now, None, 0, 0)
    most = max(float(one.now), mean)
    return Figure(name, one.now, mean_text(mean), _share(one.now, most), _share(mean, most))


def _figures_note(rows: EditionRows) -> str:
    """What the mean beside the figures is that of."""
    contacts = _trend_of(rows, "contacts")
    counted = len([value for value in contacts.values[:-1] if value is not None]) if contacts else 0
    if not counted:
        return say(rows.language, "No earlier period is known to compare with.")
    if rows.kind == "month":
        return count(
            rows.language, "Mean: that of the month before.", "Mean: that of the %(number)s months before.", counted
        )
    return count(rows.language, "Mean: that of the week before.", "Mean: that of the %(number)s weeks before.", counted)


def _bars(values: Sequence[Compared], table: str, rank: Callable[[str], int], language: str) -> list[Bar]:
    most = max((max(value.now, value.before) for value in values), default=0)
    return [
        Bar(
            word(table, value.name, language), value.now, value.before, _share(value.now, most),
            _share(value.before, most),
        )
        for value in sorted(values, key=lambda value: rank(value.name))
    ]  # fmt: skip


def _share(value: float, most: float) -> int:
    """Per cent of the most; at least one where there is something."""
    return max(1, round(100 * value / most)) if value and most else 0


def _trend_of(rows: EditionRows, name: str) -> Trend | None:
    return next((one for one in rows.trends.figures if one.name == name), None)


def trend(rows: EditionRows) -> ShownTrend | None:
    """Contacts of the periods before and of this one; None where there is nothing to compare with."""
    contacts = _trend_of(rows, "contacts")
    if contacts is None or not any(value is not None for value in contacts.values[:-1]):
        return None
    language, blank = rows.language, signs(rows.language)["blank"]
    most = max((value or 0 for value in contacts.values), default=0)
    columns = []
    for period, value in zip(rows.trends.periods, contacts.values, strict=True):
        label = period.name[-2:]
        height = round(COLUMN_HEIGHT * value / most) if value and most else 0
        columns.append(
            Column(
                label, "–" if value is None else str(value), max(height, 2) if value else 1, value is not None,
                period.missing > 0, period.name == rows.period,
            )
        )  # fmt: skip
    told = ", ".join(column.value + ("*" if column.missing and column.known else "") for column in columns)
    line = say(language, "Oldest first: %(values)s. Mean before: %(mean)s.", values=told,
               mean=mean_text(contacts.mean))  # fmt: skip
    if any(column.missing and column.known for column in columns):
        line += blank + say(language, "*: some site could not be read.")
    if not all(column.known for column in columns):
        line += blank + say(language, "–: nothing was watched.")
    alt = say(
        language, "%(title)s as a chart: %(now)s now, %(mean)s on average before.",
        title=word("chart", rows.kind, language), now=contacts.values[-1] or 0, mean=mean_text(contacts.mean),
    )  # fmt: skip
    return ShownTrend(word("chart", rows.kind, language), tuple(columns), line, alt)


# --- the foot --------------------------------------------------------------------------------------


def _about(rows: EditionRows) -> list[str]:
    language = rows.language
    blank = signs(language)["blank"]
    sentences = say(
        language,
        "Sentences are generated from the database; each is backed by the pages named under it and their archived "
        "copies. Days are local to the place, those of calls Beijing days.",
    )
    if rows.kind == "event":
        return [say(language, "As known on %(instant)s.", instant=_instant(rows)) + blank + sentences]
    counting = say(
        language,
        "Contacts are meetings, calls, training, forums, briefings and the founding of mechanisms that took place. "
        "Visits are counted apart. An event with several countries counts once in each and once in the total. "
        "This is the published record, not all activity.",
    )
    span = say(
        language, "%(span)s by Beijing dates; as known on %(instant)s.",
        span=days(rows.first_day, rows.last_day, None, language), instant=_instant(rows),
    )  # fmt: skip
    lines = [counting, span + blank + sentences]
    if not rows.gaps and rows.sites:
        lines.append(gaps_title(rows))
    if rows.small_edits:
        lines.append(
            count(
                language, "%(number)s small edit of a page changed no fact.",
                "%(number)s small edits of pages changed no fact.", rows.small_edits,
            )
        )  # fmt: skip
    before = _known_before(rows.known_before, language)
    return [*lines, *([before] if before else [])]


def _known_before(rest: Rest, language: str) -> str | None:
    if not rest.count:
        return None
    return count(
        language,
        "%(number)s earlier event was known before this first edition and is not listed: %(span)s.",
        "%(number)s earlier events were known before this first edition and are not listed: %(span)s.",
        rest.count,
        span=span_of(rest.first_day, rest.last_day, language),
    )

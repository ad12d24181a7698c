"""What the templates of an edition are given: headings, notices, sections, all words chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from digests.rows import Compared, Edited, EditionRows, Event, Gap, Name, Removed, Rest, Source
from digests.sentences import Sentence, plain, sentence
from digests.texts import is_chinese
from digests.wording import day, days, figure_rank, region_rank, word, wording_of
from pipeline.clock import BEIJING
from pipeline.words import Standing

COUNTRIES_IN_KICKER = 3
LANGUAGES = {"zh": " (Chinese)", "en": " (English)"}

COUNTING = (
    "Contacts are meetings, calls, training, forums, briefings and the founding of mechanisms that took place. "
    "Visits are counted apart. An event with several countries counts once in each and once in the total. "
    "This is the published record, not all activity."
)
SENTENCES = (
    "Sentences are generated from the database; each is backed by the pages named under it and their archived copies. "
    "Days are local to the place, those of calls Beijing days."
)


@dataclass(frozen=True, slots=True)
class Listing:
    """How many of this week's and the late events are told in full, and how many at all."""

    full: int
    shown: int


FULL = Listing(1_000_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class ShownSource:
    url: str | None
    host: str
    language_note: str
    state_note: str
    copy: str


@dataclass(frozen=True, slots=True)
class ShownEvent:
    who: str
    label: str
    sentence: Sentence
    plain: str
    title_zh: str | None
    standing: str
    disputed: bool
    source_lost: bool
    sources: tuple[ShownSource, ...]
    brief: bool


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    lead: str | None
    events: tuple[ShownEvent, ...]
    rest: str | None = None


@dataclass(frozen=True, slots=True)
class ShownEdit:
    title: Name
    url: str | None
    site: str
    seen: str
    fields: str
    before: str
    after: str
    taken_out: tuple[Name, ...]
    put_in: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class ShownRemoval:
    title: Name
    url: str | None
    site: str
    since: str
    what: str
    copy: str | None


@dataclass(frozen=True, slots=True)
class ShownGap:
    site: str
    what: str
    cause: str | None


@dataclass(frozen=True, slots=True)
class Notice:
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    now: int
    before: int
    share: int


def present(rows: EditionRows, *, draft: bool, listing: Listing = FULL) -> dict[str, Any]:
    """The values of the edition's templates."""
    year = rows.last_day.year
    headline = _headline(rows)
    return {
        "week": int(rows.period[-2:]),
        "span": days(rows.first_day, rows.last_day),
        "headline": headline,
        "headline_title": headline[:1].upper() + headline[1:],
        "preheader": _preheader(rows, year),
        "notices": _notices(rows, draft),
        "gaps": [_gap(gap, year) for gap in rows.gaps],
        "gaps_title": _gaps_title(rows),
        "figures": _figures(rows),
        "regions": _bars(rows.figures.regions, "regions", region_rank),
        "types": _bars(rows.figures.types, "figures", figure_rank),
        "countries": rows.figures.named,
        "sections": _sections(rows, year, listing),
        "edited": [_edited(page, year) for page in rows.edited],
        "removed": [_removed(page, year) for page in rows.removed],
        "about": _about(rows, year),
    }


def _headline(rows: EditionRows) -> str:
    """The week in one line. That nothing was read never looks like nothing that happened."""
    contacts, countries = rows.figures.contacts.now, rows.figures.countries.now
    if contacts:
        with_countries = f" with {_number(countries, 'country', 'countries')}" if countries else ""
        return _number(contacts, "contact", "contacts") + with_countries
    if _unwatched(rows):
        return "the watch had not begun"
    if rows.sites and len(rows.gaps) == rows.sites:
        return "no site could be read in full"
    if not rows.sites:
        return "no site is known yet"
    return "no contact published"


def _preheader(rows: EditionRows, year: int) -> str:
    first = next(iter(rows.events), None)
    return plain(sentence(first, year)) if first else _gaps_title(rows)


def _notices(rows: EditionRows, draft: bool) -> list[Notice]:
    notices = []
    if rows.sample:
        text = "Everything here comes from pages written for idwatch. It must not be quoted as news."
        notices.append(Notice("Sample data.", text))
    if draft:
        running = rows.cut_off.astimezone(BEIJING).date() <= rows.last_day
        why = "The week is still running" if running else "Not sent to anybody"
        notices.append(Notice("Draft.", f"{why}; as known on {_instant(rows)}."))
    return notices


def _instant(rows: EditionRows) -> str:
    local = rows.cut_off.astimezone(BEIJING)
    return f"{day(local.date())}, {local:%H:%M} Beijing time"


def _gaps_title(rows: EditionRows) -> str:
    if not rows.gaps:
        return f"All {rows.sites} sites were read." if rows.sites != 1 else "The one site was read."
    if _unwatched(rows):
        return "The watch had not begun when this week ended: what is known of it was read later."
    return f"Not everything could be read: {len(rows.gaps)} of {_number(rows.sites, 'site', 'sites')}."


def _unwatched(rows: EditionRows) -> bool:
    """True where the week ended before any site was watched."""
    kinds = {gap.kind for gap in rows.gaps}
    return len(rows.gaps) == rows.sites and "before" in kinds and kinds <= {"before", "never"}


def _gap(gap: Gap, year: int) -> ShownGap:
    what = word("outcome", gap.kind).replace("{day}", day(gap.since, year) if gap.since else "")
    return ShownGap(gap.site, what, gap.cause)


def _figures(rows: EditionRows) -> list[Compared]:
    headline = rows.figures
    names = ("Contacts", "Countries", "Chinese officials", "Visits")
    values = (headline.contacts, headline.countries, headline.officials, headline.visits)
    return [Compared(name, value.now, value.before) for name, value in zip(names, values, strict=True)]


def _bars(values: Sequence[Compared], table: str, rank: Callable[[str], int]) -> list[Bar]:
    most = max([value.now for value in values], default=0)
    return [
        Bar(word(table, value.name), value.now, value.before, round(100 * value.now / most) if most else 0)
        for value in sorted(values, key=lambda value: rank(value.name))
    ]


# --- sections --------------------------------------------------------------------------------------


def _sections(rows: EditionRows, year: int, listing: Listing) -> list[Section]:
    sections: list[Section] = []
    told = 0
    for region in dict.fromkeys(event.region for event in rows.events):
        here = [event for event in rows.events if event.region == region]
        sections.append(_section(word("regions", region), None, here, year, listing, told))
        told += len(here)
    if rows.planned:
        lead = "Announced or called off, for this week or later."
        sections.append(_section("Planned", lead, rows.planned, year, listing, told))
        told += len(rows.planned)
    if rows.late or rows.late_rest.count:
        lead = "Events of earlier weeks that became known only now."
        late = _section("Late", lead, rows.late, year, listing, told)
        rest = [text for text in (late.rest, _rest(rows.late_rest, "{} more late {}, {}.")) if text]
        sections.append(Section(late.title, late.lead, late.events, " ".join(rest) or None))
    return sections


def _section(title: str, lead: str | None, events: Sequence[Event], year: int, listing: Listing, told: int) -> Section:
    shown = [
        _event(event, year, brief=told + index >= listing.full)
        for index, event in enumerate(events)
        if told + index < listing.shown
    ]
    left = len(events) - len(shown)
    rest = f"{_number(left, 'more event', 'more events')} not listed here for the length of a mail." if left else None
    return Section(title, lead, tuple(shown), rest)


def _event(event: Event, year: int, *, brief: bool) -> ShownEvent:
    said = sentence(event, year)
    return ShownEvent(
        who=_who(event),
        label=wording_of(event.type).label if event.countries else "",
        sentence=said,
        plain=plain(said),
        title_zh=event.title_zh,
        standing=word("standing", event.standing),
        disputed=event.standing == Standing.DISPUTED.value,
        source_lost=event.source_lost,
        sources=tuple(_source(source) for source in event.sources),
        brief=brief,
    )


def _who(event: Event) -> str:
    names = event.countries
    if not names:
        return wording_of(event.type).label
    return ", ".join(names) if len(names) <= COUNTRIES_IN_KICKER else f"{len(names)} countries"


def _source(source: Source) -> ShownSource:
    notes = []
    if source.lost:
        notes.append("no longer says so")
    if source.state in ("gone", "gone_candidate"):
        notes.append("page gone" if source.state == "gone" else "page missing")
    note = f" – {', '.join(notes)}" if notes else ""
    return ShownSource(source.url, source.host, LANGUAGES.get(source.language, ""), note, source.copy)


def _edited(page: Edited, year: int) -> ShownEdit:
    fields = dict.fromkeys(word("fields", field.partition("[")[0]) for field in page.fields)
    taken_out, put_in = (tuple(_line(text) for text in lines) for lines in (page.taken_out, page.put_in))
    seen = f"Seen on {day(page.seen, year)}"
    return ShownEdit(
        page.title, page.url, page.site, seen, ", ".join(fields), page.before, page.after, taken_out, put_in
    )


def _removed(page: Removed, year: int) -> ShownRemoval:
    since = f"Since {day(page.since, year)}"
    return ShownRemoval(page.title, page.url, page.site, since, word("page_state", page.state), page.copy)


def _line(text: str) -> Name:
    return Name(text, "zh" if is_chinese(text) else "en")


# --- the foot --------------------------------------------------------------------------------------


def _about(rows: EditionRows, year: int) -> list[str]:
    known = f"{days(rows.first_day, rows.last_day)}; as known on {_instant(rows)}"
    lines = [COUNTING, f"Week by Beijing dates, {known}. {SENTENCES}"]
    if not rows.gaps and rows.sites:
        lines.append(_gaps_title(rows))
    if rows.small_edits:
        lines.append(f"{_number(rows.small_edits, 'small edit', 'small edits')} of pages changed no fact.")
    before = _rest(rows.known_before, "{} earlier {} were known before this first edition and are not listed: {}.")
    return [*lines, *([before] if before else [])]


def _rest(rest: Rest, form: str) -> str | None:
    if not rest.count:
        return None
    span = "of unknown days" if rest.first_day is None or rest.last_day is None else _years(rest)
    return form.format(f"{rest.count:,}", "event" if rest.count == 1 else "events", span)


def _years(rest: Rest) -> str:
    assert rest.first_day is not None
    assert rest.last_day is not None
    return f"from {day(rest.first_day)} to {day(rest.last_day)}"


def _number(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"

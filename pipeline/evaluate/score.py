"""One page scored: every field of its paired events, what was missed and what was invented (codebook §18.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from pipeline.evaluate.align import align, counted, matched, told_within
from pipeline.evaluate.intervals import Tally
from pipeline.evaluate.labels import LabelBody, LabelEvent, LabelPerson, LabelRow
from pipeline.evaluate.names import cities, plain, same_body, same_person, same_place, squeezed
from pipeline.evaluate.vocabulary import REMOTE, WORDS, mode_of
from pipeline.words import ChinesePerson, Document, Evidence, Extraction, ForeignPerson, Mention, Organisation, Scope

FIELDS = (
    "relevance", "events", "date", "end_date", "date_precision", "type", "type_code", "mode", "mode_code", "realis",
    "is_series", "parent", "place", "countries", "organisations", "chinese_people", "chinese_titles",
    "foreign_people", "foreign_titles", "themes", "participants",
)  # fmt: skip
"""What is judged, in the order of the report. ``type`` is level 1, ``mode`` remote or not; ``*_code`` the codes."""

BANDS = ((2011, "to 2011"), (2017, "2012-2017"), (2022, "2018-2022"), (9999, "2023 on"))
_L = TypeVar("_L")
_P = TypeVar("_P")


@dataclass(frozen=True, slots=True)
class Judgement:
    """One field of one label (``event`` is its number) or of one invented event (None), judged.

    ``family`` is the level-1 type it is reported under; ``spans`` are the words that what is wrong was read from.
    """

    field: str
    tally: Tally
    wanted: str
    got: str
    event: int | None = None
    family: str | None = None
    spans: tuple[tuple[int, int], ...] = ()
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class PageScore:
    """A page's text, what was counted of its predictions, the pairs (label number, prediction), the judgements."""

    row: LabelRow
    document: Document
    mentions: tuple[Mention, ...]
    pairs: tuple[tuple[int, Mention], ...]
    judgements: tuple[Judgement, ...]

    @property
    def errors(self) -> list[Judgement]:
        return [judgement for judgement in self.judgements if not judgement.tally.is_right]

    @property
    def badness(self) -> float:
        """How many values were missed or invented."""
        tallies = [judgement.tally for judgement in self.judgements]
        return sum(tally.predicted + tally.labelled - 2 * tally.right for tally in tallies)

    @property
    def language(self) -> str:
        return self.row.language or self.document.language

    @property
    def outlet(self) -> str:
        host = urlsplit(self.row.url).hostname or ""
        return self.row.outlet or host.removeprefix("www.") or "unknown"

    @property
    def band(self) -> str:
        """The band of the year published, failing that of the first labelled day."""
        days = (self.row.published, *(event.date_start for event in self.row.events))
        year = next((day.year for day in days if day), None)
        return "unknown" if year is None else next(name for last, name in BANDS if year <= last)


def total(judgements: Iterable[Judgement]) -> dict[str, Tally]:
    """The sum for each field that was asked, in the order of FIELDS."""
    sums = dict.fromkeys(FIELDS, Tally())
    for judgement in judgements:
        sums[judgement.field] += judgement.tally
    return {field: tally for field, tally in sums.items() if tally.labelled or tally.predicted}


def score_page(row: LabelRow, document: Document, extraction: Extraction) -> PageScore:
    """A page's predictions judged by its label row."""
    mentions = counted(extraction.mentions, row.seen)
    labels = [event for event in row.events if event.counts]
    pairs = [(labels[label], mentions[place]) for label, place in align(labels, mentions)]
    judged = [*_page(row, extraction, labels, mentions, pairs)]
    number_of = {label.number: mention.number for label, mention in pairs}
    for label, mention in pairs:
        judged += [*_event(label, mention, number_of)]
    judgements = tuple(_with_dispute(judgement, row) for judgement in judged)
    return PageScore(
        row, document, tuple(mentions), tuple((label.number, mention) for label, mention in pairs), judgements
    )


def _with_dispute(judgement: Judgement, row: LabelRow) -> Judgement:
    if (judgement.event, judgement.field) not in row.disputed:
        return judgement
    return Judgement(
        judgement.field, judgement.tally, judgement.wanted, judgement.got,
        judgement.event, judgement.family, judgement.spans, disputed=True,
    )  # fmt: skip


def _page(
    row: LabelRow,
    extraction: Extraction,
    labels: Sequence[LabelEvent],
    mentions: Sequence[Mention],
    pairs: Sequence[tuple[LabelEvent, Mention]],
) -> Iterator[Judgement]:
    """Relevance, and which events were found."""
    relevant = any(one.scope is Scope.IN and told_within(one, row.seen) for one in extraction.mentions)
    yield Judgement(
        "relevance",
        Tally(int(relevant and row.relevant), int(relevant), int(row.relevant)),
        "relevant" if row.relevant else "not relevant",
        "relevant" if relevant else "not relevant",
    )
    found = {label.number: mention for label, mention in pairs}
    for label in labels:
        mention = found.get(label.number)
        tally = Tally(1, 1, 1) if mention else Tally(0, 0, 1)
        got = told(mention) if mention else ""
        yield Judgement("events", tally, labelled(label), got, label.number, family_of(label))
    if row.complete:
        paired = {id(mention) for mention in found.values()}
        for mention in mentions:
            if id(mention) not in paired:
                family = mention.type.partition(".")[0]
                spans = _spans(mention, "type") or _spans(mention, "")
                yield Judgement("events", Tally(0, 1, 0), "", told(mention), None, family, spans)


def _event(label: LabelEvent, mention: Mention, number_of: Mapping[int, int]) -> Iterator[Judgement]:
    """Every field of a pair that the label holds."""
    level1 = mention.type.partition(".")[0]
    place = cities(label.places) if label.mode not in REMOTE else frozenset()
    same_place_ = same_place(label.places, mention.place, mention.place_zh, mention.place_id)
    parent = number_of.get(label.parent, 0) if label.parent else None
    values: tuple[tuple[str, str, object, object, bool], ...] = (
        # field, the evidence it is read from, labelled, predicted, whether they agree
        ("date", "date", label.date_start, mention.date_start, label.date_start == mention.date_start),
        ("end_date", "date", label.date_end, mention.date_end, label.date_end == mention.date_end),
        (
            "date_precision",
            "date",
            label.date_precision,
            mention.date_precision,
            label.date_precision == mention.date_precision,
        ),
        ("type", "type", label.type if label.families else None, level1, level1 in label.families),
        ("type_code", "type", label.code if label.families else None, mention.type, label.code == mention.type),
        ("mode", "mode", label.mode, mode_of(mention.mode), label.mode == mode_of(mention.mode)),
        ("mode_code", "mode", label.mode_code, mention.mode, label.mode_code == mention.mode),
        ("realis", "realis", label.realis, mention.realis, label.realis == mention.realis),
        ("is_series", "type", label.is_series, mention.is_series, label.is_series == mention.is_series),
        ("parent", "type", parent, mention.parent, parent == mention.parent),
        ("place", "place", "/".join(label.places) if place else None, mention.place or mention.place_zh, same_place_),
        (
            "participants",
            "participants",
            label.participants,
            mention.participants,
            label.participants == mention.participants,
        ),
    )
    for field, evidence, ours, theirs, agrees in values:
        if ours is not None:
            given = theirs is not None
            tally = Tally(int(given and agrees), int(given), 1)
            spans = () if tally.is_right else _spans(mention, evidence)
            yield Judgement(field, tally, str(ours), _said(theirs), label.number, family_of(label), spans)
    yield from _lists(label, mention)


def _lists(label: LabelEvent, mention: Mention) -> Iterator[Judgement]:
    def judge(
        field: str,
        ours: Sequence[_L],
        theirs: Sequence[_P],
        same: Callable[[_L, _P], bool],
        say: tuple[Callable[[_L], str], Callable[[_P], str]],
    ) -> Iterator[Judgement]:
        if not ours:
            return
        pairs = matched(ours, theirs, same)
        found, right = {one for one, _ in pairs}, {other for _, other in pairs}
        missed = [say[0](one) for place, one in enumerate(ours) if place not in found]
        wrong = [place for place in range(len(theirs)) if place not in right]
        spans = tuple(span for place in wrong for span in _spans(mention, f"{field}[{place}]"))
        tally = Tally(len(pairs), len(theirs), len(ours))
        got = "; ".join(say[1](theirs[place]) for place in wrong)
        if tally.is_right:
            missed, got = [say[0](one) for one in ours], "; ".join(say[1](other) for other in theirs)
        yield Judgement(field, tally, "; ".join(missed), got, label.number, family_of(label), spans)

    def same_foreigner(one: LabelPerson, other: ForeignPerson) -> bool:
        return same_person(one, other, label.countries)

    yield from judge("countries", label.countries, mention.countries, _equal, (str, str))
    yield from judge("organisations", label.organisations, mention.organisations, same_body, (_body, _body))
    yield from judge("chinese_people", label.chinese_people, mention.chinese_people, same_person, (_person, _person))
    yield from judge("foreign_people", label.foreign_people, mention.foreign_people, same_foreigner, (_person, _person))
    yield from judge("themes", label.themes, mention.themes, _equal, (str, str))
    if label.type not in WORDS:  # the shared labels' titles are not as printed
        yield from _titles(label, mention, "chinese_titles", label.chinese_people, mention.chinese_people, same_person)
        yield from _titles(
            label, mention, "foreign_titles", label.foreign_people, mention.foreign_people, same_foreigner
        )


def _titles(
    label: LabelEvent,
    mention: Mention,
    field: str,
    ours: Sequence[LabelPerson],
    theirs: Sequence[_P],
    same: Callable[[LabelPerson, _P], bool],
) -> Iterator[Judgement]:
    """The titles of the people that both name."""
    for one, other in matched(ours, theirs, same):
        title, person = ours[one].title, theirs[other]
        if title is None or not isinstance(person, ChinesePerson | ForeignPerson):
            continue
        agrees = person.title is not None and squeezed(person.title) == squeezed(title)
        spans = () if agrees else _spans(mention, f"{field.partition('_')[0]}_people[{other}]")
        tally = Tally(int(agrees), int(person.title is not None), 1)
        yield Judgement(field, tally, title, _said(person.title), label.number, family_of(label), spans)


def family_of(label: LabelEvent) -> str:
    """The level-1 types of a label as one word, ``CONF/MEET`` where either is right."""
    return "/".join(sorted(label.families)) or "not scored"


def labelled(label: LabelEvent) -> str:
    """A label in one line, for the lists of what was missed."""
    parts = (
        label.type or "event", str(label.date_start or "no day"), ",".join(label.countries),
        ", ".join(_person(person) for person in label.chinese_people),
        ", ".join(_person(person) for person in label.foreign_people),
    )  # fmt: skip
    return " · ".join(part for part in parts if part)


def told(mention: Mention) -> str:
    """A prediction in one line."""
    parts = (
        mention.type, str(mention.date_start or "no day"), ",".join(mention.countries),
        ", ".join(_person(person) for person in mention.chinese_people),
        ", ".join(_person(person) for person in mention.foreign_people),
    )  # fmt: skip
    return " · ".join(part for part in parts if part)


def _person(person: LabelPerson | ChinesePerson | ForeignPerson) -> str:
    if isinstance(person, LabelPerson):
        return "/".join(person.names)
    name_zh = person.name_zh if isinstance(person, ChinesePerson) else None
    return f"{person.name}/{name_zh}" if name_zh and plain(name_zh) != plain(person.name) else person.name


def _body(body: LabelBody | Organisation) -> str:
    return body.name


def _equal(one: str, other: str) -> bool:
    return one == other


def _said(value: object) -> str:
    return "" if value is None else str(value)


def _spans(mention: Mention, field: str) -> tuple[tuple[int, int], ...]:
    """Where a field (or every field: ``""``) of a mention was read."""

    def is_of(item: Evidence) -> bool:
        return not field or item.field == field

    found = [(item.start, item.end) for item in mention.evidence if is_of(item)]
    return tuple((start, end) for start, end in found if start is not None and end is not None)

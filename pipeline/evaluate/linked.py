"""Labelled clusters: mentions as facts, each with the event that it tells, loaded as the resolver takes them.

    {"id": "a-0001-1", "event": "a-0001", "parent": null, "realises": null, "hard": ["parent-child"],
     "against": ["a-0002"], "page": "https://…", "site": "idcpc_zh", "site_kind": "official", "family": "idcpc",
     "language": "zh", "published": "2018-10-19", "title": "…", "mention": {"type": "VISIT.OUT", …}}

One mention a line, names as printed. Mentions of one page count their numbers in the order of the file. A file is a
world of its own: what two labellers wrote may be one happening under two names, so files are resolved apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from pipeline.evaluate.checks import Checked, LabelError
from pipeline.evaluate.labels import label_lines
from pipeline.evaluate.linking import chinese_person, foreign_person, organisation, place
from pipeline.evaluate.vocabulary import CODES, MODES, OLD_MODES
from pipeline.words import DatePrecision, KeptMention, Mention, MentionKey, Realis, Scope, SiteKind

__all__ = ["LinkedMention", "LinkedSet", "is_linked", "load_linked"]


@dataclass(frozen=True, slots=True)
class LinkedMention:
    """One labelled mention. ``parent`` and ``realises`` are events; ``hard`` says what makes it hard to tell apart,
    and ``against`` from which events (empty: from every other)."""

    id: str
    event: str
    kept: KeptMention
    parent: str | None = None
    realises: str | None = None
    hard: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkedSet:
    """The labelled mentions that are resolved together."""

    name: str
    mentions: tuple[LinkedMention, ...]


def is_linked(path: Path) -> bool:
    """Whether a label file (or the first of a folder) holds labelled clusters. Raises LabelError for no JSON lines."""
    for file in _files(path):
        for _, content in label_lines(file):
            return "mention" in content
    return False


def load_linked(paths: Sequence[Path]) -> list[LinkedSet]:
    """The sets of some files, or of all ``*.jsonl`` of folders.

    Raises LabelError, which names file and line, for a line that cannot be used, an id that stands twice, and a
    parent, realised or opposed event that no line of the file tells.
    """
    sets = [_load(file) for path in paths for file in _files(path)]
    if not any(one.mentions for one in sets):
        raise LabelError(", ".join(map(str, paths)), "holds no labels")
    return sets


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.jsonl")) if path.is_dir() else [path]


def _load(file: Path) -> LinkedSet:
    rows: dict[str, tuple[LinkedMention, str]] = {}
    numbers: Counter[str] = Counter()
    for where, content in label_lines(file):
        row = Checked(content, where)
        page = row.require("page", str)
        numbers[page] += 1
        mention = _row(row, page, numbers[page])
        if mention.id in rows:
            raise row.error(f"the id {mention.id!r} stands already in {rows[mention.id][1]}")
        rows[mention.id] = mention, where
    events = {mention.event for mention, _ in rows.values()}
    for mention, where in rows.values():
        for key, named in (("parent", mention.parent), ("realises", mention.realises), *_against(mention)):
            if named is not None and (named not in events or named == mention.event):
                raise LabelError(where, f"`{key}` names {named!r}, which is no other event of this file")
    return LinkedSet(file.name, with_parents([mention for mention, _ in rows.values()]))


def _against(mention: LinkedMention) -> list[tuple[str, str]]:
    return [("against", event) for event in mention.against]


def with_parents(mentions: Sequence[LinkedMention]) -> tuple[LinkedMention, ...]:
    """The mentions, each with the number of its parent where that is told on the same page, as extracted ones have."""
    number_of = {(one.kept.key.page, one.event): one.kept.key.number for one in reversed(mentions)}
    found = []
    for one in mentions:
        number = number_of.get((one.kept.key.page, one.parent)) if one.parent is not None else None
        told = replace(one.kept.mention, parent=number)
        found.append(replace(one, kept=replace(one.kept, mention=told)))
    return tuple(found)


def _row(row: Checked, page: str, number: int) -> LinkedMention:
    published = row.day("published")
    kind = row.one_of("site_kind", [value.value for value in SiteKind])
    told = row.child(row.require("mention", dict), "`mention`")
    kept = KeptMention(
        key=MentionKey(page, number),
        mention=_mention(told, number, published),
        site=row.require("site", str),
        site_kind=SiteKind(kind or SiteKind.MEDIA),
        family=row.require("family", str),
        language=row.require("language", str),
        first_seen_at=datetime.combine(published or date.max, time(), UTC),
        title=row.text("title"),
    )
    return LinkedMention(
        id=row.identity("id"),
        event=row.require("event", str),
        kept=kept,
        parent=row.text("parent"),
        realises=row.text("realises"),
        hard=row.names_only("hard"),
        against=row.names_only("against"),
    )


def _mention(told: Checked, number: int, published: date | None) -> Mention:
    """A labelled mention's facts with the gazetteer's ids. Bodies and people are looked up for the event's day."""
    kind = told.one_of("type", CODES)
    if kind is None:
        raise told.error("`type` is missing")
    start = told.day("date_start")
    end = told.day("date_end") or start
    if start and end and end < start:
        raise told.error(f"`date_end` {end} is before `date_start` {start}")
    precision = told.one_of("date_precision", [value.value for value in DatePrecision])
    countries = told.countries("countries")
    day = start or published
    name, name_zh, place_id = place(told.text("place"), told.text("place_zh"), countries)
    return Mention(
        number=number,
        type=kind,
        date_start=start,
        date_end=end,
        date_precision=DatePrecision(precision) if precision else _precision(start, end),
        date_basis=None,
        mode=told.one_of("mode", MODES.keys() - OLD_MODES) or "unknown",
        realis=Realis(told.one_of("realis", [value.value for value in Realis]) or Realis.ACTUAL),
        scope=Scope.IN,
        is_series=bool(told.flag("is_series")),
        place=name,
        place_zh=name_zh,
        place_id=place_id,
        countries=countries,
        organisations=tuple(organisation(names[0], countries, day) for _, names in told.named("organisations")),
        chinese_people=tuple(
            chinese_person(names[0], person.text("title"), day) for person, names in told.named("chinese_people")
        ),
        foreign_people=tuple(
            foreign_person(names[0], person.text("title"), person.text("organisation"), person.text("country"))
            for person, names in told.named("foreign_people")
        ),
        themes=told.names_only("themes"),
        participants=told.number("participants"),
    )


def _precision(start: date | None, end: date | None) -> DatePrecision | None:
    if start is None:
        return None
    return DatePrecision.DAY if start == end else DatePrecision.DAY_RANGE

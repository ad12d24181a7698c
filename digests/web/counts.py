"""Numbers behind the charts and tables of the web: events that took place, counted by week, year, kind and country."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, case, extract, func, or_, select
from sqlalchemy.orm import Session

from digests.charts import DOUBTFUL_BELOW, Cell, Count, Place, Point
from digests.coverage import watch_began
from digests.known import TOO_WIDE
from digests.periods import Week
from digests.web.lists import Filter, narrowed
from digests.wording import word
from pipeline.clock import beijing_day
from pipeline.store.known import CRAWL
from pipeline.store.models import Country, EventCountry, EventRow, Run, Site
from pipeline.watch.health import READ
from pipeline.words import DatePrecision, Realis, Standing

Columns = TypeVarTuple("Columns")

WEEKS = 26
"""Weeks that a trend shows, the running one as the last."""
LATE = 1.5
"""A site that was not read for so many times its rhythm is missing."""
MONTHLY_UP_TO = 4
"""Years up to which a timeline has a circle for each month; longer ones have one for each quarter."""

_LAST_DAY = func.coalesce(EventRow.date_end, EventRow.date_start)
_DOUBTFUL = or_(EventRow.standing == Standing.DISPUTED.value, EventRow.confidence < DOUBTFUL_BELOW)
_SHADE: ColumnElement[int] = case(
    (_DOUBTFUL, 2), (EventRow.standing == Standing.SINGLE_SOURCE.value, 1), else_=0
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Watch:
    """From when on was watched, and since when some site is not read; None where none is, or nothing was yet."""

    began: date | None
    unread_since: date | None

    def unread(self, last: date) -> bool:
        """Whether a site that is not read now was not read to the end of a period either."""
        return self.unread_since is not None and last >= self.unread_since

    def watched(self, last: date) -> bool:
        return self.began is not None and last >= self.began


@dataclass(frozen=True, slots=True)
class Year:
    """The events of a year by how well they are attested."""

    year: int
    count: Count


def watch(session: Session, now: datetime) -> Watch:
    """What was watched, as far as it stands behind every number."""
    began = watch_began(session)
    good = case((and_(Run.ended_at.is_not(None), Run.health.in_(READ)), Run.started_at))
    rows = session.execute(
        select(Site.every_hours, func.max(good), func.min(Run.started_at))
        .join(Run, and_(Run.site == Site.name, Run.kind == CRAWL))
        .where(Site.watched)
        .group_by(Site.name, Site.every_hours)
    )
    stopped = [newest or first for every, newest, first in rows if is_late(every, newest, now)]
    return Watch(beijing_day(began) if began else None, beijing_day(min(stopped)) if stopped else None)


def is_late(every_hours: int, read_at: datetime | None, now: datetime) -> bool:
    """Whether a site of that rhythm should long have been read again."""
    return read_at is None or read_at < now - timedelta(hours=LATE * every_hours)


def weeks(session: Session, wanted: Filter, now: datetime) -> list[Point]:
    """The last half year week by week. The running week is not over: its number will grow. What is known to have been
    "in July" is in no week of it."""
    seen = watch(session, now)
    running = Week.running(now)
    first = running.first - timedelta(weeks=WEEKS - 1)
    query = _took_place(select(_LAST_DAY, _SHADE, func.count()), wanted)
    counts: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for day, shade, number in session.execute(
        query.where(_LAST_DAY.between(first, running.last), _finer_than(*TOO_WIDE)).group_by(_LAST_DAY, _SHADE)
    ):
        counts[Week.holding(day).first][shade] += number
    points = []
    for number in range(WEEKS):
        week = Week(first + timedelta(weeks=number))
        points.append(
            Point(
                label=week.name.partition("-")[2],
                count=Count(*counts[week.first]),
                missing=seen.unread(week.last),
                watched=seen.watched(week.last),
            )
        )
    return points


def years(session: Session, wanted: Filter) -> list[Year]:
    """The events of a filter by year, from the first to the last, the empty ones too."""
    year = extract("year", EventRow.date_start)
    query = _took_place(select(year, _SHADE, func.count()), wanted).group_by(year, _SHADE)
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for which, shade, number in session.execute(query):
        counts[int(which)][shade] += number
    return [Year(one, Count(*counts[one])) for one in range(min(counts), max(counts) + 1)] if counts else []


def cells(session: Session, wanted: Filter) -> list[Cell]:
    """The events of a filter by kind and month, or by quarter where they span many years; trips are a kind too."""
    year, month = extract("year", EventRow.date_start), extract("month", EventRow.date_start)
    query = _on_a_day(select(year, month, EventRow.type, _SHADE, func.count()), wanted)
    of_months = query.where(_finer_than(DatePrecision.YEAR.value))
    rows = session.execute(of_months.group_by(year, month, EventRow.type, _SHADE)).all()
    found = {int(row[0]) for row in rows}
    length = 1 if not found or max(found) - min(found) < MONTHLY_UP_TO else 3
    counts: dict[tuple[str, date], list[int]] = defaultdict(lambda: [0, 0, 0])
    for which, within, type_, shade, number in rows:
        first = date(int(which), (int(within) - 1) // length * length + 1, 1)
        counts[word("figures", type_.partition(".")[0]), first][shade] += number
    return [Cell(kind, first, _end(first, length), Count(*count)) for (kind, first), count in sorted(counts.items())]


def places(session: Session, wanted: Filter) -> list[Place]:
    """How often each country was met, the most often first."""
    events = func.count(func.distinct(EventRow.id))
    query = (
        select(Country.iso3, Country.name_en, events)
        .join(EventCountry, EventCountry.iso3 == Country.iso3)
        .join(EventRow, EventRow.id == EventCountry.event_id)
    )
    rows = session.execute(
        _took_place(query, wanted).group_by(Country.iso3, Country.name_en).order_by(events.desc(), Country.name_en)
    )
    return [Place(iso3, name, number) for iso3, name, number in rows]


def _took_place(query: Select[*Columns], wanted: Filter) -> Select[*Columns]:
    """Those of a filter that took place on a known day; trips and campaigns are counted by what belongs to them."""
    return _on_a_day(query, wanted).where(EventRow.is_series.is_(False))


def _on_a_day(query: Select[*Columns], wanted: Filter) -> Select[*Columns]:
    return narrowed(query, wanted).where(EventRow.realis == Realis.ACTUAL.value, EventRow.date_start.is_not(None))


def _finer_than(*precisions: str) -> ColumnElement[bool]:
    """Those whose days are known better than that."""
    return or_(EventRow.date_precision.is_(None), EventRow.date_precision.not_in(precisions))


def _end(first: date, months: int) -> date:
    behind = first.month - 1 + months
    return date(first.year + behind // 12, behind % 12 + 1, 1) - timedelta(days=1)

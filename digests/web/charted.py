"""The charts that pages show: each is a name and a filter, so that any list has its chart as it has its feed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from digests import charts
from digests.chart_parts import DARK, LIGHT, Palette, Spec
from digests.web import counts
from digests.web.lists import BadFilter, Filter


@dataclass(frozen=True, slots=True)
class Look:
    """How a chart is drawn: for which ground, and how wide."""

    palette: Palette
    narrow: bool


WIDE, NARROW = 700, 360
"""Widths in pixels; a chart keeps the size of its letters, so that a telephone gets one of its own."""
MAP_WIDTHS: Final = (620, 360)

_Draw = Callable[[Session, Filter, datetime, Look], Spec]


def look_of(values: Mapping[str, str]) -> Look:
    """What the query of an address asks for. Raises BadFilter."""
    ground, size = values.get("ground", "light"), values.get("size", "wide")
    if ground not in ("light", "dark"):
        raise BadFilter("ground is light or dark")
    if size not in ("wide", "narrow"):
        raise BadFilter("size is wide or narrow")
    return Look(DARK if ground == "dark" else LIGHT, size == "narrow")


def _weeks(session: Session, wanted: Filter, now: datetime, look: Look) -> Spec:
    points = counts.weeks(session, wanted, now)
    return charts.trend(
        points, what="Events a week", width=NARROW if look.narrow else WIDE, height=200, palette=look.palette
    )


def _years(session: Session, wanted: Filter, now: datetime, look: Look) -> Spec:
    seen = counts.watch(session, now)
    points = [
        charts.Point(
            str(one.year), one.count,
            missing=seen.unread(date(one.year, 12, 31)), watched=seen.watched(date(one.year, 12, 31)),
        )
        for one in counts.years(session, wanted)
    ]  # fmt: skip
    return charts.trend(
        points, what="Events a year", width=NARROW if look.narrow else WIDE, height=200, palette=look.palette
    )


def _timeline(session: Session, wanted: Filter, now: datetime, look: Look) -> Spec:
    seen = counts.watch(session, now)
    cells = counts.cells(session, wanted)
    kinds: dict[str, int] = {}
    for cell in cells:
        kinds[cell.kind] = kinds.get(cell.kind, 0) + cell.count.all
    return charts.timeline(
        cells,
        what="Events",
        kinds=sorted(kinds, key=lambda kind: (-kinds[kind], kind)),
        began=seen.began,
        missing=[(seen.unread_since, now.date())] if seen.unread_since else [],
        width=NARROW if look.narrow else WIDE,
        palette=look.palette,
    )


def _world(session: Session, wanted: Filter, now: datetime, look: Look) -> Spec:
    places = counts.places(session, wanted)
    return charts.world_map(places, what="Events", width=MAP_WIDTHS[look.narrow], palette=look.palette)


CHARTS: Final[Mapping[str, _Draw]] = {
    "weeks": _weeks, "years": _years, "timeline": _timeline, "world": _world,
}  # fmt: skip


def chart(session: Session, name: str, wanted: Filter, now: datetime, look: Look) -> Spec | None:
    """The specification of a chart; None where none has that name."""
    draw = CHARTS.get(name)
    return draw(session, wanted, now, look) if draw is not None else None

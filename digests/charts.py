"""Charts as Vega-Lite specifications: plain values that analysts can take further, drawn by vl-convert where the extra
``charts`` is installed.

Every chart shows what is doubtful and what is not known: shades for how well events are attested, hatching where
sources could not be read, grey where nothing was watched yet. A number nobody could know is never drawn as zero.
Labels are English only: no font for Chinese is promised where a chart is drawn.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib import resources
from importlib.util import find_spec
from typing import Any, Final, TypeVar

from digests.chart_parts import (
    COUNTED,
    LIGHT,
    SHADES,
    Palette,
    Spec,
    bands,
    framed,
    hatching,
    mean_line,
    numbers,
    positions,
    said,
    shades_of,
    spans,
)
from pipeline.words import Standing

T = TypeVar("T")

VEGA_LITE: Final = "6.4"
"""Version the specifications are written for; vl-convert holds it."""
DOUBTFUL_BELOW: Final = 0.5
"""Confidence under which an event is drawn as doubtful."""
_STEPS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
"""Where classes of the map may begin."""
_MARGIN: Final = timedelta(days=10)
"""Before the first and behind the last circle of a timeline."""
_ROW, _AROUND_ROWS = 34, 70
"""Pixels of a timeline's row, and of legend and axis about them, which a chart's height holds too."""


class ChartsMissing(RuntimeError):
    """vl-convert is not installed; the message says how to install it."""


@dataclass(frozen=True, slots=True)
class Count:
    """Events counted by how well they are attested: confirmed or corroborated, of a single source, and doubtful
    (disputed, or read with little confidence)."""

    certain: int = 0
    single: int = 0
    doubtful: int = 0

    @property
    def all(self) -> int:
        return self.certain + self.single + self.doubtful

    @classmethod
    def of(cls, attested: Iterable[tuple[str, float]]) -> Count:
        """The count of events given by standing and confidence."""
        counts = [0, 0, 0]
        for standing, confidence in attested:
            if standing == Standing.DISPUTED or confidence < DOUBTFUL_BELOW:
                counts[2] += 1
            else:
                counts[standing == Standing.SINGLE_SOURCE] += 1
        return cls(*counts)


@dataclass(frozen=True, slots=True)
class Point:
    """A figure of one period. ``count`` is None where nothing is known; a whole number where its doubt is not told.
    ``missing``: some site could not be read, so that there may have been more. ``watched`` is False before the watch
    began: what is known of such a period was read later, from archives and old lists."""

    label: str
    count: Count | int | None
    missing: bool = False
    watched: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """Events of one kind in one stretch of time, for a timeline."""

    kind: str
    first: date
    last: date
    count: Count


@dataclass(frozen=True, slots=True)
class Place:
    """How often a country was met."""

    iso3: str
    name: str
    events: int


def available() -> bool:
    """Whether charts can be drawn here; without, pages and mails have their tables alone."""
    return find_spec("vl_convert") is not None


def svg(spec: Spec) -> str:
    """A specification drawn as SVG. Raises ChartsMissing."""
    return _svg(json.dumps(spec, sort_keys=True))


def png(spec: Spec, scale: float = 2.0) -> bytes:
    """A specification drawn as PNG, ``scale`` pixels to each of its own. Raises ChartsMissing."""
    drawn: bytes = _converter().vegalite_to_png(spec, vl_version=VEGA_LITE, scale=scale, allowed_base_urls=[])
    return drawn


@lru_cache(maxsize=64)
def _svg(spec: str) -> str:
    drawn: str = _converter().vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
    return drawn


def _converter() -> Any:
    try:
        import vl_convert
    except ImportError as error:
        raise ChartsMissing("Charts need the extra `charts`: pip install 'idwatch[charts]'.") from error
    return vl_convert


# --- specifications -------------------------------------------------------------------------------


def trend(
    points: Sequence[Point],
    *,
    what: str,
    mean: float | None = None,
    newest: bool = False,
    width: int = 640,
    height: int = 180,
    palette: Palette = LIGHT,
) -> Spec:
    """A figure over periods as bars, the oldest first: ``what`` names it, ``mean`` is drawn as a line, ``newest`` sets
    the last bar off from the others by its number."""
    tops = [_number(point.count) for point in points]
    top = max([1.0, *(float(number) for number in tops if number is not None), (mean or 0) * 1.02])
    bars: list[dict[str, Any]] = [
        {"at": number, "period": point.label, "from": start, "to": end, "shade": shade}
        for number, point in enumerate(points)
        for shade, start, end in _stack(point.count)
    ]
    unknown = [number for number, point in enumerate(points) if point.count is None or not point.watched]
    layers: list[Spec] = []
    if unknown:
        layers.append(bands(unknown, top, {"type": "rect", "color": palette.unknown}))
    hatched = [number for number, point in enumerate(points) if point.missing and number not in unknown]
    if hatched:
        layers.append(hatching(hatched, top, palette))
    layers.append(
        {
            "data": {"values": bars},
            "transform": [{"calculate": "datum.at - 0.36", "as": "x"}, {"calculate": "datum.at + 0.36", "as": "x2"}],
            "mark": {"type": "rect", "tooltip": {"content": "data"}},
            "encoding": {
                "x": positions(len(points)) | {"field": "x", "axis": _periods(points, width)},
                "x2": {"field": "x2"},
                "y": numbers(top)
                | {"field": "from", "title": None, "axis": {"tickCount": 4, "format": "d", "tickMinStep": 1}},
                "y2": {"field": "to"},
                "color": shades_of({bar["shade"] for bar in bars}, bool(hatched), bool(unknown), palette, width),
            },
        }
    )
    if mean is not None:
        layers.append(mean_line(mean, len(points), palette))
    if newest and tops and tops[-1] is not None:
        layers.append(said(len(points) - 1, tops[-1], palette))
    return framed(_described(what, points, mean), layers, width, height, palette)


def timeline(
    cells: Sequence[Cell],
    *,
    what: str,
    kinds: Sequence[str],
    began: date | None = None,
    missing: Sequence[tuple[date, date]] = (),
    width: int = 640,
    palette: Palette = LIGHT,
) -> Spec:
    """When a country, party or official was met, one row for each of ``kinds``: circles whose area is the number of
    events, the well attested ones innermost. ``began``: from when on was watched, ``missing``: spans in which a site
    could not be read."""
    first, last = _span(cells, began)
    rows = {"field": "kind", "type": "nominal", "scale": {"domain": list(kinds)}, "title": None}
    circles: list[dict[str, Any]] = [
        {"kind": cell.kind, "day": _middle(cell).isoformat(), "events": number, "shade": shade}
        for cell in cells
        for shade, number in _nested(cell.count)
    ]
    most = max((cell.count.all for cell in cells), default=1)
    days = {"type": "temporal", "scale": {"domain": [first.isoformat(), last.isoformat()]}, "title": None}
    layers: list[Spec] = []
    before = began is not None and first < began
    if began is not None and before:
        layers.append(spans([(first, min(began, last))], days, palette.unknown, 1.0))
    within = [(max(start, first), min(end, last)) for start, end in missing if end >= first and start <= last]
    if within:
        layers.append(spans(within, days, palette.hatch, 0.45))
    axis = {
        "grid": True,
        "labelOverlap": True,
        "tickCount": 8,
        "format": "%Y" if (last - first).days > 900 else "%b %Y",
    }
    layers.append(
        {
            "data": {"values": circles},
            "mark": {"type": "circle", "opacity": 1, "tooltip": {"content": "data"}},
            "encoding": {
                "x": days | {"field": "day", "axis": axis},
                "y": rows | {"axis": {"grid": True, "labelLimit": 140, "domain": False, "ticks": False}},
                "size": {
                    "field": "events", "type": "quantitative", "legend": None,
                    "scale": {"type": "linear", "domain": [0, most], "range": [0, 420 if most > 3 else 130 * most]},
                },
                "order": {"field": "events", "sort": "descending"},
                "color": shades_of({circle["shade"] for circle in circles}, bool(within), before, palette, width),
            },
        }
    )  # fmt: skip
    total = sum(cell.count.all for cell in cells)
    told = f"{what}: {total} events from {first:%Y-%m} to {last:%Y-%m}, by kind; the table has the numbers."
    return framed(told, layers, width, _ROW * len(kinds) + _AROUND_ROWS, palette)


def world_map(places: Sequence[Place], *, what: str, width: int = 960, palette: Palette = LIGHT) -> Spec:
    """How often each country was met, as a map of the world; countries too small for it are circles."""
    world = _world()
    classes = _classes(max((place.events for place in places), default=1))
    met = [
        {"id": place.iso3, "country": place.name, "events": place.events, "class": _class_of(place.events, classes)}
        for place in places
        if place.events
    ]
    shown = {
        "field": "class",
        "type": "ordinal",
        "scale": {"domain": [name for _, name in classes], "range": _spread(palette.classes, len(classes))},
        "legend": {"title": "Events", "orient": "bottom", "direction": "horizontal", "symbolType": "square"},
    }
    tips = [{"field": "country", "title": "Country"}, {"field": "events", "title": "Events"}]
    topology = {"name": "world", "format": {"type": "topojson", "feature": "countries"}}
    small = [row | dict(zip(("lon", "lat"), world["points"][row["id"]], strict=True)) for row in met
             if row["id"] in world["points"]]  # fmt: skip
    fields = {"data": {"values": met}, "key": "id", "fields": ["country", "events", "class"]}
    layers: list[Spec] = [
        {
            "data": topology,
            "mark": {"type": "geoshape", "fill": palette.land, "stroke": palette.ground, "strokeWidth": 0.5},
        },
        {
            "data": topology,
            "transform": [{"lookup": "id", "from": fields}, {"filter": "isValid(datum.events)"}],
            "mark": {"type": "geoshape", "stroke": palette.ground, "strokeWidth": 0.5},
            "encoding": {"color": shown, "tooltip": tips},
        },
        {
            "data": {"values": small},
            "mark": {"type": "circle", "size": 46, "opacity": 1, "stroke": palette.ground, "strokeWidth": 0.8},
            "encoding": {
                "longitude": {"field": "lon", "type": "quantitative"},
                "latitude": {"field": "lat", "type": "quantitative"},
                "color": shown,
                "tooltip": tips,
            },
        },
    ]
    told = f"{what}: {len(met)} countries; the table has the numbers."
    spec = framed(told, layers, width, round(width * 0.55), palette)
    return spec | {
        "datasets": {"world": world["topology"]},
        "projection": {"type": "equalEarth", "rotate": [-11, 0, 0]},
    }


# --- numbers as they are drawn --------------------------------------------------------------------


def _stack(count: Count | int | None) -> list[tuple[str, int, int]]:
    """Shades of a bar from the ground up: name, from, to."""
    if count is None:
        return []
    if isinstance(count, int):
        return [(COUNTED, 0, count)] if count else []
    stacked, start = [], 0
    for shade, number in zip(SHADES, (count.certain, count.single, count.doubtful), strict=True):
        if number:
            stacked.append((shade, start, start + number))
        start += number
    return stacked


def _nested(count: Count) -> list[tuple[str, int]]:
    """Circles of a cell, each holding the next: name of its outermost shade, number of events within."""
    upto = zip(SHADES, (count.certain, count.certain + count.single, count.all), strict=True)
    own = (count.certain, count.single, count.doubtful)
    return [(shade, number) for (shade, number), there in zip(upto, own, strict=True) if there]


def _number(count: Count | int | None) -> int | None:
    return count.all if isinstance(count, Count) else count


def _periods(points: Sequence[Point], width: int) -> Spec:
    """The axis of periods: each named, or every second or third where there is no room."""
    widest = max((len(point.label) for point in points), default=1)
    every = max(1, -(-len(points) * (widest * 6.5 + 8) // width))
    shown = [number for number in range(len(points)) if (len(points) - 1 - number) % every == 0]
    names = json.dumps([point.label for point in points], ensure_ascii=True)
    return {
        "values": shown, "labelExpr": f"{names}[datum.value]", "labelOverlap": False, "labelAngle": 0,
        "grid": False, "ticks": False, "domain": True,
    }  # fmt: skip


def _described(what: str, points: Sequence[Point], mean: float | None) -> str:
    """What a screen reader is told of a trend."""
    known = [point for point in points if point.count is not None]
    if not known:
        return f"{what}: nothing was watched yet."
    told = f"{what}, {known[0].label} to {known[-1].label}: {_number(known[-1].count)} in {known[-1].label}"
    return f"{told}, mean {mean:.3g}." if mean is not None else f"{told}."


def _middle(cell: Cell) -> date:
    return cell.first + (cell.last - cell.first) / 2


def _span(cells: Sequence[Cell], began: date | None) -> tuple[date, date]:
    days = [day for cell in cells for day in (cell.first, cell.last)] or [began or date(2000, 1, 1)]
    return min(days) - _MARGIN, max(days) + _MARGIN


def _classes(most: int) -> list[tuple[int, str]]:
    """At most five classes of numbers up to ``most``: where each begins and what it is called."""
    steps = [step for step in _STEPS if step <= most] or [1]
    steps = _spread(steps, min(5, len(steps)))
    ends = [*(step - 1 for step in steps[1:]), None]
    return [
        (step, f"{step}+" if end is None and step < most else f"{step}" if end in (None, step) else f"{step}–{end}")
        for step, end in zip(steps, ends, strict=True)
    ]


def _class_of(events: int, classes: Sequence[tuple[int, str]]) -> str:
    return [name for begin, name in classes if begin <= events][-1]


def _spread(values: Sequence[T], size: int) -> list[T]:
    """``size`` of the values, evenly from the first to the last; of one the middle."""
    if size == 1:
        return [values[len(values) // 2]]
    return [values[round(number * (len(values) - 1) / (size - 1))] for number in range(size)]


@cache
def _world() -> Mapping[str, Any]:
    """Shapes of countries by ISO 3166 code, and places of those too small to be shapes (see data/world.md)."""
    read: Mapping[str, Any] = json.loads(resources.files("digests").joinpath("data", "world.json").read_bytes())
    return read

"""What charts are put together from: colours, their legend, hatching, lines, and the frame around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

Spec = dict[str, Any]

_SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
_FONT: Final = "Liberation Sans, Arial, Helvetica, sans-serif"
"""vl-convert brings the first, so that labels are measured and drawn alike on every machine."""
_NARROW: Final = 480
"""Below this width a legend has two columns."""
_HATCH: Final = 9
"""Diagonals of one hatched period."""
SHADES: Final = ("confirmed or corroborated", "single source", "doubtful")
MISSING: Final = "some site not read"
UNKNOWN: Final = "not watched yet"
COUNTED: Final = "counted"
"""Shade of a number whose doubt is not told; needs no legend."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of a chart. ``shades``: well attested, single source, doubtful; ``classes`` of the map, least first."""

    ground: str
    ink: str
    grey: str
    rule: str
    unknown: str
    hatch: str
    land: str
    shades: tuple[str, str, str]
    classes: tuple[str, str, str, str, str]


LIGHT: Final = Palette(
    ground="#ffffff", ink="#1d1f21", grey="#565b61", rule="#d8d4cb", unknown="#eceae5", hatch="#bdb8ad", land="#e6e3dc",
    shades=("#8f1d21", "#cf7a72", "#ecc5bf"), classes=("#f3d2cb", "#e3a197", "#cc6a63", "#a83238", "#6d1016"),
)  # fmt: skip
DARK: Final = Palette(
    ground="#191c1f", ink="#e9e6e1", grey="#a9afb6", rule="#3a3f45", unknown="#25292d", hatch="#535a62", land="#33383d",
    shades=("#f19a92", "#b5564f", "#6e3835"), classes=("#5a2f2d", "#8a413d", "#bb5650", "#e58880", "#fcd3cd"),
)  # fmt: skip


def shades_of(shades: set[str], missing: bool, unknown: bool, palette: Palette, width: int) -> Spec:
    """The colours of what is drawn, with a legend of what must be told apart."""
    domain = [COUNTED, *SHADES, MISSING, UNKNOWN]
    present = shades | ({MISSING} if missing else set()) | ({UNKNOWN} if unknown else set())
    told = [name for name in domain[1:] if name in present]
    columns = 2 if width < _NARROW else 5
    legend = {"title": None, "orient": "top", "symbolType": "square", "values": told, "columns": columns}
    colours = [palette.shades[0], *palette.shades, palette.hatch, palette.unknown]
    return {
        "field": "shade",
        "type": "nominal",
        "scale": {"domain": domain, "range": colours},
        "legend": legend if told else None,
    }


def bands(numbers: Sequence[int], top: float, mark: Spec) -> Spec:
    return {
        "data": {"values": [{"x": number - 0.5, "x2": number + 0.5, "y": 0, "y2": top} for number in numbers]},
        "mark": mark,
        "encoding": _corners(),
    }


def hatching(numbers: Sequence[int], top: float, palette: Palette) -> Spec:
    """Diagonals over periods: Vega has no pattern to fill with."""
    lines: list[dict[str, float]] = []
    for number in numbers:
        for line in range(_HATCH):
            low, high = line / _HATCH, (line + 1) / _HATCH
            lines.append({"x": number - 0.5, "x2": number + 0.5, "y": low * top, "y2": high * top})
    return {
        "data": {"values": lines},
        "mark": {"type": "rule", "color": palette.hatch, "strokeWidth": 1.2},
        "encoding": _corners(),
    }


def spans(spans: Sequence[tuple[date, date]], days: Spec, colour: str, opacity: float) -> Spec:
    return {
        "data": {"values": [{"x": start.isoformat(), "x2": end.isoformat()} for start, end in spans]},
        "mark": {"type": "rect", "color": colour, "opacity": opacity},
        "encoding": {"x": days | {"field": "x"}, "x2": {"field": "x2"}},
    }


def mean_line(mean: float, size: int, palette: Palette) -> Spec:
    ends = {"x": -0.5, "x2": size - 0.5, "y": mean, "told": f"mean {mean:.3g}"}
    place = {"x": {"field": "x", "type": "quantitative", "title": None}, "y": {"field": "y", "type": "quantitative"}}
    return {
        "data": {"values": [ends]},
        "layer": [
            {
                "mark": {"type": "rule", "color": palette.ink, "strokeDash": [5, 3]},
                "encoding": place | {"x2": {"field": "x2"}},
            },
            {
                "mark": {
                    "type": "text",
                    "align": "left",
                    "baseline": "bottom",
                    "dx": 3,
                    "dy": -2,
                    "color": palette.ink,
                },
                "encoding": place | {"text": {"field": "told"}},
            },
        ],
    }


def said(at: int, number: int, palette: Palette) -> Spec:
    return {
        "data": {"values": [{"x": at, "y": number, "told": f"{number:,}"}]},
        "mark": {"type": "text", "baseline": "bottom", "dy": -3, "fontWeight": "bold", "color": palette.ink},
        "encoding": {
            "x": {"field": "x", "type": "quantitative"},
            "y": {"field": "y", "type": "quantitative"},
            "text": {"field": "told"},
        },
    }


def positions(size: int) -> Spec:
    return {
        "type": "quantitative",
        "scale": {"domain": [-0.5, size - 0.5], "nice": False, "zero": False},
        "title": None,
    }


def numbers(top: float) -> Spec:
    return {"type": "quantitative", "scale": {"domain": [0, top], "nice": False}, "title": None}


def framed(told: str, layers: Sequence[Spec], width: int, height: int, palette: Palette) -> Spec:
    text = {"labelColor": palette.grey, "titleColor": palette.grey, "labelFontSize": 12, "titleFontSize": 12}
    return {
        "$schema": _SCHEMA,
        "description": told,
        "width": width,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "background": palette.ground,
        # labels are measured here and drawn by the reader's own font, which may be wider
        "padding": {"left": 14, "right": 8, "top": 4, "bottom": 4},
        "layer": list(layers),
        "config": {
            "font": _FONT,
            "view": {"stroke": None},
            "axis": text | {"domainColor": palette.grey, "gridColor": palette.rule, "tickColor": palette.rule},
            "axisY": {"domain": False, "ticks": False},
            "legend": text,
            "text": {"fontSize": 12},
        },
    }


def _corners() -> Spec:
    return {
        "x": {"field": "x", "type": "quantitative", "title": None},
        "x2": {"field": "x2"},
        "y": {"field": "y", "type": "quantitative", "title": None},
        "y2": {"field": "y2"},
    }

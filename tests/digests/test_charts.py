"""Charts: what is certain, doubtful and unknown must look different, and nothing is fetched to draw it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from typing import Any

import pytest
from lxml import etree

from digests import charts
from digests.chart_parts import DARK, MISSING, SHADES, UNKNOWN
from digests.charts import Cell, Count, Place, Point, timeline, trend, world_map
from pipeline.words import Standing

SVG = "{http://www.w3.org/2000/svg}"
POINTS = [
    Point("W01", None), Point("W02", Count(2, 0, 0), watched=False), Point("W03", Count(3, 2, 1)),
    Point("W04", Count(), missing=False), Point("W05", Count(1, 0, 0), missing=True),
]  # fmt: skip


def texts(drawn: str) -> list[str]:
    return ["".join(one.itertext()) for one in etree.fromstring(drawn.encode()).iter(f"{SVG}text")]


def fills(drawn: str) -> list[str]:
    marks = etree.fromstring(drawn.encode()).iter(f"{SVG}path", f"{SVG}rect", f"{SVG}line")
    return [one.get("fill") or one.get("stroke") for one in marks]


def test_events_are_counted_by_how_well_they_are_attested() -> None:
    attested = [
        (Standing.CONFIRMED, 0.9), (Standing.CORROBORATED, 0.9), (Standing.SINGLE_SOURCE, 0.9),
        (Standing.DISPUTED, 0.9), (Standing.CONFIRMED, 0.3),
    ]  # fmt: skip
    count = Count.of(attested)
    assert (count, count.all) == (Count(2, 1, 2), 5)


def test_a_trend_tells_doubt_and_what_is_not_known() -> None:
    drawn = charts.svg(trend(POINTS, what="Events a week", mean=2.5, newest=True))
    assert {*SHADES, MISSING, UNKNOWN, "mean 2.5", "W05", "1"} <= set(texts(drawn))
    light = charts.LIGHT
    for colour in (*light.shades, light.unknown, light.hatch):
        assert colour in fills(drawn), colour


def test_what_was_not_watched_is_no_zero() -> None:
    def grey(points: list[Point]) -> int:
        return fills(charts.svg(trend(points, what="Events"))).count(charts.LIGHT.unknown)

    known = [Point("a", Count(1, 0, 0)), Point("b", Count())]
    assert grey(known) == 0
    assert grey([*known, Point("c", None)]) == 2, "its ground, and its place in the legend"


def test_plain_numbers_need_no_legend() -> None:
    drawn = charts.svg(trend([Point("2025-01", 3), Point("2025-02", 0)], what="Contacts"))
    assert not set(SHADES) & set(texts(drawn))
    assert charts.LIGHT.shades[0] in fills(drawn)


def test_a_crowded_axis_names_what_there_is_room_for_and_the_last() -> None:
    named = texts(charts.svg(trend([Point(f"W{n:02}", n) for n in range(1, 53)], what="Events", width=360)))
    weeks = [one for one in named if one.startswith("W")]
    assert weeks[-1] == "W52"
    assert 4 <= len(weeks) <= 16


def test_a_timeline_has_a_row_for_each_kind_and_says_from_when_was_watched() -> None:
    cells = [
        Cell("Meetings", date(2024, 1, 1), date(2024, 1, 31), Count(2, 1, 0)),
        Cell("Training", date(2025, 3, 1), date(2025, 3, 31), Count(0, 0, 1)),
    ]
    spec = timeline(
        cells, what="Events", kinds=["Meetings", "Training"], began=date(2024, 6, 1),
        missing=[(date(2025, 3, 1), date(2025, 12, 1))],
    )  # fmt: skip
    drawn = charts.svg(spec)
    assert {"Meetings", "Training", UNKNOWN, MISSING, *SHADES} <= set(texts(drawn))
    assert charts.LIGHT.shades[2] in fills(drawn)


@pytest.mark.parametrize("events", [1, 3, 40, 9999])
def test_a_map_has_countries_of_every_size(events: int) -> None:
    places = [Place("ZAF", "South Africa", events), Place("SGP", "Singapore", 1), Place("XKX", "Kosovo", 1)]
    drawn = charts.svg(world_map(places, what="Events"))
    told = [one.get("aria-label") or "" for one in etree.fromstring(drawn.encode()).iter()]
    for name in ("South Africa", "Singapore", "Kosovo"):
        assert any(name in one for one in told), name


def test_nothing_known_is_drawn_too() -> None:
    assert charts.svg(trend([], what="Events"))
    assert charts.svg(trend([Point("W01", None)], what="Events"))
    assert charts.svg(timeline([], what="Events", kinds=[]))
    assert charts.svg(world_map([], what="Events"))


def test_hostile_labels_stay_labels() -> None:
    for label in ("</svg><script>alert(1)</script>", '"]; alert(1); ["', "datum.x", "{{ 7*7 }}", "' + 1 + '"):
        drawn = charts.svg(trend([Point(label, 1)], what=label))
        root = etree.fromstring(drawn.encode())
        assert not list(root.iter(f"{SVG}script"))
        place = charts.svg(world_map([Place("ZAF", label, 1)], what=label))
        assert not list(etree.fromstring(place.encode()).iter(f"{SVG}script"))


def test_a_png_has_the_pixels_asked_for() -> None:
    png = charts.png(trend(POINTS, what="Events", width=300, height=100), scale=2)
    assert png.startswith(b"\x89PNG")
    assert (int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")) == (600, 200)


def test_a_specification_is_whole_and_fetches_nothing() -> None:
    specs: list[Any] = [
        trend(POINTS, what="Events", palette=DARK),
        world_map([Place("ZAF", "South Africa", 1)], what="E"),
    ]
    for spec in specs:
        assert '"url"' not in json.dumps(spec)
        assert spec["description"]
    assert len(json.dumps(specs[1])) < 200_000


def test_without_the_extra_the_word_is_clear() -> None:
    code = (
        "import sys; sys.modules['vl_convert'] = None\n"
        "from digests import charts\n"
        "assert not charts.available()\n"
        "try: charts.svg(charts.trend([], what='x'))\n"
        "except charts.ChartsMissing as error: print(error)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert "idwatch[charts]" in said.stdout

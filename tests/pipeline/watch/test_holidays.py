"""The days on which silence says nothing: announced years are right, later ones are told to be guesses."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from importlib import resources

import pytest

from pipeline.watch.holidays import DayKind, holidays, read

FOUND = holidays()


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-02-14", DayKind.MADE_UP),
        ("2026-02-15", DayKind.HOLIDAY),
        ("2026-02-23", DayKind.HOLIDAY),
        ("2026-02-24", DayKind.WORKING),
        ("2025-10-08", DayKind.HOLIDAY),
        ("2025-10-11", DayKind.MADE_UP),
        ("2025-10-12", DayKind.WEEKEND),
        ("2020-01-31", DayKind.HOLIDAY),  # prolonged when the holiday had begun
        ("2024-02-09", DayKind.WORKING),  # New Year's Eve was left to the employers that year
    ],
)
def test_announced_days(day: str, kind: DayKind) -> None:
    assert FOUND.kind(date.fromisoformat(day)) is kind


@pytest.mark.parametrize("year", sorted(FOUND.announced))
def test_made_up_days_give_back_what_a_year_takes(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(366 if year % 4 == 0 else 365)]
    free = sum(FOUND.kind(day) is DayKind.HOLIDAY and day.weekday() < 5 for day in days)
    made_up = sum(FOUND.kind(day) is DayKind.MADE_UP for day in days)
    assert free - made_up == {2020: 13}.get(year, 13 if year >= 2025 else 11)


def test_the_rule_for_later_years_covers_what_was_announced_lately() -> None:
    festivals = {
        2023: ("01-22", "04-05", "06-22", "09-29"),
        2024: ("02-10", "04-04", "06-10", "09-17"),
        2025: ("01-29", "04-04", "05-31", "10-06"),
        2026: ("02-17", "04-05", "06-19", "09-25"),
    }
    data = tomllib.loads(resources.files("pipeline.watch").joinpath("holidays.toml").read_text(encoding="utf-8"))
    names = ("spring", "qingming", "dragon_boat", "mid_autumn")
    entries = [{"year": year, **dict(zip(names, days, strict=True))} for year, days in festivals.items()]
    ruled = read({"announced": [], "expected": entries, "around": data["around"]})
    working = {day for day in FOUND.off if day.year in festivals and day.weekday() < 5}
    assert working <= ruled.off
    assert len({day for day in ruled.off if day.weekday() < 5} - working) <= 12 * len(festivals), "too generous"


def test_what_is_not_announced_is_named() -> None:
    assert FOUND.lack(date(2026, 6, 1)) is None
    last = max(FOUND.announced)
    assert f"holidays of {last + 1} are taken from the rule" in (FOUND.lack(date(last, 12, 15)) or "")
    assert "are NOT known" in (FOUND.lack(date(2090, 3, 1)) or "")
    assert FOUND.kind(date(last + 1, 10, 2)) is DayKind.HOLIDAY


def test_a_contradictory_file_is_refused() -> None:
    year = {"year": 2030, "notice": "", "off": ["01-01"], "work": ["01-02"]}  # a Wednesday
    with pytest.raises(ValueError, match="2030"):
        read({"announced": [year], "expected": [], "around": {}})
    with pytest.raises(ValueError, match="twice"):
        read({"announced": [{**year, "work": []}] * 2, "expected": [], "around": {}})

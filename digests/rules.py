"""The weights and thresholds of salience and firsts, from data/salience.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Rules:
    """See data/salience.toml. ``rank`` gives a weight by foreign rank."""

    shown: int
    weights: Mapping[str, int]
    rank: Mapping[int, int]
    seen_within_days: int
    months_of_a_year: int
    at_once_days: int
    known_periods: int
    more_times: float
    more_by: int
    fewer_mean: float
    silence_months: int


@cache
def rules() -> Rules:
    """The rules of this installation."""
    text = resources.files("digests").joinpath("data", "salience.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    rank = {int(code): weight for code, weight in tables["rank"].items()}
    return Rules(tables["shown"], tables["weights"], rank, **tables["firsts"], **tables["pattern"])

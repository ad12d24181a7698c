"""Answers that stand in for a page (challenges, refusals, parked domains, soft 404s): data in ``stand_ins.toml``."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from pipeline.words import Outcome
from spiders.markup import Html, texts, tidy


@dataclass(frozen=True, slots=True)
class StandIn:
    """One form of answer: what it is, why in a word, and how it is known. ``None`` asks for nothing."""

    reason: str
    outcome: Outcome
    most: int
    marks: re.Pattern[str] | None
    words: re.Pattern[str] | None
    needs: str | None
    scripts: bool

    def fits(self, page: Html, told: str) -> bool:
        """Whether a page whose title and visible text are ``told`` is of this form."""
        if len(told) > self.most or (self.marks is not None and not self.marks.search(page.text)):
            return False
        if self.words is not None:
            text = told if told or not self.scripts else scripts_of(page)
            if not self.words.search(text):
                return False
        return self.needs is None or bool(page.selector.css(self.needs))


def stand_in(page: Html, *outcomes: Outcome) -> StandIn | None:
    """The form that a page is of, among those of these outcomes; None for a page that is a page."""
    forms = [form for form in stand_ins() if form.outcome in outcomes]
    told = _told(page, max(form.most for form in forms))
    return None if told is None else next((form for form in forms if form.fits(page, told)), None)


def _told(page: Html, most: int) -> str | None:
    """A page's title and visible text, None where that is longer: of a whole article no more is read than it takes to
    see so."""
    told = page.title_tag
    for body in page.selector.xpath("//body")[:1]:
        for line in map(tidy, texts(body.root)):
            told = f"{told} {line}" if line else told
            if len(told) > most + 1:
                return None
    return told.strip()


def scripts_of(page: Html) -> str:
    """The text of a page's scripts."""
    return "\n".join(page.selector.xpath("//script/text()").getall())


@cache
def stand_ins() -> tuple[StandIn, ...]:
    """The forms of the data file, in its order. Raises ValueError, KeyError or re.error where it cannot be read."""
    data = tomllib.loads(resources.files("spiders").joinpath("stand_ins.toml").read_text(encoding="utf-8"))
    return tuple(map(_read, data["stand_in"]))


def _read(row: dict[str, Any]) -> StandIn:
    marks, words = (re.compile(row[key], re.IGNORECASE) if key in row else None for key in ("marks", "words"))
    if marks is None and words is None:
        raise ValueError(f"stand_ins.toml: {row['reason']}: neither marks nor words")
    return StandIn(
        reason=row["reason"],
        outcome=Outcome(row["outcome"]),
        most=row["most"],
        marks=marks,
        words=words,
        needs=row.get("needs"),
        scripts=row.get("scripts", False),
    )

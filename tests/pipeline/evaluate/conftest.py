"""What the scorer's tests share: mentions in few words, and pages laid out as an evaluation finds them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.evaluate import Evaluation, evaluate
from pipeline.extract.plain import document
from pipeline.words import (
    ChinesePerson,
    DatePrecision,
    Document,
    Evidence,
    Extraction,
    ForeignPerson,
    Mention,
    Organisation,
    Realis,
    Scope,
)

Told = Callable[..., Mention]


def mention(
    type_: str = "MEET.BILAT",
    day: str | None = "2025-07-25",
    *,
    chinese: Sequence[str] = ("Lin Yue",),
    foreign: Sequence[str] = (),
    bodies: Sequence[str] = (),
    countries: Sequence[str] = (),
    at: int = 0,
    evidence: Sequence[tuple[str, int, int]] | None = None,
    **fields: Any,
) -> Mention:
    """A mention; ``at`` is where its type was read, and names stand for people and bodies."""
    start = date.fromisoformat(day) if day else None
    spans = [("type", at, at + 3)] if evidence is None else evidence
    made = Mention(
        number=fields.pop("number", 1),
        type=type_,
        date_start=start,
        date_end=start,
        date_precision=DatePrecision.DAY if start else None,
        date_basis=None,
        mode="inperson_beijing",
        realis=Realis.ACTUAL,
        scope=Scope.IN,
        is_series=type_.startswith("VISIT"),
        countries=tuple(countries),
        chinese_people=tuple(ChinesePerson(name, None, None) for name in chinese),
        foreign_people=tuple(ForeignPerson(name, None, None, None) for name in foreign),
        organisations=tuple(Organisation(name, None, None, None) for name in bodies),
        evidence=tuple(Evidence(field, low, high, "test", 1.0) for field, low, high in spans),
    )
    return replace(made, **fields)


@pytest.fixture
def told() -> Told:
    return mention


@dataclass
class Bench:
    """A folder with labels and pages; ``run`` evaluates them with the given mentions as predictions."""

    folder: Path

    def run(
        self,
        labels: Sequence[Mapping[str, Any]],
        predicted: Mapping[str, Sequence[Mention]],
        texts: Mapping[str, str] | None = None,
        disputed: Sequence[Mapping[str, Any]] = (),
    ) -> Evaluation:
        """``predicted`` and ``texts`` are by the label's id; a page without predictions is left without a file."""
        pages = self.folder / "pages"
        pages.mkdir(exist_ok=True)
        whole = [
            {
                "url": f"https://www.example.org/{label['id']}",
                "relevant": bool(label.get("events")),
                "events": [],
                **label,
            }
            for label in labels
        ]
        self.lines("labels.jsonl", whole)
        self.lines("disputed.jsonl", disputed)
        for identity in predicted:
            text = (texts or {}).get(identity, f"The page {identity}.")
            (pages / f"{identity}.txt").write_text(text, encoding="utf-8")

        def extractor(page: Document) -> Extraction:
            return Extraction(tuple(predicted[page.url.rpartition("/")[2]]))

        return evaluate(
            self.folder / "labels.jsonl",
            pages,
            lambda content, url, published: document(content.decode(), url=url, published=published),
            extractor,
            disputed=self.folder / "disputed.jsonl" if disputed else None,
        )

    def lines(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (self.folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)

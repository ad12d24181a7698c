"""The floors under the figures on the evaluation set: nobody lowers them, or changes the set, unseen.

    python tests/evaluation/test_floors.py

prints the figures on the ``dev`` sets, and writes ``floors.json`` anew: floors a little below them, and the SHA-256
of every set. ``held`` sets are hashed as bytes, never read. The changed file is then part of the change that caused it.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from idwatch import document_of
from pipeline.evaluate import evaluate, evaluate_linked
from pipeline.extract.extractor import extract

HERE = Path(__file__).resolve().parent
FLOORS = HERE / "floors.json"
SLACK = 0.005
"""How far below the present figure a floor lies: a rule that helps on the whole may cost a value elsewhere."""
REWRITE = f"if that is meant, run `python {Path(__file__).relative_to(HERE.parents[1])}`"

Figures = dict[str, dict[str, float]]


def digests() -> dict[str, str]:
    """The SHA-256 over names and bytes of each set's files: ``en/dev`` is ``en/dev.jsonl`` and all in ``en/dev/``."""
    sets: dict[str, hashlib._Hash] = {}
    for file in sorted(HERE.glob("*/**/*")):
        if file.is_file() and file.suffix in (".jsonl", ".txt", ".html"):
            name = file.relative_to(HERE)
            entry = sets.setdefault(f"{name.parts[0]}/{name.parts[1].partition('.')[0]}", hashlib.sha256())
            entry.update(f"{name.as_posix()} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return {name: entry.hexdigest() for name, entry in sorted(sets.items())}


def figures() -> Figures:
    """F1 of every field by language, and of the clusters pairs, links, B³, CoNLL and hard negatives."""
    found: Figures = {}
    for language in ("en", "zh"):
        evaluation = evaluate(HERE / language / "dev.jsonl", HERE / language / "dev", document_of, extract)
        assert evaluation.missing == ()
        found[language] = {field: tally.f1.value or 0.0 for field, tally in evaluation.figures().items()}
    clusters = evaluate_linked(sorted((HERE / "clusters").glob("dev.*.jsonl")))
    pairs = {
        f"{name}, {side}": ratio.value or 0.0
        for name, tally in clusters.pairs.items()
        for side, ratio in (("precision", tally.precision), ("recall", tally.recall))
    }
    hard = sum(one.right for one in clusters.hard.values()) / max(1, sum(one.total for one in clusters.hard.values()))
    links = {
        f"{name}, {side}": ratio.value or 0.0
        for name, link in clusters.links.items()
        for side, ratio in (("found", link.found), ("right", link.right))
    }
    found["clusters"] = {
        **pairs,
        **links,
        "B³": clusters.agreement.b_cubed.f1,
        "CoNLL": clusters.agreement.conll,
        "hard negatives": hard,
    }
    return found


def kept() -> tuple[dict[str, str], Figures]:
    content = json.loads(FLOORS.read_text(encoding="utf-8"))
    return content["digests"], content["floors"]


def test_no_set_has_changed_unseen() -> None:
    changed = {name for name, _ in digests().items() ^ kept()[0].items()}
    assert not changed, f"{', '.join(sorted(changed))} differ from floors.json; {REWRITE}"


@pytest.mark.slow
def test_no_figure_is_below_its_floor() -> None:
    found, floors = figures(), kept()[1]
    low = [
        f"{part}, {name}: {found.get(part, {}).get(name, 0):.4f} is below {floor}"
        for part, entries in floors.items()
        for name, floor in entries.items()
        if found.get(part, {}).get(name, 0) < floor
    ]
    assert not low, "\n".join([*low, REWRITE])


def rewritten() -> Iterator[str]:
    """Write the floors anew; each figure as a line, with its old floor where it was another."""
    old = kept()[1] if FLOORS.exists() else {}
    found = figures()
    floors = {
        part: {name: max(0.0, math.floor((value - SLACK) * 1000) / 1000) for name, value in entries.items()}
        for part, entries in found.items()
    }
    content = {"digests": digests(), "floors": floors}
    FLOORS.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for part, entries in floors.items():
        for name, floor in entries.items():
            before = old.get(part, {}).get(name)
            was = f" (was {before})" if before not in (None, floor) else ""
            yield f"{part:<10}{name:<32}{found[part][name]:.4f}  floor {floor}{was}"


if __name__ == "__main__":
    for told in rewritten():
        print(told)

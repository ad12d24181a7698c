"""Reading and extracting a page beside lxml's parse of its HTML alone, and beside a phrase matcher over its text.

    python benchmarks/extract.py

Prints, for the bundled Chinese and English sample pages: milliseconds a page for each step (``find`` is our matcher
alone, a part of extraction); the ratio of reading and of extraction to lxml's parse of the same bytes (goal of
extraction: under 5); and the ratio of extraction to spaCy's blank pipeline with a PhraseMatcher over the gazetteer's
forms (goal: under 1), which finds names and nothing else. Processor time, medians of several rounds in one run,
everything loaded before; memory is what loading adds.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import lxml.html
from rich.console import Console
from rich.table import Table

from pipeline.extract.extractor import extract
from pipeline.gazetteer import load
from pipeline.words import Document
from spiders.reading import read_page
from spiders.sample.server import SITES

ROUNDS = 7
UNIT = 1024 if sys.platform == "linux" else 1024 * 1024
"""Of what the system counts memory in, how many make a megabyte."""


def pages(language: str) -> list[tuple[str, bytes]]:
    """Address and bytes of every sample article of a language."""
    found = []
    for file in sorted((SITES / "first").rglob("t20*.html")):
        address = "https://" + file.relative_to(SITES / "first").as_posix()
        if ("/english" in address) is (language == "en"):
            found.append((address, file.read_bytes()))
    return found


def documents(found: Sequence[tuple[str, bytes]]) -> list[Document]:
    readings = [read_page(body, address) for address, body in found]
    return [Document(one.text, one.url, one.language, one.published, one.title) for one in readings]


def phrase_matcher(language: str) -> Callable[[str], Any]:
    """spaCy's blank pipeline (characters for Chinese), and in its tokens every form that the gazetteer has."""
    import spacy  # installed by `make bench` alone
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank(language)
    nlp.max_length = 10_000_000
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER" if language == "en" else "ORTH")
    # the very entries of our own matcher
    forms = {entry.name.text for entry in load()._entries(language)}
    matcher.add("form", [nlp.make_doc(form) for form in sorted(forms)])
    return lambda text: matcher(nlp(text))


def steps(language: str, found: Sequence[tuple[str, bytes]]) -> list[Callable[[int], object]]:
    """What is measured, each of one page by its number."""
    texts, match = documents(found), phrase_matcher(language)
    return [
        lambda number: lxml.html.document_fromstring(found[number][1]),
        lambda number: read_page(found[number][1], found[number][0]),
        lambda number: load().find(texts[number].text, language),
        lambda number: extract(texts[number]),
        lambda number: match(texts[number].text),
    ]


def milliseconds(steps: Sequence[Callable[[int], object]], count: int) -> list[float]:
    """For each step the median over all rounds of what one call takes on average; the steps take turns."""
    rounds: list[list[float]] = [[] for _ in steps]
    for _ in range(ROUNDS):
        for step, times in zip(steps, rounds, strict=True):
            start = time.process_time()
            for number in range(count):
                step(number)
            times.append((time.process_time() - start) * 1000 / count)
    return [statistics.median(times) for times in rounds]


def peak() -> float:
    """The most memory that this process ever held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / UNIT


def main() -> None:
    bare = peak()
    extract(Document("7月1日，中共中央对外联络部部长刘建超在京会见老挝客人。", "", "zh"))
    extract(Document("Beijing, July 1st—Liu Jianchao met here today with guests from Laos.", "", "en"))
    loaded = peak() - bare
    table = Table(
        "language", "pages", "lxml, ms", "read, ms", "over lxml", "find, ms", "extract, ms", "over lxml", "spaCy, ms",
        "extract over spaCy", box=None,
    )  # fmt: skip
    for language in ("zh", "en"):
        found = pages(language)
        parse, reading, find, extraction, matching = milliseconds(steps(language, found), len(found))
        values = (
            parse,
            reading,
            reading / parse,
            find,
            extraction,
            extraction / parse,
            matching,
            extraction / matching,
        )
        table.add_row(language, str(len(found)), *(f"{value:.2f}" for value in values))
    console = Console(width=140)
    console.print(table)
    console.print(f"Gazetteer and grammar loaded: {loaded:.0f} MB")


if __name__ == "__main__":
    main()

"""Reading and extracting a page, as a ratio to parsing its HTML with lxml alone, on the bundled sample pages.

    python benchmarks/extract.py

Prints, for Chinese and English pages: milliseconds a page for each step, and each step's time over lxml's parse of
the same bytes in the same run. Medians of several rounds; the gazetteer is loaded before.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence

import lxml.html
from rich.console import Console
from rich.table import Table

from pipeline.extract import extract
from pipeline.words import Document
from spiders.reading import read_page
from spiders.sample.server import SITES

ROUNDS = 5


def pages(language: str) -> list[tuple[str, bytes]]:
    """Address and bytes of every sample article of a language."""
    found = []
    for file in sorted((SITES / "first").rglob("t20*.html")):
        address = "https://" + file.relative_to(SITES / "first").as_posix()
        if ("/english" in address) is (language == "en"):
            found.append((address, file.read_bytes()))
    return found


def milliseconds(step: Callable[[int], object], count: int) -> float:
    """The median over all rounds of the time that one call takes on average."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for number in range(count):
            step(number)
        rounds.append((time.perf_counter() - start) * 1000 / count)
    return statistics.median(rounds)


def documents(found: Sequence[tuple[str, bytes]]) -> list[Document]:
    readings = [read_page(body, address) for address, body in found]
    return [Document(one.text, one.url, one.language, one.published, one.title) for one in readings]


def main() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    extract(Document("7月1日，中共中央对外联络部部长刘建超在京会见老挝客人。", "", "zh"))
    extract(Document("Beijing, July 1st—Liu Jianchao met here today with guests from Laos.", "", "en"))
    loaded = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    table = Table("language", "pages", "lxml parse, ms", "read, ms", "ratio", "extract, ms", "ratio", box=None)
    for language in ("zh", "en"):
        found = pages(language)
        texts = documents(found)
        bodies = [body for _, body in found]
        parse = milliseconds(lambda number, bodies=bodies: lxml.html.document_fromstring(bodies[number]), len(found))
        reading = milliseconds(lambda number, found=found: read_page(found[number][1], found[number][0]), len(found))
        extraction = milliseconds(lambda number, texts=texts: extract(texts[number]), len(found))
        table.add_row(
            language,
            str(len(found)),
            *(f"{value:.2f}" for value in (parse, reading, reading / parse, extraction, extraction / parse)),
        )
    console = Console()
    console.print(table)
    unit = 1024 if sys.platform == "linux" else 1024 * 1024
    console.print(f"Gazetteer and grammar loaded: {loaded / unit:.0f} MB")


if __name__ == "__main__":
    main()

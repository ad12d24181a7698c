"""Broken and hostile pages go through reading and extraction: nothing is raised, the work stays in bounds.

A few of each kind run with every `make test`, bounded by work; `make fuzz` runs 20,000, bounded by time and memory.
"""

from __future__ import annotations

import random
import re
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from pipeline.extract.extractor import extract
from pipeline.words import Document, Extraction
from spiders.reading import read_page
from spiders.sample.server import SITES

PAGES = 20_000
MOST_SECONDS = 2.0
MOST_MEGABYTES = 1_500
CALLS_PER_CHARACTER = 60
EVALUATION = Path(__file__).parents[1] / "evaluation"

Page = tuple[str, bytes]


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """Gazetteer and rules are loaded before anything is counted."""
    for address, body in originals()[::40]:
        read_and_extracted(address, body)


def originals() -> list[Page]:
    """Address and bytes of pages of our own: the sample sites' and the evaluation set's that are open."""
    found: list[Page] = []
    for file in sorted((SITES / "first").rglob("t20*.html")):
        found.append(("https://" + file.relative_to(SITES / "first").as_posix(), file.read_bytes()))
    for file in sorted(EVALUATION.glob("*/dev/*.html")):
        found.append(("https://www.example.org/" + file.name, file.read_bytes()))
    for file in sorted(EVALUATION.glob("*/dev/*.txt")):
        address, _, text = file.read_text().partition("\n")
        paragraphs = "".join(f"<p>{line}</p>" for line in text.splitlines())
        found.append((address.strip(), f'<html><meta charset="utf-8"><body>{paragraphs}</body></html>'.encode()))
    return found


def truncated(draw: random.Random, body: bytes) -> bytes:
    return body[: draw.randrange(len(body) + 1)]


def shuffled_tags(draw: random.Random, body: bytes) -> bytes:
    parts = re.split(rb"(<[^>]*>)", body)
    tags = parts[1::2]
    draw.shuffle(tags)
    parts[1::2] = tags
    return b"".join(parts)


def wrong_charset(draw: random.Random, body: bytes) -> bytes:
    text = body.decode("utf-8", "replace")
    return text.encode(draw.choice(["gb18030", "utf-16", "big5", "cp1252", "utf-7"]), "ignore")


def noise(draw: random.Random, body: bytes) -> bytes:
    changed = bytearray(body)
    for _ in range(max(1, len(changed) // 50)):
        if changed:
            changed[draw.randrange(len(changed))] = draw.randrange(256)
    return bytes(changed)


def control_characters(draw: random.Random, body: bytes) -> bytes:
    marks = ["\0", "\x1b[31m", "\x08", "\u202e", "\u2028", "\ufeff", "\ud7ff", "\U0010ffff", "\x85", "&#0;", "&#x1F;"]
    text = body.decode("utf-8", "replace")
    return "".join(c + draw.choice(marks) if draw.random() < 0.05 else c for c in text).encode()


def shuffled_words(draw: random.Random, body: bytes) -> bytes:
    words = body.split(b" ")
    draw.shuffle(words)
    return b" ".join(words)


def one_sentence(draw: random.Random, body: bytes) -> bytes:
    """100,000 characters of the page's own words without a stop."""
    text = re.sub(r"<[^>]*>|[。！？；.!?;\n\r]", "", body.decode("utf-8", "replace")) or "会见"
    piece = text[: draw.randrange(20, 2_000)]
    return f'<meta charset="utf-8"><p>{(piece * (100_000 // max(1, len(piece)) + 1))[:100_000]}</p>'.encode()


def one_run(draw: random.Random, body: bytes) -> bytes:
    """The same few characters over and over: what makes a pattern try every way."""
    piece = draw.choice(
        ["、", "会见", "and ", "of the ", "(", "1月", "   ", "A. ", "met with ", "委员会", "March 1-", "“", "·"]
    )
    return f'<meta charset="utf-8"><p>{piece * 20_000}</p>'.encode()


def five_megabytes(draw: random.Random, body: bytes) -> bytes:
    return body * (5_000_000 // max(1, len(body)) + 1)


def nested(draw: random.Random, body: bytes) -> bytes:
    tag = draw.choice([b"div", b"p", b"b", b"table", b"span", b"ul"])
    return (b"<" + tag + b">") * 10_000 + body + (b"</" + tag + b">") * 10_000


MUTATIONS: dict[Callable[[random.Random, bytes], bytes], int] = {
    truncated: 20,
    shuffled_tags: 20,
    wrong_charset: 15,
    noise: 20,
    control_characters: 10,
    shuffled_words: 12,
    one_sentence: 2,
    one_run: 2,
    five_megabytes: 1,
    nested: 1,
}
"""Each way to break a page, with its weight among a hundred."""


def mutated(number: int, pages: list[Page]) -> tuple[str, bytes, str]:
    """The ``number``-th broken page: its address, bytes, and how it was broken. The same on every run."""
    draw = random.Random(number)
    address, body = draw.choice(pages)
    ways = draw.choices(list(MUTATIONS), weights=list(MUTATIONS.values()), k=draw.choice([1, 1, 2]))
    for way in ways:
        body = way(draw, body)
    return address, body[:6_000_000], "+".join(way.__name__ for way in ways)


def read_and_extracted(address: str, body: bytes) -> tuple[Document, Extraction]:
    shown = read_page(body, address)
    document = Document(shown.text, shown.url, shown.language, shown.published, shown.title)
    return document, extract(document)


def assert_spans_stand_in(document: Document, extraction: Extraction) -> None:
    for mention in extraction.mentions:
        for evidence in mention.evidence:
            if evidence.start is not None and evidence.end is not None:
                assert 0 <= evidence.start < evidence.end <= len(document.text)


class Work:
    """Counts the calls made while it is entered: a measure of work that no busy machine disturbs."""

    calls = 0

    def _count(self, frame: FrameType, event: str, argument: Any) -> None:
        self.calls += event in ("call", "c_call")

    def __enter__(self) -> Work:
        self._before = sys.getprofile()
        sys.setprofile(self._count)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(self._before)


@pytest.mark.parametrize("way", [way for way in MUTATIONS if way is not five_megabytes], ids=lambda way: way.__name__)
def test_a_broken_page_is_read_with_work_in_proportion(way: Callable[[random.Random, bytes], bytes]) -> None:
    pages = originals()
    draw = random.Random(way.__name__)
    for page in (pages[0][1], b"<html><p>No text."):  # what loads once is no work of a page
        read_and_extracted(pages[0][0], page)
    for address, body in draw.sample(pages, 3):
        broken = way(draw, body)
        with Work() as work:
            document, extraction = read_and_extracted(address, broken)
        assert_spans_stand_in(document, extraction)
        assert work.calls <= 20_000 + CALLS_PER_CHARACTER * len(broken)


def test_what_is_repeated_takes_no_more_than_its_share_of_work() -> None:
    """Of 20,000 broken pages of five megabytes ten took up to four minutes: each paragraph asked all others."""
    draw = random.Random("repeated")
    read_and_extracted(*originals()[0])
    for address, body in draw.sample(originals(), 4):
        for way in (truncated, shuffled_tags):
            broken = way(draw, body)
            calls = []
            for size in (100_000, 200_000):
                with Work() as work:
                    read_and_extracted(address, broken * (size // max(1, len(broken)) + 1))
                calls.append(work.calls)
            assert calls[1] <= 20_000 + 2.5 * calls[0]


@pytest.mark.fuzz
def test_twenty_thousand_broken_pages() -> None:
    """Prints the slowest. Takes about half an hour; each processor time of each page counts."""
    pages = originals()
    slowest: list[tuple[float, int, str]] = []
    for number in range(PAGES):
        address, body, ways = mutated(number, pages)
        start = time.process_time()
        document, extraction = read_and_extracted(address, body)
        seconds = time.process_time() - start
        assert_spans_stand_in(document, extraction)
        slowest = sorted([*slowest, (seconds, number, ways)], reverse=True)[:10]
    unit = 1024 if sys.platform == "linux" else 1024 * 1024
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    print(f"\n{PAGES} pages, at most {megabytes:.0f} MB. Slowest:")
    for seconds, number, ways in slowest:
        print(f"  {seconds:6.2f} s  page {number}  {ways}")
    assert slowest[0][0] <= MOST_SECONDS
    assert megabytes <= MOST_MEGABYTES

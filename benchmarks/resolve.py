"""Resolving a made-up world of 10⁴, 10⁵ and 10⁶ mentions: time, memory, growth; and the same job by plain Splink.
Then one new mention at a time in databases that hold 10³, 10⁴ and 10⁵.

    python benchmarks/resolve.py [--sizes 10000,100000] [--databases 1000,10000]

Each job runs in a process of its own. Times are those of the processor, all threads together, since a busy machine
stretches the clock's; both are printed. Growth is the exponent of a line through the logarithms; 1 is linear.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import resource
import statistics
import subprocess
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from math import comb
from pathlib import Path
from tempfile import TemporaryDirectory

from _database import empty, fill
from _world import world
from rich.console import Console
from rich.table import Table

from pipeline.resolve.cluster import WIDEST, TooWide, cluster
from pipeline.resolve.resolver import resolve
from pipeline.words import KeptMention, MentionKey

SIZES = (10_000, 100_000, 1_000_000)
SPLINK_SIZES = SIZES[:2]
DATABASES = (1_000, 10_000, 100_000)
ADDED = 100
UNIT = 1024 if sys.platform == "linux" else 1024 * 1024
"""Of what the system counts memory in, how many make a megabyte."""


def idwatch_clusters(mentions: Sequence[KeptMention]) -> list[tuple[MentionKey, ...]]:
    return [group.members for group in cluster(mentions)]


def job(engine: str, count: int) -> dict[str, float]:
    """One engine's clusters of one world: seconds, megabytes, and right, predicted and true pairs."""
    mentions, truth = world(count)
    clusters_of = idwatch_clusters
    if engine == "splink":
        from _splink import splink_clusters as clusters_of  # installed by `make bench` alone
    cluster(world(200, seed=2)[0])  # loads the gazetteer and the weights
    gc.collect()
    held = peak()
    clock, processor = time.perf_counter(), time.process_time()
    with warnings.catch_warnings(record=True) as wide:
        warnings.simplefilter("always", TooWide)
        clusters = clusters_of(mentions)
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    return {
        "clock": clock,
        "processor": processor,
        "held": held,
        "peak": peak(),
        "clusters": len(clusters),
        "wide": sum(one.category is TooWide for one in wide),
        **pairs(clusters, truth),
    }


def incremental(count: int) -> dict[str, float]:
    """What one new mention costs in a database that holds so many: seconds of the processor and of the clock, the
    medians and the most of some; and how many mentions were looked at."""
    now = datetime(2050, 1, 1, tzinfo=UTC)
    mentions, _ = world(count + ADDED)
    with TemporaryDirectory() as folder:
        archive = Path(folder) / "archive"
        archive.mkdir()
        database = empty(Path(folder))
        fill(database, mentions[ADDED:])
        resolve(database, archive, now)
        clocks, processors, looked_at = [], [], []
        for kept in mentions[:ADDED]:
            fill(database, [kept])
            clock, processor = time.perf_counter(), time.process_time()
            looked_at.append(resolve(database, archive, now).mentions)
            clocks.append(time.perf_counter() - clock)
            processors.append(time.process_time() - processor)
        database.close()
    return {
        "clock": statistics.median(clocks),
        "processor": statistics.median(processors),
        "most": max(processors),
        "looked_at": statistics.mean(looked_at),
    }


def peak() -> float:
    """The most memory that this process ever held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / UNIT


def pairs(clusters: Iterable[Sequence[MentionKey]], truth: Mapping[MentionKey, int]) -> dict[str, float]:
    right = predicted = 0
    for members in clusters:
        predicted += comb(len(members), 2)
        right += sum(comb(number, 2) for number in Counter(truth[key] for key in members).values())
    return {"right": right, "predicted": predicted, "true": sum(comb(n, 2) for n in Counter(truth.values()).values())}


def child(engine: str, count: int) -> dict[str, float]:
    """``job``, or ``incremental``, in a process of its own."""
    command = [sys.executable, __file__, "--job", engine, "--sizes", str(count)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def exponent(seconds: Mapping[int, float]) -> float:
    """By which power of the size the time grows."""
    sizes, times = zip(*((math.log(size), math.log(value)) for size, value in seconds.items()), strict=True)
    return statistics.linear_regression(sizes, times).slope


def main(sizes: Sequence[int], databases: Sequence[int]) -> None:
    console = Console(width=140)
    batch(console, sizes)
    table = Table("database", "processor, ms", "most, ms", "clock, ms", "mentions looked at", box=None)
    for size in databases:
        one = child("incremental", size)
        times = (f"{one[key] * 1000:.0f}" for key in ("processor", "most", "clock"))
        table.add_row(f"{size:,}", *times, f"{one['looked_at']:.1f}")
    console.print(f"One new mention in a database, the median of {ADDED}", table, sep="\n")


def batch(console: Console, sizes: Sequence[int]) -> None:
    found = {("idwatch", size): child("idwatch", size) for size in sizes}
    found |= {("splink", size): child("splink", size) for size in sizes if size in SPLINK_SIZES}
    table = Table(
        "engine", "mentions", "processor, s", "clock, s", "ms a mention", "memory, MB", "of it the input", "events",
        "pair precision", "pair recall", box=None,
    )  # fmt: skip
    for (engine, size), one in found.items():
        each = one["processor"] * 1000 / size
        table.add_row(
            engine, f"{size:,}", f"{one['processor']:.1f}", f"{one['clock']:.1f}", f"{each:.3f}",
            f"{one['peak']:.0f}", f"{one['held']:.0f}", f"{one['clusters']:,}",
            f"{one['right'] / max(1, one['predicted']):.4f}", f"{one['right'] / max(1, one['true']):.4f}",
        )  # fmt: skip
    console.print(table)
    for size in sizes:
        if wide := found["idwatch", size]["wide"]:
            console.print(f"At {size:,}, {wide:.0f} components of more than {WIDEST} mentions: some block is too wide")
    if len(sizes) > 1:
        growth = exponent({size: found["idwatch", size]["processor"] for size in sizes})
        console.print(f"Growth of time: mentions to the power of {growth:.2f}")
    for size in sizes:
        if ("splink", size) in found:
            ours, theirs = found["idwatch", size], found["splink", size]
            ratios = (f"{theirs[key] / ours[key]:.2f} times the {key}" for key in ("processor", "clock", "peak"))
            console.print(f"Splink over idwatch at {size:,}: {', '.join(ratios)} memory")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("--sizes", SIZES), ("--databases", DATABASES)):
        parser.add_argument(name, type=lambda text: [int(size) for size in text.split(",")], default=list(default))
    parser.add_argument("--job", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.job:
        size = options.sizes[0]
        print(json.dumps(incremental(size) if options.job == "incremental" else job(options.job, size)))
    else:
        main(options.sizes, options.databases)

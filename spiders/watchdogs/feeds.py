"""Sites read by their feeds alone: the rows of ``feeds.toml``."""

from __future__ import annotations

from pathlib import Path

from spiders import rows
from spiders.watchdogs.bases import FeedOnlySpider

globals().update(rows.classes(Path(__file__).with_suffix(".toml"), FeedOnlySpider, __name__))

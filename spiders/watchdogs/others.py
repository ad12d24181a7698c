"""Watchdogs and newspapers on systems of their own that need no code: the rows of ``others.toml``."""

from __future__ import annotations

from pathlib import Path

from spiders import rows
from spiders.watchdogs.bases import OtherSpider

globals().update(rows.classes(Path(__file__).with_suffix(".toml"), OtherSpider, __name__))

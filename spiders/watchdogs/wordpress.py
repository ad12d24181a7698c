"""Watchdogs and newspapers on WordPress: the rows of ``wordpress.toml``."""

from __future__ import annotations

from pathlib import Path

from spiders import rows
from spiders.wordpress import WordPressSpider

globals().update(rows.classes(Path(__file__).with_suffix(".toml"), WordPressSpider, __name__))

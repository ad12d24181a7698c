"""Watchdogs on Wix: the rows of ``wix.toml``."""

from __future__ import annotations

from pathlib import Path

from spiders import rows
from spiders.wix import WixSpider

globals().update(rows.classes(Path(__file__).with_suffix(".toml"), WixSpider, __name__))

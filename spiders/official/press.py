"""Newspapers, agencies and portals that need no code of their own: the rows of ``press.toml``."""

from __future__ import annotations

from pathlib import Path

from spiders import rows
from spiders.official.bases import PressSpider

globals().update(rows.classes(Path(__file__).with_suffix(".toml"), PressSpider, __name__))

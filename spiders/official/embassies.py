"""Embassies, one row for each edition: the rows of ``embassies.toml``."""

from __future__ import annotations

from pathlib import Path

from spiders import rows
from spiders.official.bases import EmbassySpider

globals().update(rows.classes(Path(__file__).with_suffix(".toml"), EmbassySpider, __name__))

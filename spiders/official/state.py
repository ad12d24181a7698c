"""Ministries and Party organs on TRS WCM: the rows of ``state.toml``."""

from __future__ import annotations

from pathlib import Path

from spiders import rows
from spiders.official.bases import StateSpider

globals().update(rows.classes(Path(__file__).with_suffix(".toml"), StateSpider, __name__))

"""The settings page: complete, and not stale."""

from __future__ import annotations

from pathlib import Path

from pipeline.config import Settings
from pipeline.settings_page import page

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_page_is_what_the_declarations_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "stale: run `make docs`"


def test_every_key_has_a_meaning() -> None:
    for section, field in Settings.model_fields.items():
        for key, inner in getattr(field.annotation, "model_fields", {}).items():
            assert inner.description, f"{section}.{key} has no description"

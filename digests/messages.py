"""The texts that want translating, and ``python -m digests.messages``: brings every catalogue up to them.

A new language is a folder ``translations/LANGUAGE/LC_MESSAGES`` with an empty ``digests.po``, filled by this, and its
sentences in data/sentences/LANGUAGE.toml.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from digests.wording import words

ROOT = Path(__file__).parent
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "say": (2,),
    "count": (2, 3),
}
"""Calls whose literals are texts, and which of their arguments (see digests.languages)."""

UNKEPT = tuple(
    f'"{name}' for name in ("Project-Id", "Report-", "POT-", "PO-Rev", "Last-", "Language-Team", "Generated")
)
"""Lines of a catalogue's head that would differ at each run, or say nothing."""


def messages() -> Catalog:
    """All texts of code and templates, and the words of codes with their table as the context."""
    found = Catalog(project="idwatch", charset="utf-8")
    for path in sorted([*ROOT.rglob("*.py"), *(ROOT / "templates").rglob("*.html"), *ROOT.rglob("*.txt")]):
        for text, context in _texts(path):
            found.add(text, locations=[(str(path.relative_to(ROOT)), 0)], context=context)
    for table, values in words().items():
        for text in values.values():
            found.add(text, locations=[("data/words.toml", 0)], context=table)
    return found


def _texts(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    method = "python" if path.suffix == ".py" else "jinja2"
    options = {"trimmed": "true", "extensions": "jinja2.ext.i18n", "silent": "false", "trim_blocks": "true"}
    for _, text, _, context in extract(method, BytesIO(path.read_bytes()), keywords=KEYWORDS, options=options):
        yield text, context


def update(path: Path, texts: Catalog) -> None:
    """Bring a catalogue up to the texts: new ones empty, old ones gone, none guessed."""
    catalog = read_po(BytesIO(path.read_bytes()), locale=path.parts[-3])
    catalog.update(texts, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    made = BytesIO()
    write_po(made, catalog, width=120, no_location=True)
    lines = made.getvalue().decode().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(UNKEPT)), encoding="utf-8")


if __name__ == "__main__":
    found = messages()
    for catalogue in sorted((ROOT / "translations").glob("*/LC_MESSAGES/digests.po")):
        update(catalogue, found)

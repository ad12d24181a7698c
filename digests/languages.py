"""Languages of editions and pages: English as it is written here, others by a catalogue of translations.

A catalogue is ``translations/LANGUAGE/LC_MESSAGES/digests.po``; it is read as it is, so that nothing compiled is kept.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = "en"
"""The language that templates and code are written in."""


@cache
def languages() -> tuple[str, ...]:
    """The languages there are, by code: English first."""
    folders = sorted(one.name for one in resources.files("digests").joinpath("translations").iterdir())
    return (SOURCE, *folders)


@cache
def catalogue(language: str) -> Catalog:
    """The translations of a language as Babel reads them; ValueError where there is no such language."""
    if language not in languages() or language == SOURCE:
        raise ValueError(f"no translations into {language!r}; there are {', '.join(languages()[1:])}")
    text = resources.files("digests").joinpath("translations", language, "LC_MESSAGES", "digests.po").read_bytes()
    return read_po(BytesIO(text), locale=language, abort_invalid=True)


@cache
def translations(language: str) -> NullTranslations:
    """The same, ready to be asked (``gettext``, ``ngettext``, ``pgettext``). English gives texts back as they are."""
    if language == SOURCE:
        return NullTranslations()
    made = BytesIO()
    write_mo(made, catalogue(language))
    made.seek(0)
    return GNUTranslations(made)


def say(language: str, text: str, **values: object) -> str:
    """A text in a language, its ``%(name)s`` filled."""
    return translations(language).gettext(text) % values


def count(language: str, one: str, many: str, number: int, **values: object) -> str:
    """A text with a ``%(number)s`` in it, in the form that the language has for that number."""
    return translations(language).ngettext(one, many, number) % {"number": f"{number:,}", **values}

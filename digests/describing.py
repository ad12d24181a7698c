"""What a reader asked for, in words: for letters and pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from babel import Locale
from markupsafe import Markup, escape
from sqlalchemy import select
from sqlalchemy.orm import Session

from digests.languages import say
from digests.regions import regions, within
from digests.slices import MONTHLY
from digests.subscribers import Choice
from digests.texts import clean
from digests.wishes import LESS, Less, Wishes
from digests.wording import word, wording_of, words
from pipeline.store.models import Country, OrganisationRow, PersonRow


@dataclass(frozen=True, slots=True)
class Said:
    """One wish: what it is about, and its values."""

    label: str
    values: tuple[str, ...]


def described(session: Session, choice: Choice, language: str) -> list[Said]:
    """A reader's choice, a line each; what was not asked for in particular is left out."""
    wishes, less = choice.wishes, choice.wishes.less
    whole, single = within(regions(session), wishes.countries)
    rhythm = say(language, "every month") if choice.rhythm == MONTHLY else say(language, "every week")
    at_once = (say(language, "at once for a first contact"),) if choice.at_once else ()
    empty = say(language, "say so in a short mail") if wishes.say_when_empty else say(language, "send nothing")
    lines = [
        (say(language, "How often"), (rhythm, *at_once)),
        (say(language, "Language"), (language_name(choice.language),)),
        (
            say(language, "Countries"),
            (*(one.name(language) for one in whole), *country_names(session, single, language).values()),
        ),
        (say(language, "Parties"), party_names(session, wishes.parties, language).values()),
        (say(language, "Officials"), official_names(session, wishes.officials, language).values()),
        (say(language, "Kinds of event"), [type_name(one, language) for one in wishes.types]),
        (say(language, "Themes"), [word("themes", one, language) for one in wishes.themes]),
        (
            say(language, "Left out"),
            (
                *(type_name(one, language) for one in less.types),
                *country_names(session, less.countries, language).values(),
                *party_names(session, less.parties, language).values(),
                *(word("themes", one, language) for one in less.themes),
            ),
        ),
        (say(language, "When there is nothing to tell"), (empty,)),
    ]
    return [Said(label, tuple(values)) for label, values in lines if values]


def language_name(code: str) -> str:
    """A language by its own name."""
    return Locale.parse(code).get_display_name() or code


def known_only(session: Session, wishes: Wishes) -> tuple[Wishes, dict[str, list[str]]]:
    """Wishes without what there is not, and that, by the field it stood in (``less`` for all of what is left out)."""
    strange: dict[str, list[str]] = {}

    def kept(where: str, name: str, values: tuple[str, ...]) -> tuple[str, ...]:
        there = _KNOWN[name](session, values)
        if unknown := [one for one in values if one not in there]:
            strange.setdefault(where, []).extend(unknown)
        return tuple(one for one in values if one in there)

    less = Less(**{name: kept("less", name, getattr(wishes.less, name)) for name in LESS})
    own: dict[str, Any] = {name: kept(name, name, getattr(wishes, name)) for name in _KNOWN}
    return replace(wishes, less=less, **own), strange


def type_name(code: str, language: str) -> str:
    """A type of event, whole (``MEET.MULTI``) or its first level, as a list names it."""
    return wording_of(code, language).label if "." in code else word("figures", code, language)


def country_names(session: Session, codes: Collection[str], language: str) -> dict[str, str]:
    """Names of countries by code, in the order of the names."""
    rows = session.execute(select(Country.iso3, Country.name_en, Country.name_zh).where(Country.iso3.in_(codes)))
    return _sorted((iso3, zh if language == "zh" else en) for iso3, en, zh in rows)


def party_names(session: Session, ids: Collection[str], language: str) -> dict[str, str]:
    """Names of organisations by id."""
    row = OrganisationRow
    rows = session.execute(select(row.id, row.name_en, row.name_zh).where(row.id.in_(ids)))
    return _sorted((id_, both(en, zh, language) or id_) for id_, en, zh in rows)


def official_names(session: Session, ids: Collection[str], language: str) -> dict[str, str]:
    """Names of persons by id."""
    row = PersonRow
    rows = session.execute(select(row.id, row.name_en, row.name_zh).where(row.id.in_(ids)))
    return _sorted((id_, both(en, zh, language) or id_) for id_, en, zh in rows)


def both(name_en: str | None, name_zh: str | None, language: str) -> str | None:
    """A name in the language of the page, the other one behind it."""
    first, second = (name_zh, name_en) if language == "zh" else (name_en, name_zh)
    names = [name for one in (first, second) if (name := clean(one, 120))]
    return f"{names[0]} ({names[1]})" if len(names) > 1 else (names[0] if names else None)


def marked(text: str, language: str) -> Markup:
    """Words for a page or letter in a language, escaped, with Chinese among others marked for fonts and voices."""
    safe = str(escape(text))
    return Markup(safe if language == "zh" else _CHINESE.sub(r'<span lang="zh">\g<0></span>', safe))


def _sorted(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    return dict(sorted(names, key=lambda one: (one[1].casefold(), one[0])))


def _types(_: Session, codes: Collection[str]) -> set[str]:
    families = set(words()["figures"])
    return {one for one in codes if _TYPE.fullmatch(one) and one.partition(".")[0] in families}


_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003134f][\u3000-\u9fff\U00020000-\U0003134f\u00b7]*")
_TYPE = re.compile(r"[A-Z]+(\.[A-Z]+)?")
_KNOWN: Mapping[str, Callable[[Session, Collection[str]], Collection[str]]] = {
    "countries": lambda session, codes: country_names(session, codes, "en"),
    "parties": lambda session, ids: party_names(session, ids, "en"),
    "officials": lambda session, ids: official_names(session, ids, "en"),
    "types": _types,
    "themes": lambda _, codes: set(words()["themes"]) & set(codes),
}
"""Which of some codes there are, by the field of wishes."""

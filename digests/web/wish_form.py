"""The form of wishes: what can be ticked, what was ticked, and what is wrong with it. It works without script."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from digests.describing import (
    country_names,
    known_only,
    language_name,
    official_names,
    party_names,
    type_name,
)
from digests.languages import languages, say
from digests.regions import Region, regions, within
from digests.slices import MONTHLY, WEEKLY
from digests.subscribers import Choice
from digests.texts import clean
from digests.web.forms import Values
from digests.wishes import LESS, Less, Wishes
from digests.wording import word, words
from pipeline.store.models import OrganisationRow, PersonRow

MATCHES = 12
"""Names that a search shows."""
LONGEST_SEARCH = 80
MOST_TICKED = 200
"""Parties or officials of one reader."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something to tick."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Options under a heading; ``open``: something in it is ticked."""

    label: str
    options: Sequence[Option]

    @property
    def open(self) -> bool:
        return any(one.chosen for one in self.options)


@dataclass(frozen=True, slots=True)
class Search:
    """A search for names: what was typed, and what to tick, the ticked ones first. ``done``: nothing new was typed."""

    typed: str
    options: Sequence[Option]
    done: bool

    @property
    def found(self) -> bool:
        return any(not one.chosen for one in self.options)


@dataclass(slots=True)
class WishForm:
    """The form as it is shown. ``errors``: what is wrong, by field."""

    language: str
    languages: Sequence[Option]
    rhythms: Sequence[Option]
    at_once: bool
    empty: Sequence[Option]
    regions: Sequence[Group]
    countries: Sequence[Group]
    parties: Search
    officials: Search
    types: Sequence[Option]
    themes: Sequence[Option]
    less: Mapping[str, Sequence[Option]]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def searching(self) -> bool:
        """Whether names were typed that were not looked for yet: the form is to be shown again with what is found."""
        return not (self.parties.done and self.officials.done)


def filled(session: Session, choice: Choice, language: str) -> WishForm:
    """The form as it stands for a choice."""
    known = regions(session)
    whole, single = within(known, choice.wishes.countries)
    return _form(session, choice, {one.code for one in whole}, single, known, Values(), language)


def read(session: Session, values: Values, language: str) -> tuple[WishForm, Choice]:
    """The form as it was sent, and the choice in it, which counts where there are no ``errors``."""
    known = regions(session)
    errors: dict[str, str] = {}
    codes = set(values.all("region"))
    if strange := sorted(codes - {one.code for one in known}):
        errors["countries"] = _unknown(language, strange)
    single = set(values.all("country"))
    asked = Wishes(
        countries=tuple(sorted(single.union(*(one.countries for one in known if one.code in codes)))),
        parties=_several(values, "party"),
        officials=_several(values, "official"),
        types=_several(values, "type"),
        themes=_several(values, "theme"),
        less=Less(**{name: _several(values, f"less_{name}") for name in LESS}),
        say_when_empty=_of(values, "empty", ("say", "skip"), language, errors) == "say",
    )
    wishes, strangers = known_only(session, asked)
    errors |= {name: _unknown(language, ids) for name, ids in strangers.items()}
    choice = Choice(
        wishes,
        rhythm=_of(values, "rhythm", (WEEKLY, MONTHLY), language, errors),
        at_once=bool(values.one("at_once")),
        language=_of(values, "language", languages(), language, errors),
    )
    form = _form(session, choice, codes, single & set(wishes.countries), known, values, language)
    form.errors = errors
    return form, choice


def _form(
    session: Session,
    choice: Choice,
    codes: Collection[str],
    single: Collection[str],
    known: Sequence[Region],
    values: Values,
    language: str,
) -> WishForm:
    wishes = choice.wishes
    return WishForm(
        language=language,
        languages=[Option(one, language_name(one), one == choice.language) for one in languages()],
        rhythms=[
            Option(WEEKLY, say(language, "every week"), choice.rhythm == WEEKLY),
            Option(MONTHLY, say(language, "every month"), choice.rhythm == MONTHLY),
        ],
        at_once=choice.at_once,
        empty=[
            Option("say", say(language, "say so in a short mail"), wishes.say_when_empty),
            Option("skip", say(language, "send nothing"), not wishes.say_when_empty),
        ],
        regions=[
            Group(label, _options({one.code: one.name(language) for one in known if one.practical == practical}, codes))
            for label, practical in (
                (say(language, "Regions as the department divides them"), True),
                (say(language, "Regions of the United Nations (M49)"), False),
            )
        ],
        countries=_countries(session, known, single, language),
        parties=_search(session, values, "party", wishes.parties, language),
        officials=_search(session, values, "official", wishes.officials, language),
        types=_options({one: type_name(one, language) for one in (*words()["figures"], *wishes.types)}, wishes.types),
        themes=_options({one: word("themes", one, language) for one in words()["themes"]}, wishes.themes),
        less={
            "types": _options({one: type_name(one, language) for one in wishes.less.types}, wishes.less.types),
            "countries": _options(country_names(session, wishes.less.countries, language), wishes.less.countries),
            "parties": _options(party_names(session, wishes.less.parties, language), wishes.less.parties),
            "themes": _options({one: word("themes", one, language) for one in wishes.less.themes}, wishes.less.themes),
        },
    )


def _countries(session: Session, known: Sequence[Region], single: Collection[str], language: str) -> list[Group]:
    """All countries, under the practical region of each."""
    every = [region for region in known if region.practical]
    names = country_names(session, set().union(*(one.countries for one in every)), language)
    return [
        Group(
            region.name(language),
            _options({iso3: name for iso3, name in names.items() if iso3 in region.countries}, single),
        )
        for region in every
    ]


def _search(session: Session, values: Values, name: str, chosen: Sequence[str], language: str) -> Search:
    """The ticked ones, and those that what was typed names."""
    typed = values.one(f"{name}_name")[:LONGEST_SEARCH]
    names_of, row = (party_names, OrganisationRow) if name == "party" else (official_names, PersonRow)
    options = _options(names_of(session, chosen, language), chosen)
    if typed:
        matches = session.scalars(
            select(row.id)
            .where(
                or_(*(one.icontains(typed, autoescape=True) for one in (row.name_en, row.name_zh, row.id))),
                row.id.not_in(chosen),
            )
            .order_by(_nearness(row, typed), func.length(row.id), row.id)
            .limit(MATCHES)
        ).all()
        options += _options(names_of(session, matches, language), ())
    return Search(typed, options, typed in ("", values.one(f"{name}_found")))


def _nearness(row: type[OrganisationRow | PersonRow], typed: str) -> ColumnElement[int]:
    """The nearest first: an id or acronym (``zaf-anc``), a name's beginning, a word's, any part."""
    text = typed.lower().replace(" ", "-")
    return case(
        (or_(row.id == text, row.id.endswith(f"-{text}", autoescape=True)), 0),
        (or_(row.name_en.istartswith(typed, autoescape=True), row.name_zh.startswith(typed, autoescape=True)), 1),
        (row.name_en.icontains(f" {typed}", autoescape=True), 2),
        else_=3,
    )


def _options(names: Mapping[str, str], chosen: Collection[str]) -> list[Option]:
    return [Option(value, label, value in chosen) for value, label in names.items()]


def _several(values: Values, name: str) -> tuple[str, ...]:
    return tuple(sorted(set(values.all(name)[:MOST_TICKED]) - {""}))


def _of(values: Values, name: str, known: Sequence[str], language: str, errors: dict[str, str]) -> str:
    """One of a few; the first where the field is absent."""
    value = values.one(name)
    if value in known:
        return value
    if value:
        errors[name] = _unknown(language, [value])
    return known[0]


def _unknown(language: str, values: Sequence[str]) -> str:
    shown = ", ".join(clean(one, 40) or "?" for one in values[:5])
    return say(language, "There is no such choice: %(values)s", values=shown)

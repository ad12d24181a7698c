"""Who took part, as phrases of a sentence: people with their titles and bodies, bodies with their countries.

Languages put them in one of two orders (``title_first`` of the grammar): "Fikile Mbalula, Secretary-General of the
African National Congress" or 南非非洲人国民大会总书记姆巴卢拉.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from digests.phrases import Phrase, Piece, filled, first_of, grammar, joined, listed, shortened, text
from digests.rows import Body, Event, Name, Person
from digests.wording import sentence_forms

PEOPLE_NAMED, BODIES_NAMED, COUNTRIES_NAMED = 4, 4, 6
"""How many of each a sentence names; past that it gives their number."""
OVERLAP = 3
"""Characters a title must share with the end of its body to be the same words: 印尼民主斗争党, 民主斗争党总主席."""

_WORDS = re.compile(r"[a-z]+")


def cast(persons: Sequence[Person], bodies: Sequence[Body], language: str) -> Phrase:
    """The people and bodies of a side; past the limits their number. Nothing where nobody is known."""
    return listed([*_people(persons, language), *_bodies(bodies, language)], language)


def countries(event: Event, language: str) -> Phrase:
    """The foreign countries of an event."""
    articled = sentence_forms(language).get("articles", {}).get("countries", ())
    pairs = zip(event.countries, event.iso3, strict=True)
    names = [text(f"the {name}" if iso3 in articled and not name.startswith("The ") else name) for name, iso3 in pairs]
    return first_of(names, COUNTRIES_NAMED, "country", language)


def called(name: Name, language: str) -> Phrase:
    """The name of a body, in English with the article it asks for."""
    words = _short(name.text, language)
    demanding = sentence_forms(language).get("articles", {}).get("organisation_words", ())
    asks = any(token in demanding for token in _WORDS.findall(words.casefold()))
    article = "the " if name.language == language and asks and not words.casefold().startswith("the ") else ""
    return Phrase((Piece(article + words, name.language),))


# --- people ----------------------------------------------------------------------------------------


def _people(persons: Sequence[Person], language: str) -> list[Phrase]:
    """People with titles; those of one body after each other share it, but who leads a delegation stands for it."""
    groups: list[list[Person]] = []
    for person in (_readable(one, language) for one in persons[:PEOPLE_NAMED]):
        shares = groups and person.body is not None and groups[-1][0].body == person.body
        alone = person.leads or (groups and groups[-1][-1].leads)
        if shares and not alone and _takes_body(groups[-1][-1], language) and _takes_body(person, language):
            groups[-1].append(person)
        else:
            groups.append([person])
    named = [_led(group, language) for group in groups]
    return shortened(named, len(persons) - PEOPLE_NAMED, "person", language, total=len(persons))


def _readable(person: Person, language: str) -> Person:
    """A person without a title that is known only in another language: the title of the page tells it beside."""
    foreign = person.title is not None and person.title.language != language
    return replace(person, title=None) if foreign else person


def _led(group: Sequence[Person], language: str) -> Phrase:
    words = grammar(language)
    phrase = _title_first(group, language) if words["title_first"] else _name_first(group, language)
    return filled(words["led"], {"person": phrase}, language) if group[0].leads else phrase


def _name_first(group: Sequence[Person], language: str) -> Phrase:
    """``Fikile Mbalula, Secretary-General of the African National Congress (South Africa)``."""
    last = group[-1]
    phrase = listed([_apposed(person, language) for person in group], language)
    country = _untold_country(last)
    if last.body is None or _tells_body(last, language):
        tail = [Piece(f" ({country})")] if country and last.body is None else []
        return Phrase((*phrase.pieces, *tail), phrase.open)
    if not _takes_body(last, language):
        tells = country is None or country.casefold() in last.body.name.text.casefold()
        inside = [Piece(last.body.name.text, last.body.name.language), Piece("" if tells else f", {country}")]
        return Phrase((*phrase.pieces, Piece(" ("), *inside, Piece(")")), phrase.open)
    named = _body(replace(last.body, country=last.body.country or country), language)
    return Phrase((*phrase.pieces, Piece(" of "), *named.pieces), open=phrase.open)


def _apposed(person: Person, language: str) -> Phrase:
    name = Piece(person.name.text, person.name.language)
    if person.title is None:
        return Phrase((name,))
    return Phrase((name, Piece(", "), Piece(_short(person.title.text, language))), open=True)


def _title_first(group: Sequence[Person], language: str) -> Phrase:
    """``南非非洲人国民大会总书记姆巴卢拉``; without titles ``南非非洲人国民大会的姆巴卢拉和莫科尼亚内``."""
    first = group[0]
    before = _belonging(first, language)
    titled = [
        joined([text(_after_body(person, language)), Phrase((Piece(person.name.text, person.name.language),))])
        for person in group
    ]
    of = text(grammar(language)["of"] if before and first.title is None and first.iso3 != "CHN" else "")
    return joined([before, of, listed(titled, language)])


def _belonging(person: Person, language: str) -> Phrase:
    """What stands before a title: the body, with its country where it does not tell it, or the country alone."""
    country = text(_untold_country(person) or "")
    if person.body is None or _tells_body(person, language):
        return country
    return _body(replace(person.body, country=person.body.country or person.country), language)


def _after_body(person: Person, language: str) -> str:
    """A title behind its body, without the words that both have."""
    if person.title is None:
        return ""
    title = _short(person.title.text, language)
    if person.body is None or _tells_body(person, language):
        return title
    body = _short(person.body.name.text, language)
    shared = (size for size in range(len(title), OVERLAP - 1, -1) if body.endswith(title[:size]))
    return title[next(shared, 0) :]


def _tells_body(person: Person, language: str) -> bool:
    """True where the printed title names the body itself, so that naming it again would stammer."""
    if person.title is None or person.body is None:
        return False
    names = (person.body.name.text, _short(person.body.name.text, language))
    return any(name.casefold() in person.title.text.casefold() for name in names)


def _takes_body(person: Person, language: str) -> bool:
    """True where the body may be named beside the title: not where it tells it, nor behind one "of" something."""
    if person.body is None or _tells_body(person, language):
        return False
    return person.title is None or " of " not in f"{person.title.text} "


def _untold_country(person: Person) -> str | None:
    """The country to put beside a person: none for the Chinese side, none where the title tells it."""
    if person.country is None or person.iso3 == "CHN":
        return None
    told = person.title is not None and person.country.casefold() in person.title.text.casefold()
    return None if told else person.country


# --- bodies ----------------------------------------------------------------------------------------


def _bodies(bodies: Sequence[Body], language: str) -> list[Phrase]:
    named = [_body(body, language) for body in bodies[:BODIES_NAMED]]
    return shortened(named, len(bodies) - BODIES_NAMED, "body", language)


def _body(body: Body, language: str) -> Phrase:
    """A body, with its country (in English in brackets) where its name does not tell it."""
    name = called(body.name, language)
    if not body.country or body.iso3 == "CHN" or body.country.casefold() in body.name.text.casefold():
        return name
    if grammar(language)["title_first"]:
        return joined([text(body.country), name])
    return joined([name, text(f" ({body.country})")])


def _short(name: str, language: str) -> str:
    """A text with the long names in it put short (those that would fill every line of an edition)."""
    for long, short in sentence_forms(language)["short_names"].items():
        name = name.replace(long, short)
    return name

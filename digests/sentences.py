"""One sentence for each event, from the values of its row and nothing else.

A sentence is a row of pieces, each with its language, so that names in another one can be marked. A slot that the
row does not fill takes its words with it (see data/sentences/en.toml). The row's names are those of the language the
sentence is in, where there are any.
"""

from __future__ import annotations

import re

from digests.actors import called, cast, countries
from digests.languages import SOURCE
from digests.phrases import (
    NOTHING,
    Phrase,
    Piece,
    Sentence,
    filled,
    finished,
    first_of,
    grammar,
    joined,
    serves,
    text,
)
from digests.rows import Body, Cast, Event
from digests.wording import Wording, sentence_forms, when, word, wording_of

PRESENT_NAMED, THEMES_NAMED, INVITERS_NAMED = 4, 5, 3
"""How many of each a sentence names; past that it gives their number."""


_ADDED = re.compile(r"\[[;；][^\]]*\]")


def sentence(event: Event, year: int, language: str = SOURCE, *, ends: bool = True) -> Sentence:
    """The sentence of an event for an edition of ``year``; days of another year are told with it.

    ``ends`` False leaves away what follows it: who else was there, who invited, the topics.
    """
    wording = wording_of(event.type, language)
    slots = _slots(event, wording, year, language)
    verb = wording.verbs.get(event.mode, wording.verb)
    announced = sentence_forms(language)["announced"].get(event.realis)
    if announced:
        said = joined([text(announced), _filled(wording.planned, verb, slots, language)])
    else:
        form = next(form for form in wording.forms if serves(form.replace("{verb}", verb), slots))
        said = _filled(form if ends else _ADDED.sub("", form), verb, slots, language)
    return finished([*said.pieces, *(_endings(event, wording, language) if ends else ())], language)


def _filled(form: str, verb: str, slots: dict[str, Phrase], language: str) -> Phrase:
    """A form with its verb, which may have slots of its own, and its slots."""
    return filled(form.replace("{verb}", verb), slots, language)


def _slots(event: Event, wording: Wording, year: int, language: str) -> dict[str, Phrase]:
    people = cast(event.chinese.people, (), language)
    chinese = people or cast((), event.chinese.bodies, language)
    foreign = cast(event.foreign.people, event.foreign.bodies, language)
    named = countries(event, language)
    unnamed = filled(wording.unnamed, {"countries": named}, language) if named else NOTHING
    guests = foreign or unnamed
    bodies = _bodies_of(event.foreign)
    host = cast((), bodies, language) if len(bodies) == 1 else NOTHING
    one_way = event.chinese.sends != event.foreign.sends
    senders, recipients = (chinese, guests) if event.chinese.sends else (guests, chinese)
    return {
        "people": people,
        "attending": cast((*event.chinese.people, *event.foreign.people), (), language),
        "chinese": chinese,
        "foreign": foreign,
        "foreigners": cast(event.foreign.people, (), language),
        "guests": guests,
        "trainees": cast((), bodies, language) or unnamed,
        "host": host,
        "fellows": NOTHING if host else guests,
        "countries": named,
        "senders": senders if one_way else NOTHING,
        "recipients": recipients if one_way else NOTHING,
        "exchanged": text(wording.exchanged if event.chinese.sends and event.foreign.sends else ""),
        "when": text(_when(event, wording.lasting, year, language)),
        "where": _where(event, language),
        "noun": text(wording.noun),
    }


def _bodies_of(side: Cast) -> tuple[Body, ...]:
    """The bodies of a side: those that its people stand for, then those named without a person."""
    behind = (person.body for person in side.people if person.body is not None)
    return tuple(dict.fromkeys((*behind, *side.bodies)))


def _when(event: Event, lasting: bool, year: int, language: str) -> str:
    first, last = event.first_day, event.last_day
    if first is None or last is None:
        return ""
    return when(first, last, event.precision, lasting=lasting, year=year, language=language)


def _where(event: Event, language: str) -> Phrase:
    if event.place is None:
        return text(sentence_forms(language)["modes"].get(event.mode, ""))
    place = Phrase((Piece(event.place.text, event.place.language),))
    return filled(grammar(language)["place"], {"place": place}, language)


def _endings(event: Event, wording: Wording, language: str) -> tuple[Piece, ...]:
    """What follows a sentence: a number stated, invitation, who else was there, topics."""
    stated = wording.stated_as(event.participants) if event.participants is not None else ""
    inviters = [called(name, language) for side in (event.chinese, event.foreign) for name in side.inviters]
    themes = [text(word("themes", theme, language)) for theme in event.themes]
    slots = {
        "stated": text(stated),
        "inviters": first_of(inviters, INVITERS_NAMED, "inviter", language),
        "chinese": _present(event.chinese, language),
        "foreign": _present(event.foreign, language),
        "themes": first_of(themes, THEMES_NAMED, "other", language),
    }
    forms = sentence_forms(language)["endings"]
    given = [(name, phrase) for name, phrase in slots.items() if phrase]
    return joined([filled(forms[name], {"names": phrase, "stated": phrase}, language) for name, phrase in given]).pieces


def _present(side: Cast, language: str) -> Phrase:
    named = [Phrase((Piece(person.name.text, person.name.language),)) for person in side.present]
    return first_of(named, PRESENT_NAMED, "attendee", language)

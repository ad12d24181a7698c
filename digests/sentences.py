"""One English sentence for each event, from the values of its row and nothing else.

A sentence is a row of pieces, each with its language, so that Chinese names can be marked as Chinese. A slot
that the row does not fill takes its words with it (see data/sentences.toml).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from digests.rows import Body, Cast, Event, Name, Person
from digests.wording import MONTHS, Wording, announcement, day, modes, word, wording_of, words

PEOPLE_NAMED, BODIES_NAMED, COUNTRIES_NAMED, PRESENT_NAMED, THEMES_NAMED, INVITERS_NAMED = 4, 4, 6, 4, 5, 3
"""How many of each a sentence names; past that it gives their number."""

_SLOT = re.compile(r"\{(\w+)\}")
_OPTIONAL = re.compile(r"\[([^\]]*)\]")
_WORDS = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of a sentence in one language (``en`` or ``zh``)."""

    text: str
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Phrase:
    """What fills a slot. ``open``: it ends in an apposition, which a comma closes where words follow."""

    pieces: tuple[Piece, ...]
    open: bool = False

    def __bool__(self) -> bool:
        return bool(self.pieces)


Sentence = tuple[Piece, ...]
_NOTHING = Phrase(())


def sentence(event: Event, year: int) -> Sentence:
    """The sentence of an event for an edition of ``year``; days of another year are told with it."""
    wording = wording_of(event.type)
    slots = _slots(event, wording, year)
    announced = announcement(event.realis)
    if announced:
        pieces = [Piece(f"{announced} "), *_filled(wording.planned, slots)]
    else:
        pieces = _filled(next(form for form in wording.forms if _serves(form, slots)), slots)
    pieces += _endings(event, wording)
    return _finished(pieces)


def plain(pieces: Sequence[Piece]) -> str:
    """A sentence as plain text."""
    return "".join(piece.text for piece in pieces)


# --- slots -----------------------------------------------------------------------------------------


def _slots(event: Event, wording: Wording, year: int) -> dict[str, Phrase]:
    people = _listed(_people(event.chinese.people))
    chinese = people or _listed(_bodies(event.chinese.bodies))
    foreign = _listed(_people(event.foreign.people) + _bodies(event.foreign.bodies))
    countries = _countries(event)
    guests = foreign or (_joined([_text(f"{wording.unnamed} "), countries], "") if countries else _NOTHING)
    sends = (chinese, guests) if event.chinese.sends else (guests, chinese) if event.foreign.sends else None
    return {
        "people": people,
        "chinese": chinese,
        "foreign": foreign,
        "guests": guests,
        "countries": countries,
        "senders": sends[0] if sends else _NOTHING,
        "recipients": sends[1] if sends else _NOTHING,
        "when": _text(when(event, wording.lasting, year)),
        "where": _where(event),
        "verb": _text(wording.verbs.get(event.mode, wording.verb)),
        "noun": _text(wording.noun),
    }


def when(event: Event, lasting: bool, year: int) -> str:
    """The days of an event as its sentence tells them; empty where the row has none."""
    first, last = event.first_day, event.last_day
    if first is None or last is None:
        return ""
    if event.precision == "year":
        return f"in {first.year}"
    if event.precision == "month":
        return f"in {MONTHS[first.month - 1]}" + ("" if first.year == year else f" {first.year}")
    if first == last:
        return f"on {day(last, year)}"
    lasts = lasting and event.precision in ("day_range", "day", None)
    opening, middle = ("from", "to") if lasts else ("between", "and")
    return f"{opening} {_first_day(first, last, year)} {middle} {day(last, year)}"


def _first_day(first: date, last: date, year: int) -> str:
    if (first.year, first.month) == (last.year, last.month):
        return str(first.day)
    return day(first, year if first.year != last.year else first.year)


def _where(event: Event) -> Phrase:
    if event.place is not None:
        return Phrase((Piece("in "), Piece(event.place.text, event.place.language)))
    return _text(modes().get(event.mode, ""))


def _countries(event: Event) -> Phrase:
    articled = words()["articles"]["countries"]
    pairs = zip(event.countries, event.iso3, strict=True)
    names = [_text(f"the {name}" if iso3 in articled and not name.startswith("The ") else name) for name, iso3 in pairs]
    left = len(names) - COUNTRIES_NAMED
    return _listed(names[:COUNTRIES_NAMED] + ([_counted(left, "other country", "other countries")] if left > 0 else []))


# --- people and bodies -----------------------------------------------------------------------------


def _people(people: Sequence[Person]) -> list[Phrase]:
    """People with titles; those of one body after each other share it. Past the limit their number."""
    groups: list[list[Person]] = []
    for person in map(_readable, people[:PEOPLE_NAMED]):
        shares = groups and person.body is not None and groups[-1][0].body == person.body
        if shares and _takes_body(groups[-1][-1]) and _takes_body(person):
            groups[-1].append(person)
        else:
            groups.append([person])
    left = len(people) - PEOPLE_NAMED
    return [_group(group) for group in groups] + ([_counted(left, "other person", "other people")] if left > 0 else [])


def _readable(person: Person) -> Person:
    """A person without a title that is known only in Chinese: the title of the Chinese page tells it beside."""
    return replace(person, title=None) if person.title is not None and person.title.language == "zh" else person


def _group(group: Sequence[Person]) -> Phrase:
    names = [_titled(person) for person in group]
    phrase = _listed(names)
    last = group[-1]
    country = _country_of(last)
    if last.body is None or _tells_body(last):
        tail = [Piece(f" ({country})")] if country and last.body is None else []
        return Phrase((*phrase.pieces, *tail), phrase.open)
    if not _takes_body(last):
        tells = country is None or country.casefold() in last.body.name.text.casefold()
        inside = [Piece(last.body.name.text, last.body.name.language), Piece("" if tells else f", {country}")]
        return Phrase((*phrase.pieces, Piece(" ("), *inside, Piece(")")), phrase.open)
    named = _body(replace(last.body, country=last.body.country or country))
    return Phrase((*phrase.pieces, Piece(" of "), *named), open=phrase.open)


def _titled(person: Person) -> Phrase:
    name = Piece(person.name.text, person.name.language)
    if person.title is None:
        return Phrase((name,))
    return Phrase((name, Piece(", "), Piece(_short(person.title.text))), open=True)


def _tells_body(person: Person) -> bool:
    """True where the printed title names the body itself, so that naming it again would stammer."""
    if person.title is None or person.body is None:
        return False
    names = (person.body.name.text, _short(person.body.name.text))
    return any(name.casefold() in person.title.text.casefold() for name in names)


def _takes_body(person: Person) -> bool:
    """True where "of the …" may follow: not behind a title that is already "of" something."""
    if person.body is None or _tells_body(person):
        return False
    return person.title is None or " of " not in f"{person.title.text} "


def _short(name: str) -> str:
    """A text with the long names in it put short (those that would fill every line of an edition)."""
    for long, short in words()["short_names"].items():
        name = name.replace(long, short)
    return name


def _country_of(person: Person) -> str | None:
    """The country to put behind a person: none for the Chinese side, none where the title tells it."""
    if person.country is None or person.iso3 == "CHN":
        return None
    told = person.title is not None and person.country.casefold() in person.title.text.casefold()
    return None if told else person.country


def _body(body: Body) -> list[Piece]:
    """A body with its article, and its country in brackets where its name does not tell it."""
    pieces = _articled(body.name)
    if body.country and body.iso3 != "CHN" and body.country.casefold() not in body.name.text.casefold():
        pieces.append(Piece(f" ({body.country})"))
    return [piece for piece in pieces if piece.text]


def _articled(name: Name) -> list[Piece]:
    """A body's name, in English with the article it asks for."""
    text = _short(name.text)
    demanding = words()["articles"]["organisation_words"]
    asks = any(token in demanding for token in _WORDS.findall(text.casefold()))
    article = "the " if name.language == "en" and asks and not text.casefold().startswith("the ") else ""
    return [Piece(article + text, name.language)]


def _bodies(bodies: Sequence[Body]) -> list[Phrase]:
    left = len(bodies) - BODIES_NAMED
    named = [Phrase(tuple(_body(body))) for body in bodies[:BODIES_NAMED]]
    return named + ([_counted(left, "other body", "other bodies")] if left > 0 else [])


# --- endings ---------------------------------------------------------------------------------------


def _endings(event: Event, wording: Wording) -> list[Piece]:
    """What follows a sentence: a number stated, invitation, who else was there, topics."""
    pieces: list[Piece] = []
    if event.participants is not None:
        pieces.append(Piece(f" ({wording.stated.replace('{number}', f'{event.participants:,}')})"))
    inviters = [Phrase(tuple(_articled(name))) for side in (event.chinese, event.foreign) for name in side.inviters]
    if inviters:
        pieces += [Piece("; invited by "), *_listed(_shortened(inviters, INVITERS_NAMED)).pieces]
    pieces += _present(event.chinese, "Chinese") + _present(event.foreign, "foreign")
    if event.themes:
        named = [_text(word("themes", theme)) for theme in event.themes]
        pieces += [Piece("; topics: "), *_listed(_shortened(named, THEMES_NAMED)).pieces]
    return pieces


def _present(side: Cast, name: str) -> list[Piece]:
    if not side.present:
        return []
    named = [Phrase((Piece(person.name.text, person.name.language),)) for person in side.present]
    return [Piece(f"; also present on the {name} side: "), *_listed(_shortened(named, PRESENT_NAMED)).pieces]


# --- putting together ------------------------------------------------------------------------------


def _text(text: str) -> Phrase:
    return Phrase((Piece(text),)) if text else _NOTHING


def _joined(phrases: Sequence[Phrase], between: str) -> Phrase:
    pieces: list[Piece] = []
    for index, phrase in enumerate(phrases):
        pieces += ([Piece(between)] if index and between else []) + list(phrase.pieces)
    return Phrase(tuple(pieces), open=phrases[-1].open)


def _counted(number: int, one: str, many: str) -> Phrase:
    return _text(f"{number} {one if number == 1 else many}")


def _shortened(phrases: Sequence[Phrase], limit: int) -> list[Phrase]:
    """The first of a row, and how many others there are."""
    left = len(phrases) - limit
    return [*phrases[:limit], *([_counted(left, "other", "others")] if left > 0 else [])]


def _listed(phrases: Sequence[Phrase]) -> Phrase:
    """``A, B and C``; with appositions inside ``A, …; B, …; and C, …``."""
    if len(phrases) < 2:
        return phrases[0] if phrases else _NOTHING
    if len(phrases) == 2:
        return _joined(phrases, ", and " if phrases[0].open else " and ")
    heavy = any(phrase.open for phrase in phrases)
    separator, last = ("; ", "; and ") if heavy else (", ", " and ")
    return _joined([_joined(phrases[:-1], separator), phrases[-1]], last)


def _serves(form: str, slots: Mapping[str, Phrase]) -> bool:
    return all(slots[name] for name in _SLOT.findall(_OPTIONAL.sub("", form)))


def _filled(form: str, slots: Mapping[str, Phrase]) -> list[Piece]:
    """A form with its slots filled and its unfilled brackets gone."""

    def kept(found: re.Match[str]) -> str:
        return found[1] if all(slots[name] for name in _SLOT.findall(found[1])) else ""

    parts = _SLOT.split(_OPTIONAL.sub(kept, form))
    pieces: list[Piece] = []
    for index, part in enumerate(parts):
        if index % 2 == 0:
            pieces += [Piece(part)] if part else []
            continue
        pieces += slots[part].pieces
        rest = "".join(parts[index + 1 :])
        if slots[part].open and rest and rest[0] not in ",;.:":
            pieces.append(Piece(","))
    return pieces


def _finished(pieces: Sequence[Piece]) -> Sentence:
    """Neighbours of one language joined, a capital at the start, one full stop at the end."""
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].language == piece.language:
            joined[-1] = Piece(joined[-1].text + piece.text, piece.language)
        elif piece.text:
            joined.append(piece)
    first = joined[0]
    joined[0] = Piece(first.text[:1].upper() + first.text[1:], first.language)
    last = joined[-1]
    if last.language != "en":
        joined.append(Piece("."))
    elif not last.text.endswith("."):
        joined[-1] = Piece(last.text + ".", last.language)
    return tuple(joined)

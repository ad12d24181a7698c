"""The gazetteer as one object: its tables, its matcher, and the choice among what a form may mean."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from pipeline.gazetteer.matcher import Entry, Matcher
from pipeline.gazetteer.model import (
    Country,
    Department,
    Forum,
    Hit,
    Kind,
    Name,
    Organisation,
    Party,
    Person,
    Place,
    Post,
    Stop,
    Theme,
    Title,
)

# How far outside an approximate post a day may lie and still belong to it.
SLACK = timedelta(days=120)


@dataclass(frozen=True)
class Gazetteer:
    """Everything known by name. Each table is a mapping from id, in the order of its file."""

    countries: Mapping[str, Country]
    parties: Mapping[str, Party]
    organisations: Mapping[str, Organisation]
    places: Mapping[str, Place]
    people: Mapping[str, Person]
    titles: Mapping[str, Title]
    departments: Mapping[str, Department]
    themes: Mapping[str, Theme]
    forums: Mapping[str, Forum]
    stops: tuple[Stop, ...]
    _matchers: dict[str, Matcher] = field(default_factory=dict, compare=False, repr=False)

    def find(self, text: str, language: str) -> list[Hit]:
        """All forms known in a language (``zh`` or any tag of it; everything else is read as Latin script).

        Sorted by start; leftmost-longest within a kind, while hits of different kinds may overlap. Spans count
        characters of ``text`` as given. Never raises on any text.
        """
        return self._matcher("zh" if language.lower().startswith("zh") else "en").find(text)

    def resolve(self, hit: Hit, countries: Collection[str], day: date | None = None) -> str | None:
        """The one id that a hit can mean when these countries (ISO3) are in reach; None where several or none can.

        A form that one entry alone has, and that is not generic, needs no country. ``day`` leaves out parties
        that did not exist then, where that leaves any (尼泊尔共产党 is another party before 2018 and after 2021).
        """
        if len(hit.ids) == 1 and not hit.generic:
            return hit.ids[0]
        near = [identity for identity in hit.ids if self.country_of(hit.kind, identity) in countries]
        if day is not None and len(near) > 1:
            near = [identity for identity in near if self._existed(identity, day)] or near
        return near[0] if len(near) == 1 else None

    def country_of(self, kind: Kind, identity: str) -> str | None:
        """The country (ISO3) of what an id of this kind names; None for what has none."""
        match kind:
            case Kind.COUNTRY | Kind.ADJECTIVE:
                return identity
            case Kind.PARTY:
                return self.parties[identity].country
            case Kind.ORGANISATION:
                return self.organisations[identity].country
            case Kind.PERSON:
                return self.people[identity].country
            case Kind.PLACE:
                return self.places[identity].country
            case _:
                return None

    def post(self, person: str, day: date) -> Post | None:
        """The post a person held on a day: the department's before others, then the one taken up last."""
        return next(iter(self.posts_on(person, day)), None)

    def posts_on(self, person: str, day: date) -> tuple[Post, ...]:
        """All posts a person held on a day, the department's first, then the newest first.

        Posts whose dates are approximate reach some months further where no other post of the person does.
        An unknown person has none.
        """
        posts = self.people[person].posts if person in self.people else ()
        held = [post for post in posts if _covers(post, day, timedelta())]
        held = held or [post for post in posts if post.approximate and _covers(post, day, SLACK)]
        return tuple(
            sorted(held, key=lambda post: (post.organisation not in self.departments, -_start(post).toordinal()))
        )

    def _existed(self, identity: str, day: date) -> bool:
        party = self.parties.get(identity)
        return party is None or (
            (party.valid_from is None or party.valid_from <= day) and (party.valid_to is None or day <= party.valid_to)
        )

    def _matcher(self, language: str) -> Matcher:
        if language not in self._matchers:
            self._matchers[language] = Matcher(self._entries(language))
        return self._matchers[language]

    def _entries(self, language: str) -> Iterator[Entry]:
        tables: tuple[tuple[Kind, Mapping[str, _Named]], ...] = (
            (Kind.COUNTRY, self.countries),
            (Kind.PARTY, self.parties),
            (Kind.ORGANISATION, self.organisations),
            (Kind.PLACE, self.places),
            (Kind.PERSON, self.people),
            (Kind.TITLE, self.titles),
            (Kind.DEPARTMENT, self.departments),
            (Kind.THEME, self.themes),
            (Kind.FORUM, self.forums),
        )
        for kind, table in tables:
            for identity, thing in table.items():
                for name in thing.zh if language == "zh" else thing.en:
                    yield Entry(kind, name, (identity,))
        for stop in self.stops:
            for name in stop.zh if language == "zh" else stop.en:
                yield Entry(stop.kind, name, ())
        if language == "en":
            for iso3, country in self.countries.items():
                for name in country.adjectives:
                    yield Entry(Kind.ADJECTIVE, name, (iso3,))
        for party in self.parties.values():
            for name in self._compounds_zh(party) if language == "zh" else self._compounds_en(party):
                yield Entry(Kind.PARTY, name, (party.id,))

    def _compounds_zh(self, party: Party) -> Iterable[Name]:
        """Country and party as one word: 新加坡人民行动党, 南非非国大, and doubled 俄罗斯统一俄罗斯党."""
        country = self.countries[party.country]
        return (Name(front.text + name.text) for front in country.zh if not front.generic for name in party.zh)

    def _compounds_en(self, party: Party) -> Iterable[Name]:
        """Norwegian Labour Party, Labour Party of Norway: said in full, a generic name is generic no more."""
        country = self.countries[party.country]
        for name in party.en:
            if name.exact:
                continue
            for adjective in country.adjectives:
                yield Name(f"{adjective.text} {name.text}")
            for area in country.en:
                yield Name(f"{name.text} of {area.text}")
                yield Name(f"{name.text} of the {area.text}")

    @cached_property
    def department(self) -> Department:
        return next(iter(self.departments.values()))


def _start(post: Post) -> date:
    return post.start or date.min


def _covers(post: Post, day: date, slack: timedelta) -> bool:
    return (post.start is None or post.start - slack <= day) and (post.end is None or day <= post.end + slack)


_Named = Country | Party | Organisation | Place | Person | Title | Department | Theme | Forum

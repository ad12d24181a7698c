"""What the rules collect about one event before it becomes a mention: values that know where they were read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pipeline.extract.layout import Sentence
from pipeline.extract.when import When
from pipeline.words import ChinesePerson, ForeignPerson, Organisation

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Read(Generic[T_co]):
    """A value, the folded characters it was read from (None: from outside the text), the rule, the confidence."""

    value: T_co
    at: int | None
    to: int | None
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event took place: its names, the gazetteer's id and country (None where it does not know it)."""

    name_en: str | None
    name_zh: str | None
    id: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Official:
    """Somebody of the Chinese side. ``department``: of the department, in office that day."""

    person: ChinesePerson
    at: int
    to: int
    name_at: int
    name_to: int
    rule: str
    confidence: float
    department: bool
    former: bool = False

    def read(self) -> Read[ChinesePerson]:
        return Read(self.person, self.name_at, self.name_to, self.rule, self.confidence)


@dataclass(slots=True)
class Counterpart:
    """What a noun phrase says about the foreign side."""

    people: list[Read[ForeignPerson]] = field(default_factory=list)
    organisations: list[Read[Organisation]] = field(default_factory=list)
    countries: list[Read[str]] = field(default_factory=list)
    group: Read[str] | None = None
    diplomats: bool = False
    # `a delegation of A led by X and the B headed by Y`: how many delegations
    groups: int = 0

    def __bool__(self) -> bool:
        return bool(self.people or self.organisations or self.countries or self.group)

    def join(self, other: Counterpart) -> None:
        """Take over what the other one has and this one has not."""
        for person in other.people:
            if all(person.value.name != known.value.name for known in self.people):
                self.people.append(person)
        for body in other.organisations:
            if not any(_body(body) == _body(known) or _short_of(body, known) for known in self.organisations):
                self.organisations.append(body)
        for country in other.countries:
            if all(country.value != known.value for known in self.countries):
                self.countries.append(country)
        self.group = self.group or other.group
        self.diplomats = self.diplomats or other.diplomats


def _short_of(body: Read[Organisation], known: Read[Organisation]) -> bool:
    """复兴公约党 behind 科摩罗复兴公约党: the same body without its country."""
    if body.value.id is not None or body.value.country not in (None, known.value.country):
        return False
    return known.value.name.endswith(body.value.name)


def _body(read: Read[Organisation]) -> str:
    return read.value.id or read.value.name


@dataclass(slots=True)
class Draft:
    """An event as one sentence tells it. ``department`` says that the department takes part in it."""

    type: Read[str]
    sentence: Sentence
    when: When | None = None
    mode: Read[str] | None = None
    place: Read[Place] | None = None
    planned: Read[bool] | None = None
    cancelled: Read[bool] | None = None
    historical: bool = False
    series: bool = False
    department: bool = False
    chinese: list[Official] = field(default_factory=list)
    foreign: Counterpart = field(default_factory=Counterpart)
    themes: list[Read[str]] = field(default_factory=list)
    participants: Read[int] | None = None
    from_title: bool = False
    # said to be one more (还会见, 分别会见, "also met separately with"): never the same as the one before
    another: bool = False
    # one of those whom a trip's list names (`met respectively with A, B and C`)
    listed: bool = False
    # the event that a paper came of: the paper is the department's where that is
    result_of: Draft | None = None
    # one item of a digest: its own paragraph tells all of it
    item: bool = False
    # a sentence of its own tells it: never only one of those met on the trip (codebook §9.6)
    alone: bool = False
    # the text prints a day, but no year fits it: the page's own date would be a lie
    undated: bool = False

    def add_chinese(self, officials: Iterable[Official]) -> None:
        """Add people of the Chinese side; of one named twice, the reading with a title stays."""
        for official in officials:
            for place, known in enumerate(self.chinese):
                if _same(known.person, official.person):
                    if known.person.title is None and official.person.title is not None:
                        self.chinese[place] = official
                    break
            else:
                self.chinese.append(official)


def _same(one: ChinesePerson, other: ChinesePerson) -> bool:
    if one.id is not None and one.id == other.id:
        return True
    return one.name == other.name

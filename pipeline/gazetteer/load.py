"""Read the data files into a Gazetteer, refusing every line that cannot be right.

A fact is one line of one file; a new party, person or form is a new line or a new ``|`` part, never new code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.gazetteer.book import Gazetteer
from pipeline.gazetteer.fold import key
from pipeline.gazetteer.model import (
    Country,
    Department,
    Forum,
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
from pipeline.gazetteer.rows import Row, read, words

DATA = Path(__file__).parent / "data"

PREGS = words("NEA SEA SAS CAS EEU CEE WEU WANA SSA LAC NAM OCE")
PARTY_KINDS = words("party party_youth party_women party_wing party_foundation party_school armed_movement")
ORGANISATION_KINDS = PARTY_KINDS - {"party", "armed_movement"} | words(
    "party_international parl_group legislature executive head_of_state ministry subnational judiciary military "
    "embassy think_tank university media business ngo union friendship_assoc religious igo ex_leader_club "
    "cpc_dept cpc_local prc_state prc_affiliate"
)
PLACE_KINDS = frozenset({"city", "province", "building", "region"})
TITLE_SIDES = frozenset({"party", "state", "diplomat", "society", "department"})
CHINESE_RANKS = words("psc politburo minister vice_minister assistant_minister bureau other")
RANKS = CHINESE_RANKS | frozenset("123456")
SIDES = frozenset({"chinese", "foreign"})
COUNTRY_COLUMNS = "iso3 iso2 m49 preg name_en name_zh forms_en forms_zh adjectives_en capital_en capital_zh zone source"
CODE = r"[A-Z]+\.[A-Z]+"


@cache
def load(folder: Path = DATA) -> Gazetteer:
    """The gazetteer of a folder of data files, read once.

    Raises GazetteerError naming file, line and reason for the first line that cannot be used.
    """
    countries = _countries(folder)
    departments = {
        row.need("id"): Department(
            row.need("id"),
            *_main(row),
            _en(row),
            _zh(row),
            row.need("source"),
        )
        for row in read(folder / "department.csv", "id name_en name_zh forms_en forms_zh source")
    }
    parties = _parties(folder, countries)
    organisations = _organisations(folder, countries)
    return Gazetteer(
        countries=countries,
        parties=parties,
        organisations=organisations,
        places=_places(folder, countries),
        people=_people(folder, countries, {*departments, *organisations, *parties}),
        titles=_titles(folder),
        departments=departments,
        themes=_themes(folder),
        forums=_forums(folder, countries),
        stops=_stops(folder),
    )


def _en(row: Row) -> tuple[Name, ...]:
    return row.names("name_en", "forms_en")


def _zh(row: Row) -> tuple[Name, ...]:
    return row.names("name_zh", "forms_zh")


def _main(row: Row) -> tuple[str, str]:
    row.need("name_en")
    row.need("name_zh")
    return row.plain("name_en") or "", row.plain("name_zh") or ""


def _zone(row: Row) -> str | None:
    zone = row.get("zone")
    if zone is not None:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise row.fault(f"unknown zone {zone!r}") from error
    return zone


def _country(row: Row, countries: Mapping[str, Country]) -> str:
    iso3 = row.need("country")
    if iso3 not in countries:
        raise row.fault(f"unknown country {iso3!r}")
    return iso3


class _Named(Protocol):
    @property
    def en(self) -> tuple[Name, ...]: ...
    @property
    def zh(self) -> tuple[Name, ...]: ...


class _Forms:
    """Refuses a form that two lines claim, unless each of them marks it generic."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str, str], tuple[str, bool]] = {}

    def add(self, row: Row, scope: str, thing: _Named) -> None:
        self.add_names(row, scope, "en", thing.en)
        self.add_names(row, scope, "zh", thing.zh)

    def add_names(self, row: Row, scope: str, language: str, names: Iterable[Name]) -> None:
        for name in names:
            written = name.text if name.exact else key(name.text)
            place = f"{row.file}, line {row.line}"
            first, generic = self._first.setdefault((scope, language, written), (place, name.generic))
            if first != place and not (generic and name.generic):
                raise row.fault(f"the form {name.text!r} stands in {first} too: mark both with * or drop one")


def _countries(folder: Path) -> dict[str, Country]:
    countries, forms = {}, _Forms()
    for row in read(folder / "countries.csv", COUNTRY_COLUMNS):
        iso3 = row.pattern("iso3", "[A-Z]{3}", "three capitals") or ""
        name_en, name_zh = _main(row)
        country = Country(
            iso3=iso3,
            iso2=row.pattern("iso2", "[A-Z]{2}", "two capitals") or row.need("iso2"),
            m49=row.pattern("m49", "[0-9]{3}", "three digits"),
            preg=row.one_of("preg", PREGS),
            name_en=name_en,
            name_zh=name_zh,
            en=_en(row),
            zh=_zh(row),
            adjectives=row.names("adjectives_en"),
            capital=_slug(iso3, row.plain("capital_en")),
            zone=_zone(row),
            source=row.need("source"),
        )
        forms.add(row, "country", country)
        forms.add_names(row, "adjective", "en", country.adjectives)
        countries[iso3] = country
    return countries


def _slug(iso3: str, capital: str | None) -> str | None:
    if capital is None:
        return None
    plain = "".join(char if char.isalnum() else "-" for char in key(capital).replace("'", "").replace(".", ""))
    return f"{iso3.lower()}-{plain}"


def _parties(folder: Path, countries: Mapping[str, Country]) -> dict[str, Party]:
    columns = "id country kind name_en name_zh forms_en forms_zh acronym pf_id qid valid_from valid_to source"
    parties, forms = {}, _Forms()
    for row in read(folder / "parties.csv", columns):
        row.need("name_en")
        valid_from, valid_to, _ = row.span("valid_from", "valid_to")
        party = Party(
            id=row.need("id"),
            country=_country(row, countries),
            kind=row.one_of("kind", PARTY_KINDS),
            name_en=row.plain("name_en") or "",
            name_zh=row.plain("name_zh"),
            en=_en(row) + row.names("acronym", exact=True),
            zh=_zh(row),
            acronym=row.plain("acronym"),
            pf_id=row.pattern("pf_id", "[0-9]+", "a Party Facts id"),
            qid=row.pattern("qid", "Q[1-9][0-9]*", "a Wikidata id"),
            valid_from=valid_from,
            valid_to=valid_to,
            source=row.need("source"),
        )
        forms.add(row, f"party {party.country}", party)
        parties[party.id] = party
    return parties


def _organisations(folder: Path, countries: Mapping[str, Country]) -> dict[str, Organisation]:
    columns = "id kind country name_en name_zh forms_en forms_zh acronym source"
    organisations, forms = {}, _Forms()
    for row in read(folder / "organisations.csv", columns):
        row.need("name_en")
        organisation = Organisation(
            id=row.need("id"),
            country=_country(row, countries) if row.get("country") else None,
            kind=row.one_of("kind", ORGANISATION_KINDS),
            name_en=row.plain("name_en") or "",
            name_zh=row.plain("name_zh"),
            en=_en(row) + row.names("acronym", exact=True),
            zh=_zh(row),
            acronym=row.plain("acronym"),
            source=row.need("source"),
        )
        forms.add(row, f"organisation {organisation.country}", organisation)
        organisations[organisation.id] = organisation
    return organisations


def _places(folder: Path, countries: Mapping[str, Country]) -> dict[str, Place]:
    """The capitals, read from countries.csv, and the places of places.csv."""
    places, forms = {}, _Forms()
    for row in read(folder / "countries.csv", COUNTRY_COLUMNS):
        country = countries[row.need("iso3")]
        if country.capital is None:
            continue
        if country.zone is None or row.get("capital_zh") is None:
            raise row.fault("a capital needs capital_zh and zone")
        places[country.capital] = Place(
            id=country.capital,
            name_en=row.plain("capital_en") or "",
            name_zh=row.plain("capital_zh") or "",
            country=country.iso3,
            zone=country.zone,
            kind="city",
            part_of=None,
            en=row.names("capital_en"),
            zh=row.names("capital_zh"),
            source=row.need("source"),
        )
        forms.add(row, f"place {country.iso3}", places[country.capital])
    columns = "id kind country zone part_of name_en name_zh forms_en forms_zh source"
    rows = {row.need("id"): row for row in read(folder / "places.csv", columns)}
    for identity, row in rows.items():
        if identity in places:
            raise row.fault(f"{identity} is a capital and stands in countries.csv")
        part_of = row.get("part_of")
        if part_of is not None and part_of not in places and part_of not in rows:
            raise row.fault(f"unknown part_of {part_of!r}")
        zone = _zone(row)
        if zone is None:
            raise row.fault("zone is missing")
        name_en, name_zh = _main(row)
        place = Place(
            id=identity,
            name_en=name_en,
            name_zh=name_zh,
            country=_country(row, countries),
            zone=zone,
            kind=row.one_of("kind", PLACE_KINDS),
            part_of=part_of,
            en=_en(row),
            zh=_zh(row),
            source=row.need("source"),
        )
        forms.add(row, f"place {place.country}", place)
        places[identity] = place
    return places


def _people(folder: Path, countries: Mapping[str, Country], organisations: Iterable[str]) -> dict[str, Person]:
    columns = "id side country name_en name_zh forms_en forms_zh qid source"
    rows = {row.need("id"): row for row in read(folder / "people.csv", columns)}
    posts = _posts(folder, rows, frozenset(organisations))
    people, forms = {}, _Forms()
    for identity, row in rows.items():
        row.need("name_en")
        person = Person(
            id=identity,
            name_en=row.plain("name_en") or "",
            name_zh=row.plain("name_zh"),
            country=_country(row, countries) if row.get("country") else None,
            side=row.one_of("side", SIDES),
            en=_en(row),
            zh=_zh(row),
            qid=row.pattern("qid", "Q[1-9][0-9]*", "a Wikidata id"),
            posts=posts[identity],
            source=row.need("source"),
        )
        if (person.side == "chinese") != (person.country == "CHN"):
            raise row.fault(f"side {person.side} does not go with country {person.country}")
        forms.add(row, f"person {person.country}", person)
        people[identity] = person
    return people


def _posts(folder: Path, people: Mapping[str, Row], organisations: frozenset[str]) -> Mapping[str, tuple[Post, ...]]:
    columns = "person organisation rank title_zh title_en start end source"
    posts: dict[str, list[Post]] = defaultdict(list)
    for row in read(folder / "posts.csv", columns, unique=False):
        person = row.one_of("person", people)
        organisation = row.get("organisation")
        if organisation is not None and organisation not in organisations:
            raise row.fault(f"unknown organisation {organisation!r}")
        rank = row.one_of("rank", RANKS)
        if (people[person].get("side") == "chinese") != (rank in CHINESE_RANKS):
            raise row.fault(f"rank {rank!r} is not one of the person's side")
        start, end, approximate = row.span("start", "end")
        posts[person].append(
            Post(
                person=person,
                organisation=organisation or "",
                title_zh=row.need("title_zh"),
                title_en=row.need("title_en"),
                rank=rank,
                start=start,
                end=end,
                approximate=approximate,
                source=row.need("source"),
            )
        )
    ordered: dict[str, tuple[Post, ...]] = dict.fromkeys(people, ())
    for person, held in posts.items():
        ordered[person] = tuple(sorted(held, key=lambda post: (post.start is not None, post.start, post.title_en)))
    return ordered


def _titles(folder: Path) -> dict[str, Title]:
    columns = "id family rank side forms_en forms_zh note source"
    titles, forms = {}, _Forms()
    for row in read(folder / "titles.csv", columns):
        title = Title(
            id=row.need("id"),
            family=row.get("family") or row.need("id"),
            rank=int(row.one_of("rank", "123456")),
            side=row.one_of("side", TITLE_SIDES),
            en=row.names("forms_en"),
            zh=row.names("forms_zh"),
            note=row.get("note"),
            source=row.need("source"),
        )
        forms.add(row, "title", title)
        titles[title.id] = title
    return titles


def _themes(folder: Path) -> dict[str, Theme]:
    themes, forms = {}, _Forms()
    for row in read(folder / "themes.csv", "id forms_en forms_zh source"):
        theme = Theme(row.need("id"), row.names("forms_en"), row.names("forms_zh"), row.need("source"))
        forms.add(row, "theme", theme)
        themes[theme.id] = theme
    return themes


def _forums(folder: Path, countries: Mapping[str, Country]) -> dict[str, Forum]:
    columns = "id type countries name_en name_zh forms_en forms_zh source"
    forums, forms = {}, _Forms()
    for row in read(folder / "forums.csv", columns):
        row.need("type")
        row.need("name_en")
        involved = tuple((row.get("countries") or "").split("|")) if row.get("countries") else ()
        for iso3 in involved:
            if iso3 not in countries:
                raise row.fault(f"unknown country {iso3!r}")
        forum = Forum(
            id=row.need("id"),
            type=row.pattern("type", CODE, "an event type such as CONF.REGION") or "",
            name_en=row.plain("name_en") or "",
            name_zh=row.plain("name_zh"),
            countries=involved,
            en=_en(row),
            zh=_zh(row),
            source=row.need("source"),
        )
        forms.add(row, "forum", forum)
        forums[forum.id] = forum
    return forums


def _stops(folder: Path) -> tuple[Stop, ...]:
    columns = "id kind forms_en forms_zh source"
    kinds = frozenset(kind.value for kind in Kind)
    return tuple(
        Stop(
            row.need("id"),
            Kind(row.one_of("kind", kinds)),
            row.names("forms_en"),
            row.names("forms_zh"),
            row.need("source"),
        )
        for row in read(folder / "stops.csv", columns)
    )

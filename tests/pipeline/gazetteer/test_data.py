"""The data files as they are: whole, consistent, and right where an outside table can tell."""

from __future__ import annotations

import csv
import os
import re
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import pytest

from pipeline.gazetteer import Kind, load
from pipeline.gazetteer.fold import fold, key

CHECKOUT = Path(__file__).parents[3]


def reference(name: str) -> list[dict[str, str]]:
    """A table of the shared folder, which a checkout may lack."""
    shared = Path(os.environ.get("IDWATCH_SHARED", CHECKOUT.parent / "shared"))
    path = shared / "data" / name
    if not path.is_file():
        pytest.skip(f"no {path}: set IDWATCH_SHARED to the folder of the reference data")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_files_hold_what_they_promise() -> None:
    gazetteer = load()
    assert len(gazetteer.countries) >= 250
    foreign = [party for party in gazetteer.parties.values() if party.country != "CHN"]
    parties = [party for party in foreign if party.kind in ("party", "armed_movement")]
    assert len(parties) >= 720
    assert len(foreign) >= len(parties) + 40
    assert len({party.country for party in parties}) >= 160
    assert list(gazetteer.departments) == ["idcpc"]
    for table in (gazetteer.organisations, gazetteer.places, gazetteer.people, gazetteer.titles, gazetteer.forums):
        assert len(table) >= 50
    assert len([org for org in gazetteer.organisations.values() if org.kind == "party_international"]) >= 20
    assert gazetteer is load()


def test_every_row_has_names_in_both_languages() -> None:
    """Of a party China's pages may not have printed a name yet; of the rest both are known."""
    gazetteer = load()
    parties = gazetteer.parties.values()
    assert all(party.name_en for party in parties)
    assert len([party.id for party in parties if party.name_zh is None]) <= len(parties) // 100
    for country in gazetteer.countries.values():
        assert country.name_en, country.id
        assert country.name_zh, country.id


def test_every_state_is_complete() -> None:
    """Adjective, capital and zone too; Kosovo stands in no table of states."""
    gazetteer = load()
    for row in reference("country-codes.csv"):
        if row["is_independent"] != "Yes":
            continue
        country = gazetteer.countries[row["ISO3166-1-Alpha-3"]]
        assert country.adjectives, country.id
        assert country.zone, country.id
        assert country.capital is not None, country.id
        assert gazetteer.places[country.capital].country == country.id


def test_every_name_of_a_state_is_found() -> None:
    """The short, formal and statistical names of the United Nations, in both languages, and CLDR's."""
    gazetteer = load()
    columns = (
        ("UNTERM English Formal", "en"), ("official_name_en", "en"), ("CLDR display name", "en"),
        ("UNTERM Chinese Short", "zh"), ("UNTERM Chinese Formal", "zh"), ("official_name_cn", "zh"),
    )  # fmt: skip
    for row in reference("country-codes.csv"):
        iso3 = row["ISO3166-1-Alpha-3"]
        for column, language in columns:
            if row[column].strip():
                found = [h.ids for h in gazetteer.find(row[column], language) if h.kind is Kind.COUNTRY]
                assert any(iso3 in ids for ids in found), (iso3, row[column], found)


def test_every_place_has_its_country_and_its_zone() -> None:
    gazetteer = load()
    zones = available_timezones()
    for place in gazetteer.places.values():
        assert place.country in gazetteer.countries, place.id
        assert place.zone in zones, place.id
        if place.part_of is not None:
            assert place.kind == "building", place.id
            assert gazetteer.places[place.part_of].country == place.country, place.id


def test_the_provinces_of_china_and_their_cities() -> None:
    places = [place for place in load().places.values() if place.country == "CHN"]
    assert len([place for place in places if place.kind == "province"]) == 27  # the four municipalities are cities
    assert len([place for place in places if place.kind == "city"]) >= 333


def test_every_country_is_known_with_its_own_codes() -> None:
    countries = load().countries
    rows = reference("country-codes.csv")
    assert {row["ISO3166-1-Alpha-3"] for row in rows} | {"XKX"} == set(countries)
    for row in rows:
        country = countries[row["ISO3166-1-Alpha-3"]]
        assert country.iso2 == row["ISO3166-1-Alpha-2"]
        assert country.m49 == row["M49"].zfill(3)


@pytest.mark.parametrize(
    ("iso3", "preg"),
    [
        ("JPN", "NEA"), ("VNM", "SEA"), ("AFG", "SAS"), ("UZB", "CAS"), ("AZE", "EEU"), ("SRB", "CEE"), ("GRC", "WEU"),
        ("CYP", "WEU"), ("SDN", "WANA"), ("TUR", "WANA"), ("IRN", "WANA"), ("MRT", "SSA"), ("COM", "SSA"),
        ("SSD", "SSA"), ("MEX", "LAC"), ("CAN", "NAM"), ("FJI", "OCE"), ("XKX", "CEE"),
    ],
)  # fmt: skip
def test_practical_regions_follow_the_codebook(iso3: str, preg: str) -> None:
    assert load().countries[iso3].preg == preg


@pytest.mark.parametrize(
    ("form", "iso3"),
    [
        ("老挝", "LAO"), ("寮國", "LAO"), ("阿联酋", "ARE"), ("波黑", "BIH"), ("奈及利亞", "NGA"), ("沙特", "SAU"),
        ("巴新", "PNG"), ("中非共和国", "CAF"), ("赤几", "GNQ"), ("辛巴威", "ZWE"), ("北韓", "PRK"), ("韩国", "KOR"),
        ("紐西蘭", "NZL"), ("葉門", "YEM"), ("阿聯", "ARE"), ("千里達及托巴哥", "TTO"), ("刚果（布）", "COG"),
        ("刚果(金)", "COD"), ("印度尼西亚", "IDN"), ("東加", "TON"), ("卡達", "QAT"), ("教廷", "VAT"),
        ("俄國", "RUS"), ("北朝鲜", "PRK"), ("溫納圖", "VUT"), ("多明尼加", "DOM"), ("史瓦濟蘭", "SWZ"),
        ("柬方", "KHM"),
    ],
)  # fmt: skip
def test_country_names_of_all_presses(form: str, iso3: str) -> None:
    assert [hit.ids for hit in load().find(form, "zh") if hit.kind is Kind.COUNTRY] == [(iso3,)]


def test_identifiers_of_parties_stand_in_the_crosswalk() -> None:
    known = {(row["country"], row["partyfacts_id"], row["wikidata_id"]) for row in reference("partyfacts-wikidata.csv")}
    with_ids = [party for party in load().parties.values() if party.pf_id]
    assert len(with_ids) >= 109
    wrong = [party.id for party in with_ids if (party.country, party.pf_id, party.qid) not in known]
    assert wrong == []


def test_no_identifier_serves_two_parties() -> None:
    for field in ("pf_id", "qid"):
        ids = [getattr(party, field) for party in load().parties.values() if getattr(party, field)]
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("person", "day", "rank"),
    [
        ("wang-jiarui", date(2014, 5, 1), "minister"),
        ("song-tao", date(2018, 6, 1), "minister"),
        ("liu-jianchao", date(2022, 7, 1), "minister"),
        ("liu-haixing", date(2025, 11, 1), "minister"),
        ("wang-yajun", date(2017, 12, 5), "assistant_minister"),
        ("wang-yajun", date(2020, 11, 5), "vice_minister"),
        ("li-mingxiang", date(2021, 11, 5), "assistant_minister"),
        ("li-mingxiang", date(2023, 12, 5), "vice_minister"),
        ("sun-haiyan", date(2016, 9, 1), "bureau"),
        ("sun-haiyan", date(2025, 9, 1), "vice_minister"),
        ("guo-yezhou", date(2020, 9, 24), "vice_minister"),
    ],
)
def test_posts_in_the_department_on_days_seen_on_pages(person: str, day: date, rank: str) -> None:
    post = load().post(person, day)
    assert post is not None
    assert (post.organisation, post.rank) == ("idcpc", rank)


@pytest.mark.parametrize(
    ("person", "day"),
    [
        ("liu-jianchao", date(2008, 3, 1)),  # then spokesman of the Foreign Ministry
        ("lu-kang", date(2017, 3, 1)),
        ("song-tao", date(2023, 3, 1)),  # by then at the Taiwan Affairs Office
        ("ma-hui", date(2022, 3, 1)),
        ("nobody", date(2022, 3, 1)),
    ],
)
def test_other_offices_are_not_the_department(person: str, day: date) -> None:
    post = load().post(person, day)
    assert post is None or post.organisation != "idcpc"


@pytest.mark.parametrize(
    ("person", "day", "organisation", "rank"),
    [
        ("li-qiang", date(2019, 5, 1), "sh-municipal", "politburo"),
        ("zhang-gaoli", date(2009, 5, 1), "tj-municipal", "politburo"),
        ("yi-lianhong", date(2022, 5, 1), "cpc-jiangxi", "other"),
        ("yi-lianhong", date(2023, 5, 1), "cpc-zhejiang", "other"),
        ("lou-qinjian", date(2019, 5, 1), "cpc-jiangsu", "other"),
        ("wang-junzheng", date(2023, 9, 25), "xz-regional", "other"),
        ("tang-jiaxuan", date(2005, 5, 1), "state-council", "other"),
        ("lin-songtian", date(2021, 5, 1), "cpaffc", "other"),
    ],
)
def test_posts_outside_the_department(person: str, day: date, organisation: str, rank: str) -> None:
    post = load().post(person, day)
    assert post is not None
    assert (post.organisation, post.rank) == (organisation, rank)


def test_no_two_people_lead_a_province_at_once() -> None:
    """Secretaries follow one another: an overlap of years is a wrong date."""
    gazetteer = load()
    posts = [post for person in gazetteer.people.values() for post in person.posts]
    for province in sorted({post.organisation for post in posts} & gazetteer.organisations.keys()):
        if gazetteer.organisations[province].kind != "cpc_local":
            continue
        heads = [
            post
            for post in posts
            if post.organisation == province and re.search("[省市]委书记|区党委书记", post.title_zh)
        ]
        for one in heads:
            for other in heads:
                if one.person < other.person and one.start and other.start:
                    ends = (one.end or date.max, other.end or date.max)
                    days = (min(ends) - max(one.start, other.start)).days
                    assert days <= 120, (province, one.person, other.person)


def test_one_minister_at_a_time() -> None:
    gazetteer = load()
    for year in range(2000, 2026):
        day = date(year, 4, 15)
        held = [gazetteer.post(person, day) for person in gazetteer.people]
        heads = {post.person for post in held if post and post.organisation == "idcpc" and post.rank == "minister"}
        assert len(heads - {"wang-jiarui"} or heads) == 1, (year, heads)


def test_titles_of_both_languages_share_an_id() -> None:
    gazetteer = load()

    def titles(text: str, language: str) -> set[str]:
        return {i for hit in gazetteer.find(text, language) if hit.kind is Kind.TITLE for i in hit.ids}

    assert titles("外长", "zh") == titles("Minister of Foreign Affairs", "en") == {"foreign_minister"}
    # both are printed "Secretary General": one family, two offices
    families = {gazetteer.titles[i].family for i in titles("总书记", "zh") | titles("秘书长", "zh")}
    assert families == {"secretary_general"}
    assert titles("Secretary General", "en") >= titles("总书记", "zh") | titles("秘书长", "zh")


def test_every_form_can_be_found() -> None:
    """A form that folding or word boundaries make unreachable is a dead line of the data."""
    gazetteer = load()
    tables: dict[Kind, Mapping[str, Any]] = {
        Kind.COUNTRY: gazetteer.countries, Kind.PARTY: gazetteer.parties, Kind.ORGANISATION: gazetteer.organisations,
        Kind.PLACE: gazetteer.places, Kind.PERSON: gazetteer.people, Kind.TITLE: gazetteer.titles,
        Kind.DEPARTMENT: gazetteer.departments, Kind.THEME: gazetteer.themes, Kind.FORUM: gazetteer.forums,
    }  # fmt: skip
    for kind, table in tables.items():
        for identity, thing in table.items():
            for language, names in (("zh", thing.zh), ("en", thing.en)):
                for name in names:
                    hits = [hit for hit in gazetteer.find(name.text, language) if hit.kind is kind]
                    whole = [hit for hit in hits if (hit.start, hit.end) == (0, len(name.text))]
                    assert any(identity in hit.ids for hit in whole), (kind, identity, name, hits)


def test_no_stop_swallows_a_form() -> None:
    gazetteer = load()
    assert gazetteer.stops
    for stop in gazetteer.stops:
        for language, names in (("zh", stop.zh), ("en", stop.en)):
            for name in names:
                hits = [hit for hit in gazetteer.find(name.text, language) if hit.kind is stop.kind]
                assert hits == [], f"{stop.id} stops {name.text!r}, which is a form of {hits[0].ids}"


def test_folding_keeps_every_character_in_its_place() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    assert len(fold(everything)) == len(everything)
    assert len(key(everything)) == len(everything)

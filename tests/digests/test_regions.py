from __future__ import annotations

import pytest

from digests.regions import RegionError, region_named, regions, subregions, within
from pipeline.gazetteer import load
from pipeline.store.database import Database

# Antarctica is a region of its own in M49; Kosovo and Taiwan stand in no list of it.
IN_NO_SUBREGION = {"ATA", "TWN", "XKX"}


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


def test_each_country_of_the_gazetteer_is_in_one_subregion() -> None:
    listed = sorted(one for region in subregions() for one in region.countries)
    assert len(listed) == len(set(listed))
    assert set(listed) == set(load().countries) - IN_NO_SUBREGION
    assert len({one.code for one in subregions()}) == 22
    assert all(one.name_en and one.name_zh for one in subregions())


def test_a_region_is_found_by_code_and_name(database: Database) -> None:
    with database.reading() as session:
        known = regions(session)
    assert region_named(known, "ssa").countries == {"ZAF", "KEN"}
    assert {"NGA", "GHA", "SEN"} < region_named(known, "West Africa").countries
    assert region_named(known, "西非") == region_named(known, " 011 ")
    for text in ("Nowhere", "", "01"):
        with pytest.raises(RegionError, match="011 West Africa"):
            region_named(known, text)


def test_countries_are_told_as_regions_where_they_fill_them(database: Database) -> None:
    with database.reading() as session:
        known = regions(session)
    assert within(known, ()) == ([], set())
    whole, left = within(known, {"ZAF", "KEN", "VNM", "USA", "XXX"})
    assert ([one.code for one in whole], left) == (["SEA", "SSA", "NAM"], {"XXX"})
    west = region_named(known, "011")
    assert within(known, west.countries | {"ZAF"}) == ([west], {"ZAF"})

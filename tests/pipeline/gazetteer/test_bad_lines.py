"""Every rule of the loader bites, and its word names the file, the line and the reason."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.gazetteer import GazetteerError, fold, load
from pipeline.gazetteer.load import DATA

LONG = ("organisations.csv", "people.csv", "places.csv", "parties.csv", "posts.csv", "titles.csv", "forums.csv")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The gazetteer, its long files without their lines, but for the one person whose posts the tests write: reading
    all of it takes half a second."""
    folder = Path(shutil.copytree(DATA, tmp_path / "data"))
    for file in LONG:
        lines = (folder / file).read_text(encoding="utf-8").splitlines()
        rewrite(folder, file, [line for line in lines if line.startswith("song-tao,") and file == "people.csv"])
    return folder


def rewrite(folder: Path, file: str, lines: list[str]) -> None:
    """The file with its header and only these lines."""
    header = (folder / file).read_text(encoding="utf-8").split("\n")[0]
    (folder / file).write_text("\n".join([header, *lines, ""]), encoding="utf-8")


PARTY = "{id},{country},{kind},Name {id},{zh},,,{acronym},{pf},{qid},{start},{end},{source}"


def party(**cells: str) -> str:
    filled = {
        "id": "gbr-a", "country": "GBR", "kind": "party", "zh": "", "acronym": "", "pf": "", "qid": "",
        "start": "", "end": "", "source": "test",
    }  # fmt: skip
    return PARTY.format(**{**filled, **cells})


@pytest.mark.parametrize(
    ("lines", "line", "reason"),
    [
        ([party(country="GBX")], 2, "unknown country 'GBX'"),
        ([party(), party(id="gbr-b", kind="club")], 3, "unknown kind 'club'"),
        ([party(source="")], 2, "source is missing"),
        ([party(start="2020-13")], 2, "impossible date"),
        ([party(start="2021-02-30")], 2, "impossible date"),
        ([party(start="spring 2021")], 2, "is not a date"),
        ([party(start="2021", end="2020")], 2, "lies after"),
        ([party(pf="12a")], 2, "not a Party Facts id"),
        ([party(qid="1234")], 2, "not a Wikidata id"),
        ([party(zh="工党"), party(id="gbr-b", zh="工黨")], 3, "'工黨' stands in parties.csv, line 2"),
        ([party(acronym="ABC"), party(id="gbr-b", acronym="ABC")], 3, "'ABC' stands in"),
        ([party(zh="工党*"), party(id="gbr-b", zh="工党")], 3, "mark both with *"),
        ([party(), party()], 3, "is doubled"),
        ([party(id="gbr-b"), party(id="gbr-a")], 3, "sorted"),
        ([party(id="gbr b")], 2, "letters, digits"),
        ([party(zh="工党|")], 2, "empty form"),
        ([party(zh="工党|工党")], 2, "twice"),
        ([party() + ",more"], 2, "14 cells, 13 expected"),
    ],
)
def test_bad_party_lines(folder: Path, lines: list[str], line: int, reason: str) -> None:
    rewrite(folder, "parties.csv", lines)
    with pytest.raises(GazetteerError, match=r"parties\.csv") as caught:
        load(folder)
    assert caught.value.line == line
    assert reason in caught.value.reason
    assert str(caught.value) == f"parties.csv, line {line}: {caught.value.reason}"


def test_the_same_form_in_two_countries_is_no_fault(folder: Path) -> None:
    rewrite(folder, "parties.csv", [party(zh="工党"), party(id="nor-a", country="NOR", zh="工党")])
    rewrite(folder, "posts.csv", [])
    assert len(load(folder).parties) == 2


def country(**cells: str) -> str:
    filled = {"iso3": "AAA", "iso2": "AA", "m49": "004", "preg": "SEA", "zone": "Asia/Tokyo", "zh": "甲国"}
    cells = {**filled, **cells}
    return "{iso3},{iso2},{m49},{preg},Aland,{zh},,,,Atown,甲城,{zone},test".format(**cells)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (country(m49="4"), "m49 '4' is not three digits"),
        (country(iso3="AA"), "iso3 'AA' is not three capitals"),
        (country(preg="ASIA"), "unknown preg 'ASIA'"),
        (country(zone="Asia/Nowhere"), "unknown zone 'Asia/Nowhere'"),
        (country(zone=""), "a capital needs"),
        (country(zh=""), "name_zh is missing"),
    ],
)
def test_bad_country_lines(folder: Path, line: str, reason: str) -> None:
    text = (folder / "countries.csv").read_text(encoding="utf-8")
    header, rest = text.split("\n", 1)
    (folder / "countries.csv").write_text("\n".join([header, line, rest]), encoding="utf-8")
    with pytest.raises(GazetteerError, match=r"countries\.csv, line 2: ") as caught:
        load(folder)
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("file", "line", "reason"),
    [
        ("posts.csv", "nobody,idcpc,minister,部长,Minister,2001,2002,test", "unknown person 'nobody'"),
        ("posts.csv", "song-tao,nowhere,minister,部长,Minister,2001,2002,test", "unknown organisation 'nowhere'"),
        ("posts.csv", "song-tao,idcpc,chief,部长,Minister,2001,2002,test", "unknown rank 'chief'"),
        ("posts.csv", "song-tao,idcpc,3,部长,Minister,2001,2002,test", "not one of the person's side"),
        ("people.csv", "aa,foreign,CHN,Aa,甲,,,,test", "does not go with country"),
        ("people.csv", "aa,third,CHN,Aa,甲,,,,test", "unknown side 'third'"),
        ("places.csv", "aa,city,CHN,,,Aa,甲,,,test", "zone is missing"),
        ("places.csv", "aa,city,CHN,Asia/Pekin,,Aa,甲,,,test", "unknown zone 'Asia/Pekin'"),
        ("places.csv", "aa,city,,Asia/Tokyo,,Aa,甲,,,test", "country is missing"),
        ("places.csv", "aa,city,ZZZ,Asia/Tokyo,,Aa,甲,,,test", "unknown country 'ZZZ'"),
        ("posts.csv", "song-tao,idcpc,minister,部长,Minister,2015-13,,test", "impossible date"),
        ("posts.csv", "song-tao,idcpc,minister,部长,Minister,2022,2015,test", "lies after"),
        ("places.csv", "aa,building,CHN,Asia/Shanghai,bb,Aa,甲,,,test", "unknown part_of 'bb'"),
        ("places.csv", "chn-beijing,city,CHN,Asia/Shanghai,,Beijing,北京,,,test", "is a capital"),
        ("titles.csv", "aa,,7,state,Aa,甲,,test", "unknown rank '7'"),
        ("forums.csv", "aa,forum,,Aa,甲,,,test", "not an event type"),
        ("forums.csv", "aa,CONF.EXT,ZZZ,Aa,甲,,,test", "unknown country 'ZZZ'"),
        ("stops.csv", "aa,word,Aa,甲,test", "unknown kind 'word'"),
        ("organisations.csv", "aa,party,CHN,Aa,甲,,,,test", "unknown kind 'party'"),
        ("themes.csv", "aa,Aa,甲,", "source is missing"),
        ("department.csv", "aa,Aa,,,,test", "name_zh is missing"),
    ],
)
def test_bad_lines_of_the_other_files(folder: Path, file: str, line: str, reason: str) -> None:
    keep = file if file not in ("people.csv", "organisations.csv", "department.csv") else None
    rewrite(folder, file, [line])
    if keep is None:
        rewrite(folder, "posts.csv", [])
    with pytest.raises(GazetteerError, match=file.replace(".", r"\.")) as caught:
        load(folder)
    assert caught.value.line == 2
    assert reason in caught.value.reason


def test_a_wrong_header_names_the_right_one(folder: Path) -> None:
    (folder / "themes.csv").write_text("code,zh\nx,y\n", encoding="utf-8")
    with pytest.raises(GazetteerError, match=r"themes\.csv, line 1: the columns must be id,forms_en,forms_zh,source"):
        load(folder)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'id,forms_en,forms_zh,source\n"open,x,y,test\n'])
def test_an_unreadable_file_is_a_word_not_a_crash(folder: Path, content: bytes) -> None:
    (folder / "themes.csv").write_bytes(content)
    with pytest.raises(GazetteerError, match=r"themes\.csv"):
        load(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "stops.csv").unlink()
    with pytest.raises(GazetteerError, match=r"stops\.csv"):
        load(folder)


def test_folding_pairs_are_single_characters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib

    module = importlib.import_module("pipeline.gazetteer.fold")
    bad = tmp_path / "characters.csv"
    bad.write_text("from,to,source\nab,c,test\n", encoding="utf-8")
    monkeypatch.setattr(module, "CHARACTERS", bad)
    module._table.cache_clear()
    with pytest.raises(GazetteerError, match=r"characters\.csv, line 2"):
        fold("x")
    module._table.cache_clear()

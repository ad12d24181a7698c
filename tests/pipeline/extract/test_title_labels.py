"""150 real list titles of the shared folder, drawn by a seed and labelled by hand, read by the extractor one by one.

``title_labels.jsonl`` holds facts alone (no title is copied): the Chinese officials named, the foreign countries an
informed reader knows from the title (a region or a world forum has none), the counterparts, every level-1 type a
reader would accept, whether the contact was remote (null where the title does not tell). A counterpart organisation
is the party of a named person, else the body that person serves in where the title prints it apart from the post;
a group is a collective without a name of its own, for which the extractor has no field: it is not scored.
"""

from __future__ import annotations

import csv
import json
import os
import random
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.gazetteer import Gazetteer, load
from pipeline.gazetteer.fold import key
from pipeline.words import Mention

SHARED = Path(os.environ.get("IDWATCH_SHARED") or Path(__file__).parents[4] / "shared")
TITLES = SHARED / "pages" / "official" / "idcpc" / "bzhd_wshd_list_2022-04_2025-07.csv"
LABELS = Path(__file__).with_name("title_labels.jsonl")
FOLDER = "https://www.idcpc.org.cn/bzhd/wshd/"
SEED, SIZE = 20251122, 150
FLOOR = 0.98
LEVEL_1 = {"MEET", "VISIT", "TRAIN", "CONF", "BRIEF", "DOC", "MSG", "AID", "MEDIA", "CULT", "STMT"}
REMOTE = {"video", "phone", "hybrid"}

pytestmark = pytest.mark.skipif(not TITLES.is_file(), reason=f"no list titles at {TITLES} (set IDWATCH_SHARED)")


@pytest.fixture(scope="module")
def titles() -> dict[str, tuple[str, date]]:
    """Title and day by address, in the order of the addresses; of a repeated title only the first."""
    with TITLES.open(encoding="utf-8", newline="") as file:
        rows = sorted(
            (FOLDER + row["href_relative_to_/bzhd/wshd/"].removeprefix("./"), row["list_title"], row["list_date"])
            for row in csv.DictReader(file)
        )
    first: dict[str, tuple[str, str]] = {}
    for url, title, day in rows:
        first.setdefault(title, (url, day))
    return {url: (title, date.fromisoformat(day)) for title, (url, day) in first.items()}


@pytest.fixture(scope="module")
def labels() -> list[dict[str, Any]]:
    return [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load()


def officials(label: dict[str, Any]) -> set[str]:
    """The field is one name, a list of names or null."""
    named = label["official"]
    return {named} if isinstance(named, str) else set(named or ())


def forms(found: Iterable[tuple[str, str | None]], known: dict[str, Any]) -> set[str]:
    """Every way to write what was found: as printed, and each name the gazetteer has for its id."""
    written = set()
    for name, identity in found:
        row = known.get(identity or "")
        names = (name, row.name_zh, *(form.text for form in row.zh)) if row else (name,)
        written |= {key(form) for form in names if form}
    return written


def counterparts_found(label: dict[str, Any], mentions: tuple[Mention, ...], gazetteer: Gazetteer) -> bool:
    """Whether each labelled person is a found one, and each labelled body stands in a found name.

    A body is printed with or without its country (``人组党`` in ``纳米比亚人组党``), so a part is enough; the name of a
    person must be equal (codebook 18.1), else a post left in front of it would pass.
    """
    bodies = {**gazetteer.parties, **gazetteer.organisations}
    people = forms(((x.name, x.id) for m in mentions for x in m.foreign_people), dict(gazetteer.people))
    organisations = forms(((x.name, x.id) for m in mentions for x in m.organisations), bodies)
    named = [(row["kind"], key(row["name"])) for row in label["counterparts"]]
    return all(name in people for kind, name in named if kind == "person") and all(
        any(name in form for form in organisations) for kind, name in named if kind == "organisation"
    )


def test_the_labels_are_of_the_drawn_titles_and_well_formed(
    labels: list[dict[str, Any]], titles: dict[str, tuple[str, date]], gazetteer: Gazetteer
) -> None:
    drawn = random.Random(SEED).sample(list(titles), SIZE)
    assert [label["url"] for label in labels] == sorted(drawn)
    for label in labels:
        title, _ = titles[label["url"]]
        assert all(name in title for name in officials(label)), title
        assert all(named["name"] in title for named in label["counterparts"]), title
        assert {named["kind"] for named in label["counterparts"]} <= {"person", "organisation", "group"}, title
        assert set(label["countries"]) <= set(gazetteer.countries), title
        assert label["type"], title
        assert set(label["type"]) <= LEVEL_1, title
        assert label["remote"] in (True, False, None), title


def test_the_titles_are_read_as_labelled(
    read: Any,
    labels: list[dict[str, Any]],
    titles: dict[str, tuple[str, date]],
    gazetteer: Gazetteer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    results: dict[str, list[bool]] = {}
    wrong: list[str] = []
    for label in labels:
        title, day = titles[label["url"]]
        mentions = read("", "zh", title=title, url=label["url"], published=day).mentions
        chinese = {person.name_zh for mention in mentions for person in mention.chinese_people}
        countries = {country for mention in mentions for country in mention.countries}
        types = {mention.type.partition(".")[0] for mention in mentions}
        verdicts = {
            "official": chinese == officials(label),
            "countries": countries == set(label["countries"]),
            "type": bool(types) and types <= set(label["type"]),
        }
        if any(named["kind"] != "group" for named in label["counterparts"]):
            verdicts["counterpart"] = counterparts_found(label, mentions, gazetteer)
        if label["remote"] is not None:
            verdicts["remote"] = any(mention.mode in REMOTE for mention in mentions) is label["remote"]
        for field, right in verdicts.items():
            results.setdefault(field, []).append(right)
            if not right:
                wrong.append(f"{field}: {title}")
    with capsys.disabled():
        figures = ", ".join(f"{field} {sum(right)}/{len(right)}" for field, right in results.items())
        print(f"\nlabelled titles (seed {SEED}): {figures}")
    below = {field for field, right in results.items() if sum(right) / len(right) < FLOOR}
    assert not below, "\n".join(wrong)

"""What was seen of a mention, and which mention that is later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pipeline.resolve import anchor as anchoring
from pipeline.resolve.anchor import Anchors, Seen, anchor, seen
from pipeline.words import (
    ChinesePerson,
    ForeignPerson,
    KeptMention,
    Mention,
    MentionKey,
    Organisation,
    Realis,
    Scope,
    SiteKind,
)

PAGE = "https://www.idcpc.gov.cn/a"
DAY = date(2025, 7, 25)


def mention(
    number: int,
    *,
    day: date | None = DAY,
    last: date | None = None,
    who: tuple[str, ...] = ("liu-jianchao",),
    parties: tuple[str, ...] = ("sgp-pap",),
    people: tuple[str, ...] = (),
    kind: str = "MEET.BILAT",
) -> KeptMention:
    told = Mention(
        number=number,
        type=kind,
        date_start=day,
        date_end=last or day,
        date_precision=None,
        date_basis=None,
        mode="video",
        realis=Realis.ACTUAL,
        scope=Scope.IN,
        organisations=tuple(Organisation(party.upper(), party, "SGP", "party") for party in parties),
        chinese_people=tuple(ChinesePerson(name, None, None, name) for name in who),
        foreign_people=tuple(ForeignPerson(name, None, None, "SGP") for name in people),
    )
    seen_at = datetime(2025, 7, 27, tzinfo=UTC)
    return KeptMention(MentionKey(PAGE, number), told, "idcpc_zh", SiteKind.OFFICIAL, "idcpc", "zh", seen_at)


def number_of(what: Seen, *mentions: KeptMention) -> int | None:
    """The number of the mention found; the page may be listed in any order, and looked at once or often."""
    found = anchor(what, mentions)
    assert anchor(what, mentions[::-1]) == found
    assert Anchors(lambda page: mentions if page == PAGE else ()).find(what) == found
    return found.number if found else None


def test_what_is_seen() -> None:
    kept = mention(2, who=("sun-haiyan", "liu-jianchao"), people=("李智陞", "黄循财"))
    leader = replace(kept.mention.chinese_people[1], is_leader=True)
    kept = replace(kept, mention=replace(kept.mention, chinese_people=(kept.mention.chinese_people[0], leader)))
    assert seen(kept) == Seen(PAGE, 2, DAY, "liu-jianchao", "sgp-pap", "MEET.BILAT", ("李智陞", "黄循财"))


def test_numbers_that_changed_mislead_nobody() -> None:
    lee, wong = mention(1, people=("李智陞",)), mention(2, people=("黄循财",))
    assert number_of(seen(lee), lee, wong) == 1
    assert number_of(seen(lee), mention(1, people=("黄循财",)), mention(2, people=("李智陞",))) == 2


@pytest.mark.parametrize(
    ("name", "now"),
    [
        ("a day mended", {"day": date(2025, 7, 24)}),
        ("a person found", {"people": ("李智陞",)}),
        ("a party found", {"parties": ("sgp-pap", "sgp-wp")}),
        ("an official added before", {"who": ("sun-haiyan", "liu-jianchao")}),
        ("another type of the family", {"kind": "MEET.DIPLO"}),
        ("a stretch instead of a day", {"day": date(2025, 7, 24), "last": date(2025, 7, 26)}),
    ],
)
def test_better_rules_do_not_lose_what_was_seen(name: str, now: dict[str, Any]) -> None:
    other = mention(1, day=date(2025, 7, 1), who=("sun-haiyan",), parties=("zaf-anc",))
    assert number_of(seen(mention(1)), other, mention(2, **now)) == 2, name


def test_a_part_of_a_name_is_the_name() -> None:
    what = seen(mention(1, people=("姆巴卢拉",), parties=()))
    others = mention(1, people=("李智陞",), parties=()), mention(2, people=("菲基莱·姆巴卢拉",), parties=())
    assert number_of(what, *others) == 2


def test_names_stand_for_ids_that_are_not_known_any_more() -> None:
    kept = mention(1, parties=())
    liu = ChinesePerson("Liu Jianchao", "刘建超", None, None)
    other = mention(2, who=("sun-haiyan",), parties=())
    assert number_of(seen(kept), replace(kept, mention=replace(kept.mention, chinese_people=(liu,))), other) == 1


def test_nothing_is_guessed() -> None:
    what = seen(mention(1, parties=("sgp-psp",)))
    assert number_of(what, mention(1, parties=("sgp-pap",)), mention(2, parties=("sgp-wp",))) is None, "two as good"
    assert number_of(what) is None
    stranger = mention(1, day=date(2020, 1, 1), who=("sun-haiyan",), parties=("zaf-anc",), kind="TRAIN.ONLINE")
    assert number_of(what, stranger) is None, "nothing agrees"


def test_two_that_say_the_same_are_told_apart_by_their_number() -> None:
    assert number_of(seen(mention(2)), mention(1), mention(2), mention(3)) == 2
    assert number_of(seen(mention(7)), mention(1), mention(2)) is None


def test_of_old_ledgers_the_number_counts() -> None:
    assert number_of(Seen(PAGE, 2), mention(1), mention(2)) == 2
    assert number_of(Seen(PAGE, 3), mention(1), mention(2)) is None


@pytest.mark.parametrize("what", [seen(mention(1, people=("李智陞",))), seen(mention(1, day=None)), Seen(PAGE, 4)])
def test_it_is_written_and_read_back(what: Seen) -> None:
    assert anchoring.from_json(anchoring.to_json(what)) == what


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ("x", "does not say"),
        ({"page": PAGE}, "needs a page"),
        ({"page": PAGE, "number": "1"}, "and a number"),
        ({"page": PAGE, "number": 1, "date": "2025-07-25"}, "unknown key 'date'"),
        ({"page": PAGE, "number": 1, "day": "25 July"}, "isoformat"),
        ({"page": PAGE, "number": 1, "party": 3}, "are texts"),
        ({"page": PAGE, "number": 1, "people": "Lee"}, "a list of names"),
    ],
)
def test_what_cannot_be_read_is_told(values: Any, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        anchoring.from_json(values)

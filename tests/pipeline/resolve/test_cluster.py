"""Clusters: what is joined, what is never joined, and that order does not matter."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pipeline.resolve.cluster import cluster
from pipeline.words import (
    ChinesePerson,
    DateBasis,
    DatePrecision,
    ForeignPerson,
    KeptMention,
    Mention,
    MentionKey,
    Organisation,
    Realis,
    Scope,
    SiteKind,
)

DAY = date(2025, 7, 25)
SEEN = datetime(2025, 7, 27, tzinfo=UTC)


def mention(
    page: str,
    *,
    language: str = "zh",
    number: int = 1,
    day: date | None = DAY,
    type_: str = "MEET.BILAT",
    mode: str = "inperson_abroad",
    official: str | None = "liu-jianchao",
    country: str | None = "SGP",
    party: str | None = "sgp-pap",
    person: tuple[str, str | None] | None = None,
    person_id: str | None = None,
    place: str | None = "singapore",
    is_series: bool = False,
) -> KeptMention:
    people = (
        (ForeignPerson(person[0], None, None, country, id=person_id, office=person[1]),) if person is not None else ()
    )
    return KeptMention(
        key=MentionKey(f"https://www.idcpc.gov.cn/{page}", number),
        mention=Mention(
            number=number,
            type=type_,
            date_start=day,
            date_end=day,
            date_precision=DatePrecision.DAY,
            date_basis=DateBasis.DATELINE,
            mode=mode,
            realis=Realis.ACTUAL,
            scope=Scope.IN,
            is_series=is_series,
            place_id=place,
            countries=(country,) if country else (),
            organisations=(Organisation(party, party, country, "party"),) if party else (),
            chinese_people=(ChinesePerson("Liu Jianchao", "刘建超", None, official),) if official else (),
            foreign_people=people,
        ),
        site=f"idcpc_{language}",
        site_kind=SiteKind.OFFICIAL,
        family="idcpc",
        language=language,
        first_seen_at=SEEN,
    )


def groups(*mentions: KeptMention) -> set[frozenset[str]]:
    return {
        frozenset(key.page.rsplit("/", 1)[1] + (f"#{key.number}" if key.number > 1 else "") for key in found.members)
        for found in cluster(mentions)
    }


def test_the_chinese_and_the_english_page_of_a_meeting_are_one_event() -> None:
    zh = mention("a", person=("李智陞", "education_minister"))
    en = mention("b", language="en", person=("Desmond Lee", "education_minister"))
    assert groups(zh, en) == {frozenset({"a", "b"})}


def test_four_meetings_with_one_party_on_one_day_stay_four_and_find_their_english_pages() -> None:
    offices = ("prime_minister", "education_minister", "defence_minister", "minister_of_state")
    zh = [mention(f"zh-{office}", person=("某某" + office, office)) for office in offices]
    en = [mention(f"en-{office}", language="en", person=("Mr " + office, office)) for office in offices]
    assert groups(*zh, *en) == {frozenset({f"zh-{office}", f"en-{office}"}) for office in offices}


def test_two_meetings_told_without_a_name_are_not_guessed() -> None:
    zh = [mention("zh-1"), mention("zh-2")]
    en = [mention("en-1", language="en"), mention("en-2", language="en")]
    assert len(groups(*zh, *en)) == 4


def test_a_known_person_joins_where_the_offices_are_told_differently() -> None:
    zh = mention("a", person=("黄循财", "party_secretary_general"), person_id="lawrence-wong")
    en = mention("b", language="en", person=("Lawrence Wong", "prime_minister"), person_id="lawrence-wong")
    assert groups(zh, en) == {frozenset({"a", "b"})}


def test_the_list_item_and_the_article_of_one_site_join_by_name() -> None:
    article = mention("a", language="en", person=("Desmond Lee", None))
    item = mention("list#1", language="en", person=("Desmond Lee", "education_minister"))
    assert groups(article, item) == {frozenset({"a", "list#1"})}


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("another party", {"party": "sgp-wp"}),
        ("another country", {"country": "MYS", "party": None}),
        ("another day", {"day": date(2025, 7, 26)}),
        ("by video", {"mode": "video", "place": None}),
        ("in another city", {"place": "beijing", "mode": "inperson_beijing"}),
        ("a class, not a meeting", {"type_": "TRAIN.COURSE"}),
        ("a trip, not a meeting", {"type_": "VISIT.OUT", "is_series": True}),
        ("without a day", {"day": None}),
        ("another official", {"official": "sun-haiyan"}),
    ],
)
def test_what_is_never_joined(name: str, changed: dict[str, object]) -> None:
    base = mention("a", person=("李智陞", "education_minister"))
    values: dict[str, object] = {"language": "en", "person": ("Desmond Lee", "education_minister"), **changed}
    other = mention("b", **values)  # type: ignore[arg-type]  # each case names one argument of `mention`
    assert len(groups(base, other)) == 2, name


def test_two_mentions_of_one_page_stay_apart() -> None:
    """Trap T2: one page reports a video meeting and the opening of a class for the same party."""
    first = mention("a", type_="MEET.REMOTE", mode="video", place=None)
    second = mention("a", number=2, type_="MEET.REMOTE", mode="video", place=None)
    assert len(cluster([first, second])) == 2


def test_the_cut_item_of_a_list_joins_its_article_by_its_words_though_no_year_is_told() -> None:
    article = replace(mention("a", language="en", person=("Al", "speaker")), opening="Beijing,July25th")
    item = replace(mention("list#1", language="en", day=None), opening="Beijing,July25th")
    assert groups(article, item) == {frozenset({"a", "list#1"})}
    assert len(groups(article, replace(item, opening="Oslo,July25th"))) == 2


def test_a_forum_named_without_an_official_joins_by_day_and_place() -> None:
    zh = mention("a", type_="CONF.THEME", official=None, country=None, party=None, place="fuzhou", mode="hybrid")
    en = mention("b", language="en", type_="CONF.THEME", country="KEN", party=None, place="fuzhou", mode="hybrid")
    assert groups(zh, en) == {frozenset({"a", "b"})}


def test_a_speech_finds_its_english_page_among_the_meetings_of_the_day() -> None:
    zh = [mention("zh-speech", type_="BRIEF.LECTURE", party=None), mention("zh-met", person=("某", "speaker"))]
    en = [
        mention("en-speech", language="en", type_="BRIEF.LECTURE", party=None),
        mention("en-met", language="en", person=("Smith", "speaker")),
    ]
    assert groups(*zh, *en) == {frozenset({"zh-speech", "en-speech"}), frozenset({"zh-met", "en-met"})}


def window(kept: KeptMention, first: date, last: date) -> KeptMention:
    told = replace(kept.mention, date_start=first, date_end=last, date_precision=DatePrecision.WINDOW)
    return replace(kept, mention=told)


def test_days_told_only_as_recently_join_where_they_may_be_the_same() -> None:
    zh = window(mention("a", type_="TRAIN.ONLINE", mode="video", official=None), date(2020, 8, 4), date(2020, 8, 11))
    same = mention("b", language="en", type_="TRAIN.ONLINE", mode="video", official=None)
    assert groups(zh, window(same, date(2020, 8, 6), date(2020, 8, 13))) == {frozenset({"a", "b"})}
    assert len(groups(zh, window(same, date(2020, 8, 12), date(2020, 8, 19)))) == 2


def test_any_order_gives_the_same_clusters() -> None:
    offices = ("prime_minister", "education_minister", None)
    mentions = [
        mention(f"{language}-{n}", language=language, person=(f"{language} {n}", office), party=party)
        for language in ("zh", "en")
        for n, office in enumerate(offices)
        for party in ("sgp-pap",)
    ] + [mention("list#9", language="en"), mention("zh-x"), mention("en-y", language="en", day=date(2025, 7, 24))]
    expected = cluster(mentions)
    for seed in range(200):
        shuffled = list(mentions)
        random.Random(seed).shuffle(shuffled)
        assert cluster(shuffled) == expected


def test_no_cluster_holds_a_vetoed_pair() -> None:
    """A third mention that agrees with both must not bridge two that conflict."""
    bridge = mention("bridge", person=("Sam", None), party=None)
    one = mention("one", language="en", person=("Sam", None), party="sgp-pap")
    two = replace(one, key=MentionKey("https://www.idcpc.gov.cn/two", 1), site="other")
    two = replace(two, mention=replace(two.mention, organisations=(Organisation("WP", "sgp-wp", "SGP", "party"),)))
    assert not any({"one", "two"} <= group for group in groups(bridge, one, two))

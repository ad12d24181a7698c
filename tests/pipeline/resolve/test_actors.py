"""People and bodies of an event, joined over languages, each under one id."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pipeline.resolve.actors import DEPARTMENT, Actor, actors, distinct, named, with_id
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


def kept(page: str, language: str, *people: ForeignPerson, party: tuple[str, str | None] | None = None) -> KeptMention:
    title = "中共中央对外联络部部长" if language == "zh" else "Minister of the International Department"
    return KeptMention(
        key=MentionKey(page, 1),
        mention=Mention(
            number=1,
            type="MEET.BILAT",
            date_start=date(2025, 7, 25),
            date_end=date(2025, 7, 25),
            date_precision=None,
            date_basis=None,
            mode="inperson_beijing",
            realis=Realis.ACTUAL,
            scope=Scope.IN,
            countries=("ZAF",),
            organisations=(Organisation(party[0], party[1], "ZAF", "party"),) if party else (),
            chinese_people=(ChinesePerson("Liu Jianchao", "刘建超", title, "liu-jianchao", "host", True),),
            foreign_people=people,
        ),
        site=f"idcpc_{language}",
        site_kind=SiteKind.OFFICIAL,
        family="idcpc",
        language=language,
        first_seen_at=datetime(2025, 7, 27, tzinfo=UTC),
    )


def person(name: str, title: str | None = None, office: str | None = None, known: str | None = None) -> ForeignPerson:
    return ForeignPerson(name, title, None, "ZAF", known, office)


def with_ids(events: dict[str, list[Actor]]) -> dict[str, list[Actor]]:
    """The casts with their ids, as the database gives them over all events."""
    aliases: dict[tuple[str | None, str], set[str]] = {}
    for cast in events.values():
        for alias, latin in named(cast):
            aliases.setdefault(alias, set()).add(latin)
    return {event_id: distinct(with_id(actor, aliases) for actor in cast) for event_id, cast in events.items()}


def test_two_languages_name_one_person_with_both_names_and_titles() -> None:
    zh = kept("a", "zh", person("姆巴卢拉", "总书记", "general_secretary"), party=("南非非国大", "zaf-anc"))
    en = kept("b", "en", person("Fikile Mbalula", "Secretary-General", "general_secretary"), party=("ANC", "zaf-anc"))
    cast = with_ids({"e": actors([zh, en])})["e"]
    assert [actor.key for actor in cast] == [
        "person:liu-jianchao",
        f"organisation:{DEPARTMENT}",
        "person:zaf-fikile-mbalula",
        "organisation:zaf-anc",
    ]
    liu, _, guest, _ = cast
    assert (liu.title_zh, liu.title_en) == ("中共中央对外联络部部长", "Minister of the International Department")
    assert (guest.name_zh, guest.name_en, guest.title_zh) == ("姆巴卢拉", "Fikile Mbalula", "总书记")


def test_a_chinese_name_seen_beside_a_latin_one_is_its_alias_in_every_event() -> None:
    pair = [kept("a", "zh", person("姆巴卢拉")), kept("b", "en", person("Fikile Mbalula"))]
    alone = [kept("c", "zh", person("姆巴卢拉"))]
    cast = with_ids({"1": actors(pair), "2": actors(alone)})
    assert {actor.person for actor in cast["2"] if actor.side == "foreign"} == {"zaf-fikile-mbalula"}


def test_a_name_known_in_chinese_only_gets_an_id_of_its_own() -> None:
    cast = with_ids({"1": actors([kept("a", "zh", person("张三"))]), "2": actors([kept("b", "zh", person("章三"))])})
    one, other = (next(a.person for a in cast[e] if a.side == "foreign") for e in "12")
    assert str(one).startswith("zaf-zhang-san-")
    assert one != other, "the same pinyin is not the same name"


def test_a_chinese_name_beside_two_latin_ones_is_nobodys_alias() -> None:
    pairs = {
        "1": actors([kept("a", "zh", person("阿里")), kept("b", "en", person("Ali Hassan"))]),
        "2": actors([kept("c", "zh", person("阿里")), kept("d", "en", person("Ali Mohamed"))]),
        "3": actors([kept("e", "zh", person("阿里"))]),
    }
    (alone,) = (actor.person for actor in with_ids(pairs)["3"] if actor.side == "foreign")
    assert str(alone).startswith("zaf-a-li-")


def test_ids_made_from_long_names_fit_the_tables_and_stay_apart() -> None:
    names = [f"The {'Very ' * 30}Honourable {name}" for name in ("One", "Two")]
    ids = {with_id(actors([kept("a", "en", person(name))])[-1], {}).person for name in names}
    assert len(ids) == 2
    assert all(one and len(one) <= 80 for one in ids)


def test_people_in_different_offices_are_not_taken_for_one() -> None:
    zh = kept("a", "zh", person("甲", None, "speaker"), person("乙", None, "foreign_minister"))
    en = kept("b", "en", person("Bo", None, "foreign_minister"))
    cast = with_ids({"e": actors([zh, en])})["e"]
    foreign = [(actor.name_zh, actor.name_en) for actor in cast if actor.side == "foreign"]
    assert foreign == [("甲", None), ("乙", "Bo")]


def test_names_are_paired_by_sound_before_their_place() -> None:
    zh = kept("a", "zh", person("姆巴卢拉"), person("拉马福萨"))
    en = kept("b", "en", person("Cyril Ramaphosa"), person("Fikile Mbalula"))
    cast = with_ids({"e": actors([zh, en])})["e"]
    foreign = [(actor.name_zh, actor.name_en) for actor in cast if actor.side == "foreign"]
    assert foreign == [("姆巴卢拉", "Fikile Mbalula"), ("拉马福萨", "Cyril Ramaphosa")]


def test_a_place_in_a_list_pairs_nobody_who_sounds_otherwise() -> None:
    zh, en = kept("a", "zh", person("姆巴卢拉")), kept("b", "en", person("Cyril Ramaphosa"))
    cast = with_ids({"e": actors([zh, en])})["e"]
    assert len([actor for actor in cast if actor.side == "foreign"]) == 2


def test_a_longer_form_of_a_name_is_the_same_person() -> None:
    first, second = kept("a", "en", person("Mbalula")), kept("b", "en", person("Fikile Mbalula"))
    cast = with_ids({"e": actors([first, second])})["e"]
    assert [(a.name_en, a.person) for a in cast if a.side == "foreign"] == [("Fikile Mbalula", "zaf-fikile-mbalula")]


def test_somebody_whom_only_the_second_source_names_is_added() -> None:
    zh = kept("a", "zh", person("甲", None, "speaker"))
    en = kept("b", "en", person("Al", None, "speaker"), person("Bo", None, "foreign_minister"))
    cast = with_ids({"e": actors([zh, en])})["e"]
    assert [(a.name_zh, a.name_en) for a in cast if a.side == "foreign"] == [("甲", "Al"), (None, "Bo")]


def test_a_known_person_keeps_the_gazetteers_id() -> None:
    zh = kept("a", "zh", person("姆巴卢拉", known="fikile-mbalula"))
    en = kept("b", "en", person("F. Mbalula"))
    cast = with_ids({"e": actors([zh, en])})["e"]
    assert [a.key for a in cast if a.side == "foreign"] == ["person:fikile-mbalula"]


def test_a_title_told_in_chinese_only_is_completed_in_english_from_the_post_of_the_day() -> None:
    (liu, *_) = actors([kept("a", "zh", person("甲"))])
    assert liu.title_zh == "中共中央对外联络部部长"
    assert liu.title_en == "Minister of the International Department of the CPC Central Committee"

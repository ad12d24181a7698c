"""Clusters: what is joined, what is never joined, what is not guessed, and what analysts rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.evaluate.linked import LinkedMention, load_linked
from pipeline.resolve import cluster as clusters
from pipeline.resolve.cluster import TooWide, cluster, components, edges
from pipeline.resolve.veto import veto
from pipeline.words import KeptMention, MentionKey, Rulings

Tell = Callable[..., KeptMention]
Groups = Callable[..., set[frozenset[str]]]
LABELS = Path(__file__).parents[2] / "evaluation" / "clusters"
REAL = Path(__file__).parent / "real_groups.jsonl"
EN: dict[str, Any] = {"site": "idcpc_en"}


def one(*pages: str) -> set[frozenset[str]]:
    return {frozenset(pages)}


def apart(*pages: str) -> set[frozenset[str]]:
    return {frozenset({page}) for page in pages}


def test_the_chinese_and_the_english_page_of_a_meeting_are_one_event(tell: Tell, groups: Groups) -> None:
    zh = tell("a", person="李智陞", office="education_minister")
    en = tell("b", person="Desmond Lee", office="education_minister", **EN)
    assert groups(zh, en) == one("a", "b")


def test_four_meetings_with_one_party_on_one_day_stay_four_and_find_their_english_pages(
    tell: Tell, groups: Groups
) -> None:
    guests = {
        "prime_minister": ("黄循财", "Lawrence Wong"),
        "education_minister": ("李智陞", "Desmond Lee"),
        "defence_minister": ("陈振声", "Chan Chun Sing"),
        "minister_of_state": ("沈颖", "Sim Ann"),
    }
    told = [tell(f"zh-{office}", person=zh, office=office) for office, (zh, _) in guests.items()]
    told += [tell(f"en-{office}", person=en, office=office, **EN) for office, (_, en) in guests.items()]
    assert groups(*told) == {frozenset({f"zh-{office}", f"en-{office}"}) for office in guests}


def test_two_meetings_told_without_a_name_are_not_guessed(tell: Tell, groups: Groups) -> None:
    """Two rivals of one site, and nothing that tells which English page is whose: a doubt for review."""
    zh = [tell("zh-1"), tell("zh-2")]
    en = [tell("en-1", **EN), tell("en-2", **EN)]
    assert groups(*zh, *en) == apart("zh-1", "zh-2", "en-1", "en-2")
    assert edges([*zh, *en]), "they are doubts"
    assert groups(zh[0], en[0]) == one("zh-1", "en-1"), "where there is no rival there is no doubt"


def test_a_rival_that_fits_worse_is_none(tell: Tell, groups: Groups) -> None:
    zh = [tell("zh-1", person="比拉瓦尔"), tell("zh-2", person="扎尔达里")]
    en = tell("en-1", person="Bilawal Bhutto", **EN)
    assert groups(*zh, en) == {frozenset({"zh-1", "en-1"}), frozenset({"zh-2"})}


def test_a_known_person_joins_where_the_offices_are_told_differently(tell: Tell, groups: Groups) -> None:
    zh = tell("a", person="黄循财", office="secretary_general", person_id="sgp-lawrence-wong")
    en = tell("b", person="Lawrence Wong", office="prime_minister", person_id="sgp-lawrence-wong", **EN)
    assert groups(zh, en) == one("a", "b")


def test_the_list_item_and_the_article_of_one_site_join_by_name(tell: Tell, groups: Groups) -> None:
    article = tell("a", person="Desmond Lee", **EN)
    item = tell("list", person="Desmond Lee", office="education_minister", **EN)
    assert groups(article, item) == one("a", "list")


BNP: dict[str, Any] = {"country": "BGD", "party": "bgd-bnp", "place": "bgd-dhaka", "office": "secretary_general"}


def test_pages_that_name_different_parts_of_one_name_are_one_by_the_page_that_has_it_whole(
    tell: Tell, groups: Groups
) -> None:
    """阿拉姆吉尔 and 法赫鲁尔 are both Mirza Fakhrul Islam Alamgir."""
    article = tell("article", person="阿拉姆吉尔", **BNP)
    report = tell("report", person="法赫鲁尔", **BNP)
    english = tell("english", person="Mirza Fakhrul Islam Alamgir", **BNP, **EN)
    paper = tell("paper", person="Mirza Fakhrul", **BNP, site="daily_star_en")
    assert groups(article, report) == apart("article", "report"), "nothing says that they are one"
    assert groups(article, report, english) == one("article", "report", "english")
    assert groups(article, report, english, paper) == one("article", "report", "english", "paper")


@pytest.mark.parametrize(
    "changed",
    [
        {"day": "2025-07-26"},
        {"office": "party_vice_chair"},
        {"party": "bgd-al"},
        {"official": "sun-haiyan"},
        {"mode": "video", "place": None},
        {"person": "拉赫曼"},
    ],
)
def test_what_a_whole_name_does_not_join(tell: Tell, groups: Groups, changed: dict[str, Any]) -> None:
    """A site that tells two days, offices, parties, officials or ways of meeting tells two."""
    article = tell("article", person="阿拉姆吉尔", **BNP)
    other = tell("other", **{**BNP, "person": "法赫鲁尔", **changed})
    english = tell("english", person="Mirza Fakhrul Islam Alamgir", **BNP, **EN)
    assert not any({"article", "other"} <= group for group in groups(article, other, english)), changed


def test_a_family_name_alone_joins_no_two_that_bear_it(tell: Tell, groups: Groups) -> None:
    """谢里夫 is no proof that Nawaz Sharif is Shehbaz Sharif."""
    facts: dict[str, Any] = {"country": "PAK", "party": "pak-pmln", "place": None, "office": "party_chair"}
    pages = [
        tell("zh", person="谢里夫", **facts),
        tell("en", person="Nawaz Sharif", **facts, **EN),
        tell("paper", person="Shehbaz Sharif", **facts, site="dawn_en"),
    ]
    assert not any({"en", "paper"} <= group for group in groups(*pages))


def test_another_partys_guest_of_a_like_name_is_no_rival(tell: Tell, groups: Groups) -> None:
    """The English page is a day late, and on that day 伊斯拉姆 of another party was met."""
    pages = [
        tell("zh", person="阿拉姆吉尔", **BNP),
        tell("en", person="Mirza Fakhrul Islam Alamgir", **{**BNP, "day": "2025-07-26"}, **EN),
        tell("other", person="伊斯拉姆", **{**BNP, "day": "2025-07-26", "party": "bgd-ncp", "office": "party_chair"}),
    ]
    assert groups(*pages) == {frozenset({"zh", "en"}), frozenset({"other"})}


def test_the_margins_of_a_forum_are_told_or_not(tell: Tell, groups: Groups) -> None:
    side = tell("side", person="阿齐齐", country="TJK", party=None, place=None, type_="MEET.SIDE")
    report = tell("report", person="阿卜杜贾博尔·阿齐佐达", country="TJK", party=None, place=None)
    english = tell("en", person="Abdujabbor Azizi", country="TJK", party=None, place=None, type_="MEET.SIDE", **EN)
    assert groups(side, report, english) == one("side", "report", "en")


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("another party", {"party": "sgp-wp"}),
        ("another country", {"country": "MYS", "party": None}),
        ("the day after", {"day": "2025-07-26"}),
        ("by video", {"mode": "video", "place": None}),
        ("in another city", {"place": "chn-beijing", "mode": "inperson_beijing"}),
        ("a class, not a meeting", {"type_": "TRAIN.COURSE"}),
        ("a trip, not a meeting", {"type_": "VISIT.OUT", "is_series": True}),
        ("another official", {"official": "sun-haiyan"}),
        ("another guest", {"person": "Chan Chun Sing", "office": "defence_minister"}),
    ],
)
def test_what_is_never_joined(tell: Tell, groups: Groups, name: str, changed: dict[str, Any]) -> None:
    base = tell("a", person="李智陞", office="education_minister")
    other = tell("b", **{"person": "Desmond Lee", "office": "education_minister", **EN, **changed})
    assert groups(base, other) == apart("a", "b"), name


def test_the_cut_item_of_a_list_joins_its_article_by_its_words_though_no_day_is_told(
    tell: Tell, groups: Groups
) -> None:
    article = tell("a", person="Al", office="speaker", opening="Beijing,July25th", **EN)
    item = tell("list", day=None, opening="Beijing,July25th", **EN)
    assert groups(article, item) == one("a", "list")
    assert groups(article, replace(item, opening="Oslo,July25th")) == apart("a", "list")


def test_a_copy_that_tells_no_day_does_not_part_the_two_languages(tell: Tell, groups: Groups) -> None:
    """The cut item agrees with the Chinese page on less than the article does, of which it is a copy."""
    zh = tell("zh", person="拉米", person_id="gbr-david-lammy", country="GBR", party=None, place=None)
    english: dict[str, Any] = {"person": "David Lammy", "person_id": "gbr-david-lammy", "country": "GBR", "party": None}
    en = tell("en", place=None, opening="London,June10", **english, **EN)
    item = tell("list", day=None, place=None, opening="London,June10", **english, **EN)
    assert groups(zh, en, item) == one("zh", "en", "list")


def test_the_report_of_a_trip_repeats_the_article_on_a_meeting(tell: Tell, groups: Groups) -> None:
    article = tell("a", person="比拉瓦尔", title="人民党主席", country="PAK", party="pak-ppp", place=None)
    told = tell("trip", number=2, person="比拉瓦尔", country="PAK", party="pak-ppp", place=None, mode="unknown")
    assert groups(article, told) == one("a", "trip#2")


def test_two_articles_of_one_site_on_one_forum_are_its_two_sessions(tell: Tell, groups: Groups) -> None:
    first = tell("a", type_="CONF.THEME", country=None, party=None, place="chn-beijing", mode="inperson_beijing")
    second = tell("b", type_="CONF.THEME", country=None, party=None, place="chn-beijing", mode="inperson_beijing")
    assert groups(first, second) == apart("a", "b")


def test_a_list_repeats_the_article_on_a_forum_by_whom_or_what_both_name(tell: Tell, groups: Groups) -> None:
    forum: dict[str, Any] = {"type_": "CONF.THEME", "party": None, "place": "chn-beijing", "mode": "inperson_beijing"}
    told: list[dict[str, Any]] = [{"country": "SGP"}, {"country": None, "participants": 60}]
    for alike in told:
        assert groups(tell("a", **forum, **alike), tell("list", **forum, **alike)) == one("a", "list"), alike


def test_messages_of_two_parties_on_one_day_are_two(tell: Tell, groups: Groups) -> None:
    """A message is one side's: the Laotian and the Vietnamese party congratulated on one day."""
    message: dict[str, Any] = {"type_": "MSG.CONGRAT", "official": None, "place": None, "mode": "unknown"}
    told = [
        tell("lao", country="LAO", party="lao-lprp", person="通伦", **message),
        tell("vnm", country="VNM", party="vnm-cpv", person="阮富仲", **message),
        tell("lao-en", country="LAO", party="lao-lprp", person="Thongloun Sisoulith", **message, **EN),
    ]
    assert groups(*told) == {frozenset({"lao", "lao-en"}), frozenset({"vnm"})}


def test_a_forum_named_without_an_official_joins_by_day_and_place(tell: Tell, groups: Groups) -> None:
    forum: dict[str, Any] = {"type_": "CONF.THEME", "party": None, "place": "chn-fuzhou", "mode": "hybrid"}
    zh = tell("a", official=None, country=None, **forum)
    en = tell("b", country="KEN", **forum, **EN)
    assert groups(zh, en) == one("a", "b")


def test_a_speech_finds_its_english_page_among_the_meetings_of_the_day(tell: Tell, groups: Groups) -> None:
    zh = [tell("zh-speech", type_="BRIEF.LECTURE", party=None), tell("zh-met", person="尼亚齐", office="speaker")]
    en = [
        tell("en-speech", type_="BRIEF.LECTURE", party=None, **EN),
        tell("en-met", person="Nyazee", office="speaker", **EN),
    ]
    assert groups(*zh, *en) == {frozenset({"zh-speech", "en-speech"}), frozenset({"zh-met", "en-met"})}


def test_days_told_only_as_recently_join_where_they_may_be_the_same(tell: Tell, groups: Groups) -> None:
    online: dict[str, Any] = {"type_": "TRAIN.ONLINE", "mode": "video", "official": None, "precision": "window"}
    zh = tell("a", day="2020-08-04", until="2020-08-11", **online)
    assert groups(zh, tell("b", day="2020-08-06", until="2020-08-13", **online, **EN)) == one("a", "b")
    assert groups(zh, tell("b", day="2020-10-12", until="2020-10-19", **online, **EN)) == apart("a", "b")


def test_no_cluster_holds_a_vetoed_pair(tell: Tell, groups: Groups) -> None:
    """A third mention that agrees with both must not bridge two that conflict."""
    bridge = tell("bridge", person="Sam", party=None)
    first = tell("one", person="Sam", **EN)
    second = tell("two", person="Sam", party="sgp-wp", site="nation_en", others=("Low Thia Khiang",))
    second = replace(second, mention=replace(second.mention, foreign_people=second.mention.foreign_people[1:]))
    assert veto(first, second) is not None
    assert not any({"one", "two"} <= group for group in groups(bridge, first, second))


# --- the codebook's traps that resolution decides (§16) ---------------------------------------------


def test_t1_one_official_opens_a_class_and_calls_somebody_on_one_day(tell: Tell, groups: Groups) -> None:
    day: dict[str, Any] = {"day": "2020-11-04", "mode": "video", "place": None}
    told = [
        tell("class-zh", type_="TRAIN.ONLINE", country="KHM", party="khm-cpp", **day),
        tell("class-en", type_="TRAIN.ONLINE", country="KHM", party="khm-cpp", **day, **EN),
        tell("call-zh", type_="MEET.REMOTE", country="MNG", party="mng-mpp", person="钢巴特尔", **day),
        tell("call-en", type_="MEET.REMOTE", country="MNG", party="mng-mpp", person="Ganbaatar", **day, **EN),
        tell("other-zh", type_="MEET.REMOTE", country="PAN", party=None, official="sun-haiyan", **day),
        tell("another-zh", type_="MEET.REMOTE", country="LKA", party=None, official="chen-zhou", **day),
    ]
    assert groups(*told) == {
        frozenset({"class-zh", "class-en"}),
        frozenset({"call-zh", "call-en"}),
        *apart("other-zh", "another-zh"),
    }


def test_t2_a_call_and_a_class_told_in_one_sentence_are_two_events_in_both_languages(
    tell: Tell, groups: Groups
) -> None:
    day: dict[str, Any] = {"day": "2020-09-24", "mode": "video", "place": None, "country": "TUR", "party": "tur-vatan"}
    told = [
        tell("zh", type_="MEET.REMOTE", person="佩林切克", **day),
        tell("zh", number=2, type_="TRAIN.ONLINE", **day),
        tell("en", type_="MEET.REMOTE", person="Doğu Perinçek", **day, **EN),
        tell("en", number=2, type_="TRAIN.ONLINE", **day, **EN),
    ]
    assert groups(*told) == {frozenset({"zh", "en"}), frozenset({"zh#2", "en#2"})}


def test_t3_four_meetings_of_one_day_in_two_cities(tell: Tell, groups: Groups) -> None:
    day: dict[str, Any] = {"day": "2025-04-22"}
    beijing: dict[str, Any] = {"place": "chn-beijing", "mode": "inperson_beijing", **day}
    urumqi: dict[str, Any] = {"place": "chn-urumqi", "mode": "inperson_china_other", "official": "sun-haiyan", **day}
    told = [
        tell("komeito", country="JPN", party="jpn-komeito", person="齐藤铁夫", **beijing),
        tell("malta", country="MLT", party="mlt-pn", person="博奇", **beijing),
        tell("central-asia", type_="MEET.MULTI", country=("KAZ", "KGZ", "TJK"), party=None, **urumqi),
        tell("russia", type_="MEET.MULTI", country="RUS", party=("rus-ur", "rus-ldpr"), **urumqi),
        tell("komeito-en", country="JPN", party="jpn-komeito", person="Tetsuo Saito", **beijing, **EN),
        tell("russia-en", type_="MEET.MULTI", country="RUS", party=("rus-ur",), **urumqi, **EN),
    ]
    assert groups(*told) == {
        frozenset({"komeito", "komeito-en"}),
        frozenset({"russia", "russia-en"}),
        *apart("malta", "central-asia"),
    }


def test_t4_a_mechanism_is_founded_and_meets_and_another_calls_panama(tell: Tell, groups: Groups) -> None:
    day: dict[str, Any] = {"day": "2020-06-30", "mode": "video", "place": None}
    told = [
        tell("zh", type_="MEET.MECH", country="PHL", party=None, **day),
        tell("zh", number=2, type_="DOC.MECH", country="PHL", party=None, **day),
        tell("zh", number=3, type_="DOC.JOINT", country="PHL", party=None, **day),
        tell("en", type_="MEET.MECH", country="PHL", party=None, **day, **EN),
        tell("panama", type_="MEET.REMOTE", country="PAN", party=None, official="chen-zhou", **day),
    ]
    assert groups(*told) == {frozenset({"zh", "en"}), *apart("zh#2", "zh#3", "panama")}


def test_t6_a_meeting_without_its_exact_day_joins_the_page_that_has_it(tell: Tell, groups: Groups) -> None:
    visit: dict[str, Any] = {"country": "KOR", "party": "kor-dp", "place": None, "mode": "unknown"}
    loose = tell("a", day="2013-03-30", until="2013-04-03", person="金太年", **visit)
    exact = tell("b", day="2013-04-01", person="Kim Tae-nyon", **visit, **EN)
    assert groups(loose, exact) == one("a", "b")


def test_t9_and_t10_a_shorter_list_of_attendees_days_later_is_the_same_meeting(tell: Tell, groups: Groups) -> None:
    five = ("高文", "李明", "王强", "赵亮", "孙立")
    zh = tell("zh", person="李智陞", others=five, attending=("sun-haiyan", "chen-zhou"), office="education_minister")
    en = tell("en", person="Desmond Lee", others=("Gao Wen", "Li Ming"), office="education_minister", **EN)
    assert groups(zh, en) == one("zh", "en")


def test_t11_a_party_by_its_old_and_its_new_name_has_one_id(tell: Tell, groups: Groups) -> None:
    from pipeline.gazetteer import Kind, load

    old, new = (
        [hit.ids for hit in load().find(text, "en") if hit.kind is Kind.PARTY] for text in ("Nur Otan", "Amanat")
    )
    assert old == new != []


def test_t12_two_parties_of_one_country_in_one_week_are_never_merged(tell: Tell, groups: Groups) -> None:
    visit: dict[str, Any] = {"country": "JPN", "place": "chn-beijing", "mode": "inperson_beijing"}
    told = [tell("ldp", party="jpn-ldp", **visit), tell("komeito", party="jpn-komeito", **visit, **EN)]
    assert groups(*told) == apart("ldp", "komeito")


def test_t15_a_page_that_recalls_an_event_makes_no_new_one(tell: Tell, groups: Groups) -> None:
    happened = tell("a", person="李智陞", office="education_minister")
    recalled = tell("b", person="李智陞", office="education_minister", realis="historical_reference", site="xinhua_zh")
    assert groups(happened, recalled) == one("a", "b")


def test_t16_announced_for_the_days_on_which_it_took_place_it_is_one_event(tell: Tell, groups: Groups) -> None:
    trip: dict[str, Any] = {"type_": "VISIT.IN", "is_series": True, "country": "NPL", "party": "npl-cpnmc"}
    days: dict[str, Any] = {"day": "2024-03-25", "until": "2024-03-28"}
    plan = tell("plan", realis="planned", person="Mahara", site="nepal_en", **days, **trip)
    held = tell("held", person="马哈拉", **days, **trip)
    later = tell("later", day="2024-04-22", until="2024-04-26", person="马哈拉", **trip)
    assert groups(plan, held) == one("plan", "held")
    assert groups(plan, later) == apart("plan", "later")


def test_t18_a_congress_and_the_trip_to_it_are_two(tell: Tell, groups: Groups) -> None:
    congress = tell("a", number=2, type_="CONF.EXT", country="AUS", party=None)
    trip = tell("a", type_="VISIT.OUT", is_series=True, country=("AUS", "TON"), party=None, until="2025-07-29")
    english = tell("b", type_="CONF.EXT", country="AUS", party=None, **EN)
    assert groups(congress, trip, english) == {frozenset({"a#2", "b"}), frozenset({"a"})}


def test_one_delegation_and_two_hosts_are_two_meetings(tell: Tell, groups: Groups) -> None:
    """Codebook §9.2, and the minister's page names the vice-minister as present."""
    guest: dict[str, Any] = {"country": "BGD", "party": "bgd-bnp", "place": "chn-beijing", "mode": "inperson_beijing"}
    told = [
        tell("vice-zh", official="sun-haiyan", person="法赫鲁尔", **guest),
        tell("vice-en", official="sun-haiyan", person="Mirza Fakhrul Islam Alamgir", **guest, **EN),
        tell("head-zh", attending=("sun-haiyan",), person="法赫鲁尔", **guest),
        tell("head-en", person="Mirza Fakhrul Islam Alamgir", **guest, **EN),
    ]
    assert groups(*told) == {frozenset({"vice-zh", "vice-en"}), frozenset({"head-zh", "head-en"})}


# --- rulings ----------------------------------------------------------------------------------------


def pair(a: KeptMention, b: KeptMention) -> tuple[MentionKey, MentionKey]:
    first, second = sorted((a.key, b.key))
    return first, second


def test_an_analyst_may_join_across_a_conflict_and_the_twins_come_along(tell: Tell, groups: Groups) -> None:
    zh, en = tell("a", person="李智陞"), tell("b", person="Lee Chee Seng", party="sgp-wp", **EN)
    copy = tell("copy", person="李智陞", site="xinhua_zh")
    assert groups(zh, copy, en) == {frozenset({"a", "copy"}), frozenset({"b"})}
    assert groups(zh, copy, en, rulings=Rulings(same=frozenset({pair(zh, en)}))) == one("a", "b", "copy")


def test_an_analyst_may_join_what_no_block_brings_together(tell: Tell, groups: Groups) -> None:
    a, b = tell("a"), tell("b", day="2019-01-01", country="MYS", party=None, official="sun-haiyan")
    assert groups(a, b, rulings=Rulings(same=frozenset({pair(a, b)}))) == one("a", "b")


def test_what_was_ruled_to_be_two_stays_two_whatever_bridges_it(tell: Tell, groups: Groups) -> None:
    a, b, c = tell("a", person="李智陞"), tell("b", person="李智陞", site="xinhua_zh"), tell("c", person="Lee", **EN)
    ruled = Rulings(different=frozenset({pair(a, b)}))
    assert not any({"a", "b"} <= group for group in groups(a, b, c, rulings=ruled))
    both = Rulings(same=frozenset({pair(a, b)}), different=frozenset({pair(a, b)}))
    assert groups(a, b, rulings=both) == apart("a", "b"), "of two rulings that contradict each other, neither joins"


def test_a_rejected_mention_stands_in_no_cluster(tell: Tell, groups: Groups) -> None:
    a, b = tell("a", person="李智陞"), tell("b", person="李智陞", site="xinhua_zh")
    assert groups(a, b, rulings=Rulings(rejected=frozenset({b.key}))) == one("a")


def test_rulings_of_mentions_that_are_not_there_are_passed_over(tell: Tell, groups: Groups) -> None:
    gone = MentionKey("https://gone.example/", 1)
    rulings = Rulings(frozenset({(gone, tell("a").key)}), frozenset({(gone, tell("a").key)}), frozenset({gone}))
    assert groups(tell("a"), rulings=rulings) == one("a")


# --- edges and components ---------------------------------------------------------------------------


def test_edges_stand_in_one_order_and_what_they_connect_is_a_component(tell: Tell) -> None:
    a, b = tell("a", person="李智陞"), tell("b", person="Desmond Lee", **EN)
    far = tell("far", day="2024-01-01", official="song-tao")
    same = Rulings(same=frozenset({pair(a, b)}))
    found = edges([far, b, a])
    assert [(edge.a, edge.b) for edge in found] == [pair(a, b)]
    assert edges([a, b, far], same)[0].veto is None
    assert sorted(components([a, b, far], found)) == sorted([pair(a, b), (far.key,)])
    assert not {edge.veto for edge in edges([a, b, far])} - {None}


def test_a_component_too_wide_is_reported(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "WIDEST", 1)
    with pytest.warns(TooWide, match=r"2 mentions hang together, among them .*idcpc_en.example/b"):
        assert len(cluster([tell("a", person="李智陞"), tell("b", person="Desmond Lee", **EN)])) == 1


# --- labelled clusters ------------------------------------------------------------------------------


def resolved(mentions: list[LinkedMention]) -> Mapping[MentionKey, int]:
    found = cluster([mention.kept for mention in mentions])
    return {key: number for number, group in enumerate(found) for key in group.members}


def real() -> list[LinkedMention]:
    (labelled,) = load_linked([REAL])
    return list(labelled.mentions)


@pytest.mark.parametrize("group", sorted({mention.event for mention in real()}))
def test_the_groups_of_the_labels_of_real_pages(group: str) -> None:
    """Facts of real pages that one hand joined: all of a group are one event, and no other's mention is in it."""
    home = resolved(real())
    found = {home[mention.kept.key] for mention in real() if mention.event == group}
    assert len(found) == 1
    assert {mention.event for mention in real() if home[mention.kept.key] in found} == {group}


@pytest.mark.parametrize("name", ["dev.a.jsonl", "dev.b.jsonl", "dev.c.jsonl", "dev.d.jsonl"])
def test_no_look_alikes_of_the_labels_are_joined(name: str) -> None:
    (labelled,) = load_linked([LABELS / name])
    mentions = list(labelled.mentions)
    home = resolved(mentions)
    events: dict[int, set[str]] = {}
    for mention in mentions:
        events.setdefault(home[mention.kept.key], set()).add(mention.event)
    against = {(mention.event, other) for mention in mentions for other in mention.against}
    assert not [found for found in events.values() for a in found for b in found if (a, b) in against]

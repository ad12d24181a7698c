"""The traps of codebook §16 that the first cut of extraction decides."""

from __future__ import annotations

from datetime import date
from typing import Any

from pipeline.words import DatePrecision

DEPARTMENT = "International Department of the CPC Central Committee"


def test_t1_one_day_one_official_two_events(read: Any) -> None:
    text = (
        "11月4日,中共中央对外联络部副部长周蕴出席柬埔寨人民党干部网络研修班开班式并致辞。\n"
        "11月4日,周蕴同蒙古人民党国会议员巴图视频通话。"
    )
    training, call = read(text, "zh", day="20201106").mentions
    assert (training.type, training.countries) == ("TRAIN.ONLINE", ("KHM",))
    assert (call.type, call.countries) == ("MEET.REMOTE", ("MNG",))
    assert training.date_start == call.date_start == date(2020, 11, 4)


def test_t3_four_meetings_in_two_cities(read: Any) -> None:
    lead = "{place}, April 22nd—{who} of the " + DEPARTMENT + ", met here today with {whom}.\n"
    text = "".join(
        lead.format(place=place, who=who, whom=whom)
        for place, who, whom in (
            ("Beijing", "Liu Jianchao, Minister", "a delegation of the Komeito Party of Japan led by Tetsuo Saito"),
            (
                "Beijing",
                "Liu Jianchao, Minister",
                "a delegation of the Nationalist Party of Malta led by Bernard Grech",
            ),
            (
                "Urumqi",
                "Chen Zhou, Vice-minister",
                "representatives of political parties of Kazakhstan, Kyrgyzstan and Tajikistan",
            ),
            ("Urumqi", "Chen Zhou, Vice-minister", "representatives of major political parties of Russia"),
        )
    )
    mentions = read(text, "en", day="20250424").mentions
    assert [(mention.place, mention.countries) for mention in mentions] == [
        ("Beijing", ("JPN",)),
        ("Beijing", ("MLT",)),
        ("Urumqi", ("KAZ", "KGZ", "TJK")),
        ("Urumqi", ("RUS",)),
    ]
    assert mentions[2].type == "MEET.MULTI"


def test_t5_a_trip_of_the_research_centre_invited_by_institutes(read: Any) -> None:
    text = (
        "■ 4月8—16日,应俄罗斯亚太研究中心、克罗地亚金融学会和阿尔巴尼亚国际问题研究所邀请,中共中央对外联络部副部长"
        "兼当代世界研究中心主任于洪君率当代世界研究中心代表团访问上述三国。\n"
        "■ 4月10—16日,应中国共产党邀请,马拉维人民党总书记齐布瓦纳率该党代表团访华。"
    )
    trip, _ = read(text, "zh", url="http://journal.example.org/2013/0616/1.shtml").mentions
    assert (trip.type, trip.is_series, trip.countries) == ("VISIT.OUT", True, ("RUS", "HRV", "ALB"))
    assert (trip.date_start, trip.date_end) == (date(2013, 4, 8), date(2013, 4, 16))


def test_t6_a_delegation_with_a_reception_without_a_day(read: Any) -> None:
    text = (
        "3月30日至4月3日,应中共中央对外联络部邀请,韩国新国家党国会议员南景弼率该党国会议员代表团访华。"
        "全国政协副主席、中共中央对外联络部部长王家瑞会见。"
    )
    visit, meeting = read(text, "zh", day="20130405").mentions
    assert (visit.type, visit.is_series, visit.chinese_people) == ("VISIT.IN", True, ())
    assert (meeting.type, meeting.date_precision, meeting.parent) == ("MEET.BILAT", DatePrecision.DAY_RANGE, 1)
    assert [(person.name, person.name_zh) for person in meeting.chinese_people] == [("Wang Jiarui", "王家瑞")]
    assert [person.name for person in meeting.foreign_people] == ["南景弼"]


def test_t12_parties_of_one_country_stay_two_meetings(read: Any) -> None:
    text = "3月4日,中联部部长刘建超在京会见日本自民党干事长森山裕。\n3月5日,刘建超在京会见日本公明党干事长西田实仁。"
    first, second = read(text, "zh", day="20250306").mentions
    assert [body.id for body in first.organisations] == ["jpn-ldp"]
    assert [body.id for body in second.organisations] == ["jpn-komeito"]


def test_t15_what_a_speaker_recalls_is_no_event(read: Any) -> None:
    text = (
        "3月4日,中联部部长刘建超在京会见日本自民党干事长森山裕。\n"
        "刘建超说,去年11月,习近平主席在利马会见日本首相石破茂,为两国关系指明方向。"
    )
    assert len(read(text, "zh", day="20250306").mentions) == 1


def test_t16_an_announced_visit_is_planned(read: Any) -> None:
    text = (
        f"Liu Jianchao, Minister of the {DEPARTMENT}, will visit Singapore from 25 to 28 March at the invitation of "
        "Foreign Minister Vivian Balakrishnan."
    )
    (visit,) = read(text, "en", url="https://news.example.org/a.html", published=date(2024, 3, 22)).mentions
    assert (visit.realis.value, visit.type, visit.countries) == ("planned", "VISIT.OUT", ("SGP",))
    assert (visit.date_start, visit.date_end) == (date(2024, 3, 25), date(2024, 3, 28))
    # an inviter may not be present (codebook §4)
    assert visit.foreign_people == ()


def test_t18_a_congress_and_a_trip_in_one_sentence(read: Any) -> None:
    text = (
        "3月23日至27日,应埃塞俄比亚人民革命民主阵线和乌干达全国抵抗运动邀请,中共中央对外联络部副部长陈凤翔作为中共代表"
        "出席埃塞俄比亚人民革命民主阵线第九次全国代表大会,并率中共友好代表团访问乌干达。"
    )
    congress, trip = read(text, "zh", day="20130330").mentions
    assert (congress.type, congress.countries) == ("CONF.EXT", ("ETH",))
    assert (trip.type, trip.countries) == ("VISIT.OUT", ("UGA",))


def test_officials_in_other_posts_make_no_event(read: Any) -> None:
    """Codebook §18 and corpus §7: an earlier post elsewhere, a former one, a department of the same sound."""
    for text in (
        "3月4日,外交部发言人陆慷会见德国社民党总书记克林贝尔。",
        "3月4日,中联部前副部长于洪君会见德国社民党总书记克林贝尔。",
        "3月4日,中共中央统战部副部长沈某会见德国社民党总书记克林贝尔。",
    ):
        assert read(text, "zh", url="https://news.example.org/1.html", published=date(2018, 3, 5)).mentions == ()


def test_a_leaders_meeting_that_the_department_only_attends_is_context(read: Any) -> None:
    """Codebook §9.13."""
    text = "全国政协主席王沪宁7日会见了以主席索洛为团长的智利社会党代表团。中联部部长刘建超参加会见。"
    extraction = read(text, "zh", url="https://news.example.org/1.html", published=date(2025, 3, 8))
    (mention,) = extraction.mentions
    assert mention.scope.value == "context"
    assert not extraction.relevant
    assert [(person.name_zh, person.role) for person in mention.chinese_people][-1] == ("刘建超", "attendee")

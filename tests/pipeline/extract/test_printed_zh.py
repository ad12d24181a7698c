"""Names, bodies, days and places as Chinese pages print them, and what stands around the text."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipeline.words import DatePrecision, Realis, Scope
from tests.pipeline.extract.looks_zh import DAY, bodies, chinese, elsewhere, names, own, titles

# --- the foreign side -------------------------------------------------------------------------------------------

MET = "3月12日,中联部部长刘建超在京会见"


@pytest.mark.parametrize(
    ("told", "who"),
    [
        ("以色列利库德集团国际部主任本阿里", [("利库德集团国际部主任", "本阿里")]),
        (
            "老挝人民革命党中央委员、中央对外联络部副部长本坎",
            [("老挝人民革命党中央委员、中央对外联络部副部长", "本坎")],
        ),
        ("率巴新潘古党代表团来访的该党领袖帕托", [("领袖", "帕托")]),
        ("塔吉克斯坦人民民主党副主席阿齐兹", [("塔吉克斯坦人民民主党副主席", "阿齐兹")]),
        ("巴拿马民主革命党总书记冈萨雷斯", [("民主革命党总书记", "冈萨雷斯")]),
        ("柬埔寨人民党副主席赛冲", [("柬埔寨人民党副主席", "赛冲")]),
        ("保加利亚社会党主席斯托亚诺夫的特使科列夫", [("保加利亚社会党主席斯托亚诺夫的特使", "科列夫")]),
        (
            "以巴西劳工党副主席金塔拉为团长、巴西共产党国际书记罗查为副团长的联合考察团",
            [("劳工党副主席", "金塔拉"), ("巴西共产党国际书记", "罗查")],
        ),
    ],
)
def test_titles_and_names(read: Any, told: str, who: list[tuple[str, str]]) -> None:
    (meeting,) = elsewhere(read, MET + told + "。")
    assert list(zip(titles(meeting), names(meeting), strict=True)) == who


@pytest.mark.parametrize(
    ("told", "printed"),
    [
        ("智利北方新力量党主席奥亚尔孙", ["北方新力量党"]),
        ("美国共和、民主两党议员助手代表团", ["共和党", "民主党"]),
        ("马来西亚民主行动党副秘书长陈泓兴率领的民主行动党代表团", ["马来西亚民主行动党"]),
        ("朝鲜劳动党中央国际部副部长朴明哲", ["朝鲜劳动党"]),
        ("波兰国际事务研究所和格鲁吉亚战略研究基金会代表团", ["波兰国际事务研究所", "格鲁吉亚战略研究基金会"]),
    ],
)
def test_bodies_as_printed(read: Any, told: str, printed: list[str]) -> None:
    (meeting,) = elsewhere(read, MET + told + "。")
    assert bodies(meeting) == printed


@pytest.mark.parametrize("behind", ["大使", "夫人一行", "博士", "亲王"])
def test_what_stands_behind_a_name(read: Any, behind: str) -> None:
    (meeting,) = elsewhere(read, MET + f"德国席勒研究所创始人黑尔佳·策普-拉鲁什{behind}。")
    assert names(meeting) == ["黑尔佳·策普-拉鲁什"]


def test_the_agency_before_the_host_is_none_of_his_title(read: Any) -> None:
    text = "(越通社)越共中央对外部部长黎怀忠3月12日在河内与中共中央对外联络部部长刘建超举行了会谈。"
    (meeting,) = elsewhere(read, text)
    assert list(zip(titles(meeting), names(meeting), strict=True)) == [("越共中央对外部部长", "黎怀忠")]


def test_a_longer_name_than_the_gazetteer_knows(read: Any) -> None:
    (meeting,) = elsewhere(read, MET + "毛里塔尼亚公正党主席马迈、变革革新阵线主席瓦纳内。")
    assert meeting.countries == ("MRT",)
    (other,) = elsewhere(read, MET + "阿根廷革新阵线主席马萨。")
    assert [body.id for body in other.organisations] == ["arg-fr"]


def test_a_party_in_a_list_is_no_person(read: Any) -> None:
    text = "3月12日,中联部为外国政党举行专题宣介会,南非非国大副总书记莫科埃纳以及津民盟、安人运代表等120人参加。"
    (briefing,) = elsewhere(read, text)
    assert names(briefing) == ["莫科埃纳"]


def test_an_envoy_in_traditional_script_is_an_envoy(read: Any) -> None:
    (meeting,) = elsewhere(read, "中共中央對外聯絡部部長劉建超14日在北京會見沙烏地阿拉伯駐華大使哈比。")
    assert (meeting.type, names(meeting)) == ("MEET.DIPLO", ["哈比"])


# --- days and places --------------------------------------------------------------------------------------------


def test_the_issue_line_tells_a_chronicles_year(read: Any) -> None:
    text = "中国共产党对外交往简讯\n来源:《当代世界》2008年第9期\n\n"
    text += "■ 8月5日,中联部部长王家瑞会见瑞士社会民主党主席莱文拉特。\n"
    text += "■ 8月11日至18日,应中联部邀请,委内瑞拉统一社会主义党副主席穆略斯率团访华。"
    meeting, visit = elsewhere(read, text, url="http://www.example.cn/a/1.html", published=None)
    assert (meeting.date_start, visit.date_end) == (date(2008, 8, 5), date(2008, 8, 18))


def test_a_chronicle_of_long_ago_tells_what_took_place(read: Any) -> None:
    bullets = (
        "■5月6日,中联部部长王家瑞会见瑞士社会民主党主席莱文拉特。\n■5月13日,中联部副部长马文普会见挪威工党副主席汉森。"
    )
    found = elsewhere(read, "中国共产党对外交往简讯\n" + bullets, published=date(2005, 11, 16))
    assert [one.realis for one in found] == [Realis.ACTUAL, Realis.ACTUAL]


def test_a_heading_of_several_days(read: Any) -> None:
    text = "2023年党的对外工作大事记\n\n9月6日\n▲中联部部长刘建超会见法塔赫中央委员阿卢勒。\n\n11月28日至12月2日\n"
    found = elsewhere(read, text + "▲中联部副部长李明祥率团访问贝宁、多哥。", published=date(2024, 1, 5))
    assert [(one.date_start, one.date_end) for one in found] == [
        (date(2023, 9, 6), date(2023, 9, 6)),
        (date(2023, 11, 28), date(2023, 12, 2)),
    ]


def test_a_class_is_one_event_from_its_first_day(read: Any) -> None:
    text = "3月12日,中联部副部长马辉出席埃塞俄比亚繁荣党干部研修班结业式。研修班自3月2日在京开班,学员25人。"
    (course,) = elsewhere(read, text)
    assert (course.date_start, course.date_end, course.participants) == (date(2025, 3, 2), date(2025, 3, 12), 25)


@pytest.mark.parametrize(
    ("told", "published", "day"),
    [
        ("本报北京3月12日讯 ", DAY, date(2025, 3, 12)),
        ("新华社北京3月12日电 ", DAY, date(2025, 3, 12)),
        ("新华社北京3月3日电 连日来,宣介团访问多国。21日,", date(2025, 3, 4), date(2025, 2, 21)),
    ],
)
def test_days_of_datelines(read: Any, told: str, published: date, day: date) -> None:
    text = told + "中联部部长刘建超会见挪威工党副主席汉森。"
    assert elsewhere(read, text, published=published)[-1].date_start == day


def test_a_third_of_a_month(read: Any) -> None:
    (trip,) = elsewhere(read, "3月上旬,中联部副部长李明祥访问坦桑尼亚。")
    assert (trip.date_start, trip.date_end) == (date(2025, 3, 1), date(2025, 3, 10))
    assert trip.date_precision is DatePrecision.WINDOW


@pytest.mark.parametrize(
    ("where", "printed"),
    [
        ("在坦桑尼亚基巴哈举行", "基巴哈"),
        ("在下龙市举行", "下龙"),
        ("在福建厦门举行", "厦门"),
        ("在赞比亚爱国阵线总部举行", None),
    ],
)
def test_towns_that_no_gazetteer_knows(read: Any, where: str, printed: str | None) -> None:
    (course,) = elsewhere(read, f"3月12日,中联部主办的赞比亚爱国阵线干部研修班{where}。")
    assert course.place_zh == printed


def test_where_an_official_went_to_attend(read: Any) -> None:
    (congress,) = elsewhere(read, "3月8日,中联部副部长马辉赴德黑兰出席伊朗伊斯兰联合党全国代表大会。")
    assert congress.place == "Tehran"
    (meeting,) = elsewhere(read, MET + "即将赴德黑兰访问的挪威工党副主席汉森。")
    assert meeting.place == "Beijing"


# --- what a page's other lines say ------------------------------------------------------------------------------


def test_students_who_come_to_the_department_are_no_guests_from_abroad(read: Any) -> None:
    text = "5月10日下午,{}四十余名学生走进中共中央对外联络部,参观部史展并与青年干部交流。我校党委副书记参加。"
    assert elsewhere(read, text.format("历史学院"), published=date(2025, 5, 11)) == ()
    assert elsewhere(read, text.format("来自肯尼亚的"), published=date(2025, 5, 11)) != ()


def test_a_chronicles_bullet_about_a_leader_is_the_partys(read: Any) -> None:
    text = "2023年党的对外工作大事记\n\n3月15日\n▲{}\n\n7月4日\n▲中联部部长刘建超会见法塔赫中央委员阿卢勒。"
    leader = "中国共产党与世界政党高层对话会以视频方式举行,中共中央总书记习近平出席并发表主旨讲话。"
    forum, _ = elsewhere(read, text.format(leader), published=date(2024, 1, 5))
    assert (forum.type, forum.scope, forum.date_start) == ("CONF.GLOBAL", Scope.IN, date(2023, 3, 15))


def test_guests_told_behind_a_word_of_welcome(read: Any) -> None:
    text = "3月12日,由中联部主办的国际理论研讨会在福州召开。福建省委书记周祖翼致欢迎词,"
    text += "老挝人革党中央书记维莱通过视频致辞。"
    (forum,) = elsewhere(read, text)
    assert (chinese(forum), names(forum)) == (["周祖翼"], ["维莱"])
    (spoken,) = elsewhere(read, "3月12日,中联部部长刘建超会见老挝人革党中央书记维莱。维莱欢迎中方出席论坛。")
    assert spoken.type == "MEET.BILAT"


def test_the_host_meets_whoever_came(read: Any) -> None:
    text = "3月11日,法国前总理德维尔潘率代表团来华访问,中联部副部长陆慷同其举行会谈。"
    (meeting,) = elsewhere(read, text)
    assert (meeting.type, names(meeting), meeting.countries) == ("MEET.BILAT", ["德维尔潘"], ("FRA",))


def test_a_verb_in_the_name_of_an_occasion_is_none(read: Any) -> None:
    text = "3月12日,中联部部长助理金鑫出席与巴基斯坦中国学会合办的“中巴治国理政经验交流”研讨会。"
    (forum,) = elsewhere(read, text)
    assert forum.type == "CONF.THEME"


def test_what_was_done_in_the_days_of_a_trip_was_done_abroad(read: Any) -> None:
    text = "3月3日至6日,中联部副部长马辉率团访问瓦努阿图。{},马辉会见瓦库党主席洛夫曼。"
    _, meeting = own(read, text.format("3月4日"))
    assert meeting.mode == "inperson_abroad"
    _, later = own(read, text.format("3月9日"))
    assert later.mode == "unknown"


def test_towns_by_one_character(read: Any) -> None:
    text = "3月12日,中联部副部长陈洲在{}会见老挝人民革命党干部考察团。"
    (meeting,) = elsewhere(read, text.format("渝"))
    assert (meeting.place, meeting.mode) == ("Chongqing", "inperson_china_other")


def test_a_broken_name_ends_no_sentence(read: Any) -> None:
    text = "■ 3月2日,中联部副部长周力会见挪威工党副主席汉森。\n"
    text += "■ 3月6—14日,应中联部邀请,科摩罗复兴党副主席伊素?!たó当贝率该党干部考察团访华。"
    visit = elsewhere(read, text)[1]
    assert (visit.type, visit.countries) == ("VISIT.IN", ("COM",))


def test_a_bullet_of_two_events_takes_nothing_from_the_next(read: Any) -> None:
    text = "■3月3—7日,中联部副部长陈洲出席埃塞俄比亚繁荣党代表大会,并率中共友好代表团访问乌干达。\n"
    text += "■3月8日,中联部以视频方式举办专题宣介会,来自40多个国家的200余名政党代表参加。"
    congress, _, briefing = elsewhere(read, text)
    assert (congress.participants, congress.mode) == (None, "unknown")
    assert (briefing.participants, briefing.mode) == (200, "video")


def test_a_count_of_messages_told_by_the_departments_site(read: Any) -> None:
    (series,) = elsewhere(read, "据中联部网站消息,外国政党电贺中国共产党成立的函电达90余件。")
    assert (series.type, series.is_series) == ("MSG.CAMPAIGN", True)


def test_a_body_of_a_country_of_which_only_others_are_known(read: Any) -> None:
    (meeting,) = elsewhere(read, MET + "几内亚民主联盟总书记凯塔。")
    assert [(body.name, body.id, body.country) for body in meeting.organisations] == [("几内亚民主联盟", None, "GIN")]
    (other,) = elsewhere(read, MET + "肯尼亚联合民主联盟总书记奥马尔。")
    assert [body.id for body in other.organisations] == ["ken-uda"]

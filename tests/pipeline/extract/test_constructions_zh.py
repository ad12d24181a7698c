"""Constructions of unseen Chinese pages, each with a sentence that looks like it and is something else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.pipeline.extract.looks_zh import DAY, bodies, elsewhere

MET = "3月12日,中联部副部长马辉在京会见"


def types(mentions: Any) -> list[str]:
    return [mention.type for mention in mentions]


def chinese(mention: Any) -> list[tuple[str | None, str | None]]:
    return [(person.name_zh, person.title) for person in mention.chinese_people]


def foreign(mention: Any) -> list[tuple[str, str | None]]:
    return [(person.name, person.title) for person in mention.foreign_people]


# --- what is no event of the department's ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "团中央国际联络部部长万学军3月12日会见老挝人民革命青年团书记本米。",
        "民革中央联络部部长王红3月12日会见日本自民党众议员小林。",
        "3月12日,中国人民对外友好协会会长林松在京会见老挝人民革命党中央委员本米。",
    ],
)
def test_another_bodys_liaison_department(read: Any, text: str) -> None:
    assert elsewhere(read, text) == ()
    (meeting,) = elsewhere(read, "3月12日,中央对外联络部部长刘建超会见老挝人民革命党中央委员本米。")
    assert meeting.type == "MEET.BILAT"


@pytest.mark.parametrize(
    "text",
    [
        "书中写道,1983年春,时任中联部副部长的作者陪同法国共产党总书记马歇访华。",
        "1983年春,中联部部长乔石率团访问罗马尼亚。",
        "其前任刘建超当时刚结束对新加坡和南非的访问。",
        "今年1月,刘建超接任中联部部长后,已会见逾20国驻华使节。",
    ],
)
def test_what_is_remembered_or_added_up(read: Any, text: str) -> None:
    assert elsewhere(read, text) == ()
    assert types(elsewhere(read, "3月2日,中联部部长刘建超率团访问罗马尼亚。")) == ["VISIT.OUT"]


def test_the_departments_own_party_committee(read: Any) -> None:
    text = "3月12日,中联部机关党委举办青年干部{}交流会。有人结合接待外国政党代表团的工作谈体会。"
    assert read(text.format("理论学习"), "zh").mentions == ()
    (forum,) = read("3月12日,中联部在京举办中国—拉美青年干部论坛。", "zh").mentions
    assert forum.type == "CONF.YOUTH"


@pytest.mark.parametrize(
    "said",
    [
        "双方商定第三次理论研讨会将于2026年在哈瓦那举行。",
        "马辉表示,中国共产党愿为第二届中阿峰会成功举办汇聚力量。",
        "马辉通报了全会精神,表示第二届中阿峰会将于明年在中国举行,愿为峰会成功举办汇聚力量。",
    ],
)
def test_what_was_agreed_or_wished(read: Any, said: str) -> None:
    text = MET + "古巴共产党中央书记处书记佩雷拉。\n" + said
    assert types(elsewhere(read, text)) == ["MEET.BILAT"]
    held = "中联部发言人3月12日表示:第二届中国—阿拉伯国家政党论坛将于3月20日在北京举行。"
    assert types(elsewhere(read, held)) == ["CONF.REGION"]


def test_a_message_about_a_congress_is_no_congress(read: Any) -> None:
    (wrote,) = read("3月12日,中共中央致电祝贺老挝人民革命党第十二次全国代表大会召开。", "zh").mentions
    assert (wrote.type, wrote.mode) == ("MSG.CONGRAT", "written")
    (held,) = read("3月12日,老挝人民革命党第十二次全国代表大会在万象召开。", "zh").mentions
    assert held.type == "CONF.EXT"


def test_above_mentioned_activities_are_no_event(read: Any) -> None:
    text = MET + "加纳新爱国党总书记科迪。\n中联部四局负责同志参加上述活动。"
    assert types(read(text, "zh").mentions) == ["MEET.BILAT"]


# --- visits ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "came",
    [
        "应中联部邀请,考察团于3月9日至19日访华,其间将赴福建考察。",
        "考察团是应中联部邀请于9日抵京的,还将访问上海。",
        "考察团一行15人于本月9日起在中国展开为期8天的考察。",
        "该考察团一行于9日起在华进行考察。",
    ],
)
def test_the_visit_of_those_who_were_met(read: Any, came: str) -> None:
    text = MET + "由总书记科迪率领的加纳新爱国党考察团。\n"
    _, visit = elsewhere(read, text + came)
    assert (visit.type, visit.countries, visit.date_start) == ("VISIT.IN", ("GHA",), date(2025, 3, 9))
    others = came.replace("中联部", "中国人民对外友好协会") if "中联部" in came else "考察团将于18日回国。"
    assert types(elsewhere(read, text + others)) == ["MEET.BILAT"]


def test_guests_before_their_inviter(read: Any) -> None:
    text = "加纳新爱国党总书记科迪应{}邀请,于3月5日至9日率团访华。"
    (visit,) = elsewhere(read, text.format("中国共产党"))
    assert (visit.type, foreign(visit)) == ("VISIT.IN", [("科迪", "新爱国党总书记")])
    assert elsewhere(read, text.format("共青团中央")) == ()


def test_a_company_received_abroad_and_its_arrival(read: Any) -> None:
    text = "以中联部副部长马辉为团长的中国共产党友好代表团12日在平壤拜会了朝鲜劳动党中央委员会副委员长金哲万。"
    meeting, trip = elsewhere(read, text + "\n该代表团于11日抵达平壤。")
    assert (trip.type, trip.date_start, trip.countries) == ("VISIT.OUT", date(2025, 3, 11), ("PRK",))
    assert foreign(meeting) == [("金哲万", "朝鲜劳动党中央委员会副委员长")]
    assert types(elsewhere(read, text + "\n古巴青年代表团于11日抵达平壤。")) == ["MEET.BILAT"]


def test_by_family_name_and_rank(read: Any) -> None:
    text = "3月12日,驻加纳大使佟德发会见来访的中联部四局副局长高明远一行。\n{}副局长一行于11日至14日访加。"
    (trip,) = elsewhere(read, text.format("高"))
    assert (trip.type, chinese(trip)) == ("VISIT.OUT", [("高明远", "中联部四局副局长")])
    assert elsewhere(read, text.format("李")) == ()


def test_she_of_a_later_paragraph(read: Any) -> None:
    text = "中联部副部长孙海燕12日在新加坡发表演讲。\n{}前一天(3月11日)会晤人民行动党副秘书长林国强。"
    _, meeting = elsewhere(read, text.format("她"))
    assert (meeting.date_start, meeting.chinese_people[0].name_zh) == (date(2025, 3, 11), "孙海燕")
    assert len(elsewhere(read, text.format("李显龙"))) == 1


def test_the_days_of_a_stay_in_brackets(read: Any) -> None:
    text = "以中联部副部长马辉为团长的代表团于本月4日抵达金边,展开为期四天{}的友好访问。"
    (trip,) = elsewhere(read, text.format("(4-7)"))
    assert (trip.date_start, trip.date_end) == (date(2025, 3, 4), date(2025, 3, 7))
    (short,) = elsewhere(read, text.format(""))
    assert (short.date_start, short.date_end) == (date(2025, 3, 4), date(2025, 3, 4))


def test_an_envoy_at_all_that_is_told_above(read: Any) -> None:
    text = "3月12日,中联部副部长马辉在阿克拉会见加纳新爱国党总书记科迪。当天,马辉还会见了加纳议长巴格宾。\n"
    for meeting in elsewhere(read, text + "中国驻加纳大使佟德发参加上述活动。"):
        assert [name for name, _ in chinese(meeting)] == ["马辉", "佟德发"]
    first, second = elsewhere(read, text + "中国驻加纳大使佟德发参加会见。")
    assert (len(first.chinese_people), len(second.chinese_people)) == (1, 2)


# --- who gives, who signs, who speaks ----------------------------------------------------------------------------


def test_an_envoy_hands_over_the_departments_gift(read: Any) -> None:
    text = "3月12日,驻加纳大使佟德发代表中国共产党向加纳新爱国党转交一批办公设备。新爱国党总书记科迪出席交接仪式。\n"
    (gift,) = elsewhere(read, text + "佟大使说,这批设备由中联部赠送。")
    assert (gift.type, bodies(gift), foreign(gift)) == ("AID.EQUIP", ["加纳新爱国党"], [("科迪", "新爱国党总书记")])
    assert elsewhere(read, text + "佟大使说,这批设备由商务部赠送。") == ()


def test_a_paper_signed_after_the_talks(read: Any) -> None:
    text = "3月12日,中联部部长刘建超同佛得角争取民主运动副主席蒙泰罗举行会谈。\n"
    text += "刘建超表示,愿加强交流。\n蒙泰罗表示感谢。\n"
    _, paper = elsewhere(read, text + "会谈后,双方签署了《中国共产党和佛得角争取民主运动合作谅解备忘录》。")
    assert (paper.type, [person.name for person in paper.foreign_people]) == ("DOC.MOU", ["蒙泰罗"])


def test_who_speaks_at_an_occasion_was_there(read: Any) -> None:
    text = "“一带一路”政党论坛3月12日在成都举行。\n中联部副部长马辉在致辞中说,愿加强合作。\n"
    text += "四川省委副书记施小琳介绍了四川经验。\n"
    text += "老挝人民革命党中央委员本米、加纳新爱国党副主席恩加纳等通过视频发言,表示祝贺。\n"
    (forum,) = elsewhere(read, text + "国家主席习近平在去年的致辞中说,要加强合作。")
    assert [name for name, _ in chinese(forum)] == ["马辉", "施小琳"]
    assert ([person.name for person in forum.foreign_people], forum.countries) == (["本米", "恩加纳"], ("LAO", "GHA"))
    # that two spoke by video makes it no video meeting
    assert forum.mode == "inperson_china_other"


def test_for_whom_somebody_speaks_was_not_there(read: Any) -> None:
    text = "3月12日,中联部副部长马辉前往老挝驻华大使馆,吊唁老挝前国家主席坎代逝世。\n"
    (mourned,) = elsewhere(read, text + "老挝驻华大使本米代表党和政府感谢中方慰问。")
    assert foreign(mourned) == [("本米", "驻华大使")]
    (other,) = elsewhere(read, text + "本米代表老挝人民革命党总书记通伦感谢中方慰问。")
    assert foreign(other) == []


def test_officers_of_the_departments_bodies(read: Any) -> None:
    text = "3月12日,{}副会长、前驻日大使级参赞邵建平同日本社会民主党副党首大山真纪举行视频座谈。"
    (talks,) = elsewhere(read, text.format("中国国际交流协会"))
    assert (talks.type, chinese(talks)) == ("MEET.REMOTE", [("邵建平", "中国国际交流协会副会长、前驻日大使级参赞")])
    assert elsewhere(read, text.format("中国人民对外友好协会")) == ()


def test_a_printed_rank_and_a_name_that_ends_in_a_verb(read: Any) -> None:
    (meeting,) = elsewhere(read, "加纳新爱国党代表团3月12日拜会中联部,获该部副部长马辉接见。")
    assert chinese(meeting) == [("马辉", "副部长")]
    (call,) = elsewhere(read, "中联部副部长陈洲昨日(14日)同加纳新爱国党总书记科迪举行视讯会议。")
    assert (chinese(call)[0][0], call.mode) == ("陈洲", "video")


# --- chronicles and names ----------------------------------------------------------------------------------------


def test_a_chronicle_of_round_bullets(read: Any) -> None:
    text = "中国共产党对外交往简讯\n来源:《当代世界》2019年第1期\n\n"
    text += "● 11月27日,中联部部长宋涛同智利社会党主席奥亚尔德通电话。\n"
    text += "● 12月14日,中联部部长助理王亚军会见肯尼亚驻华大使塞雷姆,使馆参赞在座。\n"
    text += "● 12月16日,中联部副部长郭业洲率团访问老挝。"
    call, envoy, trip = elsewhere(read, text, published=None)
    assert [one.date_start for one in (call, envoy, trip)] == [
        date(2018, 11, 27),
        date(2018, 12, 14),
        date(2018, 12, 16),
    ]
    links = "3月12日,中联部部长刘建超会见加纳新爱国党总书记科迪。\n· 刘建超会见老挝人民革命党中央委员本米\n"
    assert len(elsewhere(read, links)) == 1


@pytest.mark.parametrize(
    ("whom", "body", "title"),
    [
        ("拉脱维亚“家园与秩序”党主席奥佐尔斯", "“家园与秩序”党", "“家园与秩序”党主席"),
        ("贝宁希望贝宁力量联盟副主席阿吉贝", "希望贝宁力量联盟", "希望贝宁力量联盟副主席"),
        ("马耳他反对党国民党领袖博内洛", "国民党", "国民党领袖"),
    ],
)
def test_parties_that_hold_other_words(read: Any, whom: str, body: str, title: str) -> None:
    (meeting,) = elsewhere(read, MET + whom + "。")
    assert bodies(meeting)[0].endswith(body)
    assert foreign(meeting)[0][1] == title
    (league,) = elsewhere(read, MET + "日本日中友好议员联盟会长林芳。")
    assert "友好议员联盟" not in [name.removeprefix("日中") for name in bodies(league)]


def test_countries_of_a_list(read: Any) -> None:
    text = "3月12日,中联部副部长陈洲集体会见由斐济人民联盟党副领袖维塔率领的太平洋岛国考察团。\n"
    (meeting,) = elsewhere(read, text + "考察团成员来自斐济、萨摩亚和汤加三国政党。")
    assert set(meeting.countries) == {"FJI", "WSM", "TON"}
    (other,) = elsewhere(read, text + "考察团成员曾到访萨摩亚。")
    assert other.countries == ("FJI",)


def test_a_school_or_a_village_abroad(read: Any) -> None:
    (lecture,) = elsewhere(read, "3月12日,中联部副部长马辉在尼科西亚大学发表演讲。")
    assert lecture.mode == "inperson_abroad"
    (home,) = elsewhere(read, "3月12日,中联部副部长马辉在北京大学为老挝人民革命党干部发表演讲。")
    assert home.mode != "inperson_abroad"
    (works,) = elsewhere(read, "3月12日,中联部援建的饮水工程在老挝琅南塔省那迈村举行落成仪式。")
    assert (works.type, works.mode) == ("AID.POVERTY", "inperson_abroad")


def test_a_class_from_its_first_day(read: Any) -> None:
    text = "3月9日,中联部副部长马辉以视频方式出席加纳新爱国党网络研修班结业式。\n"
    (course,) = elsewhere(read, text + "研修班由中联部和全国妇联共同主办,于3月7日开班,80余名骨干参加。")
    assert (course.date_start, course.date_end) == (date(2025, 3, 7), date(2025, 3, 9))


def test_a_visit_that_was_called_off(read: Any) -> None:
    text = "日本立宪民主党12日宣布,取消原定24日至27日由代理代表长冈健司率领的代表团访华行程。\n"
    text += "代表团原计划25日在北京与{}会谈。"
    visit, meeting = elsewhere(read, text.format("中联部部长刘建超"))
    assert (visit.type, meeting.type) == ("VISIT.IN", "MEET.BILAT")
    assert (visit.realis, meeting.realis) == ("cancelled", "cancelled")
    # the same company received by another body is no visit of the department's
    assert elsewhere(read, text.format("外交部副部长马朝旭")) == ()


def test_numbered_headings_over_their_items(read: Any) -> None:
    text = "1、刘建超会见科迪\n3月9日,中联部部长刘建超会见加纳新爱国党总书记科迪。\n2、马辉出席某会\n"
    text += "3月10日,“一带一路”智库合作联盟年会以视频方式举行,中联部副部长马辉出席并致辞,来自12个国家的智库代表参加。"
    _, meeting = elsewhere(read, text)
    assert (meeting.type, meeting.date_start, chinese(meeting)[0][0]) == ("CONF.THEME", date(2025, 3, 10), "马辉")


def test_days_and_words_behind_agencies(read: Any) -> None:
    (met,) = elsewhere(read, "韩联社首尔3月12日电 韩国共同民主党代表李在明12日在国会会见到访的中联部副部长孙海燕。")
    assert [(name, "韩联社" in (title or "")) for name, title in foreign(met)] == [("李在明", False)]
    text = "{}民主行动党秘书长陆兆福今日在吉隆坡会见中联部副部长孙海燕。"
    (paper,) = elsewhere(read, text.format("马来西亚《星洲日报》3月12日讯:"))
    assert paper.date_start == date(2025, 3, 12)
    (page,) = elsewhere(read, text.format("马来西亚"))
    assert page.date_start == DAY

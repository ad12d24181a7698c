"""Constructions of Chinese pages beyond the plain frames, each with names of its own and what must not be read so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipeline.words import Realis, Scope
from tests.pipeline.extract.looks_zh import bodies, chinese, elsewhere, names, own, titles

# --- who acts ---------------------------------------------------------------------------------------------------


def test_who_tells_it_does_not_act(read: Any) -> None:
    text = "据中联部新闻办微信公众号消息,3月14日,葡萄牙社会党总书记门德斯在里斯本会见中共中央对外联络部部长刘建超。"
    (meeting,) = elsewhere(read, text)
    assert (chinese(meeting), names(meeting)) == (["刘建超"], ["门德斯"])


def test_a_body_that_the_department_runs_acts_for_it(read: Any) -> None:
    (paper,) = elsewhere(read, "3月14日,中国国际交流协会同俄罗斯公正俄罗斯党在京签署合作协议。")
    assert (paper.type, paper.countries, paper.scope) == ("DOC.MOU", ("RUS",), Scope.IN)
    assert elsewhere(read, "3月14日,中国人民外交学会同俄罗斯公正俄罗斯党在京签署合作协议。") == ()


@pytest.mark.parametrize("told", ["25日,会见爱沙尼亚中间党议员塔姆。", "同日,他还会见爱沙尼亚中间党议员塔姆。"])
def test_who_acted_before_acts_where_nobody_is_named(read: Any, told: str) -> None:
    first = "2月23日,中联部部长刘建超在京会见乌干达全国抵抗运动总书记托德旺;"
    two = elsewhere(read, first + told)
    assert [names(one) for one in two] == [["托德旺"], ["塔姆"]]
    assert [chinese(one) for one in two] == [["刘建超"], ["刘建超"]]
    # another paragraph is of somebody else
    assert len(elsewhere(read, first.replace(";", "。") + "\n" + told)) == 1


def test_an_envoy_and_his_guests_of_the_department_are_both_chinese(read: Any) -> None:
    assert elsewhere(read, "3月12日,驻智利大使牛清报会见来访的中联部五局副局长王玉林一行。") == ()


def test_a_chinese_official_behind_the_guest_is_no_guest(read: Any) -> None:
    text = "3月11日,中联部部长刘建超会见俄罗斯总统办公厅副主任奥列什金,副部长马辉、俄罗斯驻华大使莫尔古洛夫参加会见。"
    (meeting,) = elsewhere(read, text)
    assert chinese(meeting) == ["刘建超", "马辉"]
    assert list(zip(names(meeting), titles(meeting), strict=True)) == [
        ("奥列什金", "总统办公厅副主任"),
        ("莫尔古洛夫", "驻华大使"),
    ]


@pytest.mark.parametrize(
    ("behind", "who"),
    [
        ("驻智利大使牛清报参加。", "牛清报"),
        ("驻智利大使牛清报陪同有关活动。", "牛清报"),
        ("中国驻智利大使馆临时代办吴川陪同。", "吴川"),
        ("参加会见的有中央党史和文献研究院副院长柯有才。", "柯有才"),
    ],
)
def test_who_went_along_is_told_behind(read: Any, behind: str, who: str) -> None:
    (meeting,) = elsewhere(read, "3月12日,中联部副部长陈洲在圣地亚哥会见智利社会党主席冈萨雷斯。" + behind)
    assert (chinese(meeting), names(meeting)) == (["陈洲", who], ["冈萨雷斯"])


def test_guests_listed_behind_those_who_accompanied(read: Any) -> None:
    text = "首相安华14日在布城接见到访的中联部部长刘建超。陪同出席者包括交通部长陆兆福、外长莫哈末也在座。"
    (meeting,) = elsewhere(read, text, url="https://www.example.com.my/1.html")
    assert names(meeting)[:2] == ["安华", "陆兆福"]


def test_parties_told_behind_the_meeting_make_it_one_of_several(read: Any) -> None:
    text = "3月12日,中联部部长刘建超会见欧洲左翼党主席洛朗率领的代表团,法国共产党、德国左翼党代表参加。"
    (meeting,) = elsewhere(read, text)
    assert set(meeting.countries) == {"FRA", "DEU"}
    assert "法国共产党" in bodies(meeting)


def test_guests_of_the_departments_whoever_receives_them(read: Any) -> None:
    told = "3月12日,省委外办主任王建在杭州会见由{}邀请来华的莫桑比克解放阵线党干部考察团一行。"
    (meeting,) = elsewhere(read, told.format("中联部"))
    assert (meeting.countries, names(meeting)) == (("MOZ",), [])
    assert elsewhere(read, told.format("浙江省贸促会")) == ()


# --- sentences with two events ----------------------------------------------------------------------------------


def test_a_trip_and_a_meeting_with_its_own_day(read: Any) -> None:
    text = "中联部副部长陈洲10日至13日率团访问老挝,12日在万象会见老挝人民革命党中央对外联络部部长通潘。"
    trip, meeting = elsewhere(read, text)
    assert (trip.type, trip.date_start, trip.date_end) == ("VISIT.OUT", date(2025, 3, 10), date(2025, 3, 13))
    assert (meeting.type, meeting.date_start, names(meeting)) == ("MEET.BILAT", date(2025, 3, 12), ["通潘"])
    # without a day of its own it is of the trip (codebook §9.6)
    assert len(elsewhere(read, text.replace(",12日在万象", ",在万象"))) == 1


def test_two_predicates_of_one_official(read: Any) -> None:
    text = "3月12日,中联部部长刘建超会见塞尔维亚议长布尔纳比奇,并同前进党主席武切维奇举行工作会谈。"
    assert [names(one) for one in elsewhere(read, text)] == [["布尔纳比奇"], ["武切维奇"]]
    assert len(elsewhere(read, text.replace("前进党主席武切维奇", "反对党领导人"))) == 1


def test_calls_each_with_its_own_partner(read: Any) -> None:
    text = (
        "3月10日,中联部副部长陈洲同伊拉克库尔德斯坦爱国联盟联合主席贾巴尔、库尔德斯坦民主党书记哈基姆{}举行视频会晤。"
    )
    assert [names(one) for one in elsewhere(read, text.format("分别"))] == [["贾巴尔"], ["哈基姆"]]
    assert [names(one) for one in elsewhere(read, text.format(""))] == [["贾巴尔", "哈基姆"]]


def test_what_a_later_clause_announces_is_planned(read: Any) -> None:
    text = "刘建超是在结束对亚美尼亚的访问后于17日抵达这里的,20日他将前往乌兹别克斯坦访问。"
    (trip,) = elsewhere(read, "中联部部长刘建超出访。" + text, published=date(2025, 3, 18))
    assert (trip.countries, trip.realis, trip.date_start) == (("UZB",), Realis.PLANNED, date(2025, 3, 20))


def test_talks_with_the_delegation_announced(read: Any) -> None:
    text = "应中联部邀请,老挝人革党中央书记本勒将于3月20日至25日率团访华。访问期间,中联部部长刘建超将同其举行会谈。"
    visit, meeting = own(read, text)
    assert (visit.type, meeting.type, meeting.realis) == ("VISIT.IN", "MEET.BILAT", Realis.PLANNED)
    assert names(visit) == names(meeting) == ["本勒"]


# --- trips ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("both", ["访问两国", "对两国进行友好访问", "访问上述两国"])
def test_the_countries_of_the_inviters(read: Any, both: str) -> None:
    (trip,) = elsewhere(read, f"3月5日至12日,应肯尼亚和布隆迪有关政党邀请,中联部副部长马辉率中共友好代表团{both}。")
    assert trip.countries == ("KEN", "BDI")


def test_a_delegation_led_by_an_official_leaves(read: Any) -> None:
    text = "应摩洛哥独立党和突尼斯宪政民主联盟邀请,由中联部部长刘建超率领的中共代表团4日上午离京,对两国进行友好访问。"
    (trip,) = elsewhere(read, text)
    assert (trip.countries, chinese(trip)) == (("MAR", "TUN"), ["刘建超"])


def test_the_department_goes_along_in_the_same_sentence(read: Any) -> None:
    text = "3月6日,安徽省委书记梁言顺率中共代表团访问马达加斯加{}。"
    (trip,) = elsewhere(read, text.format(",中联部有关负责同志陪同"))
    assert (trip.type, trip.scope) == ("VISIT.OUT", Scope.IN)
    assert elsewhere(read, text.format(",省委办公厅负责同志陪同")) == ()


def test_a_delegation_seen_on_its_tour(read: Any) -> None:
    tour = "3月10日至14日,由越共中央组织部副部长黄登光率领的越共干部考察团在广西考察。"
    (visit,) = elsewhere(read, tour + "中联部二局有关负责同志全程陪同。")
    assert (visit.type, names(visit)) == ("VISIT.IN", ["黄登光"])
    assert elsewhere(read, tour + "自治区外办有关负责同志全程陪同。") == ()


def test_a_meeting_in_the_days_of_a_visit(read: Any) -> None:
    text = "3月12日,中联部副部长马辉访问新西兰期间,在惠灵顿会见新西兰国家党主席古德费洛。"
    (meeting,) = elsewhere(read, text)
    assert (meeting.type, meeting.place) == ("MEET.BILAT", "Wellington")


@pytest.mark.parametrize(
    "text",
    [
        "据报道,中联部部长刘建超在访问美国后被带走调查。",
        "履历:刘建超,外交学院毕业,2022年任中联部部长,曾会见多国政要。",
        "问:中联部部长刘建超是否将访问朝鲜?答:请向主管部门了解。",
        "分析人士指出,刘建超出任中联部部长后首次会见外国使节。",
    ],
)
def test_what_is_asked_or_of_a_career_is_no_event(read: Any, text: str) -> None:
    assert elsewhere(read, text) == ()


# --- other verbs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "told",
    [
        "设宴款待老挝人革党中央书记本勒。",
        "同老挝人革党中央书记本勒共进早餐。",
        "会见前来出席论坛的老挝人革党中央书记本勒。",
        "会见即将离任的老挝驻华大使本勒。",
    ],
)
def test_more_ways_to_meet(read: Any, told: str) -> None:
    (meeting,) = elsewhere(read, "3月12日,中联部部长刘建超在京" + told)
    assert (meeting.type[:4], names(meeting), meeting.realis) == ("MEET", ["本勒"], Realis.ACTUAL)


def test_gifts_are_the_departments_whoever_hands_them_over(read: Any) -> None:
    text = "3月6日,驻坦桑尼亚使馆参赞孙晓春受中联部委托,在多多马向坦桑尼亚革命党移交一批电脑。"
    (gift,) = elsewhere(read, text + "革命党副总书记乔古代表该党接收。")
    assert (gift.type, gift.place, gift.countries) == ("AID.EQUIP", "Dodoma", ("TZA",))
    assert (chinese(gift), names(gift)) == (["孙晓春"], ["乔古"])
    assert elsewhere(read, text.replace("受中联部委托,", "")) == ()
    assert elsewhere(read, "3月12日,尼加拉瓜桑解阵向中联部捐赠图书。") == ()


def test_help_told_beside_a_message(read: Any) -> None:
    text = "3月9日,中联部就海地遭受飓风灾害向海地有关政党致慰问电,并通过中国国际交流协会提供50万美元人道主义援助。"
    message, aid = elsewhere(read, text)
    assert (message.type, aid.type, aid.countries) == ("MSG.CONDOL", "AID.RELIEF", ("HTI",))


def test_a_leader_writes_and_another_reads_it_out(read: Any) -> None:
    text = "3月12日,中非政党理论研讨会在卢萨卡开幕。{}中联部部长刘建超宣读贺信,赞比亚爱国阵线总书记姆维拉致辞。"
    forum, letter = own(read, text.format("习近平总书记致贺信。"))
    assert (forum.type, letter.type, chinese(letter)) == ("CONF.REGION", "MSG.CONGRAT", ["习近平"])
    assert (chinese(forum), names(forum)) == (["刘建超"], ["姆维拉"])
    assert len(own(read, text.format(""))) == 1


def test_both_sides_of_a_paper(read: Any) -> None:
    text = "3月12日,古共中央政治局委员莫拉莱斯与中共中央对外联络部部长刘建超在哈瓦那签署合作协议。"
    (paper,) = elsewhere(read, text)
    assert (paper.type, names(paper), chinese(paper)) == ("DOC.MOU", ["莫拉莱斯"], ["刘建超"])


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("出席朝鲜驻华使馆举行的欢迎宴会", "CULT.RECEPTION"),
        ("出席南非共产党特别代表大会开幕式", "CONF.EXT"),
        ("应哈萨克斯坦阿玛纳特党邀请出席“政党与发展”国际会议", "CONF.EXT"),
        ("出席“政党与发展”国际会议", "CONF.THEME"),
        ("为尼泊尔青年政治家研修班学员作专题报告", "TRAIN.COURSE"),
    ],
)
def test_what_was_attended(read: Any, told: str, kind: str) -> None:
    (event,) = elsewhere(read, f"3月12日,中联部副部长马辉{told}。")
    assert event.type == kind

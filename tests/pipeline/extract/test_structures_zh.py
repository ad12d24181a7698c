"""Sentences in the structure of real Chinese pages, one test for each rule that they asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipeline.extract.front_zh import front
from pipeline.words import DatePrecision

ELSEWHERE = "https://news.example.org/a/1.html"
DAY = date(2025, 3, 15)
MET = "3月14日,中联部部长刘建超在京会见"


def elsewhere(read: Any, text: str, *, url: str = ELSEWHERE, published: date = DAY, title: str | None = None) -> Any:
    return read(text, "zh", url=url, published=published, title=title).mentions


def foreign(mention: Any) -> list[tuple[str, str | None, str | None]]:
    return [(person.name, person.title, person.country) for person in mention.foreign_people]


def names(mention: Any) -> list[str]:
    return [person.name for person in mention.foreign_people]


def chinese(mention: Any) -> list[str | None]:
    return [person.name_zh for person in mention.chinese_people]


# --- the lines over the text ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "over",
    [
        "邮箱登录\n您的位置: 首页>党际交往动态\n\n刘建超会见加纳全国民主大会党总书记门萨\n\n时间: 2025-03-15\n\n",
        "人民网>>时政\n刘建超会见加纳全国民主大会党总书记门萨\n2025年03月15日05:32 | 来源：人民网\n小字号\n",
        "精品一区,在线看片,综合久久\n網站首頁 | 網站地圖\n刘建超会见加纳全国民主大会党总书记门萨\n",
    ],
)
def test_menus_over_the_headline_are_no_text(read: Any, over: str) -> None:
    text = over + MET + "加纳全国民主大会党总书记门萨。\n久久夜视频 | 友情链接\n打印本页 | 关闭窗口"
    (meeting,) = elsewhere(read, text)
    assert (meeting.date_start, meeting.place_zh, meeting.mode) == (date(2025, 3, 14), "北京", "inperson_beijing")


def test_which_line_is_the_headline() -> None:
    lines = ["首页>联合报道中心国际频道", "国际新闻频道每日更新", "刘建超会见加纳客人", "3月14日,刘建超会见加纳客人。"]
    text = "\n".join(lines)
    spans = [(text.index(line), text.index(line) + len(line)) for line in lines]
    found = front(text, spans, "", lambda line: False)
    assert (found.headline, found.passed) == (spans[2][0], {spans[0][0], spans[1][0]})
    # a crumb may name an event, it is no headline
    crumb = "首页>刘建超会见加纳客人\n加纳代表团在北京参观博物馆\n3月14日,刘建超会见加纳客人。"
    cut = [(0, 13), (14, 27), (28, len(crumb))]
    assert front(crumb, cut, "", lambda line: False).headline == 14
    # the title that the page's reader found is believed
    assert front(text, spans, "国际新闻频道每日更新", lambda line: False).headline == spans[1][0]


def test_a_chronicle_of_the_party_on_another_site_is_its_own(read: Any) -> None:
    text = (
        "2024年中国共产党对外交往十大新闻\n1. 9月,首届中拉青年政治家论坛举行,20余国80余名青年政治家参加。\n"
        "2. 11月18日,中联部副部长周力在基希讷乌会见摩尔多瓦共产党人党主席。"
    )
    forum, meeting = elsewhere(read, text, published=date(2025, 1, 3))
    assert (forum.type, forum.participants) == ("CONF.YOUTH", 80)
    assert meeting.countries == ("MDA",)


def test_a_list_of_results_is_read_item_by_item(read: Any) -> None:
    text = (
        "刘建超会见法国社会党第一书记富尔\n2025-03-14\n3月13日,中联部部长刘建超在京会见法国社会党第一书记富尔。双方...\n"
        "陈洲同德国左翼党主席莱特视频通话\n2025-03-12\n3月11日,中联部副部长陈洲同德国左翼党主席莱特视频通话。双方...\n"
    )
    first, second = elsewhere(read, text)
    assert (first.date_start, first.countries) == (date(2025, 3, 13), ("FRA",))
    assert (second.date_start, second.countries, second.mode) == (date(2025, 3, 11), ("DEU",), "video")


def test_the_year_of_a_review_is_that_of_its_headline(read: Any) -> None:
    text = (
        "2024年党的对外工作十大新闻\n1. 1月8日至13日,中联部部长刘建超率中共代表团访问美国。\n"
        "2. 5月,首届中国—中亚政党对话会在北京举行,中联部部长刘建超出席。"
    )
    trip, forum = elsewhere(read, text, published=date(2025, 1, 3))
    assert (trip.date_start, trip.date_end) == (date(2024, 1, 8), date(2024, 1, 13))
    assert (forum.date_start, forum.date_end, forum.date_precision) == (
        date(2024, 5, 1),
        date(2024, 5, 31),
        DatePrecision.MONTH,
    )


# --- titles and names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "person"),
    [
        ("加纳全国民主大会党总书记门萨", ("门萨", "全国民主大会党总书记", "GHA")),
        # a party that says too little by itself keeps its country
        ("蒙古民主党议会党团主席冈巴特", ("冈巴特", "蒙古民主党议会党团主席", "MNG")),
        ("塞舌尔国民议会议长普里亚", ("普里亚", "国民议会议长", "SYC")),
        ("由秘书长门萨率领的加纳全国民主大会党代表团", ("门萨", "秘书长", "GHA")),
        ("法国共产党全国书记处成员德拉克鲁瓦", ("德拉克鲁瓦", "法国共产党全国书记处成员", "FRA")),
        ("希腊左联国际部主任科斯塔斯·和尼迪斯", ("科斯塔斯·和尼迪斯", None, "GRC")),
        ("马来西亚华人公会总会长拿督斯里魏家祥", ("魏家祥", None, "MYS")),
        ("来华出席博鳌亚洲论坛的马来西亚前总理马哈蒂", ("马哈蒂", "前总理", "MYS")),
        ("由斯里兰卡人民阵线党部长D•V•查纳率领的干部考察团", ("D•V•查纳", None, "LKA")),
    ],
)
def test_whose_title_begins_where(read: Any, told: str, person: tuple[str, str | None, str]) -> None:
    (meeting,) = elsewhere(read, MET + told + "。")
    ((name, title, country),) = foreign(meeting)
    assert (name, country) == (person[0], person[2])
    assert person[1] is None or title == person[1]


def test_two_guests_of_one_meeting_each_with_a_lead_in(read: Any) -> None:
    told = "来华出席博鳌亚洲论坛的马来西亚前总理马哈蒂和由秘书长陈德率领的马华公会代表团。"
    (meeting,) = elsewhere(read, MET + told)
    assert foreign(meeting) == [("马哈蒂", "前总理", "MYS"), ("陈德", "秘书长", "MYS")]


def test_a_party_secretary_of_a_foreign_province(read: Any) -> None:
    text = (
        "3月9日,以叙利亚哈马省省委书记阿德南·伊祖为团长的阿拉伯复兴社会党干部考察团一行10人来我校访问。\n"
        "考察团是应中共中央对外联络部的邀请来华访问的。"
    )
    (visit,) = elsewhere(read, text)
    assert (visit.type, visit.participants, names(visit)) == ("VISIT.IN", 10, ["阿德南·伊祖"])


def test_an_office_that_no_list_has_is_a_finding(read: Any) -> None:
    extraction = read(MET + "莱索托民主大会党首席护民官恩昆泽。", "zh", url=ELSEWHERE, published=DAY)
    (meeting,) = extraction.mentions
    assert foreign(meeting) == [("恩昆泽", "莱索托民主大会党首席护民官", "LSO")]
    assert ("unknown_title", "首席护民官") in [(finding.kind, finding.text) for finding in extraction.findings]


def test_what_stands_behind_a_name_is_none_of_it(read: Any) -> None:
    (host,) = elsewhere(read, "人民行动党副秘书长林瑞明星期三（3月12日）在新加坡会晤到访的中联部副部长孙海燕。")
    assert (names(host), host.countries, host.date_start) == (["林瑞明"], ("SGP",), date(2025, 3, 12))
    (meeting,) = elsewhere(read, "（北京14日讯）泰国为泰党秘书长颂猜昨日与中联部部长刘建超会面。")
    assert foreign(meeting) == [("颂猜", "为泰党秘书长", "THA")]


def test_the_first_of_two_joining_words_may_belong_to_a_name(read: Any) -> None:
    (meeting,) = elsewhere(read, MET + "希腊新民主党议员科斯塔斯和法国社会党总书记富尔。")
    assert names(meeting) == ["科斯塔斯", "富尔"]


def test_who_is_named_again_was_introduced_before(read: Any) -> None:
    text = (
        "甫上任的中聯部部長劉海星，第二位會見的大使是北韓駐北京大使朴哲秀。\n"
        "據中聯部官網，10月16日劉海星在北京會見朴哲秀。"
    )
    (meeting,) = elsewhere(read, text, published=date(2025, 10, 17))
    assert (meeting.type, foreign(meeting)) == ("MEET.BILAT", [("朴哲秀", "駐北京大使", "PRK")])


def test_one_character_for_a_country(read: Any) -> None:
    (meeting,) = elsewhere(read, MET + "德前总理施罗德和美前政要代表团。")
    assert (meeting.countries, foreign(meeting)) == (("DEU", "USA"), [("施罗德", "前总理", "DEU")])


def test_an_envoy_in_beijing_is_no_chinese_official(read: Any) -> None:
    (meeting,) = elsewhere(read, "據中聯部官網，3月14日劉建超在北京會見俄國大使伊万諾夫。")
    assert (meeting.type, names(meeting)) == ("MEET.DIPLO", ["伊万諾夫"])


def test_the_ministry_of_who_is_not_its_head_is_a_body(read: Any) -> None:
    (meeting,) = elsewhere(read, MET + "芬兰外交部常秘萨洛瓦。")
    assert [(body.name, body.kind) for body in meeting.organisations] == [("芬兰外交部", "ministry")]


def test_generic_names_take_the_country_in_reach(read: Any) -> None:
    text = "3月10日至13日,中联部副部长孙海燕率中共代表团访问新加坡。\n11日,孙海燕会见人民行动党主席王二安。"
    _, meeting = elsewhere(read, text)
    assert ([body.id for body in meeting.organisations], meeting.countries) == (["sgp-pap"], ("SGP",))


# --- the Chinese side -------------------------------------------------------------------------------------------


def test_a_joining_character_may_belong_to_a_chinese_name(read: Any) -> None:
    (meeting,) = elsewhere(read, MET + "加纳驻华大使阿杜。中联部四局局长唐允和等参加会见。")
    assert chinese(meeting) == ["刘建超", "唐允和"]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("3月9日,《习近平谈治国理政》泰文版首发式在曼谷举行,中联部副部长陈洲出席。", ["陈洲"]),
        ("3月9日,习近平总书记特使、中联部部长刘建超在金边会见柬埔寨人民党主席洪森。", ["刘建超"]),
        (
            "3月9日,“习近平新时代中国特色社会主义思想在甘肃的实践”专题宣介会在兰州举行。中联部部长刘建超出席。",
            ["刘建超"],
        ),
    ],
)
def test_a_leader_who_is_only_named_is_not_present(read: Any, told: str, kept: list[str]) -> None:
    (mention,) = elsewhere(read, told)
    assert chinese(mention) == kept
    assert mention.place_zh != "甘肃"


def test_offices_held_beside_the_departments_stand_in_the_title(read: Any) -> None:
    text = (
        "3月14日,习近平总书记特使、中联部部长刘建超在京会见法国社会党总书记富尔。3月15日,刘建超会见德国左翼党主席莱特。"
    )
    first, second = elsewhere(read, text)
    titles = [person.title for mention in (first, second) for person in mention.chinese_people]
    assert titles == ["习近平总书记特使、中联部部长"] * 2


def test_who_only_announces_a_trip_does_not_travel(read: Any) -> None:
    text = (
        "中联部新闻发言人胡兆明14日宣布:应乌干达全国抵抗运动邀请,中联部部长刘建超将于3月20日至22日率中共代表团"
        "访问乌干达。"
    )
    (trip,) = elsewhere(read, text)
    assert (chinese(trip), trip.realis.value) == (["刘建超"], "planned")
    assert (trip.date_start, trip.date_end) == (date(2025, 3, 20), date(2025, 3, 22))


def test_party_secretaries_of_provinces_are_chinese(read: Any) -> None:
    text = (
        "3月14日,由中联部和中共贵州省委共同主办的万寿论坛在贵阳举行。中联部副部长陈洲,贵州省委副书记谌维良,"
        "广西壮族自治区党委书记鹿新社,尼泊尔大会党中央书记塔帕等出席。"
    )
    (forum,) = elsewhere(read, text)
    assert (chinese(forum), names(forum)) == (["陈洲", "谌维良", "鹿新社"], ["塔帕"])
    # nor is one whose family name no list holds a foreigner
    (forum,) = elsewhere(read, text.replace("谌维良", "亓维良"))
    assert names(forum) == ["塔帕"]


def test_a_province_leads_and_the_department_goes_along(read: Any) -> None:
    text = (
        "应执政的利比里亚团结党和加纳全国民主大会党邀请,省委常委、省纪委书记黄先瑶率中国共产党友好代表团于3月2日至"
        "11日对上述两国进行了友好访问。\n访利期间,黄先瑶拜会了副总统博卡伊,并就两国关系交换意见。\n"
        "中共中央对外联络部有关同志及我驻两国大使全程陪同。"
    )
    trip, meeting = elsewhere(read, text)
    assert (trip.countries, chinese(trip), trip.scope.value) == (("LBR", "GHA"), ["黄先瑶"], "in")
    assert (meeting.countries, chinese(meeting), meeting.mode) == (("LBR",), ["黄先瑶"], "inperson_abroad")
    # a national leader's trip stays the leader's
    leader = "全国政协主席王沪宁于3月2日至5日访问法国。中联部有关同志陪同。"
    assert all(mention.scope.value == "context" for mention in elsewhere(read, leader))


def test_a_delegation_that_the_department_invited_is_received_by_others(read: Any) -> None:
    text = (
        "应中联部邀请,斯里兰卡人民阵线党部长查纳率该党干部考察团一行15人于3月4—6日访闽。"
        "3月4日晚,省外办副主任黄劭容在福州会见了考察团一行。"
    )
    visit, meeting = elsewhere(read, text)
    assert (visit.type, visit.date_end, visit.participants) == ("VISIT.IN", date(2025, 3, 6), 15)
    assert (meeting.place_zh, chinese(meeting), names(meeting)) == ("福州", ["黄劭容"], ["查纳"])


def test_the_ambassador_hands_over_what_the_department_gives(read: Any) -> None:
    text = (
        "3月14日,驻冈比亚大使刘晋出席中共中央对外联络部援助冈比亚全国人民党办公设备移交仪式。该党全国组织书记塞卡出席。"
    )
    (aid,) = elsewhere(read, text)
    assert (aid.type, aid.countries, aid.mode) == ("AID.EQUIP", ("GMB",), "inperson_abroad")
    assert (chinese(aid), names(aid)) == (["刘晋"], ["塞卡"])


def test_what_is_only_among_chinese_is_no_event(read: Any) -> None:
    own = "https://www.idcpc.org.cn/lldt/202503/t20250315_100001.html"
    for text in (
        "3月14日,中联部部长刘建超赴我部定点扶贫县河北省行唐县调研,同县委负责同志座谈。",
        "3月14日,中联部举行庆祝建党大会,部长刘建超出席并讲话,全体党员干部参加。",
        "3月14日,中联部部长刘建超走访群众,同村民代表王大伟座谈。",
    ):
        assert elsewhere(read, text, url=own) == ()


# --- forums and their guests ------------------------------------------------------------------------------------


def test_the_guests_stand_in_the_sentence_of_the_forum(read: Any) -> None:
    text = (
        "当地时间3月14日,中巴两党第五届理论研讨会在巴西利亚举行,中联部副部长陈洲与巴西共产党主席桑托斯出席并作主旨"
        "发言。双方约30名代表参加,同意适时举行下一届研讨会。"
    )
    (seminar,) = elsewhere(read, text)
    assert (seminar.type, seminar.countries, seminar.participants) == ("MEET.MECH", ("BRA",), 30)
    assert foreign(seminar) == [("桑托斯", "巴西共产党主席", "BRA")]


def test_envoys_in_the_room_are_no_title_of_the_next(read: Any) -> None:
    text = (
        "3月13日,由中联部主办的专题宣介会在兰州举行。中联部部长刘建超出席并致辞,20多个国家的驻华使节现场出席,"
        "蒙古人民党书记长巴特以视频方式致辞。"
    )
    (briefing,) = elsewhere(read, text)
    assert foreign(briefing) == [("巴特", "蒙古人民党书记长", "MNG")]


def test_the_opening_is_of_the_forum_named_before(read: Any) -> None:
    text = "3月12日,首届上海合作组织政党论坛在深圳举行,20多个政党负责人参加,中联部部长刘建超出席开幕式并致辞。"
    (forum,) = elsewhere(read, text)
    assert (forum.type, forum.place_zh, chinese(forum)) == ("CONF.REGION", "深圳", ["刘建超"])


def test_what_is_agreed_to_be_held_is_not_held(read: Any) -> None:
    own = "https://www.idcpc.org.cn/lldt/202503/t20250315_100001.html"
    text = MET + "法国社会党总书记富尔。\n3月14日,双方商定举行青年政治家论坛。"
    assert len(elsewhere(read, text, url=own)) == 1


def test_a_forum_that_others_host(read: Any) -> None:
    text = (
        "以“数字时代”为主题的国际政党论坛14日以视频会议形式举行,论坛由俄罗斯统一俄罗斯党主办。"
        "统一俄罗斯党主席格里申致辞。\n中联部部长刘建超作为中国共产党代表出席开幕式并讲话。"
    )
    (forum,) = elsewhere(read, text)
    assert (forum.type, forum.mode, chinese(forum)) == ("CONF.EXT", "video", ["刘建超"])
    assert names(forum) == ["格里申"]
    # the same forum without a word of the department is not its event
    assert elsewhere(read, text.partition("\n")[0]) == ()


def test_some_in_the_room_and_some_by_video_is_hybrid(read: Any) -> None:
    text = (
        "3月12日,由中联部主办的国际研讨会在长沙举行。老挝人民革命党等26个国家政党的代表以线上方式参加,"
        "中联部部长刘建超、湖南省委书记许庭松现场出席。"
    )
    (forum,) = elsewhere(read, text)
    assert (forum.mode, forum.place_zh, chinese(forum)) == ("hybrid", "长沙", ["刘建超", "许庭松"])


def test_who_speaks_at_a_class_was_there(read: Any) -> None:
    text = (
        "3月14日,中联部副部长陈洲出席多米尼加现代革命党干部网络研修班开班式并致辞。\n"
        "多米尼加现代革命党副主席门德斯表示,感谢举办此次研修班,该党45名干部将在线学习三周。"
    )
    (course,) = elsewhere(read, text)
    assert (names(course), course.participants) == (["门德斯"], 45)


def test_a_class_goes_on_to_a_day(read: Any) -> None:
    text = "3月1日,中联部副部长陈洲出席马拉维大会党干部研修班开班式。60名干部将在京及浙江学习考察至3月9日。"
    (course,) = elsewhere(read, text)
    assert (course.date_end, course.mode, course.participants) == (date(2025, 3, 9), "inperson_beijing", 60)
    (remote,) = elsewhere(read, "3月3—5日,中联部以视频方式举办瓦努阿图政党干部研修班,瓦库党、领袖党等25人参加。")
    assert (remote.type, [body.name for body in remote.organisations]) == ("TRAIN.ONLINE", ["瓦库党", "领袖党"])


def test_who_sat_beside_is_of_the_one_foreign_side(read: Any) -> None:
    text = MET + "由领袖颂猜率领的泰国为泰党代表团。副领袖威拉、国际事务委员会主席娜塔雅等在座。"
    (meeting,) = elsewhere(read, text)
    assert [(name, country) for name, _, country in foreign(meeting)] == [
        ("颂猜", "THA"),
        ("威拉", "THA"),
        ("娜塔雅", "THA"),
    ]


# --- meetings ---------------------------------------------------------------------------------------------------


def test_two_hosts_receive_apart(read: Any) -> None:
    text = "当地时间3月4日,刚果共和国总统萨苏、刚果劳动党总书记莫萨在布拉柴维尔分别会见中联部部长刘建超。"
    first, second = elsewhere(read, text)
    assert (names(first), names(second)) == (["萨苏"], ["莫萨"])


def test_as_many_days_as_calls(read: Any) -> None:
    text = "3月6日和8日,中联部副部长陈洲分别同法国共和党国际书记马丁、比利时工人党主席赫德布视频交流。"
    first, second = elsewhere(read, text)
    assert (first.date_start, first.countries) == (date(2025, 3, 6), ("FRA",))
    assert (second.date_start, second.countries) == (date(2025, 3, 8), ("BEL",))


@pytest.mark.parametrize(
    ("told", "who"),
    [
        ("当地时间3月12日,中联部部长刘建超在美国华盛顿与美国国务卿卡特会见。", ["卡特"]),
        ("统一俄罗斯党新闻办报告说,党主席格雷与中联部部长刘建超3月12日以视频会议的形式进行了磋商。", ["格雷"]),
        ("泰国为泰党秘书长颂猜3月12日与中联部部长刘建超会面。", ["颂猜"]),
        ("会前,匈牙利总理欧尔班3月12日会见了中联部部长刘建超。", ["欧尔班"]),
    ],
)
def test_verbs_of_meeting_with_their_partner_before(read: Any, told: str, who: list[str]) -> None:
    (meeting,) = elsewhere(read, told)
    assert (names(meeting), meeting.date_start) == (who, date(2025, 3, 12))


def test_what_the_leaders_did_in_the_meeting_is_no_second_one(read: Any) -> None:
    text = "3月14日,法国社会党总书记富尔会见中联部部长刘建超,会见中两位领导人确认了两党友谊。"
    assert len(elsewhere(read, text)) == 1


def test_telling_a_guest_how_things_stand_is_no_briefing(read: Any) -> None:
    text = MET + "加纳驻华大使阿杜。\n刘建超向客人通报了中国经济社会发展情况。"
    (meeting,) = elsewhere(read, text, url="https://www.idcpc.org.cn/lldt/202503/t20250315_100001.html")
    assert meeting.type == "MEET.DIPLO"


def test_where_an_event_took_place_that_does_not_say(read: Any) -> None:
    here = "新华社北京3月14日电 中联部部长刘建超14日在这里会见了法国社会党总书记富尔。"
    assert [mention.mode for mention in elsewhere(read, here)] == ["inperson_beijing"]
    later = "\n当天,刘建超在这里会见了德国左翼党主席莱特。"
    assert [mention.place_zh for mention in elsewhere(read, here + later)][1] == "北京"
    during = (
        "3月14日,法国社会党总书记富尔在巴黎会见中联部部长刘建超。\n访问法国期间,刘建超还在巴黎大学发表演讲。\n"
        "在法国期间,刘建超同劳工党主席莱特举行会谈。"
    )
    assert {mention.mode for mention in elsewhere(read, during)} == {"inperson_abroad"}
    abroad = "3月10日,中联部副部长陈洲在巴库出席共建“一带一路”专题宣介会。"
    assert [mention.countries for mention in elsewhere(read, abroad)] == [("AZE",)]


# --- trips ------------------------------------------------------------------------------------------------------


def test_who_receives_a_delegation_told_before(read: Any) -> None:
    text = (
        "3月3日至11日,应巴西劳工党邀请,由中联部副部长陈洲率领的中共代表团访问了巴西。"
        "11日,巴西副总统在巴西利亚会见了代表团。"
    )
    trip, meeting = elsewhere(read, text)
    assert (trip.type, meeting.type, meeting.countries) == ("VISIT.OUT", "MEET.BILAT", ("BRA",))
    assert (meeting.date_start, meeting.place_zh, chinese(meeting)) == (date(2025, 3, 11), "巴西利亚", ["陈洲"])


def test_the_head_of_a_nameless_delegation_was_named_before(read: Any) -> None:
    text = (
        "3月9日,驻佛得角大使张阳会见中联部四局副局长韩立新一行。\n中联部代表团于3月9日至12日访问佛得角。"
        "访问期间,张大使陪同代表团会见了独立党主席达马,民运党协调人拉莫等。"
    )
    (trip,) = elsewhere(read, text)
    assert (chinese(trip), trip.date_end, names(trip)) == (["韩立新"], date(2025, 3, 12), ["达马", "拉莫"])


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        # the congress is a leg of the trip (codebook §16, T18)
        (
            "应葡萄牙共产党和马耳他工党邀请,中联部副部长陈洲3月1日至6日率中共代表团赴葡萄牙出席葡共代表大会,并访问马耳他。",
            ("PRT", "MLT"),
        ),
        (
            "应乌兹别克斯坦自由民主党、哈萨克斯坦阿玛纳特党邀请,中联部部长刘建超3月1日至6日率中共代表团访问乌、哈、土三国。",
            ("UZB", "KAZ", "TKM"),
        ),
        ("以副部长陈洲为团长的中国共产党中央委员会对外联络部代表团3月1日乘飞机抵达平壤。", ("PRK",)),
    ],
)
def test_the_legs_of_a_trip(read: Any, text: str, countries: tuple[str, ...]) -> None:
    trip = elsewhere(read, text)[-1]
    assert (trip.type, trip.countries, chinese(trip)[:1]) == ("VISIT.OUT", countries, chinese(trip)[:1])


def test_a_trip_that_goes_on_and_one_that_is_off(read: Any) -> None:
    onward = "（中央社威靈頓12日電）中聯部部長劉建超今天在威靈頓拜會紐西蘭工黨國會議員派克，週五將轉往萬那杜訪問。"
    meeting, trip = elsewhere(read, onward, published=date(2025, 3, 12))
    assert (meeting.place_zh, meeting.countries) == ("惠灵顿", ("NZL",))
    assert (trip.realis.value, trip.countries) == ("planned", ("VUT",))
    off = "中联部新闻发言人胡兆明14日表示,原定于3月20日至22日进行的中联部部长刘建超对哈萨克斯坦的访问取消。"
    (cancelled,) = elsewhere(read, off)
    assert (cancelled.realis.value, cancelled.date_start) == ("cancelled", date(2025, 3, 20))


def test_an_ambassador_goes_along(read: Any) -> None:
    text = "3月6日至9日,中联部部长刘建超率中共代表团对肯尼亚进行友好访问,驻肯尼亚大使谢岚陪同。"
    (trip,) = elsewhere(read, text)
    assert [(person.name_zh, person.role) for person in trip.chinese_people][-1] == ("谢岚", "attendee")


# --- what is written --------------------------------------------------------------------------------------------


def test_papers_and_letters_told_beside_their_event(read: Any) -> None:
    text = (
        "3月14日,中国共产党同尼加拉瓜、洪都拉斯左翼政党成立“中国—中美洲左翼政党对话机制”,并以视频方式举行首次会议,"
        "会议发表《共同呼吁》。中联部部长刘建超,洪都拉斯自由与重建党总协调人塞拉亚等出席。"
    )
    founding, meeting, paper = elsewhere(read, text)
    assert [mention.type for mention in (founding, meeting, paper)] == ["DOC.MECH", "MEET.MECH", "DOC.JOINT"]
    # the 中美 of 中美洲 is no pair with the United States
    assert meeting.countries == ("NIC", "HND")
    assert (chinese(meeting), names(meeting)) == (["刘建超"], ["塞拉亚"])
    school = (
        "3月14日,某党校奠基仪式在哈拉雷举行。津巴布韦津民盟政治委员姆莱瓦、驻津大使周鼎出席,"
        "中共中央对外联络部发来贺信。"
    )
    opening, letter = elsewhere(read, school)
    assert (opening.type, letter.type, names(opening)) == ("TRAIN.SCHOOL", "MSG.CONGRAT", ["姆莱瓦"])


def test_a_paper_of_the_meeting_before(read: Any) -> None:
    text = (
        "3月14日,中联部部长刘建超在京同阿尔及利亚民族解放阵线总书记布沙举行会谈。会谈后,双方签署《中国共产党和"
        "阿尔及利亚民族解放阵线交流合作谅解备忘录》。"
    )
    _, paper = elsewhere(read, text)
    assert (paper.type, paper.place_zh, chinese(paper), names(paper)) == ("DOC.MOU", "北京", ["刘建超"], ["布沙"])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("连日来,各国政党政要纷纷致电致函,中联部共收到170多个国家发来的1500余封贺电贺函。", "MSG.CAMPAIGN"),
        ("7月1日,世界一百多个政党向中共中央对外联络部发来电函、视频,表示热烈祝贺。", "MSG.CAMPAIGN"),
        ("7月20日,中共中央对外联络部就河南遭受洪涝灾害收到柬埔寨、老挝等国政党慰问电。", "MSG.CONDOL"),
        ("7月20日,中联部副部长陆慷接受英国《金融时报》专访。", "MEDIA.INTERVIEW"),
    ],
)
def test_messages_and_media(read: Any, text: str, kind: str) -> None:
    (mention,) = elsewhere(read, text, published=date(2021, 7, 22))
    assert mention.type == kind


def test_a_leader_whom_the_spokesman_announces(read: Any) -> None:
    text = (
        "中共中央对外联络部发言人胡兆明24日宣布:应越南共产党中央委员会邀请,中共中央政治局常委、全国政协主席王沪宁将率"
        "中共代表团于25日至26日赴越南吊唁。"
    )
    (condolence,) = elsewhere(read, text, published=date(2024, 7, 24))
    assert (condolence.type, chinese(condolence), condolence.scope.value) == ("MSG.CONDOL", ["王沪宁"], "in")
    assert (condolence.date_start, condolence.date_end) == (date(2024, 7, 25), date(2024, 7, 26))
    assert condolence.date_precision is DatePrecision.DAY_RANGE


@pytest.mark.parametrize(
    ("lead", "kind"),
    [("3月14日,中联部举行吹风会,", "BRIEF.DIPL"), ("3月14日,中联部举行新闻发布会,", "STMT.SPOKES")],
)
def test_press_conferences(read: Any, lead: str, kind: str) -> None:
    (briefing,) = elsewhere(read, lead + "介绍全会有关情况,各国驻华使节参加。")
    assert briefing.type == kind


def test_on_the_margins_of_a_forum_the_place_is_the_forums(read: Any) -> None:
    text = (
        "3月12日,首届上海合作组织政党论坛在深圳举行,中联部部长刘建超出席开幕式。\n"
        "论坛期间,刘建超会见塔吉克斯坦人民民主党第一副主席拉希莫夫。"
    )
    _, meeting = elsewhere(read, text)
    assert (meeting.place_zh, meeting.countries) == ("深圳", ("TJK",))


def test_a_congress_told_again_has_its_own_day(read: Any) -> None:
    text = (
        "应葡萄牙共产党和马耳他工党邀请,中联部副部长陈洲3月1日至6日率中共代表团赴葡萄牙出席葡共代表大会,并访问马耳他。\n"
        "3月2日,陈洲在里斯本出席葡萄牙共产党第二十一次全国代表大会开幕式。"
    )
    congress, trip = elsewhere(read, text)
    assert (congress.type, congress.date_start, congress.date_end) == ("CONF.EXT", date(2025, 3, 2), date(2025, 3, 2))
    assert (trip.date_start, trip.date_end) == (date(2025, 3, 1), date(2025, 3, 6))

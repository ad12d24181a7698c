"""The real pages that lie beside the checkout, by their sites' rules where a site is declared, else by the general
ones. Values were checked by looking at the pages."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.words import Outcome, Record
from spiders import charset, general
from spiders.markup import Html, language_of
from spiders.outcomes import judge
from spiders.reading import read_page
from spiders.site import ListForm, Section
from spiders.trs import DOCUMENT_NAME, TrsSpider

MFA = "http://www.fmprc.gov.cn/web"


@dataclass(frozen=True, slots=True)
class Wanted:
    """``begins`` and ``ends``: how the first and last paragraph begin and end, hashed, since the texts are not ours."""

    file: str
    url: str
    title: str
    published: date
    language: str
    begins: str
    ends: str


ARTICLES = [
    Wanted(
        "official/mfa/fmprc_web_frhd_2020-03-09_t1753480.html",
        "http://www.fmprc.gov.cn/web/zwbd_673032/fnhd_673048/t1753480.shtml",
        "驻欧盟大使夫人蔡潇丽接受欧盟媒体采访介绍中国妇女事业发展",
        date(2020, 3, 9),
        "zh",
        "fc43211b5d",
        "193a970c83",
    ),
    Wanted(
        "official/mfa/fmprc_web_frhd_2020-07-20_t1799522.html",
        "http://www.fmprc.gov.cn/web/zwbd_673032/fnhd_673048/t1799522.shtml",
        "驻英国大使夫人胡平华主办第二次线上礼仪讲座",
        date(2020, 7, 20),
        "zh",
        "4f564a0619",
        "e7f119351b",
    ),
    Wanted(
        "official/mfa/fmprc_web_zyxw_2019-02-16_t1638430.html",
        "http://www.fmprc.gov.cn/web/zyxw/t1638430.shtml",
        "杨洁篪会见卢森堡外交大臣阿瑟伯恩",
        date(2019, 2, 16),
        "zh",
        "56775fa77e",
        "76b3b37d80",
    ),
    Wanted(
        "official/mfa/fmprc_web_zyxw_2019-02-16_t1638467.html",
        "http://www.fmprc.gov.cn/web/zyxw/t1638467.shtml",
        "德国总理默克尔会见杨洁篪",
        date(2019, 2, 16),
        "zh",
        "56775fa77e",
        "066bb388c9",
    ),
    Wanted(
        "official/mfa/fmprc_web_zyxw_2019-02-17_t1638504.html",
        "http://www.fmprc.gov.cn/web/zyxw/t1638504.shtml",
        "杨洁篪出席第55届慕尼黑安全会议并发表主旨演讲",
        date(2019, 2, 17),
        "zh",
        "56775fa77e",
        "378b79bfe6",
    ),
    Wanted(
        "official/people/culture_2019-06-15_31153719.html",
        "http://culture.people.com.cn/n1/2019/0615/c1013-31153719.html",
        "女儿出嫁，郑板桥画了几笔兰花当嫁妆",
        date(2019, 6, 15),
        "zh",
        "c557bc3c06",
        "10761a1b32",
    ),
    Wanted(
        "official/people/politics_n1_2024_0424_c1001-40223222.html",
        "http://politics.people.com.cn/n1/2024/0424/c1001-40223222.html",
        "促进航天技术更好惠及人民――习近平主席向首届“中国－拉美和加勒比国家航天合作论坛”致贺信为中拉深化航天合作指明方向",
        date(2024, 4, 24),
        "zh",
        "f87f28bfa6",
        "43fdae9951",
    ),
    Wanted(
        "official/trs_wcm_ccdi/article_t20230808_281273.html",
        "http://www.ccdi.gov.cn/toutiaon/202308/t20230808_281273.html",
        "年中看进展丨青海以纠治违规吃喝为突破口 推动以案促改走深走实",
        date(2023, 8, 8),
        "zh",
        "3433bfe1aa",
        "f477e9290f",
    ),
    Wanted(
        "official/trs_wcm_ccdi/article_t20241231_397601.html",
        "http://www.ccdi.gov.cn/pln/202412/t20241231_397601.html",
        "广安观潮丨紧盯关键节点，把严的基调一贯到底",
        date(2024, 12, 31),
        "zh",
        "280c569681",
        "e145057263",
    ),
    Wanted(
        "official/trs_wcm_cmse/article_t20120624_43188.html",
        "http://www.cmse.gov.cn/ztbd/xwfbh/201206/t20120624_43188.html",
        "天宫一号与神舟九号载人交会对接任务第二场新闻发布会",
        date(2012, 6, 24),
        "zh",
        "59ab8dfdb2",
        "ba7778c697",
    ),
    Wanted(
        "official/xinhua/he_xinhuanet_25340717_archiveorg.html",
        "http://www.he.xinhuanet.com/news/2012-06/04/content_25340717.htm",
        "话剧《约定无期限》河北各市巡演结束",
        date(2012, 6, 4),
        "zh",
        "146d4ec404",
        "0b5b365a69",
    ),
    Wanted(
        "official/xinhua/xinhuanet_local_2020-02-19_c_1125597921.html",
        "http://www.xinhuanet.com/local/2020-02/19/c_1125597921.htm",
        "武汉的声音：有英勇的你，才有英雄的城！",
        date(2020, 2, 19),
        "zh",
        "68d4b336f4",
        "f049819d83",
    ),
    Wanted(
        "official/xinhua/xinhuanet_world_2019-12-10_c_1125327450.html",
        "http://www.xinhuanet.com/world/2019-12/10/c_1125327450.htm",
        "法国全国大罢工再次严重影响交通",
        date(2019, 12, 10),
        "zh",
        "f9dcc3ffb7",
        "4d0f111de1",
    ),
    Wanted(
        "watchdogs/economist/economist.com.thinking.html",
        "https://www.economist.com/open-future/2018/06/18/why-collaborative-thinking-beats-individual-smarts",
        "Why collaborative thinking beats individual smarts",
        date(2018, 6, 18),
        "en",
        "fbf65a6d49",
        "a7f97cf38a",
    ),
    Wanted(
        "watchdogs/taipeitimes/TaipeiTimes_2024_10_15.html",
        "https://www.taipeitimes.com/News/front/archives/2024/10/16/2003825372",
        "US, Manila launch war games after PRC’s Taiwan drills",
        date(2024, 10, 16),
        "en",
        "150f4c1a66",
        "cd881b06a1",
    ),
    Wanted(
        "watchdogs/dailynews_tz/DailyNewsTZ_2025_01_23.html",
        "https://dailynews.co.tz/solar-powered-streetlights-boost-lindi-womens-businesses/",
        "Solar-powered streetlights boost Lindi women’s businesses",
        date(2019, 4, 24),
        "en",
        "4ade7d0f0a",
        "f9ccbb10c4",
    ),
    Wanted(
        "watchdogs/_platform_wix/crvhomes-post.html",
        "https://www.crvhomes.com/post/building-a-home-in-bellaire",
        "Building a Home in Bellaire",
        date(2021, 1, 27),
        "en",
        "d4b1ea5708",
        "68b31d15a1",
    ),
    Wanted(
        "watchdogs/_platform_wix/ccte-post.html",
        "https://www.ccte.space/post/____a",
        "a",
        date(2023, 3, 31),
        "en",
        "ca978112ca",
        "ca978112ca",
    ),
]


def edge(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


@pytest.fixture(scope="module", autouse=True)
def share() -> Iterator[list[str]]:
    """Counts the pages read with title, date and text, and prints their share."""
    done: list[str] = []
    yield done
    print(f"\nreal article pages read with title, date and text: {len(done)}/{len(ARTICLES)}")


@pytest.mark.parametrize("wanted", ARTICLES, ids=lambda wanted: Path(wanted.file).stem)
def test_article(wanted: Wanted, real_pages: Path, share: list[str]) -> None:
    reading = read_page((real_pages / wanted.file).read_bytes(), wanted.url)
    lines = reading.body.splitlines()
    assert (reading.title, reading.published, reading.language) == (wanted.title, wanted.published, wanted.language)
    assert edge(lines[0][:12]) == wanted.begins, lines[0][:12]
    assert edge(lines[-1][-12:]) == wanted.ends, lines[-1][-12:]
    share.append(wanted.file)


def test_there_are_eighteen() -> None:
    assert len({wanted.file for wanted in ARTICLES}) == 18


def test_the_challenge_page_is_a_challenge(real_pages: Path) -> None:
    body = (real_pages / "official/trs_wcm_ccdi/anti_bot_page_debug.html").read_bytes()
    url = "https://www.ccdi.gov.cn/was5/web/search?channelid=298814"
    record = Record("r", url, datetime(2025, 4, 1, tzinfo=UTC), 200, (), body, "f", 0)
    assert judge(record, Html(charset.decode(body)[0], url)).outcome is Outcome.CHALLENGED


def test_no_real_article_is_taken_for_anything_but_content(real_pages: Path) -> None:
    for wanted in ARTICLES:
        body = (real_pages / wanted.file).read_bytes()
        record = Record("r", wanted.url, datetime(2025, 4, 1, tzinfo=UTC), 200, (), body, "f", 0)
        verdict = judge(record, Html(charset.decode(body)[0], wanted.url), is_document=True)
        assert verdict.outcome is Outcome.OK, wanted.file


SEARCH = Section(
    "https://www.ccdi.gov.cn/was5/web/search?page=1&channelid=298814",
    "search",
    form=ListForm.WAS5,
    items_are_pages=True,
)


class Ccdi(TrsSpider, abstract=True):
    """A site on the same system, whose real pages are at hand."""

    title = "中央纪委国家监委网站"
    hosts = ("www.ccdi.gov.cn",)
    home_titles = frozenset({"中央纪委国家监委网站"})
    sections = (
        Section("https://www.ccdi.gov.cn/toutiaon/", "头条"),
        Section("https://www.ccdi.gov.cn/yaowenn/", "要闻"),
        Section("https://www.ccdi.gov.cn/pln/", "评论"),
        Section("https://www.ccdi.gov.cn/specialn/", "专题"),
        SEARCH,
    )
    article_paths = (re.compile(rf"{DOCUMENT_NAME}"),)


def test_the_search_page_of_the_same_system_shows_its_items(real_pages: Path) -> None:
    text, _ = charset.decode(
        (real_pages / "official/trs_wcm_ccdi/was5_search_channelid298814_selenium.html").read_bytes()
    )
    found = Ccdi.read_list(Html(text, SEARCH.url), SEARCH)
    assert (len(found.listed), found.list_pages) == (10, 17)
    assert found.listed[0].url == "https://www.ccdi.gov.cn/toutiaon/202504/t20250424_419135.html"
    assert found.listed[0].title == "中央纪委国家监委公开通报十起违反中央八项规定精神典型问题"
    assert found.listed[0].published == date(2025, 4, 24)
    # one of the ten shows the beginning of its text
    assert [page.item for page in found.pages] == [0]
    assert found.pages[0].url == found.listed[2].url


@pytest.mark.parametrize(
    ("file", "route"),
    [
        ("trs_wcm_ccdi/article_t20230808_281273.html", "site:div.content"),
        ("trs_wcm_ccdi/article_t20241231_397601.html", "site:div.content"),
        ("trs_wcm_cmse/article_t20120624_43188.html", 'site:[class*="TRS_Editor"]'),
        ("mfa/fmprc_web_zyxw_2019-02-16_t1638430.html", "site:#News_Body_Txt_A"),
    ],
)
def test_the_systems_own_rules_find_the_text_that_the_general_route_finds(
    file: str, route: str, real_pages: Path
) -> None:
    text, _ = charset.decode((real_pages / "official" / file).read_bytes())
    page = Html(text, f"https://www.ccdi.gov.cn/{file}")
    found = Ccdi.read_article(page, date(2026, 1, 1))
    by_general = general.body_of(page)
    assert found.body is not None
    assert by_general is not None
    assert found.body[1] == route
    assert language_of("".join(found.body[0])) == "zh"
    assert set(by_general[0]) <= set(found.body[0])

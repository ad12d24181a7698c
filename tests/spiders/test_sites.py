"""One test for all sites: declarations, addresses, fixtures, the page of sites."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

import pytest
import scrapy.__main__
from typer.testing import CliRunner

from pipeline.words import Outcome, Record, SiteKind
from spiders import catalogue, registry
from spiders.commands import app
from spiders.markup import Html
from spiders.reading import READER_VERSION, read
from spiders.site import DeclarationError, Pager, Rules, Section, SiteSpider
from spiders.trs import RULES, TrsSpider

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[1]
SITES = list(registry.spiders().values())
CASES = sorted(
    f"{site.name}/{path.name.partition('.')[0]}"
    for site in SITES
    for suffix in (".http", ".warc.gz")
    for path in (HERE / "pages" / site.name).glob(f"*{suffix}")
)
ARTICLES = [case for case in CASES if "/article_" in case]
LISTS = [case for case in CASES if "/list_" in case]
# besides these, routes and findings are checked where a fixture has them
ARTICLE_FIELDS = ("url", "title", "published", "language", "body")


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
def test_a_site_is_declared_documented_and_has_fixtures(site: type[SiteSpider]) -> None:
    assert site.home_titles
    assert set(site.allowed_domains) == set(site.hosts)
    assert site.tidied(site.home) is not None
    assert site.name in (CHECKOUT / "docs" / "sites.md").read_text(encoding="utf-8")
    mine = [case for case in CASES if case.startswith(f"{site.name}/")]
    assert site.feed_only or [case for case in mine if case in ARTICLES], "an article's fixture is missing"
    assert [case for case in mine if case in LISTS], "a list's fixture is missing"


@pytest.mark.parametrize("case", CASES)
def test_the_addresses_of_a_sites_fixtures_are_its_own(case: str, exchange: Callable[[str], Record]) -> None:
    record = exchange(case)
    site = registry.owner(record.url)
    assert site is registry.spider(case.partition("/")[0])
    assert (site.canonical(record.url) is not None) == (case in ARTICLES)
    assert (site.section_of(record.url) is not None) == (case in LISTS)


@pytest.mark.parametrize("case", ARTICLES)
def test_article(case: str, exchange: Callable[[str], Record], expected: Callable[[str], dict[str, Any]]) -> None:
    shown, wanted = read(exchange(case)), expected(case)
    (page,) = shown.pages
    found = {
        "url": shown.page_url,
        "title": page.title,
        "published": page.published and page.published.isoformat(),
        "language": page.language,
        "body": page.body,
        "routes": dict(page.routes),
        "findings": list(shown.findings),
    }
    assert wanted.keys() >= set(ARTICLE_FIELDS)
    assert {name: found[name] for name in wanted} == wanted
    assert page.url == shown.page_url
    assert shown.listed == ()


@pytest.mark.parametrize("case", LISTS)
def test_list(case: str, exchange: Callable[[str], Record], expected: Callable[[str], dict[str, Any]]) -> None:
    shown, wanted = read(exchange(case)), expected(case)
    assert shown.page_url is None
    assert shown.outcome is Outcome.OK
    chosen = [[one.url, one.title, one.published and one.published.isoformat()] for one in shown.listed]
    passed_over = [[one.url, one.title, one.published and one.published.isoformat()] for one in shown.off_list]
    # a fixture names all that its list shows, in its order; of a general site not all of it is followed
    assert [entry for entry in wanted["listed"] if entry not in passed_over] == chosen
    assert [entry for entry in wanted["listed"] if entry not in chosen] == passed_over
    assert bool(passed_over) <= registry.spider(case.partition("/")[0]).general
    assert shown.list_pages == wanted["list_pages"]
    items = [[one.title, one.published and one.published.isoformat(), one.body] for one in shown.pages]
    assert items == [entry for entry in wanted["items"] if entry[:2] not in [one[1:] for one in passed_over]]
    assert list(shown.findings) == wanted.get("findings", list(shown.findings))
    numbers = [one.item for one in shown.pages if one.item is not None]
    assert numbers == sorted(set(numbers))
    assert len(numbers) == len(shown.pages)
    assert len({one.url for one in shown.pages}) == len(shown.pages), "two items share an address"


# Addresses


@pytest.mark.parametrize(
    "address",
    [
        "https://www.idcpc.gov.cn/bzhd/wshd/202507/t20250730_167430.html",
        "http://www.idcpc.gov.cn/bzhd/wshd/202507/t20250730_167430.html",
        "http://idcpc.org.cn/bzhd/wshd/202507/t20250730_167430.html?from=singlemessage&isappinstalled=0#pinglun",
        "https://www.idcpc.org.cn:443//bzhd/wshd/202507/t20250730_167430.html;jsessionid=1",
        "http://WWW.IDCPC.ORG.CN/bzhd/wshd/202507/t20250730_167430.html",
    ],
)
def test_all_addresses_of_a_document_are_one(address: str) -> None:
    wanted = "https://www.idcpc.gov.cn/bzhd/wshd/202507/t20250730_167430.html"
    assert registry.spider("idcpc_zh").canonical(address) == wanted
    assert registry.spider("idcpc_zh").canonical(wanted) == wanted


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://www.idcpc.gov.cn/lldt/202405/t20240528_164147.html", "idcpc_zh"),
        ("https://www.idcpc.org.cn/english2023/ttxw_5749/202606/t20260630_169698.html", "idcpc_en"),
        ("http://www.idcpc.org.cn/english/news/201712/t20171208_94291.htm", "idcpc_en"),
        ("http://www.idcpc.org.cn/english/forenotice/201812/t20181214_99101.html", "idcpc_en"),
        (
            "https://www.idcpc.gov.cn/english2023/HistoricalData/AnnualReports/2013/202307/t20230728_159807.html",
            "idcpc_en",
        ),
    ],
)
def test_every_generation_of_addresses_belongs_to_its_edition(address: str, site: str) -> None:
    assert registry.owner(address) is registry.spider(site)
    assert registry.spider(site).canonical(address) is not None


@pytest.mark.parametrize(
    "address",
    [
        "https://www.idcpc.gov.cn/",
        "https://www.idcpc.gov.cn/bzhd/wshd/index_1.html",
        "https://www.idcpc.gov.cn.example.org/lldt/202405/t20240528_164147.html",
        "https://example.org/lldt/202405/t20240528_164147.html",
        "ftp://www.idcpc.gov.cn/lldt/202405/t20240528_164147.html",
        "https://www.idcpc.gov.cn:8443/lldt/202405/t20240528_164147.html",
        "https://[broken/lldt/202405/t20240528_164147.html",
        "javascript:void(0)",
        "",
    ],
)
def test_what_is_no_document_of_a_site(address: str) -> None:
    assert [site.canonical(address) for site in SITES] == [None] * len(SITES)


def test_list_pages_lead_to_themselves() -> None:
    for site in SITES:
        for section in site.sections:
            for number in (1,) if site.pager_of(section) is Pager.NONE else (1, 2, 30):
                assert site.section_of(site.list_page(section, number)) == (section, number)


def test_the_second_list_page_is_index_1() -> None:
    site = registry.spider("idcpc_zh")
    assert site.list_page(site.sections[0], 2) == "https://www.idcpc.gov.cn/bzhd/wshd/index_1.html"
    assert site.section_of("http://idcpc.org.cn/bzhd/wshd/index.shtml") == (site.sections[0], 1)


# Declarations


def declared(**changes: Any) -> dict[str, Any]:
    site = registry.spider("idcpc_zh")
    own = {name: value for name, value in vars(site).items() if not name.startswith("_")} | {"name": "other"}
    return {name: value for name, value in (own | changes).items() if value is not ClassVar}


@pytest.mark.parametrize(
    "missing", ["name", "title", "kind", "hosts", "home", "sections", "article_paths", "every_hours", "verified"]
)
def test_a_missing_declaration_fails_when_the_class_is_made(missing: str) -> None:
    with pytest.raises(DeclarationError, match=missing):
        type("Other", (TrsSpider,), declared(**{missing: ClassVar}))


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"kind": "official"}, "kind"),
        ({"hosts": ()}, "hosts"),
        ({"quiet_days": 0}, "quiet_days"),
        ({"sections": (Section("https://elsewhere.example/list/", "x"),)}, "section"),
        ({"rules": (RULES, Rules(("h1",), ("p",)))}, "rules"),
    ],
)
def test_a_wrong_declaration_fails_when_the_class_is_made(changes: dict[str, Any], word: str) -> None:
    with pytest.raises(DeclarationError, match=word):
        type("Other", (TrsSpider,), declared(**changes))


def test_a_complete_declaration_is_taken() -> None:
    assert type("Other", (TrsSpider,), declared()).kind is SiteKind.OFFICIAL  # type: ignore[attr-defined]


def test_an_older_layout_is_read_by_the_rules_of_its_day(exchange: Callable[[str], Record]) -> None:
    older = Rules(titles=("h3",), bodies=("div.old", "div.older", "div.oldest"), until=date(2025, 12, 31))
    site: Any = type("Other", (TrsSpider,), declared(rules=(older, RULES)))
    page = Html(
        '<h1>New</h1><h3>Old</h3><div class="old">old text</div><div class="TRS_Editor">new text</div>', "http://x/"
    )
    before, after = site.read_article(page, date(2025, 12, 31)), site.read_article(page, date(2026, 1, 1))
    assert (before.title[0], before.body[0]) == ("Old", ["old text"])
    assert (after.title[0], after.body[0]) == ("New", ["new text"])


# The table of sites, the commands


def test_the_page_of_sites_is_not_stale() -> None:
    page = (CHECKOUT / "docs" / "sites.md").read_text(encoding="utf-8")
    assert page == catalogue.page(), "run `idwatch sites docs`"


def test_declarations_are_rows_of_all_sites() -> None:
    rows = {row.name: row for row in catalogue.declarations()}
    assert set(rows) == set(registry.spiders())
    assert rows["idcpc_en"].items_are_pages
    assert not rows["idcpc_zh"].items_are_pages
    assert rows["idcpc_en"].family == rows["idcpc_zh"].family == "idcpc"


def test_sites_list_names_every_site() -> None:
    printed = CliRunner().invoke(app, ["list"]).stdout
    assert all(name in printed for name in registry.spiders())


def test_sites_docs_writes_the_page(tmp_path: Path) -> None:
    CliRunner().invoke(app, ["docs", "--out", str(tmp_path / "docs" / "sites.md")])
    assert (tmp_path / "docs" / "sites.md").read_text(encoding="utf-8") == catalogue.page()


def test_an_unknown_site_is_told_with_those_there_are() -> None:
    with pytest.raises(registry.UnknownSite, match=r"no site is called 'idcpc_fr'; there are: .*idcpc_zh"):
        registry.spider("idcpc_fr")


def test_scrapy_list_knows_the_sites_and_our_settings(forked: Callable[..., Any]) -> None:
    command = [sys.executable, "-m", "scrapy", "list"]
    listed = subprocess.run(command, cwd=CHECKOUT, env=os.environ, capture_output=True, text=True, check=True)
    assert listed.stdout.split() == list(registry.spiders())

    def setting(*words: str) -> str:
        child = forked(scrapy.__main__.__file__, "settings", *words, folder=CHECKOUT)
        assert child.wait() == 0, child.stderr
        shown: str = child.stdout
        return shown

    assert setting("--get", "ROBOTSTXT_OBEY").strip() == "True"
    assert json.loads(setting("--getint", "DOWNLOAD_MAXSIZE")) == 16_000_000


def test_the_reader_has_a_version() -> None:
    assert READER_VERSION

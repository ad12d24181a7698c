"""`idwatch new-site`: a family recognised, its row written, and a test that fails until pages are recorded."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.words import SiteKind
from spiders import registry, rows
from spiders.charset import decode
from spiders.markup import Html
from spiders.official.bases import PressSpider, StateSpider
from spiders.tools.families import families, pattern_of, recognise, told
from spiders.tools.new_site import NewSiteError, declared_in, write
from spiders.watchdogs.bases import OtherSpider
from spiders.wix import WixSpider
from spiders.wordpress import WordPressSpider

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[2]

WORDPRESS = """<html lang="en-GB"><head><title>Party Notes &#8211; On parties abroad</title>
<meta name="generator" content="WordPress 6.5"><meta property="og:site_name" content="Party Notes">
<link rel="alternate" type="application/rss+xml" href="https://notes.example/en/feed/">
<link rel="alternate" type="application/rss+xml" href="https://notes.example/en/comments/feed/"></head><body>
<a href="/en/category/parties/">Everything about the parties of the world</a>
<h2><a href="/en/2026/03/visit-to-beijing/">A visit to Beijing in the second week of March</a></h2>
<h2><a href="/en/2026/02/new-course/">A new course for cadres begins in a southern town</a></h2></body></html>"""
WIX = """<html lang="en"><head><meta name="generator" content="Wix.com Website Builder"><title>Home | Party Blog</title>
<link rel="alternate" type="application/rss+xml" href="/blog-feed.xml"></head><body></body></html>"""
TRS = """<html><head><title>某部门</title></head><body><script>createPageHTML(3, 0, "index", "html");</script>
<a href="./202603/t20260312_100.html">甲某会见某国某党代表团一行</a></body></html>"""
PRESS = """<html><head><title>某报_首页</title></head><body>
<a href="/a/20260312/1000231.html">甲某会见某国某党代表团一行并座谈</a>
<a href="/a/20260311/1000230.html">某国某党代表团访问某省某市</a></body></html>"""
OTHER = """<html lang="en"><head><title>The Example Weekly</title>
<link rel="alternate" type="application/atom+xml" href="/feeds/all.atom"></head><body></body></html>"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """As much of a checkout as is written to."""
    for family in families().values():
        table = tmp_path / "spiders" / family.table
        table.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(CHECKOUT / "spiders" / family.table, table)
    (tmp_path / "tests" / "spiders" / "pages").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    ("source", "url", "kind", "base", "wanted"),
    [
        (
            WORDPRESS, "https://notes.example/en/", None, WordPressSpider,
            {
                "title": "Party Notes", "kind": SiteKind.WATCHDOG, "language": "en", "home": "https://notes.example/en/",
                "hosts": ("notes.example", "www.notes.example"),
                "articles": [r"^/en/\d{4}/\d{2}/[^/]+/$"], "lists": ["https://notes.example/en/feed/"],
            },
        ),
        (
            WORDPRESS, "https://notes.example/en/", SiteKind.OFFICIAL, WordPressSpider,
            {"kind": SiteKind.OFFICIAL, "family": "prc_media"},
        ),
        (
            WIX, "https://www.partyblog.example/", SiteKind.MEDIA, WixSpider,
            {
                "title": "Home", "kind": SiteKind.MEDIA, "hosts": ("www.partyblog.example", "partyblog.example"),
                "lists": ["https://www.partyblog.example/blog-feed.xml"],
            },
        ),
        (
            TRS, "https://www.bumen.example/xwdt/", None, StateSpider,
            {
                "title": "某部门", "kind": SiteKind.OFFICIAL, "language": "zh",
                "articles": [r"^/[\w/-]+/t(?:\d{8}_)?\d+\.s?html?$"], "lists": ["https://www.bumen.example/xwdt/"],
            },
        ),
        (
            PRESS, "https://www.mouboa.example/", SiteKind.OFFICIAL, PressSpider,
            {"title": "某报", "articles": [r"^/a/\d{8}/\d+\.html$"], "lists": ["https://www.mouboa.example/"]},
        ),
        (
            OTHER, "https://weekly.example/2026/03/12/a-visit.html", SiteKind.MEDIA, OtherSpider,
            {
                "title": "The Example Weekly", "articles": [r"^/\d{4}/\d{2}/\d{2}/[^/.]+\.html$"],
                "lists": ["https://weekly.example/feeds/all.atom"],
            },
        ),
        (OTHER, "https://weekly.example/", None, OtherSpider, {"articles": ["^/CHANGE-ME/[^/]+$"]}),
    ],
    ids=["wordpress", "official-wordpress", "wix", "trs", "press", "other-article", "other-home"],
)  # fmt: skip
def test_a_row_is_written_from_one_page(
    root: Path, source: str, url: str, kind: SiteKind | None, base: Any, wanted: dict[str, Any]
) -> None:
    written = write(root, "brand_new", Html(source, url), kind, "one saved page")
    site = rows.classes(written.table, base, "nowhere")["brand_new"]
    found = {
        **{name: getattr(site, name) for name in ("title", "kind", "language", "family", "home", "hosts")},
        "articles": [pattern.pattern for pattern in site.article_paths],
        "lists": list(written.lists),
    }
    assert {name: found[name] for name in wanted} == wanted
    assert site.verified.endswith(" by one saved page")
    assert site.tried_live is None
    assert written.table.read_text(encoding="utf-8").splitlines()[written.line - 1] == "[brand_new]"
    assert (root / "tests" / "spiders" / "pages" / "brand_new").is_dir()
    # the rows before it stand as they stood
    before = (CHECKOUT / "spiders" / written.family.table).read_text(encoding="utf-8")
    assert written.table.read_text(encoding="utf-8").startswith(before.rstrip())


@pytest.mark.parametrize(
    ("name", "url", "told"),
    [
        ("chinascope", "https://new.example/", r"'chinascope' is declared in \S+/wordpress\.toml, line \d+: choose"),
        ("xinhua_zh", "https://new.example/", r"'xinhua_zh' is declared in \S+/xinhua\.py, line \d+: choose another"),
        (
            "brand_new",
            "https://chinascope.org/archives/1/",
            r"belongs to 'chinascope', declared in \S+, line \d+: corr",
        ),
        ("brand_new", "https://www.chinascope.org/", "belongs to 'chinascope'"),
        ("Brand-New", "https://new.example/", "small letters"),
    ],
)
def test_what_exists_is_refused_with_its_place(root: Path, name: str, url: str, told: str) -> None:
    before = {path: path.read_bytes() for path in root.rglob("*.toml")}
    with pytest.raises(NewSiteError, match=told):
        write(root, name, Html(WORDPRESS, url), None, "one saved page")
    assert {path: path.read_bytes() for path in root.rglob("*.toml")} == before


def test_a_row_that_is_there_already_is_refused(root: Path) -> None:
    write(root, "brand_new", Html(WORDPRESS, "https://new.example/"), None, "one saved page")
    with pytest.raises(NewSiteError, match=r"wordpress\.toml has a row \[brand_new\] already: choose another name"):
        write(root, "brand_new", Html(WORDPRESS, "https://other.example/"), None, "one saved page")


def test_only_a_checkout_is_written_to(tmp_path: Path) -> None:
    with pytest.raises(NewSiteError, match="is no checkout of idwatch"):
        write(tmp_path, "brand_new", Html(WORDPRESS, "https://new.example/"), None, "one saved page")


def test_every_site_is_found_where_it_is_declared() -> None:
    for site in registry.spiders().values():
        file, _, line = declared_in(site).rpartition(", line ")
        assert re.search(
            rf"\[{site.name}\]|class {site.__name__}\b", Path(file).read_text().splitlines()[int(line) - 1]
        )


@pytest.mark.parametrize(
    ("path", "slash", "wanted"),
    [
        ("/2024/05/21/a-slug/", True, r"^/\d{4}/\d{2}/\d{2}/[^/]+/$"),
        ("/archives/37925", True, r"^/archives/\d+/$"),
        ("/bzhd/wshd/202507/t20250730_167430.html", False, r"^/bzhd/wshd/\d{6}/t\d{8}_\d+\.html$"),
        ("/world/2020-02/19/c_1125597921.htm", False, r"^/world/2020-02/\d{2}/c_\d+\.htm$"),
        ("/News/front/archives/2024/10/15/2003825331", False, r"^/News/front/archives/\d{4}/\d{2}/\d{2}/\d+$"),
        ("/single-post/weekly-report-4", False, r"^/single-post/[^/]+$"),
        ("/slug", True, r"^/[^/]+/$"),
    ],
)
def test_the_pattern_of_an_address(path: str, slash: bool, wanted: str) -> None:
    assert pattern_of(path, slash) == wanted
    assert re.search(wanted, path.rstrip("/") + "/" * slash)


REAL = {
    "official/mfa/*.html": "trs",
    "official/trs_wcm_*/article_*.html": "trs",
    "official/trs_wcm_ccdi/was5*.html": "trs",
    "official/xinhua/*.html": "press",
    "official/people/*.html": "press",
    "official/cgtn/*.html": "press",
    "watchdogs/_platform_wix/*.html": "wix",
    "watchdogs/dailynews_tz/*.html": "wordpress",
    "watchdogs/economist/*.html": "others",
    "watchdogs/taipeitimes/*.html": "others",
}


@pytest.mark.parametrize("pattern", REAL)
def test_the_family_of_real_pages(real_pages: Path, pattern: str) -> None:
    files = sorted(real_pages.glob(pattern))
    kind = SiteKind.OFFICIAL if pattern.startswith("official") else None
    assert {file.name: recognise(decode(file.read_bytes())[0], kind).name for file in files} == {
        file.name: REAL[pattern] for file in files
    }
    assert files


@pytest.mark.parametrize(
    ("file", "title"),
    [
        ("watchdogs/dailynews_tz/DailyNewsTZ_2025_01_23.html", "Daily News"),
        ("watchdogs/economist/economist.com.thinking.html", "The Economist"),
        ("watchdogs/taipeitimes/TaipeiTimes_2024_10_15.html", "Taipei Times"),
        ("watchdogs/_platform_wix/ccte-blog-index.html", "CCTE FIUNA"),
        ("official/cgtn/cgtn_home.html", "CGTN"),
        ("official/people/politics_n1_2024_0424_c1001-40223222.html", "人民网"),
        ("official/xinhua/xinhuanet_world_2019-12-10_c_1125327450.html", "新华网"),
        ("official/mfa/fmprc_web_zyxw_2019-02-17_t1638504.html", "中华人民共和国外交部"),
        ("official/trs_wcm_cmse/article_t20120624_43188.html", "中国载人航天官方网站"),
    ],
)
def test_the_title_that_real_pages_tell_of_their_site(real_pages: Path, file: str, title: str) -> None:
    page = Html(decode((real_pages / file).read_bytes())[0], "https://www.example.org/2026/03/12/x.html")
    assert told(page, slash=False).title == title


def test_the_page_is_asked_for_where_none_was_saved(tool: Callable[..., Any], internet: Any, root: Path) -> None:
    internet.say("notes.example", "/en/", WORDPRESS)
    sent = {"notes.example": internet.address}
    child = tool("new-site", "brand_new", "https://notes.example/en/", "--checkout", str(root), connect_to=sent)
    assert child.returncode == 0, child.stderr
    assert re.search(
        r"brand_new is declared in spiders/watchdogs/wordpress\.toml, line \d+ \(WordPress\)", child.stdout
    )
    assert "idwatch record https://notes.example/en/feed/" in child.stdout
    assert internet.paths("notes.example") == ["/robots.txt", "/en/"]
    assert "[brand_new]" in (root / "spiders" / "watchdogs" / "wordpress.toml").read_text(encoding="utf-8")


def test_a_page_that_is_not_to_be_had_makes_no_site(tool: Callable[..., Any], internet: Any, root: Path) -> None:
    internet.say("notes.example", "/en/", "no", 403)
    sent = {"notes.example": internet.address}
    child = tool("new-site", "brand_new", "https://notes.example/en/", "--checkout", str(root), connect_to=sent)
    assert child.returncode == 1
    assert "blocked (status_403); save the page and use --from" in child.stderr
    assert not (root / "tests" / "spiders" / "pages" / "brand_new").exists()


@pytest.mark.slow
def test_a_new_sites_test_fails_until_its_pages_are_recorded_and_checked(tmp_path: Path) -> None:
    for folder in ("spiders", "tests/spiders/pages", "docs"):
        shutil.copytree(CHECKOUT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "sites"))
    for file in ("pyproject.toml", "tests/conftest.py", "tests/spiders/conftest.py", "tests/spiders/test_sites.py"):
        shutil.copyfile(CHECKOUT / file, tmp_path / file)
    command = [sys.executable, "-c", (HERE / "new_site_child.py").read_text(encoding="utf-8")]
    environment = {**os.environ, "COLUMNS": "300"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    told = re.sub(r"\x1b\[\d*m", "", done.stdout)
    # only declared
    assert "brand_new_a]" in told
    assert re.search(
        r"FAILED \S+declared_documented_and_has_fixtures\[brand_new_a\] - .*an article's fixture is missing", told
    )
    # recorded, and seen by nobody
    assert re.search(
        r"FAILED \S+test_article\[brand_new_b/article_visit\] - .*nobody has held it against the page", told
    )
    assert re.search(r"FAILED \S+test_list\[brand_new_b/list_feed\]", told)
    # recorded and checked: all pass
    assert "brand_new_c" not in "".join(line for line in told.splitlines() if line.startswith(("FAILED", "ERROR")))
    assert re.search(r"PASSED \S+test_article\[brand_new_c/article_visit\]", told), told + done.stderr
    assert re.search(r"PASSED \S+declared_documented_and_has_fixtures\[brand_new_c\]", told)

"""`idwatch doctor` on sites that are well, redesigned, refusing, challenging, empty, silent, dead or forbidden."""

import json
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import CrawlSettings, Settings
from spiders import registry
from spiders.tools.asking import Notebook
from spiders.tools.checkup import Checkup
from spiders.tools.diagnosis import advice, diagnose

ROOT = Path(__file__).parents[3]
KINDS = (
    "well", "redesigned", "refusing", "challenging", "empty", "silent", "dead", "forbidding", "hasty", "torn", "moved",
    "indexed",
)  # fmt: skip
SITES = {name: f"www.{name}.example" for name in KINDS}
CHALLENGE = '<html><script>document.cookie="k=1";location.reload()</script></html>'
TEXT = "<p>The delegation met the deputy head of the department and spoke of exchanges between the two parties.</p>" * 2


def listing(day: str = "2026-03-12", numbers: range = range(1, 6)) -> str:
    entries = "".join(f'<li><a href="/news/{n}">A delegation met somebody, {n}</a> {day}</li>' for n in numbers)
    return f"<html><title>News</title><ul>{entries}</ul></html>"


def article(number: int) -> str:
    return (
        f"<html><title>Delegation {number} | Site</title><h1 class='title'>Delegation {number}</h1>"
        f"<p class='date'>2026-03-{number:02d}</p><div class='text'>{TEXT}</div></html>"
    )


def redesigned(number: int) -> str:
    return (
        f"<html><title>Delegation {number} | Site</title><h1>Delegation {number}</h1><b>2026-03-{number:02d}</b>"
        f"<main>{TEXT}</main></html>"
    )


@pytest.fixture
def sites(internet: Any) -> dict[str, str]:
    """What each kind of site answers; the addresses that their hosts are sent to."""
    for name, host in SITES.items():
        internet.say(host, "/news/", listing("2026-01-12" if name == "silent" else "2026-03-12"))
        for number in range(1, 6):
            internet.say(host, f"/news/{number}", redesigned(number) if name == "redesigned" else article(number))
    internet.say(SITES["refusing"], "/news/", "no", 403)
    internet.say(SITES["challenging"], "/news/1", CHALLENGE)
    internet.say(SITES["challenging"], "/news/2", CHALLENGE, 412)
    internet.say(SITES["empty"], "/news/", "<html><title>News</title><div id='app'></div></html>")
    internet.say(SITES["forbidding"], "/robots.txt", "User-agent: *\nDisallow: /news/", Content_Type="text/plain")
    robots = "User-agent: *\nCrawl-delay: 10"
    internet.say(SITES["hasty"], "/robots.txt", robots, Content_Type="text/plain")
    internet.say(SITES["torn"], "/news/1", "<html><h1 class='title'>Pictures</h1><p class='date'>2026-03-12</p></html>")
    internet.say(SITES["moved"], "/news/", "", 301, Location="/")
    internet.say(SITES["indexed"], "/news/", '<a href="/news/part/">All news of the year</a>')
    internet.say(SITES["indexed"], "/news/part/", listing())
    internet.say(SITES["moved"], "/", "<html><title>Home</title></html>")
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = f"127.0.0.1:{unused.getsockname()[1]}"
    return {host: closed if name == "dead" else internet.address for name, host in SITES.items()}


def test_each_trouble_is_told_with_advice(tool: Callable[..., Any], internet: Any, sites: dict[str, str]) -> None:
    child = tool("doctor", "--json", *SITES, connect_to=sites, sites=SITES)
    assert child.returncode == 1, child.stderr
    told = {site["site"]: site for site in json.loads(child.stdout)}
    assert list(told) == list(SITES)
    findings = {name: [(one["level"], one["code"]) for one in site["findings"]] for name, site in told.items()}
    assert findings == {
        "well": [],
        "redesigned": [("fault", "drift")] * 3,
        "refusing": [("fault", "blocked")],
        "challenging": [("fault", "challenged")] * 2,
        "empty": [("fault", "empty_list")],
        "silent": [("fault", "stale")],
        "dead": [("fault", "unreachable")],
        "forbidding": [("fault", "robots_forbid")],
        "hasty": [],  # the pause is not kept where the host is sent to a server of ours
        "torn": [("note", "short_body")],
        "moved": [("fault", "elsewhere")],
        "indexed": [],
    }
    assert {name for name, site in told.items() if site["well"]} == {"well", "hasty", "torn", "indexed"}
    assert all(one["says"] and one["advice"] for site in told.values() for one in site["findings"])
    details = {name: " ".join(one["detail"] for one in site["findings"]) for name, site in told.items()}
    assert "title: heading 3; declared: h1.title" in details["redesigned"]
    assert "body: shape 3; declared: div.text" in details["redesigned"]
    assert "403, status_403" in details["refusing"]
    assert "cookie_script" in details["challenging"]
    assert "refuses the connection" in details["dead"]
    assert "nothing published since 2026-01-12" in details["silent"]
    (section,) = told["well"]["sections"]
    assert (section["links"], section["newest"], section["outcome"]) == (5, "2026-03-12", "ok")
    assert [page["routes"] for page in section["pages"]] == [
        {"title": "site:h1.title", "published": "site:p.date", "body": "site:div.text"}
    ] * 3
    assert all(page["answer"]["status"] == 200 for page in section["pages"])
    assert told["well"]["robots"] == {SITES["well"]: "none, so no rules"}
    assert told["hasty"]["robots"] == {SITES["hasty"]: "read and obeyed, asks for 10 s between requests"}
    (section,) = told["indexed"]["sections"]
    assert [answer["url"] for answer in section["lists"]] == [
        f"https://{SITES['indexed']}/news/", f"https://{SITES['indexed']}/news/part/",
    ]  # fmt: skip
    assert (section["links"], len(section["pages"])) == (5, 3)
    # polite: robots.txt, one list, three articles, each once; what is forbidden was not asked for
    assert internet.paths(SITES["well"])[:2] == ["/robots.txt", "/news/"]
    assert sorted(internet.paths(SITES["well"])[2:]) == ["/news/1", "/news/2", "/news/3"]
    assert internet.paths(SITES["forbidding"]) == ["/robots.txt"]
    assert all(headers["User-Agent"].startswith("idwatch/") for _, _, headers in internet.asked)


def test_a_site_that_is_well_is_shown_and_nothing_is_stored(
    tool: Callable[..., Any], tmp_path: Path, internet: Any, sites: dict[str, str]
) -> None:
    child = tool("doctor", "well", connect_to=sites, sites=SITES)
    assert child.returncode == 0, child.stderr
    assert "well: well" in child.stdout
    assert re.search(
        r"News +ok 200 .* 5 links +2026-03-12 +3 of 3 +site:h1.title +site:p.date +site:div.text", child.stdout
    )
    assert "1 of 1 sites are well." in child.stdout
    assert "Warning: well was not asked itself, by crawl.connect_to" in child.stderr
    assert "may be declared" not in child.stderr
    assert [path.name for path in (tmp_path / "work").iterdir()] == ["idwatch.toml"]


def test_a_site_that_nobody_declared_is_wrong_usage(tool: Callable[..., Any]) -> None:
    child = tool("doctor", "nosuch", connect_to={})
    assert child.returncode == 2
    assert "no site is called 'nosuch'; there are:" in child.stderr


def test_a_site_for_which_a_browser_is_missing_is_not_well() -> None:
    checkup = Checkup(registry.spider("ccps"), Notebook(Settings()), obstacle="ccps needs a browser: install one")
    (found,) = diagnose(checkup)
    assert (found.code, found.level, found.detail) == ("no_browser", "fault", "ccps needs a browser: install one")


def test_after_three_refusals_nothing_more_is_asked() -> None:
    notebook = Notebook(Settings())
    exchange = {"method": "GET", "request_headers": (), "status": 403, "reason": "", "headers": (), "body": b"no"}
    for number in range(3):
        assert notebook.stopped is None
        notebook.take(url=f"https://chinascope.org/archives/{number}/", **exchange)
    assert notebook.stopped == "3 refusals in a row (status_403)"


def test_longer_pauses_that_a_site_asks_for_are_told() -> None:
    site = registry.spider("chinascope")
    host = site.hosts[0]
    notebook = Notebook(Settings(crawl=CrawlSettings(delay=4)))
    notebook.take(
        url=f"https://{host}/robots.txt", method="GET", request_headers=(), status=200, reason="OK",
        headers=(("Content-Type", "text/plain"),), body=b"User-agent: *\nCrawl-delay: 30\n",
    )  # fmt: skip
    (found,) = diagnose(Checkup(site, notebook))
    assert (found.code, found.level) == ("crawl_delay", "fault")
    assert found.detail == f"{host} asks for 30 s, {site.delay:g} s are kept"


def test_every_finding_is_explained_to_maintainers() -> None:
    text = (ROOT / "docs" / "maintainers.md").read_text(encoding="utf-8")
    assert [code for code in advice() if f"`{code}`" not in text] == []
    assert {one.level for one in advice().values()} == {"fault", "note"}

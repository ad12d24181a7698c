"""The Internet Archive's index and captures, from a replica on loopback that answers as its documentation says."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import random
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote_plus, unquote_plus, urlsplit

import pytest
from warcio.archiveiterator import ArchiveIterator

from spiders import registry
from spiders.history import wayback
from spiders.history.span import Span

# on one worker, so that the undisturbed walk is made once
pytestmark = pytest.mark.xdist_group("wayback")

ROBOTS = b"User-agent: *\nDisallow: /save/\n"


def page(title: str, words: str = "") -> bytes:
    text = (
        f"{title}: somebody met somebody of another party, and they spoke about the exchange between them. {words} " * 2
    )
    return f"<html><head><title>{title}</title></head><h1>{title}</h1><article><p>{text}</p></article></html>".encode()


@dataclass
class Held:
    """A capture that the replica holds."""

    timestamp: str
    original: str
    body: bytes
    mimetype: str = "text/html"
    status: str = "200"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html"), ("X-Archive-Orig-Server", "old"))
    plays: bool = True

    @property
    def digest(self) -> str:
        return base64.b32encode(hashlib.sha1(self.body).digest()).decode()

    @property
    def key(self) -> str:
        parts = urlsplit(self.original)
        host = ",".join(reversed((parts.hostname or "").removeprefix("www.").split(".")))
        return f"{host}){parts.path.lower()}"


@dataclass
class Replica:
    """Index and playback. ``busy`` answers are given before any other; ``most`` is the rows of an index page."""

    answer: Any
    held: list[Held] = field(default_factory=list)
    busy: list[Any] = field(default_factory=list)
    most: int = 7

    def __call__(self, host: str, target: str) -> Any:
        assert host == "web.archive.org"
        if target == "/robots.txt":
            return self.answer(ROBOTS)
        if self.busy:
            return self.busy.pop(0)
        return self.index(target) if target.startswith("/cdx/search/cdx?") else self.playback(target)

    def index(self, target: str) -> Any:
        asked = parse_qs(urlsplit(target).query)
        (url,), (match,) = asked["url"], asked["matchType"]
        wanted = Held("", url if "://" in url else f"http://{url}", b"").key
        rows = sorted(self.held, key=lambda one: (one.key, one.timestamp))
        rows = [one for one in rows if (one.key.startswith(wanted) if match == "prefix" else one.key == wanted)]
        rows = [one for one in rows if asked["from"][0] <= one.timestamp <= asked.get("to", ["9"])[0]]
        for rule in asked["filter"]:
            name, _, pattern = rule.partition(":")
            shown = {"statuscode": "status"}.get(name, name)
            rows = [one for one in rows if re.fullmatch(pattern, getattr(one, shown))]
        if "resumeKey" in asked:
            # the server decodes what the query held once more
            after = unquote_plus(asked["resumeKey"][0]).rstrip("!")
            rows = [one for one in rows if f"{one.key} {one.timestamp}" > after]
        most = min(self.most, int(asked["limit"][0]))
        given = [one for at, one in enumerate(rows[:most]) if not at or rows[at - 1].digest != one.digest]
        names = asked["fl"][0].split(",")
        table = [names, *([getattr(one, name) for name in names] for one in given)] if given else []
        if len(rows) > most:
            last = rows[most - 1]
            table += [[], [quote_plus(f"{last.key} {last.timestamp}!")]]
        return self.answer(json.dumps(table).encode(), headers=(("Content-Type", "application/json"),))

    def playback(self, target: str) -> Any:
        found = re.fullmatch(r"/web/(\d{14})id_/(.*)", target)
        assert found, target
        one = next((one for one in self.held if (one.timestamp, one.original) == found.groups()), None)
        if one is None or not one.plays:
            told = (("X-Archive-Wayback-Runtime-Error", "ResourceNotInArchiveException"),)
            return self.answer(b"<html>not archived</html>", 404, told)
        at = datetime.strptime(one.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        memento = (
            ("Memento-Datetime", format_datetime(at, usegmt=True)),
            ("Link", f'<{one.original}>; rel="original", <https://web.archive.org/web/>; rel="timegate"'),
        )
        return self.answer(one.body, 200, (*one.headers, *memento))


def old_site() -> list[Held]:
    """A dead site: twelve posts, some captured several times, beside what nobody wants."""
    held = []
    for number in range(12):
        url = f"http://past.test/post/2016/05/{number + 1:02d}/issue{number}/"
        port = url.replace("past.test", "past.test:80") if number == 7 else url
        held.append(Held(f"201606{number + 1:02d}080000", port, page(f"Issue {number}")))
        # the same day again: of no use
        held.append(Held(f"201606{number + 1:02d}230000", url, page(f"Issue {number}", "late")))
        if number % 4 == 0:
            held.append(Held(f"20170101{number:02d}0000", url.replace("http:", "https:"), page(f"Issue {number}", "2")))
    # no documents; so many that a page of the index ends with one, whose address must come back whole
    held += [Held("20160601000000", f"http://past.test/post/2016/05/05+06/{n}", page(f"Plus {n}")) for n in range(9)]
    held += [
        # the same bytes again
        Held("20160602080000", "http://past.test/post/2016/05/01/issue0/", page("Issue 0")),
        Held("20160601000000", "http://past.test/logo.png", b"png", "image/png"),
        Held("20160601000000", "http://past.test/about/", page("About")),
        Held("20160601000000", "http://past.test/post/2016/05/01/gone/", b"gone", status="404"),
        Held("20150101000000", "http://past.test/post/2015/01/01/early/", page("Early")),
        Held("20160601000000", "http://past.test/post/2016/05/20/lost/", page("Lost"), plays=False),
    ]
    return held


STATES = 12 + 3
"""Captures of the old site that are worth asking for."""


@pytest.fixture
def replica(answer: Any) -> Replica:
    return Replica(answer, old_site())


@pytest.fixture
def web(replica: Replica, web_type: Any) -> Iterator[Any]:
    with web_type(replica) as web:
        yield web


SPAN = {"source": "wayback", "since": "2016-01-01", "until": "2018-12-31"}


@pytest.fixture
def backfills(backfills_type: Any, tmp_path: Path) -> Any:
    return backfills_type(tmp_path / "data folder", **SPAN)


@dataclass
class Undisturbed:
    """A backfill that nobody disturbed, of an archive that was busy at first: what it said, asked and left behind."""

    backfills: Any
    done: dict[str, Any]
    asked: list[str]
    rows: dict[str, Any]


@pytest.fixture(scope="module")
def undisturbed(
    backfills_type: Any, web_type: Any, answer: Any, tmp_path_factory: pytest.TempPathFactory
) -> Undisturbed:
    backfills = backfills_type(tmp_path_factory.mktemp("undisturbed") / "data folder", **SPAN)
    busy = answer(b"slow down", 429, (("Retry-After", "0"),))
    with web_type(Replica(answer, old_site(), [busy, answer(b"busy", 503), busy])) as web:
        done = backfills(web)
    return Undisturbed(backfills, done, web.asked(), backfills.rows())


def test_states_of_a_dead_site_come_with_their_own_time_and_address(undisturbed: Undisturbed) -> None:
    done, backfills = undisturbed.done, undisturbed.backfills
    assert (done["run"]["health"], done["run"]["cause"], done["left"]) == ("ok", None, 0)
    captures = [target for target in undisturbed.asked if target.startswith("/web/")]
    assert len(captures) == len(set(captures)) == STATES + 1
    assert not any("about" in target or "gone" in target or "early" in target for target in captures)
    assert (done["run"]["counts"]["captures"], done["run"]["counts"]["not_played_back"]) == (STATES, 1)
    assert backfills.query("SELECT count(*) FROM page") == [(12,)]
    assert len(undisturbed.rows["snapshots"]) == STATES
    assert [seen[:10] for seen, _ in undisturbed.rows["changes"]] == ["2017-01-01"] * 3
    assert {outcome for url, _, outcome in undisturbed.rows["visits"] if "web.archive.org" not in url} == {"ok"}
    assert backfills.query("SELECT min(fetched_at), max(fetched_at) FROM snapshot") == [
        ("2016-06-01 08:00:00.000000", "2017-01-01 08:00:00.000000")
    ]
    archived = dict(backfills.archived())
    assert archived["http://past.test/post/2016/05/02/issue1/"] == "2016-06-02T08:00:00Z"
    assert archived["https://web.archive.org/robots.txt"] == "2026-11-02T08:00:00Z"
    assert backfills.query("SELECT kind, site FROM run") == [("backfill", "past")]


def test_the_copy_says_which_archive_it_is_from(undisturbed: Undisturbed) -> None:
    (file,) = (undisturbed.backfills.folder / "data" / "archive").glob("*.warc.gz")
    with file.open("rb") as stream:
        records = [
            (one.rec_type, one.rec_headers, one.http_headers, one.content_stream().read())
            for one in ArchiveIterator(stream)
        ]
    own = [one for one in records if one[1]["WARC-Target-URI"] == "http://past.test/post/2016/05/08/issue7/"]
    (kind, about, head, body), (beside, at, _, origin) = own
    assert (kind, about["WARC-Date"], body) == ("response", "2016-06-08T08:00:00Z", page("Issue 7"))
    assert head.headers == [("Server", "old"), ("Content-Type", "text/html")]
    assert (beside, at["WARC-Refers-To"]) == ("metadata", about["WARC-Record-ID"])
    address = "https://web.archive.org/web/20160608080000id_/http://past.test:80/post/2016/05/08/issue7/"
    assert f"source-archive: web.archive.org\r\nsource-address: {address}\r\n" in origin.decode()
    assert "copied-at: 2026-11-02T08:00:00+00:00" in origin.decode()


def test_what_was_had_is_not_asked_again(undisturbed: Undisturbed, backfills: Any, web: Any) -> None:
    shutil.copytree(undisturbed.backfills.folder, backfills.folder)
    assert backfills(web)["run"] is None
    assert web.log == []
    # begun anew, it reads the index again and asks for no capture that is held
    backfills(web, again=True)
    assert [target for target in web.asked() if target.startswith("/web/")] == [
        "/web/20160601000000id_/http://past.test/post/2016/05/20/lost/"
    ]
    assert any(target.startswith("/cdx/") for target in web.asked())
    assert without_index(backfills.rows()) == without_index(undisturbed.rows)


def test_codings_that_the_archive_confuses(backfills: Any, web: Any, replica: Replica) -> None:
    own = ("Content-Type", "text/html"), ("X-Archive-Orig-Content-Encoding", "gzip")
    cases = {
        "as_it_was": (True, own),
        "unpacked": (False, own),
        "twice": (True, (*own, ("Content-Encoding", ""))),
        "for_the_way": (True, (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))),
        "brotli": (False, (("Content-Type", "text/html"), ("X-Archive-Orig-Content-Encoding", "br"))),
    }
    replica.held = []
    for number, (name, (is_packed, headers)) in enumerate(cases.items(), 1):
        body = gzip.compress(page(name)) if is_packed else page(name)
        url = f"http://past.test/post/2016/05/01/{name}/"
        replica.held.append(Held(f"2016060{number}080000", url, body, headers=headers))
    backfills(web)
    assert backfills.query("SELECT title FROM reading ORDER BY title") == [(name,) for name in sorted(cases)]


def test_it_gives_up_when_asked_again_and_again_and_a_later_start_goes_on(
    backfills: Any, web: Any, replica: Replica, answer: Any
) -> None:
    normal = replica.index
    replica.busy = []
    counted = iter(range(10**6))

    def then_busy(target: str) -> Any:
        if next(counted) == 1:
            replica.busy = [answer(b"slow down", 429)] * 50
        return normal(target)

    replica.index = then_busy  # type: ignore[method-assign]
    done = backfills(web)
    assert done["run"]["health"] == "blocked"
    assert "web.archive.org answers 429, 5 times; start the same command in an hour" in done["run"]["cause"]
    assert done["left"] > 0
    assert sum(status.status == 429 for status in replica.busy) == 45, "five were given, and no more asked for"
    replica.busy, replica.index = [], normal  # type: ignore[method-assign]
    before = set(web.asked())
    done = backfills(web)
    assert (done["run"]["health"], done["left"]) == ("ok", 0)
    assert len(backfills.rows()["snapshots"]) == STATES
    assert len([target for target in before if target.startswith("/web/")]) < STATES


def test_what_robots_txt_forbids_is_not_asked(backfills: Any, web: Any, answer: Any) -> None:
    usual = web.answer
    web.answer = lambda host, target: (
        answer(b"User-agent: *\nDisallow: /web/\n") if target == "/robots.txt" else usual(host, target)
    )
    done = backfills(web)
    assert done["run"]["health"] == "blocked"
    assert "forbidden by robots.txt" in done["run"]["cause"]
    assert not any(target.startswith("/web/") for target in web.asked())


def test_an_answer_that_is_no_index_is_told(backfills: Any, web: Any, replica: Replica, answer: Any) -> None:
    replica.index = lambda target: answer(b"org.archive.wayback.exception.RobotAccessControlException: Blocked")  # type: ignore[method-assign]
    done = backfills(web)
    assert done["run"]["health"] == "broken"
    assert "RobotAccessControlException" in done["run"]["cause"]
    assert done["left"] > 0


def without_index(rows: dict[str, Any]) -> dict[str, Any]:
    """The rows without visits of the index, which was busy for one of them."""
    return rows | {"visits": [visit for visit in rows["visits"] if "web.archive.org" not in visit[0]]}


@pytest.mark.parametrize("times", [pytest.param(3, marks=pytest.mark.slow), pytest.param(25, marks=pytest.mark.soak)])
def test_killed_again_and_again_it_ends_as_an_undisturbed_one(
    backfills: Any, web: Any, undisturbed: Undisturbed, times: int
) -> None:
    seed = int(os.environ.get("IDWATCH_TEST_SEED", random.SystemRandom().randrange(10**6)))
    print(f"seed {seed} (IDWATCH_TEST_SEED repeats it)")
    draw = random.Random(seed)
    kills = 0
    for _ in range(times):
        child = backfills.start(web)
        until = len(web.log) + draw.randrange(1, 36 // times + 2)
        while len(web.log) < until and child.poll() is None:
            time.sleep(0.001)
        time.sleep(draw.random() * 0.05)
        if child.poll() is not None:
            assert child.returncode == 0, child.stderr
            break
        child.kill()
        child.wait(30)
        kills += 1
    assert kills >= times // 2
    assert backfills(web)["left"] == 0
    assert without_index(backfills.rows()) == without_index(undisturbed.rows)
    archived = Counter(backfills.archived())
    ours = [one for one in archived if "web.archive.org" not in one[0]]
    assert len(ours) == STATES
    assert [one for one in ours if archived[one] > 1] == []
    asked = Counter(web.asked())
    # one request at a time: what was under way at a kill is asked again, at worst with what led to it
    assert sum(asked.values()) - len(asked) <= 2 * kills


# What is asked of the index


def test_the_index_is_asked_for_what_documents_begin_with() -> None:
    span = Span(date(2016, 1, 1), date(2016, 12, 31))

    def asked(name: str) -> list[tuple[str, str]]:
        queries = (
            parse_qs(urlsplit(address).query) for address in wayback.index_addresses(registry.spider(name), span)
        )
        return [(query["url"][0], query["matchType"][0]) for query in queries]

    assert ("idcpc.gov.cn/english", "prefix") in asked("idcpc_en")
    assert ("idcpc.gov.cn/", "prefix") in asked("idcpc_zh")
    # the list whose items are read as pages
    assert [match for url, match in asked("idcpc_en") if "was5" in url] == ["exact"]
    (address,) = {one for one in wayback.index_addresses(registry.spider("idcpc_zh"), span) if "gov.cn" in one}
    query = parse_qs(urlsplit(address).query)
    assert (query["from"], query["to"]) == (["20160101000000"], ["20161231235959"])
    assert query["collapse"] == ["digest"]


@pytest.mark.parametrize(
    ("pattern", "begin"),
    [
        (r"^/english\w*/[\w/-]+", "/english"),
        (r"^/news/\d+", "/news/"),
        (r"^/a\.b/c?d", "/a.b/"),
        (r"^/(?:one|two)/x", "/"),
        (r"^/one/|^/two/", "/"),
        (r"/anywhere/", "/"),
        (r"^/single-post/[\w-]+$", "/single-post/"),
    ],
)
def test_the_beginning_of_a_path_is_taken_as_far_as_it_is_literal(pattern: str, begin: str) -> None:
    site = type("Site", (), {"article_paths": (re.compile(pattern),)})
    assert wayback._begins(site) == [begin]  # type: ignore[arg-type]

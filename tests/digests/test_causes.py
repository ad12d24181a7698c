"""What readers are told of why a site was not read: in their language, nothing of the machine's words."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from importlib import resources
from typing import Any

import pytest
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError, DownloadTimeoutError

from digests.causes import OTHER, code_of
from digests.contents import contents
from digests.periods import parse_period
from digests.rendering import render
from digests.slices import whole_slice
from digests.wording import words
from pipeline.store.database import Database
from spiders.failures import RobotsForbid, cause_of


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


URL = "https://www.idcpc.gov.cn/blocked/403/"


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (cause_of(DownloadTimeoutError(), URL), "unanswered"),
        (cause_of(CannotResolveHostError(), URL), "unanswered"),
        (cause_of(DownloadConnectionRefusedError(), URL), "unanswered"),
        (cause_of(DownloadTimeoutError(), URL, robots=True), "unanswered"),
        ("no answer from www.idcpc.gov.cn: ConnectTimeout", "unanswered"),
        (cause_of(RobotsForbid("forbidden by robots.txt"), URL), "forbidden"),
        ("5 refusals in a row (status_403)", "refused"),
        (f"{URL}: challenged (cookie_script)", "refused"),
        ("12 of 14 requests refused", "refused"),
        (f"{URL}: error (status_503)", "faulty"),
        (f"{URL}: the list is empty", "moved"),
        (f"{URL}: missing (home_page)", "moved"),
        ("3 errors in the spider; see the log", "moved"),
        ("stopped by a signal (SIGTERM or Ctrl-C) before its end", "interrupted"),
        ("idcpc_zh needs a browser: install the system's package `chromium`", OTHER),
        ("<script>alert(1)</script>", OTHER),
    ],
)
def test_a_cause_falls_under_a_code(cause: str, code: str) -> None:
    assert code_of(cause) == code


def test_the_codes_are_those_that_have_words() -> None:
    codes = tomllib.loads(resources.files("digests").joinpath("data", "causes.toml").read_text(encoding="utf-8"))
    assert {*codes, OTHER} == set(words()["causes"])


def test_an_edition_tells_the_cause_in_its_language(database: Database, fill: Any) -> None:
    def work(f: Any) -> None:
        cause = "no answer from www.idcpc.gov.cn: ConnectTimeout"
        f.run("idcpc_en", datetime(2025, 7, 28, 2, tzinfo=UTC), "unreachable", cause=cause)
        f.site("blog_en")
        f.run("blog_en", datetime(2025, 7, 27, tzinfo=UTC), "unreachable", cause=cause)

    fill(work)
    for language, told in {"en": "the site did not answer", "zh": "网站没有响应"}.items():
        with database.reading() as session:
            whole = whole_slice(session, "weekly", language)
            rows = contents(session, parse_period("2025-W30"), [whole], datetime(2025, 7, 28, 4, tzinfo=UTC))[0].rows
        made = render(rows, draft=False)
        assert [gap.cause for gap in rows.gaps] == ["no answer from www.idcpc.gov.cn: ConnectTimeout"]
        for text in (made.text, made.html):
            assert "".join(told.split()) in "".join(text.split())
            assert "ConnectTimeout" not in text

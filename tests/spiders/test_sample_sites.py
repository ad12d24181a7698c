"""The sample sites, read by the rules: against the truth that their own author wrote down, who never saw the rules."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.words import Outcome, Record, Shown
from spiders import registry
from spiders.reading import read
from spiders.sample.server import SITE_NAMES, SITES

EXPECTED = Path(__file__).parent / "sample_expected.jsonl"
TRUTH: list[dict[str, Any]] = [json.loads(line) for line in EXPECTED.read_text(encoding="utf-8").splitlines()]
# "Often no headline and no date at all in the text": the title tag is the site's name, the title stands on the list.
HEADLINELESS = {"https://www.idcpc.gov.cn/bzhd/wshd/202506/t20250627_167215.html"}


def shown(address: str) -> Shown:
    host, _, path = address.partition("://")[2].partition("/")
    body = (SITES / "first" / host / path).read_bytes()
    at = datetime(2025, 7, 28, tzinfo=UTC)
    return read(Record("r", address, at, 200, (("Content-Type", "text/html"),), body, "f", 0))


@pytest.mark.parametrize("truth", TRUTH, ids=lambda truth: truth["url"].rpartition("/")[2])
def test_article(truth: dict[str, Any]) -> None:
    seen = shown(truth["url"])
    (page,) = seen.pages
    assert seen.site == f"idcpc_{truth['language']}"
    assert page.language == truth["language"]
    assert page.title == (None if truth["url"] in HEADLINELESS else truth["title"])
    assert (page.published and page.published.isoformat()) == truth["published"]
    assert page.body.replace(" ", "").startswith(truth["first_sentence"].replace(" ", "")[:24])


def test_no_furniture_stands_in_a_text() -> None:
    # notes, footers and related links are outside the container that the rules read
    for truth in TRUTH:
        (page,) = shown(truth["url"]).pages
        assert "idwatch" not in page.body.lower(), truth["url"]
        assert "版权" not in page.body, truth["url"]
        assert "copyright" not in page.body.lower(), truth["url"]


def test_every_address_of_a_page_is_folded_to_one() -> None:
    for truth in TRUTH:
        site = registry.owner(truth["url"])
        assert site is not None
        assert len({site.canonical(address) for address in (truth["url"], *truth["also"])}) == 1


def test_the_sites_own_rules_serve_every_text() -> None:
    routes = Counter(page.routes["body"].partition(":")[0] for truth in TRUTH for page in shown(truth["url"]).pages)
    assert routes == {"site": len(TRUTH)}


def test_every_list_of_the_sample_is_read() -> None:
    listed: set[str] = set()
    for site in map(registry.spider, SITE_NAMES):
        for section in site.sections:
            number = 1
            while True:
                address = site.list_page(section, number)
                name = address.removeprefix("https://").partition("?")[0]
                name = f"{name}_page_{number}.html" if "/was5/" in name else name + "index.html" * name.endswith("/")
                if not (SITES / "first" / name).is_file():
                    assert section.optional, address
                    break
                at = datetime(2025, 7, 28, tzinfo=UTC)
                body = (SITES / "first" / name).read_bytes()
                seen = read(Record("r", address, at, 200, (), body, "f", 0))
                assert seen.outcome is Outcome.OK
                assert seen.listed or seen.pages, address
                listed |= {one.url for one in seen.listed}
                if number >= min(seen.list_pages or 1, section.most_pages or 99):
                    break
                number += 1
    owners = {truth["url"]: registry.owner(truth["url"]) for truth in TRUTH}
    assert {owner.canonical(url) for url, owner in owners.items() if owner} <= listed

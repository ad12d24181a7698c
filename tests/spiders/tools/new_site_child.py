"""Three new sites in the copy of a checkout that is the working folder, and what its tests say of them: one declared,
one recorded, one recorded and checked. Each step is a process of its own, as it is for a maintainer."""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import scrapy  # noqa: F401  # loaded once for all steps
import trafilatura  # noqa: F401
from typer.testing import CliRunner

HEAD = '<html lang="en"><head><meta name="generator" content="WordPress 6.5"><title>{}</title></head>'
ARTICLE = (
    HEAD
    + """<body><h1>A visit</h1><time>March 12, 2026</time><div class="entry-content"><p>The delegation met the
deputy head of the department and spoke of exchanges between the two parties.</p></div></body></html>"""
)
FEED = """<rss version="2.0"><channel><item><title>A visit</title><link>https://{}/2026/03/12/visit/</link>
<pubDate>Thu, 12 Mar 2026 08:00:00 +0000</pubDate></item></channel></rss>"""
SITES = {name: f"{name.replace('_', '-')}.example" for name in ("brand_new_a", "brand_new_b", "brand_new_c")}


def declare() -> None:
    from spiders.tools.commands import app

    for name, host in SITES.items():
        Path("saved.html").write_text(HEAD.format(name), encoding="utf-8")
        words = ["new-site", name, f"https://{host}/2026/03/12/visit/", "--from", "saved.html"]
        done = CliRunner().invoke(app, words, catch_exceptions=False)
        print(done.output)
        assert done.exit_code == 0


def record() -> None:
    from pipeline.archive import Exchange
    from spiders import catalogue, registry
    from spiders.tools.recording import place, save

    pages = Path("tests/spiders/pages")
    for name in ("brand_new_b", "brand_new_c"):
        host = SITES[name]
        for path, body, kind, fixture in (
            ("/2026/03/12/visit/", ARTICLE.format("A visit"), "text/html", "article_visit"),
            ("/feed/", FEED.format(host), "application/rss+xml", "list_feed"),
        ):
            url = f"https://{host}{path}"
            headers = (("Content-Type", kind),)
            exchange = Exchange(url, "GET", (), 200, "OK", headers, body.encode(), datetime(2026, 3, 13, tzinfo=UTC))
            files = place(pages, registry.spider(name), url, fixture)
            shown = save(files, exchange)
            print(files.expected, shown.outcome, files.expected.read_text())
            if name == "brand_new_c":
                values = json.loads(files.expected.read_text(encoding="utf-8"))
                values["checked"] = True
                files.expected.write_text(json.dumps(values), encoding="utf-8")
    Path("docs/sites.md").write_text(catalogue.page(), encoding="utf-8")


def test() -> None:
    pytest.main(["tests/spiders/test_sites.py", "-k", "brand_new", "-rA", "-q", "-p", "no:cacheprovider", "--tb=line"])


if __name__ == "__main__":
    for step in (declare, record, test):
        sys.stdout.flush()
        if not (child := os.fork()):
            step()
            sys.stdout.flush()
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            sys.exit(f"{step.__name__} failed")

"""The maintainer's commands in a process of their own, with further sites declared: names and hosts as JSON, then the
command's words."""

import json
import re
import sys

from pipeline.words import SiteKind
from spiders import registry
from spiders.declared import Rules
from spiders.site import Section, SiteSpider
from spiders.tools.commands import app


def further_site(name: str, host: str) -> type[SiteSpider]:
    declarations = {
        "name": name,
        "title": name,
        "kind": SiteKind.WATCHDOG,
        "language": "en",
        "family": "watchdog",
        "hosts": (host,),
        "home": f"https://{host}/",
        "home_titles": frozenset({"Home"}),
        "sections": (Section(f"https://{host}/news/", "News", further=re.compile("^/news/part/$")),),
        "article_paths": (re.compile(r"^/news/\d+$"),),
        "rules": (Rules(titles=("h1.title",), dates=("p.date",), bodies=("div.text",)),),
        "every_hours": 24,
        "quiet_days": 7,
        "empty_is_normal": False,
        "licence": None,
        "verified": "a test's own site",
    }
    return type(name, (SiteSpider,), declarations)


if __name__ == "__main__":
    sites = json.loads(sys.argv[1])
    registry.spiders().update({name: further_site(name, host) for name, host in sites.items()})
    app(args=sys.argv[2:], prog_name="idwatch")

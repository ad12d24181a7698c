"""A check as a person reads it, and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from pipeline.console import printable
from spiders.catalogue import tried_live
from spiders.tools.checkup import OK, Answer, Checkup, SectionCheck
from spiders.tools.diagnosis import FAULT, Finding, is_well, robots_verdict

_FIELDS = ("title", "published", "body")


def show(console: Console, checkup: Checkup, findings: list[Finding]) -> None:
    """Print a site: how it is, its sections as a table, its findings with advice."""
    site = checkup.site
    console.rule(f"{site.name}: {'well' if is_well(findings) else 'not well'}", align="left")
    console.print(printable(f"{site.title}, {site.home}"), soft_wrap=True)
    console.print(printable(f"Verified: {site.verified}. Tried live: {tried_live(site)}."), soft_wrap=True)
    for host, words in robots_verdict(checkup.notebook).items():
        console.print(printable(f"robots.txt of {host}: {words}"), soft_wrap=True)
    if checkup.sections:
        console.print(_table(checkup.sections))
    for finding in findings:
        where = f"{finding.section}: " if finding.section else ""
        style = "red" if finding.level == FAULT else "yellow"
        console.print(
            printable(f"{finding.level}: {where}{finding.advice.says} ({finding.detail})"), style=style, soft_wrap=True
        )
        console.print(printable(f"    {finding.advice.advice}"), soft_wrap=True)
    console.print()


def _table(sections: Iterable[SectionCheck]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("list", "answer", "s", "shows", "newest", "articles", *_FIELDS):
        table.add_column(heading, overflow="fold")
    for check in sections:
        last = check.lists[-1] if check.lists else None
        asked = [page for page in check.pages if page.answer is not None]
        read = [page for page in check.pages if page.routes]
        table.add_row(
            printable(check.section.title),
            _words(last) if last else check.code,
            f"{last.seconds:.2f}" if last and last.seconds is not None else "",
            ", ".join(f"{number} {what}" for number, what in _shown(check) if number),
            check.newest.isoformat() if check.newest else "",
            f"{sum(page.answer.code == OK for page in asked if page.answer)} of {len(asked)}" if asked else "",
            *(printable(_routes(Counter(page.routes.get(name, "none") for page in read))) for name in _FIELDS),
        )
    return table


def _words(answer: Answer) -> str:
    return f"{answer.code} {answer.status}" if answer.status else answer.code


def _shown(check: SectionCheck) -> list[tuple[int, str]]:
    return [(check.found, "links"), (check.items, "items")]


def _routes(served: Counter[str]) -> str:
    return ", ".join(f"{route} {number}" if len(served) > 1 else route for route, number in served.most_common())


def as_json(checkup: Checkup, findings: list[Finding]) -> dict[str, Any]:
    """A site's check in plain values."""
    return {
        "site": checkup.site.name,
        "well": is_well(findings),
        "verified": checkup.site.verified,
        "tried_live": checkup.site.tried_live and checkup.site.tried_live.isoformat(),
        "robots": robots_verdict(checkup.notebook),
        "sections": [_section(check) for check in checkup.sections],
        "findings": [
            {
                "code": finding.code,
                "level": finding.level,
                "section": finding.section,
                "says": finding.advice.says,
                "detail": finding.detail,
                "advice": finding.advice.advice,
            }
            for finding in findings
        ],
    }


def _section(check: SectionCheck) -> dict[str, Any]:
    return {
        "title": check.section.title,
        "url": check.section.url,
        "form": check.section.form.value,
        "outcome": check.code,
        "lists": [asdict(answer) for answer in check.lists],
        "links": check.found,
        "dated": check.dated,
        "items": check.items,
        "newest": check.newest.isoformat() if check.newest else None,
        "pages": [asdict(page) for page in check.pages],
    }

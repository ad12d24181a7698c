"""The sites as a table: rows for the database, for ``idwatch sites list``, and the page ``docs/sites.md``."""

from __future__ import annotations

from datetime import timedelta

from pipeline.store.sync import SiteDeclaration
from spiders import registry
from spiders.site import Section, SiteSpider

_HEAD = """# Sites

Made by `idwatch sites docs` from the declarations in `spiders/`; a test fails when it is stale.

"Verified" says what a site's rules were tried on, and nothing more.

| site | name | kind | language | family | asked every | silent after | verified |
|---|---|---|---|---|---|---|---|
"""


def declarations() -> list[SiteDeclaration]:
    """What the table ``site`` holds of every site."""
    return [
        SiteDeclaration(
            name=site.name,
            title=site.title,
            kind=site.kind.value,
            language=site.language,
            family=site.family,
            home=site.home,
            hosts=site.hosts,
            every_hours=site.every_hours,
            quiet_days=site.quiet_days,
            empty_is_normal=site.empty_is_normal,
            licence=site.licence,
            items_are_pages=any(section.items_are_pages for section in site.sections),
        )
        for site in registry.spiders().values()
    ]


def page() -> str:
    """The text of ``docs/sites.md``."""
    sites = list(registry.spiders().values())
    return _HEAD + "\n".join(map(_row, sites)) + "\n" + "".join(map(_chapter, sites))


def _row(site: type[SiteSpider]) -> str:
    cells = (
        f"`{site.name}`",
        f"[{site.title}]({site.home})",
        site.kind.value,
        site.language,
        site.family,
        _hours(site.every_hours),
        f"{site.quiet_days} days",
        site.verified,
    )
    return f"| {' | '.join(cells)} |"


def _chapter(site: type[SiteSpider]) -> str:
    text = (site.__doc__ or "").strip()
    licence = site.licence or "none declared: shown as marked sentences, hash and links"
    hosts = ", ".join(f"`{host}`" for host in site.hosts)
    empty = "normal" if site.empty_is_normal else "a fault"
    return "\n".join(
        [
            f"\n## `{site.name}`\n",
            *([" ".join(line.strip() for line in text.splitlines()) + "\n"] if text else []),
            f"Hosts: {hosts} (folded to the first). An empty list is {empty}. Licence of full texts: {licence}.\n",
            "| list | address | notes |",
            "|---|---|---|",
            *(f"| {section.title} | {section.url} | {_notes(section)} |" for section in site.sections),
            "",
        ]
    )


def _notes(section: Section) -> str:
    notes = {
        "items are pages": section.items_are_pages,
        "may be gone": section.optional,
        "closed collection, walked once": section.closed,
        f"first {section.most_pages} pages": section.most_pages is not None,
    }
    return "; ".join(note for note, holds in notes.items() if holds)


def _hours(hours: int) -> str:
    span = timedelta(hours=hours)
    return f"{span.days} days" if span.days > 1 and not span.seconds else f"{hours} hours"

"""The sites as a table: rows for the database, for ``idwatch sites list``, and the page ``docs/sites.md``."""

from __future__ import annotations

from datetime import timedelta

from pipeline.store.sync import SiteDeclaration
from spiders import registry
from spiders.site import Section, SiteSpider

_HEAD = """# Sites

Made by `idwatch sites docs` from the declarations in `spiders/`; a test fails when it is stale.

"Verified" says what a site's rules were tried on, and nothing more: copies of our own making in the site's structure,
pages saved from it. "Tried live" is the last day on which `idwatch doctor` found the site itself well. Of a site "all"
is kept, or what is "relevant" (`pipeline/watch/relevance.toml`: about the department, or about contact of its party
with others), or only what its "feeds" tell, since its articles are paid for.

| site | name | kind | language | family | kept | asked every | silent after | verified | tried live |
|---|---|---|---|---|---|---|---|---|---|
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
            items_are_pages=site.feed_only or any(section.items_are_pages for section in site.sections),
        )
        for site in registry.spiders().values()
    ]


def page() -> str:
    """The text of ``docs/sites.md``."""
    sites = list(registry.spiders().values())
    return _HEAD + "\n".join(map(_row, sites)) + "\n" + "".join(map(_chapter, sites))


def kept(site: type[SiteSpider]) -> str:
    """What of a site is kept, in a word or two."""
    words = [word for word, holds in {"feeds": site.feed_only, "relevant": site.general}.items() if holds]
    return ", ".join(words) or "all"


def tried_live(site: type[SiteSpider]) -> str:
    """The last day on which the site itself was found well."""
    return site.tried_live.isoformat() if site.tried_live else "never"


def _row(site: type[SiteSpider]) -> str:
    cells = (
        f"`{site.name}`",
        f"[{site.title}]({site.home})",
        site.kind.value,
        site.language,
        site.family,
        kept(site),
        _hours(site.every_hours),
        f"{site.quiet_days} days",
        site.verified,
        tried_live(site),
    )
    return f"| {' | '.join(cells)} |"


def _chapter(site: type[SiteSpider]) -> str:
    # a row's notes; the docstring of a family's base is about the family
    text = (site.__dict__.get("__doc__") or "").strip()
    licence = site.licence or "none declared: shown as marked sentences, hash and links"
    hosts = ", ".join(f"`{host}`" for host in site.hosts)
    folded = " (folded to the first)" if site.one_host and len(site.hosts) > 1 else ""
    empty = "normal" if site.empty_is_normal else "a fault"
    pause = f" At least {site.delay:g} s between two requests." if site.delay else ""
    facts = (
        f"Hosts: {hosts}{folded}. An empty list is {empty}.{pause} Licence of full texts: {licence}. "
        f"Terms: {site.terms}.\n"
    )
    return "\n".join(
        [
            f"\n## `{site.name}`\n",
            *([" ".join(line.strip() for line in text.splitlines()) + "\n"] if text else []),
            facts,
            "| list | address | form | notes |",
            "|---|---|---|---|",
            *(
                f"| {section.title} | {section.url} | {section.form.value} | {_notes(section)} |"
                for section in site.sections
            ),
            "",
        ]
    )


def _notes(section: Section) -> str:
    notes = {
        "items are pages": section.items_are_pages,
        "may be gone": section.optional,
        "closed collection, walked once": section.closed,
        "for a backfill": section.history,
        "leads to further lists": section.further is not None,
        f"{section.most_pages} pages a run": section.most_pages is not None,
    }
    return "; ".join(note for note, holds in notes.items() if holds)


def _hours(hours: int) -> str:
    span = timedelta(hours=hours)
    return f"{span.days} days" if span.days > 1 and not span.seconds else f"{hours} hours"

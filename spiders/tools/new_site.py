"""A new site's row, written from one page of it into the table of its family, and the place for its fixtures."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from scrapy.utils.misc import load_object

from pipeline.words import SiteKind
from spiders import registry, rows
from spiders.declared import DeclarationError
from spiders.markup import Html
from spiders.site import SiteSpider
from spiders.tools.families import Family, Told, recognise, told

PAGES = Path("tests", "spiders", "pages")
"""The folder of all fixtures, from the checkout's root."""

TO_BE_CHANGED = "^/CHANGE-ME/[^/]+$"
"""Stands for the pattern of articles where a page shows none."""

_TEMPLATES = Path(__file__).parents[1] / "templates"
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class NewSiteError(Exception):
    """The site cannot be declared so; the message names the file and what to do."""


@dataclass(frozen=True, slots=True)
class Written:
    """A new row: its family, the table and the line where it begins, the folder of its fixtures, the addresses of its
    lists, and what its articles look like."""

    family: Family
    table: Path
    line: int
    pages: Path
    lists: tuple[str, ...]
    articles: str | None


def write(root: Path, name: str, page: Html, kind: SiteKind | None, seen: str) -> Written:
    """Declare the site of a page in the checkout at ``root``. ``seen`` says in words what the page was, for the row's
    ``verified``. Raises NewSiteError; then nothing is written."""
    if not _NAME.fullmatch(name):
        raise NewSiteError(f"{name!r}: a site's name is small letters, figures and _, a letter first")
    _refuse_known(name, page.url)
    family = recognise(page.text, kind)
    table, pages = root / "spiders" / family.table, root / PAGES
    if not table.is_file() or not pages.is_dir():
        raise NewSiteError(f"{root} is no checkout of idwatch: {table} and {pages} are wanted; run this in one")
    before = table.read_text(encoding="utf-8")
    if re.search(rf"^\[{name}\]", before, re.MULTILINE):
        raise NewSiteError(f"{table} has a row [{name}] already: choose another name, or correct that row")
    base: type[SiteSpider] = load_object(family.base.replace(":", "."))
    row = _row(name, page, family, base, kind, seen)
    after = f"{before.rstrip()}\n\n{row}"
    site = _class(table.name, name, after, base)
    table.write_text(after, encoding="utf-8")
    (pages / name).mkdir(exist_ok=True)
    line = after[: after.rindex(f"[{name}]")].count("\n") + 1
    lists = tuple(section.url for section in site.sections if not section.history)
    articles = site.article_paths[0].pattern
    return Written(family, table, line, pages / name, lists, None if articles == TO_BE_CHANGED else articles)


def _refuse_known(name: str, url: str) -> None:
    known = registry.spiders().get(name)
    if known is not None:
        raise NewSiteError(f"a site {name!r} is declared in {declared_in(known)}: choose another name, or correct that")
    for site in registry.spiders().values():
        if site.owns(url) or site.tidied(url) == site.tidied(site.home):
            raise NewSiteError(f"{url} belongs to {site.name!r}, declared in {declared_in(site)}: correct that")


def declared_in(site: type[SiteSpider]) -> str:
    """The file in which a site is declared, and the line where it begins."""
    module = Path(sys.modules[site.__module__].__file__ or site.__module__)
    beginnings = {
        module.with_suffix(".toml"): rf"^\[{re.escape(site.name)}\]",
        module: rf"^class {re.escape(site.__name__)}\b",
    }
    for file, beginning in beginnings.items():
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        if found := re.search(beginning, text, re.MULTILINE):
            return f"{file}, line {text[: found.start()].count(chr(10)) + 1}"
    return str(module)


def _row(name: str, page: Html, family: Family, base: type[SiteSpider], kind: SiteKind | None, seen: str) -> str:
    facts = told(page, family.slash)
    host = urlsplit(page.url).hostname or ""
    named = kind or (None if family.kind else SiteKind.WATCHDOG)
    is_declared = hasattr(base, "article_paths")
    paths = [urlsplit(feed)._replace(scheme="", netloc="").geturl() for feed in facts.feeds]
    has_lists = bool(base.usual_sections(facts.home))
    values = {
        "name": name,
        "title": facts.title,
        "kind": None if named is getattr(base, "kind", None) else named,
        "family": "prc_media" if named is SiteKind.OFFICIAL and not hasattr(base, "family") else None,
        "language": facts.language,
        "hosts": [host, host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"],
        "home": None if facts.home == f"https://{host}/" else facts.home,
        "articles": None if is_declared else family.articles or facts.articles or TO_BE_CHANGED,
        "articles_from": _where_from(family, facts),
        "feeds": [] if has_lists else paths[:1],
        "lists": [] if has_lists else [urlsplit(_list_address(page, facts)).path],
        "verified": f"{_known_as(family)} {seen}",
    }
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    environment.filters["toml"] = lambda value: json.dumps(value, ensure_ascii=False)  # TOML's too
    return environment.get_template("row.toml.j2").render(values)


def _list_address(page: Html, facts: Told) -> str:
    """The page itself as a list, unless it is an article."""
    return facts.home if facts.is_article else page.url


def _where_from(family: Family, facts: Told) -> str:
    if family.articles:
        return f"as on all sites of {family.title}: narrow it"
    if not facts.articles:
        return "no address of an article was seen: put their pattern here"
    return f"guessed from {facts.links} links: check it" if facts.links else "guessed from one address: check it"


def _known_as(family: Family) -> str:
    return f"recognised as {family.title} by" if family.marks else "not recognised by"


def _class(file: str, name: str, text: str, base: type[SiteSpider]) -> type[SiteSpider]:
    """The class that a table's text gives a row."""
    with TemporaryDirectory() as scratch:
        (Path(scratch) / file).write_text(text, encoding="utf-8")
        try:
            return rows.classes(Path(scratch) / file, base, __name__)[name]
        except DeclarationError as error:
            raise NewSiteError(f"the row does not hold: {error}") from None

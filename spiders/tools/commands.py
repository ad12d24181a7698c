"""The maintainer's commands: ``idwatch new-site``, ``idwatch record``, ``idwatch doctor``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from pipeline import clock
from pipeline.clock import beijing_day
from pipeline.console import SOME_FAILED, USAGE, console, err, fail, printable, settings_of, warn
from pipeline.words import SiteKind

app = typer.Typer()

CHECKOUT = Path(__file__).parents[2]
"""Where the tables and fixtures of a checkout stand; an installed package has no tests beside it."""


@app.command("new-site")
def declare(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="The site's name: small letters, figures and _.")],
    url: Annotated[str, typer.Argument(help="The address of its home page, of a list or of an article.")],
    saved: Annotated[
        Path | None, typer.Option("--from", help="That page, saved as HTML; else it is asked for.")
    ] = None,
    kind: Annotated[SiteKind | None, typer.Option(help="What it is; default by its family, else watchdog.")] = None,
    checkout: Annotated[Path, typer.Option(help="The checkout of idwatch to write into.")] = CHECKOUT,
) -> None:
    """Declare a new site: its row is written from one page of it, and its test fails until pages of it are recorded.

    Examples:
      idwatch new-site example_watch https://www.example.org/blog/
      idwatch new-site example_watch https://www.example.org/2026/03/a-visit/ --from saved.html --kind media
    """
    from spiders.charset import decode
    from spiders.markup import Html
    from spiders.tools.asking import NotAnswered, ask_page
    from spiders.tools.new_site import NewSiteError, write

    settings = settings_of(ctx)
    try:
        if saved is not None:
            page, seen = Html(decode(saved.read_bytes())[0], url), "one saved page"
        else:
            page, seen = ask_page(settings, url), "one page"
        written = write(checkout, name, page, kind, seen)
    except OSError as error:
        fail(f"{saved}: cannot be read: {error.strerror}", USAGE)
    except NotAnswered as error:
        fail(str(error))
    except NewSiteError as error:
        fail(str(error), USAGE)
    where = f"{written.table.relative_to(checkout)}, line {written.line}"
    console.print(f"{name} is declared in {where} ({written.family.title}).", soft_wrap=True)
    if written.articles is None:
        warn(f"the page shows no address of an article: correct `articles` in {where}")
    console.print(_NEXT.format(name=name, list=written.lists[0]), soft_wrap=True)


_NEXT = """Its test fails until there are an article and a list of it in tests/spiders/pages/{name}/. Next:
  idwatch record {list}
  idwatch record ADDRESS-OF-AN-ARTICLE
  (hold the .json files against the pages, correct them, take out "checked")
  idwatch sites docs
  python -m pytest tests/spiders/test_sites.py -k {name}
  idwatch doctor {name}"""


@app.command("doctor")
def examine(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[SPIDER]...", help="Sites to look at; default all that are watched.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="The findings as JSON.")] = False,
) -> None:
    """Look at sites live, and politely: of every list one page and up to three articles; nothing is stored.

    Examples:
      idwatch doctor chinascope
      idwatch doctor --json > findings.json
    """
    from spiders import registry
    from spiders.tools.checkup import check
    from spiders.tools.diagnosis import diagnose, is_well
    from spiders.tools.new_site import declared_in
    from spiders.tools.report import as_json, show

    settings = settings_of(ctx)
    try:
        sites = [registry.spider(name) for name in names or settings.crawl.sites or registry.spiders()]
    except registry.UnknownSite as error:
        fail(str(error), USAGE)
    with Progress(
        SpinnerColumn(), TextColumn("{task.completed} answers, {task.description}"), TimeElapsedColumn(), console=err
    ) as bar:
        task = bar.add_task("asking", total=None)
        checked = check(settings, sites, lambda url: bar.update(task, advance=1, description=printable(url)))
    results = [(checkup, diagnose(checkup)) for checkup in checked]
    if json_:
        values = [as_json(checkup, findings) for checkup, findings in results]
        sys.stdout.write(json.dumps(values, ensure_ascii=False, indent=2) + "\n")
    else:
        for checkup, findings in results:
            show(console, checkup, findings)
        unwell = sum(not is_well(findings) for _, findings in results)
        console.print(f"{len(results) - unwell} of {len(results)} sites are well.")
    today, sent = beijing_day(clock.now(settings)), settings.crawl.connect_to.keys()
    for checkup, findings in results:
        if sent & checkup.site.hosts:
            warn(f"{checkup.site.name} was not asked itself, by crawl.connect_to")
        elif is_well(findings):
            err.print(f"{checkup.site.name}: `tried_live = {today}` may be declared in {declared_in(checkup.site)}")
    if not all(is_well(findings) for _, findings in results):
        raise typer.Exit(SOME_FAILED)


@app.command("record")
def record(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="The address of an article or a list of a site.")],
    site: Annotated[str | None, typer.Option(help="The site it belongs to; else found by the address.")] = None,
    name: Annotated[str | None, typer.Option(help="The fixture's name, such as article_visit or list_feed.")] = None,
    pages: Annotated[Path, typer.Option(help="The folder of the fixtures.")] = CHECKOUT / "tests" / "spiders" / "pages",
) -> None:
    """Ask for one page and keep the exchange as a test's fixture, with what the reader makes of it, to be corrected.

    Example: idwatch record https://chinascope.org/archives/40991/ --name article_plenum
    """
    from spiders import registry
    from spiders.tools.asking import NotAnswered, ask
    from spiders.tools.diagnosis import advice
    from spiders.tools.recording import CHECKED, RecordError, place, save

    settings = settings_of(ctx)
    try:
        owner = registry.spider(site) if site else registry.owner(url)
    except registry.UnknownSite as error:
        fail(str(error), USAGE)
    if owner is None:
        fail(
            f"{url} is an address of no site: declare its site first (idwatch new-site), or name it with --site", USAGE
        )
    if not pages.is_dir():
        fail(
            f"{pages}: no such folder; fixtures are recorded in a checkout of idwatch, or name one with --pages", USAGE
        )
    try:
        place(pages, owner, url, name)
    except RecordError as error:
        fail(str(error), USAGE)
    try:
        exchange, shown = ask(settings, url, owner)
        if shown.outcome != "ok":
            told = advice()[shown.outcome.value]
            fail(f"{exchange.url}: {shown.outcome.value} ({', '.join(shown.findings)}): {told.says}; {told.advice}")
        files = place(pages, owner, exchange.url, name)
    except (NotAnswered, RecordError) as error:
        fail(str(error))
    if (real := registry.owner(exchange.url)) is not owner:
        fail(f"{exchange.url} is read by the rules of {real.name if real else 'no site'}, not of {owner.name}")
    save(files, exchange)
    console.print(f"wrote {files.exchange}\nwrote {files.expected}", soft_wrap=True)
    console.print(
        f'Hold {files.expected.name} against the page, correct it, then take out the line "{CHECKED}": until then its'
        " test fails.",
        soft_wrap=True,
    )
    if owner.licence is None:
        warn(
            f"{owner.name} declares no licence: the page is its publisher's. Before you hand it on, put words of your"
            " own into its place (docs/maintainers.md)."
        )

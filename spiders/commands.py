"""The spiders' commands: ``idwatch sites``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from pipeline.console import console

_LEAST = 12
"""Characters of a name that are shown on the narrowest terminal."""

app = typer.Typer(help="The sites that are watched.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_sites() -> None:
    """List the sites: what is kept of them, their rhythm, and what their rules were tried on (docs/sites.md has more).

    Example: idwatch sites list
    """
    from spiders import catalogue, registry  # Scrapy loads in half a second: not for the other commands

    sites = sorted(registry.spiders().values(), key=lambda site: (site.kind, site.name))
    rows = [(site.name, site.kind.value, catalogue.kept(site), f"{site.every_hours} h", site) for site in sites]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    headings = ("site", "kind", "kept", "every")
    widths = [max(map(len, (heading, *(str(row[n]) for row in rows)))) for n, heading in enumerate(headings)]
    rest = max(console.width - sum(widths) - 2 * (len(widths) + 1), 2 * _LEAST)
    for heading, width in zip(headings, widths, strict=True):
        table.add_column(heading, width=width)
    for heading in ("name", "verified"):
        table.add_column(heading, no_wrap=True, overflow="ellipsis", width=rest // 2)
    for *cells, site in rows:
        table.add_row(*cells, site.title, site.verified)
    console.print(table)


@app.command("docs")
def write_docs(
    file: Annotated[Path, typer.Option("--out", help="Where to write the page.")] = Path("docs/sites.md"),
) -> None:
    """Write docs/sites.md from the declarations.

    Example: idwatch sites docs
    """
    from spiders import catalogue

    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(catalogue.page(), encoding="utf-8")
    console.print(f"wrote {file}")


@app.command("export-list")
def export_list(
    file: Annotated[Path | None, typer.Option("--out", help="Where to write it; else to standard output.")] = None,
) -> None:
    """Print the sites' feeds and lists as OPML, which feed readers load.

    Example: idwatch sites export-list --out idwatch.opml
    """
    from spiders import opml

    if file is None:
        typer.echo(opml.document(), nl=False)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(opml.document(), encoding="utf-8")
    console.print(f"wrote {file}")

"""The spiders' commands: ``idwatch sites``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from pipeline.console import console

app = typer.Typer(help="The sites that are watched.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_sites() -> None:
    """List the sites with their rhythm and what their rules were tried on.

    Example: idwatch sites list
    """
    from spiders import registry  # Scrapy loads in half a second: not for the other commands

    table = Table("site", "name", "kind", "lists", "every", "verified")
    for site in registry.spiders().values():
        lists, every = str(len(site.sections)), f"{site.every_hours} h"
        table.add_row(site.name, site.title, site.kind.value, lists, every, site.verified)
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

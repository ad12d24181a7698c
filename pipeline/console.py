"""How every wing's commands speak: what was asked for on standard output, words to the person on standard error."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

import typer
from rich.console import Console

from pipeline.config import ConfigError, Settings, load

DONE, SOME_FAILED, USAGE = 0, 1, 2

# A pipe has no width, for which Rich takes 80 columns and cuts the cells of wider tables.
_PIPE = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 200

console = Console(highlight=False, markup=False, width=_PIPE)
"""Results, on standard output. Markup is off: a page's title may well hold ``[brackets]``."""

err = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
"""Progress, warnings and errors, on standard error, so that a result can be piped."""


def printable(text: str) -> str:
    """A text without control characters: one in a page's title must not steer the terminal."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def warn(message: str) -> None:
    """One warning on standard error; the command goes on."""
    err.print(f"Warning: {message}", style="yellow")


def fail(message: str, code: int = SOME_FAILED) -> NoReturn:
    """Print a message on standard error and end the command with an exit code (1: failed, 2: used wrongly)."""
    err.print(message, style="red")
    raise typer.Exit(code)


def settings_of(ctx: typer.Context) -> Settings:
    """The settings by ``--config``, which the door puts into ``ctx.obj``; else by the usual places.

    A configuration that cannot be used is told on standard error and ends the command with exit code 2.
    """
    named = ctx.find_object(Path)
    try:
        return load(named)
    except ConfigError as error:
        fail(str(error), USAGE)

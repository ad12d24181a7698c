"""The migrations that this code knows, told from their file names: no need to load alembic for that."""

from __future__ import annotations

from functools import cache
from pathlib import Path


def folder() -> Path:
    """The folder of the migrations: inside this package where idwatch is installed, else that of the checkout."""
    here = Path(__file__).parent
    installed = here / "migrations"
    return installed if installed.is_dir() else here.parents[1] / "alembic"


@cache
def known() -> tuple[str, ...]:
    """The revisions, oldest first: each file is named ``NNNN_subject.py`` and holds revision ``NNNN``."""
    return tuple(sorted(path.name.split("_")[0] for path in (folder() / "versions").glob("[0-9]*_*.py")))


def head() -> str:
    """The newest revision."""
    return known()[-1]


def is_known(revision: str) -> bool:
    """False for a revision that only a newer idwatch knows."""
    return revision in known()

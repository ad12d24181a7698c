"""An edition as a folder that works from disk: index, text, mail, rows, and a page for every archived copy."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.orm import Session

from digests.copies import render_copies
from digests.rendering import Rendered
from pipeline.store.locks import process_start

REPLACE_ATTEMPTS = 5


@contextmanager
def worded(folder: Path, key: str) -> Iterator[None]:
    """What cannot be written inside is told with the folder and the key that names it, as an OSError again."""
    try:
        yield
    except OSError as error:
        raise OSError(f"{folder} cannot be written ({error.strerror or error}); the key {key} says where.") from error


def write_folder(target: Path, *, session: Session, rendered: Rendered, rows: str, mail: bytes) -> Path:
    """Write the folder ``target`` anew and put it in the place of the old one as a whole; returns it.

    ``index.html`` and ``index.txt`` are ``rendered``, ``edition.json`` the canonical rows, ``<name>.eml`` the mail,
    ``copies/CODE.html`` every archived copy that the rows name, ``images/NAME.png`` the charts. Raises OSError where it
    cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep(target)
    made = Path(tempfile.mkdtemp(prefix=f".{target.name}.{os.getpid()}-", dir=target.parent))
    try:
        made.chmod(0o755)
        (made / "index.html").write_bytes(rendered.html.encode())
        (made / "index.txt").write_bytes(rendered.text.encode())
        (made / "edition.json").write_bytes(rows.encode())
        (made / f"{target.name}.eml").write_bytes(mail)
        if rendered.images:
            (made / "images").mkdir()
        for image in rendered.images:
            (made / "images" / f"{image.name}.png").write_bytes(image.png)
        (made / "copies").mkdir()
        for code, page in render_copies(session, list(dict.fromkeys(copy_codes(json.loads(rows))))):
            (made / "copies" / f"{code}.html").write_bytes(page.encode())
        _replace(made, target)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return target


def copy_codes(value: object) -> Iterator[str]:
    """The snapshot codes that rows name, wherever they stand in them."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("copy", "before", "after") and isinstance(inner, str):
                yield inner
            else:
                yield from copy_codes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from copy_codes(inner)


def _replace(made: Path, target: Path) -> None:
    """Move the old folder aside and the new one into its place; another process may be doing the same."""
    for attempt in range(REPLACE_ATTEMPTS):
        old = made.with_name(f"{made.name}.{attempt}.old")
        with suppress(FileNotFoundError):
            target.rename(old)
        try:
            made.rename(target)
        except OSError:
            if attempt + 1 == REPLACE_ATTEMPTS or not target.exists():
                raise
            continue
        finally:
            shutil.rmtree(old, ignore_errors=True)
        return


def _sweep(target: Path) -> None:
    """Take away what killed runs left beside the folder; a folder that one had moved aside comes back first."""
    for left in sorted(target.parent.glob(f".{target.name}.*")):
        pid = left.name.removeprefix(f".{target.name}.").partition("-")[0]
        if not pid.isdigit() or process_start(int(pid)) is not None:
            continue
        if left.name.endswith(".old") and not target.exists():
            left.rename(target)
        else:
            shutil.rmtree(left, ignore_errors=True)

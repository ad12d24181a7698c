"""Which rules resolution goes by: when they change, what was resolved by others must be resolved anew."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from pipeline.gazetteer.load import DATA


@cache
def version() -> str:
    """A digest of this package, its weights and the gazetteer: nobody has to remember to count a number up."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted((*here.glob("*.py"), *(here / "data").glob("*.csv"), *DATA.glob("*.csv"))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]

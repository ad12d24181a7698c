"""The page of all settings, made from their declarations: ``make docs`` writes it, a test refuses a stale one."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from pipeline.config import FILE_NAME, Settings

HEAD = f"""# Settings

Made from `pipeline/config.py` by `make docs`.

Settings come from `IDWATCH_*` variables, over `{FILE_NAME}`, over the defaults. The file is the one named by
`--config` (or `IDWATCH_CONFIG`), else `{FILE_NAME}` in the working folder, else `idwatch/{FILE_NAME}` in the user's
configuration folder (`~/.config`, or `XDG_CONFIG_HOME`). Paths in it are relative to the file. Unknown keys are
refused.

Nothing needs to be set: by default everything lies under `data/` of the working folder, and mails are written as files.
"""


def page() -> str:
    """The settings as a Markdown page: one table a section, each key with its default, variable and meaning."""
    parts = [HEAD]
    for section, field in Settings.model_fields.items():
        model = field.annotation
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            continue
        parts.append(f"## [{section}]\n\n| key | default | variable | meaning |\n|---|---|---|---|")
        parts.extend(_rows(section, model))
        parts.append("")
    return "\n".join(parts)


def _rows(section: str, model: type[BaseModel]) -> Iterator[str]:
    for key, field in model.model_fields.items():
        default = field.get_default(call_default_factory=True)
        shown = "none" if default is None else f"`{json.dumps(default, default=_plain)}`"
        variable = f"IDWATCH_{section}__{key}".upper()
        yield f"| `{key}` | {shown} | `{variable}` | {field.description} |"


def _plain(value: object) -> str:
    return value.as_posix() if isinstance(value, Path) else str(value)


if __name__ == "__main__":
    sys.stdout.write(page())

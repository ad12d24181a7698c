"""Every page through the Nu HTML checker and axe-core, light and dark, on a telephone and a desk.

Both come from the npm registry into the user's cache, once; needed beforehand: npm, java, Chromium.
`make soak ARGS=tests/digests/web/test_checks.py` runs it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from digests.editions import freeze
from digests.links import Purpose, signer
from digests.periods import parse_period
from digests.subscribers import Wanted, add
from digests.web.server import serving
from pipeline.store.models import Subscriber

pytestmark = pytest.mark.soak

PACKAGES = {"vnu-jar": "26.9.27", "axe-core": "4.14.1"}
NOW = datetime(2025, 7, 28, 4, tzinfo=UTC)
EXCUSED = {
    r"The “(align|bgcolor|border|cellpadding|cellspacing|height|valign|width)” attribute on the “\w+” element is": (
        "obsolete, but Outlook lays tables out by these and knows no CSS for it"
    ),
    r"CSS: “mso-hide”": "Outlook alone knows it, and shows a hidden preheader without it",
    r"Element “meta” is missing one or more": "x-apple-disable-message-reformatting has no content",
}
"""What Nu calls an error in pages made as mails are (editions, copies, letters), and why it stays."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AS_MAILS_ARE = {"region", "landmark-one-main"}
"""Rules of good practice that mails cannot keep: their readers take out landmarks."""


@pytest.fixture(scope="module")
def tools() -> Path:
    """The folder of the two checkers."""
    for program, remedy in (("npm", "Node.js"), ("java", "a Java runtime (11 or newer)")):
        if shutil.which(program) is None:
            pytest.skip(f"no {program}: install {remedy} to check the pages")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "idwatch-tests" / "-".join(f"{name}-{version}" for name, version in PACKAGES.items())
    if not all((folder / "node_modules" / name).is_dir() for name in PACKAGES):
        folder.mkdir(parents=True, exist_ok=True)
        wanted = [f"{name}@{version}" for name, version in PACKAGES.items()]
        command = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts", *wanted]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            pytest.skip(f"npm cannot install {', '.join(wanted)}: {done.stderr.strip()[-300:]}")
    return folder / "node_modules"


@pytest.fixture
def paths(everything: Any, corrected: Any, addresses: Any, database: Any, settings: Any) -> list[str]:
    """Every kind of page, those of a reader and a frozen edition among them."""
    ids = everything("Text, 文字 & <b>more</b>")
    assert add(database, [Wanted("reader@example.org")], NOW)
    assert freeze(database, parse_period("2025-W30"), NOW)
    with database.reading() as session:
        one = session.scalars(select(Subscriber)).one()
        signs = signer(database)
        tokens = {purpose: signs.sign(one, purpose, NOW) for purpose in Purpose}
    own = [f"/{purpose.value}/{token}" for purpose, token in tokens.items()]
    own.append(f"/less/{tokens[Purpose.PREFERENCES]}?event={ids['meeting']}")
    own.append(f"/delete/{tokens[Purpose.PREFERENCES]}")
    return [*addresses(ids, 3), "/editions/2025-W30", "/preferences", *own]


def test_the_html_holds(tools: Path, paths: list[str], get: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    wrong = folder / "wrong.html"
    wrong.write_text("<!DOCTYPE html><html lang=en><title>x</title><p><p id=a><p id=a>")
    files: dict[str, str] = {wrong.name: "wrong"}
    refused = {path for path in paths if get(path).status != 200}
    assert refused == {"/nothing", "/events?since=x"}
    for number, path in enumerate(paths):
        file = folder / f"{number}.html"
        file.write_text(get(path).text, encoding="utf-8")
        files[file.name] = path
    for chart in ("weeks", "years", "timeline", "world"):
        file = folder / f"{chart}.svg"
        file.write_text(get(f"/charts/{chart}.svg").text, encoding="utf-8")
        files[file.name] = chart
    css = folder / "web.css"
    css.write_text(get("/web.css").text, encoding="utf-8")
    files[css.name] = "web.css"
    options = ["--format", "json", "--stdout", "--exit-zero-always", "--also-check-svg", "--also-check-css"]
    command = ["java", "-jar", str(tools / "vnu-jar/build/dist/vnu.jar"), *options, str(folder)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True).stdout
    found = []
    for one in json.loads(said)["messages"]:
        path = files[one["url"].rpartition("/")[2]]
        if one["type"] == "error" and not (_as_mail(path) and _excused(one["message"])):
            found.append(f"{path}: {one['message']} … {one.get('extract', '')[:160]!r}")
    assert [one for one in found if one.startswith("wrong: ")], "the checker read none of the files"
    found = [one for one in dict.fromkeys(found) if not one.startswith("wrong: ")]
    assert found == [], "\n".join(found)


def _as_mail(path: str) -> bool:
    return path.startswith(("/copies/", "/editions/"))


def _excused(message: str) -> bool:
    return any(re.match(pattern, message) for pattern in EXCUSED)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1100])
def test_axe_finds_nothing(
    tools: Path, paths: list[str], database: Any, on_a_port: Any, browser: Any, scheme: str, width: int
) -> None:
    axe = (tools / "axe-core/axe.min.js").read_text(encoding="utf-8")
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce"
    )
    page = context.new_page()
    found = []
    with serving(database, on_a_port) as address:
        for path in paths:
            page.goto(f"{address}{path.removeprefix('/')}", wait_until="load")
            page.evaluate(axe)
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            result = page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", RULES)
            for one in result["violations"]:
                if _as_mail(path) and one["id"] in AS_MAILS_ARE:
                    continue
                nodes = [node["html"][:160] + " " + " ".join(node["target"]) for node in one["nodes"][:3]]
                found.append(f"{path}: {one['id']} ({one['help']}): {nodes}")
    context.close()
    assert found == [], "\n".join(found)

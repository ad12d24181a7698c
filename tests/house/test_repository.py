"""The house rules that a machine can see: files, sizes, addresses, locks, the one clock."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKED_EXTRAS = ("dev", "postgres", "export", "browse", "browser", "warc-fast")
MOST_LINES = 400


def repository_files() -> list[Path]:
    """The tracked files and those that would be, as paths from the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [Path(name) for name in sorted(set(listed.stdout.split("\0"))) if name and (ROOT / name).is_file()]


def test_no_init_hides_a_library_or_a_wing() -> None:
    """In tests/pipeline/ it would make `import pipeline` mean the tests, in alembic/ it would hide the library."""
    found = [file for folder in ("tests", "alembic") for file in (ROOT / folder).rglob("__init__.py")]
    assert found == []


def test_a_file_has_one_subject() -> None:
    too_long = {
        str(file): lines
        for file in repository_files()
        if file.suffix == ".py" and file.parts[0] != "tests" and file.parts[:2] != ("alembic", "versions")
        if (lines := len((ROOT / file).read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert too_long == {}


def test_no_file_names_a_registry_host_or_a_path_of_this_machine() -> None:
    patterns = [r'https?://[^ ]*/simple([/" ]|$)', r'"resolved": *"https?:']
    patterns += [rf"(?<![\w.~-]){re.escape(place)}(?![\w-])" for place in (*_places(), *_registries())]
    pattern = re.compile("|".join(patterns), re.MULTILINE)
    named = [
        f"{file}:{number}: {line.strip()[:160]}"
        for file in repository_files()
        for number, line in enumerate(_text(ROOT / file).splitlines(), 1)
        if pattern.search(line)
    ]
    assert named == []


def _text(file: Path) -> str:
    data = file.read_bytes()
    return "" if b"\0" in data[:8000] else data.decode("utf-8", errors="replace")


def _places() -> Iterator[str]:
    """Paths of this machine: the checkout, the folders that may lie beside it, the home. Not names as short as /app."""
    yield from (str(path) for path in (ROOT, Path.home() / "") if len(path.parts) > 2)
    yield from (str(path) for path in (ROOT.parent / "shared", ROOT.parent / ".library") if path.is_dir())


def _registries() -> set[str]:
    """What this machine's pip and npm are told to ask: hosts, and folders of files."""
    commands = [[sys.executable, "-m", "pip", "config", "list"]]
    if shutil.which("npm"):
        commands.append(["npm", "config", "get", "registry"])
    told = " ".join(
        subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout for command in commands
    )
    hosts = {urlsplit(address).hostname or "" for address in re.findall(r"https?://[^\s'\"]+", told)}
    folders = {match.rstrip("/") for match in re.findall(r"(?:file://|find-links=')(/[^\s'\"]+)", told)}
    return {host for host in hosts if host and not host.startswith("127.") and host != "localhost"} | folders


def read_lock(name: str) -> dict[str, list[str]]:
    """The locked versions of each package; more than one where systems differ."""
    text = (ROOT / name).read_text(encoding="utf-8")
    locked: dict[str, list[str]] = {}
    for entry in re.split(r"\n(?=\w)", text):
        head = re.match(r"([\w.-]+)==([\w.!+]+)", entry)
        assert head, f"{name}: not a pinned package: {entry[:80]!r}"
        assert "--hash=sha256:" in entry, f"{name}: {head[1]} has no hash"
        locked.setdefault(canonicalize_name(head[1]), []).append(head[2])
    return locked


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-bench.lock"])
def test_a_lock_carries_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"://|^-|--index|--find-links| @ ", text, re.MULTILINE) == []


@pytest.mark.parametrize(
    ("name", "extras"),
    [("requirements.lock", ()), ("requirements-dev.lock", LOCKED_EXTRAS), ("requirements-bench.lock", ("linkage",))],
    ids=["core", "dev", "bench"],
)
def test_a_lock_holds_what_pyproject_asks_for(name: str, extras: tuple[str, ...]) -> None:
    project = PYPROJECT["project"]
    asked = [*project["dependencies"], *PYPROJECT["build-system"]["requires"], *PYPROJECT["dependency-groups"]["build"]]
    asked += [line for extra in extras for line in project["optional-dependencies"][extra]]
    locked = read_lock(name)
    for requirement in map(Requirement, asked):
        versions = locked.get(canonicalize_name(requirement.name), [])
        assert versions, f"{name} lacks {requirement}: run `make lock`"
        assert all(requirement.specifier.contains(version, prereleases=True) for version in versions), requirement


def test_the_development_lock_holds_the_core_lock() -> None:
    core, dev = read_lock("requirements.lock"), read_lock("requirements-dev.lock")
    assert {name: dev.get(name) for name in core} == core


NOW = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}


def test_only_the_clock_asks_for_the_present() -> None:
    asked = [
        f"{file}:{node.lineno}"
        for file in repository_files()
        if file.suffix == ".py" and file.parts[0] in {"spiders", "pipeline", "digests", "idwatch.py"}
        if file != Path("pipeline/clock.py")
        for node in ast.walk(ast.parse((ROOT / file).read_bytes()))
        if isinstance(node, ast.Call) and ".".join(ast.unparse(node.func).split(".")[-2:]) in NOW
    ]
    assert asked == []

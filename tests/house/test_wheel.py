"""The wheel itself: an editable install hides what it lacks.

It is built without the network, installed in an empty environment, and used in an empty folder.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("spiders", "pipeline", "digests")
# one worker builds once; the tests share what it made
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]

PAGE = """<!DOCTYPE html>
<html lang="zh"><head><meta charset="utf-8"><title>刘海星会见越南共产党代表团</title></head>
<body><h1>刘海星会见越南共产党代表团</h1>
<p>2026年5月12日，中联部部长刘海星在京会见了由越共中央委员、中央对外部部长黎怀忠率领的越南共产党代表团。</p>
</body></html>
"""


def run(*command: str | Path, cwd: Path, **changed: str) -> subprocess.CompletedProcess[str]:
    """Run to its end, away from the checkout and from the settings of whoever runs the tests."""
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("IDWATCH_", "PYTHON", "VIRTUAL_"))
    }
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd, env=environment | changed, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(
        sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps",
        "--no-build-isolation", "--wheel-dir", folder, ROOT, cwd=folder,
    )  # fmt: skip
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def contents(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_file_of_the_packages_is_in_the_wheel(contents: set[str]) -> None:
    """Data files too: a pattern of .gitignore that matches inside a package would take them out unseen."""
    expected = {"idwatch.py"}
    for source, target in [*((name, name) for name in PACKAGES), ("alembic", "pipeline/store/migrations")]:
        expected |= {
            f"{target}/{file.relative_to(ROOT / source).as_posix()}"
            for file in (ROOT / source).rglob("*")
            if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith(".")
        }
    assert expected - contents == set()
    assert {name.split("/")[0] for name in contents if ".dist-info/" not in name} == {"idwatch.py", *PACKAGES}


@pytest.mark.parametrize(
    "pattern",
    [
        "idwatch.py",
        "pipeline/store/migrations/env.py",
        "pipeline/store/migrations/versions/*.py",
        "pipeline/gazetteer/*.csv",
        "digests/templates/*.html*",
        "digests/templates/*.txt*",
        "spiders/sample/*.html*",
        "*.dist-info/licenses/LICENSE",
        "*.dist-info/licenses/LICENSE-DATA",
    ],
)
def test_the_wheel_holds(contents: set[str], pattern: str) -> None:
    assert any(fnmatch(name, pattern) for name in contents), f"no {pattern} in the wheel"


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts' folder of an environment that holds the wheel and sees its dependencies, but not the checkout.

    The dependencies are those of the environment that runs the tests, shown by a path file. Python reads no path
    files of a folder that is itself shown by one: so the editable install, which is such a file, stays out of sight.
    """
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    run(
        sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python, "install", "--quiet",
        "--no-index", "--no-deps", wheel, cwd=folder,
    )  # fmt: skip
    (own,) = folder.glob("lib/python*/site-packages")
    seen = dict.fromkeys(sysconfig.get_paths()[kind] for kind in ("purelib", "platlib"))
    (own / "dependencies.pth").write_text("".join(f"{path}\n" for path in seen), encoding="utf-8")
    return folder / "bin"


def test_it_comes_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    code = """if True:
        import json, sys, idwatch, spiders, pipeline, digests
        print(json.dumps([[module.__file__ for module in (idwatch, spiders, pipeline, digests)], sys.path]))
    """
    files, path = json.loads(run(installed / "python", "-c", code, cwd=tmp_path).stdout)
    assert all(Path(file).is_relative_to(installed.parent) for file in files), files
    assert str(ROOT) not in path


def test_db_upgrade_makes_a_database_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    run(installed / "idwatch", "db", "upgrade", cwd=tmp_path, XDG_CONFIG_HOME=str(tmp_path / "none"))
    assert (tmp_path / "data" / "idwatch.sqlite").stat().st_size > 0
    run(installed / "idwatch", "db", "check", cwd=tmp_path, XDG_CONFIG_HOME=str(tmp_path / "none"))


def test_extract_needs_no_database(installed: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()
    address = "https://www.idcpc.org.cn/lldt/202605/t20260512_180000.html"
    done = run(installed / "idwatch", "extract", page, "--url", address, "--json", cwd=empty)
    found = json.loads(done.stdout)
    assert found["url"] == address
    assert found["language"].startswith("zh")
    assert found["relevant"] is True
    assert [(event["date"], event["countries"]) for event in found["events"]] == [("2026-05-12", ["VNM"])]
    assert list(empty.iterdir()) == []

"""Without a network: each site unreachable by name and cause, an edition that says so; words for a lost database."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("door")

NOW = "2025-07-27T07:00:00+08:00"


@pytest.fixture
def idwatch(forked: Any) -> Any:
    """Runs a command in a folder, to its end."""

    def run(folder: Path, *words: str, **variables: str) -> Any:
        environment = {**os.environ, "IDWATCH_CLOCK__NOW": NOW, "NO_COLOR": "1", "COLUMNS": "200", **variables}
        child = forked("idwatch", *words, folder=folder, environment=environment)
        child.wait()
        return child

    return run


@pytest.fixture
def offline(tmp_path: Path) -> Path:
    """A folder whose configuration sends the real hosts to a port where nothing answers."""
    hosts = ", ".join(f'"{host}" = "127.0.0.1:9"' for host in ("www.idcpc.gov.cn", "www.idcpc.org.cn"))
    (tmp_path / "idwatch.toml").write_text(
        f'[crawl]\nsites = ["idcpc_zh", "idcpc_en"]\nconnect_to = {{{hosts}}}\n', encoding="utf-8"
    )
    return tmp_path


def test_a_pass_without_network_says_which_sites_and_why_and_makes_an_edition(idwatch: Any, offline: Path) -> None:
    done = idwatch(offline, "run")
    assert done.returncode == 1
    for site in ("idcpc_zh", "idcpc_en"):
        line = next(line for line in done.stderr.splitlines() if line.startswith(site))
        assert "unreachable" in line
        assert "refuses the connection" in line
    edition = (offline / "data" / "editions" / "2025-W30" / "index.html").read_text(encoding="utf-8")
    assert "2 of 2 sites" in edition
    assert edition.count("the site did not answer") == 2  # readers are told no machine words
    assert idwatch(offline, "db", "check").returncode == 0
    shown = idwatch(offline, "status")
    assert shown.returncode == 1
    assert sum("unreachable" in line for line in shown.stdout.splitlines() if line.startswith("idcpc_")) == 2


@pytest.mark.parametrize(
    "words", [("crawl",), ("status",), ("reprocess",), ("query", "SELECT 1"), ("digest", "preview")]
)
def test_a_command_that_finds_no_database_says_where_it_looked_and_what_to_run(
    idwatch: Any, tmp_path: Path, words: tuple[str, ...]
) -> None:
    done = idwatch(tmp_path, *words)
    assert done.returncode == 1, done.stderr
    assert str(tmp_path / "data" / "idwatch.sqlite") in done.stderr
    assert "idwatch run" in done.stderr
    assert not (tmp_path / "data").exists(), "nothing is created"


def test_from_another_folder_the_configuration_names_the_database(
    idwatch: Any, offline: Path, tmp_path_factory: Any
) -> None:
    made = idwatch(offline, "db", "upgrade")
    assert made.returncode == 0
    assert str(offline / "data" / "idwatch.sqlite") in made.stderr + made.stdout
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    shown = idwatch(elsewhere, "--config", str(offline / "idwatch.toml"), "status")
    assert shown.returncode == 0, shown.stderr
    assert str(offline / "data" / "idwatch.sqlite") in shown.stdout
    assert not (elsewhere / "data").exists()


def test_a_configuration_that_cannot_be_used_is_a_fault_of_usage(idwatch: Any, tmp_path: Path) -> None:
    (tmp_path / "idwatch.toml").write_text("[crawl]\nspeed = 9\n", encoding="utf-8")
    done = idwatch(tmp_path, "status")
    assert done.returncode == 2
    assert "line 2: crawl.speed: unknown key" in done.stderr


def test_an_unknown_spider_is_named_beside_the_known_ones(idwatch: Any, offline: Path) -> None:
    done = idwatch(offline, "crawl", "idcpc_fr")
    assert done.returncode == 2
    assert "idcpc_fr" in done.stderr
    assert "idcpc_zh" in done.stderr

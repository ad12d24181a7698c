"""``import-warc`` and ``backfill`` as typed: what they print, and their exit codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from pipeline.config import as_toml
from spiders.history.commands import app


def typed(house: Any, *words: str) -> Result:
    config = house.settings.base / "idwatch.toml"
    if not config.exists():
        sections = {"database": {"url": house.settings.database.url}, "archive": {"folder": "archive"}}
        config.write_text(as_toml(sections), encoding="utf-8")
    return CliRunner().invoke(app, list(words), obj=config)


def test_an_import_says_what_it_took_and_what_it_left(house: Any, foreign: Any, pages: Any, tmp_path: Path) -> None:
    file = foreign().answer("https://elsewhere.test/", b"<p>nothing of ours")
    for number in range(2):
        file.answer(pages.address(number), pages.article(number))
    good = file.save(tmp_path / "good.warc.gz")
    torn = tmp_path / "torn.warc.gz"
    torn.write_bytes(good.read_bytes()[:-20])
    done = typed(house, "import-warc", str(good), str(torn))
    assert done.exit_code == 1
    assert "New captures: 2 of idcpc_en; known before: 1." in done.stdout
    assert "2 new pages, 2 new states of pages." in done.stdout
    assert "Left out: 2 of other sites." in done.stdout
    assert "torn.warc.gz, offset" in done.stderr
    assert typed(house, "import-warc", str(good)).exit_code == 0


def test_what_is_typed_wrongly_is_told(house: Any) -> None:
    for words, told in (
        (("idcpc_zh", "--from", "2024-13"), "write it as 2016, 2016-05 or 2016-05-17"),
        (("idcpc_zh", "--from", "2024", "--to", "2023-05"), "2023-05 is before 2024"),
        (("nobody", "--from", "2024"), "no site is called 'nobody'"),
    ):
        done = typed(house, "backfill", *words)
        assert done.exit_code == 2, words
        assert told in done.stderr

"""Every outcome, by one answer of each family (made by us in the real one's form)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.words import Outcome, Record
from spiders.reading import read

SAMPLES = sorted(path.stem for path in (Path(__file__).parent / "pages" / "outcomes").glob("*.http"))


@pytest.mark.parametrize("name", SAMPLES)
def test_outcome(name: str, exchange: Callable[[str], Record], expected: Callable[[str], dict[str, Any]]) -> None:
    shown = read(exchange(f"outcomes/{name}"))
    wanted = expected(f"outcomes/{name}")
    assert shown.outcome == wanted["outcome"]
    assert shown.page_url == "https://www.idcpc.gov.cn/bzhd/wshd/202603/t20260312_168801.html"
    assert shown.moved_to == wanted["moved_to"]
    assert wanted["reason"] is None or wanted["reason"] in shown.findings
    assert bool(shown.pages) == (shown.outcome is Outcome.OK)


def test_every_outcome_has_a_sample() -> None:
    assert {name.partition("_")[0] for name in SAMPLES} == {outcome.value for outcome in Outcome}

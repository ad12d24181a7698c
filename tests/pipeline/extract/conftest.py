"""How the extractor's tests read a text: at an address of the department's own unless they say otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from pipeline.extract.extractor import extract
from pipeline.words import Document, Extraction

OWN = {
    "zh": "https://www.idcpc.org.cn/lldt/{month}/t{day}_100001.html",
    "en": "https://www.idcpc.org.cn/english/news/{month}/t{day}_100001.html",
}
Reader = Callable[..., Extraction]


@pytest.fixture(scope="session")
def read() -> Reader:
    """``read(text, language, day="20250315", title=None, url=None, published=None)``."""

    def reader(
        text: str,
        language: str,
        *,
        day: str = "20250315",
        title: str | None = None,
        url: str | None = None,
        published: date | None = None,
    ) -> Extraction:
        address = url or OWN[language].format(month=day[:6], day=day)
        whole = f"{title}\n\n{text}" if title else text
        return extract(Document(whole, address, language, published, title))

    return reader

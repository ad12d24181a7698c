"""The general route."""

from __future__ import annotations

import logging

import pytest

from spiders.general import body_of
from spiders.markup import Html


@pytest.mark.parametrize("text", ["", " \n", "\x00\x00\x00", "%PDF-1.4 \ufffd\ufffd", "<html></html>"])
def test_a_document_without_text_is_no_error_in_the_operators_log(text: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert body_of(Html(text, "https://site.test/")) is None
    assert caplog.records == []

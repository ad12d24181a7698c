"""A text file as a document."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.extract.plain import document, language_of

URL = "https://www.idcpc.org.cn/lldt/202503/t20250316_1.html"


def test_a_first_line_that_is_only_an_address_is_no_text() -> None:
    read = document(f"{URL}\n刘建超会见某人\n", published=date(2025, 3, 16))
    assert (read.text, read.url, read.language, read.published) == ("刘建超会见某人\n", URL, "zh", date(2025, 3, 16))


def test_a_given_address_stands_over_the_files_own() -> None:
    read = document(f"  {URL}  \nText", url="https://other.example.org/")
    assert (read.text, read.url) == ("Text", "https://other.example.org/")


def test_an_address_inside_a_line_is_text() -> None:
    read = document(f"See {URL}\nText")
    assert (read.text, read.url) == (f"See {URL}\nText", "")


def test_the_mark_and_the_line_ends_of_windows() -> None:
    assert document(f"\ufeff{URL}\r\nOne\r\nTwo").text == "One\nTwo"


@pytest.mark.parametrize(
    ("text", "language"),
    [("刘建超会见 Oskar Lind", "zh"), ("Liu Jianchao (刘建超) met with Oskar Lind", "en"), ("", "en"), ("123", "en")],
)
def test_the_script_tells_the_language(text: str, language: str) -> None:
    assert language_of(text) == language

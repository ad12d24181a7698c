"""Answers of Crossref, as they may be."""

from __future__ import annotations

import json
from typing import Any

import pytest

from spiders import registry
from spiders.declared import ListReading
from spiders.markup import Html


def _read(text: str) -> ListReading:
    site = registry.spider("isq")
    return site.read_list(Html(text, site.sections[0].url), site.sections[0])


@pytest.mark.parametrize("answer", ["", "Resource not found.", "[]", "{}", '{"message": {"items": null}}', "<html>"])
def test_an_answer_without_works_is_no_list(answer: str) -> None:
    assert _read(answer).broken


@pytest.mark.parametrize(
    "work",
    [
        {},
        {"DOI": None},
        {"DOI": 7, "title": ["x"]},
        {"DOI": "not a doi", "title": "x"},
    ],
)
def test_a_work_without_an_address_is_left_out(work: dict[str, Any]) -> None:
    found = _read(json.dumps({"message": {"items": [work, "x", None]}}))
    assert (found.listed, found.broken) == ((), None)


@pytest.mark.parametrize(
    ("published", "day"),
    [
        ({"published": {"date-parts": [[2024, 3, 19]]}}, "2024-03-19"),
        ({"published": {"date-parts": [[2024, 3]]}, "published-online": {"date-parts": [[2024, 2, 9]]}}, "2024-02-09"),
        ({"published": {"date-parts": [[2024]]}}, None),
        ({"published": {"date-parts": [[None]]}}, None),
        ({"published": {"date-parts": [[10**30, 13, 1]]}}, None),
        ({"published": "2024"}, None),
        ({}, None),
    ],
)
def test_the_day_of_a_work_is_a_full_one(published: dict[str, Any], day: str | None) -> None:
    work = {"DOI": "10.1093/ISQ/sqae900", "title": ["<i>Parties</i> &amp; power"], **published}
    (found,) = _read(json.dumps({"message": {"items": [work]}})).listed
    assert (found.url, found.title) == ("https://doi.org/10.1093/isq/sqae900", "Parties & power")
    assert (found.published and found.published.isoformat()) == day

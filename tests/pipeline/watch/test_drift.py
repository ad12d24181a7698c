"""A redesign shows in the routes that serve the fields, one odd page does not."""

from __future__ import annotations

from pipeline.watch.drift import drift

SITE = {"title": "site:h1", "published": "site:meta", "body": "site:editor"}
GENERAL = {"title": "metadata", "body": "trafilatura"}


def test_a_redesign_is_told_by_field() -> None:
    told = drift([GENERAL] * 5, [SITE] * 100)
    assert told == [
        "title: site:h1 served 100% of 100, now 0 of 5 (metadata 5)",
        "published: site:meta served 100% of 100, now 0 of 5 (none 5)",
        "body: site:editor served 100% of 100, now 0 of 5 (trafilatura 5)",
    ]
    assert drift([{**SITE, "published": "url"}] * 5, [SITE] * 30) == [
        "published: site:meta served 100% of 30, now 0 of 5 (url 5)"
    ]


def test_odd_pages_mixed_layouts_and_little_knowledge_are_none() -> None:
    assert drift([SITE] * 4 + [GENERAL], [SITE] * 100) == []
    half = [SITE, GENERAL] * 50
    assert drift([GENERAL] * 5, half) == []
    assert drift([GENERAL] * 20, half) != []
    assert drift([GENERAL] * 4, [SITE] * 100) == []
    assert drift([GENERAL] * 5, [SITE] * 19) == []
    assert drift([SITE] * 5, [GENERAL] * 100) != []

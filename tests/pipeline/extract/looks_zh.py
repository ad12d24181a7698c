"""How the Chinese tests look at what the extractor gives."""

from __future__ import annotations

from datetime import date
from typing import Any

ELSEWHERE = "https://news.example.org/a/1.html"
DAY = date(2025, 3, 15)


def elsewhere(read: Any, text: str, *, url: str = ELSEWHERE, published: date | None = DAY) -> Any:
    return read(text, "zh", url=url, published=published).mentions


def own(read: Any, text: str) -> Any:
    return read(text, "zh").mentions


def names(mention: Any) -> list[str]:
    return [person.name for person in mention.foreign_people]


def titles(mention: Any) -> list[str | None]:
    return [person.title for person in mention.foreign_people]


def chinese(mention: Any) -> list[str | None]:
    return [person.name_zh for person in mention.chinese_people]


def bodies(mention: Any) -> list[str]:
    return [body.name for body in mention.organisations]

"""An article read by its site's dated rules: each field by the site's own, then by metadata, then by general rules."""

from __future__ import annotations

import re
from collections.abc import Set
from datetime import date

from spiders import general
from spiders.declared import ArticleReading, Rules
from spiders.markup import Html, stamped_day, texts, tidy

NO_RULES = Rules()
_BETWEEN = re.compile(r"[-/\s]+")


def rules_on(rules: tuple[Rules, ...], day: date) -> Rules:
    """The rules that held on the day a page was fetched."""
    return next((one for one in rules if one.until is None or day <= one.until), NO_RULES)


def read(
    page: Html,
    rules: Rules,
    furniture: Set[str],
    own: tuple[list[str], str] | None = None,
    zone: str | None = None,
    fetched_on: date | None = None,
) -> ArticleReading:
    """What an article's page says. ``furniture``: texts such as the names of site and section that may stand where a
    headline is looked for; ``own``: the text, where the site finds it in a way of its own; ``zone``: where the site's
    days are told; ``fetched_on``: the day that a clock on the page shows."""
    body = own or body_by(page, rules, furniture) or general.body_of(page, furniture)
    lines = without_furniture(body[0], rules) if body else []
    title = title_by(page, rules.titles, furniture) or general.title_of(page, furniture)
    published = day_by(page, rules, zone) or general.published_of(
        page, title[0] if title else None, lines, zone, fetched_on
    )
    return ArticleReading(title, published, (lines, body[1]) if body and lines else None)


def title_by(page: Html, selectors: tuple[str, ...], furniture: Set[str]) -> tuple[str, str] | None:
    """The first headline that the selectors name, and its route."""
    for css in selectors:
        for text in general.headings(page, (css,)):
            if text not in furniture and not general.is_overtaken(page, text, furniture):
                return text, f"site:{css}"
    return None


def body_by(page: Html, rules: Rules, furniture: Set[str]) -> tuple[list[str], str] | None:
    """The paragraphs of the first container that the rules name and that holds text, and its route."""
    for css in rules.bodies:
        if found := page.place(css, rules.strips):
            place, lines = found
            if not general.is_overgrown(page, place, without_furniture(lines, rules), furniture):
                return lines, f"site:{css}"
    return None


def without_furniture(lines: list[str], rules: Rules) -> list[str]:
    """The paragraphs up to the text's end, without those that are no text."""
    kept: list[str] = []
    for line in lines:
        if kept and rules.end and rules.end.search(line):
            break
        if not (rules.furniture and rules.furniture.search(line)):
            kept.append(line)
    return kept


def day_by(page: Html, rules: Rules, zone: str | None = None) -> tuple[date, str] | None:
    """The day that the elements which the rules name show, and its route."""
    for css in rules.dates:
        for element in page.selector.css(css):
            root = element.root
            pieces = list(filter(None, map(tidy, texts(root))))
            # a day may stand in pieces: <span>2025</span><span>11</span>/<span>20</span>
            shown = (" ".join(pieces), "".join(pieces), _BETWEEN.sub("-", "-".join(pieces)))
            for text in (root.get("datetime"), root.get("content"), *shown):
                if text and (day := stamped_day(text, zone)):
                    return day, f"site:{css}"
    return None

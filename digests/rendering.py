"""An edition's rows made into subject, HTML and text, with marks where links of the reader's own are put in.

Rendering is a pure function of the rows. What it gives is stored when an edition is frozen; ``fill`` then makes
of the stored bytes a mail or a page of a folder, without any template.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from hashlib import sha256
from html import escape
from typing import Any

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from digests import charts
from digests.languages import SOURCE, translations
from digests.layout import heading, padded, tidy, wrapped
from digests.phrases import runs
from digests.presenting import present
from digests.rows import EditionRows, checksum
from digests.sendings import is_left
from digests.telling import FULL, Listing
from digests.texts import MARK_END, MARK_START
from digests.wording import word

GMAIL_CLIPS = 102_400
"""Bytes of HTML past which Gmail cuts a mail off."""
MAIL_LIMIT = 98_000
"""Bytes of HTML that an edition may have with its marks filled."""
MARKS_GROW = {"copy": 70, "event": 70, "less": 190, "unsubscribe": 180, "preferences": 180}
"""Bytes that the address in the place of a mark may add: a public address of 60 characters, a signed token of 110."""
LISTINGS = (
    FULL,
    Listing(45, 130, 15),
    Listing(35, 110, 12),
    Listing(25, 95, 12),
    Listing(15, 90, 10),
    Listing(5, 85, 10),
    Listing(0, 80, 8),
    Listing(0, 60, 6),
    Listing(0, 40, 6),
    Listing(0, 20, 3),
)
"""How much is told; the longest that fits into a mail is taken."""
CHART_WIDTH, CHART_HEIGHT = 536, 150

_MARKED = rf"{MARK_START}(copy|event|less|unsubscribe|preferences)(?::([\w-]+))?{MARK_END}"
_LINK = re.compile(rf'(?: · )?<a\b[^>]*\bhref="{_MARKED}"[^>]*>(.*?)</a>', re.DOTALL)
_MARK = re.compile(_MARKED)
_LINE = re.compile(rf"[^\n]*{_MARKED}[^\n]*\n")
_READER = re.compile(rf"{MARK_START}reader{MARK_END}(.*?){MARK_START}/reader{MARK_END}", re.DOTALL)
_HAD = re.compile(rf"{MARK_START}had:([\w-]+){MARK_END}(.*?){MARK_START}/had{MARK_END}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of an edition, which its HTML calls ``cid:NAME``."""

    name: str
    png: bytes


@dataclass(frozen=True, slots=True)
class Rendered:
    """An edition for one slice, still with its marks."""

    subject: str
    html: str
    text: str
    images: tuple[Image, ...] = ()

    @property
    def sha256(self) -> str:
        pictures = (part for image in self.images for part in (image.name, sha256(image.png).hexdigest()))
        return checksum(self.subject, self.html, self.text, *pictures)


def _none(_: str) -> str | None:
    return None


def _shown(name: str) -> bool | None:
    return not is_left(name)


@dataclass(frozen=True, slots=True)
class Links:
    """What the marks become. None: there is no such link, and its words go; of a copy the id is named instead.

    ``had`` decides on what is told to readers of one earlier edition alone (see ``digests.sendings``): True shows it,
    False drops it, None leaves it with its marks for a later filling. Values may themselves be marks.
    """

    copy: Callable[[str], str | None]
    event: Callable[[str], str | None] = _none
    less: Callable[[str], str | None] = _none
    unsubscribe: str | None = None
    preferences: str | None = None
    had: Callable[[str], bool | None] = _shown
    image: Callable[[str], str] = "cid:{}".format


def render(rows: EditionRows, *, draft: bool) -> Rendered:
    """Subject, HTML and text of an edition. Events past what a mail can hold are told shorter, then counted."""
    images = _images(rows)

    def attempt(listing: Listing) -> tuple[dict[str, Any], str]:
        values = present(rows, draft=draft, listing=listing) | {"images": [image.name for image in images]}
        return values, inlined(_template("edition/body.html", rows.language).render(values))

    values, html = _longest(attempt)
    text = tidy(_template("edition/body.txt", rows.language).render(values))
    return Rendered(values["subject"], html, text, images)


def _longest(attempt: Callable[[Listing], tuple[dict[str, Any], str]]) -> tuple[dict[str, Any], str]:
    """The longest of the listings that fits, found by halving: a mail of 300 events takes its time to render."""
    made = attempt(LISTINGS[0])
    if _filled_size(made[1]) <= MAIL_LIMIT:
        return made
    too_long, fits = 0, len(LISTINGS) - 1
    made = attempt(LISTINGS[fits])
    while fits - too_long > 1:
        middle = (too_long + fits) // 2
        tried = attempt(LISTINGS[middle])
        if _filled_size(tried[1]) <= MAIL_LIMIT:
            fits, made = middle, tried
        else:
            too_long = middle
    return made


def _filled_size(html: str) -> int:
    return len(html.encode()) + sum(MARKS_GROW[found[1]] for found in _MARK.finditer(html))


def _images(rows: EditionRows) -> tuple[Image, ...]:
    """The chart of an edition; none without the extra, nor where there is nothing to compare with."""
    contacts = next((one for one in rows.trends.figures if one.name == "contacts"), None)
    known = contacts is not None and any(value is not None for value in contacts.values[:-1])
    if contacts is None or not known or rows.kind == "event" or not charts.available():
        return ()
    points = [
        charts.Point(period.name[-2:] if rows.kind == "month" else period.name[-3:], value, missing=period.missing > 0)
        for period, value in zip(rows.trends.periods, contacts.values, strict=True)
    ]
    spec = charts.trend(
        points, what=word("chart", rows.kind), mean=contacts.mean, newest=True, width=CHART_WIDTH, height=CHART_HEIGHT
    )
    return (Image("trend", _drawn(json.dumps(spec, sort_keys=True))),)


@lru_cache(maxsize=256)
def _drawn(spec: str) -> bytes:
    """A chart is drawn once for all slices that have the same numbers: drawing takes ten times what the rest does."""
    return charts.png(json.loads(spec))


def fill(rendered: Rendered, links: Links) -> Rendered:
    """The marks put in: for a mail or for a folder. Without ``unsubscribe`` the words to a subscriber go."""

    def address(kind: str, of: str | None) -> str | None:
        if kind in ("unsubscribe", "preferences"):
            return links.unsubscribe if kind == "unsubscribe" else links.preferences
        found: Callable[[str], str | None] = getattr(links, kind)
        return found(of or "")

    def reader(found: re.Match[str]) -> str:
        return found[1] if links.unsubscribe else ""

    def had(found: re.Match[str]) -> str:
        shown = links.had(found[1])
        return found[0] if shown is None else found[2] if shown else ""

    def anchor(found: re.Match[str]) -> str:
        kind, of, words = found[1], found[2], found[3]
        to = address(kind, of)
        if to is not None:
            return _MARK.sub(lambda _: escape(to), found[0], count=1)
        return f"{words} {of}" if kind == "copy" else ""

    def line(found: re.Match[str]) -> str:
        kind, of = found[1], found[2]
        to = address(kind, of)
        if to is None and kind != "copy":
            return ""
        return _MARK.sub(lambda _: to or of, found[0], count=1)

    html = _LINK.sub(anchor, _HAD.sub(had, _READER.sub(reader, rendered.html)))
    for image in rendered.images:
        html = html.replace(f'"cid:{image.name}"', f'"{escape(links.image(image.name))}"')
    text = _LINE.sub(line, _HAD.sub(had, _READER.sub(reader, rendered.text)))
    return replace(rendered, html=html, text=tidy(text))


def mark(name: str) -> str:
    return f"{MARK_START}{name}{MARK_END}"


def copy_mark(code: str) -> str:
    return mark(f"copy:{code}")


def inlined(html: str) -> str:
    """HTML with its style sheet put into style attributes; media rules stay in the head. Fetches nothing."""
    inliner = css_inline.CSSInliner(
        keep_at_rules=True, minify_css=True, load_remote_stylesheets=False, remove_inlined_selectors=True
    )
    return inliner.inline(html)


def render_page(name: str, language: str = SOURCE, **values: object) -> str:
    """A page of a folder by a template, inlined as an edition is."""
    return inlined(render_template(name, language, **values))


def render_template(name: str, language: str = SOURCE, **values: object) -> str:
    """A template filled in a language; values are escaped in HTML and XML."""
    return _template(name, language).render({"language": language, **values})


@cache
def _environment(html: bool, language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("digests"),
        autoescape=html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    _install(environment, language)
    environment.globals.update(mark=mark, copy_mark=copy_mark, bar=_bar, outlook_dark=_outlook_dark)
    environment.filters.update(wrap=wrapped, heading=heading, pad=padded, runs=partial(_runs, language))
    return environment


def _install(environment: Any, language: str) -> None:
    """Jinja's extension puts this method on the environment, which its types do not know."""
    environment.install_gettext_translations(translations(language), newstyle=True)


def _template(name: str, language: str) -> Template:
    return _environment(name.endswith((".html", ".xml")), language).get_template(name)


@cache
def _outlook_dark() -> str:
    """The rules of dark.css for Outlook, which knows no media query of a scheme but marks what it recoloured."""
    rules: list[str] = []
    for line in dark_css().splitlines():
        selectors, brace, values = line.partition("{")
        if brace:
            rules.append(", ".join(f"[data-ogsc] {one.strip()}" for one in selectors.split(",")) + " {" + values)
    return "\n".join(rules)


@cache
def dark_css() -> str:
    """What the dark scheme has other than the light one, one rule a line."""
    source, _, _ = PackageLoader("digests").get_source(Environment(autoescape=True), "dark.css")
    return source


def _runs(language: str, words: str) -> Markup:
    """A text with what is in the other language marked so."""
    spans = Markup('<span lang="{}">{}</span>')
    return Markup("").join(
        piece.text if piece.language == language else spans.format(piece.language, piece.text)
        for piece in runs(words, language)
    )


def _bar(share: int, kind: str = "bar") -> Markup:
    """A bar of ``share`` per cent, of table cells: it needs no image."""
    if not share:
        return Markup("")
    rest = f'<td width="{100 - share}%"></td>' if share < 100 else ""
    return Markup(
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">'
        f'<tr><td class="{kind}" width="{share}%"></td>{rest}</tr></table>'
    )

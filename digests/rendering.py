"""An edition's rows made into subject, HTML and text, with marks where links of the reader's own are put in.

Rendering is a pure function of the rows. What it gives is stored when an edition is frozen; ``fill`` then makes
of the stored bytes a mail or a page of a folder, without any template.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import escape

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from digests.presenting import FULL, Listing, present
from digests.rows import EditionRows, checksum
from digests.texts import MARK_END, MARK_START

MAIL_LIMIT = 95_000
"""Bytes of HTML: Gmail cuts a mail off past 102,400, and the marks grow a little when they are filled."""
LISTINGS = (FULL, Listing(40, 300), Listing(20, 200), Listing(0, 150), Listing(0, 60))
"""How many events are told in full and how many at all; the first that fits into a mail is taken."""
TEXT_WIDTH = 72

_COPY_LINK = re.compile(rf'<a\b[^>]*\bhref="{MARK_START}copy:(sn_[0-9a-f]+){MARK_END}"([^>]*)>(.*?)</a>', re.DOTALL)
_COPY = re.compile(rf"{MARK_START}copy:(sn_[0-9a-f]+){MARK_END}")
_READER = re.compile(rf"{MARK_START}reader{MARK_END}(.*?){MARK_START}/reader{MARK_END}", re.DOTALL)
_STYLE = re.compile(r'\bstyle="[^"]*"')


@dataclass(frozen=True, slots=True)
class Rendered:
    """An edition for one slice, still with its marks."""

    subject: str
    html: str
    text: str

    @property
    def sha256(self) -> str:
        return checksum(self.subject, self.html, self.text)


@dataclass(frozen=True, slots=True)
class Links:
    """What the marks become: the address of an archived copy (None: its id is named instead), and the way out."""

    copy: Callable[[str], str | None]
    unsubscribe: str | None = None


def render(rows: EditionRows, *, draft: bool) -> Rendered:
    """Subject, HTML and text of an edition. Events past what a mail can hold are told shorter, then counted."""
    for listing in LISTINGS:
        values = present(rows, draft=draft, listing=listing)
        subject = _template("edition/subject.txt").render(values).strip()
        html = inlined(_template("edition/body.html").render(values, subject=subject))
        if len(html.encode()) <= MAIL_LIMIT:
            break
    text = _tidy(_template("edition/body.txt").render(values, subject=subject))
    return Rendered(subject, html, text)


def fill(rendered: Rendered, links: Links) -> Rendered:
    """The marks put in: for a mail or for a folder. Without ``unsubscribe`` the words to a subscriber go."""

    def reader(found: re.Match[str]) -> str:
        return found[1] if links.unsubscribe else ""

    def anchor(found: re.Match[str]) -> str:
        address = links.copy(found[1])
        if address is None:
            return f"{found[3].replace('archived copy', 'copy')} {found[1]}"
        return _COPY.sub(escape(address), found[0])

    html = _COPY_LINK.sub(anchor, _READER.sub(reader, rendered.html))
    text = _COPY.sub(lambda found: links.copy(found[1]) or found[1], _READER.sub(reader, rendered.text))
    if links.unsubscribe:
        html = html.replace(mark("unsubscribe"), escape(links.unsubscribe))
        text = text.replace(mark("unsubscribe"), links.unsubscribe)
    return Rendered(rendered.subject, html, _tidy(text))


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


def render_page(name: str, **values: object) -> str:
    """A page of a folder by a template, inlined as an edition is."""
    return inlined(render_template(name, **values))


def render_template(name: str, **values: object) -> str:
    """A template filled; values are escaped in HTML and XML."""
    return _template(name).render(values)


@cache
def _environment(html: bool) -> Environment:
    environment = Environment(
        loader=PackageLoader("digests"),
        autoescape=html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(mark=mark, copy_mark=copy_mark, bar=_bar)
    environment.filters.update(wrap=_wrap, heading=_heading)
    return environment


def _template(name: str) -> Template:
    return _environment(name.endswith((".html", ".xml"))).get_template(name)


def _bar(share: int) -> Markup:
    """A bar of ``share`` per cent, of table cells: it needs no image."""
    cells = f'<td class="bar" width="{share}%">&nbsp;</td>' if share else ""
    rest = f'<td class="gap" width="{100 - share}%">&nbsp;</td>' if share < 100 else ""
    return Markup(
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">'
        f"<tr>{cells}{rest}</tr></table>"
    )


def _wrap(text: str) -> str:
    """Lines of at most 72 columns; words (addresses) stay whole."""
    return "\n".join(textwrap.wrap(text, TEXT_WIDTH, break_long_words=False, break_on_hyphens=False))


def _heading(text: str) -> str:
    width = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return f"{text.upper()}\n{'-' * width}"


def _tidy(text: str) -> str:
    """No blanks at line ends, never two empty lines in a row."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"

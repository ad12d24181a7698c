"""What one answer was: content, absence, refusal, or neither. Judged from the archived exchange alone.

Families met: TRS sites answer removed pages with their home page or a "system" page (status 200); sites of Party
organs send clients without cookies a one-line script that sets one and opens the page again; Knownsec answers 521
and Ruishu 412 with such scripts; front servers ask for a captcha with 200, 403 or 503.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from pipeline.words import Outcome, Record
from spiders.maintext import lines_shown
from spiders.markup import Html
from spiders.stand_ins import scripts_of, stand_in

_REDIRECTS = {301, 302, 303, 307, 308}
_GONE = {404, 410}
_REFUSED = {401, 403, 407, 429, 451}
_CHALLENGE_STATUS = {412, 521}
_SOFT_404_ADDRESS = re.compile(r"/web/system/|/index_17321\b|/(?:404|error|notfound)(?:\.\w+)?/?$", re.IGNORECASE)
_LOGIN_ADDRESS = re.compile(r"/(?:log-?in|sign-?in|passport|sso|cas)(?:[/.]|$)", re.IGNORECASE)
_SETS_COOKIE = re.compile(r"""\.cookie\s*=|\[\s*["']cookie["']\s*\]\s*=|\bcookie\s*=\s*["']""")
_REOPENS = re.compile(
    r"window\.open\(|location\s*(?:\.\s*(?:href|reload|replace|assign)|\[|=)|\beval\(|setTimeout\(", re.IGNORECASE
)
_NO_TEXT = 60
_MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome, with the redirect's target and, where it is not plain success, the reason in one word."""

    outcome: Outcome
    reason: str | None = None
    moved_to: str | None = None


def judge(
    record: Record,
    page: Html | None,
    *,
    broken: str | None = None,
    is_document: bool = False,
    has_text: bool = False,
    is_home: Callable[[str], bool] = lambda url: urlsplit(url).path in ("", "/"),
    home_titles: frozenset[str] = frozenset(),
) -> Verdict:
    """The verdict on one exchange.

    ``page`` is its HTML, None where the body is no HTML or could not be decoded, for which ``broken`` says why.
    ``is_document`` says that the address is a document's: then the home page or a "system" page in its place, by
    redirect or under its own address, means that the document is missing. ``has_text`` says that the site's own rule
    found an article's text: then it is no home page, whatever its title tag says.
    """
    status = record.status
    if status == 304:
        return Verdict(Outcome.UNCHANGED)
    if page is not None and (reason := _challenge(page, status)):
        return Verdict(Outcome.CHALLENGED, reason)
    if status in _CHALLENGE_STATUS:
        return Verdict(Outcome.CHALLENGED, f"status_{status}")
    if status in _REDIRECTS:
        return _redirect(record, is_document, is_home)
    if status in _GONE:
        return Verdict(Outcome.MISSING, f"status_{status}")
    if status in _REFUSED:
        return Verdict(Outcome.BLOCKED, f"status_{status}")
    if not 200 <= status < 300:
        return Verdict(Outcome.ERROR, f"status_{status}")
    if broken is not None:
        return Verdict(Outcome.ERROR, broken)
    if not record.body:
        return Verdict(Outcome.ERROR, "empty_body")
    if page is not None and not has_text and (form := stand_in(page, Outcome.BLOCKED, Outcome.ERROR)):
        return Verdict(form.outcome, form.reason)
    if is_document:
        return _document(record, page, has_text, home_titles)
    return Verdict(Outcome.OK)


def _redirect(record: Record, is_document: bool, is_home: Callable[[str], bool]) -> Verdict:
    location = (record.header("Location") or "").strip()
    if not location:
        return Verdict(Outcome.ERROR, "redirect_without_target")
    target = urljoin(record.url, location)
    if is_document and (is_home(target) or _SOFT_404_ADDRESS.search(urlsplit(target).path)):
        return Verdict(Outcome.MISSING, "sent_home", target)
    if _LOGIN_ADDRESS.search(urlsplit(target).path):
        return Verdict(Outcome.BLOCKED, "login_wall", target)
    return Verdict(Outcome.MOVED, "redirect", target)


def _document(record: Record, page: Html | None, has_text: bool, home_titles: frozenset[str]) -> Verdict:
    if _SOFT_404_ADDRESS.search(urlsplit(record.url).path):
        return Verdict(Outcome.MISSING, "system_page")
    if page is None:
        return Verdict(Outcome.ERROR, "not_html")
    if has_text:
        return Verdict(Outcome.OK)
    if page.title_tag in home_titles and _leads_elsewhere(page):
        return Verdict(Outcome.MISSING, "home_page")
    if form := stand_in(page, Outcome.MISSING):
        return Verdict(form.outcome, form.reason)
    return Verdict(Outcome.OK)


def _challenge(page: Html, status: int) -> str | None:
    scripts = scripts_of(page)
    if _SETS_COOKIE.search(scripts) and _REOPENS.search(scripts) and len(" ".join(page.visible)) <= _NO_TEXT:
        return "cookie_script"
    if form := stand_in(page, Outcome.CHALLENGED):
        return form.reason
    return f"status_{status}" if status in _CHALLENGE_STATUS and scripts else None


def _leads_elsewhere(page: Html) -> bool:
    """Whether most of what a page shows are links: a home page, not an article whose title tag has the site's name."""
    lines = lines_shown(page)
    return sum(line.width * line.linked for line in lines) >= _MOSTLY * sum(line.width for line in lines)

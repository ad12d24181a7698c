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
from spiders.markup import Html

_REDIRECTS = {301, 302, 303, 307, 308}
_GONE = {404, 410}
_REFUSED = {401, 403, 407, 429, 451}
_CHALLENGE_STATUS = {412, 521}
_SOFT_404_ADDRESS = re.compile(r"/web/system/|/index_17321\b|/(?:404|error|notfound)(?:\.\w+)?/?$", re.IGNORECASE)
_SOFT_404_TEXT = re.compile(
    r"\b404\b|page (?:was |is )?not found"
    r"|(?:页面|网页|文章|内容|信息)[^。]{0,12}(?:不存在|已删除|已被删除|找不到|已下线|无法访问)"
    r"|(?:找不到|无法找到)[^。]{0,12}(?:页面|网页|文件)",
    re.IGNORECASE,
)
_SETS_COOKIE = re.compile(r"""\.cookie\s*=|\[\s*["']cookie["']\s*\]\s*=|\bcookie\s*=\s*["']""")
_REOPENS = re.compile(
    r"window\.open\(|location\s*(?:\.\s*(?:href|reload|replace|assign)|\[|=)|\beval\(|setTimeout\(", re.IGNORECASE
)
_CAPTCHA = re.compile(
    r"captcha|just a moment\.\.\.|attention required|checking your browser|verify (?:that )?you are (?:a )?human"
    r"|验证码|安全验证|访问验证|人机验证|滑动验证|请完成(?:下列|以下)?验证",
    re.IGNORECASE,
)
_CHALLENGE_MARKUP = re.compile(
    r"/cdn-cgi/challenge-platform/|cf-chl-|geetest|_Incapsula_Resource|aliyun_waf", re.IGNORECASE
)
_LITTLE_TEXT = 400
_NO_TEXT = 60


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
    return Verdict(Outcome.MOVED, "redirect", target)


def _document(record: Record, page: Html | None, has_text: bool, home_titles: frozenset[str]) -> Verdict:
    if _SOFT_404_ADDRESS.search(urlsplit(record.url).path):
        return Verdict(Outcome.MISSING, "system_page")
    if page is None:
        return Verdict(Outcome.ERROR, "not_html")
    if has_text:
        return Verdict(Outcome.OK)
    if page.title_tag in home_titles:
        return Verdict(Outcome.MISSING, "home_page")
    told = f"{page.title_tag} {' '.join(page.visible)}"
    if len(told) <= _LITTLE_TEXT and _SOFT_404_TEXT.search(told):
        return Verdict(Outcome.MISSING, "soft_404")
    return Verdict(Outcome.OK)


def _challenge(page: Html, status: int) -> str | None:
    told = " ".join(page.visible)
    if len(told) > _LITTLE_TEXT:
        return None
    scripts = "\n".join(page.selector.xpath("//script/text()").getall())
    if len(told) <= _NO_TEXT and _SETS_COOKIE.search(scripts) and _REOPENS.search(scripts):
        return "cookie_script"
    if _CHALLENGE_MARKUP.search(page.text):
        return "challenge_script"
    # A short notice may well speak of a captcha somewhere; only a page that shows nothing else asks for one.
    if _CAPTCHA.search(page.title_tag) or (
        _CAPTCHA.search(told) and page.selector.css("input, img, form, iframe, script")
    ):
        return "captcha"
    if status in _CHALLENGE_STATUS and scripts:
        return f"status_{status}"
    return None

"""One archived record read: the pages it shows, the links it lists, and what kind of answer it was.

For each field: the site's own rule, then structured metadata, then trafilatura; which one served is recorded, so
that a redesign shows as a number before it shows as silence.
"""

from __future__ import annotations

import hashlib
from datetime import date
from urllib.parse import urldefrag

from pipeline.archive import ContentError, decoded
from pipeline.clock import beijing_day
from pipeline.config import CrawlSettings
from pipeline.words import Form, Outcome, PageReading, Record, Shown
from spiders import charset, general, registry
from spiders.catalogue import declarations
from spiders.markup import Html, language_of
from spiders.outcomes import Verdict, judge
from spiders.site import ArticleReading

__all__ = ["READER_VERSION", "declarations", "read", "read_page"]

READER_VERSION = "1"
"""To be raised with every change of rules that may give another reading of the same bytes."""

SHORT_BODY = 80
MOST_BYTES = CrawlSettings().max_bytes
_NOTHING = ArticleReading(None, None, None)


def read(record: Record, *, most_bytes: int = MOST_BYTES) -> Shown:
    """What a record shows, by the rules of the site that owns its address. Never fails on an answer's content:
    what cannot be read has the outcome ``error``, and ``findings`` say why."""
    site = registry.owner(record.url)
    page, digest, broken = _content(record, most_bytes)
    if site is None:
        verdict = judge(record, page, broken=broken)
        return Shown(None, verdict.outcome, moved_to=verdict.moved_to, findings=_reasons(verdict))
    page_url = site.canonical(record.url)
    found = site.read_article(page, beijing_day(record.fetched_at)) if page_url and page else _NOTHING
    verdict = judge(
        record,
        page,
        broken=broken,
        is_document=page_url is not None,
        has_text=found.body is not None,
        is_home=site.is_home,
        home_titles=site.home_titles,
    )
    if verdict.outcome is not Outcome.OK or page is None:
        return Shown(site.name, verdict.outcome, page_url, moved_to=verdict.moved_to, findings=_reasons(verdict))
    if page_url is not None:
        reading = _reading(found, page, page_url, record.url, digest, by_site=True)
        return Shown(site.name, verdict.outcome, page_url, pages=(reading,), findings=_findings(reading, page))
    section = site.section_of(record.url)
    assert section is not None  # the site owns the address, and it is no document
    listing = site.read_list(page, section[0])
    findings = () if listing.listed or listing.pages else ("empty_list",)
    return Shown(site.name, verdict.outcome, None, listing.pages, listing.listed, listing.list_pages, None, findings)


def read_page(body: bytes, url: str, content_type: str | None = None) -> PageReading:
    """One HTML document from anywhere, by its site's rules where a site owns the address, else by the general ones.

    ``content_type`` is the header's value, where known. The reading may be empty: nothing is raised.
    """
    text, _ = charset.decode(body, content_type)
    page = Html(text, url)
    if page.is_too_deep:
        page = Html("", url)
    site = registry.owner(url)
    canonical = site.canonical(url) if site else None
    found = site.read_article(page, date.max) if site and canonical else _NOTHING
    digest = hashlib.sha256(body).hexdigest()
    return _reading(found, page, canonical or urldefrag(url)[0], url, digest, by_site=canonical is not None)


def _content(record: Record, most_bytes: int) -> tuple[Html | None, str, str | None]:
    """A record's HTML, the digest of its payload, and why it has none."""
    if record.status == 304:
        return None, "", None
    try:
        body = decoded(record, most_bytes)
    except ContentError as error:
        return None, "", str(error).partition(":")[0].replace(" ", "_")
    digest = hashlib.sha256(body).hexdigest()
    content_type = record.header("Content-Type")
    if not _is_html(content_type, body):
        return None, digest, None
    text, _ = charset.decode(body, content_type)
    page = Html(text, record.url)
    return (None, digest, "too_deep") if page.is_too_deep else (page, digest, None)


def _is_html(content_type: str | None, body: bytes) -> bool:
    kind = (content_type or "").partition(";")[0].strip().lower()
    if kind in ("", "text/plain", "application/octet-stream"):
        return b"<" in body[:1024]
    return kind in ("text/html", "application/xhtml+xml", "text/xml", "application/xml")


def _findings(reading: PageReading, page: Html) -> tuple[str, ...]:
    lacking = {
        "cut": page.is_cut,
        "no_title": reading.title is None,
        "no_date": reading.published is None,
        "short_body": len(reading.body) < SHORT_BODY,
    }
    return tuple(name for name, is_so in lacking.items() if is_so)


def _reading(found: ArticleReading, page: Html, url: str, address: str, digest: str, *, by_site: bool) -> PageReading:
    """A reading of what the site's rules found, its gaps filled by the general rules. ``by_site``: the site's rules
    have decided on title and date, even where they found none (a page without a headline has the site's name)."""
    body = found.body or general.body_of(page) or ([], "none")
    title, published = found.title, found.published
    if not by_site:
        title = general.title_of(page)
        published = general.published_of(page, title[0] if title else None, body[0])
    # editors like to begin the text with its own title
    repeats = title is not None and len(body[0]) > 1 and body[0][0] == title[0]
    text = "\n".join(body[0][1:] if repeats else body[0])
    routes = {"body": body[1]}
    if title:
        routes["title"] = title[1]
    if published:
        routes["published"] = published[1]
    return PageReading(
        url=url,
        address=address,
        form=Form.ARTICLE,
        item=None,
        digest=digest,
        title=title[0] if title else None,
        published=published[0] if published else None,
        language=language_of(text or (title[0] if title else "")),
        body=text,
        routes=routes,
    )


def _reasons(verdict: Verdict) -> tuple[str, ...]:
    return (verdict.reason,) if verdict.reason else ()

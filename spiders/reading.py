"""One archived record read: the pages it shows, the links it lists, and what kind of answer it was.

For each field: the site's own rule, then structured metadata, then the general route; which one served is recorded, so
that a redesign shows as a number before it shows as silence.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from urllib.parse import urldefrag, urlsplit

from pipeline.archive import ContentError, decoded
from pipeline.clock import beijing_day
from pipeline.config import CrawlSettings
from pipeline.watch.relevance import is_relevant, may_be_relevant
from pipeline.words import Form, Listed, Outcome, PageReading, Record, Shown
from spiders import charset, general, registry
from spiders.catalogue import declarations
from spiders.declared import ArticleReading, ListReading
from spiders.markup import MOST_CHARACTERS, Html, language_of
from spiders.outcomes import Verdict, judge
from spiders.site import SiteSpider

__all__ = ["READER_VERSION", "declarations", "read", "read_page"]

READER_VERSION = "4"
"""To be raised with every change of rules that may give another reading of the same bytes."""

SHORT_BODY = 80
_NO_TEXT = 20
_GZIP = b"\x1f\x8b"
_HTML_BEGINS = re.compile(r"\s*<(?!\?xml|rss\b|feed\b|rdf:|urlset\b|sitemapindex\b)", re.IGNORECASE)
MOST_BYTES = CrawlSettings().max_bytes
_NOTHING = ArticleReading(None, None, None)


def read(record: Record, *, most_bytes: int = MOST_BYTES) -> Shown:
    """What a record shows, by the rules of the site that owns its address. Never fails on an answer's content:
    what cannot be read has the outcome ``error``, and ``findings`` say why."""
    site = registry.owner(record.url)
    page_url = site.canonical(record.url) if site else None
    section = site.section_of(record.url) if site and page_url is None else None
    is_data = section is not None and section[0].is_data
    page, digest, broken = _content(record, most_bytes, is_data=is_data)
    if site is None or section is not None:
        is_html = page is not None and (not is_data or _looks_like_html(page.text))
        verdict = judge(record, page if is_html else None, broken=broken)
        if site is None or section is None or verdict.outcome is not Outcome.OK or page is None:
            name = site.name if site else None
            return Shown(name, verdict.outcome, moved_to=verdict.moved_to, findings=_reasons(verdict))
        return _list_shown(site, site.read_list(page, section[0]))
    found = site.read_article(page, beijing_day(record.fetched_at)) if page else _NOTHING
    verdict = judge(
        record,
        page,
        broken=broken,
        is_document=True,
        has_text=found.body is not None and found.body[1].startswith("site:"),
        is_home=site.is_home,
        home_titles=site.home_titles,
    )
    if verdict.outcome is not Outcome.OK or page is None or page_url is None:
        return Shown(site.name, verdict.outcome, page_url, moved_to=verdict.moved_to, findings=_reasons(verdict))
    reading = _reading(found, page, page_url, record.url, digest, by_site=True)
    off_topic = site.general and _is_off_topic(reading)
    findings = (*_findings(reading, page), *(["off_topic"] if off_topic else []))
    return Shown(site.name, verdict.outcome, page_url, (reading,), findings=findings, off_topic=off_topic)


def _is_off_topic(reading: PageReading) -> bool:
    """Whether an article of a general site is none of ours. One of which no text was found (written by a script, laid
    out anew) proves nothing: it is kept, so that the fault shows and it is asked again."""
    if len(reading.body) < _NO_TEXT:
        return False
    return not is_relevant(reading.title, reading.body, reading.language, reading.published)


def _list_shown(site: type[SiteSpider], listing: ListReading) -> Shown:
    if listing.broken:
        return Shown(site.name, Outcome.ERROR, findings=(listing.broken,))
    shows_any = listing.listed or listing.pages or listing.further
    chosen = {one.url for one in listing.listed if not site.general or _worth_a_look(one, listing.summaries)}
    off_list = tuple(one for one in listing.listed if one.url not in chosen)
    passed_over = {one.url for one in off_list}
    return Shown(
        site.name,
        Outcome.OK,
        pages=tuple(page for page in listing.pages if page.url not in passed_over),
        listed=tuple(one for one in listing.listed if one.url in chosen),
        list_pages=listing.list_pages,
        findings=() if shows_any else ("empty_list",),
        further=listing.further,
        off_list=off_list,
    )


def _worth_a_look(listed: Listed, summaries: Mapping[str, str]) -> bool:
    """Whether an entry of a general site's list is followed. Sitemaps have no titles; the address may tell one."""
    slug = re.sub(r"[-_/.]+", " ", urlsplit(listed.url).path)
    return may_be_relevant(listed.title or slug, summaries.get(listed.url, ""), listed.published)


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


def _content(record: Record, most_bytes: int, *, is_data: bool) -> tuple[Html | None, str, str | None]:
    """A record's text, the digest of its payload, and why it has none. ``is_data``: a feed, a sitemap or JSON is
    looked for, whatever the server calls it."""
    if record.status == 304:
        return None, "", None
    try:
        body = decoded(record, most_bytes)
        if is_data and body.startswith(_GZIP):  # a packed file (sitemap.xml.gz), not a packed answer
            body = decoded(replace(record, headers=(("Content-Encoding", "gzip"),), body=body), most_bytes)
    except ContentError as error:
        return None, "", str(error).partition(":")[0].replace(" ", "_")
    digest = hashlib.sha256(body).hexdigest()
    content_type = record.header("Content-Type")
    if not is_data and not _is_html(content_type, body):
        return None, digest, None
    text, _ = charset.decode(body, content_type)
    page = Html(text, record.url, most_bytes if is_data else MOST_CHARACTERS)
    is_html = not is_data or _looks_like_html(page.text)
    return (None, digest, "too_deep") if is_html and page.is_too_deep else (page, digest, None)


def _looks_like_html(text: str) -> bool:
    return _HTML_BEGINS.match(text) is not None


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

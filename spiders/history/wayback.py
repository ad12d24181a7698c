"""The Internet Archive's index and captures: which addresses to ask, and what the answers hold.

By its CDX server's documentation (github.com/internetarchive/wayback, wayback-cdx-server) and by what its clients met:
answers with 429 from 24 index requests a minute on, and an hour's ban for who goes on; Content-Encoding headers that
are empty, doubled or wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

from pipeline.archive.copies import Capture, Pairs
from spiders import registry
from spiders.history.span import Span
from spiders.site import SiteSpider

HOST = "web.archive.org"
INDEX = f"https://{HOST}/cdx/search/cdx"
_FIELDS = ("timestamp", "original", "digest")
_ROWS = 2_000
_CAPTURE = re.compile(rf"https?://{re.escape(HOST)}/web/(\d{{14}})id_/(.+)", re.DOTALL)
_ORIGINAL = re.compile(r'<([^>]+)>\s*;\s*rel="?original"?')
_PREFIX = "x-archive-orig-"
_LITERAL = re.compile(r"\^?((?:[\w/-]|\\[.\-/])*)(.?)", re.DOTALL)
_PORT = re.compile(r"^(http://[^/:]+):80(?=/|$)|^(https://[^/:]+):443(?=/|$)")
_GZIP = b"\x1f\x8b"


class NotAnIndex(Exception):
    """An answer that is no page of the index; the message says what it is."""


@dataclass(frozen=True, slots=True)
class Row:
    """A capture by the index: its timestamp (14 digits), the address it was made at, the digest of its bytes."""

    timestamp: str
    original: str
    digest: str

    @property
    def address(self) -> str:
        """Where its bytes are to be had as they came."""
        return f"https://{HOST}/web/{self.timestamp}id_/{self.original}"


# The index


def index_addresses(site: type[SiteSpider], span: Span) -> list[str]:
    """The first pages of the index for all that a site owns: by the beginnings that the paths of its documents have,
    and by its lists where these are read for their items."""
    asked = [] if site.feed_only else [(f"{host}{begin}", "prefix") for host in _hosts(site) for begin in _begins(site)]
    lists = [section.url for section in site.sections if section.items_are_pages or site.feed_only]
    return [index_address(url, match, span) for url, match in [*asked, *((url, "exact") for url in lists)]]


def index_address(url: str, match: str, span: Span) -> str:
    """The first page of the index for an address: captures that show a page, each state once."""
    asked = [
        ("url", url),
        ("matchType", match),
        ("from", f"{span.since:%Y%m%d}000000"),
        *([("to", f"{span.until:%Y%m%d}235959")] if span.until else []),
        ("output", "json"),
        ("fl", ",".join(_FIELDS)),
        # a capture of bytes that the archive had before has no status in the index
        ("filter", "statuscode:(200|-)"),
        ("filter", "mimetype:.*(ml|json|revisit|unk).*"),
        ("collapse", "digest"),
        ("showResumeKey", "true"),
        ("limit", str(_ROWS)),
    ]
    return f"{INDEX}?{urlencode(asked)}"


def next_page(address: str, key: str) -> str:
    """The index page behind one that ended with a resumption key. The key stands there in the form that the server
    decodes itself, and so is encoded once more."""
    return f"{address.partition('&resumeKey=')[0]}&{urlencode({'resumeKey': key})}"


def read_index(body: bytes) -> tuple[list[Row], str | None]:
    """The captures on a page of the index, and the key with which it goes on. Raises NotAnIndex."""
    try:
        rows = json.loads(body)
    except ValueError as error:
        told = body[:200].decode("utf-8", "replace").strip()
        raise NotAnIndex(f"no JSON: {told!r}") from error
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise NotAnIndex("no list of rows")
    if not rows:
        return [], None
    if tuple(rows[0]) != _FIELDS:
        raise NotAnIndex(f"rows of other fields: {rows[0]!r}"[:200])
    key = None
    if len(rows) > 2 and not rows[-2] and len(rows[-1]) == 1:
        key = str(rows[-1][0])
        del rows[-2:]
    found = [Row(*map(str, row)) for row in rows[1:] if len(row) == len(_FIELDS)]
    return [row for row in found if re.fullmatch(r"\d{14}", row.timestamp)], key


def choose(rows: Iterable[Row], site: type[SiteSpider]) -> list[Row]:
    """The captures worth asking for: of documents (and lists read for their items) of this site, one a day of each,
    as long as the bytes differ from those before."""
    last: dict[str, Row] = {}
    chosen = []
    for row in sorted(rows, key=lambda row: row.timestamp):
        key = _what(row.original, site)
        if key is None:
            continue
        before = last.get(key)
        if before is None or (before.digest != row.digest and before.timestamp[:8] != row.timestamp[:8]):
            last[key] = row
            chosen.append(row)
    return chosen


def _what(url: str, site: type[SiteSpider]) -> str | None:
    """What of the site an address shows; None for what is not read, or another site's (two may share a host)."""
    if registry.owner(url) is not site:
        return None
    document = site.canonical(url)
    if document is not None:
        return None if site.feed_only else document
    section = site.section_of(url)
    is_read = section is not None and (section[0].items_are_pages or site.feed_only)
    return f"list {section[0].url} {section[1]}" if section and is_read else None


def _hosts(site: type[SiteSpider]) -> list[str]:
    """The site's hosts as the index tells them apart: with and without www is one."""
    return list(dict.fromkeys(host.removeprefix("www.") for host in site.hosts))


def _begins(site: type[SiteSpider]) -> list[str]:
    """What the paths of the site's documents begin with, as far as their patterns say it literally."""
    begins = set()
    for pattern in site.article_paths:
        begin = "/"
        if pattern.pattern.startswith("^") and "|" not in re.sub(r"\([^()]*\)", "", pattern.pattern):
            found = _LITERAL.match(pattern.pattern)
            assert found is not None  # it matches the empty text
            literal = found[1].replace("\\", "")
            begin = literal[:-1] if found[2] in ("?", "*", "{") else literal
        begins.add(begin if begin.startswith("/") else "/")
    return sorted(one for one in begins if not any(one != other and one.startswith(other) for other in begins))


# Captures


def asked_for(address: str) -> tuple[datetime, str] | None:
    """The instant and the original address of the capture that an address of the archive asks for; None for others."""
    found = _CAPTURE.fullmatch(address)
    return (datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC), found[2]) if found else None


def capture(address: str, status: int, reason: str, headers: Pairs, body: bytes) -> Capture | None:
    """The capture in an answer of the archive; None where the answer is the archive's own (not there, moved, busy)."""
    asked = asked_for(address)
    named = {name.lower(): value for name, value in headers}
    if asked is None or "memento-datetime" not in named:
        return None
    try:
        at = parsedate_to_datetime(named["memento-datetime"]).astimezone(UTC)
    except ValueError:
        at = asked[0]
    # the archive finds captures by a folded address, so that it may give http for https, or with www for without
    original = _ORIGINAL.search(named.get("link", ""))
    url = original[1] if original and registry.owner(original[1]) is registry.owner(asked[1]) else asked[1]
    return Capture(
        url=plain(url),
        at=at,
        status=status,
        reason=reason,
        http_version="1.1",
        headers=_headers(headers, named, body),
        body=body,
        warc_id=None,
        origin=(("source-archive", HOST), ("source-address", address)),
    )


def plain(url: str) -> str:
    """An address without the port that goes without saying: old captures have it."""
    return _PORT.sub(lambda found: found[1] or found[2], url)


def _headers(headers: Pairs, named: dict[str, str], body: bytes) -> Pairs:
    """The captured answer's own headers, which the archive hands on under a prefix."""
    own = [(name[len(_PREFIX) :], value) for name, value in headers if name.lower().startswith(_PREFIX)]
    have = {name.lower() for name, _ in own}
    if "content-type" not in have and named.get("content-type"):
        own.append(("Content-Type", named["content-type"]))
    # what the archive packed for the way; with what the server had packed itself its headers get confused
    if "content-encoding" not in have and body.startswith(_GZIP):
        own.append(("Content-Encoding", "gzip"))
    return tuple(own)

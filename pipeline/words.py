"""The words of the design as dataclasses: what one stage hands to the next.

    Record  --read-->  Shown (pages, listed links)  --extract-->  Mention  --resolve-->  Cluster

Nothing here knows of Scrapy, HTTP clients, SQL or mail.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class SiteKind(StrEnum):
    OFFICIAL = "official"
    WATCHDOG = "watchdog"
    MEDIA = "media"


class Form(StrEnum):
    """How a page was seen: as a document of its own, or as an item inside a list, feed or answer."""

    ARTICLE = "article"
    ITEM = "item"


class Outcome(StrEnum):
    """What one answer was. A challenge is neither content nor absence."""

    OK = "ok"
    UNCHANGED = "unchanged"
    MOVED = "moved"
    BLOCKED = "blocked"
    CHALLENGED = "challenged"
    ERROR = "error"
    MISSING = "missing"


class PageState(StrEnum):
    """What we hold of a page, derived from the outcomes of its visits."""

    LIVE = "live"
    EDITED = "edited"
    MOVED = "moved"
    DELISTED = "delisted"
    GONE_CANDIDATE = "gone_candidate"
    GONE = "gone"
    UNKNOWN = "unknown"


class Realis(StrEnum):
    ACTUAL = "actual"
    PLANNED = "planned"
    CANCELLED = "cancelled"
    DENIED = "denied"
    HISTORICAL_REFERENCE = "historical_reference"


class Scope(StrEnum):
    IN = "in"
    CONTEXT = "context"


class Standing(StrEnum):
    """How well an event is attested (codebook §11)."""

    CONFIRMED = "confirmed"
    CORROBORATED = "corroborated"
    SINGLE_SOURCE = "single_source"
    DISPUTED = "disputed"
    RETRACTED = "retracted"


class Side(StrEnum):
    CHINESE = "chinese"
    FOREIGN = "foreign"


class DatePrecision(StrEnum):
    DAY = "day"
    DAY_RANGE = "day_range"
    WEEK = "week"
    MONTH = "month"
    WINDOW = "window"
    YEAR = "year"


class DateBasis(StrEnum):
    EXPLICIT_FULL = "explicit_full"
    EXPLICIT_MD = "explicit_md"
    WEEKDAY_OR_TODAY = "weekday_or_today"
    DATELINE = "dateline"
    URL_DATE = "url_date"
    PUBLISH_DATE = "publish_date"


# --- archive ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Record:
    """One archived HTTP exchange: a page, list, feed, redirect or error answer.

    ``body`` is the undecoded payload, still in its ``Content-Encoding``; ``fetched_at`` is UTC.
    ``file`` and ``offset`` say where the response record stands (file name relative to the archive
    folder, byte offset of its gzip member). An answer 304 has an empty body (WARC ``revisit``).
    """

    id: str
    url: str
    fetched_at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    file: str
    offset: int

    def header(self, name: str) -> str | None:
        """The first value of a header, case-insensitively; None where there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


# --- reading ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PageReading:
    """What the reading rules make of one page that a record shows.

    ``url`` is the canonical address of the page, ``address`` the one it was read at. ``item`` is the
    number of the item inside its record (from 0), None for an article. ``digest`` is the SHA-256 of the
    page's bytes: the decoded-from-transfer payload of an article, the item's own text for an item.
    ``body`` has one paragraph a line. ``routes`` says per field (``title``, ``published``, ``body``)
    which route served it: ``site:<rule>``, ``metadata``, ``shape``, ``url`` …
    """

    url: str
    address: str
    form: Form
    item: int | None
    digest: str
    title: str | None
    published: date | None
    language: str
    body: str
    routes: Mapping[str, str]

    @property
    def text(self) -> str:
        """The text that evidence spans count: the title on a line of its own, a blank line, the body."""
        return f"{self.title}\n\n{self.body}" if self.title else self.body

    @property
    def text_hash(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def snapshot_code(url: str, form: Form, fetched_at: datetime) -> str:
    """The public id of a snapshot, the same after every rebuild: from page, form and time of fetch."""
    key = f"{url}|{form.value}|{fetched_at.isoformat()}"
    return "sn_" + hashlib.sha256(key.encode()).hexdigest()[:14]


@dataclass(frozen=True, slots=True)
class Listed:
    """A link to a page on a list: its canonical address, the address to ask, what the list says of it."""

    url: str
    address: str
    title: str | None = None
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What one record shows, read by the rules of the site that owns its address.

    ``site`` is the site's name, None where no site owns the address. ``page_url`` is the canonical
    address of the page that the record is an answer for, also where the answer is a 404 or a challenge;
    None for a list. ``list_pages`` is the number of list pages the list's own pager claims, ``further`` are
    addresses of lists that it leads to. ``moved_to`` is the redirect's target. ``findings`` are short machine words
    such as ``short_body``.

    Of a general site only what is relevant counts: ``off_list`` are links that the list shows and nobody is to
    follow; ``off_topic`` says of an article that it is not relevant (so that it makes no snapshot, unless the page
    has one already: then the state in which it lost its subject is news).
    """

    site: str | None
    outcome: Outcome
    page_url: str | None = None
    pages: tuple[PageReading, ...] = ()
    listed: tuple[Listed, ...] = ()
    list_pages: int | None = None
    moved_to: str | None = None
    findings: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    off_list: tuple[Listed, ...] = ()
    off_topic: bool = False


Reader = Callable[[Record], Shown]


# --- extraction ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Document:
    """What the extractor reads: the text (title line first, where there is a title) and its page facts."""

    text: str
    url: str
    language: str
    published: date | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value was read: characters ``start`` to ``end`` of the document's text, and by which rule.

    ``field`` is the mention's field (``date``, ``type``, ``place``, ``mode``, ``countries``,
    ``organisations``, ``chinese_people``, ``foreign_people``, ``themes``, ``participants``, ``realis``);
    of a list, ``field[n]`` names the entry, counted from 0. ``start``/``end`` are None only where the
    value comes from outside the text (the year from the address), which the rule then names.
    """

    field: str
    start: int | None
    end: int | None
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class ChinesePerson:
    """Somebody of the Chinese side. ``name`` is pinyin as the press writes it, ``name_zh`` the characters."""

    name: str
    name_zh: str | None
    title: str | None
    id: str | None = None
    role: str = "host"
    is_leader: bool = False


@dataclass(frozen=True, slots=True)
class ForeignPerson:
    """Somebody of the foreign side, as printed. ``office`` is the title's language-free id, where known."""

    name: str
    title: str | None
    organisation: str | None
    country: str | None
    id: str | None = None
    office: str | None = None
    role: str = "guest"
    is_leader: bool = False


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body of the foreign side (or a Chinese affiliate). ``kind`` is a codebook §5.1 kind."""

    name: str
    id: str | None
    country: str | None
    kind: str | None


@dataclass(frozen=True, slots=True)
class Mention:
    """What a page says about one event. ``number`` counts within the page from 1; ``parent`` is such a number.

    Dates are local days at the place; remote events Beijing days (codebook §8). ``countries`` are ISO3 of
    the foreign side. ``participants`` is the number stated for the foreign side or the cohort.
    """

    number: int
    type: str
    date_start: date | None
    date_end: date | None
    date_precision: DatePrecision | None
    date_basis: DateBasis | None
    mode: str
    realis: Realis
    scope: Scope
    is_series: bool = False
    parent: int | None = None
    place: str | None = None
    place_zh: str | None = None
    place_id: str | None = None
    countries: tuple[str, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    chinese_people: tuple[ChinesePerson, ...] = ()
    foreign_people: tuple[ForeignPerson, ...] = ()
    themes: tuple[str, ...] = ()
    participants: int | None = None
    confidence: float = 0.0
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the extractor met and does not know: for ``idwatch review``, never silently dropped."""

    kind: str
    text: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    mentions: tuple[Mention, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def relevant(self) -> bool:
        """True when the page has at least one in-scope mention (codebook §18)."""
        return any(mention.scope is Scope.IN for mention in self.mentions)


Extractor = Callable[[Document], Extraction]


# --- resolution ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class MentionKey:
    """A mention's identity: the canonical address of its page and its number within the page."""

    page: str
    number: int


@dataclass(frozen=True, slots=True)
class KeptMention:
    """A stored mention with what resolution needs to know of its page.

    ``opening`` is how the page's body begins, without blanks: equal for an article and the cut item of a result
    list that shows its first words; empty where the body is too short to tell.
    """

    key: MentionKey
    mention: Mention
    site: str
    site_kind: SiteKind
    family: str
    language: str
    first_seen_at: datetime
    title: str | None = None
    opening: str = ""
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Cluster:
    """One event before it has an id: its mentions, the founding one (earliest page, number) first."""

    members: tuple[MentionKey, ...]


@dataclass(frozen=True, slots=True)
class Rulings:
    """What analysts' overrides say of mentions: pairs of one event, pairs of two events (the smaller key first),
    and mentions that tell no event."""

    same: frozenset[tuple[MentionKey, MentionKey]] = frozenset()
    different: frozenset[tuple[MentionKey, MentionKey]] = frozenset()
    rejected: frozenset[MentionKey] = frozenset()


NO_RULINGS = Rulings()

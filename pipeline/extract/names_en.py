"""Personal names in English text: which capitalised words are a name, and where the office that makes it one stands.

A run of capitalised words is cut into what the lists and the gazetteer know (offices, bodies, countries) and the rest.
The rest is a name where an office stands at once before it or behind a comma, where an honorific does, where the
gazetteer knows the person, or where it is all that a list's entry says (corpus/english.md §5).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipeline.extract.page import Page
from pipeline.extract.wordlist import pattern, words
from pipeline.gazetteer import Kind

_PARTICLE = (
    r"(?:de la|de los|de las|de|da|do|dos|das|del|della|di|van der|van den|van de|van|von|bin|binti|binte|ibn|bint|ben|"
    r"el|al|le|la|du|ul|ur|uz|ud|y|e|zu|af|av|ter|ten|bte|ap|ould|oulad)"
)
_TOKEN = (
    r"(?:(?:al|el|ad|as|ar|an|ash|at|az|d|l|o|n|t)[-'])?[A-Z][A-Za-z'\-]*(?:\.[A-Z][A-Za-z'\-]*)*(?:\.(?=\s[A-Z]))?"
)
_NAME = re.compile(rf"{_TOKEN}(?: (?:{_PARTICLE} )?{_TOKEN}){{0,9}}")
_WORD = re.compile(r"[^\s]+")
_BEHIND = re.compile(r"\s*(?:\([^()]{1,40}\))?\s*,\s*(?:the |a |an |his |her |its |their |who is )?")
# where an entry of a list begins: at the span's beginning, behind a comma or a joining word
_ENTRY = re.compile(r"(?:^|[,;:]|\b(?:and|with|by|including|from|met|were|was|to))\s*(?:the\s+)?$")
# `Secretary General, ` before another office and the name
_OFFICE_COMMA = re.compile(r"([A-Z][\w\-]+), (?=[A-Z][\w\-]+ [A-Z])")
_NAMED_KINDS = (
    Kind.COUNTRY, Kind.ADJECTIVE, Kind.PARTY, Kind.ORGANISATION, Kind.DEPARTMENT, Kind.PLACE, Kind.FORUM
)  # fmt: skip
_BODY_KINDS = (Kind.PARTY, Kind.ORGANISATION, Kind.DEPARTMENT, Kind.FORUM)
_ENTRY_END = re.compile(
    r"\s*(?:\([^()]{1,30}\))?\s*(?:[.;,]|$|\b(?:and|as well as|of|from|in|at|on|here|who|to|during|via)\b)"
)
_JOINED = re.compile(r",?\s+and\s+|,\s+")
_OFFICE_BEFORE = re.compile(r"(?:^|[\s,;(\-'])(?P<office>[a-z][\w.\-]*)\s+$")
_LEADER_OF_GROUP = re.compile(
    r"\b(?:[Ll]eader|[Hh]ead|[Cc]hief|[Cc]hair(?:man|woman|person)?|[Dd]irector|[Ss]ecretary|[Mm]ember) of the "
    r"[\w'\- ]{1,50}?(?:group|team|delegation|committee|commission|department|bureau|council|wing) $"
)
_OFFICE_OF = re.compile(r"\b(?:of|for|at|in|on)(?: the)?\s+$")


@dataclass(frozen=True, slots=True)
class Named:
    """A person's name (folded characters ``name_at`` to ``name_to``) and where the words about the person begin.

    ``title_first``: the office stands before the name, from ``at`` on; else it stands behind, or there is none.
    """

    at: int
    name_at: int
    name_to: int
    title_first: bool


def named(page: Page, start: int, end: int, *, bare: bool = True) -> list[Named]:
    """The people whom a span names, in order. ``bare``: a name alone counts where it is the span's first entry."""
    found: list[Named] = []
    for run in _NAME.finditer(page.text.text, start, end):
        one = _of_run(page, start, end, run.start(), run.end(), bare=bare and not found)
        if one is None and found and _JOINED.fullmatch(page.text.text, found[-1].name_to, run.start()):
            # `A B and C D`: the second of two names without an office
            one = _of_run(page, run.start(), end, run.start(), run.end(), bare=True)
            if one is not None and _words_of(run.group(), 0, len(run.group())) & (_offices() | _also_names()):
                one = None  # `A B, Youth Chief of …`
        if one is not None and (not found or one.name_at >= found[-1].name_to):
            floor = found[-1].name_to if found else start
            found.append(one if one.at >= floor else Named(floor, one.name_at, one.name_to, one.title_first))
    return found


def _of_run(page: Page, start: int, end: int, at: int, to: int, *, bare: bool) -> Named | None:
    """The name in a run of capitalised words, with what shows that it is one."""
    text = page.text.text
    name_at = _first_of_name(page, at, to)
    if name_at is None or not _reads_as_name(text[name_at:to]):
        return None
    before = _office_before(page, start, at, name_at, to)
    if before is not None:
        return Named(before, name_at, to, True)
    single = " " not in text[name_at:to]
    behind = _BEHIND.match(text, to, end)
    if behind is not None and (_title_at_once() if single else _title_near()).match(text, behind.end(), end):
        return Named(name_at, name_at, to, False)
    if not single and _apposed().match(text[start:at]) and re.match(r"\s*(?:,|$)", text[to : min(to + 2, end)]):
        return Named(start, name_at, to, True)  # `The first secretary of …, Miguel Pérez, received`
    honoured = name_at > at and _words_of(text, at, name_at) <= _honorifics()
    known = any(hit.start == name_at and page.is_foreign(hit) for hit in page.hits_in(name_at, to, Kind.PERSON))
    if (honoured or known) and _ENTRY.search(text[start:at]):
        return Named(name_at, name_at, to, False)
    whose = text[at:name_at].rstrip().endswith("'s") and page.covering(at, at + 2, *_NAMED_KINDS) is not None
    if whose and not single and _ENTRY.search(text[start:at]):
        return Named(name_at, name_at, to, False)  # `the LPRP's Bounpheng Sayakone`
    alone = bare and not single and at == name_at and text[start:at].strip(" ,;") in ("", "the", "with")
    return Named(name_at, name_at, to, False) if alone and _ENTRY_END.match(text, to, end) else None


def _first_of_name(page: Page, at: int, to: int) -> int | None:
    """Where the name begins in a run: behind its offices, bodies and countries; None where it holds no name.

    `Zambian President` and `ANC` before a name are none of it; `Jordan`, `German` (Germán) and `Nepal` may be.
    """
    text = page.text.text
    behind_office = _OFFICE_OF.search(text, max(0, at - 12), at) is not None
    first, named = at, False
    for word in _WORD.finditer(text, at, to):
        plain = word.group().strip(".,'")
        cover = page.covering(*word.span(), *_NAMED_KINDS)
        respect = plain in _honorifics() and not named and word.end() < to
        if plain == "Tan" and not text.startswith(" Sri", word.end()):
            respect = False  # `Tan Wei Ming`: a family name, `Tan Sri Musa`: a title
        if plain in _no_names() or plain.removesuffix("s") in _no_names() or respect or plain.endswith("'s"):
            first, named = word.end() + 1, False
        elif behind_office and not named and plain in _fields():
            first = word.end() + 1
        elif cover is None or (named and word.end() == to and cover.end == to):
            named = True
        elif cover.kind in _BODY_KINDS or cover.end > to or (behind_office and not named) or cover.end == to:
            first, named = max(word.end(), cover.end) + 1, False
        else:
            named = True
    return first if first < to else None


def _words_of(text: str, start: int, end: int) -> frozenset[str]:
    return frozenset(word.strip(".,") for word in text[start:end].split())


def _reads_as_name(name: str) -> bool:
    tokens = name.split()
    if len(tokens) > 8 or any(token.strip(".,'").removesuffix("'s") in _no_names() for token in tokens):
        return False
    return len(tokens) > 1 or (not name.isupper() and len(name.strip(".")) > 1)


def _office_before(page: Page, start: int, at: int, name_at: int, to: int) -> int | None:
    """Where the office begins that stands before a name: within its run, or in small letters before the run."""
    text = page.text.text
    if name_at > at and any(word.removesuffix("'s") in _offices() for word in _words_of(text, at, name_at)):
        return _phrase_start(text, start, at)
    if name_at > at and not _words_of(text, at, name_at) <= _honorifics():
        # `Secretary General of the ANC Lindiwe Dube`: the run begins with what the office is of
        titled = _titled_of().search(text, max(start, at - 120), at)
        lead = _WORD.match(text, at)
        words_before = text[at:name_at].split()
        body = lead and (
            lead.group() in _fields()
            or page.covering(*lead.span(), *_NAMED_KINDS)
            or words_before[-1] in words("en", "body")
            or words_before[-1] in _no_names()  # `Speaker of the House Carla Vella`, `Ambassador to China Ali Said`
        )
        whole = " " in text[name_at:to] and not re.match(r" (?:of|for)\b", text[to : to + 5])
        return _phrase_start(text, start, at) if titled and body and whole else None
    if name_at > at and _titled_for().search(text, max(start, at - 80), at):
        return _phrase_start(text, start, at)  # `secretary for administration Dr Tendai Moyo`
    if name_at == at and " " in text[name_at:to] and _LEADER_OF_GROUP.search(text, max(start, at - 90), at):
        return _phrase_start(text, start, at)  # `Leader of the Swapo group Hilma Shikongo`
    small = _OFFICE_BEFORE.search(text, max(start - 1, at - 40, 0), at)
    return _phrase_start(text, start, at) if small and small.group("office") in _small_offices() else None


def _phrase_start(text: str, start: int, at: int) -> int:
    """The beginning of the noun phrase that ends at ``at``: behind the last comma, `and` or `with`."""
    floor = max(start, at - 160)
    before = _OFFICE_COMMA.search(text, floor, at)
    if before is not None and before.group(1) in _offices():
        at = before.start(1)  # `CCM Secretary General, Ambassador Juma`
    cut = max(
        (
            match.end()
            for match in re.finditer(r"[,;:]\s*(?:and\s+)?|\b(?:and|with|by|including|met|received)\s+", text[floor:at])
        ),
        default=0,
    )
    return floor + cut


@cache
def _apposed() -> re.Pattern[str]:
    return re.compile(
        rf"^\W*(?:[Tt]he |[Hh]is |[Ii]ts )?(?:[\w\-]+ ){{0,4}}?{pattern('en', 'title')}s?\b[^,;]*,\s*$", re.IGNORECASE
    )


@cache
def _title_near() -> re.Pattern[str]:
    """An office within the first words of what follows a name."""
    return re.compile(rf"(?:[\w'&./\-]+\s+){{0,5}}?{pattern('en', 'title')}(?:s?\b|(?=\())", re.IGNORECASE)


@cache
def _title_at_once() -> re.Pattern[str]:
    return re.compile(rf"(?:[\w'&./\-]+\s+){{0,3}}?{pattern('en', 'title')}\b", re.IGNORECASE)


@cache
def _titled_of() -> re.Pattern[str]:
    """`Secretary General of the`, `secretary for`: an office whose body the run begins with."""
    return re.compile(
        rf"\b{pattern('en', 'title')}\b[^,;]{{0,100}}?\b(?:of|for|at|in|on|to)(?: the)?\s+$", re.IGNORECASE
    )


@cache
def _titled_for() -> re.Pattern[str]:
    """An office with its field in small letters, before an honorific."""
    return re.compile(rf"\b{pattern('en', 'title')} (?:for|of|in charge of) [a-z][a-z ]{{3,40}}$", re.IGNORECASE)


@cache
def _offices() -> frozenset[str]:
    found = (word for role in ("title", "titled") for phrase in words("en", role) for word in phrase.split(" "))
    return frozenset(word for word in found if word[:1].isupper()) - _honorifics()


@cache
def _small_offices() -> frozenset[str]:
    """The last words of offices in small letters (`secretary general Berg`), and what a guest may be called by."""
    return frozenset(word.lower() for word in _offices()) | frozenset(words("en", "small")) | {"general"}


@cache
def _honorifics() -> frozenset[str]:
    return frozenset(word.rstrip(".") for word in words("en", "honorific"))


@cache
def _also_names() -> frozenset[str]:
    return frozenset(words("en", "also_name"))


@cache
def _fields() -> frozenset[str]:
    return frozenset(words("en", "field"))


@cache
def _no_names() -> frozenset[str]:
    found = {
        word
        for role in ("title", "titled", "body", "group", "prefix")
        for phrase in words("en", role)
        for word in phrase.split(" ")
        if word[:1].isupper()
    }
    # King, Dean … are offices and names: they stay in a name
    return frozenset(found | set(words("en", "no_name"))) - frozenset(words("en", "also_name"))

"""The rank of a foreign guest by the printed title (codebook §5.4).

The gazetteer knows the offices. That somebody heads a state, a party or a parliament is told only where the whole title
is accounted for (data/ranks.toml): the President of the Kenya-China Friendship Association names a country too.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

from digests.texts import is_chinese
from pipeline.gazetteer import Hit, Kind, load

STATE, PARTY, PARLIAMENT = "state", "party", "parliament"
DEPUTY = "deputy"
RANKED: Final = {STATE: 1, PARTY: 2, PARLIAMENT: 2}
DEPUTY_RANK = 3

_BETWEEN = re.compile(r"\s+and\s+|\s*[,;、，；&]\s*|兼")
"""Between two offices of one person: General Secretary of the Central Committee and President of Laos."""
_WHOLE = (Kind.COUNTRY, Kind.PARTY, Kind.ORGANISATION, Kind.TITLE)
"""What may hold such a sign itself: Trinidad and Tobago, 外交、国际合作部长."""
_PAST = re.compile(r"(?:former|ex|late)\b", re.IGNORECASE)
_POSSESSOR = re.compile(r"['’]s?\b")
_ANOTHERS = re.compile(r"\b(?:of|to|for|in)\b")
"""Before an office: it is somebody else's. Daughter of the Chairman."""
_ACRONYM = re.compile(r"\([A-Z][\w.*-]*\)")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_TAKEN = (Kind.PARTY, Kind.COUNTRY, Kind.ADJECTIVE, Kind.PERSON, Kind.ORGANISATION)


@dataclass(frozen=True, slots=True)
class _Words:
    """What may stand beside an office in one language; see data/ranks.toml."""

    same: tuple[tuple[re.Pattern[str], str], ...]
    of_a_country: frozenset[str]
    formal: re.Pattern[str]
    parliament: re.Pattern[str]
    party: re.Pattern[str]
    organs: re.Pattern[str]
    smaller: re.Pattern[str]
    not_held: re.Pattern[str]
    posts: re.Pattern[str]
    abbreviated: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside an office: a country, a party, the words ``left`` that neither these nor forms account for.
    ``barred``: they say that the office is not held, or is another's."""

    country: bool
    party: bool
    left: str
    barred: bool

    @property
    def nothing(self) -> bool:
        return not (self.country or self.party or self.left)


def best_rank(titles: Iterable[tuple[str | None, str | None]]) -> int | None:
    """The best rank, 1 to 6, among titles, each with the kind of body it is held at; None where none tells one."""
    return min((rank for title, kind in titles if title and (rank := rank_of(title, kind))), default=None)


@lru_cache(maxsize=50_000)
def rank_of(title: str, kind: str | None = None) -> int | None:
    """The rank that a title tells, held at a body of some kind where that is known; None where it tells none.

    President alone may be a party's head: it is a country's where the title names the country and no party, else the
    lower rank holds.
    """
    language = "zh" if is_chinese(title) else "en"
    for other, office in _words(language).same:
        title = other.sub(office, title)
    return min((rank for part in _parts(title, language) if (rank := _rank(part, language, kind))), default=None)


def _parts(title: str, language: str) -> Iterator[str]:
    """The offices of a title. What is none belongs to the one before, in Chinese to the one behind.

    Who is a "former President and Prime Minister" is neither any more.
    """
    hits = load().find(title, language)
    offices = [hit.start for hit in hits if hit.kind is Kind.TITLE]
    offices += [post.start() for post in _words(language).posts.finditer(title)]
    whole = [(hit.start, hit.end) for hit in hits if hit.kind in _WHOLE]
    signs = [
        sign for sign in _BETWEEN.finditer(title) if not any(a < sign.end() and sign.start() < b for a, b in whole)
    ]
    begun, past = 0, ""
    for sign, following in zip(signs, [*(sign.start() for sign in signs[1:]), len(title)], strict=False):
        reach = range(begun, sign.start()) if language == "zh" else range(sign.end(), following)
        if any(start in reach for start in offices):
            part = past + title[begun : sign.start()]
            yield part
            past = "former " if sign[0].strip() in ("and", "&") and _PAST.match(part) else ""
            begun = sign.end()
    yield past + title[begun:]


def _rank(text: str, language: str, kind: str | None) -> int | None:
    """The rank of one office. Alone it tells the worst that it may be; beside something, what that allows."""
    office = _office(text, language)
    if office is None:
        return None
    words, offices = _words(language), _file()["offices"]
    own = {group for group in RANKED if set(offices[group]) & set(office.ids)}
    others = [DEPUTY_RANK if one in offices[DEPUTY] else load().titles[one].rank for one in office.ids]
    lower = [rank for rank in others if rank >= DEPUTY_RANK]
    beside = _beside(text, office, language, words)
    if office.form.casefold() in words.of_a_country and not beside.country:
        own -= {STATE}
    if beside.barred or (beside.nothing and own != {STATE} and kind not in (None, *_file()["bodies"]["leading"])):
        own = set()
    elif not beside.nothing:
        own = _allowed(own, beside, words)
        lower = [] if own else lower
    return max([*lower, *(RANKED[group] for group in own)], default=None)


def _office(text: str, language: str) -> Hit | None:
    """The office itself: in English the first one named that is nobody's possessor, in Chinese the last."""
    hits = [hit for hit in load().find(text, language) if hit.kind is Kind.TITLE]
    if language == "zh":
        return hits[-1] if hits else None
    return next((hit for hit in hits if not _POSSESSOR.match(text, hit.end)), None)


def _allowed(own: set[str], beside: _Beside, words: _Words) -> set[str]:
    """Which of those that an office may head it does head, by what stands beside it."""
    if beside.party:
        told = not _without(beside.left, words.party)
        # Prime Minister of the Mongolian People's Revolutionary Party: sources put the man and his party together
        return (own if own == {STATE} else own - {STATE}) if told else set()
    if not beside.left:  # a country alone: its President, its Speaker, but no Chairman
        return own & {STATE} or (own if own == {PARLIAMENT} else set())
    if not _without(beside.left, words.parliament):
        return own & {PARLIAMENT}
    a_party = words.party.search(beside.left) and not words.smaller.search(beside.left)
    return own & {PARTY} if a_party else set()


def _beside(text: str, office: Hit, language: str, words: _Words) -> _Beside:
    """What stands beside an office, its countries, parties, heads and formal words taken out."""
    rest = list(text)
    named: dict[Kind, set[int]] = defaultdict(set)
    hits = [hit for hit in load().find(text, language) if hit.kind in _TAKEN and _takes(hit)]
    for hit in sorted(hits, key=lambda hit: _TAKEN.index(hit.kind)):
        here = range(hit.start, hit.end)
        if not any(at in taken for taken in named.values() for at in here):
            named[hit.kind].update(here)
    for at in (*range(office.start, office.end), *(at for taken in named.values() for at in taken)):
        rest[at] = " "
    before, behind = "".join(rest[: office.start]), "".join(rest[office.end :])
    left = _plain(before + " " + behind, language)
    left = _without(_without(left, words.organs) if Kind.PARTY in named else left, words.formal)
    country = bool(named.keys() & {Kind.COUNTRY, Kind.ADJECTIVE})
    if left in words.abbreviated:
        country, left = True, ""
    another = _ANOTHERS.search(before) if language == "en" else _WORD.search(behind)
    held = words.not_held.search(left) or words.not_held.search(_plain(office.form, language))
    return _Beside(country, Kind.PARTY in named, left, barred=bool(another or held))


def _takes(hit: Hit) -> bool:
    """Whether a name is accounted for: not a youth wing's, nor any body's but a parliament's."""
    gazetteer = load()
    if hit.kind is Kind.PARTY:
        return any(gazetteer.parties[one].kind == "party" for one in hit.ids)
    if hit.kind is Kind.ORGANISATION:
        return any(gazetteer.organisations[one].kind == "legislature" for one in hit.ids)
    return True


def _plain(text: str, language: str) -> str:
    """The words of a text, in English small and parted by blanks."""
    if language == "zh":
        return "".join(_WORD.findall(text))
    return " ".join(_WORD.findall(_ACRONYM.sub(" ", text).replace("’", "'").lower()))


def _without(text: str, pattern: re.Pattern[str]) -> str:
    return " ".join(pattern.sub("", text).split())


# --- data/ranks.toml -------------------------------------------------------------------------------


@cache
def _words(language: str) -> _Words:
    found = _file()[language]
    lists = ("formal", "parliament", "party", "organs", "smaller", "not_held")
    return _Words(
        same=tuple((re.compile(re.escape(other), re.IGNORECASE), office) for other, office in found["same"]),
        of_a_country=frozenset(found["of_a_country"]),
        abbreviated=frozenset(found.get("abbreviated", ())),
        posts=re.compile("|".join(found["posts"]), re.IGNORECASE),
        **{name: _any_of(found[name], language) for name in lists},
    )


def _any_of(words: Iterable[str], language: str) -> re.Pattern[str]:
    """Any of some words, the longest first; in English whole words."""
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(either if language == "zh" else rf"(?<!\S)(?:{either})(?!\S)")


@cache
def _file() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("digests").joinpath("data", "ranks.toml").read_text(encoding="utf-8"))

"""Whether a page of a general site is one of ours: about the department, or about contact of its party with others.

The department's names, its people with the days of their posts and foreign parties are the gazetteer's; the words
around them stand in ``relevance.toml``. What decides is what stands in one sentence: other parties have
international departments too, and people move on to other posts.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from pipeline.gazetteer import Gazetteer, load
from pipeline.gazetteer.fold import fold
from pipeline.gazetteer.model import Hit, Kind

DATA = Path(__file__).with_suffix(".toml")

_SENTENCE_END = re.compile(r"(?<=[。！？!?；;\n])|(?<=[.])\s")
# Its own house, and parties across the strait, with which another office of the Party deals.
_NOT_FOREIGN = frozenset({"CHN", "HKG", "MAC", "TWN"})
_LANGUAGES = {"zh": ("zh",)}
_OTHERS = ("en", "es")


class RelevanceError(ValueError):
    """An entry of ``relevance.toml`` cannot be used; the message names language, key and entry."""


@dataclass(frozen=True, slots=True)
class _Words:
    own: re.Pattern[str] | None
    contact: re.Pattern[str] | None
    weak: re.Pattern[str] | None
    verbs: re.Pattern[str] | None
    posts: re.Pattern[str] | None
    false_friends: re.Pattern[str] | None
    wide: re.Pattern[str] | None
    china: re.Pattern[str] | None
    touch: re.Pattern[str] | None
    home: re.Pattern[str] | None


def is_relevant(title: str | None, text: str, language: str, day: date | None) -> bool:
    """True where a page tells of the department, or of contact between the CPC and a foreign party.

    ``language`` is the text's (``zh``; all else is read as Latin script); ``day`` is the page's own date: a name of a
    person counts only on a day on which that person had a post in the department, and on none where it is None.
    """
    gazetteer = load()
    words = [_words()[name] for name in _LANGUAGES.get(language, _OTHERS)]
    return any(_tells(sentence, gazetteer, language, words, day) for sentence in _sentences(title, text))


def may_be_relevant(title: str | None, summary: str = "", day: date | None = None) -> bool:
    """True where what a list says of a page makes it worth a look. Wider than ``is_relevant``: titles are short, and
    a page that is passed over here is never read. Somebody who had left the department by the ``day`` speaks against
    a page that only China and a meeting speak for."""
    told = fold(f"{title or ''}\n{summary}")
    gazetteer = load()
    for language, names in (("zh", _LANGUAGES["zh"]), ("en", _OTHERS)):
        hits = gazetteer.find(told, language)
        of_the_department = [hit for hit in hits if _was_ever_ours(hit, gazetteer)]
        has_left = day is not None and not any(_serves(hit, gazetteer, day) for hit in of_the_department)
        if any(hit.kind is Kind.DEPARTMENT for hit in hits) or (of_the_department and not has_left):
            return True
        for words in (_words()[name] for name in names):
            if _found(words.wide, words.home.sub(" ", told) if words.home else told):
                return True
            if not of_the_department and _found(words.china, told) and _found(words.touch, told):
                return True
    return False


def _tells(sentence: str, gazetteer: Gazetteer, language: str, words: Sequence[_Words], day: date | None) -> bool:
    for one in words:
        if one.false_friends:
            sentence = one.false_friends.sub(lambda match: " " * len(match[0]), sentence)
    if _any(words, "contact", sentence):
        return True
    hits = gazetteer.find(sentence, language)
    department = [hit for hit in hits if hit.kind is Kind.DEPARTMENT]
    if any(not hit.generic for hit in department):
        return True
    has_own = _any(words, "own", sentence)
    if has_own and (department or _any(words, "weak", sentence)):
        return True
    if day is not None and _any(words, "posts", sentence) and any(_serves(hit, gazetteer, day) for hit in hits):
        return True
    return has_own and _any(words, "verbs", sentence) and any(_is_foreign_party(hit, gazetteer) for hit in hits)


def _serves(hit: Hit, gazetteer: Gazetteer, day: date) -> bool:
    """Whether a name is that of somebody who had a post in the department on a day."""
    if hit.kind is not Kind.PERSON or hit.generic:
        return False
    return any(post.organisation in gazetteer.departments for who in hit.ids for post in gazetteer.posts_on(who, day))


def _is_foreign_party(hit: Hit, gazetteer: Gazetteer) -> bool:
    if hit.kind is not Kind.PARTY or hit.generic:
        return False
    return any(gazetteer.country_of(hit.kind, identity) not in _NOT_FOREIGN for identity in hit.ids)


def _was_ever_ours(hit: Hit, gazetteer: Gazetteer) -> bool:
    """Whether a form names somebody who ever had a post in the department."""
    if hit.kind is not Kind.PERSON or hit.generic:
        return False
    people = (gazetteer.people[identity] for identity in hit.ids if identity in gazetteer.people)
    return any(post.organisation in gazetteer.departments for person in people for post in person.posts)


def _sentences(title: str | None, text: str) -> Iterator[str]:
    for line in (title or "", *text.splitlines()):
        yield from filter(None, _SENTENCE_END.split(fold(line)))


def _any(words: Iterable[_Words], name: str, text: str) -> bool:
    return any(_found(getattr(one, name), text) for one in words)


def _found(pattern: re.Pattern[str] | None, text: str) -> bool:
    return pattern is not None and pattern.search(text) is not None


@cache
def _words(file: Path = DATA) -> dict[str, _Words]:
    return words(file)


def words(file: Path) -> dict[str, _Words]:
    """The word lists of a file by language. Raises RelevanceError for the first entry that cannot be used."""
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise RelevanceError(f"{file.name}: {error}") from None
    return {language: _of_language(file, language, table) for language, table in tables.items()}


def _of_language(file: Path, language: str, table: dict[str, list[str]]) -> _Words:
    names = _Words.__slots__
    if unknown := sorted(table.keys() - set(names)):
        raise RelevanceError(f"{file.name}, [{language}]: {unknown[0]!r} is not known; there are: {', '.join(names)}")
    return _Words(**{name: _pattern(f"{file.name}, [{language}] {name}", table.get(name, [])) for name in names})


def _pattern(where: str, entries: list[str]) -> re.Pattern[str] | None:
    for entry in entries:
        try:
            re.compile(entry)
        except re.error as error:
            raise RelevanceError(f"{where}: {entry!r} is no regular expression: {error}") from None
    return re.compile("|".join(f"(?:{fold(entry)})" for entry in entries), re.IGNORECASE) if entries else None

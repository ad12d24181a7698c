"""Find every known form in a text in one pass: Aho-Corasick over folded text, leftmost-longest within a kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from ahocorasick_rs import AhoCorasick, MatchKind

from pipeline.gazetteer.fold import fold, key
from pipeline.gazetteer.model import Hit, Kind, Name

# Kinds whose forms are proper names: the Polish party, never "to polish"; the city of Nice, never "nice".
_PROPER = frozenset({Kind.COUNTRY, Kind.ADJECTIVE, Kind.PARTY, Kind.ORGANISATION, Kind.PLACE, Kind.PERSON})
# Pages lose blanks ("headed byÁlvaro"): a change from lower to upper case is a boundary, for longer forms only.
_GLUED_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """A form with what it names; no ids: a stop, which takes the place of shorter forms and is then dropped."""

    kind: Kind
    name: Name
    ids: tuple[str, ...]


@dataclass(slots=True)
class _Meaning:
    """What one spelling names within one kind, gathered over all entries that share it."""

    form: str
    ids: dict[str, None] = field(default_factory=dict)
    generic: bool = True
    exact: str | None = None
    proper: bool = False


class Matcher:
    """All forms of one language. Building takes a moment; matching is linear in the text."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        meanings: dict[str, dict[tuple[Kind, str | None], _Meaning]] = defaultdict(dict)
        for entry in entries:
            folded = fold(entry.name.text)
            exact = folded if entry.name.exact else None
            meaning = meanings[key(entry.name.text)].setdefault(
                (entry.kind, exact),
                _Meaning(entry.name.text, exact=exact, proper=entry.kind in _PROPER and folded[0].isupper()),
            )
            meaning.ids.update(dict.fromkeys(entry.ids))
            meaning.generic = meaning.generic and entry.name.generic
        self._meanings = [[(kind, meaning) for (kind, _), meaning in found.items()] for found in meanings.values()]
        self._edges = [(_is_word(form[0]), _is_word(form[-1])) for form in meanings]
        self._automaton = AhoCorasick(list(meanings), matchkind=MatchKind.Standard)

    def find(self, text: str) -> list[Hit]:
        """The hits in order of their start, then the longer ones first."""
        folded = fold(text)
        found: dict[Kind, list[Hit]] = defaultdict(list)
        stopped: set[Hit] = set()
        # Overlapping matches first, the longest of them afterwards: the longest spelling may fail at its
        # boundary or its case while a shorter one inside it holds.
        for number, start, end in self._automaton.find_matches_as_indexes(folded.lower(), overlapping=True):
            if not self._is_whole(folded, start, end, self._edges[number]):
                continue
            for kind, meaning in self._meanings[number]:
                if meaning.exact is not None and folded[start:end] != meaning.exact:
                    continue
                if meaning.proper and folded[start].islower():
                    continue
                hit = Hit(start, end, kind, tuple(meaning.ids), meaning.form, meaning.generic)
                found[kind].append(hit)
                if not meaning.ids:
                    stopped.add(hit)
        hits = [hit for same in found.values() for hit in _leftmost_longest(same) if hit not in stopped]
        return sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.kind))

    @staticmethod
    def _is_whole(text: str, start: int, end: int, edges: tuple[bool, bool]) -> bool:
        """Whether a Latin form stands as a word of its own: Niger must not be found in Nigeria."""
        glued = end - start >= _GLUED_LENGTH
        return not (
            (edges[0] and start > 0 and _runs_on(text[start - 1], text[start], glued))
            or (edges[1] and end < len(text) and _runs_on(text[end - 1], text[end], glued))
        )


def _runs_on(left: str, right: str, glued: bool) -> bool:
    """Whether the word goes on from one character to the next."""
    return _is_word(left) and _is_word(right) and not (glued and left.islower() and right.isupper())


def _is_word(char: str) -> bool:
    """Letters and digits of scripts that part their words by blanks; Han characters are no such letters."""
    return char.isalnum() and not "\u2e80" <= char <= "\ud7ff"


def _leftmost_longest(hits: list[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if kept and (hit.start, hit.end) == (kept[-1].start, kept[-1].end):
            kept[-1] = _joined(kept[-1], hit)
        elif not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept


def _joined(one: Hit, other: Hit) -> Hit:
    """Two spellings of one span (PAN the acronym, Pan the name) as one hit."""
    ids = tuple(dict.fromkeys(one.ids + other.ids))
    return Hit(one.start, one.end, one.kind, ids, one.form, one.generic and other.generic)

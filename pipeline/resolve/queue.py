"""What an analyst is asked first: the questions whose answer is worth most, from what resolution left open.

Pairs in doubt come first, then pairs that agree but that a rule keeps apart, then what the extractor met and does not
know. Two events are asked about once, by the pair that tells most: what is said of it holds for the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from pipeline.resolve import weights
from pipeline.resolve.anchor import Seen
from pipeline.words import MentionKey, Rulings

Pair = tuple[MentionKey, MentionKey]
"""Two mentions, the smaller key first."""
Where = str | MentionKey
"""The event of a mention; one that stands in none stands for itself."""


class Kind(StrEnum):
    """Kinds of questions, in the order in which they are asked."""

    DOUBT = "doubt"
    VETO = "veto"
    FINDING = "finding"


@dataclass(frozen=True, slots=True)
class Open:
    """Do these two mentions tell one event? ``rule`` is the veto between them, None for a doubt.

    ``counted`` says that one of them stands in an event that is counted; ``alike`` is the number of further pairs of
    the same two events.
    """

    a: MentionKey
    b: MentionKey
    bits: float
    rule: str | None = None
    counted: bool = False
    alike: int = 0

    @property
    def pair(self) -> Pair:
        return self.a, self.b

    @property
    def kind(self) -> Kind:
        return Kind.DOUBT if self.rule is None else Kind.VETO


@dataclass(frozen=True, slots=True)
class Unread:
    """Words that the extractor met on ``pages`` pages and does not know; ``finding`` is its newest row."""

    finding: int
    what: str
    text: str
    pages: int

    @property
    def kind(self) -> Kind:
        return Kind.FINDING


Question = Open | Unread


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the mentions asked about: where they stand, and what analysts already said.

    ``event_of`` lacks a mention that stands in no event. ``related`` are pairs of which one is the other's parent, what
    came of its plan, or a round-up that only points at it. ``unsure`` are pairs that somebody could not tell, and that
    have not changed since.
    """

    event_of: Mapping[MentionKey, str]
    counted: Collection[str] = frozenset()
    related: Collection[frozenset[Where]] = frozenset()
    rulings: Rulings = field(default_factory=Rulings)
    unsure: frozenset[Pair] = frozenset()

    def where(self, key: MentionKey) -> Where:
        """Where a mention stands."""
        return self.event_of.get(key, key)

    def between(self, pair: Pair) -> frozenset[Where]:
        """The one or two events that a pair is about."""
        return frozenset(map(self.where, pair))


def doubts(pairs: Iterable[Open], known: Known) -> list[Open]:
    """The pairs that neither join nor part, in the order of what an answer is worth.

    First those that stand in two events, of them those that touch a counted one, and of them those nearest to the
    middle between the thresholds.
    """
    middle = (weights.DOUBT + weights.JOIN) / 2
    found = _asked((one for one in pairs if weights.DOUBT <= one.bits < weights.JOIN), known)
    found.sort(key=lambda one: (_joined(one, known), not one.counted, abs(one.bits - middle), one.pair))
    return _once(found, known)


def vetoed(pairs: Iterable[Open], known: Known) -> list[Open]:
    """The pairs that agree enough to be joined but for a rule, those that agree most first."""
    found = _asked((one for one in pairs if one.bits >= weights.JOIN), known)
    found = [one for one in found if not _joined(one, known)]
    found.sort(key=lambda one: (not one.counted, -one.bits, one.pair))
    return _once(found, known)


def unread(found: Iterable[Unread]) -> list[Unread]:
    """Findings, those met on most pages first."""
    return sorted(found, key=lambda one: (-one.pages, one.what, one.text))


def is_unchanged(then: Seen, now: Seen) -> bool:
    """Whether a mention still says what somebody saw of it; its number on the page is the extractor's alone."""
    return replace(then, number=now.number) == now


def _asked(pairs: Iterable[Open], known: Known) -> list[Open]:
    """The pairs of which nobody has said anything yet, nor of another pair of the same two events.

    Not those that are related: what they have to do with one another is known.
    """
    said = known.rulings.same | known.rulings.different | known.unsure
    events = {between for pair in said if len(between := known.between(pair)) == 2}
    return [
        replace(one, counted=any(known.where(key) in known.counted for key in one.pair))
        for one in pairs
        if one.pair not in said
        and known.between(one.pair) not in events
        and known.between(one.pair) not in known.related
        and not known.rulings.rejected.intersection(one.pair)
    ]


def _joined(one: Open, known: Known) -> bool:
    return len(known.between(one.pair)) == 1


def _once(pairs: list[Open], known: Known) -> list[Open]:
    """The first pair of every two events, with the number of the others."""
    first: dict[frozenset[Where], Open] = {}
    for one in pairs:
        between = known.between(one.pair)
        before = first.get(between)
        first[between] = one if before is None else replace(before, alike=before.alike + 1)
    return list(first.values())

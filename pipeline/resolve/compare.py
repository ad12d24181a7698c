"""How far two mentions agree: one level for each comparison, and its weight in bits (codebook §10, step D).

    compared = compare(a, b)
    compared.bits                        # the prior and the sum of the comparisons
    compared.comparisons[0].told         # 比拉瓦尔 ~ Bilawal Bhutto Zardari

What one side does not tell is no comparison: 0 bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from pipeline.resolve import company, names, people, weights
from pipeline.resolve.bodies import akin
from pipeline.resolve.normal import IN_PERSON, REMOTE, Normal, normal, one_city
from pipeline.resolve.veto import Veto, between, many, near_kinds, one_trip, own_part
from pipeline.words import KeptMention, MentionKey


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of two mentions: its name, the level they agree at, what that is worth, both values in words."""

    name: str
    level: str
    bits: float
    told: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Two mentions compared; ``a`` is the smaller key."""

    a: MentionKey
    b: MentionKey
    comparisons: tuple[Comparison, ...]
    veto: Veto | None

    @property
    def bits(self) -> float:
        """The weight of all evidence: log2 of the odds that the two tell one event."""
        return weights.prior() + sum(comparison.bits for comparison in self.comparisons)


def compare(a: KeptMention, b: KeptMention) -> Compared:
    """Compare two mentions, in whatever order they come."""
    first, second = sorted((a, b), key=lambda kept: kept.key)
    return of(normal(first), normal(second))


def of(x: Normal, y: Normal) -> Compared:
    """``compare`` of two mentions in normal form, the smaller key first."""
    found = []
    for name, level_of, told in COMPARISONS:
        level = level_of(x, y)
        if level is not None:
            worth = _worth(name, level, x, y)
            found.append(Comparison(name, level, worth, f"{told(x)} ~ {told(y)}"))
    return Compared(x.key, y.key, tuple(found), between(x, y))


def bits(x: Normal, y: Normal) -> float:
    """``of(x, y).bits`` without the words."""
    total = weights.prior()
    for name, level_of, _ in COMPARISONS:
        level = level_of(x, y)
        if level is not None:
            total += _worth(name, level, x, y)
    return total


def bits_of_one(x: Normal, y: Normal) -> float:
    """``bits`` where the first guests are known to be one, of whose name each side has a part."""
    level, known = company.foreign_person(x, y), weights.bits()
    told = known.get(("foreign_person", level), 0.0) if level is not None else 0.0
    return bits(x, y) - told + known.get(("foreign_person", names.Level.PART_OF_NAME), 0.0)


def levels(x: Normal, y: Normal) -> list[tuple[str, str]]:
    """Every comparison that both sides have a value for, with its level: what weights are fitted on."""
    return [(name, level) for name, level_of, _ in COMPARISONS if (level := level_of(x, y)) is not None]


def repeats(x: Normal, y: Normal) -> bool:
    """Whether one may repeat what the other says: they have words, somebody, or an occasion in common.

    An uncommon type alone is none: two articles on a forum's sessions name the official, the day and the place alike.
    """
    if x.opening and x.opening == y.opening:
        return True
    if any(people.agreement(one, other) in people.ONE for one in x.people for other in y.people):
        return True
    if company.is_line_of(x, y):
        return True
    return x.type == y.type and x.type not in EVERYDAY and _one_matter(x, y)


def _one_matter(x: Normal, y: Normal) -> bool:
    """Whether both tell something of who came or what it was about, and the same."""
    if x.participants is not None and x.participants == y.participants:
        return True
    return bool(x.countries & y.countries or x.parties & y.parties or x.bodies & y.bodies or x.themes & y.themes)


def days_between(x: Normal, y: Normal) -> int | None:
    """By how many days two mentions that tell their days are apart, 0 or less where these overlap."""
    if x.first is None or x.last is None or y.first is None or y.last is None or x.wide or y.wide:
        return None
    return max(x.first, y.first) - min(x.last, y.last)


def values(name: str, x: Normal) -> frozenset[str]:
    """The values of a mention whose frequency counts in a comparison."""
    return COUNTED[name](x) if name in COUNTED else frozenset()


COUNTED: dict[str, Callable[[Normal], frozenset[str]]] = {
    "chinese_person": lambda x: frozenset(x.officials[:1]),
    "country": lambda x: x.countries,
    "party": lambda x: x.parties,
}
_AGREE = frozenset({"same first", "among them", "same countries", "shared country", "same parties", "shared party"})


def _worth(name: str, level: str, x: Normal, y: Normal) -> float:
    """The bits of a level; to have a rare value in common says more, a common one less, but never the contrary."""
    worth = weights.bits().get((name, level), 0.0)
    if level not in _AGREE or name not in COUNTED or (name == "country" and x.parties & y.parties):
        return worth  # a party in common is of a country in common
    return max(min(worth, 0.0), worth + weights.rarity(name, values(name, x) & values(name, y)))


# --- the comparisons --------------------------------------------------------------------------------


def _date(x: Normal, y: Normal) -> str | None:
    """Days with their precision (codebook §8)."""
    if x.first is None or x.last is None or y.first is None or y.last is None:
        return None
    gap = max(x.first, y.first) - min(x.last, y.last)
    if x.wide or y.wide:
        return "in the window" if gap <= 0 else "near the window"
    if (x.first, x.last) == (y.first, y.last):
        return "same days" if x.first != x.last else "same day"
    if gap <= 0:
        return "days overlap" if x.first != x.last and y.first != y.last else "day within"
    if gap == 1:
        if company.is_one(x, y):
            return NEXT_DAY
        return ("next day, far zone" if x.far or y.far else "next day") + (LATE if _late(x, y) else "")
    return "days apart"


NEXT_DAY = "next day, the same company"
"""What is no conflict (codebook §10, C): the English page tells the 19th, the Chinese the 18th, both the same talks."""
LATE = ", by a loose source"


def _late(x: Normal, y: Normal) -> bool:
    """Whether a host's paper tells the day after: the one on which it reports what the department dates."""
    if x.exact == y.exact or x.first is None or y.first is None:
        return False
    return x.first > y.first if y.exact else y.first > x.first


def _party(x: Normal, y: Normal) -> str | None:
    """Parties and other bodies, by id, else by name."""
    if x.parties and y.parties:
        if x.parties == y.parties:
            return "same parties"
        if many(x, y) or (x.series and y.series):  # of many, and of all met on a trip, each source names some
            return None
        if x.parties & y.parties:  # of three guests received together a page may name two
            return None if company.is_one(x, y) else "shared party"
        return "part of the other" if akin(x.parties, y.parties) else "another party"
    if x.bodies & y.bodies:
        return "same body"
    if akin(x.parties | x.bodies, y.parties | y.bodies):
        return "part of the other"
    if x.language == y.language and x.unknown and y.unknown:
        alike = max(fuzz.token_sort_ratio(one, other) for one in x.unknown for other in y.unknown)
        return "same name" if alike >= 90 else "another name" if alike < 60 else None
    if x.bodies and y.bodies and not (x.parties or y.parties):
        return "another body"
    return None


def _country(x: Normal, y: Normal) -> str | None:
    if not x.countries or not y.countries:
        return None
    if x.countries == y.countries:
        return "same countries"
    shared = x.countries & y.countries
    if own_part(x, y) or (x.series and y.series and shared) or one_trip(x, y):
        return None
    if shared:
        return None if company.is_one(x, y) else "shared country"
    return "another country"


def _place(x: Normal, y: Normal) -> str | None:
    if x.city is not None and y.city is not None:
        if one_city(x.city, y.city):
            return "same city"
        return None if "hybrid" in (x.mode, y.mode) else "another city"  # some sit in one, some in the other
    if x.place is None or y.place is None or x.language != y.language or x.city or y.city:
        return None
    return "same name" if fuzz.ratio(x.place, y.place) >= 85 else None


def _mode(x: Normal, y: Normal) -> str | None:
    if "unknown" in (x.mode, y.mode):
        return None
    if x.mode == y.mode:
        return "same mode"
    both = {x.mode, y.mode}
    return "alike" if both <= IN_PERSON or both <= REMOTE or "hybrid" in both else "another mode"


def _type(x: Normal, y: Normal) -> str | None:
    if x.type == y.type:
        return "same everyday type" if x.type in EVERYDAY else "same telling type"
    level = "same kind" if x.kind == y.kind else "near kind" if near_kinds(x, y) else "another kind"
    if level == "same kind" and x.kind in GATHERINGS:
        return "same kind of gathering"
    if {x.type, y.type} == MARGINS:
        return None
    if level == "near kind" and "MEET.MECH" in (x.type, y.type):
        return "dialogue or forum"
    return level if x.exact and y.exact else f"{level}, by a loose source"


GATHERINGS = frozenset({"CONF", "TRAIN", "BRIEF"})
"""Kinds whose second level pages tell differently: a briefing on the congress for diplomats, an online senior class."""
MARGINS = frozenset({"MEET.SIDE", "MEET.BILAT"})
"""What a page tells as a meeting, or as one on the margins where it has spoken of the forum."""
EVERYDAY = frozenset({"MEET.BILAT", "MEET.DIPLO", "MEET.REMOTE"})
"""Types of which a day holds many: to have one in common says little."""


def _themes(x: Normal, y: Normal) -> str | None:
    if not x.themes or not y.themes:
        return None
    share = len(x.themes & y.themes) / len(x.themes | y.themes)
    return "most" if share >= 0.5 else "some" if share else "none"


def _participants(x: Normal, y: Normal) -> str | None:
    if x.participants is None or y.participants is None:
        return None
    if x.participants == y.participants:
        return "same number"
    near = abs(x.participants - y.participants) <= max(x.participants, y.participants) / 5
    return "about the same" if near else "another number"


def _text(x: Normal, y: Normal) -> str | None:
    """Copies of one text, in one language: by the page's first words, else by its title."""
    if x.language != y.language:
        return None
    if x.opening and x.opening == y.opening and x.key.number == y.key.number:
        return "same opening"
    if len(x.title) < SHORT_TITLE or len(y.title) < SHORT_TITLE or x.key.number != y.key.number:
        return None
    alike = fuzz.ratio(x.title, y.title)
    return "same title" if alike == 100 else "like title" if alike >= 85 else None


SHORT_TITLE = 8


def _sources(x: Normal, y: Normal) -> str | None:
    if x.site == y.site:
        # a paper prints several pieces on one forum, the department one on each of its sessions; of one company that
        # met once its English pages have an article, a line of a list and another on its newer site
        if (many(x, y) and not x.exact) or company.is_one(x, y) or company.is_line_of(x, y):
            return None
        return "one site"
    if x.family != y.family:
        return "two families"
    return "two languages of a family" if x.language != y.language else "one family"


def _days_told(x: Normal) -> str:
    if x.first is None or x.last is None:
        return "-"
    first, last = date.fromordinal(x.first).isoformat(), date.fromordinal(x.last).isoformat()
    return first if first == last else f"{first} to {last}"


def _listed(values: Iterable[str]) -> str:
    return ", ".join(values) or "-"


def _first(x: Normal) -> str:
    return x.people[0].name.text if x.people else "-"


Level = Callable[[Normal, Normal], str | None]
Told = Callable[[Normal], str]

COMPARISONS: Sequence[tuple[str, Level, Told]] = (
    ("foreign_person", company.foreign_person, _first),
    ("foreign_others", company.foreign_others, lambda x: _listed(person.name.text for person in x.people[1:])),
    ("office", company.office, lambda x: _listed(sorted(x.people[0].offices) if x.people else [])),
    ("chinese_person", company.chinese_person, lambda x: _listed(x.officials[:1])),
    ("chinese_others", company.chinese_others, lambda x: _listed(x.officials[1:])),
    ("date", _date, _days_told),
    ("party", _party, lambda x: _listed([*sorted(x.parties), *sorted(x.bodies), *x.unknown])),
    ("country", _country, lambda x: _listed(sorted(x.countries))),
    ("place", _place, lambda x: x.city or x.place or "-"),
    ("mode", _mode, lambda x: x.mode),
    ("type", _type, lambda x: x.type),
    ("themes", _themes, lambda x: _listed(sorted(x.themes))),
    ("participants", _participants, lambda x: str(x.participants or "-")),
    ("text", _text, lambda x: x.title or "-"),
    ("sources", _sources, lambda x: x.site),
)
"""The comparisons in the order they are shown: name, level, a side's value in words."""

LEVELS: dict[str, tuple[str, ...]] = {
    "foreign_person": (*people.LEVELS[:6], company.AMONG, *people.LEVELS[6:]),
    "foreign_others": ("all", "some", "none"),
    "office": ("same offices", "shared office", "same rank", "another office"),
    "chinese_person": (
        "same first", "spelt alike", "among them, by a loose source", "another, by a loose source", "among them",
        "another",
    ),
    "chinese_others": ("some", "none"),
    "date": (
        "same days", "same day", "day within", "days overlap", "in the window", NEXT_DAY,
        f"next day, far zone{LATE}", f"next day{LATE}", "next day, far zone", "near the window", "next day",
        "days apart",
    ),
    "party": (
        "same parties", "same name", "same body", "part of the other", "shared party", "another body", "another name",
        "another party",
    ),
    "country": ("same countries", "shared country", "another country"),
    "place": ("same city", "same name", "another city"),
    "mode": ("same mode", "alike", "another mode"),
    "type": (
        "same telling type", "same everyday type", "dialogue or forum", "same kind of gathering",
        "same kind, by a loose source", "near kind, by a loose source",
        "same kind", "another kind, by a loose source", "near kind", "another kind",
    ),
    "themes": ("most", "some", "none"),
    "participants": ("same number", "about the same", "another number"),
    "text": ("same opening", "same title", "like title"),
    "sources": ("two languages of a family", "two families", "one family", "one site"),
}  # fmt: skip
"""The levels of each comparison, the best first."""
UNORDERED = frozenset({"sources"})
"""Comparisons of which no level is better than another."""

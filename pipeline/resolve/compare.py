"""Which mentions may tell the same event: candidates that share a block, vetoes, and the exact key.

The first cut of codebook §10: a pair is a candidate when day, Chinese principal and country agree (a forum,
class or briefing: day, type and place); it is joined when the counterpart agrees too. Scored matching with
weights takes the place of ``agreement`` behind the same signatures.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import combinations

from pipeline.gazetteer import load
from pipeline.words import DatePrecision, KeptMention, Mention

REMOTE = {"video", "phone"}
IN_PERSON = {"inperson_beijing", "inperson_china_other", "inperson_abroad", "inperson_third"}
GATHERINGS = {"CONF", "TRAIN", "BRIEF", "DOC", "AID"}
"""Types that are often told without naming anybody: blocked by day, type and place as well."""

EVERYDAY = {"MEET.BILAT", "MEET.DIPLO", "MEET.REMOTE"}
"""Types of which a day holds many: that two mentions have one in common says nothing."""

SAME_TEXT, SAME_PERSON, NOTHING = 20, 10, -1
LONGEST_WINDOW = 31

Block = tuple[str, ...]


def level1(mention: Mention) -> str:
    """The first level of a type: ``MEET`` of ``MEET.BILAT``."""
    return mention.type.partition(".")[0]


def folded(name: str) -> str:
    """A Latin or Chinese name without case, accents, punctuation and blanks, for exact comparison."""
    plain = unicodedata.normalize("NFKD", name)
    return re.sub(r"[\W_]+", " ", "".join(c for c in plain if not unicodedata.combining(c)).casefold()).strip()


def blocks(kept: KeptMention) -> Iterator[Block]:
    """The blocks a mention stands in; without a day only that of its text."""
    mention = kept.mention
    if kept.opening:
        yield ("text", kept.opening)
    kind = level1(mention)
    for day in _days(mention):
        for person in mention.chinese_people:
            for country in mention.countries or ("",):
                yield (day, person.id or folded(person.name), country)
        if kind in GATHERINGS or not mention.chinese_people:
            yield (day, kind, mention.place_id or mention.place or mention.mode)
            for country in mention.countries:
                yield (day, kind, country)


def _days(mention: Mention) -> Iterator[str]:
    """The first day; of a window (日前, recently) each day that it may have been."""
    if mention.date_start is None:
        return
    last = (
        mention.date_end if mention.date_precision is DatePrecision.WINDOW and mention.date_end else mention.date_start
    )
    for offset in range(min((last - mention.date_start).days, LONGEST_WINDOW) + 1):
        yield (mention.date_start + timedelta(days=offset)).isoformat()


def candidates(mentions: Sequence[KeptMention]) -> list[tuple[KeptMention, KeptMention]]:
    """Every pair that shares a block, once, in the order of the mention keys."""
    by_block: dict[Block, list[KeptMention]] = defaultdict(list)
    for kept in sorted(mentions, key=lambda kept: kept.key):
        for block in set(blocks(kept)):
            by_block[block].append(kept)
    pairs = {(a.key, b.key): (a, b) for group in by_block.values() for a, b in combinations(group, 2)}
    return [pairs[key] for key in sorted(pairs)]


def veto(a: KeptMention, b: KeptMention) -> str | None:
    """The hard conflict that forbids one event (codebook §10, step C), None where there is none."""
    x, y = a.mention, b.mention
    if (
        None not in (x.date_start, y.date_start)
        and x.date_start != y.date_start
        and not _covers(x, y)
        and not _covers(y, x)
        and not _windows_meet(x, y)
    ):
        return "different days"
    if x.is_series != y.is_series or level1(x) != level1(y):
        return "different types"
    if (x.mode in REMOTE and y.mode in IN_PERSON) or (y.mode in REMOTE and x.mode in IN_PERSON):
        return "remote and in person"
    if x.place_id and y.place_id and x.place_id != y.place_id:
        return "different cities"
    if x.countries and y.countries and not set(x.countries) & set(y.countries):
        return "different countries"
    if _disjoint(_parties(x), _parties(y)):
        return "different parties"
    if a.language == b.language and _disjoint(_people(x), _people(y)):
        return "different people"
    if _disjoint(_known_people(x), _known_people(y)):
        return "different people"
    if a.key.page == b.key.page:
        return "told apart on one page"
    return None


def agreement(a: KeptMention, b: KeptMention) -> int:
    """How far a candidate pair agrees: SAME_TEXT, SAME_PERSON, else one point each for party, office, telling type."""
    x, y = a.mention, b.mention
    if a.opening and a.opening == b.opening and a.key.number == b.key.number:
        return SAME_TEXT
    if x.date_start is None or y.date_start is None:
        return NOTHING
    if _known_people(x) & _known_people(y) or _people(x) & _people(y):
        return SAME_PERSON
    telling = x.type == y.type and x.type not in EVERYDAY
    return int(bool(_parties(x) & _parties(y))) + int(bool(_offices(x) & _offices(y))) + int(telling)


def _covers(wide: Mention, day: Mention) -> bool:
    if wide.date_start is None or wide.date_end is None or day.date_start is None or day.date_end is None:
        return False
    return wide.is_series == day.is_series and wide.date_start <= day.date_start and day.date_end <= wide.date_end


def _windows_meet(x: Mention, y: Mention) -> bool:
    """Two days of which at least one is told as a window only, and which may be the same."""
    if DatePrecision.WINDOW not in (x.date_precision, y.date_precision):
        return False
    if x.date_start is None or x.date_end is None or y.date_start is None or y.date_end is None:
        return False
    return x.date_start <= y.date_end and y.date_start <= x.date_end


def _disjoint(a: Iterable[str], b: Iterable[str]) -> bool:
    first, second = set(a), set(b)
    return bool(first) and bool(second) and not first & second


def _parties(mention: Mention) -> set[str]:
    return {organisation.id for organisation in mention.organisations if organisation.id}


def _people(mention: Mention) -> set[str]:
    return {folded(person.name) for person in mention.foreign_people}


def _known_people(mention: Mention) -> set[str]:
    return {person.id for person in mention.foreign_people if person.id}


def _offices(mention: Mention) -> set[str]:
    return {office_family(person.office) for person in mention.foreign_people[:1] if person.office}


def office_family(office: str) -> str:
    """What an office is compared by: 总书记 and 秘书长 are both printed Secretary-General in English."""
    title = load().titles.get(office)
    return title.family if title is not None else office

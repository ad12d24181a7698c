"""What changed between two readings of a page, and whether it matters (codebook §12)."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, pairwise

from pipeline.watch.facts import Fact, facts_of, is_closed, sentences
from pipeline.watch.overlap import pairs, says
from pipeline.words import Mention

MENTION_FIELDS = (
    "type",
    "date_start",
    "date_end",
    "mode",
    "realis",
    "scope",
    "is_series",
    "place",
    "countries",
    "organisations",
    "chinese_people",
    "foreign_people",
    "themes",
    "participants",
)
"""The fields of a mention whose change is material, in the order of ``overlap.says``."""

SITE_RULE = "site:"
"""How the route of a text begins that the site's own rules found; any other may hold furniture at its ends."""

_MOST_LINES = 4_000
_MOST_CHANGED = 2_000
_MOST_PAIRED = 60
_MOST_TOUCHED = 40
_LONGEST_SENTENCE = 600
_SAME_SENTENCE = 0.4


@dataclass(frozen=True, slots=True)
class Version:
    """One reading of a page, as far as a comparison needs it. ``text`` is what evidence spans count, ``layout`` the
    route that served its body: where it changes, the page was redesigned."""

    title: str | None
    published: date | None
    text: str
    language: str
    mentions: Sequence[Mention]
    layout: str = SITE_RULE


@dataclass(frozen=True, slots=True)
class Touched:
    """A fact that changed: its field (person, organisation, title, country, place, theme, date, number, name; sentence
    for one put in or taken out with its facts; a mention's field where no word tells), the words before and after,
    and the sentences they stand in."""

    field: str
    before: str | None
    after: str | None
    sentence_before: str | None
    sentence_after: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """``fields`` are those touched: ``title``, ``published``, ``body``, ``mentions``, and fields of mentions.
    ``touched`` names what is material, and is empty where nothing is."""

    fields: tuple[str, ...]
    material: bool
    diff: str
    touched: tuple[Touched, ...] = ()


def compare(before: Version, after: Version) -> Difference | None:
    """The difference between two readings; None where there is none but in counters, stamps, buttons, blanks, and what
    a new layout puts before and behind the text. A counter would else make an edit of every visit.

    Material is a change of what a mention says, a mention added or lost, and a sentence added, removed or changed
    in its facts. Punctuation and wording are not, nor the date that the page gives itself.
    """
    if before.text == after.text and before.published == after.published:
        return None
    mentioned = _mentioned(before.mentions, after.mentions)
    fields = [
        *(["title"] if before.title != after.title else []),
        *(["published"] if before.published != after.published else []),
        *(["body"] if _body(before) != _body(after) else []),
        *mentioned,
    ]
    out, put_in = _changed(before, after)
    if not (out or put_in or mentioned) and (before.title, before.published) == (after.title, after.published):
        return None
    differing = _differing(_facts(out, before.language), _facts(put_in, after.language), out, put_in)
    material = bool(mentioned or differing)
    touched = _touched(out, put_in, (before.language, after.language), differing, mentioned) if material else ()
    return Difference(tuple(fields), material, _unified(before.text, after.text), touched)


def _body(version: Version) -> str:
    return version.text.removeprefix(f"{version.title}\n\n") if version.title else version.text


def _mentioned(before: Sequence[Mention], after: Sequence[Mention]) -> list[str]:
    paired = pairs(after, before)
    found = {
        name
        for mine, other in paired.items()
        for name, new, old in zip(MENTION_FIELDS, says(after[mine]), says(before[other]), strict=True)
        if new != old
    }
    lonely = len(paired) < max(len(before), len(after))
    return [*(["mentions"] if lonely else []), *(name for name in MENTION_FIELDS if name in found)]


# Sentences


def _changed(before: Version, after: Version) -> tuple[list[str], list[str]]:
    """The sentences that were taken out, and those that were put in, in their order."""
    old, new = _sentences(before), _sentences(after)
    if before.layout != after.layout:
        common = set(old) & set(new)
        old, new = (_trimmed(own, common.__contains__) if common else own for own in (old, new))
    out, put_in = Counter(old) - Counter(new), Counter(new) - Counter(old)
    return list(islice(_taken(old, out), _MOST_CHANGED)), list(islice(_taken(new, put_in), _MOST_CHANGED))


def _sentences(version: Version) -> list[str]:
    body = sentences(_body(version))
    if not version.layout.startswith(SITE_RULE):
        body = _trimmed(body, is_closed)  # general rules may take a column of headlines for the end of the text
    return [*(sentences(version.title) if version.title else ()), *body]


def _trimmed(own: list[str], is_text: Callable[[str], bool]) -> list[str]:
    """The sentences from the first to the last that is of the text."""
    positions = [position for position, sentence in enumerate(own) if is_text(sentence)]
    return own[positions[0] : positions[-1] + 1] if positions else own


def _taken(own: Iterable[str], wanted: Counter[str]) -> Iterator[str]:
    left = Counter(wanted)
    for sentence in own:
        if left[sentence] > 0:
            left[sentence] -= 1
            yield sentence


# Facts


def _facts(changed: Iterable[str], language: str) -> Counter[Fact]:
    return Counter(fact for sentence in changed for fact in facts_of(sentence, language))


def _differing(old: Counter[Fact], new: Counter[Fact], out: Sequence[str], put_in: Sequence[str]) -> set[Fact]:
    """The facts of which the two sides differ. A word that only changed its capital is none."""
    gone, come = old - new, new - old
    words_out, words_in = set(" ".join(out).split()), set(" ".join(put_in).split())
    return {fact for fact in gone if fact.text.lower() not in words_in or fact.field != "name"} | {
        fact for fact in come if fact.text.lower() not in words_out or fact.field != "name"
    }


def _touched(
    out: Sequence[str],
    put_in: Sequence[str],
    languages: tuple[str, str],
    differing: set[Fact],
    mentioned: Sequence[str],
) -> tuple[Touched, ...]:
    found: list[Touched] = []
    sentence_pairs = _paired(out, put_in)
    for old, new in sentence_pairs:
        gone = [fact for fact in (facts_of(old, languages[0]) if old else []) if fact in differing]
        come = [fact for fact in (facts_of(new, languages[1]) if new else []) if fact in differing]
        if old and new:
            both = Counter(gone) & Counter(come)
            for field in dict.fromkeys(fact.field for fact in (*gone, *come)):
                was, is_ = (_words(facts, field, both) for facts in (gone, come))
                if was or is_:
                    found.append(_touch(field, was, is_, old, new))
        elif gone or come:
            found.append(_touch("sentence", _words(gone), _words(come), old, new))
    if not found:
        # what a mention says hangs on more than its words: a word that is in no list, or the order of the sentences
        old, new = sentence_pairs[0] if sentence_pairs else (None, None)
        found = [_touch(field, None, None, old, new) for field in mentioned]
    return tuple(found[:_MOST_TOUCHED])


def _touch(field: str, was: str | None, is_: str | None, old: str | None, new: str | None) -> Touched:
    return Touched(field, was, is_, old and old[:_LONGEST_SENTENCE], new and new[:_LONGEST_SENTENCE])


def _words(facts: Iterable[Fact], field: str | None = None, without: Counter[Fact] | None = None) -> str | None:
    own = [fact for fact in facts if fact.field == field or field is None]
    texts = dict.fromkeys(fact.text for fact in own if not without or fact not in without)
    return "; ".join(texts)[:_LONGEST_SENTENCE] or None


def _paired(out: Sequence[str], put_in: Sequence[str]) -> list[tuple[str | None, str | None]]:
    """Which sentence became which: the most alike first; what is like none stands alone."""
    grams_out, grams_in = ([_grams(sentence) for sentence in side[:_MOST_PAIRED]] for side in (out, put_in))
    alike = sorted(
        (-likeness, i, j)
        for i, one in enumerate(grams_out)
        for j, other in enumerate(grams_in)
        if (likeness := _likeness(one, other)) >= _SAME_SENTENCE
    )
    became: dict[int, int] = {}
    for _, i, j in alike:
        if i not in became and j not in became.values():
            became[i] = j
    found: list[tuple[str | None, str | None]] = [
        (sentence, put_in[became[i]] if i in became else None) for i, sentence in enumerate(out)
    ]
    return found + [(None, sentence) for j, sentence in enumerate(put_in) if j not in became.values()]


def _grams(sentence: str) -> Counter[str]:
    return Counter(one + other for one, other in pairwise(sentence))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    both = one.total() + other.total()
    return 2 * (one & other).total() / both if both else 0.0


def _unified(before: str, after: str) -> str:
    old, new = before.split("\n"), after.split("\n")
    if len(old) + len(new) > _MOST_LINES:
        # the comparison takes the square of the lines, and a hostile page has as many as it likes
        return f"--- before\n+++ after\n@@ too long to compare: {len(old)} lines before, {len(new)} after @@"
    return "\n".join(difflib.unified_diff(old, new, "before", "after", lineterm="", n=1))

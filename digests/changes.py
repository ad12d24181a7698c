"""What changed and what could not be read, as the templates of an edition are given it."""

from __future__ import annotations

from dataclasses import dataclass

from digests.causes import in_words
from digests.languages import count, say
from digests.rows import Edited, EditionRows, Gap, Name, Removed
from digests.telling import mean_text
from digests.texts import is_chinese
from digests.wording import day, signs, word

BEFORE = "before"
"""The kind of a gap that lies before the watch of a site began."""


@dataclass(frozen=True, slots=True)
class ShownEdit:
    title: Name
    url: str | None
    site: Name
    seen: str
    before: str
    after: str
    taken_out: tuple[Name, ...]
    put_in: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class ShownRemoval:
    title: Name
    url: str | None
    site: Name
    label: str
    what: str
    copy: str | None


@dataclass(frozen=True, slots=True)
class ShownGap:
    site: Name
    what: str
    cause: str | None
    expected: str | None


def named(text: str) -> Name:
    """A text with the language it is in."""
    return Name(text, "zh" if is_chinese(text) else "en")


def edits(rows: EditionRows) -> list[ShownEdit]:
    return [_edited(page, rows.last_day.year, rows.language) for page in rows.edited]


def removals(rows: EditionRows) -> list[ShownRemoval]:
    """Pages that no longer answer, then those taken off their lists."""
    pages = (*rows.removed, *rows.delisted)
    return [_removed(page, rows.last_day.year, rows.language) for page in pages]


def _edited(page: Edited, year: int, language: str) -> ShownEdit:
    fields = dict.fromkeys(word("fields", field.partition("[")[0], language) for field in page.fields)
    seen = say(language, "Seen on %(day)s", day=day(page.seen, year, language))
    touching = say(language, ", touching %(fields)s", fields=signs(language)["list"].join(fields)) if fields else ""
    taken_out, put_in = (tuple(named(text) for text in lines) for lines in (page.taken_out, page.put_in))
    return ShownEdit(
        page.title, page.url, named(page.site), seen + touching, page.before, page.after, taken_out, put_in
    )


def _removed(page: Removed, year: int, language: str) -> ShownRemoval:
    since = say(language, "Since %(day)s: ", day=day(page.since, year, language))
    label = word("lost", page.state, language)
    what = since + word("page_state", page.state, language)
    return ShownRemoval(page.title, page.url, named(page.site), label, what, page.copy)


# --- sites that could not be read ------------------------------------------------------------------


def gaps(rows: EditionRows) -> list[ShownGap]:
    return [_gap(gap, rows.last_day.year, rows.language) for gap in rows.gaps]


def _gap(gap: Gap, year: int, language: str) -> ShownGap:
    what = word("gaps", gap.kind, language) % {"day": day(gap.since, year, language) if gap.since else ""}
    expected = None
    if gap.expected is not None:
        expected = say(
            language, "normally %(mean)s events (mean of %(periods)s)", mean=mean_text(gap.expected),
            periods=count(language, "%(number)s period", "%(number)s periods", gap.counted),
        )  # fmt: skip
    cause = in_words(gap.cause, language) if gap.cause else None
    return ShownGap(named(gap.site), what, cause, expected)


def gaps_title(rows: EditionRows) -> str:
    """In one line whether all was read. That the watch had not begun is told apart from sites that failed."""
    language = rows.language
    if not rows.gaps:
        return count(language, "The one site was read.", "All %(number)s sites were read.", rows.sites)
    if unwatched(rows):
        return say(language, "The watch had not begun when this period ended: what is known of it was read later.")
    sites = count(language, "%(number)s site", "%(number)s sites", rows.sites)
    return say(language, "Not everything could be read: %(missing)s of %(sites)s.", missing=len(rows.gaps), sites=sites)


def gaps_expected(rows: EditionRows) -> str | None:
    """How many events a normal period would have brought from the sites that could not be read."""
    if rows.expected is None:
        return None
    return say(
        rows.language, "A normal period would have brought about %(mean)s events from these sites.",
        mean=mean_text(rows.expected),
    )  # fmt: skip


def unwatched(rows: EditionRows) -> bool:
    """True where the period ended before any site was watched."""
    kinds = {gap.kind for gap in rows.gaps}
    return len(rows.gaps) == rows.sites and BEFORE in kinds and kinds <= {BEFORE, "never"}

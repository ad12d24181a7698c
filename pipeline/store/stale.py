"""Pages whose mentions must be resolved again: marked where they are written, settled by the resolver."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, literal, select, union
from sqlalchemy.orm import Session

from pipeline.store.models import CandidateEdge, MentionLink, MentionRow, Page, StalePage
from pipeline.store.rows import batches, dialect_of, table


def mark(session: Session, page_ids: Iterable[int]) -> None:
    """Mark pages: what they say, or what is held of them, has changed."""
    for some in batches(sorted(set(page_ids))):
        found = select(Page.url, literal(1)).where(Page.id.in_(some)).order_by(Page.url)
        _mark(session, dialect_of(session).insert(table(StalePage)).from_select(["url", "times"], found))


def mark_addresses(session: Session, urls: Iterable[str]) -> None:
    """Mark pages by their addresses, also such as there are no more."""
    rows: list[dict[str, Any]] = [{"url": url, "times": 1} for url in sorted(set(urls))]
    if rows:
        _mark(session, dialect_of(session).insert(table(StalePage)), rows)


def mark_partners(session: Session, mention_ids: Iterable[int]) -> None:
    """Mark the pages of mentions that might be one event with these, or belong to theirs; these are to be deleted.

    What such a mention kept apart, as a rival or by a veto, may come together without it.
    """
    for some in batches(sorted(set(mention_ids))):
        partners = union(
            *(select(kind.b_id).where(kind.a_id.in_(some)) for kind in (CandidateEdge, MentionLink)),
            *(select(kind.a_id).where(kind.b_id.in_(some)) for kind in (CandidateEdge, MentionLink)),
        )
        mark(session, session.scalars(select(MentionRow.page_id).where(MentionRow.id.in_(partners))))


def marked(session: Session) -> dict[str, int]:
    """The pages marked, each with the times it was."""
    return dict(session.execute(select(StalePage.url, StalePage.times)).all())


def settle(session: Session, marks: Mapping[str, int]) -> None:
    """Take marks away; one that was made again meanwhile stays."""
    by_times: dict[int, list[str]] = {}
    for url, times in marks.items():
        by_times.setdefault(times, []).append(url)
    for times, urls in by_times.items():
        for some in batches(sorted(urls)):
            session.execute(delete(StalePage).where(StalePage.url.in_(some), StalePage.times == times))


def _mark(session: Session, statement: Any, rows: list[dict[str, Any]] | None = None) -> None:
    marks = table(StalePage).c
    again = statement.on_conflict_do_update(index_elements=[marks.url], set_={"times": marks.times + 1})
    session.connection().execute(again, rows)

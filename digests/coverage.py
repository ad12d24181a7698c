"""What was not seen and what changed: sites that could not be read, pages edited and removed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import and_, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from digests.figures import TREND
from digests.periods import Period, parse_period
from digests.rows import Before, Edited, Gap, Name, Removed
from digests.texts import clean, host_of, is_chinese, web_address
from pipeline.clock import beijing_day
from pipeline.store.known import CRAWL
from pipeline.store.losses import DELISTED, REMOVED
from pipeline.store.models import Change, Edition, Loss, MentionRow, Page, Reading, Run, Site, Snapshot
from pipeline.watch.health import READ
from pipeline.words import Form, PageState

P = TypeVar("P", bound=Period)

SEEN_AFTER = timedelta(days=1)
"""A digest goes out on the morning after its week; what that morning's crawl sees to have changed is in it."""
DIFF_LINES = 2
DIFF_WIDTH = 240


def watch_began(session: Session) -> datetime | None:
    """When the first good run of any site began; None where no site was read well yet."""
    good = (Run.kind == CRAWL, Run.ended_at.is_not(None), Run.health.in_(READ))
    return session.scalar(select(func.min(Run.started_at)).where(*good))


def first_period(kind: type[P], began: datetime) -> P:
    """The first period that a watch which began at an instant knows: its own, or one that ended within a day before.

    What the morning after a period shows belongs to its edition (see SEEN_AFTER).
    """
    return kind.holding(beijing_day(began - SEEN_AFTER))


@dataclass(frozen=True, slots=True)
class SiteGap:
    """A gap, the name of its site, and which of the periods before were read, by their index in ``Coverage.before``."""

    name: str
    gap: Gap
    read: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was not seen and what was seen to change, for a period and the twelve before it.

    ``before`` holds the periods oldest first, the one told last. ``small`` are the edits that changed no fact, each
    by the events of its page.
    """

    sites: int
    before: tuple[Before, ...]
    gaps: tuple[SiteGap, ...]
    edited: tuple[Edited, ...]
    small: tuple[tuple[str, ...], ...]
    removed: tuple[Removed, ...]
    delisted: tuple[Removed, ...]


def read_coverage(session: Session, period: Period, cut_off: datetime) -> Coverage:
    """The coverage of a period at an instant. Reads only."""
    sites = list(session.scalars(select(Site).where(Site.watched).order_by(Site.title, Site.name)))
    runs = _runs(session, cut_off)
    periods = last_periods(period)
    gaps = {site.name: [site_gap(site, runs[site.name], one, cut_off) for one in periods] for site in sites}
    before = [
        Before(one.name, one.first, len(sites), sum(some[index] is not None for some in gaps.values()))
        for index, one in enumerate(periods)
    ]
    found = [
        SiteGap(name, some[-1], tuple(index for index, gap in enumerate(some[:-1]) if gap is None))
        for name, some in gaps.items()
        if some[-1] is not None
    ]
    edits, small = edited(session, period, cut_off)
    lost = removed(session, period, cut_off)
    delisted = tuple(page for page in lost if page.state == PageState.DELISTED.value)
    gone = tuple(page for page in lost if page.state != PageState.DELISTED.value)
    return Coverage(len(sites), tuple(before), tuple(found), edits, small, gone, delisted)


def last_periods(period: P) -> list[P]:
    """The periods of a trend, the one given last."""
    periods = [period]
    for _ in range(TREND):
        periods.append(periods[-1].before)
    return periods[::-1]


def _runs(session: Session, cut_off: datetime) -> dict[str, list[Run]]:
    runs: dict[str, list[Run]] = defaultdict(list)
    crawls = select(Run).where(Run.kind == CRAWL, Run.started_at <= cut_off)
    for run in session.scalars(crawls.order_by(Run.started_at, Run.id)):
        runs[run.site].append(run)
    return runs


def site_gap(site: Site, runs: Sequence[Run], period: Period, cut_off: datetime) -> Gap | None:
    """What of a period is not known from a site at the cut-off, by its crawls in their order; None: nothing.

    A site is read to the end of a period, or to the cut-off, by a good run that began then or later. One that began
    up to one and a half of the site's rhythms before is enough as long as none after it failed: the next one was not
    due yet, or is under way. ``stopped`` where a good run began in the period, ``unread`` where none did; ``before``:
    the watch of the site began after the period, which is known from later readings alone.
    """
    good = [run for run in runs if run.ended_at is not None and run.health in READ]
    last_good = good[-1].started_at if good else None
    under_way = cut_off - timedelta(hours=site.every_hours)
    failed = [
        run
        for run in runs
        if (last_good is None or run.started_at > last_good)
        and (run.ended_at is not None or run.started_at < under_way)
    ]
    cause = clean(failed[-1].cause) if failed else None
    if last_good is None:
        return Gap(site.title, "never", None, cause)
    if period < first_period(type(period), good[0].started_at):
        return Gap(site.title, "before", beijing_day(good[0].started_at), None)
    end = min(period.ends_at, cut_off)
    enough = end if failed else end - timedelta(hours=1.5 * site.every_hours)
    if last_good >= enough:
        return None
    return Gap(site.title, "unread" if last_good < period.starts_at else "stopped", beijing_day(last_good), cause)


def seen_window(session: Session, period: Period, cut_off: datetime) -> tuple[datetime, datetime]:
    """From when to when (the end excluded) an edition tells what was seen to change.

    What is seen on the morning after the period still goes into its edition. The window begins where that of the newest
    earlier edition of the same rhythm ended: so a change is told once, also where periods between had no edition.
    """
    same_rhythm = Edition.period.like(re.sub(r"\d", "_", period.name))
    earlier = session.execute(
        select(Edition.period, Edition.cut_off)
        .where(same_rhythm, Edition.period < period.name)
        .order_by(Edition.period.desc())
        .limit(1)
    ).first()
    since = period.starts_at if earlier is None else _seen_until(parse_period(earlier.period), earlier.cut_off)
    return since, _seen_until(period, cut_off)


def _seen_until(period: Period, cut_off: datetime) -> datetime:
    return min(cut_off + timedelta(microseconds=1), period.ends_at + SEEN_AFTER)


def edited(
    session: Session, period: Period, cut_off: datetime
) -> tuple[tuple[Edited, ...], tuple[tuple[str, ...], ...]]:
    """The pages whose content was seen to change materially, and the other edits by the events of their pages."""
    since, until = seen_window(session, period, cut_off)
    before, after = aliased(Snapshot), aliased(Snapshot)
    rows = session.execute(
        select(Change, Page, Site, before.code, after.code, Reading)
        .join(Page, Page.id == Change.page_id)
        .join(Site, Site.name == Page.site)
        .join(before, before.id == Change.before_id)
        .join(after, after.id == Change.after_id)
        .outerjoin(Reading, Reading.snapshot_id == after.id)
        .where(Change.seen_at >= since, Change.seen_at < until)
        .order_by(Change.seen_at, Page.url)
    )
    found = rows.all()
    events = _events(session, {page.id for _, page, *_ in found})
    pages: list[Edited] = []
    small: list[tuple[str, ...]] = []
    for change, page, site, before_code, after_code, reading in found:
        if not change.material:
            small.append(events.get(page.id, ()))
            continue
        pages.append(
            Edited(
                title=_title(reading, page),
                url=web_address(page.url),
                site=site.title,
                seen=beijing_day(change.seen_at),
                fields=tuple(name for field in change.fields if (name := clean(str(field), 40))),
                before=before_code,
                after=after_code,
                taken_out=_lines(change.diff, "-"),
                put_in=_lines(change.diff, "+"),
                event_ids=events.get(page.id, ()),
            )
        )
    return tuple(pages), tuple(small)


def removed(session: Session, period: Period, cut_off: datetime) -> tuple[Removed, ...]:
    """The pages that were seen to have stopped answering or confirmed as gone, and those taken off their lists.

    By the register of losses: the state of a page is another one on a day on which its site could not be asked.
    """
    since, until = seen_window(session, period, cut_off)
    confirmed = and_(Loss.confirmed_at >= since, Loss.confirmed_at < until)
    missed = and_(Loss.kind == REMOVED, Loss.since >= since, Loss.since < until)
    lost_since_then = and_(Loss.kind == DELISTED, Page.missing_since.is_not(None))
    rows = session.execute(
        select(Loss, Page, Site)
        .join(Page, Page.id == Loss.page_id)
        .join(Site, Site.name == Page.site)
        .where(Loss.ended_at.is_(None), or_(missed, confirmed), not_(lost_since_then))
        .order_by(Loss.since, Page.url)
    ).all()
    events = _events(session, {page.id for _, page, _ in rows})
    pages: list[Removed] = []
    for loss, page, site in rows:
        newest = session.execute(
            select(Snapshot.code, Reading)
            .outerjoin(Reading, Reading.snapshot_id == Snapshot.id)
            .where(Snapshot.page_id == page.id)
            .order_by((Snapshot.form == Form.ARTICLE.value).desc(), Snapshot.fetched_at.desc())
            .limit(1)
        ).first()
        code, reading = newest if newest is not None else (None, None)
        named = (_title(reading, page), web_address(page.url), site.title)
        pages.append(Removed(*named, beijing_day(loss.since), _state(loss, until), code, events.get(page.id, ())))
    return tuple(pages)


def _state(loss: Loss, until: datetime) -> str:
    """The state that a loss leaves its page in, by what was seen up to an instant."""
    if loss.kind == DELISTED:
        return PageState.DELISTED.value
    confirmed = loss.confirmed_at is not None and loss.confirmed_at < until
    return (PageState.GONE if confirmed else PageState.GONE_CANDIDATE).value


def _events(session: Session, pages: Iterable[int]) -> Mapping[int, tuple[str, ...]]:
    """The events that pages tell of, by page."""
    told: dict[int, set[str]] = defaultdict(set)
    of_pages = select(MentionRow.page_id, MentionRow.event_id).where(MentionRow.page_id.in_(sorted(pages)))
    for page_id, event_id in session.execute(of_pages):
        told[page_id] |= {event_id} if event_id is not None else set()
    return {page_id: tuple(sorted(some)) for page_id, some in told.items()}


def _title(reading: Reading | None, page: Page) -> Name:
    """What a page is called: its title, the one its list gave it, else its host."""
    text = clean(reading.title if reading is not None else None) or clean(page.listed_title) or host_of(page.url)
    return Name(text, "zh" if is_chinese(text) else "en")


def _lines(diff: str, sign: str) -> tuple[str, ...]:
    """The first lines a unified diff takes out (``-``) or puts in (``+``)."""
    body = (line for line in diff.splitlines() if line.startswith(sign) and not line.startswith(sign * 3))
    texts = [text for line in body if (text := clean(line[1:], DIFF_WIDTH))]
    return tuple(texts[:DIFF_LINES])

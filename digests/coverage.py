"""What was not seen and what changed: sites that could not be read, pages edited and removed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from digests.entries import host_of
from digests.periods import Period, Week
from digests.rows import Edited, Gap, Name, Removed
from digests.texts import clean, is_chinese, web_address
from pipeline.clock import beijing_day
from pipeline.store.known import CRAWL
from pipeline.store.models import Change, Edition, Page, Reading, Run, Site, Snapshot
from pipeline.watch.health import READ
from pipeline.words import Form, PageState

SEEN_AFTER = timedelta(days=1)
"""A digest goes out on the morning after its week; what that morning's crawl sees to have changed is in it."""
DIFF_LINES = 2
DIFF_WIDTH = 240


def watch_began(session: Session) -> datetime | None:
    """When the first good run of any site began; None where no site was read well yet."""
    good = (Run.kind == CRAWL, Run.ended_at.is_not(None), Run.health.in_(READ))
    return session.scalar(select(func.min(Run.started_at)).where(*good))


def first_week(began: datetime) -> Week:
    """The first week that a watch which began at an instant knows: its own, or the one that ended within a day before.

    What the morning after a week shows belongs to its edition (see SEEN_AFTER).
    """
    return Week.holding(beijing_day(began - SEEN_AFTER))


def gaps(session: Session, week: Period, cut_off: datetime) -> tuple[Gap, ...]:
    """The watched sites of which the week is not, or not wholly, known at the cut-off, by title.

    A site is read for the week by a good run that began in it or later; ``stopped`` says that good runs end
    before the week does and later ones failed. A site crawled less than weekly gets the time its rhythm allows.
    ``before``: the watch of the site began after the week, which is known from later readings alone.
    """
    found: list[Gap] = []
    for site in session.scalars(select(Site).where(Site.watched).order_by(Site.title, Site.name)):
        runs = list(
            session.scalars(
                select(Run)
                .where(Run.site == site.name, Run.kind == CRAWL, Run.started_at <= cut_off)
                .order_by(Run.started_at, Run.id)
            )
        )
        good = [run for run in runs if run.ended_at is not None and run.health in READ]
        last_good = good[-1] if good else None
        bad_since = [run for run in runs if last_good is None or run.started_at > last_good.started_at]
        cause = clean(bad_since[-1].cause) if bad_since else None
        needed_from = min(week.starts_at, cut_off - timedelta(hours=1.5 * site.every_hours))
        if last_good is None:
            found.append(Gap(site.title, "never", None, cause))
        elif week < first_week(good[0].started_at):
            found.append(Gap(site.title, "before", beijing_day(good[0].started_at), None))
        elif last_good.started_at < needed_from:
            found.append(Gap(site.title, "unread", beijing_day(last_good.started_at), cause))
        elif bad_since and last_good.started_at < min(week.ends_at, cut_off):
            found.append(Gap(site.title, "stopped", beijing_day(last_good.started_at), cause))
    return tuple(found)


def seen_window(session: Session, week: Period, cut_off: datetime) -> tuple[datetime, datetime]:
    """From when to when (the end excluded) an edition tells what was seen to change.

    What is seen on the morning after the week still goes into its edition; the next one begins where it ended. So a
    change is told once, as long as editions are sent.
    """
    before = session.scalar(select(Edition.cut_off).where(Edition.period == week.before.name))
    since = week.starts_at if before is None else _seen_until(week.before, before)
    return since, _seen_until(week, cut_off)


def _seen_until(week: Period, cut_off: datetime) -> datetime:
    return min(cut_off + timedelta(microseconds=1), week.ends_at + SEEN_AFTER)


def edited(session: Session, week: Period, cut_off: datetime) -> tuple[tuple[Edited, ...], int]:
    """The pages whose content was seen to change materially, and how many other edits there were."""
    since, until = seen_window(session, week, cut_off)
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
    pages: list[Edited] = []
    small = 0
    for change, page, site, before_code, after_code, reading in rows:
        if not change.material:
            small += 1
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
            )
        )
    return tuple(pages), small


def removed(session: Session, week: Period, cut_off: datetime) -> tuple[Removed, ...]:
    """The pages that were seen to have stopped answering, or were confirmed as gone."""
    since, until = seen_window(session, week, cut_off)
    rows = session.execute(
        select(Page, Site)
        .join(Site, Site.name == Page.site)
        .where(
            Page.state.in_([PageState.GONE_CANDIDATE.value, PageState.GONE.value]),
            Page.state_since >= since,
            Page.state_since < until,
        )
        .order_by(Page.state_since, Page.url)
    )
    pages: list[Removed] = []
    for page, site in rows:
        newest = session.execute(
            select(Snapshot.code, Reading)
            .outerjoin(Reading, Reading.snapshot_id == Snapshot.id)
            .where(Snapshot.page_id == page.id)
            .order_by((Snapshot.form == Form.ARTICLE.value).desc(), Snapshot.fetched_at.desc())
            .limit(1)
        ).first()
        code, reading = newest if newest is not None else (None, None)
        day = beijing_day(page.state_since)
        pages.append(Removed(_title(reading, page), web_address(page.url), site.title, day, page.state, code))
    return tuple(pages)


def _title(reading: Reading | None, page: Page) -> Name:
    """What a page is called: its title, the one its list gave it, else its host."""
    text = clean(reading.title if reading is not None else None) or clean(page.listed_title) or host_of(page.url)
    return Name(text, "zh" if is_chinese(text) else "en")


def _lines(diff: str, sign: str) -> tuple[str, ...]:
    """The first lines a unified diff takes out (``-``) or puts in (``+``)."""
    body = (line for line in diff.splitlines() if line.startswith(sign) and not line.startswith(sign * 3))
    texts = [text for line in body if (text := clean(line[1:], DIFF_WIDTH))]
    return tuple(texts[:DIFF_LINES])

"""Editions: drafts as files, and the freezing at the first sending.

A frozen edition is served from the database for ever, as it was rendered then; a draft is rendered anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from digests.coverage import first_week, watch_began
from digests.folders import worded, write_folder
from digests.message import MailFacts, draft_message
from digests.periods import Period, Week
from digests.rendering import Links, Rendered, fill, render
from digests.rows import EditionRows, as_plain, canonical, checksum
from digests.selection import choose
from digests.slices import DEFAULT_KEY, WEEKLY, default_slice_id, subscribed_slices
from digests.wording import day
from pipeline.clock import beijing_day
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.models import Delivery, Edition, EditionSlice, Slice, Subscriber, Subscription, Told


class EditionError(Exception):
    """The edition cannot be made or served; the message says which one, why, and what to do."""


@dataclass(frozen=True, slots=True)
class EditionFolder:
    """An edition as files: its folder, whose ``index.html`` opens in a browser, and what it says in one line."""

    week: Period
    path: Path
    frozen: bool
    subject: str

    @property
    def index(self) -> Path:
        return self.path / "index.html"


@dataclass(frozen=True, slots=True)
class FrozenSlice:
    """What is stored of a frozen edition for one slice."""

    rendered: Rendered
    rows: str
    cut_off: datetime


def make_edition(database: Database, settings: Settings, week: Period | None, now: datetime) -> EditionFolder:
    """The edition of a week (None: the running one in Beijing) as a folder of files, replaced as a whole.

    Freezes nothing: of a week that was sent the folder shows what was sent. The same database, week and instant
    give the same bytes. Raises EditionError where a frozen edition no longer has its checksum, OSError, with the path
    and its key, where the folder cannot be written.
    """
    week = week or Week.running(now)
    with database.reading() as session:
        slice_id = default_slice_id(session)
        frozen = frozen_slice(session, week, slice_id)
        if frozen is None:
            choice = choose(session, week, slice_id, now, sample=database.is_sample)
            rendered, rows, date = render(choice.rows, draft=True), _document([(DEFAULT_KEY, choice.rows)]), now
        else:
            rendered, rows, date = frozen.rendered, frozen.rows, frozen.cut_off
        facts = MailFacts(settings.mail.sender, week.name, date)
        mail = draft_message(fill(rendered, mail_links(settings, None)), facts)
        folder = settings.path(settings.digest.editions) / week.name
        with worded(folder, "digest.editions"):
            path = write_folder(
                folder,
                session=session,
                rendered=fill(rendered, Links(_copy_link(settings, "copies/CODE.html"))),
                rows=rows,
                mail=mail,
            )
    return EditionFolder(week, path, frozen is not None, rendered.subject)


def mail_links(settings: Settings, unsubscribe: str | None) -> Links:
    """What marks become in a mail: the public address of a copy, else its id alone, since a mail has no folder."""
    return Links(_copy_link(settings, None), unsubscribe)


def _copy_link(settings: Settings, in_folder: str | None) -> Callable[[str], str | None]:
    public = settings.digest.public_url
    form = f"{public.rstrip('/')}/copies/CODE" if public else in_folder
    return lambda code: form.replace("CODE", code) if form else None


def _document(slices: Sequence[tuple[str, EditionRows]]) -> str:
    """The canonical JSON of an edition: the rows of each of its slices."""
    return canonical({"slices": [{"slice": key, "rows": as_plain(rows)} for key, rows in slices]})


# --- freezing --------------------------------------------------------------------------------------


def frozen_edition(session: Session, week: Period) -> Edition | None:
    """The frozen edition of a week, None where it was never sent."""
    return session.scalar(select(Edition).where(Edition.period == week.name))


def frozen_slice(session: Session, week: Period, slice_id: int | None) -> FrozenSlice | None:
    """What a slice was sent for a week; for a slice without one, what the first slice was. None where nothing was sent.

    Raises EditionError where the stored bytes no longer have their checksum.
    """
    edition = frozen_edition(session, week)
    if edition is None:
        return None
    stored = select(EditionSlice).where(EditionSlice.edition_id == edition.id)
    found = session.scalar(stored.order_by((EditionSlice.slice_id == (slice_id or 0)).desc(), EditionSlice.id).limit(1))
    if found is None or checksum(edition.rows) != edition.sha256:
        raise EditionError(_damaged(week))
    rendered = Rendered(found.subject, found.html, found.text)
    if rendered.sha256 != found.sha256:
        raise EditionError(_damaged(week))
    return FrozenSlice(rendered, edition.rows, edition.cut_off)


def _damaged(week: Period) -> str:
    return (
        f"The frozen edition {week} in the database does not have its checksum: it was changed after it was sent. "
        "Restore the tables edition and edition_slice from a backup."
    )


def freeze(database: Database, week: Period, now: datetime) -> int | None:
    """Freeze the edition of a week for all slices that somebody subscribes to; queue its deliveries. Returns its id.

    Rows, rendered slices, ledger and deliveries are written in one unit of work: a process killed before it
    leaves nothing, one killed after it leaves all. An edition that is frozen already stays as it is. None where
    nobody subscribes. Raises EditionError where the week has not ended, or ended before the watch began.
    """
    if now < week.ends_at:
        raise EditionError(
            f"{week} has not ended in Beijing (it ends at {week.ends_at:%Y-%m-%d %H:%M} UTC). "
            f"Look at its draft with `idwatch digest preview --week {week}`."
        )
    with database.reading() as session:
        edition = frozen_edition(session, week)
        if edition is not None:
            return edition.id
        _check_watched(session, week)
        sample = database.is_sample
        chosen = [
            (one, choose(session, week, one.id, now, sample=sample)) for one in subscribed_slices(session, WEEKLY)
        ]
    if not chosen:
        return None
    rendered = [(one, choice, render(choice.rows, draft=False)) for one, choice in chosen]
    rows = _document([(one.key, choice.rows) for one, choice in chosen])
    with database.writing() as session:
        edition = frozen_edition(session, week)
        if edition is not None:  # another process was quicker
            return edition.id
        edition = Edition(period=week.name, cut_off=now, rows=rows, sha256=checksum(rows))
        session.add(edition)
        session.flush()
        for one, choice, made in rendered:
            _store_slice(session, edition, one, made)
            told = [
                {"slice_id": one.id, "event_id": event, "realis": realis, "edition_id": edition.id}
                for event, realis in choice.told
            ]
            if told:
                session.execute(insert(Told), told)
        queue(session, edition, now)
        return edition.id


def _check_watched(session: Session, week: Period) -> None:
    """Raise EditionError where a week ended before the watch began: its edition would pass as a record of it."""
    began = watch_began(session)
    if began is None:
        raise EditionError(
            f"{week} is not sent: no site has been read well yet, so nothing is known of it. Crawl with "
            "`idwatch crawl` and see `idwatch status`; the week of the first good run is the first that can be sent."
        )
    if week < (first := first_week(began)):
        raise EditionError(
            f"{week} is not sent: it ended before the watch began ({day(beijing_day(began))}, the first good run of a "
            f"site). The first week that can be sent is {first}. "
            f"See what is known of {week} with `idwatch digest preview --week {week}`."
        )


def _store_slice(session: Session, edition: Edition, one: Slice, made: Rendered) -> None:
    session.add(
        EditionSlice(
            edition_id=edition.id,
            slice_id=one.id,
            subject=made.subject,
            html=made.html,
            text=made.text,
            sha256=made.sha256,
        )
    )
    session.flush()


def queue(session: Session, edition: Edition, now: datetime) -> int:
    """A queued delivery for every subscriber of a frozen slice that has none yet; how many were queued."""
    have = select(Delivery.subscriber_id).where(Delivery.edition_id == edition.id)
    wanting = session.execute(
        select(Subscriber, EditionSlice.slice_id)
        .join(Subscription, Subscription.subscriber_id == Subscriber.id)
        .join(EditionSlice, EditionSlice.slice_id == Subscription.slice_id)
        .where(EditionSlice.edition_id == edition.id, Subscriber.id.not_in(have), Subscriber.state == "active")
        .order_by(Subscriber.id, EditionSlice.slice_id)
    )
    queued: set[int] = set()
    for subscriber, slice_id in wanting:
        if subscriber.id in queued:
            continue
        queued.add(subscriber.id)
        session.add(
            Delivery(
                edition_id=edition.id,
                subscriber_id=subscriber.id,
                slice_id=slice_id,
                message_id=f"{edition.period}.{checksum(edition.sha256, subscriber.email)[:32]}",
                state="queued",
                attempts=0,
                changed_at=now,
            )
        )
    session.flush()
    return len(queued)

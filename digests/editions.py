"""Editions: drafts as files, and the freezing at the first sending.

A frozen edition is served from the database for ever, as it was rendered then; a draft is rendered anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from digests.contents import Content, contents, first_contents
from digests.corrections import Wrong, renewed
from digests.coverage import first_period, watch_began
from digests.documents import document, rows_in
from digests.facts import as_text
from digests.firsts import firsts
from digests.folders import worded, write_folder
from digests.known import read_known
from digests.message import MailFacts, draft_message
from digests.moved import Line
from digests.periods import Period, Week
from digests.rendering import Image, Links, Rendered, fill, render
from digests.rows import Corrected, canonical, checksum
from digests.rules import rules
from digests.selection import first_contacts
from digests.slices import AT_ONCE, slice_of, subscribed_slices, whole_keys, whole_slice
from digests.wishes import wishes_of
from digests.wording import day
from pipeline.clock import beijing_day
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.models import (
    Correction,
    Delivery,
    Edition,
    EditionImage,
    EditionSlice,
    Slice,
    Subscriber,
    Subscription,
    Told,
)

ATTEMPTS = 3
"""Freezings tried where another process freezes at the same time: the loser finds the edition, or chooses anew."""


class EditionError(Exception):
    """The edition cannot be made or served; the message says which one, why, and what to do."""


@dataclass(frozen=True, slots=True)
class EditionFolder:
    """An edition as files: its folder, whose ``index.html`` opens in a browser, and what it says in one line."""

    period: Period
    path: Path
    frozen: bool
    subject: str

    @property
    def index(self) -> Path:
        return self.path / "index.html"


@dataclass(frozen=True, slots=True)
class FrozenSlice:
    """What is stored of a frozen edition for one slice; ``rows`` are its rows as canonical JSON."""

    rendered: Rendered
    rows: str
    cut_off: datetime


def make_edition(database: Database, settings: Settings, period: Period | None, now: datetime) -> EditionFolder:
    """The whole edition of a period (None: the running week in Beijing) as a folder of files, replaced as a whole.

    Freezes nothing: of a period that was sent the folder shows what was sent. The same database, period and instant
    give the same bytes. Raises EditionError where a frozen edition no longer has its checksum, OSError, with the path
    and its key, where the folder cannot be written.
    """
    period = period or Week.running(now)
    with database.reading() as session:
        frozen = frozen_slice(session, period.name)
        if frozen is None:
            whole = whole_slice(session, period.rhythm)
            (content,) = contents(session, period, [whole], now, sample=database.is_sample)
            rendered, rows, date = render(content.rows, draft=True), canonical(asdict(content.rows)), now
        else:
            rendered, rows, date = frozen.rendered, frozen.rows, frozen.cut_off
        facts = MailFacts(settings.mail.sender, period.name, date)
        mail = draft_message(fill(rendered, mail_links(settings, None)), facts)
        folder = settings.path(settings.digest.editions) / period.name
        links = Links(copy=_copy_link(settings, "copies/CODE.html"), event=event_link(settings), image=_image_file)
        with worded(folder, "digest.editions"):
            path = write_folder(folder, session=session, rendered=fill(rendered, links), rows=rows, mail=mail)
    return EditionFolder(period, path, frozen is not None, rendered.subject)


def mail_links(settings: Settings, unsubscribe: str | None) -> Links:
    """What marks become in a mail: the public address of a copy, else its id alone, since a mail has no folder."""
    return Links(copy=_copy_link(settings, None), event=event_link(settings), unsubscribe=unsubscribe)


def event_link(settings: Settings) -> Callable[[str], str | None]:
    """The public address of an event's page, None where there are no public pages."""
    public = settings.digest.public_url
    return lambda event_id: f"{public.rstrip('/')}/events/{event_id}" if public else None


def _copy_link(settings: Settings, in_folder: str | None) -> Callable[[str], str | None]:
    public = settings.digest.public_url
    form = f"{public.rstrip('/')}/copies/CODE" if public else in_folder
    return lambda code: form.replace("CODE", code) if form else None


def _image_file(name: str) -> str:
    return f"images/{name}.png"


# --- what is frozen --------------------------------------------------------------------------------


def frozen_edition(session: Session, name: str) -> Edition | None:
    """The frozen edition of this name (2026-W47, 2026-11, an event's id), None where there is none."""
    return session.scalar(select(Edition).where(Edition.period == name))


def frozen_slice(
    session: Session, name: str, slice_id: int | None = None, *, language: str = "en"
) -> FrozenSlice | None:
    """What a slice was sent in the edition of this name; None where it was sent nothing.

    Without ``slice_id`` the whole slice, in ``language`` where it was frozen in it, else in English: it is public, what
    some reader asked for is not. Raises EditionError where the stored bytes no longer have their checksum.
    """
    edition = frozen_edition(session, name)
    if edition is None:
        return None
    stored = select(EditionSlice, Slice).join(Slice).where(EditionSlice.edition_id == edition.id)
    if slice_id is not None:
        wanted = stored.where(EditionSlice.slice_id == slice_id)
    else:
        keys = (*whole_keys(language), *whole_keys())
        wanted = stored.where(Slice.key.in_(keys)).order_by((Slice.language == language).desc())
    found = session.execute(wanted.limit(1)).first()
    if found is None:
        return None
    row, one = found
    rendered = Rendered(row.subject, row.html, row.text, images_of(session, row))
    if checksum(edition.rows) != edition.sha256 or rendered.sha256 != row.sha256:
        raise EditionError(_damaged(name))
    return FrozenSlice(rendered, rows_in(edition.rows, one.key), edition.cut_off)


def images_of(session: Session, row: EditionSlice) -> tuple[Image, ...]:
    """The charts of a frozen slice, by name."""
    stored = select(EditionImage).where(EditionImage.edition_slice_id == row.id).order_by(EditionImage.name)
    return tuple(Image(image.name, image.png) for image in session.scalars(stored))


def _damaged(name: str) -> str:
    return (
        f"The frozen edition {name} in the database does not have its checksum: it was changed after it was sent. "
        "Restore the tables edition, edition_slice and edition_image from a backup."
    )


# --- freezing --------------------------------------------------------------------------------------


def freeze(database: Database, period: Period, now: datetime) -> int | None:
    """Freeze the edition of a period for all slices of its rhythm that somebody subscribes to, and for the whole one;
    queue its deliveries. Returns its id.

    All slices are chosen and rendered before anything is written; rows, slices, images, ledger, corrections and
    deliveries are then written in one unit of work: a process killed before it leaves nothing, one killed after it
    leaves all. An edition that is frozen already stays as it is. A slice to which nothing is told and which does not
    want to hear of that is left out whole: its ledger stays where it was. None where nobody subscribes. Raises
    EditionError where the period has not ended, or ended before the watch began.
    """
    if now < period.ends_at:
        raise EditionError(
            f"{period} has not ended in Beijing (it ends at {period.ends_at:%Y-%m-%d %H:%M} UTC). "
            f"Look at its draft with `idwatch digest preview --{period.kind} {period}`."
        )

    def choose() -> int | Sequence[Content]:
        with database.reading() as session:
            if (edition := frozen_edition(session, period.name)) is not None:
                return edition.id
            _check_watched(session, period)
            slices = _with_whole(session, subscribed_slices(session, period.rhythm), period.rhythm)
            return contents(session, period, slices, now, sample=database.is_sample)

    return _frozen(database, period.name, choose, now)


def freeze_firsts(database: Database, now: datetime) -> list[int]:
    """Freeze an edition for each first contact that some slice asks to get at once and was not told; their ids.

    Only those first seen in the last days (data/salience.toml), and those that no edition was made of yet.
    """
    since = beijing_day(now) - timedelta(days=rules().at_once_days)
    with database.reading() as session:
        slices = subscribed_slices(session, AT_ONCE)
        if not slices:
            return []
        known = read_known(session)
        news = first_contacts(known, firsts(known), since)
        had = set(session.scalars(select(Edition.period).where(Edition.period.in_([fact.id for fact in news]))))
    made: list[int] = []
    for fact in news:
        if fact.id in had or not any(wishes_of(one.wishes).match(fact) for one in slices):
            continue

        def choose(event_id: str = fact.id) -> int | Sequence[Content]:
            with database.reading() as session:
                if (edition := frozen_edition(session, event_id)) is not None:
                    return edition.id
                asking = _with_whole(session, subscribed_slices(session, AT_ONCE), AT_ONCE)
                return first_contents(session, event_id, asking, now, sample=database.is_sample)

        if (edition := _frozen(database, fact.id, choose, now)) is not None:
            made.append(edition)
    return made


def _frozen(database: Database, name: str, choose: Callable[[], int | Sequence[Content]], now: datetime) -> int | None:
    """Choose, render and write. Where another process froze the edition, or told a slice the same event in another
    one meanwhile, the database refuses the second row, and all is chosen anew."""
    for attempt in range(ATTEMPTS):
        chosen = choose()
        if isinstance(chosen, int):
            return chosen
        if not chosen:
            return None
        told = [one for one in chosen if one.wanted]
        rendered = [(one, render(one.rows, draft=False)) for one in told]
        rows = document((one.slice.key, one.rows) for one in told)
        try:
            with database.writing() as session:
                if (edition := frozen_edition(session, name)) is not None:
                    return edition.id
                return _write(session, name, rows, rendered, now)
        except IntegrityError:
            if attempt + 1 == ATTEMPTS:
                raise
    return None


def _with_whole(session: Session, slices: Sequence[Slice], rhythm: str) -> list[Slice]:
    """The slices and, where there are any, the whole one: the public edition never shows what some reader asked for."""
    whole = whole_slice(session, rhythm)
    return [*slices, whole] if slices and whole.key not in {one.key for one in slices} else list(slices)


def _write(session: Session, name: str, rows: str, rendered: Iterable[tuple[Content, Rendered]], now: datetime) -> int:
    edition = Edition(period=name, cut_off=now, rows=rows, sha256=checksum(rows))
    session.add(edition)
    session.flush()
    for content, made in rendered:
        one = slice_of(session, wishes_of(content.slice.wishes), content.slice.rhythm, content.slice.language)
        _store_slice(session, edition, one, made)
        _store_ledger(session, edition, one, content)
    _store_corrections(session, edition, [right for content, _ in rendered for right in content.corrections])
    queue(session, edition, now)
    return edition.id


def _check_watched(session: Session, period: Period) -> None:
    """Raise EditionError where a period ended before the watch began: its edition would pass as a record of it."""
    began = watch_began(session)
    if began is None:
        raise EditionError(
            f"{period} is not sent: no site has been read well yet, so nothing is known of it. Crawl with "
            f"`idwatch crawl` and see `idwatch status`; the first {period.kind} that can be sent is that of a good run."
        )
    if period < (first := first_period(type(period), began)):
        raise EditionError(
            f"{period} is not sent: it ended before the watch began ({day(beijing_day(began))}, the first good run of "
            f"a site). The first {period.kind} that can be sent is {first}. "
            f"See what is known of {period} with `idwatch digest preview --{period.kind} {period}`."
        )


def _store_slice(session: Session, edition: Edition, one: Slice, made: Rendered) -> None:
    row = EditionSlice(
        edition_id=edition.id,
        slice_id=one.id,
        subject=made.subject,
        html=made.html,
        text=made.text,
        sha256=made.sha256,
    )
    session.add(row)
    session.flush()
    for image in made.images:
        sha256 = hashlib.sha256(image.png).hexdigest()
        session.add(EditionImage(edition_slice_id=row.id, name=image.name, png=image.png, sha256=sha256))
    session.flush()


def _store_ledger(session: Session, edition: Edition, one: Slice, content: Content) -> None:
    """What the slice was told, and what was put right: told once, since the ledger then holds the facts put right."""
    if content.told:
        told = {"slice_id": one.id, "edition_id": edition.id}
        session.execute(insert(Told), [told | asdict(entry) for entry in content.told])
    for wrong, fixed in content.corrections:
        if not fixed.left:
            _renew(session, edition, wrong.line, fixed)
    session.flush()


def _renew(session: Session, edition: Edition, line: Line, fixed: Corrected) -> None:
    """Have the ledger hold what a correction told. What did not take place after all is no longer told as having taken
    place, so that it is told once it does."""
    facts = renewed(fixed)
    row = session.get(Told, (line.slice_id, line.event_id, line.realis))
    if row is None:  # withdrawn meanwhile, by the edition of another period
        return
    if facts.realis == line.realis:
        row.facts = as_text(facts)
        return
    session.delete(row)
    if session.get(Told, (line.slice_id, fixed.now_id, facts.realis)) is None:
        values = {"slice_id": line.slice_id, "event_id": fixed.now_id, "realis": facts.realis}
        session.add(Told(**values, edition_id=edition.id, facts=as_text(facts)))


def _store_corrections(session: Session, edition: Edition, told: Iterable[tuple[Wrong, Corrected]]) -> None:
    """What the edition put right, once for each slice that had told it wrong, whoever reads that now."""
    lines: dict[tuple[int, str, str], Correction] = {}
    for wrong, fixed in sorted(told, key=lambda one: one[1].left):
        line = wrong.line
        row = Correction(
            edition_id=edition.id,
            slice_id=line.slice_id,
            event_id=line.event_id,
            realis=line.realis,
            corrected_id=line.edition_id,
            why=fixed.why,
            was=as_text(fixed.was),
            now=as_text(fixed.now) if fixed.now is not None else None,
        )
        lines.setdefault((line.slice_id, line.event_id, line.realis), row)
    session.add_all(lines.values())
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
                message_id=f"{edition.period}.{checksum(edition.sha256, subscriber.email, subscriber.nonce)[:32]}",
                state="queued",
                attempts=0,
                changed_at=now,
            )
        )
    session.flush()
    return len(queued)

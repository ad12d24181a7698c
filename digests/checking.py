"""The checker of frozen editions: what each sentence rests on, and where every link inside the installation leads.

It asks the database and the archive, never the network.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from sqlalchemy import select
from sqlalchemy.orm import Session

from digests.documents import rows_in
from digests.editions import EditionError, images_of
from digests.rendering import Rendered
from digests.rows import checksum
from digests.sendings import sending_of
from digests.texts import MARK_END, MARK_START
from pipeline.archive import BrokenArchive, read_record
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.models import ArchiveRecord, Edition, EditionImage, EditionSlice, EventRow, Slice, Snapshot

_MARK = re.compile(f"{MARK_START}/?([a-z]+)(?::([^{MARK_END}]*))?{MARK_END}")
_IMAGE = re.compile(r"cid:([\w.-]+)")


@dataclass(slots=True)
class CheckReport:
    """What was looked at, and what failed, a line each: the edition, its slice, what is wrong."""

    editions: int = 0
    slices: int = 0
    sentences: int = 0
    links: int = 0
    failures: list[str] = field(default_factory=list)


def check_editions(database: Database, settings: Settings, name: str | None = None) -> CheckReport:
    """Check one frozen edition by its name, or all. Raises EditionError where there is none of this name."""
    report = CheckReport()
    with database.reading() as session:
        wanted = select(Edition).order_by(Edition.cut_off, Edition.id)
        editions = list(session.scalars(wanted if name is None else wanted.where(Edition.period == name)))
        if name is not None and not editions:
            raise EditionError(f"There is no frozen edition {name}. `idwatch digest send` freezes one.")
        places = _Places(session, settings.archive_folder)
        for edition in editions:
            report.editions += 1
            report.failures += _edition(session, edition, places, report)
    return report


def _edition(session: Session, edition: Edition, places: _Places, report: CheckReport) -> Iterator[str]:
    if checksum(edition.rows) != edition.sha256:
        yield f"{edition.period}: its rows do not have their checksum"
        return
    stored = select(EditionSlice, Slice).join(Slice).where(EditionSlice.edition_id == edition.id)
    for row, one in session.execute(stored.order_by(EditionSlice.id)):
        report.slices += 1
        where = f"{edition.period}, slice {one.id}"
        for failure in _slice(session, edition, row, one.key, places, report):
            yield f"{where}: {failure}"


def _slice(
    session: Session, edition: Edition, row: EditionSlice, key: str, places: _Places, report: CheckReport
) -> Iterator[str]:
    images = images_of(session, row)
    if Rendered(row.subject, row.html, row.text, images).sha256 != row.sha256:
        yield "subject, HTML, text and images do not have their checksum"
    for image in session.scalars(select(EditionImage).where(EditionImage.edition_slice_id == row.id)):
        if hashlib.sha256(image.png).hexdigest() != image.sha256:
            yield f"the image {image.name} does not have its checksum"
    try:
        rows = json.loads(rows_in(edition.rows, key))
    except KeyError:
        yield "the edition holds no rows for it"
        return
    told = set(_event_ids(rows))
    sentences = list(_sentences(row.html))
    report.sentences += len(sentences)
    for event_id, copies in sentences:
        if event_id not in told:
            yield f"a sentence names {event_id}, which is not among the rows"
        if not copies:
            yield f"the sentence of {event_id} has no archived copy"
    listed = {event["id"] for name in ("events", "late", "planned") for event in rows[name]}
    if listed and not sentences:
        yield "it tells events, but no sentence names its row"
    names = {image.name for image in images}
    for link in dict.fromkeys((*_links(row.html), *_links(row.text))):
        report.links += 1
        if (wrong := places.wrong(*link, names)) is not None:
            yield wrong


def _sentences(html: str) -> Iterator[tuple[str, Sequence[str]]]:
    """Each sentence of an edition: the event it names, and the archived copies that stand with it."""
    soup = BeautifulSoup(html, "lxml")
    for sentence in soup.select("[data-event]"):
        block = sentence if sentence.name == "p" else sentence.find_parent("p") or sentence
        parts = [block]
        for sibling in block.find_next_siblings():
            if sibling.has_attr("data-event") or sibling.select_one("[data-event]") is not None:
                break
            parts.append(sibling)
        yield str(sentence["data-event"]), [code for part in parts for code in _copies(part)]


def _copies(part: Tag) -> Iterator[str]:
    for kind, value in _links(str(part)):
        if kind == "copy":
            yield value


def _links(text: str) -> Iterator[tuple[str, str]]:
    """The links inside the installation, as pairs of kind and what they name."""
    for found in _MARK.finditer(text):
        if found[2] is not None:
            yield found[1], found[2]
    for found in _IMAGE.finditer(text):
        yield "image", found[1]


def _event_ids(rows: object) -> Iterator[str]:
    """The ids of the events that rows tell, highlight or correct."""
    if isinstance(rows, dict):
        for key, value in rows.items():
            if key in ("id", "event_id", "now_id") and isinstance(value, str):
                yield value
            else:
                yield from _event_ids(value)
    elif isinstance(rows, list):
        for value in rows:
            yield from _event_ids(value)


class _Places:
    """Where links lead; what was looked up once is not looked up again."""

    def __init__(self, session: Session, archive: Path) -> None:
        self._session = session
        self._archive = archive
        self._known: dict[tuple[str, str], str | None] = {}

    def wrong(self, kind: str, value: str, images: set[str]) -> str | None:
        """What is wrong with a link, None where it leads somewhere."""
        if kind == "image":
            return None if value in images else f"it shows the image {value}, which is not stored with it"
        if (kind, value) not in self._known:
            tests = {"copy": self._copy, "event": self._event, "less": self._event, "had": self._had}
            test = tests.get(kind)
            self._known[kind, value] = test(value) if test is not None else f"{kind}:{value} is a mark nobody fills"
        return self._known[kind, value]

    def _copy(self, code: str) -> str | None:
        """A copy is a snapshot whose record stands in the archive where the database says."""
        found = self._session.scalar(
            select(ArchiveRecord).join(Snapshot, Snapshot.record_id == ArchiveRecord.id).where(Snapshot.code == code)
        )
        if found is None:
            return f"the copy {code} is not in the database"
        try:
            record = read_record(self._archive, found.file, found.offset)
        except (BrokenArchive, OSError) as error:
            return f"the copy {code} cannot be read from the archive: {error}"
        return None if record.id == found.warc_id else f"the copy {code} is another record in {found.file}"

    def _event(self, event_id: str) -> str | None:
        there = self._session.get(EventRow, event_id) is not None
        return None if there else f"the event {event_id} is not in the database"

    def _had(self, name: str) -> str | None:
        period, _ = sending_of(name)
        there = self._session.scalar(select(Edition.id).where(Edition.period == period)) is not None
        return None if there else f"it corrects the edition {period}, which is not frozen"

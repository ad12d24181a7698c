"""The checker of editions finds what it is for: each kind of damage is one that it names."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from digests.checking import check_editions
from digests.editions import freeze
from digests.periods import parse_period
from digests.rendering import Image, Rendered
from digests.rows import checksum
from digests.subscribers import Wanted, add
from pipeline.archive import ArchiveWriter, Exchange
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.models import ArchiveRecord, Edition, EditionImage, EditionSlice, EventRow

WEEK = parse_period("2025-W30")
AFTER = datetime(2025, 7, 28, 4, tzinfo=UTC)


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


@pytest.fixture
def frozen(database: Database, settings: Settings, fill: Any) -> None:
    """An edition with a chart, its copies in the archive, and one that corrects it."""

    def work(f: Any) -> None:
        event = f.event(WEEK.first, id="ev_told")
        f.person(event, "William Ruto", country="KEN", title="President of Kenya")
        f.event(WEEK.first, id="ev_trip", type="VISIT.OUT", is_series=True, countries=("KEN", "VNM"))
        page = f.page()
        f.change(page, f.reading(page), f.reading(page))
        with ArchiveWriter(settings.archive_folder, "idcpc_zh", AFTER, 10**6) as writer:
            for row in f.session.scalars(select(ArchiveRecord)):
                answer = writer.write(Exchange(row.url, "GET", (), 200, "OK", (), b"page", row.fetched_at))
                row.file, row.offset, row.warc_id = answer.file, answer.offset, answer.id

    fill(work)
    add(database, [Wanted("reader@example.org")], AFTER)
    freeze(database, WEEK, AFTER)
    fill(lambda f: setattr(f.session.get(EventRow, "ev_told"), "type", "MEET.REMOTE"))
    freeze(database, parse_period("2025-W31"), AFTER + timedelta(days=7))


def test_a_sound_edition_passes(database: Database, settings: Settings, frozen: None) -> None:
    report = check_editions(database, settings)
    assert report.failures == []
    assert (report.editions, report.slices) == (2, 2)
    assert report.sentences >= 4  # the two events, the highlight, the correction
    assert report.links >= 6
    one = check_editions(database, settings, "2025-W31")
    assert (one.editions, one.failures) == (1, [])
    assert one.sentences == 1


def rewritten(change: Callable[[str], str]) -> Callable[[Any], None]:
    """The HTML of the first edition changed, its checksum too: what a fault of rendering would have frozen."""

    def work(f: Any) -> None:
        row = f.session.scalars(select(EditionSlice).order_by(EditionSlice.id)).first()
        row.html = change(row.html)
        images = f.session.scalars(select(EditionImage).where(EditionImage.edition_slice_id == row.id))
        charts = tuple(Image(image.name, image.png) for image in images.all())
        row.sha256 = Rendered(row.subject, row.html, row.text, charts).sha256

    return work


def unbacked(html: str) -> str:
    """The sentences' sources are gone."""
    return re.sub(r'<a\b[^>]*href="\ue000copy:[^>]*>.*?</a>', "", html, flags=re.DOTALL)


def without_archive(f: Any) -> None:
    f.session.scalars(select(ArchiveRecord).order_by(ArchiveRecord.id)).first().offset += 1


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda f: setattr(f.session.scalars(select(Edition)).first(), "rows", "{}"), "its rows do not have their"),
        (lambda f: setattr(f.session.scalars(select(EditionSlice)).first(), "text", "x"), "subject, HTML, text and"),
        (rewritten(unbacked), "the sentence of ev_told has no archived copy"),
        (rewritten(lambda html: html.replace("ev_told", "ev_other")), "names ev_other, which is not among the rows"),
        (
            rewritten(lambda html: html.replace("event:ev_told", "event:ev_none")),
            "the event ev_none is not in the data",
        ),
        (rewritten(lambda html: html.replace("copy:sn_", "copy:sn_00")), "is not in the database"),
        (rewritten(lambda html: html.replace(" data-event=", " data-no=")), "no sentence names its row"),
        (rewritten(lambda html: html + '<img src="cid:chart-none">'), "shows the image chart-none"),
        (
            rewritten(lambda html: html + "\ue000had:2025-W01\ue001"),
            "corrects the edition 2025-W01, which is",
        ),
        (rewritten(lambda html: html + "\ue000wrong:1\ue001"), "wrong:1 is a mark nobody fills"),
        (without_archive, "cannot be read from the archive"),
    ],
)
def test_damage_is_named(
    database: Database, settings: Settings, fill: Any, frozen: None, damage: Callable[[Any], object], said: str
) -> None:
    fill(damage)
    failures = check_editions(database, settings, "2025-W30").failures
    assert any(said in failure for failure in failures), failures
    assert all(failure.startswith("2025-W30") for failure in failures)


def test_a_record_in_anothers_place_is_found(database: Database, settings: Settings, fill: Any, frozen: None) -> None:
    fill(lambda f: setattr(f.session.scalars(select(ArchiveRecord)).first(), "warc_id", "urn:uuid:other"))
    assert any("is another record in" in one for one in check_editions(database, settings).failures)


def test_a_chart_that_was_changed_is_found(database: Database, settings: Settings, fill: Any, frozen: None) -> None:
    def chart(f: Any) -> None:
        row = f.session.scalars(select(EditionSlice)).first()
        f.session.execute(delete(EditionImage).where(EditionImage.edition_slice_id == row.id))
        f.session.add(EditionImage(edition_slice_id=row.id, name="trend", png=b"x", sha256=checksum("y")))
        row.sha256 = Rendered(row.subject, row.html, row.text, (Image("trend", b"x"),)).sha256

    fill(chart)
    assert any(
        "the image trend does not have its checksum" in one for one in check_editions(database, settings).failures
    )

"""The recall estimate, against numbers reckoned by hand."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from pipeline.analysis import guard
from pipeline.analysis.query import run_query
from pipeline.analysis.saved import saved_queries
from pipeline.store import models
from pipeline.store.database import Database

SEEN = datetime(2026, 1, 1, tzinfo=UTC)
SITES = {
    "idcpc_zh": ("official", "idcpc"),
    "idcpc_en": ("official", "idcpc"),
    "chronicle": ("official", "contemporary_world"),
    "ccp_watch": ("watchdog", "watchdog"),
    "daily": ("media", "local_media"),
    "party_site": ("media", "foreign_party"),
    "xinhua": ("media", "prc_media"),
}


class Listings:
    """Events with the sites that tell of them; ``site→`` only points at the event, as a round-up does."""

    def __init__(self, database: Database) -> None:
        self.database, self.events, self.pages = database, 0, 0
        with database.writing() as session:
            for name, (kind, family) in SITES.items():
                session.merge(
                    models.Site(
                        name=name, title=name, kind=kind, language="en", family=family, home="https://a.example/",
                        hosts=[], every_hours=6, quiet_days=7, empty_is_normal=False, licence=None,
                        items_are_pages=False,
                    )
                )  # fmt: skip

    def add(self, number: int, *sites: str, year: int = 2021, type_: str = "MEET.BILAT", **more: Any) -> None:
        with self.database.writing() as session:
            for _ in range(number):
                self.events += 1
                event = f"ev_{self.events:03}"
                values = {
                    "date_start": date(year, 3, 4),
                    "date_end": date(year, 3, 4),
                    "standing": "single_source",
                    **more,
                }
                session.add(
                    models.EventRow(
                        id=event, type=type_, mode="unknown", realis="actual", scope="in", is_series=False,
                        confidence=0.5, first_seen_at=SEEN, codebook_version="0.1", date_precision="day", **values,
                    )
                )  # fmt: skip
                session.flush()
                for site in sites:
                    self._page(session, site.removesuffix("→"), event, points=site.endswith("→"))

    def _page(self, session: Session, site: str, event: str, *, points: bool) -> None:
        self.pages += 1
        number, url = 1000 + self.pages, f"https://a.example/recall/{self.pages}"
        session.add_all(
            [
                models.Page(
                    id=number, url=url, site=site, first_seen_at=SEEN, state="live", state_since=SEEN,
                    schedule_from=SEEN,
                ),
                models.ArchiveRecord(
                    id=number, warc_id=f"<urn:uuid:{number}>", url=url, fetched_at=SEEN, status=200, file="b.warc.gz",
                    offset=number,
                ),
            ]
        )  # fmt: skip
        session.flush()
        session.add(
            models.Snapshot(
                id=number, code=f"sn_{number}", page_id=number, record_id=number, form="article", fetched_at=SEEN,
                digest="0" * 64,
            )
        )  # fmt: skip
        session.flush()
        session.add(
            models.Reading(
                id=number, snapshot_id=number, reader_version="1", address=url, language="en", body="", routes={},
                text_hash="0" * 64,
            )
        )  # fmt: skip
        session.flush()
        session.add(
            models.MentionRow(
                id=number, page_id=number, number=1, reading_id=number, event_id=None if points else event,
                extractor_version="1", type="MEET.BILAT", realis="actual", scope="in", confidence=0.5, content={},
            )
        )  # fmt: skip
        session.flush()
        if points:
            session.add(models.MentionPointer(mention_id=number, event_id=event))

    def estimates(self, year: int = 2021) -> dict[tuple[str, str], tuple[object, ...]]:
        """What follows year and listings, by the two listings."""
        rows = run_query(self.database, saved_queries()["recall"].statement).rows
        return {(str(row[1]), str(row[2])): row[3:] for row in rows if row[0] == str(year)}


@pytest.fixture
def listings(database: Database) -> Listings:
    return Listings(database)


def test_the_estimate_is_chapmans_and_the_interval_log_normal(listings: Listings) -> None:
    """20 in one listing, 15 in the other, 9 in both: 21 · 16 / 10 - 1 = 32.6, of which 26 are seen and 6.6 missed.

    Variance 21 · 16 · 11 · 6 / (10² · 11) = 20.16; 1 + 20.16 / 6.6² = 1.46281, its logarithm 0.38036, the root of that
    0.61674, times 1.96 is 1.20880, e to that 3.34947: from 26 + 6.6 / 3.34947 = 27.97 to 26 + 6.6 · 3.34947 = 48.11.
    """
    listings.add(9, "idcpc_zh", "idcpc_en", "daily")  # told twice by the department: once in its listing
    listings.add(11, "idcpc_zh")
    listings.add(4, "daily")
    listings.add(2, "party_site", "xinhua")  # who copies the department is no listing
    assert listings.estimates()["department", "host press"] == (20, 15, 9, 26, 33, 28, 48, 79.8, 54.0, 93.0, None)


def test_only_what_is_counted_counts_and_each_year_alone(listings: Listings) -> None:
    listings.add(8, "idcpc_zh", "ccp_watch")
    listings.add(1, "idcpc_zh", "ccp_watch", type_="DOC.MOU")
    listings.add(1, "idcpc_zh", "ccp_watch", standing="retracted")
    listings.add(3, "ccp_watch", year=2022)
    # nothing of the department's 8 is missed by the watchdogs: the interval is a point
    assert listings.estimates()["department", "watchdogs"] == (8, 8, 8, 8, 8, 8, 8, 100.0, 100.0, 100.0, None)
    told = (0, 3, 0, 3, *[None] * 6, "one listing has nothing of this year")
    assert listings.estimates(2022)["department", "watchdogs"] == told


def test_small_counts_give_no_estimate_but_say_so(listings: Listings) -> None:
    listings.add(6, "chronicle→", "daily")
    listings.add(30, "chronicle")
    listings.add(30, "daily")
    found = listings.estimates()["chronicle", "host press"]
    assert found == (36, 36, 6, 66, *[None] * 6, "too few in both: 7 are needed")
    listings.add(1, "chronicle", "daily")
    # 38 · 38 / 8 - 1 = 179.5
    assert listings.estimates()["chronicle", "host press"][4] == 180


def test_two_listings_of_the_department_are_not_independent(listings: Listings) -> None:
    listings.add(7, "chronicle", "idcpc_zh")
    listings.add(7, "idcpc_zh")
    listings.add(1, "chronicle")
    assert "most that can be claimed" in str(listings.estimates()["chronicle", "department"][-1])


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # what SQLite's callback raises below
def test_a_build_of_sqlite_without_mathematics_gets_them() -> None:
    def absent(_: float) -> float:
        raise NotImplementedError

    connection = sqlite3.connect(":memory:")
    for name in ("ln", "exp", "sqrt"):
        connection.create_function(name, 1, absent)
    with pytest.raises(sqlite3.OperationalError):
        connection.execute("SELECT ln(1)")
    guard._complete(connection)
    assert connection.execute("SELECT exp(0), ln(1), sqrt(9), ln(NULL)").fetchone() == (1.0, 0.0, 3.0, None)

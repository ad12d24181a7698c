"""Drafts as folders; frozen editions that stay the bytes they were."""

from __future__ import annotations

import email
import email.policy
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from digests import rendering
from digests.delivery import send_edition
from digests.editions import EditionError, freeze, make_edition
from digests.folders import copy_codes
from digests.periods import parse_period
from digests.subscribers import Wanted, add
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.models import Delivery, Edition, EditionSlice, EventRow, Run, Told

WEEK = parse_period("2025-W30")
AFTER = datetime(2025, 7, 28, 4, tzinfo=UTC)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_draft_is_a_folder_that_works_from_disk(database: Database, settings: Settings, fill: Any) -> None:
    fill(lambda f: f.event(WEEK.first))
    edition = make_edition(database, settings, WEEK, AFTER)
    assert edition.path == settings.path(settings.digest.editions) / "2025-W30"
    assert not edition.frozen
    html = edition.index.read_text()
    codes = set(copy_codes(json.loads((edition.path / "edition.json").read_text())))
    assert codes
    for code in codes:
        assert f'href="copies/{code}.html"' in html
        assert code in (edition.path / "copies" / f"{code}.html").read_text()
    mail = email.message_from_bytes((edition.path / "2025-W30.eml").read_bytes(), policy=email.policy.default)
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert all(f"copy: {code}" in plain.get_content() for code in codes)  # a mail has no folder: it names the id
    assert "copies/" not in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "Unsubscribe" not in html


def test_a_draft_is_the_same_bytes_again_and_freezes_nothing(database: Database, settings: Settings, fill: Any) -> None:
    fill(lambda f: (f.event(WEEK.first), f.event(WEEK.last)))
    first = tree(make_edition(database, settings, WEEK, AFTER).path)
    assert tree(make_edition(database, settings, WEEK, AFTER).path) == first
    with database.reading() as session:
        for model in (Edition, EditionSlice, Told, Delivery):
            assert session.scalar(select(func.count()).select_from(model)) == 0
    left = [path.name for path in settings.path(settings.digest.editions).iterdir()]
    assert left == ["2025-W30"]


def test_without_a_week_it_is_the_running_one(database: Database, settings: Settings) -> None:
    assert make_edition(database, settings, None, WEEK.ends_at - timedelta(seconds=1)).week == WEEK
    assert make_edition(database, settings, None, WEEK.ends_at).week.name == "2025-W31"


def test_with_a_public_url_mail_and_index_link_to_it(database: Database, settings: Settings, fill: Any) -> None:
    settings.digest.public_url = "https://idwatch.example/"
    fill(lambda f: f.event(WEEK.first))
    edition = make_edition(database, settings, WEEK, AFTER)
    (code,) = copy_codes(json.loads((edition.path / "edition.json").read_text()))
    assert f'href="https://idwatch.example/copies/{code}"' in edition.index.read_text()
    assert f"https://idwatch.example/copies/{code}" in (edition.path / "index.txt").read_text()


def test_a_frozen_edition_stays_the_same_bytes_whatever_changes(
    database: Database, settings: Settings, fill: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = fill(lambda f: f.event(WEEK.first, title_zh="当时的标题")).id
    add(database, [Wanted("reader@example.org")], AFTER)
    assert freeze(database, WEEK, AFTER) == 1
    with database.reading() as session:
        stored = session.scalars(select(EditionSlice)).one()
        rows = session.scalars(select(Edition)).one()
        assert hashlib.sha256(rows.rows.encode() + b"\0").hexdigest() == rows.sha256
    shown = tree(make_edition(database, settings, WEEK, AFTER).path)
    assert "当时的标题" in shown["index.html"].decode()

    monkeypatch.setattr(rendering, "_template", lambda name: pytest.fail("a frozen edition was rendered again"))
    monkeypatch.setattr("digests.copies.render_page", lambda name, **values: "copy")

    def later(f: Any) -> None:
        f.session.get(EventRow, event).title_zh = "后来的标题"
        f.event(WEEK.first)

    fill(later)
    assert freeze(database, WEEK, AFTER + timedelta(days=1)) == 1
    edition = make_edition(database, settings, WEEK, AFTER + timedelta(days=400))
    assert edition.frozen
    again = tree(edition.path)
    for name in ("index.html", "index.txt", "edition.json", "2025-W30.eml"):
        assert again[name] == shown[name]
    with database.reading() as session:
        assert session.scalars(select(EditionSlice)).one().html == stored.html


def test_a_frozen_edition_that_was_tampered_with_is_not_served(
    database: Database, settings: Settings, fill: Any
) -> None:
    fill(lambda f: f.event(WEEK.first))
    add(database, [Wanted("reader@example.org")], AFTER)
    freeze(database, WEEK, AFTER)

    def tamper(f: Any) -> None:
        stored = f.session.scalars(select(EditionSlice)).one()
        stored.html = stored.html.replace("contact", "contract")

    fill(tamper)
    with pytest.raises(EditionError, match=r"2025-W30 .* checksum"):
        make_edition(database, settings, WEEK, AFTER)


def test_a_week_that_has_not_ended_is_not_frozen(database: Database) -> None:
    add(database, [Wanted("reader@example.org")], AFTER)
    with pytest.raises(EditionError, match="has not ended"):
        freeze(database, WEEK, WEEK.ends_at - timedelta(seconds=1))
    assert freeze(database, WEEK, WEEK.ends_at) == 1


@pytest.mark.parametrize("name", ["2024-W01", "1800-W01", "2025-W29"])
def test_a_week_before_the_watch_is_shown_as_such_and_not_sent(
    database: Database, settings: Settings, fill: Any, name: str
) -> None:
    week = parse_period(name)
    fill(lambda f: f.event(week.first))
    add(database, [Wanted("reader@example.org")], AFTER)
    edition = make_edition(database, settings, week, AFTER)
    text = " ".join((edition.path / "index.txt").read_text().split())
    assert "The watch had not begun when this week ended" in text
    assert text.count("was first read on 28 July") == 2
    assert "sites were read." not in text
    with pytest.raises(EditionError, match=rf"{name} .*28 July 2025.* first week that can be sent is 2025-W30\."):
        freeze(database, week, AFTER)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Edition)) == 0


def test_before_any_good_run_no_week_is_sent(database: Database, settings: Settings, fill: Any) -> None:
    add(database, [Wanted("reader@example.org")], AFTER)
    fill(lambda f: f.session.query(Run).update({"health": "interrupted"}))
    with pytest.raises(EditionError, match="no site has been read well yet"):
        freeze(database, WEEK, AFTER)
    unwatched = make_edition(database, settings, WEEK, AFTER)
    assert unwatched.subject == "IDCPC, week 30: no site could be read in full"


def test_a_week_without_contacts_before_the_watch_says_so(database: Database, settings: Settings) -> None:
    edition = make_edition(database, settings, parse_period("2024-W01"), AFTER)
    assert edition.subject == "IDCPC, week 1: the watch had not begun"


def test_nobody_subscribed_freezes_nothing(database: Database) -> None:
    assert freeze(database, WEEK, AFTER) is None


def test_rows_slices_ledger_and_deliveries_are_frozen_together_or_not_at_all(
    database: Database, settings: Settings, fill: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(lambda f: (f.event(WEEK.first), f.event(WEEK.first - timedelta(days=30))))
    add(database, [Wanted("a@example.org"), Wanted("b@example.org")], AFTER)

    def killed(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("digests.editions.queue", killed)
        with pytest.raises(KeyboardInterrupt):
            freeze(database, WEEK, AFTER)
    with database.reading() as session:
        for model in (Edition, EditionSlice, Told, Delivery):
            assert session.scalar(select(func.count()).select_from(model)) == 0
    freeze(database, WEEK, AFTER)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Told)) == 2
        assert session.scalar(select(func.count()).select_from(Delivery)) == 2


def test_an_empty_database_makes_an_edition_that_says_so(database: Database, settings: Settings, fill: Any) -> None:
    def unread(f: Any) -> None:
        for run in f.session.scalars(select(Run)):
            run.health, run.cause = "unreachable", "no address for www.idcpc.gov.cn"

    fill(unread)
    edition = make_edition(database, settings, WEEK, AFTER)
    assert edition.subject == "IDCPC, week 30: no site could be read in full"
    assert " ".join((edition.path / "index.txt").read_text().split()).count("no address for www.idcpc.gov.cn") == 2


def test_a_killed_runs_leftovers_are_swept_and_a_moved_folder_comes_back(
    database: Database, settings: Settings
) -> None:
    path = make_edition(database, settings, WEEK, AFTER).path
    gone = 2**22 + 1  # above every pid
    path.rename(path.with_name(f".2025-W30.{gone}-abc.0.old"))
    (path.parent / f".2025-W30.{gone}-abc").mkdir()
    make_edition(database, settings, WEEK, AFTER)
    assert [one.name for one in path.parent.iterdir()] == ["2025-W30"]


def test_sending_writes_the_edition_that_the_folder_shows(database: Database, settings: Settings, fill: Any) -> None:
    fill(lambda f: f.event(WEEK.first))
    add(database, [Wanted("reader@example.org")], AFTER)
    report = send_edition(database, settings, None, AFTER)
    assert report.week == WEEK
    assert make_edition(database, settings, WEEK, AFTER + timedelta(days=1)).frozen

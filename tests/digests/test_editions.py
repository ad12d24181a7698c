"""Drafts as folders; frozen editions that stay the bytes they were."""

from __future__ import annotations

import email
import email.policy
import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from digests import editions, rendering
from digests.delivery import send_edition
from digests.documents import rows_in
from digests.editions import EditionError, freeze, freeze_firsts, frozen_slice, make_edition
from digests.folders import copy_codes
from digests.periods import parse_period
from digests.rendering import Image
from digests.rows import canonical, checksum
from digests.slices import slice_of, whole_keys
from digests.subscribers import Wanted, add
from digests.wishes import Wishes
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.models import (
    Delivery,
    Edition,
    EditionImage,
    EditionSlice,
    EventRow,
    Run,
    Subscriber,
    Subscription,
    Told,
)  # fmt: skip

WEEK = parse_period("2025-W30")
NEXT = parse_period("2025-W31")
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
    assert make_edition(database, settings, None, WEEK.ends_at - timedelta(seconds=1)).period == WEEK
    assert make_edition(database, settings, None, WEEK.ends_at).period.name == "2025-W31"


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
    assert "The watch had not begun when this period ended" in text
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


def subscribe(fill: Any, email: str, wishes: Wishes, rhythm: str = "weekly", language: str = "en") -> int:
    """A reader of a slice; its id."""

    def work(f: Any) -> int:
        reader = f.session.scalar(select(Subscriber).where(Subscriber.email == email))
        if reader is None:
            reader = Subscriber(email=email, name=None, added_at=AFTER)
            f.session.add(reader)
            f.session.flush()
        one = slice_of(f.session, wishes, rhythm, language)
        f.session.add(Subscription(subscriber_id=reader.id, slice_id=one.id))
        f.session.flush()
        return int(one.id)

    slice_id: int = fill(work)
    return slice_id


def test_every_slice_is_frozen_and_the_public_edition_is_the_whole_one(
    database: Database, settings: Settings, fill: Any
) -> None:
    fill(lambda f: (f.event(WEEK.first, countries=("KEN",), id="ev_ken"), f.event(WEEK.first, countries=("VNM",))))
    kenya = subscribe(fill, "a@example.org", Wishes(countries=("KEN",)))
    chinese = subscribe(fill, "b@example.org", Wishes(countries=("KEN",)), language="zh")
    freeze(database, WEEK, AFTER)
    with database.reading() as session:
        public, own = frozen_slice(session, WEEK.name), frozen_slice(session, WEEK.name, kenya)
        zh = frozen_slice(session, WEEK.name, chinese)
        assert public is not None and own is not None and zh is not None  # noqa: PT018
        assert [len(json.loads(one.rows)["events"]) for one in (public, own, zh)] == [2, 1, 1]
        assert json.loads(public.rows)["wishes"] == {}
        assert json.loads(zh.rows)["events"][0]["countries"] == ["肯尼亚"]
        assert public.rendered.subject != own.rendered.subject
        assert session.scalar(select(func.count()).select_from(Delivery)) == 2
        assert frozen_slice(session, WEEK.name, 999) is None
        stored = session.scalars(select(Edition.rows)).one()
        assert stored.count('"id":"ev_ken"') == 2  # once a language, whatever the number of slices
    html = make_edition(database, settings, WEEK, AFTER).index.read_text()
    assert "Vietnam" in html


def test_nothing_to_tell_is_no_mail_for_who_asked_for_that(database: Database, fill: Any) -> None:
    fill(lambda f: f.event(WEEK.first, countries=("VNM",)))
    silent = subscribe(fill, "a@example.org", Wishes(countries=("KEN",), say_when_empty=False))
    subscribe(fill, "b@example.org", Wishes(countries=("KEN",)))
    freeze(database, WEEK, AFTER)
    with database.reading() as session:
        assert frozen_slice(session, WEEK.name, silent) is None
        (mail,) = session.scalars(select(Delivery))
        assert mail.slice_id != silent
    fill(lambda f: f.event(NEXT.first, countries=("KEN",), id="ev_ken"))
    freeze(database, NEXT, AFTER + timedelta(days=7))
    with database.reading() as session:
        frozen = frozen_slice(session, NEXT.name, silent)
        assert frozen is not None
        assert [one["id"] for one in json.loads(frozen.rows)["events"]] == ["ev_ken"]


def test_a_month_is_frozen_for_its_readers_alone(database: Database, settings: Settings, fill: Any) -> None:
    fill(lambda f: f.event(WEEK.first))
    month, after = parse_period("2025-07"), datetime(2025, 8, 1, 4, tzinfo=UTC)
    add(database, [Wanted("reader@example.org")], AFTER)
    assert freeze(database, month, after) is None  # nobody reads it monthly
    subscribe(fill, "monthly@example.org", Wishes(), "monthly")
    assert freeze(database, WEEK, after) is not None
    assert freeze(database, month, after) is not None
    edition = make_edition(database, settings, month, after)
    assert (edition.frozen, edition.path.name) == (True, "2025-07")
    with database.reading() as session:
        sent = session.execute(
            select(Edition.period, Subscriber.email)
            .join(Delivery, Delivery.edition_id == Edition.id)
            .join(Subscriber, Subscriber.id == Delivery.subscriber_id)
        ).all()
        assert sorted(map(tuple, sent)) == [("2025-07", "monthly@example.org"), ("2025-W30", "reader@example.org")]
        assert len(session.scalars(select(Told)).all()) == 2


def a_first_contact(f: Any) -> None:
    """Two covered years, then a meeting with a country never met."""
    for year in (2023, 2024):
        for month in range(1, 13):
            f.event(date(year, month, 5), countries=("ZAF",))
    f.event(WEEK.first, countries=("KEN",), id="ev_first")
    f.event(WEEK.first, countries=("ZAF",))


def test_a_first_contact_is_sent_at_once_and_only_once(database: Database, fill: Any) -> None:
    fill(a_first_contact)
    assert freeze_firsts(database, AFTER) == []  # nobody asks for it
    kenya = subscribe(fill, "a@example.org", Wishes(countries=("KEN",)), "at_once")
    vietnam = subscribe(fill, "b@example.org", Wishes(countries=("VNM",)), "at_once")
    (edition,) = freeze_firsts(database, AFTER)
    assert freeze_firsts(database, AFTER + timedelta(hours=1)) == []
    with database.reading() as session:
        assert session.get_one(Edition, edition).period == "ev_first"
        frozen = frozen_slice(session, "ev_first", kenya)
        assert frozen is not None
        rows = json.loads(frozen.rows)
        assert frozen_slice(session, "ev_first", vietnam) is None
        assert [one.slice_id for one in session.scalars(select(Delivery))] == [kenya]
    assert (rows["kind"], [one["id"] for one in rows["events"]]) == ("event", ["ev_first"])
    assert rows["highlights"][0]["reasons"][0] == {
        "rule": "first_country", "values": {"country": "Kenya", "iso3": "KEN", "since": 2023},
    }  # fmt: skip


def test_what_is_not_new_is_not_sent_at_once(database: Database, fill: Any) -> None:
    fill(a_first_contact)
    subscribe(fill, "a@example.org", Wishes(), "at_once")
    assert freeze_firsts(database, AFTER + timedelta(days=14)) == []


def test_charts_are_frozen_with_their_checksums(
    database: Database, settings: Settings, fill: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(lambda f: f.event(WEEK.first))
    add(database, [Wanted("reader@example.org")], AFTER)
    charts = (Image("trend", b"\x89PNG one"), Image("types", b"\x89PNG two"))
    render = rendering.render
    monkeypatch.setattr(editions, "render", lambda rows, draft: replace(render(rows, draft=draft), images=charts))
    freeze(database, WEEK, AFTER)
    monkeypatch.undo()
    edition = make_edition(database, settings, WEEK, AFTER)
    assert {path.name: path.read_bytes() for path in (edition.path / "images").iterdir()} == {
        f"{one.name}.png": one.png for one in charts
    }

    def tamper(f: Any) -> None:
        f.session.scalars(select(EditionImage).where(EditionImage.name == "trend")).one().png = b"\x89PNG three"

    fill(tamper)
    with pytest.raises(EditionError, match=r"2025-W30 .* checksum"):
        make_edition(database, settings, WEEK, AFTER)


def test_an_edition_frozen_by_the_code_before_is_still_served(database: Database, fill: Any) -> None:
    """Its document held the events whole."""
    fill(lambda f: f.event(WEEK.first))
    add(database, [Wanted("reader@example.org")], AFTER)
    freeze(database, WEEK, AFTER)

    def older(f: Any) -> None:
        edition = f.session.scalars(select(Edition)).one()
        rows = json.loads(rows_in(edition.rows, whole_keys()[0]))
        edition.rows = canonical({"slices": [{"slice": whole_keys()[0], "rows": rows}]})
        edition.sha256 = checksum(edition.rows)

    fill(older)
    with database.reading() as session:
        frozen = frozen_slice(session, WEEK.name)
    assert frozen is not None
    assert len(json.loads(frozen.rows)["events"]) == 1


def test_an_empty_database_makes_an_edition_that_says_so(database: Database, settings: Settings, fill: Any) -> None:
    def unread(f: Any) -> None:
        for run in f.session.scalars(select(Run)):
            run.health, run.cause = "unreachable", "the name www.idcpc.gov.cn cannot be resolved"

    fill(unread)
    edition = make_edition(database, settings, WEEK, AFTER)
    assert edition.subject == "IDCPC, week 30: no site could be read in full"
    assert " ".join((edition.path / "index.txt").read_text().split()).count("the site did not answer") == 2


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
    assert report.edition == WEEK.name
    assert make_edition(database, settings, WEEK, AFTER + timedelta(days=1)).frozen

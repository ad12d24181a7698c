"""Single mails: their words in both languages, and what becomes of hostile names in them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select

from digests.letters import CONFIRM, GOODBYE, KNOWN, PREFERENCES, letter, open_letters, put_down
from digests.subscribers import Choice, Wanted, add
from digests.wishes import Wishes
from pipeline.config import DigestSettings, Settings
from pipeline.store.database import Database
from pipeline.store.models import Letter, OrganisationRow, Subscriber

NOW = datetime(2025, 7, 28, 4, tzinfo=UTC)
ROOT = "https://idwatch.example/sub/"


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


@pytest.fixture
def written(database: Database, settings: Settings) -> Any:
    """``written(kind, choice)``: the finished letter of a reader."""
    configured = settings.model_copy(update={"digest": DigestSettings(public_url=ROOT)})

    def work(kind: str, choice: Choice) -> Any:
        add(database, [Wanted("r@example.org", "R", choice)], NOW)
        with database.writing() as session:
            put_down(session, session.scalars(select(Subscriber)).one(), kind, NOW)
            (waiting,) = open_letters(session)
        return letter(database, configured, waiting, NOW)

    return work


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", [CONFIRM, KNOWN, PREFERENCES, GOODBYE])
def test_a_letter_says_the_same_in_both_parts(written: Any, kind: str, language: str) -> None:
    sent = written(kind, Choice(Wishes(countries=("ZAF",)), language=language))
    assert (sent.email, sent.name, sent.kind) == ("r@example.org", "R", kind)
    assert re.fullmatch(rf"{kind}\.[0-9a-f]{{32}}", sent.message_id)
    subject, text, tree = sent.rendered.subject, sent.rendered.text, html.fromstring(sent.rendered.html)
    assert tree.get("lang") == language
    assert "\n" not in subject
    assert len(subject) <= 60
    assert tree.findtext(".//title") == tree.findtext(".//h1") == subject
    assert bool(re.search("[\u4e00-\u9fff]", subject)) == (language == "zh")
    assert "r@example.org" in text
    links = set(re.findall(r"^https://\S+$", text, re.MULTILINE))
    assert links == set(tree.xpath("//a/@href"))
    (link,) = links
    page = {CONFIRM: "confirm/", GOODBYE: "subscribe"}.get(kind, "preferences/")
    assert link.startswith(ROOT + page)
    assert not tree.xpath("//img | //script | //link | //form")
    if kind in (CONFIRM, KNOWN):
        assert ("South Africa" in text, "南非" in text) == (language == "en", language == "zh")


def test_hostile_names_stay_words(written: Any, database: Database) -> None:
    with database.writing() as session:
        name = "x\r\n\r\nhttps://evil.example/\r\n<script>alert(1)</script>{{ 7*7 }}\u202e"
        session.add(OrganisationRow(id="zaf-x", name_en=name, country="ZAF", kind="party", source="page"))
    sent = written(CONFIRM, Choice(Wishes(parties=("zaf-x",))))
    tree = html.fromstring(sent.rendered.html)
    assert not tree.xpath("//script")
    assert [one for one in tree.xpath("//a/@href") if "evil" in one] == []
    assert "<script>alert(1)</script>{{ 7*7 }}" in sent.rendered.text
    assert "\u202e" not in sent.rendered.text + sent.rendered.html
    assert not re.search(r"^https://evil", sent.rendered.text, re.MULTILINE)


def test_a_letter_goes_with_its_reader(database: Database, settings: Settings) -> None:
    add(database, [Wanted("r@example.org")], NOW)
    with database.writing() as session:
        reader = session.scalars(select(Subscriber)).one()
        put_down(session, reader, KNOWN, NOW)
        (waiting,) = open_letters(session)
    with database.writing() as session:
        session.delete(session.get_one(Subscriber, reader.id))
    assert letter(database, settings, waiting, NOW) is None


def test_letters_wait_in_the_order_they_were_written(database: Database) -> None:
    add(database, [Wanted("a@example.org"), Wanted("b@example.org")], NOW)
    with database.writing() as session:
        first, second = session.scalars(select(Subscriber).order_by(Subscriber.id.desc()))
        for reader in (first, second, first):
            put_down(session, reader, KNOWN, NOW)
        put_down(session, second, PREFERENCES, NOW)
        rows = [session.get_one(Letter, one) for one in open_letters(session)]
        assert [(one.subscriber_id, one.kind) for one in rows] == [
            (first.id, KNOWN), (second.id, KNOWN), (second.id, PREFERENCES),
        ]  # fmt: skip
        rows[0].state = "sending"
        rows[1].state = "deferred"
        session.flush()
        assert open_letters(session) == [rows[1].id, rows[2].id]

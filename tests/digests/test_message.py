"""The mail as bytes: prepared once, finished for each reader; headers that hold whatever a title or a name is."""

from __future__ import annotations

import email
import email.policy
import quopri
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.utils import formataddr, parseaddr
from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from digests.delivery import send_edition
from digests.links import Purpose, signer
from digests.mails import edition_mails, reader_links
from digests.message import MailFacts, Own, SenderError, draft_message, prepare
from digests.periods import parse_period
from digests.pieces import MarkError, cut, quoted
from digests.rendering import Image, Rendered, mark
from digests.subscribers import Wanted, add
from digests.texts import clean
from digests.verp import verp
from pipeline.config import MailSettings, Settings
from pipeline.store.database import Database
from pipeline.store.models import Delivery, Edition, Letter, Subscriber

FACTS = MailFacts("idwatch <idwatch@example.org>", "2025-W30", datetime(2025, 7, 28, tzinfo=UTC))
LINKS = {
    "unsubscribe": "https://idwatch.example.org/unsubscribe/" + "tok.en" * 25,
    "preferences": "https://idwatch.example.org/preferences/x",
    "less": "https://idwatch.example.org/less/a&b",
}
HAD = f"{mark('had:2025-W29')}An error in the last edition.\n{mark('/had')}"
EDITION = Rendered(
    "中联部, week 30",
    f'<p>刘建超会见客人</p>{HAD}<a href="{mark("less:ev_1")}">less</a><a href="{mark("unsubscribe")}">out</a>',
    f"刘建超会见客人\n{HAD}Less: {mark('less:ev_1')}\nOut: {mark('unsubscribe')}\n",
    (Image("trend", b"\x89PNG" * 100),),
)


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


def made(rendered: Rendered = EDITION, **values: Any) -> Any:
    own = Own(**({"email": "r@example.org", "name": None, "message_id": "2025-W30.1", "links": LINKS} | values))
    content = prepare(rendered, FACTS).mail(own)
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) < 998
    assert b"\n" not in content.replace(b"\r\n", b"")
    return email.message_from_bytes(content, policy=email.policy.default)


def test_a_mail_has_all_its_headers_once_and_its_parts_in_their_order() -> None:
    mail = made(name="Ana Lima")
    assert mail["To"] == "Ana Lima <r@example.org>"
    assert mail["From"] == "idwatch <idwatch@example.org>"
    assert mail["Subject"] == "中联部, week 30"
    assert mail["Message-ID"] == "<2025-W30.1@example.org>"
    assert mail["List-Id"] == "idwatch digest <digest.idwatch.example.org>"
    assert mail["List-Unsubscribe"] == (
        f"<{LINKS['unsubscribe']}>, <mailto:idwatch@example.org?subject=unsubscribe%20%282025-W30%29>"
    )
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert len(mail.keys()) == len(set(mail.keys()))
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    assert [part.defects for part in mail.walk()] == [[]] * 5
    image = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    assert image["Content-ID"] == "<trend>"
    assert image.get_content() == EDITION.images[0].png


def test_what_is_a_readers_own_is_filled_in() -> None:
    mail = made()
    html, text = mail.get_body(("html",)).get_content(), mail.get_body(("plain",)).get_content()
    assert f'<a href="{LINKS["unsubscribe"]}">out</a>' in html
    assert '<a href="https://idwatch.example.org/less/a&amp;b?event=ev_1">less</a>' in html
    assert "Less: https://idwatch.example.org/less/a&b?event=ev_1\r\n" in text
    assert "刘建超会见客人" in html
    assert "An error" not in html + text
    told = made(had={"2025-W29"})
    assert "刘建超会见客人\r\nAn error in the last edition.\r\nLess:" in told.get_body(("plain",)).get_content()
    assert "An error in the last edition." in told.get_body(("html",)).get_content()


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert made().as_bytes() == made().as_bytes()
    assert draft_message(Rendered("a", "b", "c"), FACTS) == draft_message(Rendered("a", "b", "c"), FACTS)
    assert b"X-Unsent: 1" in draft_message(Rendered("a", "b", "c"), FACTS)


HOSTILE = "X\r\nBcc: all@example.org\r\n\r\n<script>alert(1)</script>\u202e\u200b\x00" + "很" * 300


def test_nothing_in_a_title_or_a_name_makes_a_header() -> None:
    mail = made(Rendered(HOSTILE, "<p>x</p>", "x"), name=HOSTILE)
    assert mail["Bcc"] is None
    assert mail["To"].addresses[0].addr_spec == "r@example.org"
    assert len(mail["To"].addresses) == 1
    assert mail.get_body(("plain",)).get_content().strip() == "x"


LONG_NAMES = [
    "idwatch, the weekly digest of the International Department of the Central Committee",
    "Müller, Änne von und zu " + "Ländlich-" * 8,
    "A very long name, with commas, " * 3,
    'He said "hi" \\ there ' * 4,
    "王" * 100,
    "x" * 119,
    "a@b.example",
    "<evil@example.net>",
    "A, B <evil@example.net>, " * 4 + "é",
    "=?utf-8?q?=3Cevil=40example.net=3E?=",
    "(comment) " * 8,
    "A;B: C, d@e.org;" * 5,
    "é, evil@example.net, x",
]


@pytest.mark.parametrize("name", LONG_NAMES, ids=range(len(LONG_NAMES)))
def test_a_name_of_any_length_is_one_mailbox(name: str) -> None:
    """Python 3.11 folds a quoted name that is longer than a line, and drops the quotes about its comma."""
    for address in (
        "r@example.org",
        "!#$%&'*+/=?^_`{|}~-@example.org",
        f"{'a' * 64}@{'b' * 60}.{'c' * 60}.example.org",
    ):
        content = prepare(EDITION, FACTS).mail(Own(address, name, "2025-W30.1", LINKS))
        mail = email.message_from_bytes(content, policy=email.policy.default)
        assert [one.addr_spec for one in mail["To"].addresses] == [address]
        # by the older parser: the newer one of Python 3.11 leaves the blank between two encoded words
        told = email.message_from_bytes(content)["To"].replace("\r\n", "")
        display, spec = parseaddr(told)
        assert (str(make_header(decode_header(display))), spec) == (clean(name, 120), address)
    facts = MailFacts(formataddr((name, "d@example.org")), "2025-W30", FACTS.date)
    sender = draft_message(Rendered("s", "<p>x</p>", "x"), facts)
    head = email.message_from_bytes(sender, policy=email.policy.default)
    assert [one.addr_spec for one in head["From"].addresses] == ["d@example.org"]
    assert max(map(len, sender.split(b"\r\n\r\n")[0].split(b"\r\n"))) <= 78


def test_a_short_name_stands_on_one_line_in_quotes_where_it_needs_them() -> None:
    for name, line in (
        ("Ana Lima", b"\r\nTo: Ana Lima <r@example.org>\r\n"),
        ("Lima, Ana", b'\r\nTo: "Lima, Ana" <r@example.org>\r\n'),
        ("A. Lima", b'\r\nTo: "A. Lima" <r@example.org>\r\n'),
        ("L" * 60 + ", A", b'\r\nTo: "' + b"L" * 60 + b', A"\r\n <r@example.org>\r\n'),
    ):
        own = Own("r@example.org", name, "2025-W30.1", LINKS)
        assert line in b"\r\n" + prepare(EDITION, FACTS).mail(own), name


@pytest.mark.parametrize("text", ["{}", "a {} {}", "{}b", "= {}=\n.\n..\n{} \n \n"])
@given(
    st.text(st.characters(exclude_categories=["Cs", "Co"], exclude_characters="\r\x85"), max_size=200), st.booleans()
)
def test_pieces_join_to_what_one_encoding_would_give(text: str, words: str, html: bool) -> None:
    links = {"unsubscribe": f"https://e.org/{'=.' * 60}&"}
    given_ = text.replace("{}", mark("unsubscribe")) + words
    link = escape(links["unsubscribe"]) if html else links["unsubscribe"]
    encoded = cut(given_, html=html).filled(links, ())
    assert quopri.decodestring(encoded).decode().replace("\r\n", "\n") == text.replace("{}", link) + words
    assert max(map(len, encoded.split(b"\r\n"))) <= 76
    assert all(line[-1:] not in (b" ", b"\t") for line in encoded.split(b"\r\n"))


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x85"), max_size=300))
def test_the_last_line_of_quoted_printable_leaves_room_for_a_soft_break(words: str) -> None:
    *lines, last = quoted(words).split(b"\r\n")
    assert len(last) <= 75
    assert all(len(line) <= 76 for line in lines)


@pytest.mark.parametrize("name", ["nonsense", "had:2025-W29", "/had"])
def test_a_mark_that_no_mail_fills_is_told(name: str) -> None:
    with pytest.raises(MarkError, match=name):
        prepare(Rendered("s", f"<p>{mark(name)}</p>", "t"), FACTS)


def test_each_reader_gets_links_of_their_own_that_hold(database: Database, settings: Settings, fill: Any) -> None:
    settings.digest.public_url = "https://idwatch.example.org/"
    settings.mail = MailSettings(sender="idwatch <idwatch@example.org>", bounces="bounces@example.org")
    fill(lambda f: f.event(parse_period("2025-W30").first))
    now = datetime(2025, 7, 28, 4, tzinfo=UTC)
    add(database, [Wanted(f"r{number}@example.org") for number in range(3)], now)
    send_edition(database, settings, parse_period("2025-W30"), now)
    with database.writing() as session:
        for one in session.scalars(select(Delivery)):
            one.state = "queued"
        edition = session.scalars(select(Edition.id)).one()
    envelope, senders = verp(database, settings), set()
    for mail in edition_mails(database, settings, edition, now, due_only=False):
        parsed = email.message_from_bytes(mail.content, policy=email.policy.default)
        out = parsed["List-Unsubscribe"].partition(">")[0].removeprefix("<https://idwatch.example.org/unsubscribe/")
        with database.reading() as session:
            reader = signer(database).read(session, out, Purpose.UNSUBSCRIBE, now)
            named = envelope.mail(session, mail.sender)
            assert (type(named), named and named.id) == (Delivery, mail.row)
            expected = reader_links(signer(database), settings, reader, "2025-W30", now)
        assert reader.email == mail.recipient == parsed["To"]
        for body in (parsed.get_body(("html",)), parsed.get_body(("plain",))):
            assert expected["unsubscribe"] in body.get_content()
            assert expected["preferences"] in body.get_content()
        senders.add(mail.sender)
    assert len(senders) == 3


def test_an_envelope_cannot_be_guessed(database: Database, settings: Settings) -> None:
    settings.mail = MailSettings(bounces="bounces@example.org")
    add(database, [Wanted("r@example.org")], FACTS.date)
    with database.writing() as session:
        reader = session.scalars(select(Subscriber)).one()
        for number in (7, 8):
            own = {"subscriber_id": reader.id, "kind": "known", "written_at": FACTS.date, "changed_at": FACTS.date}
            session.add(Letter(id=number, message_id=f"known.{number}", **own))
    envelope = verp(database, settings)
    address = envelope.address(Letter, 7, "known.7")
    local, _, domain = address.partition("@")
    assert domain == "example.org"
    assert len(local) <= 64
    with database.reading() as session:
        named = envelope.mail(session, f"<{address.upper()}>")
        assert isinstance(named, Letter)
        assert named.id == 7
        for forged in (
            address.replace("+l7", "+l8"), address.replace("+l7", "+d7"), envelope.address(Letter, 7, "known.6"),
            "bounces@example.org", "", "+l7-@",
        ):  # fmt: skip
            assert envelope.mail(session, forged) is None
    settings.mail.bounces = None
    assert verp(database, settings).address(Letter, 7, "known.7") == "idwatch@localhost"


@pytest.mark.parametrize("bounces", ["nobody", "@example.org", "b ounces@example.org", "b" * 40 + "@example.org"])
def test_an_address_for_bounces_that_is_none_is_told(database: Database, settings: Settings, bounces: str) -> None:
    settings.mail.bounces = bounces
    with pytest.raises(SenderError, match=r"mail\.bounces"):
        verp(database, settings)


def test_without_a_public_address_the_way_out_is_by_mail(database: Database, settings: Settings) -> None:
    settings.mail = MailSettings(sender=FACTS.sender)
    reader = Subscriber(id=1, email="r@example.org", nonce="n", added_at=FACTS.date)
    links = reader_links(signer(database), settings, reader, "2025-W30", FACTS.date)
    mail = made(Rendered("s", f'<a href="{mark("unsubscribe")}">out</a>', "t"), links=links)
    assert mail["List-Unsubscribe-Post"] is None
    assert mail["List-Unsubscribe"] == "<mailto:idwatch@example.org?subject=unsubscribe%20%282025-W30%29>"

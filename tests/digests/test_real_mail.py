"""A mail's whole way through servers that others use: Debian's Postfix, opendkim, Dovecot and SpamAssassin.

Soak, as root on Debian with these packages; elsewhere it skips with what is missing. Every server runs from a folder of
the test's own, on loopback ports, and ends with the test.
"""

from __future__ import annotations

import email
import imaplib
import os
import pwd
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import httpx2
import pytest
from aiosmtpd.controller import Controller
from lxml import html
from sqlalchemy import func, select

from digests.bounces import take
from digests.delivery import send_edition
from digests.periods import Week
from digests.subscribers import Wanted, add
from digests.suppression import hasher, is_suppressed
from digests.web.server import serving
from pipeline.config import ClockSettings, DigestSettings, MailSettings, Settings, WebSettings
from pipeline.store.database import Database
from pipeline.store.models import Base, Delivery, Subscriber

NEEDED = ("postfix", "opendkim", "opendkim-genkey", "dovecot", "spamassassin")
NOW = datetime.now(UTC)
"""The present: a mail of another year is spam to SpamAssassin, and the servers have no other clock."""
WEEK = Week.ended(NOW)
PUBLIC = "https://idwatch.example.org"
READER, LEAVING, GONE = "reader@example.org", "leaving@example.org", "nobody@far.example"
PASSWORD = "secret"

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(
        os.geteuid() != 0 or not all(shutil.which(name) for name in NEEDED),
        reason=f"needs root and Debian's packages of {', '.join(NEEDED)}",
    ),
]

POSTFIX = """
compatibility_level = 3.6
queue_directory = {house}/queue
data_directory = {house}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.example.org
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
recipient_delimiter = +
local_recipient_maps =
alias_maps =
alias_database =
virtual_mailbox_domains = example.org
virtual_mailbox_base = {house}/boxes
virtual_mailbox_maps = inline:{{ reader@example.org=reader/ leaving@example.org=leaving/ bounces@example.org=bounces/ }}
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
default_transport = smtp:[127.0.0.1]:{far}
smtp_tls_security_level = none
smtpd_milters = inet:127.0.0.1:{dkim}
milter_default_action = tempfail
maillog_file = {house}/mail.log
maillog_file_prefixes = {house}
"""

OPENDKIM = """
Domain example.org
Selector mail
KeyFile {house}/mail.private
Socket inet:{dkim}@127.0.0.1
Mode s
Canonicalization relaxed/relaxed
OversignHeaders From
SignHeaders *,+List-Unsubscribe,+List-Unsubscribe-Post
InternalHosts 127.0.0.1
PidFile {house}/opendkim.pid
Syslog no
RequireSafeKeys no
"""

DOVECOT = """
base_dir = {house}/dovecot
log_path = {house}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{house}/boxes/%n
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={house}/boxes/%n
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
first_valid_uid = 1
default_login_user = nobody
default_internal_user = nobody
"""


@dataclass(frozen=True, slots=True)
class House:
    """The mail house: where it takes mail, and what lies in its boxes."""

    folder: Path
    smtp: int
    imap: int

    def mails(self, box: str, least: int = 1) -> list[bytes]:
        """What lies in a box once at least so many mails do, read by IMAP."""
        until = time.monotonic() + 60
        while True:
            with closing(imaplib.IMAP4("127.0.0.1", self.imap)) as line:
                line.login(box, PASSWORD)
                count = int(line.select()[1][0] or b"0")
                if count >= least or time.monotonic() > until:
                    found = [line.fetch(str(number + 1), "(RFC822)")[1][0] for number in range(count)]
                    assert len(found) >= least, (self.folder / "mail.log").read_text()
                    return [one[1] for one in found if isinstance(one, tuple)]
            time.sleep(0.2)

    def dns(self, name: bytes, **_: object) -> bytes:
        """The key as DNS would give it."""
        assert name.decode() == "mail._domainkey.example.org."
        record = (self.folder / "mail.txt").read_text()
        return "".join(re.findall(r'"([^"]*)"', record)).encode()


class NoSuchMailbox:
    """A far host that knows nobody: our relay has taken the mail when it learns so, and sends it back."""

    async def handle_RCPT(self, *_: object) -> str:
        return "550 5.1.1 no such mailbox"


@pytest.fixture
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    for parent in (folder, *folder.parents[:3]):  # the servers leave root behind and must reach their folders
        parent.chmod(parent.stat().st_mode | 0o055)
    nobody, postfix = pwd.getpwnam("nobody"), pwd.getpwnam("postfix")
    smtp, dkim, imap = free_port(), free_port(), free_port()
    far = Controller(NoSuchMailbox(), hostname="127.0.0.1", port=free_port())
    far.start()
    facts = {"house": folder, "uid": nobody.pw_uid, "gid": nobody.pw_gid, "dkim": dkim, "imap": imap, "far": far.port}
    for name in ("queue", "data", "boxes", "postfix"):
        (folder / name).mkdir()
    os.chown(folder / "data", postfix.pw_uid, -1)
    os.chown(folder / "boxes", nobody.pw_uid, nobody.pw_gid)
    subprocess.run(["opendkim-genkey", "-b", "2048", "-d", "example.org", "-s", "mail", "-D", folder], check=True)
    (folder / "opendkim.conf").write_text(OPENDKIM.format(**facts))
    (folder / "dovecot.conf").write_text(DOVECOT.format(**facts, password=PASSWORD))
    (folder / "postfix" / "main.cf").write_text(POSTFIX.format(**facts))
    services = Path("/usr/share/postfix/master.cf.dist").read_text()
    services = re.sub(r"^smtp\s+inet.*$", f"127.0.0.1:{smtp} inet n - n - - smtpd", services, count=1, flags=re.M)
    services = re.sub(r"^(\S+\s+\S+\s+\S+\s+\S+\s+)y(\s)", r"\1n\2", services, flags=re.M)  # no chroot to fill
    (folder / "postfix" / "master.cf").write_text(services)
    signer = subprocess.Popen(["opendkim", "-f", "-x", folder / "opendkim.conf"])
    reader = subprocess.Popen(["dovecot", "-F", "-c", folder / "dovecot.conf"])
    try:
        begun = subprocess.run(["postfix", "-c", folder / "postfix", "start"], capture_output=True, check=False)
        log = folder / "mail.log"
        assert begun.returncode == 0, begun.stderr.decode() + (log.read_text() if log.exists() else "")
        for port in (smtp, dkim, imap):
            answers(port)
        yield House(folder, smtp, imap)
    finally:
        subprocess.run(["postfix", "-c", folder / "postfix", "stop"], capture_output=True, check=False)
        for child in (signer, reader):
            child.terminate()
            child.wait(20)
        far.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def answers(port: int) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert time.monotonic() < until, f"nothing answers on port {port}"
            time.sleep(0.1)


@pytest.fixture
def newsroom(house: House, settings: Settings) -> Settings:
    sections = {
        "clock": ClockSettings(now=NOW),
        "digest": DigestSettings(public_url=PUBLIC),
        "web": WebSettings(port=free_port()),
        "mail": MailSettings(
            host="127.0.0.1",
            port=house.smtp,
            security="none",
            sender="idwatch <digest@example.org>",
            bounces="bounces@example.org",
        ),
    }
    return settings.model_copy(update=sections)


def meeting(f: Any, number: int) -> None:
    event = f.event(WEEK.first, first_seen_at=WEEK.ends_at)
    f.person(event, "Liu Jianchao", side="chinese", name_zh="刘建超", title="Minister")
    f.person(event, f"Guest {'ABCDEF'[number]}", name_zh="客人", title="Secretary-General")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_mail_on_its_whole_way(house: House, newsroom: Settings, database: Database, fill: Any) -> None:
    dkim = pytest.importorskip("dkim")
    for number in range(6):
        fill(lambda f, number=number: meeting(f, number))
    add(database, [Wanted(READER), Wanted(LEAVING), Wanted(GONE)], NOW)
    with serving(database, newsroom) as address:
        assert address is not None
        report = send_edition(database, newsroom, WEEK, NOW)
        assert report.states == {"sent": 3}, "the relay took them all; what becomes of one is told later"
        (raw,) = house.mails("reader")
        mail = email.message_from_bytes(raw, policy=default)
        assert isinstance(mail, EmailMessage)

        assert dkim.verify(raw, dnsfunc=house.dns)
        signed = re.search(r"\bh=([^;]*);", re.sub(r"\s+", "", str(mail["DKIM-Signature"])))
        assert signed is not None
        covered = {name.lower() for name in signed[1].split(":")}
        assert {"from", "to", "subject", "list-unsubscribe", "list-unsubscribe-post"} <= covered

        judged = subprocess.run(["spamassassin", "-L", "-t"], input=raw, capture_output=True, check=True).stdout
        score = re.search(rb"X-Spam-Status: \w+, score=(-?[\d.]+)", judged)
        assert score is not None
        print(f"\nSpamAssassin (local tests): {float(score[1])}")
        assert float(score[1]) < 1.0, judged.decode(errors="replace")[-3000:]

        before = rows(database)
        followed = opened_by_a_scanner(mail, address)
        print(f"a scanner opened {followed} links")
        assert followed >= 5
        assert rows(database) == before

        one_click(email.message_from_bytes(house.mails("leaving")[0], policy=default), address)
        with database.reading() as session:
            active = set(session.scalars(select(Subscriber.email).where(Subscriber.state == "active")))
        assert active == {READER, GONE}

    (returned,) = house.mails("bounces")
    print(take(database, newsroom, returned, NOW))
    hashed = hasher(database)(GONE)
    with database.reading() as session:
        assert is_suppressed(session, hashed)
        assert session.scalar(
            select(Delivery.state).join(Subscriber).where(Subscriber.email == GONE)
        ) in ("bounced", "suppressed")  # fmt: skip


def rows(database: Database) -> dict[str, int]:
    """How many rows each table has, and what subscribers are."""
    with database.reading() as session:
        found: dict[str, Any] = {
            name: session.scalar(select(func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
        }
        states = session.execute(select(Subscriber.email, Subscriber.state, Subscriber.nonce).order_by(Subscriber.id))
        found["states"] = [tuple(row) for row in states]
    return found


def opened_by_a_scanner(mail: EmailMessage, address: str) -> int:
    """GET every link of our own in a mail, in its parts and in its headers; how many there were."""
    body = mail.get_body(("html",))
    text = mail.get_body(("plain",))
    assert body is not None
    assert text is not None
    links = {str(link) for link in html.fromstring(body.get_content()).xpath("//@href")}
    links |= set(re.findall(r"https?://[^\s>]+", text.get_content()))
    links |= set(re.findall(r"<(https?://[^>]+)>", str(mail["List-Unsubscribe"])))
    ours = sorted(link for link in links if link.startswith(PUBLIC))
    for link in ours:
        answer = httpx2.get(link.replace(PUBLIC, address.rstrip("/")), follow_redirects=True)
        assert answer.status_code == 200, link
    return len(ours)


def one_click(mail: Any, address: str) -> None:
    """Leave as a mail program does (RFC 8058)."""
    (link,) = re.findall(r"<(https://[^>]+)>", str(mail["List-Unsubscribe"]))
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    answer = httpx2.post(link.replace(PUBLIC, address.rstrip("/")), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200

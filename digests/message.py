"""An edition as a mail: prepared once for all readers of a slice, then finished for each. Deterministic bytes."""

from __future__ import annotations

import re
from base64 import encodebytes
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import quote

from digests.pieces import Pieces, cut
from digests.rendering import Image, Rendered
from digests.rows import checksum
from digests.texts import clean

ONE_CLICK = "List-Unsubscribe=One-Click"
LINE = 76
"""Characters of a header's line (RFC 2047, 2)."""
_ATOMS = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+( [\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
"""A name that needs no quotes (RFC 5322, 3.2.3)."""


class SenderError(ValueError):
    """The configured sender is no address; the message names the key."""


@dataclass(frozen=True, slots=True)
class MailFacts:
    """What a mail needs beside its content. ``sender`` is the configured From line, ``period`` as 2026-W47."""

    sender: str
    period: str
    date: datetime


@dataclass(frozen=True, slots=True)
class Own:
    """What is one reader's own in a mail: their links by mark (see digests.pieces), and the editions they were sent."""

    email: str
    name: str | None
    message_id: str
    links: Mapping[str, str] = field(default_factory=dict)
    had: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A mail but for what is a reader's own. ``way_out``: a mailto: link for all."""

    domain: str
    period: str
    way_out: str
    head: bytes
    boundary: str
    text: Pieces
    html: Pieces
    related: bytes

    @property
    def periods(self) -> frozenset[str]:
        """The periods whose readers get corrections."""
        return self.text.periods | self.html.periods

    def mail(self, own: Own, *, listed: bool = True) -> bytes:
        """The finished mail to one reader. ``listed``: with the headers of a list, among them the way out of it."""
        return b"".join((*self._own_headers(own, listed), self.head, b"\r\n", *self._body(own.links, own.had)))

    def draft(self) -> bytes:
        """The mail addressed to nobody, as a file that mail programs open for sending."""
        own = (b"X-Unsent: 1\r\n", _header("Message-ID", f"<{self.period}.draft@{self.domain}>"))
        return b"".join((*own, self.head, b"\r\n", *self._body({}, ())))

    def _own_headers(self, own: Own, listed: bool) -> tuple[bytes, ...]:
        headers = (
            _mailbox("To", clean(own.name, 120), own.email),
            _plain("Message-ID", f"<{own.message_id}@{self.domain}>"),
        )
        if not listed:
            return headers
        out, by_mail = own.links["unsubscribe"], self.way_out
        listing = _plain("List-Id", f"idwatch digest <digest.idwatch.{self.domain}>")
        if out == by_mail:
            return (*headers, listing, _plain("List-Unsubscribe", f"<{by_mail}>"))
        ways = _plain("List-Unsubscribe", f"<{out}>,\r\n <{by_mail}>")
        return (*headers, listing, ways, _plain("List-Unsubscribe-Post", ONE_CLICK))

    def _body(self, links: Mapping[str, str], had: Collection[str]) -> tuple[bytes, ...]:
        part = f"--{self.boundary}\r\n".encode()
        return (
            part, _coded("plain"), self.text.filled(links, had),
            b"\r\n", part, self._html_head(), self.html.filled(links, had),
            self.related, f"\r\n--{self.boundary}--\r\n".encode(),
        )  # fmt: skip

    def _html_head(self) -> bytes:
        if not self.related:
            return _coded("html")
        inner = f'Content-Type: multipart/related; type="text/html";\r\n boundary="{self.boundary}r"\r\n\r\n'
        return inner.encode() + f"--{self.boundary}r\r\n".encode() + _coded("html")


def prepare(rendered: Rendered, facts: MailFacts) -> Prepared:
    """All of a mail that its readers share. ``rendered`` still has the marks of what is a reader's own.

    The same arguments give the same bytes: what the standard library would draw by lot is derived instead. Raises
    SenderError for a sender that is no address, MarkError for a mark that is none.
    """
    sender = sender_address(facts.sender)
    boundary = f"=_{checksum(rendered.subject, rendered.html, rendered.text)[:40]}"
    head = (
        _mailbox("From", sender.display_name, sender.addr_spec),
        _header("Subject", " ".join(rendered.subject.split())),
        _plain("Date", format_datetime(facts.date)),
        _plain("Auto-Submitted", "auto-generated"),
        _plain("MIME-Version", "1.0"),
        _plain("Content-Type", f'multipart/alternative;\r\n boundary="{boundary}"'),
    )
    text, html = cut(rendered.text, html=False), cut(rendered.html, html=True)
    related = b"".join(_related(image, boundary) for image in rendered.images)
    if related:
        related += f"\r\n--{boundary}r--\r\n".encode()
    way_out = unsubscribe_link(facts.sender, facts.period)
    return Prepared(sender.domain, facts.period, way_out, b"".join(head), boundary, text, html, related)


def draft_message(rendered: Rendered, facts: MailFacts) -> bytes:
    """The mail of a draft, addressed to nobody. ``rendered`` is filled."""
    return prepare(rendered, facts).draft()


def sender_address(sender: str) -> Address:
    """The configured From line as an address. Raises SenderError naming the key ``mail.sender``."""
    name, spec = parseaddr(sender)
    local, at, domain = spec.rpartition("@")
    if not (local and at and domain) or "\n" in sender or "\r" in sender:
        raise SenderError(f'mail.sender is {sender!r}; it must be an address, as in "idwatch <idwatch@example.org>"')
    return Address(clean(name, 120) or "", addr_spec=spec)


def unsubscribe_link(sender: str, period: str) -> str:
    """A mailto: link that asks the operator to take somebody off the list."""
    subject = quote(f"unsubscribe ({period})")
    return f"mailto:{sender_address(sender).addr_spec}?subject={subject}"


def _header(name: str, value: str) -> bytes:
    """A header whose value is somebody's words: encoded and folded by the standard library."""
    folded: str = SMTP.header_factory(name, value).fold(policy=SMTP)
    return folded.encode("ascii")


def _mailbox(header: str, name: str | None, address: str) -> bytes:
    """A header of one mailbox. Its name is never folded within quotes: Python 3.11 drops them then, and a comma in it
    made two mailboxes. What is longer than a line is encoded, as are characters that are not ASCII."""
    if not name:
        # in brackets all the same, whose absence SpamAssassin holds against a mail with an image
        return _plain(header, f"<{address}>")
    words = name if _ATOMS.fullmatch(name) else '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    if not name.isascii() or "=?" in name or len(f"{header}: {words}") > LINE:
        words = Header(name, "utf-8", LINE, header).encode(linesep="\r\n")
    last = f"{header}: {words} <{address}>".rpartition("\n")[2]
    between = " " if len(last) <= LINE else "\r\n "
    return _plain(header, f"{words}{between}<{address}>")


def _plain(name: str, value: str) -> bytes:
    """A header of our own ASCII words."""
    return f"{name}: {value}\r\n".encode("ascii")


def _coded(subtype: str) -> bytes:
    kind = f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
    return f"{kind}Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode()


def _related(image: Image, boundary: str) -> bytes:
    head = (
        f"\r\n--{boundary}r\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-ID: <{image.name}>\r\nContent-Disposition: inline; filename="{image.name}.png"\r\n\r\n'
    )
    return head.encode("ascii") + encodebytes(image.png).replace(b"\n", b"\r\n").removesuffix(b"\r\n")

"""One kept SMTP connection, and what became of each mail: known to the last byte that can be known."""

from __future__ import annotations

import ipaddress
import re
import select
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from digests.refusals import no_such_mailbox, reply_of
from digests.states import Fate
from pipeline.config import MailSettings

CRLF_DOT = b".\r\n"
FOR_THE_ANSWER = 20
"""Times mail.timeout that the answer to a whole mail may take: RFC 5321 (4.5.3.2.6) asks for ten minutes, since a
server that files the mail meanwhile has it, and we would call it uncertain."""
MOST_BREAKS = 3
"""Connections that break one after the other before the server is held unusable: one may be a reader's fault."""
LOOKS = 0.2
"""Seconds between two looks whether all is to stop, while an answer is waited for."""
_ADDRESS = re.compile(r"[^\s<]*(?:\+[dl]\d|@)[^\s>]*")
"""Our envelope sender as a server repeats it, whole or cut: it names one reader's mail and can end it."""


@dataclass(frozen=True, slots=True)
class Answer:
    fate: Fate
    detail: str


class ServerError(Exception):
    """The server cannot be used now (unreachable, login or sender refused, no TLS); the message names it and keys."""


class Line:
    """A connection to the configured server, opened at the first mail and again after it broke. A context manager."""

    def __init__(self, mail: MailSettings, stop: threading.Event | None = None) -> None:
        self._mail = mail
        self._stop = stop or threading.Event()
        self._smtp: smtplib.SMTP | None = None
        self._breaks = 0
        self.trouble: str | None = None
        """Why the server is to be left alone from now on: one connection after the other broke."""

    def __enter__(self) -> Line:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            try:
                smtp.quit()
            except (smtplib.SMTPException, OSError):
                smtp.close()

    def send(
        self,
        sender: str,
        recipient: str,
        content: bytes,
        before_data: Callable[[], bool],
        meanwhile: Callable[[], None] = lambda: None,
    ) -> Answer | None:
        """Hand one mail over. ``before_data`` is called when the server took the envelope, before DATA is asked; where
        it says no the mail is not sent, and the answer is None. ``meanwhile`` is called while the server is at work on
        the whole mail; it may not raise.

        A connection that breaks before the closing dot was written means that the server has no whole mail: deferred.
        After the dot only its answer can tell. Look at ``trouble`` afterwards. Raises ServerError, before
        ``before_data``, where no connection can be made or the sender is refused.
        """
        try:
            smtp, refused = self._envelope(sender, recipient)
        except (smtplib.SMTPException, OSError) as error:
            return self._broke(Fate.DEFERRED, "the connection broke before the mail", error)
        if refused is not None or not before_data():
            self._reset(smtp)
            return refused
        return self._data(smtp, content, meanwhile)

    def rehearse(self, sender: str, recipient: str) -> tuple[Answer | None, str | None]:
        """All of a delivery but the mail: what the server says where it refuses the envelope, and the version of TLS.

        Raises ServerError as ``send`` does.
        """
        try:
            smtp, refused = self._envelope(sender, recipient)
        except (smtplib.SMTPException, OSError) as error:
            raise ServerError(f"{_name(self._mail)} broke the connection: {_words(error)}") from error
        self._reset(smtp)
        return refused, smtp.sock.version() if isinstance(smtp.sock, ssl.SSLSocket) else None

    def _envelope(self, sender: str, recipient: str) -> tuple[smtplib.SMTP, Answer | None]:
        """The server's refusal of sender and recipient, None where it takes them. A kept connection that was closed
        meanwhile is opened again: nothing was handed over yet."""
        if self._smtp is not None:
            try:
                return self._smtp, self._asked(self._smtp, sender, recipient)
            except (smtplib.SMTPException, OSError):
                self._drop()
        smtp = self._smtp = _connect(self._mail)
        try:
            return smtp, self._asked(smtp, sender, recipient)
        except (smtplib.SMTPException, OSError):
            self._drop()
            raise

    def _asked(self, smtp: smtplib.SMTP, sender: str, recipient: str) -> Answer | None:
        smtp.ehlo_or_helo_if_needed()
        code, reply = smtp.mail(sender)
        if code not in (250, 421):  # nothing was said of the reader yet: no mail of ours will pass now
            told = _ADDRESS.sub("…", _text(code, reply))
            raise ServerError(f"{_name(self._mail)} refused the sender (keys mail.sender, mail.bounces): {told}")
        if code == 250:
            code, reply = smtp.rcpt(recipient)
        if code == 421:  # the service closes, as after so many mails in one connection
            raise smtplib.SMTPServerDisconnected(_text(code, reply))
        if code in (250, 251):
            return None
        refused = _refused(code, reply)
        if refused.fate is Fate.FAILED and no_such_mailbox(refused.detail, sender=sender):
            return Answer(Fate.SUPPRESSED, refused.detail)
        return refused

    def _data(self, smtp: smtplib.SMTP, content: bytes, meanwhile: Callable[[], None]) -> Answer:
        body = content if content.endswith(b"\r\n") else content + b"\r\n"
        body = body.replace(b"\r\n.", b"\r\n..")
        body = b"." + body if body.startswith(b".") else body
        ended = False
        try:
            code, reply = smtp.docmd("DATA")
            if code != 354:
                self._reset(smtp)
                return _refused(code, reply)
            smtp.send(body)
            if _hung_up(smtp):
                raise smtplib.SMTPServerDisconnected("the server closed the connection within the mail")
            ended = True
            smtp.send(CRLF_DOT)
            meanwhile()
            self._await(smtp)
            code, reply = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            if ended:
                return self._broke(Fate.UNCERTAIN, "no answer after the whole mail was handed over", error)
            return self._broke(Fate.DEFERRED, "the connection broke within the mail", error)
        self._breaks = 0
        if code == 250:
            return Answer(Fate.SENT, _text(code, reply))
        self._reset(smtp)
        return _refused(code, reply)

    def _await(self, smtp: smtplib.SMTP) -> None:
        """Wait until the answer to a whole mail begins; once all is to stop, no longer than for any other answer."""
        line = smtp.sock
        until = time.monotonic() + self._mail.timeout * FOR_THE_ANSWER
        while line is not None and not (isinstance(line, ssl.SSLSocket) and line.pending()):
            if select.select([line], [], [], LOOKS)[0]:
                return
            if self._stop.is_set():
                until = min(until, time.monotonic() + self._mail.timeout)
            if time.monotonic() > until:
                raise TimeoutError("timed out")

    def _broke(self, fate: Fate, words: str, error: Exception) -> Answer:
        self._drop()
        self._breaks += 1
        why = _words(error)
        if self._breaks >= MOST_BREAKS:
            told = reply_of(why) or why  # the words of a server may name the reader, and this goes into logs
            self.trouble = f"{_name(self._mail)} cannot be used: {self._breaks} times in a row {words}: {told}"
        return Answer(fate, f"{words}: {why}")

    def _reset(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def is_loopback(host: str) -> bool:
    """True where every address of a host is this machine's own."""
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(str(entry[4][0]).partition("%")[0]).is_loopback for entry in found)


def _connect(mail: MailSettings) -> smtplib.SMTP:
    if mail.host is None:
        raise ServerError("no SMTP server is configured (key mail.host)")
    server = _name(mail)
    smtp: smtplib.SMTP | None = None
    try:
        context = ssl.create_default_context()
        if mail.security == "tls":
            smtp = smtplib.SMTP_SSL(mail.host, mail.port, timeout=mail.timeout, context=context)
        else:
            smtp = smtplib.SMTP(mail.host, mail.port, timeout=mail.timeout)
        if mail.security == "starttls":
            smtp.starttls(context=context)
        if mail.username is not None:
            smtp.login(mail.username, mail.password or "")
        if smtp.sock is not None:  # else the closing dot waits for the other end's delayed acknowledgement
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except smtplib.SMTPAuthenticationError as error:
        _close(smtp)
        raise ServerError(f"{server} refused the login of mail.username: {error.smtp_code}") from error
    except (smtplib.SMTPException, OSError) as error:
        _close(smtp)
        raise ServerError(f"{server} cannot be used: {_words(error)}") from error
    return smtp


def _name(mail: MailSettings) -> str:
    return f"the SMTP server {mail.host}:{mail.port} (keys mail.host, mail.port, mail.security = {mail.security})"


def _close(smtp: smtplib.SMTP | None) -> None:
    if smtp is not None:
        smtp.close()


def _hung_up(smtp: smtplib.SMTP) -> bool:
    """True where the other end has closed: asked before the dot, so that a cut within DATA is known as one."""
    line = smtp.sock
    if line is None:
        return True
    readable, _, _ = select.select([line], [], [], 0)
    if not readable or isinstance(line, ssl.SSLSocket):
        return False
    return line.recv(1, socket.MSG_PEEK) == b""


def _refused(code: int, reply: bytes) -> Answer:
    """A refusal: for ever by 5xx, for now by anything else."""
    return Answer(Fate.FAILED if 500 <= code < 600 else Fate.DEFERRED, _text(code, reply))


def _text(code: int, reply: bytes) -> str:
    return " ".join(f"{code} {reply.decode('ascii', 'replace')}".split())[:300]


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__

"""One kept SMTP connection, and what became of each mail: known to the last byte that can be known."""

from __future__ import annotations

import ipaddress
import select
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from types import TracebackType

from pipeline.config import MailSettings

CRLF_DOT = b".\r\n"


class Fate(Enum):
    """What became of a mail. UNCERTAIN: all of it was handed over and no answer came."""

    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Answer:
    fate: Fate
    detail: str


class ServerError(Exception):
    """The server cannot be used at all now (unreachable, login refused, no TLS); the message names it and the keys."""


class Line:
    """A connection to the configured server, opened at the first mail and again after it broke. A context manager."""

    def __init__(self, mail: MailSettings) -> None:
        self._mail = mail
        self._smtp: smtplib.SMTP | None = None

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

    def send(self, sender: str, recipient: str, content: bytes, before_data: Callable[[], None]) -> Answer:
        """Hand one mail over. ``before_data`` is called when the server took the envelope, before DATA is asked.

        A connection that breaks before the closing dot was written means that the server has no whole mail: deferred.
        After the dot only its answer can tell. Raises ServerError where no connection can be made or the sender is
        refused.
        """
        kept = self._smtp
        smtp = kept or self._connected()
        try:
            refused = self._envelope(smtp, sender, recipient)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            if kept is not None:  # a server may close a kept connection; nothing was handed over yet
                return self.send(sender, recipient, content, before_data)
            return Answer(Fate.DEFERRED, f"the connection broke before the mail: {_words(error)}")
        if refused is not None:
            self._reset(smtp)
            return refused
        before_data()
        return self._data(smtp, content)

    def _connected(self) -> smtplib.SMTP:
        self._smtp = _connect(self._mail)
        return self._smtp

    def _envelope(self, smtp: smtplib.SMTP, sender: str, recipient: str) -> Answer | None:
        smtp.ehlo_or_helo_if_needed()
        code, reply = smtp.mail(sender)
        if 500 <= code < 600:  # no mail of ours will pass, whoever it is for
            raise ServerError(f"the SMTP server refused the sender {sender} (key mail.sender): {_text(code, reply)}")
        if code == 250:
            code, reply = smtp.rcpt(recipient)
        return None if code in (250, 251) else _refused(code, reply)

    def _data(self, smtp: smtplib.SMTP, content: bytes) -> Answer:
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
            code, reply = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            if ended:
                return Answer(Fate.UNCERTAIN, f"no answer after the whole mail was handed over: {_words(error)}")
            return Answer(Fate.DEFERRED, f"the connection broke within the mail: {_words(error)}")
        if code == 250:
            return Answer(Fate.SENT, _text(code, reply))
        self._reset(smtp)
        return _refused(code, reply)

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
    server = f"the SMTP server {mail.host}:{mail.port} (keys mail.host, mail.port, mail.security = {mail.security})"
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
    except smtplib.SMTPAuthenticationError as error:
        _close(smtp)
        raise ServerError(f"{server} refused the login of mail.username: {error.smtp_code}") from error
    except (smtplib.SMTPException, OSError) as error:
        _close(smtp)
        raise ServerError(f"{server} cannot be used: {_words(error)}") from error
    return smtp


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
    return f"{code} {reply.decode('ascii', 'replace')}"[:300]


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__

"""Signing mails by DKIM, for who has no relay that does (extra ``dkim``)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from digests.message import sender_address
from pipeline.config import Settings

SIGNED = (
    "from", "to", "subject", "date", "message-id", "mime-version", "content-type", "list-id",
    "list-unsubscribe", "list-unsubscribe-post",
)  # fmt: skip
"""Headers of ours that a signature covers. The last two RFC 8058 asks for, and no library takes the last by itself."""
_MISSING = (
    "mail.dkim_selector is set, but the extra `dkim` is not installed: run `pip install 'dkimpy>=1.1.8,<2'` in "
    "idwatch's environment, or let the relay sign and unset the keys mail.dkim_selector and mail.dkim_key."
)

Sign = Callable[[bytes], bytes]


class DkimError(Exception):
    """Mails cannot be signed; the message names the key or the extra."""


def signer(settings: Settings) -> Sign | None:
    """What signs a finished mail, by the keys ``mail.dkim_*``; None where they are not set. Raises DkimError."""
    selector, key = settings.mail.dkim_selector, settings.mail.dkim_key
    if selector is None and key is None:
        return None
    if selector is None or key is None:
        raise DkimError("mail.dkim_selector and mail.dkim_key go together; only one of them is set.")
    try:
        from dkim.crypto import parse_pem_private_key
    except ImportError as error:
        raise DkimError(_MISSING) from error
    path = settings.path(key)
    try:
        pem = path.read_bytes()
        parse_pem_private_key(pem)
    except OSError as error:
        raise DkimError(f"{path} cannot be read (key mail.dkim_key): {error.strerror or error}") from error
    except Exception as error:  # the library raises what its parser of the day raises
        raise DkimError(f"{path} is no RSA private key in PEM (key mail.dkim_key): {error}") from error
    domain = sender_address(settings.mail.sender).domain
    return partial(_signed, selector=selector.encode(), domain=domain.encode(), pem=pem)


def _signed(content: bytes, *, selector: bytes, domain: bytes, pem: bytes) -> bytes:
    import dkim

    names = [name.encode() for name in SIGNED]
    head = content.partition(b"\r\n\r\n")[0].lower()
    there = [name for name in names if head.startswith(name + b":") or b"\r\n" + name + b":" in head]
    signature: bytes = dkim.sign(
        content, selector, domain, pem, canonicalize=(b"relaxed", b"relaxed"), include_headers=there
    )
    return signature + content


def verified(content: bytes, txt: Callable[..., bytes | None] | None = None) -> bool:
    """Whether a mail's signature holds against the key that its domain publishes. ``txt`` looks up a name (else DNS).

    Raises DkimError where the key cannot be looked up.
    """
    import dkim

    try:
        return bool(dkim.verify(content, **({"dnsfunc": txt} if txt else {})))
    except Exception as error:  # the resolver's, of whichever DNS library is there
        raise DkimError(f"the published key cannot be looked up: {type(error).__name__}: {error}") from error

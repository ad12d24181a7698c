"""Signatures that verify, cover the way out, and words where they cannot be made."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from digests.dkim import DkimError, signer, verified
from digests.message import MailFacts, Own, prepare
from digests.rendering import Rendered
from pipeline.config import MailSettings, Settings

FACTS = MailFacts("idwatch <idwatch@example.org>", "2025-W30", datetime(2025, 7, 28, tzinfo=UTC))
LINKS = {"unsubscribe": "https://idwatch.example.org/unsubscribe/token"}
MAIL = prepare(Rendered("中联部", "<p>一</p>\n.\n", "一\n.\n"), FACTS).mail(Own("r@example.org", None, "1", LINKS))


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A private key as a file, and its TXT record."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    path = tmp_path_factory.mktemp("dkim") / "key.pem"
    form = serialization.PrivateFormat.TraditionalOpenSSL
    path.write_bytes(private.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return path, b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])


def signing(path: Path | None, selector: str | None = "digest") -> Settings:
    return Settings(mail=MailSettings(sender="idwatch <idwatch@example.org>", dkim_key=path, dkim_selector=selector))


def test_a_signature_verifies_and_covers_both_headers_of_the_way_out(key: tuple[Path, bytes]) -> None:
    path, record = key
    sign = signer(signing(path))
    assert sign is not None
    signed = sign(MAIL)
    assert signed.endswith(MAIL)
    head = b"".join(signed.partition(b"\r\nTo:")[0].split())
    names = head.partition(b";h=")[2].partition(b";")[0].split(b":")
    assert {b"from", b"list-unsubscribe", b"list-unsubscribe-post"} <= set(names)
    asked: list[bytes] = []

    def txt(name: bytes, **_: object) -> bytes:
        asked.append(name)
        return record

    assert verified(signed, txt)
    assert asked[0].startswith(b"digest._domainkey.example.org")
    for changed in (
        signed.replace(b"One-Click\r\n", b"One-Klick\r\n"),
        signed.replace(b"/unsubscribe/token", b"/unsubscribe/other"),
        signed.replace(b"r@example.org", b"s@example.org"),
        signed.replace(b"=E4=B8=80", b"=E4=BA=8C"),
    ):
        assert changed != signed
        assert not verified(changed, txt)


def test_without_keys_nothing_is_signed() -> None:
    assert signer(Settings()) is None


def test_the_missing_extra_is_told(key: tuple[Path, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dkim", None)
    monkeypatch.setitem(sys.modules, "dkim.crypto", None)
    with pytest.raises(DkimError, match=r"extra `dkim`.*pip install"):
        signer(signing(key[0]))


def test_a_key_that_is_none_is_told(key: tuple[Path, bytes], tmp_path: Path) -> None:
    with pytest.raises(DkimError, match="go together"):
        signer(signing(key[0], None))
    with pytest.raises(DkimError, match=r"nowhere.*mail\.dkim_key"):
        signer(signing(tmp_path / "nowhere"))
    (tmp_path / "key").write_text("no key")
    with pytest.raises(DkimError, match=r"no RSA private key"):
        signer(signing(tmp_path / "key"))

"""What a browser sends to us: read within bounds, and only where it comes from one of our own pages.

There are no sessions and no cookies, so nothing rides along with a forged request: what it could do, its author can do
without any browser. Two things are left to guard. Pages under a signed link need the link, which is the proof itself:
bound to purpose and reader, and expiring. The open forms (asking for the digest, or for a link) could be posted from
a stranger's page by its visitors, to spend their rate limits: a browser says where a form comes from (Sec-Fetch-Site;
Origin, which is "null" under our own no-referrer policy), and a signed form token, bound to the form and gone after a
day, keeps out who posts without ever asking for the page. RFC 8058's one-click is asked for none of this: it comes
from mail programs, and its link is the proof.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from itsdangerous import BadData, URLSafeSerializer
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from pipeline.store.rows import storable

LARGEST = 64_000
"""Bytes of a form: all countries ticked are a tenth of it."""
MOST_FIELDS = 1000
SECONDS = 15.0
"""For a whole form to arrive."""
FORM_LASTS = timedelta(days=1)
_OURS = ("same-origin", "none")


@dataclass(frozen=True, slots=True)
class Values:
    """The fields of a form. Files are none."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """The first value of a field without blanks around it, empty where there is none."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value.strip() for value in self.fields.get(name, ()))


async def read_form(request: Request) -> Values:
    """The form of a request. Raises HTTPException: 413 too large, 408 too slow, 400 not understood."""
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST:
                    raise HTTPException(413, f"a form has at most {LARGEST} bytes")
    except TimeoutError:
        raise HTTPException(408, "the form did not arrive in time") from None
    except ClientDisconnect:
        raise HTTPException(400, "the line broke before the form was whole") from None

    async def receive() -> Message:
        return {"type": "http.request", "body": bytes(body), "more_body": False}

    try:
        form = await Request(request.scope, receive).form(max_files=0, max_fields=MOST_FIELDS)
    except UnicodeError:
        # charset=undefined: a codec of Python's own, which fails whatever it is given
        raise HTTPException(400, "the form is in no charset that can be read") from None
    fields: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            fields.setdefault(name, []).append(storable(value))
    return Values({name: tuple(values) for name, values in fields.items()})


def from_our_pages(request: Request, public_url: str | None) -> bool:
    """Whether a form was not posted from somebody else's page, as far as the browser says."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in _OURS
    origin = request.headers.get("Origin")
    if origin is None or origin == "null":
        return True
    hosts = {request.headers.get("Host"), urlsplit(public_url or "").netloc}
    return urlsplit(origin).netloc in hosts - {"", None}


@dataclass(frozen=True, slots=True)
class FormTokens:
    """Makes and checks the hidden field of the open forms. ``secret`` is that of this installation."""

    secret: str

    def make(self, form: str, now: datetime) -> str:
        return self._serializer(form).dumps(int((now + FORM_LASTS).timestamp()))

    def holds(self, form: str, token: str, now: datetime) -> bool:
        try:
            until = self._serializer(form).loads(token)
        except BadData:
            return False
        return isinstance(until, int) and now.timestamp() <= until

    def _serializer(self, form: str) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt=f"idwatch form {form}")


def network(request: Request) -> str:
    """The network that a request comes from: an IPv4 address, or the /64 that one household has of IPv6."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return str(address)
    mapped = address.ipv4_mapped
    return str(mapped or ipaddress.ip_network((address, 64), strict=False))

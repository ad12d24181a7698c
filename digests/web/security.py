"""What stands before every page: limits on what is asked, the headers of every answer, and answers that are kept.

Plain ASGI around the application, so that the page of a failure has its headers too.
"""

from __future__ import annotations

import gzip
import hashlib

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digests.web.forms import network
from digests.web.limits import Limit

HEADERS = {
    # No script anywhere: all pages work without, and whatever a text smuggled in would not run.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FRESH = "public, max-age=300"
"""How long others may keep a page: crawls come every few hours."""
PRIVATE = "private, no-store"
"""What is not declared to be kept is not: pages of readers, refusals, failures."""
LONGEST_ADDRESS = 2000
"""Bytes of path and query; the longest that a page links to has some 300."""
ASKS = (600, 30.0)
"""Requests of one network at once, and in how many seconds again: it is for who walks all pages as fast as he can."""
WORTH_PACKING = 1000


class Guard:
    """The application behind its limits: long addresses and who asks too often are refused, every answer gets its
    headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._limit = Limit(*ASKS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", PRIVATE)
            await send(message)

        await (self._refused(scope) or self._app)(scope, receive, answer)

    def _refused(self, scope: Scope) -> ASGIApp | None:
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST_ADDRESS:
            return PlainTextResponse(f"An address has at most {LONGEST_ADDRESS} characters here.\n", 414)
        # forms have limits of their own, and leaving by one click (RFC 8058) has none: one provider's few addresses
        # send thousands after a mailing
        if scope["method"] != "POST" and not self._limit.allows(network(Request(scope))):
            return PlainTextResponse("Too many requests; please wait a little.\n", 429, {"Retry-After": "30"})
        return None


def kept(request: Request, answer: Response) -> Response:
    """A public answer with its ETag, packed where that is taken; 304 where the asker has it."""
    body = bytes(answer.body)
    # weak: the same for the packed body and the plain one
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": f"W/{tag}", "Cache-Control": FRESH, "Vary": "Accept-Encoding"}
    wanted = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    if answer.status_code == 200 and tag in wanted:
        return Response(status_code=304, headers=headers)
    answer.headers.update(headers)
    packs = "gzip" in request.headers.get("Accept-Encoding", "")
    if packs and len(body) > WORTH_PACKING and not (answer.media_type or "").startswith("image/png"):
        answer.body = gzip.compress(body, 6, mtime=0)
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Content-Length"] = str(len(answer.body))
    return answer

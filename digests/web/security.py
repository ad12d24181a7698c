"""What every answer carries, and answers that need not be sent again."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

HEADERS = {
    # No script anywhere: all pages work without, and whatever a text smuggled in would not run.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
FRESH = "public, max-age=300"
"""How long others may keep a page: crawls come every few hours."""


async def secured(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Add the headers; answer 304 to who has this very page."""
    answer = await call_next(request)
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer


def kept(request: Request, answer: Response) -> Response:
    """An answer with its ETag, or 304 where the asker has it."""
    tag = f'"{hashlib.sha256(bytes(answer.body)).hexdigest()[:32]}"'
    wanted = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    if tag in wanted:
        return Response(status_code=304, headers={"ETag": tag, "Cache-Control": FRESH})
    answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = FRESH
    return answer

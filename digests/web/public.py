"""How a public page is made: read in a session of its own, put into its template, and what is said where it cannot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from digests import charts
from digests.rendering import render_template
from digests.web.lists import BadFilter
from pipeline import clock
from pipeline.config import Settings
from pipeline.store.database import Database

Page = Callable[[Session, Request], Response]


class Public:
    """The database and settings as pages need them. ``root`` is the address of the site, without a slash at its end."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self.settings = settings
        self.sample = database.is_sample
        host = f"[{settings.web.host}]" if ":" in settings.web.host else settings.web.host
        # never from the Host header: whoever asks writes it, and caches would hand its links on
        self.root = (settings.digest.public_url or f"http://{host}:{settings.web.port}").rstrip("/")

    def read(self, page: Page, request: Request) -> Response:
        """A page in a session of its own. Raises HTTPException."""
        if any("\0" in str(value) for value in request.path_params.values()):
            raise HTTPException(404, "no address of ours holds a NUL")  # PostgreSQL cannot even be asked for one
        try:
            with self._database.reading() as session:
                return page(session, request)
        except BadFilter as error:
            raise HTTPException(400, str(error)) from error

    def page(self, name: str, status: int = 200, **values: Any) -> Response:
        """A page by its template."""
        given = {"sample": self.sample, "status": status, "drawn": charts.available(), **values}
        return Response(render_template(f"web/{name}.html", **given), status, media_type="text/html")

    async def refused(self, request: Request, error: Exception) -> Response:
        """The page that says why there is none."""
        if not isinstance(error, HTTPException):
            return await self.failed(request, error)
        answer = self.page("refused", status=error.status_code, detail=error.detail)
        answer.headers.update(error.headers or {})
        return answer

    async def failed(self, request: Request, error: Exception) -> Response:
        """The page after a fault of ours, which the server writes to its log; the asker learns nothing of it."""
        return self.page("refused", status=500, detail="")

    def now(self) -> datetime:
        """The instant pages are as of."""
        return clock.now(self.settings)

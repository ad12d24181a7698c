"""The web application: its addresses, and what stands around them."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from digests.web import readers
from digests.web.pages import Pages
from digests.web.public import Page, Public
from digests.web.search import fold_on
from digests.web.security import Guard, kept
from pipeline.config import Settings
from pipeline.store.database import Database


def web(database: Database, settings: Settings) -> ASGIApp:
    """The application for an ASGI server. Its own pages only read; those of readers write what readers ask for."""
    fold_on(database.engine)
    shown = Public(database, settings)
    pages = Pages(shown)

    def route(path: str, page: Page) -> Route:
        async def answer(request: Request) -> Response:
            return kept(request, await run_in_threadpool(shown.read, page, request))

        return Route(path, answer, methods=["GET"], name=page.__name__)

    application = Starlette(
        routes=[
            route("/", pages.front),
            route("/events", pages.events),
            route("/events/{id}", pages.event),
            route("/countries", pages.countries),
            route("/countries/{id}", pages.country),
            route("/parties", pages.parties),
            route("/parties/{id:path}", pages.party),
            route("/officials", pages.officials),
            route("/officials/{id:path}", pages.official),
            route("/training", pages.training),
            route("/changes", pages.changes),
            route("/corrections", pages.corrections),
            route("/sources", pages.sources),
            route("/editions", pages.editions),
            route("/editions/{period}", pages.edition),
            route("/editions/{period}/images/{name}.png", pages.edition_image),
            route("/copies/{code}", pages.copy),
            route("/feeds/{name}.atom", pages.feed),
            route("/charts/{name}.svg", pages.chart),
            route("/charts/{name}.vl.json", pages.chart_spec),
            route("/web.css", pages.style),
            route("/icon.svg", pages.icon),
            route("/favicon.ico", pages.icon),
            route("/robots.txt", pages.robots),
            *readers.routes(database, settings),
        ],
        exception_handlers={HTTPException: shown.refused, Exception: shown.failed},
    )
    return Guard(application)

"""The web application: addresses, and what each shows. It reads the database and writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from digests.copies import render_copy
from digests.editions import EditionError, frozen_slice, mail_links
from digests.periods import PeriodError, parse_period
from digests.rendering import fill, render_template
from digests.slices import default_slice_id
from digests.web import evidence, lists, subjects
from digests.web.feeds import Feed, changes_feed, events_feed
from digests.web.lists import BadFilter, Filter
from digests.web.register import register
from digests.web.security import kept, secured
from digests.web.told import all_told, told
from pipeline import clock
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.models import Edition
from pipeline.watch.overview import holdings

FRONT, CHANGES, FEED = 12, 100, 100
"""Events on the front page, entries of the register, entries of a feed."""

ROBOTS = "User-agent: *\nDisallow: /events?\nDisallow: /copies/\n"
"""Lists are endless in their filters; copies are their publishers' texts."""

Page = Callable[[Session, Request], Response]


def web(database: Database, settings: Settings) -> Starlette:
    """The application for an ASGI server."""
    pages = Pages(database, settings)

    def route(path: str, page: Page) -> Route:
        async def answer(request: Request) -> Response:
            return kept(request, await run_in_threadpool(pages.read, page, request))

        return Route(path, answer, methods=["GET"], name=page.__name__)

    return Starlette(
        routes=[
            route("/", pages.front),
            route("/events", pages.events),
            route("/events/{id}", pages.event),
            route("/countries", pages.countries),
            route("/countries/{id}", pages.country),
            route("/parties", pages.parties),
            route("/parties/{id}", pages.party),
            route("/officials", pages.officials),
            route("/officials/{id}", pages.official),
            route("/training", pages.training),
            route("/changes", pages.changes),
            route("/editions", pages.editions),
            route("/editions/{period}", pages.edition),
            route("/copies/{code}", pages.copy),
            route("/feeds/events.atom", pages.events_feed),
            route("/feeds/changes.atom", pages.changes_feed),
            route("/web.css", pages.style),
            route("/icon.svg", pages.icon),
            route("/robots.txt", pages.robots),
        ],
        middleware=[Middleware(BaseHTTPMiddleware, dispatch=secured)],
        exception_handlers={HTTPException: pages.refused, Exception: pages.failed},
    )


class Pages:
    """What is shown under each address."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._sample = database.is_sample

    def read(self, page: Page, request: Request) -> Response:
        """A page in a session of its own. Raises HTTPException."""
        try:
            with self._database.reading() as session:
                return page(session, request)
        except BadFilter as error:
            raise HTTPException(400, str(error)) from error

    async def refused(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        detail = error.detail if isinstance(error, HTTPException) else ""
        return self._page("refused", status=status, detail=detail)

    async def failed(self, request: Request, error: Exception) -> Response:
        return self._page("refused", status=500, detail="")

    # Pages

    def front(self, session: Session, request: Request) -> Response:
        newest = lists.events(session, Filter(until=clock.now(self._settings).date()), size=FRONT)
        years = subjects.years(session, Filter())
        return self._page(
            "front",
            events=all_told(newest.events), years=years, most=_most(years), held=holdings(session),
            editions=_editions(session, 5), countries=subjects.countries(session),
        )  # fmt: skip

    def events(self, session: Session, request: Request) -> Response:
        wanted = lists.filter_of(request.query_params)
        return self._events(session, request, wanted, "Events", "/events")

    def training(self, session: Session, request: Request) -> Response:
        wanted = replace(lists.filter_of(request.query_params), type="TRAIN")
        return self._events(session, request, wanted, "Training and party schools", "/training")

    def _events(self, session: Session, request: Request, wanted: Filter, title: str, path: str) -> Response:
        found = lists.events(session, wanted, lists.page_number(request.query_params))
        if found.number > found.pages:
            raise HTTPException(404, f"the list has {found.pages} pages")
        return self._page(
            "events",
            title=title, path=path, wanted=wanted, found=found, events=all_told(found.events),
            countries=subjects.countries(session),
        )  # fmt: skip

    def event(self, session: Session, request: Request) -> Response:
        asked = request.path_params["id"]
        stands = evidence.standing_id(session, asked)
        if stands is None:
            raise HTTPException(404, "no event has that id")
        if stands != asked:
            return RedirectResponse(f"/events/{stands}", 301)
        (event,) = lists.loaded(session, [stands])
        parents, parts, plans = (all_told(lists.loaded(session, ids)) for ids in evidence.related(session, stands))
        return self._page(
            "event",
            event=told(event), row=event, parents=parents, parts=parts, plans=plans,
            tellings=evidence.tellings(session, stands), disagreements=evidence.disagreements(session, stands),
        )  # fmt: skip

    def countries(self, session: Session, request: Request) -> Response:
        return self._page("subjects", title="Countries", subjects=subjects.countries(session))

    def parties(self, session: Session, request: Request) -> Response:
        return self._page("subjects", title="Parties", subjects=subjects.bodies(session))

    def officials(self, session: Session, request: Request) -> Response:
        return self._page("subjects", title="Chinese officials", subjects=subjects.people(session))

    def country(self, session: Session, request: Request) -> Response:
        subject = subjects.country(session, request.path_params["id"])
        return self._subject(session, request, subject, lambda one: Filter(country=one.id))

    def party(self, session: Session, request: Request) -> Response:
        subject = subjects.body(session, request.path_params["id"])
        return self._subject(session, request, subject, lambda one: Filter(organisation=one.id))

    def official(self, session: Session, request: Request) -> Response:
        subject = subjects.person(session, request.path_params["id"])
        return self._subject(session, request, subject, lambda one: Filter(person=one.id))

    def _subject(
        self,
        session: Session,
        request: Request,
        subject: subjects.Subject | None,
        filter_of: Callable[[subjects.Subject], Filter],
    ) -> Response:
        if subject is None:
            raise HTTPException(404, "nobody of that id took part in an event")
        wanted = filter_of(subject)
        found = lists.events(session, wanted, lists.page_number(request.query_params))
        years = subjects.years(session, wanted)
        return self._page(
            "subject",
            subject=subject, wanted=wanted, found=found, events=all_told(found.events), years=years, most=_most(years),
        )  # fmt: skip

    def changes(self, session: Session, request: Request) -> Response:
        return self._page("changes", entries=register(session, CHANGES))

    def editions(self, session: Session, request: Request) -> Response:
        return self._page("editions", editions=_editions(session, None))

    def edition(self, session: Session, request: Request) -> Response:
        try:
            frozen = frozen_slice(session, parse_period(request.path_params["period"]), default_slice_id(session))
        except (PeriodError, EditionError) as error:
            raise HTTPException(404, str(error)) from error
        if frozen is None:
            raise HTTPException(404, "no edition of that week was sent")
        html = fill(frozen.rendered, mail_links(self._settings, None)).html
        # the mail's styles stand in its elements
        policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
        return Response(html, media_type="text/html", headers={"Content-Security-Policy": policy})

    def copy(self, session: Session, request: Request) -> Response:
        html = render_copy(session, request.path_params["code"], sample=self._sample)
        if html is None:
            raise HTTPException(404, "there is no archived copy of that code")
        policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
        return Response(html, media_type="text/html", headers={"Content-Security-Policy": policy})

    def style(self, session: Session, request: Request) -> Response:
        return Response(_file("web.css"), media_type="text/css")

    def icon(self, session: Session, request: Request) -> Response:
        return Response(_file("icon.svg"), media_type="image/svg+xml")

    def robots(self, session: Session, request: Request) -> Response:
        return PlainTextResponse(ROBOTS)

    # Feeds

    def events_feed(self, session: Session, request: Request) -> Response:
        wanted = lists.filter_of(request.query_params)
        return self._feed(events_feed(session, wanted, self._root(request), FEED))

    def changes_feed(self, session: Session, request: Request) -> Response:
        return self._feed(changes_feed(session, self._root(request), FEED))

    def _feed(self, feed: Feed) -> Response:
        updated = feed.updated or datetime.fromtimestamp(0, UTC)
        text = render_template("web/feed.xml", feed=feed, updated=updated)
        return Response(text, media_type="application/atom+xml")

    def _root(self, request: Request) -> str:
        return (self._settings.digest.public_url or str(request.base_url)).rstrip("/")

    def _page(self, name: str, status: int = 200, **values: Any) -> Response:
        html = render_template(f"web/{name}.html", sample=self._sample, status=status, **values)
        return Response(html, status, media_type="text/html")


def _file(name: str) -> bytes:
    return resources.files("digests").joinpath("templates", "web", name).read_bytes()


def _editions(session: Session, size: int | None) -> list[tuple[str, datetime]]:
    rows = session.execute(select(Edition.period, Edition.cut_off).order_by(Edition.cut_off.desc()).limit(size))
    return [(period, cut_off) for period, cut_off in rows]


def _most(years: list[subjects.Year]) -> int:
    return max((year.events for year in years), default=1) or 1

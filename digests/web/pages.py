"""What is shown under each public address. Pages read the database and write nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib import resources

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from digests import charts
from digests.chart_parts import Spec
from digests.copies import render_copy
from digests.editions import FrozenSlice
from digests.rendering import render_template
from digests.web import archive, counts, evidence, feeds, lists, subjects
from digests.web.banner import banner
from digests.web.charted import chart, look_of
from digests.web.corrected import corrections
from digests.web.explained import explanation
from digests.web.lists import BadFilter, Filter
from digests.web.public import Public
from digests.web.register import KINDS, register
from digests.web.sources import sources
from digests.web.told import all_told, told
from digests.wording import words
from pipeline.watch.overview import holdings

FRONT, CHANGES = 8, 50
"""Events on the front page, entries on a page of the register."""
CSS_IN_ELEMENTS = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
"""The policy of pages made as mails are, with their styles in their elements; still no script."""
PICTURE = "default-src 'none'; style-src 'unsafe-inline'"
"""The policy of an SVG that is opened by itself."""

ROBOTS = """\
User-agent: *
Disallow: /events?
Disallow: /training?
Disallow: /changes?
Disallow: /charts/
Disallow: /copies/
Disallow: /confirm/
Disallow: /preferences
Disallow: /unsubscribe/
Disallow: /less/
Disallow: /export/
Disallow: /delete/
"""
"""Lists are endless in their filters; copies are their publishers' texts; the rest is for one reader each."""


class Pages:
    """The public pages. Each takes a session and a request, and raises HTTPException where there is no such page."""

    def __init__(self, shown: Public) -> None:
        self._shown = shown
        self._settings = shown.settings

    # Lists

    def front(self, session: Session, request: Request) -> Response:
        now = self._shown.now()
        newest = lists.events(session, Filter(until=now.date()), size=FRONT)
        watched = sources(session, now)
        return self._shown.page(
            "front",
            events=all_told(newest.events), weeks=counts.weeks(session, Filter(), now),
            places=counts.places(session, Filter(since=_year_before(now.date()))), year_before=_year_before(now.date()),
            held=holdings(session), editions=archive.editions(session, 5), sources=watched,
            late=[one for one in watched if one.late], now=now,
        )  # fmt: skip

    def events(self, session: Session, request: Request) -> Response:
        wanted = lists.filter_of(request.query_params)
        return self._list(session, request, wanted, "events", "Events", "/events")

    def training(self, session: Session, request: Request) -> Response:
        wanted = replace(lists.filter_of(request.query_params), type="TRAIN")
        return self._list(session, request, wanted, "training", "Training and party schools", "/training")

    def _list(
        self, session: Session, request: Request, wanted: Filter, template: str, title: str, path: str
    ) -> Response:
        found = lists.events(session, wanted, lists.page_number(request.query_params))
        if found.number > found.pages:
            raise HTTPException(404, f"the list has {found.pages} pages")
        years = counts.years(session, wanted) if template == "training" else []
        return self._shown.page(
            template,
            title=title, path=path, wanted=wanted, found=found, events=all_told(found.events), rows=found.events,
            countries=subjects.countries(session), years=years, families=words()["figures"],
        )  # fmt: skip

    def countries(self, session: Session, request: Request) -> Response:
        return self._shown.page("subjects", title="Countries", subjects=subjects.countries(session), notes="")

    def parties(self, session: Session, request: Request) -> Response:
        return self._shown.page("subjects", title="Parties", subjects=subjects.bodies(session), notes="Country")

    def officials(self, session: Session, request: Request) -> Response:
        return self._shown.page("subjects", title="Chinese officials", subjects=subjects.people(session), notes="")

    def changes(self, session: Session, request: Request) -> Response:
        kind = request.query_params.get("kind", "")
        if kind and kind not in KINDS:
            raise BadFilter(f"kind is one of {', '.join(KINDS)}")
        wanted = lists.filter_of(request.query_params)
        number = lists.page_number(request.query_params)
        found = register(session, CHANGES + 1, wanted, (kind,) if kind else KINDS, (number - 1) * CHANGES)
        return self._shown.page(
            "changes", entries=found[:CHANGES], more=len(found) > CHANGES, number=number, kind=kind, wanted=wanted
        )

    def corrections(self, session: Session, request: Request) -> Response:
        wanted = lists.filter_of(request.query_params)
        return self._shown.page("corrections", corrections=corrections(session, wanted), wanted=wanted)

    def sources(self, session: Session, request: Request) -> Response:
        return self._shown.page("sources", sources=sources(session, self._shown.now()))

    # One thing

    def event(self, session: Session, request: Request) -> Response:
        asked = request.path_params["id"]
        stands = evidence.standing_id(session, asked)
        if stands is None:
            raise HTTPException(404, "no event has that id")
        if stands != asked:
            return RedirectResponse(f"/events/{stands}", 301)
        (event,) = lists.loaded(session, [stands])
        parents, parts, plans = (all_told(lists.loaded(session, ids)) for ids in evidence.related(session, stands))
        tellings = evidence.tellings(session, stands)
        numbers = {telling.page: telling.number for telling in tellings}
        return self._shown.page(
            "event",
            event=told(event), row=event, banner=banner(session, event), parents=parents, parts=parts, plans=plans,
            tellings=tellings, disagreements=evidence.disagreements(session, stands),
            why=explanation(session, self._settings.archive_folder, stands, numbers),
        )  # fmt: skip

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
        if found.number > found.pages:
            raise HTTPException(404, f"the list has {found.pages} pages")
        return self._shown.page(
            "subject",
            subject=subject, wanted=wanted, found=found, events=all_told(found.events),
            years=counts.years(session, wanted), began=counts.watch(session, self._shown.now()).began,
        )  # fmt: skip

    def copy(self, session: Session, request: Request) -> Response:
        html = render_copy(session, request.path_params["code"], sample=self._shown.sample)
        if html is None:
            raise HTTPException(404, "there is no archived copy of that code")
        return Response(html, media_type="text/html", headers={"Content-Security-Policy": CSS_IN_ELEMENTS})

    # Editions

    def editions(self, session: Session, request: Request) -> Response:
        return self._shown.page("editions", editions=archive.editions(session, None))

    def edition(self, session: Session, request: Request) -> Response:
        period, language = request.path_params["period"], request.query_params.get("language", "en")
        html = archive.page(self._frozen(session, period, language), period, language)
        return Response(html, media_type="text/html", headers={"Content-Security-Policy": CSS_IN_ELEMENTS})

    def edition_image(self, session: Session, request: Request) -> Response:
        frozen = self._frozen(session, request.path_params["period"], request.query_params.get("language", "en"))
        for image in frozen.rendered.images:
            if image.name == request.path_params["name"]:
                return Response(image.png, media_type="image/png")
        raise HTTPException(404, "the edition has no such image")

    def _frozen(self, session: Session, period: str, language: str) -> FrozenSlice:
        frozen = archive.edition(session, period, language)
        if frozen is None:
            raise HTTPException(404, "no edition of that name was sent")
        return frozen

    # Feeds and charts

    def feed(self, session: Session, request: Request) -> Response:
        wanted, root = lists.filter_of(request.query_params), self._shown.root
        match request.path_params["name"]:
            case "events":
                feed = feeds.events_feed(session, wanted, root)
            case "changes":
                feed = feeds.changes_feed(session, wanted, root)
            case "corrections":
                feed = feeds.corrections_feed(corrections(session, wanted), wanted, root)
            case _:
                raise HTTPException(404, "there are the feeds events, changes and corrections")
        return Response(render_template("web/feed.xml", feed=feed), media_type="application/atom+xml")

    def chart(self, session: Session, request: Request) -> Response:
        try:
            drawn = charts.svg(self._spec(session, request))
        except charts.ChartsMissing as error:
            raise HTTPException(404, str(error)) from error
        return Response(drawn, media_type="image/svg+xml", headers={"Content-Security-Policy": PICTURE})

    def chart_spec(self, session: Session, request: Request) -> Response:
        return Response(json.dumps(self._spec(session, request)), media_type="application/json")

    def _spec(self, session: Session, request: Request) -> Spec:
        wanted, look = lists.filter_of(request.query_params), look_of(request.query_params)
        spec = chart(session, request.path_params["name"], wanted, self._shown.now(), look)
        if spec is None:
            raise HTTPException(404, "there are the charts weeks, years, timeline and world")
        return spec

    # Files

    def style(self, session: Session, request: Request) -> Response:
        return Response(_file("web.css"), media_type="text/css")

    def icon(self, session: Session, request: Request) -> Response:
        return Response(_file("icon.svg"), media_type="image/svg+xml")

    def robots(self, session: Session, request: Request) -> Response:
        return PlainTextResponse(ROBOTS)


def _year_before(day: date) -> date:
    return date(day.year - 1, day.month, min(day.day, 28))


def _file(name: str) -> bytes:
    return resources.files("digests").joinpath("templates", "web", name).read_bytes()

"""The readers' own pages: asking for the digest, confirming, changing it, leaving it, and what is stored of them.

No passwords and no cookies: whoever has the link is the reader. Asking for a page changes nothing, ever, since mail
programs and scanners open every link; what changes something is a form sent from the page. What keeps strangers' forms
out is told in ``forms``, and why nobody learns who reads in ``signup``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from importlib import resources
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from digests import signup
from digests.describing import described, language_name, marked
from digests.languages import languages, say
from digests.links import BadLink, Gone, Purpose
from digests.links import signer as signer_of
from digests.message import sender_address
from digests.rendering import render_template
from digests.subscribers import ACTIVE, USUAL, SubscriberError, choice_of, choose, normalised, stored
from digests.suppression import hasher, is_suppressed, mailbox
from digests.web import less, wish_form
from digests.web.forms import FormTokens, Values, from_our_pages, network, read_form
from digests.web.limits import Limit
from pipeline import clock
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.models import Subscriber
from pipeline.store.rows import storable

ASKS = (20, 3600.0)
"""Letters that one network may ask for, and in how many seconds; a newsroom shares one address."""
SEARCHES = (300, 3600.0)
"""Forms of any other kind, as searches for a name."""
LETTERS = (3, 86_400.0)
"""Letters that one mailbox may be sent because somebody asked; past it the answer is the same and none is sent."""

HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
Page = Callable[[Request, Values], Response]


def routes(database: Database, settings: Settings) -> list[BaseRoute]:
    """The addresses of these pages, for the application."""
    pages = Readers(database, settings)
    return [
        pages.route("/subscribe", pages.subscribe, pages.subscribing),
        pages.route("/preferences", pages.lost, pages.asking_link),
        pages.route("/confirm/{token}", pages.confirm, pages.confirming),
        pages.route("/preferences/{token}", pages.preferences, pages.choosing),
        pages.route("/unsubscribe/{token}", pages.unsubscribe, pages.unsubscribing),
        pages.route("/less/{token}", pages.less, pages.leaving_out),
        pages.route("/delete/{token}", pages.delete, pages.deleting),
        pages.route("/export/{token}", pages.export),
        Route("/readers.css", _style),
    ]


async def _style(_: Request) -> Response:
    sheet = resources.files("digests").joinpath("templates", "readers", "readers.css").read_bytes()
    return Response(sheet, media_type="text/css", headers={"Cache-Control": "public, max-age=300"})


class Readers:
    """What is shown under each address, and what its form does."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._sample = database.is_sample
        self._signer = signer_of(database)
        self._tokens = FormTokens(self._signer.secret)
        self._hashed = hasher(database)
        self._asks, self._searches, self._letters = Limit(*ASKS), Limit(*SEARCHES), Limit(*LETTERS)

    def route(self, path: str, shown: Page, sent: Page | None = None) -> Route:
        """A page, and what its form does; with the headers of all of them."""

        def answered(request: Request, values: Values) -> Response:
            page = sent if request.method == "POST" and sent is not None else shown
            try:
                return page(request, values)
            except BadLink:
                return self._page(request, "void", 404)

        async def answer(request: Request) -> Response:
            values = await read_form(request) if request.method == "POST" else Values()
            response = await run_in_threadpool(answered, request, values)
            response.headers.update(HEADERS)
            return response

        return Route(path, answer, methods=["GET"] if sent is None else ["GET", "POST"])

    # Open to everybody

    def subscribe(self, request: Request, _: Values) -> Response:
        if self._settings.digest.public_url is None:
            return self._closed(request)
        with self._database.reading() as session:
            form = wish_form.filled(session, USUAL, _language(request))
        return self._open_form(request, "subscribe", form=form, errors={}, email="")

    def subscribing(self, request: Request, values: Values) -> Response:
        if self._settings.digest.public_url is None:
            return self._closed(request)
        if refused := self._strange(request) or self._too_many(request, self._searches):
            return refused
        with self._database.reading() as session:
            form, choice = wish_form.read(session, values, _language(request))
        searching = form.searching or values.one("do") == "find"
        email, problems = self._address(request, values, "subscribe")
        errors = form.errors if searching else form.errors | problems
        if searching or errors:
            status = 422 if errors else 200
            return self._open_form(request, "subscribe", status, form=form, errors=errors, email=values.one("email"))
        return self._too_many(request, self._asks) or self._asked(
            request, email, lambda now: signup.ask(self._database, email, choice, now)
        )

    def lost(self, request: Request, _: Values) -> Response:
        if self._settings.digest.public_url is None:
            return self._closed(request)
        return self._open_form(request, "lost", errors={}, email="")

    def asking_link(self, request: Request, values: Values) -> Response:
        if self._settings.digest.public_url is None:
            return self._closed(request)
        if refused := self._strange(request):
            return refused
        email, errors = self._address(request, values, "lost")
        if errors:
            return self._open_form(request, "lost", 422, errors=errors, email=values.one("email"))
        return self._too_many(request, self._asks) or self._asked(
            request, email, lambda now: signup.ask_link(self._database, email, now)
        )

    # Under a signed link

    def confirm(self, request: Request, _: Values) -> Response:
        with self._database.reading() as session:
            reader = self._reader(session, request, Purpose.CONFIRM)
            return self._own_page(session, request, reader, "confirm")

    def confirming(self, request: Request, values: Values) -> Response:
        if refused := self._strange(request):
            return refused
        now = clock.now(self._settings)
        with self._database.writing() as session:
            reader = self._reader(session, request, Purpose.CONFIRM)
            signup.confirm(session, reader, self._hashed(reader.email), now)
            return self._own_page(session, request, reader, "confirmed")

    def preferences(self, request: Request, _: Values) -> Response:
        with self._database.reading() as session:
            reader = self._reader(session, request, Purpose.PREFERENCES)
            choice = choice_of(session, reader)
            form = wish_form.filled(session, choice, _language(request, choice.language))
            return self._own_page(session, request, reader, "preferences", form=form, errors={}, saved=False)

    def choosing(self, request: Request, values: Values) -> Response:
        if refused := self._strange(request):
            return refused
        with self._database.writing() as session:
            reader = self._reader(session, request, Purpose.PREFERENCES)
            language = _language(request, choice_of(session, reader).language)
            form, choice = wish_form.read(session, values, language)
            saved = not (form.errors or form.searching or values.one("do") == "find")
            if saved:
                choose(session, reader, choice)
                form = wish_form.filled(session, choice, _language(request, choice.language))
            return self._own_page(
                session, request, reader, "preferences", 422 if form.errors else 200,
                form=form, errors=form.errors, saved=saved,
            )  # fmt: skip

    def unsubscribe(self, request: Request, _: Values) -> Response:
        with self._database.reading() as session:
            reader = self._reader(session, request, Purpose.UNSUBSCRIBE)
            return self._own_page(session, request, reader, "unsubscribe", masked=_masked(reader.email))

    def unsubscribing(self, request: Request, values: Values) -> Response:
        """What a mail program sends by RFC 8058, and our own button as well: no cookie, no redirect, no question."""
        if values.one("List-Unsubscribe") != "One-Click":
            return self.unsubscribe(request, values)
        now = clock.now(self._settings)
        try:
            with self._database.writing() as session:
                reader = self._reader(session, request, Purpose.UNSUBSCRIBE)
                language = choice_of(session, reader).language
                signup.leave(session, reader, now)
        except Gone:
            language = languages()[0]  # done already: said twice it is the same
        return self._page(request, "left", language=_language(request, language))

    def less(self, request: Request, _: Values) -> Response:
        with self._database.reading() as session:
            reader = self._reader(session, request, Purpose.PREFERENCES)
            language = _language(request, choice_of(session, reader).language)
            found = less.less_of(session, _event(request), language)
            return self._own_page(session, request, reader, "less", 200 if found else 404, less=found, left_out=())

    def leaving_out(self, request: Request, values: Values) -> Response:
        if refused := self._strange(request):
            return refused
        with self._database.writing() as session:
            reader = self._reader(session, request, Purpose.PREFERENCES)
            choice = choice_of(session, reader)
            found = less.less_of(session, _event(request), _language(request, choice.language))
            ticked = found.ticked(values.all("less")) if found else ()
            if ticked:
                choose(session, reader, less.with_less(choice, ticked))
            return self._own_page(
                session, request, reader, "less", 200 if found else 404,
                less=found, left_out=[one.label for one in ticked],
            )  # fmt: skip

    def export(self, request: Request, _: Values) -> Response:
        with self._database.reading() as session:
            found = stored(session, self._reader(session, request, Purpose.PREFERENCES))
        text = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
        disposition = {"Content-Disposition": 'attachment; filename="idwatch-stored.json"'}
        return Response(text, media_type="application/json", headers=disposition)

    def delete(self, request: Request, _: Values) -> Response:
        with self._database.reading() as session:
            reader = self._reader(session, request, Purpose.PREFERENCES)
            return self._own_page(session, request, reader, "delete")

    def deleting(self, request: Request, values: Values) -> Response:
        if refused := self._strange(request):
            return refused
        now = clock.now(self._settings)
        never = bool(values.one("never"))
        with self._database.writing() as session:
            reader = self._reader(session, request, Purpose.PREFERENCES)
            language = _language(request, choice_of(session, reader).language)
            signup.forget(session, reader, self._hashed, now, never=never)
        return self._page(request, "deleted", language=language, never=never)

    # Parts

    def _reader(self, session: Session, request: Request, purpose: Purpose) -> Subscriber:
        """Whose link it is. Raises BadLink."""
        return self._signer.read(session, request.path_params["token"], purpose, clock.now(self._settings))

    def _address(self, request: Request, values: Values, form: str) -> tuple[str, dict[str, str]]:
        """The address of an open form, and what is wrong with it or the form."""
        language = _language(request)
        problems: dict[str, str] = {}
        if not self._tokens.holds(form, values.one("form"), clock.now(self._settings)):
            problems["form"] = say(language, "This page was open for too long. Please send it once more.")
        try:
            email = normalised(values.one("email"))
        except SubscriberError:
            email = ""
            problems["email"] = say(language, "This is not an e-mail address that mail can be sent to.")
        return email, problems

    def _asked(self, request: Request, email: str, ask: Callable[[datetime], None]) -> Response:
        """Have a letter put down, within the limit of a mailbox; the answer tells nothing of it."""
        if self._letters.allows(self._hashed(mailbox(email))):
            ask(clock.now(self._settings))
        return self._page(request, "asked")

    def _strange(self, request: Request) -> Response | None:
        if from_our_pages(request, self._settings.digest.public_url):
            return None
        return self._page(request, "strange", 403)

    def _too_many(self, request: Request, limit: Limit) -> Response | None:
        return None if limit.allows(network(request)) else self._page(request, "too_many", 429)

    def _closed(self, request: Request) -> Response:
        return self._page(request, "closed", operator=sender_address(self._settings.mail.sender).addr_spec)

    def _open_form(self, request: Request, name: str, status: int = 200, **values: Any) -> Response:
        return self._page(request, name, status, token=self._tokens.make(name, clock.now(self._settings)), **values)

    def _own_page(
        self, session: Session, request: Request, reader: Subscriber, name: str, status: int = 200, **values: Any
    ) -> Response:
        """A page for one reader. Only the preferences lead on to what their link is for, and by that very link: no page
        gives a link that may do more, or for longer, than the one it was opened by."""
        language = _language(request, choice_of(session, reader).language)
        now = clock.now(self._settings)
        links = {page: f"/{page}/{request.path_params['token']}" for page in ("preferences", "export", "delete")}
        links["unsubscribe"] = f"/unsubscribe/{self._signer.sign(reader, Purpose.UNSUBSCRIBE, now)}"
        served = reader.state == ACTIVE and not is_suppressed(session, self._hashed(reader.email))
        return self._page(
            request, name, status, language=language, email=reader.email, served=served,
            asked=described(session, choice_of(session, reader), language), links=links, **values,
        )  # fmt: skip

    def _page(
        self, request: Request, name: str, status: int = 200, language: str | None = None, **values: Any
    ) -> Response:
        language = language or _language(request)
        html = render_template(
            f"readers/{name}.html", language=language, sample=self._sample, others=_others(request, language),
            marked=partial(marked, language=language), **values,
        )  # fmt: skip
        return Response(html, status, media_type="text/html")


def _language(request: Request, own: str | None = None) -> str:
    """The language of a page: the one asked for in its address, else the reader's own, else the browser's first."""
    first = request.headers.get("Accept-Language", "")[:2].lower()
    wanted = (request.query_params.get("language"), own, first)
    return next((one for one in wanted if one in languages()), languages()[0])


def _event(request: Request) -> str:
    return storable(request.query_params.get("event", ""))


def _masked(email: str) -> str:
    """An address that its owner knows again: this page's link goes on with every mail that is forwarded."""
    return f"{email[0]}…@{email.rpartition('@')[2]}"


def _others(request: Request, language: str) -> list[tuple[str, str, str]]:
    """The same page in the other languages: code, name, query of its address."""
    event = request.query_params.get("event")
    more = {"event": event} if event else {}
    return [
        (one, language_name(one), "?" + urlencode({**more, "language": one})) for one in languages() if one != language
    ]

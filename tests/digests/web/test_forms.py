"""The forms of the readers' pages: where they may come from, how often, how large."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from httpx2 import Client
from lxml import html
from sqlalchemy import func, select
from starlette.testclient import TestClient

from digests.links import Purpose
from digests.subscribers import Wanted, add
from digests.web import readers
from digests.web.forms import LARGEST
from digests.web.server import serving
from pipeline.config import DigestSettings, Settings
from pipeline.store.database import Database
from pipeline.store.models import (
    Subscriber,
)
from tests.digests.web.visitors import (
    NOW,
    ROOT,
    free_port,
    link,
    page,
    shown,
    state,
    token,
)

ORIGINS: list[tuple[dict[str, str], bool]] = [
    ({}, True),
    ({"Origin": ROOT}, True),
    ({"Origin": "null"}, True),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
    ({"Sec-Fetch-Site": "none"}, True),
    ({"Sec-Fetch-Site": "cross-site", "Origin": ROOT}, False),
    ({"Sec-Fetch-Site": "same-site"}, False),
    ({"Origin": "https://evil.example"}, False),
    ({"Origin": f"{ROOT}.evil.example"}, False),
]


def test_forms_of_other_sites_are_refused(visitor: TestClient, database: Database) -> None:
    form = token(visitor)
    for number, (headers, taken) in enumerate(ORIGINS):
        asking, reading = f"asks{number}@example.org", f"reads{number}@example.org"
        add(database, [Wanted(reading)], NOW)
        own = link(database, reading, Purpose.PREFERENCES)
        code = visitor.post("/subscribe", data={"form": form, "email": asking}, headers=headers).status_code
        assert (code, state(database, asking)) == ((200, "pending") if taken else (403, None)), headers
        for path in (own, own.replace("preferences", "delete", 1)):
            assert visitor.post(path, headers=headers).status_code == (200 if taken else 403), headers
        assert state(database, reading) == (None if taken else "active"), headers


def test_a_form_token_is_for_its_form_and_its_day(at: Callable[..., TestClient], database: Database) -> None:
    visitor = at()
    own = token(visitor)
    for client, given in (
        (visitor, ""), (visitor, "x.y"), (visitor, token(visitor, "/preferences")),
        (at(NOW + timedelta(days=1, seconds=1)), own),
    ):  # fmt: skip
        answer = client.post("/subscribe", data={"form": given, "email": "a@example.org"})
        assert (answer.status_code, "open for too long" in shown(answer)) == (422, True)
        assert page(answer).get_element_by_id("email").get("value") == "a@example.org"
    assert (
        at(NOW + timedelta(hours=23)).post("/subscribe", data={"form": own, "email": "a@example.org"}).status_code
        == 200
    )
    assert state(database, "a@example.org") == "pending"


def test_the_client_is_who_a_trusted_proxy_says(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a proxy each visitor has a limit of their own; IPv6 counts by /64."""
    monkeypatch.setattr(readers, "ASKS", (1, 3600.0))
    configured = free_port(settings).model_copy(update={"digest": DigestSettings(public_url=ROOT)})
    with serving(database, configured) as address, Client(base_url=address or "") as client:
        form = html.fromstring(client.get("/subscribe").text).xpath("//input[@name='form']/@value")[0]

        def code(client_address: str) -> int:
            fields = {"form": form, "email": "a@example.org"}
            return int(client.post("/subscribe", data=fields, headers={"X-Forwarded-For": client_address}).status_code)

        found = [
            code(one)
            for one in ("192.0.2.1", "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2:1", "2001:db8:0:1::1")
        ]
    assert found == [200, 429, 200, 200, 429, 200]


def test_forms_are_read_within_bounds(visitor: TestClient, database: Database) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    multi = {"Content-Type": "multipart/form-data; boundary=x"}
    undefined = {"Content-Type": "multipart/form-data; boundary=x; charset=undefined"}
    cases: list[tuple[bytes, dict[str, str], int]] = [
        (b"email=" + b"a" * LARGEST, form, 413),
        (b"&".join([b"a=1"] * 1500), form, 400),
        (b'--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\nc\r\n--x--\r\n', multi, 400),
        (b"--x\r\nbroken", multi, 422),
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\xfe\r\n--x--\r\n', multi, 422),
        (b"x", {"Content-Type": "multipart/form-data"}, 400),
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n', undefined, 400),
        (b"--x", {"Content-Type": "multipart/form-data; charset=x; boundary=x"}, 422),
        (b"email=%ff%fe%00&country=%00", form, 422),
        (b"{}", {"Content-Type": "application/json"}, 422),
        (b"", {}, 422),
    ]
    for body, headers, code in cases:
        assert visitor.post("/subscribe", content=body, headers=headers).status_code == code, body[:60]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Subscriber)) == 0


def test_every_answer_is_kept_by_nobody_and_tells_nobody_where_it_came_from(
    visitor: TestClient, database: Database
) -> None:
    add(database, [Wanted("a@example.org")], NOW)
    own = link(database, "a@example.org", Purpose.PREFERENCES)
    for path in ("/subscribe", "/preferences", own, own.replace("preferences", "export", 1), "/confirm/x"):
        headers = visitor.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex"
        assert "form-action 'self'" in headers["Content-Security-Policy"]
        assert "set-cookie" not in headers
    assert visitor.put("/subscribe").status_code == 405

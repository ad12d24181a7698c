"""What lists, counts and feeds hold: what an edition would tell and count; the rest has its own page, which says so."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

MONDAY = date(2025, 7, 21)
UNCOUNTED = {
    "ev_context": {"scope": "context"},
    "ev_unclear": {"type": "OTHER.UNCLEAR"},
    "ev_recalled": {"realis": "historical_reference"},
    "ev_retracted": {"standing": "retracted"},
    "ev_merged": {"merged_into": "ev_in"},
}


@pytest.fixture
def kept(fill: Any) -> None:
    """One event that counts, in Kenya, and one of each kind that does not, in Brazil, with the same guest."""

    def work(f: Any) -> None:
        for event_id, values in {"ev_in": {}, **UNCOUNTED}.items():
            event = f.event(MONDAY, id=event_id, countries=("KEN" if event_id == "ev_in" else "BRA",), **values)
            f.person(event, "Liu Jianchao", side="chinese")
            f.body(event, "ken-oda", "ODM", country="KEN")

    fill(work)


def listed(text: str) -> set[str]:
    return set(re.findall(r"/events/(ev_\w+)", text))


@pytest.mark.parametrize(
    "path",
    [
        "/events", "/", "/feeds/events.atom", "/events?q=Liu", "/parties/ken-oda", "/officials/chn-liu-jianchao",
        "/countries/KEN", "/events?since=2025-07-21",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("kept")
def test_no_list_and_no_feed_holds_what_never_counts(get: Any, path: str) -> None:
    assert listed(get(path).text) == {"ev_in"}


@pytest.mark.usefixtures("kept")
def test_no_figure_counts_it(get: Any) -> None:
    assert listed(get("/countries/BRA").text) == set()
    front = get("/").page
    assert "Brazil" not in " ".join(row.text_content() for row in front.iterfind(".//table//tr"))
    assert "Brazil" not in get("/countries").shown
    (weeks,) = (
        [int(row[1].text_content()) for row in table.iterfind(".//tbody/tr")]
        for table in front.iterfind(".//table")
        if "Week" in table.text_content()
    )
    assert sum(weeks) == 1


@pytest.mark.usefixtures("kept")
def test_the_page_of_what_does_not_count_says_so(get: Any) -> None:
    for event_id, word in {
        "ev_retracted": "Taken back.", "ev_context": "Not counted.", "ev_unclear": "Not counted.",
        "ev_recalled": "Not counted.",
    }.items():  # fmt: skip
        answer = get(f"/events/{event_id}")
        (note,) = answer.page.iterfind(".//main//p[@class='note']")
        assert note.text_content().startswith(word), event_id
        assert answer.page.findtext(".//title").startswith(word.rstrip(".")), event_id
    assert get("/events/ev_merged").headers["location"] == "/events/ev_in"
    assert get("/events/ev_in").page.findall(".//main//p[@class='note']") == []


def test_a_retracted_and_a_disputed_event_lead_to_the_corrections(get: Any, fill: Any) -> None:
    def work(f: Any) -> None:
        f.event(MONDAY, id="ev_disputed", standing="disputed", disputed="date")
        f.event(MONDAY, id="ev_retracted", standing="retracted")

    fill(work)
    for event_id, word in (("ev_disputed", "Disputed."), ("ev_retracted", "Taken back.")):
        (note,) = get(f"/events/{event_id}").page.iterfind(".//main//p[@class='note']")
        assert note.text_content().startswith(word)
        assert [link.get("href") for link in note.iter("a")] == ["/corrections"]
    assert "ev_disputed" in get("/events").text, "it counts, as in a mail"


def test_what_belongs_to_a_trip_is_what_stands(get: Any, fill: Any) -> None:
    def work(f: Any) -> None:
        f.event(MONDAY, id="ev_trip", type="VISIT.OUT", is_series=True)
        for event_id, values in {"ev_in": {}, **UNCOUNTED}.items():
            f.event(MONDAY, id=event_id, parent_id="ev_trip", **values)

    fill(work)
    assert listed(get("/events/ev_trip").text) == {"ev_in"}

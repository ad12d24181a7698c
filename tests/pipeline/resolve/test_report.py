"""What a re-derivation did to the events, told with the editions they stood in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipeline.resolve.report import remember, report
from pipeline.store.models import Edition, EventRow, Slice, Told
from pipeline.words import Document, Extraction

LEE, WONG = ("Desmond Lee", "education_minister"), ("Lawrence Wong", "prime_minister")


def tell_everything(newsroom: Any) -> dict[str, str]:
    told = newsroom.told
    newsroom.tell("zh/a", told(people=[WONG], party="wp"))
    newsroom.tell("en/a", told(people=[WONG], party="wp"))
    newsroom.tell("zh/b", told(day=10, people=[WONG], party="wp"))
    newsroom.tell("en/b", told(day=10, people=[WONG], party="wp"))
    newsroom.tell("paper/b", told(day=10, people=[WONG], party="wp"))
    newsroom.tell("watch/c", told(day=22, who="sun", party="anc"))
    newsroom.tell("en/d", told(day=20, who="sun", party="anc"))
    newsroom.tell("paper/d", told(day=26, who="sun", party="anc"))
    newsroom.resolve()
    events: dict[str, str] = newsroom.events()
    assert len(set(events.values())) == 5
    return events


def test_nothing_happened(sqlite_newsroom: Any) -> None:
    tell_everything(sqlite_newsroom)
    before = remember(sqlite_newsroom.database, sqlite_newsroom.folder)
    sqlite_newsroom.empty()
    before = remember(sqlite_newsroom.database, sqlite_newsroom.folder)
    sqlite_newsroom.reprocess()
    sqlite_newsroom.resolve()
    (line,) = report(sqlite_newsroom.database, before).lines()
    assert line == "5 events as before, 0 appeared, 0 vanished, 0 merged, 0 split off, 0 mentions moved"


def test_all_that_can_become_of_an_event(newsroom: Any) -> None:
    events = tell_everything(newsroom)
    sent(newsroom, events["watch/c#1"], "2025-W30")
    sent(newsroom, events["en/b#1"], "2025-W31")

    def other(document: Document) -> Extraction:
        (mention,) = newsroom.extract(document).mentions
        page = newsroom.short(document.url)
        if page == "watch/c":
            return Extraction()  # vanishes, but was told
        if page == "en/a":  # moves to the event of b
            return Extraction((newsroom.told(day=10, people=[WONG], party="wp"),))
        if page == "en/b":  # is split off
            return Extraction((replace(mention, date_start=mention.date_start.replace(day=2), date_end=None),))
        if page == "paper/d":  # is merged with en/d
            return Extraction((replace(mention, date_start=mention.date_start.replace(day=20), date_end=None),))
        if page == "zh/a":  # and one appears
            return Extraction((mention, newsroom.told(2, day=15, who="sun", party="pap", people=[LEE])))
        return Extraction((mention,))

    before = remember(newsroom.database, newsroom.folder)
    newsroom.reprocess(other)
    newsroom.resolve()
    found = report(newsroom.database, before)
    after = newsroom.events()
    assert found.same == 3
    assert found.appeared == (after["zh/a#2"],)
    assert found.vanished == (events["watch/c#1"],)
    ((gone, into, reason),) = found.merged
    assert {gone, into} == {events["paper/d#1"], events["en/d#1"]}
    assert "bits between https://en.test/d #1 and https://paper.test/d #1" in reason
    assert found.split == ((after["en/b#1"], events["en/b#1"]),)
    assert [(one.mention.page, one.source, one.target) for one in found.moved] == [
        ("https://en.test/a", events["en/a#1"], events["zh/b#1"])
    ]
    assert found.editions == {events["watch/c#1"]: ["2025-W30"], events["en/b#1"]: ["2025-W31"]}
    lines = list(found.lines())
    assert lines[0] == "3 events as before, 1 appeared, 1 vanished, 1 merged, 1 split off, 1 mentions moved"
    assert f"vanished  {events['watch/c#1']} (2025-07-22 MEET.BILAT News) [in edition 2025-W30]" in lines
    assert any(line.startswith(f"split     {after['en/b#1']}") and "[in edition 2025-W31]" in line for line in lines)


def sent(newsroom: Any, event_id: str, period: str) -> None:
    """An edition told of the event."""
    with newsroom.database.writing() as session:
        edition = Edition(period=period, cut_off=newsroom.house.at(9), rows="[]", sha256="0" * 64)
        slice_ = Slice(key=period, language="en", rhythm="week", wishes={})
        session.add_all([edition, slice_])
        session.flush()
        assert session.get(EventRow, event_id) is not None
        session.add(Told(slice_id=slice_.id, event_id=event_id, realis="actual", edition_id=edition.id))

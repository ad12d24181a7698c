"""Whole evaluations: perfect predictions, order, missing pages, the reports, the resolver behind ``same_event``."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.evaluate import LabelError, evaluate
from pipeline.evaluate.labels import LabelBody, LabelEvent, LabelPerson, LabelRow
from pipeline.evaluate.score import score_page, total
from pipeline.evaluate.vocabulary import CODES
from pipeline.extract.extractor import extract
from pipeline.extract.plain import document
from pipeline.words import (
    ChinesePerson,
    DatePrecision,
    Document,
    Extraction,
    ForeignPerson,
    Mention,
    Organisation,
    Realis,
    Scope,
)

Told = Callable[..., Mention]
Bench = Any

OFFICIALS = ("Lin Yue", "Zhou Yun", "He Song", "Ma Ke")
GUESTS = ("Kari Berg", "Ola Dal", "Per Lund", "Siri Moen")
mentions = st.builds(
    Mention,
    number=st.just(0),
    type=st.sampled_from(sorted(CODES - {"OTHER.UNCLEAR"})),
    date_start=st.dates(date(2020, 1, 1), date(2020, 1, 6)),
    date_end=st.none() | st.dates(date(2020, 1, 7), date(2020, 1, 9)),
    date_precision=st.just(DatePrecision.DAY),
    date_basis=st.none(),
    mode=st.sampled_from(["inperson_beijing", "video", "phone", "hybrid"]),
    realis=st.sampled_from([Realis.ACTUAL, Realis.PLANNED]),
    scope=st.just(Scope.IN),
    place=st.none() | st.sampled_from(["Oslo", "Beijing", "Hamar"]),
    countries=st.lists(st.sampled_from(["NOR", "SWE", "DNK"]), unique=True).map(tuple),
    organisations=st.lists(st.sampled_from(["Labour Party", "Centre Party"]), unique=True).map(
        lambda names: tuple(Organisation(name, None, None, None) for name in names)
    ),
    chinese_people=st.lists(st.sampled_from(OFFICIALS), unique=True).map(
        lambda names: tuple(ChinesePerson(name, None, None) for name in names)
    ),
    foreign_people=st.lists(st.sampled_from(GUESTS), unique=True).map(
        lambda names: tuple(ForeignPerson(name, None, None, None) for name in names)
    ),
    participants=st.none() | st.integers(1, 9),
)
pages = st.lists(mentions, max_size=5).map(
    lambda found: tuple(replace(one, number=number) for number, one in enumerate(found, 1))
)


def perfect(mention: Mention) -> LabelEvent:
    """The label that holds all a mention says."""
    return LabelEvent(
        mention.number,
        mention.type,
        frozenset({mention.type.partition(".")[0]}),
        code=mention.type,
        date_start=mention.date_start,
        date_end=mention.date_end,
        mode="in_person" if mention.mode.startswith("inperson") else mention.mode,
        mode_code=mention.mode,
        realis=mention.realis.value,
        places=(mention.place,) if mention.place else (),
        countries=mention.countries,
        organisations=tuple(LabelBody(body.name) for body in mention.organisations),
        chinese_people=tuple(LabelPerson((person.name,)) for person in mention.chinese_people),
        foreign_people=tuple(LabelPerson((person.name,)) for person in mention.foreign_people),
        participants=mention.participants,
    )


def labelled(found: tuple[Mention, ...]) -> LabelRow:
    return LabelRow("p", "", None, bool(found), tuple(map(perfect, found)), "here")


PAGE = Document("text", "", "en")


@settings(max_examples=30)
@given(pages)
def test_perfect_predictions_score_one(found: tuple[Mention, ...]) -> None:
    score = score_page(labelled(found), PAGE, Extraction(found))
    assert all(tally.f1.value == 1 for tally in total(score.judgements).values())
    assert (score.errors, score.badness) == ([], 0)


@settings(max_examples=30)
@given(pages, pages, st.randoms(use_true_random=False))
def test_the_order_of_predictions_does_not_matter(
    wanted: tuple[Mention, ...], found: tuple[Mention, ...], chance: random.Random
) -> None:
    shuffled = list(found)
    chance.shuffle(shuffled)
    row = labelled(wanted)
    one = total(score_page(row, PAGE, Extraction(found)).judgements)
    assert total(score_page(row, PAGE, Extraction(tuple(shuffled))).judgements) == one


@settings(max_examples=30)
@given(pages, pages)
def test_no_figure_leaves_its_bounds(wanted: tuple[Mention, ...], found: tuple[Mention, ...]) -> None:
    for field, tally in total(score_page(labelled(wanted), PAGE, Extraction(found)).judgements).items():
        assert 0 <= tally.right <= min(tally.predicted, tally.labelled), field
        low, high = tally.f1.interval
        assert 0 <= low <= (tally.f1.value or 0) <= high <= 1


LABEL = {
    "date": "2025-07-25", "type": "meeting", "mode": "in_person", "place": "Oslo", "countries": ["NOR"],
    "organisations": ["Labour Party"], "chinese_people": ["Lin Yue"], "foreign_people": ["Kari Berg"],
}  # fmt: skip


def test_a_page_without_a_file_is_counted_and_named(bench: Bench, told: Told) -> None:
    found = bench.run([{"id": "here", "events": [LABEL]}, {"id": "gone", "events": [LABEL]}], {"here": [told()]})
    (bench.folder / "pages" / "here.html").write_text("<p>", encoding="utf-8")
    again = bench.run([{"id": "here", "events": [LABEL]}], {"here": [told()]})
    assert [(page.id, page.reason) for page in found.missing] == [("gone", "no file")]
    assert [page.reason for page in again.missing] == ["both here.txt and here.html: which is meant?"]
    assert "pages missing: 1" in found.text()
    assert "no file: gone" in found.text()
    assert "<p>no file: gone</p>" in found.html()
    assert found.figures()["events"].labelled == 1


def test_the_folder_of_pages_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="is no folder; the pages are looked for in it"):
        evaluate(tmp_path / "l.jsonl", tmp_path / "none", lambda *_: PAGE, lambda _: Extraction())


def test_the_worst_pages_come_first(bench: Bench, told: Told) -> None:
    labels = [{"id": name, "events": [LABEL]} for name in ("right", "bad", "worse")]
    good = told(foreign=["Kari Berg"], bodies=["Labour Party"], countries=["NOR"], place="Oslo")
    found = bench.run(labels, {"right": [good], "bad": [replace(good, place=None)], "worse": []})
    assert [(score.row.id, score.badness) for score in found.worst()] == [("worse", 2), ("bad", 1)]
    assert [score.row.id for score in found.worst(1)] == ["worse"]
    assert "event 1, place: lacks Oslo" in found.text()


def test_pages_are_grouped_by_language_outlet_and_year(bench: Bench, told: Told) -> None:
    labels = [
        {"id": "a", "lang": "en", "outlet": "Xinhua", "published": "2011-12-31", "events": [LABEL]},
        {"id": "b", "lang": "zh", "published": "2012-01-01", "events": [LABEL]},
        {"id": "c", "events": [LABEL]},
    ]
    found = bench.run(labels, {"a": [told()], "b": [], "c": []}, {"c": "林岳在奥斯陆会见贝里。"})
    assert [(name, figures["events"].labelled) for name, figures in found.by_page(lambda s: s.language).items()] == [
        ("en", 1),
        ("zh", 2),
    ]
    assert list(found.by_page(lambda score: score.outlet)) == ["Xinhua", "example.org"]
    assert list(found.by_page(lambda score: score.band)) == ["2012-2017", "2023 on", "to 2011"]
    for heading in ("Language: zh", "Year: to 2011", "Outlet: Xinhua", "Type: MEET"):
        assert heading in found.text()
        assert heading in found.html()


def test_same_event_is_compared_with_what_the_resolver_joins(bench: Bench, told: Told) -> None:
    label = {**LABEL, "same_event": "oslo"}
    apart = {**LABEL, "foreign_people": ["Ola Dal"]}
    labels = [
        {"id": "a", "outlet": "A", "events": [label]},
        {"id": "b", "outlet": "B", "events": [label]},
        {"id": "c", "outlet": "C", "events": [apart]},
        {"id": "d", "outlet": "D", "events": [label]},
    ]
    same = told(foreign=["Kari Berg"], countries=["NOR"])
    predicted = {
        "a": [same],
        "b": [same],
        "c": [told(day="2025-08-25", foreign=["Ola Dal"], countries=["NOR"])],
        "d": [],
    }
    agreement = bench.run(labels, predicted).clustering.agreement
    assert (agreement.items, agreement.conll, agreement.pairwise.f1) == (3, 1, 1)
    predicted["b"] = [told(day="2025-07-28", foreign=["Kari Berg"], countries=["NOR"])]
    found = bench.run(labels, predicted)
    assert found.clustering.agreement.pairwise.recall.right == 0
    assert "not joined: a event 1, b event 1" in found.text()


def test_the_html_is_escaped_whole_and_marks_the_faults(bench: Bench, told: Told) -> None:
    text = 'Lin Yue met Kari Berg of the Centre Party <script>alert("x")</script>\x1b[31m & others in Oslo.'
    label = {**LABEL, "foreign_people": ["Kari Berg"], "organisations": ["Labour Party"]}
    start = text.index("Centre Party")
    wrong = told(
        bodies=["Centre Party"], countries=["NOR"], evidence=[("type", 8, 11), ("organisations[0]", start, start + 12)]
    )
    row = {"id": "p", "title": "<b>bold</b>", "outlet": "<i>", "events": [label]}
    page = bench.run([row], {"p": [wrong]}, {"p": text}).html()
    assert page.startswith("<!doctype html>")
    assert '<mark class="wrong_organisations" title="wrong_organisations">Centre Party</mark>' in page
    assert '<mark class="missed_foreign_people" title="missed_foreign_people">Kari Berg</mark>' in page
    assert '<mark class="missed_place" title="missed_place">Oslo</mark>' in page
    for raw in ("<script", "<b>", "<i>", "\x1b", "src=", "href="):
        assert raw not in page


def test_the_real_extractor_is_measured(bench: Bench, tmp_path: Path) -> None:
    folder = tmp_path / "real"
    folder.mkdir()
    text = (
        "http://www.example.org/elsewhere\nLin Yue Meets with Kari Berg\n\nBeijing, March 14th--Lin Yue, Minister of "
        "the International Department of the CPC Central Committee, met here today with Kari Berg, leader of the "
        "Labour Party of Norway.\n"
    )
    (folder / "p.txt").write_text(text, encoding="utf-8")
    day = "2025-03-14"
    event = {**LABEL, "date": day, "place": "Beijing", "organisations": ["Labour Party of Norway"]}
    url = "https://www.idcpc.org.cn/english/news/202503/t20250315_1.html"
    bench.lines("real.jsonl", [{"id": "p", "url": url, "published": "2025-03-15", "relevant": True, "events": [event]}])
    found = evaluate(
        bench.folder / "real.jsonl",
        folder,
        lambda content, url, published: document(content.decode(), url=url, published=published),
        extract,
    )
    assert found.worst() == []
    assert {field: tally.f1.value for field, tally in found.figures().items()} == dict.fromkeys(
        (
            "relevance", "events", "date", "type", "mode", "realis", "place", "countries", "organisations",
            "chinese_people", "foreign_people",
        ),
        1.0,
    )  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(st.lists(st.integers(0, 2), min_size=1, max_size=6))
def test_the_order_of_label_rows_does_not_matter(bench: Bench, told: Told, days: list[int]) -> None:
    labels = [
        {"id": f"p{n}", "events": [{**LABEL, "date": (date(2025, 7, 25) + timedelta(day)).isoformat()}]}
        for n, day in enumerate(days)
    ]
    predicted = {f"p{n}": [told(countries=["NOR"])] for n in range(len(days))}
    one, other = bench.run(labels, predicted), bench.run(labels[::-1], predicted)
    assert one.figures() == other.figures()
    assert one.clustering.agreement == other.clustering.agreement
    assert [score.row.id for score in one.worst()] == [score.row.id for score in other.worst()]

"""How a whole edition looks: all of its parts in both languages, sizes, colours, what mail programs can show."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from digests.rendering import GMAIL_CLIPS, Links, Rendered, dark_css, fill, mark, render
from digests.rows import (
    Before,
    Body,
    Cast,
    Compared,
    Corrected,
    Disagreement,
    Edited,
    EditionRows,
    Event,
    Facts,
    Figures,
    Gap,
    Highlight,
    Leg,
    Name,
    Person,
    Reason,
    Removed,
    Rest,
    Source,
    Stated,
    Trend,
    Trends,
    Trip,
)
from digests.sendings import sending_of
from digests.texts import MARK_END, MARK_START

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MONDAY = date(2025, 7, 21)
TEMPLATES = Path(render.__code__.co_filename).parent / "templates"
COPY = "sn_0123456789abcd"
ANY_MARK = re.compile(f"{MARK_START}[^{MARK_END}]*{MARK_END}")
LONG = Links(
    copy=lambda code: f"https://digest.watch-the-department.example.org/copies/{code}",
    event=lambda event: f"https://digest.watch-the-department.example.org/events/{event}",
    less=lambda event: f"https://digest.watch-the-department.example.org/less/{'t' * 110}?event={event}",
    unsubscribe=f"https://digest.watch-the-department.example.org/unsubscribe/{'t' * 110}",
    preferences=f"https://digest.watch-the-department.example.org/preferences/{'t' * 110}",
)


def said(language: str, en: str, zh: str) -> str:
    return zh if language == "zh" else en


def name(language: str, en: str, zh: str) -> Name:
    return Name(said(language, en, zh), language)


def event(language: str, number: int, **changes: Any) -> Event:
    """A meeting in Beijing with the African National Congress."""
    department = Body(
        name(language, "International Department of the CPC Central Committee", "中共中央对外联络部"),
        "中共中央对外联络部", said(language, "China", "中国"), "CHN", "cpc_dept",
    )  # fmt: skip
    anc = Body(
        name(language, "African National Congress", "南非非洲人国民大会"), "南非非洲人国民大会",
        said(language, "South Africa", "南非"), "ZAF", "party",
    )  # fmt: skip
    liu = Person(
        name(language, "Liu Jianchao", "刘建超"),
        name(language, "Minister of the IDCPC", "中共中央对外联络部部长"),
        department, said(language, "China", "中国"), "CHN",
    )  # fmt: skip
    guest = Person(
        name(language, "Fikile Mbalula", "姆巴卢拉"), name(language, "Secretary-General", "总书记"), anc,
        said(language, "South Africa", "南非"), "ZAF", leads=True,
    )  # fmt: skip
    source = Source(
        f"https://www.idcpc.gov.cn/lldt/202507/t20250722_{number:06}.html", "中共中央对外联络部", "idcpc.gov.cn", "zh",
        COPY, False, "live",
    )  # fmt: skip
    made = Event(
        id=f"ev_{number:014}", type="MEET.BILAT", mode="inperson_beijing", realis="actual", is_series=False,
        first_day=MONDAY + timedelta(days=number % 7), last_day=MONDAY + timedelta(days=number % 7), precision="day",
        place=name(language, "Beijing", "北京"), countries=(said(language, "South Africa", "南非"),), iso3=("ZAF",),
        region="SSA", chinese=Cast((liu,)), foreign=Cast((guest,)), themes=("bri", "party_building"),
        participants=None, title_zh="刘建超会见姆巴卢拉", title_en="Liu Jianchao Meets with Mbalula",
        standing="single_source", source_lost=False,
        sources=(source, replace(source, url="https://english.news.cn/20250722/c.html", host="news.cn", language="en")),
    )  # fmt: skip
    return replace(made, **changes)


def whole(language: str = "en", kind: str = "week", **changes: Any) -> EditionRows:
    """An edition that has something of everything."""
    first = Reason("first_country", {"country": said(language, "Croatia", "克罗地亚"), "iso3": "HRV", "since": 2003})
    days = Disagreement("date", (Stated("2025-07-22", ("idcpc.gov.cn",)), Stated("2025-07-23", ("news.cn",))))
    croatia = {"countries": (said(language, "Croatia", "克罗地亚"),), "iso3": ("HRV",), "region": "CEE"}
    events = (
        event(language, 1),
        event(language, 2, type="TRAIN.COURSE", participants=25),
        event(language, 3, type="DOC.MOU", document=True, standing="disputed", disagreements=(days,)),
        event(language, 4, firsts=(first,), rank=1, **croatia),
        event(language, 5, type="VISIT.OUT", is_series=True, first_day=MONDAY, last_day=date(2025, 7, 24)),
    )
    ids = [one.id for one in events]
    leg = Leg("ZAF", said(language, "South Africa", "南非"), MONDAY, date(2025, 7, 24), tuple(ids[:2]))
    was = Facts(
        "MEET.BILAT", "actual", date(2025, 7, 15), date(2025, 7, 15), ("KEN",), (said(language, "Kenya", "肯尼亚"),),
        {"liu": "Liu Jianchao"}, {}, {}, "single_source",
    )  # fmt: skip
    values: list[int | None] = [4, 6, None, 7, 5, 9, 8, 2, 6, 7, 11, 6, 12]
    periods = tuple(
        Before(f"2025-W{18 + number}", MONDAY - timedelta(weeks=12 - number), 60, 2 if number == 5 else 0)
        for number in range(13)
    )
    trends = tuple(
        Trend(what, tuple(values) if what == "contacts" else (1,) * 13, 6.5)
        for what in ("contacts", "countries", "officials", "visits")
    )
    page = Name("刘建超会见越南客人", "zh")
    rows = EditionRows(
        period={"week": "2025-W30", "month": "2025-07", "event": ids[3]}[kind], kind=kind, language=language,
        wishes={}, first_day=MONDAY, last_day=date(2025, 7, 27), cut_off=datetime(2025, 7, 28, 4, tzinfo=UTC),
        sample=False,
        highlights=(
            Highlight(ids[3], None, None, (first, Reason("highest_rank", {"rank": 1}))),
            Highlight(ids[2], None, None, (Reason("document_signed", {"type": "DOC.MOU"}),)),
            Highlight(None, "VNM", said(language, "Vietnam", "越南"), (Reason(
                "pattern_more", {"country": "Vietnam", "iso3": "VNM", "now": 7, "mean": 1.25, "periods": 12}),)),
            Highlight(ids[1], None, None, (Reason("first_training", {"country": "X", "iso3": "ZAF", "since": 2003}),)),
            Highlight(ids[0], None, None, (Reason(
                "pattern_silence", {"country": "X", "iso3": "ZAF", "months": 14, "since": "2024-05-02"}),)),
        ),
        events=events, late=(event(language, 6, first_day=date(2025, 5, 2), last_day=date(2025, 5, 2)),),
        late_rest=Rest(3, date(2024, 1, 2), date(2025, 3, 4)),
        planned=(event(language, 7, realis="planned", first_day=date(2025, 8, 4), last_day=date(2025, 8, 6)),),
        known_before=Rest(1200, date(2003, 1, 2), date(2025, 7, 18)), trips=(Trip(ids[4], tuple(ids[:2]), (leg,)),),
        training=(ids[1],), documents=(ids[2],),
        figures=Figures(
            Compared("contacts", 12, 6), Compared("visits", 1, 0), Compared("countries", 6, 4),
            Compared("officials", 1, 1), (Compared("MEET", 9, 4), Compared("TRAIN", 2, 0), Compared("DOC", 1, 0)),
            (Compared("SSA", 8, 2), Compared("CEE", 4, 0), Compared("SEA", 0, 4)),
            (Compared(said(language, "South Africa", "南非"), 8, 2),),
        ),
        trends=Trends(periods, trends), sites=65,
        gaps=(
            Gap("新华网", "unread", date(2025, 7, 14), "blocked: 403", 2.4, 12),
            Gap("NK News", "stopped", date(2025, 7, 23), None, 0.5, 8),
        ),
        expected=2.6,
        edited=(Edited(page, "https://www.idcpc.gov.cn/1.html", "中共中央对外联络部", date(2025, 7, 24),
                       ("body", "countries"), COPY, COPY, ("双方交换意见。",), ("双方就共建“一带一路”交换意见。",)),),
        small_edits=2,
        removed=(Removed(page, "https://www.idcpc.gov.cn/2.html", "新华网", date(2025, 7, 25), "gone", COPY),),
        delisted=(Removed(page, "https://www.idcpc.gov.cn/3.html", "Xinhua", date(2025, 7, 25), "delisted", COPY),),
        corrections=(
            Corrected("ev_9", "ev_9", "actual", "2025-W29", "changed", ("first_day", "iso3", "countries"), was,
                      replace(was, first_day=date(2025, 7, 16), iso3=("UGA",),
                              countries=(said(language, "Uganda", "乌干达"),)), COPY),
            Corrected("ev_8", "ev_8", "actual", "2025-W28", "retracted", (), was, None, None),
        ),
    )  # fmt: skip
    if kind == "event":
        rows = replace(rows, events=(events[3],), late=(), planned=(), trips=(), training=(), documents=(), gaps=(),
                       expected=None, edited=(), removed=(), delisted=(), late_rest=Rest(0, None, None),
                       known_before=Rest(0, None, None), highlights=rows.highlights[:1], trends=Trends())  # fmt: skip
    return replace(rows, **changes)


@pytest.fixture(scope="module")
def rendered() -> dict[str, Rendered]:
    """The whole edition in both languages, as it is stored; rendered once."""
    return {language: render(whole(language), draft=False) for language in ("en", "zh")}


class Page(HTMLParser):
    """Tags with their attributes, and the texts with the languages they stand in."""

    VOID = ("meta", "br", "img", "link", "input")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append((tag, values))
        if tag not in self.VOID:
            language = values.get("lang") or (self._open[-1][1] if self._open else "")
            self._open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and self._open and self._open[-1][0] not in ("style", "title"):
            self.texts.append((data, self._open[-1][1]))


# --- what is told ----------------------------------------------------------------------------------


def test_an_edition_tells_all_of_its_parts(rendered: dict[str, Rendered]) -> None:
    for part in (
        "Five things that matter", "First contact with Croatia in this database since 2003.",
        "Rank: a head of state or government on the foreign side.", "A document was signed or issued.",
        "7 contacts, against a mean of 1.2 over 12 periods.", "after 14 months without one (the last on 2 May 2024)",
        "Correction to week 29 of 2025", "Training and party schools", "South Africa, 21–24 July: 2 events",
        "Sources disagree: date", "Announced: a meeting", "3 more late events, from 2 January 2024 to 4 March 2025.",
        "no longer on its list", "removed (asked again", "Not everything could be read: 2 of 65 sites.",
        "A normal period would have brought about 2.6 events from these sites.", "mean of 12 periods",
        "Mean: that of the 11 weeks before.", "4, 6, –, 7, 5, 9*, 8, 2, 6, 7, 11, 6, 12",
        "1,200 earlier events were known before this first edition",
    ):  # fmt: skip
        text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", rendered["en"].html))
        assert part in text, part
        assert part.lower() in re.sub(r"\s+", " ", rendered["en"].text).lower(), part


def test_every_sentence_is_followed_by_its_copy(rendered: dict[str, Rendered]) -> None:
    for made in rendered.values():
        told = re.split(r'data-event="', made.html)[1:]
        assert len(told) == 4 + 2 + 3 + 7
        assert all(f"copy:{COPY}" in one or one.startswith("ev_8") for one in told)


def test_a_chinese_edition_speaks_chinese_alone(rendered: dict[str, Rendered]) -> None:
    """Words in Latin letters are names and addresses, or marked as English; the text part tells the same."""
    page = Page(rendered["zh"].html)
    foreign = {text.strip() for text, language in page.texts if language == "zh" and re.search("[A-Za-z]{2}", text)}
    known = re.compile(r"idwatch|idcpc\.gov\.cn|news\.cn|blocked: 403")
    assert not [text for text in foreign if re.search("[A-Za-z]{2}", known.sub("", ANY_MARK.sub("", text)))]
    assert rendered["zh"].subject == "中联部动态 第30周：同6国交往12次"
    lines = [line for line in rendered["zh"].text.splitlines() if MARK_START not in line and "http" not in line]
    english = [line for line in lines if re.search("[A-Za-z]{4}", known.sub("", line))]
    assert {line.strip() for line in english} <= {
        "IDWATCH · 第30周 · 2025年7月21日至27日", "Liu Jianchao Meets with Mbalula", "已从列表撤下 · Xinhua",
    } | {line for line in english if "NK News" in line}  # fmt: skip
    told = "在北京会见南非非洲人国民大会总书记姆巴卢拉率领的代表团；议题：共建“一带一路”和党的建设。"
    assert told in rendered["zh"].html
    assert told in rendered["zh"].text.replace("\n", "")


def test_every_run_in_the_other_language_is_marked(rendered: dict[str, Rendered]) -> None:
    chinese = re.compile("[\u3400-\u9fff]")
    for language, made in rendered.items():
        for text, spoken in Page(made.html).texts:
            if language == "en":
                assert bool(chinese.search(text)) == (spoken == "zh"), text
            elif spoken == "en":
                assert not chinese.search(text), text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_event_sent_at_once_has_a_short_layout_of_its_own(language: str) -> None:
    made = render(whole(language, "event"), draft=False)
    text = re.sub("<[^>]+>", "", made.html)
    assert made.subject == said(
        language, "IDCPC: First contact with Croatia in this database since 2003",
        "中联部动态：本数据库中自2003年以来首次同克罗地亚交往",
    )  # fmt: skip
    assert made.html.count("data-event=") == 1 + 2  # and two corrections, which only their readers see
    assert said(language, "Numbers", "数字") not in text
    assert text.index(said(language, "met a delegation", "率领的代表团")) < text.index(
        said(language, "week 29", "29周")
    )
    assert made.images == ()
    assert len(made.html) < 20_000


def test_a_month_is_told_as_a_month() -> None:
    made = render(whole("en", "month"), draft=False)
    assert made.subject == "IDCPC, July 2025: 12 contacts with 6 countries"
    assert "this month" in made.html
    assert "months before" in made.html
    assert "this week" not in made.html + made.text
    assert "Week 30" not in made.html + made.text


def test_an_empty_edition_says_so_and_what_could_not_be_read() -> None:
    rows = whole(events=(), late=(), planned=(), highlights=(), trips=(), training=(), documents=(), edited=(),
                 removed=(), delisted=(), corrections=(), late_rest=Rest(0, None, None),
                 figures=Figures(*(Compared(what, 0, 0) for what in ("contacts", "visits", "countries", "officials")),
                                 (), (), ()))  # fmt: skip
    made = render(rows, draft=False)
    assert made.subject == "IDCPC, week 30: no contact published"
    for body in (made.html, re.sub(r"\s+", " ", made.text)):
        assert "Nothing to tell." in body
        assert "2 of 65 sites" in body
        assert "新华网" in body


# --- marks -----------------------------------------------------------------------------------------


def test_marks_become_links_and_nothing_is_left(rendered: dict[str, Rendered]) -> None:
    filled = fill(rendered["en"], LONG)
    assert not re.search(f"[{MARK_START}{MARK_END}]", filled.html + filled.text)
    for link in (LONG.event("ev_00000000000001"), LONG.less("ev_00000000000001"), LONG.preferences, LONG.unsubscribe):
        assert f'href="{link}"' in filled.html
    assert f"Unsubscribe: {LONG.unsubscribe}" in filled.text
    assert filled.images == rendered["en"].images


def test_without_links_their_words_go(rendered: dict[str, Rendered]) -> None:
    filled = fill(rendered["en"], Links(lambda code: None))
    for words in ("event", "less", "Preferences", "Unsubscribe", "You get this mail"):
        assert f"{words}\u00a0" not in filled.html
        assert words not in re.findall(r">([^<]*)</a>", filled.html)
    assert not re.search(f"[{MARK_START}{MARK_END}]", filled.html + filled.text)
    assert f"copy {COPY}" in filled.html
    assert "event page" not in filled.text
    assert 'href=""' not in filled.html


def test_corrections_are_shown_to_those_alone_who_had_the_edition(rendered: dict[str, Rendered]) -> None:
    had_29 = fill(rendered["en"], replace(LONG, had=lambda name: sending_of(name)[0] == "2025-W29"))
    assert "Correction to week 29" in had_29.html
    assert "CORRECTION TO WEEK 29" in had_29.text
    assert "week 28" not in had_29.html.lower() + had_29.text.lower()
    later = fill(rendered["en"], replace(LONG, had=lambda name: None))
    assert mark("had:2025-W28-via-0") in later.html
    assert mark("/had") in later.text
    nobody = replace(LONG, had=lambda name: False)
    assert fill(later, nobody) == fill(rendered["en"], nobody)


def test_values_may_be_marks_for_a_later_filling(rendered: dict[str, Rendered]) -> None:
    """A slice is filled once with what all its readers share; then each reader's own."""
    own = Links(LONG.copy, LONG.event, lambda event: mark(f"less:{event}"), mark("unsubscribe"), mark("preferences"))
    assert fill(fill(rendered["en"], own), LONG) == fill(rendered["en"], LONG)


def test_pictures_get_their_address(rendered: dict[str, Rendered]) -> None:
    [picture] = rendered["en"].images
    assert picture.png.startswith(b"\x89PNG")
    assert 'src="cid:trend"' in fill(rendered["en"], LONG).html
    assert 'src="images/trend.png"' in fill(rendered["en"], replace(LONG, image="images/{}.png".format)).html
    assert replace(rendered["en"], images=()).sha256 != rendered["en"].sha256


def test_without_the_extra_the_columns_need_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digests.charts.available", lambda: False)
    made = render(whole(), draft=False)
    assert made.images == ()
    assert "<img" not in made.html
    assert made.html.count('class="cap') == 26
    assert "4, 6, –, 7" in made.html


# --- what mail programs can show -------------------------------------------------------------------


@pytest.fixture(scope="module")
def features() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "mail_features.toml").read_text(encoding="utf-8"))


def declared() -> Iterator[str]:
    """The properties of the style sheets."""
    for css in ((TEMPLATES / "style.css").read_text(), (TEMPLATES / "links.css").read_text(), dark_css()):
        for body in re.findall(r"\{([^{}]*)\}", css):
            yield from re.findall(r"(?:^|;)\s*([a-z-]+)\s*:", body)


def test_only_features_are_used_whose_support_is_known(rendered: dict[str, Rendered], features: dict[str, Any]) -> None:
    """Another property, element or attribute needs a line in mail_features.toml first: who shows it, what if not."""
    html = rendered["en"].html + render(whole("zh", "event"), draft=True).html
    page = Page(html)
    inline = re.findall(r"(?:^|;)\s*([a-z-]+)\s*:", ";".join(values.get("style") or "" for _, values in page.tags))
    properties = {*declared(), *inline}
    assert properties - set(features["css"]) - set(features["unlisted_css"]) == set()
    assert {tag for tag, _ in page.tags} - set(features["html"]) - set(features["unlisted_html"]) == set()
    plain = {"style", "class", "href", "src", "alt", "border", "scope", "colspan", "charset", "name", "content"}
    used = {name for _, values in page.tags for name in values if not name.startswith("data-")}
    assert used - plain - set(features["attribute"]) == set()
    unused = (set(features["css"]) - properties, set(features["html"]) - {tag for tag, _ in page.tags})
    assert unused == (set(), set())


def test_what_some_program_lacks_says_what_happens_then(features: dict[str, Any]) -> None:
    short = [
        (group, name) for group in ("css", "html", "attribute", "rule", "image")
        for name, one in features[group].items() if one.get("short") and not one.get("then")
    ]  # fmt: skip
    assert short == []
    assert "2026" in features["source"]


def test_styles_stand_in_the_elements_and_media_rules_in_the_head(rendered: dict[str, Rendered]) -> None:
    html = rendered["en"].html
    head, _, body = html.partition("</head>")
    assert "@media (prefers-color-scheme: dark)" in head
    assert "[data-ogsc] .sheet" in head
    assert len(re.findall("<style", head)) == 2
    assert "<!--[if mso]>" in body
    assert body.count("style=") > 100


def test_headings_are_in_order_and_tables_and_pictures_are_named(rendered: dict[str, Rendered]) -> None:
    for language, made in rendered.items():
        tags = Page(made.html).tags
        levels = [int(tag[1]) for tag, _ in tags if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert next(values for tag, values in tags if tag == "html")["lang"] == language
        assert all(values.get("alt") for tag, values in tags if tag == "img")
        heads = [values.get("scope") for tag, values in tags if tag == "th"]
        assert heads
        assert set(heads) <= {"row", "col"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_three_hundred_events_stay_below_what_gmail_shows(language: str) -> None:
    """With all links of a reader in them, at a public address of many letters."""
    firsts = (Reason("first_party", {"party": "A Party with a Long Name", "since": 2003}),)
    events = tuple(event(language, number, title_zh="题" * 60, firsts=firsts) for number in range(300))
    made = render(whole(language, events=(*whole(language).events, *events)), draft=False)
    filled = fill(made, LONG)
    assert len(filled.html.encode()) < GMAIL_CLIPS
    assert len(filled.html.encode()) > 60_000  # and tells as much as fits
    left = re.search(r"(\d+) more events not listed|另有(\d+)条事件未列出", filled.html)
    assert left
    shown = len(re.findall(r"events/ev_\d+", filled.html)) - 2
    assert int(left[1] or left[2]) + shown >= 300


# --- colours ---------------------------------------------------------------------------------------


def rules(css: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Selectors with their values, the media rules left out."""
    for selectors, body in re.findall(
        r"([^{}]+)\{([^{}]*)\}", re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}", "", css)
    ):
        values = dict(re.findall(r"([a-z-]+)\s*:\s*([^;]+?)\s*(?:!important)?;", body))
        for selector in selectors.split(","):
            yield selector.strip(), values


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_of_a_text_has_contrast_enough(scheme: str) -> None:
    """WCAG AA: 4.5 to 1 against the ground it stands on, the sheet or that of its own box."""
    light = (TEMPLATES / "style.css").read_text() + (TEMPLATES / "links.css").read_text()
    style: dict[str, dict[str, str]] = {}
    for selector, values in [*rules(light), *(rules(dark_css()) if scheme == "dark" else ())]:
        style.setdefault(selector, {}).update(values)
    boxes = {".oddhead": ".odds", ".oddcell": ".odds"}
    weak = {}
    for selector, values in style.items():
        if "color" in values:
            box = style.get(boxes.get(selector, selector), {})
            ground = box.get("background-color") or style[".sheet"]["background-color"]
            ratio = contrast(values["color"], ground)
            if ratio < 4.5:
                weak[selector] = round(ratio, 2)
    assert weak == {}
    if scheme == "dark":
        coloured = {selector for selector, values in rules(light) if "color" in values}
        inherited = {".text"}
        assert coloured - {selector for selector, values in rules(dark_css()) if "color" in values} - inherited == set()


@pytest.mark.chromium
def test_it_fits_without_its_picture_from_320_to_700_pixels(
    browser: Browser, rendered: dict[str, Rendered], tmp_path: Path
) -> None:
    page = browser.new_page()
    for language, made in rendered.items():
        filled = fill(made, replace(LONG, image="{}.png".format))
        (tmp_path / f"{language}.html").write_text(filled.html, encoding="utf-8")
        page.goto((tmp_path / f"{language}.html").as_uri())
        for width, scheme, ground in ((320, "light", "rgb(255, 255, 255)"), (700, "dark", "rgb(25, 28, 31)")):
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            shown = page.evaluate("getComputedStyle(document.querySelector('.sheet')).backgroundColor")
            assert shown == ground
            assert page.locator("img").first.bounding_box()["width"] <= width  # type: ignore[index]
    page.close()

"""Sixty days of one site, crawled twice a day: edits, delistings, removals, outages, challenges and a Golden Week.

The site is simulated, and so is the walk; all else is real: exchanges into the archive, the site's reading rules, the
extractor, the store, the schedule, conditional requests, health. What is planted is told from what the site was asked,
not from what the store says of itself.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.archive import ArchiveWriter, Exchange
from pipeline.clock import BEIJING
from pipeline.extract.extractor import extract
from pipeline.store import known
from pipeline.store.adopt import Keeper
from pipeline.store.models import Change, Loss, Notice, Page
from pipeline.store.sync import sync_sites
from pipeline.watch.health import Health, finish
from pipeline.watch.holidays import DayKind, holidays
from pipeline.words import Outcome, Record, Shown
from spiders.catalogue import declarations
from spiders.reading import READER_VERSION, read

ROOT = "https://www.idcpc.gov.cn"
LIST = f"{ROOT}/bzhd/wshd/"
QUIET = date(2026, 10, 20)
"""A Tuesday on which the site writes nothing."""
OUTAGES = {
    (date(2026, 9, 8), date(2026, 9, 10)): "down",
    (date(2026, 9, 17), date(2026, 9, 18)): "all missing",
    (date(2026, 9, 29), date(2026, 9, 30)): "articles missing",
    (date(2026, 10, 12), date(2026, 10, 13)): "challenge",
    (date(2026, 10, 16), date(2026, 10, 16)): "articles home",
}
PEOPLE = ("刘海星", "刘建超", "孙海燕", "陆慷", "马辉", "郭业洲")
PARTIES = ("越南共产党", "老挝人民革命党", "古巴共产党", "南非非洲人国民大会", "坦桑尼亚革命党", "柬埔寨人民党")
TITLES = ("中联部部长", "中联部副部长", "中联部部长助理")
PLACES = ("北京", "上海", "万象", "河内")
THEMES = ("“一带一路”", "乡村振兴", "反腐败", "治国理政经验")
CHALLENGE = b'<script>var a=1;window.open("/x","_self");document.cookie="C3VK=0a1b; path=/; max-age=300;"</script>'
HOME = "<html><head><title>中共中央对外联络部</title></head><body><ul>{}</ul></body></html>".format(
    "".join(f'<li><a href="/bzhd/wshd/{number}/">第{number}条要闻的标题</a></li>' for number in range(40))
).encode()
GONE = "<html><head><title>提示</title></head><body><p>您访问的页面不存在或已被删除</p></body></html>".encode()


@dataclass
class Article:
    """A page of the site. ``facts`` make its text; ``counter`` grows with every answer where the page has one."""

    path: str
    day: date
    since: datetime
    facts: dict[str, str]
    validator: str
    counter: int | None = None
    extra: str = ""
    layout: int = 0
    gone: str | None = None
    listed: bool = True

    @property
    def title(self) -> str:
        return f"{self.facts['person']}会见{self.facts['party']}代表团"

    def html(self) -> bytes:
        fact = self.facts
        body = (
            f"<p>{fact['day']}，{fact['title']}{fact['person']}在{fact['place']}会见{fact['party']}代表团。"
            f"双方就{fact['theme']}和两党关系交换意见。</p><p>代表团一行{fact['number']}人{fact['wording']}。</p>{self.extra}"
        )
        if self.counter is not None:
            self.counter += 1
            body += f"<p>阅读：{self.counter}次</p>"
        head = f'<meta name="ArticleTitle" content="{self.title}"><meta name="PubDate" content="{self.day} 09:00">'
        old = f'<h1>{self.title}</h1><div class="TRS_Editor">{body}</div>'
        new = (
            f'<table><tr><td><h2 class="tit">{self.title}</h2><div class="content"><div class="trs_editor_view'
            f' TRS_UEDITOR trs_web"><style>p{{}}</style>{body}</div></div></td></tr></table><p>版权所有</p>'
        )
        box = new if self.layout else old
        return f"<html><head>{head}<title>{self.title}</title></head><body>{box}</body></html>".encode()


@dataclass
class Planted:
    """A change put into the site, and when; ``article`` None for what concerns the whole of it."""

    at: datetime
    kind: str
    article: Article


@dataclass
class World:
    """The site as it is at an instant, and what it was asked."""

    chance: random.Random
    articles: list[Article] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)
    asked: dict[str, list[tuple[datetime, bool]]] = field(default_factory=dict)
    """By address: when, and whether the site was itself then."""

    def publish(self, day: date, number: int) -> None:
        pick = self.chance.choice
        facts = {
            "person": pick(PEOPLE),
            "party": pick(PARTIES),
            "title": pick(TITLES),
            "place": pick(PLACES),
            "theme": pick(THEMES),
            "number": str(self.chance.randrange(5, 30)),
            "day": f"{day.month}月{day.day}日",
            "wording": "参加会见",
        }
        name = f"{LIST}{day:%Y%m}/t{day:%Y%m%d}_{160000 + len(self.articles)}.html"
        validator = pick(("etag", "etag", "date", "none"))
        counter = 10 if validator == "none" else None
        self.articles.append(Article(name, day, instant(day, 10 + number), facts, validator, counter))

    def state(self, at: datetime) -> str:
        day = at.astimezone(BEIJING).date()
        return next((name for (first, last), name in OUTAGES.items() if first <= day <= last), "")

    def answer(self, url: str, headers: dict[str, str], at: datetime) -> tuple[int, dict[str, str], bytes]:
        state, is_list = self.state(at), url.startswith(LIST) and "/t20" not in url
        itself = not state or (is_list and state.startswith("articles"))
        self.asked.setdefault(url, []).append((at, itself))
        if state == "down":
            return 502, {}, b"<html>Bad Gateway</html>"
        if state == "all missing" or (state == "articles missing" and not is_list):
            return 404, {}, b"<html>404 Not Found</html>"
        if state == "articles home" and not is_list:
            return 200, {}, HOME
        if state == "challenge":
            return 200, {}, CHALLENGE
        if is_list:
            return 200, {}, self._list(url, at)
        article = next(one for one in self.articles if one.path == url)
        if article.gone is not None:
            return {"404": (404, {}, b"gone"), "soft": (200, {}, GONE), "home": (200, {}, HOME)}[article.gone]
        return _conditional(article, headers)

    def _list(self, url: str, at: datetime) -> bytes:
        number = int(url.partition("index_")[2].partition(".")[0] or 0)
        shown = [one for one in self.articles if one.since <= at and one.listed]
        shown.sort(key=lambda one: one.since, reverse=True)
        items = "".join(
            f'<li><a href="{one.path.removeprefix(ROOT)}">{one.title}</a><span>{one.day}</span></li>'
            for one in shown[15 * number : 15 * number + 15]
        )
        pages = -(-len(shown) // 15)
        pager = f'<script>createPageHTML({pages}, {number}, "index", "html");</script>'
        return f"<html><ul>{items}</ul>{pager}</html>".encode()


def _conditional(article: Article, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    body = article.html()
    digest = hashlib.sha256(body).hexdigest()[:12]
    name, asked, value = {
        "etag": ("ETag", "If-None-Match", f'"{digest}"'),
        "date": ("Last-Modified", "If-Modified-Since", f"version {digest}"),
        "none": ("X-Served-By", "", ""),
    }[article.validator]
    if value and headers.get(asked) == value:
        return 304, {name: value}, b""
    return 200, {name: value}, body


def instant(day: date, hour: float) -> datetime:
    return (datetime.combine(day, time(), BEIJING) + timedelta(hours=hour)).astimezone(UTC)


def writes_on(day: date) -> bool:
    return holidays().kind(day) in (DayKind.WORKING, DayKind.MADE_UP) and day != QUIET


MATERIAL = ("person", "party", "title", "place", "theme", "number", "day", "sentence in", "sentence out")
MINOR = ("wording", "punctuation")
INVISIBLE = ("layout", "button")
LOSSES = ("404", "soft", "home", "delisted", "404 and delisted")


def change(world: World, article: Article, kind: str) -> None:
    fact, pick = article.facts, world.chance.choice
    pools = {"person": PEOPLE, "party": PARTIES, "title": TITLES, "place": PLACES, "theme": THEMES}
    if kind in pools:
        fact[kind] = pick([one for one in pools[kind] if one != fact[kind]])
    elif kind == "number":
        fact[kind] = str(int(fact[kind]) + pick((1, 10)))
    elif kind == "day":
        fact[kind] = f"{article.day.month}月{article.day.day + 1}日"
    elif kind == "sentence in":
        article.extra += "<p>越南驻华大使范青平在座。</p>"
    elif kind == "sentence out":
        article.extra = ""
    elif kind == "wording":
        fact[kind] = "出席会见活动"
    elif kind == "punctuation":
        fact["wording"] += "！"
    elif kind == "layout":
        article.layout = 1
    elif kind == "button":
        article.extra += "<p>【打印】 【关闭】</p>"
    else:
        article.gone = kind.partition(" ")[0] if kind != "delisted" else None
        article.listed = "delisted" not in kind


@dataclass
class Watch:
    """A crawler's hand on the world: the walk of ``spiders.walk`` in small."""

    house: Any
    world: World
    site: str = "idcpc_zh"

    def crawl(self, at: datetime) -> str:
        database = self.house.database
        self.at, self.refused, self.stopped = at, 0, False
        trouble: str | None = None
        with ArchiveWriter(self.house.folder, self.site, at, 10**9) as self.writer:
            with database.writing() as session:
                run = known.start_run(session, self.site, at, self.writer.file)
                pages = known.known_pages(session, self.site, at)
                due = known.due(session, self.site, at)
            self.records: list[Record] = []
            asked: dict[str, Any] = {}
            number, more = 0, True
            while more:
                shown = self._ask(LIST if not number else f"{LIST}index_{number}.html", {})
                if shown is None or shown.outcome is not Outcome.OK or not shown.listed:
                    trouble, more = "the list cannot be read", False
                    continue
                new = [link for link in shown.listed if link.url not in pages]
                asked |= {link.url: None for link in shown.listed if link.url not in pages or pages[link.url].is_due}
                number, more = number + 1, bool(new) and number + 1 < (shown.list_pages or 1)
            for url in dict.fromkeys([*(page.url for page in due), *asked]):
                page = pages.get(url)
                names = {"If-None-Match": page.etag, "If-Modified-Since": page.last_modified} if page else {}
                self._ask(url, {name: value for name, value in names.items() if value})
            keeper = Keeper(database, self.house.folder, read, extract, READER_VERSION, "test")
            for _ in keeper.keep_all((record, run) for record in self.records):
                pass
            found = Health("ok")
            if self.stopped:
                found = Health("blocked", "three refusals in a row")
            elif trouble:
                found = Health("broken", trouble)
            with database.writing() as session:
                return finish(session, run, self.at, {}, found).word

    def _ask(self, url: str, headers: dict[str, str]) -> Shown | None:
        if self.stopped:
            return None
        self.at += timedelta(seconds=4.3)
        status, more, body = self.world.answer(url, headers, self.at)
        names = (("Content-Type", "text/html; charset=utf-8"), *more.items())
        record = self.writer.write(Exchange(url, "GET", tuple(headers.items()), status, "", names, body, self.at))
        self.records.append(record)
        shown = read(record)
        self.refused = self.refused + 1 if shown.outcome in (Outcome.CHALLENGED, Outcome.BLOCKED) else 0
        self.stopped = self.refused >= 3
        return shown


def plan(world: World, first: date, days: int, times: int) -> Iterator[tuple[datetime, str]]:
    """When which kind of change is planted: from the fourth day on, and so that a removal can be confirmed."""
    kinds = [*MATERIAL * times, *MINOR * times, *INVISIBLE * times, *LOSSES * times]
    world.chance.shuffle(kinds)
    for number, kind in enumerate(kinds):
        day = first + timedelta(days=3 + number * (days - 14) // len(kinds))
        yield instant(day, world.chance.uniform(0, 24)), kind


def target(world: World, kind: str, at: datetime) -> Article | None:
    """A page that this can happen to and nothing has happened to yet: not to be told apart from the change before."""
    free = [one for one in world.articles if one.since < at and one not in [done.article for done in world.planted]]
    free.sort(key=lambda one: one.since, reverse=True)
    if "delisted" in kind:
        # between two that the list's first page will show at the next crawl too
        listed = sorted((one for one in world.articles if one.since < at and one.listed), key=lambda one: one.since)
        near = listed[-9:-2]
        free = [one for one in free if one in near]
    elif kind == "sentence out":
        free = [one for one in free if one.extra]
    return world.chance.choice(free[:12]) if free else None


@pytest.mark.parametrize(
    ("first", "days", "times", "told"),
    [
        # from before the Golden Week to the quiet Tuesday; some seconds, for every record takes the whole way
        pytest.param(date(2026, 9, 28), 24, 1, ["blocked", "ok", "late", "ok"], marks=pytest.mark.slow, id="24"),
        pytest.param(
            date(2026, 8, 24), 60, 6, ["broken", "ok", "broken", "ok", "blocked", "ok", "late", "ok"],
            marks=pytest.mark.soak, id="60",
        ),
    ],
)  # fmt: skip
def test_sixty_days(sqlite_house: Any, first: date, days: int, times: int, told: list[str]) -> None:
    house = sqlite_house
    with house.database.writing() as session:
        sync_sites(session, [one for one in declarations() if one.name == "idcpc_zh"])
    world = World(random.Random(20260824))
    for number in range(160 if times > 1 else 65, 0, -1):
        day = first - timedelta(days=number)
        if writes_on(day):
            world.publish(day, 0)
    plants = sorted(plan(world, first, days, times))
    watch = Watch(house, world)
    for number in range(days):
        day = first + timedelta(days=number)
        for hour in (6, 18):
            if hour == 18 and writes_on(day):
                world.publish(day, 0)
                if world.chance.random() < 0.3:
                    world.publish(day, 1)
                if world.chance.random() < 0.2:
                    world.articles[-1].extra = "<p>古巴驻华大使白诗德在座。</p>"
            at = instant(day, hour)
            while plants and plants[0][0] <= at:
                planted_at, kind = plants.pop(0)
                article = target(world, kind, planted_at)
                if article is not None:
                    change(world, article, kind)
                    world.planted.append(Planted(planted_at, kind, article))
            watch.crawl(at)
    _judge(house, world, first, days, told)


def _judge(house: Any, world: World, first: date, days: int, told: list[str]) -> None:
    with house.database.reading() as session:
        urls = dict(session.execute(select(Page.id, Page.url)).all())
        changes = {(urls[one.page_id], one.seen_at): one.material for one in session.scalars(select(Change))}
        losses = [(urls[one.page_id], one) for one in session.scalars(select(Loss))]
        notices = [(one.at, one.before, one.after) for one in session.scalars(select(Notice).order_by(Notice.id))]
        states = dict(session.execute(select(Page.url, Page.state)).all())
    found, missed, slow, right_now = 0, [], [], set()
    for plant in world.planted:
        url = plant.article.path
        visits = [at for at, itself in world.asked.get(url, []) if at > plant.at and itself]
        lists = [at for at, itself in world.asked[LIST] if at > plant.at and itself]
        is_held = any(at <= plant.at and itself for at, itself in world.asked.get(url, []))
        if plant.kind in INVISIBLE or not is_held or not (lists if plant.kind == "delisted" else visits):
            continue  # what nobody saw before nobody can see to change, and what did not fall due is not late
        if plant.kind in (*MATERIAL, *MINOR):
            seen = changes.get((url, visits[0])) is (plant.kind in MATERIAL)
            right_now.add((url, visits[0]))
        elif plant.kind == "delisted":
            seen = any(where == url and one.kind == "delisted" and one.since == lists[0] for where, one in losses)
            seen = seen and (states[url] == "delisted" or len(visits) == 0)
        else:
            own = next(
                (one for where, one in losses if (where, one.kind, one.since) == (url, "removed", visits[0])), None
            )
            seen = own is not None
            last = instant(first + timedelta(days=days - 1), 18)
            if own is not None and last - visits[0] > timedelta(days=8):
                late = own.confirmed_at is None or own.confirmed_at - visits[0] > timedelta(days=8)
                slow += [plant] if late and not _was_down(world, visits[0]) else []
        found += seen
        missed += [] if seen else [plant]
    total = found + len(missed)
    removed = {plant.article.path for plant in world.planted if plant.article.gone}
    delisted = {plant.article.path for plant in world.planted if "delisted" in plant.kind}
    false = [url for url, one in losses if one.kind == "removed" and one.confirmed_at and url not in removed]
    false += [url for url, one in losses if one.kind == "delisted" and url not in delisted]
    unplanted = sorted(set(changes) - right_now)
    on_holidays = [one for one in notices if holidays().kind(one[0].astimezone(BEIJING).date()) is DayKind.HOLIDAY]
    asked = sum(map(len, world.asked.values()))
    print(
        f"\n{days} days: {asked} requests; {found} of {total} planted changes found at the first visit that fell due"
        f" ({found / total:.1%}); {len(removed)} removals, {len(slow)} confirmed later than 8 days; false losses"
        f" {len(false)}; edits nobody made {len(unplanted)}; notices {len(notices)}, in holidays {len(on_holidays)}"
    )
    assert total >= (60 if days == 60 else 8)
    assert found >= 0.95 * total, [(plant.kind, plant.at) for plant in missed]
    assert slow == []
    assert false == []
    assert unplanted == []
    assert on_holidays == []
    # each outage and the quiet Tuesday are told once, with their end, and nothing else
    # (so many pages in a new layout may well be told as drift)
    assert [after for _, _, after in notices if after != "drifting"] == told


def _was_down(world: World, first: datetime) -> bool:
    """Whether the site was not itself on a day when the removal could have been confirmed."""
    return any(world.state(first + timedelta(days=days)) for days in range(9))

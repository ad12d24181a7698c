"""A made-up world of events and their tellings, seeded, on the facts of the gazetteer: input with a known truth.

Officials meet, by their posts of the day, people of parties that the gazetteer knows; people's names are put together
from syllables that have a usual Chinese character. An event is told by one to five sites, in Chinese or English, with
what real tellings do: fields left out, family names alone, other characters for a sound, other spellings, days told as
"recently". Some days are busy: several parties of one country, trips with their meetings, the same people again.

What grows is time: a year has as many events as the department has in a busy one, so that blocks stay as they are
in life. 10⁵ mentions are 20 years; more go on in the same way, with the officials of 20 years before in their posts.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from pipeline.gazetteer import Party, Person, Place, load
from pipeline.words import (
    ChinesePerson,
    DateBasis,
    DatePrecision,
    ForeignPerson,
    KeptMention,
    Mention,
    MentionKey,
    Organisation,
    Realis,
    Scope,
    SiteKind,
)

FIRST_DAY = date(2010, 1, 1)
POSTS_FROM, YEARS = 2005, 20
"""The years whose officials serve, again and again; the gazetteer knows few of earlier ones."""
A_YEAR = 5_000
"""Mentions a year: some 2,000 events, each told two or three times."""
SYLLABLES = [
    pair.partition(":")[::2]
    for line in """
        ba:巴芭 be:贝 bi:比 bo:博波 bu:布 da:达 de:德 di:迪蒂 do:多 du:杜 fa:法 fe:费 fi:菲 ga:加 go:戈 gu:古 ha:哈
        he:赫 ja:贾 jo:乔 ka:卡 ke:克凯 ki:基 ko:科柯 ku:库 la:拉腊 le:莱 li:利 lo:洛 lu:卢鲁 ma:马玛 me:梅 mi:米
        mo:莫 mu:穆 na:纳 ne:内 ni:尼 no:诺 nu:努 pa:帕 pe:佩 pi:皮 po:波 ra:拉 re:雷 ri:里 ro:罗 ru:鲁 sa:萨 se:塞
        si:西 so:索 su:苏 ta:塔 te:特 ti:蒂 to:托 tu:图 va:瓦 ve:韦 vi:维 ya:亚 yo:约 za:扎 zo:佐
    """.splitlines()
    for pair in line.split()
]
CODAS = (("", ""), ("", ""), ("n", "恩"), ("r", "尔"), ("s", "斯"), ("l", "尔"), ("m", "姆"), ("k", "克"))
SPELLINGS = (("k", "c"), ("i", "y"), ("j", "dj"), ("u", "ou"), ("sa", "za"), ("f", "ph"), ("o", "oo"))
OFFICES = (
    "party_chair", "secretary_general", "general_secretary", "party_vice_chair", "deputy_secretary_general",
    "international_secretary", "member_of_parliament", "foreign_minister", "prime_minister",
)  # fmt: skip
KINDS = (
    ("MEET.BILAT", 60), ("MEET.REMOTE", 12), ("MEET.DIPLO", 8), ("VISIT.OUT", 5), ("TRAIN.COURSE", 5),
    ("CONF.REGION", 4), ("BRIEF.CONGRESS", 3), ("MSG.CONGRAT", 3),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Site:
    """A site that tells events: how often, and how often it leaves out or blurs a field."""

    name: str
    kind: SiteKind
    family: str
    language: str
    tells: float
    omits: float


SITES = (
    Site("idcpc_zh", SiteKind.OFFICIAL, "idcpc", "zh", 0.92, 0.04),
    Site("idcpc_en", SiteKind.OFFICIAL, "idcpc", "en", 0.60, 0.07),
    Site("xinhua_zh", SiteKind.MEDIA, "prc_media", "zh", 0.30, 0.10),
    Site("xinhua_en", SiteKind.MEDIA, "prc_media", "en", 0.25, 0.12),
    Site("host_en", SiteKind.MEDIA, "local_media", "en", 0.22, 0.20),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A made-up politician, with every word of the name in both scripts."""

    en: tuple[str, ...]
    zh: tuple[str, ...]
    party: Party
    office: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One event as it took place."""

    kind: str
    first: date
    last: date
    mode: str
    place: Place | None
    officials: tuple[Person, ...]
    figures: tuple[Figure, ...]
    party: Party


def world(count: int, seed: int = 1) -> tuple[list[KeptMention], Mapping[MentionKey, int]]:
    """So many mentions in a random order, and the number of the event that each tells."""
    rng = random.Random(seed)
    days = 365 * count // A_YEAR
    told: list[KeptMention] = []
    truth: dict[MentionKey, int] = {}
    for number, happening in enumerate(_happenings(rng, days)):
        for kept in _tellings(rng, happening, len(told)):
            told.append(kept)
            truth[kept.key] = number
        if len(told) >= count:
            break
    told = told[:count]
    rng.shuffle(told)
    return told, {kept.key: truth[kept.key] for kept in told}


def _happenings(rng: random.Random, days: int) -> Iterator[Happening]:
    book = load()
    parties = [party for party in book.parties.values() if party.name_zh and party.country != "CHN"]
    cities: dict[str, list[Place]] = {}
    for place in book.places.values():
        if place.kind == "city":
            cities.setdefault(place.country, []).append(place)
    figures = {party.id: [_figure(rng, party, office) for office in OFFICES] for party in parties}
    by_country: dict[str, list[Party]] = {}
    for party in parties:
        by_country.setdefault(party.country, []).append(party)
    posts = _officials()
    beijing = next(place for place in book.places.values() if place.name_en == "Beijing")
    kinds, weights = zip(*KINDS, strict=True)
    while True:
        day = FIRST_DAY + timedelta(days=rng.randrange(days))
        officials = posts[POSTS_FROM + (day.year - POSTS_FROM) % YEARS, day.month]
        leader = rng.choice(officials)
        party = rng.choice(parties)
        kind = rng.choices(kinds, weights)[0]
        home = rng.choice(cities.get(party.country, [beijing]))
        others = tuple(rng.sample([one for one in officials if one is not leader], k=rng.choice((0, 0, 1))))
        last = day + timedelta(days=rng.randrange(3, 8) if kind in ("VISIT.OUT", "TRAIN.COURSE") else 0)
        abroad = kind == "VISIT.OUT" or rng.random() < 0.3
        remote = kind == "MEET.REMOTE"
        afar = "video" if remote else "written" if kind.startswith("MSG") else None
        mode = afar or ("inperson_abroad" if abroad else "inperson_beijing")
        where = None if afar else home if abroad else beijing
        met = tuple(rng.sample(figures[party.id], k=rng.choice((1, 1, 1, 2, 3))))
        whole = Happening(kind, day, last, mode, where, (leader, *others), met, party)
        yield whole
        near = by_country[party.country]
        if kind == "VISIT.OUT":  # its meetings
            for guest in rng.sample([one for host in near for one in figures[host.id]], k=rng.randrange(2, 5)):
                on = day + timedelta(days=rng.randrange((last - day).days + 1))
                yield replace(whole, kind="MEET.BILAT", first=on, last=on, figures=(guest,), party=guest.party)
        elif kind == "MEET.BILAT" and len(near) > 1 and rng.random() < 0.15:  # a busy day, another party
            host = rng.choice([one for one in near if one is not party])
            yield replace(whole, figures=(rng.choice(figures[host.id]),), party=host)
        elif kind == "MEET.BILAT" and rng.random() < 0.05 and len(officials) > 1:  # a second host the day after
            host_official = rng.choice([one for one in officials if one is not leader])
            on = day + timedelta(days=1)
            yield replace(whole, first=on, last=on, officials=(host_official,))


def _officials() -> dict[tuple[int, int], list[Person]]:
    """The department's leaders of every month."""
    book = load()
    found: dict[tuple[int, int], list[Person]] = {}
    for number in range(YEARS * 12):
        day = date(POSTS_FROM + number // 12, number % 12 + 1, 15)
        found[day.year, day.month] = [
            person
            for person in book.people.values()
            if any(post.organisation in book.departments for post in book.posts_on(person.id, day))
        ]
    return found


def _figure(rng: random.Random, party: Party, office: str) -> Figure:
    words = [_word(rng) for _ in range(rng.choice((2, 2, 3)))]
    return Figure(tuple(en for en, _ in words), tuple(zh for _, zh in words), party, office)


def _word(rng: random.Random) -> tuple[str, str]:
    chosen = rng.choices(SYLLABLES, k=rng.choice((2, 2, 3)))
    end, end_zh = rng.choice(CODAS)
    return ("".join(en for en, _ in chosen) + end).capitalize(), "".join(zh[0] for _, zh in chosen) + end_zh


def _tellings(rng: random.Random, happening: Happening, first: int) -> Iterator[KeptMention]:
    sites = [site for site in SITES if rng.random() < site.tells] or [SITES[0]]
    for offset, site in enumerate(sites):
        lag = timedelta(days=rng.choice((0, 1, 1, 2)))
        published = happening.last + lag
        name = f"{published:%Y%m}/t{published:%Y%m%d}_{first + offset}"
        yield KeptMention(
            key=MentionKey(f"https://{site.name}.example.org/{name}.html", 1),
            mention=_told(rng, happening, site, published),
            site=site.name,
            site_kind=site.kind,
            family=site.family,
            language=site.language,
            first_seen_at=datetime.combine(published, time(), UTC),
        )


def _told(rng: random.Random, happening: Happening, site: Site, published: date) -> Mention:
    def omitted() -> bool:
        return rng.random() < site.omits

    start, end = happening.first, happening.last
    precision = DatePrecision.DAY if start == end else DatePrecision.DAY_RANGE
    if start == end and rng.random() < 0.03:
        start, end, precision = published - timedelta(days=7), published, DatePrecision.WINDOW
    elif site.family == "local_media" and rng.random() < 0.05:
        start = end = start + timedelta(days=rng.choice((-1, 1)))
    zh = site.language == "zh"
    place = None if omitted() else happening.place
    party = happening.party
    body = Organisation(_printed(rng, party, zh), None if omitted() else party.id, party.country, party.kind)
    people = [_printed_figure(rng, figure, site) for figure in happening.figures]
    officials = happening.officials if zh else happening.officials[:1]
    mode = "unknown" if omitted() else happening.mode
    return Mention(
        number=1,
        type=happening.kind,
        date_start=start,
        date_end=end,
        date_precision=precision,
        date_basis=DateBasis.EXPLICIT_MD,
        mode=mode,
        realis=Realis.ACTUAL,
        scope=Scope.IN,
        is_series=happening.kind == "VISIT.OUT",
        place=place.name_en if place else None,
        place_zh=place.name_zh if place else None,
        place_id=place.id if place else None,
        countries=() if omitted() else (party.country,),
        organisations=() if omitted() else (body,),
        chinese_people=tuple(ChinesePerson(one.name_en, one.name_zh, None, one.id) for one in officials)
        if not omitted()
        else (),
        foreign_people=tuple(people[: 1 if omitted() else len(people)]) if not omitted() else (),
        confidence=0.9,
    )


def _printed(rng: random.Random, party: Party, zh: bool) -> str:
    names = party.zh if zh else party.en
    return rng.choice(names).text if names else party.name_en


def _printed_figure(rng: random.Random, figure: Figure, site: Site) -> ForeignPerson:
    words = figure.zh if site.language == "zh" else figure.en
    if rng.random() < (0.4 if site.language == "zh" else 0.1):
        words = words[-1:]
    if rng.random() < 0.15:
        words = tuple(_varied(rng, word, site.language == "zh") for word in words)
    name = ("·" if site.language == "zh" else " ").join(words)
    party, title = figure.party, load().titles[figure.office]
    forms = title.zh if site.language == "zh" else title.en
    body = party.name_zh if site.language == "zh" else party.name_en
    office = figure.office if rng.random() >= site.omits else None
    return ForeignPerson(name, forms[0].text, body, party.country, office=office)


def _varied(rng: random.Random, word: str, zh: bool) -> str:
    """Another character for a sound, or another spelling."""
    if zh:
        at = rng.randrange(len(word))
        others = [forms for _, forms in SYLLABLES if word[at] in forms and len(forms) > 1]
        return word[:at] + rng.choice(others[0]) + word[at + 1 :] if others else word
    old, new = rng.choice(SPELLINGS)
    return word[:1] + word[1:].replace(old, new, 1)

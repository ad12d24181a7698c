"""The foreign side in Chinese: country + party + body + titles + name, and lists of such (corpus/chinese.md §5).

A noun phrase is cut at 、 and , ; every title belongs to the first name that follows it. A name is a run of Han
characters (with · and - inside) behind a title word that is no title or body itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.extract import bodies_zh
from pipeline.extract.draft import Counterpart, Read
from pipeline.extract.folded import HAN
from pipeline.extract.page import Page
from pipeline.extract.wordlist import pattern, words
from pipeline.gazetteer import Kind
from pipeline.words import ForeignPerson

# The title words that also begin other words: 委员会, 代表团, 部长级 …
_TITLE = re.compile(
    pattern("zh", "title")
    + r"(?!团|会|级|处|府|馆|助手|联盟|助理|峰会|论坛|联席|之家|办公|机制|们|制|大会|委员|国(?!务)|"
    r"单位|党|席(?![尔勒德里]))"
    r"|委员长|(?:主席|总统|总理|部长|国务卿|议长|州长|首相|大使)(?=助理|府秘书长|办公室|办公厅|顾问)"
)
_NAME = re.compile(rf"(?:[A-Z][·.]){{0,3}}[{HAN}][{HAN}·\-]{{0,14}}")
# A name ends before these; 和 与 及 同 only where the rest is another person (checked by the caller's loop).
_NAME_END = re.compile(
    r"等|率|一行|举行|会谈|会见|会晤|为团长|为首|的|并|在|表示|说|通电话|通话|视频|参加|出席|进行|共同|陪同|以及|"
    r"及其|就|主持|致辞|分别|来华|访华|座谈|深入|交流|签署|互致|时|,|。|\(|:|\"|并肩|"
    r"星期[一二三四五六日天]|周[一二三四五六日]|[今昨]天|[今昨]日|[日近]前|上午|下午|晚间|现场|线上|通过|抵达|拜会|"
    r"代表(?=各自|双方|两党|该党|本党|出席)|同志|先生|女士|阁下|发表|接受|接见|约见|访问|率团"
)
_INSIDE_NAME = frozenset("在时就并")
# not the 和 of 科斯塔斯·和尼迪斯
_JOIN = re.compile(r"以及|(?<!·)(?:和|与|及|同)|、")
# 总会长拿督斯里魏家祥: what stands between title and name belongs to neither
_HONOUR = re.compile(r"(?:拿督斯里|丹斯里|拿督|准拿督|阁下|博士|教授)?[ \"]*")
_NOT_A_NAME = re.compile(
    rf"{pattern('zh', 'title')}|{pattern('zh', 'group')}|党|委员会|代表|部门|议会|政府|国家|国会|中央|组织|协会|"
    rf"联盟|阵线|方面|双方|一起|本人|"
    r"团|两国|友好|社会|^(?:兼|及|和|与|代理|前|原|之|各|多(?=国|党|名|个|边|位)|有关|主要|先后|其他|若干|级|候选|以(?!撒|斯)|用|云端|应邀)"
)
_ACTS = re.compile(r"出席|参加(?!会见)|致辞|与会|举行")
# who is party secretary of a province, or envoy abroad, is of the Chinese side
_OURS = re.compile(
    r"(?:[省市区县州]委|自治区党委)(?:副)?书记|(?:我|中国)驻|[省市]人大|[省市]政协|驻(?!华|北京|中国)[^、,]{1,10}(?:大使|总领事)$"
)
# an office that no list has, by the character it ends in, and a name in the characters of transliteration
_TRANSLITERATED = re.compile(
    rf"(?P<title>[{HAN}]{{1,16}}?[长员人官者手席记理使师士主事袖相臣王督卿任])"
    rf"(?P<name>(?:{pattern('zh', 'transliteration')}|[·\-]){{2,10}})(?:等|一行)?$"
)
_RELATIVE = re.compile(
    r"(?:来华|来京|来访|赴华|应邀|正在|前来|到访|专程|在(?:华|京|此间))(?:出席|参加|访问|进行|考察|"
    r"率团)?[^,。;]{0,80}?的(?=[^,。]{2})"
)
_LED = re.compile(
    r"^(?:由|以)(?P<who>.{2,80}?)(?:所?率领|带领|为团长|为首|担任团长|率团?)(?:,[^,。;]{4,60}为联合团长)?的?"
    r"(?:,由[^。;]{2,90}?组成的)?(?P<group>[^,。;]{2,60}?)(?:$|一行|"
    r",|。|;|时)"
)
_LED_LATE = re.compile(
    r"^(?P<who>[^,。;]{4,80}?)(?:所?率领?|带领|为团长|为首)的?(?P<group>(?:该|其)?[^,。;]{0,40}?(?:代表团|考察团|"
    r"访问团|访华团|议员团|研修班|团组|一行|团))"
)
_GROUP = re.compile(pattern("zh", "group") + r"(?:一行)?$")
# A title without a name (英国驻华大使, 某委员会委员): somebody is met, the page does not say who.
_UNNAMED = re.compile(pattern("zh", "title") + r"$")
_LEAD_IN = re.compile(r"^(?:了|来访的|到访的|来华访问的|前来访问的|在京的|过境的|外方|分别|先后|会见了)+")


@dataclass(frozen=True, slots=True)
class _Piece:
    at: int
    to: int


def counterpart(page: Page, start: int, end: int, near: Sequence[str] = ()) -> Counterpart:
    """Everything that a noun phrase of the foreign side says. An empty phrase gives an empty counterpart.

    ``near`` are countries in reach that the phrase itself may not name (those of the trip).
    """
    text = page.text.text
    start, end = _trim(text, start, end)
    if start >= end:
        return Counterpart()
    found = Counterpart()
    led = _LED.match(text[start:end]) or _LED_LATE.match(text[start:end])
    if led:
        found.join(_people(page, start + led.start("who"), start + led.end("who"), leader=True, near=near))
        group_at, group_to = start + led.start("group"), start + led.end("group")
        found.join(_bodies(page, group_at, group_to, near=near))
        found.group = Read(page.text.printed(group_at, group_to), group_at, group_to, "led_group_zh", 0.9)
        _give_party(found)
        return found
    relative = _RELATIVE.search(text, start, end)
    if relative and relative.start() - start <= 40:
        found.join(_people(page, start, relative.start(), leader=False, near=near))
        start = relative.end()
        led = _LED.match(text[start:end]) or _LED_LATE.match(text[start:end])
        if led:
            found.join(counterpart(page, start, end, near))
            return found
    found.join(_people(page, start, end, leader=False, near=near))
    if found.people and not found.people[0].value.is_leader and "率" in text[start : end + 1]:
        found.people[0] = _leading(found.people[0])
    return found


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in ' \t"、,。':
        start += 1 if text[start] != '"' or text.find('"', start + 1, end) < 0 else 0
        if start < end and text[start] == '"':
            break
    lead = _LEAD_IN.match(text, start, end)
    start = lead.end() if lead else start
    while end > start and text[end - 1] in " \t、,。;.":
        end -= 1
    return start, end


def _people(page: Page, start: int, end: int, *, leader: bool, near: Sequence[str]) -> Counterpart:
    found = Counterpart()
    whole = _bodies(page, start, end, near=near)
    titles_from: int | None = None
    for piece in _pieces(page.text.text, start, end):
        at = piece.at
        while at < piece.to:
            read = _person(page, titles_from if titles_from is not None else at, at, piece.to, whole, found)
            if read is None and _ACTS.search(page.text.text, at, piece.to):
                # `20多国使节现场出席,某国某党书记长…`: a clause of its own, whose words are no title of the next
                titles_from = None
                break
            if read is None:
                known = _known_person(page, at, piece.to)
                if known is not None:
                    found.people.append(known)
                    titles_from = None
                    break
                guessed = _transliterated(page, at, piece.to, whole, found)
                if guessed is not None:
                    found.people.append(guessed)
                    titles_from = None
                    break
                listed = found.people and titles_from is None and page.text.text[at - 1 : at] != ","
                bare = _bare_name(page, at, piece.to) if listed else None
                if bare:
                    found.people.append(bare)
                elif titles_from is None:
                    titles_from = at
                break
            person, after = read
            found.people.append(_leading(person) if leader and not found.people else person)
            titles_from = None
            joined = _JOIN.match(page.text.text, after, piece.to)
            if joined is None:
                break
            at = joined.end()
    if not found.people and not whole and titles_from is not None:
        alone = _alone(page, start, end)
        if alone is not None:
            found.people.append(alone)
            return found
    if not found.people:
        text = page.text.text[start:end].rstrip('"一行等 ')
        group = _GROUP.search(text) or (_TITLE.search(text) and _UNNAMED.search(text))
        if group:
            found.group = Read(page.text.printed(start, start + len(text)), start, start + len(text), "group_zh", 0.85)
        elif not whole and titles_from is not None:
            page.note("unknown_title", start, end)
    found.diplomats = bool(
        re.search(r"(?<!前)驻华(?:大使|使节|临时代办|代办|代表|公使|外交)|使节", page.text.text[start:end])
    )
    found.join(whole)
    _give_party(found)
    return found


def _pieces(text: str, start: int, end: int) -> list[_Piece]:
    """The phrase cut at 、 , ; outside quotes and brackets; … and 等 end it."""
    pieces, at, depth, quoted = [], start, 0, False
    for place in range(start, end):
        char = text[place]
        depth += (char == "(") - (char == ")")
        quoted = quoted != (char == '"')
        if char in "、,;" and depth <= 0 and not quoted:
            pieces.append(_Piece(at, place))
            at = place + 1
    pieces.append(_Piece(at, end))
    return [piece for piece in pieces if piece.to > piece.at]


def _person(
    page: Page, titles_from: int, at: int, to: int, whole: Counterpart, before: Counterpart
) -> tuple[Read[ForeignPerson], int] | None:
    """The first person of a piece: the titles, then the name; None where no title is followed by a name."""
    text = page.text.text
    for title in _TITLE.finditer(text, at, to):
        honour = _HONOUR.match(text, title.end(), to)
        name_at = honour.end() if honour else title.end()
        name_to = _name_end(page, name_at, to)
        if name_to is None or _is_ours(page, titles_from, title.end()):
            continue
        person = _described(page, titles_from, title.end(), name_at, name_to, whole, before)
        return Read(person, name_at, name_to, "title_name_zh", 0.9), name_to
    return None


def _transliterated(
    page: Page, at: int, to: int, whole: Counterpart, before: Counterpart
) -> Read[ForeignPerson] | None:
    """`首席护民官恩昆泽`: an unknown office, noted as such, before a transliterated name."""
    start = bodies_zh.title_start(page, at, to)
    body = page.hits_in(start, to, Kind.PARTY, Kind.ORGANISATION)
    from_ = max((hit.end for hit in body if hit.start == start), default=start)
    told = _TRANSLITERATED.match(page.text.text, from_, to)
    if told is None or not (body or whole.countries or before.people) or _is_ours(page, at, told.end("title")):
        return None
    page.note("unknown_title", *told.span("title"))
    name = told.span("name")
    person = _described(page, at, told.end("title"), *name, whole, before)
    return Read(person, *name, "transliterated_zh", 0.55)


def _is_ours(page: Page, start: int, end: int) -> bool:
    """A Chinese office; 叙利亚哈马省省委书记 is none."""
    return _OURS.search(page.text.text, start, end) is not None and not page.foreign_countries(start, end)


def _name_end(page: Page, at: int, to: int) -> int | None:
    """Where the name that begins here ends; None where no name begins here."""
    match = _NAME.match(page.text.text, at, to)
    if match is None:
        return None
    stop = _NAME_END.search(page.text.text, at, match.end())
    if stop and stop.start() == at + 1 and stop.group() in _INSIDE_NAME:
        # 池在龙, 金时宪: no foreign name is one character long
        stop = _NAME_END.search(page.text.text, at + 2, match.end())
    limit = stop.start() if stop else match.end()
    joined = next((j for j in _JOIN.finditer(page.text.text, at + 1, limit) if _starts_person(page, j.end(), to)), None)
    limit = joined.start() if joined else limit
    name = page.text.text[at:limit].strip("·-")
    if not 1 <= len(name) <= 12 or _NOT_A_NAME.search(name) or _starts_known(page, at, limit):
        return None
    return at + len(name)


def _starts_person(page: Page, at: int, to: int) -> bool:
    """Whether what follows 和 or 与 is another person or party (else the character belongs to the name)."""
    text = page.text.text
    if at >= to or any(hit.start == at for hit in page.hits_in(at, to, Kind.COUNTRY, Kind.PARTY, Kind.ORGANISATION)):
        return True
    # of two joining words the one right before the title parts: 科斯塔斯和尼迪斯和议员马夫罗斯
    further = _JOIN.search(text, at, to)
    near = further.start() if further and further.start() > at else to
    return bool(
        _TITLE.search(text, at, near)
        or page.hits_in(at, near, Kind.COUNTRY, Kind.PARTY, Kind.ORGANISATION, Kind.PERSON)
        or _GROUP.search(text[at:near])
    )


def _starts_known(page: Page, at: int, to: int) -> bool:
    """A country, party or body in the place of the name: what stands there is no name.

    Only a hit that begins where the name would: names hold many country characters inside.
    """
    hits = page.hits_in(at, to, Kind.COUNTRY, Kind.PARTY, Kind.ORGANISATION, Kind.DEPARTMENT)
    return any(hit.start == at and hit.end - hit.start >= 2 and hit.end < to for hit in hits)


def _bare_name(page: Page, at: int, to: int) -> Read[ForeignPerson] | None:
    """A name without a title, behind a person with one (`主席张三、李四`)."""
    name_to = _name_end(page, at, to)
    if (
        name_to is None
        or name_to - at < 2
        or name_to - at > 8
        or page.text.text[name_to:to].strip() not in ("", "等", "等人")
    ):
        return None
    person = ForeignPerson(page.text.printed(at, name_to), None, None, None)
    return Read(person, at, name_to, "listed_name_zh", 0.6)


def _alone(page: Page, start: int, end: int) -> Read[ForeignPerson] | None:
    """`林岳同鲁塞尔会谈`: the whole phrase is a name."""
    text = page.text.text[start:end]
    if not 2 <= len(text) <= 8 or text in words("zh", "generic") or _name_end(page, start, end) != end:
        return None
    person = ForeignPerson(page.text.printed(start, end), None, None, None)
    return Read(person, start, end, "name_alone_zh", 0.5)


def _known_person(page: Page, at: int, to: int) -> Read[ForeignPerson] | None:
    """Somebody of the gazetteer without a title."""
    for hit in page.hits_in(at, to, Kind.PERSON):
        if len(hit.ids) == 1 and page.is_foreign(hit):
            known = page.gazetteer.people[hit.ids[0]]
            person = ForeignPerson(page.text.printed(hit.start, hit.end), None, None, known.country, known.id)
            return Read(person, hit.start, hit.end, "gazetteer_person", 0.85)
    return None


def _described(
    page: Page, titles_from: int, titles_to: int, name_at: int, name_to: int, whole: Counterpart, before: Counterpart
) -> ForeignPerson:
    """A person with titles, body and country as the characters before the name tell them."""
    reach = [read.value for read in whole.countries]
    own = _bodies(page, titles_from, titles_to, note=False, near=reach if len(reach) == 1 else ())
    body = own.organisations[0].value if own.organisations else None
    country = own.countries[0].value if own.countries else (body.country if body else None)
    if country is None and before.people:
        country = before.people[-1].value.country
    if country is None and len({read.value for read in whole.countries}) == 1:
        country = whole.countries[0].value
    name = page.text.printed(name_at, name_to)
    known = next(
        (hit for hit in page.hits_in(name_at, name_to, Kind.PERSON) if (hit.start, hit.end) == (name_at, name_to)), None
    )
    identity = known.ids[0] if known and len(known.ids) == 1 and page.is_foreign(known) else None
    title_at = bodies_zh.title_start(page, titles_from, titles_to)
    return ForeignPerson(
        name,
        page.text.printed(title_at, titles_to).strip('" 、,'),
        body.name if body else None,
        country,
        identity,
        _office(page, titles_from, titles_to),
    )


def _office(page: Page, start: int, end: int) -> str | None:
    """The id of the highest office among the titles."""
    offices = [identity for hit in page.hits_in(start, end, Kind.TITLE) for identity in hit.ids[:1]]
    former = re.search(r"前|原", page.text.text[start:end])
    ranked = sorted(offices, key=lambda identity: page.gazetteer.titles[identity].rank)
    return None if not ranked or former else ranked[0]


def _bodies(page: Page, start: int, end: int, *, note: bool = True, near: Sequence[str] = ()) -> Counterpart:
    return bodies_zh.bodies(page, start, end, note=note, near=near)


def _give_party(found: Counterpart) -> None:
    """A leader named without a party is of the delegation's (由党主席某某率领的某国某党代表团)."""
    if len(found.organisations) != 1:
        return
    body = found.organisations[0].value
    for place, person in enumerate(found.people):
        if person.value.organisation is None and person.value.title and person.value.country in (None, body.country):
            value = person.value
            found.people[place] = Read(
                ForeignPerson(
                    value.name,
                    value.title,
                    body.name,
                    value.country or body.country,
                    value.id,
                    value.office,
                    value.role,
                    value.is_leader,
                ),
                person.at,
                person.to,
                person.rule,
                person.confidence,
            )


def _leading(person: Read[ForeignPerson]) -> Read[ForeignPerson]:
    value = person.value
    led = ForeignPerson(
        value.name, value.title, value.organisation, value.country, value.id, value.office, value.role, True
    )
    return Read(led, person.at, person.to, person.rule, person.confidence)

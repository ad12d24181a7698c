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
from pipeline.extract.names_zh import GROUP, JOIN, TITLE, name_end
from pipeline.extract.page import CHINA, Page
from pipeline.extract.sides_zh import department
from pipeline.extract.wordlist import pattern, words
from pipeline.gazetteer import Kind
from pipeline.words import ForeignPerson

# 总会长拿督斯里魏家祥: what stands between title and name belongs to neither
_HONOUR = re.compile(r"(?:拿督斯里|丹斯里|拿督|准拿督|阁下|博士|教授)?[ \"]*")
_ACTS = re.compile(r"出席|参加(?!会见)|致辞|与会|举行")
# who is party secretary of a province, or envoy abroad, is of the Chinese side
_OURS = re.compile(
    r"国务院|全国人大|全国政协|(?:[省市区县州]委|自治区党委)(?:副)?书记|(?:我|中国)驻|[省市]人大|[省市]政协|驻(?!华|北京|中国)[^、,]{1,10}(?:大使|总领事)$"
)
_ENVOY = re.compile(r"驻(?!华|北京|中国)[^、,]{1,12}(?:大使|总领事|代办|公使|参赞)$")
_DIPLOMATS = re.compile(r"(?<!前)驻华(?:大使|使节|临时代办|代办|代表|公使|外交|使馆[^,。]{0,4}(?:代办|公使|参赞))|使节")
_SENT_BY = re.compile(r"的(?:个人|私人|特别)*(?:特使|代表|助理|顾问|夫人|遗孀)")
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
    r"^(?:由|以)(?P<who>.{2,80}?)(?:所?率领|带领|为团长|为首|担任团长|率团?)(?:[,、](?P<second>[^,。;、]{4,60}?)为(?:联合|副)团长)?的?"
    r"(?:,由[^。;]{2,90}?组成的)?(?P<group>[^,。;]{2,60}?)(?:$|一行|"
    r",|。|;|时)"
)
_LED_LATE = re.compile(
    r"^(?P<who>[^,。;]{4,80}?)(?:所?率领?|带领|为团长|为首)的?(?P<group>(?:该|其)?[^,。;]{0,40}?(?:代表团|考察团|"
    r"访问团|访华团|议员团|研修班|团组|一行|团))"
)
# 由中联部邀请来华的某党考察团: the inviter is none of the guests
_ASKED_HERE = re.compile(r"(?:应|由|受)[^,。;]{2,24}邀请[^,。;]{0,12}?的(?=[^,。;]{2})")
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
    asked = _ASKED_HERE.match(text, start, end)
    start = asked.end() if asked else start
    led = _LED.match(text[start:end]) or _LED_LATE.match(text[start:end])
    if led:
        found.join(_people(page, start + led.start("who"), start + led.end("who"), leader=True, near=near))
        if led.groupdict().get("second"):
            second = (start + led.start("second"), start + led.end("second"))
            found.join(Counterpart(_people(page, *second, leader=False, near=near).people))
        group_at, group_to = start + led.start("group"), start + led.end("group")
        reach = [read.value for read in found.countries]
        found.join(_bodies(page, group_at, group_to, near=reach if len(reach) == 1 else near))
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
            if read is None and _host(page, at, piece.to):
                titles_from = None  # 中联部副部长某某 among the guests
                break
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
            joined = JOIN.match(page.text.text, after, piece.to)
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
        group = GROUP.search(text) or (TITLE.search(text) and _UNNAMED.search(text))
        if group:
            found.group = Read(page.text.printed(start, start + len(text)), start, start + len(text), "group_zh", 0.85)
        elif not whole and titles_from is not None:
            page.note("unknown_title", start, end)
    found.diplomats = bool(
        re.search(
            r"(?<!前)驻华(?:大使|使节|临时代办|代办|代表|公使|外交|使馆[^,。]{0,4}(?:代办|公使|参赞))|使节",
            page.text.text[start:end],
        )
    )
    found.join(whole)
    # the 加纳 of 恩加纳 is no Ghana
    named = [(read.at or 0, read.to or 0) for read in found.people]
    found.countries = [
        read for read in found.countries if not any(at < (read.at or 0) and (read.to or 0) <= to for at, to in named)
    ]
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
    for title in TITLE.finditer(text, at, to):
        if text[title.end() : title.end() + 1] == "的":
            continue
        honour = _HONOUR.match(text, title.end(), to)
        name_at = honour.end() if honour else title.end()
        name_to = name_end(page, name_at, to)
        if name_to is None or _is_ours(page, titles_from, title.end()):
            continue
        if _SENT_BY.match(text, name_to, to):
            continue  # 政府总理斯托亚诺夫的特使科列夫: who sent him is not there
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
    envoy = _ENVOY.search(page.text.text, start, end)
    if envoy is not None and not page.foreign_countries(start, envoy.start()):
        return True  # 驻智利大使; 日本驻上海总领事 is none
    if department(page, start, end):
        return not _foreign_party(page, start, end)  # 老挝人民革命党中央委员、中央对外联络部副部长
    if _OURS.search(page.text.text, start, end) is None:
        return False
    return not page.foreign_countries(start, end) and not _foreign_party(page, start, end)


def _host(page: Page, start: int, end: int) -> bool:
    """Whether a piece without a foreign party names the department, or somebody Chinese whom the gazetteer knows."""
    known = page.hits_in(start, end, Kind.PERSON, Kind.DEPARTMENT)
    if not known or _foreign_party(page, start, end):
        return False
    return department(page, start, end) or any(
        page.gazetteer.country_of(hit.kind, hit.ids[0]) == CHINA for hit in known if hit.kind is Kind.PERSON
    )


def _foreign_party(page: Page, start: int, end: int) -> bool:
    return any(page.is_foreign(hit) for hit in page.hits_in(start, end, Kind.PARTY))


def _bare_name(page: Page, at: int, to: int) -> Read[ForeignPerson] | None:
    """A name without a title, behind a person with one (`主席张三、李四`)."""
    name_to = name_end(page, at, to)
    if (
        name_to is None
        or name_to - at < 2
        or name_to - at > 8
        or page.text.text[name_to:to].strip() not in ("", "等", "等人")
        or page.covering(at, name_to, Kind.PARTY, Kind.ORGANISATION, Kind.COUNTRY)
    ):
        return None
    person = ForeignPerson(page.text.printed(at, name_to), None, None, None)
    return Read(person, at, name_to, "listed_name_zh", 0.6)


def _alone(page: Page, start: int, end: int) -> Read[ForeignPerson] | None:
    """`林岳同鲁塞尔会谈`: the whole phrase is a name."""
    text = page.text.text[start:end]
    if not 2 <= len(text) <= 8 or text in words("zh", "generic") or name_end(page, start, end) != end:
        return None
    if page.covering(start, end, Kind.PARTY, Kind.ORGANISATION):
        return None
    person = ForeignPerson(page.text.printed(start, end), None, None, None)
    return Read(person, start, end, "name_alone_zh", 0.5)


def _known_person(page: Page, at: int, to: int) -> Read[ForeignPerson] | None:
    """Somebody of the gazetteer without a title."""
    for hit in page.hits_in(at, to, Kind.PERSON):
        if len(hit.ids) == 1 and page.is_foreign(hit) and not _SENT_BY.match(page.text.text, hit.end):
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

"""Parties, bodies and countries of the foreign side in a Chinese phrase."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.extract.draft import Counterpart, Read
from pipeline.extract.folded import HAN
from pipeline.extract.named_events import meanings
from pipeline.extract.page import Page
from pipeline.extract.wordlist import pattern, words
from pipeline.gazetteer import Hit, Kind
from pipeline.gazetteer.fold import key
from pipeline.words import Organisation

# A party that no gazetteer knows: what stands between the country (or a quote, or the phrase's start) and 党.
_UNKNOWN_PARTY = re.compile(
    rf"(?:\"[^\"\n]{{1,20}}\"|[{HAN}·\-]){{1,16}}?(?:党(?!员|派|团|校|委|报|刊|媒|政|纪|群|章|务|性|组|内|外|际|的|史|总部|部|首|"
    rf"鞭|魁|建)|阵线|民主联盟|解放运动|抵抗运动)(?:\([^)\n]{{1,8}}\))?"
)
# 巴拉圭祖国团结运动代表团, 贝宁希望贝宁力量联盟副主席: right behind its country and before whom it sends
_MOVEMENT = re.compile(r"联盟|运动|联合体")
_UNKNOWN_MOVEMENT = re.compile(
    rf"(?![^,。]{{0,8}}(?:议员联盟|友好|不结盟|奥|体育))[{HAN}·\-]{{2,10}}?(?:联盟|运动|联合体)"
    rf"(?=(?:第一|常务)?副?{pattern('zh', 'title')}|"
    rf"(?:该党|友好|高级|青年|妇女|中青年)*(?:干部|代表团|考察团)|{pattern('zh', 'group')})"
)
_QUOTED = re.compile(r"\"[^\"\n、]{2,20}\"党")
_QUOTED_PARTY = re.compile(rf"{_QUOTED.pattern}$")
# 由秘书长某某率领, 来华出席某论坛的某国前总理: no part of the title
_LEADS = re.compile(
    r"(?:了)?(?:由|以(?!色列))?(?:(?:来华|来访|来京|出席|参加|访问|前来|到访|应邀)[^、,]{0,40}的)?(?:由|以(?!色列))?(?:该党|该国)?"
    r"(?:(?:即将)?(?:离任|卸任|离华)的|新到任的|(?:执政|在野)的)?"
)
# 反对党国民党领袖: how the party stands is no part of its name
_STANDING = re.compile(r"(?:主要)?(?:执政|反对|在野)党(?=[^、,]{1,20}党)")
_HELD = re.compile(pattern("zh", "title"))
_GENERIC = frozenset(words("zh", "generic"))
_GENERIC_END = re.compile(
    r"(?:执政|反对|在野|多|各|两|三|四|六|该|其|政|本|主要|老|全|入|建|我|非|社|姊妹|兄弟|左翼政|亚非|友)党$"
)
# Bodies that are no party, by the word they end in, right before a title or a group word.
_UNKNOWN_BODY = re.compile(
    rf"([{HAN}·\-]{{2,20}}?(?:研究院|研究所|学会|协会|基金会|商会|友协|联合会|俱乐部|理事会|公司|集团|银行|大学|"
    rf"学院|论坛|全国委员会|战略委员会|利益委员会))"
    rf"(?={pattern('zh', 'title')}|{pattern('zh', 'group')}|$|、|,|和|与|及|同|邀请|主办|举办|联合|共同)"
)
# The ministry or chamber that somebody serves in below its head: 芬兰外交部常秘, 菲律宾参议院少数派领袖.
_OFFICE = re.compile(
    rf"[{HAN}]{{2,8}}?部(?=(?:代理)?(?:常务|政务)?(?:次官|常秘|秘书长|国务秘书|司长|局长|发言人|顾问))|"
    r"(?:参议院|众议院|国民议会)(?=少数派|多数派|党团)"
)
_SHORT = re.compile(
    rf"(?:^|(?<![{HAN}])|(?<=[见同与和及由]))([{HAN}])"
    r"(?=前|原总|总统|副?总理|首相|外长|议长|国会|议会|众议|参议|政要|驻华|政府|朝野|工党|共产党|社民党|执政党)"
)
_TWO_PARTIES = re.compile(rf"(?P<one>[{HAN}]{{2}})、(?P<other>[{HAN}]{{2}})两党")
_OFFICE_BEHIND = re.compile(r"书记|部|局|关系|事务|联络|合作|问题|委员会|司")
_KINDS = (
    (re.compile(r"党|阵线|联盟|运动"), "party"),
    (re.compile(r"部$"), "ministry"),
    (re.compile(r"大学|学院"), "university"),
    (re.compile(r"公司|集团|银行|商会"), "business"),
    (re.compile(r"研究|智库|论坛"), "think_tank"),
    (re.compile(r"议会|参议院|众议院"), "legislature"),
)


def bodies(
    page: Page, start: int, end: int, *, note: bool = True, unknown: bool = True, near: Sequence[str] = ()
) -> Counterpart:
    """Countries and bodies named in a span.

    A body that no gazetteer knows is kept as printed (``unknown``) and noted (``note``).
    ``near`` are countries in reach that the span does not name.
    """
    found = Counterpart()
    named = [(iso3, hit) for iso3, hit in page.foreign_countries(start, end)]
    # A country inside a body's name counts only through that body: 统一俄罗斯党 is Russian by the party.
    known = [
        hit
        for hit in page.hits_in(start, end, Kind.PARTY, Kind.ORGANISATION)
        if not _is_generic(page, hit)
        and not _cut_into(page, hit)
        and (hit.kind is Kind.PARTY or not _office_of_party(page, hit))
    ]
    reach = [iso3 for iso3, _ in named] or list(near)
    printed = _unknown_parties(page, start, end) if unknown else []
    # 国民联合党, of which the gazetteer knows no more than 联合党 of others: as printed
    known = [
        hit
        for hit in known
        if not any(low < hit.start and hit.end <= high for low, high in printed) or _in_reach(page, hit, reach)
    ]
    for iso3, hit in named:
        # the Sudan of 苏丹人民解放运动 is a word of the party's name, not a country of its own
        if any(body.start < hit.start and hit.end <= body.end and _resolved(page, body, reach) for body in known):
            continue
        if any(
            body.start == hit.start and hit.end < body.end and _elsewhere(page, body, iso3, reach) for body in known
        ):
            continue
        _country(found, iso3, hit.start, hit.end, "gazetteer_country", 0.97)
    for hit in _outermost(known):
        _known(page, found, hit, reach)
    if unknown:
        _unknown(page, found, start, end, known, printed, note=note)
    for match in _TWO_PARTIES.finditer(page.text.text, start, end):
        for group in ("one", "other"):
            _half(page, found, match, group)
    for iso3, hit in named:
        office = _OFFICE.match(page.text.text, hit.end, end)
        if office is not None and not page.hits_in(hit.end, office.end(), Kind.PARTY):
            body = Organisation(page.text.printed(hit.start, office.end()), None, iso3, _kind(office.group()))
            found.organisations.append(Read(body, hit.start, office.end(), "office_zh", 0.7))
    if not found.countries:
        _by_character(page, found, start, end)
    if not found.countries:
        _by_place(page, found, start, end)
    return found


def title_start(page: Page, start: int, end: int) -> int:
    """Where a person's title begins: with the party whose office it is, behind the country printed before.

    ``多米尼加现代革命党副主席`` is 现代革命党副主席; a party that says too little without its country keeps it.
    """
    text = page.text.text
    lead = _LEADS.match(text, start, end)
    at = lead.end() if lead else start
    while at < end:
        while at < end and text[at] in ' "、,和与' and not (text[at] == '"' and _quoted_party(page, at, end)):
            at += 1
        standing = _STANDING.match(text, at, end)
        at = standing.end() if standing else at
        hits = [hit for hit in page.hits_in(at, end, Kind.COUNTRY, Kind.PARTY, Kind.ORGANISATION) if hit.start == at]
        country = max((hit.end for hit in hits if hit.kind is Kind.COUNTRY), default=at)
        body = max((hit for hit in hits if hit.kind is not Kind.COUNTRY), key=lambda hit: hit.end, default=None)
        if body is not None:
            return country if at < country < body.end and _says_enough(page, body, country) else at
        short = _SHORT.match(text, at, end)
        if short is not None and len(meanings(short.group(1))) == 1:
            return at + 1
        if country == at or country >= end:
            return at
        at = country
    return at


def _quoted_party(page: Page, at: int, end: int) -> bool:
    """`“祖国之光”党第一副主席`: the quote is of the name."""
    known = any(hit.start == at for hit in page.hits_in(at, end, Kind.PARTY))
    return known or _QUOTED.match(page.text.text, at, end) is not None


def _says_enough(page: Page, hit: Hit, start: int) -> bool:
    """Whether the rest of a body's name from ``start`` on is a form of its own that needs no country.

    人民党 says nothing of whose it is; 人民解放运动 is Angola's by its own name (People's Movement … of Angola).
    """
    rest = page.text.text[start : hit.end]
    table = page.gazetteer.parties if hit.kind is Kind.PARTY else page.gazetteer.organisations
    for identity in hit.ids:
        for name in table[identity].zh:
            if key(name.text) == key(rest):
                plain = name.generic and (rest in words("zh", "plain") or _bears_country(page, hit.kind, identity))
                return not plain
    return False


def _bears_country(page: Page, kind: Kind, identity: str) -> bool:
    table = page.gazetteer.parties if kind is Kind.PARTY else page.gazetteer.organisations
    home = page.gazetteer.countries.get(page.gazetteer.country_of(kind, identity) or "")
    if home is None:
        return False
    english = table[identity].name_en
    return any(name.text in english for name in (*home.en, *home.adjectives))


def _is_generic(page: Page, hit: Hit) -> bool:
    return page.text.text[hit.start : hit.end] in _GENERIC


def _cut_into(page: Page, hit: Hit) -> bool:
    """法国社会党国际书记 is a secretary of 法国社会党, not of 社会党国际."""
    text = page.text.text
    return text.startswith("国际", hit.end - 2) and bool(_OFFICE_BEHIND.match(text, hit.end))


def _office_of_party(page: Page, hit: Hit) -> bool:
    """越共中央对外部部长 is an office in the party; 中联部与越共中央对外部 tells of the department itself."""
    party = any(one.start == hit.start for one in page.hits_in(hit.start, hit.end, Kind.PARTY))
    return (party and _HELD.match(page.text.text, hit.end) is not None) or page.text.text.startswith("+", hit.end)


def _outermost(hits: list[Hit]) -> list[Hit]:
    """Hits inside longer ones fall away, save the party within the name of its department."""
    return [hit for hit in hits if not any(_swallows(other, hit) for other in hits)]


def _swallows(longer: Hit, hit: Hit) -> bool:
    within = longer.start <= hit.start and hit.end <= longer.end and longer.end - longer.start > hit.end - hit.start
    return within and not (hit.kind is Kind.PARTY and longer.kind is Kind.ORGANISATION)


def _resolved(page: Page, hit: Hit, reach: list[str]) -> str | None:
    return page.gazetteer.resolve(hit, reach, page.day)


def _elsewhere(page: Page, hit: Hit, iso3: str, reach: list[str]) -> bool:
    identity = _resolved(page, hit, reach)
    return identity is not None and page.gazetteer.country_of(hit.kind, identity) not in (None, iso3)


def _in_reach(page: Page, hit: Hit, reach: list[str]) -> bool:
    """One body is meant, of a country in reach: of 团结和变革革新阵线 in Mauritania, 革新阵线 (Argentina) is not."""
    identity = _resolved(page, hit, reach)
    home = page.gazetteer.country_of(hit.kind, identity) if identity is not None else None
    return identity is not None and (not reach or home is None or home in reach)


def _known(page: Page, found: Counterpart, hit: Hit, reach: list[str]) -> None:
    identity = page.gazetteer.resolve(hit, reach or [read.value for read in found.countries], page.day)
    countries = {page.gazetteer.country_of(hit.kind, option) for option in hit.ids}
    if countries and countries <= {"CHN", "HKG", "MAC", "TWN"}:
        return
    name = page.text.printed(hit.start, hit.end)
    sure = hit.kind is Kind.PARTY and (name.endswith(("党", "黨")) or _elsewhere_known(page, hit))
    near = () if sure else page.hits_in(max(0, hit.start - 12), hit.start, Kind.COUNTRY)
    before = next((one for one in near if one.end == hit.start and len(one.ids) == 1), None)
    if before is not None and before.ids[0] not in countries and not _elsewhere_known(page, hit):
        # 几内亚民主联盟, 乌克兰世界经济与国际关系研究所, where only those of other countries are known
        printed = Organisation(page.text.printed(before.start, hit.end), None, before.ids[0], _kind(name))
        found.organisations.append(Read(printed, before.start, hit.end, "country_and_body", 0.6))
        return
    if identity is None and hit.generic and not reach:
        return
    if identity is None:
        # a form several bodies share, and no country says which: kept as printed, without id or country
        kinds = {page.gazetteer.parties[option].kind for option in hit.ids if option in page.gazetteer.parties}
        kind = next(iter(kinds)) if len(kinds) == 1 else "party" if hit.kind is Kind.PARTY else None
        country = reach[-1] if len(set(reach)) == 1 else None
        found.organisations.append(
            Read(Organisation(name, None, country, kind), hit.start, hit.end, "shared_form", 0.6)
        )
        return
    country = page.gazetteer.country_of(hit.kind, identity)
    table = page.gazetteer.parties if hit.kind is Kind.PARTY else page.gazetteer.organisations
    body = Organisation(name, identity, country, table[identity].kind)
    if all(read.value.id != identity for read in found.organisations):
        found.organisations.append(Read(body, hit.start, hit.end, f"gazetteer_{hit.kind.value}", 0.95))
    if country is not None:
        _country(found, country, hit.start, hit.end, "country_of_body", 0.9)


def _elsewhere_known(page: Page, hit: Hit) -> bool:
    """A party that no other shares its name with, wherever the page puts it (两党: 南苏丹苏丹人民解放运动)."""
    if any(page.gazetteer.country_of(hit.kind, option) is None for option in hit.ids):
        return True
    return hit.kind is Kind.PARTY and not hit.generic and len(hit.ids) == 1


def _unknown_parties(page: Page, start: int, end: int) -> list[tuple[int, int]]:
    """Where a word that ends as a party's name does begins and ends."""
    text, found = page.text.text, []
    for match in _UNKNOWN_PARTY.finditer(text, start, end):
        at, to = match.span()
        quoted = _QUOTED_PARTY.search(text, at, to)
        if quoted is not None:
            # “家园与秩序”党: the quote is the name, whatever countries and joining words stand in it
            found.append((quoted.start(), to))
            continue
        # the name begins behind the last country in the match, or behind the joining words
        at = max([at] + [hit.end for hit in page.hits_in(at, to - 2, Kind.COUNTRY)])
        joined = re.search(
            r"^(?:.*(?:会见|应约|来自|以及|、|和|与|及|同|由|以|向|为|对|应|的|了|任|兼|前往|访问))", text[at : to - 1]
        )
        at += joined.end() if joined else 0
        name = text[at:to]
        if len(name.strip('"')) >= 2 and name not in _GENERIC and not _GENERIC_END.search(name):
            found.append((at, to))
    for hit in page.hits_in(start, end, Kind.COUNTRY) if _MOVEMENT.search(text, start, end) else ():
        movement = _UNKNOWN_MOVEMENT.match(text, hit.end, end)
        if movement is not None and not any(at < movement.end() and movement.start() < to for at, to in found):
            found.append(movement.span())
    return found


def _unknown(
    page: Page,
    found: Counterpart,
    start: int,
    end: int,
    known: list[Hit],
    parties: list[tuple[int, int]],
    *,
    note: bool,
) -> None:
    text = page.text.text
    taken = [(hit.start, hit.end) for hit in known]
    for at, to in parties:
        if any(low < to and at < high for low, high in taken):
            continue
        _printed(page, found, at, to, "party", note=note)
        taken.append((at, to))
    for match in _UNKNOWN_BODY.finditer(text, start, end):
        at, to = match.span(1)
        # 美国商会, 波兰国际事务研究所: the country is a part of the name
        at = max([at] + [hit.start for hit in page.hits_in(at, to - 1, Kind.COUNTRY)])
        joined = re.search(r"^(?:.*(?:会见|应约|来自|以及|由|向|应|的|了|访问))|^(?:和|与|及|同)", text[at:to])
        at += joined.end() if joined else 0
        if to - at > 3 and not any(low < to and at < high for low, high in taken):
            _printed(page, found, at, to, _kind(text[at:to]), note=note)
            taken.append((at, to))


def _half(page: Page, found: Counterpart, told: re.Match[str], group: str) -> None:
    """共和、民主两党: each is 共和党, 民主党 of the country told before them."""
    name = told.group(group) + "党"
    home = [read.value for read in found.countries]
    known = {
        identity
        for hit in page.gazetteer.find(name, "zh")
        if hit.kind is Kind.PARTY and hit.end - hit.start == len(name)
        for identity in hit.ids
        if page.gazetteer.parties[identity].country in home
    }
    if len(known) == 1:
        identity = known.pop()
        body = Organisation(name, identity, page.gazetteer.parties[identity].country, "party")
        if all(read.value.id != identity for read in found.organisations):
            found.organisations.append(Read(body, *told.span(group), "two_parties_zh", 0.8))


def _by_character(page: Page, found: Counterpart, start: int, end: int) -> None:
    """美前政要, 德前总理: one character, where only one country is ever meant by it."""
    for match in _SHORT.finditer(page.text.text, start, end):
        meant = meanings(match.group(1))
        if len(meant) == 1:
            _country(found, meant[0], match.start(1), match.end(1), "short_country_zh", 0.7)


def _kind(name: str) -> str | None:
    return next((kind for ending, kind in _KINDS if ending.search(name)), None)


def _by_place(page: Page, found: Counterpart, start: int, end: int) -> None:
    """特里尔市市长, 阿拉木图市议会: only the city tells the country."""
    for hit in page.hits_in(start, end, Kind.PLACE):
        country = page.gazetteer.country_of(hit.kind, hit.ids[0]) if len(hit.ids) == 1 else None
        if country and country not in ("CHN", "HKG", "MAC", "TWN"):
            _country(found, country, hit.start, hit.end, "country_of_city", 0.7)


def _printed(page: Page, found: Counterpart, at: int, to: int, kind: str | None, *, note: bool) -> None:
    countries = [read.value for read in found.countries]
    # of the country right before it, else of the phrase's only one
    before = [hit.ids[0] for hit in page.hits_in(max(0, at - 12), to, Kind.COUNTRY) if at in (hit.start, hit.end)]
    country = next((iso3 for iso3 in before if iso3 in countries), countries[0] if len(countries) == 1 else None)
    body = Organisation(page.text.printed(at, to), None, country, kind)
    found.organisations.append(Read(body, at, to, "printed_body_zh", 0.6))
    if note:
        page.note("unknown_organisation", at, to)


def _country(found: Counterpart, iso3: str, at: int, to: int, rule: str, confidence: float) -> None:
    if all(read.value != iso3 for read in found.countries):
        found.countries.append(Read(iso3, at, to, rule, confidence))

"""People of the Chinese side on Chinese pages: by gazetteer, by the department's title, by name on its own site."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.extract.draft import Official
from pipeline.extract.folded import HAN
from pipeline.extract.page import CHINA, Page
from pipeline.extract.pinyin import pinyin
from pipeline.extract.wordlist import pattern
from pipeline.gazetteer import Hit, Kind, Post
from pipeline.words import ChinesePerson

_SURNAME = pattern("zh", "surname")
_RANK = (
    r"(?:常务副部长|副部长|代部长|部长助理|部长|[一二三四五六七八]局(?:副)?局长|办公厅(?:副)?主任|研究室(?:副)?主任|"
    rf"[{HAN}]{{2,6}}局(?:副)?局长|(?:新闻)?发言人|秘书长|参赞|处长|副局长|局长|部领导|[一二]级巡视员|巡视员|副巡视员|参事|调研员|(?<=部)长)"
)
_AFTER_DEPARTMENT = re.compile(
    rf"\s*((?:前任?|原)?{_RANK}(?:(?:兼|、)[{HAN}]{{2,16}}?(?:主任|局长|秘书长|会长|发言人))?)\s*"
)
# 全国政协副主席、中联部部长 · 中国国际交流协会副会长、中联部副部长: offices held beside the department's
_BEFORE_TITLE = re.compile(
    rf"(?:(?:(?![和与同及见以由])[{HAN}]){{2,16}}?(?:主席|委员|常委|会长|代表|特使|校长|主任|组长|书记|理事长)\s*、\s*){{1,3}}$"
)
# 中国国际交流协会副会长、前驻日大使级参赞某某: an officer of a body that the department runs (codebook §1, scope d)
_AFTER_AFFILIATE = re.compile(
    rf"\s*((?:副会长|会长|副理事长|理事长|副秘书长|秘书长|总干事|副主任|主任|理事|研究员)"
    rf"(?:(?:兼|、)[{HAN}]{{2,16}}?(?:会长|秘书长|主任|局长|大使|参赞|委员|主席|院长|研究员))*)\s*(?={_SURNAME})"
)
_CLAUSE = re.compile(r"[,。;]|邀请")
_JOINING = frozenset("和与同及为对以向在宣指作日")
_HAN_RUN = re.compile(rf"[{HAN}]+")
_FORMER = re.compile(r"(?:前任?|原|时任)\s*$")
_SURNAME_AT = re.compile(_SURNAME)
# What may follow a Chinese name: a delimiter, a verb, an adverb. The shortest name before such a sign is taken.
_FOLLOWS = re.compile(
    r"$|[、,。;:()\s\n\"]|会|在|率|同|与|和|及|以|出席|访|应|等|视|通|主(?=[持动办讲任要])|表示|赴|集体|分别|参|陪|还|并|向|为|"
    r"代表|介绍|抵|将|接|宣|今|昨|曾|现场|线上|亲自|专程|发(?=[表言来出布贺去唁])|受|日前|于|一行|举行|拜|说|指|致|作|就|对|的|又|日"
)
_OTHER_TITLE = re.compile(
    rf"((?:中共中央政治局|全国政协|全国人大|国务院|我?(?:中国)?驻(?!华|北京|中国)|外交部|商务部|中央党校|国家行政学院|中共|"
    rf"(?:国家|中央)(?!书记处|政治局|委员会|执|常|候补|国际|对外|外事|宣|组织|联络|青|妇|总部|办公|社会|工|委|领导|机关)[{HAN}]{{2,10}}?(?:院|委|办|局|总署)|中央(?:宣传|组织|统战|社会工作)部|"
    rf"[省市]外办|[省市]政府|[省市]人大|[省市]政协|全国总工会|全国妇联|全国青联|共青团中央|中国(?!驻|共产党|代表)[{HAN}]{{2,12}}会|"
    rf"(?:[{HAN}]{{2,4}})?(?:省|市|自治区党|自治区|区|州|县)委|[{HAN}]{{2,3}}[省市]|[{HAN}]{{2,5}}自治区)"
    rf"(?![{HAN}]{{0,6}}(?:驻华|邀请))[{HAN}、]{{0,18}}?(?:委员|常委|副主席|主席|副书记|书记|副省长|省长|副市长|"
    rf"市长|大使|总领事|副部长|部长|部长助理|校长|院长|参赞|临时代办|会长|理事长|秘书长|主任|局长))"
    rf"\s*(?={_SURNAME})"
)
# what such a title begins with, the department's own left out
_OTHER_LEAD = re.compile(
    r"政治局|全国|国务院|驻(?!华)|外交部|商务部|学院|国家|中央(?!对外联络部)|中共(?!中央对外联络部)|中国(?!共产党)|共青团|"
    r"[省市区县州]"
)
# 唐允和等参加: a joining character right before such a sign belongs to the name
_HARD_END = re.compile(r"$|等|[、,。)]|参加|陪同|出席|率|会见|在座|一行")
# 《习近平谈治国理政》, 习近平总书记特使, 转达习近平总书记的口信: named, not present
_ONLY_NAMED = re.compile(
    r"(?:中共中央)?(?:总书记|国家主席|主席|同志)*(?:特使|谈治国|新时代|[^,。]{0,4}思想|的|重要|[^,。]{0,20}(?:致信|致贺|贺信|"
    r"贺电|复信|回信)|在[^,。]{2,20}(?:讲话|提出)|提出|对[^,。]{2,20}(?:访问|国事))"
)
_NAMED_BY = re.compile(
    r"(?:转达|转交|代表|受|按照|落实|学习|宣读|祝贺|围绕|贯彻|根据|宣介|关于)(?:了|中共中央|总书记)*$"
)
# 该部副部长徐绿平, `9月8日,副部长沈蓓莉在京…`: the department stands before
_BARE_RANK = re.compile(rf"(?:该部|(?<![{HAN}]))((?:常务副|副|代)?部长|部长助理)$")
_CALLED = re.compile(r"(?:副部长|部长助理|部长|副局长|局长|大使|总领事|副会长|会长|参赞|主任)$")
_ADDRESSED = re.compile(r"[,。、]|一行|在|于|与|同|和|会见|率|还|应邀|表示|说|出席|访")
_OWN_OBJECT = re.compile(rf"(?:会见|同|与)({_SURNAME}[{HAN}]{{1,2}}?)(?=举行|会谈|会晤|座谈|视频|通话|通电话|[。,]|$)")
_BEFORE_NAME = re.compile(
    r"(?:当地时间)?(?:(?:\d{4}年)?\d{1,2}月)?\d{1,2}日(?:上午|下午|晚上?|中午)?,?|(?:访问|会议|论坛|在京|"
    r"会见)?(?:期间|其间|前|后),|同日,|当天,"
)
_OWN_HEADLINE = re.compile(
    rf"({_SURNAME}[{HAN}]{{1,2}}?)(?=会见|应约|应邀|同|与|出席|率|访问|分别|集体|共同|视频|在|向|为|考察|参加|"
    rf"参访|接受|宣读|陪同|赴|将|还|抵|主持|约见|拜会|会晤)"
)


def officials(page: Page, start: int, end: int) -> list[Official]:
    """Everybody of the Chinese side named in a span, in order of place."""
    named = [*_titled(page, start, end), *_of_affiliates(page, start, end), *_others(page, start, end)]
    for official in named:
        _introduce(page, official)
    found = [*_known(page, start, end), *named, *_again(page, start, end), *_addressed(page, start, end)]
    kept: list[Official] = []
    for official in sorted(found, key=lambda one: (one.name_at, -(one.name_to - one.name_at), one.person.id is None)):
        if not kept or official.name_at >= kept[-1].name_to:
            kept.append(official)
    return kept


def _again(page: Page, start: int, end: int) -> list[Official]:
    """Those introduced with their title before, by name alone."""
    found = []
    for name, official in page.introduced.items():
        at = page.text.text.find(name, max(start, official.name_to), end)
        if at >= 0 and _FOLLOWS.match(page.text.text, at + len(name)):
            to = at + len(name)
            found.append(replace(official, at=at, to=to, name_at=at, name_to=to, rule="introduced_zh", confidence=0.8))
    return found


def _introduce(page: Page, official: Official) -> None:
    """Keep somebody's name, and what the page may call them further on."""
    name = page.text.text[official.name_at : official.name_to]
    if name in page.introduced:
        return
    page.introduced[name] = official
    surname, rank = _SURNAME_AT.match(name), _CALLED.search(official.person.title or "")
    if surname is not None and rank is not None:
        called = surname.group() + rank.group()
        # of two of one family name and rank it says neither
        page.called[called] = None if called in page.called else official


def _addressed(page: Page, start: int, end: int) -> list[Official]:
    """`高副局长一行`, `卢大使`: those introduced with their title before, by family name and rank."""
    found, text = [], page.text.text
    for called, official in page.called.items():
        at = text.find(called, start, end) if official is not None else -1
        to = at + len(called)
        if official is None or at < official.name_to or not _ADDRESSED.match(text, to):
            continue
        if not _HAN_RUN.match(text[at - 1 : at]):
            found.append(replace(official, at=at, to=to, name_at=at, name_to=to, rule="addressed_zh", confidence=0.75))
    return found


def headline_official(page: Page, start: int, end: int) -> Official | None:
    """On the department's own site a bare Chinese name before a verb is one of its officials."""
    if not page.own_site:
        return None
    lead = _BEFORE_NAME.match(page.text.text, start, end)
    match = _OWN_HEADLINE.match(page.text.text, lead.end() if lead else start, end)
    if match is None or any(
        hit.start < match.end(1)
        for hit in page.hits_in(match.start(), match.end() + 8, Kind.COUNTRY, Kind.PARTY, Kind.ORGANISATION, Kind.PLACE)
    ):
        return None
    return _official(page, match.start(1), match.end(1), None, match.start(1), "own_site_name", 0.7, department=True)


def visited_official(page: Page, start: int, end: int) -> Official | None:
    """On the department's own site, whom a foreigner meets: `法国共产党全国书记鲁塞尔同林岳举行会谈`."""
    match = _OWN_OBJECT.search(page.text.text, start, end) if page.own_site else None
    if match is None or not page.hits_in(start, match.start(), Kind.COUNTRY, Kind.PARTY):
        return None
    return _official(page, match.start(1), match.end(1), None, match.start(1), "own_site_object", 0.6, department=True)


def _known(page: Page, start: int, end: int) -> list[Official]:
    found = []
    for hit in page.hits_in(start, end, Kind.PERSON):
        people = [page.gazetteer.people[identity] for identity in hit.ids]
        chinese = [person for person in people if person.country == CHINA]
        if len(chinese) != 1 or len(people) != 1:
            continue
        person = chinese[0]
        post = _post(page, person.id)
        held = post is not None and post.organisation in page.gazetteer.departments
        if _only_named(page, hit, leader=not held):
            continue
        title, at, of_department, former = _title_before(page, start, hit.start)
        if title is not None:
            page.titled[person.id] = max(title, page.titled.get(person.id, ""), key=len)
        elif post is not None:
            title = page.titled.get(person.id) or post_title(page, post)
        name = ChinesePerson(person.name_en, person.name_zh, title, person.id)
        department = (of_department or held) and not former
        # a printed title of the department beside a post elsewhere that day: the page errs or recalls
        confidence = 0.98 if of_department and held else 0.9 if held else 0.75
        found.append(
            Official(name, at, hit.end, hit.start, hit.end, "gazetteer_person", confidence, department, former)
        )
    return found


def _only_named(page: Page, hit: Hit, *, leader: bool) -> bool:
    """A name in the title of a book or of a doctrine, or of a leader whose words are passed on."""
    text = page.text.text
    quoted = text.rfind("《", max(0, hit.start - 30), hit.start)
    if quoted >= 0 and "》" not in text[quoted : hit.start]:
        return True
    behind = _ONLY_NAMED.match(text, hit.end, hit.end + 40)
    return leader and bool(behind or _NAMED_BY.search(text, max(0, hit.start - 12), hit.start))


def _post(page: Page, person: str) -> Post | None:
    if page.day is not None:
        return page.gazetteer.post(person, page.day)
    posts = page.gazetteer.people[person].posts
    own = [post for post in posts if post.organisation in page.gazetteer.departments]
    return own[-1] if own else None


def post_title(page: Page, post: Post) -> str:
    """The title of a post with its department, as a page would print it."""
    department = page.gazetteer.departments.get(post.organisation)
    if department is None or department.name_zh in post.title_zh:
        return post.title_zh
    return department.name_zh + post.title_zh


def _title_before(page: Page, start: int, name: int) -> tuple[str | None, int, bool, bool]:
    """The title printed right before a name.

    Its text, where it starts, whether it is the department's, whether a former one.
    """
    for hit in reversed(page.hits_in(max(start, name - 60), name, Kind.DEPARTMENT)):
        match = _AFTER_DEPARTMENT.match(page.text.text, hit.end, name)
        if match is None or match.end() != name or _foreign_twin(page, hit):
            continue
        before = page.text.text[max(start, hit.start - 40) : hit.start]
        lead = _BEFORE_TITLE.search(before)
        at = hit.start - (len(lead.group()) if lead else 0)
        former = bool(_FORMER.search(before)) or match.group(1).startswith(("前", "原"))
        return page.text.printed(at, name).strip(), at, True, former
    upto = name + 2  # the title is known by the surname behind it
    for hit in page.affiliates:
        match = _AFTER_AFFILIATE.match(page.text.text, hit.end, upto) if start <= hit.start < name else None
        if match is not None and match.end() == name:
            return page.text.printed(hit.start, name).strip(), hit.start, True, False
    match = next(
        (m for m in _OTHER_TITLE.finditer(page.text.text, max(start, name - 40), upto) if m.end() == name), None
    )
    if match:
        return page.text.printed(match.start(1), match.end(1)), match.start(1), False, False
    bare = _BARE_RANK.search(page.text.text, max(start, name - 8), name)
    if bare is not None:
        return page.text.printed(bare.start(1), name), bare.start(1), False, False
    return None, name, False, False


def _foreign_twin(page: Page, hit: Hit) -> bool:
    """老挝人革党中联部部长 is of the other side: a foreign party or country stands right before."""
    text = page.text.text
    before = [
        other
        for other in page.hits_in(max(0, hit.start - 30), hit.end, Kind.PARTY, Kind.COUNTRY, Kind.ORGANISATION)
        if page.is_foreign(other) and text[other.end : hit.start].strip('中央" ') == "" and other.start < hit.start
    ]
    return bool(before)


def _titled(page: Page, start: int, end: int) -> list[Official]:
    """The department's title with a name that the gazetteer does not know."""
    found = []
    for hit in page.hits_in(start, end, Kind.DEPARTMENT):
        match = _AFTER_DEPARTMENT.match(page.text.text, hit.end, end)
        if match is None or _foreign_twin(page, hit):
            continue
        name = _name(page.text.text, match.end(), end)
        if name is None:
            continue
        before = page.text.text[max(start, hit.start - 40) : hit.start]
        lead = _BEFORE_TITLE.search(before)
        at = hit.start - (len(lead.group()) if lead else 0)
        title = page.text.printed(at, match.end()).strip()
        department = not _FORMER.search(before) and not match.group(1).startswith(("前", "原"))
        found.append(_official(page, *name, title, at, "department_title", 0.92, department=department))
    return found


def _of_affiliates(page: Page, start: int, end: int) -> list[Official]:
    """Officers of the bodies that the department runs."""
    found = []
    for hit in page.affiliates:
        match = _AFTER_AFFILIATE.match(page.text.text, hit.end, end) if start <= hit.start < end else None
        name = _name(page.text.text, match.end(), end) if match is not None else None
        if match is not None and name is not None:
            title = page.text.printed(hit.start, match.end()).strip()
            found.append(_official(page, *name, title, hit.start, "affiliate_title", 0.85, department=True))
    return found


def _others(page: Page, start: int, end: int) -> list[Official]:
    if _OTHER_LEAD.search(page.text.text, start, end) is None:
        return []  # most sentences: one plain search instead of the long one
    found = []
    for match in _OTHER_TITLE.finditer(page.text.text, start, end):
        name = _name(page.text.text, match.end(), end)
        if name is None or page.hits_in(match.end(), match.end() + 4, Kind.COUNTRY, Kind.PARTY):
            continue
        if any(
            page.is_foreign(hit) and not _CLAUSE.search(page.text.text, hit.end, match.start())
            for hit in page.hits_in(max(start, match.start() - 12), match.start() + 2, Kind.COUNTRY, Kind.PARTY)
        ):
            continue
        title = page.text.printed(match.start(1), match.end(1))
        found.append(_official(page, *name, title, match.start(1), "other_chinese_title", 0.7, department=False))
    return found


def _name(text: str, at: int, end: int) -> tuple[int, int] | None:
    """The Chinese name that begins here: surname and one or two characters before a sign that ends names."""
    surname = _SURNAME_AT.match(text, at, end)
    if surname is None:
        return None
    for length in (1, 2):
        to = surname.end() + length
        if to > end or not _HAN_RUN.fullmatch(text, surname.end(), to) or not _FOLLOWS.match(text, to):
            continue
        if length == 1 and text[to : to + 1] in _JOINING and _HARD_END.match(text, to + 1):
            continue
        return at, to
    return None


def _official(
    page: Page, at: int, to: int, title: str | None, title_at: int, rule: str, confidence: float, *, department: bool
) -> Official:
    name = page.text.text[at:to]
    person = ChinesePerson(pinyin(name), page.text.text[at:to], title)
    return Official(
        person, title_at, to, at, to, rule, confidence, department, former=not department and rule == "department_title"
    )

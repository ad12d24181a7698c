"""People of the Chinese side on English pages: by gazetteer, by the department's title, by surname once introduced."""

from __future__ import annotations

import re
from functools import cache

from pipeline.extract.draft import Official
from pipeline.extract.page import CHINA, Page
from pipeline.extract.pinyin import pinyin
from pipeline.extract.wordlist import words
from pipeline.gazetteer import Kind, Post
from pipeline.words import ChinesePerson

_NAME = r"[A-Z][A-Za-z]+ [A-Z][a-z]+(?:-[a-z]+)?"
_POST = re.compile(
    r"(?P<post>(?:the\s+)?(?:(?:former|then|visiting|newly[- ]appointed|ex-)\s*)*(?:(?:assistant|vice|deputy|"
    r"first|executive)[- ]?\s*)*"
    r"(?:minister|head|director(?:[- ]general)?|chief|leader|spokes(?:person|man|woman)|counsel+or|secretary)"
    r"(?:\s+of\s+the\s+[A-Za-z ]{2,40}?(?:bureau|department|center|centre|office))?\s*(?:of|for|at|in|with|from|"
    r",)?\s*(?:the\s*)?)$",
    re.IGNORECASE,
)
_POST_BEHIND = re.compile(
    r"(?:'s)?\s*(?P<post>(?:(?:assistant|vice|deputy)[- ]?\s*)*(?:minister|head|director(?:[- ]general)?|chief|"
    r"leader))?,?\s+(?:Mr\.?\s+|Comrade\s+)?(?P<name>" + _NAME + r")\b",
    re.IGNORECASE,
)
_NAME_END = re.compile(rf"({_NAME})\s*$")
_FORMER = re.compile(r"\b(?:former|ex-|then)\b", re.IGNORECASE)
_HEADLINE = re.compile(
    rf"({_NAME})(?=\s+(?:to |will |[Mm]eets?\b|[Hh]olds?\b|[Aa]ttends?\b|[Dd]elivers?\b|[Vv]isits?\b|[Ll]eads?\b|"
    rf"[Ee]xchanges?\b|[Aa]ddress|[Gg]ives?\b|[Rr]eceives?\b|[Ss]peaks?\b))"
)
_PLAIN_POST = re.compile(rf"\b((?:Deputy|Vice|Assistant)[- ](?:Head|Minister|Director)) ({_NAME})\b")
# `Yu Weiguo, Secretary of the CPC Fujian Provincial Committee`, `…, Governor of Fujian Province`
_OWN_POST = re.compile(
    rf"({_NAME}), ((?:[A-Z][\w\-]* ){{0,3}}?(?:Secretary|Member|Chairman|President|Director|Head|Minister)"
    r"(?: [\w\-]+){0,6}? "
    r"(?:CPC|CPPCC|NPC|Communist Party of China)(?: [A-Z][\w\-]*| of| the){0,6}|"
    r"(?:[A-Z][\w\-]* )?(?:Governor|Mayor|Vice[- ](?:Governor|Mayor)|Deputy (?:Governor|Mayor)) of (?:the )?"
    r"(?P<area>[A-Z]\w+)"
    r"(?: [A-Z]\w+){0,2})"
)
_AMBASSADOR = re.compile(rf"({_NAME}), (Chinese [Aa]mbassador to (?:the )?[A-Z][A-Za-z\- ]+?)(?=,|\.| and |$)")


def officials(page: Page, start: int, end: int) -> list[Official]:
    """Everybody of the Chinese side named in full in a span, in order of place."""
    found = [
        *_known(page, start, end),
        *_titled(page, start, end),
        *_ambassadors(page, start, end),
        *_own_posts(page, start, end),
        *_plain(page, start, end),
    ]
    kept: list[Official] = []
    for official in sorted(found, key=lambda one: (one.name_at, one.person.id is None, one.person.title is None)):
        if not kept or official.name_at >= kept[-1].name_to:
            kept.append(official)
    return kept


def headline_official(page: Page, start: int, end: int) -> Official | None:
    """On the department's own site a headline that begins with a Chinese name begins with one of its officials."""
    match = _HEADLINE.match(page.text.text, start, end) if page.own_site else None
    if match is None or match.group(1).split(" ")[0].capitalize() not in _surnames():
        return None
    person = ChinesePerson(_ordered(match.group(1)), None, None)
    return Official(person, match.start(1), match.end(1), match.start(1), match.end(1), "own_site_name", 0.7, True)


def by_pronoun(page: Page, start: int, introduced: list[Official]) -> list[Official]:
    """`He met separately with …`: the official introduced last."""
    match = re.compile(r"(?:He|She)\b").match(page.text.text, start)
    if match is None or not introduced:
        return []
    last = introduced[-1]
    return [
        Official(last.person, *match.span(), *match.span(), "pronoun_of_introduced", 0.75, last.department, last.former)
    ]


def by_surname(page: Page, start: int, end: int, introduced: list[Official]) -> list[Official]:
    """`Gao met separately with …`: an official introduced before, now by family name alone."""
    found = []
    for official in introduced:
        surname = official.person.name.split(" ")[0]
        match = re.compile(rf"\b{re.escape(surname)}\b(?! [A-Z])").search(page.text.text, start, end)
        if match:
            found.append(
                Official(
                    official.person,
                    match.start(),
                    match.end(),
                    match.start(),
                    match.end(),
                    "surname_of_introduced",
                    0.85,
                    official.department,
                    official.former,
                )
            )
    return found


@cache
def _surnames() -> frozenset[str]:
    """Chinese family names as the press writes them."""
    return frozenset(pinyin(surname + "一").split(" ")[0] for surname in words("zh", "surname")) | {
        "Lu",
        "Lyu",
        "Liu",
        "Xu",
    }


def _known(page: Page, start: int, end: int) -> list[Official]:
    found = []
    for hit in page.hits_in(start, end, Kind.PERSON):
        people = [page.gazetteer.people[identity] for identity in hit.ids]
        if len(people) != 1 or people[0].country != CHINA:
            continue
        person = people[0]
        title, at, of_department, former = _title_around(page, start, end, hit.start, hit.end)
        post = _post(page, person.id)
        held = post is not None and post.organisation in page.gazetteer.departments
        if title is None and post is not None:
            title = post_title(page, post)
        name = ChinesePerson(person.name_en, person.name_zh, title, person.id)
        department = (of_department or held) and not former
        confidence = 0.98 if of_department and held else 0.9 if held else 0.75
        found.append(
            Official(name, at, hit.end, hit.start, hit.end, "gazetteer_person", confidence, department, former)
        )
    return found


def post_title(page: Page, post: Post) -> str:
    """The title of a post with its department, as a page would print it."""
    department = page.gazetteer.departments.get(post.organisation)
    if department is None or department.name_en in post.title_en:
        return post.title_en
    return f"{post.title_en} of the {department.name_en}"


def _post(page: Page, person: str) -> Post | None:
    if page.day is not None:
        return page.gazetteer.post(person, page.day)
    posts = page.gazetteer.people[person].posts
    own = [post for post in posts if post.organisation in page.gazetteer.departments]
    return own[-1] if own else None


def _title_around(page: Page, start: int, end: int, name_at: int, name_to: int) -> tuple[str | None, int, bool, bool]:
    """The department's title printed behind (`X, Minister of …`) or before a name.

    Its text, where name and title begin, whether it is the department's, whether a former one.
    """
    text = page.text.text
    for hit in page.hits_in(name_to, min(end, name_to + 220), Kind.DEPARTMENT):
        between = text[name_to : hit.start]
        post = _POST.search(between)
        if (
            post
            and re.match(r"\s*(?:\([^)]*\))?\s*,", between)
            and not re.search(r"[.;]\s|,\s*(?:met|held|attended|visited)\b", between)
        ):
            title = page.text.printed(name_to, hit.end).strip(" ,-")
            return title, name_at, True, bool(_FORMER.search(between))
    for hit in page.hits_in(max(start, name_at - 120), name_at, Kind.DEPARTMENT):
        between = text[hit.end : name_at]
        before = _POST.search(text[max(start, hit.start - 60) : hit.start])
        behind = re.fullmatch(
            r"(?:'s)?\s*(?:(?:(?:assistant|vice|deputy)[- ]?)*\s*(?:minister|head|director|chief|"
            r"leader))?,?\s*(?:Mr\.?\s+|Comrade )?",
            between,
            re.IGNORECASE,
        )
        if behind is not None and (before or between.strip(" ,")):
            at = hit.start - (len(before.group("post")) if before else 0)
            return (
                page.text.printed(at, name_at).strip(" ,"),
                at,
                True,
                bool(_FORMER.search(text[max(start, at - 12) : name_at])),
            )
    plain = re.compile(r"\s*,\s*(former|ex-)", re.IGNORECASE).match(text, name_to, end)
    return None, name_at, False, plain is not None


def _titled(page: Page, start: int, end: int) -> list[Official]:
    """The department's title with a name that the gazetteer does not know."""
    text = page.text.text
    found = []
    for hit in page.hits_in(start, end, Kind.DEPARTMENT):
        base = max(start, hit.start - 200)
        post = _POST.search(text[base : hit.start])
        if post:
            name = _name_before(text, base, base + post.start("post"))
            if name:
                title = page.text.printed(base + post.start("post"), hit.end).strip(" ,")
                found.append(_official(page, *name, title, former=bool(_FORMER.search(text[name[1] : hit.start]))))
                continue
        behind = _POST_BEHIND.match(text, hit.end, end)
        if behind and (post or behind.group("post")) and behind.group("name").split(" ")[0].capitalize() in _surnames():
            at = base + post.start("post") if post else hit.start
            title = page.text.printed(at, behind.start("name")).strip(" ,")
            found.append(_official(page, *behind.span("name"), title, former=bool(_FORMER.search(title))))
    return found


def _name_before(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The name that an apposition belongs to: at the end of the nearest chunk before the post that ends in one."""
    chunks = text[start:end].rstrip()
    for _ in range(3):
        chunks = chunks.rstrip(" ,")
        match = _NAME_END.search(chunks)
        if match and match.group(1).split(" ")[0].capitalize() in _surnames():
            return start + match.start(1), start + match.end(1)
        cut = max(chunks.rfind(","), chunks.rfind("-"))
        if cut < 0:
            return None
        chunks = chunks[:cut]
    return None


def _ambassadors(page: Page, start: int, end: int) -> list[Official]:
    found = []
    for match in _AMBASSADOR.finditer(page.text.text, start, end):
        person = ChinesePerson(_ordered(match.group(1)), None, page.text.printed(*match.span(2)))
        found.append(Official(person, match.start(), match.end(), *match.span(1), "chinese_ambassador_en", 0.85, False))
    return found


def _own_posts(page: Page, start: int, end: int) -> list[Official]:
    """Leaders of Chinese provinces and of the CPC's other bodies, known by their office."""
    found = []
    for match in _OWN_POST.finditer(page.text.text, start, end):
        if match.group(1).split(" ")[0] not in _surnames() or page.hits_in(*match.span(2), Kind.DEPARTMENT):
            continue
        area = page.hits_in(match.start("area"), match.end(), Kind.PLACE) if match.group("area") else None
        if area is not None and not any(page.gazetteer.country_of(hit.kind, hit.ids[0]) == CHINA for hit in area):
            continue
        person = ChinesePerson(_ordered(match.group(1)), None, page.text.printed(*match.span(2)))
        found.append(Official(person, match.start(), match.end(), *match.span(1), "chinese_office_en", 0.8, False))
    return found


def _plain(page: Page, start: int, end: int) -> list[Official]:
    """`Deputy Head Zhou Wenbo`: a rank of the department before a Chinese name, on a page that named the department."""
    if not page.hits_in(0, start, Kind.DEPARTMENT):
        return []
    found = []
    for match in _PLAIN_POST.finditer(page.text.text, start, end):
        foreign = page.hits_in(max(start, match.start() - 20), match.start(), Kind.ADJECTIVE, Kind.COUNTRY)
        if match.group(2).split(" ")[0] in _surnames() and not foreign:
            found.append(_official(page, *match.span(2), match.group(1), former=False))
    return found


def _official(page: Page, at: int, to: int, title: str, *, former: bool) -> Official:
    person = ChinesePerson(_ordered(page.text.text[at:to]), None, title)
    return Official(person, at, to, at, to, "department_title", 0.92, not former, former)


def _ordered(name: str) -> str:
    """`LIU Jianchao` → `Liu Jianchao`."""
    return " ".join(part.capitalize() if part.isupper() else part for part in name.split())

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
    r"(?P<post>(?:assistant to )?(?:the\s+)?(?:(?:former|then|visiting|newly[- ]appointed|"
    r"ex-)\s*)*(?:(?:assistant|vice|deputy|"
    r"first|executive)[- ]?\s*)*"
    r"(?:minister|head|director(?:[- ]general)?|chief|leader|chair(?:man|woman|person)?|spokes(?:person|man|woman)|"
    r"counsel+or|secretary|official)"
    r"(?:\s+of\s+the\s+[A-Za-z ]{2,40}?(?:bureau|department|center|centre|office))?\s*(?:of|for|at|in|with|from|"
    r",)?\s*(?:(?:the|its|their)\s*)?)$",
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
_PLAIN_POST = re.compile(
    rf"\b(?:Chinese )?((?:[Dd]eputy|[Vv]ice|[Aa]ssistant)[- ](?:[Hh]ead|[Mm]inister|"
    rf"[Dd]irector)),? (?:M[rs]\.? |Comrade )?"
    rf"({_NAME}|[A-Z][a-z]+(?= of (?:the )?))(?:,? of (?:the )?)?"
)
_ARTICLE = re.compile(r"^[Tt]he\s+")
_RANK_BEFORE = re.compile(
    r"\b((?:[Dd]eputy|[Vv]ice|[Aa]ssistant)[- ](?:[Hh]ead|[Mm]inister|[Dd]irector)),? (?:M[rs]\.? |Comrade )?$"
)
# `A delegation of the department led by …`: whoever leads it is the department's
_LED_OURS = re.compile(
    rf"[^.;]{{0,40}}?\b(?:led|headed) by (?:(?:its|the|"
    rf"his) )?((?:[\w\-]+ ){{0,4}}?)({_NAME})\b(?:, ((?:[\w'\-]+ ?){{1,8}}))?"
)
# `Yu Weiguo, Secretary of the CPC Fujian Provincial Committee`, `…, Governor of Fujian Province`
_OWN_POST = re.compile(
    rf"({_NAME}), ((?:[A-Z][\w\-]* ){{0,3}}?(?:Secretary|Member|Chairman|President|Director|Head|Minister)"
    r"(?: [\w\-]+){0,6}? "
    r"(?:CPC|CPPCC|NPC|Communist Party of China)(?: [A-Z][\w\-]*| of| the){0,6}|"
    r"(?:[A-Z][\w\-]* )?(?:Governor|Mayor|Vice[- ](?:Governor|Mayor)|Deputy (?:Governor|Mayor)) of (?:the )?"
    r"(?P<area>[A-Z]\w+)"
    r"(?: [A-Z]\w+){0,2})"
)
_ENVOY = (
    r"(?:[Aa]mbassador|[Cc]harge d'[Aa]ffaires(?: a\.i\.| ad interim)?|[Cc]onsul[- ][Gg]eneral|[Cc]ounsel+or|"
    r"[Mm]inister[- ][Cc]ounsel+or|[Dd]eputy [Cc]hief of [Mm]ission)"
)
_ANY_ENVOY = re.compile(r"mbassador|harge d'|onsul|ounsel|Chinese [Ee]mbassy|[Cc]hief of [Mm]ission")
_AMBASSADOR = re.compile(
    rf"({_NAME}), (?:the )?((?:(?:Chinese|China's)(?: [Ee]mbassy)? {_ENVOY}|{_ENVOY} of (?:the People's Republic of )?"
    rf"China)(?: (?:to|in|at) (?:the )?[A-Z][A-Za-z\- ]+?)?)(?=,|\.| and |$)|"
    rf"({_NAME}), (?:the )?((?:[\w'\- ]{{3,40}}?) (?:of|at|in) the Chinese (?:[Ee]mbassy|[Cc]onsulate)(?: [Gg]eneral)?"
    rf"(?: (?:in|to) (?:the )?[A-Z][\w]+(?: [A-Z]\w+)?)?)|"
    rf"((?:(?:Chinese|China's)(?: [Ee]mbassy)? )?{_ENVOY}(?: to (?:the )?[A-Z][A-Za-z\-]+)?|"
    rf"Ambassador of (?:the People's Republic of )?China"
    rf"(?: to (?:the )?[A-Z][A-Za-z\-]+)?),? (?:(?:H\.?E\.?|Mr\.?|Ms\.?) )?({_NAME})"
)
_CHINESE_MISSION = re.compile(
    r"\bChinese (?:[Ee]mbassy|[Cc]onsulate)\b|\b[Ee]mbassy of (?:the People's Republic of )?China\b"
)


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


_PRONOUN = re.compile(
    r"\b(?:[Hh]e|[Ss]he)\b(?= (?:also |later |then |separately |further |had |has |will |earlier )?(?:met|"
    r"meets?|held|holds|"
    r"attend|visit|address|deliver|receiv|paid|call|sign|led|led|arriv|pres|took|co-|exchang|open|brief|inaugur|join))"
)
_DELEGATION = re.compile(
    r"\b[Tt]he (?:visiting |high-level |[\w]+-member )?(?:delegation|team|mission|group)\b(?! of| from)|"
    r"\b[Tt]he (?:visiting )?(?P<ours>(?:Chinese|CPC|CCP) (?:[Pp]arty )?(?:delegation|team|side|leader|guest|"
    r"official|minister))\b"
)


def by_pronoun(page: Page, start: int, end: int, introduced: list[Official]) -> list[Official]:
    """`He met separately with …`: the official introduced last."""
    match = _PRONOUN.search(page.text.text, start, end) if introduced else None
    return [_again(introduced[-1], *match.span(), "pronoun_of_introduced", 0.75)] if match else []


def by_surname(page: Page, start: int, end: int, introduced: list[Official]) -> list[Official]:
    """`Gao met separately with …`: an official introduced before, now by family name alone.

    The foreign press takes the given name for it (`Jianchao told`, corpus/english.md §5).
    """
    found = []
    for official in introduced:
        parts = [part for part in official.person.name.split(" ") if len(part) > 1]
        # embassies write family names in capitals: `Vice Minister GUO`
        any_part = "|".join(re.escape(form) for part in parts for form in (part, part.upper()))
        match = re.compile(rf"(?<![A-Z][a-z] )\b(?:{any_part})\b(?! [A-Z])").search(page.text.text, start, end)
        if match:
            found.append(_again(official, *match.span(), "surname_of_introduced", 0.85))
    return found


def by_delegation(page: Page, start: int, end: int, introduced: list[Official], *, abroad: bool) -> list[Official]:
    """`The delegation met …`: the officials of a delegation that travels; `the Chinese side` is theirs anywhere."""
    match = _DELEGATION.search(page.text.text, start, end)
    if match is None or not (abroad or match.group("ours")):
        return []
    leaders = [one for one in introduced if one.department][:1]
    return [_again(one, *match.span(), "delegation_of_introduced", 0.8) for one in leaders]


def _again(official: Official, at: int, to: int, rule: str, confidence: float) -> Official:
    return Official(official.person, at, to, at, to, rule, confidence, official.department, official.former)


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
        if title is None and person.id in page.titled:
            # `Guo Yezhou (R) meets with …` under a picture: told in full before, whatever post the gazetteer has
            title = page.titled[person.id]
            of_department = _FORMER.search(title) is None
        title = _ARTICLE.sub("", title) if title else None
        if title and of_department:
            page.titled[person.id] = title  # told in full once; captions do not repeat it
        post = _post(page, person.id)
        held = post is not None and post.organisation in page.gazetteer.departments
        if title is None and post is not None:
            title = post_title(page, post)
        name = ChinesePerson(person.name_en, person.name_zh, title, person.id)
        ever = any(one.organisation in page.gazetteer.departments for one in person.posts)
        elsewhere = post is not None and not held and not ever
        department = (
            (of_department or held) and not former and not (elsewhere and title is not None and " of " not in title)
        )
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
            # `(郭业洲)`, or where somebody stands in a picture: `Guo Yezhou (L), deputy head of …`
            title = re.sub(r"^\s*\([^()]*\)", "", page.text.printed(name_to, hit.end)).strip(" ,-")
            return title, name_at, True, bool(_FORMER.search(between))
    for hit in page.hits_in(max(start, name_at - 120), name_at, Kind.DEPARTMENT):
        between = text[hit.end : name_at]
        before = _POST.search(text[max(start, hit.start - 60) : hit.start])
        behind = re.fullmatch(
            r"(?:'s)?\s*(?:\([A-Z\-]+\) )?(?:(?:(?:assistant|vice|deputy)[- ]?)*\s*(?:minister|head|director|chief|"
            r"leader))?,?\s*(?:Mr\.?\s+|Comrade )?",
            between,
            re.IGNORECASE,
        )
        if behind is not None and (before or between.strip(" ,")):
            at = hit.start - (len(before.group("post")) if before else 0)
            return (
                re.sub(r" \([A-Z\-]+\)$", "", page.text.printed(at, name_at).strip(" ,")),
                at,
                True,
                bool(_FORMER.search(text[max(start, at - 12) : name_at])),
            )
    plain = re.compile(r"\s*,\s*(former|ex-)", re.IGNORECASE).match(text, name_to, end)
    rank = _RANK_BEFORE.search(text, max(start, name_at - 40), name_at)
    if rank is not None and plain is None and page.names_department:
        # `Vice Minister Guo Yezhou` on a page that names the department
        return (
            rank.group(1),
            rank.start(1),
            True,
            bool(_FORMER.search(text[max(start, rank.start() - 10) : rank.start(1)])),
        )
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
    """China's diplomats abroad, known by their post."""
    found: list[Official] = []
    if _ANY_ENVOY.search(page.text.text, start, end) is None:
        return found  # most sentences: the names of the pattern are dear
    for match in _AMBASSADOR.finditer(page.text.text, start, end):
        name, title = next(pair for pair in ((1, 2), (3, 4), (6, 5)) if match.group(pair[0]))
        if match.group(name).split(" ")[0].capitalize() not in _surnames():
            continue
        if not re.search(r"Chin[ae]", match.group(title)) and not _CHINESE_MISSION.search(page.text.text):
            continue  # `Ambassador Han Do-hyun` of another country
        person = ChinesePerson(_ordered(match.group(name)), None, page.text.printed(*match.span(title)))
        found.append(
            Official(person, match.start(), match.end(), *match.span(name), "chinese_ambassador_en", 0.85, False)
        )
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
    """`Deputy Head Zhou Wenbo`: a rank of the department before a Chinese name, on a page that names the department.

    `deputy minister Kang Lu of the party's international department` may be turned about or cut.
    """
    text = page.text.text
    found = []
    for match in _PLAIN_POST.finditer(text, start, end):
        behind = next((hit for hit in page.hits_in(match.end(), match.end() + 120, Kind.DEPARTMENT)), None)
        named = any(part in _surnames() for part in match.group(2).split(" "))
        foreign = page.hits_in(max(start, match.start() - 24), match.start(), Kind.ADJECTIVE, Kind.COUNTRY)
        foreign = [hit for hit in foreign if hit.ids != ("CHN",)]
        if behind is not None and behind.start <= match.end() + 8:
            title = f"{match.group(1)} of the {page.text.printed(behind.start, behind.end)}"
            found.append(_official(page, *match.span(2), title, former=False))
        elif (
            " " in match.group(2)
            and named
            and match.group(2).split(" ")[0] in _surnames()
            and not foreign
            and page.names_department
            and not re.match(r",? of (?:the )?", text[match.end(2) : match.end(2) + 9])
        ):
            found.append(_official(page, *match.span(2), match.group(1), former=False))
    for hit in page.hits_in(start, end, Kind.DEPARTMENT):
        if not re.search(
            r"(?:delegation|team|group|mission) (?:of|from) (?:the )?$", text[max(start, hit.start - 30) : hit.start]
        ):
            continue
        led = _LED_OURS.match(text, hit.end, end)
        if led and led.group(2).split(" ")[0].capitalize() in _surnames():
            title = (led.group(1) or led.group(3) or "").strip(" ,")
            found.append(_official(page, *led.span(2), title, former=bool(_FORMER.search(led.group()))))
    return found


def _official(page: Page, at: int, to: int, title: str, *, former: bool) -> Official:
    person = ChinesePerson(_ordered(page.text.text[at:to]), None, title)
    return Official(person, at, to, at, to, "department_title", 0.92, not former, former)


def _ordered(name: str) -> str:
    """`LIU Jianchao` → `Liu Jianchao`."""
    return " ".join(part.capitalize() if part.isupper() else part for part in name.split())

"""Where an English page names the department: by the gazetteer's forms, or described as the press describes it.

The foreign press has no fixed name for it (`CPC's foreign relations department`, `its international wing`), and other
parties have an International Department too: a bare one is believed only where the words around it do not give it to
somebody else (corpus/english.md §6, §16.1).
"""

from __future__ import annotations

import re
from bisect import bisect_left

from pipeline.gazetteer import Hit, Kind

_CPC = (
    r"(?:C\.?P\.?C|CC?CCP|CCP|Communist Party of China(?: \(CPC\))?|Chinese Communist Party(?: \([A-Z]{3}\))?|"
    r"Chinese party)"
)
_OFFICE = (
    r"(?:(?:[Ii]nternational|[Ff]oreign|[Ee]xternal)(?: (?:[Ll]iaison|[Rr]elations|[Aa]ffairs|[Cc]ontacts))? "
    r"(?:[Dd]epartment|[Oo]ffice|[Ww]ing|[Bb]ureau|[Cc]ommission|[Cc]ell)|[Ff]oreign [Ll]iaison|"
    r"[Ll]iaison [Dd]epartment|"
    r"[Dd]epartment (?:of|for) (?:[Ii]nternational|[Ff]oreign|[Ee]xternal) (?:[Aa]ffairs|[Rr]elations))"
)
_COMMITTEE = r"(?:'s)?(?:,? (?:the )?(?:Central Committee|C\.?C\.?)(?:'s)?,?)?"
_DESCRIBED = re.compile(
    rf"\b{_CPC}{_COMMITTEE} {_OFFICE}\b(?: \([A-Z]{{2,6}}\))?|"
    rf"\b{_OFFICE},? (?:of|in|at) (?:the )?(?:(?:Central Committee|C\.?C\.?),? (?:of )?(?:the )?)?{_CPC}"
    r"(?:(?:'s)? [Cc]entral [Cc]ommittee)?\b|"
    # `CPC Foreign minister`, `Foreign Minister of the CPC`: what the press makes of the department's minister
    rf"\b{_CPC}(?:'s)? (?:[Ff]oreign|[Ii]nternational)(?= (?:[Mm]inister|[Ss]ecretary|[Cc]hief|affairs chief))|"
    r"\b(?:ID-?CPCC?|CPC-?ID|(?:CPC|CCP)[/ ]I(?:L)?D|ID ?CCP|ILD-?CPC)\b"
)
# `the party's international department`, `its foreign wing`: of the party named last
# a province's own office: `the Foreign Affairs Office of the CPC Yunnan Provincial Committee`
_PROVINCE = re.compile(r" (?:[A-Z][a-z]+ ){1,3}?(?:Provincial|Municipal|Regional|Prefectural|City|District|County) ")
_WHOSE = re.compile(rf"\b(?:its|their|the (?:ruling )?party's|that party's) {_OFFICE}\b", re.IGNORECASE)
# in a digest's items: `ID Vice Minister Guo Yezhou`
_SHORT = re.compile(r"\bID(?= (?:Vice|Deputy|Assistant|Minister|Head|Director|head|vice|deputy)\b)")
# `Ai Ping, vice-minister of the department`: the one that the page named last
_AGAIN = re.compile(r"\b[Tt]he ([Dd]epartment)\b(?! (?:of|for|store)\b)")
_ANY_OFFICE = re.compile(r"\b(?:[Dd]epartment|[Mm]inistry)\b")
_ANY_CPC = re.compile(rf"\b(?:{_CPC}|CPC|China|Chinese)\b")
_OF_OTHERS = re.compile(
    rf",? (?:of|in) (?:the )?(?:(?:Central Committee|C\.?C\.?),? (?:of (?:the )?)?)?(?!{_CPC}|"
    rf"(?:Communist )?Party\b(?! of))(?=[A-Z])|"
    rf" (?:of|at) (?:his|her|their|its|our) party|,? (?:W\.?P\.?K|Workers' Party)\b"
)
_WHOSE_OFFICE = re.compile(
    r"\b(?:its|their|his|her|(?:the|that)(?: ruling)? party's|the Party(?: Central Committee)?'s) $", re.IGNORECASE
)
_OWNER = re.compile(r"(?P<owner>[A-Z][\w.\-]*)(?:'s|s'|')? (?:(?:the )?(?:Central Committee|C\.?C\.?)(?:'s)? )?$")
_NO_OWNER = re.compile(
    r"(?:CPC|CCP|PCC|China|Chinese|Committee|Department|[Mm]inister|[Hh]ead|[Dd]irector|[Cc]hief|The|C\.?C|"
    r"Deputy|Vice|By)$"
)
_NEAR = 400
_REACH = 1500


def departments(text: str, hits: list[Hit], *, chinese: bool) -> list[Hit]:
    """The hits of a text with those of the department mended: described ones added, other parties' taken out.

    ``chinese`` says that the page names somebody of the Chinese side.
    """
    described = [
        _hit(match.start(), match.end())
        for match in _DESCRIBED.finditer(text)
        if not _PROVINCE.match(text, match.end())
    ]
    sure = [*described, *(hit for hit in hits if hit.kind is Kind.DEPARTMENT and not hit.generic)]
    at_home = chinese or bool(sure) or _ANY_CPC.search(text) is not None
    parties = [hit for hit in hits if hit.kind is Kind.PARTY]
    ends = sorted((hit.end, hit.start, hit.ids) for hit in parties)
    for match in _WHOSE.finditer(text):
        if at_home and _last_party(ends, match.start()) == "chn-cpc":
            described.append(_hit(match.start() + match.group().index(" ") + 1, match.end()))
    if at_home:
        described += [_hit(match.start(), match.end()) for match in _SHORT.finditer(text)]
    covered = _Spans(described)
    kept = [
        hit
        for hit in hits
        if hit.kind is not Kind.DEPARTMENT
        or (not covered.within(hit) and (not hit.generic or (at_home and not _of_others(text, hit, ends))))
    ]
    known = _Spans([hit for hit in kept if hit.kind is Kind.DEPARTMENT])
    kept += [hit for hit in described if not known.within(hit)]
    kept += _named_again(text, [hit for hit in kept if hit.kind is Kind.DEPARTMENT])
    return sorted(kept, key=lambda hit: (hit.start, -hit.end))


def _named_again(text: str, named: list[Hit]) -> list[Hit]:
    """Every `the department` before which no other department or ministry was named last."""
    found: list[Hit] = []
    spans = _Spans(named)
    for match in _AGAIN.finditer(text) if named else ():
        again = _hit(match.start(1), match.end())
        own = max((hit.end for hit in (*named, *found[-1:]) if hit.end <= match.start()), default=-_REACH)
        near = own > match.start() - _REACH and not spans.within(again)
        if near and _ANY_OFFICE.search(text, own, match.start()) is None:
            found.append(again)
    return found


def _hit(start: int, end: int) -> Hit:
    return Hit(start, end, Kind.DEPARTMENT, ("idcpc",), "")


def _of_others(text: str, hit: Hit, ends: list[tuple[int, int, tuple[str, ...]]]) -> bool:
    """Whether a bare International Department is said to be another party's."""
    if _OF_OTHERS.match(text, hit.end):
        return True
    before = text[max(0, hit.start - 60) : hit.start]
    whose = _WHOSE_OFFICE.search(before)
    start = max(text.rfind(". ", 0, hit.start), text.rfind("\n", 0, hit.start), hit.start - _NEAR) + 1
    place = bisect_left(ends, (start,))
    if whose and _ANY_CPC.search(text, start, hit.start) and (place == len(ends) or ends[place][0] > hit.start):
        return False  # `The Chinese ambassador said they came from the party's International Department`
    if whose:
        return _last_party(ends, hit.start) not in ("chn-cpc", None)
    owner = _OWNER.search(before)
    return owner is not None and not _NO_OWNER.search(owner.group("owner").rstrip("."))


def _last_party(ends: list[tuple[int, int, tuple[str, ...]]], at: int) -> str | None:
    """The id of the party named last before a place, within reach."""
    place = bisect_left(ends, (at,)) - 1
    if place < 0 or at - ends[place][0] > _NEAR:
        return None
    return ends[place][2][0]


class _Spans:
    """Spans asked for cover."""

    def __init__(self, hits: list[Hit]) -> None:
        self._spans = sorted((hit.start, hit.end) for hit in hits)

    def within(self, hit: Hit) -> bool:
        """Whether one of the spans covers a hit."""
        place = bisect_left(self._spans, (hit.start + 1,)) - 1
        return any(start <= hit.start and hit.end <= end for start, end in self._spans[max(0, place - 2) : place + 1])

"""English sentences in which a delegation travels (corpus/english.md §4, codebook §9.6)."""

from __future__ import annotations

import re

from pipeline.extract import amounts, bodies_en, sides_en
from pipeline.extract.draft import Counterpart, Draft, Official, Read
from pipeline.extract.layout import Sentence
from pipeline.extract.page import Page
from pipeline.extract.people_en import counterpart
from pipeline.extract.sides_en import acting, acts
from pipeline.gazetteer import Kind

_TRIP = re.compile(
    r"\b(?P<verb>visit(?:s|ed|ing)?(?: to)?|(?:paid|pays|pay|paying|conclude[sd]?|concluding|began|begins|started|"
    r"kicked off|on|for|wrapped up|made|is on|will pay) (?:an? |his |her |its )?"
    r"(?:[\w\-]+ ){0,4}?visits?(?: here)? to|(?:arrive[sd]?|landed)(?: (?:here|today|yesterday|on \w+day))? in|"
    r"travel(?:l)?ed to|flew to|toured?|(?:is|are|was|were) (?:currently |now )?in(?= [A-Z]\w+ (?:from|until|"
    r"till|for|on)\b))"
    r"\s+(?P<where>(?:the |both |neighbou?ring )?[A-Z])",
)
_LEADS = re.compile(
    r"\b(?:led|lead|leads|leading|heads?|headed|heading)\b[^.;]{0,60}?\bdelegations?\b[^.;]{0,160}?\bto\s+(?!visit|"
    r"attend)(?:the )?(?P<where>[A-Z])"
)
_INVITED = re.compile(r"\bAt the (?:joint )?invitation of ([^;]{2,200}?),\s+(?=[A-Z]|a |an |the )", re.IGNORECASE)
_NEXT_LEG = re.compile(r"from [^,;.]{3,40}?(?:\d(?:st|nd|rd|th)?|day) and (?:to )?(?=(?:the )?[A-Z])")
_WHERE_END = re.compile(
    r"\bfrom\b|[.]$|;|\bto attend\b|\band (?:met|attend|held|had)\b|, (?:during|where|and met|"
    r"at the invitation)|\bat the invitation\b|\bon [A-Z]\w+day"
)
_BEFORE_PLACE = re.compile(
    r"(?:the |both |neighbou?ring )*(?:(?:People's |Democratic |Federal |Islamic |Socialist )*"
    r"(?:Republic|Kingdom|State|Union|Federation|Sultanate|Commonwealth) of (?:the )?)?"
)
_INTO_CHINA = re.compile(r"(?:the )?(?:China|Beijing)\b")
_MET_THERE = re.compile(
    r"\b(?:met|meeting) (?:with|respectively|separately)[^A-Z]{0,30}|"
    r"\b(?:held|holding) (?:[a-z]+ ){0,2}(?:meetings?|talks) with[^A-Z]{0,30}"
)
_ATTENDED_THERE = re.compile(r"\battend(?:ed)?\b")
_INVITED_LATE = re.compile(r"at the invitation of ([^;]{2,120})|at ((?:the )?[A-Z][\w]*)'s invitation")
_AUXILIARY = re.compile(r"\s+(?:will|is to|are to|to|on|has|have|arrived|for|began|concluded|paid)?\s*$")


def trip(page: Page, sentence: Sentence, people: list[Official], skip: int) -> Draft | None:
    """A delegation's visit, outward or inward; None where the sentence tells none."""
    text = page.text.text
    for pattern in (_TRIP, _LEADS):
        for match in pattern.finditer(text, skip, sentence.end):
            before = text[skip : match.start()]
            if re.search(r"\b(?:who|which)\b[^,]{0,40}$", before) or re.search(
                r"\b(?:met|meets|held talks|said|welcomed?|hoped?|recalled|recall|mention)\b", before, re.IGNORECASE
            ):
                continue
            where = match.start("where")
            if not _leads_to_place(page, where):
                continue
            stop = _WHERE_END.search(text, where, sentence.end)
            while stop and (leg := _NEXT_LEG.match(text, stop.start(), sentence.end)) is not None:
                stop = _WHERE_END.search(text, leg.end(), sentence.end)
            end = min(stop.start() if stop else sentence.end, where + 240)
            inward = _INTO_CHINA.match(text, where)
            if inward:
                draft = _trip_in(page, sentence, people, skip, match)
            else:
                draft = _trip_out(page, sentence, people, skip, match, where, end)
            if draft is not None:
                return draft
    return None


def _leads_to_place(page: Page, where: int) -> bool:
    """Whether a country or a city stands at once where a trip goes: `visited the Embassy` is none."""
    text = page.text.text
    lead = _BEFORE_PLACE.match(text, where)
    last = lead.end() if lead else where
    hits = page.hits_in(where, where + 80, Kind.COUNTRY, Kind.PLACE)
    return any(hit.start <= last and text[hit.end : hit.end + 1] not in ("'", "-") for hit in hits)


def _inviters(page: Page, start: int, end: int, people: list[Official]) -> tuple[int, int] | None:
    """Where `At the invitation of A, the B and C,` names the hosts: up to the comma before our people or delegation."""
    match = _INVITED.search(page.text.text, start, end)
    if match is None:
        return None
    ours = min((one.name_at for one in people if one.name_at >= match.end()), default=None)
    delegation = sides_en.own_delegation(page, match.end(), end)
    begins = [at for at in (ours, delegation.start() if delegation else None) if at is not None]
    cut = page.text.text.rfind(",", match.start(1), min(begins)) if begins else -1
    return match.start(1), cut if cut > match.start(1) else match.end(1)


def _trip_out(
    page: Page, sentence: Sentence, people: list[Official], skip: int, match: re.Match[str], where: int, end: int
) -> Draft | None:
    text = page.text.text
    invited = _inviters(page, skip, match.start(), people)
    subject = acts(page, invited[1] if invited else skip, match.start(), people)
    if subject is None and invited is None:
        subject = acts(page, skip, match.end(), people)
    if subject is None:
        return None
    countries = [
        Read(iso3, hit.start, hit.end, "destination_en", 0.95) for iso3, hit in page.foreign_countries(where, end)
    ]
    for hit in [] if countries else page.hits_in(where, end, Kind.PLACE):
        country = page.gazetteer.country_of(hit.kind, hit.ids[0])
        if country not in (None, "CHN"):
            countries.append(Read(str(country), hit.start, hit.end, "destination_city_en", 0.8))
    if not countries:
        return None
    at, to = match.span("verb") if "verb" in match.re.groupindex else match.span()
    draft = Draft(Read("VISIT.OUT", at, to, "trip_out_en", 0.92), sentence, series=True)
    draft.foreign.countries = [
        read for number, read in enumerate(countries) if read.value not in [c.value for c in countries[:number]]
    ]
    draft.mode = Read("inperson_abroad", at, to, "trip_out_en", 0.9)
    if invited:
        hosts = bodies_en.bodies(page, *invited)
        draft.foreign.organisations += hosts.organisations
    met = _MET_THERE.search(text, match.end(), sentence.end)
    if met:
        draft.foreign.join(counterpart(page, met.end(), sentence.end))
    elif (attend := _ATTENDED_THERE.search(text, match.end(), sentence.end)) is not None:
        draft.foreign.join(
            Counterpart([], bodies_en.bodies(page, attend.end(), sentence.end, note=False).organisations)
        )
    return acting(page, draft, subject, sentence)


def _trip_in(page: Page, sentence: Sentence, people: list[Official], skip: int, match: re.Match[str]) -> Draft | None:
    text = page.text.text
    invited = _INVITED.search(text, skip, match.start())
    behind = _INVITED_LATE.search(text, match.end(), sentence.end)
    words = " ".join(found.group() for found in (invited, behind) if found)
    host = bool(re.search(r"\bCPC|Communist Party of China|International Department|IDCPC", words)) or any(
        page.hits_in(*found.span(), Kind.DEPARTMENT) for found in (invited, behind) if found
    )
    begin = invited.end() if invited else skip
    end = _AUXILIARY.search(text[begin : match.start()])
    side = counterpart(page, begin, begin + end.start() if end else match.start())
    if not (host or page.own_site) or not (side.people or side.organisations or side.countries):
        return None
    at, to = match.span("verb") if "verb" in match.re.groupindex else match.span()
    draft = Draft(Read("VISIT.IN", at, to, "trip_in_en", 0.9), sentence, foreign=side, series=True)
    draft.department = True
    draft.participants = amounts.participants(page, sentence.start, sentence.end)
    return draft

"""English sentences in which a delegation travels (corpus/english.md §4, codebook §9.6)."""

from __future__ import annotations

import re

from pipeline.extract import amounts, bodies_en
from pipeline.extract.draft import Counterpart, Draft, Official, Read
from pipeline.extract.layout import Sentence
from pipeline.extract.page import Page
from pipeline.extract.people_en import counterpart
from pipeline.extract.sides_en import acting, acts
from pipeline.gazetteer import Kind

_TRIP = re.compile(
    r"\b(?P<verb>visit(?:s|ed|ing)?(?: to)?|(?:paid|pays|pay|paying|conclude[sd]?|concluding|began|begins|started|"
    r"kicked off|on|for|wrapped up|made|is on|will pay) (?:an? |his |her |its )?"
    r"(?:[\w\-]+ ){0,4}?visits?(?: here)? to|arrive[sd]? in|traveled to|travelled to|toured?)\s+(?P<where>(?:the |"
    r"both )?[A-Z])",
)
_LEADS = re.compile(
    r"\b(?:led|lead|leads|leading|heads?|headed|heading)\b[^.;]{0,40}?\bdelegations?\b[^.;]{0,40}?\bto\s+(?!visit|"
    r"attend)(?:the )?(?P<where>[A-Z])"
)
_INVITED = re.compile(r"\bAt the (?:joint )?invitation of ([^;]{2,200}?),\s+(?=[A-Z]|a |an |the )", re.IGNORECASE)
_WHERE_END = re.compile(
    r"\bfrom\b|[.]$|;|\bto attend\b|\band (?:met|attend|held|had)\b|, (?:during|where|and met|"
    r"at the invitation)|\bat the invitation\b|\bon [A-Z]\w+day"
)
_INTO_CHINA = re.compile(r"(?:the )?(?:China|Beijing)\b")
_MET_THERE = re.compile(r"\bmet (?:with|respectively|separately)[^A-Z]{0,30}")
_ATTENDED_THERE = re.compile(r"\battend(?:ed)?\b")
_INVITED_LATE = re.compile(r"at the invitation of ([^;]{2,120})")
_AUXILIARY = re.compile(r"\s+(?:will|is to|are to|to|on|has|have|arrived|for|began|concluded|paid)?\s*$")


def trip(page: Page, sentence: Sentence, people: list[Official], skip: int) -> Draft | None:
    """A delegation's visit, outward or inward; None where the sentence tells none."""
    text = page.text.text
    for pattern in (_TRIP, _LEADS):
        for match in pattern.finditer(text, skip, sentence.end):
            before = text[skip : match.start()]
            if re.search(r"\b(?:who|which)\b[^,]{0,40}$", before) or re.search(
                r"\b(?:met|meets|held talks|said|welcomed?|hoped?)\b", before, re.IGNORECASE
            ):
                continue
            where = match.start("where")
            stop = _WHERE_END.search(text, where, sentence.end)
            end = min(stop.start() if stop else sentence.end, where + 120)
            inward = _INTO_CHINA.match(text, where)
            if inward:
                draft = _trip_in(page, sentence, people, skip, match)
            else:
                draft = _trip_out(page, sentence, people, skip, match, where, end)
            if draft is not None:
                return draft
    return None


def _trip_out(
    page: Page, sentence: Sentence, people: list[Official], skip: int, match: re.Match[str], where: int, end: int
) -> Draft | None:
    text = page.text.text
    invited = _INVITED.search(text, skip, match.start())
    subject = acts(page, invited.end() if invited else skip, match.start(), people)
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
        hosts = bodies_en.bodies(page, invited.start(1), invited.end(1))
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
    host = bool(re.search(r"\bCPC|Communist Party of China|International Department|IDCPC", words))
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

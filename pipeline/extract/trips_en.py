"""English sentences in which a delegation travels (corpus/english.md §4, codebook §9.6)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.extract import amounts, bodies_en, place, sides_en, when_en
from pipeline.extract.draft import Counterpart, Draft, Official, Read
from pipeline.extract.layout import Sentence
from pipeline.extract.meetings_en import meetings
from pipeline.extract.page import Page
from pipeline.extract.people_en import counterpart
from pipeline.extract.sides_en import acting, acts
from pipeline.gazetteer import Kind

_TRIP = re.compile(
    r"\b(?P<verb>visit(?:s|ed|ing)?(?: to)?|(?:paid|pays|pay|paying|conclude[sd]?|concluding|began|begins|started|"
    r"kicked off|on|for|wrapped up|made|is on|will pay) (?:an? |his |her |its )?"
    r"(?:[\w\-]+ ){0,4}?visits?(?: here)? to|(?:arrive[sd]?|landed)(?: (?:here|today|yesterday|on \w+day))? in|"
    r"arrive[sd]?(?= here\b(?! in\b))|"
    r"travel(?:l?ed|s)? to|flew to|(?:left|leaves?|departed|departs|is leaving)(?: here| [A-Z]\w+)?"
    r"(?: today| yesterday| (?:on )?\w+day)? for|toured?|(?:is|are|was|were) (?:currently |"
    r"now )?in(?= [A-Z]\w+ (?:from|until|"
    r"till|for|on)\b))"
    r"\s+(?P<where>(?:the |both |neighbou?ring )?[A-Z]|here\b|the country\b)",
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
_TO_LEARN = re.compile(
    r"(?:China|Beijing) (?:(?:on )?\w+day |today |yesterday |tomorrow )?"
    r"(?:for|to (?:attend|take part in|join|undergo)) (?:an? |the )?(?:[\w\-]+ ){0,3}?"
    r"(?:study tour|training|seminar|course|workshop)"
)
_MET_THERE = re.compile(
    r"\b(?:met|meeting) (?:with|respectively|separately)[^A-Z]{0,30}|,\s+meeting\s+|\b(?:was|were) received by\s+|"
    r"\b(?:held|holding) (?:[a-z]+ ){0,2}(?:meetings?|talks) with[^A-Z]{0,30}"
)
_MET_THEM = re.compile(
    r"\b(?:met|held (?:[a-z]+ ){0,2}(?:talks|meetings?)|had (?:[a-z]+ ){0,2}(?:talks|meetings?)|received by)\b"
)
_ON_DAY = re.compile(r"\bon (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
_ATTENDED_THERE = re.compile(r"\battend(?:ed)?\b")
_INVITED_LATE = re.compile(
    r"(?:at the invitation of|(?:the )?guests? of|hosted by|organi[sz]ed by|sponsored by|arranged by) ([^;]{2,120})|"
    r"at ((?:the )?[A-Z][\w]*)'s invitation"
)
_HOSTS_END = re.compile(r",?\s+(?:and|where|during which|to) (?:met|meet|held|hold|attend|he|she|will)\w*\b|\.\s")
_THE_GUESTS = re.compile(r"\s*(?:[Tt]he (?:visiting |\w+-member )?(?:delegation|group|team|guests|visitors)|[Tt]hey)\b")
_AUXILIARY = re.compile(r"\s+(?:will|is to|are to|to|on|has|have|arrived|for|began|concluded|paid)?\s*$")


def trip(page: Page, sentence: Sentence, people: list[Official], skip: int, last: Draft | None = None) -> Draft | None:
    """A delegation's visit, outward or inward; None where the sentence tells none."""
    text = page.text.text
    for pattern in (_TRIP, _LEADS):
        for match in pattern.finditer(text, skip, sentence.end):
            before = text[skip : match.start()]
            if re.search(r"\b(?:who|which)\b[^,]{0,40}$", before) or re.search(
                r"\b(?:met|meets|held talks|receive[sd]|call(?:ed|s) on|courtesy call|said|welcomed?|hoped?|"
                r"recalled|recall|mention)\b",
                before,
                re.IGNORECASE,
            ):
                continue
            where = match.start("where")
            here = _here(page, sentence) if match.group("where") in ("here", "the country") else []
            if not here and not _leads_to_place(page, where):
                continue
            stop = _WHERE_END.search(text, where, sentence.end)
            while stop and (leg := _NEXT_LEG.match(text, stop.start(), sentence.end)) is not None:
                stop = _WHERE_END.search(text, leg.end(), sentence.end)
            end = min(stop.start() if stop else sentence.end, where + 240)
            if _TO_LEARN.match(text, where):
                continue  # `are in China for a study tour`: a class
            inward = _INTO_CHINA.match(text, where)
            if inward:
                draft = _trip_in(page, sentence, people, skip, match, last)
            else:
                draft = _trip_out(page, sentence, people, skip, match, where, where + 1 if here else end, here)
            if draft is not None:
                return draft
    return None


# `who is on a visit to Kenya from Monday to Thursday`, `on the occasion of his working visit to … from 5-8 May`
_ASIDE = re.compile(
    r"\b(?P<verb>(?:who|which) (?:is|was|are|were|will be|has been|had been) (?:currently |now )?"
    r"(?:visiting|touring|on (?:an? |his |her |their )?(?:[\w\-]+ ){0,4}?(?:visit|tour|trip) (?:to|of|in))|"
    r"(?:during|on|as part of|in the course of|at the (?:start|end) of) (?:the occasion of )?(?:his|her|their|its|an?) "
    r"(?:[\w\-]+ ){0,4}?(?:visit|tour|trip|stay) (?:to|of|in)|"
    r"(?:is|was|are) (?:leading|heading) an? (?:[\w\-]+ ){0,3}?(?:delegation|team|group|mission) (?:to|in)|"
    r"(?:is|was|are|were|will be) (?:currently |now )?(?:in|visiting))\s+(?P<where>(?:the )?[A-Z]|the country\b)"
)
_INVITED_BY = re.compile(
    r"(?:It|(?:The|This|His|Her|Their) (?:[\w\-]+ ){0,2}(?:delegation|group|team|visit|trip|tour)) "
    r"(?:was|is|were|came|comes) "
    r"(?:invited by|at the invitation of) "
)
_LASTS = re.compile(
    r"(?:this (?:week|month),? )?(?:from|until|till|between|[\w\-]+ days? (?:from|until))\b[^,;.]{0,30}?"
    r"(?:\d|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
)


def invited(page: Page, last: Draft | None, start: int, end: int) -> bool:
    """`The delegation was invited by A and B`, `The visit was at the invitation of …`: the hosts of the trip before."""
    match = _INVITED_BY.match(page.text.text, start, end)
    if match is None or last is None or last.type.value != "VISIT.OUT":
        return False
    last.foreign.join(Counterpart([], bodies_en.bodies(page, match.end(), end).organisations))
    return True


def aside(page: Page, sentence: Sentence, people: list[Official], skip: int) -> Draft | None:
    """A visit told beside what was done on it; only with its days."""
    text = page.text.text
    if not any(one.department for one in people):
        return None
    for match in _ASIDE.finditer(text, skip, sentence.end):
        where, here = match.start("where"), match.group("where") == "the country"
        if (not here and not _leads_to_place(page, where)) or _INTO_CHINA.match(text, where):
            continue
        hits = page.hits_in(where, min(sentence.end, where + 60), Kind.COUNTRY, Kind.PLACE)
        end = match.end() if here else hits[0].end
        if _LASTS.match(text[end : sentence.end].lstrip(" ,")) is None:
            continue
        subject = acts(page, skip, match.start(), people)
        if not subject or not any(one.department for one in subject):
            continue
        home = page.home if here else []
        return _trip_out(page, sentence, subject[-1:], skip, match, where, min(sentence.end, end + 40), home)
    return None


# `The visit to Kenya by a delegation of the CPC, due on Monday, has been called off`
_VISIT_BY = re.compile(
    r"\b(?:[Vv]isit|[Tt]rip|[Tt]our) to (?P<where>(?:the )?[A-Z])[\w' \-]{1,40}? (?:by|of) "
    r"(?=(?:an? |the )?(?:[\w\-]+ ){0,2}?(?:delegation|team|group|[A-Z]))"
)
CALLED_OFF = re.compile(
    r"\b(?:(?:has|have|had) been|was|were|is|being)(?: \w+)? (?:called off|cancel+ed|scrapped|put off|postponed)\b"
)
_HAPPENS = re.compile(
    rf"(?P<off>{CALLED_OFF.pattern})|"
    r"\b(?:took place|takes place|will take place|begins|began|concluded|ended|is (?:due|scheduled|expected))\b"
)


def visit_by(page: Page, sentence: Sentence, people: list[Official], skip: int) -> Draft | None:
    """`The visit to A by a delegation of the CPC was called off`: a trip told by its noun."""
    text = page.text.text
    match = _VISIT_BY.search(text, skip, sentence.end) if " to " in sentence.text else None
    happens = _HAPPENS.search(text, match.end(), sentence.end) if match else None
    if match is None or happens is None or not _leads_to_place(page, match.start("where")):
        return None
    ours = acts(page, match.end(), happens.start(), people)
    if ours is None or _INTO_CHINA.match(text, match.start("where")):
        return None
    draft = Draft(Read("VISIT.OUT", *match.span(), "visit_by_en", 0.85), sentence, series=True)
    draft.foreign.countries = _destinations(page, match.start("where"), match.end())
    draft.mode = Read("inperson_abroad", *match.span(), "visit_by_en", 0.85)
    if happens.group("off"):
        draft.cancelled = Read(True, *happens.span("off"), "cancelled_en", 0.9)
    return acting(page, draft, ours, sentence) if draft.foreign.countries else None


# `Qian said his visit from July 8 to 11 aims to prepare exchanges`
_OWN_VISIT = re.compile(
    r"\b(?:his|her|their|the delegation's) (?:[\w\-]+ ){0,2}?(?:visit|tour|trip|stay) (?=(?:from|until|till) )"
)


def own_visit(page: Page, sentence: Sentence, people: list[Official], skip: int, last: Draft | None) -> Draft | None:
    """The trip of which somebody of ours speaks who was just received abroad."""
    text = page.text.text
    match = _OWN_VISIT.search(text, skip, sentence.end) if people else None
    ours = acts(page, skip, match.start(), people) if match else None
    if match is None or not ours or not ours[0].department or last is None or not last.type.value.startswith("MEET"):
        return None
    hosts = [read for read in last.foreign.countries if read.value != "CHN"]
    at_home = last.place is None or last.place.value.country in [read.value for read in hosts]
    if len(hosts) != 1 or not at_home or _LASTS.match(text, match.end(), sentence.end) is None:
        return None
    draft = Draft(Read("VISIT.OUT", *match.span(), "own_visit_en", 0.8), sentence, series=True)
    draft.foreign.countries = hosts
    draft.mode = Read("inperson_abroad", *match.span(), "own_visit_en", 0.8)
    return acting(page, draft, ours, sentence)


def met_with_day(page: Page, sentence: Sentence, journey: Draft) -> bool:
    """Whether guests of ours met on a day of its own; of guests of nobody's, whether they met at all."""
    met = _MET_THEM.search(page.text.text, sentence.start, sentence.end)
    if met is None:
        return False
    return not journey.department or (
        met.start() > (journey.type.to or 0) and when_en.names_day(page.text.text[met.start() : sentence.end])
    )


def own_meetings(page: Page, sentence: Sentence, people: list[Official], journey: Draft) -> list[Draft]:
    """`led a delegation to A and met with X in B on March 4`: a meeting with a day of its own (codebook §9.6)."""
    if journey.type.value != "VISIT.OUT" or journey.type.to is None:
        return []
    text = page.text.text
    met = _MET_THERE.search(text, journey.type.to, sentence.end)
    day = met is not None and (
        when_en.names_day(text[met.start() : sentence.end]) or _ON_DAY.search(text, met.start(), sentence.end)
    )
    if met is None or not day or "respectively" in met.group():
        return []
    found = meetings(page, sentence, people, met.start(), subject=journey.chinese)
    if found:
        named = {read.value.name for draft in found for read in draft.foreign.people}
        journey.foreign.people = [read for read in journey.foreign.people if read.value.name not in named]
    for draft in found:
        draft.alone = True
        draft.foreign.join(Counterpart([], [], _country_there(draft, journey)))
    return found


def _country_there(draft: Draft, journey: Draft) -> list[Read[str]]:
    """The leg of a trip on which a meeting's place lies."""
    where = draft.place.value.country if draft.place else None
    return [] if draft.foreign.countries else [read for read in journey.foreign.countries if read.value == where]


def _here(page: Page, sentence: Sentence) -> list[str]:
    """The country where a page was filed: its dateline's, else its domain's."""
    start = max(page.text.text.rfind("\n", 0, sentence.start), 0)
    places = page.hits_in(start, min(sentence.start + 60, sentence.end), Kind.PLACE)
    filed = page.gazetteer.country_of(places[0].kind, places[0].ids[0]) if places else None
    return [filed] if filed not in (None, "CHN") else page.home


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


def _destinations(page: Page, where: int, end: int) -> list[Read[str]]:
    """The countries of a span, else those of its cities."""
    named = page.foreign_countries(where, end)
    if named:
        return [Read(iso3, hit.start, hit.end, "destination_en", 0.95) for iso3, hit in named]
    cities = [(page.gazetteer.country_of(hit.kind, hit.ids[0]), hit) for hit in page.hits_in(where, end, Kind.PLACE)]
    return [
        Read(country, hit.start, hit.end, "destination_city_en", 0.8)
        for country, hit in cities
        if country not in (None, "CHN")
    ]


def _trip_out(
    page: Page,
    sentence: Sentence,
    people: list[Official],
    skip: int,
    match: re.Match[str],
    where: int,
    end: int,
    home: Sequence[str] = (),
) -> Draft | None:
    text = page.text.text
    invited = _inviters(page, skip, match.start(), people)
    subject = acts(page, invited[1] if invited else skip, match.start(), people)
    if subject is None and invited is None:
        subject = acts(page, skip, match.end(), people)
    if subject is None:
        return None
    countries = _destinations(page, where, end)
    countries += [Read(iso3, *match.span("where"), "destination_of_site", 0.6) for iso3 in home]
    if not countries:
        return None
    at, to = match.span("verb") if "verb" in match.re.groupindex else match.span()
    draft = Draft(Read("VISIT.OUT", at, to, "trip_out_en", 0.92), sentence, series=True)
    draft.foreign.countries = [
        read for number, read in enumerate(countries) if read.value not in [c.value for c in countries[:number]]
    ]
    draft.mode = Read("inperson_abroad", at, to, "trip_out_en", 0.9)
    cities = page.hits_in(where, end, Kind.PLACE) if countries[0].rule == "destination_city_en" else []
    if len(cities) == 1:
        draft.place = place.known(page, cities[0], "destination_place", 0.8)
    late = _INVITED_LATE.search(text, match.end(), sentence.end)
    for hosts in (invited, late.span(late.lastindex or 1) if late else None):
        if hosts:
            stop = _HOSTS_END.search(text, *hosts)
            near = [read.value for read in draft.foreign.countries]
            told = bodies_en.bodies(page, hosts[0], stop.start() if stop else hosts[1], near=near)
            draft.foreign.join(Counterpart([], told.organisations))
    met = _MET_THERE.search(text, match.end(), sentence.end)
    if met:
        draft.foreign.join(counterpart(page, met.end(), sentence.end))
    elif (attend := _ATTENDED_THERE.search(text, match.end(), sentence.end)) is not None:
        draft.foreign.join(
            Counterpart([], bodies_en.bodies(page, attend.end(), sentence.end, note=False).organisations)
        )
    return acting(page, draft, subject, sentence)


def _trip_in(
    page: Page, sentence: Sentence, people: list[Official], skip: int, match: re.Match[str], last: Draft | None
) -> Draft | None:
    text = page.text.text
    invited = _INVITED.search(text, skip, match.start())
    behind = _INVITED_LATE.search(text, match.end(), sentence.end)
    words = " ".join(found.group() for found in (invited, behind) if found)
    host = bool(re.search(r"\bCPC|Communist Party of China|International Department|IDCPC|\bILD\b", words)) or any(
        page.hits_in(*found.span(), Kind.DEPARTMENT) for found in (invited, behind) if found
    )
    begin = invited.end() if invited else skip
    end = _AUXILIARY.search(text[begin : match.start()])
    side = counterpart(page, begin, begin + end.start() if end else match.start())
    if (
        not (side.people or side.organisations or side.countries)
        and last is not None
        and last.type.value.startswith("MEET")
    ):
        # `At the invitation of the CPC, the delegation visited China from …`: whom ours met in the sentence before
        guests = _THE_GUESTS.match(text, begin, match.start())
        side = replace(last.foreign) if guests else side
    # `returned home after visiting China`: whose guests they were, another sentence may tell
    unsaid = page.names_department and bool(side.organisations)
    if not (host or page.own_site or unsaid) or not (side.people or side.organisations or side.countries):
        return None
    at, to = match.span("verb") if "verb" in match.re.groupindex else match.span()
    draft = Draft(Read("VISIT.IN", at, to, "trip_in_en", 0.9), sentence, foreign=side, series=True)
    draft.department = host or page.own_site
    cities = page.hits_in(match.start("where"), min(sentence.end, match.start("where") + 40), Kind.PLACE)
    if len(cities) == 1 and cities[0].start == match.start("where"):
        draft.place = place.known(page, cities[0], "destination_place", 0.8)  # `travelled to Beijing in July`
    draft.participants = amounts.participants(page, sentence.start, sentence.end)
    return draft

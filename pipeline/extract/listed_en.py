"""English sentences that add people to the event told before: who came, who is listed, who led, chaired or spoke."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.extract import people_en
from pipeline.extract.bodies_en import bodies
from pipeline.extract.draft import Counterpart, Draft, Official
from pipeline.extract.page import Page
from pipeline.gazetteer import Kind

SPEECH = re.compile(
    r"\b(?:said|says|stressed|noted|expressed|welcomed|thanked|pointed out|congratulated|added|hoped|underlined|"
    r"recalled|emphasi[sz]ed|stated|wished|"
    r"believed|voiced|reiterated|reaffirmed|spoke highly|expounded|praised|lauded|hailed|commended|applauded|"
    r"pledged|vowed|urged|told|handed over|conveyed)\b"
)
_OCCASION = (
    r"(?:meeting|event|talks|call|activity|conference|ceremony|briefing|seminar|dialogue|webinar|opening ceremony|"
    r"function|forum|workshop|session|symposium|speech|lecture|reception)"
)
_LED = re.compile(
    r"The (?!Chinese|CPC|CCP)(?:[\w()-]+ ){0,3}?(?:delegation|group|side|team)"
    r"(?: (?:at|in) [A-Z]\w+(?: [A-Z]\w+)?)?(?: (?:is|was|were)(?: to be)?)?,?(?= led by|"
    r" headed by)(?P<led> )"
)
# `…, while the Chinese side was headed by Vice-Minister Y`
_OUR_SIDE = re.compile(
    r",? (?:while|and) (?:the|that of the) (?:Chinese|CPC|CCP)(?: (?:side|team|delegation|party))?\b"
)
# `About 100 people attended, including X, President of …`: the list stands behind
_LISTED = re.compile(
    r"\b(?:attended|took part|participated|present|joined|participants|guests)\b[^;]{0,160}?"
    r"(?:,?\s*\bincluding|,?\s*\bamong (?:them|whom) (?:was|were|are)|\bincluded|,?\s*\bsuch as)\s+|"
    r"\b(?:guests|participants|representatives|leaders|delegates|people|scholars|attendees|envoys|politicians)\b"
    r"[^;]{0,80}?,\s*(?:including|among (?:them|whom)|such as)\s+|"
    r"\b(?:[Pp]articipants|[Tt]rainees|[Ss]tudents|[Cc]adres|[Dd]elegates|[Gg]uests|[Mm]embers) "
    r"(?:(?:come|came|hail|hailed|are drawn|were drawn) from )|"
    r"\b(?:Participants|Attendees|Guests|Among (?:them|those present|the participants|the guests)) "
    r"(?:included|include|was|were|are)\s+"
)
_WHENCE = re.compile(r"\b(?:come|came|hail|hailed|drawn) from $")
# where such a list ends that its verb closes
_CAME = re.compile(r",?\s+(?:attended|took part|participated|joined|were present|gathered)\b")
_CHAIRED = re.compile(
    rf"\b(?:{_OCCASION}|It) was (?:jointly )?(?:(?:co-)?chaired|moderated|hosted|presided over|inaugurated|opened|"
    rf"addressed|attended) by\s+|"
    r"\b[Tt]he (?:Chinese|CPC) (?:side|delegation) was (?:represented|led|headed) by\s+"
)
# `X, Secretary-General of …, was among them`: the list stands before
_AMONG = re.compile(
    r",?\s+(?:was|were) (?:also )?among "
    r"(?:them|the (?:participants|guests|attendees|audience|speakers)|those (?:present|who \w+))\b"
)
_PRESENT = re.compile(
    r"\b(?:was|were) (?:also )?(?:present|in attendance)\b|"
    r"\bpresent (?:on the [\w]+ side )?(?:was|were)\b|"
    r"\bpresent (?:there |at (?:the \w+|it) )?(?:from [\w' ]{2,40} )?were\b|"
    rf"\balso present\b|\b(?:also )?attended the {_OCCASION}\b|\bmade concluding remarks\b|"
    r"\balso (?:took part|attended|participated|made (?:brief )?(?:remarks|speeches)|spoke|took the floor|"
    r"addressed the opening)\b|\b(?:attended|joined|took part in) (?:all (?:of )?)?(?:the above|these)\b|"
    r"\battended(?: it| as well| too)?(?=\s*(?:[.;]|$))|"
    r"\b(?:received|welcomed|met|greeted|saw off|accompanied) (?:him|her|them|the (?:delegation|guests|party))\b|"
    r"\bwas (?:met|greeted|welcomed|received|seen off)(?: at [\w' ]{3,50})? by\b",
    re.IGNORECASE,
)
_SURELY = re.compile(
    r"\bpresent\b|concluding remarks|in attendance|also took part|\bby$|\bhim$|\bher$|\bthem$|delegation$"
)
# of the occasion's own guests: `Li met with the envoys and answered their questions`
_MET_GUESTS = (
    r"met (?:with )?the (?:envoys|participants|guests|delegates|trainees|students|diplomats|attendees)"
    r"(?= (?:and|before|after|at the|there)\b|[.,;])"
)
# what people do at an occasion that was told before
_ACTED = re.compile(
    r"\b(?:(?:also |then |jointly |each )?(?:deliver(?:ed|s)|made|makes|gave|gives) (?:an? |the |his |her )?"
    r"(?:[\w\-]+ ){0,2}?(?:speech(?:es)?|remarks|address(?:es)?|toasts?|briefing|lecture|presentation|report)|"
    r"(?:co-)?chair(?:s|ed)? (?:it|the|its|this)|presided over|moderated|hosted it|officiated|spoke(?= (?:at|on behalf|"
    r"there|to the|by|via|in|as well|too)|[.,;]|$)|cut the ribbon|unveiled|"
    r"(?:hand(?:s|ed)(?: out| over)?|present(?:s|ed)|award(?:s|ed)) (?:\w+ )?certificates|led (?:an? |the |its |"
    r"his |her )?"
    rf"(?:[\w\-]+ )?(?:delegation|group|team|cohort)(?: to (?:it|the {_OCCASION}))?(?= ?[.;,]|$)|"
    r"(?:signed|inked) (?:it|for|on behalf of)|"
    r"said in (?:an? |his |her )(?:[\w\-]+ ){0,2}?(?:speech|message|address)|"
    r"address(?:es|ed)? the|presented (?:an? )?(?:papers?|reports?)|took (?:questions|part)|answered questions|"
    rf"attended (?:it|the (?:\w+ )?{_OCCASION}|as)|participated|took the floor|witnessed|accompanied (?:him|her|"
    rf"them)|(?:expressed|voiced) (?:(?:his|her|their) )?(?:thanks|gratitude|appreciation)|"
    rf"(?:introduced|expounded(?: on)?|elaborated on|explained|interpreted) the|open(?:ed|s) it\b|{_MET_GUESTS}|"
    r"received the (?:donation|goods|equipment|items|books|gift)|thanked the (?:donors?|department|Chinese side|CPC))",
    re.IGNORECASE,
)
# `Representatives of the Unity Party and the Labour Front attended.`
_OF_BODIES = re.compile(
    r"(?:The )?(?:[Rr]epresentatives|[Ll]eaders|[Mm]embers|[Dd]elegates|[Oo]fficials|[Cc]adres) (?:of|from)\b"
)
# `Handing over the goods in Lusaka yesterday, X said`, `Speaking at the ceremony, Y …`
_WHILE = re.compile(
    r"(?:[Ss]peaking|[Bb]riefing (?=the)|[Aa]ccompanying (?=the)|[Ss]eeing off (?=the)|"
    r"[Aa]ddressing|[Hh]anding over|[Pp]resenting|[Rr]eceiving|[Oo]pening|[Ii]n (?:his|"
    r"her) (?:opening |welcome |"
    r"closing )?(?:speech|remarks|address))\b[^,]{0,80},\s+"
)
# `Team leader X said they were taken through …`, `Y, who will lead the team, said`
_LEADS_GROUP = re.compile(
    r"\b(?:[Tt]eam|[Gg]roup|[Dd]elegation) leader\b|\b[Ll]eader of the [\w'\- ]{1,30}?(?:group|team|delegation)\b|"
    r"\bwho (?:led|leads|will lead|is leading|headed|heads|spoke|attended|took part)\b"
)
_TOLD_PRESS = re.compile(r"\btold (?:the [A-Z]|reporters|journalists|the media)")
_AT_OPENING = re.compile(
    rf"\b(?:said|noted|stressed|told|stated) (?:at|in|during) (?:the|its|his|her) "
    rf"(?:(?:opening|closing|keynote) )?(?:{_OCCASION}|address|remarks|opening)\b"
)
_ON_BEHALF = re.compile(r"\b[Oo]n behalf of (?:the )?")
_WORKS = ("AID", "TRAIN.SCHOOL", "DOC.MOU", "MEDIA.COOP")
_WHO_ACTED = re.compile(r"\b(?:who|which) $")
_SIGNED_BY = re.compile(r"\bwas signed by\s+|\bwere signed by\s+")
_HOST = re.compile(r"\b(?:hosted|organi[sz]ed|sponsored|co-hosted|co-organi[sz]ed) by\s+")
# `co-chaired the meeting with X`
_BESIDE = re.compile(r"[\w \-]{0,40}? (?:together |jointly )?with (?=[A-Z])")
_OCCASIONS = ("CONF", "TRAIN", "BRIEF", "MEET.MECH", "CULT", "AID", "DOC.MECH", "DOC.MOU", "MEDIA")
# fewer names before a verb of speech are a paragraph about one side's words, not a list of guests
_SPEAKERS = 3


def led(page: Page, last: Draft | None, skip: int, end: int, people: list[Official]) -> bool:
    """`The delegation was led by …`: the leader of the guests told before."""
    match = _LED.match(page.text.text, skip, end)
    if match is None or last is None:
        return False
    ours = [one for one in people if one.department] if last.type.value == "VISIT.OUT" else []
    if ours:
        last.add_chinese(ours[:1])
        last.department = True
        return False  # who received it may stand behind
    theirs = _OUR_SIDE.search(page.text.text, match.end(), end)
    last.foreign.join(people_en.counterpart(page, match.start("led"), theirs.start() if theirs else end))
    if theirs is not None:
        last.add_chinese(one for one in people if one.name_at >= theirs.end())
        last.department = last.department or any(one.department for one in last.chinese)
    return True


def speakers(page: Page, last: Draft | None, skip: int, end: int) -> bool:
    """`Bierer, President of A, Morales, President of B, and Om, Secretary of C congratulated …`: guests who speak."""
    if last is None or not last.type.value.startswith(_OCCASIONS):
        return False
    verb = SPEECH.search(page.text.text, skip, end)
    side = people_en.people(page, skip, verb.start()) if verb else Counterpart()
    if len(side.people) < _SPEAKERS:
        return False
    last.foreign.join(side)
    return True


def saying(page: Page, last: Draft | None, skip: int, end: int, people: list[Official]) -> bool:
    """`Handing over the goods, X said …`; and at a ceremony of others the first of them who is quoted."""
    if last is None or not last.type.value.startswith((*_OCCASIONS, *_WORKS)):
        return False
    text = page.text.text
    during = _WHILE.match(text, skip, end)
    first = last.type.value.startswith(_WORKS) and not last.foreign.people
    classes = last.type.value.startswith(("TRAIN", "CONF"))
    # who comes back and is asked was there
    back = not last.foreign.people and "return" in last.sentence.text and _TOLD_PRESS.search(text, skip, end)
    first = first or (classes and bool(back or _LEADS_GROUP.search(text, skip, end)))
    # nobody of ours was told to be there until one of the department speaks
    unclaimed = not last.chinese and any(one.department for one in people)
    unclaimed = unclaimed and (not last.department or _AT_OPENING.search(text, skip, end) is not None)
    speech = SPEECH.search(text, skip, end) if during or first or unclaimed else None
    if speech is None:
        return False
    span = (during.end() if during else skip, speech.start())
    ours = [one for one in people if span[0] <= one.name_at and one.name_to <= span[1]]
    side = foreigners(page, *span, people)
    if not ours and not side.people:
        return False
    _join(page, last, side, ours, everything=False)
    behalf = _ON_BEHALF.search(text, skip, end)
    # `On behalf of the department, X, Charge d'affaires of the Chinese Embassy, handed over …`
    last.department = last.department or bool(
        behalf
        and ours
        and any(hit.start <= behalf.end() + 4 for hit in page.hits_in(behalf.end(), end, Kind.DEPARTMENT))
    )
    return True


def guests(page: Page, last: Draft | None, skip: int, end: int, people: list[Official]) -> bool:
    """`Li Jun delivered a keynote speech`, `X, Director of …, presided over it`: who did what at the occasion told."""
    text = page.text.text
    if last is None or not last.type.value.startswith((*_OCCASIONS, "DOC", "MSG.CONDOL")):
        return False
    signed = _SIGNED_BY.search(text, skip, end) if last.type.value.startswith("DOC") else None
    acted = _ACTED.search(text, skip, end) if last.type.value.startswith((*_OCCASIONS, "MSG.CONDOL")) else None
    if signed is None and acted is None:
        return False
    span = (signed.end(), end) if signed else (skip, acted.start() if acted else end)
    if _WHO_ACTED.search(text, *span):
        return False
    ours = [one for one in people if span[0] <= one.name_at and one.name_to <= span[1]]
    side = foreigners(page, *span, people)
    clause = text.find(";", acted.end(), end) if acted else -1
    if acted and clause < 0:
        clause = text.find(", while ", acted.end(), end)  # `…, while the ambassador spoke in the hall`
    again = _ACTED.search(text, clause, end) if clause > 0 else None
    if again is not None:
        # `Sun gave a briefing in person; X, Youth Chief of A, spoke by video`
        ours += [one for one in people if clause <= one.name_at and one.name_to <= again.start()]
        side.join(foreigners(page, clause + 1, again.start(), people))
    if not ours and not side.people and not side.organisations:
        return False
    _join(page, last, side, ours, everything=not side.people or not last.foreign.organisations)
    beside = _BESIDE.match(text, acted.end(), end) if acted else None
    if beside is not None:
        last.foreign.join(foreigners(page, beside.end(), end, people))
    host = _HOST.search(text, acted.end(), end) if acted else None
    if host is not None:
        last.foreign.join(Counterpart([], bodies(page, host.end(), end, note=False).organisations))
    return True


# `…, and lawmakers from the ruling Unity Front, attended`: those who came without a name
_SENT_BY = re.compile(
    r"\b(?:lawmakers|members|leaders|representatives|officials|cadres|delegates|politicians) (?:of|from) (?:the )?"
    r"(?:(?:ruling|governing|opposition) )?$"
)


def _join(page: Page, last: Draft, side: Counterpart, ours: list[Official], *, everything: bool) -> None:
    # who only accompanies a leader makes no meeting of that leader's the department's (codebook §9.13)
    accompanies = bool(last.chinese) and last.type.value.startswith("MEET.BILAT")
    last.add_chinese(replace(one, person=replace(one.person, role="attendee")) for one in ours)
    last.department = last.department or (not accompanies and any(one.department for one in ours))
    # of what stands around the names, the bodies of those named came; the rest only where nothing else is known
    theirs = {read.value.organisation for read in side.people}
    text = page.text.text
    known = [
        read
        for read in side.organisations
        if read.value.name in theirs
        or everything
        or (read.at is not None and _SENT_BY.search(text, max(0, read.at - 48), read.at))
    ]
    last.foreign.join(Counterpart(side.people, known, [] if last.foreign.countries else side.countries))


def attendees(page: Page, last: Draft | None, skip: int, end: int, people: list[Official]) -> bool:
    """`X, Vice-minister of the IDCPC, and others were present.`: people of the event told before, ``last``."""
    if last is None:
        return False
    text = page.text.text
    span = _guest_span(text, skip, end)
    present = _PRESENT.search(text, skip, end) if span is None else None
    if present is not None:
        before = present.start() > skip + 10 and not present.group().endswith("by")
        span = (skip, present.start()) if before else (present.end(), end)
    if span is None:
        return False
    side = foreigners(page, *span, people)
    if span[0] > skip and _OF_BODIES.match(text, skip, span[0]):
        side.join(Counterpart([], bodies(page, skip, span[0], note=False).organisations))
    whence = _WHENCE.search(text, skip, span[0]) is not None
    of_bodies = bool(side.organisations) and (whence or _OF_BODIES.match(text, skip, end) is not None)
    if not people and not side.people and not of_bodies and (present is None or not _SURELY.search(present.group())):
        return False
    if of_bodies and not side.people:
        last.foreign.join(Counterpart([], side.organisations))
    _join(page, last, side, people, everything=whence or not last.foreign.countries)
    return True


def _guest_span(text: str, skip: int, end: int) -> tuple[int, int] | None:
    """Where the list of those who came stands, by its words; None for a sentence without such words."""
    for behind in (_LISTED, _CHAIRED):
        match = behind.search(text, skip, end)
        if match is not None:
            came = _CAME.search(text, match.end(), end)
            return match.end(), came.start() if came else end
    among = _AMONG.search(text, skip, end)
    return (skip, among.start()) if among is not None else None


def foreigners(page: Page, start: int, end: int, people: list[Official]) -> Counterpart:
    """The foreign people of a list in which Chinese officials may stand too."""
    # the words of one of ours end those of the person before
    cuts = [(one.at, max(one.to, one.name_to)) for one in people if start <= one.at and one.name_to <= end]
    side, at = Counterpart(), start
    for cut, to in [*cuts, (end, end)]:
        if cut > at:
            side.join(people_en.counterpart(page, at, cut))
        at = max(at, to)
    chinese = {(one.name_at, one.name_to) for one in people}
    side.people = [
        replace(read, value=replace(read.value, role="attendee"))
        for read in side.people
        if (read.at, read.to) not in chinese and not (read.value.title or "").startswith("Chinese")
    ]
    return side

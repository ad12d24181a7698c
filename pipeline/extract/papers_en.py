"""English sentences about words and goods given: papers signed, letters, press conferences, gifts (codebook §2)."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.extract import bodies_en, place, when_en
from pipeline.extract.draft import Counterpart, Draft, Official, Read
from pipeline.extract.layout import Sentence
from pipeline.extract.listed_en import SPEECH, foreigners
from pipeline.extract.page import Page
from pipeline.extract.people_en import counterpart
from pipeline.extract.sides_en import acting, acts, of_the_party, ours_in

_SIGN = re.compile(
    r"\b(?:sign(?:s|ed|ing)?|inked?|inking)\b[^.;]{0,80}?\b(?P<what>memorand(?:um|a)|mou|agreement|protocol|accord|"
    r"joint statement|joint declaration|plan for (?:exchanges|cooperation)|exchange plan|cooperation plan|document)\b",
    re.IGNORECASE,
)
_NOT_SIGNED = re.compile(r"\b(?:condolence book|guest book|visitors' book)\b", re.IGNORECASE)
_PARTNER = re.compile(r"\b(?:with|between)\s+")
_TWO = re.compile(r"\b(?:[Tt]he two|[Bb]oth) (?:sides|parties)\b")
_JOINT = re.compile(
    r"\b(?:adopt(?:s|ed|ion of)|issu(?:ed|ing)|released?|passed|endorsed)\b[^.;]{0,40}?"
    r"(?P<name>\b(?-i:Joint|[A-Z][\w\-]+)(?: [A-Z][\w\-]+){0,2} (?-i:Initiative|Declaration|Statement|Consensus|"
    r"Appeal|Proposal)"
    r"\b|\bjoint (?:initiative|declaration|statement|appeal|proposal|communique)\b)",
    re.IGNORECASE,
)
_LETTER = re.compile(
    r"\b(?:sent|sends|extended|wrote|conveyed)\b[^.;]{0,30}?\b(?P<what>congratulat\w+|condolences?|messages?|letters?|"
    r"reply letter)\b(?: of (?P<of>\w+))?[^.;]{0,20}?\bto\s+",
    re.IGNORECASE,
)
_IN_MESSAGE = re.compile(
    r"\b[Ii]n (?:an?|his|her|the) (?P<what>(?:congratulatory|condolence) (?:message|letter|note|telegram)|"
    r"(?:message|letter) of (?:congratulations|condolences?))\b[^,;]{0,80}, (?=[A-Z])"
)
_MANY = re.compile(
    r"\b(?:more than|over|nearly|about|some|dozens|hundreds|many|scores|\d+)\b[^.;]{0,60}?"
    r"\b(?:parties|leaders|organi[sz]ations|politicians|statesmen|dignitaries)\b[^,]{0,60}$",
    re.IGNORECASE,
)
_CAMPAIGN = re.compile(
    r"\b\d[\d,]* (?:[\w\-]+ ){0,2}?(?:messages?|letters?|telegrams?|cables)\b[^.;]{0,120}?\b(?:by|from) [^.;]{0,40}?"
    r"(?:parties|leaders|organi[sz]ations)|"
    r"\b(?:parties|leaders|organi[sz]ations)\b[^.;]{0,60}?\bsent\b[^.;]{0,30}?\b\d[\d,]* (?:[\w\-]+ ){0,2}?"
    r"(?:messages|letters|telegrams)"
)
_CONDOLENCE = re.compile(
    r"\bmourn\w*|condolence book|laid a wreath|offered condolences|(?:express|extend|"
    r"convey)\w*(?: \w+){0,2} condolences|"
    r"pay(?:s|ing)? (?:his |her )?(?:last )?tribute",
    re.IGNORECASE,
)
_EMBASSY = re.compile(r"\b[Ee]mbassy of|\b[A-Z][\w\-]+(?: [A-Z]\w+)? [Ee]mbassy\b")
_PRESS = re.compile(
    r"\b(?:told|briefed|informed) (?:a |the |an? \w+ )?(?:press (?:briefing|conference)|news (?:briefing|"
    r"conference)|reporters|"
    r"journalists|the media|the press)\b|"
    r"\bmade the announcement\b|\bannounced (?:on )?\w+day\b|"
    r"\b(?:said|announced|told)\b[^.;]{0,60}?\b(?:at|during) (?:a|the) (?:[\w\-]+ )?(?:press|"
    r"news) (?:conference|briefing)\b",
    re.IGNORECASE,
)
# the head of a transcript: `Speakers: A, vice minister of …; B, spokesperson of the department`
_BRIEFERS = re.compile(r"(?:Speakers?|Briefers?|Attendees)\s*:")
_DATE_LINE = re.compile(r"\bDate\s*:\s*(.{5,40})")
_PRESS_TITLE = re.compile(r"(?:press|news) (?:conference|briefing)", re.IGNORECASE)
_GIVE = re.compile(
    r"\b(?:present(?:s|ed)|donat(?:es|ed)|hand(?:s|ed) over|gifted|gave|provided|delivered|contributed|shipped)\b"
    r"(?P<goods>(?:[^.;]|\.(?=\d)){0,100}?"
    r"\b(?:books?|computers?|laptops?|tablets?|printers?|vehicles?|buses|cars|motorcycles|bicycles|equipment|furniture|"
    r"supplies|masks|vaccines?|ventilators|kits|medicines?|relief|rice|food|tents|ambulances?|goods|materials|cash|"
    r"consignment|solar|boreholes?|generators?|chairs|desks|aid|donation)\b(?:[^.;]|\.(?=\d)){0,60}?)\bto\s+",
    re.IGNORECASE,
)
_TAKEN = re.compile(
    _GIVE.pattern.replace(r"\b(?:present(?:s|ed)", r"\b(?:receive[sd]", 1).replace(r"\bto\s+", r"\bfrom\s+"),
    re.IGNORECASE,
)
_BY_CPC = re.compile(r"\b(?:Communist Party of China|Chinese Communist Party|CPC|CCP)\b")
_GOODS = (
    (
        "AID.HEALTH",
        re.compile(r"masks|vaccine|ventilator|medic|epidemic|ambulance|protective|test kits|covid", re.IGNORECASE),
    ),
    ("AID.RELIEF", re.compile(r"relief|flood|quake|tents|cyclone|drought", re.IGNORECASE)),
    (
        "AID.EQUIP",
        re.compile(
            r"computer|laptop|tablet|printer|vehicle|bus|cars|cycles|equipment|furniture|solar|generator|chairs|desks",
            re.IGNORECASE,
        ),
    ),
    ("MEDIA.COOP", re.compile(r"books?\b", re.IGNORECASE)),
)


def signed(page: Page, sentence: Sentence, people: list[Official], skip: int, last: Draft | None) -> list[Draft]:
    """A paper signed, with its partner; `the two sides signed` is what the event told before led to."""
    text = page.text.text
    match = _SIGN.search(text, skip, sentence.end)
    if match is None or _NOT_SIGNED.search(match.group()):
        return []
    subject = acts(page, skip, sentence.end, people)
    name = "DOC.JOINT" if match.group("what").lower().startswith("joint") else "DOC.MOU"
    draft = Draft(Read(name, match.start(), match.end(), "signed_en", 0.85), sentence)
    draft.place = place.place(page, skip, sentence.end)
    if last is not None and _TWO.search(text, skip, match.start()):
        return [_result_of(last, draft)]
    party = of_the_party(page, skip, sentence.end) or bool(
        subject is None and _BY_CPC.search(text, skip, match.start()) and foreigners(page, skip, match.start(), people)
    )
    if subject is None and not party:
        return []
    partner = _PARTNER.search(text, match.end(), sentence.end)
    draft.foreign = counterpart(page, partner.end() if partner else match.end(), sentence.end)
    if not draft.foreign.people:
        # `The Green Party leader A and Vice Minister B signed`: who stands before, ours left out
        draft.foreign.join(foreigners(page, skip, match.start(), people))
    return [acting(page, draft, subject or [], sentence)]


def adopted(page: Page, sentence: Sentence, skip: int, last: Draft | None) -> list[Draft]:
    """A named paper that a meeting adopted: `The meeting adopted the Joint Initiative on …`."""
    match = _JOINT.search(page.text.text, skip, sentence.end)
    if match is None or last is None or not last.type.value.startswith(("CONF", "MEET.MECH", "DOC.MECH", "BRIEF")):
        return []
    return [_result_of(last, Draft(Read("DOC.JOINT", match.start(), match.end(), "adopted_en", 0.85), sentence))]


def _result_of(last: Draft, paper: Draft) -> Draft:
    """A paper that came of an event: of the same parties, the department's where the event is."""
    paper.foreign = Counterpart([], list(last.foreign.organisations), list(last.foreign.countries))
    paper.department, paper.result_of = last.department, last
    return paper


def letter(page: Page, sentence: Sentence, people: list[Official], skip: int) -> list[Draft]:
    """Congratulations, condolences and letters sent or received; from many, a campaign (codebook §2)."""
    text = page.text.text
    match = _LETTER.search(text, skip, sentence.end)
    if match is None:
        return campaign(page, sentence, skip)
    subject = acts(page, skip, match.start(), people)
    addressed = acts(page, match.end(), sentence.end, people)
    if subject is None and addressed is None:
        return []
    what = f"{match.group('what')} {match.group('of') or ''}".lower()
    name = "MSG.CONDOL" if "condol" in what else "MSG.CONGRAT" if "congrat" in what else "MSG.LETTER"
    draft = Draft(Read(name, match.start(), match.end(), "letter_en", 0.85), sentence)
    if addressed is not None and _MANY.search(text, skip, match.start()):
        draft.type, draft.series = replace(draft.type, value="MSG.CAMPAIGN"), True
    draft.foreign = (
        counterpart(page, match.end(), sentence.end) if subject is not None else counterpart(page, skip, match.start())
    )
    draft.mode = Read("written", match.start(), match.end(), "letter_en", 0.9)
    received = [replace(one, person=replace(one.person, role="recipient")) for one in addressed or []]
    return [acting(page, draft, subject if subject is not None else received, sentence)]


def in_message(page: Page, sentence: Sentence, people: list[Official], skip: int) -> Draft | None:
    """`In a congratulatory message dated November 12, X wished the congress success`: one of ours wrote."""
    text = page.text.text
    match = _IN_MESSAGE.search(text, skip, sentence.end) if people else None
    said = SPEECH.search(text, match.end(), sentence.end) if match else None
    subject = acts(page, match.end(), said.start(), people) if match and said else None
    if match is None or said is None or not subject or not any(one.department for one in subject):
        return None
    name = "MSG.CONDOL" if "condol" in match.group("what").lower() else "MSG.CONGRAT"
    draft = Draft(Read(name, *match.span("what"), "in_message_en", 0.85), sentence)
    draft.mode = Read("written", *match.span("what"), "in_message_en", 0.9)
    draft.foreign = counterpart(page, match.end("what"), match.end())
    if not draft.foreign:
        told = bodies_en.bodies(page, said.end(), sentence.end, note=False)
        draft.foreign = Counterpart([], told.organisations, told.countries)
    return acting(page, draft, subject, sentence)


def campaign(page: Page, sentence: Sentence, skip: int) -> list[Draft]:
    """`over 900 messages had been sent to the CPC Central Committee by more than 400 parties`: counted together."""
    match = _CAMPAIGN.search(page.text.text, skip, sentence.end)
    if match is None or not _BY_CPC.search(sentence.text) or not (page.own_site or ours_in(page, sentence)):
        return []
    draft = Draft(Read("MSG.CAMPAIGN", *match.span(), "campaign_en", 0.8), sentence, series=True)
    draft.mode = Read("written", *match.span(), "campaign_en", 0.9)
    return [acting(page, draft, [], sentence)]


def condolence(page: Page, sentence: Sentence, people: list[Official], skip: int, last: Draft | None) -> list[Draft]:
    """A wreath, an entry in a condolence book, a visit to an embassy to mourn."""
    text = page.text.text
    match = _CONDOLENCE.search(text, skip, sentence.end)
    subject = acts(page, skip, match.start(), people) if match else None
    if match is None or subject is None or (last is not None and last.type.value == "MSG.CONDOL"):
        return []  # the book signed is part of the visit told before
    draft = Draft(Read("MSG.CONDOL", match.start(), match.end(), "condolence_en", 0.8), sentence)
    draft.foreign = bodies_en.bodies(page, match.end(), sentence.end, note=False)
    embassy = _EMBASSY.search(text, skip, match.start())
    if embassy is not None:
        draft.foreign.join(
            Counterpart([], [], bodies_en.bodies(page, embassy.start(), match.start(), note=False).countries)
        )
    return [acting(page, draft, subject, sentence)]


def press(page: Page, sentence: Sentence, people: list[Official], skip: int, last: Draft | None) -> list[Draft]:
    """The department's spokesperson before the press; what was announced before is then the department's."""
    listed = _BRIEFERS.match(page.text.text, skip, sentence.end)
    if listed is not None and _PRESS_TITLE.search(page.text.text, 0, 400) and any(one.department for one in people):
        draft = Draft(Read("STMT.SPOKES", *listed.span(), "press_conference_en", 0.85), sentence)
        line = _DATE_LINE.search(page.text.text, sentence.end, sentence.end + 400)
        told = when_en.dates(line.group(1), line.start(1), page.anchor, None) if line else []
        draft.when = told[0] if told else None
        return [acting(page, draft, people, sentence)]
    match = _PRESS.search(page.text.text, skip, sentence.end)
    subject = acts(page, skip, match.end(), people) if match else None
    if match is None or not subject or not any(one.department for one in subject):
        return []
    draft = Draft(Read("STMT.SPOKES", match.start(), match.end(), "press_conference_en", 0.85), sentence)
    draft.place = place.place(page, match.start(), sentence.end)
    if last is not None and last.planned is not None:
        last.department = True
    return [acting(page, draft, subject, sentence)]


def goods_told(page: Page, last: Draft | None, skip: int, end: int) -> None:
    """`handed over 30 desktop computers`: what the handover told before was of, where its own words did not say."""
    if last is None or not last.type.value.startswith("AID") or last.type.rule == "goods_given_en":
        return
    match = _GIVE.search(page.text.text, skip, end)
    name = next((kind for kind, cue in _GOODS if match and cue.search(match.group("goods"))), None)
    if match is not None and name is not None:
        last.type = Read(name, *match.span(), "goods_given_en", 0.8)


def given(page: Page, sentence: Sentence, people: list[Official], skip: int) -> list[Draft]:
    """Goods handed over, by the department or `on behalf of the department` (codebook §16, T17)."""
    text = page.text.text
    match = _GIVE.search(text, skip, sentence.end) or _TAKEN.search(text, skip, sentence.end)
    subject = acts(page, skip, sentence.end, people) if match else None
    of_cpc = (
        subject is None and match is not None and page.names_department and _BY_CPC.search(text, skip, match.start())
    )
    if of_cpc:
        subject = []  # `The Communist Party of China has donated`: on a page that tells whose of it they were
    name = next((kind for kind, cue in _GOODS if match and cue.search(match.group("goods"))), None)
    if match is None or subject is None or name is None:
        return []
    draft = Draft(Read(name, match.start(), match.end(), "goods_given_en", 0.8), sentence)
    taken = match.re is _TAKEN
    draft.foreign = counterpart(page, skip, match.start()) if taken else counterpart(page, match.end(), sentence.end)
    draft.place = place.place(page, skip, sentence.end)
    made = acting(page, draft, subject, sentence)
    made.department = made.department or bool(of_cpc) or acts(page, skip, match.start(), []) is not None
    return [made] if draft.foreign else []

"""The words labels are written in: the codebook's codes, and the older type and mode words that rule 4 and 5 map."""

from __future__ import annotations

_CODES = """
    MEET: BILAT MULTI DIPLO REMOTE MECH SIDE
    VISIT: IN OUT TRANSIT
    TRAIN: COURSE ONLINE STUDY HIGH SCHOOL
    CONF: GLOBAL REGION THEME EXT YOUTH
    BRIEF: CONGRESS STORY DIPL LECTURE
    DOC: MOU JOINT MECH
    MSG: CONGRAT CONDOL LETTER CAMPAIGN
    AID: BUILD HEALTH RELIEF POVERTY EQUIP
    MEDIA: INTERVIEW ARTICLE COOP
    CULT: RECEPTION ANNIV MEMORIAL FRIEND
    STMT: SPOKES PARTY
    OTHER: UNCLEAR
"""
CODES = frozenset(
    f"{family}.{code}"
    for family, _, codes in (line.strip().partition(":") for line in _CODES.strip().splitlines())
    for code in codes.split()
)
"""Types of codebook §2, ``L1.L2``."""
FAMILIES = frozenset(code.partition(".")[0] for code in CODES)

WORDS: dict[str, frozenset[str]] = {
    word: frozenset(families.split())
    for word, families in {
        "meeting": "MEET",
        "video_call": "MEET",
        "phone_call": "MEET",
        "dialogue_mechanism": "MEET CONF",
        "visit_abroad": "VISIT",
        "delegation_received": "VISIT",
        "training_seminar": "TRAIN",
        "institution_opening": "TRAIN AID",
        "conference_forum": "CONF",
        "think_tank_media": "TRAIN CONF MEDIA",
        "briefing": "BRIEF",
        "speech_lecture": "BRIEF",
        "press_conference": "STMT",
        "mou_agreement": "DOC",
        "letter_message": "MSG",
        "condolence": "MSG",
        "reception": "CULT",
        "competition_award": "",
        "other": "",
    }.items()
}
"""The types of the older labels with the level-1 types that are right for each (rule 4); none: not scored."""

IN_PERSON = "in_person"
REMOTE = frozenset({"video", "phone"})
"""Modes whose events have no place (rule 7)."""

MODES: dict[str, str | None] = {
    # the older words
    "in_person": IN_PERSON,
    "online": "video",
    # the codebook's, §3
    "inperson_beijing": IN_PERSON,
    "inperson_china_other": IN_PERSON,
    "inperson_abroad": IN_PERSON,
    "inperson_third": IN_PERSON,
    "video": "video",
    "phone": "phone",
    "hybrid": "hybrid",
    "written": "written",
    "recorded": "recorded",
    "unknown": None,
}
"""What a labelled mode is compared as (rule 5); None: not scored."""
OLD_MODES = frozenset({"in_person", "online"})


def mode_of(predicted: str) -> str:
    """What a predicted mode is compared as: whatever is neither remote nor one-way is in person, also ``unknown``."""
    return MODES.get(predicted) or IN_PERSON

"""Labels of pages as labelled clusters: each labelled event becomes the mention that a perfect extractor would give.

So the ``same_event`` groups of label files measure the resolver alone, without any page's text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.evaluate.labels import LabelEvent, LabelPerson, LabelRow, load_labels
from pipeline.evaluate.linked import LinkedMention, LinkedSet, with_parents
from pipeline.evaluate.linking import chinese_person, foreign_person, is_zh, organisation, place
from pipeline.evaluate.same_event import labelled_partition
from pipeline.evaluate.vocabulary import IN_PERSON, REMOTE
from pipeline.extract.draft import Place
from pipeline.extract.place import in_person
from pipeline.gazetteer import load
from pipeline.words import DatePrecision, KeptMention, Mention, MentionKey, Realis, Scope, SiteKind

_CODES = {
    "meeting": "MEET.BILAT",
    "video_call": "MEET.REMOTE",
    "phone_call": "MEET.REMOTE",
    "dialogue_mechanism": "MEET.MECH",
    "visit_abroad": "VISIT.OUT",
    "delegation_received": "VISIT.IN",
    "training_seminar": "TRAIN.COURSE",
    "institution_opening": "TRAIN.SCHOOL",
    "conference_forum": "CONF.THEME",
    "think_tank_media": "CONF.THEME",
    "briefing": "BRIEF.CONGRESS",
    "speech_lecture": "BRIEF.LECTURE",
    "press_conference": "STMT.SPOKES",
    "mou_agreement": "DOC.MOU",
    "letter_message": "MSG.LETTER",
    "condolence": "MSG.CONDOL",
    "reception": "CULT.RECEPTION",
}
"""What the extractor would most often call the older words; whatever is not here is unclear."""
_DEPARTMENT = ("idcpc.gov.cn", "idcpc.org.cn")


def mentions_of_labels(paths: Sequence[Path]) -> LinkedSet:
    """The events of label files as one set of mentions. Raises LabelError for unusable input."""
    rows = [row for path in paths for row in load_labels(path)]
    group = labelled_partition(rows)
    found = [
        LinkedMention(
            id=f"{row.id}-{event.number}",
            event="-".join(map(str, group[row.id, event.number])),
            kept=_kept(row, event),
            parent="-".join(map(str, group[row.id, event.parent])) if event.parent else None,
        )
        for row in rows
        for event in row.events
        if event.counts
    ]
    return LinkedSet(", ".join(path.name for path in paths), with_parents(found))


def _kept(row: LabelRow, event: LabelEvent) -> KeptMention:
    host = (urlsplit(row.url).hostname or "").removeprefix("www.")
    own = host.endswith(_DEPARTMENT)
    language = row.language or ("zh" if is_zh(row.title or "") else "en")
    family = "idcpc" if own else row.outlet or host
    return KeptMention(
        # one address may be labelled twice
        key=MentionKey(row.id, event.number),
        mention=_mention(event, row.published),
        site=f"{family}_{language}",
        site_kind=SiteKind.OFFICIAL if own else SiteKind.MEDIA,
        family=family,
        language=language,
        first_seen_at=datetime.combine(row.published or date.max, time(), UTC),
        title=row.title,
    )


def _mention(event: LabelEvent, published: date | None) -> Mention:
    start, end = event.date_start, event.date_end or event.date_start
    day = start or published
    name = next((one for one in event.places if not is_zh(one)), None)
    name, name_zh, place_id = place(name, next((one for one in event.places if is_zh(one)), None))
    mode = _mode(event, place_id)
    kind = event.code or _CODES.get(event.type or "", "OTHER.UNCLEAR")
    if kind == "MEET.BILAT" and mode in REMOTE:
        kind = "MEET.REMOTE"
    precision = DatePrecision.DAY if start == end else DatePrecision.DAY_RANGE
    return Mention(
        number=event.number,
        type=kind,
        date_start=start,
        date_end=end,
        date_precision=DatePrecision(event.date_precision) if event.date_precision else precision if start else None,
        date_basis=None,
        mode=mode,
        realis=Realis(event.realis),
        scope=Scope.IN,
        is_series=event.is_visit if event.is_series is None else event.is_series,
        place=name,
        place_zh=name_zh,
        place_id=place_id,
        countries=event.countries,
        organisations=tuple(organisation(body.name, event.countries, day) for body in event.organisations),
        chinese_people=tuple(chinese_person(_printed(one), one.title, day) for one in event.chinese_people),
        foreign_people=tuple(
            foreign_person(_printed(one), one.title, None, one.country or _only(event.countries))
            for one in event.foreign_people
        ),
        themes=event.themes,
        participants=event.participants,
    )


def _printed(person: LabelPerson) -> str:
    return person.names[0]


def _only(countries: Sequence[str]) -> str | None:
    return countries[0] if len(countries) == 1 else None


def _mode(event: LabelEvent, place_id: str | None) -> str:
    """The codebook's mode; of an older ``in_person`` that which the place tells."""
    if event.mode_code:
        return event.mode_code
    if event.mode and event.mode != IN_PERSON:
        return event.mode
    entry = load().places.get(place_id) if place_id and event.mode else None
    told = in_person(Place(entry.name_en, entry.name_zh, entry.id, entry.country)) if entry is not None else None
    return told or "unknown"

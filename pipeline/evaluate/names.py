"""When a label's name and a predicted one are the same: people, bodies and places (codebook §18.1, rules 3 and 7)."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from functools import cache

from pipeline.evaluate.labels import LabelBody, LabelPerson
from pipeline.gazetteer import Kind, fold, load
from pipeline.words import ChinesePerson, ForeignPerson, Organisation

FAMILY_FIRST = frozenset({"CHN", "HKG", "KHM", "KOR", "MAC", "PRK", "TWN", "VNM"})
"""Countries whose people the English press names family name first."""

_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
_NOT_LATIN = re.compile(r"[\u0370-\u1dff\u2e80-\ud7ff\uf900-\ufaff\uff66-\uff9d]")
_MARKS = re.compile(r"[\W_]+")
_BRACKETED = re.compile(r"\s*[(（]([A-Za-z&/.\- ]{2,14})[)）]")
_PARTS = re.compile(r"[,、，;/]")


@cache
def plain(text: str) -> str:
    """A name folded: NFKC, script, accents, case; apostrophes gone, other marks one blank each, hyphens kept."""
    folded = fold(unicodedata.normalize("NFKC", text)).casefold().replace("'", "").replace("`", "")
    words = (_MARKS.sub(" ", part).strip() for part in folded.split("-"))
    return "-".join(word for word in words if word)


def squeezed(text: str) -> str:
    """A folded name without blanks and hyphens: what whole names are compared by."""
    return plain(text).replace(" ", "").replace("-", "")


def same_person(
    label: LabelPerson, predicted: ChinesePerson | ForeignPerson, countries: Collection[str | None] = ()
) -> bool:
    """Whether a label and a prediction name one person. ``countries`` are the event's, where neither tells its own."""
    if isinstance(predicted, ChinesePerson):
        printed = [name for name in (predicted.name, predicted.name_zh) if name]
        known, family_first = {"CHN"}, True
    else:
        printed = [predicted.name]
        known = {code for code in (label.country, predicted.country) if code} or {code for code in countries if code}
        family_first = bool(known & FAMILY_FIRST)
    if any(same_name(ours, theirs, family_first=family_first) for ours in label.names for theirs in printed):
        return True
    ids = {identity for name in printed for identity in _people().get(squeezed(name), ())}
    ids |= {predicted.id} if predicted.id else set()
    linked = ids & {identity for name in label.names for identity in _people().get(squeezed(name), ())}
    homes = {load().people[identity].country for identity in linked}
    # a form that several people share (布朗) links only within a country; a secretary-general of the UN has none
    return any(home is None or not known or home in known for home in homes)


def same_name(one: str, other: str, *, family_first: bool = False) -> bool:
    """Whether two printed names are one. Latin names: one's words are all in the other's, and the family name is.

    Names in other scripts must be equal. Blanks and hyphens part no names: KP Sharma Oli, K.P. Sharma Oli.
    """
    if not squeezed(one) or not squeezed(other):
        return False
    if squeezed(one) == squeezed(other):
        return True
    if _NOT_LATIN.search(one) or _NOT_LATIN.search(other):
        return False
    return any(_contained(a, b, family_first) for a in _words(one) for b in _words(other))


def _words(name: str) -> tuple[list[str], list[str]]:
    """A name's words twice: a hyphen parts (Jong-un, Jong Un), or joins (Amir-Abdollahian, Amirabdollahian)."""
    return plain(name).replace("-", " ").split(), plain(name).replace("-", "").split()


def _contained(one: list[str], other: list[str], family_first: bool) -> bool:
    shorter, longer = sorted((one, other), key=len)
    if Counter(shorter) - Counter(longer):
        return False
    names = [word for word in longer if word not in _SUFFIXES] or longer
    return (names[0] if family_first else names[-1]) in shorter


@cache
def _people() -> dict[str, frozenset[str]]:
    """The name table: every known form of a person, folded, with the ids that have it."""
    found: dict[str, set[str]] = defaultdict(set)
    for identity, person in load().people.items():
        forms = (person.name_en, person.name_zh or "", *(name.text for name in (*person.en, *person.zh)))
        for form in forms:
            if form:
                found[squeezed(form)].add(identity)
    return {form: frozenset(ids) for form, ids in found.items()}


def same_body(label: LabelBody, predicted: Organisation) -> bool:
    """Whether a label and a prediction name one body: by a printed form, or by any known form of the predicted id."""
    if label.id and label.id == predicted.id:
        return True
    ours = {squeezed(form) for form in _printed_forms(label.name)} - {""}
    if ours & {squeezed(form) for form in _printed_forms(predicted.name)}:
        return True
    if not predicted.id:
        return False
    return bool(ours & _forms_of(predicted.id)) or any(
        predicted.id in _ids(form, Kind.PARTY, Kind.ORGANISATION) for form in _printed_forms(label.name)
    )


def _printed_forms(name: str) -> list[str]:
    """A body's name as printed, and without its acronym in brackets: United Socialist Party of Venezuela (PSUV).

    Brackets that tell parties apart stay: CPN (UML) is no CPN, nor 尼泊尔共产党(联合马列) the 尼泊尔共产党.
    """
    forms = [re.sub(r"^the\s+", "", name.strip(), flags=re.IGNORECASE)]
    for match in _BRACKETED.finditer(forms[0]):
        if _abbreviates(match[1], forms[0][: match.start()]):
            forms.append(forms[0][: match.start()] + forms[0][match.end() :])
    return forms


def _abbreviates(acronym: str, name: str) -> bool:
    """Whether at least half of an acronym's letters begin words of the Latin name before it, which has several."""
    letters = [char.casefold() for char in acronym if char.isalpha()]
    if sum(char.isupper() for char in acronym) < 2:
        return False
    if _NOT_LATIN.search(name):  # no row of words, and the acronym is the foreign name's
        return True
    words = re.findall(r"\w+", fold(name))
    if len(words) < 2:
        return False
    shared = Counter(letters) & Counter(word[0].casefold() for word in words)
    return 2 * shared.total() >= len(letters)


@cache
def _forms_of(identity: str) -> frozenset[str]:
    """Every known form of a party or organisation, folded."""
    book = load()
    thing = book.parties.get(identity) or book.organisations.get(identity)
    if thing is None:
        return frozenset()
    forms = (thing.name_en, thing.name_zh, thing.acronym, *(name.text for name in (*thing.en, *thing.zh)))
    return frozenset(squeezed(form) for form in forms if form)


@cache
def _ids(text: str, *kinds: Kind) -> frozenset[str]:
    """What a whole text can name, by the matcher, which also knows country and party as one word (新加坡人民行动党)."""
    text = text.strip()
    language = "zh" if _NOT_LATIN.search(text) else "en"
    hits = (hit for hit in load().find(text, language) if hit.kind in kinds and (hit.start, hit.end) == (0, len(text)))
    return frozenset(identity for hit in hits for identity in hit.ids)


def cities(labelled: Iterable[str]) -> frozenset[str]:
    """What a label's place can be compared by; empty where it names no city but a country (rule 7)."""
    parts = [part.strip() for place in labelled for part in _PARTS.split(place) if part.strip()]
    named = [part for part in parts if _ids(part, Kind.PLACE) or not _ids(part, Kind.COUNTRY)]
    return frozenset(key for part in named for key in _place_keys(part))


def same_place(labelled: Iterable[str], name: str | None, name_zh: str | None, identity: str | None) -> bool:
    """Whether a predicted place is one of a label's, in either language; a building stands for its city."""
    keys = {key for part in (name, name_zh) if part for key in _place_keys(part)}
    if identity:
        keys |= {f"id:{identity}", f"id:{_city(identity)}"}
    return bool(keys & cities(labelled))


def _place_keys(text: str) -> set[str]:
    ids = _ids(text, Kind.PLACE)
    return {squeezed(text)} | {f"id:{one}" for one in ids} | {f"id:{_city(one)}" for one in ids}


def _city(identity: str) -> str:
    place = load().places.get(identity)
    return place.part_of if place is not None and place.part_of else identity

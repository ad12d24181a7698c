"""Nothing is left untranslated, and a translation says what its text has in it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from digests.languages import SOURCE, catalogue, count, languages, say, translations
from digests.messages import messages, update
from digests.wording import sentence_forms, word, wording_of, words

GAZETTEER = Path(__file__).parents[2] / "pipeline" / "gazetteer" / "data"
OTHERS = [language for language in languages() if language != SOURCE]


def forms(found: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [found] if isinstance(found, str) else list(found or ())


@pytest.fixture(scope="module")
def texts() -> Catalog:
    return messages()


def test_there_are_english_and_chinese() -> None:
    assert languages() == ("en", "zh")


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(language: str, texts: Catalog) -> None:
    """`python -m digests.messages` brings a catalogue up to code and templates; what it adds wants words."""
    known = catalogue(language)
    missing = []
    for text in texts:
        if not text.id:
            continue
        found = known.get(text.id, text.context)
        if found is None or found.fuzzy or not all(forms(found.string)):
            missing.append((text.context, text.id))
    assert missing == []
    wanted = {(text.context, text.id) for text in texts}
    assert [text.id for text in known if text.id and (text.context, text.id) not in wanted] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_values_of_its_text(language: str) -> None:
    slots = re.compile(r"%\((\w+)\)s")
    for text in catalogue(language):
        for string in forms(text.string):
            assert set(slots.findall(string)) == set(slots.findall(forms(text.id)[-1])), text.id
            assert string.count("%") == len(slots.findall(string)), text.id


def test_a_new_text_is_found_and_refused(tmp_path: Path, texts: Catalog) -> None:
    source = Path(messages.__code__.co_filename).parent / "translations/zh/LC_MESSAGES/digests.po"
    path = tmp_path / "zh" / "LC_MESSAGES" / "digests.po"
    path.parent.mkdir(parents=True)
    text = source.read_text(encoding="utf-8")
    path.write_text(re.sub(r'msgid "Trips"\nmsgstr "[^"]+"\n', "", text) + '\nmsgid "Gone"\nmsgstr "没了"\n', "utf-8")
    update(path, texts)
    assert 'msgid "Trips"\nmsgstr ""' in path.read_text(encoding="utf-8")
    assert "Gone" not in path.read_text(encoding="utf-8")
    update(path, texts)
    path.write_text(
        path.read_text(encoding="utf-8").replace('msgid "Trips"\nmsgstr ""', 'msgid "Trips"\nmsgstr "行程"'), "utf-8"
    )
    assert len(path.read_text(encoding="utf-8")) == len(text)


def test_english_is_given_back_and_numbers_have_their_forms() -> None:
    assert say("en", "Trips") == "Trips"
    assert say("zh", "Trips") == "行程"
    assert [count("en", "%(number)s event", "%(number)s events", number) for number in (1, 1200)] == [
        "1 event", "1,200 events",
    ]  # fmt: skip
    assert count("zh", "%(number)s event", "%(number)s events", 1) == "1条事件"
    with pytest.raises(ValueError, match="no translations into 'xx'; there are zh"):
        translations("xx")


def codes(name: str, column: str) -> set[str]:
    with (GAZETTEER / name).open(encoding="utf-8", newline="") as file:
        return {row[column] for row in csv.DictReader(file)} - {""}


@pytest.mark.parametrize("language", languages())
def test_no_code_lacks_a_word(language: str) -> None:
    tables = {
        "themes": codes("themes.csv", "id"),
        "regions": codes("countries.csv", "preg") | {"several", "none"},
        "standing": {"confirmed", "corroborated", "single_source", "disputed"},
        "page_state": {"live", "edited", "moved", "delisted", "gone_candidate", "gone", "unknown"},
        "lost": {"delisted", "gone_candidate", "gone"},
        "realis": {"actual", "planned", "cancelled", "denied"},
        "gaps": {"never", "unread", "stopped", "before"},
        "corrected": {"changed", "retracted", "merged"},
        "ranks": {"1", "2", "3", "4", "5", "6"},
    }
    for table, wanted in tables.items():
        assert wanted <= set(words()[table]), table
        if language != SOURCE:
            said = {code: word(table, code, language) for code in wanted}
            assert all(re.search("[\u3400-\u9fff]", text) for text in said.values()), said


def test_sentences_have_the_same_types_and_tables_in_every_language() -> None:
    english = sentence_forms(SOURCE)
    for language in OTHERS:
        other = sentence_forms(language)
        assert set(other["types"]) == set(english["types"])
        assert set(english) - {"articles"} <= set(other)
        for table in ("counted", "endings", "days", "when", "announced", "modes", "signs"):
            assert set(other[table]) == set(english[table]), table
        assert set(english["grammar"]) <= set(other["grammar"])
        for type_ in english["types"]:
            assert wording_of(type_, language).label != wording_of(type_).label

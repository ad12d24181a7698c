"""The grammar's data files: readable, without doubles, and refused with file and line where they are broken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.extract import wordlist
from pipeline.extract.wordlist import WordError, rows, words
from pipeline.gazetteer import load

# codebook §2
FIRST_LEVEL = ("TRAIN", "CONF", "DOC", "AID", "BRIEF", "MEET", "MSG", "CULT", "MEDIA", "STMT")


def test_every_event_cue_is_a_pattern_of_a_known_type() -> None:
    for row in rows("events.csv", ("language", "type", "pattern")):
        re.compile(row["pattern"])
        assert row["language"] in ("zh", "en")
        first, _, second = row["type"].partition(".")
        assert first in FIRST_LEVEL
        assert second.isupper()


def test_pairs_name_known_countries() -> None:
    known = load().countries
    for row in rows("pairs.csv", ("pair", "countries")):
        assert row["pair"].startswith("中") or row["pair"].endswith("中")
        assert all(iso3 in known for iso3 in row["countries"].split(" ")), row


def test_words_come_longest_first_and_once() -> None:
    for language, role in (("zh", "title"), ("zh", "group"), ("zh", "surname"), ("en", "title"), ("en", "body")):
        found = words(language, role)
        assert found
        assert len(set(found)) == len(found)
        assert list(found) == sorted(found, key=lambda word: (-len(word), word))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("language,word\nzh,a\n", "line 1: columns must be"),
        ("language,role,words\nzh,title,主席\nzh,,x\n", "line 3: needs 3 cells"),
        ("language,role,words\nzh,title\n", "line 2: needs 3 cells"),
    ],
)
def test_a_broken_file_is_refused_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, reason: str
) -> None:
    (tmp_path / "words.csv").write_text(content, encoding="utf-8")
    monkeypatch.setattr(wordlist, "DATA", tmp_path)
    with pytest.raises(WordError, match=reason):
        rows("words.csv", ("language", "role", "words"))

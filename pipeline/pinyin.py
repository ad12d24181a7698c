"""The pinyin of Chinese characters. pypinyin's dictionaries take half a second to load, so they load at first use."""

from __future__ import annotations


def syllables(text: str) -> list[str]:
    """One syllable for each character, without tones, ü as the letter v, which no pinyin syllable has otherwise;
    what is not Chinese as it stands."""
    from pypinyin import lazy_pinyin

    return lazy_pinyin(text)

"""The text as the rules see it, with the way back to the characters of the document.

Folding by character (script, width, quotes, accents) is the gazetteer's and keeps the length. On top of it the
noise of stored pages is taken out: pinyin glosses of cloaked mirrors (``聯(lián)絡(luò)部``), blanks inside
Chinese words (``中亚五 国``), runs of blanks, characters that print nothing. Every kept character knows where it
stood.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import compress

from pipeline.gazetteer.fold import fold

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"

# One lower-case syllable with a tone mark behind a Han character is a gloss; 维文(Vivian) is a name and stays.
# The tone marks are folded away before matching, so the unfolded text is asked for them.
_GLOSS = re.compile(rf"(?<=[{HAN}])[(（][a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹḿ]{{1,7}}[)）]")
_TONED = re.compile(r"[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufff9-\ufffb]+")
_BETWEEN_HAN = re.compile(rf"(?<=[{HAN}、,。:;\-])[ \t]+(?=[{HAN}\-])")
# no letter, digit, mark or ideograph of the pages' scripts, and neither a line end nor a blank
_UNPRINTED = re.compile(r"[^\w\s!-/:-@\[-`{-~]|[^\S \n]")
_BLANKS = re.compile(r"(?<=[ \t])[ \t]+")


@dataclass(frozen=True, slots=True)
class Folded:
    """``text`` is what rules match on; ``origin[i]`` says where its character ``i`` stood in ``source``."""

    source: str
    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the source that the folded characters ``start`` to ``end`` came from (end after start)."""
        return self.origin[start], self.origin[end - 1] + 1

    def printed(self, start: int, end: int) -> str:
        """The characters as the page prints them, without the noise between them."""
        return "".join(self.source[place] for place in self.origin[start:end])


def folded(source: str, language: str) -> Folded:
    """Fold a document's text. Never raises; linear in its length."""
    plain = _UNPRINTED.sub(lambda match: _plain(match.group()), fold(source))
    gone = bytearray(len(source))
    glosses = [match.span() for match in _GLOSS.finditer(source)]
    # a page with a toned gloss is a cloaked mirror; without one, (a) and (lu) are what the author wrote
    if any(_TONED.search(source, start, end) for start, end in glosses):
        for start, end in glosses:
            gone[start:end] = b"\1" * (end - start)
    patterns = [_INVISIBLE, _BLANKS] + ([_BETWEEN_HAN] if language == "zh" else [])
    for pattern in patterns:
        for match in pattern.finditer(plain):
            gone[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    if not any(gone):
        return Folded(source, plain, tuple(range(len(source))))
    kept = bytes(not one for one in gone)
    return Folded(source, "".join(compress(plain, kept)), tuple(compress(range(len(source)), kept)))


def _plain(char: str) -> str:
    if char.isprintable():
        return char
    return " " if unicodedata.category(char) in ("Cc", "Zs", "Zl", "Zp") else char

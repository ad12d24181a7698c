"""From bytes to text: BOM, the look of UTF-16, strict UTF-8, what is declared, and only then a detector.

Declared charsets are wrong in both directions on real pages, and detectors are worse (one turned UTF-8 pages with
little text into Mac-Cyrillic): so whatever is valid UTF-8 is UTF-8, a declaration counts when the bytes agree
with it, and gb2312/gbk always mean their superset gb18030.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from spiders.markup import language_of

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_DECLARED_IN_XML = re.compile(rb"""^\s*<\?xml\b[^>]*\bencoding\s*=\s*["']([\w.:-]+)""", re.IGNORECASE)
# Markup in UTF-16 begins with a tag, each letter beside a zero byte: to UTF-8 that is valid too, and full of NULs.
_UTF16 = (
    ("utf-16-le", re.compile(rb"(?:[\t\n\r ]\0)*<\0[!?A-Za-z]\0")),
    ("utf-16-be", re.compile(rb"(?:\0[\t\n\r ])*\0<\0[!?A-Za-z]")),
)
_TAG = re.compile(r"<[^>]*>")
_HEAD_BYTES = 16_384
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "hz": "gb18030", "ascii": "cp1252", "iso8859-1": "cp1252"}
# One byte a character: decodes anything, so agreement with the bytes proves nothing; servers send it by default.
_ANYTHING_GOES = re.compile(r"^(cp125\d|iso8859-\d+|latin|mac-|koi8)")
# Text codecs of Python's own: no page is written in them, and `undefined` and `idna` raise even where told to replace.
_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})
_DETECTABLE = ["gb18030", "big5", "utf_8", "shift_jis", "euc_kr", "cp1252"]
_FEW = 0.02
_MOST = 0.5


def decode(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """The text of an answer's body and the name of the encoding it was read with. Never fails: what cannot be
    decoded becomes U+FFFD."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, "replace"), name
    for name, begin in _UTF16:
        if begin.match(body):
            return body.decode(name, "replace"), name
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    declared = _declared(body, content_type)
    for name in sorted(declared, key=lambda name: bool(_ANYTHING_GOES.match(name))):
        if _ANYTHING_GOES.match(name) and _reads_as_chinese(body):
            name = "gb18030"
        try:
            return body.decode(name), name
        except UnicodeDecodeError:
            continue
    damaged = body.decode("utf-8", "replace")
    beyond_ascii = sum(character > "\x7f" for character in damaged)
    broken = damaged.count("\ufffd")
    if broken <= max(1, _FEW * beyond_ascii):
        return damaged, "utf-8"
    # GB bytes that call themselves UTF-8 (templates moved, texts not); damaged UTF-8 may look Chinese in GB as well
    if broken > _MOST * beyond_ascii and _reads_as_chinese(body):
        return body.decode("gb18030"), "gb18030"
    name = declared[0] if declared else _detected(body)
    return body.decode(name, "replace"), name


def _reads_as_chinese(body: bytes) -> bool:
    """True for GB bytes whatever is declared: accented Latin letters decode to single Han characters, not to a text."""
    try:
        text = body.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return language_of(_TAG.sub("", text)) == "zh"


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """Charsets that the header and then the document's head name, as Python knows them, best first."""
    labels = _DECLARED.findall((content_type or "").encode("utf-8", "replace"))
    labels += _DECLARED_IN_XML.findall(body[:_HEAD_BYTES]) + _DECLARED.findall(body[:_HEAD_BYTES])
    names: list[str] = []
    for label in labels:
        try:
            name = codecs.lookup(label.decode("ascii", "replace")).name
        except LookupError:
            continue
        name = _SUPERSETS.get(name, name)
        # A codec such as `base64` or `rot13` is a lookup that answers, but no charset.
        if name not in names and name not in _NO_CHARSETS and codecs.lookup(name)._is_text_encoding:
            names.append(name)
    return names


def _detected(body: bytes) -> str:
    best = from_bytes(body, cp_isolation=_DETECTABLE).best()
    return best.encoding if best is not None else "utf-8"

"""XML as sites serve it: read leniently where it is broken, and never with entities of its own.

Feeds with bare ampersands, HTML entities, control characters, text before the declaration or without an end are
common; a document that declares entities is not, and could grow to gigabytes: it is refused.
"""

from __future__ import annotations

import re
from html.entities import html5

from lxml import etree

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_OWN_ENTITIES = re.compile(r"<!ENTITY", re.IGNORECASE)
_NAMED = re.compile(r"&(#\d{1,7};|#[xX][0-9A-Fa-f]{1,6};|\w{1,31};)?")
_KEPT = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)


class NotXml(ValueError):
    """The text is no XML that could be read; the message says in one word why."""


def parse(text: str) -> etree._Element:
    """The root of an XML text. Raises NotXml."""
    begin = text.find("<")
    if begin < 0:
        raise NotXml("not_xml")
    if _OWN_ENTITIES.search(text):
        raise NotXml("xml_entities")
    source = _DECLARATION.sub("", text[begin:])
    pieces = _CDATA.split(source)
    mended = "".join(piece if piece.startswith("<![CDATA[") else _NAMED.sub(_mended, piece) for piece in pieces)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, encoding="utf-8")
    try:
        root = etree.fromstring(mended.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        raise NotXml("not_xml") from None
    # lxml gives None for a text in which it found no element at all
    if root is None or name_of(root) == "html":
        raise NotXml("not_xml")
    return root


def name_of(element: etree._Element) -> str:
    """An element's name in lower case without its namespace; empty for comments and the like."""
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def children(element: etree._Element, *names: str) -> list[etree._Element]:
    """The child elements of these names (lower case, without namespaces)."""
    return [child for child in element if name_of(child) in names]


def text_of(element: etree._Element, *names: str) -> str:
    """The text of the first child of the first of these names that has any; empty without one."""
    for name in names:
        for child in children(element, name):
            if text := "".join(child.itertext()).strip():
                return text
    return ""


def _mended(match: re.Match[str]) -> str:
    name = match[1]
    if name is None:
        return "&amp;"
    if name in _KEPT or name.startswith("#"):
        return match[0]
    return html5.get(name, f"&amp;{name}")

"""The watched sites as a list that feed readers load (OPML 2.0): feeds to subscribe to, lists to open."""

from __future__ import annotations

from lxml import etree

from spiders import registry
from spiders.declared import ListForm, Section
from spiders.site import SiteSpider

_KINDS = {"official": "Official sites", "watchdog": "Watchdogs", "media": "Media"}


def document() -> str:
    """The text of the OPML file: sites by kind, under each its lists.

    A feed is an outline of type ``rss``, which readers subscribe to; any other list one of type ``link``. The
    category of each names its site's kind and the site, for whoever wants the list for something else.
    """
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = "Sites watched by idwatch"
    body = etree.SubElement(root, "body")
    sites = sorted(registry.spiders().values(), key=lambda site: (site.title.lower(), site.name))
    for kind, title in _KINDS.items():
        group = etree.SubElement(body, "outline", text=title)
        for site in sites:
            if site.kind.value == kind:
                _site(group, site)
    text: str = etree.tostring(root, pretty_print=True, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'


def _site(group: etree._Element, site: type[SiteSpider]) -> None:
    outline = etree.SubElement(group, "outline", text=site.title)
    for section in site.sections:
        if not section.history:
            _list(outline, site, section)


def _list(outline: etree._Element, site: type[SiteSpider], section: Section) -> None:
    text = f"{site.title}: {section.title}"
    about = {"text": text, "category": f"/{site.kind.value}/{site.name}"}
    if section.form is ListForm.FEED:
        feed = {"type": "rss", "title": text, "xmlUrl": section.url, "htmlUrl": site.home, "language": site.language}
        etree.SubElement(outline, "outline", about | feed)
    elif section.form not in (ListForm.SITEMAP, ListForm.JSON):  # nothing that anybody would open
        etree.SubElement(outline, "outline", about | {"type": "link", "url": section.url})

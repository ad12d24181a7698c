"""The list of sites for feed readers: as OPML asks, and whole."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from typer.testing import CliRunner

from spiders import registry
from spiders.commands import app
from spiders.declared import ListForm


def test_every_feed_and_list_stands_in_it_once(tmp_path: Path) -> None:
    printed = CliRunner().invoke(app, ["export-list"])
    assert printed.exit_code == 0
    root = ElementTree.fromstring(printed.stdout)
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert root.findtext("head/title")
    outlines = list(root.iter("outline"))
    assert all(outline.get("text") for outline in outlines)
    sections = [(site, one) for site in registry.spiders().values() for one in site.sections if not one.history]
    feeds = [(one.get("xmlUrl"), one.get("category")) for one in outlines if one.get("type") == "rss"]
    wanted = [(one.url, f"/{site.kind.value}/{site.name}") for site, one in sections if one.form is ListForm.FEED]
    assert sorted(feeds) == sorted(wanted)
    assert all(one.get("htmlUrl") and one.get("language") for one in outlines if one.get("type") == "rss")
    links = {one.get("url") for one in outlines if one.get("type") == "link"}
    assert links == {one.url for _, one in sections if one.form not in (ListForm.FEED, ListForm.SITEMAP, ListForm.JSON)}
    assert all(one.get("type") or len(one) or not one.attrib.keys() - {"text"} for one in outlines)

    file = tmp_path / "new folder" / "sites.opml"
    assert CliRunner().invoke(app, ["export-list", "--out", str(file)]).exit_code == 0
    assert file.read_text(encoding="utf-8") == printed.stdout

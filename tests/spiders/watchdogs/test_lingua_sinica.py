"""Lists of whole entries, however they are laid out: no markup of the site was seen."""

from __future__ import annotations

import pytest

from spiders import registry
from spiders.declared import ListReading
from spiders.markup import Html

ADDRESS = "https://lingua-sinica.org/activity-type/media-training-or-seminar/"
ONE = "On May 14, 2024, a seminar for editors of five countries was opened in Nanning."
TWO = "A course in short video began on April 2, 2024 at a university in Zhejiang (浙江)."
LAYOUTS = {
    "cards": f"<div><section><h3>One</h3><p>{ONE}</p></section><section><h3>Two</h3><p>{TWO}</p></section></div>",
    "one after another": f"<div><h2>One</h2><p>{ONE}</p><h2>Two</h2><p>{TWO}</p></div><h2>Us</h2><p>{'x' * 60}</p>",
    "heads and texts apart": f"<ul><li><div><h4>One</h4></div><div>{ONE}</div></li><li><h4>Two</h4>{TWO}</li></ul>",
}


def _read(source: str) -> ListReading:
    site = registry.spider("lingua_sinica")
    return site.read_list(Html(source, ADDRESS), site.sections[0])


@pytest.mark.parametrize("source", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_an_entry_is_a_heading_and_what_stands_with_it(source: str) -> None:
    found = _read(f"<h1>Activities</h1><nav><h3>Menu</h3><p>Home</p></nav>{source}<footer><h4>Project</h4></footer>")
    assert [(page.title, page.body, page.published) for page in found.pages] == [("One", ONE, None), ("Two", TWO, None)]
    assert all(page.url.startswith(f"{ADDRESS}#") for page in found.pages)
    assert len({page.url for page in found.pages}) == 2
    assert found.listed == ()


def test_an_entry_with_a_link_has_its_address() -> None:
    found = _read(f'<article><h2><a href="/activity/one">One</a></h2><p>{ONE}</p></article><h2>Two</h2><p>{TWO}</p>')
    assert [one.url for one in found.listed] == ["https://lingua-sinica.org/activity/one/"]
    assert found.pages[0].url == "https://lingua-sinica.org/activity/one/"


def test_entries_of_one_title_are_two_and_of_one_address_one() -> None:
    cards = "".join(f"<section><h3>Seminar</h3><p>{text}</p></section>" for text in (ONE, TWO))
    assert len({page.url for page in _read(f"<div>{cards}</div>").pages}) == 2
    again = f'<article><h2><a href="/activity/one">One</a></h2><p>{ONE}</p></article>'
    found = _read(again * 2)
    assert (len(found.pages), len(found.listed)) == (1, 1)


def test_links_are_found_where_nothing_can_be_split() -> None:
    found = _read('<div><a href="/activity/one">One</a></div><div><a href="/activity/two">Two</a></div>')
    assert [one.title for one in found.listed] == ["One", "Two"]
    assert found.pages == ()

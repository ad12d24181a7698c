"""A page of an event with one thing wrong or left out still tells it; one that tells another happening does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.words import KeptMention

Tell = Callable[..., KeptMention]
Groups = Callable[..., set[frozenset[str]]]
Facts = Mapping[str, Any]

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
NEPAL: Facts = {
    "day": "2024-04-10", "country": "NPL", "party": "npl-cpnuml", "official": "liu-jianchao",
    "place": "chn-beijing", "mode": "inperson_beijing", "office": "chairman",
}  # fmt: skip
KENYA: Facts = {
    "day": "2024-05-21", "country": "KEN", "party": "ken-uda", "official": "li-mingxiang",
    "place": "ken-nairobi", "mode": "inperson_abroad", "office": "secretary_general",
}  # fmt: skip
MOROCCO: Facts = {
    "day": "2022-03-16", "country": "MAR", "party": "mar-pps", "official": "chen-zhou",
    "place": None, "mode": "video", "office": "secretary_general",
}  # fmt: skip
GUESTS: Mapping[str, tuple[Facts, tuple[str, ...], tuple[str, ...]]] = {
    "Nepal": (NEPAL, ("夏尔马·奥利", "拉詹·巴特拉伊"), ("KP Sharma Oli", "Rajan Bhattarai")),
    "Kenya": (KENYA, ("克莱奥法斯·马拉拉", "奥马尔"), ("Cleophas Malala", "Hassan Omar")),
    "Morocco": (MOROCCO, ("本阿卜杜拉",), ("Nabil Benabdallah",)),
}
SITES = ("idcpc_zh", "idcpc_en", "xinhua_en")


def _pages(case: str) -> dict[str, dict[str, Any]]:
    """What three sites print of one meeting."""
    facts, chinese, latin = GUESTS[case]
    found = {}
    for site in SITES:
        found[site] = {**facts, "site": site, **_named(chinese if site.endswith("zh") else latin)}
    return found


def _moved(page: Facts, days: int) -> dict[str, Any]:
    year, month, day = str(page["day"]).split("-")
    return {"day": f"{year}-{month}-{int(day) + days:02}"}


def _guests(page: Facts) -> tuple[str, ...]:
    return (page["person"], *page["others"])


def _named(guests: tuple[str, ...]) -> dict[str, Any]:
    return {"person": guests[0], "others": guests[1:]}


SLIPS: Mapping[str, Callable[[Facts], dict[str, Any]]] = {
    "the day before": lambda page: _moved(page, -1),
    "the day after": lambda page: _moved(page, 1),
    "no party": lambda page: {"party": None},
    "no country": lambda page: {"country": None},
    "no place": lambda page: {"place": None},
    "no way of meeting": lambda page: {"place": None, "mode": "unknown"},
    "no official": lambda page: {"official": None},
    "an ambassador too": lambda page: {"attending": ("chen-song",)},
    "the first guest alone": lambda page: _named(_guests(page)[:1]),
    "the last guest alone": lambda page: _named(_guests(page)[-1:]),
    "guests the other way round": lambda page: _named(_guests(page)[::-1]),
    "the name in short": lambda page: {"person": page["person"].replace("·", " ").split()[-1]},
    "the office alone": lambda page: {"person": None, "others": ()},
    "a window": lambda page: {**_moved(page, -3), "until": page["day"], "precision": "window"},
}  # fmt: skip
SMALL = ("no party", "no country", "no place", "the first guest alone", "guests the other way round")
"""Slips that leave the company and the day as they are."""
OTHERS: Mapping[str, dict[str, Any]] = {
    "another host": {"official": "sun-haiyan"},
    "another guest of another party": {"party": "zzz other party", "person": "Ali Bongo", "others": ()},
    "another country": {"country": "JPN", "party": "jpn-ldp", "person": "Toshimitsu Motegi", "others": ()},
    "a dialogue the next day": {"type_": "MEET.MECH", "slip": 1},
    "talks and a class": {"type_": "TRAIN.COURSE"},
    "two days later": {"slip": 2},
    "a call before the visit": {"mode": "phone", "place": None, "slip": -1},
}


@pytest.mark.parametrize("case", GUESTS)
@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize("site", SITES)
def test_one_thing_wrong_or_left_out(tell: Tell, groups: Groups, case: str, slip: str, site: str) -> None:
    pages = _pages(case)
    pages[site].update(SLIPS[slip](pages[site]))
    mentions = [tell(name, **page) for name, page in pages.items()]
    assert groups(*mentions) == {frozenset(SITES)}, slip


@QUICK
@given(data=st.data())
def test_two_pages_with_one_slip_each(tell: Tell, groups: Groups, data: st.DataObject) -> None:
    """The Chinese page is right; the two others each have one thing wrong, the day in one at most."""
    case = data.draw(st.sampled_from(sorted(GUESTS)))
    slips = data.draw(st.tuples(st.sampled_from(sorted(SLIPS)), st.sampled_from(sorted(SMALL))))
    pages = _pages(case)
    for site, slip in zip(("idcpc_en", "xinhua_en"), slips, strict=True):
        pages[site].update(SLIPS[slip](pages[site]))
    mentions = [tell(name, **page) for name, page in pages.items()]
    assert groups(*data.draw(st.permutations(mentions))) == {frozenset(SITES)}


@QUICK
@given(data=st.data())
def test_another_happening_stays_another(tell: Tell, groups: Groups, data: st.DataObject) -> None:
    """Of two meetings that differ in one real thing no page goes over to the other, whatever slips in one of them."""
    case = data.draw(st.sampled_from(sorted(GUESTS)))
    change = dict(OTHERS[data.draw(st.sampled_from(sorted(OTHERS)))])
    days = change.pop("slip", 0)
    pages = {f"a-{site}": page for site, page in _pages(case).items()}
    for site, page in _pages(case).items():
        pages[f"b-{site}"] = {**page, **_moved(page, days), **change}
    hurt = data.draw(st.sampled_from(sorted(pages)))
    pages[hurt].update(SLIPS[data.draw(st.sampled_from(SMALL))](pages[hurt]))
    mentions = data.draw(st.permutations([tell(name, **page) for name, page in pages.items()]))
    for group in groups(*mentions):
        assert len({name[0] for name in group}) == 1, f"{change} and {hurt}: {sorted(group)}"


def test_sittings_of_two_days_that_the_chinese_site_tells_both_stay_two(tell: Tell, groups: Groups) -> None:
    pages = _pages("Nepal")
    first = [tell(f"1-{site}", **page) for site, page in pages.items()]
    second = [tell(f"2-{site}", **page | _moved(page, 1)) for site, page in pages.items()]
    assert groups(*first, *second) == {frozenset(f"{n}-{site}" for site in SITES) for n in (1, 2)}
    late = tell("2-late", **pages["idcpc_en"] | _moved(pages["idcpc_en"], 1))
    assert groups(*first[:2], late) == {frozenset({"1-idcpc_zh", "1-idcpc_en", "2-late"})}, (
        "the Chinese site tells one sitting"
    )
    assert len(groups(first[1], late)) == 2, "of two days on one site, and no other, nothing tells that they are one"


def test_a_page_between_two_sittings_goes_to_that_of_its_day(tell: Tell, groups: Groups) -> None:
    """A bilateral on the 1st, a dialogue on the 2nd with the same people, and a paper's meeting of the 2nd."""
    page = _pages("Nepal")["idcpc_zh"]
    talks = tell("talks", **page)
    dialogue = tell("dialogue", **page | _moved(page, 1) | {"type_": "MEET.MECH"})
    paper = tell("paper", **page | _moved(page, 1) | {"site": "people_zh", "family": "prc_media"})
    assert frozenset({"talks", "paper"}) not in groups(talks, dialogue, paper)


def test_legs_of_one_trip_told_apart_are_one_trip(tell: Tell, groups: Groups) -> None:
    """The department tells Australia, New Zealand and Fiji, its English list the last two, a paper in Fiji its own."""
    trip: dict[str, Any] = {"type_": "VISIT.OUT", "is_series": True, "official": "zheng-xiaosong", "place": None,
                            "party": None, "mode": "inperson_abroad", "until": "2017-07-16"}  # fmt: skip
    whole = tell("zh", day="2017-07-09", country=("AUS", "NZL", "FJI"), person="古德费洛", **trip)
    legs = tell("en", site="idcpc_en", day="2017-07-12", country=("NZL", "FJI"), person="Peter Goodfellow", **trip)
    own = tell("fj", site="fiji_en", day="2017-07-15", country="FJI", person="Aiyaz Sayed-Khaiyum", **trip)
    later = tell(
        "next", day="2017-07-25", country=("AUS", "NZL", "FJI"), person="古德费洛", **trip | {"until": "2017-07-28"}
    )
    assert groups(whole, legs, own, later) == {frozenset({"zh", "en", "fj"}), frozenset({"next"})}

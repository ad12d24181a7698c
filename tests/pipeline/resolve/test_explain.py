"""The waterfall: readable at every width, without colours, and true to the comparison."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from pipeline.resolve import weights
from pipeline.resolve.compare import Compared, Comparison
from pipeline.resolve.explain import Waterfall, held_together, odds, verdict
from pipeline.resolve.veto import Veto
from pipeline.words import MentionKey, Rulings

A, B, C, D = (MentionKey(f"https://site.test/{name}", 1) for name in "abcd")


@pytest.fixture(autouse=True)
def _thresholds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights that a refit does not move."""
    monkeypatch.setattr(weights, "prior", lambda: -2.0)
    monkeypatch.setattr(weights, "JOIN", 3.0)
    monkeypatch.setattr(weights, "DOUBT", -3.0)


def compared(*comparisons: Comparison, a: MentionKey = A, b: MentionKey = B, veto: Veto | None = None) -> Compared:
    return Compared(a, b, comparisons, veto)


def printed(waterfall: Waterfall, width: int = 80) -> list[str]:
    stream = io.StringIO()
    Console(file=stream, width=width, highlight=False, markup=False).print(waterfall)
    return stream.getvalue().splitlines()


THREE = (
    Comparison("foreign_person", "same sound", 9.0, "比拉瓦尔 ~ Bilawal Bhutto Zardari"),
    Comparison("date", "next day", -4.0, "2018-05-03 ~ 2018-05-04"),
    Comparison("mode", "alike", 0.0, "phone ~ video"),
)


def test_the_steps_lead_from_the_prior_to_the_sum() -> None:
    """25 columns for the bits from -3 to 7, 2.4 for each: -2 is in column 2, 0 in 7, 3 in 14, 7 in 24."""
    assert printed(Waterfall(compared(*THREE), told=False), 60) == [
        "                             bits  : doubt   | join",
        "prior                       -2.00  : -----       |",
        "foreign person same sound   +9.00  :  ++++++++++++++++++++++",
        "date           next day     -4.00  :             ----------",
        "mode           alike        +0.00  :             |",
        "sum                         +3.00  :             *",
        "about 8 to 1 for one event; joins from +3.00, in doubt from",
        "-3.00",
    ]


def test_both_values_stand_below_each_level() -> None:
    lines = printed(Waterfall(compared(*THREE)))
    assert lines[3] == "               比拉瓦尔 ~ Bilawal Bhutto Zardari"
    assert lines[5] == "               2018-05-03 ~ 2018-05-04"


@pytest.mark.parametrize("width", [30, 40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    told = "中共中央对外联络部" * 9 + " ~ " + "International " * 9
    long = Comparison("chinese_person", "two languages of a family", -30.0, told)
    lines = printed(Waterfall(compared(*THREE, long, veto=Veto("people", "A / B"))), width)
    assert all(cell_len(line) <= width for line in lines)
    assert lines == [line.rstrip() for line in lines]
    assert any("-30.00" in line for line in lines)
    assert "".join(lines).count("络") == 9  # nothing is left out


def test_what_a_page_says_cannot_steer_the_terminal() -> None:
    steering = Comparison("text", "same title", 1.0, "\x1b[2J ~ \x07[bold]x[/]")
    shown = "\n".join(printed(Waterfall(compared(steering, veto=Veto("people", "\x1b]0;x\x07")))))
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "[bold]x[/]" in shown


@pytest.mark.parametrize(
    ("bits", "told"),
    [
        (3.0, "about 8 to 1 for one event"),
        (-3.0, "about 8 to 1 against one event"),
        (0.4, "about even"),
        (-0.4, "about even"),
        (17.0, "about 131,072 to 1 for one event"),
        (1000.0, "more than a million to 1 for one event"),
    ],
)
def test_bits_are_told_as_odds(bits: float, told: str) -> None:
    assert odds(bits) == told


def test_an_analysts_word_goes_before_a_veto_and_a_veto_before_the_bits() -> None:
    vetoed = compared(*THREE, veto=Veto("people", "A / B"))
    pair = frozenset({(A, B)})
    assert verdict(vetoed, Rulings(same=pair, rejected=frozenset({B}))).startswith("the second is rejected")
    assert verdict(vetoed, Rulings(same=pair)) == "joined by an analyst"
    assert verdict(vetoed, Rulings(different=pair)) == "kept apart by an analyst"
    assert verdict(vetoed, Rulings()) == "kept apart by the rule people"
    assert verdict(compared(*THREE), Rulings()) == "they agree enough to be joined"
    assert "doubt" in verdict(compared(), Rulings())
    assert verdict(compared(THREE[1]), Rulings()) == "they do not agree enough"


def test_an_event_is_held_together_by_the_edges_that_joined_it() -> None:
    taken = [compared(a=a, b=b) for a, b in ((A, B), (C, D), (A, C), (B, D), (B, C))]
    joining, others = held_together(taken)
    assert joining == taken[:3]
    assert others == taken[3:]

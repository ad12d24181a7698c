"""Why two mentions are one event or two: what each comparison adds to the odds, as text (codebook §10, step D).

    console.print(Waterfall(compare(a, b)))

A bar begins where the one above it ends, ``+`` and ``-`` say which way it goes, ``:`` and ``|`` are the two thresholds,
so that it can be read without colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from rich.cells import set_cell_size
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from pipeline.console import printable
from pipeline.resolve import weights
from pipeline.resolve.compare import Compared
from pipeline.words import MentionKey, Rulings

_NAME: Final = 15  # the longest name, chinese_person, and a blank
_BITS: Final = 7
_LEAST_BAR: Final = 12
_MOST_BAR: Final = 40
_GAINS, _LOSES = "green", "red"


@dataclass(frozen=True, slots=True)
class Waterfall:
    """A comparison for a console of any width; with ``told`` both sides' values stand below each level."""

    compared: Compared
    told: bool = True

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        steps = list(self._steps())
        most = max((len(level) for _, level, _, _ in steps), default=0)
        level_width = max(1, min(most, options.max_width - _NAME - _BITS - 1))
        room = options.max_width - _NAME - level_width - _BITS - 3
        scale = _Scale.of([bits for _, _, bits, _ in steps], min(room, _MOST_BAR)) if room >= _LEAST_BAR else None
        if scale is not None:
            yield Text(" " * (_NAME + level_width) + "bits".rjust(_BITS + 1) + "  " + scale.legend())
        total = 0.0
        for name, level, bits, told in steps:
            line = Text(set_cell_size(name, _NAME) + set_cell_size(level, level_width) + " ")
            line.append(f"{bits:+.2f}".rjust(_BITS), style=_GAINS if bits > 0 else _LOSES if bits < 0 else "")
            if scale is not None:
                line.append("  ")
                line.append_text(scale.bar(total, total + bits))
            total += bits
            line.rstrip()
            yield line
            if self.told and told:
                yield from folded(Text(told, style="dim"), console, options.max_width, indent=_NAME)
        line = Text("sum".ljust(_NAME + level_width) + f"{total:+.2f}".rjust(_BITS + 1), style="bold")
        if scale is not None:
            line.append("  ")
            line.append_text(scale.mark(total))
        line.rstrip()
        yield line
        told = f"{odds(total)}; joins from {weights.JOIN:+.2f}, in doubt from {weights.DOUBT:+.2f}"
        yield from folded(Text(told), console, options.max_width)
        if self.compared.veto is not None:
            veto = f"{self.compared.veto.rule}: {printable(self.compared.veto.told)}"
            yield from folded(Text("veto".ljust(_NAME) + veto, style="bold red"), console, options.max_width)

    def _steps(self) -> Iterator[tuple[str, str, float, str]]:
        yield "prior", "", weights.prior(), ""
        for one in self.compared.comparisons:
            yield one.name.replace("_", " "), one.level, one.bits, printable(one.told)


def folded(text: Text, console: Console, width: int, *, indent: int = 0) -> Iterator[Text]:
    """A text as lines of a width, all of them indented."""
    for line in text.wrap(console, max(10, width - indent)):
        line.rstrip()
        yield Text(" " * indent).append_text(line)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Columns for bits: from the least to the most that the sum reaches on its way, both thresholds among them."""

    least: float
    most: float
    width: int

    @classmethod
    def of(cls, steps: Iterable[float], width: int) -> _Scale:
        total, reached = 0.0, [weights.DOUBT, weights.JOIN, 0.0]
        for bits in steps:
            total += bits
            reached.append(total)
        return cls(min(reached), max(reached), width)

    def legend(self) -> str:
        return ": doubt   | join"

    def bar(self, before: float, after: float) -> Text:
        start, end = self._column(before), self._column(after)
        cells = range(start + 1, end + 1) if after > before else range(end, start)
        if before != after and not cells:
            cells = range(end, end + 1)
        return self._line(cells, "+" if after > before else "-", _GAINS if after > before else _LOSES)

    def mark(self, total: float) -> Text:
        column = self._column(total)
        return self._line(range(column, column + 1), "*", "bold")

    def _line(self, cells: range, sign: str, style: str) -> Text:
        line = Text()
        for column in range(self.width):
            if column in cells:
                line.append(sign, style=style)
            elif column == self._column(weights.JOIN):
                line.append("|")
            else:
                line.append(":" if column == self._column(weights.DOUBT) else " ")
        return line

    def _column(self, bits: float) -> int:
        return round((bits - self.least) / (self.most - self.least) * (self.width - 1))


def odds(bits: float) -> str:
    """Bits in words: ``about 158 to 1 for one event``."""
    times = 2 ** min(abs(bits), 20.0)
    if times < 1.5:
        return "about even"
    told = "more than a million" if times > 1_000_000 else f"about {times:,.0f}"
    return f"{told} to 1 {'for' if bits >= 0 else 'against'} one event"


def verdict(compared: Compared, rulings: Rulings) -> str:
    """What follows for the two alone, in words: an analyst's word before a veto, a veto before the bits."""
    pair = (compared.a, compared.b)
    if rejected := [key for key in pair if key in rulings.rejected]:
        told = "both are" if len(rejected) == 2 else f"{'the first' if rejected[0] == compared.a else 'the second'} is"
        return f"{told} rejected by an analyst and tells no event"
    if pair in rulings.different:
        return "kept apart by an analyst"
    if pair in rulings.same:
        return "joined by an analyst"
    if compared.veto is not None:
        return f"kept apart by the rule {compared.veto.rule}"
    if compared.bits >= weights.JOIN:
        return "they agree enough to be joined"
    if compared.bits >= weights.DOUBT:
        return "in doubt: for `idwatch review`"
    return "they do not agree enough"


def held_together(edges: Iterable[Compared]) -> tuple[list[Compared], list[Compared]]:
    """The edges of an event, in the order in which they are taken, as those that join its mentions and the rest."""
    leader: dict[MentionKey, MentionKey] = {}

    def find(key: MentionKey) -> MentionKey:
        while (above := leader.setdefault(key, key)) != key:
            key = above
        return key

    joining: list[Compared] = []
    others: list[Compared] = []
    for edge in edges:
        first, second = find(edge.a), find(edge.b)
        leader[first] = second
        (others if first == second else joining).append(edge)
    return joining, others

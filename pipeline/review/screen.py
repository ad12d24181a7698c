"""How a case looks on a terminal: both mentions side by side, stacked where that is too narrow, and the waterfall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from pipeline.analysis.marked import marked
from pipeline.console import printable
from pipeline.resolve.explain import Waterfall
from pipeline.resolve.queue import Question, Unread
from pipeline.review.cases import Case, FindingCase
from pipeline.review.sights import Sight, sentences
from pipeline.words import Evidence, Mention

SIDE_BY_SIDE: Final = 72
"""Columns from which two mentions stand side by side."""
_LABEL: Final = 9

MENDED_IN: Final = {
    "unknown_title": "pipeline/gazetteer/data/titles.csv",
    "unknown_organisation": "pipeline/gazetteer/data/organisations.csv or parties.csv",
    "untyped_verb": "pipeline/extract/data/events.csv",
}
"""Where a finding is mended for good."""


def drawn(case: Case, width: int, *, evidence: bool, colour: bool) -> RenderableType:
    """A case for a terminal of this width, with the sentences of its mentions where ``evidence`` asks for them."""
    if isinstance(case, FindingCase):
        return _finding(case, colour=colour)
    parts: list[RenderableType] = []
    if evidence:
        for number, sight in enumerate(case.sights, 1):
            address = Text(f"{number}  {printable(sight.key.page)}", style="dim", overflow="fold")
            parts += [address, *_quoted(sight.text, sight.evidence, colour=colour), Text()]
    shown = [facts(sight) for sight in case.sights]
    if width >= SIDE_BY_SIDE:
        parts.append(_table(shown))
    else:
        for number, one in enumerate(shown, 1):
            parts += [Rule(str(number), align="left", style="dim"), _table([one])]
    return Group(*parts, Text(), Waterfall(case.compared, told=False))


def headline(question: Question, number: int, of: int) -> Text:
    """What is asked, in one line."""
    return Text(f"{question.kind} {number} of {of}: {_asked(question)}", style="bold")


def _asked(question: Question) -> str:
    if isinstance(question, Unread):
        return f"{question.what.replace('_', ' ')}, on {_number(question.pages, 'page')}"
    told = "one event?" if question.rule is None else f"one event, against the rule {question.rule}?"
    if question.alike:
        told += f" ({_number(question.alike, 'more pair')} of the same two)"
    return told + ("" if question.counted else " (not counted)")


def facts(sight: Sight) -> dict[str, str]:
    """What a mention says, field by field, as it is shown."""
    kept, mention = sight.row.kept, sight.row.kept.mention
    basis = ", ".join(filter(None, (mention.date_precision, mention.date_basis)))
    return {
        "mention": sight.address,
        "event": sight.stands,
        "page": f"{kept.site}, {kept.language}" + (f", {sight.published}" if sight.published else ""),
        "title": kept.title or "",
        "day": _days(mention) + (f" ({basis})" if basis else ""),
        "type": f"{mention.type}{', series' if mention.is_series else ''}, {mention.realis}, {mention.mode}",
        "place": " / ".join(dict.fromkeys(filter(None, (mention.place, mention.place_zh)))),
        "countries": ", ".join(mention.countries),
        "Chinese": "; ".join(_person(one.name_zh or one.name, one.title) for one in mention.chinese_people),
        "foreign": "; ".join(_person(one.name, one.title) for one in mention.foreign_people),
        "bodies": "; ".join(body.name for body in mention.organisations),
        "themes": ", ".join(mention.themes),
        "number": str(mention.participants or ""),
    }


def _table(columns: Sequence[Mapping[str, str]]) -> Table:
    """Values by name, one column for each mapping, without the rows that nobody fills."""
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(style="dim", width=_LABEL)
    for _ in columns:
        table.add_column(ratio=1, overflow="fold")
    for name in columns[0]:
        if any(values := [column[name] for column in columns]):
            table.add_row(name, *(Text(printable(value)) for value in values))
    return table


def _finding(case: FindingCase, *, colour: bool) -> Group:
    shown: dict[str, str] = {"page": case.url, "snapshot": case.code, "mended": MENDED_IN.get(case.question.what, "")}
    for number, sight in enumerate(case.sights, 1):
        told = facts(sight)
        shown[str(number)] = ", ".join(filter(None, (told[name] for name in ("mention", "day", "type", "bodies"))))
    return Group(_table([shown]), *_quoted(case.text, [case.found], colour=colour))


def _quoted(text: str, evidence: Sequence[Evidence], *, colour: bool) -> list[RenderableType]:
    found = sentences(text, evidence)
    if not found:
        return [Text("read from no words of the text", style="dim")]
    return [marked(sentence, inside, colour=colour) for sentence, inside in found]


def _person(name: str, title: str | None) -> str:
    return f"{name} ({title})" if title else name


def _days(mention: Mention) -> str:
    return " to ".join(sorted({day.isoformat() for day in (mention.date_start, mention.date_end) if day})) or "not told"


def _number(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")

"""The analyst's desk: one question after the other on a terminal, answered with keys.

An answer is on the disk before the next question is shown, so that Ctrl-C or a closed terminal lose none.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import typer
from rich.console import Console, RenderableType
from rich.control import Control
from rich.segment import Segment, Segments
from rich.text import Text

from pipeline.console import printable
from pipeline.resolve.edits import FIELDS
from pipeline.resolve.overrides import OverrideError
from pipeline.resolve.queue import Kind, Open, Question
from pipeline.review.answers import Answers, value_of
from pipeline.review.cases import Case, PairCase, case, questions
from pipeline.review.screen import drawn, headline
from pipeline.review.sights import NoMention, Sight
from pipeline.store.database import Database
from pipeline.words import KeptMention, MentionKey

with suppress(ImportError):  # not every Python has it; with it, a reason can be mended while it is typed
    import readline  # noqa: F401

KEYS: Final = "s same  d different  u unsure  e edit  r reject  n next  p previous  o evidence  ? help  q quit"
HELP: Final = """\
s  same        The two tell one event, whatever the rules say.
d  different   They tell two events, and will never be joined.
u  unsure      Nobody can tell. Asked again once one of the two says other things.
e  edit        Give the event of one of them another value in one field.
r  reject      One of the mentions tells no event.
n, p           The next question, the one before. Answering again corrects.
o  evidence    The sentences they were read from, and their pages' addresses.
space, ↑, ↓    What does not fit the window.
q  quit        Also Ctrl-C. Every answer given is kept already.

Every answer but "unsure" needs a reason: whoever reads it in a year was not
there. An empty line takes the answer back. Nothing changes before
`idwatch resolve`; docs/corrections.md says more.

Any key goes back."""

_UP, _DOWN = "\x1b[A", "\x1b[B"


class Desk:
    """One sitting: the questions met so far, and the one on the screen."""

    def __init__(self, database: Database, answers: Answers, kinds: list[Kind], console: Console) -> None:
        self._database, self._answers, self._console = database, answers, console
        self._kinds = list(kinds)
        self._questions: list[Question] = []
        self._at = -1
        self._case: Case | None = None
        self._said: dict[int, str] = {}
        self._rejected: set[MentionKey] = set()
        self._message = ""
        self._evidence = self._helping = False
        self._top = self._room = 0
        self._typed: list[str] = []

    def sit(self) -> None:
        """Ask until the analyst quits. Raises KeyboardInterrupt for Ctrl-C, OSError where an answer cannot be kept."""
        acts: dict[str, Callable[[], None]] = {
            "s": lambda: self._decide("same", self._answers.join),
            "d": lambda: self._decide("different", self._answers.part),
            "u": lambda: self._decide("unsure", self._answers.leave, may_be_empty=True),
            "e": self._edit,
            "r": self._reject,
            "n": lambda: self._go(1),
            "p": lambda: self._go(-1),
            "o": self._toggle_evidence,
            "?": self._toggle_help,
            " ": lambda: self._scroll(self._room - 1, around=True),
            _UP: lambda: self._scroll(-1),
            _DOWN: lambda: self._scroll(1),
        }
        with self._console.screen(hide_cursor=False):
            self._go(1)
            self._draw()
            while (key := self._key()) != "q":
                self._message = ""
                if self._helping:
                    self._helping = False
                else:
                    acts.get(key, self._unknown)()
                self._draw()

    # moving

    def _go(self, step: int) -> None:
        at = self._at + step
        while True:
            while at >= len(self._questions) and self._kinds:
                self._look_for(self._kinds.pop(0))
            if not 0 <= at < len(self._questions):
                self._message += "There is nothing before this." if at < 0 else "There is nothing more to ask."
                return
            question = self._questions[at]
            if not (isinstance(question, Open) and self._rejected.intersection(question.pair)):
                break
            at += step
        self._at, self._top, self._evidence = at, 0, False
        try:
            self._case = case(self._database, question)
        except NoMention as gone:
            self._case = None
            self._message += str(gone)

    def _look_for(self, kind: Kind) -> None:
        if kind is Kind.VETO:
            self._console.print("\nLooking for pairs that agree but that a rule keeps apart …")
        self._questions += questions(self._database, self._answers.folder, kind)

    def _scroll(self, lines: int, *, around: bool = False) -> None:
        most = max(0, len(self._lines()) - self._room)
        self._top = 0 if around and self._top >= most else max(0, min(most, self._top + lines))

    # answering

    def _decide(
        self, told: str, act: Callable[[KeptMention, KeptMention, str], None], *, may_be_empty: bool = False
    ) -> None:
        if not isinstance(self._case, PairCase):
            self._message = "There are no two mentions to compare here."
            return
        left, right = (sight.row.kept for sight in self._case.sights)
        reason = self._reason(f"Why {told}?", may_be_empty=may_be_empty)
        if reason is not None and self._keep(lambda: act(left, right, reason)):
            self._done(told)

    def _reject(self) -> None:
        sight = self._which("Which one tells no event")
        reason = self._reason("Why reject it?") if sight is not None else None
        if sight is None or reason is None:
            return
        if self._keep(lambda: self._answers.reject(sight.row.kept, reason)):
            self._rejected.add(sight.key)
            self._done("rejected")

    def _edit(self) -> None:
        sight = self._which("Whose event")
        name = self._ask(f"Field ({', '.join(FIELDS)}): ") if sight is not None else None
        given = self._ask(f"{name}: ") if name else None
        if sight is None or not name or not given:
            return
        try:
            value = value_of(name, given)
        except ValueError as error:
            self._message = printable(str(error))
            return
        reason = self._reason(f"Why {name} {given}?")
        if reason is not None and self._keep(lambda: self._answers.edit(sight.row.kept, name, value, reason)):
            self._message = f"Kept: {name} {given}."

    def _keep(self, act: Callable[[], None]) -> bool:
        try:
            act()
        except OverrideError as error:
            self._message = printable(str(error))
            return False
        return True

    def _done(self, told: str) -> None:
        self._said[self._at] = told
        self._message = f"Kept: {told}. "
        self._go(1)

    def _which(self, what: str) -> Sight | None:
        sights = self._case.sights if self._case is not None else ()
        if len(sights) < 2:
            self._message = "" if sights else "There is no mention here."
            return sights[0] if sights else None
        given = self._ask(f"{what}, 1 to {len(sights)}? ")
        if given is not None and given.isdecimal() and 1 <= int(given) <= len(sights):
            return sights[int(given) - 1]
        self._message = "Nothing was kept."
        return None

    def _reason(self, what: str, *, may_be_empty: bool = False) -> str | None:
        return self._ask(f"{what} {'(may be empty) ' if may_be_empty else ''}", may_be_empty=may_be_empty)

    def _ask(self, what: str, *, may_be_empty: bool = False) -> str | None:
        """A line that is typed; None where the answer is taken back, by an empty line or Ctrl-D."""
        self._typed.clear()  # what was typed ahead was meant for the screen
        self._console.print()
        self._message = "Nothing was kept."
        try:
            given = printable(input(what).replace("\u3000", " ")).strip()
        except EOFError:
            return None
        except UnicodeDecodeError:
            self._message += " What was typed cannot be read: the terminal and the locale disagree."
            return None
        if not given and not may_be_empty:
            return None
        self._message = ""
        return given

    # showing

    def _toggle_evidence(self) -> None:
        self._evidence, self._top = not self._evidence, 0

    def _toggle_help(self) -> None:
        self._helping, self._top = True, 0

    def _unknown(self) -> None:
        self._message = "No such key; ? tells which there are."

    def _lines(self) -> list[list[Segment]]:
        options = self._console.options.update(width=self._console.width, height=None)
        return self._console.render_lines(self._body(), options, pad=False)

    def _body(self) -> RenderableType:
        if self._helping:
            return Text(HELP)
        if self._case is None:
            return Text()
        colour = not self._console.no_color
        return drawn(self._case, self._console.width, evidence=self._evidence, colour=colour)

    def _draw(self) -> None:
        """The whole window: what is asked, as much of the case as there is room for, a message, the keys."""
        width, height = self._console.size
        lines, feet = self._lines(), Text(KEYS, style="dim").wrap(self._console, width)
        self._room = max(1, height - len(feet) - 2)
        hidden = len(lines) - self._top - self._room
        told = self._message or (f"Answered: {said}." if (said := self._said.get(self._at)) else "")
        note = Text(told, no_wrap=True, overflow="ellipsis")
        if hidden > 0:
            note = Text(f"↓ space for {hidden} more   ", style="bold").append(told, style="not bold")
        self._console.control(Control.home(), Control.clear())
        self._console.print(self._headline(), no_wrap=True, overflow="ellipsis", crop=True)
        for line in lines[self._top : self._top + self._room]:
            self._console.print(Segments([*line, Segment.line()]))
        self._console.print("\n" * max(0, self._room - len(lines[self._top :])), end="")
        self._console.print(note, no_wrap=True, overflow="ellipsis")
        self._console.print(Text("\n").join(feet), end="")

    def _headline(self) -> Text:
        if self._at < 0:
            return Text("Nothing is open.", style="bold")
        question = self._questions[self._at]
        alike = [index for index, one in enumerate(self._questions) if one.kind is question.kind]
        return headline(question, alike.index(self._at) + 1, len(alike))

    def _key(self) -> str:
        """The next key; ``q`` where the terminal is gone."""
        while not self._typed:
            try:
                read = typer.getchar()
            except (EOFError, OSError):
                return "q"
            if not read:
                return "q"
            if "\x03" in read:
                raise KeyboardInterrupt
            # an input method may be set to full-width letters
            self._typed = [read] if read.startswith("\x1b") else list(unicodedata.normalize("NFKC", read).lower())
        return self._typed.pop(0)

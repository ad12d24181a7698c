"""Wishes: which events a slice is about, as plain values that any list of events can be asked by."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Protocol, Self

LESS = ("countries", "parties", "types", "themes")
"""What a reader can want less of."""


class Asked(Protocol):
    """What wishes look at in an event."""

    @property
    def type(self) -> str: ...
    @property
    def iso3(self) -> Sequence[str]: ...
    @property
    def body_ids(self) -> Sequence[str]: ...
    @property
    def person_ids(self) -> Sequence[str]: ...
    @property
    def themes(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Less:
    """What is left out of a slice: event types (whole or first level), countries, parties, themes."""

    countries: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a slice asks for; empty: everything.

    ``countries`` (ISO3), ``parties`` (organisation ids) and ``officials`` (person ids, either side) say whom it is
    about, and one that fits is enough; ``types`` (whole or first level) and ``themes`` say what it is about, and
    narrow. A region is kept as its countries (see ``digests.regions``). ``less`` leaves out. ``say_when_empty``: an
    edition that holds nothing for the slice is sent and says so.
    """

    countries: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    officials: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    less: Less = Less()
    say_when_empty: bool = True

    def match(self, event: Asked) -> bool:
        """Whether an event is in the slice."""
        whom = (
            (self.countries, event.iso3),
            (self.parties, event.body_ids),
            (self.officials, event.person_ids),
        )
        if any(wanted for wanted, _ in whom) and not any(set(wanted) & set(there) for wanted, there in whom):
            return False
        if self.types and not _of_types(event.type, self.types):
            return False
        if self.themes and not set(self.themes) & set(event.themes):
            return False
        return not self._less(event)

    def _less(self, event: Asked) -> bool:
        """Whether an event is only of what the reader wants less of: one other country is enough to keep it."""
        less = self.less
        return bool(
            _of_types(event.type, less.types)
            or (less.countries and event.iso3 and set(event.iso3) <= set(less.countries))
            or (less.parties and event.body_ids and set(event.body_ids) <= set(less.parties))
            or (less.themes and event.themes and set(event.themes) <= set(less.themes))
        )

    def with_less(self, **values: Sequence[str]) -> Self:
        """The same wishes with more left out; names are those of ``LESS``."""
        merged = {name: tuple(sorted({*getattr(self.less, name), *more})) for name, more in values.items()}
        return replace(self, less=replace(self.less, **merged))

    @property
    def everything(self) -> bool:
        """True where nothing is asked for in particular."""
        return replace(self, say_when_empty=True) == type(self)()

    def plain(self) -> dict[str, Any]:
        """The wishes as JSON values: only what differs from the default, lists sorted. ``{}`` is everything."""
        values = {name: value for name, value in asdict(self).items() if value != getattr(Wishes(), name)}
        if "less" in values:
            values["less"] = {name: sorted(value) for name, value in asdict(self.less).items() if value}
            if not values["less"]:
                del values["less"]
        return {name: sorted(value) if isinstance(value, tuple) else value for name, value in values.items()}


def wishes_of(values: Mapping[str, Any]) -> Wishes:
    """The wishes that ``plain`` gave. Raises ValueError naming a key that is none."""
    known = {one.name for one in fields(Wishes)}
    if unknown := set(values) - known:
        raise ValueError(f"not a wish: {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}")
    made: dict[str, Any] = {
        name: tuple(sorted(set(value))) if isinstance(value, list | tuple) else value for name, value in values.items()
    }
    if isinstance(made.get("less"), Mapping):
        made["less"] = Less(**{name: tuple(sorted(set(value))) for name, value in made["less"].items()})
    return Wishes(**made)


def slice_key(wishes: Wishes, rhythm: str, language: str) -> str:
    """The key of a slice: the canonical JSON of what makes it."""
    values = {"language": language, "rhythm": rhythm, "wishes": wishes.plain()}
    return json.dumps(values, sort_keys=True, separators=(",", ":"))


def _of_types(type_: str, wanted: Sequence[str]) -> bool:
    return type_ in wanted or type_.partition(".")[0] in wanted

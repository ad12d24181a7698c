"""The addresses of a list's pages, counted from 1, and back from an address to its number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from spiders.declared import Pager

# How many entries a page shows is not which list it is.
_SIZES = frozenset({"perpage", "outlinepage"})
_LAST_NUMBER = re.compile(r"(\d+)(?=\D*$)")


@dataclass(frozen=True, slots=True)
class _Names:
    """Pages are files or folders beside the first: their name, what the names of all of them look like (the first
    one's without a number), and the number that the second page bears."""

    name: str
    pattern: re.Pattern[str]
    second: int = 2


@dataclass(frozen=True, slots=True)
class _Parameter:
    """Pages are told apart by a parameter; ``first`` is its value on the first page, where it may be left out.
    ``step``: the parameter whose value it grows by from page to page, else by 1."""

    name: str
    first: int = 1
    step: str | None = None


_NAMES = {
    Pager.TRS: _Names("index_{}.{}", re.compile(r"(?:index(?:_(\d+))?\.s?html?)?"), second=1),
    Pager.INDEX_2: _Names("index{}.{}", re.compile(r"(?:index(\d+)?\.s?html?)?")),
    Pager.INDEX_UNDER_2: _Names("index_{}.{}", re.compile(r"(?:index(?:_(\d+))?\.s?html?)?")),
    Pager.PAGE_2: _Names("page_{}.{}", re.compile(r"(?:(?:page_(\d+)|index)\.s?html?)?")),
    Pager.FOLDER: _Names("page/{}/", re.compile(r"(?:page/(\d+)/?|index\.html?)?")),
}
_PARAMETERS = {
    Pager.PAGED: _Parameter("paged"),
    Pager.QUERY: _Parameter("page"),
    Pager.QUERY_FROM_0: _Parameter("page", first=0),
    Pager.OFFSET: _Parameter("offset", first=0, step="limit"),
}


def folder_of(url: str) -> str:
    """The folder of a list: its address up to the last slash, or the whole of an address that names no file."""
    parts = urlsplit(url)
    begin, _, name = parts.path.rpartition("/")
    path = f"{begin}/" if "." in name or not name else f"{begin}/{name}/"
    return f"{parts.scheme}://{parts.netloc}{path}"


def page_address(url: str, pager: Pager, number: int) -> str:
    """The address of page ``number`` of the list whose first page is ``url``."""
    parameter = _PARAMETERS.get(pager)
    if number == 1 and (parameter is None or parameter.name not in dict(parse_qsl(urlsplit(url).query))):
        return url
    if pager is Pager.NUMBERED:
        parts = urlsplit(url)
        return parts._replace(path=_LAST_NUMBER.sub(str(number), parts.path)).geturl()
    if pager is Pager.NAME_2:
        begin, dot, suffix = url.rpartition(".")
        return f"{begin}_{number}{dot}{suffix}"
    if pager in _NAMES:
        names = _NAMES[pager]
        name = urlsplit(url).path.rpartition("/")[2]
        suffix = name.rpartition(".")[2] if "." in name else "html"
        return folder_of(url) + names.name.format(number - 2 + names.second, suffix)
    if parameter is None:
        raise ValueError(f"{url}: a list without a pager has no page {number}")
    parts = urlsplit(url)
    pairs = dict(parse_qsl(parts.query, keep_blank_values=True))
    step = int(pairs[parameter.step]) if parameter.step else 1
    pairs[parameter.name] = str(parameter.first + (number - 1) * step)
    return parts._replace(query=urlencode(pairs)).geturl()


def page_number(url: str, pager: Pager, candidate: str) -> int | None:
    """The number of the page that an address is of the list; None where it is none. Both on the same form of the
    host, without fragments."""
    own, other = urlsplit(url), urlsplit(candidate)
    if own.netloc != other.netloc:
        return None
    asked = dict(parse_qsl(other.query, keep_blank_values=True))
    fixed = {name: value for name, value in parse_qsl(own.query, keep_blank_values=True) if name not in _SIZES}
    parameter = _PARAMETERS.get(pager)
    if parameter is not None:
        fixed.pop(parameter.name, None)
    if any(asked.get(name) != value for name, value in fixed.items()):
        return None
    if parameter is not None:
        return _by_parameter(own.path, other.path, parameter, asked)
    if pager is Pager.NUMBERED:
        begin, end = _LAST_NUMBER.split(own.path)[0], _LAST_NUMBER.split(own.path)[-1]
        match = re.fullmatch(rf"{re.escape(begin)}(\d+){re.escape(end)}", other.path)
        return (int(match[1]) or None) if match else None
    if pager is Pager.NAME_2:
        begin, _, suffix = own.path.rpartition(".")
        match = re.fullmatch(rf"{re.escape(begin)}(?:_(\d+))?\.{re.escape(suffix)}", other.path)
        return (int(match[1] or 1) or None) if match else None
    if _bare(own.path) == _bare(other.path):
        return 1
    return _by_name(folder_of(url), candidate, _NAMES[pager]) if pager in _NAMES else None


def _by_name(folder: str, candidate: str, names: _Names) -> int | None:
    place = candidate.partition("?")[0]
    if f"{place}/" == folder:
        return 1
    match = names.pattern.fullmatch(place.removeprefix(folder)) if place.startswith(folder) else None
    if match is None:
        return None
    if match[1] is None:
        return 1
    number = int(match[1]) - names.second + 2
    return number if number >= 1 else None


def _by_parameter(own: str, other: str, parameter: _Parameter, asked: dict[str, str]) -> int | None:
    if _bare(own) != _bare(other):
        return None
    value = asked.get(parameter.name, str(parameter.first))
    step = asked.get(parameter.step, "") if parameter.step else "1"
    if not value.isdigit() or not step.isdigit() or not int(step) or int(value) < parameter.first:
        return None
    pages, rest = divmod(int(value) - parameter.first, int(step))
    return None if rest else pages + 1


def _bare(path: str) -> str:
    """A path without what a server adds or takes away by itself."""
    return re.sub(r"(?:/index\.s?html?|/)$", "", path)

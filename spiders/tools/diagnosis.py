"""What a check's facts mean: findings, each with what it says and what to do (``advice.toml``)."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from protego import Protego

from pipeline import clock
from pipeline.watch.rhythm import silence
from pipeline.words import SiteKind
from spiders.site import SiteSpider
from spiders.tools.asking import Notebook
from spiders.tools.checkup import OK, UNFINISHED, Answer, Checkup, ReadPage, SectionCheck

FAULT, NOTE = "fault", "note"
_ADVICE = Path(__file__).with_name("advice.toml")
# Routes of no rule and of no metadata: where a site declares a rule for the field, one of these means that it failed.
_GENERAL = {
    "title": frozenset({"heading", "title"}),
    "published": frozenset({"shown", "url"}),
    "body": frozenset({"shape", "trafilatura"}),
}
_ROBOTS = {3: "leads elsewhere", 4: "none, so no rules"}


@dataclass(frozen=True, slots=True)
class Advice:
    """What a finding of one kind says, whether it is a fault, and what to do about it."""

    level: str
    says: str
    advice: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found about a site or one of its sections (by its title); ``detail`` says what exactly."""

    code: str
    level: str
    section: str | None
    detail: str

    @property
    def advice(self) -> Advice:
        return advice()[self.code]


@cache
def advice() -> dict[str, Advice]:
    """All kinds of findings by their codes."""
    return {code: Advice(**entry) for code, entry in tomllib.loads(_ADVICE.read_text(encoding="utf-8")).items()}


def diagnose(checkup: Checkup) -> list[Finding]:
    """What is to be said of a checked site, the site itself first."""
    if checkup.obstacle is not None:
        return [_finding("no_browser", None, checkup.obstacle)]
    of_site = list(_of_site(checkup))
    found = [*of_site, *(finding for check in checkup.sections for finding in _of_section(checkup, check))]
    if any(finding.code == "stale" for finding in of_site):  # then all its lists are
        found = [finding for finding in found if finding.code != "stale_list"]
    return list(dict.fromkeys(found))


def is_well(findings: list[Finding]) -> bool:
    """True where nothing is at fault."""
    return all(finding.level != FAULT for finding in findings)


def _finding(code: str, section: str | None, detail: str, *, level: str | None = None, reason: str = "") -> Finding:
    known = advice()
    code = next(name for name in (f"{code}.{reason}", code, "odd") if name in known)
    return Finding(code, level or known[code].level, section, detail)


# The site


def _of_site(checkup: Checkup) -> Iterator[Finding]:
    if checkup.slips:
        yield _finding(UNFINISHED, None, f"{checkup.slips} errors of ours")
    newest = max((check.newest for check in _running(checkup) if check.newest), default=None)
    if newest is not None and (told := _silence(checkup, {newest})):
        yield _finding("stale", None, told)
    kept = max(checkup.site.delay or 0, checkup.notebook.settings.crawl.delay)
    for host, seconds in crawl_delays(checkup.notebook).items():
        if seconds > kept and host.partition(":")[0] not in checkup.notebook.settings.crawl.connect_to:
            yield _finding("crawl_delay", None, f"{host} asks for {seconds:g} s, {kept:g} s are kept")


def _running(checkup: Checkup) -> list[SectionCheck]:
    """The sections to which something is added."""
    return [check for check in checkup.sections if not (check.section.closed or check.section.history)]


def _silence(checkup: Checkup, days: set[date]) -> str | None:
    site, now = checkup.site, clock.now(checkup.notebook.settings)
    found = silence(days, now, quiet_days=site.quiet_days, chinese=site.kind is SiteKind.OFFICIAL)
    return found.why if found else None


def crawl_delays(notebook: Notebook) -> dict[str, float]:
    """The pauses that hosts ask for in their robots.txt, in seconds."""
    rules = {
        host: Protego.parse(exchange.body.decode("utf-8", "replace"))
        for host, exchange in notebook.robots.items()
        if exchange.status == 200
    }
    return {host: float(delay) for host, one in rules.items() if (delay := one.crawl_delay("idwatch")) is not None}


# Its sections


def _of_section(checkup: Checkup, check: SectionCheck) -> Iterator[Finding]:
    site, section = checkup.site, check.section
    if check.code != OK:
        last = check.lists[-1] if check.lists else Answer(section.url, UNFINISHED)
        forgiven = section.optional and check.code in ("missing", "elsewhere")
        yield _refusal(last, section.title, code="gone_but_optional" if forgiven else None)
        return
    if not (check.found or check.items):
        normal = site.empty_is_normal or section.optional
        yield _finding("empty_but_normal" if normal else "empty_list", section.title, check.lists[-1].url)
        return
    if check.found and not check.dated and not section.history:
        yield _finding("no_dates", section.title, f"{check.found} entries")
    if check.newest and check in _running(checkup) and (told := _silence(checkup, {check.newest})):
        yield _finding("stale_list", section.title, told)
    yield from _of_pages(site, check)


def _refusal(answer: Answer, section: str, *, code: str | None = None, level: str | None = None) -> Finding:
    detail = ", ".join(filter(None, (answer.url, str(answer.status or ""), *answer.why)))
    reason = next((word for word in answer.why if f"{answer.code}.{word}" in advice()), "")
    return _finding(code or answer.code, section, detail, level=level, reason=reason)


def _of_pages(site: type[SiteSpider], check: SectionCheck) -> Iterator[Finding]:
    title, pages = check.section.title, check.pages
    # of a list that nothing is added to, or that may be gone, no page matters so much
    half = len(pages) if check.section.closed or check.section.optional else len(pages) / 2
    refused = [page.answer for page in pages if page.answer is not None and page.answer.code != OK]
    for answer in refused:
        yield _refusal(answer, title, level=None if len(refused) > half else NOTE)
    oddities = Counter(word for page in pages for word in page.oddities)
    for word, times in oddities.items():
        detail = f"{word}: {times} of {len(pages)} pages, such as {_example(pages, word)}"
        yield _finding(word, title, detail, level=None if times > half else NOTE)
    for name, times in Counter(name for page in pages for name in _general(site, page)).items():
        served = Counter(page.routes[name] for page in pages if name in page.routes)
        told = ", ".join(f"{route} {number}" for route, number in served.most_common())
        detail = f"{name}: {told}; declared: {', '.join(declared(site)[name])}"
        yield _finding("drift", title, detail, level=None if times > half else NOTE)


def _example(pages: list[ReadPage], word: str) -> str:
    return next(page.url for page in pages if word in page.oddities)


def _general(site: type[SiteSpider], page: ReadPage) -> list[str]:
    """The fields of an article for which the site declares a rule and a general one served. A page without a text
    tells nothing of the rule for texts."""
    if page.answer is None:
        return []
    fields = [name for name, rules in declared(site).items() if rules and page.routes.get(name) in _GENERAL[name]]
    return [name for name in fields if name != "body" or "short_body" not in page.oddities]


def declared(site: type[SiteSpider]) -> dict[str, tuple[str, ...]]:
    """What a site declares to serve each field today."""
    today = site.rules[-1] if site.rules else None
    own_body = () if "own_body" not in _overridden(site) else ("the site's own code",)
    return {
        "title": today.titles if today else (),
        "published": today.dates if today else (),
        "body": (*own_body, *(today.bodies if today else ())),
    }


def _overridden(site: type[SiteSpider]) -> set[str]:
    bases = site.__mro__[: site.__mro__.index(SiteSpider)]
    return {name for base in bases for name in vars(base)}


def robots_verdict(notebook: Notebook) -> dict[str, str]:
    """By host, in words, what its robots.txt was."""
    delays = crawl_delays(notebook)
    found = {}
    for host, exchange in notebook.robots.items():
        words = {3: "leads elsewhere", 4: "none, so no rules"}.get(
            exchange.status // 100, f"answered {exchange.status}"
        )
        if exchange.status == 200:
            is_html = b"<html" in exchange.body[:2048].lower()
            words = "an HTML page, so no rules" if is_html else "read and obeyed"
        pause = f", asks for {delays[host]:g} s between requests" if host in delays else ""
        found[host] = words + pause
    return found

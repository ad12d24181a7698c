"""An evaluation as one HTML file: the tables, and every faulty page, worst first, its faults marked in its text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape as escaped
from typing import TYPE_CHECKING

from pipeline.analysis.marked import html_marked
from pipeline.console import printable
from pipeline.evaluate.intervals import Ratio
from pipeline.evaluate.report import cluster_rows, confusion_rows, disputed_shares, missing_lines, sections
from pipeline.evaluate.score import Judgement, PageScore
from pipeline.words import Evidence

if TYPE_CHECKING:
    from pipeline.evaluate.evaluation import Evaluation

LONGEST_TEXT = 20_000
"""Characters of a page's text that are shown."""

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; display: block; overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: .15rem .8rem .15rem 0; border-bottom: 1px solid #8884; }
td small { opacity: .7; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border-left: 3px solid #8886; padding-left: 1rem; font: inherit; }
mark[class*="wrong_"] { background: #e66; color: #000; }
mark[class*="missed_"] { background: #fd5; color: #000; }
mark[class*="wrong_"][class*="missed_"] { background: #f93; color: #000; }
h3 { overflow-wrap: anywhere; }
"""


def html_report(found: Evaluation) -> str:
    """A page that needs no other file and runs nothing. All that comes from labels and pages is escaped."""
    return "".join(_parts(found))


def _parts(found: Evaluation) -> Iterator[str]:
    name = escape(found.name)
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>Evaluation of {name}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    yield f"<h1>Evaluation of {name}</h1>\n"
    if found.missing:
        yield f"<p><strong>Pages missing: {len(found.missing)}</strong></p>\n"
        yield "".join(f"<p>{escape(line)}</p>\n" for line in missing_lines(found))
    for number, (heading, figures) in enumerate(sections(found)):
        is_open = " open" if number < 1 + bool(found.disputes) else ""
        rows = [
            (escape(field), _ratio(tally.precision), _ratio(tally.recall), _ratio(tally.f1))
            for field, tally in figures.items()
        ]
        yield f"<details{is_open}><summary>{escape(heading)}</summary>\n"
        yield from _table(("field", "precision", "recall", "F1"), rows)
        yield "</details>\n"
    agreement = found.clustering.agreement
    yield f"<h2>Same event</h2>\n<p>{agreement.items} paired events; CoNLL {agreement.conll:.3f}</p>\n"
    measures = [(name, _ratio(p), _ratio(r), f"{f1:.3f}") for name, p, r, f1 in cluster_rows(agreement)]
    yield from _table(("measure", "precision", "recall", "F1"), measures)
    yield "<h2>Types</h2>\n"
    confused = [(escape(wanted), escape(got), str(number)) for wanted, got, number in confusion_rows(found)]
    yield from _table(("labelled", "predicted", "how often"), confused)
    if found.disputes:
        yield "<h2>Disputed labels</h2>\n"
        yield from _table(("field", "share"), [(field, _ratio(share)) for field, share in disputed_shares(found)])
        disputes = [(one.id, str(one.event or "page"), one.field, escape(one.reason)) for one in found.disputes]
        yield from _table(("page", "event", "field", "reason"), disputes)
    worst = found.worst()
    yield f"<h2>Pages with faults ({len(worst)} of {len(found.scores)}), worst first</h2>\n"
    yield '<p><mark class="wrong_">said, and wrong</mark> <mark class="missed_">labelled, and not said</mark></p>\n'
    for score in worst:
        yield from _page(score)
    yield "</body>\n</html>\n"


def _page(score: PageScore) -> Iterator[str]:
    title = score.row.title or score.document.title or score.row.url
    yield f'<h3 id="{escape(score.row.id)}">{escape(score.row.id)} · {escape(title)}</h3>\n'
    about = f"{score.row.url} · {score.outlet} · {score.language} · {score.row.published or 'no day'}"
    yield f"<p><small>{escape(about)}</small></p>\n"
    rows = [
        (
            str(error.event or ""),
            escape(error.field) + (" (label disputed)" if error.disputed else ""),
            escape(error.wanted),
            escape(error.got),
        )
        for error in score.errors
    ]
    yield from _table(("event", "field", "labelled", "said"), rows)
    text = score.document.text[:LONGEST_TEXT]
    more = "\n…" if len(score.document.text) > LONGEST_TEXT else ""
    marked = html_marked(text, _marks(score, text))
    yield f"<details><summary>The text with its faults</summary><pre>{marked}{more}</pre></details>\n"


def _marks(score: PageScore, text: str) -> Iterator[Evidence]:
    """Where something wrong was read, and where the labelled names that were missed stand."""
    for error in score.errors:
        for start, end in error.spans:
            yield Evidence(f"wrong_{error.field}", start, end, "", 0)
        for name in _names(error):
            start = text.find(name)
            while start >= 0:
                yield Evidence(f"missed_{error.field}", start, start + len(name), "", 0)
                start = text.find(name, start + len(name))


def _names(error: Judgement) -> list[str]:
    """The names that a fault lacks, for the fields whose labels stand in the text."""
    if error.field not in ("organisations", "chinese_people", "foreign_people", "place"):
        return []
    return [name for entry in error.wanted.split("; ") for name in entry.split("/") if len(name) > 1]


def _ratio(ratio: Ratio) -> str:
    share, _, rest = str(ratio).partition(" ")
    return f"{escape(share)} <small>{escape(rest)}</small>"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """A table of cells that are HTML already."""
    yield "<table><thead><tr>" + "".join(f"<th>{cell}</th>" for cell in head) + "</tr></thead>\n<tbody>\n"
    for row in rows:
        yield "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n"
    yield "</tbody></table>\n"


def escape(text: str) -> str:
    """Text for HTML, without control characters."""
    return escaped(printable(text))

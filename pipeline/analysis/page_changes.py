"""The register of pages that were edited, taken off their lists or removed (codebook V12), as a flat view."""

from __future__ import annotations

from typing import Final

from pipeline.analysis.view import View, joined


def _touched(value: str, separator: str) -> str:
    source = f"touch t WHERE t.change_id = c.id AND {value} IS NOT NULL"
    return joined(value, source, "min(t.ordinal)", group=value, separator=separator)


_TOUCH = "t.field || ': ' || coalesce(t.before, '(nothing)') || ' -> ' || coalesce(t.after, '(nothing)')"
_EVENTS = joined(
    "m.event_id", "mention m WHERE m.page_id = g.id AND m.event_id IS NOT NULL", "m.event_id{bytes}", group="m.event_id"
)
_LAST_COPY = (
    "(SELECT s.id FROM snapshot s WHERE s.page_id = l.page_id AND s.fetched_at <= l.since"
    " ORDER BY CASE WHEN s.form = 'article' THEN 0 ELSE 1 END, s.fetched_at DESC LIMIT 1)"
)

PAGE_CHANGES: Final = View(
    name="page_changes",
    comment="One row per edit, delisting and removal of a page that was seen; the copies hold the archived text.",
    columns={
        "page": "Canonical address of the page.",
        "site": "Name of its site.",
        "title": "Its title before.",
        "kind": "edited, delisted (it left its list while the items around it stayed, and lives) or removed (it no"
        " longer answers while its site does).",
        "seen_at": "When it was first seen, UTC.",
        "confirmed_at": "Of a removal, when it was confirmed by a third miss over seven days; of a delisting, when the"
        " page was found alive; empty for what is not confirmed and for edits.",
        "ended_at": "When a lost page was there, or listed, again; empty where it is not, and for edits.",
        "material": "1 for an edit of facts (codebook §12), 0 for a small one; empty for losses.",
        "fields": "What a material edit touched: person, organisation, title, country, place, theme, date, number,"
        " name, sentence; joined by ;.",
        "touched": "The same with the words before and after.",
        "sentences_before": "The sentences touched, as they were.",
        "sentences_after": "The sentences touched, as they are.",
        "copy_before": "Code of the last archived copy before; see `idwatch show CODE`.",
        "copy_after": "Code of the archived copy after an edit.",
        "events": "Events that the page tells of, joined by ;. A change never removes one.",
    },
    types={
        "seen_at": "datetime",
        "confirmed_at": "datetime",
        "ended_at": "datetime",
        "material": "boolean",
    },
    key=("page", "kind", "seen_at"),
    sql=f"""\
SELECT
  g.url AS page,
  g.site AS site,
  coalesce(r.title, g.listed_title) AS title,
  'edited' AS kind,
  {{seen_at}} AS seen_at,
  CAST(NULL AS TEXT) AS confirmed_at,
  CAST(NULL AS TEXT) AS ended_at,
  CASE WHEN c.material THEN 1 ELSE 0 END AS material,
  {_touched("t.field", ";")} AS fields,
  {_touched(_TOUCH, " | ")} AS touched,
  {_touched("t.sentence_before", " / ")} AS sentences_before,
  {_touched("t.sentence_after", " / ")} AS sentences_after,
  s.code AS copy_before,
  a.code AS copy_after,
  {_EVENTS} AS events
FROM change c
JOIN page g ON g.id = c.page_id
JOIN snapshot s ON s.id = c.before_id
JOIN snapshot a ON a.id = c.after_id
LEFT JOIN reading r ON r.snapshot_id = s.id
UNION ALL
SELECT
  g.url,
  g.site,
  coalesce(r.title, g.listed_title),
  l.kind,
  {{since}},
  {{confirmed_at}},
  {{ended_at}},
  NULL,
  NULL,
  NULL,
  NULL,
  NULL,
  s.code,
  NULL,
  {_EVENTS}
FROM loss l
JOIN page g ON g.id = l.page_id
LEFT JOIN snapshot s ON s.id = {_LAST_COPY}
LEFT JOIN reading r ON r.snapshot_id = s.id""",
)

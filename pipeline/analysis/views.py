"""The flat views, one definition each for SQLite and PostgreSQL, with a comment on every column.

Lists inside a cell are joined by ``;`` in an order that is the same on both databases. Yes and no are 1 and 0,
so that ``sum(counted)`` works on both.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from pipeline.analysis.page_changes import PAGE_CHANGES
from pipeline.analysis.view import LAST_DAY, PUBLISHED, View, joined

__all__ = [
    "COUNTED",
    "EVENTS_FLAT",
    "PAGE_CHANGES",
    "PARTICIPATIONS_FLAT",
    "VIEWS",
    "View",
    "create_views",
    "drop_views",
]

COUNTED: Final = (
    "e.realis = 'actual' AND e.scope = 'in' AND e.standing <> 'retracted' AND NOT e.is_series"
    " AND (e.type LIKE 'MEET.%' OR e.type LIKE 'TRAIN.%' OR e.type LIKE 'CONF.%' OR e.type LIKE 'BRIEF.%'"
    " OR e.type = 'DOC.MECH')"
)
"""The contact count of codebook §2 as a condition on the row ``e`` of the table ``event``."""


def _people(side: str) -> str:
    return joined(
        "coalesce(p.name_en, p.name_zh, p.id)",
        "participation t JOIN person p ON p.id = t.person_id"
        f" WHERE t.event_id = e.id AND t.side = '{side}' AND t.role NOT IN ('mentioned', 'inviter')",
        "min(t.ordinal), p.id{bytes}",
        group="p.id, p.name_en, p.name_zh",
    )


def _countries(value: str) -> str:
    return joined(
        value,
        "event_country x JOIN country c ON c.iso3 = x.iso3 WHERE x.event_id = e.id",
        "x.ordinal, x.iso3{bytes}",
    )


_ORGANISATIONS = joined(
    "coalesce(o.name_en, o.name_zh, o.id)",
    "participation t JOIN organisation o ON o.id = t.organisation_id WHERE t.event_id = e.id"
    " AND (t.side = 'foreign' OR o.kind IN ('prc_affiliate', 'cpc_local'))"
    " AND t.role NOT IN ('mentioned', 'inviter')",
    "min(t.ordinal), o.id{bytes}",
    group="o.id, o.name_en, o.name_zh",
)
_PREGS = joined(
    "c.preg",
    "event_country x JOIN country c ON c.iso3 = x.iso3 WHERE x.event_id = e.id AND c.preg IS NOT NULL",
    "min(x.ordinal), c.preg{bytes}",
    group="c.preg",
)
_THEMES = joined("h.theme", "event_theme h WHERE h.event_id = e.id", "h.theme{bytes}")
_SITES = joined(
    "g.site",
    "mention m JOIN page g ON g.id = m.page_id WHERE m.event_id = e.id",
    "g.site{bytes}",
    group="g.site",
)
_SOURCES = joined(
    "g.url",
    "mention m JOIN page g ON g.id = m.page_id WHERE m.event_id = e.id",
    "g.first_seen_at, g.url{bytes}",
    group="g.url, g.first_seen_at",
    separator=" ",
)
_COPIES = joined(
    "s.code",
    "mention m JOIN page g ON g.id = m.page_id JOIN reading r ON r.id = m.reading_id"
    " JOIN snapshot s ON s.id = r.snapshot_id WHERE m.event_id = e.id",
    "g.first_seen_at, g.url{bytes}, s.code{bytes}",
    group="s.code, g.url, g.first_seen_at",
    separator=" ",
)

EVENTS_FLAT: Final = View(
    name="events_flat",
    comment="One row per event that was not merged into another. Published record, not all activity.",
    columns={
        "event_id": "Stable id of the event; never reused.",
        "type": "Event type, codebook §2, as MEET.BILAT.",
        "type_l1": "First level of the type, as MEET.",
        "mode": "How it took place, codebook §3: inperson_beijing, video, phone, unknown …",
        "realis": "actual, planned, cancelled, denied or historical_reference.",
        "scope": "in, or context (stored, never counted).",
        "is_series": "1 for a trip or campaign, which is counted apart from events; else 0.",
        "counted": "1 if it enters the contact count of codebook §2 (MEET, TRAIN, CONF, BRIEF, DOC.MECH; actual;"
        " in scope; no series; not retracted); else 0.",
        "date_start": "First day, local at the place; of remote events the Beijing day.",
        "date_end": "Last day; equals date_start for an event of one day.",
        "date_precision": "day, day_range, week, month, window (published within seven days after) or year.",
        "week": "ISO week of the last day, as 2026-W47, as the digest counts; empty where the date is only"
        " known to the month or year.",
        "month": "Month of the last day, as 2026-11; empty where only the year is known.",
        "countries": "ISO 3166 alpha-3 of the foreign side, joined by ; in the order of the best source.",
        "country_names": "English names of the countries, in the same order.",
        "pregs": "Practical regions of the countries, codebook §7, each once.",
        "place": "City as printed in English; empty for remote events and where not stated.",
        "place_zh": "City in Chinese.",
        "chinese_people": "Names (pinyin as the press writes it) of those who took part for the Chinese side,"
        " leader first; without those only mentioned and without inviters.",
        "foreign_people": "Names of those who took part for the foreign side, leader first; likewise.",
        "organisations": "Bodies of the foreign side, and Chinese affiliates, each once.",
        "themes": "Theme codes of codebook §6, in alphabetical order.",
        "participants": "Number stated for the foreign side or the cohort; of “over 100” it is 100.",
        "title_zh": "Title of its best Chinese page.",
        "title_en": "Title of its best English page.",
        "standing": "How well it is attested, codebook §11: confirmed, corroborated, single_source, disputed,"
        " retracted.",
        "confidence": "Confidence of the extraction, 0 to 1.",
        "mentions": "Number of mentions that tell of it, those on lost pages included.",
        "sites": "Names of the sites whose pages tell of it, in alphabetical order.",
        "sources": "Addresses of these pages, separated by blanks, the one first seen first.",
        "copies": "Codes of the archived copies its mentions were read from, separated by blanks; see"
        " `idwatch show CODE`.",
        "parent_id": "The trip, campaign or forum it belongs to; empty for none.",
        "source_lost": "1 if no live page tells of it any more; else 0.",
        "published": "Earliest date that one of these pages gives itself.",
        "lag_days": "Days from the last day of the event to that date; below 0 for what was announced.",
        "first_seen_at": "When a page about it was first seen, UTC.",
        "codebook_version": "Version of the codebook that the row follows.",
    },
    types={
        "is_series": "boolean",
        "counted": "boolean",
        "date_start": "date",
        "date_end": "date",
        "participants": "integer",
        "confidence": "number",
        "mentions": "integer",
        "source_lost": "boolean",
        "published": "date",
        "lag_days": "integer",
        "first_seen_at": "datetime",
    },
    key=("event_id",),
    sql=f"""\
SELECT
  e.id AS event_id,
  e.type AS type,
  {{type_l1}} AS type_l1,
  e.mode AS mode,
  e.realis AS realis,
  e.scope AS scope,
  CASE WHEN e.is_series THEN 1 ELSE 0 END AS is_series,
  CASE WHEN {COUNTED} THEN 1 ELSE 0 END AS counted,
  e.date_start AS date_start,
  e.date_end AS date_end,
  e.date_precision AS date_precision,
  CASE WHEN {LAST_DAY} IS NULL OR e.date_precision IN ('month', 'year') THEN NULL ELSE {{week}} END AS week,
  CASE WHEN e.date_precision = 'year' THEN NULL ELSE {{month}} END AS month,
  {_countries("x.iso3")} AS countries,
  {_countries("c.name_en")} AS country_names,
  {_PREGS} AS pregs,
  e.place AS place,
  e.place_zh AS place_zh,
  {_people("chinese")} AS chinese_people,
  {_people("foreign")} AS foreign_people,
  {_ORGANISATIONS} AS organisations,
  {_THEMES} AS themes,
  e.participants AS participants,
  e.title_zh AS title_zh,
  e.title_en AS title_en,
  e.standing AS standing,
  e.confidence AS confidence,
  (SELECT count(*) FROM mention m WHERE m.event_id = e.id) AS mentions,
  {_SITES} AS sites,
  {_SOURCES} AS sources,
  {_COPIES} AS copies,
  e.parent_id AS parent_id,
  CASE WHEN e.source_lost THEN 1 ELSE 0 END AS source_lost,
  {PUBLISHED} AS published,
  {{lag_days}} AS lag_days,
  {{first_seen_at}} AS first_seen_at,
  e.codebook_version AS codebook_version
FROM event e
WHERE e.merged_into IS NULL""",
)

PARTICIPATIONS_FLAT: Final = View(
    name="participations_flat",
    comment="One row per participation in an event of events_flat. The role mentioned never counts as taking part.",
    columns={
        "event_id": "The event; joins to events_flat.",
        "side": "chinese or foreign.",
        "position": "Order within the event, from 0.",
        "role": "Role, codebook §4: host, guest, attendee, speaker … mentioned.",
        "actor": "person:ID or organisation:ID, whoever the row is about.",
        "is_leader": "1 if marked as leading the delegation; else 0.",
        "person_id": "Id of the person; empty for a body without a named person.",
        "person": "Name of the person in Latin letters.",
        "person_zh": "Name of the person in Chinese.",
        "title": "Title held that day: as printed in English, else by the gazetteer.",
        "title_zh": "Title held that day, as printed in Chinese.",
        "organisation_id": "Id of the body; empty where none is named.",
        "organisation": "Name of the body in English.",
        "organisation_zh": "Name of the body in Chinese.",
        "kind": "Kind of the body, codebook §5.1: party, legislature, think_tank …",
        "country": "ISO 3166 alpha-3 of the person, else of the body.",
        "country_name": "English name of that country.",
        "preg": "Practical region of that country, codebook §7.",
        "date_start": "First day of the event.",
        "date_end": "Last day of the event.",
        "type": "Type of the event, codebook §2.",
        "mode": "Mode of the event, codebook §3.",
        "realis": "Realis of the event.",
        "counted": "1 if the event enters the contact count; else 0.",
    },
    types={
        "position": "integer",
        "is_leader": "boolean",
        "date_start": "date",
        "date_end": "date",
        "counted": "boolean",
    },
    key=("event_id", "side", "position", "role", "actor"),
    sql=f"""\
SELECT
  t.event_id AS event_id,
  t.side AS side,
  t.ordinal AS position,
  t.role AS role,
  t.actor AS actor,
  CASE WHEN t.is_leader THEN 1 ELSE 0 END AS is_leader,
  t.person_id AS person_id,
  p.name_en AS person,
  p.name_zh AS person_zh,
  t.title_en AS title,
  t.title_zh AS title_zh,
  t.organisation_id AS organisation_id,
  o.name_en AS organisation,
  o.name_zh AS organisation_zh,
  o.kind AS kind,
  c.iso3 AS country,
  c.name_en AS country_name,
  c.preg AS preg,
  e.date_start AS date_start,
  e.date_end AS date_end,
  e.type AS type,
  e.mode AS mode,
  e.realis AS realis,
  CASE WHEN {COUNTED} THEN 1 ELSE 0 END AS counted
FROM participation t
JOIN event e ON e.id = t.event_id
LEFT JOIN person p ON p.id = t.person_id
LEFT JOIN organisation o ON o.id = t.organisation_id
LEFT JOIN country c ON c.iso3 = coalesce(p.country, o.country)
WHERE e.merged_into IS NULL""",
)

VIEWS: Final = (EVENTS_FLAT, PARTICIPATIONS_FLAT, PAGE_CHANGES)


def create_views(connection: Connection) -> None:
    """Make all views (PostgreSQL: with their comments). They must not exist; see ``drop_views``."""
    dialect = connection.dialect.name
    for view in VIEWS:
        _run(connection, f"CREATE VIEW {view.name} AS\n{view.sql_for(dialect)}")
        if dialect == "postgresql":
            _run(connection, f"COMMENT ON VIEW {view.name} IS {_literal(view.comment)}")
            for column, comment in view.columns.items():
                _run(connection, f"COMMENT ON COLUMN {view.name}.{column} IS {_literal(comment)}")


def drop_views(connection: Connection) -> None:
    """Take all views away, where they stand: no migration can change a table that a view names."""
    for view in reversed(VIEWS):
        _run(connection, f"DROP VIEW IF EXISTS {view.name}")


def _run(connection: Connection, statement: str) -> None:
    # Without parameters, so that the drivers leave the % of LIKE and strftime alone.
    connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

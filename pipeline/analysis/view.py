"""What a flat view is, and how one definition becomes the SQL of SQLite and of PostgreSQL.

What differs between the two dialects stands in ``_DIALECTS`` alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

_DIALECTS: Final = {
    "sqlite": {
        # Before SQLite 3.44 group_concat has no ORDER BY of its own; it takes the order of its subquery.
        "concat": "group_concat",
        "by_rank": "",
        "bytes": "",
        "type_l1": "substr(e.type, 1, instr(e.type || '.', '.') - 1)",
        # The ISO week is that of its Thursday; strftime knows %G and %V from SQLite 3.46 only.
        "week": "printf('%s-W%02d', strftime('%Y', {day}, '-3 days', 'weekday 4'),"
        " (strftime('%j', {day}, '-3 days', 'weekday 4') - 1) / 7 + 1)",
        "month": "strftime('%Y-%m', {day})",
        "instant": "strftime('%Y-%m-%dT%H:%M:%SZ', {instant})",
        "days_between": "CAST(julianday({later}) - julianday({earlier}) AS INTEGER)",
    },
    "postgresql": {
        "concat": "string_agg",
        "by_rank": " ORDER BY rank",
        # The database's own collation would put 'a_b' elsewhere than SQLite does.
        "bytes": ' COLLATE "C"',
        "type_l1": "split_part(e.type, '.', 1)",
        "week": "to_char({day}, 'IYYY-\"W\"IW')",
        "month": "to_char({day}, 'YYYY-MM')",
        "instant": "to_char({instant} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
        "days_between": "({later} - {earlier})",
    },
}

PUBLISHED: Final = "(SELECT min(g.published) FROM mention m JOIN page g ON g.id = m.page_id WHERE m.event_id = e.id)"
LAST_DAY: Final = "coalesce(e.date_end, e.date_start)"


@dataclass(frozen=True)
class View:
    """A flat view: its name, what a row is, its columns with their comments, its SQL, and what orders its rows.

    ``sql`` holds the words of ``_DIALECTS`` in braces. ``types`` names the Frictionless type of every column
    that is not a string.
    """

    name: str
    comment: str
    columns: dict[str, str]
    sql: str
    key: tuple[str, ...]
    types: dict[str, str] = field(default_factory=dict)

    def sql_for(self, dialect: str) -> str:
        """The view's SELECT in the dialect ``sqlite`` or ``postgresql``."""
        words = _DIALECTS[dialect]
        return self.sql.format(
            concat=words["concat"],
            by_rank=words["by_rank"],
            bytes=words["bytes"],
            type_l1=words["type_l1"],
            week=words["week"].format(day=LAST_DAY),
            month=words["month"].format(day=LAST_DAY),
            lag_days=words["days_between"].format(later=PUBLISHED, earlier=LAST_DAY),
            first_seen_at=words["instant"].format(instant="e.first_seen_at"),
            seen_at=words["instant"].format(instant="c.seen_at"),
            since=words["instant"].format(instant="l.since"),
            confirmed_at=words["instant"].format(instant="l.confirmed_at"),
            ended_at=words["instant"].format(instant="l.ended_at"),
        )

    def select_all(self, dialect: str) -> str:
        """All rows in the order of the key, which is the same on both databases."""
        names = ", ".join(self.columns)
        order = ", ".join(
            column if self.types.get(column) else column + _DIALECTS[dialect]["bytes"] for column in self.key
        )
        return f"SELECT {names} FROM {self.name} ORDER BY {order}"


def joined(value: str, source: str, order: str, *, group: str = "", separator: str = ";") -> str:
    """One cell from the rows of ``source`` (FROM and WHERE), in the order given; NULL where there is none."""
    grouped = f" GROUP BY {group}" if group else ""
    return (
        f"(SELECT {{concat}}(value, '{separator}'{{by_rank}}) FROM (SELECT {value} AS value,"
        f" row_number() OVER (ORDER BY {order}) AS rank FROM {source}{grouped} ORDER BY rank) AS cell)"
    )

"""The analyst's role on PostgreSQL: it may read everything but the private tables, and write nothing.

``SET ROLE`` alone would not hold: one statement can call ``set_config('role', 'none', …)`` and then, in the same
row, ``query_to_xml('SELECT … FROM subscriber', …)``. Therefore an analyst's statement runs inside a function that
belongs to the role and is ``SECURITY DEFINER``: there PostgreSQL refuses any change of role or session user.
"""

from __future__ import annotations

import hashlib
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from pipeline.analysis.views import VIEWS
from pipeline.store.models import INTERNAL_TABLES, PRIVATE_TABLES, Base

FUNCTION: Final = "idwatch_analyst_rows"

READABLE: Final = frozenset(Base.metadata.tables) - PRIVATE_TABLES - INTERNAL_TABLES | {view.name for view in VIEWS}
"""All tables and views that an analyst may read, on both databases."""

_EXISTS: Final = frozenset({"42710", "23505"})  # duplicate_object, unique_violation

# STABLE, so that the statement it runs may not write even where the role could; verbatim, so that no bracket in it
# closes one of ours; to_json, because a set of records needs its types named by the caller.
_BODY: Final = f"""\
CREATE OR REPLACE FUNCTION {{schema}}.{FUNCTION}(statement text) RETURNS SETOF json
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {{schema}}, pg_temp AS $body$
DECLARE
  found_row record;
BEGIN
  FOR found_row IN EXECUTE statement LOOP
    RETURN NEXT to_json(found_row);
  END LOOP;
END
$body$"""


def grant_analyst(connection: Connection) -> str | None:
    """Make the role and its function, and grant it all but the private tables; to be called after ``create_views``.

    Idempotent; does nothing on SQLite. Returns None, or a word on what an administrator has to do where the
    database user may not make roles: everything but ``idwatch query`` works without.
    """
    if connection.dialect.name != "postgresql":
        return None
    user = _user(connection)
    role = role_of(user)
    try:
        with connection.begin_nested():
            _make_role(connection, role)
            _grant(connection, role)
    except ProgrammingError as error:
        reason = str(error.orig).splitlines()[0]
        return (
            f"The database user {user!r} could not set up the analyst's role {role!r} ({reason}). Until then"
            f" `idwatch query` refuses to run; all else works. Remedy: have an administrator run"
            f' `CREATE ROLE "{role}" NOLOGIN; GRANT "{role}" TO "{user}";`, then run `idwatch db upgrade`.'
        )
    return None


def role_of(user: str) -> str:
    """The name of the analyst's role that belongs to a database user (at most 63 bytes)."""
    name = f"idwatch_analyst_{user}"
    if len(name.encode()) > 63:
        return f"idwatch_analyst_{hashlib.sha256(user.encode()).hexdigest()[:16]}"
    return name


def _make_role(connection: Connection, role: str) -> None:
    quoted = _quoted(connection, role)
    if not connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}):
        try:
            with connection.begin_nested():
                connection.execute(text(f"CREATE ROLE {quoted} NOLOGIN"))
        except (IntegrityError, ProgrammingError) as error:
            # Roles belong to the whole server: a second database of the same user may be upgrading this instant.
            if getattr(error.orig, "sqlstate", None) not in _EXISTS:
                raise
    # From PostgreSQL 16 on, who makes a role may not yet hand objects to it.
    right = "SET" if (connection.dialect.server_version_info or (0,)) >= (16,) else "MEMBER"
    member = text("SELECT pg_has_role(current_user, CAST(:role AS name), :right)")
    if not connection.scalar(member, {"role": role, "right": right}):
        connection.execute(text(f"GRANT {quoted} TO current_user"))


def _grant(connection: Connection, role: str) -> None:
    quoted = _quoted(connection, role)
    schema = _quoted(connection, str(connection.scalar(text("SELECT current_schema()"))))
    readable = ", ".join(f"{schema}.{_quoted(connection, name)}" for name in sorted(READABLE))
    private = ", ".join(f"{schema}.{_quoted(connection, name)}" for name in sorted(PRIVATE_TABLES))
    function = f"{schema}.{FUNCTION}(text)"
    for statement in (
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {quoted}",
        f"REVOKE ALL ON {private} FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA {schema} TO {quoted}",
        f"GRANT SELECT ON {readable} TO {quoted}",
        f"DROP FUNCTION IF EXISTS {function}",
        _BODY.format(schema=schema),
        f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC",
        # Only who may make objects in a schema can be given one.
        f"GRANT CREATE ON SCHEMA {schema} TO {quoted}",
        f"ALTER FUNCTION {function} OWNER TO {quoted}",
        f"GRANT EXECUTE ON FUNCTION {function} TO {_quoted(connection, _user(connection))}",
        f"REVOKE CREATE ON SCHEMA {schema} FROM {quoted}",
    ):
        connection.exec_driver_sql(statement)


def _user(connection: Connection) -> str:
    return str(connection.scalar(text("SELECT current_user")))


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(name)

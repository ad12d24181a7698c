"""Runs the migrations, as pipeline.store.migrate asks for them.

On an engine of its own. SQLite changes a table by rebuilding it: with foreign keys on, dropping the old one would
empty every cascading child; and it fails while a view names the table. So foreign keys are off from the connect
event on (a PRAGMA sent after BEGIN does nothing), our views are dropped and made anew, and the rows are checked
before the commit. All of it is one transaction.
"""

from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine, event, pool

from pipeline.analysis.roles import grant_analyst
from pipeline.analysis.views import create_views, drop_views
from pipeline.store.migrate import orphans
from pipeline.store.models import Base


def run() -> None:
    engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connected)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN EXCLUSIVE"))
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            drop_views(connection)
            context.run_migrations()
            _finish(connection)


def _finish(connection: Connection) -> None:
    # the views are of the newest revision: an older one, which developers and tests go to, lacks tables of theirs
    if context.get_context().get_current_revision() == context.get_head_revision():
        create_views(connection)
        word = grant_analyst(connection)
        if word:
            context.config.attributes["words"].append(word)
    missing = orphans(connection)
    if missing:
        raise RuntimeError(
            "The migration would leave rows without their parents; nothing was changed:\n" + "\n".join(missing)
        )


def _sqlite_connected(connection: Any, _: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA busy_timeout=30000")
    connection.execute("PRAGMA secure_delete=ON")  # a table built anew leaves no bytes of deleted readers
    connection.execute("PRAGMA foreign_keys=OFF")


run()

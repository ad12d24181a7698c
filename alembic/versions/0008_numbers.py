"""Numbers of deliveries and letters are never given again on SQLite: they stand in addresses that mails come back to.

Revision 0008, after 0007.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _rebuild(autoincrement=True)


def downgrade() -> None:
    _rebuild(autoincrement=False)


def _rebuild(*, autoincrement: bool) -> None:
    """PostgreSQL takes numbers from a sequence, which never goes back."""
    if op.get_context().dialect.name != "sqlite":
        return
    for name in ("delivery", "letter"):
        with op.batch_alter_table(
            name,
            recreate="always",
            table_kwargs={"sqlite_autoincrement": autoincrement},
            reflect_kwargs={"resolve_fks": False},  # else the parents are read too, and an index of one warns
        ):
            pass

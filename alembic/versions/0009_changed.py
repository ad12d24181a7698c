"""When an event last came to say something else, for those who follow a feed.

Revision 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_COMMENT = "When it last came to say something else; NULL: it says what it first did."


def upgrade() -> None:
    with op.batch_alter_table("event") as table:
        table.add_column(sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True, comment=_COMMENT))


def downgrade() -> None:
    with op.batch_alter_table("event") as table:
        table.drop_column("changed_at")

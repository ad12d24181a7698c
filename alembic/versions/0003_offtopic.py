"""Pages of general sites that were found off topic are remembered, so that they are never asked for again.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_COMMENT = "A general site's page that is not relevant: no snapshot, never asked again."


def upgrade() -> None:
    with op.batch_alter_table("page") as table:
        table.add_column(
            sa.Column("off_topic", sa.Boolean(), nullable=False, server_default=sa.false(), comment=_COMMENT)
        )


def downgrade() -> None:
    with op.batch_alter_table("page") as table:
        table.drop_column("off_topic")

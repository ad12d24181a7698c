"""Sites that the operator chose to watch; the others are known, not crawled, and no digest misses them.

Revision 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_COMMENT = "Named by the setting crawl.sites, or that names none."


def upgrade() -> None:
    with op.batch_alter_table("site") as table:
        table.add_column(sa.Column("watched", sa.Boolean(), nullable=False, server_default=sa.true(), comment=_COMMENT))


def downgrade() -> None:
    with op.batch_alter_table("site") as table:
        table.drop_column("watched")

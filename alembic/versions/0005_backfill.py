"""What a backfill has still to ask, and has asked.

Revision 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "backlog",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("job", sa.String(60), nullable=False, comment="From where, from when and to when."),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("section", sa.String(), nullable=True, comment="Of a list: the section it belongs to."),
        sa.Column("number", sa.Integer(), nullable=True, comment="Of a list that is turned: the number of the page."),
        sa.Column(
            "run_id",
            sa.Integer(),
            nullable=True,
            comment="The run that put it here; an answer is of it or later.",
        ),
        sa.Column(
            "done_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When its answer was kept; NULL: still to be asked.",
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_backlog_run_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["site"], ["site.name"], name=op.f("fk_backlog_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backlog")),
        sa.UniqueConstraint("site", "job", "address", name=op.f("uq_backlog_site_job_address")),
    )
    op.create_index(op.f("ix_backlog_site_job_done_at"), "backlog", ["site", "job", "done_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_backlog_site_job_done_at"), table_name="backlog")
    op.drop_table("backlog")

"""Health of sites, delistings and losses of pages, and the facts that edits touched.

Revision 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = sa.Column(
        "kind",
        sa.String(length=10),
        nullable=False,
        server_default="crawl",
        comment="crawl, backfill or import; health is of crawls.",
    )
    with op.batch_alter_table("run") as table:
        table.add_column(kind)
    size = sa.Column(
        "bytes", sa.Integer(), nullable=True, comment="Size of the body as it came; NULL for what is older than this."
    )
    with op.batch_alter_table("record") as table:
        table.add_column(size)
    op.create_table(
        "touch",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column(
            "field",
            sa.String(length=20),
            nullable=False,
            comment="person, organisation, title, country, place, theme, date, number, name …",
        ),
        sa.Column("before", sa.Text(), nullable=True, comment="What stood there; NULL where it was put in."),
        sa.Column("after", sa.Text(), nullable=True, comment="What stands there; NULL where it was taken out."),
        sa.Column("sentence_before", sa.Text(), nullable=True),
        sa.Column("sentence_after", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_touch_change_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("change_id", "ordinal", name=op.f("pk_touch")),
    )
    op.create_table(
        "listing",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=60), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "entries",
            sa.JSON(),
            nullable=False,
            comment="Pairs of a page's id and the day the list gives it, or null.",
        ),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_listing_record_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["site"], ["site.name"], name=op.f("fk_listing_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_listing")),
    )
    op.create_index("ix_listing_site_address_at", "listing", ["site", "address", "at"], unique=False)
    op.create_table(
        "delisting",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_delisting_page_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["record_id"], ["listing.record_id"], name=op.f("fk_delisting_record_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record_id", "page_id", name=op.f("pk_delisting")),
    )
    op.create_index(op.f("ix_delisting_page_id"), "delisting", ["page_id"], unique=False)
    op.create_table(
        "loss",
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="removed or delisted."),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False, comment="When it was first seen to be lost."),
        sa.Column(
            "confirmed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="removed: the third miss over seven days; delisted: a visit that found the page alive;"
            " NULL: not yet.",
        ),
        sa.Column(
            "ended_at", sa.DateTime(timezone=True), nullable=True, comment="When it was there again; NULL: it is not."
        ),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_loss_page_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("page_id", "kind", "since", name=op.f("pk_loss")),
    )


def downgrade() -> None:
    for name in ("loss", "delisting", "listing", "touch"):
        op.drop_table(name)
    with op.batch_alter_table("record") as table:
        table.drop_column("bytes")
    with op.batch_alter_table("run") as table:
        table.drop_column("kind")

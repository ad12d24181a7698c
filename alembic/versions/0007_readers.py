"""Readers who sign up and confirm, mails that come back, charts of editions, corrections of what was told.

Revision 0007, after 0006.
"""

from secrets import token_hex

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_PERIOD = "2026-W47, 2026-11, or the id of the one event that was sent at once."
_STATE = "pending until confirmed; gets nothing."
_CONFIRMED = "NULL: added by the operator, or still pending."
_NONCE = "Part of every signed link; a new one makes the old ones void."
_FACTS = "What was said of it, as canonical JSON; corrections compare with this."


def upgrade() -> None:
    with op.batch_alter_table("edition") as table:
        table.alter_column("period", type_=sa.String(40), existing_type=sa.String(12), existing_nullable=False)
        table.alter_column("period", comment=_PERIOD, existing_type=sa.String(40), existing_nullable=False)
    with op.batch_alter_table("told") as table:
        table.add_column(sa.Column("facts", sa.Text(), nullable=True, comment=_FACTS))
    _subscribers()
    op.drop_table("token")
    op.create_index("ix_delivery_edition_id_state", "delivery", ["edition_id", "state"])
    op.create_table(
        "edition_image",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_slice_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(40), nullable=False, comment="What the HTML calls it: cid:NAME."),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_slice_id"],
            ["edition_slice.id"],
            name=op.f("fk_edition_image_edition_slice_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_image")),
        sa.UniqueConstraint("edition_slice_id", "name", name=op.f("uq_edition_image_edition_slice_id_name")),
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False, comment="That told it."),
        sa.Column("slice_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(40), nullable=False),
        sa.Column("realis", sa.String(25), nullable=False),
        sa.Column("corrected_id", sa.Integer(), nullable=False, comment="The edition that was wrong."),
        sa.Column("why", sa.String(20), nullable=False, comment="changed, retracted or merged"),
        sa.Column("was", sa.Text(), nullable=False, comment="The facts told, as canonical JSON."),
        sa.Column("now", sa.Text(), nullable=True, comment="The facts that hold; NULL where the event does not."),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_correction_edition_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["corrected_id"], ["edition.id"], name=op.f("fk_correction_corrected_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["slice_id"], ["slice.id"], name=op.f("fk_correction_slice_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_correction_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint(
            "edition_id",
            "slice_id",
            "event_id",
            "realis",
            name=op.f("uq_correction_edition_id_slice_id_event_id_realis"),
        ),
    )
    op.create_index(op.f("ix_correction_event_id"), "correction", ["event_id"])
    _private_tables()


def _subscribers() -> None:
    with op.batch_alter_table("subscriber") as table:
        table.add_column(sa.Column("state", sa.String(10), nullable=False, server_default="active", comment=_STATE))
        table.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True, comment=_CONFIRMED))
        table.add_column(sa.Column("nonce", sa.String(32), nullable=True, comment=_NONCE))
        table.create_check_constraint(op.f("ck_subscriber_state"), "state IN ('pending','active')")
    # each reader's own: whoever guesses one must not have them all
    readers = sa.table("subscriber", sa.column("id", sa.Integer), sa.column("nonce", sa.String))
    connection = op.get_bind()
    for (reader,) in connection.execute(sa.select(readers.c.id)).all():
        connection.execute(sa.update(readers).where(readers.c.id == reader).values(nonce=token_hex(16)))
    with op.batch_alter_table("subscriber") as table:
        table.alter_column("nonce", nullable=False, existing_type=sa.String(32), existing_comment=_NONCE)
        table.alter_column("state", server_default=None, existing_type=sa.String(10), existing_comment=_STATE)
    op.create_index("ix_subscriber_email_lower", "subscriber", [sa.text("lower(email)")], unique=True)


def _private_tables() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.String(), nullable=True, comment="The server's last word."),
        sa.CheckConstraint(
            "state IN ('queued','sending','sent','deferred','failed','uncertain')", name=op.f("ck_letter_state")
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_letter_subscriber_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("message_id", name=op.f("uq_letter_message_id")),
    )
    op.create_index(op.f("ix_letter_subscriber_id"), "letter", ["subscriber_id"])
    op.create_table(
        "bounce",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(4), nullable=False),
        sa.Column("status", sa.String(12), nullable=False, comment="Enhanced status code (RFC 3463), as 5.1.1."),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.String(), nullable=True),
        sa.CheckConstraint("kind IN ('hard','soft')", name=op.f("ck_bounce_kind")),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_bounce_subscriber_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_bounce_delivery_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounce")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_bounce_delivery_id")),
    )
    op.create_index(op.f("ix_bounce_subscriber_id"), "bounce", ["subscriber_id"])
    op.create_table(
        "secret",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secret")),
    )


def downgrade() -> None:
    for table in ("secret", "bounce", "letter", "correction", "edition_image"):
        op.drop_table(table)
    op.drop_index("ix_delivery_edition_id_state", table_name="delivery")
    op.create_table(
        "token",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_token_subscriber_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_token")),
    )
    # who never confirmed was never a reader
    op.execute("DELETE FROM subscriber WHERE state = 'pending'")
    op.drop_index("ix_subscriber_email_lower", table_name="subscriber")
    with op.batch_alter_table("subscriber") as table:
        table.drop_constraint(op.f("ck_subscriber_state"), type_="check")
        for column in ("state", "confirmed_at", "nonce"):
            table.drop_column(column)
    with op.batch_alter_table("told") as table:
        table.drop_column("facts")
    # an edition of one event has a name that the former column cannot hold
    op.execute("DELETE FROM edition WHERE length(period) > 12")
    with op.batch_alter_table("edition") as table:
        table.alter_column("period", type_=sa.String(12), existing_type=sa.String(40), existing_nullable=False)
        table.alter_column(
            "period", comment="2026-W47 or 2026-11", existing_type=sa.String(12), existing_nullable=False
        )

"""Resolution that goes on from where it stands, overrides, and claims of analysts.

Revision 0002, after 0001.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MEMBERS = "What was seen of each mention it last held: page, number, day, principal, party, kind, people."
_MEMBERS_BEFORE = "[page, number] of each mention it last held."


def upgrade() -> None:
    op.create_table(
        "stale_page",
        sa.Column("url", sa.String(), nullable=False),
        sa.Column(
            "times",
            sa.Integer(),
            nullable=False,
            comment="Grows with each change: one that came while it was resolved is kept.",
        ),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_stale_page")),
    )
    op.create_table(
        "fault",
        sa.Column("id", sa.String(), nullable=False, comment="What it is about: override ID, component PAGE #NUMBER."),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault")),
    )
    op.create_table(
        "mention_block",
        sa.Column("block", sa.BigInteger(), nullable=False, comment="Of SHA-256 of the block's word, 8 bytes."),
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mention.id"], name=op.f("fk_mention_block_mention_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("block", "mention_id", name=op.f("pk_mention_block")),
    )
    op.create_index(op.f("ix_mention_block_mention_id"), "mention_block", ["mention_id"], unique=False)
    op.create_table(
        "candidate_edge",
        sa.Column("a_id", sa.Integer(), nullable=False),
        sa.Column("b_id", sa.Integer(), nullable=False),
        sa.Column("bits", sa.Double(), nullable=False, comment="How far they agree; see `idwatch explain`."),
        sa.ForeignKeyConstraint(["a_id"], ["mention.id"], name=op.f("fk_candidate_edge_a_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["b_id"], ["mention.id"], name=op.f("fk_candidate_edge_b_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("a_id", "b_id", name=op.f("pk_candidate_edge")),
    )
    op.create_index(op.f("ix_candidate_edge_b_id"), "candidate_edge", ["b_id"], unique=False)
    op.create_table(
        "mention_link",
        sa.Column("a_id", sa.Integer(), nullable=False),
        sa.Column("b_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["a_id"], ["mention.id"], name=op.f("fk_mention_link_a_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["b_id"], ["mention.id"], name=op.f("fk_mention_link_b_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("a_id", "b_id", name=op.f("pk_mention_link")),
    )
    op.create_index(op.f("ix_mention_link_b_id"), "mention_link", ["b_id"], unique=False)
    op.create_table(
        "mention_pointer",
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mention.id"], name=op.f("fk_mention_pointer_mention_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_mention_pointer_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mention_id", "event_id", name=op.f("pk_mention_pointer")),
    )
    op.create_index(op.f("ix_mention_pointer_event_id"), "mention_pointer", ["event_id"], unique=False)
    op.create_table(
        "actor_name",
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False, comment="As in participation: person:ID or …"),
        sa.Column("known", sa.Boolean(), nullable=False, comment="The gazetteer gave the id."),
        sa.Column("latin", sa.String(length=120), nullable=True, comment="The id its Latin name gives; NULL without."),
        sa.Column("name_en", sa.String(), nullable=True),
        sa.Column("name_zh", sa.String(), nullable=True),
        sa.Column("country", sa.String(length=3), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_actor_name_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", "ordinal", name=op.f("pk_actor_name")),
    )
    op.create_index(op.f("ix_actor_name_actor"), "actor_name", ["actor"], unique=False)
    op.create_index("ix_actor_name_name_zh_country", "actor_name", ["name_zh", "country"], unique=False)
    op.create_table(
        "override_page",
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("override_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["override_id"], ["override.id"], name=op.f("fk_override_page_override_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("page", "override_id", name=op.f("pk_override_page")),
    )
    op.create_index(op.f("ix_override_page_override_id"), "override_page", ["override_id"], unique=False)
    _events()
    _ledger()
    _claims()


def _events() -> None:
    with op.batch_alter_table("event") as table:
        table.add_column(sa.Column("merged_reason", sa.Text(), nullable=True, comment="Why it was taken over."))
        table.add_column(
            sa.Column(
                "split_from",
                sa.String(length=40),
                nullable=True,
                comment="The event that its mentions were taken out of.",
            )
        )
        table.add_column(
            sa.Column(
                "realises_id", sa.String(length=40), nullable=True, comment="The planned event that took place in it."
            )
        )
        table.add_column(
            sa.Column(
                "disputed",
                sa.String(length=80),
                nullable=True,
                comment="Fields in which sources contradict each other, joined by ; (date, title, participants).",
            )
        )
        table.create_foreign_key(op.f("fk_event_realises_id"), "event", ["realises_id"], ["id"], ondelete="SET NULL")
    for column in ("parent_id", "realises_id", "merged_into"):
        op.create_index(op.f(f"ix_event_{column}"), "event", [column], unique=False)
    op.create_index(op.f("ix_told_event_id"), "told", ["event_id"], unique=False)


def _ledger() -> None:
    with op.batch_alter_table("event_ledger") as table:
        table.alter_column("members", existing_type=sa.JSON(), existing_nullable=False, comment=_MEMBERS)
        table.add_column(sa.Column("merged_into", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("reason", sa.Text(), nullable=True, comment="Why it was merged."))
        table.add_column(sa.Column("split_from", sa.String(length=40), nullable=True))
        table.add_column(
            sa.Column(
                "gone",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="No page bears it any more.",
            )
        )
    page_table = op.create_table(
        "event_ledger_page",
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event_ledger.event_id"], name=op.f("fk_event_ledger_page_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("page", "event_id", name=op.f("pk_event_ledger_page")),
    )
    op.create_index(op.f("ix_event_ledger_page_event_id"), "event_ledger_page", ["event_id"], unique=False)
    ledger = sa.table("event_ledger", sa.column("event_id", sa.String), sa.column("members", sa.JSON))
    known = op.get_bind().execute(sa.select(ledger.c.event_id, ledger.c.members)).all()
    pages = sorted({(_page_of(member), event_id) for event_id, members in known for member in members})
    if pages:
        op.bulk_insert(page_table, [{"page": page, "event_id": event_id} for page, event_id in pages])


def _page_of(member: Any) -> str:
    """The page of a member: of old page and number, after a downgrade there may be such as say more."""
    return str(member["page"] if isinstance(member, dict) else member[0])


def _claims() -> None:
    """A claim gets a key of its own, for it may be an analyst's: made anew, for no database changes a key in place."""
    op.execute("CREATE TABLE claim_before AS SELECT * FROM claim")
    op.drop_table("claim")
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=True),
        sa.Column("override_id", sa.String(length=40), nullable=True),
        sa.Column("field", sa.String(length=30), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("is_best", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(mention_id IS NULL) <> (override_id IS NULL)", name=op.f("ck_claim_one_source")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_claim_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_claim_mention_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["override_id"], ["override.id"], name=op.f("fk_claim_override_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("event_id", "mention_id", "field", name=op.f("uq_claim_event_id_mention_id_field")),
        sa.UniqueConstraint("event_id", "override_id", "field", name=op.f("uq_claim_event_id_override_id_field")),
    )
    op.create_index(op.f("ix_claim_mention_id"), "claim", ["mention_id"], unique=False)
    op.create_index(op.f("ix_claim_override_id"), "claim", ["override_id"], unique=False)
    op.execute(
        "INSERT INTO claim (event_id, mention_id, field, value, is_best)"
        " SELECT event_id, mention_id, field, value, is_best FROM claim_before ORDER BY event_id, mention_id, field"
    )
    op.execute("DROP TABLE claim_before")


def downgrade() -> None:
    op.execute("CREATE TABLE claim_before AS SELECT * FROM claim WHERE mention_id IS NOT NULL")
    op.drop_table("claim")
    op.create_table(
        "claim",
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=30), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("is_best", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_claim_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["mention_id"], ["mention.id"], name=op.f("fk_claim_mention_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", "mention_id", "field", name=op.f("pk_claim")),
    )
    op.create_index(op.f("ix_claim_mention_id"), "claim", ["mention_id"], unique=False)
    op.execute(
        "INSERT INTO claim (event_id, mention_id, field, value, is_best)"
        " SELECT event_id, mention_id, field, value, is_best FROM claim_before"
    )
    op.execute("DROP TABLE claim_before")
    op.drop_table("event_ledger_page")
    with op.batch_alter_table("event_ledger") as table:
        table.alter_column("members", existing_type=sa.JSON(), existing_nullable=False, comment=_MEMBERS_BEFORE)
        for name in ("merged_into", "reason", "split_from", "gone"):
            table.drop_column(name)
    for column in ("parent_id", "realises_id", "merged_into"):
        op.drop_index(op.f(f"ix_event_{column}"), "event")
    op.drop_index(op.f("ix_told_event_id"), "told")
    with op.batch_alter_table("event") as table:
        table.drop_constraint(op.f("fk_event_realises_id"), type_="foreignkey")
        for name in ("merged_reason", "split_from", "realises_id", "disputed"):
            table.drop_column(name)
    tables = (
        "mention_pointer",
        "mention_link",
        "override_page",
        "actor_name",
        "candidate_edge",
        "mention_block",
        "fault",
        "stale_page",
    )
    for name in tables:
        op.drop_table(name)

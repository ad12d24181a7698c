"""The first tables.

Revision 0001, after nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "country",
        sa.Column("iso3", sa.String(length=3), nullable=False),
        sa.Column("m49", sa.String(length=3), nullable=True),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=False),
        sa.Column("preg", sa.String(length=4), nullable=True, comment="Practical region, codebook §7."),
        sa.PrimaryKeyConstraint("iso3", name=op.f("pk_country")),
    )
    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=12), nullable=False, comment="2026-W47 or 2026-11"),
        sa.Column("cut_off", sa.DateTime(timezone=True), nullable=False, comment="The instant of freezing."),
        sa.Column("rows", sa.Text(), nullable=False, comment="The chosen rows as canonical JSON."),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("period", name=op.f("uq_edition_period")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("mode", sa.String(length=25), nullable=False),
        sa.Column("realis", sa.String(length=25), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("is_series", sa.Boolean(), nullable=False),
        sa.Column("parent_id", sa.String(length=40), nullable=True),
        sa.Column("date_start", sa.Date(), nullable=True),
        sa.Column("date_end", sa.Date(), nullable=True),
        sa.Column("date_precision", sa.String(length=12), nullable=True),
        sa.Column("date_basis", sa.String(length=20), nullable=True),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("place_zh", sa.String(), nullable=True),
        sa.Column("participants", sa.Integer(), nullable=True),
        sa.Column("title_zh", sa.String(), nullable=True, comment="Title of its best Chinese page."),
        sa.Column("title_en", sa.String(), nullable=True, comment="Title of its best English page."),
        sa.Column("standing", sa.String(length=20), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("source_lost", sa.Boolean(), nullable=False, comment="No live page bears it any more."),
        sa.Column("merged_into", sa.String(length=40), nullable=True, comment="The event that took this one over."),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("codebook_version", sa.String(length=10), nullable=False),
        sa.CheckConstraint("merged_into IS NULL OR merged_into <> id", name=op.f("ck_event_not_merged_into_itself")),
        sa.ForeignKeyConstraint(["parent_id"], ["event.id"], name=op.f("fk_event_parent_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index("ix_event_date_start_type", "event", ["date_start", "type"], unique=False)
    op.create_table(
        "event_ledger",
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("page", sa.String(), nullable=False, comment="Canonical address of the founding mention's page."),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("members", sa.JSON(), nullable=False, comment="[page, number] of each mention it last held."),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_ledger")),
    )
    op.create_table(
        "lock",
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column(
            "started", sa.String(), nullable=False, comment="Start time of the process, since pids are used again."
        ),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lock")),
    )
    op.create_table(
        "mark",
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mark")),
    )
    op.create_table(
        "override",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False, comment="merge, split, edit, reject, confirm"),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "seen", sa.JSON(), nullable=False, comment="What its author saw: page, day, principal, party of each side."
        ),
        sa.Column("change", sa.JSON(), nullable=False, comment="For edit: field and value."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override")),
    )
    op.create_table(
        "record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("warc_id", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
        sa.UniqueConstraint("file", "offset", name=op.f("uq_record_file_offset")),
        sa.UniqueConstraint("warc_id", name=op.f("uq_record_warc_id")),
    )
    op.create_index(op.f("ix_record_url"), "record", ["url"], unique=False)
    op.create_table(
        "site",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column(
            "family",
            sa.String(length=40),
            nullable=False,
            comment="Source family; sites that copy one another count once.",
        ),
        sa.Column("home", sa.String(), nullable=False),
        sa.Column("hosts", sa.JSON(), nullable=False),
        sa.Column("every_hours", sa.Integer(), nullable=False, comment="Hours between two crawls."),
        sa.Column(
            "quiet_days",
            sa.Integer(),
            nullable=False,
            comment="Days without a new page after which silence is a finding.",
        ),
        sa.Column("empty_is_normal", sa.Boolean(), nullable=False),
        sa.Column(
            "licence", sa.String(), nullable=True, comment="Licence under which full texts may be shown; NULL for none."
        ),
        sa.Column("items_are_pages", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_site")),
    )
    op.create_table(
        "slice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False, comment="Canonical JSON of wishes, rhythm and language."),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("rhythm", sa.String(length=10), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slice")),
        sa.UniqueConstraint("key", name=op.f("uq_slice_key")),
    )
    op.create_table(
        "subscriber",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False, comment="Normalised address."),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber")),
        sa.UniqueConstraint("email", name=op.f("uq_subscriber_email")),
    )
    op.create_table(
        "suppression",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_suppression")),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("slice_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.String(), nullable=True, comment="The server's last word."),
        sa.CheckConstraint(
            "state IN ('queued','sending','sent','deferred','failed','bounced','suppressed','uncertain')",
            name=op.f("ck_delivery_state"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_delivery_edition_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["slice_id"], ["slice.id"], name=op.f("fk_delivery_slice_id")),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_delivery_subscriber_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("edition_id", "subscriber_id", name=op.f("uq_delivery_edition_id_subscriber_id")),
        sa.UniqueConstraint("message_id", name=op.f("uq_delivery_message_id")),
    )
    op.create_table(
        "edition_slice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("slice_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="Of subject, HTML and text."),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_edition_slice_edition_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["slice_id"], ["slice.id"], name=op.f("fk_edition_slice_slice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_slice")),
        sa.UniqueConstraint("edition_id", "slice_id", name=op.f("uq_edition_slice_edition_id_slice_id")),
    )
    op.create_table(
        "event_country",
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("iso3", sa.String(length=3), nullable=False),
        sa.Column(
            "ordinal", sa.Integer(), nullable=False, comment="Order in which the best source names them, from 0."
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_country_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["iso3"], ["country.iso3"], name=op.f("fk_event_country_iso3")),
        sa.PrimaryKeyConstraint("event_id", "iso3", name=op.f("pk_event_country")),
    )
    op.create_index(op.f("ix_event_country_iso3"), "event_country", ["iso3"], unique=False)
    op.create_table(
        "event_theme",
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("theme", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_theme_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", "theme", name=op.f("pk_event_theme")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", sa.String(length=20), nullable=True),
        sa.Column("after", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["site"], ["site.name"], name=op.f("fk_notice_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_site"), "notice", ["site"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(), nullable=True),
        sa.Column("name_zh", sa.String(), nullable=True),
        sa.Column("country", sa.String(length=3), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=True),
        sa.Column("pf_id", sa.String(length=20), nullable=True),
        sa.Column("qid", sa.String(length=20), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False, comment="gazetteer or page"),
        sa.ForeignKeyConstraint(["country"], ["country.iso3"], name=op.f("fk_organisation_country")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(), nullable=True),
        sa.Column("name_zh", sa.String(), nullable=True),
        sa.Column("country", sa.String(length=3), nullable=True),
        sa.Column("qid", sa.String(length=20), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False, comment="gazetteer or page"),
        sa.ForeignKeyConstraint(["country"], ["country.iso3"], name=op.f("fk_person_country")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site", sa.String(length=60), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "ended_at", sa.DateTime(timezone=True), nullable=True, comment="NULL while it runs, or where it was killed."
        ),
        sa.Column(
            "file", sa.String(), nullable=True, comment="First WARC file of the run, relative to the archive folder."
        ),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column(
            "health",
            sa.String(length=20),
            nullable=True,
            comment="ok, late, drifting, blocked, broken, unreachable, interrupted.",
        ),
        sa.Column("cause", sa.String(), nullable=True, comment="Why it is not ok, for people."),
        sa.ForeignKeyConstraint(["site"], ["site.name"], name=op.f("fk_run_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index("ix_run_site_started_at", "run", ["site", "started_at"], unique=False)
    op.create_table(
        "subscription",
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("slice_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["slice_id"], ["slice.id"], name=op.f("fk_subscription_slice_id")),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_subscription_subscriber_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subscriber_id", "slice_id", name=op.f("pk_subscription")),
    )
    op.create_table(
        "token",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_token_subscriber_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_token")),
    )
    op.create_table(
        "told",
        sa.Column("slice_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("realis", sa.String(length=25), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_told_edition_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_told_event_id")),
        sa.ForeignKeyConstraint(["slice_id"], ["slice.id"], name=op.f("fk_told_slice_id")),
        sa.PrimaryKeyConstraint("slice_id", "event_id", "realis", name=op.f("pk_told")),
    )
    op.create_table(
        "page",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=False, comment="Canonical address."),
        sa.Column("site", sa.String(length=60), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_run_id", sa.Integer(), nullable=True),
        sa.Column("listed_title", sa.String(), nullable=True),
        sa.Column("listed_date", sa.Date(), nullable=True),
        sa.Column(
            "state", sa.String(length=20), nullable=False, comment="Page state (live, edited, moved, delisted, …)."
        ),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "visited_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Last time it was asked for and something answered.",
        ),
        sa.Column(
            "schedule_from",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="Start of its revisiting: first seen, or last edit or loss.",
        ),
        sa.Column(
            "due_at", sa.DateTime(timezone=True), nullable=True, comment="When the next visit falls due; NULL: at once."
        ),
        sa.Column(
            "missing_since",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="First of the present row of `missing` answers.",
        ),
        sa.Column("missing_count", sa.Integer(), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.Column("published", sa.Date(), nullable=True, comment="The page's own date, of its newest reading."),
        sa.ForeignKeyConstraint(["first_run_id"], ["run.id"], name=op.f("fk_page_first_run_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["site"], ["site.name"], name=op.f("fk_page_site"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page")),
        sa.UniqueConstraint("url", name=op.f("uq_page_url")),
    )
    op.create_index("ix_page_site_first_seen_at", "page", ["site", "first_seen_at"], unique=False)
    op.create_table(
        "participation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column(
            "actor", sa.String(length=120), nullable=False, comment="person:ID or organisation:ID, for uniqueness."
        ),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=120), nullable=True),
        sa.Column("organisation_id", sa.String(length=80), nullable=True),
        sa.Column("is_leader", sa.Boolean(), nullable=False),
        sa.Column(
            "title_en",
            sa.String(),
            nullable=True,
            comment="Title held that day: as printed in English, else by the gazetteer.",
        ),
        sa.Column("title_zh", sa.String(), nullable=True, comment="Title held that day, as printed in Chinese."),
        sa.CheckConstraint("side IN ('chinese', 'foreign')", name=op.f("ck_participation_side")),
        sa.CheckConstraint(
            "person_id IS NOT NULL OR organisation_id IS NOT NULL", name=op.f("ck_participation_somebody")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_participation_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_participation_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_participation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation")),
        sa.UniqueConstraint(
            "event_id", "side", "role", "actor", name=op.f("uq_participation_event_id_side_role_actor")
        ),
    )
    op.create_index(op.f("ix_participation_organisation_id"), "participation", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_participation_person_id"), "participation", ["person_id"], unique=False)
    op.create_table(
        "section",
        sa.Column("site", sa.String(length=60), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("walked_run_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["site"], ["site.name"], name=op.f("fk_section_site"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["walked_run_id"], ["run.id"], name=op.f("fk_section_walked_run_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("site", "url", name=op.f("pk_section")),
    )
    op.create_table(
        "page_address",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_page_address_page_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_page_address")),
    )
    op.create_index(op.f("ix_page_address_page_id"), "page_address", ["page_id"], unique=False)
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False, comment="Stable public id (see words.snapshot_code)."),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column(
            "item", sa.Integer(), nullable=True, comment="Number of the item in its record, from 0; NULL: the whole."
        ),
        sa.Column("form", sa.String(length=10), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "digest", sa.String(length=64), nullable=False, comment="SHA-256 of the page's bytes (of an item: its own)."
        ),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_snapshot_page_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_snapshot_record_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        sa.UniqueConstraint("code", name=op.f("uq_snapshot_code")),
        sa.UniqueConstraint("page_id", "form", "fetched_at", name=op.f("uq_snapshot_page_id_form_fetched_at")),
    )
    op.create_index(op.f("ix_snapshot_record_id"), "snapshot", ["record_id"], unique=False)
    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("page_id", sa.Integer(), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("site", sa.String(length=60), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_visit_page_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name=op.f("fk_visit_record_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_visit_run_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["site"], ["site.name"], name=op.f("fk_visit_site"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("record_id", name=op.f("uq_visit_record_id")),
    )
    op.create_index("ix_visit_page_id_at", "visit", ["page_id", "at"], unique=False)
    op.create_index(op.f("ix_visit_run_id"), "visit", ["run_id"], unique=False)
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("before_id", sa.Integer(), nullable=False),
        sa.Column("after_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("material", sa.Boolean(), nullable=False),
        sa.Column(
            "fields", sa.JSON(), nullable=False, comment="Fields touched: title, published, body, and mention fields."
        ),
        sa.Column("diff", sa.Text(), nullable=False, comment="Unified diff of the two texts."),
        sa.ForeignKeyConstraint(["after_id"], ["snapshot.id"], name=op.f("fk_change_after_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["before_id"], ["snapshot.id"], name=op.f("fk_change_before_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_change_page_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sa.UniqueConstraint("after_id", name=op.f("uq_change_after_id")),
    )
    op.create_index(op.f("ix_change_page_id"), "change", ["page_id"], unique=False)
    op.create_table(
        "reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("reader_version", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("published", sa.Date(), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("routes", sa.JSON(), nullable=False, comment="Field to the route that served it."),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshot.id"], name=op.f("fk_reading_snapshot_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
        sa.UniqueConstraint("snapshot_id", name=op.f("uq_reading_snapshot_id")),
    )
    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["reading_id"], ["reading.id"], name=op.f("fk_finding_reading_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("reading_id", "ordinal", name=op.f("uq_finding_reading_id_ordinal")),
    )
    op.create_table(
        "mention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reading_id", sa.Integer(), nullable=False),
        sa.Column(
            "lost_snapshot_id", sa.Integer(), nullable=True, comment="The later snapshot that no longer bears it."
        ),
        sa.Column("event_id", sa.String(length=40), nullable=True),
        sa.Column("extractor_version", sa.String(length=20), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("date_start", sa.Date(), nullable=True),
        sa.Column("date_end", sa.Date(), nullable=True),
        sa.Column("realis", sa.String(length=25), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False, comment="The whole mention as `extract --json` prints it."),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_mention_event_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["lost_snapshot_id"], ["snapshot.id"], name=op.f("fk_mention_lost_snapshot_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name=op.f("fk_mention_page_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["reading_id"], ["reading.id"], name=op.f("fk_mention_reading_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
        sa.UniqueConstraint("page_id", "number", name=op.f("uq_mention_page_id_number")),
    )
    op.create_index("ix_mention_date_start_type", "mention", ["date_start", "type"], unique=False)
    op.create_index(op.f("ix_mention_event_id"), "mention", ["event_id"], unique=False)
    op.create_index(op.f("ix_mention_reading_id"), "mention", ["reading_id"], unique=False)
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
    op.create_table(
        "evidence",
        sa.Column("mention_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mention_id"], ["mention.id"], name=op.f("fk_evidence_mention_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mention_id", "ordinal", name=op.f("pk_evidence")),
    )


def downgrade() -> None:
    # children before their parents
    op.drop_table("evidence")
    op.drop_table("claim")
    op.drop_table("mention")
    op.drop_table("finding")
    op.drop_table("reading")
    op.drop_table("change")
    op.drop_table("visit")
    op.drop_table("snapshot")
    op.drop_table("page_address")
    op.drop_table("section")
    op.drop_table("participation")
    op.drop_table("page")
    op.drop_table("told")
    op.drop_table("token")
    op.drop_table("subscription")
    op.drop_table("run")
    op.drop_table("person")
    op.drop_table("organisation")
    op.drop_table("notice")
    op.drop_table("event_theme")
    op.drop_table("event_country")
    op.drop_table("edition_slice")
    op.drop_table("delivery")
    op.drop_table("suppression")
    op.drop_table("subscriber")
    op.drop_table("slice")
    op.drop_table("site")
    op.drop_table("record")
    op.drop_table("override")
    op.drop_table("mark")
    op.drop_table("lock")
    op.drop_table("event_ledger")
    op.drop_table("event")
    op.drop_table("edition")
    op.drop_table("country")

"""add supplements and channels"""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

RIGHTS = {
    "SELECT, INSERT": ("report_supplement", "report_validity", "atproto_report"),
    "SELECT, INSERT, UPDATE, DELETE": ("conversation", "quota_use"),
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    op.create_table(
        "quota_use",
        sa.Column(
            "subject", sa.LargeBinary(), nullable=False, comment="the channel, or a digest of whom"
        ),
        sa.Column("minute", sa.BigInteger(), nullable=False, comment="since 1970"),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_quota_use_taken")),
        sa.PrimaryKeyConstraint("subject", "minute", name=op.f("pk_quota_use")),
    )
    op.create_table(
        "report_supplement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False, comment="the report's"),
        sa.Column("submitted_by", sa.Uuid(), nullable=True, comment="null: by the receipt code"),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("external_id_digest", sa.LargeBinary(), nullable=True, comment="keyed digest"),
        sa.Column(
            "content_digest",
            sa.LargeBinary(),
            nullable=False,
            comment="keyed digest of what was posted",
        ),
        sa.Column("original_digest", sa.LargeBinary(), nullable=True, comment="as the report's"),
        sa.Column("received_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("allegations", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("requests", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column(
            "declarations",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="booleans only",
        ),
        sa.Column(
            "victim",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="age, is_minor, sex, and of the school all but its name",
        ),
        sa.Column("text_item", sa.Uuid(), nullable=True, comment="vault item"),
        sa.Column("details_item", sa.Uuid(), nullable=True, comment="vault item: of the victim"),
        sa.Column(
            "masks",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="of the text, as the report's",
        ),
        sa.Column(
            "validity",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="of the report with all that had come by then",
        ),
        sa.Column(
            "band", sa.SmallInteger(), nullable=False, comment="of the case, with this in it"
        ),
        sa.Column(
            "has_news",
            sa.Boolean(),
            nullable=False,
            comment="it brought a new signal or location or raised the band",
        ),
        sa.CheckConstraint("band BETWEEN 0 AND 3", name=op.f("ck_report_supplement_band")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_supplement")),
        sa.UniqueConstraint(
            "case_id", "ordinal", name=op.f("uq_report_supplement_case_id_ordinal")
        ),
    )
    op.create_index(
        op.f("ix_report_supplement_report_id"), "report_supplement", ["report_id"], unique=False
    )
    op.create_index(
        "uq_report_supplement_channel_id_external_id_digest",
        "report_supplement",
        ["channel_id", "external_id_digest"],
        unique=True,
        postgresql_where=sa.text("external_id_digest IS NOT NULL"),
    )
    op.create_table(
        "report_validity",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("regime", sa.Text(), nullable=False),
        sa.Column("valid_since", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column(
            "supplement_id", sa.Uuid(), nullable=True, comment="what completed it; null: itself"
        ),
        sa.PrimaryKeyConstraint("report_id", "regime", name=op.f("pk_report_validity")),
    )
    op.create_table(
        "atproto_report",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_atproto_report")),
        sa.UniqueConstraint("report_id", name=op.f("uq_atproto_report_report_id")),
    )
    op.create_table(
        "conversation",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column(
            "chat_digest", sa.LargeBinary(), nullable=False, comment="keyed; who wrote, where"
        ),
        sa.Column(
            "report_id", sa.Uuid(), nullable=True, comment="null while the first is being kept"
        ),
        sa.Column("last_message_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_conversation_channel_id")
        ),
        sa.PrimaryKeyConstraint("channel_id", "chat_digest", name=op.f("pk_conversation")),
    )
    op.create_index(
        op.f("ix_conversation_last_message_at"), "conversation", ["last_message_at"], unique=False
    )
    op.add_column(
        "case",
        sa.Column("supplement_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
    )
    op.add_column(
        "channel",
        sa.Column(
            "formats",
            postgresql.ARRAY(sa.Text()),
            server_default="{}",
            nullable=False,
            comment="the doors it may use; empty: all",
        ),
    )
    op.add_column(
        "channel",
        sa.Column(
            "grants",
            postgresql.ARRAY(sa.Text()),
            server_default="{}",
            nullable=False,
            comment="of whoever posts through it",
        ),
    )
    op.add_column(
        "channel",
        sa.Column(
            "quota",
            sa.Integer(),
            nullable=True,
            comment="reports a minute; null: as many as can be",
        ),
    )
    op.add_column(
        "channel",
        sa.Column(
            "telegram_reply",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="the Telegram door answers with the receipt",
        ),
    )
    op.add_column(
        "channel",
        sa.Column("did", sa.Text(), nullable=True, comment="who reports, as the atproto door says"),
    )
    op.add_column(
        "channel",
        sa.Column(
            "closed_at",
            sa.TIMESTAMP(timezone=True),
            nullable=True,
            comment="takes no reports any more",
        ),
    )
    op.add_column(
        "report",
        sa.Column(
            "original_digest",
            sa.LargeBinary(),
            nullable=True,
            comment="keyed digest of the document, where it came in another format than ours",
        ),
    )
    op.add_column("report_location", sa.Column("supplement_id", sa.Uuid(), nullable=True))
    op.add_column(
        "report_location",
        sa.Column(
            "url_place", sa.SmallInteger(), nullable=True, comment="which of the item's urls"
        ),
    )
    op.execute("UPDATE report_location SET url_place = ordinal")
    # No release has a table of a size for which this scan would be long.
    op.execute(
        "-- squawk-ignore adding-not-nullable-field\n"
        "ALTER TABLE report_location ALTER COLUMN url_place SET NOT NULL"
    )
    op.alter_column(
        "report_location",
        "ordinal",
        existing_type=sa.SMALLINT(),
        comment="within the report",
        existing_nullable=False,
    )
    op.alter_column(
        "report_location",
        "url_item",
        existing_type=sa.UUID(),
        comment="vault item of urls that came together",
        existing_comment="vault item of all the report's urls",
        existing_nullable=False,
    )
    op.add_column("report_media", sa.Column("supplement_id", sa.Uuid(), nullable=True))
    op.alter_column(
        "report_media",
        "ordinal",
        existing_type=sa.SMALLINT(),
        comment="within the report",
        existing_nullable=False,
    )
    op.add_column(
        "signal",
        sa.Column(
            "supplement_id", sa.Uuid(), nullable=True, comment="whose text the evidence is in"
        ),
    )
    op.alter_column(
        "signal",
        "evidence_start",
        existing_type=sa.INTEGER(),
        comment="code points into the text",
        existing_comment="code points into the report's text",
        existing_nullable=True,
    )
    if not is_owner():
        for rights, tables in RIGHTS.items():
            op.execute(f"GRANT {rights} ON {', '.join(tables)} TO {role()}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    op.alter_column(
        "signal",
        "evidence_start",
        existing_type=sa.INTEGER(),
        comment="code points into the report's text",
        existing_comment="code points into the text",
        existing_nullable=True,
    )
    op.drop_column("signal", "supplement_id")
    op.alter_column(
        "report_media",
        "ordinal",
        existing_type=sa.SMALLINT(),
        comment=None,
        existing_comment="within the report",
        existing_nullable=False,
    )
    op.drop_column("report_media", "supplement_id")
    op.alter_column(
        "report_location",
        "url_item",
        existing_type=sa.UUID(),
        comment="vault item of all the report's urls",
        existing_comment="vault item of urls that came together",
        existing_nullable=False,
    )
    op.alter_column(
        "report_location",
        "ordinal",
        existing_type=sa.SMALLINT(),
        comment=None,
        existing_comment="within the report",
        existing_nullable=False,
    )
    op.drop_column("report_location", "url_place")
    op.drop_column("report_location", "supplement_id")
    op.drop_table("atproto_report")
    op.drop_column("report", "original_digest")
    op.drop_column("channel", "closed_at")
    op.drop_column("channel", "did")
    op.drop_column("channel", "telegram_reply")
    op.drop_column("channel", "quota")
    op.drop_column("channel", "grants")
    op.drop_column("channel", "formats")
    op.drop_column("case", "supplement_count")
    op.drop_index(op.f("ix_conversation_last_message_at"), table_name="conversation")
    op.drop_table("conversation")
    op.drop_table("report_validity")
    op.drop_index(
        "uq_report_supplement_channel_id_external_id_digest",
        table_name="report_supplement",
        postgresql_where=sa.text("external_id_digest IS NOT NULL"),
    )
    op.drop_index(op.f("ix_report_supplement_report_id"), table_name="report_supplement")
    op.drop_table("report_supplement")
    op.drop_table("quota_use")


def role() -> str:
    name = context.config.attributes["app_role"].replace('"', '""')
    return f'"{name}"'


def is_owner() -> bool:
    if context.is_offline_mode():
        return False
    user = op.get_bind().exec_driver_sql("SELECT current_user").scalar_one()
    return user == context.config.attributes["app_role"]

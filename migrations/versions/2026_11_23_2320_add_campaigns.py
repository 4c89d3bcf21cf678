"""add campaigns"""

import sqlalchemy as sa
from alembic import context, op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KINDS = "'room', 'account', 'file', 'phone', 'email', 'handle', 'number'"
RIGHTS = {
    "SELECT, INSERT, DELETE": "report_trait",
    "SELECT, INSERT, UPDATE": "campaign",
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    op.create_table(
        "report_trait",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="keyed digest of the value"),
        sa.Column(
            "supplement_id",
            sa.Uuid(),
            nullable=True,
            comment="what brought it; null: the report",
        ),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_report_trait_kind")),
        sa.CheckConstraint(
            "source IN ('link', 'media', 'victim', 'text')", name=op.f("ck_report_trait_source")
        ),
        sa.PrimaryKeyConstraint("report_id", "kind", "digest", name=op.f("pk_report_trait")),
    )
    op.create_index("ix_report_trait_kind_digest", "report_trait", ["kind", "digest", "report_id"])
    op.create_table(
        "campaign",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="as in report_trait"),
        sa.Column("name", sa.Text(), nullable=True, comment="by a lead; a label, no free text"),
        sa.Column("muted", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True, comment="a lead; null: by the rule"),
        sa.Column("named_by", sa.Uuid(), nullable=True),
        sa.Column("named_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.Column(
            "active_at",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            comment="when a report last came with the trait",
        ),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_campaign_kind")),
        sa.CheckConstraint(
            "(name IS NULL) OR (named_by IS NOT NULL)", name=op.f("ck_campaign_named")
        ),
        sa.CheckConstraint(
            "(named_by IS NULL) = (named_at IS NULL)", name=op.f("ck_campaign_named_at")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("kind", "digest", name="uq_campaign_kind_digest"),
    )
    op.create_index("ix_campaign_active_at", "campaign", ["active_at", "id"])
    if not is_owner():
        for rights, table in RIGHTS.items():
            op.execute(f"GRANT {rights} ON {table} TO {role()}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    op.drop_table("campaign")
    op.drop_table("report_trait")


def role() -> str:
    name = context.config.attributes["app_role"].replace('"', '""')
    return f'"{name}"'


def is_owner() -> bool:
    if context.is_offline_mode():
        return False
    user = op.get_bind().exec_driver_sql("SELECT current_user").scalar_one()
    return user == context.config.attributes["app_role"]

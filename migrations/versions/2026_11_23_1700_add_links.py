"""add links and the matcher"""

import sqlalchemy as sa
from alembic import context, op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

RIGHTS = {
    "SELECT, INSERT, UPDATE, DELETE": ("case_link", "searched_item"),
    "SELECT, UPDATE": ("matcher",),
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    op.create_table(
        "case_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("low_case_id", sa.Uuid(), nullable=False),
        sa.Column("high_case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("other_report_id", sa.Uuid(), nullable=True),
        sa.Column("distance", sa.SmallInteger(), nullable=True, comment="bits of 256, for pdq"),
        sa.Column("similarity", sa.Double(), nullable=True, comment="estimated, for text"),
        sa.Column("model", sa.Text(), nullable=False, comment="what computed it, with its version"),
        sa.Column("suggested_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('content', 'pdq', 'text', 'person', 'proposed')",
            name=op.f("ck_case_link_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('suggested', 'confirmed', 'rejected')", name=op.f("ck_case_link_state")
        ),
        sa.CheckConstraint("low_case_id < high_case_id", name=op.f("ck_case_link_order")),
        sa.CheckConstraint("distance BETWEEN 0 AND 256", name=op.f("ck_case_link_distance")),
        sa.CheckConstraint("similarity BETWEEN 0 AND 1", name=op.f("ck_case_link_similarity")),
        sa.CheckConstraint(
            "(state = 'suggested') = (decided_by IS NULL)", name=op.f("ck_case_link_decided")
        ),
        sa.CheckConstraint(
            "(kind = 'proposed') = (proposed_by IS NOT NULL)", name=op.f("ck_case_link_proposed")
        ),
        sa.ForeignKeyConstraint(
            ["high_case_id"], ["case.id"], name=op.f("fk_case_link_high_case_id")
        ),
        sa.ForeignKeyConstraint(
            ["low_case_id"], ["case.id"], name=op.f("fk_case_link_low_case_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_link")),
        sa.UniqueConstraint(
            "low_case_id", "high_case_id", "kind", name="uq_case_link_low_case_id_high_case_id_kind"
        ),
    )
    op.create_index(op.f("ix_case_link_high_case_id"), "case_link", ["high_case_id"])
    op.create_table(
        "searched_item",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "item_id",
            sa.Uuid(),
            nullable=False,
            comment="of the media; of the report or the supplement with the text",
        ),
        sa.Column(
            "position",
            sa.BigInteger(),
            nullable=False,
            comment="of the event in the journal that brought it",
        ),
        sa.CheckConstraint("kind IN ('pdq', 'text')", name=op.f("ck_searched_item_kind")),
        sa.PrimaryKeyConstraint("kind", "item_id", name=op.f("pk_searched_item")),
    )
    op.create_index("ix_searched_item_position", "searched_item", ["kind", "position"])
    op.add_column(
        "report",
        sa.Column(
            "text_sketch", sa.LargeBinary(), nullable=True, comment="keyed MinHash of the text"
        ),
    )
    op.add_column(
        "report_supplement",
        sa.Column("text_sketch", sa.LargeBinary(), nullable=True, comment="as the report's"),
    )
    op.create_table(
        "matcher",
        sa.Column("id", sa.SmallInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "position",
            sa.BigInteger(),
            server_default=sa.text("0"),
            nullable=False,
            comment="of the first event it has not read",
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_matcher_one_row")),
        sa.CheckConstraint("position >= 0", name=op.f("ck_matcher_position")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matcher")),
    )
    op.execute("INSERT INTO matcher DEFAULT VALUES")
    if not is_owner():
        for rights, tables in RIGHTS.items():
            op.execute(f"GRANT {rights} ON {', '.join(tables)} TO {role()}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    op.drop_table("matcher")
    op.drop_column("report_supplement", "text_sketch")
    op.drop_column("report", "text_sketch")
    op.drop_table("searched_item")
    op.drop_table("case_link")


def role() -> str:
    name = context.config.attributes["app_role"].replace('"', '""')
    return f'"{name}"'


def is_owner() -> bool:
    if context.is_offline_mode():
        return False
    user = op.get_bind().exec_driver_sql("SELECT current_user").scalar_one()
    return user == context.config.attributes["app_role"]

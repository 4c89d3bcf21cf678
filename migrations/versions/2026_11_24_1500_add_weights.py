"""A hotline's own weights, what a second person approves, how reliable channels are."""

import sqlalchemy as sa
from alembic import context, op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    op.create_table(
        "weights_version",
        sa.Column("version", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("toml", sa.Text(), nullable=False),
        sa.Column(
            "proposed_by", sa.Uuid(), nullable=True, comment="none: on the host's command line"
        ),
        sa.Column("proposed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("activated_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("version > 1000", name=op.f("ck_weights_version_is_own")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_weights_version")),
    )
    create_approval()
    create_reliability()
    if not is_owner():
        op.execute(f"GRANT SELECT, INSERT ON weights_version TO {role()}")
        op.execute(f"GRANT UPDATE (activated_at) ON weights_version TO {role()}")
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON approval TO {role()}")
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON channel_reliability TO {role()}")
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_case_weights_version",
            "case",
            ["weights_version", "band", "id"],
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def create_reliability() -> None:
    op.create_table(
        "channel_reliability",
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        sa.Column("confirmed", sa.Double(), nullable=False),
        sa.Column("refuted", sa.Double(), nullable=False),
        sa.Column("judged_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "confirmed >= 0 AND refuted >= 0", name=op.f("ck_channel_reliability_counts")
        ),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channel.id"], name=op.f("fk_channel_reliability_channel_id")
        ),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_channel_reliability")),
    )


def create_approval() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('weights')", name=op.f("ck_approval_kind")),
        sa.CheckConstraint(
            "state IN ('open', 'approved', 'refused')", name=op.f("ck_approval_state")
        ),
        sa.CheckConstraint(
            "answered_by IS NULL OR answered_by <> proposed_by",
            name=op.f("ck_approval_two_people"),
        ),
        sa.CheckConstraint(
            "(state = 'open') = (answered_at IS NULL)", name=op.f("ck_approval_answered")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index(
        "uq_approval_kind_subject",
        "approval",
        ["kind", "subject"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    op.drop_index("ix_case_weights_version", table_name="case")
    op.drop_table("channel_reliability")
    op.drop_table("approval")
    op.drop_table("weights_version")


def role() -> str:
    name = context.config.attributes["app_role"].replace('"', '""')
    return f'"{name}"'


def is_owner() -> bool:
    if context.is_offline_mode():
        return False
    user = op.get_bind().exec_driver_sql("SELECT current_user").scalar_one()
    return user == context.config.attributes["app_role"]

"""add merges"""

import sqlalchemy as sa
from alembic import context, op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATES = "'open', 'waiting', 'awaiting_second_look', 'following', 'closed', 'merged'"
REASONS = "'skip', 'conflict_of_interest', 'language', 'needs_lead', 'wellbeing'"
ENDS = f"{REASONS}, 'decided', 'expired', 'withdrawn'"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    op.create_table(
        "merge_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid(), nullable=False),
        sa.Column("survivor_id", sa.Uuid(), nullable=False),
        sa.Column("merged_by", sa.Uuid(), nullable=False),
        sa.Column("merged_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("child_state", sa.Text(), nullable=False, comment="before"),
        sa.Column("survivor_state", sa.Text(), nullable=False, comment="before"),
        sa.Column("last_ordinal", sa.Integer(), nullable=False, comment="of both, then"),
        sa.Column("supplement_count", sa.Integer(), nullable=False, comment="of both, then"),
        sa.Column(
            "child_clock_id",
            sa.Uuid(),
            nullable=True,
            comment="its decision clock, which stopped",
        ),
        sa.Column(
            "survivor_clock_id",
            sa.Uuid(),
            nullable=True,
            comment="its decision clock, which may have taken the child's deadline",
        ),
        sa.Column(
            "survivor_started_at",
            sa.TIMESTAMP(timezone=True),
            nullable=True,
            comment="when the survivor's own time began",
        ),
        sa.Column("unmerged_by", sa.Uuid(), nullable=True),
        sa.Column("unmerged_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(f"child_state IN ({STATES})", name=op.f("ck_merge_record_child_state")),
        sa.CheckConstraint(
            f"survivor_state IN ({STATES})", name=op.f("ck_merge_record_survivor_state")
        ),
        sa.CheckConstraint("child_id <> survivor_id", name=op.f("ck_merge_record_not_into_itself")),
        sa.CheckConstraint(
            "(unmerged_at IS NULL) = (unmerged_by IS NULL)",
            name=op.f("ck_merge_record_unmerged"),
        ),
        sa.ForeignKeyConstraint(["child_id"], ["case.id"], name=op.f("fk_merge_record_child_id")),
        sa.ForeignKeyConstraint(
            ["survivor_id"], ["case.id"], name=op.f("fk_merge_record_survivor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_record")),
    )
    live = sa.text("unmerged_at IS NULL")
    op.create_index(
        "uq_merge_record_child_id", "merge_record", ["child_id"], unique=True, postgresql_where=live
    )
    op.create_index(
        "ix_merge_record_survivor_id", "merge_record", ["survivor_id"], postgresql_where=live
    )
    op.add_column(
        "case",
        sa.Column(
            "last_ordinal",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="of its reports and of those merged into it",
        ),
    )
    op.execute('UPDATE "case" SET last_ordinal = report_count')
    op.add_column(
        "removal",
        sa.Column(
            "twin_of",
            sa.Uuid(),
            nullable=True,
            comment="the removal of the same address that stands for both"
            " while their cases are merged",
        ),
    )
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "ALTER TABLE assignment DROP CONSTRAINT ck_assignment_end_reason"
    )
    checks = (
        ("removal", "ck_removal_not_its_own_twin", "twin_of <> id"),
        ("assignment", "ck_assignment_end_reason", f"end_reason IN ({ENDS}, 'merged')"),
    )
    for table, name, rule in checks:
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({rule}) NOT VALID")
        # No release has a table of a size for which this scan would be long.
        op.execute(
            "-- squawk-ignore constraint-missing-not-valid\n"
            f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}"
        )
    if not is_owner():
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON merge_record TO {role()}")


def downgrade() -> None:
    """Merged cases stay merged; only what would part them is lost."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    op.execute("UPDATE assignment SET end_reason = 'withdrawn' WHERE end_reason = 'merged'")
    op.drop_constraint("ck_assignment_end_reason", "assignment")
    op.execute(
        "ALTER TABLE assignment ADD CONSTRAINT ck_assignment_end_reason"
        f" CHECK (end_reason IN ({ENDS}))"
    )
    op.drop_constraint("ck_removal_not_its_own_twin", "removal")
    op.drop_column("removal", "twin_of")
    op.drop_column("case", "last_ordinal")
    op.drop_table("merge_record")


def role() -> str:
    name = context.config.attributes["app_role"].replace('"', '""')
    return f'"{name}"'


def is_owner() -> bool:
    if context.is_offline_mode():
        return False
    user = op.get_bind().exec_driver_sql("SELECT current_user").scalar_one()
    return user == context.config.attributes["app_role"]

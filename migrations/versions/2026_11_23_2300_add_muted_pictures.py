"""Pictures of nothing in particular, which lead to no other case."""

import sqlalchemy as sa
from alembic import context, op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    op.create_table(
        "muted_picture",
        sa.Column("pdq", sa.LargeBinary(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False, comment="where a lead met it"),
        sa.Column("muted_by", sa.Uuid(), nullable=False),
        sa.Column("muted_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("octet_length(pdq) = 32", name=op.f("ck_muted_picture_pdq_length")),
        sa.PrimaryKeyConstraint("pdq", name=op.f("pk_muted_picture")),
    )
    if not is_owner():
        op.execute(f"GRANT SELECT, INSERT, DELETE ON muted_picture TO {role()}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    op.drop_table("muted_picture")


def role() -> str:
    name = context.config.attributes["app_role"].replace('"', '""')
    return f'"{name}"'


def is_owner() -> bool:
    if context.is_offline_mode():
        return False
    user = op.get_bind().exec_driver_sql("SELECT current_user").scalar_one()
    return user == context.config.attributes["app_role"]

"""What the keepers of lists have deleted by its id, also before it came."""

import sqlalchemy as sa
from alembic import context, op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    op.create_table(
        "hash_list_deletion",
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column(
            "source_id",
            sa.Text(),
            nullable=False,
            comment="by which its keeper names what it has deleted",
        ),
        sa.Column("modified_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["hash_list.id"], name=op.f("fk_hash_list_deletion_list_id")
        ),
        sa.PrimaryKeyConstraint("list_id", "source_id", name=op.f("pk_hash_list_deletion")),
    )
    if not is_owner():
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON hash_list_deletion TO {role()}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    op.drop_table("hash_list_deletion")


def role() -> str:
    name = context.config.attributes["app_role"].replace('"', '""')
    return f'"{name}"'


def is_owner() -> bool:
    if context.is_offline_mode():
        return False
    user = op.get_bind().exec_driver_sql("SELECT current_user").scalar_one()
    return user == context.config.attributes["app_role"]

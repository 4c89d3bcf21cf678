"""let the application's role do what it does, and no more"""

from alembic import context, op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# What was received, decided and journaled is never changed, not even by the application.
RIGHTS = {
    "SELECT": ("alembic_version",),
    "SELECT, INSERT": (
        "report",
        "report_location",
        "report_media",
        "decision",
        "note",
        "reveal",
        "vault_item",
        "sla_policy",
        "journal_event",
        "journal_leaf",
        "journal_node",
        "journal_checkpoint",
    ),
    "SELECT, UPDATE": ("journal_head",),
    "SELECT, INSERT, DELETE": ("journal_pending",),
    "SELECT, INSERT, UPDATE": (
        "principal",
        "credential",
        "channel",
        '"case"',
        "report_case",
        "fingerprint",
        "signal",
        "sla_clock",
        "queue",
        "assignment",
        "removal",
        "referral",
        "vault_subject",
    ),
    "SELECT, INSERT, UPDATE, DELETE": ("principal_scope", "queue_entry", "idempotency_key"),
}


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    if is_owner():
        return
    op.execute(f"GRANT USAGE ON SCHEMA public TO {role()}")
    for rights, tables in RIGHTS.items():
        op.execute(f"GRANT {rights} ON {', '.join(tables)} TO {role()}")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    if is_owner():
        return
    for rights, tables in RIGHTS.items():
        op.execute(f"REVOKE {rights} ON {', '.join(tables)} FROM {role()}")


def role() -> str:
    name = context.config.attributes["app_role"].replace('"', '""')
    return f'"{name}"'


def is_owner() -> bool:
    """One role for all (the journal is then not protected, and /health/ready says so)."""
    if context.is_offline_mode():
        return False
    user = op.get_bind().exec_driver_sql("SELECT current_user").scalar_one()
    return user == context.config.attributes["app_role"]

"""Lists of known content, and signals that name what they matched."""

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    op.add_column(
        "signal",
        sa.Column(
            "list_id", sa.Uuid(), nullable=True, comment="the list of known content it is on"
        ),
    )
    op.add_column(
        "signal",
        sa.Column(
            "distance",
            sa.SmallInteger(),
            nullable=True,
            comment="bits of 256, to the nearest on the list or removed before",
        ),
    )
    create_list()
    create_entry()
    create_import()
    if not is_owner():
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON hash_list TO {role()}")
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON hash_list_entry TO {role()}")
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON hash_list_import TO {role()}")


def create_list() -> None:
    op.create_table(
        "hash_list",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "harm",
            sa.Text(),
            nullable=False,
            comment="what a match says: an intimate image, or a child",
        ),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("harm IN ('intimate', 'minor')", name=op.f("ck_hash_list_harm")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hash_list")),
        sa.UniqueConstraint("name", name=op.f("uq_hash_list_name")),
    )


def create_entry() -> None:
    op.create_table(
        "hash_list_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "value",
            sa.LargeBinary(),
            nullable=False,
            comment="a PDQ as it is, else the keyed digest that reports' files have",
        ),
        sa.Column(
            "source_id",
            sa.Text(),
            nullable=False,
            comment="by which its keeper names it, or empty",
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "modified_at",
            sa.TIMESTAMP(timezone=True),
            nullable=False,
            comment="as its keeper says: the last one counts",
        ),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('pdq', 'sha256', 'md5')", name=op.f("ck_hash_list_entry_kind")
        ),
        sa.CheckConstraint(
            "state IN ('active', 'withdrawn', 'deleted')", name=op.f("ck_hash_list_entry_state")
        ),
        sa.CheckConstraint(
            "octet_length(value) = 32", name=op.f("ck_hash_list_entry_value_length")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["hash_list.id"], name=op.f("fk_hash_list_entry_list_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hash_list_entry")),
        sa.UniqueConstraint(
            "list_id",
            "kind",
            "value",
            "source_id",
            name=op.f("uq_hash_list_entry_list_id_kind_value_source_id"),
        ),
    )
    op.create_index("ix_hash_list_entry_value", "hash_list_entry", ["kind", "value"])
    op.create_index("ix_hash_list_entry_import", "hash_list_entry", ["import_id", "chunk"])
    op.create_index(
        "ix_hash_list_entry_source",
        "hash_list_entry",
        ["list_id", "source_id"],
        postgresql_where=sa.text("source_id <> ''"),
    )


def create_import() -> None:
    op.create_table(
        "hash_list_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("document_digest", sa.LargeBinary(), nullable=False, comment="keyed"),
        sa.Column(
            "records",
            sa.Integer(),
            nullable=False,
            comment="in the document, of kinds that are known here",
        ),
        sa.Column(
            "done", sa.Integer(), nullable=False, comment="of them, in the order of the document"
        ),
        sa.Column(
            "changed",
            sa.Integer(),
            nullable=False,
            comment="entries that are new or say something else now",
        ),
        sa.Column(
            "skipped",
            postgresql.JSONB(),
            nullable=False,
            comment="records of other kinds",
        ),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("finished_at", sa.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "format IN ('stopncii', 'ncmec', 'csv')", name=op.f("ck_hash_list_import_format")
        ),
        sa.CheckConstraint("0 <= done AND done <= records", name=op.f("ck_hash_list_import_done")),
        sa.ForeignKeyConstraint(
            ["list_id"], ["hash_list.id"], name=op.f("fk_hash_list_import_list_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hash_list_import")),
        sa.UniqueConstraint(
            "list_id", "document_digest", name=op.f("uq_hash_list_import_list_id_document_digest")
        ),
    )


def downgrade() -> None:
    """The signals stay, without what they matched."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    for table in ("hash_list_import", "hash_list_entry", "hash_list"):
        op.drop_table(table)
    op.drop_column("signal", "distance")
    op.drop_column("signal", "list_id")


def role() -> str:
    name = context.config.attributes["app_role"].replace('"', '""')
    return f'"{name}"'


def is_owner() -> bool:
    if context.is_offline_mode():
        return False
    user = op.get_bind().exec_driver_sql("SELECT current_user").scalar_one()
    return user == context.config.attributes["app_role"]

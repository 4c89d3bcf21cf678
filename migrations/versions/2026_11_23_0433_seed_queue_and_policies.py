"""seed the first queue, the clocks' policies and the journal's head"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

HOUR = 3600

queue = sa.table(
    "queue",
    sa.column("id", sa.Text),
    sa.column("name", sa.Text),
    sa.column("rank", sa.SmallInteger),
)
policy = sa.table(
    "sla_policy",
    sa.column("id", sa.Text),
    sa.column("version", sa.Integer),
    sa.column("kind", sa.Text),
    sa.column("bound", sa.Text),
    sa.column("jurisdiction", sa.Text),
    sa.column("band", sa.SmallInteger),
    sa.column("starts_with", sa.Text),
    sa.column("limit_seconds", sa.Integer),
    sa.column("without_delay", sa.Boolean),
    sa.column("statutory", sa.Boolean),
    sa.column("warn_share", sa.Float),
    sa.column("source", sa.Text),
)
journal_head = sa.table(
    "journal_head",
    sa.column("id", sa.SmallInteger),
    sa.column("size", sa.BigInteger),
    sa.column("origin", sa.Text),
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    op.bulk_insert(queue, [{"id": "general", "name": "General", "rank": 100}])
    op.bulk_insert(
        policy,
        [decision(band, hours) for band, hours in enumerate((1, 6, 24, 72))]
        + [
            removal("removal", None, 48, source="our own target"),
            removal("us-tida-48h", "US", 48, statutory=True, source="Pub. L. 119-12 §3"),
            removal("uk-osa-48h", "GB", 48, statutory=True, source="OSA s.10(3A)"),
            removal("au-osa-s77-24h", "AU", 24, statutory=True, source="OSA 2021 s.77"),
            removal(
                "kr-tba-22-5",
                "KR",
                24,
                statutory=True,
                without_delay=True,
                source="전기통신사업법 §22조의5",
            ),
        ],
    )
    op.bulk_insert(journal_head, [{"id": 1, "size": 0, "origin": ""}])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    op.execute("DELETE FROM journal_head")
    op.execute("DELETE FROM sla_policy")
    op.execute("DELETE FROM queue WHERE id NOT IN (SELECT queue FROM queue_entry)")


def decision(band: int, hours: int) -> dict[str, object]:
    return {
        "id": f"decision-p{band}",
        "version": 1,
        "kind": "decision",
        "bound": "us",
        "jurisdiction": None,
        "band": band,
        "starts_with": "received",
        "limit_seconds": hours * HOUR,
        "without_delay": False,
        "statutory": False,
        "warn_share": 0.75,
        "source": "our own target",
    }


def removal(
    identifier: str,
    jurisdiction: str | None,
    hours: int,
    *,
    source: str,
    statutory: bool = False,
    without_delay: bool = False,
) -> dict[str, object]:
    return {
        "id": identifier,
        "version": 1,
        "kind": "removal",
        "bound": "addressee",
        "jurisdiction": jurisdiction,
        "band": None,
        "starts_with": "request_sent",
        "limit_seconds": hours * HOUR,
        "without_delay": without_delay,
        "statutory": statutory,
        "warn_share": 0.75,
        "source": source,
    }

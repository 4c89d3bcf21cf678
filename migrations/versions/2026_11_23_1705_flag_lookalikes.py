"""flag locations whose host imitates another"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    op.add_column(
        "report_location",
        sa.Column(
            "lookalike",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="its host imitates another",
        ),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '5min'")
    op.drop_column("report_location", "lookalike")

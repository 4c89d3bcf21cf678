"""How Alembic reaches the database: as the owner, with limits on locks and statements."""

import asyncio

import sqlalchemy as sa
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

import triage.access.approvals
import triage.access.models
import triage.access.reliability
import triage.cases.campaigns
import triage.cases.known
import triage.cases.models
import triage.cases.weights_in_force
import triage.followup.models
import triage.intake.models
import triage.journal.models
import triage.queues.models
import triage.reports.models
import triage.review.models
import triage.sla.models
import triage.vault.models  # noqa: F401 - every table must be known for the drift check
from triage.kit.db import Base

config = context.config


def run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def online() -> None:
    engine = create_async_engine(config.attributes["url"], poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


def offline() -> None:
    context.configure(
        dialect_name="postgresql",
        target_metadata=Base.metadata,
        literal_binds=True,
        output_buffer=config.output_buffer,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    offline()
elif connection := config.attributes.get("connection"):
    run(connection)
else:
    asyncio.run(online())

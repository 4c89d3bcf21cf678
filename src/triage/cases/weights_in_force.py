"""Which weights are in force: those of the release, or the newest that two leads agreed on."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from triage.assessment.weights import SHIPPED_VERSION, Weights, keep, read_own, weights
from triage.kit.db import Base


class WeightsRow(Base):
    """A hotline's own weights, as they were proposed; never edited, a change is a new version."""

    __tablename__ = "weights_version"
    __table_args__ = (sa.CheckConstraint("version > 1000", "is_own"),)

    version: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True)
    toml: Mapped[str]
    proposed_by: Mapped[UUID | None] = mapped_column(comment="none: on the host's command line")
    proposed_at: Mapped[datetime]
    activated_at: Mapped[datetime | None]


async def in_force(session: AsyncSession) -> Weights:
    """Those that score in this transaction; the process has them at hand from then on."""
    newest = await session.scalar(
        sa.select(sa.func.max(WeightsRow.version)).where(WeightsRow.activated_at.is_not(None))
    )
    return weights(SHIPPED_VERSION) if newest is None else await of_version(session, newest)


async def of_version(session: AsyncSession, version: int) -> Weights:
    """Raises BadWeights where there are none."""
    if version <= SHIPPED_VERSION:
        return weights(version)
    await _have(session, version)
    return weights(version)


async def _have(session: AsyncSession, version: int) -> None:
    """Have all that were in force up to this version at hand: cases may be scored with any."""
    if weights().version >= version:
        return
    rows = await session.scalars(
        sa.select(WeightsRow)
        .where(WeightsRow.activated_at.is_not(None), WeightsRow.version <= version)
        .order_by(WeightsRow.version)
    )
    for row in rows:
        keep(read_own(row.toml))

"""How often what a channel reports is confirmed by people: a bounded factor that fades."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from triage.kit.db import Base, table_of

LEAST: Final = 0.6
"""Of the weight of a signal, however often a channel was wrong: its word still counts."""

HALF_LIFE: Final = timedelta(days=90)
"""After which a judgement counts half."""

BENEFIT_OF_DOUBT: Final = 20.0
"""Judgements in its favour that every channel begins with, so that a few wrong ones say little."""


class ChannelReliabilityRow(Base):
    """Judged cases, each counted by what is left of it at `judged_at`."""

    __tablename__ = "channel_reliability"
    __table_args__ = (sa.CheckConstraint("confirmed >= 0 AND refuted >= 0", "counts"),)

    channel_id: Mapped[UUID] = mapped_column(sa.ForeignKey("channel.id"), primary_key=True)
    confirmed: Mapped[float]
    refuted: Mapped[float]
    judged_at: Mapped[datetime]


def reliability(confirmed: float, refuted: float, age: timedelta) -> float:
    """From LEAST to 1, of counts that are `age` old; floors have no weight, so none falls by it."""
    left: float = 0.5 ** (max(age, timedelta()) / HALF_LIFE)
    in_favour = confirmed * left + BENEFIT_OF_DOUBT
    return max(LEAST, in_favour / (in_favour + refuted * left))


def reliability_of(row: ChannelReliabilityRow | None, now: datetime) -> float:
    if row is None:
        return 1.0
    return round(reliability(row.confirmed, row.refuted, now - row.judged_at), 4)


async def judge_channels(
    session: AsyncSession, channel_ids: Collection[UUID], now: datetime, *, confirmed: bool
) -> None:
    """Count one judged case for each channel that reported it, however often it did."""
    if not channel_ids:
        return
    rows = [
        {
            "channel_id": channel_id,
            "confirmed": float(confirmed),
            "refuted": float(not confirmed),
            "judged_at": now,
        }
        for channel_id in sorted(channel_ids)  # every transaction locks them in one order
    ]
    new = insert(table_of(ChannelReliabilityRow)).values(rows)
    stored = ChannelReliabilityRow
    age = sa.func.greatest(
        sa.extract("epoch", new.excluded.judged_at - stored.judged_at), sa.literal(0.0)
    )
    left = sa.func.power(sa.literal(0.5), age / HALF_LIFE.total_seconds())
    await session.execute(
        new.on_conflict_do_update(
            index_elements=["channel_id"],
            set_={
                "confirmed": stored.confirmed * left + new.excluded.confirmed,
                "refuted": stored.refuted * left + new.excluded.refuted,
                "judged_at": sa.func.greatest(stored.judged_at, new.excluded.judged_at),
            },
        )
    )

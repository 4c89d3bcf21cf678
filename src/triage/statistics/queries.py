"""Live figures of removals, counted from the removals themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.followup.models import RemovalRow
from triage.followup.states import RemovalResult, RemovalState
from triage.statistics.definitions import Dimension


@dataclass(frozen=True, slots=True)
class Scope:
    """What the caller's figures are narrowed to; empty: not narrowed."""

    jurisdictions: frozenset[str]
    platforms: frozenset[str]


async def count_removals(
    session: AsyncSession,
    start: datetime,
    end: datetime,
    by: Sequence[Dimension],
    scope: Scope,
) -> list[dict[str, Any]]:
    """One row for each combination of the dimensions; without dimensions one row, the totals."""
    columns = [_column(dimension) for dimension in by]
    statement = (
        sa.select(*columns, *_figures())
        .where(
            # Its first request, or when it was found gone before one: a period that never changes.
            RemovalRow.counted_at >= start,
            RemovalRow.counted_at < end,
            # One address that merged cases share is one removal.
            RemovalRow.twin_of.is_(None),
        )
        .group_by(*columns)
        .order_by(*columns)
    )
    if scope.jurisdictions:
        statement = statement.where(RemovalRow.jurisdiction.in_(scope.jurisdictions))
    if scope.platforms:
        statement = statement.where(RemovalRow.platform.in_(scope.platforms))
    rows = await session.execute(statement)
    return [dict(row) for row in rows.mappings()]


def _column(dimension: Dimension) -> sa.Label[Any]:
    match dimension:
        case Dimension.MONTH:
            utc = sa.func.timezone("UTC", RemovalRow.counted_at)
            return sa.func.to_char(utc, "YYYY-MM").label("month")
        case Dimension.PLATFORM:
            return RemovalRow.platform.label("platform")
        case Dimension.CATEGORY:
            return RemovalRow.category.label("category")
        case Dimension.RESULT:
            return sa.func.coalesce(RemovalRow.result, RemovalRow.state).label("result")
        case Dimension.JURISDICTION:
            return RemovalRow.jurisdiction.label("jurisdiction")
        case Dimension.CHANNEL_KIND:
            return RemovalRow.channel_kind.label("channel_kind")
        case Dimension.CLASS:
            return RemovalRow.content_class.label("class")
        case Dimension.REQUESTER:
            return RemovalRow.requester.label("requester")


def _figures() -> list[sa.Label[Any]]:
    requested = RemovalRow.requested_at.is_not(None)
    gone = sa.and_(requested, RemovalRow.state == RemovalState.REMOVED)

    def count(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
        return sa.func.count().filter(sa.and_(*conditions))

    def gone_as(result: RemovalResult) -> sa.ColumnElement[int]:
        return count(gone, RemovalRow.result == result)

    by_us = sa.and_(
        gone, RemovalRow.result.in_((RemovalResult.DELETED, RemovalResult.ACCOUNT_REMOVED))
    )
    hours = sa.func.extract("epoch", RemovalRow.closed_at - RemovalRow.requested_at) / 3600
    open_states = (
        RemovalState.REQUESTED,
        RemovalState.ACKNOWLEDGED,
        RemovalState.REAPPEARED,
        RemovalState.UNREACHABLE,
    )

    def percentile(share: float) -> sa.ColumnElement[Any]:
        within = sa.func.percentile_cont(share).within_group(hours).filter(by_us)
        return sa.func.round(sa.cast(within, sa.Numeric), 2)

    return [
        count(requested).label("requested"),
        gone_as(RemovalResult.DELETED).label("deleted"),
        gone_as(RemovalResult.ACCOUNT_REMOVED).label("account_removed"),
        gone_as(RemovalResult.DISABLED).label("disabled"),
        gone_as(RemovalResult.DELISTED).label("delisted"),
        gone_as(RemovalResult.MADE_PRIVATE).label("made_private"),
        count(RemovalRow.result == RemovalResult.ALREADY_GONE).label("already_gone"),
        count(requested, RemovalRow.state == RemovalState.REFUSED).label("refused"),
        count(requested, RemovalRow.state.in_(open_states)).label("pending"),
        sa.func.coalesce(sa.func.sum(RemovalRow.reappearances), 0).label("reappeared"),
        count(by_us).label("removed"),
        percentile(0.5).label("median_hours"),
        percentile(0.9).label("p90_hours"),
    ]

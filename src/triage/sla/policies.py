"""Which policy applies, and by when: pure rules over the policy table's rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.sla.models import ClockKind, PolicyRow


@dataclass(frozen=True, slots=True)
class Deadline:
    policy: PolicyRow
    started_at: datetime
    warn_at: datetime
    due_at: datetime


Chosen: TypeAlias = tuple[PolicyRow, timedelta, timedelta]
"""A policy, and how long after the start of a clock it warns and ends."""


class Policies:
    """The policies in force: of each id the newest version."""

    def __init__(self, rows: Iterable[PolicyRow]) -> None:
        newest: dict[str, PolicyRow] = {}
        for row in sorted(rows, key=lambda row: row.version):
            newest[row.id] = row
        self._rows: Sequence[PolicyRow] = tuple(newest.values())
        self._chosen: dict[tuple[ClockKind, int, str | None], Chosen] = {}

    def deadline(
        self, kind: ClockKind, *, band: int, jurisdiction: str | None, start: datetime
    ) -> Deadline:
        """The deadline of a clock that starts then: the nearest of those that apply."""
        asked = (kind, band, jurisdiction)
        if asked not in self._chosen:
            self._chosen[asked] = self._choose(*asked)
        policy, warning, limit = self._chosen[asked]
        return Deadline(policy, start, start + warning, start + limit)

    def _choose(self, kind: ClockKind, band: int, jurisdiction: str | None) -> Chosen:
        applying = [
            row
            for row in self._rows
            if row.kind == kind
            and row.band in (None, band)
            and row.jurisdiction in (None, jurisdiction)
        ]
        # A jurisdiction's own law goes before our default for everywhere.
        special = [row for row in applying if row.jurisdiction is not None] or applying
        policy = min(special, key=lambda row: (row.limit_seconds, row.id))
        limit = timedelta(seconds=policy.limit_seconds)
        return policy, limit * policy.warn_share, limit


async def load_policies(session: AsyncSession) -> Policies:
    return Policies((await session.scalars(sa.select(PolicyRow))).all())

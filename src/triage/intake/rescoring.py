"""Scores cases anew, little by little, after other weights came into force."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from triage.assessment.weights import Weights
from triage.cases.models import CaseRow
from triage.cases.scoring import score_anew, told_by
from triage.cases.states import CaseState
from triage.cases.weights_in_force import in_force
from triage.intake.cases import Touched, place
from triage.journal.actor import SYSTEM
from triage.kit.clock import Clock
from triage.kit.rows import Writes
from triage.sla.policies import load_policies

CHUNK = 200


class Rescorer:
    """Cases that older weights scored, the most urgent first; what a case waits for may rise."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    async def run_once(self) -> int:
        """How many cases were scored anew; those that others hold come next time."""
        async with self._sessions.begin() as session:
            current = await in_force(session)
            stale = await session.scalars(
                sa.select(CaseRow)
                .where(CaseRow.weights_version < current.version)
                .order_by(CaseRow.weights_version, CaseRow.band, CaseRow.id)
                .limit(CHUNK)
                .with_for_update(skip_locked=True)
            )
            cases = stale.all()
            if cases:
                await self._rescore(session, cases, current)
        return len(cases)

    async def _rescore(
        self, session: AsyncSession, cases: Sequence[CaseRow], current: Weights
    ) -> None:
        now, writes = self._clock(), Writes()
        touched = [Touched.found(case) for case in cases]
        for touch in touched:
            touch.case.rule_weights = told_by(touch.case, current)
            score_anew(touch.case, current)
        waiting = [touch for touch in touched if touch.case.state != CaseState.MERGED]
        await place(session, writes, waiting, await load_policies(session), SYSTEM, now)
        await writes.store(session)

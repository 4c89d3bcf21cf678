"""The journey of a report, from a submission to an answer. Start reading Triage here.

submission -> prepared (fingerprinted, assessed, sealed: no database) -> one transaction for all:
keep reports (replays drop out) -> attach to or open cases -> re-score -> clocks and queue -> seal
-> journal -> answer each caller.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from triage.access.principal import Grant, Principal
from triage.intake.attaching import attach
from triage.intake.cases import write_cases
from triage.intake.keeping import keep_reports
from triage.intake.receipts import present_receipts
from triage.intake.schemas import Receipt
from triage.intake.submission import Prepared, Submission, prepare
from triage.kit.clock import Clock
from triage.kit.db import insert, is_retryable
from triage.kit.errors import Invalid, Problem
from triage.reports.models import ReportLocationRow, ReportMediaRow
from triage.sla.policies import load_policies
from triage.vault.service import Vault

TRIES = 3


@dataclass(frozen=True, slots=True)
class Kept:
    """A report that is stored, by this submission or (`replayed`) by an earlier one."""

    receipt: Receipt
    replayed: bool


Answer: TypeAlias = Kept | Problem


class Pipeline:
    def __init__(
        self, sessions: async_sessionmaker[AsyncSession], vault: Vault, clock: Clock
    ) -> None:
        self._sessions = sessions
        self._vault = vault
        self._clock = clock

    async def receive(self, submissions: Sequence[Submission]) -> list[Answer]:
        """Store the reports, all in one transaction, and answer each in its place."""
        answers: dict[int, Answer] = {}
        prepared: dict[int, Prepared] = {}
        now = self._clock()
        for index, submission in enumerate(submissions):
            try:
                prepared[index] = prepare(submission, self._vault, now)
            except Invalid as problem:
                answers[index] = problem
        if prepared:
            kept = await self._store_with_retries(list(prepared.values()))
            answers |= dict(zip(prepared, kept, strict=True))
        return [answers[index] for index in range(len(submissions))]

    async def _store_with_retries(self, prepared: Sequence[Prepared]) -> list[Answer]:
        for _ in range(TRIES - 1):
            try:
                return await self._store(prepared)
            except DBAPIError as error:
                if not is_retryable(error):
                    raise
        return await self._store(prepared)

    async def _store(self, prepared: Sequence[Prepared]) -> list[Answer]:
        async with self._sessions.begin() as session:
            now = self._clock()
            outcomes = await keep_reports(session, prepared, now)
            fresh = [item for item in prepared if outcomes[item.report_id] == item.report_id]
            attachments = await attach(session, fresh)
            policies = await load_policies(session)
            await write_cases(session, fresh, attachments, policies, now)
            await self._seal(session, fresh)
            receipts = await present_receipts(
                session, self._vault, {o for o in outcomes.values() if isinstance(o, UUID)}
            )
        return [
            outcome
            if isinstance(outcome := outcomes[item.report_id], Problem)
            else Kept(
                receipt=_for(item.submission.principal, receipts[outcome]),
                replayed=outcome != item.report_id,
            )
            for item in prepared
        ]

    async def _seal(self, session: AsyncSession, fresh: Sequence[Prepared]) -> None:
        await insert(session, ReportLocationRow, [r for item in fresh for r in item.locations])
        await insert(session, ReportMediaRow, [r for item in fresh for r in item.media])
        await self._vault.store(
            session,
            [subject for item in fresh for subject in item.subjects],
            [sealed for item in fresh for sealed in item.items],
        )


def _for(principal: Principal, receipt: Receipt) -> Receipt:
    """What this caller may know: without the grant a known and an unknown link answer alike."""
    if principal.has(Grant.SEES_MATCHES):
        return receipt
    unset: dict[str, Any] = {"case_id": msgspec.UNSET, "band": msgspec.UNSET}
    return msgspec.structs.replace(receipt, disposition="received", **unset)

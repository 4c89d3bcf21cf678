"""The journey of a report, from a submission to an answer. Start reading Triage here.

submission -> prepared (fingerprinted, assessed, sealed: no database) -> one transaction for all:
keep reports (replays drop out) -> attach to or open cases -> re-score -> clocks and queue -> seal
-> journal -> answer each caller.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from triage.access.principal import Channel, Grant, Principal
from triage.cases.campaigns import ReportTraitRow
from triage.intake.answers import Answer, Kept
from triage.intake.attaching import attach
from triage.intake.cases import write_cases
from triage.intake.keeping import keep_reports
from triage.intake.models import AtprotoReportRow
from triage.intake.receipts import first_receipt, present_receipts
from triage.intake.schemas import Receipt
from triage.intake.submission import Prepared, Submission, prepare
from triage.intake.writer import Writer
from triage.kit.clock import Clock
from triage.kit.db import wait_for_locks
from triage.kit.errors import Invalid, Problem
from triage.kit.rows import Writes
from triage.reports.models import ReportLocationRow, ReportMediaRow, ReportValidityRow
from triage.sla.policies import load_policies
from triage.vault.service import Vault


class Pipeline:
    def __init__(
        self, sessions: async_sessionmaker[AsyncSession], vault: Vault, clock: Clock
    ) -> None:
        self._sessions = sessions
        self._vault = vault
        self._clock = clock
        self._writer = Writer(self._store)
        # Batches have a lane of their own: a thousand lines do not stand before a single report.
        self._batches = Writer(self._store, batch=100)

    async def receive(self, submission: Submission) -> Kept:
        """Store a report, together with those that come at the same time.

        Raises Invalid, Busy, KeyReused and ExternalIdReused.
        """
        self._writer.check_room(submission.channel.id)
        answer = await self._writer.submit(prepare(submission, self._vault, self._clock()))
        if isinstance(answer, Problem):
            raise answer
        return answer

    def check_room_for_many(self, channel: Channel) -> None:
        """Raises Busy while nothing of a batch could be stored."""
        self._batches.check_room(channel.id)

    async def receive_many(self, submissions: Sequence[Submission]) -> list[Answer | BaseException]:
        """Store reports of one request together; what each came to, in their order."""
        answers: dict[int, Answer | BaseException] = {}
        prepared: dict[int, Prepared] = {}
        for place, submission in enumerate(submissions):
            try:
                prepared[place] = prepare(submission, self._vault, self._clock())
            except Invalid as problem:
                answers[place] = problem
            await asyncio.sleep(0)  # a long text takes milliseconds: others have their turn
        kept = await self._batches.submit_all([*prepared.values()])
        answers |= dict(zip(prepared, kept, strict=True))
        return [answers[place] for place in range(len(submissions))]

    @property
    def open(self) -> int:
        """Reports that wait for their answer."""
        return self._writer.open + self._batches.open

    async def drain(self) -> None:
        """Wait for what is being stored, also for callers who have gone away."""
        await self._writer.drain()
        await self._batches.drain()

    async def receive_within(self, session: AsyncSession, submission: Submission) -> Kept:
        """Store a report in the caller's transaction. Raises as `receive` does."""
        prepared = prepare(submission, self._vault, self._clock())
        [answer] = await self._store_within(session, [prepared])
        if isinstance(answer, Problem):
            raise answer
        return answer

    async def receipt_again(
        self, session: AsyncSession, principal: Principal, report_id: UUID
    ) -> Receipt:
        """What the caller was told of a stored report at first."""
        receipts = await present_receipts(session, self._vault, [report_id])
        return _for(principal, receipts[report_id])

    async def _store(self, prepared: Sequence[Prepared], wait: float) -> list[Answer]:
        """One transaction for all of them; they attach in the order of their ids.

        `wait`: seconds for a row that another transaction holds.
        """
        async with self._sessions.begin() as session:
            await wait_for_locks(session, wait)
            return await self._store_within(session, prepared)

    async def _store_within(
        self, session: AsyncSession, prepared: Sequence[Prepared]
    ) -> list[Answer]:
        now = self._clock()
        outcomes, fresh = await keep_reports(session, prepared, now)
        attachments = await attach(session, fresh)
        policies = await load_policies(session)
        writes = Writes()
        homes = await write_cases(session, writes, fresh, attachments, policies, now)
        self._seal(writes, fresh)
        await writes.store(session)
        receipts = {
            item.report_id: first_receipt(self._vault, item, homes[item.report_id])
            for item in fresh
        }
        repeated = {o for o in outcomes.values() if isinstance(o, UUID)} - receipts.keys()
        receipts |= await present_receipts(session, self._vault, repeated)
        return [_answer(item, outcomes[item.report_id], receipts) for item in prepared]

    def _seal(self, writes: Writes, fresh: Sequence[Prepared]) -> None:
        for item in fresh:
            writes.add(ReportLocationRow, item.locations)
            writes.add(ReportMediaRow, item.media)
            writes.add(ReportTraitRow, item.traits)
            writes.add(ReportValidityRow, validity_rows(item))
            if number := item.submission.atproto_id:
                writes.add(AtprotoReportRow, [{"id": number, "report_id": item.report_id}])
            self._vault.write(writes, item.subjects, item.items)


def validity_rows(item: Prepared) -> list[dict[str, Any]]:
    """A row for each regime under which the report is complete by itself."""
    return [
        {
            "report_id": item.report_id,
            "regime": regime,
            "valid_since": item.received_at,
            "supplement_id": None,
        }
        for regime, judged in item.validity.items()
        if judged.valid
    ]


def _answer(item: Prepared, outcome: UUID | Problem, receipts: Mapping[UUID, Receipt]) -> Answer:
    if isinstance(outcome, Problem):
        return outcome
    receipt = _for(item.submission.principal, receipts[outcome])
    return Kept(receipt, replayed=outcome != item.report_id)


def _for(principal: Principal, receipt: Receipt) -> Receipt:
    """What this caller may know: without the grant a known and an unknown link answer alike."""
    if principal.has(Grant.SEES_MATCHES):
        return receipt
    unset: dict[str, Any] = {"case_id": msgspec.UNSET, "band": msgspec.UNSET}
    return msgspec.structs.replace(receipt, disposition="received", **unset)

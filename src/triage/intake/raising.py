"""What is found out about reports after they were kept: it becomes signals, and raises cases."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.assessment.signals import Signal
from triage.assessment.weights import Weights
from triage.cases.models import CaseRow, ReportCaseRow, SignalRow
from triage.cases.queries import lock_cases
from triage.cases.states import CaseState
from triage.cases.weights_in_force import in_force
from triage.intake.cases import Touched, add_signals, place
from triage.intake.waking import ASLEEP, reopen
from triage.journal.actor import SYSTEM, Subject
from triage.journal.service import append
from triage.kit.errors import TryAgain
from triage.kit.ids import uuid7
from triage.kit.rows import Writes
from triage.sla.policies import load_policies

Known = tuple[UUID, str, UUID | None]
"""Report, rule and list: what is found again is no other signal."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`list_id`: the list of known content that has it; `distance` in bits, 0 for the same file."""

    report_id: UUID
    signal: Signal
    list_id: UUID | None = None
    distance: int | None = None

    @property
    def key(self) -> Known:
        return self.report_id, self.signal.rule, self.list_id


async def raise_cases(session: AsyncSession, findings: Iterable[Finding], now: datetime) -> None:
    """Add what is new to the cases where the reports live; a decided one opens again for it.

    Raises TryAgain where a case is merged or split meanwhile.
    """
    nearest = _nearest(findings)
    if not nearest:
        return
    reports = {finding.report_id for finding in nearest}
    homes = await _homes(session, reports)
    cases = await lock_cases(session, {root for _, root in homes.values()})
    if await _homes(session, reports) != homes:
        raise TryAgain
    known = await _known(session, reports)
    touched = {case.id: Touched.found(case) for case in cases.values()}
    current = await in_force(session)
    rows = []
    for finding in nearest:
        if finding.key in known:
            continue
        home_id, root_id = homes[finding.report_id]
        rows.append(_row(finding, home_id))
        _add(session, touched[root_id], finding, current, now)
    writes = Writes()
    writes.add(SignalRow, rows)
    moved = [touch for touch in touched.values() if touch.reopened or _is_worse(touch)]
    await place(session, writes, moved, await load_policies(session), SYSTEM, now)
    await writes.store(session)


def _nearest(findings: Iterable[Finding]) -> Sequence[Finding]:
    """Of what says the same of a report the one with the least distance."""
    nearest: dict[Known, Finding] = {}
    for finding in sorted(findings, key=lambda finding: finding.distance or 0):
        nearest.setdefault(finding.key, finding)
    return list(nearest.values())


async def _homes(
    session: AsyncSession, report_ids: Collection[UUID]
) -> Mapping[UUID, tuple[UUID, UUID]]:
    """Home and live case of each report."""
    rows = await session.execute(
        sa.select(ReportCaseRow.report_id, CaseRow.id, CaseRow.root_id)
        .join(CaseRow, CaseRow.id == ReportCaseRow.case_id)
        .where(ReportCaseRow.report_id.in_(report_ids))
    )
    return {report_id: (home_id, root_id) for report_id, home_id, root_id in rows}


async def _known(session: AsyncSession, report_ids: Collection[UUID]) -> set[Known]:
    homes = sa.select(ReportCaseRow.case_id).where(ReportCaseRow.report_id.in_(report_ids))
    rows = await session.execute(
        sa.select(SignalRow.report_id, SignalRow.rule, SignalRow.list_id).where(
            SignalRow.case_id.in_(homes),
            SignalRow.report_id.in_(report_ids),
            SignalRow.distance.is_not(None),
        )
    )
    return {(report_id, rule, list_id) for report_id, rule, list_id in rows}


def _row(finding: Finding, home_id: UUID) -> dict[str, object]:
    return {
        "id": uuid7(),
        "case_id": home_id,
        "report_id": finding.report_id,
        "rule": finding.signal.rule,
        "label": finding.signal.label,
        "weight": finding.signal.weight,
        "list_id": finding.list_id,
        "distance": finding.distance,
        "weights_version": finding.signal.weights_version,
    }


def _add(
    session: AsyncSession, touch: Touched, finding: Finding, current: Weights, now: datetime
) -> None:
    case = touch.case
    assert isinstance(case, CaseRow)  # noqa: S101 - it was locked
    is_new = finding.signal.rule not in case.rule_weights
    add_signals(case, [finding.signal], current)
    append(
        session,
        "signal.added",
        SYSTEM,
        [Subject("case", case.id), Subject("report", finding.report_id)],
        at=now,
        body={"rule": finding.signal.rule},
    )
    if is_new and CaseState(case.state) in ASLEEP:
        reopen(session, case, finding.report_id, "new_signal", SYSTEM, now)
        touch.reopened = True


def _is_worse(touch: Touched) -> bool:
    return touch.case.band < touch.band_before or (
        touch.case.needs_child_safety and not touch.child_safety_before
    )

"""Splitting reports off to a case of their own, as if they had never come to the old one."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.cases.linking import move_links
from triage.cases.models import CaseRow, NewCase, ReportCaseRow
from triage.cases.opening import insert_cases, new_reference
from triage.cases.queries import check_version, find_case, homes_of, lock_cases, stays_in
from triage.cases.recounting import recount
from triage.cases.states import CaseState, StateForbidsAct, moved
from triage.cases.visibility import check_known
from triage.followup.pairing import pair_removals
from triage.followup.service import settle_case
from triage.journal.actor import Subject
from triage.journal.service import append
from triage.kit.errors import FieldError, Invalid, TryAgain
from triage.kit.ids import uuid7
from triage.kit.rows import Writes
from triage.queues.deadlines import decision_clock, own_start, settle_deadline
from triage.queues.models import AssignmentRow
from triage.queues.placement import Placement, enqueue, withdraw
from triage.reports.models import ReportRow, ReportSupplementRow
from triage.review.act_schemas import SplitRequest
from triage.review.leaving import lock_fingerprints, move_fingerprints, move_removals, move_reports
from triage.review.merging import DECIDED, UNDECIDED, journal_pair
from triage.review.models import DecisionRow
from triage.review.news import came_with_news
from triage.review.notes import write_note
from triage.review.seen import Seen
from triage.sla.policies import load_policies
from triage.vault.service import Vault


async def split(
    session: AsyncSession,
    vault: Vault,
    principal: Principal,
    case_id: UUID,
    version: int,
    request: SplitRequest,
    new_id: UUID,
    now: datetime,
) -> None:
    """Let the chosen reports leave to the case `new_id`, which is open: nobody decided it yet.

    With them go their signals, what they brought first and no other did, and the removals of
    addresses that only they name. Its time runs from the first of them, or from now when the old
    case was decided in time. The reason is sealed as a note on both.
    """
    leaving = list(dict.fromkeys(request.report_ids))
    homes = await _lock_reports(session, leaving)
    await lock_fingerprints(session, case_id, leaving)
    inside = set(await session.scalars(homes_of(case_id)))
    locked = await lock_cases(session, inside)
    if case_id not in locked:
        raise StateForbidsAct
    case = locked[case_id]
    check_known(principal, case)
    check_version(case, version)
    if CaseState(case.state) in {CaseState.MERGED, CaseState.AWAITING_SECOND_LOOK}:
        raise StateForbidsAct(f"Nothing is split off a case that is {case.state}")
    if set(await session.scalars(homes_of(case_id))) != inside:
        raise TryAgain
    await _check_chosen(session, inside, homes, request.report_ids)

    was_open = case.state == CaseState.OPEN
    first_came = await _first_of(session, leaving)
    await _insert(session, case, new_id, first_came)
    await move_reports(session, leaving, new_id)
    await move_fingerprints(session, case_id, new_id, leaving)
    await move_removals(session, case_id, new_id)
    await move_links(session, leaving, inside, new_id)
    new = await find_case(session, new_id)
    new.last_ordinal = len(leaving)
    case.version += 1
    for one in (case, new):
        await recount(session, one)
        await pair_removals(session, one.id)
    writes = Writes()
    place = Placement.of(new, first_came if was_open else now)
    enqueue(writes, [place], await load_policies(session))
    await writes.store(session)
    await _settle_old(session, principal, case, now)
    for one in (case, new):
        await write_note(
            session, vault, principal, one.id, uuid7(), request.reason, "internal", now
        )
    body = {"reports": len(leaving)}
    journal_pair(session, "case.split", principal, case, new, now, body)
    journal_pair(session, "case.split_off", principal, new, case, now, body)


async def _lock_reports(session: AsyncSession, report_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The home of each report, under its lock."""
    rows = await session.execute(
        sa.select(ReportCaseRow.report_id, ReportCaseRow.case_id)
        .where(ReportCaseRow.report_id.in_(report_ids))
        .order_by(ReportCaseRow.report_id)
        .with_for_update(key_share=True)
    )
    return {row.report_id: row.case_id for row in rows}


async def _check_chosen(
    session: AsyncSession, inside: set[UUID], homes: dict[UUID, UUID], report_ids: Sequence[UUID]
) -> None:
    """Only reports that live here, and of no case all: a merged one is let go by unmerging."""
    errors = [
        FieldError(f"/report_ids/{index}", "not a report of this case")
        for index, report_id in enumerate(report_ids)
        if homes.get(report_id) not in inside
    ]
    if errors:
        raise Invalid(errors=errors)
    chosen = list(homes.values())
    counts = await session.execute(
        sa.select(ReportCaseRow.case_id, sa.func.count().label("reports"))
        .where(ReportCaseRow.case_id.in_(set(chosen)))
        .group_by(ReportCaseRow.case_id)
    )
    if any(chosen.count(row.case_id) == row.reports for row in counts):
        raise Invalid(errors=[FieldError("/report_ids", "at least one has to stay")])


async def _first_of(session: AsyncSession, report_ids: Sequence[UUID]) -> datetime:
    first = sa.select(sa.func.min(ReportRow.received_at)).where(ReportRow.id.in_(report_ids))
    return (await session.scalars(first)).one()


async def _insert(session: AsyncSession, case: CaseRow, new_id: UUID, since: datetime) -> None:
    new = NewCase(
        id=new_id,
        reference=new_reference(),
        queue=case.queue,
        first_reported_at=since,
        last_reported_at=since,
        root_id=new_id,
    )
    await insert_cases(session, [new])


async def _settle_old(
    session: AsyncSession, principal: Principal, case: CaseRow, now: datetime
) -> None:
    """The old case waits by what stays in it, or is decided again as it was before they came."""
    if CaseState(case.state) is CaseState.OPEN and case.decided_at is not None:
        await _close_again(session, principal, case, case.decided_at, now)
    if CaseState(case.state) in DECIDED:
        await session.flush()
        await settle_case(session, case, principal.actor, now)
        return
    clock = await decision_clock(session, case.id)
    if clock is not None:
        start = max(await own_start(session, clock), await _first_staying(session, case.id))
        policies = await load_policies(session)
        await settle_deadline(session, case, clock, start, policies, principal.actor, now)


async def _first_staying(session: AsyncSession, case_id: UUID) -> datetime:
    first = (
        sa.select(sa.func.min(ReportRow.received_at))
        .join(ReportCaseRow, ReportCaseRow.report_id == ReportRow.id)
        .where(ReportCaseRow.case_id == case_id)
    )
    return (await session.scalars(first)).one()


async def _close_again(
    session: AsyncSession, principal: Principal, case: CaseRow, decided_at: datetime, now: datetime
) -> None:
    """What only a leaving report had put back to work is as decided before.

    What a merged case brought, or somebody added since the reviewer who decided took the case, is
    a reason that stays: rather one look too many.
    """
    if any(
        stay.child_state in UNDECIDED and decided_at <= stay.merged_at
        for stay in await stays_in(session, case.id)
    ):
        return
    seen = case.decided_through or 0
    taken_at = (
        sa.select(sa.func.max(AssignmentRow.started_at))
        .join(DecisionRow, DecisionRow.lease_token == AssignmentRow.id)
        .where(DecisionRow.case_id == case.id)
        .scalar_subquery()
    )
    stays = (
        sa.select(ReportCaseRow.report_id)
        .where(
            ReportCaseRow.case_id.in_(homes_of(case.id)),
            ReportCaseRow.disposition == "reopened",
            ReportCaseRow.ordinal > seen,
        )
        .exists()
    )
    added = (
        sa.select(ReportSupplementRow.id)
        .join(ReportCaseRow, ReportCaseRow.report_id == ReportSupplementRow.report_id)
        .where(
            ReportCaseRow.case_id.in_(homes_of(case.id)),
            ReportSupplementRow.has_news,
            ReportSupplementRow.received_at >= sa.func.coalesce(taken_at, decided_at),
        )
        .exists()
    )
    has_reason = await session.scalar(sa.select(sa.or_(stays, added)))
    if has_reason or await came_with_news(session, case.id, Seen(seen, case.supplement_count)):
        return
    await withdraw(session, case.id, principal.actor, now, end_reason="withdrawn", duty_done=False)
    case.state = moved(CaseState.OPEN, CaseState.CLOSED)
    subjects = [Subject("case", case.id)]
    append(session, "case.closed", principal.actor, subjects, at=now)

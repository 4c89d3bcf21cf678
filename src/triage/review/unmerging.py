"""Letting a merged case go: it gets back what it had, and what came for it since."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.cases.models import CaseRow, MergeRow
from triage.cases.queries import check_version, stays_in
from triage.cases.recounting import recount
from triage.cases.states import CaseState, StateForbidsAct, moved
from triage.cases.visibility import known_case
from triage.followup.pairing import pair_removals
from triage.journal.actor import Subject
from triage.journal.service import append
from triage.kit.errors import TryAgain
from triage.kit.rows import Writes
from triage.queues.deadlines import decision_clock, own_start, revive_clock
from triage.queues.placement import Placement, enqueue, enter, withdraw
from triage.review.merging import DECIDED, UNDECIDED, follow, journal_pair, lock_pair
from triage.review.news import came_with_news
from triage.review.seen import Seen
from triage.sla.policies import load_policies


async def unmerge(
    session: AsyncSession, principal: Principal, child_id: UUID, version: int, now: datetime
) -> UUID:
    """Let a merged case live for itself again; returns the record of its stay.

    Its reports never moved, nor did those that came for its posts since. It has its former state;
    a decided one with news since is open. A survivor that its coming put back to work has its
    former state too, unless something else needs a look. What lives in a merged case is let go
    with it, and can be parted from it only then.
    """
    record = await _live_record(session, principal, child_id)
    pair = await lock_pair(session, principal, child_id, record.survivor_id)
    child, survivor = pair.child, pair.survivor
    check_version(child, version)
    if child.parent_id != survivor.id or record.unmerged_at is not None:
        raise TryAgain
    if survivor.state == CaseState.MERGED:
        raise StateForbidsAct("The case lives in one that is merged itself: let that one go first")

    clock = await decision_clock(session, survivor.id)
    start = None if clock is None else await own_start(session, clock)
    record.unmerged_at, record.unmerged_by = now, principal.id
    for home in pair.inside_child():
        home.root_id = child.id
    child.parent_id = None
    child.last_ordinal, child.supplement_count = survivor.last_ordinal, survivor.supplement_count
    child.version += 1
    survivor.version += 1
    # A merged case has a parent: its state and its parent are written together.
    child.state = moved(CaseState.MERGED, CaseState(record.child_state))
    await session.flush()
    for case in (child, survivor):
        await recount(session, case)
        await pair_removals(session, case.id)
    await _restore_child(session, principal, child, record, now)
    await _restore_survivor(session, principal, survivor, record, now)
    await follow(session, child, principal, now)
    await follow(session, survivor, principal, now, start)
    body = {"to": child.state, "reports": child.report_count, "band": child.band}
    journal_pair(session, "case.unmerged", principal, child, survivor, now, body)
    body = {"to": survivor.state, "reports": survivor.report_count, "band": survivor.band}
    journal_pair(session, "case.parted", principal, survivor, child, now, body)
    return record.id


async def _live_record(session: AsyncSession, principal: Principal, child_id: UUID) -> MergeRow:
    await known_case(session, principal, child_id)
    record = await session.scalar(
        sa.select(MergeRow)
        .where(MergeRow.child_id == child_id, MergeRow.unmerged_at.is_(None))
        .execution_options(populate_existing=True)
    )
    if record is None:
        raise StateForbidsAct("The case is not merged")
    return record


def _then(record: MergeRow) -> Seen:
    return Seen(record.last_ordinal, record.supplement_count)


async def _restore_child(
    session: AsyncSession, principal: Principal, child: CaseRow, record: MergeRow, now: datetime
) -> None:
    state = CaseState(child.state)
    if state is not CaseState.OPEN and await came_with_news(session, child.id, _then(record)):
        child.state = state = moved(state, CaseState.OPEN)
        _reopened(session, principal, child, now)
    if state is not CaseState.OPEN:
        return
    if record.child_clock_id is None:
        writes = Writes()
        enqueue(writes, [Placement.of(child, now)], await load_policies(session))
        await writes.store(session)
    else:
        clock = await revive_clock(session, record.child_clock_id, principal.actor, now)
        await enter(session, Placement.of(child, clock.started_at), clock)


async def _restore_survivor(
    session: AsyncSession, principal: Principal, survivor: CaseRow, record: MergeRow, now: datetime
) -> None:
    """Back to its decision, when nothing but the child's coming had put it back to work."""
    before = CaseState(record.survivor_state)
    if before not in DECIDED or CaseState(survivor.state) is not CaseState.OPEN:
        return
    others = [CaseState(stay.child_state) for stay in await stays_in(session, survivor.id)]
    decided_since = survivor.decided_at is not None and survivor.decided_at > record.merged_at
    if (
        decided_since
        or UNDECIDED.intersection(others)
        or await came_with_news(session, survivor.id, _then(record))
    ):
        return
    await withdraw(
        session, survivor.id, principal.actor, now, end_reason="withdrawn", duty_done=False
    )
    survivor.state = moved(CaseState.OPEN, before)
    subjects = [Subject("case", survivor.id)]
    append(session, f"case.{before}", principal.actor, subjects, at=now)


def _reopened(session: AsyncSession, principal: Principal, case: CaseRow, now: datetime) -> None:
    append(
        session,
        "case.reopened",
        principal.actor,
        [Subject("case", case.id)],
        at=now,
        body={"reason": "reports_since"},
    )

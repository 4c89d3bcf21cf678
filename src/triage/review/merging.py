"""Merging cases and letting them go: no row moves, `root_id` says where each one lives."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.cases.models import CaseRow, MergeRow
from triage.cases.queries import CaseNotFound, check_version, homes_of, lock_cases
from triage.cases.recounting import recount
from triage.cases.states import CaseState, StateForbidsAct, moved
from triage.cases.visibility import check_known
from triage.followup.pairing import pair_removals
from triage.followup.service import settle_case
from triage.journal.actor import Subject
from triage.journal.service import append
from triage.kit.errors import FieldError, Invalid, TryAgain
from triage.kit.rows import Writes, insert
from triage.queues.deadlines import decision_clock, own_start, settle_deadline
from triage.queues.models import Purpose
from triage.queues.placement import (
    Placement,
    enqueue,
    journal_lease_end,
    lock_entry,
    withdraw,
)
from triage.review.absorbing import brought_by, must_be_looked_at, tell_reappeared
from triage.sla.policies import load_policies

UNDECIDED = frozenset({CaseState.OPEN, CaseState.WAITING})
DECIDED = frozenset({CaseState.FOLLOWING, CaseState.CLOSED})


@dataclass(frozen=True, slots=True)
class Pair:
    """A case and the one it is merged into, with all that live in either, under their locks."""

    child: CaseRow
    survivor: CaseRow
    homes: Mapping[UUID, CaseRow]

    def inside_child(self) -> list[CaseRow]:
        """The child and what was merged into it before."""
        found, grew = {self.child.id}, True
        while grew:
            more = {c.id for c in self.homes.values() if c.parent_id in found} - found
            found, grew = found | more, bool(more)
        return [self.homes[case_id] for case_id in sorted(found)]


async def merge(
    session: AsyncSession,
    principal: Principal,
    child_id: UUID,
    survivor_id: UUID,
    version: int,
    record_id: UUID,
    now: datetime,
) -> None:
    """Let the child live in the survivor, which takes the highest band and the earliest deadline.

    The survivor keeps its state. An undecided child with news puts a decided survivor back to
    work: somebody must look; without news it is one more duplicate. A decided child's decision is
    history, its removals go on. A case that awaits its second look is not merged.
    """
    if child_id == survivor_id:
        raise Invalid(errors=[FieldError("/into", "another case")])
    pair = await lock_pair(session, principal, child_id, survivor_id)
    child, survivor = pair.child, pair.survivor
    check_version(child, version)
    if CaseState(survivor.state) in {CaseState.MERGED, CaseState.AWAITING_SECOND_LOOK}:
        raise StateForbidsAct(f"Nothing is merged into a case that is {survivor.state}")
    if CaseState(child.state) is CaseState.AWAITING_SECOND_LOOK:
        raise StateForbidsAct("A case that awaits its second look is not merged")
    before = CaseState(child.state)
    after = moved(before, CaseState.MERGED)
    brought = await brought_by(session, child, survivor)
    record = await _take_from_work(session, principal, pair, record_id, now)

    for home in pair.inside_child():
        home.root_id = survivor.id
    child.state, child.parent_id = after, survivor.id
    survivor.last_ordinal, survivor.supplement_count = record.last_ordinal, record.supplement_count
    child.version += 1
    survivor.version += 1
    band_before = survivor.band
    await recount(session, survivor)
    await tell_reappeared(session, survivor, principal.actor, now)
    await pair_removals(session, survivor.id)
    if before in UNDECIDED and CaseState(survivor.state) in DECIDED:
        if await must_be_looked_at(session, survivor, brought, principal.actor, now):
            await _open_again(session, survivor, principal, record, now)
    elif before is CaseState.OPEN and survivor.state == CaseState.WAITING:
        await _open_again(session, survivor, principal, record, now)
    await follow(session, survivor, principal, now)
    body = {"from": before, "reports": survivor.report_count, "band": survivor.band}
    if survivor.band < band_before:
        append(
            session,
            "case.band_raised",
            principal.actor,
            [Subject("case", survivor.id)],
            at=now,
            body={"from": band_before, "to": survivor.band},
        )
    journal_pair(session, "case.merged", principal, child, survivor, now, body)
    journal_pair(session, "case.absorbed", principal, survivor, child, now, body)


async def find_record(session: AsyncSession, record_id: UUID) -> MergeRow:
    return (await session.scalars(sa.select(MergeRow).where(MergeRow.id == record_id))).one()


async def lock_pair(
    session: AsyncSession, principal: Principal, child_id: UUID, survivor_id: UUID
) -> Pair:
    """Raises CaseNotFound unless the caller may know both; TryAgain when others came between."""
    inside = homes_of(child_id).union(homes_of(survivor_id))
    ids = set(await session.scalars(inside))
    homes = await lock_cases(session, ids)
    if not {child_id, survivor_id} <= homes.keys():
        raise CaseNotFound
    check_known(principal, homes[child_id])
    check_known(principal, homes[survivor_id])
    if set(await session.scalars(inside)) != ids:
        raise TryAgain
    return Pair(homes[child_id], homes[survivor_id], homes)


async def _take_from_work(
    session: AsyncSession, principal: Principal, pair: Pair, record_id: UUID, now: datetime
) -> MergeRow:
    """The child waits no longer: its lease ends as merged, its clock stops; kept for its return."""
    child, survivor = pair.child, pair.survivor
    entries = {
        case_id: await lock_entry(session, case_id, Purpose.REVIEW)
        for case_id in sorted((child.id, survivor.id))
    }
    entry = entries[child.id]
    if entry is not None:
        journal_lease_end(session, entry, "merged", principal.actor, now)
    clock = await decision_clock(session, child.id)
    kept = await decision_clock(session, survivor.id)
    await withdraw(session, child.id, principal.actor, now, end_reason="merged", duty_done=False)
    values = {
        "id": record_id,
        "child_id": child.id,
        "survivor_id": survivor.id,
        "merged_by": principal.id,
        "merged_at": now,
        "child_state": child.state,
        "survivor_state": survivor.state,
        "last_ordinal": max(child.last_ordinal, survivor.last_ordinal),
        "supplement_count": max(child.supplement_count, survivor.supplement_count),
        "child_clock_id": clock and clock.id,
        "survivor_clock_id": kept and kept.id,
        "survivor_started_at": kept and await own_start(session, kept),
    }
    await session.flush()
    await insert(session, MergeRow, [values])
    return await find_record(session, record_id)


async def _open_again(
    session: AsyncSession, survivor: CaseRow, principal: Principal, record: MergeRow, now: datetime
) -> None:
    """The survivor waits for a decision, with the deadline that the child had."""
    survivor.state = moved(CaseState(survivor.state), CaseState.OPEN)
    writes = Writes()
    enqueue(writes, [Placement.of(survivor, now)], await load_policies(session))
    await writes.store(session)
    clock = await decision_clock(session, survivor.id)
    if clock is not None:
        record.survivor_clock_id, record.survivor_started_at = clock.id, clock.started_at
    append(
        session,
        "case.reopened",
        principal.actor,
        [Subject("case", survivor.id), Subject("case", record.child_id)],
        at=now,
        body={"reason": "merged"},
    )


async def follow(
    session: AsyncSession,
    case: CaseRow,
    principal: Principal,
    now: datetime,
    start: datetime | None = None,
) -> None:
    """The clock and the entry of an open case, or the state of a decided one, follow.

    `start`: when the case's own time began, where no live record tells it any more.
    """
    await session.flush()
    if CaseState(case.state) in DECIDED:
        await settle_case(session, case, principal.actor, now)
        return
    clock = await decision_clock(session, case.id)
    if clock is not None:
        began = start or await own_start(session, clock)
        policies = await load_policies(session)
        await settle_deadline(session, case, clock, began, policies, principal.actor, now)


def journal_pair(
    session: AsyncSession,
    kind: str,
    principal: Principal,
    case: CaseRow,
    other: CaseRow,
    now: datetime,
    body: Mapping[str, object],
) -> None:
    """Each side has an event of its own: an event stands in the timeline of its first subject."""
    subjects = [Subject("case", case.id), Subject("case", other.id)]
    append(session, kind, principal.actor, subjects, at=now, body=dict(body))

"""Acts on removals: followed until the content is gone, refused or back."""

from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.cases.models import CaseRow
from triage.cases.queries import homes_of, lock_root
from triage.cases.states import CaseState, moved
from triage.cases.visibility import may_know
from triage.followup.models import ReferralRow, RemovalRow
from triage.followup.pairing import pair_removals
from triage.followup.schemas import RemovalChange
from triage.followup.states import (
    OPEN_REFERRALS,
    OPEN_REMOVALS,
    RemovalResult,
    RemovalState,
    moved_removal,
)
from triage.journal.actor import Actor, Subject
from triage.journal.service import append
from triage.kit.errors import Conflict, FieldError, Invalid, NotFound
from triage.kit.rows import insert
from triage.sla.models import ClockKind, ClockRow
from triage.sla.policies import load_policies
from triage.sla.service import clock_row, live_clocks, stop_clock, void_clock
from triage.vault.service import Vault

NEXT_ATTEMPT = timedelta(hours=24)
NO_EVIDENCE = "no evidence record and no waiver: keep a capture before the content is gone"


class RemovalNotFound(NotFound):
    title = "There is no such removal"


class RemovalContradicted(Conflict):
    title = "The removal has ended with another result"


async def update_removal(
    session: AsyncSession,
    vault: Vault,
    principal: Principal,
    removal_id: UUID,
    change: RemovalChange,
    now: datetime,
) -> tuple[RemovalRow, list[str]]:
    """What the desk says of a removal; also gives warnings.

    Raises RemovalNotFound, also when its case is not the caller's to know, and what `move_removal`
    raises.
    """
    home_id = await session.scalar(sa.select(RemovalRow.case_id).where(RemovalRow.id == removal_id))
    if home_id is None:
        raise RemovalNotFound
    case = await lock_root(session, home_id)
    if not may_know(principal, case):
        raise RemovalNotFound
    return await move_removal(session, vault, principal, case, removal_id, change, now)


async def move_removal(
    session: AsyncSession,
    vault: Vault,
    principal: Principal,
    case: CaseRow,
    removal_id: UUID,
    change: RemovalChange,
    now: datetime,
) -> tuple[RemovalRow, list[str]]:
    """Move a removal of the locked case along its edges, its clock and its case with it.

    Said again with the state it has, a change adds what is new and repeats the rest. Raises
    RemovalStateForbids, RemovalContradicted for another result, and Invalid for a change that lacks
    what its state needs.
    """
    clocks = await live_clocks(session, homes_of(case.id), ClockKind.REMOVAL, removal_id)
    removal = (
        await session.scalars(
            sa.select(RemovalRow)
            .where(RemovalRow.id == removal_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    ).one()
    before = RemovalState(removal.state)
    _check(removal, change)
    if before is change.state:
        if contradicts(removal, change.result):
            raise RemovalContradicted(f"It is {removal.result}")
        added = await _add(session, vault, removal, change, now)
        if added:
            _journal(session, "amended", principal, removal, now, added=added)
        return removal, []
    moved_removal(before, change.state)
    await _add(session, vault, removal, change, now)
    warnings = _apply(removal, change, principal, now)
    if removal.state == RemovalState.REQUESTED:
        await _start_clock(session, removal, case, now)
    elif removal.state not in OPEN_REMOVALS:
        answered = change.state in {RemovalState.REMOVED, RemovalState.REFUSED}
        for clock in clocks:
            (stop_clock if answered else void_clock)(session, clock, principal.actor, now)
    _journal(
        session,
        change.state,
        principal,
        removal,
        now,
        **{"from": before, "result": removal.result, "held_by": removal.held_by},
    )
    await session.flush()
    await pair_removals(session, case.id, removal.location_digest)
    await settle_case(session, case, principal.actor, now)
    return removal, warnings


def contradicts(removal: RemovalRow, result: RemovalResult | None) -> bool:
    """Whether a removal that is done was done otherwise.

    One found gone before our request was told with any result: that is no contradiction.
    """
    return result not in (None, removal.result) and (removal.result != RemovalResult.ALREADY_GONE)


async def settle_case(session: AsyncSession, case: CaseRow, actor: Actor, now: datetime) -> None:
    """Close a followed case when nothing is left to follow; follow a closed one that has again."""
    is_open = await has_open_followups(session, case.id)
    state = CaseState(case.state)
    if state is CaseState.FOLLOWING and not is_open:
        case.state = moved(state, CaseState.CLOSED)
    elif state is CaseState.CLOSED and is_open:
        case.state = moved(state, CaseState.FOLLOWING)
    else:
        return
    case.version += 1
    append(session, f"case.{case.state}", actor, [Subject("case", case.id)], at=now)


async def has_open_followups(session: AsyncSession, case_id: UUID) -> bool:
    removals = sa.select(RemovalRow.id).where(
        RemovalRow.case_id.in_(homes_of(case_id)),
        RemovalRow.state.in_(OPEN_REMOVALS),
        RemovalRow.twin_of.is_(None),
    )
    referrals = sa.select(ReferralRow.id).where(
        ReferralRow.case_id.in_(homes_of(case_id)), ReferralRow.state.in_(OPEN_REFERRALS)
    )
    found = await session.scalar(sa.select(sa.or_(removals.exists(), referrals.exists())))
    return bool(found)


def _check(removal: RemovalRow, change: RemovalChange) -> None:
    """Refuse what does not go with the state, and what the state needs and is not there."""
    is_removed, is_held = (change.state is s for s in (RemovalState.REMOVED, RemovalState.HELD))
    errors = []
    if change.result is not None and not is_removed:
        errors.append(FieldError("/result", "only when the state is removed"))
    if change.held_by is not None and not is_held:
        errors.append(FieldError("/held_by", "only when the state is held"))
    if change.held_until is not None and not is_held:
        errors.append(FieldError("/held_until", "only when the state is held"))
    if removal.state != change.state:
        if is_held and change.held_by is None:
            errors.append(FieldError("/held_by", "needed when the state is held"))
        gone_by_itself = removal.state == RemovalState.DRAFTED
        if is_removed and change.result is None and not gone_by_itself:
            errors.append(FieldError("/result", "needed when the state is removed"))
        if gone_by_itself and change.result not in (None, RemovalResult.ALREADY_GONE):
            errors.append(FieldError("/result", "already_gone, or requested first"))
    if errors:
        raise Invalid(errors=errors)


def _apply(
    removal: RemovalRow, change: RemovalChange, principal: Principal, now: datetime
) -> list[str]:
    """Write what the change means into the row; returns warnings for the caller."""
    warnings: list[str] = []
    before = RemovalState(removal.state)
    removal.state = change.state
    removal.held_by, removal.held_until = change.held_by, change.held_until
    match change.state:
        case RemovalState.REQUESTED:
            # A request after a reappearance is a new one; the figures keep the first one's period.
            removal.requested_at = now
            removal.counted_at = removal.counted_at or now
            removal.acknowledged_at = removal.closed_at = removal.result = None
            removal.attempts += 1
            removal.next_attempt_at = now + NEXT_ATTEMPT
            if removal.evidence_waiver_item is None:
                warnings.append(NO_EVIDENCE)
        case RemovalState.ACKNOWLEDGED:
            removal.acknowledged_at = now
        case RemovalState.REMOVED:
            gone_before = before is RemovalState.DRAFTED
            removal.result = RemovalResult.ALREADY_GONE if gone_before else change.result
            removal.confirmed_by = principal.id
            removal.counted_at = removal.counted_at or now
            removal.closed_at, removal.next_attempt_at = now, None
        case RemovalState.REFUSED | RemovalState.UNREACHABLE | RemovalState.WITHDRAWN:
            removal.closed_at, removal.next_attempt_at = now, None
        case RemovalState.REAPPEARED:
            removal.reappearances += 1
            removal.closed_at = removal.result = None
            removal.next_attempt_at = now
        case RemovalState.DRAFTED | RemovalState.HELD:
            pass
        case never:
            assert_never(never)
    return warnings


async def _add(
    session: AsyncSession, vault: Vault, removal: RemovalRow, change: RemovalChange, now: datetime
) -> list[str]:
    """Write what a change says beside the state into the row; returns the fields that are new."""
    added = [
        name
        for name in ("reference", "held_by", "held_until")
        if getattr(change, name) not in (None, getattr(removal, name))
    ]
    for name in added:
        setattr(removal, name, getattr(change, name))
    if change.evidence_waived is not None and await _waive(
        session, vault, removal, change.evidence_waived.reason, now
    ):
        added.append("evidence_waived")
    return added


async def _waive(
    session: AsyncSession, vault: Vault, removal: RemovalRow, reason: str, now: datetime
) -> bool:
    """Seal why no evidence is kept; whether that was not said before."""
    known = removal.evidence_waiver_item
    if known is not None and (await vault.open(session, [known])).get(known) == reason:
        return False
    notes = await vault.subject_of(session, "notes", removal.case_id, now)
    item = vault.seal(notes, "removal.evidence_waiver", reason)
    await vault.store(session, [], [item])
    removal.evidence_waiver_item = item.id
    return True


async def _start_clock(
    session: AsyncSession, removal: RemovalRow, case: CaseRow, now: datetime
) -> None:
    deadline = (await load_policies(session)).deadline(
        ClockKind.REMOVAL, band=case.band, jurisdiction=removal.jurisdiction, start=now
    )
    await insert(session, ClockRow, [clock_row(deadline, removal.case_id, removal.id)])


def _journal(
    session: AsyncSession,
    what: str,
    principal: Principal,
    removal: RemovalRow,
    now: datetime,
    **body: object,
) -> None:
    append(
        session,
        f"removal.{what}",
        principal.actor,
        subjects_of(removal.case_id, removal.id),
        at=now,
        body=body,
    )


def subjects_of(case_id: UUID, removal_id: UUID) -> list[Subject]:
    return [Subject("case", case_id), Subject("removal", removal_id)]

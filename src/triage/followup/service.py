"""Acts on removals: drafted with a decision, then followed until gone, refused or back."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, assert_never
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal, Role
from triage.cases.models import CaseRow
from triage.cases.queries import lock_case
from triage.cases.states import CaseState, moved
from triage.followup.locations import KnownLocation
from triage.followup.models import ReferralRow, RemovalRow
from triage.followup.schemas import RemovalChange, RemovalDraft
from triage.followup.states import (
    OPEN_REFERRALS,
    OPEN_REMOVALS,
    RemovalResult,
    RemovalState,
    moved_removal,
)
from triage.journal.actor import Actor, Subject
from triage.journal.service import append
from triage.kit.db import insert
from triage.kit.errors import FieldError, Invalid, NotFound
from triage.kit.ids import uuid7
from triage.sla.models import ClockKind, ClockRow
from triage.sla.policies import load_policies
from triage.sla.service import clock_row, live_clocks, stop_clock, void_clock
from triage.vault.service import Vault

NEXT_ATTEMPT = timedelta(hours=24)
NO_EVIDENCE = "no evidence record and no waiver: keep a capture before the content is gone"


class RemovalNotFound(NotFound):
    title = "There is no such removal"


async def draft_removals(
    session: AsyncSession,
    case: CaseRow,
    locations: Sequence[KnownLocation],
    addressees: Mapping[UUID, str | None],
    actor: Actor,
    now: datetime,
    ids: Callable[[], UUID] = uuid7,
) -> list[UUID]:
    """One drafted removal for each location that has none alive; returns their ids."""
    taken = set(
        await session.scalars(
            sa.select(RemovalRow.location_digest).where(
                RemovalRow.case_id == case.id, RemovalRow.state != RemovalState.WITHDRAWN
            )
        )
    )
    rows = []
    for location in locations:
        if location.digest not in taken:
            taken.add(location.digest)  # one address may be named in two spellings
            rows.append(_draft(ids(), case, location, addressees.get(location.id), now))
    await insert(session, RemovalRow, rows)
    for row in rows:
        append(
            session,
            "removal.drafted",
            actor,
            _subjects(case.id, row["id"]),
            at=now,
            body={"platform": row["platform"]},
        )
    return [row["id"] for row in rows]


async def update_removal(
    session: AsyncSession,
    vault: Vault,
    principal: Principal,
    removal_id: UUID,
    change: RemovalChange,
    now: datetime,
) -> tuple[RemovalRow, list[str]]:
    """Move a removal along its edges, its clock and its case with it; also gives warnings.

    Raises RemovalNotFound, also for a platform that was not the addressee, RemovalStateForbids and
    Invalid for a change that lacks what its state needs.
    """
    case_id = await session.scalar(
        sa.select(RemovalRow.case_id).where(RemovalRow.id == removal_id, *_visible_to(principal))
    )
    if case_id is None:
        raise RemovalNotFound
    case = await lock_case(session, case_id)
    clocks = await live_clocks(session, case_id, ClockKind.REMOVAL, removal_id)
    removal = await session.scalar(
        sa.select(RemovalRow)
        .where(RemovalRow.id == removal_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if removal is None:
        raise RemovalNotFound
    before = RemovalState(removal.state)
    if before is change.state and change.reference in (None, removal.reference):
        return removal, []  # said twice: nothing changes
    _check(before, change)
    if change.evidence_waived is not None:
        removal.evidence_waiver_item = await _seal_waiver(
            session, vault, case_id, change.evidence_waived.reason, now
        )
    warnings = _apply(removal, change, principal, now)
    if removal.state == RemovalState.REQUESTED:
        await _start_clock(session, removal, case, now)
    elif removal.state not in OPEN_REMOVALS:
        answered = change.state in {RemovalState.REMOVED, RemovalState.REFUSED}
        for clock in clocks:
            (stop_clock if answered else void_clock)(session, clock, principal.actor, now)
    append(
        session,
        f"removal.{change.state}",
        principal.actor,
        _subjects(case_id, removal_id),
        at=now,
        body={"from": before, "result": removal.result, "held_by": removal.held_by},
    )
    await session.flush()
    await settle_case(session, case, principal.actor, now)
    return removal, warnings


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
        RemovalRow.case_id == case_id, RemovalRow.state.in_(OPEN_REMOVALS)
    )
    referrals = sa.select(ReferralRow.id).where(
        ReferralRow.case_id == case_id, ReferralRow.state.in_(OPEN_REFERRALS)
    )
    found = await session.scalar(sa.select(sa.or_(removals.exists(), referrals.exists())))
    return bool(found)


def check_drafts(locations: Collection[KnownLocation], wanted: Sequence[RemovalDraft]) -> None:
    """Check that every wanted removal names a location of the case."""
    known = {location.id for location in locations}
    errors = [
        FieldError(f"/removals/{index}/location_id", "not a location of this case")
        for index, draft in enumerate(wanted)
        if draft.location_id not in known
    ]
    if errors:
        raise Invalid(errors=errors)


def _draft(
    removal_id: UUID,
    case: CaseRow,
    location: KnownLocation,
    addressee: str | None,
    now: datetime,
) -> dict[str, Any]:
    return {
        "id": removal_id,
        "case_id": case.id,
        "location_id": location.id,
        "location_digest": location.digest,
        "state": RemovalState.DRAFTED,
        "addressee": addressee or location.platform,
        "attempts": 0,
        "reappearances": 0,
        "created_at": now,
        "platform": location.platform,
        "category": case.categories[0] if case.categories else "other",
        "jurisdiction": location.jurisdiction or "unknown",
        "channel_kind": location.channel_kind,
        "content_class": content_class(case),
        "requester": location.requester,
    }


def content_class(case: CaseRow) -> str:
    """The class regulators count by (Korea's three, and the rest): children before synthesis."""
    allegations = set(case.allegations)
    if case.needs_child_safety:
        return "child"
    if "deepfake" in allegations:
        return "synthetic"
    if "intimate_image" in allegations:
        return "filmed"
    return "other"


def _check(before: RemovalState, change: RemovalChange) -> None:
    moved_removal(before, change.state)
    if (
        change.state is RemovalState.REMOVED
        and change.result is None
        and before is not (RemovalState.DRAFTED)
    ):
        raise Invalid(errors=[FieldError("/result", "needed when the state is removed")])
    if change.state is not RemovalState.REMOVED and change.result is not None:
        raise Invalid(errors=[FieldError("/result", "only when the state is removed")])
    if (change.state is RemovalState.HELD) != (change.held_by is not None):
        raise Invalid(errors=[FieldError("/held_by", "needed when, and only when, it is held")])


def _apply(
    removal: RemovalRow, change: RemovalChange, principal: Principal, now: datetime
) -> list[str]:
    """Write what the change means into the row; returns warnings for the caller."""
    warnings: list[str] = []
    before = RemovalState(removal.state)
    removal.state = change.state
    removal.held_by, removal.held_until = change.held_by, change.held_until
    removal.reference = change.reference or removal.reference
    match change.state:
        case RemovalState.REQUESTED:
            # A request after a reappearance is a new one: its time counts anew.
            removal.requested_at = now
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


async def _seal_waiver(
    session: AsyncSession, vault: Vault, case_id: UUID, reason: str, now: datetime
) -> UUID:
    notes = await vault.subject_of(session, "notes", case_id, now)
    item = vault.seal(notes, "removal.evidence_waiver", reason)
    await vault.store(session, [], [item])
    return item.id


async def _start_clock(
    session: AsyncSession, removal: RemovalRow, case: CaseRow, now: datetime
) -> None:
    deadline = (await load_policies(session)).deadline(
        ClockKind.REMOVAL, band=case.band, jurisdiction=removal.jurisdiction, start=now
    )
    await insert(session, ClockRow, [clock_row(deadline, case.id, removal.id)])


def _visible_to(principal: Principal) -> list[sa.ColumnElement[bool]]:
    if principal.role is not Role.PLATFORM:
        return []
    return [
        RemovalRow.addressee.in_(principal.platforms),
        RemovalRow.state.not_in((RemovalState.DRAFTED, RemovalState.HELD)),
    ]


def _subjects(case_id: UUID, removal_id: UUID) -> list[Subject]:
    return [Subject("case", case_id), Subject("removal", removal_id)]

"""Referrals to police, regulators and helpers: drafted, sent, acknowledged, declined, closed."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.cases.models import CaseRow
from triage.cases.queries import lock_root
from triage.cases.visibility import may_know
from triage.followup.models import ReferralRow
from triage.followup.schemas import ReferralChange, ReferralDraft
from triage.followup.service import settle_case
from triage.followup.states import OPEN_REFERRALS, ReferralState, moved_referral
from triage.journal.actor import Actor, Subject
from triage.journal.service import append
from triage.kit.errors import NotFound
from triage.kit.ids import uuid7
from triage.kit.rows import insert


class ReferralNotFound(NotFound):
    title = "There is no such referral"


async def draft_referrals(
    session: AsyncSession,
    case: CaseRow,
    wanted: Sequence[ReferralDraft],
    actor: Actor,
    now: datetime,
    ids: Callable[[], UUID] = uuid7,
) -> list[UUID]:
    rows: list[dict[str, Any]] = [
        {
            "id": ids(),
            "case_id": case.id,
            "to": draft.to,
            "agency": draft.agency,
            "state": ReferralState.DRAFTED,
            "created_at": now,
        }
        for draft in wanted
    ]
    await insert(session, ReferralRow, rows)
    for row in rows:
        append(
            session,
            "referral.drafted",
            actor,
            [Subject("case", case.id), Subject("referral", row["id"])],
            at=now,
            body={"to": row["to"]},
        )
    return [row["id"] for row in rows]


async def update_referral(
    session: AsyncSession,
    principal: Principal,
    referral_id: UUID,
    change: ReferralChange,
    now: datetime,
) -> ReferralRow:
    """Move a referral along its edges; said again, a change adds what is new.

    Raises ReferralNotFound, also when its case is not the caller's to know, ReferralStateForbids.
    """
    home_id = await session.scalar(
        sa.select(ReferralRow.case_id).where(ReferralRow.id == referral_id)
    )
    if home_id is None:
        raise ReferralNotFound
    case = await lock_root(session, home_id)
    if not may_know(principal, case):
        raise ReferralNotFound
    referral = (
        await session.scalars(
            sa.select(ReferralRow)
            .where(ReferralRow.id == referral_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    ).one()
    before = ReferralState(referral.state)
    added = [
        name
        for name in ("reference", "result")
        if getattr(change, name) not in (None, getattr(referral, name))
    ]
    if before is change.state and not added:
        return referral
    for name in added:
        setattr(referral, name, getattr(change, name))
    if before is not change.state:
        referral.state = moved_referral(before, change.state)
        if change.state is ReferralState.SENT:
            referral.sent_at = now
        if change.state not in OPEN_REFERRALS:
            referral.closed_at = now
    append(
        session,
        "referral.amended" if before is change.state else f"referral.{change.state}",
        principal.actor,
        [Subject("case", home_id), Subject("referral", referral_id)],
        at=now,
        body={"from": before, "added": added},
    )
    await session.flush()
    await settle_case(session, case, principal.actor, now)
    return referral

"""Removals and referrals added by hand, beside those that a decision drafts."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.cases.queries import lock_case
from triage.cases.states import CaseState, StateForbidsAct
from triage.followup.locations import locations_of
from triage.followup.models import ReferralRow, RemovalRow
from triage.followup.referrals import ReferralNotFound, draft_referrals
from triage.followup.schemas import ReferralDraft, RemovalDraft
from triage.followup.service import RemovalNotFound, draft_removals, settle_case
from triage.kit.errors import Conflict, FieldError, Invalid

DECIDED = frozenset({CaseState.FOLLOWING, CaseState.CLOSED})


class RemovalExists(Conflict):
    title = "This location has a removal already"


async def add_removal(
    session: AsyncSession,
    principal: Principal,
    case_id: UUID,
    removal_id: UUID,
    draft: RemovalDraft,
    now: datetime,
) -> RemovalRow:
    """Draft the removal `removal_id`; raises StateForbidsAct before a decision, RemovalExists."""
    case = await lock_case(session, case_id)
    if CaseState(case.state) not in DECIDED:
        raise StateForbidsAct
    known = [loc for loc in await locations_of(session, case_id) if loc.id == draft.location_id]
    if not known:
        raise Invalid(errors=[FieldError("/location_id", "not a location of this case")])
    addressees = {draft.location_id: draft.addressee}
    made = await draft_removals(
        session, case, known, addressees, principal.actor, now, ids=lambda: removal_id
    )
    if not made:
        raise RemovalExists
    await settle_case(session, case, principal.actor, now)
    return await find_removal(session, removal_id)


async def add_referral(
    session: AsyncSession,
    principal: Principal,
    case_id: UUID,
    referral_id: UUID,
    draft: ReferralDraft,
    now: datetime,
) -> ReferralRow:
    """Draft the referral `referral_id`; a closed case is followed again."""
    case = await lock_case(session, case_id)
    await draft_referrals(session, case, [draft], principal.actor, now, ids=lambda: referral_id)
    await settle_case(session, case, principal.actor, now)
    return await find_referral(session, referral_id)


async def find_removal(session: AsyncSession, removal_id: UUID) -> RemovalRow:
    row = await session.scalar(sa.select(RemovalRow).where(RemovalRow.id == removal_id))
    if row is None:
        raise RemovalNotFound
    return row


async def find_referral(session: AsyncSession, referral_id: UUID) -> ReferralRow:
    row = await session.scalar(sa.select(ReferralRow).where(ReferralRow.id == referral_id))
    if row is None:
        raise ReferralNotFound
    return row

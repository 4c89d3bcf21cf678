"""Drafts of removals and referrals: with a decision, with a report, or by hand beside them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.cases.models import CaseRow
from triage.cases.queries import homes_of, lock_case
from triage.cases.states import CaseState, StateForbidsAct
from triage.cases.visibility import check_known
from triage.followup.locations import KnownLocation, locations_of
from triage.followup.models import ReferralRow, RemovalRow
from triage.followup.referrals import ReferralNotFound, draft_referrals
from triage.followup.schemas import ReferralDraft, RemovalDraft
from triage.followup.service import RemovalNotFound, settle_case, subjects_of
from triage.followup.states import RemovalState
from triage.journal.actor import Actor
from triage.journal.service import append
from triage.kit.errors import Conflict, FieldError, Invalid
from triage.kit.ids import uuid7
from triage.kit.rows import insert

DECIDED = frozenset({CaseState.FOLLOWING, CaseState.CLOSED})


class RemovalExists(Conflict):
    title = "This location has a removal already"


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
                RemovalRow.case_id.in_(homes_of(case.id)),
                RemovalRow.state != RemovalState.WITHDRAWN,
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
            subjects_of(row["case_id"], row["id"]),
            at=now,
            body={"platform": row["platform"]},
        )
    return [row["id"] for row in rows]


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


async def add_removal(
    session: AsyncSession,
    principal: Principal,
    case_id: UUID,
    removal_id: UUID,
    draft: RemovalDraft,
    now: datetime,
) -> RemovalRow:
    """Draft the removal `removal_id`.

    Raises CaseNotFound, StateForbidsAct before a decision, RemovalExists.
    """
    case = await lock_case(session, case_id)
    check_known(principal, case)
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
    check_known(principal, case)
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


def _draft(
    removal_id: UUID,
    case: CaseRow,
    location: KnownLocation,
    addressee: str | None,
    now: datetime,
) -> dict[str, Any]:
    return {
        "id": removal_id,
        "case_id": location.home_id,
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

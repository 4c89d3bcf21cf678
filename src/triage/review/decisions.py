"""Deciding a case: lease and version checked, everything that follows written, all or nothing."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.models import ChannelRow
from triage.access.principal import Principal
from triage.access.reliability import judge_channels
from triage.cases.models import CaseRow, ReportCaseRow
from triage.cases.queries import check_version, homes_of, lock_case
from triage.cases.states import CaseState, StateForbidsAct, moved
from triage.followup.drafting import check_drafts, draft_removals
from triage.followup.locations import KnownLocation, locations_of
from triage.followup.models import ReferralRow, RemovalRow
from triage.followup.referrals import draft_referrals
from triage.followup.schemas import present_referral, present_removal
from triage.followup.service import has_open_followups
from triage.journal.actor import Subject
from triage.journal.service import append
from triage.kit.errors import FieldError, Invalid
from triage.kit.rows import Writes, insert
from triage.queues.leases import check_lease
from triage.queues.models import Purpose
from triage.queues.placement import Placement, end_lease, enqueue, lock_entry
from triage.reports.models import ReportRow
from triage.reports.taxonomy import Allegation
from triage.review.act_schemas import Decision, DecisionRequest
from triage.review.models import DecisionRow, Grounds, Outcome
from triage.review.news import came_with_news
from triage.review.seen import Seen, decode_seen
from triage.sla.models import ClockKind
from triage.sla.policies import load_policies
from triage.sla.service import live_clocks, stop_clock
from triage.vault.service import Vault

CONFIRMS = frozenset({Outcome.REMOVE, Outcome.REFER})
REFUTES = frozenset({Outcome.NO_VIOLATION, Outcome.OUT_OF_SCOPE})


async def decide(
    session: AsyncSession,
    vault: Vault,
    principal: Principal,
    case_id: UUID,
    version: int,
    request: DecisionRequest,
    decision_id: UUID,
    now: datetime,
) -> None:
    """Write the decision `decision_id` of the lease's holder on the version of the case they saw.

    Raises LeaseLost, PreconditionFailed, StateForbidsAct, CaseNotFound and Invalid.
    """
    case = await lock_case(session, case_id)
    entry = await check_lease(session, principal, case_id, request.lease_token, now, act="decide")
    check_version(case, version)
    if CaseState(case.state) is not CaseState.OPEN:
        raise StateForbidsAct
    seen = decode_seen(request.seen_until, case_id, Seen(case.last_ordinal, case.supplement_count))
    await _check_duplicate(session, case_id, request)
    locations = await locations_of(session, case_id)
    _check_consequences(request, has_locations=bool(locations))
    check_drafts(locations, request.removals or ())

    for clock in await live_clocks(session, case_id, ClockKind.DECISION):
        stop_clock(session, clock, principal.actor, now)
    await end_lease(session, entry, "decided", now)

    case.version += 1
    case.outcome = request.outcome
    case.decided_at, case.decided_through = now, seen.reports
    case.categories = [*request.categories] or _derived_categories(case)
    if request.outcome is Outcome.REMOVE:
        wanted = _wanted(request, locations)
        addressees = {draft.location_id: draft.addressee for draft in request.removals or ()}
        await draft_removals(session, case, wanted, addressees, principal.actor, now)
    await draft_referrals(session, case, request.referrals, principal.actor, now)
    await _judge_channels(session, case_id, request.outcome, now)
    await _store(session, vault, case, principal, request, decision_id, seen.reports, now)
    append(
        session,
        "case.decided",
        principal.actor,
        [Subject("case", case_id), Subject("decision", decision_id)],
        at=now,
        body={
            "outcome": request.outcome,
            "categories": list(case.categories),
            "version": case.version,
        },
    )
    if await came_with_news(session, case_id, seen):
        await _put_back(session, case, principal, now)
    else:
        await session.delete(entry)
        following = await has_open_followups(session, case_id)
        to = CaseState.FOLLOWING if following else CaseState.CLOSED
        case.state = moved(CaseState(case.state), to)
        append(session, f"case.{to}", principal.actor, [Subject("case", case_id)], at=now)


async def _judge_channels(
    session: AsyncSession, case_id: UUID, outcome: Outcome, now: datetime
) -> None:
    """What a decision says of those who reported the case; most of them say nothing."""
    if outcome not in CONFIRMS | REFUTES:
        return
    channels = await session.scalars(
        sa.select(ReportRow.channel_id)
        .join(ReportCaseRow, ReportCaseRow.report_id == ReportRow.id)
        .join(ChannelRow, ChannelRow.id == ReportRow.channel_id)
        .where(ReportCaseRow.case_id.in_(homes_of(case_id)))
        .distinct()
    )
    await judge_channels(session, set(channels), now, confirmed=outcome in CONFIRMS)


def _check_consequences(request: DecisionRequest, *, has_locations: bool) -> None:
    """A decision that nothing follows from must not look like one that something does."""
    errors = []
    if request.removals and request.outcome is not Outcome.REMOVE:
        errors.append(FieldError("/removals", "only when the outcome is remove"))
    if request.outcome is Outcome.REMOVE and not has_locations:
        errors.append(FieldError("/outcome", "no location is known that could be removed"))
    if request.outcome is Outcome.REFER and not request.referrals:
        errors.append(FieldError("/referrals", "at least one when the outcome is refer"))
    if errors:
        raise Invalid(errors=errors)


async def present_decision(session: AsyncSession, decision_id: UUID) -> Decision:
    """A decision as it is answered, first or again."""
    row = (await session.scalars(sa.select(DecisionRow).where(DecisionRow.id == decision_id))).one()
    case = (await session.scalars(sa.select(CaseRow).where(CaseRow.id == row.case_id))).one()
    since = await session.scalars(
        sa.select(ReportCaseRow.report_id)
        .where(
            ReportCaseRow.case_id.in_(homes_of(row.case_id)),
            ReportCaseRow.ordinal > row.seen_through,
            ReportCaseRow.ordinal <= row.decided_through,
        )
        .order_by(ReportCaseRow.ordinal, ReportCaseRow.report_id)
    )
    removals = await session.scalars(
        sa.select(RemovalRow)
        .where(RemovalRow.case_id.in_(homes_of(row.case_id)), RemovalRow.twin_of.is_(None))
        .order_by(RemovalRow.id)
    )
    referrals = await session.scalars(
        sa.select(ReferralRow)
        .where(ReferralRow.case_id.in_(homes_of(row.case_id)))
        .order_by(ReferralRow.id)
    )
    return Decision(
        id=row.id,
        case_id=row.case_id,
        case_version=row.case_version,
        case_state=CaseState(case.state),
        outcome=Outcome(row.outcome),
        duplicate_of=row.duplicate_of,
        categories=[Allegation(value) for value in row.categories],
        grounds=Grounds(row.grounds),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        held_for_second_look=row.held_for_second_look,
        reports_since=list(since),
        removals=[present_removal(removal) for removal in removals],
        referrals=[present_referral(referral) for referral in referrals],
    )


async def _check_duplicate(session: AsyncSession, case_id: UUID, request: DecisionRequest) -> None:
    pointer = "/duplicate_of"
    if (request.outcome is Outcome.DUPLICATE) != (request.duplicate_of is not None):
        raise Invalid(
            errors=[FieldError(pointer, "needed when, and only when, the outcome is duplicate")]
        )
    if request.duplicate_of is None:
        return
    known = await session.scalar(sa.select(CaseRow.id).where(CaseRow.id == request.duplicate_of))
    if known is None or known == case_id:
        raise Invalid(errors=[FieldError(pointer, "not another case")])


def _derived_categories(case: CaseRow) -> list[str]:
    return list(case.allegations) or [Allegation.OTHER.value]


def _wanted(request: DecisionRequest, locations: Sequence[KnownLocation]) -> list[KnownLocation]:
    if request.removals is None:
        return list(locations)
    chosen = {draft.location_id for draft in request.removals}
    return [location for location in locations if location.id in chosen]


async def _store(
    session: AsyncSession,
    vault: Vault,
    case: CaseRow,
    principal: Principal,
    request: DecisionRequest,
    decision_id: UUID,
    seen: int,
    now: datetime,
) -> None:
    notes = await vault.subject_of(session, "notes", case.id, now)
    facts = vault.seal(notes, "decision.facts", request.facts)
    reasoning = vault.seal(notes, "decision.reasoning_public", request.reasoning_public)
    items = [facts, reasoning]
    note = None
    if request.note_private:
        note = vault.seal(notes, "decision.note_private", request.note_private)
        items.append(note)
    await vault.store(session, [], items)
    await insert(
        session,
        DecisionRow,
        [
            {
                "id": decision_id,
                "case_id": case.id,
                "decided_by": principal.id,
                "lease_token": request.lease_token,
                "outcome": request.outcome,
                "duplicate_of": request.duplicate_of,
                "categories": case.categories,
                "grounds": request.grounds,
                "facts_item": facts.id,
                "reasoning_item": reasoning.id,
                "note_item": note and note.id,
                "held_for_second_look": False,
                "case_version": case.version,
                "seen_through": seen,
                "decided_through": case.last_ordinal,
                "decided_at": now,
            }
        ],
    )


async def _put_back(
    session: AsyncSession, case: CaseRow, principal: Principal, now: datetime
) -> None:
    """The case waits again, with a new decision clock: somebody has to see what came since."""
    entry = await lock_entry(session, case.id, Purpose.REVIEW)
    if entry is not None:
        await session.delete(entry)
        await session.flush()
    writes = Writes()
    enqueue(writes, [Placement.of(case, now)], await load_policies(session))
    await writes.store(session)
    append(
        session,
        "case.reopened",
        principal.actor,
        [Subject("case", case.id)],
        at=now,
        body={"reason": "reports_since"},
    )

"""What became of a report, for its sender: only what happened since it came to the case."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import ChannelKind
from triage.cases.models import CaseRow, ReportCaseRow
from triage.cases.queries import homes_of, lived_since, root_of
from triage.cases.states import CaseState
from triage.followup.models import ReferralRow, RemovalRow
from triage.followup.states import HeldBy, ReferralState, RemovalState
from triage.intake.schemas import (
    LocationProgress,
    Progress,
    ReporterMessage,
)
from triage.journal.actor import PUBLIC, Subject
from triage.journal.service import append
from triage.queues.models import AssignmentRow
from triage.reports.models import ReportLocationRow, ReportRow
from triage.reports.taxonomy import Relation
from triage.review.models import DecisionRow, NoteRow
from triage.sla.models import ClockKind
from triage.sla.policies import load_policies
from triage.vault.service import Vault

REASONS: dict[str, dict[str, str]] = {
    "refused": {
        "ko": "상대방이 거부했습니다. 다른 방법을 안내해 드릴 수 있습니다.",
        "en": "The addressee refused; we can advise on what else is possible.",
    },
    "unreachable": {
        "ko": "상대방과 연락이 닿지 않습니다. 다른 방법을 안내해 드릴 수 있습니다.",
        "en": "The addressee could not be reached; we can advise on what else is possible.",
    },
}
VERIFIED_CHANNELS = frozenset({ChannelKind.DESK, ChannelKind.PARTNER, ChannelKind.AUTHORITY})
VICTIMS_SIDE = frozenset({Relation.VICTIM, Relation.REPRESENTATIVE})
VICTIMS_SIDE_IF_VERIFIED = frozenset({Relation.GUARDIAN, Relation.SCHOOL, Relation.AUTHORITY})


async def progress_of(
    session: AsyncSession, report: ReportRow, now: datetime
) -> tuple[Progress, list[LocationProgress]]:
    """Only what happened to the case after this report came."""
    home = await _home_of(session, report.id)
    case = await _live_case(session, home)
    since = await _known_since(session, home)
    decided_at = await session.scalar(
        sa.select(sa.func.max(DecisionRow.decided_at)).where(
            sa.or_(
                sa.and_(DecisionRow.case_id == case.id, DecisionRow.decided_at >= since),
                sa.and_(
                    DecisionRow.case_id == home.case_id,
                    DecisionRow.decided_at >= home.attached_at,
                ),
            )
        )
    )
    if decided_at is None or case.state == CaseState.OPEN:
        return await _before_decision(session, case, home, since, now), []
    if await _must_stay_quiet(session, case.id):
        return "in_review", []
    if not _is_victims_side(report):
        return ("closed" if case.state == CaseState.CLOSED else "in_review"), []
    locations = await _location_progress(session, case.id, report)
    return ("closed" if case.state == CaseState.CLOSED else "action_taken"), locations


async def _home_of(session: AsyncSession, report_id: UUID) -> ReportCaseRow:
    rows = await session.scalars(
        sa.select(ReportCaseRow).where(ReportCaseRow.report_id == report_id)
    )
    return rows.one()


async def _live_case(session: AsyncSession, home: ReportCaseRow) -> CaseRow:
    rows = await session.scalars(sa.select(CaseRow).where(CaseRow.id == root_of(home.case_id)))
    return rows.one()


async def _known_since(session: AsyncSession, home: ReportCaseRow) -> datetime:
    """Since when what happens to the live case is the report's too: attached, or merged into it.

    What was decided there before, on somebody else's report, is not its sender's to know.
    """
    merged_at = await lived_since(session, home.case_id)
    return max(home.attached_at, merged_at) if merged_at else home.attached_at


async def _before_decision(
    session: AsyncSession, case: CaseRow, home: ReportCaseRow, since: datetime, now: datetime
) -> Progress:
    looked_at = await session.scalar(
        sa.select(
            sa.select(AssignmentRow.id)
            .where(
                # One that began before would tell that the content was known already.
                sa.or_(
                    sa.and_(AssignmentRow.case_id == case.id, AssignmentRow.started_at >= since),
                    sa.and_(
                        AssignmentRow.case_id == home.case_id,
                        AssignmentRow.started_at >= home.attached_at,
                    ),
                )
            )
            .exists()
        )
    )
    if case.state == CaseState.OPEN:
        return "in_review" if looked_at else "received"
    # A mere duplicate of a decided case: told as closed only when its own turn would have come.
    target = (await load_policies(session)).deadline(
        ClockKind.DECISION, band=case.band, jurisdiction=None, start=home.attached_at
    )
    return "closed" if now > target.due_at else "received"


async def _must_stay_quiet(session: AsyncSession, case_id: UUID) -> bool:
    """Police asked to wait, or a referral has not left yet: nobody outside learns of it."""
    held = sa.select(RemovalRow.id).where(
        RemovalRow.case_id.in_(homes_of(case_id)),
        RemovalRow.state == RemovalState.HELD,
        RemovalRow.held_by == HeldBy.POLICE,
    )
    unsent = sa.select(ReferralRow.id).where(
        ReferralRow.case_id.in_(homes_of(case_id)), ReferralRow.state == ReferralState.DRAFTED
    )
    return bool(await session.scalar(sa.select(sa.or_(held.exists(), unsent.exists()))))


async def messages_for(
    session: AsyncSession, vault: Vault, report: ReportRow, now: datetime
) -> list[ReporterMessage]:
    """Notes for the reporter, written since this report came; their reading is journaled."""
    if not _is_victims_side(report):
        return []
    home = await _home_of(session, report.id)
    since = await _known_since(session, home)
    notes = (
        await session.scalars(
            sa.select(NoteRow)
            .where(
                NoteRow.audience == "reporter",
                sa.or_(
                    sa.and_(NoteRow.case_id == root_of(home.case_id), NoteRow.written_at >= since),
                    sa.and_(
                        NoteRow.case_id == home.case_id, NoteRow.written_at >= home.attached_at
                    ),
                ),
            )
            .order_by(NoteRow.id)
        )
    ).all()
    if not notes or await _must_stay_quiet(session, (await _live_case(session, home)).id):
        return []
    texts = await vault.open(session, [note.text_item for note in notes])
    subjects = [Subject("case", notes[0].case_id), Subject("report", report.id)]
    append(session, "note.read_by_reporter", PUBLIC, subjects, at=now)
    return [
        ReporterMessage(written_at=note.written_at, text=texts[note.text_item])
        for note in notes
        if note.text_item in texts
    ]


def _is_victims_side(report: ReportRow) -> bool:
    """Relations are claimed: a guardian, school or authority counts through a verified channel."""
    relation = Relation(report.relation)
    return relation in VICTIMS_SIDE or (
        relation in VICTIMS_SIDE_IF_VERIFIED and report.channel_kind in VERIFIED_CHANNELS
    )


async def _location_progress(
    session: AsyncSession, case_id: UUID, report: ReportRow
) -> list[LocationProgress]:
    rows = await session.execute(
        sa.select(ReportLocationRow.ordinal, RemovalRow)
        .join(
            RemovalRow,
            sa.and_(
                RemovalRow.location_digest == ReportLocationRow.digest,
                RemovalRow.case_id.in_(homes_of(case_id)),
                RemovalRow.twin_of.is_(None),
            ),
        )
        .where(
            ReportLocationRow.report_id == report.id,
            sa.or_(
                RemovalRow.requested_at.is_not(None),
                RemovalRow.state == RemovalState.REMOVED,
            ),
        )
        .order_by(ReportLocationRow.ordinal)
    )
    return [
        LocationProgress(
            index=ordinal,
            platform=removal.platform,
            state=_outside(RemovalState(removal.state)),
            reason=REASONS.get(removal.state),
            reference=removal.reference,
        )
        for ordinal, removal in rows
    ]


def _outside(state: RemovalState) -> Literal["requested", "removed", "refused"]:
    if state is RemovalState.REMOVED:
        return "removed"
    if state in {RemovalState.REFUSED, RemovalState.UNREACHABLE}:
        return "refused"
    return "requested"

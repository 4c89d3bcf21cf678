"""What a report's sender is told: at once, and later, never more than their relation may know."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import ChannelKind, Principal
from triage.cases.models import CaseRow, ReportCaseRow
from triage.cases.states import CaseState
from triage.followup.models import ReferralRow, RemovalRow
from triage.followup.states import HeldBy, ReferralState, RemovalState
from triage.intake.schemas import (
    LocationProgress,
    Progress,
    Receipt,
    ReceiptProgress,
    ReporterMessage,
    ReportProgress,
)
from triage.intake.submission import Prepared
from triage.journal.actor import PUBLIC, Subject
from triage.journal.service import append
from triage.kit.errors import NotFound
from triage.queues.models import AssignmentRow
from triage.reports.models import ReportLocationRow, ReportRow
from triage.reports.taxonomy import Relation
from triage.reports.validity import Validity
from triage.review.models import DecisionRow, NoteRow
from triage.review.schemas import band_name
from triage.sla.models import ClockKind
from triage.sla.policies import load_policies
from triage.vault.service import Vault

MESSAGES: dict[Progress, dict[str, str]] = {
    "received": {"ko": "접수되었습니다.", "en": "We have received it."},
    "in_review": {"ko": "확인하고 있습니다.", "en": "We are looking at it."},
    "action_taken": {"ko": "조치를 진행하고 있습니다.", "en": "We have taken action."},
    "closed": {"ko": "처리가 끝났습니다.", "en": "We have finished."},
}
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


class ReportNotFound(NotFound):
    title = "There is no such report"


class ReceiptNotFound(NotFound):
    title = "There is no such receipt"


def first_receipt(vault: Vault, item: Prepared, home: Mapping[str, Any]) -> Receipt:
    """The answer to a report that was stored just now, in full; `home` is its row of its case."""
    return Receipt(
        id=item.report_id,
        receipt_code=vault.receipts.code(item.report_id),
        received_at=item.received_at,
        disposition=home["disposition"],
        validity=item.validity,
        case_id=home["case_id"],
        band=band_name(home["band"]),
    )


async def present_receipts(
    session: AsyncSession, vault: Vault, report_ids: Collection[UUID]
) -> dict[UUID, Receipt]:
    """The first answers of these reports once more, in full; the caller cuts them."""
    if not report_ids:
        return {}
    rows = await session.execute(
        sa.select(ReportRow.id, ReportRow.received_at, ReportRow.validity, ReportCaseRow)
        .join(ReportCaseRow, ReportCaseRow.report_id == ReportRow.id)
        .where(ReportRow.id.in_(report_ids))
    )
    return {
        row.id: Receipt(
            id=row.id,
            receipt_code=vault.receipts.code(row.id),
            received_at=row.received_at,
            disposition=row.ReportCaseRow.disposition,
            validity=msgspec.convert(row.validity, dict[str, Validity]),
            case_id=row.ReportCaseRow.case_id,
            band=band_name(row.ReportCaseRow.band),
        )
        for row in rows
    }


async def own_report(
    session: AsyncSession, principal: Principal, report_id: UUID, now: datetime
) -> ReportProgress:
    """The channel's own report; raises ReportNotFound for every other one alike."""
    channel_id = principal.channel.id if principal.channel else principal.id
    report = await session.scalar(
        sa.select(ReportRow).where(ReportRow.id == report_id, ReportRow.channel_id == channel_id)
    )
    if report is None:
        raise ReportNotFound
    state, locations = await _progress(session, report, now)
    return ReportProgress(
        id=report.id, received_at=report.received_at, state=state, locations=locations
    )


async def open_receipt(
    session: AsyncSession, vault: Vault, code: str, now: datetime
) -> ReceiptProgress:
    """What became of the report behind a receipt code; raises ReceiptNotFound."""
    report = await report_of_code(session, vault, code)
    state, locations = await _progress(session, report, now)
    return ReceiptProgress(
        state=state,
        message=MESSAGES[state],
        received_at=report.received_at,
        locations=locations,
        messages=await _messages(session, vault, report, now),
    )


async def report_of_code(session: AsyncSession, vault: Vault, code: str) -> ReportRow:
    """Found by the code's digest alone; raises ReceiptNotFound."""
    normal = vault.receipts.normalise(code)
    report = normal and await session.scalar(
        sa.select(ReportRow).where(ReportRow.receipt_digest == vault.receipts.digest(normal))
    )
    if not isinstance(report, ReportRow):
        raise ReceiptNotFound
    return report


async def _progress(
    session: AsyncSession, report: ReportRow, now: datetime
) -> tuple[Progress, list[LocationProgress]]:
    """Only what happened to the case after this report came."""
    home = (
        await session.scalars(sa.select(ReportCaseRow).where(ReportCaseRow.report_id == report.id))
    ).one()
    case = (
        await session.scalars(
            sa.select(CaseRow).where(
                CaseRow.id
                == sa.select(CaseRow.root_id).where(CaseRow.id == home.case_id).scalar_subquery()
            )
        )
    ).one()
    decided_at = await session.scalar(
        sa.select(sa.func.max(DecisionRow.decided_at)).where(
            DecisionRow.case_id == case.id, DecisionRow.decided_at >= home.attached_at
        )
    )
    if decided_at is None or case.state == CaseState.OPEN:
        return await _before_decision(session, case, home, now), []
    if await _must_stay_quiet(session, case.id):
        return "in_review", []
    if not _is_victims_side(report):
        return ("closed" if case.state == CaseState.CLOSED else "in_review"), []
    locations = await _location_progress(session, case.id, report)
    return ("closed" if case.state == CaseState.CLOSED else "action_taken"), locations


async def _before_decision(
    session: AsyncSession, case: CaseRow, home: ReportCaseRow, now: datetime
) -> Progress:
    looked_at = await session.scalar(
        sa.select(
            sa.select(AssignmentRow.id)
            .where(
                AssignmentRow.case_id == case.id,
                # One that began before would tell that the content was known already.
                AssignmentRow.started_at >= home.attached_at,
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
        RemovalRow.case_id == case_id,
        RemovalRow.state == RemovalState.HELD,
        RemovalRow.held_by == HeldBy.POLICE,
    )
    unsent = sa.select(ReferralRow.id).where(
        ReferralRow.case_id == case_id, ReferralRow.state == ReferralState.DRAFTED
    )
    return bool(await session.scalar(sa.select(sa.or_(held.exists(), unsent.exists()))))


async def _messages(
    session: AsyncSession, vault: Vault, report: ReportRow, now: datetime
) -> list[ReporterMessage]:
    """Notes for the reporter, written since this report came; their reading is journaled."""
    if not _is_victims_side(report):
        return []
    notes = (
        await session.scalars(
            sa.select(NoteRow)
            .join(ReportCaseRow, ReportCaseRow.case_id == NoteRow.case_id)
            .where(
                ReportCaseRow.report_id == report.id,
                NoteRow.audience == "reporter",
                NoteRow.written_at >= ReportCaseRow.attached_at,
            )
            .order_by(NoteRow.id)
        )
    ).all()
    if not notes or await _must_stay_quiet(session, notes[0].case_id):
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
                RemovalRow.case_id == case_id,
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

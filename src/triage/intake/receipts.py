"""What a report's sender is told: at once, and later, never more than their relation may know."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.cases.models import ReportCaseRow
from triage.intake.progress import messages_for, progress_of
from triage.intake.schemas import (
    Progress,
    Receipt,
    ReceiptProgress,
    ReportProgress,
)
from triage.intake.submission import Prepared
from triage.kit.errors import NotFound
from triage.reports.models import ReportRow
from triage.reports.validity import Validity
from triage.review.schemas import band_name
from triage.vault.service import Vault

MESSAGES: dict[Progress, dict[str, str]] = {
    "received": {"ko": "접수되었습니다.", "en": "We have received it."},
    "in_review": {"ko": "확인하고 있습니다.", "en": "We are looking at it."},
    "action_taken": {"ko": "조치를 진행하고 있습니다.", "en": "We have taken action."},
    "closed": {"ko": "처리가 끝났습니다.", "en": "We have finished."},
}


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
    state, locations = await progress_of(session, report, now)
    return ReportProgress(
        id=report.id, received_at=report.received_at, state=state, locations=locations
    )


async def open_receipt(
    session: AsyncSession, vault: Vault, code: str, now: datetime
) -> ReceiptProgress:
    """What became of the report behind a receipt code; raises ReceiptNotFound."""
    report = await report_of_code(session, vault, code)
    state, locations = await progress_of(session, report, now)
    return ReceiptProgress(
        state=state,
        message=MESSAGES[state],
        received_at=report.received_at,
        locations=locations,
        messages=await messages_for(session, vault, report, now),
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

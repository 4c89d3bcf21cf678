"""Reports of the AT Protocol: known by a whole number, and reported by a DID."""

import secrets
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Format, Principal
from triage.intake.documents import FormatNotTaken, check_format
from triage.intake.formats import atproto
from triage.intake.models import AtprotoReportRow
from triage.intake.pipeline import Pipeline
from triage.intake.schemas import Receipt
from triage.intake.submission import Submission, channel_of
from triage.kit.confined import Confined

BITS = 53
"""What a number of JavaScript holds exactly."""


async def receive_report(
    pipeline: Pipeline, principal: Principal, parsers: Confined, body: bytes, key: str | None
) -> tuple[str, Receipt]:
    """The DID that reports, and the receipt. Raises FormatNotTaken for a channel without one."""
    check_format(principal, Format.ATPROTO)
    [report] = await parsers.run(atproto.parse, body)
    did = channel_of(principal).did
    if did is None:
        raise FormatNotTaken("the channel has no did")
    submission = Submission(
        principal=principal,
        report=report,
        door=Format.ATPROTO,
        key=key,
        original=body,
        # Random: a count would tell how many reports there are.
        atproto_id=secrets.randbelow(2**BITS - 1) + 1,
    )
    return did, (await pipeline.receive(submission)).receipt


async def number_of(session: AsyncSession, report_id: UUID) -> int:
    rows = await session.scalars(
        sa.select(AtprotoReportRow.id).where(AtprotoReportRow.report_id == report_id)
    )
    return rows.one()

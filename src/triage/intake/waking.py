"""When a report puts a decided case back to work: only for what could change the decision."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.cases.models import CaseRow, ReportCaseRow
from triage.cases.queries import homes_of
from triage.cases.states import CaseState, moved
from triage.followup.drafting import draft_removals
from triage.followup.locations import KnownLocation, requester_of
from triage.followup.models import RemovalRow
from triage.followup.reappearance import mark_reappeared
from triage.followup.states import RemovalState
from triage.intake.arrival import Arrival
from triage.intake.attaching import Attachment
from triage.journal.actor import Actor, Subject
from triage.journal.service import append
from triage.reports.models import ReportLocationRow, ReportMediaRow

ASLEEP = frozenset({CaseState.CLOSED, CaseState.FOLLOWING, CaseState.WAITING})


async def wake(
    session: AsyncSession,
    case: CaseRow,
    home_id: UUID,
    item: Arrival,
    now: datetime,
    *,
    has_news: bool,
    locations: frozenset[UUID],
) -> bool:
    """Reopen a decided case for what could change the decision; a mere duplicate does not.

    A new location of a case that is being removed becomes one more removal draft instead; content
    reported again after it was removed has reappeared, as has a known file at another address.
    """
    state = CaseState(case.state)
    if state not in ASLEEP:
        return False
    actor = item.actor
    seen = {row["digest"]: row["seen_at"] for row in item.locations}
    is_back = await mark_reappeared(session, case.id, seen, actor, now) > 0
    if not (has_news or locations or is_back):
        return False
    if locations and state is CaseState.CLOSED and await _is_known_copy(session, case, item):
        # What was removed stands elsewhere: the desk need not wait for a new decision to ask.
        await _draft_new(session, case, home_id, item, locations, now)
        is_back = True
    only_a_location = not has_news and not is_back
    if only_a_location and state is CaseState.FOLLOWING and case.outcome == "remove":
        await _draft_new(session, case, home_id, item, locations, now)
        return False
    reason = _reason(has_news=has_news, is_back=is_back)
    reopen(session, case, item.report_id, reason, actor, now)
    return True


def reopen(
    session: AsyncSession, case: CaseRow, report_id: UUID, reason: str, actor: Actor, now: datetime
) -> None:
    """A decided case is open again for what came with the report; it still has to be placed."""
    case.state = moved(CaseState(case.state), CaseState.OPEN)
    case.version += 1
    append(
        session,
        "case.reopened",
        actor,
        [Subject("case", case.id), Subject("report", report_id)],
        at=now,
        body={"reason": reason},
    )


async def new_locations(
    session: AsyncSession,
    fresh: Sequence[Arrival],
    attachments: Mapping[UUID, Attachment],
    found: Mapping[UUID, CaseRow],
) -> dict[UUID, frozenset[UUID]]:
    """Per report the ids of its locations that its decided case does not know yet."""
    decided = {case.id for case in found.values() if case.state != CaseState.OPEN}
    items = [item for item in fresh if attachments[item.report_id].case_id in decided]
    known = await _named_before(session, decided, items)
    return {
        item.report_id: _unknown(item, attachments[item.report_id].case_id, known) for item in items
    }


async def new_locations_of(session: AsyncSession, case_id: UUID, item: Arrival) -> frozenset[UUID]:
    """The ids of its locations that the case does not know yet, decided or not."""
    return _unknown(item, case_id, await _named_before(session, {case_id}, [item]))


def _unknown(item: Arrival, case_id: UUID, known: set[tuple[UUID, bytes]]) -> frozenset[UUID]:
    return frozenset(row["id"] for row in item.locations if (case_id, row["digest"]) not in known)


async def _named_before(
    session: AsyncSession, case_ids: Collection[UUID], items: Sequence[Arrival]
) -> set[tuple[UUID, bytes]]:
    digests = [row["digest"] for item in items for row in item.locations]
    if not digests:
        return set()
    rows = await session.execute(
        sa.select(CaseRow.root_id, ReportLocationRow.digest)
        .join(ReportCaseRow, ReportCaseRow.report_id == ReportLocationRow.report_id)
        .join(CaseRow, CaseRow.id == ReportCaseRow.case_id)
        .where(CaseRow.root_id.in_(case_ids), ReportLocationRow.digest.in_(digests))
    )
    return {(row.root_id, row.digest) for row in rows}


async def _is_known_copy(session: AsyncSession, case: CaseRow, item: Arrival) -> bool:
    """Whether the report brings a file of the case that was removed from another address."""
    columns = (
        ReportMediaRow.sha256_digest,
        ReportMediaRow.md5_digest,
        ReportMediaRow.platform_media_digest,
    )
    digests = [row[column.key] for row in item.media for column in columns if row[column.key]]
    if case.outcome != "remove" or not digests:
        return False
    file = (
        sa.select(ReportMediaRow.id)
        .join(ReportCaseRow, ReportCaseRow.report_id == ReportMediaRow.report_id)
        .where(
            ReportCaseRow.case_id.in_(homes_of(case.id)),
            sa.or_(*(column.in_(digests) for column in columns)),
        )
    )
    removed = sa.select(RemovalRow.id).where(
        RemovalRow.case_id.in_(homes_of(case.id)), RemovalRow.state == RemovalState.REMOVED
    )
    return bool(await session.scalar(sa.select(sa.and_(file.exists(), removed.exists()))))


def _reason(*, has_news: bool, is_back: bool) -> str:
    if is_back:
        return "reappeared"
    return "new_signal" if has_news else "new_location"


async def _draft_new(
    session: AsyncSession,
    case: CaseRow,
    home_id: UUID,
    item: Arrival,
    new: frozenset[UUID],
    now: datetime,
) -> None:
    locations = [
        KnownLocation(
            id=row["id"],
            report_id=item.report_id,
            home_id=home_id,
            ordinal=row["ordinal"],
            platform=row["platform"],
            scope=row["scope"],
            kind=row["kind"],
            digest=row["digest"],
            lookalike=row["lookalike"],
            url_item=row["url_item"],
            url_place=row["url_place"],
            seen_at=row["seen_at"],
            jurisdiction=item.jurisdiction,
            channel_kind=item.channel_kind,
            requester=requester_of(item.relation),
        )
        for row in item.locations
        if row["id"] in new
    ]
    await draft_removals(session, case, locations, {}, item.actor, now)

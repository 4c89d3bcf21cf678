"""Keeping reports: each is stored once, and a repeated one is told from a contradicting one."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.idempotency import Claim, KeyReused, claim_keys, drop_key, point_key
from triage.intake.submission import Prepared
from triage.kit.errors import Conflict
from triage.kit.rows import insert_new
from triage.reports.models import ReportRow


class ExternalIdReused(Conflict):
    title = "A report with this external_id and other content exists"


Refused: TypeAlias = KeyReused | ExternalIdReused
Outcome: TypeAlias = UUID | Refused
"""The id of the report that a submission is or repeats, or why it is refused."""


async def keep_reports(
    session: AsyncSession, prepared: Sequence[Prepared], now: datetime
) -> tuple[dict[UUID, Outcome], list[Prepared]]:
    """Insert the reports; gives each one's outcome, and the stored ones in the order of their ids.

    One that an earlier, unanswered COMMIT of the same try has stored is its own outcome and not
    stored again.
    """
    outcomes: dict[UUID, Outcome] = {}
    taken = await claim_keys(session, _first_of_key(prepared), now)
    by_key: dict[bytes, Prepared] = {}
    candidates: list[Prepared] = []
    for item in prepared:
        if item.claim is not None:
            first = taken.get(item.claim.key_digest)
            earlier = by_key.setdefault(item.claim.key_digest, item)
            if first is not None:
                outcomes[item.report_id] = _replay_of(first.request_digest, first.result_id, item)
                continue
            if earlier is not item:
                outcomes[item.report_id] = _replay_of(
                    earlier.claim.request_digest if earlier.claim else b"",
                    earlier.report_id,
                    item,
                )
                continue
        candidates.append(item)
    stored = await _insert(session, candidates)
    clashing = [item for item in candidates if item.report_id not in stored]
    ours = await _stored_before(session, clashing)
    known = await _by_external_id(session, [i for i in clashing if i.report_id not in ours])
    for item in candidates:
        if item.report_id in stored or item.report_id in ours:
            outcomes[item.report_id] = item.report_id
            continue
        first_id, content_digest = known[_external(item)]
        same = content_digest == item.row["content_digest"]
        outcomes[item.report_id] = (
            first_id if same else ExternalIdReused(f"It is report {first_id}")
        )
        if item.claim is not None:
            await _settle_key(session, item.claim, first_id if same else None)
    fresh = [item for item in candidates if item.report_id in stored]
    return _followed(outcomes), sorted(fresh, key=lambda item: item.report_id)


def _first_of_key(prepared: Sequence[Prepared]) -> list[Claim]:
    firsts: dict[bytes, Claim] = {}
    for item in prepared:
        if item.claim is not None:
            firsts.setdefault(item.claim.key_digest, item.claim)
    return list(firsts.values())


def _replay_of(request_digest: bytes, report_id: UUID, item: Prepared) -> Outcome:
    same = item.claim is not None and item.claim.request_digest == request_digest
    return report_id if same else KeyReused()


async def _insert(session: AsyncSession, candidates: Sequence[Prepared]) -> set[UUID]:
    """The ids that were stored; one that clashes by external_id is left out, in a batch too."""
    ordered = sorted(candidates, key=lambda item: item.row["external_id_digest"] or b"")
    rows = [item.row for item in ordered]
    return {row.id for row in await insert_new(session, ReportRow, rows, returning=("id",))}


async def _stored_before(session: AsyncSession, clashing: Sequence[Prepared]) -> set[UUID]:
    """Those whose very id is there."""
    if not clashing:
        return set()
    ids = sa.literal([item.report_id for item in clashing], ARRAY(sa.Uuid))
    return set(await session.scalars(sa.select(ReportRow.id).where(ReportRow.id == sa.any_(ids))))


async def _by_external_id(
    session: AsyncSession, clashing: Sequence[Prepared]
) -> dict[tuple[UUID, bytes], tuple[UUID, bytes]]:
    if not clashing:
        return {}
    rows = await session.execute(
        sa.select(
            ReportRow.channel_id,
            ReportRow.external_id_digest,
            ReportRow.id,
            ReportRow.content_digest,
        ).where(
            sa.tuple_(ReportRow.channel_id, ReportRow.external_id_digest).in_(
                [_external(item) for item in clashing]
            )
        )
    )
    return {(row.channel_id, row.external_id_digest): (row.id, row.content_digest) for row in rows}


async def _settle_key(session: AsyncSession, claim: Claim, report_id: UUID | None) -> None:
    """A key that came with a known external_id leads to its report; a refused one is free again."""
    if report_id is None:
        await drop_key(session, claim)
    else:
        await point_key(session, claim, report_id)


def _followed(outcomes: dict[UUID, Outcome]) -> dict[UUID, Outcome]:
    """Within a batch a replay may point at a report that was itself a replay: follow it."""
    return {
        report_id: outcomes.get(outcome, outcome) if isinstance(outcome, UUID) else outcome
        for report_id, outcome in outcomes.items()
    }


def _external(item: Prepared) -> tuple[UUID, bytes]:
    return item.row["channel_id"], item.row["external_id_digest"]

"""Keeping reports: each is stored once, and a repeated one is told from a contradicting one."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.idempotency import Claim, KeyReused, claim_keys, drop_key, point_key
from triage.intake.submission import Prepared
from triage.kit.db import table_of
from triage.kit.errors import Conflict
from triage.reports.models import ReportRow


class ExternalIdReused(Conflict):
    title = "A report with this external_id and other content exists"


INSERT_REPORTS = insert(table_of(ReportRow)).on_conflict_do_nothing().returning(ReportRow.id)

Refused: TypeAlias = KeyReused | ExternalIdReused
Outcome: TypeAlias = UUID | Refused
"""The id of the report that a submission is or repeats, or why it is refused."""


async def keep_reports(
    session: AsyncSession, prepared: Sequence[Prepared], now: datetime
) -> dict[UUID, Outcome]:
    """Insert the reports; for each prepared report id, what it turned out to be.

    A report is fresh when its outcome is its own id.
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
    known = await _by_external_id(session, clashing)
    for item in candidates:
        if item.report_id in stored:
            outcomes[item.report_id] = item.report_id
            continue
        first_id, content_digest = known[_external(item)]
        same = content_digest == item.row["content_digest"]
        outcomes[item.report_id] = (
            first_id if same else ExternalIdReused(f"It is report {first_id}")
        )
        if item.claim is not None:
            await _settle_key(session, item.claim, first_id if same else None)
    return _followed(outcomes)


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
    if not candidates:
        return set()
    ordered = sorted(candidates, key=lambda item: (item.row["external_id_digest"] or b"",))
    rows = [item.row for item in ordered]
    return set((await session.execute(INSERT_REPORTS, rows)).scalars())


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

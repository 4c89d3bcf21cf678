"""Why a case has its band: its reasons and the signals behind them."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from triage.assessment.weights import CURRENT_VERSION, Weights, weights
from triage.cases.known import HashListRow
from triage.cases.models import CaseRow, SignalRow
from triage.cases.queries import homes_of
from triage.reports.models import ReportRow, ReportSupplementRow
from triage.review.disclosure import Sight
from triage.review.schemas import MaskedText, Reason, Score, Signal, SignalEvidence, band_name
from triage.review.texts import open_texts
from triage.vault.service import Vault


def present_reasons(case: CaseRow) -> list[Reason]:
    return [
        Reason(
            rule=reason["rule"],
            label=reason["label"],
            weight=reason["weight"],
            text=_weights(case.weights_version).reason(reason["rule"]),
        )
        for reason in case.reasons
    ]


async def present_score(session: AsyncSession, vault: Vault, case: CaseRow, sight: Sight) -> Score:
    """Of each rule, weight and list the signal that came first: a thousand more say the same."""
    first = (
        sa.select(SignalRow.id)
        .where(SignalRow.case_id.in_(homes_of(case.id)))
        .ext(distinct_on(SignalRow.rule, SignalRow.weight, SignalRow.list_id))
        .order_by(SignalRow.rule, SignalRow.weight, SignalRow.list_id, SignalRow.id)
        .subquery()
    )
    rows = await session.execute(
        sa.select(SignalRow, HashListRow.name)
        .join(first, first.c.id == SignalRow.id)
        .outerjoin(HashListRow, HashListRow.id == SignalRow.list_id)
        .order_by(SignalRow.weight.desc(), SignalRow.id)
    )
    signals = [(signal, hash_list) for signal, hash_list in rows]
    excerpts: dict[UUID, MaskedText | None] = {}
    if sight is Sight.TEXTS:
        excerpts = await _excerpts(session, vault, case.id, [signal for signal, _ in signals])
    return Score(
        band=band_name(case.band),
        score=case.score,
        weights_version=case.weights_version,
        reasons=present_reasons(case),
        signals=[
            _present_signal(signal, hash_list, excerpts.get(signal.id))
            for signal, hash_list in signals
        ],
    )


async def _excerpts(
    session: AsyncSession, vault: Vault, case_id: UUID, signals: Sequence[SignalRow]
) -> dict[UUID, MaskedText | None]:
    """The words behind each signal that shows in a text, by the signal."""
    shown = [signal for signal in signals if signal.evidence_end is not None]
    report_ids = {signal.report_id for signal in shown}
    texts = await open_texts(session, vault, case_id, sorted(report_ids))
    masks = await session.execute(
        sa.select(ReportRow.id, ReportRow.masks).where(ReportRow.id.in_(report_ids))
    )
    of_reports = {report_id: (None, stored) for report_id, stored in masks}
    added = await session.execute(
        sa.select(
            ReportSupplementRow.id, ReportSupplementRow.text_item, ReportSupplementRow.masks
        ).where(ReportSupplementRow.id.in_({signal.supplement_id for signal in shown}))
    )
    of_supplements = {supplement_id: (item, stored) for supplement_id, item, stored in added}
    excerpts = {}
    for signal in shown:
        item, stored = (
            of_reports[signal.report_id]
            if signal.supplement_id is None
            else of_supplements[signal.supplement_id]
        )
        excerpts[signal.id] = texts.excerpt(
            signal.report_id, item, stored, signal.evidence_start or 0, signal.evidence_end or 0
        )
    return excerpts


def _present_signal(row: SignalRow, hash_list: str | None, excerpt: MaskedText | None) -> Signal:
    return Signal(
        id=row.id,
        rule=row.rule,
        label=row.label,
        weight=row.weight,
        text=_weights(row.weights_version).reason(row.rule),
        evidence=SignalEvidence(
            report_id=row.report_id,
            supplement_id=row.supplement_id,
            start=row.evidence_start,
            end=row.evidence_end,
            view=row.evidence_view,
            text=excerpt,
        ),
        hash_list=hash_list,
        distance=row.distance,
        weights_version=row.weights_version,
        dismissed_by=row.dismissed_by,
    )


def _weights(version: int) -> Weights:
    """Those of the row, or the newest that this release has: a newer one may have written it."""
    return weights(min(version, CURRENT_VERSION))

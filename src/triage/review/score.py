"""Why a case has its band: its reasons and the signals behind them."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from triage.assessment.weights import reason_text
from triage.cases.known import HashListRow
from triage.cases.models import CaseRow, SignalRow
from triage.cases.queries import homes_of
from triage.review.schemas import Reason, Score, Signal, SignalEvidence, band_name


def present_reasons(case: CaseRow) -> list[Reason]:
    return [
        Reason(
            rule=reason["rule"],
            label=reason["label"],
            weight=reason["weight"],
            text=reason_text(reason["rule"], case.weights_version),
        )
        for reason in case.reasons
    ]


async def present_score(session: AsyncSession, case: CaseRow) -> Score:
    """Of each rule, weight and list the signal that came first: a thousand more say the same."""
    first = (
        sa.select(SignalRow.id)
        .where(SignalRow.case_id.in_(homes_of(case.id)))
        .ext(distinct_on(SignalRow.rule, SignalRow.weight, SignalRow.list_id))
        .order_by(SignalRow.rule, SignalRow.weight, SignalRow.list_id, SignalRow.id)
        .subquery()
    )
    signals = await session.execute(
        sa.select(SignalRow, HashListRow.name)
        .join(first, first.c.id == SignalRow.id)
        .outerjoin(HashListRow, HashListRow.id == SignalRow.list_id)
        .order_by(SignalRow.weight.desc(), SignalRow.id)
    )
    return Score(
        band=band_name(case.band),
        score=case.score,
        weights_version=case.weights_version,
        reasons=present_reasons(case),
        signals=[_present_signal(signal, hash_list) for signal, hash_list in signals],
    )


def _present_signal(row: SignalRow, hash_list: str | None) -> Signal:
    return Signal(
        id=row.id,
        rule=row.rule,
        label=row.label,
        weight=row.weight,
        text=reason_text(row.rule, row.weights_version),
        evidence=SignalEvidence(
            report_id=row.report_id,
            supplement_id=row.supplement_id,
            start=row.evidence_start,
            end=row.evidence_end,
            view=row.evidence_view,
        ),
        hash_list=hash_list,
        distance=row.distance,
        weights_version=row.weights_version,
        dismissed_by=row.dismissed_by,
    )

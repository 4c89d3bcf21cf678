"""Why a case has its band: its reasons and the signals behind them."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from triage.assessment.weights import BadWeights, Weights, weights
from triage.cases.known import HashListRow
from triage.cases.models import CaseRow, SignalRow
from triage.cases.queries import homes_of
from triage.cases.scoring import judged
from triage.cases.weights_in_force import of_version
from triage.kit.errors import FieldError, Invalid
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
            text=_at_hand(case.weights_version).reason(reason["rule"]),
        )
        for reason in case.reasons
    ]


async def present_score(
    session: AsyncSession,
    vault: Vault,
    case: CaseRow,
    sight: Sight,
    weights_version: int | None = None,
) -> Score:
    """Of each rule, weight and list the signal that came first: a thousand more say the same.

    With a version, what its weights say of the same signals; raises Invalid where there are none.
    """
    by = await _asked(session, weights_version or case.weights_version)
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
    found = judged(case, by)
    return Score(
        band=band_name(case.band if weights_version is None else found.band),
        score=found.score,
        weights_version=by.version,
        reasons=[
            Reason(
                rule=reason.rule,
                label=reason.label,
                weight=reason.weight,
                text=dict(reason.text),
            )
            for reason in found.reasons
        ],
        unscored=list(found.unscored),
        signals=[
            _present_signal(signal, by, hash_list, excerpts.get(signal.id))
            for signal, hash_list in signals
        ],
    )


async def _asked(session: AsyncSession, version: int) -> Weights:
    try:
        return await of_version(session, version)
    except BadWeights as error:
        raise Invalid(errors=[FieldError("/weights_version", str(error))]) from None


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


def _present_signal(
    row: SignalRow, by: Weights, hash_list: str | None, excerpt: MaskedText | None
) -> Signal:
    return Signal(
        id=row.id,
        rule=row.rule,
        label=row.label,
        weight=by.revalued(row.rule, row.weight, _at_hand(row.weights_version)),
        text=by.reason(row.rule),
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
        weights_version=by.version,
        dismissed_by=row.dismissed_by,
    )


def _at_hand(version: int) -> Weights:
    """Those of the version, or the newest that this process has: another may have scored since."""
    try:
        return weights(version)
    except BadWeights:
        return weights()

"""A case told anew from the reports that live in it: after a merge, an unmerge or a split."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.assessment.facts import CaseFacts
from triage.assessment.scoring import assess
from triage.assessment.weights import Weights, weights
from triage.cases.models import CaseRow, ReportCaseRow, SignalRow
from triage.cases.queries import homes_of
from triage.cases.scoring import write_down
from triage.cases.weights_in_force import in_force
from triage.reports.models import ReportRow, ReportSupplementRow


async def recount(session: AsyncSession, case: CaseRow) -> None:
    """Band, score, reasons, guards and counts as if only these reports had ever come.

    What the case's own reports name stands first, then what merged ones add: the jurisdiction
    named first binds.
    """
    await session.flush()
    reports = await _reports(session, case.id)
    supplements = await _supplements(session, case.id)
    told = [row.allegations for row in sorted([*reports, *supplements], key=_by_home_and_time)]
    case.allegations = _union(told)
    case.languages = _union([row.language] for row in reports)
    case.jurisdictions = _union([row.jurisdiction] for row in reports)
    case.report_count = sum(row.reports for row in reports)
    if reports:
        case.first_reported_at = min(row.first_at for row in reports)
        case.last_reported_at = max(row.last_at for row in [*reports, *supplements])
    await rescore(session, case)


async def rescore(session: AsyncSession, case: CaseRow) -> None:
    """The urgency by the signals of its reports: of each rule the heaviest counts."""
    current = await in_force(session)
    case.rule_weights = await _weights(session, SignalRow.case_id.in_(homes_of(case.id)), current)
    facts = CaseFacts(case.rule_weights, frozenset(), case.report_count)
    write_down(case, assess(facts, current), lowers=True)


async def own_band(session: AsyncSession, case: CaseRow) -> int:
    """The band by its own reports, whatever has been merged into it."""
    current = await in_force(session)
    told = await _weights(session, SignalRow.case_id == case.id, current)
    return assess(CaseFacts(told, frozenset(), report_count=1), current).band


async def _weights(
    session: AsyncSession, of: sa.ColumnElement[bool], current: Weights
) -> dict[str, float]:
    """Per rule the heaviest, each as the weights in force would give it."""
    rows = await session.execute(
        sa.select(
            SignalRow.rule,
            SignalRow.weights_version,
            sa.func.max(SignalRow.weight).label("weight"),
        )
        .where(of)
        .group_by(SignalRow.rule, SignalRow.weights_version)
        .order_by(SignalRow.rule)
    )
    heaviest: dict[str, float] = {}
    for rule, version, weight in rows:
        revalued = current.revalued(rule, weight, weights(version))
        heaviest[rule] = max(revalued, heaviest.get(rule, 0.0))
    return heaviest


async def _reports(session: AsyncSession, case_id: UUID) -> list[Any]:
    """One row for reports that say the same, so that a thousand of them are few rows."""
    said = (ReportRow.allegations, ReportRow.language, ReportRow.jurisdiction)
    is_merged = ReportCaseRow.case_id != case_id
    rows = await session.execute(
        sa.select(
            *said,
            is_merged.label("is_merged"),
            sa.func.count().label("reports"),
            sa.func.min(ReportCaseRow.attached_at).label("said_at"),
            sa.func.min(ReportCaseRow.ordinal).label("ordinal"),
            sa.func.min(ReportRow.received_at).label("first_at"),
            sa.func.max(ReportRow.received_at).label("last_at"),
        )
        .join(ReportCaseRow, ReportCaseRow.report_id == ReportRow.id)
        .where(ReportCaseRow.case_id.in_(homes_of(case_id)))
        .group_by(*said, is_merged)
    )
    return sorted(rows, key=_by_home_and_time)


async def _supplements(session: AsyncSession, case_id: UUID) -> list[Any]:
    is_merged = ReportCaseRow.case_id != case_id
    rows = await session.execute(
        sa.select(
            ReportSupplementRow.allegations,
            is_merged.label("is_merged"),
            ReportSupplementRow.received_at.label("said_at"),
            ReportSupplementRow.ordinal,
            ReportSupplementRow.received_at.label("last_at"),
        )
        .join(ReportCaseRow, ReportCaseRow.report_id == ReportSupplementRow.report_id)
        .where(ReportCaseRow.case_id.in_(homes_of(case_id)))
    )
    return list(rows)


def _by_home_and_time(row: Any) -> tuple[Any, ...]:
    return row.is_merged, row.said_at, row.ordinal


def _union(lists: Iterable[Iterable[str | None]]) -> list[str]:
    def values() -> Iterator[str]:
        for one in lists:
            yield from (value for value in one if value)

    return list(dict.fromkeys(values()))

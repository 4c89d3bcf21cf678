"""What looks like content that was removed before is more urgent than what nobody knows."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from triage.assessment.matched import resembling_signal
from triage.assessment.weights import weights
from triage.cases.linking import Suggestion
from triage.cases.links import LinkKind
from triage.cases.models import CaseRow
from triage.followup.models import RemovalRow
from triage.followup.states import RemovalState
from triage.intake.raising import Finding

GONE = (RemovalState.REMOVED, RemovalState.REAPPEARED)

_live, _home = sa.orm.aliased(CaseRow), sa.orm.aliased(CaseRow)
OF_REMOVED = sa.select(_live.id).where(
    _live.id == sa.any_(sa.bindparam("ids", type_=ARRAY(sa.Uuid))),
    sa.select(RemovalRow.id)
    .join(_home, _home.id == RemovalRow.case_id)
    .where(_home.root_id == _live.root_id, RemovalRow.state.in_(GONE))
    .exists(),
)


async def like_removed(session: AsyncSession, suggestions: Iterable[Suggestion]) -> list[Finding]:
    """Of two pictures that are alike, that of the case where nothing was removed yet."""
    alike = [suggestion for suggestion in suggestions if suggestion.kind is LinkKind.PDQ]
    if not alike:
        return []
    ids = sorted({case for suggestion in alike for case in suggestion.pair})
    removed = set(await session.scalars(OF_REMOVED, {"ids": ids}))
    return [finding for suggestion in alike for finding in _findings(suggestion, removed)]


def _findings(suggestion: Suggestion, removed: set[UUID]) -> Iterator[Finding]:
    ends: Sequence[tuple[UUID, UUID | None, UUID]] = (
        (suggestion.case_id, suggestion.report_id, suggestion.other_id),
        (suggestion.other_id, suggestion.other_report_id, suggestion.case_id),
    )
    for case_id, report_id, other_id in ends:
        if report_id is not None and other_id in removed and case_id not in removed:
            yield Finding(report_id, resembling_signal(weights()), distance=suggestion.distance)

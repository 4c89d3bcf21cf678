"""What platforms answer to the requests they were sent: idempotent, and never a step back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.cases.queries import lock_cases, root_of
from triage.cases.states import CaseState
from triage.followup.models import RemovalRow
from triage.followup.schemas import AnsweredRemoval, RemovalAnswer, RemovalChange
from triage.followup.service import RemovalNotFound, contradicts, move_removal
from triage.followup.states import REMOVAL_EDGES, RemovalResult, RemovalState
from triage.kit.errors import FieldError, Invalid, TryAgain
from triage.vault.service import Vault


async def take_answers(
    session: AsyncSession,
    vault: Vault,
    principal: Principal,
    answers: Sequence[RemovalAnswer],
    now: datetime,
) -> list[AnsweredRemoval]:
    """Move what the answers move, in the order given; each is told the state that it led to.

    An answer that does not fit the state any more, such as one sent again late, is not taken and
    changes nothing. Raises RemovalNotFound, for the whole batch, when a removal was not asked of
    this platform, and Invalid for a removed one without a result.
    """
    _check(answers)
    cases_by_removal = await _asked(session, principal, [answer.removal_id for answer in answers])
    unknown = [
        FieldError(f"/answers/{index}/removal_id", "not a removal that you were asked for")
        for index, answer in enumerate(answers)
        if answer.removal_id not in cases_by_removal
    ]
    if unknown:
        raise RemovalNotFound(errors=unknown)
    cases = await lock_cases(session, set(cases_by_removal.values()))
    if any(case.state == CaseState.MERGED for case in cases.values()):
        raise TryAgain
    told = []
    for answer in answers:
        case = cases[cases_by_removal[answer.removal_id]]
        # Whoever changes a removal holds its case's lock: what is read here stays true.
        removal = (
            await session.scalars(
                sa.select(RemovalRow)
                .where(RemovalRow.id == answer.removal_id)
                .execution_options(populate_existing=True)
            )
        ).one()
        change = RemovalChange(
            state=RemovalState(answer.state), result=answer.result, reference=answer.reference
        )
        fits = _fits(removal, change)
        if fits:
            removal, _ = await move_removal(
                session, vault, principal, case, removal.id, change, now
            )
        told.append(_present(removal, taken=fits))
    return told


def _check(answers: Sequence[RemovalAnswer]) -> None:
    errors = [
        FieldError(f"/answers/{index}/result", "needed when, and only when, the state is removed")
        for index, answer in enumerate(answers)
        if (answer.state == "removed") != (answer.result is not None)
    ]
    if errors:
        raise Invalid(errors=errors)


async def _asked(
    session: AsyncSession, principal: Principal, removal_ids: Sequence[UUID]
) -> dict[UUID, UUID]:
    """The live case of each removal that this platform was asked for."""
    rows = await session.execute(
        sa.select(RemovalRow.id, root_of(RemovalRow.case_id).label("case_id")).where(
            RemovalRow.id.in_(removal_ids),
            RemovalRow.addressee.in_(principal.platforms),
            RemovalRow.state.not_in((RemovalState.DRAFTED, RemovalState.HELD)),
        )
    )
    return {row.id: row.case_id for row in rows}


def _fits(removal: RemovalRow, change: RemovalChange) -> bool:
    state = RemovalState(removal.state)
    if state is change.state:
        return not contradicts(removal, change.result)
    return change.state in REMOVAL_EDGES[state]


def _present(removal: RemovalRow, *, taken: bool) -> AnsweredRemoval:
    return AnsweredRemoval(
        removal_id=removal.id,
        taken=taken,
        state=RemovalState(removal.state),
        result=None if removal.result is None else RemovalResult(removal.result),
        reference=removal.reference,
    )

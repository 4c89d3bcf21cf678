"""Who may know that a case exists: one rule, for a case at hand and as a WHERE for lists."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import ALL_QUEUES, Grant, Principal, Role
from triage.cases.models import CaseRow
from triage.cases.queries import CaseNotFound, find_case


def may_know(principal: Principal, case: CaseRow) -> bool:
    """A child's case needs the grant, a scope of jurisdictions one in common.

    Reviewers know the cases of their queues, leads those of all.
    """
    return (
        (principal.has(Grant.CHILD_SAFETY) or not case.needs_child_safety)
        and principal.acts_in(case.jurisdictions)
        and (principal.role is Role.LEAD or principal.works_in(case.queue))
    )


def known_to(principal: Principal) -> list[sa.ColumnElement[bool]]:
    """The same rule as conditions on `case`."""
    conditions: list[sa.ColumnElement[bool]] = []
    if not principal.has(Grant.CHILD_SAFETY):
        conditions.append(CaseRow.needs_child_safety.is_(False))
    if principal.jurisdictions:
        scope = sa.literal(sorted(principal.jurisdictions), ARRAY(sa.Text))
        conditions.append(CaseRow.jurisdictions.overlap(scope))
    if principal.role is not Role.LEAD and ALL_QUEUES not in principal.queues:
        conditions.append(CaseRow.queue.in_(sorted(principal.queues)))
    return conditions


def check_known(principal: Principal, case: CaseRow) -> None:
    """Raise CaseNotFound where the case's existence is not the caller's to know."""
    if not may_know(principal, case):
        raise CaseNotFound


async def known_case(session: AsyncSession, principal: Principal, case_id: UUID) -> CaseRow:
    """The case, unlocked; raises CaseNotFound alike for an unknown one and another's."""
    case = await find_case(session, case_id)
    check_known(principal, case)
    return case

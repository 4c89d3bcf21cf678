"""Storing new cases, each with a short reference of its own."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from triage.cases.models import CaseRow, NewCase
from triage.kit.ids import short_code
from triage.kit.rows import insert_new

REFERENCE_LENGTH = 8


def new_reference() -> str:
    return short_code(REFERENCE_LENGTH)


async def insert_cases(session: AsyncSession, cases: Sequence[NewCase]) -> None:
    """Insert cases; one whose short reference is taken gets another."""
    columns = NewCase.__slots__
    waiting = {case.id: case for case in cases}
    while waiting:
        rows = [{name: getattr(case, name) for name in columns} for case in waiting.values()]
        for stored in await insert_new(session, CaseRow, rows, returning=("id",)):
            del waiting[stored.id]
        for case in waiting.values():
            case.reference = new_reference()

"""What people wrote on a case, for its holder: notes and decisions, oldest first."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.cases.queries import homes_of
from triage.reports.taxonomy import Allegation
from triage.review.models import DecisionRow, Grounds, NoteRow, Outcome
from triage.review.schemas import DecisionView, NoteView
from triage.review.texts import OpenedTexts


async def present_notes(session: AsyncSession, case_id: UUID, texts: OpenedTexts) -> list[NoteView]:
    rows = await session.scalars(
        sa.select(NoteRow).where(NoteRow.case_id.in_(homes_of(case_id))).order_by(NoteRow.id)
    )
    return [
        NoteView(
            id=row.id,
            audience="reporter" if row.audience == "reporter" else "internal",
            written_by=row.written_by,
            written_at=row.written_at,
            text=texts.written(row.text_item),
        )
        for row in rows
    ]


async def present_decisions(
    session: AsyncSession, case_id: UUID, texts: OpenedTexts
) -> list[DecisionView]:
    rows = await session.scalars(
        sa.select(DecisionRow)
        .where(DecisionRow.case_id.in_(homes_of(case_id)))
        .order_by(DecisionRow.id)
    )
    return [
        DecisionView(
            id=row.id,
            outcome=Outcome(row.outcome),
            duplicate_of=row.duplicate_of,
            categories=[Allegation(value) for value in row.categories],
            grounds=Grounds(row.grounds),
            decided_by=row.decided_by,
            decided_at=row.decided_at,
            facts=texts.written(row.facts_item),
            reasoning_public=texts.written(row.reasoning_item),
            note_private=texts.written(row.note_item),
        )
        for row in rows
    ]

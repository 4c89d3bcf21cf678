"""What one person proposes and another approves; the host's command line is exempt."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from triage.journal.actor import Actor, Subject
from triage.journal.service import append
from triage.kit.db import Base, one_of
from triage.kit.errors import Conflict, NotFound


class ApprovalKind(StrEnum):
    """What needs a second person."""

    WEIGHTS = "weights"


class ApprovalState(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"


class ApprovalRow(Base):
    """`subject`: what it is about, as its kind names it (a version of the weights)."""

    __tablename__ = "approval"
    __table_args__ = (
        one_of("kind", ApprovalKind),
        one_of("state", ApprovalState),
        sa.CheckConstraint("answered_by IS NULL OR answered_by <> proposed_by", "two_people"),
        sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", "answered"),
        sa.Index(
            "uq_approval_kind_subject",
            "kind",
            "subject",
            unique=True,
            postgresql_where=sa.text("state = 'open'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    state: Mapped[str]
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime]
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]


class ApprovalNotFound(NotFound):
    title = "There is no such approval"


class AlreadyAnswered(Conflict):
    title = "Somebody has answered this already"


class OwnProposal(Conflict):
    title = "Whoever proposes something cannot approve it"


SUBJECT: Final = "approval"


def propose(
    session: AsyncSession,
    approval_id: UUID,
    kind: ApprovalKind,
    subject: str,
    actor: Actor,
    now: datetime,
) -> ApprovalRow:
    """Ask for a second person; the act itself waits until one approves."""
    assert actor.id is not None  # noqa: S101 - people have accounts
    row = ApprovalRow(
        id=approval_id,
        kind=kind,
        subject=subject,
        state=ApprovalState.OPEN,
        proposed_by=actor.id,
        proposed_at=now,
    )
    session.add(row)
    _journal(session, row, f"{kind}.proposed", actor, now)
    return row


async def answer(
    session: AsyncSession, approval_id: UUID, actor: Actor, now: datetime, *, approved: bool
) -> ApprovalRow:
    """Close it, locked. Raises ApprovalNotFound, AlreadyAnswered or OwnProposal."""
    row = await session.get(ApprovalRow, approval_id, with_for_update=True)
    if row is None:
        raise ApprovalNotFound
    if row.state != ApprovalState.OPEN:
        raise AlreadyAnswered
    if row.proposed_by == actor.id:
        raise OwnProposal
    row.state = ApprovalState.APPROVED if approved else ApprovalState.REFUSED
    row.answered_by, row.answered_at = actor.id, now
    _journal(session, row, f"{row.kind}.{row.state}", actor, now)
    return row


def _journal(
    session: AsyncSession, row: ApprovalRow, event: str, actor: Actor, now: datetime
) -> None:
    append(session, event, actor, [Subject(SUBJECT, row.id)], at=now, body={"subject": row.subject})

"""People's acts on a case: decisions are never edited; texts are sealed under the case's notes."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from triage.kit.db import Base, one_of


class Outcome(StrEnum):
    REMOVE = "remove"
    REFER = "refer"
    NO_VIOLATION = "no_violation"
    INSUFFICIENT = "insufficient"
    DUPLICATE = "duplicate"
    OUT_OF_SCOPE = "out_of_scope"


class Grounds(StrEnum):
    LAW = "law"
    TERMS = "terms"


class DecisionRow(Base):
    __tablename__ = "decision"
    __table_args__ = (
        one_of("outcome", Outcome),
        one_of("grounds", Grounds),
        sa.CheckConstraint(
            "(outcome = 'duplicate') = (duplicate_of IS NOT NULL)", "duplicate_of_what"
        ),
        sa.CheckConstraint("duplicate_of <> case_id", "not_of_itself"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case.id"), index=True)
    decided_by: Mapped[UUID]
    lease_token: Mapped[UUID] = mapped_column(unique=True, comment="a lease decides once")
    outcome: Mapped[str]
    duplicate_of: Mapped[UUID | None] = mapped_column(sa.ForeignKey("case.id"))
    categories: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    grounds: Mapped[str]
    facts_item: Mapped[UUID] = mapped_column(comment="vault item")
    reasoning_item: Mapped[UUID] = mapped_column(comment="vault item: the statement of reasons")
    note_item: Mapped[UUID | None] = mapped_column(comment="vault item, never shown outside")
    held_for_second_look: Mapped[bool]
    case_version: Mapped[int]
    seen_through: Mapped[int] = mapped_column(comment="ordinal of the last report it has seen")
    decided_through: Mapped[int] = mapped_column(comment="ordinal of the last report there was")
    decided_at: Mapped[datetime]


class NoteRow(Base):
    __tablename__ = "note"
    __table_args__ = (one_of("audience", ("internal", "reporter")),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case.id"), index=True)
    written_by: Mapped[UUID]
    audience: Mapped[str]
    text_item: Mapped[UUID] = mapped_column(comment="vault item")
    written_at: Mapped[datetime]


class RevealRow(Base):
    """One item opened for somebody, why, and until when it may be shown."""

    __tablename__ = "reveal"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case.id"), index=True)
    principal_id: Mapped[UUID]
    items: Mapped[list[str]] = mapped_column(ARRAY(sa.Text), comment="<vault item>:<n>")
    reason_item: Mapped[UUID] = mapped_column(comment="vault item")
    revealed_at: Mapped[datetime]
    expires_at: Mapped[datetime]

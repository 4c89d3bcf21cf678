"""The tables of the vault: a wrapped key for each subject, and what is sealed under it."""

from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from triage.kit.db import Base, one_of

SubjectKind = Literal["reporter", "victim", "content", "notes"]


class VaultSubject(Base):
    """A role in a report, or the notes of a case. Without its key, all its items are noise."""

    __tablename__ = "vault_subject"
    __table_args__ = (
        one_of("kind", get_args(SubjectKind)),
        sa.CheckConstraint("(erased_at IS NULL) = (wrapped_key IS NOT NULL)", "erased_has_no_key"),
        sa.CheckConstraint("erased_at >= created_at", "erased_after"),
        # Also how the subjects of an owner are found: an erased one is never looked for, and what
        # is written after an erasure begins a new one.
        sa.Index(
            "uq_vault_subject_live",
            "owner_id",
            "kind",
            unique=True,
            postgresql_where=sa.text("erased_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    owner_id: Mapped[UUID] = mapped_column(comment="the report; for notes the case")
    wrapped_key: Mapped[bytes | None] = mapped_column(
        comment="envelope of the data key under a key-encryption key; null once erased"
    )
    kid: Mapped[str] = mapped_column(comment="id of the key-encryption key, as in the envelope")
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class VaultItem(Base):
    """One sealed value. Its field is part of what is authenticated: it decides who may read it."""

    __tablename__ = "vault_item"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(sa.ForeignKey("vault_subject.id"), index=True)
    field: Mapped[str] = mapped_column(comment="what it is, such as content.text")
    ciphertext: Mapped[bytes] = mapped_column(comment="envelope of JSON under the subject's key")

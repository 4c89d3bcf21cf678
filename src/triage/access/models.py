"""Callers, their tokens and scopes, the channels reports come through, and keys of idempotency."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from triage.access.principal import ChannelKind, Role
from triage.kit.db import Base, one_of


class ChannelRow(Base):
    __tablename__ = "channel"
    __table_args__ = (one_of("kind", ChannelKind),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    jurisdiction: Mapped[str | None] = mapped_column(comment="ISO 3166 code when reports name none")
    formats: Mapped[list[str]] = mapped_column(
        ARRAY(sa.Text), server_default="{}", comment="the doors it may use; empty: all"
    )
    grants: Mapped[list[str]] = mapped_column(
        ARRAY(sa.Text), server_default="{}", comment="of whoever posts through it"
    )
    quota: Mapped[int | None] = mapped_column(comment="reports a minute; null: as many as can be")
    telegram_reply: Mapped[bool] = mapped_column(
        server_default=sa.false(), comment="the Telegram door answers with the receipt"
    )
    did: Mapped[str | None] = mapped_column(comment="who reports, as the atproto door says")
    closed_at: Mapped[datetime | None] = mapped_column(comment="takes no reports any more")
    created_at: Mapped[datetime]


class QuotaUseRow(Base):
    """How much of a quota was handed out in a minute; processes take it in small portions."""

    __tablename__ = "quota_use"
    __table_args__ = (sa.CheckConstraint("taken >= 0", "taken"),)

    subject: Mapped[bytes] = mapped_column(
        primary_key=True, comment="the channel, or a digest of whom"
    )
    minute: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, comment="since 1970")
    taken: Mapped[int]


class PrincipalRow(Base):
    __tablename__ = "principal"
    __table_args__ = (
        one_of("role", Role),
        sa.CheckConstraint("(role = 'intake') = (channel_id IS NOT NULL)", "channel_of_intake"),
        sa.UniqueConstraint("role", "name"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    role: Mapped[str]
    name: Mapped[str]
    channel_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("channel.id"))
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None] = mapped_column(comment="no token of theirs works any more")


class ScopeRow(Base):
    """One scope of a principal: a grant, a queue, a jurisdiction or a platform."""

    __tablename__ = "principal_scope"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('grant', 'queue', 'jurisdiction', 'platform')", "kind"),
    )

    principal_id: Mapped[UUID] = mapped_column(sa.ForeignKey("principal.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)


class CredentialRow(Base):
    """An API token: only the SHA-256 of its secret is kept (the secret has 256 random bits)."""

    __tablename__ = "credential"
    __table_args__ = (sa.CheckConstraint("octet_length(digest) = 32", "digest_length"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="the middle part of the token")
    principal_id: Mapped[UUID] = mapped_column(sa.ForeignKey("principal.id"), index=True)
    digest: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class IdempotencyKeyRow(Base):
    """What a key of a caller led to: enough to build the same answer again, and no text of it."""

    __tablename__ = "idempotency_key"

    principal_id: Mapped[UUID] = mapped_column(primary_key=True)
    key_digest: Mapped[bytes] = mapped_column(primary_key=True)
    request_digest: Mapped[bytes] = mapped_column(comment="keyed digest of operation and body")
    result_id: Mapped[UUID] = mapped_column(comment="what the act created")
    created_at: Mapped[datetime] = mapped_column(index=True)

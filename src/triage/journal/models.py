"""The journal's tables: events as they happened, and the Merkle tree over their order."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from triage.kit.db import Base


class JournalEvent(Base):
    """Written in the transaction of its act and never touched again."""

    __tablename__ = "journal_event"
    __table_args__ = (
        sa.CheckConstraint(r"kind ~ '^[a-z_]+(\.[a-z_]+)+$'", "kind"),
        sa.CheckConstraint("actor_role <> ''", "actor_role"),
        sa.CheckConstraint("octet_length(nonce) = 16", "nonce_length"),
        sa.CheckConstraint("jsonb_typeof(subjects) = 'array'", "subjects"),
        sa.CheckConstraint("(subject_id IS NULL) = (subjects = '[]'::jsonb)", "first_subject"),
        sa.CheckConstraint("jsonb_typeof(body) = 'object'", "body"),
        sa.CheckConstraint("jsonb_typeof(public) = 'object'", "public"),
        sa.Index("ix_journal_event_subject", "subject_id", "id"),
        sa.Index("ix_journal_event_actor", "actor_id", "id"),
        # Rows arrive in the order of time: a few kilobytes answer "from" and "to".
        sa.Index("ix_journal_event_time", "occurred_at", postgresql_using="brin"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(comment="dotted, in the past tense: case.claimed")
    actor_id: Mapped[UUID | None] = mapped_column(comment="the principal; none: system or public")
    actor_role: Mapped[str]
    subject_id: Mapped[UUID | None] = mapped_column(
        comment="id of the first subject, in whose timeline the event stands"
    )
    subjects: Mapped[list[list[str]]] = mapped_column(JSONB, comment="[[kind, id], …]")
    body: Mapped[dict[str, Any]] = mapped_column(JSONB, comment="for auditors; no personal data")
    public: Mapped[dict[str, Any]] = mapped_column(
        JSONB, comment="what streams and webhooks may carry"
    )
    nonce: Mapped[bytes] = mapped_column(comment="random: a leaf does not let its event be guessed")
    occurred_at: Mapped[datetime]
    request_id: Mapped[str | None]


class JournalPending(Base):
    """The events of one committed transaction, until the sequencer has numbered them."""

    __tablename__ = "journal_pending"
    __table_args__ = (
        sa.CheckConstraint("cardinality(event_ids) > 0", "not_empty"),
        # A queue: without this its dead rows outnumber the live ones.
        {
            "postgresql_with": {
                "autovacuum_vacuum_scale_factor": 0.01,
                "autovacuum_vacuum_threshold": 500,
                "autovacuum_vacuum_cost_delay": 0,
            }
        },
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_ids: Mapped[list[UUID]] = mapped_column(ARRAY(sa.Uuid), comment="in the order appended")


class JournalLeaf(Base):
    """An event's place for good: positions start at 0 and have no gaps.

    No foreign key: it would lock, and so rewrite, the page of every event that is numbered.
    """

    __tablename__ = "journal_leaf"
    __table_args__ = (
        sa.CheckConstraint("position >= 0", "position"),
        sa.CheckConstraint("octet_length(hash) = 32", "hash_length"),
    )

    position: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[UUID] = mapped_column(unique=True)
    hash: Mapped[bytes] = mapped_column(comment="SHA-256(0x00 ‖ canonical event)")


class JournalNode(Base):
    """A complete subtree of 2^level leaves, the first of them at index x 2^level."""

    __tablename__ = "journal_node"
    __table_args__ = (
        sa.CheckConstraint("level BETWEEN 1 AND 62", "level"),
        sa.CheckConstraint("index >= 0", "index"),
        sa.CheckConstraint("octet_length(hash) = 32", "hash_length"),
    )

    level: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(comment="SHA-256(0x01 ‖ left ‖ right)")


class JournalCheckpoint(Base):
    """A promise about the first `size` events that everybody may keep."""

    __tablename__ = "journal_checkpoint"
    __table_args__ = (
        sa.CheckConstraint("size > 0", "size"),
        sa.CheckConstraint("octet_length(root) = 32", "root_length"),
    )

    size: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[bytes]
    note: Mapped[str] = mapped_column(comment="C2SP signed note")
    created_at: Mapped[datetime]


class JournalHead(Base):
    """One row, made by the migration: whoever has locked it is the sequencer."""

    __tablename__ = "journal_head"
    __table_args__ = (
        sa.CheckConstraint("id = 1", "one_row"),
        sa.CheckConstraint("size >= 0", "size"),
        sa.CheckConstraint("size = 0 OR origin <> ''", "origin"),
    )

    id: Mapped[int] = mapped_column(
        sa.SmallInteger, primary_key=True, autoincrement=False, server_default=sa.text("1")
    )
    size: Mapped[int] = mapped_column(sa.BigInteger, server_default=sa.text("0"))
    origin: Mapped[str] = mapped_column(
        server_default="", comment="the journal's name; empty until the first event is numbered"
    )

"""Known content: lists of hashes that others keep, and how each import of one went."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from triage.kit.db import Base, one_of
from triage.reports.taxonomy import Harm


class HashKind(StrEnum):
    PDQ = "pdq"
    SHA256 = "sha256"
    MD5 = "md5"


class EntryState(StrEnum):
    """Only what is active matches."""

    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    DELETED = "deleted"


class ListFormat(StrEnum):
    """How a list is written: https://stopncii.org, NCMEC's hash sharing 2, or plain CSV."""

    STOPNCII = "stopncii"
    NCMEC = "ncmec"
    CSV = "csv"


class HashListRow(Base):
    __tablename__ = "hash_list"
    __table_args__ = (one_of("harm", Harm),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    harm: Mapped[str] = mapped_column(comment="what a match says: an intimate image, or a child")
    active: Mapped[bool]
    created_at: Mapped[datetime]


class HashListEntryRow(Base):
    """One hash of a list; `chunk` is the part of an import that changed it last."""

    __tablename__ = "hash_list_entry"
    __table_args__ = (
        one_of("kind", HashKind),
        one_of("state", EntryState),
        sa.CheckConstraint("octet_length(value) = 32", "value_length"),
        sa.UniqueConstraint("list_id", "kind", "value", "source_id"),
        sa.Index("ix_hash_list_entry_value", "kind", "value"),
        sa.Index("ix_hash_list_entry_import", "import_id", "chunk"),
        sa.Index(
            "ix_hash_list_entry_source",
            "list_id",
            "source_id",
            postgresql_where=sa.text("source_id <> ''"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    list_id: Mapped[UUID] = mapped_column(sa.ForeignKey("hash_list.id"))
    kind: Mapped[str]
    value: Mapped[bytes] = mapped_column(
        comment="a PDQ as it is, else the keyed digest that reports' files have"
    )
    source_id: Mapped[str] = mapped_column(comment="by which its keeper names it, or empty")
    state: Mapped[str]
    modified_at: Mapped[datetime] = mapped_column(comment="as its keeper says: the last one counts")
    import_id: Mapped[UUID]
    chunk: Mapped[int]


class HashListDeletionRow(Base):
    """What is deleted by its id alone: kept, for its hashes may come later than that."""

    __tablename__ = "hash_list_deletion"

    list_id: Mapped[UUID] = mapped_column(sa.ForeignKey("hash_list.id"), primary_key=True)
    source_id: Mapped[str] = mapped_column(
        primary_key=True, comment="by which its keeper names what it has deleted"
    )
    modified_at: Mapped[datetime]


class HashListImportRow(Base):
    """A document of a list; the same one again goes on where it stopped."""

    __tablename__ = "hash_list_import"
    __table_args__ = (
        one_of("format", ListFormat),
        sa.CheckConstraint("0 <= done AND done <= records", "done"),
        sa.UniqueConstraint("list_id", "document_digest"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    list_id: Mapped[UUID] = mapped_column(sa.ForeignKey("hash_list.id"))
    format: Mapped[str]
    document_digest: Mapped[bytes] = mapped_column(comment="keyed")
    records: Mapped[int] = mapped_column(comment="in the document, of kinds that are known here")
    done: Mapped[int] = mapped_column(comment="of them, in the order of the document")
    changed: Mapped[int] = mapped_column(comment="entries that are new or say something else now")
    skipped: Mapped[dict[str, int]] = mapped_column(JSONB, comment="records of other kinds")
    started_by: Mapped[UUID | None]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

"""Cases: one harm each, the fingerprints that lead reports to them, and the signals of urgency."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from triage.cases.links import LinkKind, LinkState
from triage.cases.states import CaseState
from triage.kit.db import Base, one_of


class CaseRow(Base):
    """`version` counts people's acts; only it is If-Match.

    `report_count` counts the reports that live in it, also those of cases merged into it.
    `last_ordinal` and `supplement_count` number what comes and never fall: a survivor goes on
    behind the numbers of the cases it absorbed.
    """

    __tablename__ = "case"
    __table_args__ = (
        one_of("state", CaseState),
        sa.CheckConstraint("band BETWEEN 0 AND 3", "band"),
        sa.CheckConstraint("score BETWEEN 0 AND 1", "score"),
        sa.CheckConstraint("report_count >= 0 AND version >= 1", "counts"),
        sa.CheckConstraint("(state = 'merged') = (parent_id IS NOT NULL)", "merged_has_parent"),
        sa.Index("ix_case_state_band", "state", "band", "id"),
        sa.Index("ix_case_weights_version", "weights_version", "band", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True, comment="short, for people")
    state: Mapped[str]
    band: Mapped[int] = mapped_column(sa.SmallInteger)
    score: Mapped[float]
    weights_version: Mapped[int] = mapped_column(sa.SmallInteger)
    rule_weights: Mapped[dict[str, float]] = mapped_column(
        JSONB, comment="per rule the highest weight over all reports: what the score is made of"
    )
    reasons: Mapped[list[Any]] = mapped_column(JSONB)
    queue: Mapped[str]
    allegations: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    categories: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    jurisdictions: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    languages: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    needs_child_safety: Mapped[bool]
    report_count: Mapped[int]
    last_ordinal: Mapped[int] = mapped_column(
        server_default=sa.text("0"), comment="of its reports and of those merged into it"
    )
    supplement_count: Mapped[int] = mapped_column(server_default=sa.text("0"))
    version: Mapped[int]
    outcome: Mapped[str | None] = mapped_column(comment="of the decision in force")
    first_reported_at: Mapped[datetime]
    last_reported_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_through: Mapped[int | None] = mapped_column(
        comment="the last report (its ordinal) that the decision in force has seen"
    )
    parent_id: Mapped[UUID | None] = mapped_column(comment="the case this one was merged into")
    root_id: Mapped[UUID] = mapped_column(index=True, comment="the case that lives; itself if none")


@dataclass(slots=True, kw_only=True)
class NewCase:
    """A case before it is stored, with the columns of CaseRow, and nobody who watches them."""

    id: UUID
    reference: str
    state: str = CaseState.OPEN
    band: int = 3
    score: float = 0.0
    weights_version: int = 0
    rule_weights: dict[str, float] = field(default_factory=dict)
    reasons: list[Any] = field(default_factory=list)
    queue: str
    allegations: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    jurisdictions: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    needs_child_safety: bool = False
    report_count: int = 0
    last_ordinal: int = 0
    supplement_count: int = 0
    version: int = 1
    outcome: str | None = None
    first_reported_at: datetime
    last_reported_at: datetime
    decided_at: datetime | None = None
    decided_through: int | None = None
    parent_id: UUID | None = None
    root_id: UUID


class ReportCaseRow(Base):
    """A report's home: the case whose post it names, which may live in another one.

    `ordinal` counts within the case that lives, in the order of attaching.
    """

    __tablename__ = "report_case"
    __table_args__ = (
        one_of("disposition", ("opened", "attached", "reopened")),
        sa.UniqueConstraint("case_id", "ordinal"),
    )

    report_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case.id"))
    ordinal: Mapped[int]
    disposition: Mapped[str]
    band: Mapped[int] = mapped_column(sa.SmallInteger, comment="of the case, after attaching")
    attached_at: Mapped[datetime]


class MergeRow(Base):
    """One case's stay in another: what it takes to let it go again.

    What came since is told by its number: behind `last_ordinal`, `supplement_count`.
    """

    __tablename__ = "merge_record"
    __table_args__ = (
        one_of("child_state", CaseState),
        one_of("survivor_state", CaseState),
        sa.CheckConstraint("child_id <> survivor_id", "not_into_itself"),
        sa.CheckConstraint("(unmerged_at IS NULL) = (unmerged_by IS NULL)", "unmerged"),
        sa.Index(
            "uq_merge_record_child_id",
            "child_id",
            unique=True,
            postgresql_where=sa.text("unmerged_at IS NULL"),
        ),
        sa.Index(
            "ix_merge_record_survivor_id",
            "survivor_id",
            postgresql_where=sa.text("unmerged_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    child_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case.id"))
    survivor_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case.id"))
    merged_by: Mapped[UUID]
    merged_at: Mapped[datetime]
    child_state: Mapped[str] = mapped_column(comment="before")
    survivor_state: Mapped[str] = mapped_column(comment="before")
    last_ordinal: Mapped[int] = mapped_column(comment="of both, then")
    supplement_count: Mapped[int] = mapped_column(comment="of both, then")
    child_clock_id: Mapped[UUID | None] = mapped_column(comment="its decision clock, which stopped")
    survivor_clock_id: Mapped[UUID | None] = mapped_column(
        comment="its decision clock, which may have taken the child's deadline"
    )
    survivor_started_at: Mapped[datetime | None] = mapped_column(
        comment="when the survivor's own time began"
    )
    unmerged_by: Mapped[UUID | None]
    unmerged_at: Mapped[datetime | None]


class FingerprintRow(Base):
    """A post, file or page that belongs to a case; `attaches` false: it only suggests a link.

    No foreign key: the winner of an insert race decides which case will exist, so a fingerprint is
    written before its case, in the same transaction.
    """

    __tablename__ = "fingerprint"

    kind: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(primary_key=True, comment="keyed digest of the typed id")
    case_id: Mapped[UUID] = mapped_column(index=True)
    report_id: Mapped[UUID] = mapped_column(comment="the report that brought it first")
    attaches: Mapped[bool]
    muted: Mapped[bool] = mapped_column(server_default=sa.false())


class MutedPictureRow(Base):
    """A picture that tells nothing of who is in it: it and its copies lead to no other case."""

    __tablename__ = "muted_picture"
    __table_args__ = (sa.CheckConstraint("octet_length(pdq) = 32", "pdq_length"),)

    pdq: Mapped[bytes] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(comment="where a lead met it")
    muted_by: Mapped[UUID]
    muted_at: Mapped[datetime]


class SignalRow(Base):
    __tablename__ = "signal"
    __table_args__ = (sa.CheckConstraint("weight > 0 AND weight <= 1", "weight"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    report_id: Mapped[UUID]
    supplement_id: Mapped[UUID | None] = mapped_column(comment="whose text the evidence is in")
    rule: Mapped[str]
    label: Mapped[str]
    weight: Mapped[float]
    evidence_start: Mapped[int | None] = mapped_column(comment="code points into the text")
    evidence_end: Mapped[int | None]
    evidence_view: Mapped[str | None]
    list_id: Mapped[UUID | None] = mapped_column(comment="the list of known content it is on")
    distance: Mapped[int | None] = mapped_column(
        sa.SmallInteger, comment="bits of 256, to the nearest on the list or removed before"
    )
    weights_version: Mapped[int] = mapped_column(sa.SmallInteger)
    dismissed_by: Mapped[UUID | None]


class CaseLinkRow(Base):
    """Two cases that may be about the same; nobody but a person joins them.

    The reports are those of the closest match: `report_id` of the low case, the other of the high.
    """

    __tablename__ = "case_link"
    __table_args__ = (
        one_of("kind", LinkKind),
        one_of("state", LinkState),
        sa.UniqueConstraint("low_case_id", "high_case_id", "kind"),
        sa.CheckConstraint("low_case_id < high_case_id", "order"),
        sa.CheckConstraint("distance BETWEEN 0 AND 256", "distance"),
        sa.CheckConstraint("similarity BETWEEN 0 AND 1", "similarity"),
        sa.CheckConstraint("(state = 'suggested') = (decided_by IS NULL)", "decided"),
        sa.CheckConstraint("(kind = 'proposed') = (proposed_by IS NOT NULL)", "proposed"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    low_case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case.id"))
    high_case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case.id"), index=True)
    kind: Mapped[str]
    state: Mapped[str]
    report_id: Mapped[UUID | None]
    other_report_id: Mapped[UUID | None]
    distance: Mapped[int | None] = mapped_column(sa.SmallInteger, comment="bits of 256, for pdq")
    similarity: Mapped[float | None] = mapped_column(comment="estimated, for text")
    model: Mapped[str] = mapped_column(comment="what computed it, with its version")
    suggested_at: Mapped[datetime]
    proposed_by: Mapped[UUID | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]

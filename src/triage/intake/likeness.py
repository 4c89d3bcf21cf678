"""What the matcher compares: pictures by their PDQ hashes, texts by their sketches."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from triage.cases.links import LinkKind
from triage.cases.models import ReportCaseRow
from triage.cases.muting import is_muted
from triage.fingerprints import texts
from triage.fingerprints.pictures import QUALITY, PictureIndex
from triage.fingerprints.texts import TextIndex
from triage.journal.models import JournalEvent, JournalLeaf
from triage.reports.models import ReportMediaRow, ReportRow, ReportSupplementRow

COMMON = 100
"""Texts of one wording that still tell something."""

RECEIVED, SUPPLEMENTED = "report.received", "report.supplemented"


@dataclass(frozen=True, slots=True)
class Sought:
    """A thing that has come, with the position of its event; `forms`: itself, and its like."""

    position: int
    item_id: UUID
    forms: Sequence[bytes]


class Near(NamedTuple):
    """The number that `add` gave; a distance, or a similarity."""

    number: int
    distance: int | None = None
    similarity: float | None = None


class Likeness(ABC):
    """One way of being alike, and all that have been searched by it so far."""

    kind: ClassVar[LinkKind]
    model: ClassVar[str]
    width: ClassVar[int]
    """Bytes of one value."""
    stored: ClassVar[str]
    """SQL: id and value of the items that were searched, from position $1 to before $2."""

    @abstractmethod
    def add(self, values: bytes) -> None:
        """Values one after another; they are numbered in this order."""

    @abstractmethod
    def search(self, forms: Sequence[bytes], limit: int) -> list[Near]:
        """The nearest first."""

    @staticmethod
    @abstractmethod
    def sought(start: int, end: int) -> sa.Select[Any]:
        """Position, id, value and other forms of what the events from `start` to `end` brought."""

    @staticmethod
    @abstractmethod
    def homes(ids: sa.ColumnElement[Any]) -> sa.Select[UUID, UUID, UUID]:
        """Id, report and home of items, as far as they may lead to other cases."""


class PictureLikeness(Likeness):
    kind = LinkKind.PDQ
    model = "pdq-1"
    width = 32
    stored = """
        SELECT item_id, report_media.pdq
        FROM searched_item JOIN report_media ON report_media.id = item_id
        WHERE kind = 'pdq' AND position >= $1 AND position < $2
    """

    def __init__(self) -> None:
        self._index = PictureIndex()

    def add(self, values: bytes) -> None:
        self._index.add(values)

    def search(self, forms: Sequence[bytes], limit: int) -> list[Near]:
        return [Near(n, distance=distance) for n, distance in self._index.search(forms, limit)]

    @staticmethod
    def sought(start: int, end: int) -> sa.Select[Any]:
        """A picture without a stated quality counts as good enough; a muted one is passed over."""
        return (
            brought(start, end, (RECEIVED, SUPPLEMENTED))
            .add_columns(ReportMediaRow.id, ReportMediaRow.pdq, ReportMediaRow.pdq_forms)
            .join(
                ReportMediaRow,
                is_brought(),
            )
            .where(
                ReportMediaRow.pdq.is_not(None),
                ~is_muted(ReportMediaRow.pdq),
                sa.func.coalesce(ReportMediaRow.pdq_quality, QUALITY) >= QUALITY,
            )
            .order_by(JournalLeaf.position, ReportMediaRow.id)
        )

    @staticmethod
    def homes(ids: sa.ColumnElement[Any]) -> sa.Select[UUID, UUID, UUID]:
        return (
            sa.select(ReportMediaRow.id, ReportMediaRow.report_id, ReportCaseRow.case_id)
            .join(ReportCaseRow, ReportCaseRow.report_id == ReportMediaRow.report_id)
            .where(ReportMediaRow.id == sa.any_(ids), ~is_muted(ReportMediaRow.pdq))
        )


class TextLikeness(Likeness):
    kind = LinkKind.TEXT
    model = texts.MODEL
    width = texts.VALUES
    stored = """
        SELECT item_id, coalesce(report.text_sketch, report_supplement.text_sketch)
        FROM searched_item
        LEFT JOIN report ON report.id = item_id
        LEFT JOIN report_supplement ON report_supplement.id = item_id
        WHERE kind = 'text' AND position >= $1 AND position < $2
          AND coalesce(report.text_sketch, report_supplement.text_sketch) IS NOT NULL
    """

    def __init__(self) -> None:
        self._index = TextIndex()

    def add(self, values: bytes) -> None:
        self._index.add(values)

    def search(self, forms: Sequence[bytes], limit: int) -> list[Near]:
        """Nothing for what so many say: a bot's own words, a form's."""
        found = self._index.search(forms[0], min(limit, COMMON + 1))
        if len(found) > COMMON:
            return []
        return [Near(number, similarity=round(similarity, 4)) for number, similarity in found]

    @staticmethod
    def sought(start: int, end: int) -> sa.Select[Any]:
        reports = (
            brought(start, end, (RECEIVED,))
            .add_columns(ReportRow.id, ReportRow.text_sketch)
            .join(ReportRow, ReportRow.id == _report_of_event())
            .where(ReportRow.text_sketch.is_not(None))
        )
        supplements = (
            brought(start, end, (SUPPLEMENTED,))
            .add_columns(ReportSupplementRow.id, ReportSupplementRow.text_sketch)
            .join(ReportSupplementRow, ReportSupplementRow.id == _supplement_of_event())
            .where(ReportSupplementRow.text_sketch.is_not(None))
        )
        both = sa.union_all(reports, supplements).subquery()
        none = sa.literal([], ARRAY(sa.LargeBinary))
        return sa.select(*both.c, none).order_by(both.c.position)

    @staticmethod
    def homes(ids: sa.ColumnElement[Any]) -> sa.Select[UUID, UUID, UUID]:
        of_supplement = sa.select(ReportSupplementRow.id, ReportSupplementRow.report_id)
        of_itself = sa.select(ReportCaseRow.report_id, ReportCaseRow.report_id)
        item = sa.union_all(
            of_supplement.where(ReportSupplementRow.id == sa.any_(ids)),
            of_itself.where(ReportCaseRow.report_id == sa.any_(ids)),
        ).subquery()
        return sa.select(item.c[0], item.c[1], ReportCaseRow.case_id).join(
            ReportCaseRow, ReportCaseRow.report_id == item.c[1]
        )


def brought(start: int, end: int, kinds: Sequence[str]) -> sa.Select[Any]:
    """The positions of the events of these kinds, from `start` to before `end`."""
    return (
        sa.select(JournalLeaf.position)
        .join(JournalEvent, JournalEvent.id == JournalLeaf.event_id)
        .where(
            JournalLeaf.position >= start,
            JournalLeaf.position < end,
            JournalEvent.kind.in_(kinds),
        )
    )


def is_brought() -> sa.ColumnElement[bool]:
    """That a file came with the report or the supplement of the event."""
    return sa.and_(
        ReportMediaRow.report_id == _report_of_event(),
        ReportMediaRow.supplement_id.is_not_distinct_from(_supplement_of_event()),
    )


def _report_of_event() -> sa.ColumnElement[UUID]:
    return sa.cast(JournalEvent.subjects[1][1].astext, sa.Uuid)


def _supplement_of_event() -> sa.ColumnElement[UUID]:
    return sa.cast(JournalEvent.body["supplement"].astext, sa.Uuid)

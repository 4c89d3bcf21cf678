"""Suggesting links: each pair of cases once for each kind, and never again what was rejected."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from triage.cases.links import LinkKind, LinkState, Pair
from triage.cases.models import CaseLinkRow, CaseRow
from triage.fingerprints.sites import RULES_VERSION
from triage.journal.actor import Actor, Subject
from triage.journal.service import append
from triage.kit.ids import uuid7
from triage.kit.rows import insert_new

# Closer than what was suggested before, and still for a person to decide.
BRING_CLOSER = sa.text(
    """
    UPDATE case_link
    SET distance = new.distance, similarity = new.similarity,
        report_id = new.report_id, other_report_id = new.other_report_id, model = new.model
    FROM json_populate_recordset(NULL::case_link, CAST(:rows AS json)) AS new
    WHERE case_link.low_case_id = new.low_case_id
      AND case_link.high_case_id = new.high_case_id
      AND case_link.kind = new.kind
      AND case_link.state = 'suggested'
      AND (new.distance < case_link.distance OR new.similarity > case_link.similarity)
    """
)


BY_CONTENT = f"rules-{RULES_VERSION}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """That the case of a report may be the other case; both are the homes of the reports."""

    case_id: UUID
    other_id: UUID
    kind: LinkKind
    model: str
    report_id: UUID | None = None
    other_report_id: UUID | None = None
    distance: int | None = None
    similarity: float | None = None

    @property
    def pair(self) -> Pair:
        return Pair.of(self.case_id, self.other_id)

    def is_closer_than(self, other: "Suggestion") -> bool:
        return (self.distance or 0, -(self.similarity or 0)) < (
            other.distance or 0,
            -(other.similarity or 0),
        )

    def in_order(self) -> "Suggestion":
        """From the lower id to the higher, as links are stored."""
        if self.case_id == self.pair.low:
            return self
        return replace(
            self,
            case_id=self.other_id,
            other_id=self.case_id,
            report_id=self.other_report_id,
            other_report_id=self.report_id,
        )


def of_content(report_id: UUID, case_id: UUID, also_hit: Iterable[UUID]) -> list[Suggestion]:
    """That a report shares a post or a file with other cases than its own."""
    return [
        Suggestion(
            case_id=case_id,
            other_id=other_id,
            kind=LinkKind.CONTENT,
            model=BY_CONTENT,
            report_id=report_id,
        )
        for other_id in also_hit
    ]


async def suggest_links(
    session: AsyncSession, suggestions: Iterable[Suggestion], actor: Actor, now: datetime
) -> Sequence[Suggestion]:
    """Store what is new, and what is closer than before; gives what no person has rejected."""
    best: dict[tuple[Pair, LinkKind], Suggestion] = {}
    for suggestion in suggestions:
        key = suggestion.pair, suggestion.kind
        if key not in best or suggestion.is_closer_than(best[key]):
            best[key] = suggestion.in_order()
    if not best:
        return []
    roots = await _roots(session, {case for pair, _ in best for case in pair})
    rejected = await _rejected(session, roots)
    standing = [
        suggestion
        for (pair, kind), suggestion in sorted(best.items())
        if (both := Pair.of(roots[pair.low], roots[pair.high])).low != both.high
        and (both, kind) not in rejected
    ]
    rows = [_row(suggestion, now) for suggestion in standing]
    told = ("id", "low_case_id", "high_case_id", "kind")
    new = await insert_new(session, CaseLinkRow, rows, told)
    if len(new) < len(rows):
        new_ids = {link.id for link in new}
        await _bring_closer(session, [row for row in rows if row["id"] not in new_ids])
    for link in new:
        append(
            session,
            "link.suggested",
            actor,
            [
                Subject("case", link.low_case_id),
                Subject("case", link.high_case_id),
                Subject("link", link.id),
            ],
            at=now,
            body={"kind": link.kind},
        )
    return standing


async def move_links(
    session: AsyncSession, report_ids: Collection[UUID], homes: Collection[UUID], new_id: UUID
) -> None:
    """What reports that leave for a case of their own have been linked for goes with them.

    A link that would lead from the new case to itself, or that it has already, ends.
    """
    links = await session.scalars(
        sa.select(CaseLinkRow)
        .where(
            sa.or_(
                sa.and_(CaseLinkRow.report_id.in_(report_ids), CaseLinkRow.low_case_id.in_(homes)),
                sa.and_(
                    CaseLinkRow.other_report_id.in_(report_ids),
                    CaseLinkRow.high_case_id.in_(homes),
                ),
            )
        )
        .order_by(CaseLinkRow.id)
        .with_for_update()
    )
    taken: set[tuple[Pair, str]] = set()
    for link in links.all():
        ends = [(link.low_case_id, link.report_id), (link.high_case_id, link.other_report_id)]
        moved = [(new_id if report in report_ids else case, report) for case, report in ends]
        low, high = sorted(moved, key=lambda end: end[0])
        key = Pair(low[0], high[0]), link.kind
        if low[0] == high[0] or key in taken:
            await session.delete(link)
            continue
        taken.add(key)
        (link.low_case_id, link.report_id), (link.high_case_id, link.other_report_id) = low, high
    await session.flush()


def _row(suggestion: Suggestion, now: datetime) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "low_case_id": suggestion.case_id,
        "high_case_id": suggestion.other_id,
        "kind": suggestion.kind,
        "state": LinkState.SUGGESTED,
        "report_id": suggestion.report_id,
        "other_report_id": suggestion.other_report_id,
        "distance": suggestion.distance,
        "similarity": suggestion.similarity,
        "model": suggestion.model,
        "suggested_at": now,
    }


async def _roots(session: AsyncSession, case_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The case that lives, for each."""
    ids = sa.literal([*case_ids], ARRAY(sa.Uuid))
    rows = await session.execute(
        sa.select(CaseRow.id, CaseRow.root_id).where(CaseRow.id == sa.any_(ids))
    )
    return {row.id: row.root_id for row in rows}


async def _rejected(session: AsyncSession, roots: dict[UUID, UUID]) -> set[tuple[Pair, LinkKind]]:
    """Pairs of living cases that a person has rejected, also by links of merged ones."""
    low, high = sa.orm.aliased(CaseRow), sa.orm.aliased(CaseRow)
    ids = sa.literal([*set(roots.values())], ARRAY(sa.Uuid))
    rows = await session.execute(
        sa.select(low.root_id, high.root_id, CaseLinkRow.kind)
        .select_from(CaseLinkRow)
        .join(low, low.id == CaseLinkRow.low_case_id)
        .join(high, high.id == CaseLinkRow.high_case_id)
        .where(
            low.root_id == sa.any_(ids),
            high.root_id == sa.any_(ids),
            CaseLinkRow.state == LinkState.REJECTED,
        )
    )
    return {(Pair.of(one, other), LinkKind(kind)) for one, other, kind in rows}


async def _bring_closer(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    await session.execute(BRING_CLOSER, {"rows": msgspec.json.encode(rows).decode()})

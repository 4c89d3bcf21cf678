"""Opening single sealed items for the holder of a case, for minutes, with a reason."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal, Role
from triage.journal.actor import Subject
from triage.journal.attempts import Attempt
from triage.journal.service import append
from triage.kit.errors import FieldError, Invalid, Problem
from triage.kit.ids import uuid7
from triage.kit.rows import insert
from triage.queues.dispenser import Lease
from triage.reports.models import ReportRow, ReportSupplementRow
from triage.review.act_schemas import Revealed, RevealedItem, RevealRequest
from triage.review.models import RevealRow
from triage.review.texts import KINDS, TEXTS, open_items, persons_of, values_of
from triage.vault.service import OpenedItem, Vault

SHOWN_FOR = timedelta(minutes=5)


class RevealNeedsLease(Problem):
    status = 403
    title = "Only the holder of the case's lease, or a lead, opens sealed items"


async def reveal(
    session: AsyncSession,
    vault: Vault,
    principal: Principal,
    case_id: UUID,
    lease: Lease | None,
    request: RevealRequest,
    now: datetime,
) -> Revealed:
    """The values behind `<item>:<n>` of this case; journaled with the items, never the values.

    Raises RevealNeedsLease (journaled too) and Invalid for items that are not of this case.
    """
    subjects = [Subject("case", case_id)]
    is_holder = lease is not None and lease.holder == principal.id
    if not is_holder and principal.role is not Role.LEAD:
        raise RevealNeedsLease(event=Attempt("reveal.refused", principal.actor, subjects, at=now))
    wanted = [reference.partition(":") for reference in request.items]
    items = await open_items(session, vault, case_id, {UUID(item) for item, _, _ in wanted})
    details = await _details(session, vault, case_id, items)
    opened, errors = [], []
    for index, (identifier, _, number) in enumerate(wanted):
        found = details.get((UUID(identifier), int(number)))
        if found is None:
            errors.append(FieldError(f"/items/{index}", "not a sealed item of this case"))
        else:
            kind, value = found
            opened.append(RevealedItem(id=request.items[index], kind=kind, value=value))
    if errors:
        raise Invalid(errors=errors)
    expires_at = now + SHOWN_FOR
    await _keep(session, vault, principal, case_id, request, now, expires_at)
    append(
        session,
        "items.revealed",
        principal.actor,
        subjects,
        at=now,
        body={"items": [{"id": item.id, "kind": item.kind} for item in opened]},
    )
    return Revealed(items=opened, expires_at=expires_at)


async def _details(
    session: AsyncSession, vault: Vault, case_id: UUID, items: Mapping[UUID, OpenedItem]
) -> dict[tuple[UUID, int], tuple[str, str]]:
    """Kind and value of every detail of the items: by offset in texts, by index elsewhere."""
    found: dict[tuple[UUID, int], tuple[str, str]] = {}
    texts = [item for item in items.values() if item.field in TEXTS]
    for item in items.values():
        if item.field not in TEXTS:
            for number, value in enumerate(values_of(item)):
                found[item.id, number] = (KINDS[item.field], value)
    if not texts:
        return found
    persons = await persons_of(session, vault, case_id)
    stored = await _stored_masks(session, texts)
    for item in texts:
        for mask in persons.masks(item.value, stored.get(item.id, ())):
            found[item.id, mask.start] = (mask.kind, item.value[mask.start : mask.end])
    return found


async def _stored_masks(
    session: AsyncSession, texts: Sequence[OpenedItem]
) -> dict[UUID, Sequence[Any]]:
    """By item: the spans that were found when the text came."""
    of_reports = {item.owner_id: item.id for item in texts if item.field == "content.text"}
    reports = await session.execute(
        sa.select(ReportRow.id, ReportRow.masks).where(ReportRow.id.in_(of_reports))
    )
    supplements = await session.execute(
        sa.select(ReportSupplementRow.text_item, ReportSupplementRow.masks).where(
            ReportSupplementRow.report_id.in_({item.owner_id for item in texts}),
            ReportSupplementRow.text_item.is_not(None),
        )
    )
    return {of_reports[row.id]: row.masks for row in reports} | {
        row.text_item: row.masks for row in supplements
    }


async def _keep(
    session: AsyncSession,
    vault: Vault,
    principal: Principal,
    case_id: UUID,
    request: RevealRequest,
    now: datetime,
    expires_at: datetime,
) -> None:
    notes = await vault.subject_of(session, "notes", case_id, now)
    reason = vault.seal(notes, "reveal.reason", request.reason)
    await vault.store(session, [], [reason])
    await insert(
        session,
        RevealRow,
        [
            {
                "id": uuid7(),
                "case_id": case_id,
                "principal_id": principal.id,
                "items": request.items,
                "reason_item": reason.id,
                "revealed_at": now,
                "expires_at": expires_at,
            }
        ],
    )

"""Opening single sealed items for the holder of a case, for minutes, with a reason."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal, Role
from triage.cases.models import ReportCaseRow
from triage.journal.actor import Subject
from triage.journal.attempts import Attempt
from triage.journal.service import append
from triage.kit.db import insert
from triage.kit.errors import FieldError, Invalid, Problem
from triage.kit.ids import uuid7
from triage.queues.dispenser import Lease
from triage.reports.models import ReportRow
from triage.review.models import RevealRow
from triage.review.schemas import Revealed, RevealedItem, RevealRequest
from triage.review.texts import KINDS, TEXTS, OpenedTexts, open_texts, values_of
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
    rows = (
        await session.execute(
            sa.select(ReportRow.id, ReportRow.masks)
            .join(ReportCaseRow, ReportCaseRow.report_id == ReportRow.id)
            .where(ReportCaseRow.case_id == case_id)
        )
    ).all()
    masks = {row.id: row.masks for row in rows}
    texts = await open_texts(session, vault, case_id, list(masks))
    by_id = {str(item.id): item for fields in texts.items.values() for item in fields.values()}
    opened, errors = [], []
    for index, reference in enumerate(request.items):
        identifier, _, number = reference.partition(":")
        found = _value(texts, by_id.get(identifier), int(number), masks)
        if found is None:
            errors.append(FieldError(f"/items/{index}", "not a sealed item of this case"))
        else:
            kind, value = found
            opened.append(RevealedItem(id=reference, kind=kind, value=value))
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


def _value(
    texts: OpenedTexts,
    item: OpenedItem | None,
    number: int,
    masks: dict[UUID, list[list[object]]],
) -> tuple[str, str] | None:
    """Kind and value of the `number` of an item: an offset in texts, an index elsewhere."""
    if item is None:
        return None
    if item.field in TEXTS:
        stored: Sequence[object] = masks[item.owner_id] if item.field == "content.text" else ()
        for mask in texts.masks(item.value, stored):
            if mask.start == number:
                return mask.kind, item.value[mask.start : mask.end]
        return None
    values = values_of(item)
    return (KINDS[item.field], values[number]) if number < len(values) else None


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

"""What attaching does to cases: opened, re-scored, put back to work; and placed in the queue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from triage.assessment.signals import Signal
from triage.assessment.weights import Weights, weights
from triage.cases.linking import Suggestion, of_content, suggest_links
from triage.cases.models import CaseRow, NewCase, ReportCaseRow, SignalRow
from triage.cases.opening import insert_cases, new_reference
from triage.cases.queries import lock_cases
from triage.cases.scoring import score_anew, told_by
from triage.cases.states import CaseState
from triage.cases.weights_in_force import in_force
from triage.intake.arrival import Arrival
from triage.intake.attaching import Attachment
from triage.intake.submission import Prepared
from triage.intake.waking import new_locations, wake
from triage.journal.actor import SYSTEM, Actor, Subject
from triage.journal.service import append
from triage.kit.errors import TryAgain
from triage.kit.ids import uuid7
from triage.kit.rows import Writes
from triage.queues.placement import DEFAULT_QUEUE, Placement, enqueue, retarget
from triage.sla.policies import Policies


@dataclass(slots=True)
class Touched:
    """A case in this transaction: as it was found, and what the reports have done to it."""

    case: CaseRow | NewCase
    opens: bool
    band_before: int
    child_safety_before: bool = False
    jurisdictions_before: Sequence[str] = ()
    reopened: bool = False

    @classmethod
    def found(cls, case: CaseRow) -> "Touched":
        return cls(
            case,
            opens=False,
            band_before=case.band,
            child_safety_before=case.needs_child_safety,
            jurisdictions_before=case.jurisdictions,
        )


async def write_cases(
    session: AsyncSession,
    writes: Writes,
    fresh: Sequence[Prepared],
    attachments: Mapping[UUID, Attachment],
    policies: Policies,
    now: datetime,
) -> dict[UUID, dict[str, Any]]:
    """Attach the reports in their order; write cases and events, add the rest to `writes`.

    Gives the row of each report's home in its case, by report.
    """
    found = await lock_cases(session, {a.case_id for a in attachments.values() if not a.opens})
    _check_unchanged(found, attachments)
    unknown = await new_locations(session, fresh, attachments, found)
    touched = {case.id: Touched.found(case) for case in found.values()}
    current = await in_force(session)
    homes: list[dict[str, Any]] = []
    signals: list[dict[str, Any]] = []
    for item in fresh:
        attachment = attachments[item.report_id]
        if attachment.opens:
            touched[attachment.case_id] = Touched(
                _open(item, attachment.case_id), opens=True, band_before=3
            )
        touch = touched[attachment.case_id]
        rules_before, band_before = set(touch.case.rule_weights), touch.case.band
        touch.case.report_count += 1
        touch.case.last_ordinal += 1
        stronger = absorb(touch.case, item, current)
        signals += signal_rows(attachment.home_id, item)
        is_worse = touch.case.band < band_before
        has_news = is_worse or any(signal.rule not in rules_before for signal in stronger)
        disposition = "opened" if attachment.opens else "attached"
        if isinstance(touch.case, CaseRow) and await wake(
            session,
            touch.case,
            attachment.home_id,
            item,
            now,
            has_news=has_news,
            locations=unknown.get(item.report_id, frozenset()),
        ):
            disposition, touch.reopened = "reopened", True
        homes.append(_home_row(touch.case, attachment.home_id, item, disposition, now))
        _journal(session, item, attachment, disposition, now)
    opened = [touch.case for touch in touched.values() if isinstance(touch.case, NewCase)]
    await insert_cases(session, opened)
    await session.flush()
    await suggest_links(session, _shared(attachments), SYSTEM, now)
    writes.add(ReportCaseRow, homes)
    writes.add(SignalRow, signals)
    if fresh:
        await place(session, writes, list(touched.values()), policies, fresh[0].actor, now)
    return {home["report_id"]: home for home in homes}


def _shared(attachments: Mapping[UUID, Attachment]) -> list[Suggestion]:
    return [
        suggestion
        for report_id, attachment in attachments.items()
        for suggestion in of_content(report_id, attachment.case_id, attachment.also_hit)
    ]


def _open(item: Prepared, case_id: UUID) -> NewCase:
    return NewCase(
        id=case_id,
        reference=new_reference(),
        queue=DEFAULT_QUEUE,
        first_reported_at=item.received_at,
        last_reported_at=item.received_at,
        root_id=case_id,
    )


def absorb(case: CaseRow | NewCase, item: Arrival, current: Weights) -> list[Signal]:
    """Score the case anew with what has come; returns the signals that are new or stronger.

    Automation only raises: the band never falls by a report.
    """
    case.last_reported_at = item.received_at
    case.allegations = _union(case.allegations, item.allegations)
    case.languages = _union(case.languages, [item.language])
    case.jurisdictions = _union(case.jurisdictions, [item.jurisdiction])
    return add_signals(case, item.signals, current)


def add_signals(
    case: CaseRow | NewCase, signals: Iterable[Signal], current: Weights
) -> list[Signal]:
    """Score the case anew with these, by the weights in force; returns the new or stronger ones."""
    known = told_by(case, current)
    stronger = []
    for signal in signals:
        weight = current.revalued(signal.rule, signal.weight, weights(signal.weights_version))
        if weight > known.get(signal.rule, 0.0):
            known[signal.rule] = weight
            stronger.append(signal)
    case.rule_weights = known
    score_anew(case, current)
    return stronger


async def place(
    session: AsyncSession,
    writes: Writes,
    touched: Sequence[Touched],
    policies: Policies,
    actor: Actor,
    now: datetime,
) -> None:
    """Put cases that open or reopen to work, and those that are worse now in their new place."""
    starting = [t for t in touched if t.opens or t.reopened]
    # The case's time runs from the report that opened or reopened it, not from its storing.
    waiting = [Placement.of(t.case, t.case.last_reported_at) for t in starting]
    enqueue(writes, waiting, policies)
    for touch in sorted(touched, key=lambda t: t.case.id):
        raised = touch.case.band < touch.band_before
        guarded = touch.case.needs_child_safety and not touch.child_safety_before
        widened = len(touch.case.jurisdictions) > len(touch.jurisdictions_before)
        if touch in starting or not (raised or guarded or widened):
            continue
        if raised:
            append(
                session,
                "case.band_raised",
                actor,
                [Subject("case", touch.case.id)],
                at=now,
                body={"from": touch.band_before, "to": touch.case.band},
            )
        if touch.case.state == CaseState.OPEN:
            await retarget(session, Placement.of(touch.case, now), policies, actor, now)


def _home_row(
    case: CaseRow | NewCase, home_id: UUID, item: Prepared, disposition: str, now: datetime
) -> dict[str, Any]:
    return {
        "report_id": item.report_id,
        "case_id": home_id,
        "ordinal": case.last_ordinal,
        "disposition": disposition,
        "band": case.band,
        "attached_at": now,
    }


def signal_rows(home_id: UUID, item: Arrival) -> list[dict[str, Any]]:
    """All that was found, also what the case knew: it must stand when other reports leave."""
    return [
        {
            "id": uuid7(),
            "case_id": home_id,
            "report_id": item.report_id,
            "supplement_id": item.supplement_id,
            "rule": signal.rule,
            "label": signal.label,
            "weight": signal.weight,
            "evidence_start": signal.evidence and signal.evidence.start,
            "evidence_end": signal.evidence and signal.evidence.end,
            "evidence_view": signal.evidence and signal.evidence.view,
            "weights_version": signal.weights_version,
        }
        for signal in item.signals
    ]


def _check_unchanged(found: Mapping[UUID, CaseRow], attachments: Mapping[UUID, Attachment]) -> None:
    """Raise TryAgain where somebody acted on a case between finding and locking it.

    It may have been merged or split: the batch is written again and finds where it belongs now.
    """
    for attachment in attachments.values():
        if not attachment.opens and found[attachment.case_id].version != attachment.version:
            raise TryAgain


def _journal(
    session: AsyncSession,
    item: Prepared,
    attachment: Attachment,
    disposition: str,
    now: datetime,
) -> None:
    body: dict[str, Any] = {"door": item.door, "disposition": disposition}
    if attachment.also_hit:
        body["also_hit"] = [str(case_id) for case_id in attachment.also_hit]
    append(
        session,
        "report.received",
        item.actor,
        [Subject("case", attachment.home_id), Subject("report", item.report_id)],
        at=now,
        body=body,
    )


def _union(known: Sequence[str], more: Sequence[str | None]) -> list[str]:
    return list(dict.fromkeys([*known, *(value for value in more if value)]))

"""Adding to a report later: kept, scored with its case, and judged anew as a legal request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import ChannelKind
from triage.assessment.scoring import assess_report
from triage.assessment.weights import weights
from triage.cases.campaigns import ReportTraitRow
from triage.cases.linking import of_content, suggest_links
from triage.cases.models import CaseRow, SignalRow
from triage.cases.queries import check_lives_in, lock_case
from triage.cases.weights_in_force import in_force
from triage.fingerprints.url import Link
from triage.intake.arrival import (
    TRUSTED,
    Arrival,
    Numbered,
    declared,
    facts_of,
    fingerprints_of,
    location_rows,
    masks_of,
    media_rows,
    read_links,
    sketch_of,
    unique,
)
from triage.intake.attaching import bring_to
from triage.intake.cases import Touched, absorb, place, signal_rows
from triage.intake.schemas import SupplementReceipt
from triage.intake.sealing import seal_supplement, secrets_of
from triage.intake.standing import Standing, find_supplement, lock_report
from triage.intake.submission import digest_of_external_id
from triage.intake.traits import trait_rows
from triage.intake.waking import new_locations_of, wake
from triage.journal.actor import SYSTEM, Actor, Subject
from triage.journal.service import append
from triage.kit.clock import Clock
from triage.kit.errors import Conflict, FieldError, Invalid, TryAgain
from triage.kit.rows import Writes, insert_new
from triage.reports.models import (
    ReportLocationRow,
    ReportMediaRow,
    ReportRow,
    ReportSupplementRow,
    ReportValidityRow,
)
from triage.reports.report import Report, Supplement
from triage.reports.taxonomy import Relation
from triage.reports.validity import Validity, revalidated
from triage.sla.policies import load_policies
from triage.vault.service import Item, Vault

MOST = 100


class TooManySupplements(Conflict):
    title = f"A report takes at most {MOST} supplements; send a new report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A supplement as a door hands it on. `submitted_by` is null for a receipt's holder."""

    report_id: UUID
    supplement_id: UUID
    supplement: Supplement
    door: str
    actor: Actor
    submitted_by: UUID | None
    original: bytes | None = None


async def add_supplement(
    session: AsyncSession, vault: Vault, addition: Addition, clock: Clock
) -> tuple[SupplementReceipt, bool]:
    """Add to a report of the caller's; also whether the same was added before.

    Raises Invalid, ExternalIdReused, TooManySupplements, and TryAgain for a lost race.
    """
    home = await lock_report(session, addition.report_id)
    now = clock()  # after the wait for the lock: additions stand in the order of their times
    report = _as_report(addition.supplement, home.report)
    links = _check(addition.supplement, report, now)
    content_digest = vault.digests.digest("supplement", msgspec.json.encode(addition.supplement))
    external = digest_of_external_id(vault, home.report.channel_id, report.external_id)
    if known := await find_supplement(session, home, external, content_digest, now):
        return present_supplement(known), True
    if len(home.added) >= MOST:
        raise TooManySupplements
    secrets = secrets_of(report, links)
    items = await seal_supplement(session, vault, home.report.id, secrets, now)
    arrival = _arrival(addition, home, report, links, vault, items, now)
    also_hit = await bring_to(session, home.case_id, home.home_id, arrival)
    case = await lock_case(session, home.case_id)
    await check_lives_in(session, home.home_id, case)
    masks = masks_of(report)
    told = await vault.open_fields(session, [home.report.id], ("reporter.contact",))
    traits = trait_rows(
        report,
        links,
        masks,
        Numbered(home.report.id, addition.supplement_id),
        media=arrival.media,
        jurisdiction=home.report.jurisdiction,
        door=addition.door,
        digests=vault.digests,
        contacts=[item.value for item in told],
    )
    band, has_news = await _tell_case(session, case, home.home_id, arrival, also_hit, now)
    validity = revalidated(home.validity, report, now)
    row = {
        "id": addition.supplement_id,
        "report_id": home.report.id,
        "case_id": home.home_id,
        "ordinal": case.supplement_count,
        "channel_id": home.report.channel_id,
        "submitted_by": addition.submitted_by,
        "door": addition.door,
        "external_id_digest": external,
        "content_digest": content_digest,
        "original_digest": addition.original
        and vault.digests.digest("original", addition.original),
        "received_at": now,
        "allegations": arrival.allegations,
        "requests": unique(report.requests),
        "declarations": declared(report),
        "victim": _coded(report),
        "text_item": _id_of(items, "supplement.text"),
        "details_item": _id_of(items, "supplement.details"),
        "text_sketch": sketch_of(report, vault),
        "masks": masks,
        "validity": msgspec.to_builtins(validity),
        "band": band,
        "has_news": has_news,
    }
    if not await insert_new(session, ReportSupplementRow, [row], returning=("id",)):
        raise TryAgain  # another report of the channel has just taken the external_id
    writes = Writes()
    vault.write(writes, [], arrival.items)
    writes.add(ReportLocationRow, arrival.locations)
    writes.add(ReportMediaRow, arrival.media)
    writes.add(
        ReportValidityRow,
        [
            {
                "report_id": home.report.id,
                "regime": regime,
                "valid_since": now,
                "supplement_id": addition.supplement_id,
            }
            for regime, judged in validity.items()
            if judged.valid and not home.validity[regime].valid
        ],
    )
    await writes.store(session)
    await insert_new(session, ReportTraitRow, traits, returning=("kind",))
    return (
        SupplementReceipt(
            id=addition.supplement_id,
            report_id=home.report.id,
            received_at=now,
            validity=validity,
        ),
        False,
    )


def present_supplement(row: ReportSupplementRow) -> SupplementReceipt:
    """The first answer once more."""
    return SupplementReceipt(
        id=row.id,
        report_id=row.report_id,
        received_at=row.received_at,
        validity=msgspec.convert(row.validity, dict[str, Validity]),
    )


def _as_report(supplement: Supplement, row: ReportRow) -> Report:
    return supplement.as_report(Relation(row.relation), row.jurisdiction)


def _check(supplement: Supplement, report: Report, now: datetime) -> list[Link]:
    links, errors = read_links(report, now)
    if msgspec.structs.replace(supplement, external_id=None) == Supplement():
        errors.append(FieldError("", "nothing is added"))
    if errors:
        raise Invalid(errors=errors)
    return links


def _arrival(
    addition: Addition,
    home: Standing,
    report: Report,
    links: list[Link],
    vault: Vault,
    items: dict[str, Item],
    now: datetime,
) -> Arrival:
    row, kind = home.report, ChannelKind(home.report.channel_kind)
    of = Numbered(row.id, addition.supplement_id, home.locations, home.media)
    trusted = kind in TRUSTED and addition.submitted_by is not None
    facts = facts_of(report, row.jurisdiction, kind, home.allegations)
    return Arrival(
        report_id=row.id,
        supplement_id=addition.supplement_id,
        actor=addition.actor,
        door=addition.door,
        received_at=now,
        allegations=unique(report.allegations),
        language=None,
        jurisdiction=row.jurisdiction,
        relation=row.relation,
        channel_kind=kind,
        locations=location_rows(report, links, of, _id_of(items, "content.urls"), vault),
        media=media_rows(report, links, of, vault),
        fingerprints=fingerprints_of(report, links, vault, trusted=trusted, door=addition.door),
        signals=assess_report(facts, weights()),
        items=[*items.values()],
    )


async def _tell_case(
    session: AsyncSession,
    case: CaseRow,
    home_id: UUID,
    arrival: Arrival,
    also_hit: Sequence[UUID],
    now: datetime,
) -> tuple[int, bool]:
    """Score the locked case with what was added, wake or move it; its band, and any news."""
    touch = Touched.found(case)
    rules_before = set(case.rule_weights)
    case.supplement_count += 1
    stronger = absorb(case, arrival, await in_force(session))
    locations = await new_locations_of(session, case.id, arrival)
    is_worse = case.band < touch.band_before
    has_signal = is_worse or any(signal.rule not in rules_before for signal in stronger)
    body: dict[str, Any] = {"door": arrival.door, "supplement": str(arrival.supplement_id)}
    if also_hit:
        body["also_hit"] = [str(case_id) for case_id in also_hit]
    append(
        session,
        "report.supplemented",
        arrival.actor,
        [Subject("case", home_id), Subject("report", arrival.report_id)],
        at=now,
        body=body,
    )
    shared = of_content(arrival.report_id, case.id, also_hit)
    await suggest_links(session, shared, SYSTEM, now)
    touch.reopened = await wake(
        session, case, home_id, arrival, now, has_news=has_signal, locations=locations
    )
    writes = Writes()
    writes.add(SignalRow, signal_rows(home_id, arrival))
    await place(session, writes, [touch], await load_policies(session), arrival.actor, now)
    await writes.store(session)
    return case.band, has_signal or bool(locations)


def _coded(report: Report) -> dict[str, Any]:
    victim = report.victim
    school = victim.school
    values = {
        "age": victim.age,
        "is_minor": victim.is_minor,
        "sex": victim.sex,
        "school_level": school and school.level,
        "school_role": school and school.role,
        "school_region": school and school.region,
    }
    return {name: value for name, value in values.items() if value is not None}


def _id_of(items: dict[str, Item], name: str) -> UUID | None:
    item = items.get(name)
    return None if item is None else item.id

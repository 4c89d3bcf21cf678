"""The case page: what a caller may see of a case, assembled in a handful of queries."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import ChannelKind, Principal
from triage.cases.models import CaseRow, ReportCaseRow
from triage.cases.muting import muted_among
from triage.cases.queries import homes_of
from triage.cases.states import CaseState
from triage.followup.locations import KnownLocation, locations_of
from triage.queues import dispenser
from triage.queues.models import QueueEntryRow
from triage.reports.models import ReportMediaRow, ReportRow, ReportSupplementRow
from triage.reports.taxonomy import Allegation, Relation, Request
from triage.reports.validity import Validity
from triage.review.actions import allowed_actions
from triage.review.disclosure import Sight
from triage.review.models import Outcome
from triage.review.page_campaigns import campaigns_of
from triage.review.record import present_decisions, present_notes
from triage.review.schemas import (
    Case,
    CaseSummary,
    DeclarationsView,
    Display,
    Lease,
    LocationView,
    MediaView,
    ReporterView,
    ReportView,
    SchoolView,
    Sealed,
    ShownState,
    SupplementView,
    VictimView,
    band_name,
)
from triage.review.seen import Seen, encode_seen
from triage.review.texts import OpenedTexts, open_texts
from triage.vault.service import Vault

SHOWN_REPORTS = 50


async def case_page(
    session: AsyncSession,
    vault: Vault,
    principal: Principal,
    case: CaseRow,
    lease: dispenser.Lease | None,
    sight: Sight,
) -> Case:
    rows = (await session.execute(_newest_reports(case.id))).all()
    locations = await locations_of(session, case.id)
    texts = None
    if sight is Sight.TEXTS:
        shown = {row.ReportRow.id for row in rows} | {loc.report_id for loc in locations}
        texts = await open_texts(session, vault, case.id, sorted(shown))
    added = await _supplements_of(session, [row.ReportRow.id for row in rows])
    media = await session.scalars(
        sa.select(ReportMediaRow)
        .where(ReportMediaRow.report_id.in_([row.ReportRow.id for row in rows]))
        .order_by(ReportMediaRow.report_id, ReportMediaRow.ordinal)
    )
    files = media.all()
    muted = await muted_among(session, [i.id for i in files], [loc.id for loc in locations])
    entry = await session.scalar(
        sa.select(QueueEntryRow).where(QueueEntryRow.case_id == case.id).limit(1)
    )
    summary = present_summary(case, entry, is_held=lease is not None)
    return Case(
        **{name: getattr(summary, name) for name in CaseSummary.__struct_fields__},
        reports=[
            present_report(row.ReportRow, row.ordinal, added[row.ReportRow.id], texts)
            for row in rows
        ],
        locations=[present_location(loc, texts, muted=loc.id in muted) for loc in locations],
        media=[present_media(item, muted=item.id in muted) for item in files],
        campaigns=await campaigns_of(session, principal, case.id),
        lease=present_lease(lease),
        merged_into=case.parent_id,
        seen_until=encode_seen(case.id, Seen(case.last_ordinal, case.supplement_count)),
        allowed_actions=allowed_actions(principal, CaseState(case.state), lease),
        display=Display(blur=True, greyscale=True, links_clickable=not case.needs_child_safety),
        needs_child_safety=case.needs_child_safety,
        outcome=None if case.outcome is None else Outcome(case.outcome),
        notes=await present_notes(session, case.id, texts) if texts else None,
        decisions=await present_decisions(session, case.id, texts) if texts else None,
    )


def present_summary(case: CaseRow, entry: QueueEntryRow | None, *, is_held: bool) -> CaseSummary:
    state: ShownState = "in_review" if is_held else CaseState(case.state).value
    return CaseSummary(
        id=case.id,
        reference=case.reference,
        version=case.version,
        state=state,
        band=band_name(case.band),
        due_at=None if entry is None else entry.due_at,
        queue=case.queue,
        allegations=[Allegation(value) for value in case.allegations],
        categories=[Allegation(value) for value in case.categories],
        jurisdictions=case.jurisdictions,
        languages=case.languages,
        report_count=case.report_count,
        first_reported_at=case.first_reported_at,
        last_reported_at=case.last_reported_at,
    )


def present_lease(lease: dispenser.Lease | None) -> Lease | None:
    if lease is None:
        return None
    return Lease(token=lease.token, holder=lease.holder, expires_at=lease.expires_at)


def _newest_reports(case_id: UUID) -> sa.Select[ReportRow, int]:
    """The newest of each home by its index, of them the newest."""
    homes = homes_of(case_id).subquery()
    newest = (
        sa.select(ReportCaseRow.report_id, ReportCaseRow.attached_at, ReportCaseRow.ordinal)
        .where(ReportCaseRow.case_id == homes.c.id)
        .order_by(ReportCaseRow.ordinal.desc())
        .limit(SHOWN_REPORTS)
        .lateral()
    )
    return (
        sa.select(ReportRow, newest.c.ordinal)
        .select_from(homes)
        .join(newest, sa.true())
        .join(ReportRow, ReportRow.id == newest.c.report_id)
        .order_by(newest.c.attached_at.desc(), newest.c.ordinal.desc(), ReportRow.id.desc())
        .limit(SHOWN_REPORTS)
    )


async def _supplements_of(
    session: AsyncSession, report_ids: Sequence[UUID]
) -> Mapping[UUID, Sequence[ReportSupplementRow]]:
    found: dict[UUID, list[ReportSupplementRow]] = {report_id: [] for report_id in report_ids}
    rows = await session.scalars(
        sa.select(ReportSupplementRow)
        .where(ReportSupplementRow.report_id.in_(report_ids))
        .order_by(ReportSupplementRow.received_at, ReportSupplementRow.ordinal)
    )
    for row in rows:
        found[row.report_id].append(row)
    return found


def present_report(
    row: ReportRow,
    ordinal: int,
    added: Sequence[ReportSupplementRow],
    texts: OpenedTexts | None,
) -> ReportView:
    validity = added[-1].validity if added else row.validity
    return ReportView(
        id=row.id,
        ordinal=ordinal,
        received_at=row.received_at,
        occurred_at=row.occurred_at,
        channel_kind=ChannelKind(row.channel_kind),
        language=row.language,
        jurisdiction=row.jurisdiction,
        allegations=[Allegation(value) for value in row.allegations],
        requests=[Request(value) for value in row.requests],
        validity=msgspec.convert(validity, dict[str, Validity]),
        text=texts.text(row.id, "content.text", row.masks) if texts else None,
        notice=_newest(texts.sealed(row.id, "content.notice")) if texts else None,
        victim=_present_victim(row, texts) if texts else None,
        reporter=_present_reporter(row, texts) if texts else None,
        declarations=_present_declarations(row, added, texts) if texts else None,
        evidence=texts.sealed(row.id, "content.evidence") if texts else None,
        supplements=[_present_supplement(supplement, texts) for supplement in added],
    )


def _present_declarations(
    row: ReportRow, added: Sequence[ReportSupplementRow], texts: OpenedTexts
) -> DeclarationsView:
    declared = [row.declarations, *(supplement.declarations for supplement in added)]
    return DeclarationsView(
        good_faith=any(one["good_faith"] for one in declared),
        authorised=any(one["authorised"] for one in declared),
        signature=_newest(texts.sealed(row.id, "declarations.signature")),
    )


def _present_supplement(row: ReportSupplementRow, texts: OpenedTexts | None) -> SupplementView:
    return SupplementView(
        id=row.id,
        received_at=row.received_at,
        door=row.door,
        allegations=[Allegation(value) for value in row.allegations],
        requests=[Request(value) for value in row.requests],
        victim_age=row.victim.get("age"),
        victim_is_minor=row.victim.get("is_minor"),
        text=texts.written(row.text_item, row.masks) if texts else None,
        details=texts.written(row.details_item) if texts else None,
    )


def present_location(
    location: KnownLocation, texts: OpenedTexts | None, *, muted: bool
) -> LocationView:
    return LocationView(
        id=location.id,
        report_id=location.report_id,
        platform=location.platform,
        scope="container" if location.scope == "container" else "content",
        kind=location.kind,
        lookalike=location.lookalike,
        muted=muted,
        url=texts.url(location.url_item, location.url_place) if texts else None,
        seen_at=location.seen_at,
    )


def present_media(row: ReportMediaRow, *, muted: bool) -> MediaView:
    return MediaView(
        id=row.id,
        report_id=row.report_id,
        has_sha256=row.sha256_digest is not None,
        has_md5=row.md5_digest is not None,
        has_pdq=row.pdq is not None,
        pdq_quality=row.pdq_quality,
        muted=muted,
    )


def _present_victim(row: ReportRow, texts: OpenedTexts) -> VictimView:
    return VictimView(
        age=row.victim_age,
        is_minor=row.victim_is_minor,
        sex=row.victim_sex,
        names=texts.sealed(row.id, "victim.names"),
        handles=texts.sealed(row.id, "victim.handles"),
        phones=texts.sealed(row.id, "victim.phones"),
        school=SchoolView(
            level=row.school_level,
            role=row.school_role,
            region=row.school_region,
            name=_newest(texts.sealed(row.id, "victim.school_name")),
        ),
        details=texts.text(row.id, "victim.details"),
    )


def _present_reporter(row: ReportRow, texts: OpenedTexts) -> ReporterView:
    names = texts.sealed(row.id, "reporter.name")
    contacts = texts.sealed(row.id, "reporter.contact")
    return ReporterView(
        relation=Relation(row.relation),
        name=_newest(names),
        contact=_newest(contacts),
        told_before=[*names[:-1], *contacts[:-1]],
        may_contact=row.contact_safety["may_contact"],
        discreet=row.contact_safety["discreet"],
    )


def _newest(sealed: list[Sealed]) -> Sealed | None:
    return sealed[-1] if sealed else None

"""What leads see of campaigns and do with them; who belongs to one is asked anew each time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.assessment.bands import Band
from triage.cases.campaigns import CampaignRow, ReportTraitRow, is_muted
from triage.cases.models import CaseRow, ReportCaseRow
from triage.cases.visibility import known_to
from triage.fingerprints.persons import DEFAULT_REGION, is_public
from triage.fingerprints.traits import TraitKind, digested, read_trait
from triage.journal.actor import Subject
from triage.journal.service import append
from triage.kit.errors import FieldError, Invalid, NotFound
from triage.kit.ids import uuid7
from triage.kit.paging import Page, decode_cursor, page_of
from triage.kit.rows import insert_new
from triage.queues.models import Purpose, QueueEntryRow
from triage.reports.models import ReportRow
from triage.review.campaign_schemas import Campaign, CampaignChange, CampaignForm
from triage.review.page import present_summary
from triage.review.schemas import CaseSummary, band_name
from triage.vault.digests import Digests

_home = sa.orm.aliased(CaseRow)


class CampaignNotFound(NotFound):
    title = "There is no such campaign"


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFilter:
    """What a list of campaigns is narrowed to; None: not by this."""

    kind: TraitKind | None = None
    named: bool | None = None
    muted: bool | None = None
    min_case_count: int | None = None


async def list_campaigns(
    session: AsyncSession,
    principal: Principal,
    chosen: CampaignFilter,
    *,
    limit: int,
    cursor: str | None,
) -> Page[Campaign]:
    """The last active first; one that a report has just come to may be on a page before."""
    statement = (
        _campaigns(principal, chosen.min_case_count or 0)
        .order_by(CampaignRow.active_at.desc(), CampaignRow.id.desc())
        .limit(limit + 1)
    )
    if chosen.kind is not None:
        statement = statement.where(CampaignRow.kind == chosen.kind)
    if chosen.named is not None:
        statement = statement.where(CampaignRow.name.is_not(None) == chosen.named)
    if chosen.muted is not None:
        statement = statement.where(is_muted() == chosen.muted)
    if after := decode_cursor(cursor, tuple[datetime, UUID]):
        place = sa.tuple_(CampaignRow.active_at, CampaignRow.id)
        statement = statement.where(place < sa.tuple_(*map(sa.literal, after)))
    rows = (await session.execute(statement)).all()
    return page_of(rows, limit, _present, lambda row: (row[0].active_at, row[0].id))


async def find_campaign(session: AsyncSession, principal: Principal, campaign_id: UUID) -> Campaign:
    """Raises CampaignNotFound alike for an unknown one and one of which no case is the caller's."""
    statement = _campaigns(principal, 0).where(CampaignRow.id == campaign_id)
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise CampaignNotFound
    return _present(row)


async def list_campaign_cases(
    session: AsyncSession,
    principal: Principal,
    campaign_id: UUID,
    now: datetime,
    *,
    limit: int,
    cursor: str | None,
) -> Page[CaseSummary]:
    """Its living cases that the caller may know, by id."""
    await find_campaign(session, principal, campaign_id)
    inside = (
        sa.select(_home.root_id)
        .select_from(CampaignRow)
        .join(ReportTraitRow, _bears())
        .join(ReportCaseRow, ReportCaseRow.report_id == ReportTraitRow.report_id)
        .join(_home, _home.id == ReportCaseRow.case_id)
        .where(CampaignRow.id == campaign_id)
    )
    entry = sa.and_(QueueEntryRow.case_id == CaseRow.id, QueueEntryRow.purpose == Purpose.REVIEW)
    statement = (
        sa.select(CaseRow, QueueEntryRow)
        .outerjoin(QueueEntryRow, entry)
        .where(CaseRow.id.in_(inside), *known_to(principal))
        .order_by(CaseRow.id)
        .limit(limit + 1)
    )
    if after := decode_cursor(cursor, tuple[UUID]):
        statement = statement.where(CaseRow.id > after[0])
    rows = (await session.execute(statement)).all()

    def present(row: Any) -> CaseSummary:
        case, waits = row
        is_held = waits is not None and waits.lease_until is not None and waits.lease_until > now
        return present_summary(case, waits, is_held=is_held)

    return page_of(rows, limit, present, lambda row: (row[0].id,))


async def make_campaign(
    session: AsyncSession,
    digests: Digests,
    principal: Principal,
    form: CampaignForm,
    now: datetime,
) -> tuple[Campaign, bool]:
    """The campaign of this room or person, and whether it is new. Raises Invalid."""
    region = form.jurisdiction or next(iter(sorted(principal.jurisdictions)), DEFAULT_REGION)
    trait = read_trait(form.kind, form.value, region)
    if trait is None:
        raise Invalid(errors=[FieldError("/value", f"not a usable {form.kind}")])
    if is_public(trait):
        raise Invalid(errors=[FieldError("/value", "it leads to no person")])
    digest = digests.digest(*digested(trait))
    row = {
        "id": uuid7(),
        "kind": form.kind,
        "digest": digest,
        "muted": False,
        "created_at": now,
        "created_by": principal.id,
        "active_at": now,
    }
    made = await insert_new(session, CampaignRow, [row], returning=("id",))
    is_this = (CampaignRow.kind == form.kind, CampaignRow.digest == digest)
    statement = _campaigns(principal, None).where(*is_this)
    campaign = _present((await session.execute(statement)).one())
    # Asking is journaled as well: it tells whether anybody has reported this person.
    _note(session, principal, "made" if made else "found", campaign.id, now, kind=form.kind)
    return campaign, bool(made)


async def change_campaign(
    session: AsyncSession,
    principal: Principal,
    campaign_id: UUID,
    change: CampaignChange,
    now: datetime,
) -> Campaign:
    """Raises CampaignNotFound. The journal tells that a name was given, never which."""
    await find_campaign(session, principal, campaign_id)
    campaign = (
        await session.scalars(
            sa.select(CampaignRow)
            .where(CampaignRow.id == campaign_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    ).one()
    if isinstance(change.muted, bool) and change.muted != campaign.muted:
        campaign.muted = change.muted
        _note(session, principal, "muted" if change.muted else "unmuted", campaign_id, now)
    if (change.name is None or isinstance(change.name, str)) and change.name != campaign.name:
        campaign.name, campaign.named_by, campaign.named_at = change.name, principal.id, now
        _note(session, principal, "named" if change.name else "unnamed", campaign_id, now)
    await session.flush()
    return await find_campaign(session, principal, campaign_id)


def _campaigns(principal: Principal, least: int | None) -> sa.Select[Any]:
    """Campaigns with their counts; those that the caller may know, unless `least` is None.

    Of a campaign without a case of theirs callers know nothing, except what they made themselves.
    """
    counts = _counts(principal)
    statement = sa.select(CampaignRow, is_muted().label("is_muted"), *counts.c)
    statement = statement.join(counts, sa.true())
    if least is None:
        return statement
    mine = sa.or_(counts.c.case_count > 0, CampaignRow.created_by == principal.id)
    if least > 1:
        # Fewer reports are fewer cases: most campaigns need no counting.
        enough = sa.select(ReportTraitRow.report_id).where(_bears()).offset(least - 1).limit(1)
        statement = statement.where(enough.correlate(CampaignRow).exists())
    return statement.where(counts.c.case_count >= least, mine)


def _counts(principal: Principal) -> sa.FromClause:
    """Of one campaign, in one pass over its reports: its living cases, then those by band."""
    per_case = (
        sa.select(
            CaseRow.id,
            CaseRow.band,
            sa.func.count().label("reports"),
            sa.func.min(ReportRow.received_at).label("first_at"),
            sa.func.max(ReportRow.received_at).label("last_at"),
        )
        .select_from(ReportTraitRow)
        .join(ReportCaseRow, ReportCaseRow.report_id == ReportTraitRow.report_id)
        .join(ReportRow, ReportRow.id == ReportTraitRow.report_id)
        .join(_home, _home.id == ReportCaseRow.case_id)
        .join(CaseRow, CaseRow.id == _home.root_id)
        .where(_bears(), *known_to(principal))
        .group_by(CaseRow.id, CaseRow.band)
        .correlate(CampaignRow)
        .subquery()
    )
    total = sa.func.coalesce(sa.func.sum(per_case.c.reports), 0)
    return sa.select(
        sa.func.count().label("case_count"),
        sa.cast(total, sa.BigInteger).label("report_count"),
        sa.func.min(per_case.c.first_at).label("first_at"),
        sa.func.max(per_case.c.last_at).label("last_at"),
        *(sa.func.count().filter(per_case.c.band == band).label(band.name) for band in Band),
    ).lateral("counts")


def _bears() -> sa.ColumnElement[bool]:
    return sa.and_(
        ReportTraitRow.kind == CampaignRow.kind, ReportTraitRow.digest == CampaignRow.digest
    )


def _present(row: Any) -> Campaign:
    campaign = row.CampaignRow
    return Campaign(
        id=campaign.id,
        kind=TraitKind(campaign.kind),
        name=campaign.name,
        muted=row.is_muted,
        case_count=row.case_count,
        report_count=row.report_count,
        bands=dict(_by_band(row)),
        first_reported_at=row.first_at,
        last_reported_at=row.last_at,
        active_at=campaign.active_at,
        by_hand=campaign.created_by is not None,
    )


def _by_band(row: Any) -> Iterator[tuple[Any, int]]:
    for band in Band:
        yield band_name(band), getattr(row, band.name)


def _note(
    session: AsyncSession,
    principal: Principal,
    what: str,
    campaign_id: UUID,
    now: datetime,
    **body: str,
) -> None:
    subjects = [Subject("campaign", campaign_id)]
    append(session, f"campaign.{what}", principal.actor, subjects, at=now, body=body)

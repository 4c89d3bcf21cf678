"""Campaigns over HTTP, for leads: list, read, make by hand, name and mute."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, Router, get, patch, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.fingerprints.traits import TraitKind
from triage.kit.clock import Clock
from triage.kit.paging import Limit, Page
from triage.kit.types import Line
from triage.review import campaigns
from triage.review.campaign_schemas import Campaign, CampaignChange, CampaignForm
from triage.review.schemas import CaseSummary
from triage.vault.service import Vault

Cases = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


@get("/v1/campaigns", operation_id="list_campaigns")
async def list_campaigns(
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    kind: FromQuery[TraitKind | None] = None,
    named: FromQuery[bool | None] = None,
    muted: FromQuery[bool | None] = None,
    min_case_count: FromQuery[Cases | None] = None,
    limit: FromQuery[Limit] = 50,
    cursor: FromQuery[Line | None] = None,
) -> Page[Campaign]:
    """Rooms, accounts, files and persons that cases share; the last active first."""
    chosen = campaigns.CampaignFilter(
        kind=kind, named=named, muted=muted, min_case_count=min_case_count
    )
    return await campaigns.list_campaigns(session, principal, chosen, limit=limit, cursor=cursor)


@post(
    "/v1/campaigns",
    operation_id="create_campaign",
    status_code=201,
    responses={200: ResponseSpec(Campaign, description="It was there")},
)
async def create_campaign(
    data: JSONBody[CampaignForm],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    vault: NamedDependency[Vault],
    clock: NamedDependency[Clock],
) -> Response[Campaign]:
    """Make the campaign of a room or person, or find it: repeating this changes nothing."""
    campaign, is_new = await campaigns.make_campaign(
        session, vault.digests, principal, data, clock()
    )
    return Response(campaign, status_code=201 if is_new else 200)


@get("/v1/campaigns/{campaign_id:uuid}", operation_id="get_campaign")
async def get_campaign(
    campaign_id: FromPath[UUID],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
) -> Campaign:
    """One campaign, counted anew."""
    return await campaigns.find_campaign(session, principal, campaign_id)


@patch("/v1/campaigns/{campaign_id:uuid}", operation_id="update_campaign")
async def update_campaign(
    campaign_id: FromPath[UUID],
    data: JSONBody[CampaignChange],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Campaign:
    """Name or mute it. A muted one is on no case's page, and suggests no links."""
    return await campaigns.change_campaign(session, principal, campaign_id, data, clock())


@get("/v1/campaigns/{campaign_id:uuid}/cases", operation_id="list_campaign_cases")
async def list_campaign_cases(
    campaign_id: FromPath[UUID],
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
    limit: FromQuery[Limit] = 50,
    cursor: FromQuery[Line | None] = None,
) -> Page[CaseSummary]:
    """The living cases of a campaign that the caller may know, by id."""
    return await campaigns.list_campaign_cases(
        session, principal, campaign_id, clock(), limit=limit, cursor=cursor
    )


_one = Router(path="/", route_handlers=[get_campaign, update_campaign])
router = Router(
    path="/",
    route_handlers=[list_campaigns, create_campaign, _one, list_campaign_cases],
    tags=["Work"],
)

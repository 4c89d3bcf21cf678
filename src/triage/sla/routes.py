"""Clocks across cases, for leads."""

from datetime import timedelta
from typing import Annotated

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from triage.access.principal import Principal
from triage.kit.clock import Clock as ClockSource
from triage.kit.paging import Limit, Page
from triage.kit.types import Line, Seconds
from triage.sla.models import ClockState
from triage.sla.queries import list_clocks
from triage.sla.schemas import Clock


@get("/v1/clocks", operation_id="list_clocks")
async def list_all_clocks(
    principal: NamedDependency[Principal],
    session: NamedDependency[AsyncSession],
    clock: NamedDependency[ClockSource],
    in_state: Annotated[ClockState | None, QueryParameter(name="state")] = None,
    due_within: FromQuery[Seconds | None] = None,
    limit: FromQuery[Limit] = 50,
    cursor: FromQuery[Line | None] = None,
) -> Page[Clock]:
    """Clocks by deadline; `due_within` counts seconds from now."""
    return await list_clocks(
        session,
        principal,
        clock(),
        state=in_state,
        due_within=None if due_within is None else timedelta(seconds=due_within),
        limit=limit,
        cursor=cursor,
    )


router = Router(path="/", route_handlers=[list_all_clocks], tags=["Work"])

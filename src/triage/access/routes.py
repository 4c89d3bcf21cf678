"""Who am I."""

from litestar import Router, get
from litestar.di import NamedDependency

from triage.access.principal import Principal
from triage.access.schemas import ChannelView, Me


@get("/v1/me", operation_id="get_me")
async def get_me(principal: NamedDependency[Principal]) -> Me:
    """The caller's role, grants and scopes."""
    channel = principal.channel
    return Me(
        id=principal.id,
        name=principal.name,
        role=principal.role,
        grants=sorted(principal.grants),
        queues=sorted(principal.queues),
        jurisdictions=sorted(principal.jurisdictions),
        platforms=sorted(principal.platforms),
        channel=None
        if channel is None
        else ChannelView(
            id=channel.id,
            name=channel.name,
            kind=channel.kind,
            jurisdiction=channel.jurisdiction,
        ),
    )


router = Router(path="/", route_handlers=[get_me], tags=["Callers"])
